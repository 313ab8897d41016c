//! Webhooks: programs that are told what others do with the caller's packages (ours).

use std::future::Future;

use super::{Client, Clock, Http, Method};
use crate::api::webhook::CreateWebhook;
use crate::json::{Invalid, Json, Read, read_struct};

const NO_BODY: Option<&()> = None;

read_struct! {
    /// A webhook. Servers newer than this client may have events that it does not know.
    #[derive(Clone, Debug, PartialEq, Eq)]
    pub struct Webhook {
        /// Its id.
        pub id: String = get "id",
        /// Where it is told.
        pub url: String = get "url",
        /// What it is told.
        pub events: Vec<String> = get "events",
        /// What its owner calls it.
        pub description: String = get_or_default "description",
        /// When it was made, in seconds since 1970.
        pub created: u64 = get "created",
    }
}

/// A webhook that was made.
#[derive(Clone)]
pub struct NewWebhook {
    /// The webhook.
    pub webhook: Webhook,
    /// What its deliveries are signed with, told only now.
    pub secret: String,
}

impl Read for NewWebhook {
    fn read(json: &Json) -> Result<Self, Invalid> {
        Ok(Self { webhook: Webhook::read(json)?, secret: json.get("secret")? })
    }
}

read_struct! {
    struct Webhooks {
        webhooks: Vec<Webhook> = get "webhooks",
    }
}

read_struct! {
    /// Something that a webhook was to be told.
    #[derive(Clone, Debug)]
    pub struct Delivery {
        /// Its id, as in the header `webhook-id`.
        pub id: String = get "id",
        /// What it was about.
        pub event: String = get "event",
        /// When that happened, in seconds since 1970.
        pub created: u64 = get "created",
        /// What became of it: `waiting`, `delivered` or `failed`.
        pub status: String = get "status",
        /// How often it was tried.
        pub attempts: u64 = get "attempts",
        /// When that was last, in seconds since 1970.
        pub attempted: Option<u64> = get "attempted",
        /// Why the last attempt failed; empty when none did.
        pub reason: String = get_or_default "reason",
    }
}

read_struct! {
    struct Deliveries {
        deliveries: Vec<Delivery> = get "deliveries",
    }
}

impl<N: Http + Clock> Client<N> {
    /// Makes a webhook.
    pub fn create_webhook(&self, request: &CreateWebhook) -> impl Future<Output = crate::Result<NewWebhook>> {
        self.api(Method::Put, "/webhook/", Some(request))
    }

    /// The caller's webhooks, oldest first.
    pub async fn webhooks(&self) -> crate::Result<Vec<Webhook>> {
        let answer: Webhooks = self.api(Method::Get, "/webhook/", NO_BODY).await?;
        Ok(answer.webhooks)
    }

    /// Deletes a webhook, and what waits for it.
    pub fn delete_webhook(&self, id: &str) -> impl Future<Output = crate::Result<()>> {
        self.api(Method::Delete, &format!("/webhook/{id}/"), NO_BODY)
    }

    /// The last hundred things that a webhook was to be told, the newest first.
    pub async fn deliveries(&self, id: &str) -> crate::Result<Vec<Delivery>> {
        let path = format!("/webhook/{id}/deliveries/");
        let answer: Deliveries = self.api(Method::Get, &path, NO_BODY).await?;
        Ok(answer.deliveries)
    }
}
