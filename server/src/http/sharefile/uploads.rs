//! Uploads to a share of type Request, which is a request of ours: how blocks come. Where they go is [`super::blocks`].

use bulla::api::share_upload::{PrepareUpload, UploadMethod, UploadSpecification};

use super::blocks::{FINISH, UPLOAD};
use crate::domain::{Error, PreparedUpload, Result, UploadOrder};
use crate::http::api::Call;
use crate::http::typed::{Body, Query};

/// `POST /sf/v3/Shares(id)/Upload`
pub(in crate::http) async fn prepare(
    call: Call,
    Query(asked): Query<PrepareUpload>,
) -> Result<UploadSpecification> {
    specification(&call, asked).await
}

/// `POST /sf/v3/Shares(id)/Upload2`
pub(in crate::http) async fn prepare_by_body(
    call: Call,
    Body(asked): Body<PrepareUpload>,
) -> Result<UploadSpecification> {
    specification(&call, asked).await
}

async fn specification(call: &Call, asked: PrepareUpload) -> Result<UploadSpecification> {
    let name = asked.file_name.filter(|name| !name.is_empty());
    if asked.raw && name.is_none() {
        return Err(Error::Invalid("fileName is needed for a raw upload".to_owned()));
    }
    let order = UploadOrder {
        method: asked.method,
        raw: asked.raw,
        name,
        size: asked.file_size,
        resume: asked.can_resume && asked.method != UploadMethod::Standard,
        start_over: asked.start_over,
        notify: asked.notify.unwrap_or(true) && (asked.batch_id.is_empty() || asked.batch_last),
        life: asked.expiration_days,
        browser: call.agent.browser,
        os: call.agent.os,
    };
    let share = call.parameter("share")?;
    let prepared = call.domain().prepare_upload(call.account()?, &call.address, share, order).await?;
    let PreparedUpload { token, resume } = prepared;
    let uri = |path| format!("{}{path}?uploadid={token}", call.base);
    let (index, offset, hash) = resume.clone().map_or((0, 0, None), |(i, o, hash)| (i, o, Some(hash)));
    Ok(UploadSpecification {
        method: asked.method,
        chunk_uri: uri(UPLOAD),
        finish_uri: if asked.method == UploadMethod::Threaded { uri(FINISH) } else { String::new() },
        is_resume: resume.is_some(),
        resume_index: u64::from(index),
        resume_offset: offset,
        resume_file_hash: hash,
    })
}
