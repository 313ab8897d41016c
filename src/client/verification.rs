//! Verifying who one is, as a recipient whose link asks for it.

use std::future::Future;

use super::{Client, Clock, Http};
use crate::Result;
use crate::api::link::{Verify, VerifyBy, VerifyByCode, VerifyBySignIn};
use crate::api::secure_share::AuthenticationMode;
use crate::json::read_struct;

read_struct! {
    /// How a recipient shows who it is, and what of it is done.
    #[derive(Clone, Debug)]
    pub struct Verification {
        /// How many of the ways it goes through.
        pub mode: AuthenticationMode = get "mode",
        /// The ways.
        pub ways: Vec<VerificationWay> = get "ways",
        /// Whether what is done opens the link.
        pub verified: bool = get "verified",
    }
}

read_struct! {
    /// A way in which a recipient shows who it is.
    #[derive(Clone, Debug)]
    pub struct VerificationWay {
        /// Its id.
        pub id: String = get "id",
        /// `otp-email`, `otp-sms`, or an OpenID provider.
        pub identity_provider: String = get "identityProvider",
        /// Where a code goes, with the most of it left out; none for a provider.
        pub to: Option<String> = get "to",
        /// Whether it is done.
        pub done: bool = get "done",
    }
}

read_struct! {
    /// A code that is on its way.
    #[derive(Clone, Debug)]
    pub struct VerificationCodeSent {
        /// What goes along with it.
        pub token: String = get "token",
    }
}

read_struct! {
    /// A sign-in with an OpenID provider that began.
    #[derive(Clone, Debug)]
    pub struct ProviderSignIn {
        /// Where the provider's page is.
        pub url: String = get "url",
        /// What comes back from there.
        pub state: String = get "state",
        /// What goes along with it.
        pub token: String = get "token",
    }
}

read_struct! {
    /// What was shown until now.
    #[derive(Clone, Debug)]
    pub struct Verified {
        /// What says so, to the server alone.
        pub statement: String = get "statement",
        /// Whether it opens the link.
        pub verified: bool = get "verified",
    }
}

impl<N: Http + Clock> Client<N> {
    /// How a recipient of the link with this code shows who it is.
    pub fn verification(&self, code: &str, who: &Verify) -> impl Future<Output = Result<Verification>> {
        self.link(&format!("/{code}/verification/"), None, who)
    }

    /// Has a code sent to it.
    pub fn send_verification_code(
        &self,
        code: &str,
        by: &VerifyBy,
    ) -> impl Future<Output = Result<VerificationCodeSent>> {
        self.link(&format!("/{code}/verification/code/"), None, by)
    }

    /// Gives back that code.
    pub fn enter_verification_code(
        &self,
        code: &str,
        by: &VerifyByCode,
    ) -> impl Future<Output = Result<Verified>> {
        self.link(&format!("/{code}/verification/code/enter/"), None, by)
    }

    /// Begins a sign-in with an OpenID provider.
    pub fn begin_provider_sign_in(
        &self,
        code: &str,
        by: &VerifyBy,
    ) -> impl Future<Output = Result<ProviderSignIn>> {
        self.link(&format!("/{code}/verification/sign-in/"), None, by)
    }

    /// Ends it with what came back.
    pub fn end_provider_sign_in(
        &self,
        code: &str,
        by: &VerifyBySignIn,
    ) -> impl Future<Output = Result<Verified>> {
        self.link(&format!("/{code}/verification/sign-in/end/"), None, by)
    }
}
