use serde::Serialize;

use super::json::{self, VERSION};
use super::{PREFIX, decode, open_octets, seal_text};
use crate::api::limits::MAX_FILE_NAME;
use crate::format::plan::{PartPlan, check_part_sizes};
use crate::json::read_struct;
use crate::keys::{FileKeys, FileNonce, PackageKeys};
use crate::{Error, ErrorCode, Result};

const AAD: &[u8] = b"bulla/1 info";

/// What only sender and recipients know about a file. Encrypted, it is the file's name on the server.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FileInfo {
    /// Counts the versions of this file, from 0.
    pub rev: u64,
    /// The name as the sender gave it: data, not a safe path.
    pub name: String,
    /// The folder, `/`-separated, without the name.
    pub path: Option<String>,
    /// The MIME type as the sender's system gave it, or nothing.
    pub content_type: String,
    /// Octets of the first part, as in [`PartPlan`].
    pub first: u64,
    /// Octets of every other part.
    pub rest: u64,
    /// Octets of the file; missing only while a stream of unknown length is being sent.
    pub size: Option<u64>,
    /// The number of parts; missing together with the size.
    pub parts: Option<u32>,
    /// The last change, in milliseconds since 1970.
    pub modified: Option<i64>,
}

read_struct! {
    #[derive(Serialize)]
    struct Wire {
        v: u64 = get "v",
        rev: u64 = get "rev",
        name: String = get "name",
        #[serde(skip_serializing_if = "Option::is_none")]
        path: Option<String> = get "path",
        #[serde(rename = "type")]
        content_type: String = get "type",
        first: u64 = get "first",
        rest: u64 = get "rest",
        #[serde(skip_serializing_if = "Option::is_none")]
        size: Option<u64> = get "size",
        #[serde(skip_serializing_if = "Option::is_none")]
        parts: Option<u32> = get "parts",
        #[serde(skip_serializing_if = "Option::is_none")]
        modified: Option<i64> = get "modified",
    }
}

impl FileInfo {
    /// The info of a new file with this plan.
    pub fn new(name: impl Into<String>, plan: &PartPlan) -> Self {
        Self {
            rev: 0,
            name: name.into(),
            path: None,
            content_type: String::new(),
            first: plan.first(),
            rest: plan.rest(),
            size: Some(plan.size()),
            parts: Some(plan.parts()),
            modified: None,
        }
    }

    /// How the file is cut into parts; `INVALID_INPUT` while its size is not known.
    pub fn plan(&self) -> Result<PartPlan> {
        let size = self
            .size
            .ok_or_else(|| Error::new(ErrorCode::InvalidInput, "the file has not been sent to its end"))?;
        PartPlan::new(self.first, self.rest, size)
    }

    /// Encrypts the info for the version of the file that `nonce` stands for: `sealed.` and base64url.
    ///
    /// `INVALID_INPUT` when its fields contradict each other, `LIMIT_REACHED` when name and path are too long.
    pub fn seal(&self, keys: &PackageKeys, nonce: &FileNonce) -> Result<String> {
        self.seal_with(&keys.file(nonce), nonce)
    }

    /// The same with the keys of the file.
    pub fn seal_with(&self, file: &FileKeys, nonce: &FileNonce) -> Result<String> {
        self.check()?;
        let wire = Wire {
            v: VERSION,
            rev: self.rev,
            name: self.name.clone(),
            path: self.path.clone(),
            content_type: self.content_type.clone(),
            first: self.first,
            rest: self.rest,
            size: self.size,
            parts: self.parts,
            modified: self.modified,
        };
        let text = seal_text(&file.info_key(), AAD, nonce.as_bytes(), json::write_padded(&wire)?)?;
        if PREFIX.len() + text.len() > MAX_FILE_NAME {
            return Err(Error::new(ErrorCode::LimitReached, "the file's name and path are too long"));
        }
        Ok(format!("{PREFIX}{text}"))
    }

    /// Opens what [`FileInfo::seal`] wrote. `TAMPERED` when it is anything else, `UNSUPPORTED` when a newer
    /// version wrote it.
    pub fn open(keys: &PackageKeys, text: &str) -> Result<(FileNonce, Self)> {
        let nonce = split(text)?.0;
        Ok((nonce, Self::open_with(&keys.file(&nonce), text)?))
    }

    /// The version of the file that a stored name says it is of. Nothing confirms it yet.
    pub fn nonce(text: &str) -> Result<FileNonce> {
        Ok(split(text)?.0)
    }

    /// The same with the keys of the file, which for a copy come from elsewhere.
    pub fn open_with(file: &FileKeys, text: &str) -> Result<Self> {
        let (_, sealed) = split(text)?;
        let wire: Wire = json::read_padded(&open_octets(&file.info_key(), AAD, &sealed)?)?;
        let info = Self {
            rev: wire.rev,
            name: wire.name,
            path: wire.path,
            content_type: wire.content_type,
            first: wire.first,
            rest: wire.rest,
            size: wire.size,
            parts: wire.parts,
            modified: wire.modified,
        };
        info.check().map_err(|_| Error::tampered())?;
        Ok(info)
    }

    fn check(&self) -> Result<()> {
        let refuse = |message| Err(Error::new(ErrorCode::InvalidInput, message));
        if self.name.is_empty() {
            return refuse("the file has no name");
        }
        if !json::integers_fit([self.rev, self.modified.unwrap_or_default().unsigned_abs()]) {
            return refuse("a number is too large");
        }
        check_part_sizes(self.first, self.rest)?;
        match (self.size, self.parts) {
            (None, None) => Ok(()),
            (Some(_), Some(parts)) if self.plan()?.parts() == parts => Ok(()),
            _ => refuse("the file's size and its number of parts contradict each other"),
        }
    }
}

/// The public nonce of a sealed file name, and the sealed octets after it.
pub(super) fn split(text: &str) -> Result<(FileNonce, Vec<u8>)> {
    if text.len() > MAX_FILE_NAME {
        return Err(Error::tampered());
    }
    let mut octets = decode(text.strip_prefix(PREFIX).ok_or_else(Error::tampered)?)?;
    let nonce = FileNonce::from_bytes(*octets.first_chunk().ok_or_else(Error::tampered)?);
    octets.drain(..nonce.as_bytes().len());
    Ok((nonce, octets))
}
