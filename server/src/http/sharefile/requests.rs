//! Shares of type Request: requests of ours, with the key of one that the caller made on a device.

use bulla::api::sharefile::{
    AccessRight, AccessRightType, CreateShare, CreateShareQuery, NO_END, NO_LIMIT, RequestFiles,
    RequestShare, ShareEntity, ShareType,
};

use super::shares::{end, end_in, time};
use crate::db::{FileRequest, RequestTerms};
use crate::domain::{Domain, Error, Folder, RequestNotice, Result, ShareEnd};
use crate::http::api::Call;
use crate::http::typed::Body;

/// `POST /sf/v3/Shares/Request`
pub(in crate::http) async fn request(call: Call, Body(asked): Body<RequestFiles>) -> Result<ShareEntity> {
    let folder = match (asked.folder_id, asked.folder_path) {
        (Some(id), _) => Folder::Id(id),
        (None, Some(title)) => Folder::Title(title.trim_matches('/').to_owned()),
        (None, None) => return Err(Error::Invalid("FolderId or FolderPath is needed".to_owned())),
    };
    if asked.emails.is_empty() || asked.subject.trim().is_empty() {
        return Err(Error::Invalid("Emails and Subject are needed".to_owned()));
    }
    check_login(asked.require_login)?;
    let terms = RequestTerms {
        title: asked.subject.clone(),
        message: asked.body.clone(),
        expires: until(end_in(asked.expiration_days)?),
        notify_on_upload: asked.notify_on_upload,
        ..RequestTerms::default()
    };
    let notice = RequestNotice {
        emails: asked.emails,
        subject: asked.subject,
        body: asked.body,
        cc_sender: asked.cc_sender,
        page: page(&call),
    };
    made(&call, &folder, terms, Some(notice)).await
}

/// `POST /sf/v3/Shares`, of a Request.
pub(super) async fn create(call: &Call, how: &CreateShareQuery, asked: CreateShare) -> Result<ShareEntity> {
    let folder = asked
        .parent
        .ok_or_else(|| Error::Invalid("Parent is needed: a request whose key it takes".to_owned()))?;
    if asked.items.is_some_and(|items| !items.is_empty())
        || asked.max_downloads.is_some_and(|most| most != NO_LIMIT)
    {
        return Err(Error::Invalid("a Request has neither Items nor MaxDownloads".to_owned()));
    }
    check_login(asked.require_login)?;
    let terms = RequestTerms {
        title: asked.title,
        expires: until(end(asked.expiration_date.as_deref())?),
        require_user_info: asked.require_user_info,
        notify_on_upload: true,
        track_until: match asked.track_until_date.as_deref() {
            None => None,
            Some(date) => until(end(Some(date))?),
        },
        send_frequency: asked.send_frequency.filter(|&number| number != -1),
        send_interval: asked.send_interval.filter(|&number| number != -1),
        ..RequestTerms::default()
    };
    let notice = how.notify.then(|| RequestNotice {
        emails: asked.recipients.into_iter().map(|recipient| recipient.user.email).collect(),
        subject: String::new(),
        body: String::new(),
        cc_sender: false,
        page: page(call),
    });
    made(call, &Folder::Id(folder.id), terms, notice).await
}

async fn made(
    call: &Call,
    folder: &Folder,
    terms: RequestTerms,
    notice: Option<RequestNotice>,
) -> Result<ShareEntity> {
    let request = call.domain().share_request(call.account()?, folder, terms, notice).await?;
    Ok(entity(call, request))
}

fn entity(call: &Call, request: FileRequest) -> ShareEntity {
    let FileRequest { id, terms, created, .. } = request;
    let date = |end: Option<i64>| end.map_or_else(|| NO_END.to_owned(), time);
    ShareEntity {
        request: Some(RequestShare {
            uri: format!("{}?request={id}", page(call)),
            track_until_date: date(terms.track_until),
            send_frequency: terms.send_frequency.unwrap_or(-1),
            send_interval: terms.send_interval.unwrap_or(-1),
        }),
        id,
        share_type: ShareType::Request,
        title: terms.title,
        alias_id: None,
        creation_date: time(created),
        expiration_date: date(terms.expires),
        max_downloads: NO_LIMIT,
        require_login: false,
        require_user_info: terms.require_user_info,
        is_view_only: false,
        share_access_right: AccessRight { access_right_type: AccessRightType::FullControl },
        uses_stream_ids: false,
        package_id: String::new(),
    }
}

/// Where people send.
fn page(call: &Call) -> String {
    format!("{}/request/", call.base)
}

/// Whoever has a request's link sends: nothing asks who is signed in.
fn check_login(required: bool) -> Result<()> {
    if required { Err(Error::Invalid("a Request is for whoever has its link".to_owned())) } else { Ok(()) }
}

fn until(end: ShareEnd) -> Option<i64> {
    match end {
        ShareEnd::Usual => Domain::usual_terms().expires,
        ShareEnd::At(end) => Some(end),
        ShareEnd::Never => None,
    }
}
