//! The installation: its version, what it is called, and reports to its operator.

use std::future::Future;

use super::{Client, Clock, Http, Method, UPLOAD_TYPE};
use crate::Result;
use crate::api::installation::SendFeedback;
use crate::json::read_struct;

const NO_BODY: Option<&()> = None;

read_struct! {
    /// What an installation tells of itself.
    #[derive(Clone, Debug)]
    pub struct Installation {
        /// The origin that people use.
        pub host: String = get "host",
        /// What it is called.
        pub name: String = get "systemName",
        /// Whether a package may be for whoever has its link.
        pub allows_undisclosed: bool = get_or_default "allowUndisclosedRecipients",
        /// The colour of the pages' heads, as `#1c1917`.
        pub header_color: String = get_or_default "headerColor",
        /// The colour of links, likewise.
        pub link_color: String = get_or_default "linkColor",
    }
}

read_struct! {
    struct Version {
        version: String = get "version",
    }
}

impl<N: Http + Clock> Client<N> {
    /// What the installation is called and looks like.
    pub fn installation(&self) -> impl Future<Output = Result<Installation>> {
        self.api(Method::Get, "/enterprise/", NO_BODY)
    }

    /// The server's version. It is told this client's.
    pub async fn server_version(&self) -> Result<String> {
        let path = format!("/config/version/{UPLOAD_TYPE}/{}/", env!("CARGO_PKG_VERSION"));
        let answer: Version = self.api(Method::Get, &path, NO_BODY).await?;
        Ok(answer.version)
    }

    /// Tells the operator what happened.
    pub fn send_feedback(&self, report: &SendFeedback) -> impl Future<Output = Result<()>> {
        self.api(Method::Put, "/feedback/", Some(report))
    }
}
