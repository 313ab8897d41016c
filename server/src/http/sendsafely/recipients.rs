//! Recipients.

use bulla::api::ResponseCode;
use bulla::api::package::{
    AddRecipient, AddRecipients, Confirmation, PublicKeysAnswer, Recipient, RecipientAnswer, RecipientsAnswer,
};

use super::done;
use crate::domain::{Action, Error, Event, RecipientEntry, Result};
use crate::http::api::{Call, Reply};
use crate::http::dates;

/// `PUT /package/{packageId}/recipient/`
pub(in crate::http) async fn add(call: Call) -> Result<Reply> {
    let asked: AddRecipient = call.json()?;
    let added = call.domain().add_recipients(call.package()?, &[asked.email]).await?;
    let recipient = added.into_iter().next().ok_or(Error::NotFound)?;
    call.log(&[Event::to(Action::RECIPIENT_ADDED, &recipient.id, &recipient.email)]).await?;
    one(&call, RecipientEntry { recipient, confirmations: Vec::new() })
}

/// `PUT /package/{packageId}/recipients/`
pub(in crate::http) async fn add_many(call: Call) -> Result<Reply> {
    let asked: AddRecipients = call.json()?;
    let added = call.domain().add_recipients(call.package()?, &asked.emails).await?;
    let events = added.iter().map(|added| Event::to(Action::RECIPIENT_ADDED, &added.id, &added.email));
    call.log(&events.collect::<Vec<_>>()).await?;
    let entries =
        added.iter().cloned().map(|recipient| RecipientEntry { recipient, confirmations: Vec::new() });
    Reply::json(&RecipientsAnswer {
        approval_required: added.iter().any(|added| added.needs_approval),
        recipients: entries.map(|of| entry(of, call.domain().approvers())).collect(),
        response: ResponseCode::Success,
    })
}

/// `GET /package/{packageId}/recipient/{recipientId}/`
pub(in crate::http) async fn get(call: Call) -> Result<Reply> {
    one(&call, call.domain().recipient(call.package()?, call.parameter("recipient")?).await?)
}

/// `DELETE /package/{packageId}/recipient/{recipientId}/`
pub(in crate::http) async fn delete(call: Call) -> Result<Reply> {
    let (package, id) = (call.package()?, call.parameter("recipient")?);
    let removed = call.domain().recipient(package, id).await?.recipient;
    call.domain().delete_recipient(package, id).await?;
    call.log(&[Event::to(Action::RECIPIENT_REMOVED, id, &removed.email)]).await?;
    done(None)
}

/// `GET /package/{packageId}/public-keys/`: nobody's key is known.
pub(in crate::http) async fn public_keys(_: Call) -> Result<Reply> {
    Reply::json(&PublicKeysAnswer { public_keys: Vec::new(), response: ResponseCode::Success })
}

/// `GET /package/{packageId}/{recipientId}/public-keys/`
pub(in crate::http) async fn public_keys_of(call: Call) -> Result<Reply> {
    call.domain().recipient(call.package()?, call.parameter("recipient")?).await?;
    public_keys(call).await
}

fn one(call: &Call, of: RecipientEntry) -> Result<Reply> {
    let recipient = entry(of, call.domain().approvers());
    Reply::json(&RecipientAnswer { recipient, response: ResponseCode::Success })
}

/// A recipient, as answers have it.
pub(super) fn entry(of: RecipientEntry, approvers: &[String]) -> Recipient {
    let needs_approval = of.recipient.needs_approval;
    let confirmations = of.confirmations.into_iter().map(|opened| Confirmation {
        ip_address: opened.address,
        timestamp: dates::long(opened.at),
        time_stamp_str: dates::short(opened.at),
        is_message: opened.is_message,
    });
    Recipient {
        recipient_id: of.recipient.id,
        email: of.recipient.email,
        full_name: String::new(),
        needs_approval,
        recipient_code: of.recipient.code,
        confirmations: confirmations.collect(),
        is_package_owner: false,
        check_for_public_keys: false,
        role_name: "VIEWER".to_owned(),
        approval_required: needs_approval,
        approvers: if needs_approval { approvers.to_vec() } else { Vec::new() },
        phonenumbers: Vec::new(),
        sms_auth: false,
    }
}
