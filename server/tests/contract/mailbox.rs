//! An SMTP server on loopback that keeps what it is given.

use std::io;
use std::net::IpAddr;
use std::sync::{Arc, Mutex};

use mailin::{Action, AuthMechanism, Handler, Response, Session, SessionBuilder};
use mailparse::MailHeaderMap;
use tokio::io::{AsyncBufReadExt, AsyncWriteExt, BufReader};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::Notify;
use tokio::task::JoinHandle;

/// An e-mail that arrived.
#[derive(Clone, Debug, Default)]
pub(crate) struct Arrived {
    pub(crate) to: Vec<String>,
    /// Headers and body as they came.
    pub(crate) raw: String,
}

impl Arrived {
    /// The body's text with soft line ends joined (RFC 2045, section 6.7).
    pub(crate) fn text(&self) -> String {
        self.raw.replace("=\r\n", "").replace("=3D", "=")
    }

    /// The e-mail as a mail program reads it.
    pub(crate) fn read(&self) -> Letter {
        let mail = mailparse::parse_mail(self.raw.as_bytes()).unwrap();
        let of = |kind: &str| {
            let part = mail.subparts.iter().find(|part| part.ctype.mimetype == kind).unwrap();
            part.get_body().unwrap().replace("\r\n", "\n")
        };
        let subject = mail.headers.get_first_value("Subject").unwrap();
        Letter { subject, text: of("text/plain"), html: of("text/html") }
    }
}

/// What an e-mail says.
#[derive(Clone, Debug)]
pub(crate) struct Letter {
    pub(crate) subject: String,
    pub(crate) text: String,
    pub(crate) html: String,
}

#[derive(Default)]
struct State {
    arrived: Mutex<Vec<Arrived>>,
    /// Answers to give to the next recipients instead of OK.
    refusals: Mutex<Vec<u16>>,
    /// Attempts that were refused.
    refused: Mutex<usize>,
    changed: Notify,
}

/// The server. It stops when it is dropped.
pub(crate) struct Mailbox {
    pub(crate) url: String,
    state: Arc<State>,
    serving: JoinHandle<()>,
}

impl Drop for Mailbox {
    fn drop(&mut self) {
        self.serving.abort();
    }
}

impl Mailbox {
    pub(crate) async fn start() -> Self {
        Self::start_for(None).await
    }

    /// One that takes e-mail only of a client that knows this name and password.
    pub(crate) async fn start_for(client: Option<(&'static str, &'static str)>) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let url = match client {
            Some((name, password)) => format!("smtp://{name}:{password}@{address}"),
            None => format!("smtp://{address}"),
        };
        let state = Arc::new(State::default());
        let of_server = state.clone();
        let serving = tokio::spawn(async move {
            while let Ok((stream, peer)) = listener.accept().await {
                tokio::spawn(serve(stream, peer.ip(), client, of_server.clone()));
            }
        });
        Self { url, state, serving }
    }

    /// Has it answer the next recipients with these codes.
    pub(crate) fn refuse(&self, codes: &[u16]) {
        self.state.refusals.lock().unwrap().extend(codes.iter().rev());
    }

    /// Waits until so many e-mails arrived, and returns them all.
    pub(crate) async fn arrived(&self, count: usize) -> Vec<Arrived> {
        self.wait(|state| state.arrived.lock().unwrap().len() >= count).await;
        self.state.arrived.lock().unwrap().clone()
    }

    /// Waits until so many were refused.
    pub(crate) async fn refused(&self, count: usize) {
        self.wait(|state| *state.refused.lock().unwrap() >= count).await;
    }

    /// How many arrived until now.
    pub(crate) fn count(&self) -> usize {
        self.state.arrived.lock().unwrap().len()
    }

    async fn wait(&self, until: impl Fn(&State) -> bool) {
        loop {
            let changed = self.state.changed.notified();
            if until(&self.state) {
                return;
            }
            changed.await;
        }
    }
}

struct Keep {
    mail: Arrived,
    client: Option<(&'static str, &'static str)>,
    state: Arc<State>,
}

impl Handler for Keep {
    fn auth_plain(&mut self, _: &str, name: &str, password: &str) -> Response {
        if self.client == Some((name, password)) {
            return mailin::response::AUTH_OK;
        }
        mailin::response::INVALID_CREDENTIALS
    }

    fn rcpt(&mut self, _: &str) -> Response {
        let refusal = self.state.refusals.lock().unwrap().pop();
        match refusal {
            Some(code) => {
                *self.state.refused.lock().unwrap() += 1;
                self.state.changed.notify_waiters();
                Response::custom(code, "no".to_owned())
            }
            None => mailin::response::OK,
        }
    }

    fn data_start(&mut self, _: &str, _: &str, _: bool, to: &[String]) -> Response {
        self.mail = Arrived { to: to.to_vec(), raw: String::new() };
        mailin::response::OK
    }

    fn data(&mut self, octets: &[u8]) -> io::Result<()> {
        self.mail.raw += &String::from_utf8_lossy(octets);
        Ok(())
    }

    fn data_end(&mut self) -> Response {
        self.state.arrived.lock().unwrap().push(std::mem::take(&mut self.mail));
        self.state.changed.notify_waiters();
        mailin::response::OK
    }
}

async fn serve(
    stream: TcpStream,
    peer: IpAddr,
    client: Option<(&'static str, &'static str)>,
    state: Arc<State>,
) -> io::Result<()> {
    let mut builder = SessionBuilder::new("localhost");
    if client.is_some() {
        builder.enable_auth(AuthMechanism::Plain).insecure_enable_plaintext_auth();
    }
    let mut session: Session<Keep> = builder.build(peer, Keep { mail: Arrived::default(), client, state });
    let mut stream = BufReader::new(stream);
    stream.write_all(&session.greeting().buffer()?).await?;
    let mut line = Vec::new();
    loop {
        line.clear();
        if stream.read_until(b'\n', &mut line).await? == 0 {
            return Ok(());
        }
        let answer = session.process(&line);
        stream.write_all(&answer.buffer()?).await?;
        if answer.action == Action::Close {
            return Ok(());
        }
    }
}
