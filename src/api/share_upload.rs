//! ShareFile's uploads to a share of type Request, in which the server gets plaintext: it encrypts each block to the request's
//! public key at once, and keeps no key.

use serde::{Deserialize, Serialize};

/// Octets of a block at most: it is encrypted in memory.
pub const MAX_BLOCK: usize = 16 << 20;

/// How blocks come.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase")]
pub enum UploadMethod {
    /// All in one call.
    #[default]
    #[serde(alias = "Standard")]
    Standard,
    /// One after the other; the last one says that it is.
    #[serde(alias = "Streamed")]
    Streamed,
    /// In any order, several at once; a last call says that all are there.
    #[serde(alias = "Threaded")]
    Threaded,
}

impl UploadMethod {
    /// As it stands in requests and answers.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Standard => "standard",
            Self::Streamed => "streamed",
            Self::Threaded => "threaded",
        }
    }

    /// The method of a name.
    pub fn of(name: &str) -> Option<Self> {
        [Self::Standard, Self::Streamed, Self::Threaded].into_iter().find(|method| method.as_str() == name)
    }
}

/// The query of `POST /Shares(id)/Upload`, and the body of `POST /Shares(id)/Upload2`. Names may begin with a capital letter.
/// What stands in neither is passed over.
#[derive(Clone, Debug, Default, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase", default)]
pub struct PrepareUpload {
    /// How blocks come.
    #[serde(alias = "Method")]
    pub method: UploadMethod,
    /// Whether a body is a block, and not a form with the block in its field `File1`.
    #[serde(alias = "Raw")]
    pub raw: bool,
    /// The file's name. The server learns it. Where a form has the file, the form may have the name.
    #[serde(alias = "FileName")]
    pub file_name: Option<String>,
    /// The file's size in octets, where it is known.
    #[serde(alias = "FileSize", alias = "fileLength", alias = "FileLength")]
    pub file_size: Option<u64>,
    /// Of which batch the upload is. The request's owner is written to once for all of it.
    #[serde(alias = "BatchId")]
    pub batch_id: String,
    /// Whether it is the last of its batch.
    #[serde(alias = "BatchLast")]
    pub batch_last: bool,
    /// Whether an unfinished upload of the same file by the same account may go on.
    #[serde(alias = "CanResume")]
    pub can_resume: bool,
    /// Whether the file is uploaded from its beginning all the same.
    #[serde(alias = "StartOver")]
    pub start_over: bool,
    /// Whether the request's owner is written to, where the request's terms say so; missing for yes.
    #[serde(alias = "Notify")]
    pub notify: Option<bool>,
    /// For how many days what is uploaded is kept; missing for the server's usual life.
    #[serde(alias = "ExpirationDays")]
    pub expiration_days: Option<u32>,
}

/// How a file is uploaded.
#[derive(Clone, Debug, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "PascalCase")]
pub struct UploadSpecification {
    /// How blocks come.
    pub method: UploadMethod,
    /// Where they go, by `POST`, with `&index=`, `&offset=` and `&hash=` behind it unless the method is `standard`. Whoever has it
    /// can upload.
    pub chunk_uri: String,
    /// What to call when all blocks of a threaded upload are there; empty for other methods.
    pub finish_uri: String,
    /// Whether an unfinished upload goes on.
    pub is_resume: bool,
    /// The block with which it does.
    pub resume_index: u64,
    /// That block's place in the file, in octets.
    pub resume_offset: u64,
    /// MD5 of what stands before it, in hexadecimal.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub resume_file_hash: Option<String>,
}

/// The query behind a `ChunkUri` and a `FinishUri`.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
pub struct UploadCall {
    /// Which upload, as the URI has it.
    pub uploadid: String,
    /// The block's number, from 0.
    pub index: Option<u32>,
    /// Its place in the file, in octets.
    pub offset: Option<u64>,
    /// Its MD5, in hexadecimal.
    pub hash: Option<String>,
    /// Whether it is the last one.
    pub finish: bool,
}
