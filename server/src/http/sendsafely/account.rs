//! The caller's account.

use bulla::api::ResponseCode;
use bulla::api::account::User;

use super::done;
use crate::db::Account;
use crate::domain::{Caller, Error, Result};
use crate::http::api::{Call, Reply};

/// `GET /config/verify-credentials/`
pub(in crate::http) async fn verify_credentials(call: Call) -> Result<Reply> {
    done(Some(&account(&call)?.email))
}

/// `GET /user/`
pub(in crate::http) async fn user(call: Call) -> Result<Reply> {
    let account = account(&call)?;
    Reply::json(&User {
        id: account.id.clone(),
        email: account.email.clone(),
        first_name: account.first_name.clone(),
        last_name: account.last_name.clone(),
        client_key: account.id.clone(),
        beta_user: false,
        package_life: call.domain().default_life(),
        public_key: false,
        response: ResponseCode::Success,
    })
}

/// The account that makes a call.
pub(super) fn account(call: &Call) -> Result<&Account> {
    match &call.caller {
        Caller::Account(account) => Ok(account),
        Caller::Recipient(_) | Caller::Dropzone { .. } | Caller::Anyone => Err(Error::NotFound),
    }
}
