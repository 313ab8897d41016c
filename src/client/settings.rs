//! How the caller is written to (ours).

use std::future::Future;

use super::{Client, Clock, Http, Method};
use crate::Result;
use crate::api::account::Settings;
use crate::json::read_struct;

read_struct! {
    /// How an account is written to. Servers newer than this client may have languages and events that it does not know.
    #[derive(Clone, Debug, PartialEq, Eq)]
    pub struct AccountSettings {
        /// In which language; the server's own when none.
        pub language: Option<String> = get "language",
        /// Of which events it is told by e-mail.
        pub mail: Vec<String> = get "mail",
    }
}

read_struct! {
    struct Answer {
        settings: AccountSettings = get "settings",
    }
}

impl<N: Http + Clock> Client<N> {
    /// How the caller is written to.
    pub async fn settings(&self) -> Result<AccountSettings> {
        let answer: Answer = self.api(Method::Get, "/user/settings/", None::<&()>).await?;
        Ok(answer.settings)
    }

    /// Changes how the caller is written to: all of it, so that what is none is as if it had never been chosen.
    pub fn set_settings(&self, settings: &Settings) -> impl Future<Output = Result<()>> {
        self.api(Method::Put, "/user/settings/", Some(settings))
    }
}
