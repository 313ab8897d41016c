//! Recipients.

use std::collections::HashSet;

use bulla::api::ResponseCode;
use bulla::api::package::{
    AddRecipient, AddRecipients, Answer, Confirmation, ConfirmedFile, PhoneNumber, Recipient,
    RecipientAnswer, RecipientsAnswer, UpdateRecipient,
};

use super::done;
use crate::domain::{Action, Error, Event, RecipientEntry, Result, parse_phone};
use crate::http::api::Call;
use crate::http::dates;
use crate::http::typed::Body;

/// `PUT /package/{packageId}/recipient/`
pub(in crate::http) async fn add(call: Call, Body(asked): Body<AddRecipient>) -> Result<RecipientAnswer> {
    let number = asked.phone_number.filter(|number| !number.is_empty());
    let phone = number.map(|number| parse_phone(&number, asked.country_code.as_deref())).transpose()?;
    let added = call.domain().add_recipients(call.package()?, &[asked.email]).await?;
    let mut entry = added.into_iter().next().ok_or(Error::NotFound)?;
    call.log(&[added_event(&entry)]).await?;
    if let Some(phone) = phone {
        let (package, id) = (call.package()?, entry.recipient.id.clone());
        call.domain().put_phone(package, &id, phone).await?;
        entry = call.domain().recipient(package, &id).await?;
    }
    one(&call, entry).await
}

/// `PUT /package/{packageId}/recipients/`
pub(in crate::http) async fn add_many(
    call: Call,
    Body(asked): Body<AddRecipients>,
) -> Result<RecipientsAnswer> {
    let added = call.domain().add_recipients(call.package()?, &asked.emails).await?;
    let keyed = call.domain().recipients_with_keys(call.package()?, &call.caller).await?;
    call.log(&added.iter().map(added_event).collect::<Vec<_>>()).await?;
    Ok(RecipientsAnswer {
        approval_required: added.iter().any(|added| added.recipient.needs_approval),
        recipients: added.into_iter().map(|of| entry(of, &keyed, call.domain().approvers())).collect(),
        response: ResponseCode::Success,
    })
}

/// `POST /package/{packageId}/recipient/{recipientId}/`
pub(in crate::http) async fn update(
    call: Call,
    Body(asked): Body<UpdateRecipient>,
) -> Result<RecipientAnswer> {
    let (package, id) = (call.package()?, call.parameter("recipient")?);
    let phone =
        asked.phone_number.map(|number| parse_phone(&number, asked.country_code.as_deref())).transpose()?;
    let role = asked.role.or(asked.role_name);
    let action = if role.is_some() { Action::ROLE_CHANGED } else { Action::RECIPIENT_UPDATED };
    if let Some(role) = role {
        call.domain().set_role(package, &call.caller, id, &role).await?;
    }
    if let Some(phone) = phone {
        call.domain().put_phone(package, id, phone).await?;
    }
    let entry = call.domain().recipient(package, id).await?;
    call.log(&[Event::to(action, id, &entry.recipient.email)]).await?;
    one(&call, entry).await
}

/// `GET /package/{packageId}/recipient/{recipientId}/`
pub(in crate::http) async fn get(call: Call) -> Result<RecipientAnswer> {
    let recipient = call.domain().recipient(call.package()?, call.parameter("recipient")?).await?;
    one(&call, recipient).await
}

/// `DELETE /package/{packageId}/recipient/{recipientId}/`
pub(in crate::http) async fn delete(call: Call) -> Result<Answer> {
    let (package, id) = (call.package()?, call.parameter("recipient")?);
    let removed = call.domain().recipient(package, id).await?.recipient;
    call.domain().delete_recipient(package, &call.caller, id).await?;
    call.log(&[Event::to(Action::RECIPIENT_REMOVED, id, &removed.email)]).await?;
    done(None)
}

async fn one(call: &Call, of: RecipientEntry) -> Result<RecipientAnswer> {
    let keyed = call.domain().recipients_with_keys(call.package()?, &call.caller).await?;
    let recipient = entry(of, &keyed, call.domain().approvers());
    Ok(RecipientAnswer { recipient, response: ResponseCode::Success })
}

fn added_event(entry: &RecipientEntry) -> Event {
    Event::to(Action::RECIPIENT_ADDED, &entry.recipient.id, &entry.recipient.email)
}

/// A recipient, as answers have it. `keyed` holds the ids of those whose public keys may be asked for.
pub(super) fn entry(of: RecipientEntry, keyed: &HashSet<String>, approvers: &[String]) -> Recipient {
    let needs_approval = of.recipient.needs_approval;
    let phones = (0..).zip(of.phones).map(|(place, phone)| PhoneNumber {
        country_code: phone.country_code.into(),
        phonenumber: phone.number.parse().unwrap_or_default(),
        was_used_most_recently: place == 0,
    });
    let confirmations = of.confirmations.into_iter().map(|opened| Confirmation {
        ip_address: opened.address,
        timestamp: dates::long(opened.at),
        time_stamp_str: dates::short(opened.at),
        is_message: opened.is_message,
        file: opened.file_id.map(|file_id| ConfirmedFile { file_id }),
    });
    Recipient {
        check_for_public_keys: keyed.contains(&of.recipient.id),
        recipient_id: of.recipient.id,
        email: of.recipient.email,
        full_name: String::new(),
        needs_approval,
        recipient_code: of.recipient.code,
        confirmations: confirmations.collect(),
        is_package_owner: false,
        role_name: of.recipient.role.as_str().to_owned(),
        approval_required: needs_approval,
        approvers: if needs_approval { approvers.to_vec() } else { Vec::new() },
        phonenumbers: phones.collect(),
        sms_auth: false,
    }
}
