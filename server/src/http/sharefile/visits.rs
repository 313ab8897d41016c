//! What accounts do with shares that they need not have made: they are led to them, and told what was sent to them.

use bulla::api::sharefile::{
    BulkDownload, DownloadShare, DownloadSpecification, DownloadWithAlias, ShareFeed, ShareInboxQuery,
    ShareMessage, ShareMessageQuery, ShareRedirection, ShareType,
};

use super::shares::entity;
use crate::db::Share;
use crate::domain::{Error, Result, ShareRecipientOrder, SharedItem, now, share_link};
use crate::http::api::Call;
use crate::http::typed::{Led, List, Query, Words};

/// `GET /sf/v3/Shares(id)/Download`, also with an item
pub(in crate::http) async fn download(
    call: Call,
    Query(asked): Query<DownloadShare>,
) -> Result<Led<DownloadSpecification>> {
    let share = share(&call, false).await?;
    let DownloadShare { id, name, email, company, redirect } = asked;
    let said = [&name, &email, &company].iter().any(|text| !text.is_empty());
    let alias = if said && share.require_user_info && !share.require_login {
        let (first_name, last_name) = name.trim().split_once(' ').unwrap_or((name.trim(), ""));
        let (first_name, last_name) = (first_name.to_owned(), last_name.trim().to_owned());
        let said = ShareRecipientOrder { email, first_name, last_name, company };
        Some(call.domain().introduce(&share, said).await?.id)
    } else {
        None
    };
    let item = call.parameter("item").ok().map(str::to_owned).or(id);
    lead(&call, &share, alias.as_deref(), item.into_iter().collect(), redirect).await
}

/// `GET /sf/v3/Shares(id)/Items(item)/Download`
pub(in crate::http) async fn item_download(
    call: Call,
    asked: Query<DownloadShare>,
) -> Result<Led<DownloadSpecification>> {
    download(call, asked).await
}

/// `GET /sf/v3/Shares(id)/Recipients(alias)/Download`
pub(in crate::http) async fn recipient_download(
    call: Call,
    asked: Query<DownloadWithAlias>,
) -> Result<Led<DownloadSpecification>> {
    download_with_alias(call, asked).await
}

/// `GET /sf/v3/Shares(id)/Recipients(alias)/DownloadWithAlias`, also with an item
pub(in crate::http) async fn download_with_alias(
    call: Call,
    Query(asked): Query<DownloadWithAlias>,
) -> Result<Led<DownloadSpecification>> {
    let share = share(&call, false).await?;
    let recipient = call.domain().share_recipient(&share, call.parameter("alias")?).await?;
    let item = call.parameter("item").ok().map(str::to_owned).or(asked.id);
    lead(&call, &share, Some(&recipient.id), item.into_iter().collect(), asked.redirect).await
}

/// `POST /sf/v3/Shares(id)/Recipients(alias)/BulkDownload`
pub(in crate::http) async fn bulk_download(
    call: Call,
    (Query(asked), List(items)): (Query<BulkDownload>, List<String>),
) -> Result<Led<DownloadSpecification>> {
    let share = share(&call, asked.include_expired).await?;
    let recipient = call.domain().share_recipient(&share, call.parameter("alias")?).await?;
    if items.is_empty() {
        return Err(Error::Invalid("the body is a list of ids of items".to_owned()));
    }
    lead(&call, &share, Some(&recipient.id), items, asked.redirect).await
}

/// `GET /sf/v3/Shares(id)/Redirection`
pub(in crate::http) async fn redirection(call: Call) -> Result<ShareRedirection> {
    // Its owner alone is led to a share that has expired.
    let share = share(&call, false).await?;
    let package = call.domain().share_package(&share).await?;
    Ok(ShareRedirection {
        method: "GET".to_owned(),
        uri: share_link(&package.link(&call.base), &share, None),
        available: !share.has_expired(now()),
    })
}

/// `GET /sf/v3/Shares/Inbox`, also with the account
pub(in crate::http) async fn inbox(call: Call, Query(asked): Query<ShareInboxQuery>) -> Result<ShareFeed> {
    let account = call.account()?;
    let whose = call.parameter("user").ok().or(asked.user_id.as_deref());
    if whose.is_some_and(|whose| whose != account.id) {
        return Err(Error::NotFound);
    }
    let mut sent = call.domain().share_inbox(account, asked.archived).await?;
    sent.retain(|_| asked.share_type.is_none_or(|wanted| wanted == ShareType::Send));
    let value: Vec<_> = sent.into_iter().map(|sent| entity(sent.share, Some(sent.alias))).collect();
    Ok(ShareFeed { count: value.len(), value })
}

/// `GET /sf/v3/Shares(id)/Recipients(alias)/Message`
pub(in crate::http) async fn message(
    call: Call,
    Query(asked): Query<ShareMessageQuery>,
) -> Result<Words<ShareMessage>> {
    let share = share(&call, asked.include_expired).await?;
    let message = call.domain().share_message(call.account()?, share, call.parameter("alias")?).await?;
    Ok(if asked.as_json { Words::Json(ShareMessage { message }) } else { Words::Text(message) })
}

/// The share of the path, which the caller need not have made.
async fn share(call: &Call, expired: bool) -> Result<Share> {
    call.domain().known_share(call.account()?, call.parameter("share")?, expired).await
}

/// Leads to the receive page, which shows these items of the share, or all when there are none: the server reads nothing of
/// them.
async fn lead(
    call: &Call,
    share: &Share,
    alias: Option<&str>,
    items: Vec<String>,
    redirect: Option<bool>,
) -> Result<Led<DownloadSpecification>> {
    let package = call.domain().share_package(share).await?;
    let mut url = share_link(&package.link(&call.base), share, alias);
    if !items.is_empty() {
        let shared = call.domain().shared_items(share).await?;
        for item in items {
            let id = shared.iter().find_map(|known| match known {
                SharedItem::File { id, file } if *id == item => Some(&file.id),
                SharedItem::Directory(directory) if directory.id == item => Some(&directory.id),
                SharedItem::File { .. } | SharedItem::Directory(_) => None,
            });
            url += &format!("&item={}", id.ok_or(Error::NotFound)?);
        }
    }
    Ok(if redirect.unwrap_or(true) {
        Led::There(url)
    } else {
        Led::Told(DownloadSpecification { download_url: url })
    })
}
