//! Recipients.

use std::collections::HashSet;

use bulla::api::ResponseCode;
use bulla::api::package::{
    AddRecipient, AddRecipients, Confirmation, Recipient, RecipientAnswer, RecipientsAnswer, UpdateRecipient,
};

use super::done;
use crate::domain::{Error, RecipientEntry, Result};
use crate::http::api::{Call, Reply};
use crate::http::dates;

/// `PUT /package/{packageId}/recipient/`
pub(in crate::http) async fn add(call: Call) -> Result<Reply> {
    let asked: AddRecipient = call.json()?;
    let added = call.domain().add_recipients(call.package()?, &[asked.email]).await?;
    let recipient = added.into_iter().next().ok_or(Error::NotFound)?;
    one(&call, RecipientEntry { recipient, confirmations: Vec::new() }).await
}

/// `PUT /package/{packageId}/recipients/`
pub(in crate::http) async fn add_many(call: Call) -> Result<Reply> {
    let asked: AddRecipients = call.json()?;
    let added = call.domain().add_recipients(call.package()?, &asked.emails).await?;
    let keyed = call.domain().recipients_with_keys(call.package()?, &call.caller).await?;
    let entries = added.into_iter().map(|recipient| RecipientEntry { recipient, confirmations: Vec::new() });
    Reply::json(&RecipientsAnswer {
        approval_required: false,
        recipients: entries.map(|of| entry(of, &keyed)).collect(),
        response: ResponseCode::Success,
    })
}

/// `GET /package/{packageId}/recipient/{recipientId}/`
pub(in crate::http) async fn get(call: Call) -> Result<Reply> {
    let recipient = call.domain().recipient(call.package()?, call.parameter("recipient")?).await?;
    one(&call, recipient).await
}

/// `POST /package/{packageId}/recipient/{recipientId}/`
pub(in crate::http) async fn update(call: Call) -> Result<Reply> {
    let asked: UpdateRecipient = call.json()?;
    let (package, id) = (call.package()?, call.parameter("recipient")?);
    if let Some(role) = asked.role.or(asked.role_name) {
        call.domain().set_role(package, &call.caller, id, &role).await?;
    }
    let entry = call.domain().recipient(package, id).await?;
    one(&call, entry).await
}

/// `DELETE /package/{packageId}/recipient/{recipientId}/`
pub(in crate::http) async fn delete(call: Call) -> Result<Reply> {
    let id = call.parameter("recipient")?;
    call.domain().delete_recipient(call.package()?, &call.caller, id).await?;
    done(None)
}

async fn one(call: &Call, of: RecipientEntry) -> Result<Reply> {
    let keyed = call.domain().recipients_with_keys(call.package()?, &call.caller).await?;
    Reply::json(&RecipientAnswer { recipient: entry(of, &keyed), response: ResponseCode::Success })
}

/// A recipient, as answers have it. `keyed` holds the ids of those whose public keys may be asked for.
pub(super) fn entry(of: RecipientEntry, keyed: &HashSet<String>) -> Recipient {
    let confirmations = of.confirmations.into_iter().map(|opened| Confirmation {
        ip_address: opened.address,
        timestamp: dates::long(opened.at),
        time_stamp_str: dates::short(opened.at),
        is_message: opened.is_message,
    });
    Recipient {
        check_for_public_keys: keyed.contains(&of.recipient.id),
        recipient_id: of.recipient.id,
        email: of.recipient.email,
        full_name: String::new(),
        needs_approval: false,
        recipient_code: of.recipient.code,
        confirmations: confirmations.collect(),
        is_package_owner: false,
        role_name: of.recipient.role.as_str().to_owned(),
        approval_required: false,
        phonenumbers: Vec::new(),
        sms_auth: false,
    }
}
