//! The states of a package and what they are called.
//!
//! ```text
//!                ┌──▶ Pending ──┬─────────┐
//!                │       │      ▼         ▼
//! Temp ──▶ InProgress ──┼──▶ Active ──▶ Expired
//!   │          │        │       │         │
//!   └──────────┴────────┴───────┴─────────┴──▶ Deleted
//! ```
//!
//! - **Temp**: made. The first file, message or recipient makes it *InProgress*; a day untouched deletes it.
//! - **InProgress**: files, message and recipients may change; a week untouched deletes it.
//! - **Pending**: finalized, and waiting for an approver. Nothing opens and nothing changes but its life. To clients
//!   it is in progress, and `needsApproval`.
//! - **Active**: finalized; link and recipients may open it. No file is added any more, but by the owner through a secure share,
//!   whole. *Pickup* goes from waiting to in progress (opened) to complete (every file fetched), never back.
//! - **Expired**, **Deleted**: nothing opens; the content goes. Pickup stays as it was.
//!
//! A workspace is live: it is *Active* as soon as it is made, and stays so until it is *Deleted*. Files and directories
//! come and go meanwhile. Finalizing gives it a checksum, and with that a link, and can be repeated; before that only
//! those with a role in it get in. It has no life, and no pickup: that stays *waiting*.

use crate::db::{Package, Pickup, State};

/// What a state is called in the API. The document gives numbers and texts; the names are those of SendSafely's Java
/// and Windows clients.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct StateNames {
    /// `packageState`.
    pub number: i32,
    /// `packageStateStr`.
    pub text: &'static str,
    /// `state`.
    pub name: &'static str,
}

/// Where the package is at `now`: one past its end is expired, whether or not the sweep has come by.
pub(crate) fn effective(package: &Package, now: i64) -> State {
    match package.state {
        State::Pending | State::Active if package.expires.is_some_and(|end| end <= now) => State::Expired,
        state => state,
    }
}

/// Whether files can be added to the package: to a draft, and to a workspace that is active.
pub(crate) fn is_open(package: &Package) -> bool {
    is_draft(package.state) || (package.is_workspace() && package.state == State::Active)
}

/// Whether the package is not finalized yet.
pub(crate) fn is_draft(state: State) -> bool {
    matches!(state, State::Temp | State::InProgress)
}

impl StateNames {
    /// What the state of a package is called at `now`.
    pub fn of(package: &Package, now: i64) -> Self {
        use Pickup::{Complete, InProgress as Begun, Waiting};
        let (number, text, name) = match (effective(package, now), package.pickup) {
            (State::Temp, _) => (-2, "TEMP", "PACKAGE_STATE_TEMP"),
            (State::InProgress | State::Pending, _) => (0, "In Progess", "PACKAGE_STATE_IN_PROGRESS"),
            (State::Active, Waiting) => (4, "Active - Waiting for Pickup", "PACKAGE_STATE_ACTIVE_INCOMPLETE"),
            (State::Active, Begun) => {
                (5, "Active - Pickup In Progress", "PACKAGE_STATE_ACTIVE_PARTIALLY_COMPLETE")
            }
            (State::Active, Complete) => (3, "Active - Pickup Complete", "PACKAGE_STATE_ACTIVE_COMPLETE"),
            (State::Expired, Waiting) => (1, "Expired - Not Picked Up", "PACKAGE_STATE_EXPIRED_INCOMPLETE"),
            (State::Expired, Begun) => {
                (6, "Complete Expired - Pickup In Progress", "PACKAGE_STATE_EXPIRED_PARTIALLY_COMPLETE")
            }
            (State::Expired, Complete) => (2, "Expired - Pickup", "PACKAGE_STATE_EXPIRED_COMPLETE"),
            (State::Deleted, Waiting) => (-3, "Deleted - Not Picked Up", "PACKAGE_STATE_DELETED_INCOMPLETE"),
            (State::Deleted, Begun) => {
                (-4, "Deleted - Pickup In Progress", "PACKAGE_STATE_DELETED_PARTIALLY_COMPLETE")
            }
            (State::Deleted, Complete) => (-1, "Deleted - Pickup Complete", "PACKAGE_STATE_DELETED_COMPLETE"),
        };
        Self { number, text, name }
    }
}
