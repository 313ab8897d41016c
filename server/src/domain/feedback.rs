//! What clients report of their own failures, for the operator.

use super::{Caller, Domain, Error, Result, now};
use crate::db::Feedback;
use crate::secrets::random_id;

/// Reports that are kept at most.
const MOST: u32 = 1000;
/// Octets of each text of a report at most.
const LONGEST_TEXT: usize = 64 << 10;
/// Octets of a client's name at most.
const LONGEST_NAME: usize = 256;

/// A report, as a client sends it.
#[derive(Clone, Debug, Default)]
pub struct FeedbackOrder {
    /// The name of the client; empty when it says none.
    pub client: String,
    /// What happened.
    pub message: String,
    /// Where in the client.
    pub stacktrace: String,
    /// On what system.
    pub system_info: String,
}

impl Domain {
    /// Keeps a report; the oldest goes when there are too many. Reports are counted against the part of the address,
    /// `subscriber`, that one subscriber holds.
    ///
    /// # Errors
    /// When it is empty or too long, or too many came from there.
    pub async fn keep_feedback(&self, caller: &Caller, subscriber: &str, order: FeedbackOrder) -> Result<()> {
        let texts = [&order.message, &order.stacktrace, &order.system_info];
        if texts.iter().all(|text| text.trim().is_empty()) {
            return Err(Error::Invalid("the report is empty".to_owned()));
        }
        if texts.iter().any(|text| text.len() > LONGEST_TEXT) || order.client.len() > LONGEST_NAME {
            return Err(Error::Limit(format!("a text of a report has at most {LONGEST_TEXT} octets")));
        }
        self.count_feedback(subscriber)?;
        let sender = match caller {
            Caller::Account(account) | Caller::Holder { account, .. } => account.email.clone(),
            Caller::Recipient(_)
            | Caller::Share(..)
            | Caller::Verified(_)
            | Caller::Dropzone { .. }
            | Caller::Anyone => String::new(),
        };
        // No database of every kind keeps that character.
        let text = |text: String| text.replace('\0', "\u{fffd}");
        let new = Feedback {
            id: random_id()?,
            at: now(),
            sender,
            client: text(order.client),
            message: text(order.message),
            stacktrace: text(order.stacktrace),
            system_info: text(order.system_info),
        };
        Ok(self.db.insert_feedback(&new, MOST).await?)
    }
}
