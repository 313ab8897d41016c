//! Dropzones, for their owners.

use std::future::Future;

use super::{Client, Clock, Http, Method};
use crate::Result;
use crate::api::dropzone::ConfirmSender;
use crate::json::read_struct;

read_struct! {
    /// That a Dropzone's owner knows who sends.
    #[derive(Clone)]
    pub struct ConfirmedSender {
        /// What the sender's client finalizes with.
        pub token: String = get "confirmedSenderToken",
        /// For how many seconds it holds.
        pub expires_in: u64 = get "tokenExpiresIn",
    }
}

impl<N: Http + Clock> Client<N> {
    /// Confirms the address of somebody who sends through a Dropzone of the caller's (ours).
    pub fn confirm_sender(
        &self,
        dropzone_id: &str,
        email: String,
    ) -> impl Future<Output = Result<ConfirmedSender>> {
        self.api(Method::Post, &format!("/dropzone/{dropzone_id}/sender/"), Some(&ConfirmSender { email }))
    }
}
