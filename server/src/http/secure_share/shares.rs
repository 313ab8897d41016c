//! Secure shares and their recipients.

use std::sync::Arc;

use bulla::api::account::Language;
use bulla::api::package::TakenFile;
use bulla::api::secure_share::{
    AddFiles, AuthenticationEntry, AuthenticationMode, ChangeSecureRecipient, FileAccessInfo,
    IdentityProvider, IdentityProviders, NewAuthentication, NewNotification, NewSecureRecipient,
    NewSecureShare, NotificationEntry, NotificationLanguage, SecureRecipient, SecureShareDone,
    SecureShareEntity, SecureShares,
};

use crate::db::{Package, SecureShare, VerifiedRecipient};
use crate::domain::{Action, Error, Event, Result, SecureShareOrder, VerifiedRecipientOrder, Way};
use crate::http::api::{Call, Form};
use crate::http::dates;
use crate::http::intake;
use crate::http::typed::Body;

/// `POST /secure-share/shares` (ours)
pub(in crate::http) async fn create(
    call: Call,
    Body(asked): Body<NewSecureShare>,
) -> Result<SecureShareEntity> {
    let order = SecureShareOrder {
        package: asked.package_id,
        any_of: asked.authentication_mode == AuthenticationMode::Any,
        recipients: asked.recipients.into_iter().map(order).collect(),
    };
    for recipient in &order.recipients {
        check_links(&call, recipient)?;
    }
    let (share, package) = call.domain().create_secure_share(call.account()?, order).await?;
    for recipient in call.domain().verified_recipients(&share).await? {
        tell(&call, &package, &recipient).await?;
    }
    entity(&call, (share, package)).await
}

/// `GET /secure-share/shares` (ours)
pub(in crate::http) async fn list(call: Call) -> Result<SecureShares> {
    let mut shares = Vec::new();
    for found in call.domain().secure_shares(call.account()?).await? {
        shares.push(entity(&call, found).await?);
    }
    Ok(SecureShares { shares })
}

/// `GET /secure-share/shares/{shareId}` (ours)
pub(in crate::http) async fn get(call: Call) -> Result<SecureShareEntity> {
    entity(&call, own(&call).await?).await
}

/// `DELETE /secure-share/shares/{shareId}` (ours)
pub(in crate::http) async fn delete(call: Call) -> Result<SecureShareDone> {
    let (share, package) = own(&call).await?;
    let recipients = call.domain().verified_recipients(&share).await?;
    call.domain().delete_secure_share(&share).await?;
    let events: Vec<_> = recipients.iter().map(|gone| event(Action::RECIPIENT_REMOVED, gone)).collect();
    call.domain().log(&package, &call.caller, &call.address, &events).await?;
    Ok(SecureShareDone {})
}

/// `GET /secure-share/identity-providers` (ours)
pub(in crate::http) async fn identity_providers(call: Call) -> Result<IdentityProviders> {
    let there = call.domain().identity_providers().into_iter();
    let there = there.map(|(name, nin)| IdentityProvider { identity_provider: name.to_owned(), nin });
    Ok(IdentityProviders { identity_providers: there.collect() })
}

/// `POST /secure-share/shares/{shareId}/recipients`
pub(in crate::http) async fn add_recipient(
    call: Call,
    Body(asked): Body<NewSecureRecipient>,
) -> Result<SecureRecipient> {
    let (share, package) = own(&call).await?;
    let order = order(asked);
    check_links(&call, &order)?;
    let recipient = call.domain().add_verified_recipient((&share, &package), order).await?;
    tell(&call, &package, &recipient).await?;
    entry(&call, &package, recipient).await
}

/// `GET /secure-share/shares/{shareId}/recipients/{recipientId}`
pub(in crate::http) async fn recipient(call: Call) -> Result<SecureRecipient> {
    let (_, package, recipient) = own_recipient(&call).await?;
    entry(&call, &package, recipient).await
}

/// `PATCH /secure-share/shares/{shareId}/recipients/{recipientId}`
pub(in crate::http) async fn change_recipient(
    call: Call,
    Body(asked): Body<ChangeSecureRecipient>,
) -> Result<SecureRecipient> {
    let (_, package, recipient) = own_recipient(&call).await?;
    let order = VerifiedRecipientOrder {
        first_name: asked.first_name,
        last_name: asked.last_name,
        email: asked.email,
        phone: asked.mobile,
        external_reference: asked.external_reference,
        ways: asked.authentication.map(ways),
        files: asked.file_restrictions,
        ..notified(asked.notification)
    };
    check_links(&call, &order)?;
    let recipient = call.domain().update_verified_recipient(&package, recipient, order).await?;
    let event = event(Action::RECIPIENT_UPDATED, &recipient);
    call.domain().log(&package, &call.caller, &call.address, &[event]).await?;
    entry(&call, &package, recipient).await
}

/// `DELETE /secure-share/shares/{shareId}/recipients/{recipientId}`
pub(in crate::http) async fn delete_recipient(call: Call) -> Result<SecureShareDone> {
    let (_, package, recipient) = own_recipient(&call).await?;
    call.domain().delete_verified_recipient(&recipient).await?;
    let event = event(Action::RECIPIENT_REMOVED, &recipient);
    call.domain().log(&package, &call.caller, &call.address, &[event]).await?;
    Ok(SecureShareDone {})
}

/// `POST /secure-share/shares/{shareId}/recipients/{recipientId}/reminder`
pub(in crate::http) async fn remind(call: Call) -> Result<SecureShareDone> {
    let (_, package, recipient) = own_recipient(&call).await?;
    call.domain().remind_verified(&package, &recipient, &url(&call, &package, &recipient)).await?;
    Ok(SecureShareDone {})
}

/// `POST /secure-share/shares/{shareId}/files`
pub(in crate::http) async fn add_files(
    call: Call,
    Body(asked): Body<AddFiles>,
    form: Form,
) -> Result<Vec<TakenFile>> {
    let (_, package) = own(&call).await?;
    let intake = call.domain().begin_late_intake(&package, &asked.key_code).await?;
    intake::take_in(call, package, Arc::new(intake), form).await
}

/// `DELETE /secure-share/shares/{shareId}/files/{fileId}`
pub(in crate::http) async fn delete_file(call: Call) -> Result<SecureShareDone> {
    let ((_, package), id) = (own(&call).await?, call.parameter("file")?);
    let file = call.domain().file(&package, id).await?;
    call.domain().delete_file(&package, &call.caller, id).await?;
    let event = Event::on_file(&package, Action::FILE_DELETED, id, &file.name);
    call.domain().log(&package, &call.caller, &call.address, &[event]).await?;
    Ok(SecureShareDone {})
}

/// The share of the path, which is the caller's, and its package.
async fn own(call: &Call) -> Result<(SecureShare, Package)> {
    call.domain().own_secure_share(call.account()?, call.parameter("share")?).await
}

async fn own_recipient(call: &Call) -> Result<(SecureShare, Package, VerifiedRecipient)> {
    let (share, package) = own(call).await?;
    let recipient = call.domain().verified_recipient(&share, call.parameter("recipient")?).await?;
    Ok((share, package, recipient))
}

/// Writes to a new recipient, and notes that it is one.
async fn tell(call: &Call, package: &Package, recipient: &VerifiedRecipient) -> Result<()> {
    call.domain().notify_verified(package, recipient, &url(call, package, recipient)).await?;
    let event = event(Action::RECIPIENT_ADDED, recipient);
    call.domain().log(package, &call.caller, &call.address, &[event]).await
}

fn event(action: Action, recipient: &VerifiedRecipient) -> Event {
    Event::to(action, &recipient.id, recipient.called())
}

/// Links in texts must not follow the Host header of whoever makes the server send them.
fn check_links(call: &Call, order: &VerifiedRecipientOrder) -> Result<()> {
    if order.send_sms == Some(true) && call.app.config.public_url.is_none() {
        return Err(Error::Refused(
            "this server does not know its own address to send it by text".to_owned(),
        ));
    }
    Ok(())
}

/// A recipient's link without the key.
fn url(call: &Call, package: &Package, recipient: &VerifiedRecipient) -> String {
    format!("{}&recipient={}", package.link(&call.base), recipient.id)
}

fn order(asked: NewSecureRecipient) -> VerifiedRecipientOrder {
    VerifiedRecipientOrder {
        first_name: asked.first_name,
        last_name: asked.last_name,
        email: asked.email,
        phone: asked.mobile,
        external_reference: asked.external_reference,
        ways: Some(ways(asked.authentication)),
        files: asked.file_restrictions,
        ..notified(asked.notification)
    }
}

/// What is said of how a recipient is written to.
fn notified(asked: Option<NewNotification>) -> VerifiedRecipientOrder {
    let Some(asked) = asked else { return VerifiedRecipientOrder::default() };
    let language = |language| match language {
        NotificationLanguage::En => Language::English,
        NotificationLanguage::No => Language::Norwegian,
    };
    VerifiedRecipientOrder {
        send_email: asked.send_email,
        send_sms: asked.send_sms.or(asked.sens_sms),
        language: asked.language.map(language),
        ..VerifiedRecipientOrder::default()
    }
}

fn ways(asked: Vec<NewAuthentication>) -> Vec<Way> {
    let way = |asked: NewAuthentication| Way {
        provider: asked.identity_provider,
        idp_id: asked.idp_id,
        nin: asked.nin,
    };
    asked.into_iter().map(way).collect()
}

async fn entity(call: &Call, (share, package): (SecureShare, Package)) -> Result<SecureShareEntity> {
    let mut recipients = Vec::new();
    for recipient in call.domain().verified_recipients(&share).await? {
        recipients.push(entry(call, &package, recipient).await?);
    }
    Ok(SecureShareEntity {
        id: share.id,
        package_id: share.package_id,
        authentication_mode: if share.any_of { AuthenticationMode::Any } else { AuthenticationMode::All },
        created_at: time(share.created),
        recipients,
    })
}

async fn entry(call: &Call, package: &Package, recipient: VerifiedRecipient) -> Result<SecureRecipient> {
    let known = |text: String| Some(text).filter(|text| !text.is_empty());
    let (ways, url) = (call.domain().ways(&recipient)?, url(call, package, &recipient));
    let downloads = call.domain().verified_downloads(&recipient).await?;
    let authentication = ways.into_iter().map(|way| AuthenticationEntry {
        identity_provider: way.provider,
        idp_id: way.idp_id,
        nin: way.nin,
    });
    let downloads = downloads
        .into_iter()
        .map(|download| FileAccessInfo { id: download.file_id, last_downloaded_at: time(download.at) });
    Ok(SecureRecipient {
        id: recipient.id,
        external_reference: known(recipient.external_reference),
        first_name: known(recipient.first_name),
        last_name: known(recipient.last_name),
        email: known(recipient.email),
        mobile: known(recipient.phone),
        file_access_infos: downloads.collect(),
        file_restrictions: recipient.files,
        authentication: authentication.collect(),
        logged_in_time: recipient.verified.map(time),
        url: Some(url),
        notification: NotificationEntry {
            send_email: recipient.send_email,
            send_sms: recipient.send_sms,
            language: recipient.language.map(|language| match language {
                Language::English => NotificationLanguage::En,
                Language::Norwegian => NotificationLanguage::No,
            }),
        },
    })
}

fn time(seconds: i64) -> String {
    format!("{}Z", dates::iso(seconds))
}
