//! Shares, their recipients and their items.

use bulla::api::sharefile::{
    AccessRight, AccessRightType, AddAlias, AddRecipient, CreateShare, CreateShareQuery, ItemType, NO_END,
    NO_LIMIT, NewAccessRight, NewRecipient, SendShare, ShareAlias, ShareAliasFeed, ShareAliasUser,
    ShareEntity, ShareFeed, ShareRedirection, ShareType, SharedItem as ItemEntry, SharedItemFeed,
    SharesQuery, ThumbnailQuery, UpdateShare, UpdateShareQuery,
};

use super::requests;
use crate::db::{ItemsChange, Package, Share, ShareRecipient};
use crate::domain::{
    Action, Error, Event, Result, ShareChange, ShareEnd, ShareNotice, ShareRecipientOrder, ShareTerms,
    SharedItem,
};
use crate::http::api::Call;
use crate::http::dates;
use crate::http::typed::{Body, Led, Query};

/// The thumbnail that is meant where none is named.
const SMALLEST: u16 = 75;

/// `POST /sf/v3/Shares`
pub(in crate::http) async fn create(
    call: Call,
    (Query(how), Body(asked)): (Query<CreateShareQuery>, Body<CreateShare>),
) -> Result<ShareEntity> {
    if asked.share_type == ShareType::Request {
        return requests::create(&call, &how, asked).await;
    }
    let items = asked.items.ok_or_else(|| Error::Invalid("Items are needed".to_owned()))?;
    let view_only = view_only(Some(asked.is_view_only), asked.share_access_right.as_ref());
    let package = package_of(&call, items.first().map(|item| item.id.as_str())).await?;
    if let Some(parent) = &asked.parent {
        let within =
            parent.id == package.id || call.domain().package_of_item(&parent.id).await? == package.id;
        if !within {
            return Err(Error::NotFound);
        }
    }
    let mut recipients = Vec::new();
    for recipient in asked.recipients {
        recipients.push(order(&call, recipient).await?);
    }
    let terms = ShareTerms {
        title: asked.title,
        items: items.into_iter().map(|item| item.id).collect(),
        recipients,
        end: end(asked.expiration_date.as_deref())?,
        max_downloads: limit(asked.max_downloads.unwrap_or(NO_LIMIT))?,
        require_login: asked.require_login,
        require_user_info: asked.require_user_info,
        view_only: view_only.unwrap_or_default(),
        newest: asked.uses_stream_ids,
        notice: how.notify.then(|| ShareNotice { link: package.link(&call.base), ..ShareNotice::default() }),
        notify_on_download: false,
    };
    made(&call, &package, terms).await
}

/// `POST /sf/v3/Shares/Send`
pub(in crate::http) async fn send(call: Call, Body(asked): Body<SendShare>) -> Result<ShareEntity> {
    let package = package_of(&call, asked.items.first().map(String::as_str)).await?;
    let to = |email| with_address(ShareRecipientOrder { email, ..ShareRecipientOrder::default() });
    let terms = ShareTerms {
        title: asked.subject.clone(),
        items: asked.items,
        recipients: asked.emails.into_iter().map(to).collect::<Result<_>>()?,
        end: end_in(asked.expiration_days)?,
        max_downloads: limit(asked.max_downloads.unwrap_or(NO_LIMIT))?,
        require_login: asked.require_login,
        notice: Some(ShareNotice {
            link: package.link(&call.base),
            subject: asked.subject,
            body: asked.body,
            cc_sender: asked.cc_sender,
        }),
        notify_on_download: asked.notify_on_download,
        ..ShareTerms::default()
    };
    if terms.recipients.is_empty() || terms.title.trim().is_empty() {
        return Err(Error::Invalid("Emails and Subject are needed".to_owned()));
    }
    made(&call, &package, terms).await
}

/// `PATCH /sf/v3/Shares(id)`
pub(in crate::http) async fn update(
    call: Call,
    (Query(how), Body(asked)): (Query<UpdateShareQuery>, Body<UpdateShare>),
) -> Result<ShareEntity> {
    let share = share(&call).await?;
    if share.has_expired(crate::domain::now()) && !how.include_expired {
        return Err(Error::NotFound);
    }
    let append = how.append_items_feed.unwrap_or(true);
    let items = asked.items.map(|items| items.into_iter().map(|item| item.id).collect());
    let change = ShareChange {
        title: asked.title,
        items: items.map(|items| ItemsChange { items, append }),
        end: asked.expiration_date.as_deref().map(|date| end(Some(date))).transpose()?,
        max_downloads: asked.max_downloads.map(limit).transpose()?,
        require_login: asked.require_login,
        require_user_info: asked.require_user_info,
        view_only: view_only(asked.is_view_only, asked.share_access_right.as_ref()),
    };
    let share = call.domain().update_share(share, change).await?;
    note(&call, &share, Action::SHARE_UPDATED, &share.title).await?;
    Ok(entity(share, None))
}

/// `GET /sf/v3/Shares`
pub(in crate::http) async fn list(call: Call, Query(asked): Query<SharesQuery>) -> Result<ShareFeed> {
    let mut shares = call.domain().shares(call.account()?).await?;
    if asked.include_expired == Some(false) {
        shares.retain(|share| !share.has_expired(crate::domain::now()));
    }
    let value: Vec<_> = shares.into_iter().map(|share| entity(share, None)).collect();
    Ok(ShareFeed { count: value.len(), value })
}

/// `GET /sf/v3/Shares(id)`
pub(in crate::http) async fn get(call: Call) -> Result<ShareEntity> {
    Ok(entity(share(&call).await?, None))
}

/// `DELETE /sf/v3/Shares(id)`
pub(in crate::http) async fn delete(call: Call) -> Result<ShareEntity> {
    let share = share(&call).await?;
    call.domain().delete_share(&share).await?;
    note(&call, &share, Action::SHARE_DELETED, &share.title).await?;
    Ok(entity(share, None))
}

/// `GET /sf/v3/Shares(id)/Recipients`
pub(in crate::http) async fn recipients(call: Call) -> Result<ShareAliasFeed> {
    let known = call.domain().share_recipients(&share(&call).await?).await?;
    let value: Vec<_> = known.into_iter().map(alias).collect();
    Ok(ShareAliasFeed { count: value.len(), value })
}

/// `GET /sf/v3/Shares(id)/Recipients(alias)`
pub(in crate::http) async fn recipient(call: Call) -> Result<ShareAlias> {
    let known = call.domain().share_recipient(&share(&call).await?, call.parameter("alias")?).await?;
    Ok(alias(known))
}

/// `POST /sf/v3/Shares(id)/Recipients`
pub(in crate::http) async fn add_recipient(
    call: Call,
    Query(asked): Query<AddRecipient>,
) -> Result<ShareAlias> {
    let AddRecipient { email, first_name, last_name, company } = asked;
    let order = ShareRecipientOrder { email, first_name, last_name, company };
    Ok(alias(add(&call, &share(&call).await?, order).await?))
}

/// `POST /sf/v3/Shares(id)/Alias`
pub(in crate::http) async fn add_alias(call: Call, Query(asked): Query<AddAlias>) -> Result<ShareEntity> {
    let share = share(&call).await?;
    if asked.notify && !call.domain().sends_mail() {
        return Err(Error::Invalid("this server sends no e-mail".to_owned()));
    }
    let order = ShareRecipientOrder { email: asked.email, ..ShareRecipientOrder::default() };
    let added = add(&call, &share, order).await?;
    if asked.notify {
        let link = call.domain().share_package(&share).await?.link(&call.base);
        call.domain().notify_share_recipient(call.account()?, &share, &added, &link).await?;
    }
    Ok(entity(share, Some(added.id)))
}

/// `GET /sf/v3/Shares(id)/Items`
pub(in crate::http) async fn items(call: Call) -> Result<SharedItemFeed> {
    let shared = call.domain().shared_items(&share(&call).await?).await?;
    let value: Vec<_> = shared.into_iter().map(item_entry).collect();
    Ok(SharedItemFeed { count: value.len(), value })
}

/// `GET /sf/v3/Shares(id)/Items(item)`
pub(in crate::http) async fn item(call: Call) -> Result<ItemEntry> {
    let (shared, id) = (call.domain().shared_items(&share(&call).await?).await?, call.parameter("item")?);
    shared.into_iter().map(item_entry).find(|item| item.id == id).ok_or(Error::NotFound)
}

/// `GET /sf/v3/Shares(id)/Items(item)/Thumbnail`
pub(in crate::http) async fn thumbnail(
    call: Call,
    Query(asked): Query<ThumbnailQuery>,
) -> Result<Led<ShareRedirection>> {
    let (share, size) = (share(&call).await?, asked.size.unwrap_or(SMALLEST));
    let uri = call.domain().shared_thumbnail(&share, call.parameter("item")?, size, &call.base).await?;
    Ok(if asked.redirect.unwrap_or(true) {
        Led::There(uri)
    } else {
        let available = !share.has_expired(crate::domain::now());
        Led::Told(ShareRedirection { method: "GET".to_owned(), uri, available })
    })
}

/// The share of the path, which is the caller's.
async fn share(call: &Call) -> Result<Share> {
    call.domain().own_share(call.account()?, call.parameter("share")?).await
}

/// The package of the caller's that a share of this item would be of.
async fn package_of(call: &Call, item: Option<&str>) -> Result<Package> {
    call.domain().own_package_of_item(call.account()?, item.unwrap_or_default()).await
}

async fn made(call: &Call, package: &Package, terms: ShareTerms) -> Result<ShareEntity> {
    let share = call.domain().create_share(call.account()?, &package.id, terms).await?;
    note(call, &share, Action::SHARE_CREATED, &share.title).await?;
    Ok(entity(share, None))
}

async fn add(call: &Call, share: &Share, order: ShareRecipientOrder) -> Result<ShareRecipient> {
    let added = call.domain().add_share_recipient(share, with_address(order)?).await?;
    note(call, share, Action::SHARE_RECIPIENT_ADDED, &added.email).await?;
    Ok(added)
}

/// Notes in the package's activity log what was done with a share.
async fn note(call: &Call, share: &Share, action: Action, detail: &str) -> Result<()> {
    let package = call.domain().share_package(share).await?;
    let event = Event::to(action, &share.id, detail);
    call.domain().log(&package, &call.caller, &call.address, &[event]).await
}

/// What the fields that say so make of a share, if any does; `FullControl` comes first.
fn view_only(asked: Option<bool>, right: Option<&NewAccessRight>) -> Option<bool> {
    let rights = right.map(|right| [right.access_right_type, right.share_access_right_type]);
    let has = |right| rights.is_some_and(|rights| rights.contains(&Some(right)));
    match (has(AccessRightType::FullControl), has(AccessRightType::ViewOnline)) {
        (true, _) => Some(false),
        (false, true) => Some(true),
        (false, false) => asked,
    }
}

/// How often each recipient may download.
fn limit(asked: i64) -> Result<Option<u32>> {
    if asked == NO_LIMIT {
        return Ok(None);
    }
    u32::try_from(asked).map(Some).map_err(|_| Error::Invalid("MaxDownloads is -1 or more".to_owned()))
}

/// A recipient by itself is told apart by its address.
fn with_address(order: ShareRecipientOrder) -> Result<ShareRecipientOrder> {
    let missing = order.email.trim().is_empty();
    if missing { Err(Error::Invalid("the e-mail address is missing".to_owned())) } else { Ok(order) }
}

/// The end after so many days.
pub(super) fn end_in(days: Option<i64>) -> Result<ShareEnd> {
    match days {
        None => Ok(ShareEnd::Usual),
        Some(-1) => Ok(ShareEnd::Never),
        Some(days) => u32::try_from(days)
            .map(|days| ShareEnd::At(crate::domain::now() + i64::from(days) * 24 * 60 * 60))
            .map_err(|_| Error::Invalid("ExpirationDays is -1 or more".to_owned())),
    }
}

pub(super) fn end(asked: Option<&str>) -> Result<ShareEnd> {
    let Some(asked) = asked else { return Ok(ShareEnd::Usual) };
    if asked.starts_with("9999-12-31") {
        return Ok(ShareEnd::Never);
    }
    let malformed =
        || Error::Invalid("ExpirationDate is a day, 2025-06-04, or a time, 2025-06-04T12:00:00Z".to_owned());
    dates::read_end(asked).map(ShareEnd::At).ok_or_else(malformed)
}

async fn order(call: &Call, asked: NewRecipient) -> Result<ShareRecipientOrder> {
    let user = asked.user;
    let email = match &user.id {
        Some(id) => call.domain().address_of(id).await?,
        None => user.email,
    };
    with_address(ShareRecipientOrder {
        email,
        first_name: user.first_name,
        last_name: user.last_name,
        company: user.company,
    })
}

pub(super) fn entity(share: Share, alias_id: Option<String>) -> ShareEntity {
    let right = if share.view_only { AccessRightType::ViewOnline } else { AccessRightType::FullControl };
    ShareEntity {
        id: share.id,
        share_type: ShareType::Send,
        title: share.title,
        alias_id,
        creation_date: time(share.created),
        expiration_date: share.expires.map_or_else(|| NO_END.to_owned(), time),
        max_downloads: share.max_downloads.unwrap_or(NO_LIMIT),
        require_login: share.require_login,
        require_user_info: share.require_user_info,
        is_view_only: share.view_only,
        share_access_right: AccessRight { access_right_type: right },
        uses_stream_ids: share.newest,
        package_id: share.package_id,
        request: None,
    }
}

fn alias(recipient: ShareRecipient) -> ShareAlias {
    ShareAlias {
        id: recipient.id,
        user: ShareAliasUser {
            email: recipient.email,
            first_name: recipient.first_name,
            last_name: recipient.last_name,
            company: recipient.company,
        },
        download_count: recipient.downloads,
        last_opened: recipient.opened.map(time),
    }
}

fn item_entry(item: SharedItem) -> ItemEntry {
    match item {
        SharedItem::File { id, file } => ItemEntry {
            odata_type: ItemType::File,
            id,
            name: file.name,
            file_size_bytes: Some(file.size),
            creation_date: time(file.created),
        },
        SharedItem::Directory(directory) => ItemEntry {
            odata_type: ItemType::Folder,
            id: directory.id,
            name: directory.name,
            file_size_bytes: None,
            creation_date: time(directory.created),
        },
    }
}

pub(super) fn time(seconds: i64) -> String {
    format!("{}Z", dates::iso(seconds))
}
