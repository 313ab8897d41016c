//! Verifying who one is, to open a link: in one way after the other, until a statement says that it is enough. A statement
//! says in which ways a recipient verified itself; it is a tag of the server's, which keeps nothing of it.

use bulla::api::secure_share::{OTP_EMAIL, OTP_SMS};
use subtle::ConstantTimeEq;

use super::codes::{CODE_LIFE, NewCode};
use super::letters::{Message, Text};
use super::packages::check_checksum;
use super::sessions::attempt;
use super::{Domain, Error, Result, Way, now};
use crate::db::{CodeOwner, Package, ProviderSignIn, SecureShare, VerifiedRecipient};
use crate::oidc::{Identity, SignInSecrets};
use crate::secrets::{random_code, sha256_hex};

/// How long a statement holds, in seconds.
const STATEMENT_LIFE: i64 = 60 * 60;
/// How long signing in with a provider may take, in seconds.
const SIGN_IN_LIFE: i64 = 15 * 60;

const BROKEN_OFF: Error = Error::SignInFailed("this sign-in did not begin here, or took too long");
const SOMEBODY_ELSE: Error = Error::SignInFailed("the provider says that this is somebody else");

/// Who wants to verify who it is.
#[derive(Clone, Debug)]
pub struct Visitor {
    /// The keyCode's checksum.
    pub checksum: String,
    /// The recipient's id.
    pub recipient: String,
    /// What it verified until now.
    pub statement: Option<String>,
    /// The part of its address that one subscriber holds.
    pub subscriber: String,
}

/// A recipient on its way in.
#[derive(Clone, Debug)]
pub struct Verifying {
    /// The package.
    pub package: Package,
    /// The share.
    pub share: SecureShare,
    /// The recipient.
    pub recipient: VerifiedRecipient,
    /// Its ways, each with its id.
    pub ways: Vec<(String, Way)>,
    /// The ids of those that it went through.
    pub done: Vec<String>,
}

impl Verifying {
    /// Whether what it went through is enough.
    pub fn verified(&self) -> bool {
        let done = |(id, _): &(String, Way)| self.done.contains(id);
        if self.share.any_of { self.ways.iter().any(done) } else { self.ways.iter().all(done) }
    }

    /// Where a code of one of its ways goes, with the most of it left out; `None` for a provider.
    pub fn hint(&self, way: &Way) -> Option<String> {
        match way.provider.as_str() {
            OTP_EMAIL => Some(masked_email(&self.recipient.email)),
            OTP_SMS => Some(masked_phone(&self.recipient.phone)),
            _ => None,
        }
    }

    fn way(&self, id: &str) -> Result<&Way> {
        let found = self.ways.iter().find(|(known, _)| known == id);
        found.map(|(_, way)| way).ok_or(Error::NotFound)
    }
}

/// What came of verifying in one way.
#[derive(Clone, Debug)]
pub struct Proven {
    /// What was verified until now.
    pub statement: String,
    /// How long it holds, in seconds.
    pub life: u64,
    /// Whether it opens the link.
    pub verified: bool,
    /// Who verified itself.
    pub verifying: Verifying,
}

/// A sign-in with a provider that began.
#[derive(Clone, Debug)]
pub struct Begun {
    /// Where the provider's page is.
    pub url: String,
    /// What comes back from there.
    pub state: String,
    /// What the browser keeps.
    pub token: String,
}

impl Domain {
    /// A recipient on its way in, for one who has the whole of its link.
    ///
    /// # Errors
    /// [`Error::NotFound`] unless the checksum is right and the recipient one of the package's; then what stands in the way.
    pub async fn verifying(&self, code: &str, visitor: &Visitor) -> Result<Verifying> {
        let found = async {
            let package = self.db.package_by_code(code).await?.ok_or(Error::NotFound)?;
            check_checksum(&package, &visitor.checksum)?;
            let recipient = self.db.verified_recipient(&visitor.recipient).await?.ok_or(Error::NotFound)?;
            let share = self.db.secure_share(&recipient.share_id).await?;
            let share = share.filter(|share| share.package_id == package.id).ok_or(Error::NotFound)?;
            self.check_opens(&package)?;
            let ways = self.known_ways(&recipient)?;
            let done = self.done(&recipient, visitor.statement.as_deref()).unwrap_or_default();
            Ok(Verifying { package, share, recipient, ways, done })
        };
        self.counting(code, &visitor.subscriber, found).await
    }

    /// Sends a code, and answers with what names it and after how many seconds it is over.
    ///
    /// # Errors
    /// When the way is none of the recipient's or takes no code, or too many were sent.
    pub async fn send_verification_code(&self, verifying: &Verifying, way: &str) -> Result<(String, u64)> {
        let provider = verifying.way(way)?.provider.as_str();
        if ![OTP_EMAIL, OTP_SMS].contains(&provider) {
            return Err(Error::NotFound);
        }
        let recipient = &verifying.recipient;
        attempt(&[(&self.codes_sent, way)])?;
        let owner = CodeOwner::Recipient { id: recipient.id.clone(), way: way.to_owned() };
        let NewCode { token, code, expires } = self.make_code(&owner).await?;
        if provider == OTP_EMAIL {
            let message = Message::Verification { code: &code };
            self.queue_letter(&recipient.email, recipient.language, message, expires).await?;
        } else {
            let text = Text::Verification { code: &code };
            self.queue_text(&recipient.phone, recipient.language, text, expires).await?;
        }
        Ok((token, CODE_LIFE.unsigned_abs()))
    }

    /// Takes a code.
    ///
    /// # Errors
    /// [`Error::CodeWrong`], [`Error::CodeSpent`], or when there were too many attempts.
    pub async fn verify_by_code(
        &self,
        verifying: Verifying,
        token: &str,
        code: &str,
        subscriber: &str,
    ) -> Result<Proven> {
        match self.spend_code(token, code, subscriber).await? {
            CodeOwner::Recipient { id, way } if id == verifying.recipient.id => {
                self.proven(verifying, way).await
            }
            _ => Err(Error::CodeSpent),
        }
    }

    /// Begins to sign in with a provider, which leads back to `redirect`.
    ///
    /// # Errors
    /// When the way is none of the recipient's or no provider, there were too many, or [`Error::SignInFailed`] when the
    /// provider cannot be asked.
    pub async fn begin_provider_sign_in(
        &self,
        verifying: &Verifying,
        way: &str,
        redirect: &str,
    ) -> Result<Begun> {
        let provider = &verifying.way(way)?.provider;
        attempt(&[(&self.codes_sent, way)])?;
        let (url, secrets) = self.providers.begin(provider, redirect).await?;
        let token = random_code()?;
        let (id, state) = (sha256_hex(&token), secrets.state.clone());
        let json = serde_json::to_string(&secrets).map_err(|e| Error::Internal(e.into()))?;
        let sign_in = ProviderSignIn {
            secrets: self.sign_in_secrets.seal(&id, &json)?,
            id,
            recipient_id: verifying.recipient.id.clone(),
            way: way.to_owned(),
            expires: now() + SIGN_IN_LIFE,
        };
        self.db.insert_provider_sign_in(&sign_in).await?;
        Ok(Begun { url, state, token })
    }

    /// Ends a sign-in with a provider, for the browser that began it.
    ///
    /// # Errors
    /// [`Error::SignInFailed`] when it is another one's, or is over, or the provider does not say that this is the recipient.
    pub async fn end_provider_sign_in(
        &self,
        verifying: Verifying,
        token: &str,
        (state, code): (&str, String),
        redirect: &str,
    ) -> Result<Proven> {
        let id = sha256_hex(token);
        let kept = self.db.take_provider_sign_in(&id, now()).await?.ok_or(BROKEN_OFF)?;
        let json = self.sign_in_secrets.open(&id, &kept.secrets).ok_or(BROKEN_OFF)?;
        let secrets: SignInSecrets = serde_json::from_str(&json).map_err(|e| Error::Internal(e.into()))?;
        let same: bool = secrets.state.as_bytes().ct_eq(state.as_bytes()).into();
        if !same || kept.recipient_id != verifying.recipient.id {
            return Err(BROKEN_OFF);
        }
        // Its owner may have changed the recipient meanwhile.
        let way = verifying.way(&kept.way).map_err(|_| BROKEN_OFF)?;
        let identity = self.providers.end(&way.provider, redirect, secrets, code).await?;
        if !is_identity(way, &identity) {
            return Err(SOMEBODY_ELSE);
        }
        self.proven(verifying, kept.way).await
    }

    /// The recipient of whom a statement says that it verified itself, and a stamp of what that took.
    ///
    /// # Errors
    /// [`Error::VerificationRequired`] unless it says so of a recipient of this package.
    pub(super) async fn read_statement(
        &self,
        package: &Package,
        statement: Option<&str>,
    ) -> Result<(VerifiedRecipient, String)> {
        let refused = Error::VerificationRequired;
        let id = statement.and_then(|statement| statement.split('.').nth(2)).unwrap_or_default();
        let Some((share, recipient)) = self.invited(package, id).await? else { return Err(refused) };
        let ways = self.known_ways(&recipient)?;
        let done = self.done(&recipient, statement).unwrap_or_default();
        let stamp = self.stamp(&share, &ways);
        let verifying = Verifying { package: package.clone(), share, recipient, ways, done };
        if verifying.verified() { Ok((verifying.recipient, stamp)) } else { Err(refused) }
    }

    /// The recipient that opened a link, while it would be let in for the same.
    pub(super) async fn still_verified(
        &self,
        package: &Package,
        id: &str,
        stamp: &str,
    ) -> Result<VerifiedRecipient> {
        let Some((share, recipient)) = self.invited(package, id).await? else {
            return Err(Error::TokenInvalid);
        };
        let same = self.stamp(&share, &self.known_ways(&recipient)?) == stamp;
        if same { Ok(recipient) } else { Err(Error::TokenInvalid) }
    }

    /// A recipient of a package, and its share.
    async fn invited(&self, package: &Package, id: &str) -> Result<Option<(SecureShare, VerifiedRecipient)>> {
        let Some(recipient) = self.db.verified_recipient(id).await? else { return Ok(None) };
        let share = self.db.secure_share(&recipient.share_id).await?;
        Ok(share.filter(|share| share.package_id == package.id).map(|share| (share, recipient)))
    }

    /// A statement that the recipient went through one way more.
    async fn proven(&self, mut verifying: Verifying, way: String) -> Result<Proven> {
        // Its owner may have changed the recipient meanwhile.
        verifying.way(&way).map_err(|_| Error::CodeSpent)?;
        if !verifying.done.contains(&way) {
            verifying.done.push(way);
        }
        let statement =
            self.statement(&verifying.recipient.id, now() + STATEMENT_LIFE, &verifying.done.join("+"));
        let verified = verifying.verified();
        if verified {
            self.db.note_verified(&verifying.recipient.id, now()).await?;
        }
        Ok(Proven { statement, life: STATEMENT_LIFE.unsigned_abs(), verified, verifying })
    }

    /// The ways that a statement says a recipient went through; `None` when it does not hold.
    fn done(&self, recipient: &VerifiedRecipient, statement: Option<&str>) -> Option<Vec<String>> {
        let fields: Vec<_> = statement?.split('.').collect();
        let [end, _, id, ways] = fields[..] else { return None };
        let ends: i64 = end.parse().ok()?;
        let genuine: bool = self.statement(id, ends, ways).as_bytes().ct_eq(statement?.as_bytes()).into();
        let holds = genuine && ends > now() && id == recipient.id;
        holds.then(|| ways.split('+').map(str::to_owned).collect())
    }

    fn statement(&self, id: &str, end: i64, ways: &str) -> String {
        let end = end.to_string();
        format!("{end}.{}.{id}.{ways}", self.statements.tag(&["statement", &end, id, ways]))
    }

    /// How a recipient verifies itself, each way with its id: another one as soon as anything of it changes.
    fn known_ways(&self, recipient: &VerifiedRecipient) -> Result<Vec<(String, Way)>> {
        let with_id = |way: Way| {
            let address = match way.provider.as_str() {
                OTP_EMAIL => &recipient.email,
                OTP_SMS => &recipient.phone,
                _ => "",
            };
            let (idp_id, nin) =
                (way.idp_id.as_deref().unwrap_or_default(), way.nin.as_deref().unwrap_or_default());
            // Under a key, since whoever is told the id could otherwise try all national identity numbers.
            let id = self.statements.tag(&["way", &recipient.id, &way.provider, idp_id, nin, address]);
            (id, way)
        };
        Ok(self.ways(recipient)?.into_iter().map(with_id).collect())
    }

    /// Another one as soon as letting in takes something else.
    fn stamp(&self, share: &SecureShare, ways: &[(String, Way)]) -> String {
        let mut fields = vec!["stamp", if share.any_of { "any" } else { "all" }];
        fields.extend(ways.iter().map(|(id, _)| id.as_str()));
        self.statements.tag(&fields)
    }
}

/// Whether a provider's word of who somebody is fits a way: in all that the way asks for, compared in constant time.
fn is_identity(way: &Way, told: &Identity) -> bool {
    let fits = |wanted: &Option<String>, told: &Option<String>| match (wanted, told) {
        (None, _) => true,
        (Some(wanted), Some(told)) => wanted.as_bytes().ct_eq(told.as_bytes()).into(),
        (Some(_), None) => false,
    };
    (way.idp_id.is_some() || way.nin.is_some())
        && fits(&way.idp_id, &told.idp_id)
        && fits(&way.nin, &told.nin)
}

/// The first character and the domain.
fn masked_email(email: &str) -> String {
    let (name, domain) = email.rsplit_once('@').unwrap_or((email, ""));
    let first: String = name.chars().take(1).collect();
    format!("{first}…@{domain}")
}

/// The last two digits.
fn masked_phone(phone: &str) -> String {
    let last: Vec<char> = phone.chars().rev().take(2).collect();
    format!("…{}", last.into_iter().rev().collect::<String>())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn way(idp_id: Option<&str>, nin: Option<&str>) -> Way {
        let text = |text: Option<&str>| text.map(str::to_owned);
        Way { provider: "nbid".to_owned(), idp_id: text(idp_id), nin: text(nin) }
    }

    fn told(idp_id: Option<&str>, nin: Option<&str>) -> Identity {
        let text = |text: Option<&str>| text.map(str::to_owned);
        Identity { idp_id: text(idp_id), nin: text(nin) }
    }

    #[test]
    fn a_provider_has_to_say_all_that_is_asked_for() {
        let all = told(Some("a"), Some("1"));
        for fits in [way(Some("a"), None), way(None, Some("1")), way(Some("a"), Some("1"))] {
            assert!(is_identity(&fits, &all), "{fits:?}");
        }
        for not in
            [way(Some("b"), None), way(Some("a"), Some("2")), way(Some("b"), Some("1")), way(None, None)]
        {
            assert!(!is_identity(&not, &all), "{not:?}");
        }
        assert!(!is_identity(&way(None, Some("1")), &told(Some("a"), None)));
    }

    #[test]
    fn hints_say_little() {
        assert_eq!(masked_email("john.johnson@example.com"), "j…@example.com");
        assert_eq!(masked_phone("+4791234567"), "…67");
    }
}
