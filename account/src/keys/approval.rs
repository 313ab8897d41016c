//! Approving share requests: what was asked for is shared by a ticket, and its keyCode is wrapped to the keys of whoever asked,
//! here, since the server has none.

use bulla::api::zus::{IssueTicket, RequesterKeyCode, ShareRequestAnswer, UpdateShareRequest};
use bulla::client::{Clock, Http};
use bulla::transfer::Journal;
use bulla::{ErrorCode, Result};

use super::wrap::wrapped;
use super::{KeyState, Keys, Offered, Origin, WrapReport, normal, segment};

/// A request that is to be approved, as lists have it.
#[derive(Clone, Debug)]
pub struct Approval {
    /// The request's id.
    pub id: String,
    /// The address of whoever asks.
    pub requester: String,
    /// The package.
    pub package_id: String,
    /// The file; none for the whole package.
    pub file_id: Option<String>,
    /// For how many seconds the ticket holds; the server's own choice when none.
    pub expires_in: Option<u32>,
    /// Where it is opened, for whoever asks.
    pub link: Option<String>,
}

impl<N: Http + Clock, S: Journal> Keys<N, S> {
    /// The keys that the server offers for whoever made a request that waits for the account's answer.
    pub async fn offered_for_request(&self, id: &str, requester: &str) -> Result<Vec<Offered>> {
        let keys = self.client.keys_of_requester(segment(id)?).await?;
        Ok(self.known(&self.confirmed().await?, &normal(requester), keys))
    }

    /// Approves a request: issues a ticket for whoever asks, and wraps the keyCode that this device has to those keys that
    /// were confirmed. Where this device has none, or none was confirmed, the request is approved without it, and the report
    /// says so: the link has to be handed over then. So it is for a single file: the keyCode is that of the whole package.
    ///
    /// # Errors
    /// When the request was answered already, or what it asks for cannot be shared.
    pub async fn approve(&self, approval: Approval) -> Result<WrapReport> {
        let Approval { id, requester, package_id, file_id, expires_in, link } = approval;
        let offered = self.offered_for_request(&id, &requester).await?;
        let mut report = WrapReport::default();
        let mut key_codes = Vec::new();
        let confirmed = offered.iter().any(|offered| offered.state == KeyState::Confirmed);
        let unwrapped = match confirmed && file_id.is_none() {
            false => None,
            true => match self.unwrap(&package_id).await {
                Err(error) if error.code() == ErrorCode::NotFound => None,
                unwrapped => Some((unwrapped?, self.own().await?.1)),
            },
        };
        for offered in offered {
            match &unwrapped {
                Some((unwrapped, device)) if offered.state == KeyState::Confirmed => {
                    let signer = (unwrapped.origin == Origin::Sender).then_some(device);
                    let (keycode, sig) =
                        wrapped((&unwrapped.code, &unwrapped.key_code), (&offered.key, signer))?;
                    key_codes.push(RequesterKeyCode { public_key_id: offered.id.clone(), keycode, sig });
                    report.wrapped.push(offered);
                }
                _ if offered.state == KeyState::Confirmed => {}
                _ => report.unconfirmed.push(offered),
            }
        }
        if report.wrapped.is_empty() {
            report.without.push(normal(&requester));
        }
        let request = IssueTicket { file_id, client_id: Some(requester), expires_in };
        let ticket = self.client.issue_ticket(segment(&package_id)?, &request).await?.ticket;
        let answer = UpdateShareRequest {
            id,
            status: ShareRequestAnswer::Approved,
            link,
            auth_ticket: Some(ticket),
            key_codes,
        };
        self.client.answer_share_request(&answer).await?;
        Ok(report)
    }
}
