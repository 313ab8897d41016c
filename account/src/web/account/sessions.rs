//! Signing in, registering, and API keys.

use bulla::ErrorCode;
use bulla::api::account::{GenerateKey, GenerateKeyByCode, GenerateKeyByPin};
use bulla::api::session::{ChangePassword, FinishRegistration, SignIn};
use bulla::client::KeyIssue;
use bulla::web::promise::{done, or_rejected, promise};
use bulla::web::values::{Options, list, number, object};
use js_sys::Promise;
use wasm_bindgen::JsValue;
use wasm_bindgen::prelude::wasm_bindgen;

use super::{Account, convert, required, segment};

#[wasm_bindgen]
impl Account {
    /// Signs in.
    #[wasm_bindgen(js_name = signIn)]
    pub fn sign_in(&self, email: String, password: String) -> Promise {
        let client = self.client.clone();
        promise(async move { Ok(convert::signed_in(client.sign_in(&SignIn { email, password }).await?)) })
    }

    /// Ends the session.
    #[wasm_bindgen(js_name = signOut)]
    pub fn sign_out(&self) -> Promise {
        let client = self.client.clone();
        promise(async move { done(client.sign_out().await) })
    }

    /// Who is signed in, if anybody is.
    #[wasm_bindgen(js_name = signedIn)]
    pub fn signed_in(&self) -> Promise {
        let client = self.client.clone();
        promise(async move {
            match client.signed_in().await {
                Err(error) if error.code() == ErrorCode::AuthenticationFailed => Ok(JsValue::UNDEFINED),
                who => Ok(convert::signed_in(who?)),
            }
        })
    }

    /// Changes the password.
    #[wasm_bindgen(js_name = changePassword)]
    pub fn change_password(&self, password: String, new_password: String) -> Promise {
        let client = self.client.clone();
        promise(async move { done(client.change_password(&ChangePassword { password, new_password }).await) })
    }

    /// Asks for an account.
    #[wasm_bindgen]
    pub fn register(&self, email: String) -> Promise {
        let client = self.client.clone();
        promise(async move { done(client.register(email).await) })
    }

    /// Makes the account of a registration, and signs in.
    #[wasm_bindgen(js_name = finishRegistration)]
    pub fn finish_registration(&self, options: JsValue) -> Promise {
        or_rejected(|| {
            let options = Options::of(options)?;
            let request = FinishRegistration {
                pin: required(&options, "pin")?,
                password: required(&options, "password")?,
                first_name: options.text("firstName")?.unwrap_or_default(),
                last_name: options.text("lastName")?.unwrap_or_default(),
            };
            let client = self.client.clone();
            Ok(promise(async move { Ok(convert::signed_in(client.finish_registration(&request).await?)) }))
        })
    }

    /// The API keys.
    #[wasm_bindgen(js_name = apiKeys)]
    pub fn api_keys(&self) -> Promise {
        let client = self.client.clone();
        promise(async move { Ok(list(client.api_keys().await?, convert::api_key)) })
    }

    /// Makes an API key.
    #[wasm_bindgen(js_name = createApiKey)]
    pub fn create_api_key(&self, description: String) -> Promise {
        let client = self.client.clone();
        promise(async move { Ok(convert::new_api_key(client.create_api_key(description).await?)) })
    }

    /// Revokes an API key.
    #[wasm_bindgen(js_name = revokeApiKey)]
    pub fn revoke_api_key(&self, api_key: String) -> Promise {
        let client = self.client.clone();
        promise(async move { done(client.revoke_api_key(&segment(api_key)?).await) })
    }

    /// A pin with which another program makes an API key.
    #[wasm_bindgen(js_name = createPin)]
    pub fn create_pin(&self) -> Promise {
        let client = self.client.clone();
        promise(async move {
            let pin = client.create_pin().await?;
            Ok(object([("pin", pin.pin.into()), ("expiresIn", number(pin.expires_in))]))
        })
    }

    /// Makes an API key with a password, or has a code sent.
    #[wasm_bindgen(js_name = generateKey)]
    pub fn generate_key(&self, options: JsValue) -> Promise {
        or_rejected(|| {
            let options = Options::of(options)?;
            let request = GenerateKey {
                email: required(&options, "email")?,
                password: required(&options, "password")?,
                key_description: options.text("description")?.unwrap_or_default(),
            };
            let client = self.client.clone();
            Ok(promise(async move {
                Ok(match client.generate_key(&request).await? {
                    KeyIssue::Made(key) => convert::new_api_key(key),
                    KeyIssue::CodeSent(token) => object([("token", token.into())]),
                })
            }))
        })
    }

    /// Makes the API key for which a code was sent.
    #[wasm_bindgen(js_name = generateKeyWithCode)]
    pub fn generate_key_with_code(&self, options: JsValue) -> Promise {
        or_rejected(|| {
            let options = Options::of(options)?;
            let token = segment(required(&options, "token")?)?;
            let request = GenerateKeyByCode {
                sms_code: required(&options, "code")?,
                key_description: options.text("description")?.unwrap_or_default(),
            };
            let client = self.client.clone();
            Ok(promise(async move {
                Ok(convert::new_api_key(client.generate_key_by_code(&token, &request).await?))
            }))
        })
    }

    /// Makes an API key with a pin.
    #[wasm_bindgen(js_name = generateKeyWithPin)]
    pub fn generate_key_with_pin(&self, options: JsValue) -> Promise {
        or_rejected(|| {
            let options = Options::of(options)?;
            let request = GenerateKeyByPin {
                pin_code: required(&options, "pin")?,
                key_description: options.text("description")?.unwrap_or_default(),
            };
            let client = self.client.clone();
            Ok(promise(async move { Ok(convert::new_api_key(client.generate_key_by_pin(&request).await?)) }))
        })
    }
}
