//! Files that arrive as plaintext, behind a form's first field.

use std::sync::Arc;

use bulla::api::limits::BATCH;
use bulla::api::package::{TakenFile, TakenFileStatus};

use super::api::{Call, Form, FormField};
use super::sendsafely::files::stored_name;
use crate::db::Package;
use crate::domain::{Action, Error, Event, Intake, Result, Taken, TakenStatus};

/// Takes in the files of a form, in their order. That goes on to its end when whoever sends is gone, so that no file is left
/// there by half.
pub(super) async fn take_in(
    call: Call,
    package: Package,
    intake: Arc<Intake>,
    mut form: Form,
) -> Result<Vec<TakenFile>> {
    let work = tokio::spawn(async move {
        let mut files = Vec::new();
        // What came before a form broke off is told of.
        while let Ok(Some(field)) = form.next().await {
            let taken = taken_in(&call, &package, &intake, field, files.len()).await?;
            let whole = taken.whole;
            files.push(TakenFile {
                id: taken.id,
                name: taken.name,
                status: match taken.status {
                    TakenStatus::Done => TakenFileStatus::Success,
                    TakenStatus::VirusFound => TakenFileStatus::VirusFound,
                    TakenStatus::Failed => TakenFileStatus::Failed,
                },
                size: taken.size,
                message: taken.message,
            });
            if !whole {
                break;
            }
        }
        Ok(files)
    });
    work.await.map_err(|error| Error::Internal(error.into()))?
}

/// Takes in the file in a field of a form, behind `before` others.
async fn taken_in(
    call: &Call,
    package: &Package,
    intake: &Intake,
    field: FormField,
    before: usize,
) -> Result<Taken> {
    let domain = call.domain();
    let name = stored_name(call, field.file_name().unwrap_or_default().to_owned());
    if before >= BATCH {
        return Ok(domain.leave_out(name, field, format!("a call takes at most {BATCH} files")).await);
    }
    let taken = domain.take_in(package, &call.caller, intake, name, field).await;
    if taken.status == TakenStatus::Done {
        let event = |action| Event::on_file(package, action, &taken.id, &taken.name);
        let events = [event(Action::FILE_CREATED), event(Action::FILE_UPLOADED)];
        domain.log(package, &call.caller, &call.address, &events).await?;
    }
    Ok(taken)
}
