//! A file that an earlier upload began.

use std::rc::Rc;

use super::file::{Announced, FileUpload};
use super::group::is_unknown;
use super::{NewFile, Source, Transfer};
use crate::Result;
use crate::client::PartPresent;
use crate::format::{FileInfo, PartPlan, ciphertext_size};
use crate::transfer::crypto::FileCrypto;
use crate::transfer::journal::KeptFile;
use crate::transfer::{Octets, World};

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
    let stored = match stored(transfer, &kept, &plan, &crypto).await? {
        Some(stored) if is_unchanged(transfer, file, &kept, &plan).await? => stored,
        _ => {
            // Whether it is gone already does not matter: what is not in the package is removed before it is finalized.
            let _gone = transfer.client.delete_file(transfer.draft.id(), &kept.id).await;
            transfer.draft.drop_kept(&kept.id).await?;
            return Ok(None);
        }
    };
    let now = transfer.client.net().now();
    let mut missing = Vec::new();
    for (part, stored) in (1..).zip(stored) {
        match stored {
            true => transfer.tally.done(index, part, plan.part(part)?.len, now),
            false => missing.push(part),
        }
    }
    Ok(Some(Announced {
        id: kept.id.clone(),
        info: FileInfo::new(file.name.as_str(), &plan),
        plan,
        crypto,
        filename: kept.record.filename.clone(),
        upload_url: None,
        missing,
        kept: Some(kept),
    }))
}

/// Which of the parts the store has; `None` when they cannot be ours: one that was never recorded may hold anything.
async fn stored<N: World>(
    transfer: &Transfer<'_, N>,
    kept: &Rc<KeptFile>,
    plan: &PartPlan,
    crypto: &FileCrypto,
) -> Result<Option<Vec<bool>>> {
    let mut stored = vec![kept.complete.get(); plan.parts() as usize];
    if kept.complete.get() {
        return Ok(Some(stored));
    }
    let found = match transfer.client.parts(transfer.draft.id(), &kept.id).await {
        Ok(answer) => answer.parts,
        Err(error) if is_unknown(&error) => return Ok(None),
        Err(error) => return Err(error),
    };
    let hashes = kept.hashes.borrow();
    for PartPresent { part, size } in found {
        let ours = plan.part(part).is_ok_and(|span| match crypto {
            FileCrypto::Sealed { .. } => size == ciphertext_size(span.len),
            FileCrypto::OpenPgpCfb(_) => size > span.len,
            // Nothing is uploaded under the keys of another package.
            FileCrypto::Copied(_) | FileCrypto::EachPart(_) => false,
        });
        match stored.get_mut(part.wrapping_sub(1) as usize) {
            Some(stored) if ours && hashes.get(part).is_some() => *stored = true,
            _ => return Ok(None),
        }
    }
    Ok(Some(stored))
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
    let parts: Vec<u32> = kept.hashes.borrow().parts().collect();
    for part in parts {
        let Ok(span) = plan.part(part) else { return Ok(false) };
        let data = FileUpload::read(file, span).await?;
        let hash = transfer.client.net().sha256(&data).await?;
        if kept.hashes.borrow().get(part) != Some(&hash) {
            return Ok(false);
        }
    }
    Ok(true)
}
