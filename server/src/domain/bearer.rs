//! Bearer tokens: what an API key gets for its secret, for the surfaces whose clients do not sign.

use bulla::api::oauth::SCOPES;
use subtle::ConstantTimeEq;

use super::sessions::attempt;
use super::{Domain, Error, Result, now};
use crate::db::Account;

/// How long a token holds, in seconds.
pub const BEARER_LIFE: i64 = 15 * 60;

const WRONG_CLIENT: Error = Error::Unauthenticated("the API key is unknown, or the secret is not its own");
const WRONG_TOKEN: Error = Error::Unauthenticated("the token does not hold");

/// A surface that takes tokens.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Scope {
    /// ShareFile's API of shares.
    ShareFile,
    /// Signicat's API of verified recipients.
    SecureShare,
}

impl Scope {
    /// What it is called in requests and tokens.
    pub const fn name(self) -> &'static str {
        let [share_file, secure_share] = SCOPES;
        match self {
            Self::ShareFile => share_file,
            Self::SecureShare => secure_share,
        }
    }
}

/// A token that was made.
#[derive(Clone, Debug)]
pub struct BearerToken {
    /// The token: when it ends, a tag, the API key, and the scopes.
    pub token: String,
    /// What it is for.
    pub scopes: Vec<&'static str>,
}

impl Domain {
    /// A token for one who has an API key and its secret. `scope` names what it is for; everything when it is missing
    /// or empty. The server keeps nothing of it.
    ///
    /// # Errors
    /// When the secret is wrong, there were too many attempts, or [`Error::UnknownScope`].
    pub async fn bearer_token(
        &self,
        api_key: &str,
        api_secret: &str,
        scope: Option<&str>,
        address: &str,
    ) -> Result<BearerToken> {
        attempt(&[(&self.address_attempts, address)])?;
        let known = self.key(api_key).await?;
        let right = known.is_some_and(|(_, secret)| secret.as_bytes().ct_eq(api_secret.as_bytes()).into());
        if !right {
            return Err(WRONG_CLIENT);
        }
        self.address_attempts.take_back(address);
        let scopes = match scope.filter(|scope| !scope.is_empty()) {
            None => SCOPES.to_vec(),
            Some(asked) => {
                let known = |name| SCOPES.into_iter().find(|&known| known == name).ok_or(Error::UnknownScope);
                asked.split(' ').map(known).collect::<Result<_>>()?
            }
        };
        self.db.key_used(api_key, now()).await?;
        let token = self.bearer(now() + BEARER_LIFE, api_key, &scopes.join("+"));
        Ok(BearerToken { token, scopes })
    }

    /// The account that a token stands for on a surface. It ends with its API key.
    ///
    /// # Errors
    /// When it does not hold, or holds elsewhere.
    pub async fn bearer_of(&self, token: &str, scope: Scope) -> Result<Account> {
        let fields: Vec<_> = token.split('.').collect();
        let [end, _, api_key, scopes] = fields[..] else { return Err(WRONG_TOKEN) };
        let ends: i64 = end.parse().map_err(|_| WRONG_TOKEN)?;
        let genuine: bool = self.bearer(ends, api_key, scopes).as_bytes().ct_eq(token.as_bytes()).into();
        if !genuine || ends <= now() || !scopes.split('+').any(|name| name == scope.name()) {
            return Err(WRONG_TOKEN);
        }
        Ok(self.db.key(api_key).await?.ok_or(WRONG_TOKEN)?.account)
    }

    fn bearer(&self, end: i64, api_key: &str, scopes: &str) -> String {
        let end = end.to_string();
        format!("{end}.{}.{api_key}.{scopes}", self.bearers.tag(&[&end, api_key, scopes]))
    }
}
