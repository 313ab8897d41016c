//! Codes. API keys without an API key: by password and code, or by pin. And what a pin by e-mail completes: registration, and
//! another password for a forgotten one.

use data_encoding::BASE32_NOPAD;

use super::letters::{Message, Text};
use super::sessions::attempt;
use super::text::short_text;
use super::{Domain, Error, NewKey, NewSession, Result, now, recipients};
use crate::db::{Account, CodeOwner, NewUser, Pin};
use crate::secrets::{random, random_code, random_id, sha256_hex};

const KEYS_DESCRIPTION: &str = "a key's description";
/// Seconds that a code holds.
pub(super) const CODE_LIFE: i64 = 10 * 60;
/// How often a code may be attempted.
const CODE_ATTEMPTS: i64 = 5;
/// Seconds that a pin holds.
const PIN_LIFE: i64 = 30 * 60;

const WRONG_PIN: Error = Error::Unauthenticated("the pin is unknown, was used, or has expired");

/// What came of asking for an API key with a password.
#[derive(Clone, Debug)]
pub enum KeyIssue {
    /// The key.
    Key(NewKey),
    /// A code is on its way; it goes with this token.
    CodeNeeded {
        /// What names the code in the call that brings it.
        token: String,
    },
}

/// A code that was made.
#[derive(Clone, Debug)]
pub(super) struct NewCode {
    /// What names it in the call that brings it.
    pub(super) token: String,
    /// The code: six digits.
    pub(super) code: String,
    /// When it holds no longer.
    pub(super) expires: i64,
}

/// A pin that was made.
#[derive(Clone, Debug)]
pub struct NewPin {
    /// The pin, in groups of four.
    pub pin: String,
    /// Seconds that it holds.
    pub life: i64,
}

impl Domain {
    /// An API key for one who knows the password. A code comes first, to the account's phone or else by e-mail, where
    /// the server can send it.
    ///
    /// # Errors
    /// When the password is wrong, there were too many attempts or codes, or the description cannot be kept.
    pub async fn generate_key(
        &self,
        email: &str,
        password: String,
        description: &str,
        address: &str,
    ) -> Result<KeyIssue> {
        let account = self.prove(email, password, address).await?;
        let phone = account.phone.as_deref().filter(|_| self.sends_sms());
        if phone.is_none() && !self.sends_mail() {
            return Ok(KeyIssue::Key(self.create_key(account, description).await?));
        }
        attempt(&[(&self.codes_sent, &account.id)])?;
        let NewCode { token, code, expires } =
            self.make_code(&CodeOwner::Account(account.id.clone())).await?;
        let language = account.language;
        match phone {
            Some(phone) => self.queue_text(phone, language, Text::Code { code: &code }, expires).await?,
            None => {
                self.queue_letter(&account.email, language, Message::Code { code: &code }, expires).await?;
            }
        }
        Ok(KeyIssue::CodeNeeded { token })
    }

    /// The API key, for one who also has the code.
    ///
    /// # Errors
    /// When the code is wrong, or [`Error::CodeSpent`]. Five attempts spend it.
    pub async fn generate_key_by_code(
        &self,
        token: &str,
        code: &str,
        description: &str,
        address: &str,
    ) -> Result<NewKey> {
        short_text(description, KEYS_DESCRIPTION)?;
        let CodeOwner::Account(id) = self.spend_code(token, code, address).await? else {
            return Err(Error::CodeSpent);
        };
        let account = self.db.account(&id).await?.filter(|account| !account.disabled);
        self.create_key(account.ok_or(Error::CodeSpent)?, description).await
    }

    /// Makes a code, which takes the place of those that its owner had. The server keeps a tag of it.
    pub(super) async fn make_code(&self, owner: &CodeOwner) -> Result<NewCode> {
        let token = random_code()?;
        let id = sha256_hex(&token);
        let code = format!("{:06}", u64::from_be_bytes(random()?) % 1_000_000);
        let expires = now() + CODE_LIFE;
        self.db.insert_code(&id, owner, &self.codes.tag(&[&id, &code]), expires).await?;
        Ok(NewCode { token, code, expires })
    }

    /// Whom a code is for, which then holds no longer. Five attempts spend it, too.
    ///
    /// # Errors
    /// [`Error::CodeWrong`], [`Error::CodeSpent`], or when there were too many attempts.
    pub(super) async fn spend_code(&self, token: &str, code: &str, address: &str) -> Result<CodeOwner> {
        attempt(&[(&self.address_attempts, address)])?;
        let id = sha256_hex(token);
        let found = self.db.attempt_code(&id, CODE_ATTEMPTS, now()).await?;
        let (tag, owner) = found.ok_or(Error::CodeSpent)?;
        if !self.codes.verify(&[&id, code.trim()], &tag) {
            return Err(Error::CodeWrong);
        }
        if !self.db.take_code(&id).await? {
            return Err(Error::CodeSpent);
        }
        self.address_attempts.take_back(address);
        Ok(owner)
    }

    /// A pin with which a program gets an API key for this account, once.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn create_pin(&self, account: &Account) -> Result<NewPin> {
        let (account_id, email) = (Some(account.id.clone()), account.email.clone());
        self.keep_pin(Pin { account_id, email, resets: false }).await
    }

    /// An API key for one who has a pin. A pin from a registration makes the account, too.
    ///
    /// # Errors
    /// When the pin does not hold, there were too many attempts, or the description cannot be kept.
    pub async fn generate_key_by_pin(&self, pin: &str, description: &str, address: &str) -> Result<NewKey> {
        // Looked at first: a pin holds once.
        short_text(description, KEYS_DESCRIPTION)?;
        let pin = self.take_pin(pin, address).await?;
        if pin.resets {
            return Err(WRONG_PIN);
        }
        let account = match pin.account_id {
            Some(id) => self.db.account(&id).await?.filter(|account| !account.disabled).ok_or(WRONG_PIN)?,
            None => self.register(pin.email, (String::new(), String::new()), None).await?,
        };
        self.create_key(account, description).await
    }

    /// Sends a pin to an address, with which whoever reads its mail makes an account. Where there is an account, its
    /// owner is told that somebody tried; the caller sees no difference.
    ///
    /// # Errors
    /// When nobody may register here, the address is none, or there were too many attempts.
    pub async fn start_registration(&self, email: &str, address: &str) -> Result<()> {
        if !self.rules.registration {
            return Err(Error::Refused("accounts are made by administrators here".to_owned()));
        }
        let email = recipients::parse_email(email)?;
        attempt(&[(&self.pins_asked_from, address), (&self.pins_sent, &email)])?;
        let expires = now() + PIN_LIFE;
        if let Some(user) = self.db.user(&email).await? {
            let language = user.account.language;
            return self.queue_letter(&email, language, Message::RegisteredAlready, expires).await;
        }
        let pin = self.keep_pin(Pin { account_id: None, email: email.clone(), resets: false }).await?.pin;
        self.queue_letter(&email, None, Message::Registration { pin: &pin }, expires).await
    }

    /// Makes the account of a registration, with a password, and signs in.
    ///
    /// # Errors
    /// When the pin does not hold, a name or the password cannot be kept, or there were too many attempts.
    pub async fn finish_registration(
        &self,
        pin: &str,
        password: String,
        names: (String, String),
        old: Option<&str>,
        address: &str,
    ) -> Result<NewSession> {
        // Looked at first: a pin holds once.
        let names = (short_text(&names.0, "a name")?, short_text(&names.1, "a name")?);
        attempt(&[(&self.address_attempts, address)])?;
        let hash = self.passwords.hash_new(password).await?;
        let pin = self.take_pin(pin, address).await?;
        if pin.account_id.is_some() {
            return Err(WRONG_PIN);
        }
        let account = self.register(pin.email, names, Some(hash)).await?;
        self.address_attempts.take_back(address);
        self.begin_session(account, old).await
    }

    /// Counts that somebody asks for another password for the account of an address, and reads the address.
    ///
    /// # Errors
    /// When this server sends no e-mail, the address is none, or there were too many attempts.
    pub fn admit_reset(&self, email: &str, address: &str) -> Result<String> {
        if !self.sends_mail() {
            return Err(Error::Refused("this server sends no e-mail".to_owned()));
        }
        let email = recipients::parse_email(email)?;
        attempt(&[(&self.pins_asked_from, address), (&self.pins_sent, &email)])?;
        Ok(email)
    }

    /// Sends a pin to an address that [`Self::admit_reset`] gave, with which whoever reads its mail sets another password;
    /// nothing where there is no account with a password. It takes longer where there is one: the caller answers before.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn start_reset(&self, email: &str) -> Result<()> {
        let user = self.db.user(email).await?;
        let Some(user) = user.filter(|user| user.password_hash.is_some() && !user.account.disabled) else {
            return Ok(());
        };
        let Account { id, email, language, .. } = user.account;
        let pin = self.keep_pin(Pin { account_id: Some(id), email: email.clone(), resets: true }).await?.pin;
        self.queue_letter(&email, language, Message::Reset { pin: &pin }, now() + PIN_LIFE).await
    }

    /// Replaces a forgotten password, ends all sessions, and signs in.
    ///
    /// # Errors
    /// When the pin does not hold, the password cannot be kept, or there were too many attempts.
    pub async fn finish_reset(
        &self,
        pin: &str,
        password: String,
        old: Option<&str>,
        address: &str,
    ) -> Result<NewSession> {
        attempt(&[(&self.address_attempts, address)])?;
        let hash = self.passwords.hash_new(password).await?;
        let pin = self.take_pin(pin, address).await?;
        let id = pin.account_id.filter(|_| pin.resets).ok_or(WRONG_PIN)?;
        let account = self.db.account(&id).await?.filter(|account| !account.disabled).ok_or(WRONG_PIN)?;
        self.db.set_password(&account.email, &hash, None).await?;
        self.address_attempts.take_back(address);
        self.begin_session(account, old).await
    }

    async fn register(
        &self,
        email: String,
        (first_name, last_name): (String, String),
        password_hash: Option<String>,
    ) -> Result<Account> {
        let new = NewUser {
            id: random_id()?,
            email,
            first_name,
            last_name,
            phone: None,
            admin: false,
            password_hash,
        };
        if !self.rules.registration || !self.db.register(&new, now()).await? {
            return Err(WRONG_PIN);
        }
        self.db.account(&new.id).await?.ok_or(WRONG_PIN)
    }

    async fn keep_pin(&self, of: Pin) -> Result<NewPin> {
        let pin = BASE32_NOPAD.encode(&random::<12>()?);
        self.db.insert_pin(&sha256_hex(&pin), &of, now() + PIN_LIFE).await?;
        let groups: Vec<&str> =
            pin.as_bytes().chunks(4).filter_map(|group| str::from_utf8(group).ok()).collect();
        Ok(NewPin { pin: groups.join("-"), life: PIN_LIFE })
    }

    async fn take_pin(&self, pin: &str, address: &str) -> Result<Pin> {
        attempt(&[(&self.address_attempts, address)])?;
        let pin: String = pin.chars().filter(|c| !matches!(c, '-' | ' ')).collect();
        let found = self.db.take_pin(&sha256_hex(&pin.to_ascii_uppercase()), now()).await?;
        let found = found.ok_or(WRONG_PIN)?;
        self.address_attempts.take_back(address);
        Ok(found)
    }
}
