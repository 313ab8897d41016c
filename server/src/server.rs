//! The running server: opened, served, swept, drained.

use std::fs::DirBuilder;
use std::future::Future;
use std::io;
use std::net::SocketAddr;
use std::os::unix::fs::DirBuilderExt;
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use axum::body::Body;
use axum::extract::Request;
use hyper::body::Incoming;
use hyper_util::rt::{TokioIo, TokioTimer};
use hyper_util::server::graceful::GracefulShutdown;
use hyper_util::service::TowerToHyperService;
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::Semaphore;
use tokio_io_timeout::TimeoutStream;
use tower::{ServiceExt, service_fn};

use crate::config::Config;
use crate::db::{Channel, Db};
use crate::delivery::SendError;
use crate::domain::{Domain, Rules};
use crate::http::{App, Peer, router};
use crate::mail::smtp::Smtp;
use crate::oidc::Providers;
use crate::scan::clamd::Clamd;
use crate::secrets::ServerKey;
use crate::sms::gateway::Gateway;
use crate::storage::disk::Disk;
use crate::webhook::http::Poster;

/// Connections at once. More wait to be accepted.
const CONNECTIONS: usize = 1024;
/// How long the headers of a request may take, and how long a connection may be idle.
const HEADER_TIME: Duration = Duration::from_secs(60);
/// How long the other end may take nothing of what is sent to it.
const WRITE_TIME: Duration = Duration::from_secs(60);
/// How long requests under way may go on once the server is asked to stop.
const DRAIN_TIME: Duration = Duration::from_secs(30);
/// How often the background task runs.
const SWEEP_EVERY: Duration = Duration::from_secs(60);
/// How often what waits for another attempt to send it is looked at.
const DELIVER_EVERY: Duration = Duration::from_secs(15);

/// A server that is ready to serve.
pub struct Server {
    listener: TcpListener,
    router: Router,
    app: Arc<App>,
    db: Db,
}

/// Why a server could not start.
#[derive(Debug, thiserror::Error)]
pub enum StartError {
    /// The data folder, the key or the store cannot be used, or the address is taken.
    #[error("{what}: {source}")]
    Io {
        /// What it was about.
        what: String,
        /// What went wrong.
        source: io::Error,
    },
    /// The database cannot be used.
    #[error("database: {0}")]
    Database(#[from] sqlx::Error),
    /// OpenID providers cannot be asked.
    #[error("OpenID providers: {0}")]
    Providers(#[from] reqwest::Error),
    /// E-mail, texts or webhooks cannot be sent.
    #[error("{0}")]
    Send(#[from] SendError),
}

impl Server {
    /// Opens what the server needs, making it at the first start, and begins to listen.
    ///
    /// # Errors
    /// When the data folder, database or store cannot be opened or made, or the address cannot be taken.
    pub async fn open(config: Config) -> Result<Self, StartError> {
        let about = |what: String| move |source| StartError::Io { what, source };
        let data = config.data.display().to_string();
        create_data(&config.data).map_err(about(data.clone()))?;
        let key = ServerKey::load_or_create(&config.data).map_err(about(data))?;
        let db = Db::connect(&config.database).await?;
        let objects = config.objects.display().to_string();
        let disk =
            Disk::open(config.objects.clone(), key.derive("presigned urls")).map_err(about(objects))?;
        let listen = config.listen.to_string();
        let listener = TcpListener::bind(config.listen).await.map_err(about(listen))?;
        let rules = Rules {
            max_life: config.max_life,
            public_url: config.public_url.clone(),
            language: config.language,
            registration: config.registration,
            approvers: config.approvers.clone(),
            approval_exempt: config.approval_exempt.clone(),
        };
        let mut domain = Domain::new(db.clone(), Arc::new(disk.clone()), &key, rules);
        if let Some(mail) = &config.mail {
            domain = domain.with_mailer(Arc::new(Smtp::new(&mail.smtp, &mail.from)?));
        }
        if let Some(sms) = &config.sms {
            domain = domain.with_texter(Arc::new(Gateway::new(sms)?));
        }
        domain = domain.with_providers(Providers::new(config.oidc.clone())?);
        if let Some(clamd) = &config.clamd {
            domain = domain.with_scanner(Arc::new(Clamd::new(clamd.clone())));
        }
        domain = domain.with_herald(Arc::new(Poster::new(config.private_webhooks)?));
        let app = Arc::new(App { domain, disk, config });
        Ok(Self { listener, router: router(&app), app, db })
    }

    /// The address that the server listens on.
    ///
    /// # Errors
    /// When the system does not say.
    pub fn address(&self) -> io::Result<SocketAddr> {
        self.listener.local_addr()
    }

    /// Serves until `stop`, then lets the requests under way end.
    pub async fn serve(self, stop: impl Future<Output = ()>) {
        let sweeper = tokio::spawn(sweep(self.app.clone()));
        // One for each way, so that none waits for another.
        let postmen = Channel::ALL.map(|channel| tokio::spawn(deliver(self.app.clone(), channel)));
        let graceful = GracefulShutdown::new();
        let permits = Arc::new(Semaphore::new(CONNECTIONS));
        let mut stop = std::pin::pin!(stop);
        loop {
            let accepted = tokio::select! {
                () = &mut stop => break,
                accepted = accept(&self.listener, &permits) => accepted,
            };
            let Some((stream, peer, permit)) = accepted else { continue };
            let mut stream = TimeoutStream::new(stream);
            stream.set_write_timeout(Some(WRITE_TIME));
            let mut http = hyper::server::conn::http1::Builder::new();
            http.timer(TokioTimer::new()).header_read_timeout(HEADER_TIME).max_buf_size(1 << 20);
            let service = connection(self.router.clone(), peer);
            let io = TokioIo::new(Box::pin(stream));
            let serving = graceful.watch(http.serve_connection(io, TowerToHyperService::new(service)));
            tokio::spawn(async move {
                // A connection that breaks off is the other end's affair.
                let _ended = serving.await;
                drop(permit);
            });
        }
        drop(self.listener);
        if tokio::time::timeout(DRAIN_TIME, graceful.shutdown()).await.is_err() {
            tracing::warn!("requests were still under way when the server stopped");
        }
        sweeper.abort();
        for postman in postmen {
            postman.abort();
        }
        self.db.close().await;
    }
}

/// Makes the data folder, for this user alone.
///
/// # Errors
/// When it is missing and cannot be made.
pub fn create_data(folder: &Path) -> io::Result<()> {
    DirBuilder::new().recursive(true).mode(0o700).create(folder)
}

async fn accept(
    listener: &TcpListener,
    permits: &Arc<Semaphore>,
) -> Option<(TcpStream, SocketAddr, tokio::sync::OwnedSemaphorePermit)> {
    let permit = permits.clone().acquire_owned().await.ok()?;
    match listener.accept().await {
        Ok((stream, peer)) => {
            // Answers go out at once.
            let _set = stream.set_nodelay(true);
            Some((stream, peer, permit))
        }
        Err(error) => {
            tracing::warn!(%error, "a connection could not be accepted");
            tokio::time::sleep(Duration::from_millis(100)).await;
            None
        }
    }
}

fn connection(
    router: Router,
    peer: SocketAddr,
) -> impl tower::Service<
    Request<Incoming>,
    Response = axum::response::Response,
    Error = std::convert::Infallible,
    Future: Send,
> + Clone {
    service_fn(move |request: Request<Incoming>| {
        let mut request = request.map(Body::new);
        request.extensions_mut().insert(Peer(peer));
        router.clone().oneshot(request)
    })
}

async fn sweep(app: Arc<App>) {
    let mut every = tokio::time::interval(SWEEP_EVERY);
    loop {
        tokio::select! { _ = every.tick() => {} () = app.domain.ended() => {} }
        if let Err(error) = app.domain.sweep().await {
            tracing::error!(?error, "the background task failed");
        }
    }
}

/// Sends what is queued for one way. What is cut off here is sent by the next server.
async fn deliver(app: Arc<App>, channel: Channel) {
    let mut every = tokio::time::interval(DELIVER_EVERY);
    loop {
        tokio::select! { _ = every.tick() => {} () = app.domain.queued(channel) => {} }
        if let Err(error) = app.domain.deliver(channel).await {
            tracing::error!(?error, "what is queued could not be sent");
        }
    }
}
