//! Recipients, and what they opened.

use std::future::Future;

use super::dates::Date;
use super::{Client, Clock, Http, Method};
use crate::Result;
use crate::api::package::{AddRecipient, UpdateRecipient};
use crate::json::{Invalid, Json, Read, read_struct};

const NO_BODY: Option<&()> = None;

read_struct! {
    /// A recipient of a package.
    #[derive(Clone, Debug)]
    pub struct Recipient {
        /// The recipient's id in this package.
        pub id: String = get "recipientId",
        /// The e-mail address.
        pub email: String = get "email",
        /// The name, when the server knows the address.
        pub name: String = get_or_default "fullName",
        /// VIEWER, CONTRIBUTOR, MANAGER or OWNER.
        pub role: String = get_or_default "roleName",
        /// Whether an approver must agree first.
        pub needs_approval: bool = get_or_default "needsApproval",
        /// What the recipient opened, and when.
        pub confirmations: Vec<Confirmation> = get_or_default "confirmations",
        /// Phone numbers.
        pub phones: Vec<Phone> = get_or_default "phonenumbers",
        /// Whether public keys may be known for the address.
        pub has_public_keys: bool = get_or_default "checkForPublicKeys",
    }
}

read_struct! {
    /// A phone number.
    #[derive(Clone, Debug)]
    pub struct Phone {
        /// The country's calling code.
        pub country_code: u32 = get "countryCode",
        /// The number without it.
        pub number: u64 = get "phonenumber",
    }
}

/// One opening of the message or of a file.
#[derive(Clone, Debug)]
pub struct Confirmation {
    /// From which address.
    pub ip_address: String,
    /// When, in seconds since 1970.
    pub time: Option<u64>,
    /// Whether it was the message, rather than a file.
    pub is_message: bool,
    /// The file, where the server says which.
    pub file_id: Option<String>,
}

impl Read for Confirmation {
    fn read(json: &Json) -> Result<Self, Invalid> {
        let file: Option<ConfirmedFile> = json.get("file")?;
        Ok(Self {
            ip_address: json.get_or_default("ipAddress")?,
            time: json.get::<Date>("timestamp")?.0,
            is_message: json.get_or_default("isMessage")?,
            file_id: file.and_then(|file| file.id),
        })
    }
}

read_struct! {
    struct ConfirmedFile {
        id: Option<String> = get "fileId",
    }
}

impl<N: Http + Clock> Client<N> {
    /// Adds a recipient by e-mail address.
    pub fn add_recipient(
        &self,
        package_id: &str,
        request: &AddRecipient,
    ) -> impl Future<Output = Result<Recipient>> {
        self.api(Method::Put, &format!("/package/{package_id}/recipient/"), Some(request))
    }

    /// One recipient.
    pub fn recipient(&self, package_id: &str, id: &str) -> impl Future<Output = Result<Recipient>> {
        self.api(Method::Get, &format!("/package/{package_id}/recipient/{id}/"), NO_BODY)
    }

    /// Gives a recipient another role, or a phone number.
    pub fn update_recipient(
        &self,
        package_id: &str,
        id: &str,
        request: &UpdateRecipient,
    ) -> impl Future<Output = Result<Recipient>> {
        self.api(Method::Post, &format!("/package/{package_id}/recipient/{id}/"), Some(request))
    }

    /// Removes a recipient.
    pub fn delete_recipient(&self, package_id: &str, id: &str) -> impl Future<Output = Result<()>> {
        self.api(Method::Delete, &format!("/package/{package_id}/recipient/{id}/"), NO_BODY)
    }
}
