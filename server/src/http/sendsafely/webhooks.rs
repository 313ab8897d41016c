//! Webhooks.

use bulla::api::ResponseCode;
use bulla::api::package::Answer;
use bulla::api::webhook::{
    CreateWebhook, DeliveriesAnswer, DeliveryEntry, WebhookCreated, WebhookEntry, WebhooksAnswer,
};

use super::done;
use crate::db::{Delivery, Webhook};
use crate::domain::{Result, WebhookOrder};
use crate::http::api::Call;
use crate::http::typed::Body;

/// `PUT /webhook/`
pub(in crate::http) async fn create(call: Call, Body(asked): Body<CreateWebhook>) -> Result<WebhookCreated> {
    let order = WebhookOrder { url: asked.url, events: asked.events, description: asked.description };
    let (webhook, secret) = call.domain().create_webhook(call.account()?, order).await?;
    Ok(WebhookCreated { webhook: entry(webhook), secret, response: ResponseCode::Success })
}

/// `GET /webhook/`
pub(in crate::http) async fn list(call: Call) -> Result<WebhooksAnswer> {
    let webhooks = call.domain().webhooks(call.account()?).await?;
    Ok(WebhooksAnswer {
        webhooks: webhooks.into_iter().map(entry).collect(),
        response: ResponseCode::Success,
    })
}

/// `DELETE /webhook/{webhookId}/`
pub(in crate::http) async fn delete(call: Call) -> Result<Answer> {
    call.domain().delete_webhook(call.account()?, call.parameter("webhook")?).await?;
    done(None)
}

/// `GET /webhook/{webhookId}/deliveries/`
pub(in crate::http) async fn deliveries(call: Call) -> Result<DeliveriesAnswer> {
    let deliveries = call.domain().deliveries(call.account()?, call.parameter("webhook")?).await?;
    let entry = |delivery: Delivery| DeliveryEntry {
        id: delivery.id,
        event: delivery.event,
        created: delivery.created.unsigned_abs(),
        status: delivery.status,
        attempts: delivery.attempts.unsigned_abs(),
        attempted: delivery.attempted.map(i64::unsigned_abs),
        reason: delivery.reason,
    };
    Ok(DeliveriesAnswer {
        deliveries: deliveries.into_iter().map(entry).collect(),
        response: ResponseCode::Success,
    })
}

fn entry(webhook: Webhook) -> WebhookEntry {
    WebhookEntry {
        id: webhook.id,
        url: webhook.url,
        events: webhook.events,
        description: webhook.description,
        created: webhook.created.unsigned_abs(),
    }
}
