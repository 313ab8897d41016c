//! Links, as those without an account open them.

use std::cell::RefCell;

use crate::api::link::{OpenLink, Visitor};
use crate::client::{Client, Clock, Http, LinkOpened, PartUrl};
use crate::json::Read;
use crate::keys::{Checksum, KeyClass, KeyCode};
use crate::link::{ShareLink, Through};
use crate::{Error, ErrorCode, Result};

/// How a link is opened.
#[derive(Clone, Default)]
pub struct OpenOptions {
    /// The door's password.
    pub password: Option<String>,
    /// The code of the recipient whose link it is; its sender then sees who opened what.
    pub recipient_code: Option<String>,
    /// Who opens it, where the link's share asks for that.
    pub visitor: Option<Visitor>,
    /// The keyCodes of the parts of its one file, where each has one of its own; see `FORMAT.md`, 4.1.
    pub part_keys: Option<Vec<KeyCode>>,
}

/// A link, and the token that its server gave for it.
pub(super) struct Door<N> {
    /// A client of the link's server, which has no account there but for a session, where a share asks for one.
    pub(super) client: Client<N>,
    pub(super) link: ShareLink,
    request: OpenLink,
    token: RefCell<String>,
}

impl<N: Http + Clock> Door<N> {
    pub(super) fn new(client: &Client<N>, link: ShareLink, options: OpenOptions) -> Self {
        let OpenOptions { password, recipient_code, visitor, part_keys: _ } = options;
        let (share, alias) = link.share.clone().map(|Through { id, alias }| (id, alias)).unzip();
        let checksum = Checksum::derive(&link.key_code, &link.package_code).expose().to_owned();
        let alias = alias.flatten();
        let request = OpenLink { checksum, password, recipient_code, share, alias, visitor };
        Self { client: client.visitor_at(&link.host), link, request, token: RefCell::default() }
    }

    /// Opens the link: shows its server the checksum of its keyCode, and keeps the token. Asks through `client`, which may
    /// have the patience of a transfer.
    pub(super) async fn open<T: Read + AsRef<LinkOpened>>(&self, client: &Client<N>) -> Result<T> {
        let link = &self.link;
        let opened = client.open_link(&link.package_code, &self.request).await;
        let opened: T =
            opened.map_err(|error| if lost_its_end(link, &error) { shortened() } else { error })?;
        let LinkOpened { package_code, token, .. } = opened.as_ref();
        if package_code != link.package_code.as_str() {
            return Err(Error::tampered());
        }
        *self.token.borrow_mut() = token.clone();
        Ok(opened)
    }

    /// Presigned URLs for the parts `range` of a file. Opens the link again when the token has grown too old.
    pub(super) async fn download_urls(
        &self,
        client: &Client<N>,
        file_id: &str,
        range: (u32, u32),
    ) -> Result<Vec<PartUrl>> {
        let mut is_fresh = false;
        loop {
            let token = self.token.borrow().clone();
            match client.link_download_urls(&self.link.package_code, &token, file_id, range).await {
                Err(error) if error.code() == ErrorCode::AuthenticationFailed && !is_fresh => {
                    self.open::<LinkOpened>(client).await?;
                    is_fresh = true;
                }
                answer => return Ok(answer?.download_urls),
            }
        }
    }

    /// Where a thumbnail of a file is, if there is one.
    pub(super) async fn thumbnail_url(&self, file_id: &str, size: u16) -> Result<Option<String>> {
        let token = self.token.borrow().clone();
        Ok(self.client.link_thumbnail(&self.link.package_code, &token, file_id, size).await?.url)
    }
}

/// A keyCode with a class letter that lost its last character has the length of one without a class letter. The
/// server does not know such a key, nearly always.
fn lost_its_end(link: &ShareLink, error: &Error) -> bool {
    error.code() == ErrorCode::WrongKey
        && link.key_code.class() == KeyClass::OpenPgpCfb
        && link.key_code.expose().starts_with(['S', 'W'])
}

fn shortened() -> Error {
    Error::new(
        ErrorCode::LinkIncomplete,
        "nothing opens with this link: its key seems to lack its last character",
    )
}
