//! Verifying who one is, as a recipient whose link asks for it.

use bulla::api::link::{Verify, VerifyBy, VerifyByCode, VerifyBySignIn};
use bulla::client::{Client, Verification, VerificationWay, Verified};
use bulla::keys::Checksum;
use bulla::link::{ShareLink, recipient_of};
use bulla::web::Platform;
use bulla::web::promise::{or_rejected, promise};
use bulla::web::values::{list, object};
use bulla::{Error, ErrorCode, Result};
use js_sys::Promise;
use wasm_bindgen::JsValue;
use wasm_bindgen::prelude::wasm_bindgen;

use super::{Account, convert};

/// A recipient on its way in.
struct Visitor {
    /// A client of the link's server, which has no account there.
    client: Client<Platform>,
    /// The package's code.
    code: String,
    who: Verify,
}

impl Account {
    /// The recipient of a link; `statement` says what was shown until now.
    fn visitor(&self, link: &str, statement: Option<String>) -> Result<Visitor> {
        let recipient = recipient_of(link)?.ok_or_else(|| {
            Error::new(
                ErrorCode::VerificationRequired,
                "the link is of no recipient, who could show who it is",
            )
        })?;
        let link = ShareLink::parse(link)?;
        let checksum = Checksum::derive(&link.key_code, &link.package_code);
        Ok(Visitor {
            client: self.client.stranger_at(&link.host),
            code: link.package_code.to_string(),
            who: Verify { checksum: checksum.expose().to_owned(), recipient, statement },
        })
    }
}

#[wasm_bindgen]
impl Account {
    /// How the recipient of a link shows who it is.
    #[wasm_bindgen]
    pub fn verification(&self, link: &str, statement: Option<String>) -> Promise {
        or_rejected(|| {
            let Visitor { client, code, who } = self.visitor(link, statement)?;
            Ok(promise(async move {
                let Verification { mode, ways, verified } = client.verification(&code, &who).await?;
                let way = |VerificationWay { id, identity_provider, to, done }| {
                    object([
                        ("id", id.into()),
                        ("identityProvider", identity_provider.into()),
                        ("to", to.into()),
                        ("done", done.into()),
                    ])
                };
                Ok(object([
                    ("mode", convert::mode(mode)),
                    ("ways", list(ways, way)),
                    ("verified", verified.into()),
                ]))
            }))
        })
    }

    /// Has a code sent to it.
    #[wasm_bindgen(js_name = sendVerificationCode)]
    pub fn send_verification_code(&self, link: &str, way: String) -> Promise {
        or_rejected(|| {
            let Visitor { client, code, who } = self.visitor(link, None)?;
            Ok(promise(async move {
                let sent = client.send_verification_code(&code, &VerifyBy { who, way }).await?;
                Ok(object([("token", sent.token.into())]))
            }))
        })
    }

    /// Takes that code.
    #[wasm_bindgen(js_name = enterVerificationCode)]
    pub fn enter_verification_code(
        &self,
        link: &str,
        token: String,
        entered: String,
        statement: Option<String>,
    ) -> Promise {
        or_rejected(|| {
            let Visitor { client, code, who } = self.visitor(link, statement)?;
            Ok(promise(async move {
                let by = VerifyByCode { who, token, code: entered };
                Ok(verified(client.enter_verification_code(&code, &by).await?))
            }))
        })
    }

    /// Begins a sign-in with an OpenID provider.
    #[wasm_bindgen(js_name = beginProviderSignIn)]
    pub fn begin_provider_sign_in(&self, link: &str, way: String) -> Promise {
        or_rejected(|| {
            let Visitor { client, code, who } = self.visitor(link, None)?;
            Ok(promise(async move {
                let begun = client.begin_provider_sign_in(&code, &VerifyBy { who, way }).await?;
                Ok(object([
                    ("url", begun.url.into()),
                    ("state", begun.state.into()),
                    ("token", begun.token.into()),
                ]))
            }))
        })
    }

    /// Ends it with what came back.
    #[wasm_bindgen(js_name = endProviderSignIn)]
    pub fn end_provider_sign_in(
        &self,
        link: &str,
        token: String,
        state: String,
        came: String,
        statement: Option<String>,
    ) -> Promise {
        or_rejected(|| {
            let Visitor { client, code, who } = self.visitor(link, statement)?;
            Ok(promise(async move {
                let by = VerifyBySignIn { who, token, state, code: came };
                Ok(verified(client.end_provider_sign_in(&code, &by).await?))
            }))
        })
    }
}

fn verified(Verified { statement, verified }: Verified) -> JsValue {
    object([("statement", statement.into()), ("verified", verified.into())])
}
