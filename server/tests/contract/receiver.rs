//! An HTTP server on loopback that keeps what it is asked.

use std::sync::{Arc, Mutex};

use axum::Router;
use axum::body::Bytes;
use axum::extract::State;
use axum::http::{HeaderMap, Method, StatusCode, Uri};
use axum::response::{IntoResponse, Response};
use tokio::net::TcpListener;
use tokio::sync::Notify;
use tokio::task::JoinHandle;

/// A request that arrived.
#[derive(Clone, Debug)]
pub(crate) struct Asked {
    pub(crate) method: Method,
    pub(crate) uri: Uri,
    pub(crate) headers: HeaderMap,
    pub(crate) body: String,
}

#[derive(Default)]
struct Kept {
    asked: Mutex<Vec<Asked>>,
    /// Answers to give to the next requests instead of 200.
    answers: Mutex<Vec<u16>>,
    changed: Notify,
}

/// The server. It stops when it is dropped.
pub(crate) struct Receiver {
    pub(crate) url: String,
    kept: Arc<Kept>,
    serving: JoinHandle<()>,
}

impl Drop for Receiver {
    fn drop(&mut self) {
        self.serving.abort();
    }
}

impl Receiver {
    pub(crate) async fn start() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = format!("http://{}", listener.local_addr().unwrap());
        let kept = Arc::new(Kept::default());
        let router = Router::new().fallback(keep).with_state(kept.clone());
        let serving = tokio::spawn(async move { axum::serve(listener, router).await.unwrap() });
        Self { url, kept, serving }
    }

    /// Has it answer the next requests with these statuses. A redirection leads to itself.
    pub(crate) fn answer(&self, statuses: &[u16]) {
        self.kept.answers.lock().unwrap().extend(statuses.iter().rev());
    }

    /// Waits until so many requests arrived, and returns them all.
    pub(crate) async fn asked(&self, count: usize) -> Vec<Asked> {
        loop {
            let changed = self.kept.changed.notified();
            let asked = self.kept.asked.lock().unwrap().clone();
            if asked.len() >= count {
                return asked;
            }
            changed.await;
        }
    }

    /// How many arrived until now.
    pub(crate) fn count(&self) -> usize {
        self.kept.asked.lock().unwrap().len()
    }
}

async fn keep(
    State(kept): State<Arc<Kept>>,
    method: Method,
    uri: Uri,
    headers: HeaderMap,
    body: Bytes,
) -> Response {
    let body = String::from_utf8(body.to_vec()).unwrap();
    // A gateway may say again what it was told.
    let said = format!("{uri} {body}");
    kept.asked.lock().unwrap().push(Asked { method, uri, headers, body });
    let status = kept.answers.lock().unwrap().pop().unwrap_or(200);
    kept.changed.notify_waiters();
    (StatusCode::from_u16(status).unwrap(), [("location", "/elsewhere")], said).into_response()
}
