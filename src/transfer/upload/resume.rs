//! A file that an earlier upload began.

use std::collections::BTreeSet;
use std::rc::Rc;

use super::file::{Announced, FileUpload};
use super::{NewFile, Source, Transfer};
use crate::api::package::PartPresent;
use crate::format::{FileInfo, PartPlan, ciphertext_size};
use crate::transfer::crypto::FileCrypto;
use crate::transfer::journal::KeptFile;
use crate::transfer::{Octets, World};
use crate::{ErrorCode, Result};

/// What is known of `file` from an earlier upload, once every part that was recorded is seen to have the same content
/// now. Otherwise nothing, and what the earlier upload left is deleted: the file begins anew, under new keys.
pub(super) async fn resume<N, S>(
    transfer: &Transfer<'_, N>,
    index: usize,
    file: &NewFile<S>,
) -> Result<Option<Announced>>
where
    N: World,
    S: Source<Bytes = Octets<N>>,
{
    let Some(size) = file.source.size() else { return Ok(None) };
    let looks = (file.name.as_str(), file.path.as_deref(), size, file.modified);
    let Some(kept) = transfer.draft.find_kept(looks, &transfer.taken.borrow()) else { return Ok(None) };
    transfer.taken.borrow_mut().insert(kept.id.clone());
    let plan = kept.record.plan()?;
    let crypto = transfer.draft.known_file(&kept.record.filename)?;
    let known = match stored(transfer, &kept, &plan, &crypto).await? {
        Some(stored) if is_unchanged(transfer, file, &kept, &plan).await? => stored,
        _ => {
            // Whether it is gone already does not matter: what is not in the package is removed before it is finalized.
            let _gone = transfer.client.delete_file(transfer.draft.id(), &kept.id).await;
            transfer.draft.drop_kept(&kept.id).await?;
            return Ok(None);
        }
    };
    let now = transfer.client.net().now();
    for span in known.iter().filter_map(|&part| plan.part(part).ok()) {
        transfer.tally.done(index, span.index, span.len, now);
    }
    Ok(Some(Announced {
        id: kept.id.clone(),
        info: FileInfo::new(file.name.as_str(), &plan),
        plan,
        crypto,
        filename: kept.record.filename.clone(),
        upload_url: None,
        before: known,
        kept: Some(kept),
    }))
}

/// The parts that the store has; `None` when they cannot be ours: one that was never recorded may hold anything.
async fn stored<N: World>(
    transfer: &Transfer<'_, N>,
    kept: &Rc<KeptFile>,
    plan: &PartPlan,
    crypto: &FileCrypto,
) -> Result<Option<BTreeSet<u32>>> {
    if kept.complete.get() {
        return Ok(Some((1..=plan.parts()).collect()));
    }
    let parts = match transfer.client.parts(transfer.draft.id(), &kept.id).await {
        Ok(answer) => answer.parts,
        Err(error) if error.code() == ErrorCode::NotFound || error.code() == ErrorCode::Server => {
            return Ok(None);
        }
        Err(error) => return Err(error),
    };
    let hashes = kept.hashes.borrow();
    let ours = |stored: &PartPresent| {
        let len = plan.part(stored.part).map(|span| span.len);
        let fits = len.is_ok_and(|len| match crypto {
            FileCrypto::Sealed { .. } => stored.size == ciphertext_size(len),
            FileCrypto::OpenPgpCfb(_) => stored.size > len,
        });
        fits && hashes.contains_key(&stored.part)
    };
    Ok(parts.iter().all(ours).then(|| parts.iter().map(|stored| stored.part).collect()))
}

/// Reads every part that was recorded.
async fn is_unchanged<N, S>(
    transfer: &Transfer<'_, N>,
    file: &NewFile<S>,
    kept: &KeptFile,
    plan: &PartPlan,
) -> Result<bool>
where
    N: World,
    S: Source<Bytes = Octets<N>>,
{
    let recorded = kept.hashes.borrow().clone();
    for (part, hash) in recorded {
        let Ok(span) = plan.part(part) else { return Ok(false) };
        let data = FileUpload::read(file, span).await?;
        if transfer.client.net().sha256(&data).await? != hash {
            return Ok(false);
        }
    }
    Ok(true)
}
