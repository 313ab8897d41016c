//! Recipients.

use bulla::api::ResponseCode;
use bulla::api::package::{
    AddRecipient, AddRecipients, Confirmation, ConfirmedFile, PhoneNumber, PublicKeysAnswer, Recipient,
    RecipientAnswer, RecipientsAnswer, UpdateRecipient,
};

use super::done;
use crate::domain::{Action, Error, Event, RecipientEntry, Result, parse_phone};
use crate::http::api::{Call, Reply};
use crate::http::dates;

/// `PUT /package/{packageId}/recipient/`
pub(in crate::http) async fn add(call: Call) -> Result<Reply> {
    let asked: AddRecipient = call.json()?;
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
    one(&call, entry)
}

/// `PUT /package/{packageId}/recipients/`
pub(in crate::http) async fn add_many(call: Call) -> Result<Reply> {
    let asked: AddRecipients = call.json()?;
    let added = call.domain().add_recipients(call.package()?, &asked.emails).await?;
    call.log(&added.iter().map(added_event).collect::<Vec<_>>()).await?;
    Reply::json(&RecipientsAnswer {
        approval_required: added.iter().any(|added| added.recipient.needs_approval),
        recipients: added.into_iter().map(|of| entry(of, call.domain().approvers())).collect(),
        response: ResponseCode::Success,
    })
}

/// `POST /package/{packageId}/recipient/{recipientId}/`
pub(in crate::http) async fn update(call: Call) -> Result<Reply> {
    let asked: UpdateRecipient = call.json()?;
    let (package, id) = (call.package()?, call.parameter("recipient")?);
    let phone =
        asked.phone_number.map(|number| parse_phone(&number, asked.country_code.as_deref())).transpose()?;
    if let Some(role) = asked.role.or(asked.role_name) {
        call.domain().set_role(package, id, &role).await?;
    }
    if let Some(phone) = phone {
        call.domain().put_phone(package, id, phone).await?;
    }
    let entry = call.domain().recipient(package, id).await?;
    call.log(&[Event::to(Action::RECIPIENT_UPDATED, id, &entry.recipient.email)]).await?;
    one(&call, entry)
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

fn added_event(entry: &RecipientEntry) -> Event {
    Event::to(Action::RECIPIENT_ADDED, &entry.recipient.id, &entry.recipient.email)
}

fn one(call: &Call, of: RecipientEntry) -> Result<Reply> {
    let recipient = entry(of, call.domain().approvers());
    Reply::json(&RecipientAnswer { recipient, response: ResponseCode::Success })
}

/// A recipient, as answers have it.
pub(super) fn entry(of: RecipientEntry, approvers: &[String]) -> Recipient {
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
        phonenumbers: phones.collect(),
        sms_auth: false,
    }
}
