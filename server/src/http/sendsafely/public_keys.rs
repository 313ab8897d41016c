//! Public keys of trusted devices, and keyCodes wrapped to them.

use bulla::api::ResponseCode;
use bulla::api::package::{Answer, PublicKey, PublicKeysAnswer};
use bulla::api::public_key::{
    AddPublicKey, GetKeyCodes, KeyCodeAnswer, KeyCodesAnswer, OwnPublicKey, OwnPublicKeyAnswer,
    OwnPublicKeysAnswer, PackageKeyCode, PutKeyCode, SyncAnswer,
};

use super::done;
use crate::db;
use crate::domain::{Result, WrapOrder};
use crate::http::api::Call;
use crate::http::dates;
use crate::http::typed::Body;

/// `PUT /public-key/`
pub(in crate::http) async fn add(call: Call, Body(asked): Body<AddPublicKey>) -> Result<OwnPublicKeyAnswer> {
    let key = call.domain().add_public_key(call.account()?, &asked.public_key, &asked.description).await?;
    Ok(OwnPublicKeyAnswer { key: own(key), response: ResponseCode::Success })
}

/// `GET /public-key/`
pub(in crate::http) async fn list(call: Call) -> Result<OwnPublicKeysAnswer> {
    let keys = call.domain().public_keys(call.account()?).await?;
    let public_keys = keys.into_iter().map(own).collect();
    Ok(OwnPublicKeysAnswer { public_keys, response: ResponseCode::Success })
}

/// `GET /public-key/{publicKeyId}/`
pub(in crate::http) async fn get(call: Call) -> Result<OwnPublicKeyAnswer> {
    let key = call.domain().public_key(call.account()?, call.parameter("public_key")?).await?;
    Ok(OwnPublicKeyAnswer { key: own(key), response: ResponseCode::Success })
}

/// `DELETE /public-key/{publicKeyId}/`
pub(in crate::http) async fn delete(call: Call) -> Result<Answer> {
    call.domain().delete_public_key(call.account()?, call.parameter("public_key")?).await?;
    done(None)
}

/// `POST /public-key/{publicKeyId}/links/`
pub(in crate::http) async fn key_codes(call: Call, Body(asked): Body<GetKeyCodes>) -> Result<KeyCodesAnswer> {
    let id = call.parameter("public_key")?;
    let found = call.domain().key_codes(call.account()?, id, &asked.package_ids).await?;
    let keycodes = found.into_iter().map(|wrapped| PackageKeyCode {
        package_id: wrapped.package_id,
        keycode: wrapped.key_code,
        public_key_id: None,
        sig: wrapped.signature,
    });
    Ok(KeyCodesAnswer { keycodes: keycodes.collect(), response: ResponseCode::Success })
}

/// `GET /sync/{publicKeyId}/`
pub(in crate::http) async fn sync(call: Call) -> Result<SyncAnswer> {
    let (unsynced, keys) = call.domain().unsynced(call.account()?, call.parameter("public_key")?).await?;
    let keycodes = unsynced.into_iter().map(|entry| PackageKeyCode {
        package_id: entry.package_id,
        keycode: entry.key_code,
        public_key_id: Some(entry.public_key_id),
        sig: entry.signature,
    });
    Ok(SyncAnswer {
        keycodes: keycodes.collect(),
        public_keys: keys.into_iter().map(public_key).collect(),
        response: ResponseCode::Success,
    })
}

/// `GET /package/{packageId}/public-keys/`
pub(in crate::http) async fn of_package(call: Call) -> Result<PublicKeysAnswer> {
    public_keys(call.domain().public_keys_for(call.package()?, &call.caller).await?)
}

/// `GET /package/{packageId}/{recipientId}/public-keys/`
pub(in crate::http) async fn of_recipient(call: Call) -> Result<PublicKeysAnswer> {
    let id = call.parameter("recipient")?;
    public_keys(call.domain().public_keys_for_recipient(call.package()?, &call.caller, id).await?)
}

/// `PUT /package/{packageId}/link/{publicKeyId}/`
pub(in crate::http) async fn wrap(call: Call, Body(asked): Body<PutKeyCode>) -> Result<Answer> {
    let order = WrapOrder { key_code: asked.keycode, signature: asked.sig };
    call.domain().wrap(call.package()?, &call.caller, call.parameter("public_key")?, order).await?;
    done(None)
}

/// `GET /package/{packageId}/link/{publicKeyId}/`
pub(in crate::http) async fn wrapped(call: Call) -> Result<KeyCodeAnswer> {
    let id = call.parameter("public_key")?;
    let wrapped = call.domain().wrapped(call.package()?, &call.caller, id).await?;
    Ok(KeyCodeAnswer { message: wrapped.key_code, sig: wrapped.signature, response: ResponseCode::Success })
}

fn public_keys(keys: Vec<db::PublicKey>) -> Result<PublicKeysAnswer> {
    let public_keys = keys.into_iter().map(public_key).collect();
    Ok(PublicKeysAnswer { public_keys, response: ResponseCode::Success })
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
