//! What happens in the background: packages expire, abandoned drafts go, and content that has ended is deleted.

use super::files::{URL_LIFE, prefix};
use super::{Action, Domain, Result, now};
use crate::db::Ended;

use bulla::api::limits::TIMESTAMP_WINDOW;

const DAY: i64 = 24 * 60 * 60;
/// Seconds after which an untouched package without content is deleted.
const EMPTY: i64 = DAY;
/// Seconds after which an untouched draft is deleted.
const DRAFT: i64 = 7 * DAY;
/// Seconds after which an upload into a workspace that is not complete is deleted.
const UPLOAD: i64 = 30 * DAY;
/// Seconds for which the activities of a package that ended are kept.
const ACTIVITIES: i64 = 90 * DAY;
/// Seconds for which it is kept what webhooks were told.
const DELIVERIES: i64 = 30 * DAY;

impl Domain {
    /// Does all of it once.
    ///
    /// # Errors
    /// When the database or the store fails; what was done until then stays done.
    pub async fn sweep(&self) -> Result<()> {
        let now = now();
        self.remind().await?;
        let expired = self.db.expire_due(now).await?;
        self.log_own(&expired, Action::PACKAGE_EXPIRED).await?;
        let abandoned = self.db.abandon(now - EMPTY, now - DRAFT, now).await?;
        self.log_own(&abandoned, Action::PACKAGE_ABANDONED).await?;
        self.db.abandon_uploads(now - UPLOAD, now).await?;
        self.db.forget_activities(now - ACTIVITIES, now).await?;
        // A signature of the far end of the window holds until the near end of it.
        let window = i64::try_from(2 * TIMESTAMP_WINDOW).unwrap_or(DAY);
        self.db.forget_requests(now - window - 1).await?;
        self.forget_sessions().await?;
        self.db.forget_tickets(now).await?;
        self.db.forget_leases(now).await?;
        self.db.forget_provider_sign_ins(now).await?;
        self.db.forget_deliveries(now - DELIVERIES).await?;
        // An upload may begin just before its URL ends, and then takes at most as long again.
        let grace = i64::try_from(2 * URL_LIFE.as_secs()).unwrap_or(DAY);
        for ended in self.db.to_purge(grace, now).await? {
            match self.delete_content(&ended).await {
                Ok(()) => self.db.purged(&ended, now).await?,
                // The next sweep tries again; the others must not wait for it.
                Err(error) => tracing::error!(%error, "content that has ended could not be deleted"),
            }
        }
        Ok(self.store.sweep().await?)
    }

    /// Deletes what the store holds of a package or file.
    async fn delete_content(&self, ended: &Ended) -> Result<()> {
        if let Some(file) = &ended.file_id {
            self.delete_thumbnails(&ended.package_id, file).await?;
        }
        Ok(self.store.delete(&prefix(&ended.package_id, ended.file_id.as_deref())?).await?)
    }

    /// Returns once something was deleted since the last time: its content is to go soon.
    pub async fn ended(&self) {
        self.ended.notified().await;
    }
}
