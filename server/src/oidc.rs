//! Signing in with OpenID providers (OpenID Connect Core 1.0): the authorization code flow with PKCE (RFC 7636), a state and a
//! nonce. What a provider is asked is who somebody is, and nothing is kept of its answer.

use std::collections::BTreeMap;
use std::fmt::{self, Debug, Formatter};
use std::str::FromStr;
use std::time::Duration;

use data_encoding::BASE64URL_NOPAD;
use openidconnect::core::{CoreAuthenticationFlow, CoreClient, CoreProviderMetadata};
use openidconnect::{
    AuthorizationCode, ClientId, ClientSecret, CsrfToken, EndpointMaybeSet, EndpointNotSet, EndpointSet,
    IssuerUrl, Nonce, PkceCodeChallenge, PkceCodeVerifier, RedirectUrl, Scope, TokenResponse,
};
use reqwest::redirect::Policy;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};
use url::Url;

use crate::delivery::is_loopback;

/// How long a provider may take to answer.
const ANSWER_TIME: Duration = Duration::from_secs(20);

/// Where a provider is: `https://host/path`, or `http://…` on this machine; its configuration stands below it
/// (OpenID Connect Discovery 1.0, section 4).
#[derive(Clone, Debug)]
pub struct Issuer(IssuerUrl);

impl FromStr for Issuer {
    type Err = &'static str;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let wrong = "expected https://host/path, or http://… on this machine";
        let url = Url::parse(text).map_err(|_| wrong)?;
        let local = url.scheme() == "http" && url.host_str().is_some_and(is_loopback);
        let plain = url.fragment().is_none() && url.query().is_none();
        if (local || url.scheme() == "https") && plain {
            // As it is written: a provider calls itself this way, to the letter.
            IssuerUrl::new(text.to_owned()).map(Self).map_err(|_| wrong)
        } else {
            Err(wrong)
        }
    }
}

/// A provider and what this server is to it. It holds a secret and does not print it.
#[derive(Clone)]
pub struct ProviderConfig {
    /// Where it is.
    pub issuer: Issuer,
    /// What it calls this server.
    pub client_id: String,
    /// What this server shows it; none for one that asks for nothing but PKCE.
    pub client_secret: Option<String>,
    /// What this server asks for besides `openid`.
    pub scopes: Vec<String>,
    /// The claim that is compared with what its recipients have as `idpId`.
    pub idp_id_claim: String,
    /// The claim that is compared with what its recipients have as `nin`; none when it tells no such thing.
    pub nin_claim: Option<String>,
}

impl Debug for ProviderConfig {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        write!(f, "ProviderConfig({:?})", self.issuer)
    }
}

/// Why a provider did not say who somebody is.
#[derive(Clone, Copy, Debug, thiserror::Error)]
#[error("{0}")]
pub struct ProviderError(pub &'static str);

/// What a sign-in has to come back with, beside what the provider says.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct SignInSecrets {
    /// What the provider sends back.
    pub state: String,
    /// What it signs.
    nonce: String,
    /// What shows that the same one began.
    verifier: String,
}

/// What a provider says of somebody, as far as it is asked for.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Identity {
    /// What it calls that person.
    pub idp_id: Option<String>,
    /// The national identity number.
    pub nin: Option<String>,
}

/// The providers, by name.
#[derive(Clone, Debug, Default)]
pub struct Providers {
    http: reqwest::Client,
    by_name: BTreeMap<String, ProviderConfig>,
}

type Client = CoreClient<
    EndpointSet,
    EndpointNotSet,
    EndpointNotSet,
    EndpointNotSet,
    EndpointMaybeSet,
    EndpointMaybeSet,
>;

impl Providers {
    /// These providers.
    ///
    /// # Errors
    /// When the system's certificates cannot be read.
    pub fn new(by_name: BTreeMap<String, ProviderConfig>) -> Result<Self, reqwest::Error> {
        // A provider's addresses are where they are: what follows redirections can be led elsewhere.
        let http = reqwest::Client::builder().redirect(Policy::none()).timeout(ANSWER_TIME).build()?;
        Ok(Self { http, by_name })
    }

    /// Whether there is one of this name.
    pub fn has(&self, name: &str) -> bool {
        self.by_name.contains_key(name)
    }

    /// Their names, each with whether it tells national identity numbers.
    pub fn names(&self) -> impl Iterator<Item = (&str, bool)> {
        self.by_name.iter().map(|(name, provider)| (name.as_str(), provider.nin_claim.is_some()))
    }

    /// Whether the one of this name tells national identity numbers.
    pub fn tells_nin(&self, name: &str) -> bool {
        self.by_name.get(name).is_some_and(|provider| provider.nin_claim.is_some())
    }

    /// Where somebody signs in with a provider, which then leads to `redirect`, and what has to come back.
    ///
    /// # Errors
    /// When there is no such provider, or it does not answer as one.
    pub async fn begin(&self, name: &str, redirect: &str) -> Result<(String, SignInSecrets), ProviderError> {
        let (provider, client) = self.client(name, redirect).await?;
        let (challenge, verifier) = PkceCodeChallenge::new_random_sha256();
        let flow = CoreAuthenticationFlow::AuthorizationCode;
        let (url, state, nonce) = client
            .authorize_url(flow, CsrfToken::new_random, Nonce::new_random)
            .add_scopes(provider.scopes.iter().cloned().map(Scope::new))
            .set_pkce_challenge(challenge)
            .url();
        let secrets = SignInSecrets {
            state: state.into_secret(),
            nonce: nonce.secret().clone(),
            verifier: verifier.into_secret(),
        };
        Ok((url.into(), secrets))
    }

    /// Who a provider says somebody is, by the code that came back.
    ///
    /// # Errors
    /// When there is no such provider, or what it answers does not hold.
    pub async fn end(
        &self,
        name: &str,
        redirect: &str,
        secrets: SignInSecrets,
        code: String,
    ) -> Result<Identity, ProviderError> {
        let (provider, client) = self.client(name, redirect).await?;
        let refused = ProviderError("the provider did not take what came back from it");
        let exchange =
            client.exchange_code(AuthorizationCode::new(code)).map_err(|e| failed(name, &e, refused))?;
        let exchange = exchange.set_pkce_verifier(PkceCodeVerifier::new(secrets.verifier));
        let answer = exchange.request_async(&self.http).await;
        let answer = answer.map_err(|e| failed(name, &e, refused))?;
        let unsigned = ProviderError("what the provider says does not hold");
        let token = answer.id_token().ok_or(unsigned)?;
        let (verifier, nonce) = (client.id_token_verifier(), Nonce::new(secrets.nonce));
        token.claims(&verifier, &nonce).map_err(|e| failed(name, &e, unsigned))?;
        let claims = payload(&token.to_string()).ok_or(unsigned)?;
        let text = |claim: &str| claims.get(claim).and_then(Value::as_str).map(str::to_owned);
        Ok(Identity {
            idp_id: text(&provider.idp_id_claim),
            nin: provider.nin_claim.as_deref().and_then(text),
        })
    }

    /// A provider, and this server as its client. Its configuration and keys are asked for each time: it may change them.
    async fn client(&self, name: &str, redirect: &str) -> Result<(&ProviderConfig, Client), ProviderError> {
        let silent = ProviderError("the provider does not answer");
        let provider = self.by_name.get(name).ok_or(silent)?;
        let metadata = CoreProviderMetadata::discover_async(provider.issuer.0.clone(), &self.http).await;
        let metadata = metadata.map_err(|e| failed(name, &e, silent))?;
        let redirect = RedirectUrl::new(redirect.to_owned()).map_err(|_| silent)?;
        let (id, secret) = (provider.client_id.clone(), provider.client_secret.clone());
        let client =
            CoreClient::from_provider_metadata(metadata, ClientId::new(id), secret.map(ClientSecret::new));
        Ok((provider, client.set_redirect_uri(redirect)))
    }
}

/// Notes in the log why a provider was of no use.
fn failed(name: &str, error: &dyn std::error::Error, told: ProviderError) -> ProviderError {
    let cause = error.source().map(ToString::to_string).unwrap_or_default();
    tracing::warn!(provider = name, %error, cause, "a sign-in with a provider failed");
    told
}

/// What a token says (RFC 7519, section 3), once its signature holds.
fn payload(token: &str) -> Option<Map<String, Value>> {
    let payload = BASE64URL_NOPAD.decode(token.split('.').nth(1)?.as_bytes()).ok()?;
    serde_json::from_slice(&payload).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn providers_are_reached_by_tls_or_on_this_machine() {
        for fine in ["https://id.example.com", "https://id.example.com/realms/a/", "http://127.0.0.1:9/x"] {
            assert!(fine.parse::<Issuer>().is_ok(), "{fine}");
        }
        for bad in
            ["", "id.example.com", "http://id.example.com", "https://id.example.com/?x=1", "https://a/#b"]
        {
            assert!(bad.parse::<Issuer>().is_err(), "{bad}");
        }
    }
}
