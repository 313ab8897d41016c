//! ClamAV's daemon, over its socket (clamd(8), INSTREAM): what is scanned goes over it in chunks, and is written nowhere here.

use std::fmt::{self, Debug, Formatter};
use std::io;
use std::net::SocketAddr;
use std::path::PathBuf;
use std::str::FromStr;
use std::time::Duration;

use bytes::Bytes;
use futures_util::FutureExt;
use futures_util::future::BoxFuture;
use tokio::io::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt};
use tokio::net::{TcpStream, UnixStream};

use super::{Scan, Scanner, Verdict};

/// How long it may take to answer the door, and to take a chunk.
const PROMPT: Duration = Duration::from_secs(30);
/// How long it may look at what it was given.
const LOOK: Duration = Duration::from_secs(10 * 60);
/// Octets of a chunk at most: far below what clamd takes at once.
const CHUNK: usize = 1 << 20;
/// Octets of an answer at most.
const ANSWER: u64 = 4096;

/// Where clamd listens.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ClamdAddress {
    /// A socket of this machine.
    Unix(PathBuf),
    /// An address in the network. What is scanned goes there as it is.
    Tcp(SocketAddr),
}

impl FromStr for ClamdAddress {
    type Err = &'static str;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        match text.split_once(':') {
            Some(("unix", path)) if path.starts_with('/') => Ok(Self::Unix(path.into())),
            Some(("tcp", address)) => {
                let address = address.strip_prefix("//").unwrap_or(address).parse();
                address.map(Self::Tcp).map_err(|_| "an IP address and a port are needed behind tcp:")
            }
            _ => Err("it is unix:/path/to/the/socket, or tcp:ADDRESS:PORT"),
        }
    }
}

/// ClamAV's daemon.
#[derive(Clone, Debug)]
pub struct Clamd {
    address: ClamdAddress,
}

impl Clamd {
    /// The one that listens there.
    pub fn new(address: ClamdAddress) -> Self {
        Self { address }
    }

    async fn connect(&self) -> io::Result<Box<dyn Socket>> {
        Ok(match &self.address {
            ClamdAddress::Unix(path) => Box::new(UnixStream::connect(path).await?),
            ClamdAddress::Tcp(address) => Box::new(TcpStream::connect(address).await?),
        })
    }
}

impl Scanner for Clamd {
    fn begin(&self) -> BoxFuture<'_, io::Result<Box<dyn Scan>>> {
        async move {
            let mut socket = prompt(self.connect()).await?;
            prompt(socket.write_all(b"zINSTREAM\0")).await?;
            Ok(Box::new(Stream(socket)) as Box<dyn Scan>)
        }
        .boxed()
    }
}

trait Socket: AsyncRead + AsyncWrite + Send + Unpin {}

impl<T: AsyncRead + AsyncWrite + Send + Unpin> Socket for T {}

/// A file on its way to clamd.
struct Stream(Box<dyn Socket>);

impl Debug for Stream {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        f.write_str("Stream")
    }
}

impl Scan for Stream {
    fn show(&mut self, octets: Bytes) -> BoxFuture<'_, io::Result<()>> {
        async move {
            for chunk in octets.chunks(CHUNK) {
                // An empty chunk would end it.
                let sent = async {
                    self.0.write_all(&(chunk.len() as u32).to_be_bytes()).await?;
                    self.0.write_all(chunk).await
                };
                if let Err(error) = prompt(sent).await {
                    // It says why it takes no more, if it does.
                    return Err(match prompt(answer(&mut self.0)).await {
                        Ok(said) if !said.is_empty() => io::Error::other(said),
                        _ => error,
                    });
                }
            }
            Ok(())
        }
        .boxed()
    }

    fn verdict(mut self: Box<Self>) -> BoxFuture<'static, io::Result<Verdict>> {
        async move {
            prompt(self.0.write_all(&[0; 4])).await?;
            let said = within(LOOK, answer(&mut self.0)).await?;
            read_verdict(&said).ok_or_else(|| io::Error::other(said))
        }
        .boxed()
    }
}

/// What clamd says, without the zero at its end.
async fn answer(socket: &mut Box<dyn Socket>) -> io::Result<String> {
    let mut octets = Vec::new();
    socket.take(ANSWER).read_to_end(&mut octets).await?;
    Ok(String::from_utf8_lossy(&octets).trim_end_matches('\0').trim().to_owned())
}

/// Nothing but `stream: OK` is clean: what is not understood is no verdict.
fn read_verdict(said: &str) -> Option<Verdict> {
    match said.strip_prefix("stream: ")? {
        "OK" => Some(Verdict::Clean),
        found => found.strip_suffix(" FOUND").map(|name| Verdict::Found(name.to_owned())),
    }
}

async fn prompt<T>(work: impl Future<Output = io::Result<T>>) -> io::Result<T> {
    within(PROMPT, work).await
}

async fn within<T>(time: Duration, work: impl Future<Output = io::Result<T>>) -> io::Result<T> {
    tokio::time::timeout(time, work).await.unwrap_or_else(|_| Err(io::ErrorKind::TimedOut.into()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_is_said_is_a_verdict() {
        assert_eq!(read_verdict("stream: OK"), Some(Verdict::Clean));
        let found = Verdict::Found("Win.Test.EICAR_HDB-1".to_owned());
        assert_eq!(read_verdict("stream: Win.Test.EICAR_HDB-1 FOUND"), Some(found));
        for nothing in
            ["", "OK", "stream: ", "stream: ok", "INSTREAM size limit exceeded. ERROR", "stream: x ERROR"]
        {
            assert_eq!(read_verdict(nothing), None, "{nothing}");
        }
    }

    #[test]
    fn addresses() {
        let unix = ClamdAddress::Unix("/run/clamav/clamd.ctl".into());
        assert_eq!("unix:/run/clamav/clamd.ctl".parse(), Ok(unix));
        for tcp in ["tcp:127.0.0.1:3310", "tcp://127.0.0.1:3310"] {
            assert_eq!(tcp.parse(), Ok(ClamdAddress::Tcp(([127, 0, 0, 1], 3310).into())), "{tcp}");
        }
        for bad in ["", "unix:", "unix:clamd.ctl", "tcp:3310", "/run/clamd", "http://127.0.0.1:3310"] {
            assert!(bad.parse::<ClamdAddress>().is_err(), "{bad}");
        }
    }
}
