//! Shares, their recipients and their items.

use bulla::api::sharefile::{
    AccessRight, AccessRightType, AddAlias, AddRecipient, CreateShare, CreateShareQuery, ItemType, NO_END,
    NewRecipient, ShareAlias, ShareAliasFeed, ShareAliasUser, ShareEntity, ShareFeed, ShareType,
    SharedItem as ItemEntry, SharedItemFeed, SharesQuery,
};

use crate::db::{Share, ShareRecipient};
use crate::domain::{Error, Result, ShareEnd, ShareRecipientOrder, ShareTerms, SharedItem};
use crate::http::api::Call;
use crate::http::dates;
use crate::http::typed::{Body, Query};

/// `POST /sf/v3/Shares`
pub(in crate::http) async fn create(
    call: Call,
    (Query(how), Body(asked)): (Query<CreateShareQuery>, Body<CreateShare>),
) -> Result<ShareEntity> {
    silent(how.notify)?;
    let right = asked.share_access_right.as_ref();
    let rights = right.map(|right| [right.access_right_type, right.share_access_right_type]);
    let has = |right| rights.is_some_and(|rights| rights.contains(&Some(right)));
    let view_only =
        !has(AccessRightType::FullControl) && (asked.is_view_only || has(AccessRightType::ViewOnline));
    let max_downloads = match asked.max_downloads {
        None | Some(-1) => None,
        Some(most) => {
            let most =
                u32::try_from(most).map_err(|_| Error::Invalid("MaxDownloads is -1 or more".to_owned()))?;
            Some(most)
        }
    };
    let terms = ShareTerms {
        title: asked.title,
        items: asked.items.into_iter().map(|item| item.id).collect(),
        recipients: asked.recipients.into_iter().map(order).collect::<Result<_>>()?,
        end: end(asked.expiration_date.as_deref())?,
        max_downloads,
        require_login: asked.require_login,
        require_user_info: asked.require_user_info,
        view_only,
        newest: asked.uses_stream_ids,
    };
    let package = call.domain().package_of_item(terms.items.first().map_or("", String::as_str)).await?;
    let share = call.domain().create_share(call.account()?, &package, terms).await?;
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
    let (known, id) = (call.domain().share_recipients(&share(&call).await?).await?, call.parameter("alias")?);
    known.into_iter().find(|recipient| recipient.id == id).map(alias).ok_or(Error::NotFound)
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
    silent(asked.notify)?;
    let share = share(&call).await?;
    let order = ShareRecipientOrder { email: asked.email, ..ShareRecipientOrder::default() };
    let added = add(&call, &share, order).await?;
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

/// The share of the path, which is the caller's.
async fn share(call: &Call) -> Result<Share> {
    call.domain().own_share(call.account()?, call.parameter("share")?).await
}

async fn add(call: &Call, share: &Share, order: ShareRecipientOrder) -> Result<ShareRecipient> {
    call.domain().add_share_recipient(share, with_address(order)?).await
}

/// A recipient by itself is told apart by its address.
fn with_address(order: ShareRecipientOrder) -> Result<ShareRecipientOrder> {
    let missing = order.email.trim().is_empty();
    if missing { Err(Error::Invalid("the e-mail address is missing".to_owned())) } else { Ok(order) }
}

fn silent(notify: bool) -> Result<()> {
    if notify { Err(Error::Invalid("the server sends no word of shares yet".to_owned())) } else { Ok(()) }
}

fn end(asked: Option<&str>) -> Result<ShareEnd> {
    let Some(asked) = asked else { return Ok(ShareEnd::Usual) };
    if asked.starts_with("9999-12-31") {
        return Ok(ShareEnd::Never);
    }
    let malformed =
        || Error::Invalid("ExpirationDate is a day, 2025-06-04, or a time, 2025-06-04T12:00:00Z".to_owned());
    dates::read_end(asked).map(ShareEnd::At).ok_or_else(malformed)
}

fn order(asked: NewRecipient) -> Result<ShareRecipientOrder> {
    let user = asked.user;
    with_address(ShareRecipientOrder {
        email: user.email,
        first_name: user.first_name,
        last_name: user.last_name,
        company: user.company,
    })
}

fn entity(share: Share, alias_id: Option<String>) -> ShareEntity {
    let right = if share.view_only { AccessRightType::ViewOnline } else { AccessRightType::FullControl };
    ShareEntity {
        id: share.id,
        share_type: ShareType::Send,
        title: share.title,
        alias_id,
        creation_date: time(share.created),
        expiration_date: share.expires.map_or_else(|| NO_END.to_owned(), time),
        max_downloads: share.max_downloads.unwrap_or(-1),
        require_login: share.require_login,
        require_user_info: share.require_user_info,
        is_view_only: share.view_only,
        share_access_right: AccessRight { access_right_type: right },
        uses_stream_ids: share.newest,
        package_id: share.package_id,
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

fn time(seconds: i64) -> String {
    format!("{}Z", dates::iso(seconds))
}
