//! Public keys of trusted devices, and keyCodes wrapped to them.

use bulla::api::ResponseCode;
use bulla::api::package::{PublicKey, PublicKeysAnswer};
use bulla::api::public_key::{
    AddPublicKey, GetKeyCodes, KeyCodeAnswer, KeyCodesAnswer, OwnPublicKey, OwnPublicKeyAnswer,
    OwnPublicKeysAnswer, PackageKeyCode, PutKeyCode, SyncAnswer,
};

use super::done;
use crate::db;
use crate::domain::{Result, WrapOrder};
use crate::http::api::{Call, Reply};
use crate::http::dates;

/// `PUT /public-key/`
pub(in crate::http) async fn add(call: Call) -> Result<Reply> {
    let asked: AddPublicKey = call.json()?;
    let key = call.domain().add_public_key(call.account()?, &asked.public_key, &asked.description).await?;
    Reply::json(&OwnPublicKeyAnswer { key: own(key), response: ResponseCode::Success })
}

/// `GET /public-key/`
pub(in crate::http) async fn list(call: Call) -> Result<Reply> {
    let keys = call.domain().public_keys(call.account()?).await?;
    let public_keys = keys.into_iter().map(own).collect();
    Reply::json(&OwnPublicKeysAnswer { public_keys, response: ResponseCode::Success })
}

/// `GET /public-key/{publicKeyId}/`
pub(in crate::http) async fn get(call: Call) -> Result<Reply> {
    let key = call.domain().public_key(call.account()?, call.parameter("public_key")?).await?;
    Reply::json(&OwnPublicKeyAnswer { key: own(key), response: ResponseCode::Success })
}

/// `DELETE /public-key/{publicKeyId}/`
pub(in crate::http) async fn delete(call: Call) -> Result<Reply> {
    call.domain().delete_public_key(call.account()?, call.parameter("public_key")?).await?;
    done(None)
}

/// `POST /public-key/{publicKeyId}/links/`
pub(in crate::http) async fn key_codes(call: Call) -> Result<Reply> {
    let asked: GetKeyCodes = call.json()?;
    let id = call.parameter("public_key")?;
    let found = call.domain().key_codes(call.account()?, id, &asked.package_ids).await?;
    let keycodes = found.into_iter().map(|wrapped| PackageKeyCode {
        package_id: wrapped.package_id,
        keycode: wrapped.key_code,
        public_key_id: None,
        sig: wrapped.signature,
    });
    Reply::json(&KeyCodesAnswer { keycodes: keycodes.collect(), response: ResponseCode::Success })
}

/// `GET /sync/{publicKeyId}/`
pub(in crate::http) async fn sync(call: Call) -> Result<Reply> {
    let (unsynced, keys) = call.domain().unsynced(call.account()?, call.parameter("public_key")?).await?;
    let keycodes = unsynced.into_iter().map(|entry| PackageKeyCode {
        package_id: entry.package_id,
        keycode: entry.key_code,
        public_key_id: Some(entry.public_key_id),
        sig: entry.signature,
    });
    Reply::json(&SyncAnswer {
        keycodes: keycodes.collect(),
        public_keys: keys.into_iter().map(public_key).collect(),
        response: ResponseCode::Success,
    })
}

/// `GET /package/{packageId}/public-keys/`
pub(in crate::http) async fn of_package(call: Call) -> Result<Reply> {
    public_keys(call.domain().public_keys_for(call.package()?, &call.caller).await?)
}

/// `GET /package/{packageId}/{recipientId}/public-keys/`
pub(in crate::http) async fn of_recipient(call: Call) -> Result<Reply> {
    let id = call.parameter("recipient")?;
    public_keys(call.domain().public_keys_for_recipient(call.package()?, &call.caller, id).await?)
}

/// `PUT /package/{packageId}/link/{publicKeyId}/`
pub(in crate::http) async fn wrap(call: Call) -> Result<Reply> {
    let asked: PutKeyCode = call.json()?;
    let order = WrapOrder { key_code: asked.keycode, signature: asked.sig };
    call.domain().wrap(call.package()?, &call.caller, call.parameter("public_key")?, order).await?;
    done(None)
}

/// `GET /package/{packageId}/link/{publicKeyId}/`
pub(in crate::http) async fn wrapped(call: Call) -> Result<Reply> {
    let id = call.parameter("public_key")?;
    let wrapped = call.domain().wrapped(call.package()?, &call.caller, id).await?;
    Reply::json(&KeyCodeAnswer {
        message: wrapped.key_code,
        sig: wrapped.signature,
        response: ResponseCode::Success,
    })
}

fn public_keys(keys: Vec<db::PublicKey>) -> Result<Reply> {
    let public_keys = keys.into_iter().map(public_key).collect();
    Reply::json(&PublicKeysAnswer { public_keys, response: ResponseCode::Success })
}

fn public_key(key: db::PublicKey) -> PublicKey {
    PublicKey { id: key.id, key: key.armored }
}

fn own(key: db::PublicKey) -> OwnPublicKey {
    OwnPublicKey {
        id: key.id,
        key: key.armored,
        description: key.description,
        date_str: dates::short(key.created),
    }
}
