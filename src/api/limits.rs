//! Limits that client and server both keep.

/// Presigned URLs that one call returns at most.
pub const URLS_PER_CALL: u32 = 25;
/// Parts that a file has at most.
pub const MAX_PARTS: u32 = 10_000;
/// Entries that one page of a list has at most.
pub const PAGE: u32 = 100;
/// Entries that one batch call takes at most (ours).
pub const BATCH: usize = 500;
/// Plaintext octets in one part at most.
pub const MAX_PART_PLAINTEXT: u64 = 64 << 20;
/// Ciphertext octets in one part at most: the plaintext limit and room for any suite's overhead.
pub const MAX_PART_CIPHERTEXT: u64 = MAX_PART_PLAINTEXT + (64 << 10);
/// Octets of a stored file name at most (sealed names hold the whole sealed file info).
pub const MAX_FILE_NAME: usize = 16 << 10;
/// Octets of the stored name of a directory, and of a workspace's label, at most.
pub const MAX_DIRECTORY_NAME: usize = 4 << 10;
/// Octets of a name tag at most.
pub const MAX_NAME_TAG: usize = 128;
/// Octets of a copy's encrypted key at most.
pub const MAX_FILE_KEY: usize = 16 << 10;
/// Octets of an encrypted, base64-encoded message at most.
pub const MAX_MESSAGE: usize = 4 << 20;
/// Octets of a seal at most: room for about 10,000 files.
pub const MAX_SEAL: usize = 2 << 20;
/// The longer sides, in pixels, that thumbnails have at most (ours).
pub const THUMBNAILS: [u16; 2] = [75, 600];
/// Octets of an encrypted thumbnail at most (ours).
pub const MAX_THUMBNAIL: u64 = 256 << 10;
/// How far a signed request's timestamp may be from the server's clock, in seconds.
pub const TIMESTAMP_WINDOW: u64 = 15 * 60;
/// Octets of a webhook's URL at most (ours).
pub const MAX_WEBHOOK_URL: usize = 2048;
/// Octets of an armored public key at most.
pub const MAX_PUBLIC_KEY: usize = 8 << 10;
/// Octets of a wrapped keyCode at most: an armored message.
pub const MAX_WRAPPED_KEY_CODE: usize = 8 << 10;
