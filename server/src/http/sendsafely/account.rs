//! The caller's account, and how it gets its API keys.

use bulla::api::ResponseCode;
use bulla::api::account::{
    CodeNeeded, GenerateKey, GenerateKeyByCode, GenerateKeyByPin, KeyAnswer, KeyIssued, Register, Settings,
    SettingsAnswer, User,
};
use bulla::api::package::Answer;

use super::done;
use crate::domain::{KeyIssue, NewKey, Result};
use crate::http::api::Call;
use crate::http::origin::subscriber;
use crate::http::typed::Body;

/// `GET /config/verify-credentials/`
pub(in crate::http) async fn verify_credentials(call: Call) -> Result<Answer> {
    done(Some(&call.account()?.email))
}

/// `GET /user/`
pub(in crate::http) async fn user(call: Call) -> Result<User> {
    let account = call.account()?;
    Ok(User {
        id: account.id.clone(),
        email: account.email.clone(),
        first_name: account.first_name.clone(),
        last_name: account.last_name.clone(),
        client_key: account.id.clone(),
        beta_user: false,
        package_life: call.domain().default_life(),
        public_key: !call.domain().public_keys(account).await?.is_empty(),
        response: ResponseCode::Success,
    })
}

/// `GET /user/settings/`
pub(in crate::http) async fn settings(call: Call) -> Result<SettingsAnswer> {
    let account = call.account()?;
    let settings = Settings { language: account.language, mail: Some(account.told_by_mail().to_vec()) };
    Ok(SettingsAnswer { settings, response: ResponseCode::Success })
}

/// `PUT /user/settings/`
pub(in crate::http) async fn set_settings(call: Call, Body(settings): Body<Settings>) -> Result<Answer> {
    call.domain().set_settings(call.account()?, &settings).await?;
    done(None)
}

/// `PUT /register/`
pub(in crate::http) async fn register(call: Call, Body(asked): Body<Register>) -> Result<Answer> {
    call.domain().start_registration(&asked.email, &subscriber(&call.address)).await?;
    done(None)
}

/// `PUT /generate-key/`
pub(in crate::http) async fn generate_key(call: Call, Body(asked): Body<GenerateKey>) -> Result<KeyIssued> {
    let (address, description) = (subscriber(&call.address), &asked.key_description);
    match call.domain().generate_key(&asked.email, asked.password, description, &address).await? {
        KeyIssue::Key(key) => Ok(KeyIssued::Key(issued(key))),
        KeyIssue::CodeNeeded { token } => {
            let response = ResponseCode::TwoFaRequired;
            Ok(KeyIssued::CodeNeeded(CodeNeeded { message: token.clone(), token, response }))
        }
    }
}

/// `POST /generate-key/{token}/`
pub(in crate::http) async fn generate_key_by_code(
    call: Call,
    Body(asked): Body<GenerateKeyByCode>,
) -> Result<KeyAnswer> {
    let (address, description) = (subscriber(&call.address), &asked.key_description);
    let token = call.parameter("token")?;
    Ok(issued(call.domain().generate_key_by_code(token, &asked.sms_code, description, &address).await?))
}

/// `PUT /generate-key/oauth/`
pub(in crate::http) async fn generate_key_by_pin(
    call: Call,
    Body(asked): Body<GenerateKeyByPin>,
) -> Result<KeyAnswer> {
    let (address, description) = (subscriber(&call.address), &asked.key_description);
    Ok(issued(call.domain().generate_key_by_pin(&asked.pin_code, description, &address).await?))
}

fn issued(key: NewKey) -> KeyAnswer {
    KeyAnswer {
        email: key.email,
        api_key: key.api_key,
        api_secret: key.api_secret,
        response: ResponseCode::Success,
    }
}
