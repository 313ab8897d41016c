//! What any store must do, asked of each that there is. Another store joins by a line in [`for_every_store`].

use std::sync::Arc;
use std::time::{Duration, SystemTime};

use bulla_server::secrets::ServerKey;
use bulla_server::storage::disk::Disk;
use bulla_server::storage::{Grant, ObjectKey, Prefix, Storage, StoredPart};
use bytes::Bytes;
use tempfile::TempDir;

const HOUR: Duration = Duration::from_secs(3600);

/// A store, and a way to do what the holder of one of its URLs would do.
trait Tested {
    fn store(&self) -> &dyn Storage;
    /// Whether the part was kept.
    async fn put(&self, url: &str, octets: &[u8]) -> bool;
    /// The part, if it is there and the URL holds.
    async fn get(&self, url: &str) -> Option<Vec<u8>>;
}

struct OnDisk {
    disk: Disk,
    _folder: TempDir,
}

impl OnDisk {
    fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let key = ServerKey::load_or_create(folder.path()).unwrap();
        let disk = Disk::open(folder.path().join("objects"), key.derive("presigned urls")).unwrap();
        Self { disk, _folder: folder }
    }

    fn granted(&self, url: &str) -> Option<(ObjectKey, Grant)> {
        let (path, query) = url.strip_prefix("https://example.com/blob/")?.split_once('?')?;
        self.disk.verify(path, query, SystemTime::now())
    }
}

impl Tested for OnDisk {
    fn store(&self) -> &dyn Storage {
        &self.disk
    }

    async fn put(&self, url: &str, octets: &[u8]) -> bool {
        let Some((key, Grant::Put { limit })) = self.granted(url) else { return false };
        let mut receiving = self.disk.receive(key, limit);
        for chunk in octets.chunks(1000) {
            if receiving.write(Bytes::copy_from_slice(chunk)).await.is_err() {
                return false;
            }
        }
        receiving.finish().await.is_ok()
    }

    async fn get(&self, url: &str) -> Option<Vec<u8>> {
        let (key, Grant::Get) = self.granted(url)? else { return None };
        let (mut file, size) = self.disk.read(&key).await.unwrap()?;
        let mut octets = Vec::new();
        std::io::Read::read_to_end(&mut file, &mut octets).unwrap();
        assert_eq!(octets.len() as u64, size);
        Some(octets)
    }
}

async fn for_every_store(test: impl AsyncFn(&OnDisk)) {
    test(&OnDisk::new()).await;
}

async fn sign(tested: &impl Tested, grant: Grant, key: &ObjectKey) -> String {
    tested.store().presign(grant, key, HOUR, "https://example.com").await.unwrap()
}

async fn keep(tested: &impl Tested, (package, file, part): (&str, &str, u32), octets: &[u8]) -> bool {
    let key = ObjectKey::new(package, file, part).unwrap();
    tested.put(&sign(tested, Grant::Put { limit: 10_000 }, &key).await, octets).await
}

async fn fetch(tested: &impl Tested, (package, file, part): (&str, &str, u32)) -> Option<Vec<u8>> {
    let key = ObjectKey::new(package, file, part).unwrap();
    tested.get(&sign(tested, Grant::Get, &key).await).await
}

#[tokio::test]
async fn what_is_put_is_what_is_got() {
    for_every_store(async |tested| {
        for (part, size) in (1..).zip([0, 1, 999, 1000, 1001, 10_000]) {
            let octets: Vec<u8> = (0..size).map(|n| n as u8).collect();
            assert!(keep(tested, ("P", "F", part), &octets).await);
            assert_eq!(fetch(tested, ("P", "F", part)).await, Some(octets));
        }
        assert_eq!(fetch(tested, ("P", "F", 7)).await, None);
    })
    .await;
}

#[tokio::test]
async fn nothing_is_replaced() {
    for_every_store(async |tested| {
        assert!(keep(tested, ("P", "F", 1), b"first").await);
        assert!(keep(tested, ("P", "F", 1), b"first").await);
        assert!(!keep(tested, ("P", "F", 1), b"another").await);
        assert_eq!(fetch(tested, ("P", "F", 1)).await.unwrap(), b"first");
    })
    .await;
}

#[tokio::test]
async fn what_exceeds_its_limit_is_not_kept() {
    for_every_store(async |tested| {
        assert!(!keep(tested, ("P", "F", 1), &[0; 10_001]).await);
        assert_eq!(tested.store().parts("P", "F").await.unwrap(), []);
    })
    .await;
}

#[tokio::test]
async fn parts_are_listed_by_number() {
    for_every_store(async |tested| {
        for part in [10, 2, 1] {
            assert!(keep(tested, ("P", "F", part), &vec![0; part as usize]).await);
        }
        assert!(keep(tested, ("P", "G", 3), b"other file").await);
        let parts = tested.store().parts("P", "F").await.unwrap();
        let expected = [1, 2, 10].map(|part| StoredPart { part, size: part.into() });
        assert_eq!(parts, expected);
        assert_eq!(tested.store().parts("P", "none").await.unwrap(), []);
        assert_eq!(tested.store().parts("..", "..").await.unwrap(), []);
    })
    .await;
}

#[tokio::test]
async fn deleting_takes_a_file_or_a_package_and_no_more() {
    for_every_store(async |tested| {
        let all = [("P", "F", 1), ("P", "G", 1), ("Q", "F", 1)];
        for key in all {
            assert!(keep(tested, key, b"x").await);
        }
        let there = async || {
            let mut there = Vec::new();
            for key in all {
                there.push(fetch(tested, key).await.is_some());
            }
            there
        };
        let delete = async |package: &str, file: Option<&str>| {
            tested.store().delete(&Prefix::new(package, file).unwrap()).await.unwrap();
        };
        delete("P", Some("F")).await;
        assert_eq!(there().await, [false, true, true]);
        delete("P", None).await;
        delete("P", None).await;
        assert_eq!(there().await, [false, false, true]);
        assert!(keep(tested, ("P", "F", 1), b"again").await);
    })
    .await;
}

#[tokio::test]
async fn a_copy_outlives_what_it_was_made_of_and_the_other_way_round() {
    for_every_store(async |tested| {
        for (part, octets) in [(1, &b"one"[..]), (2, b"two"), (12, b"twelve")] {
            assert!(keep(tested, ("P", "F", part), octets).await);
        }
        for to in [("Q", "G"), ("P", "H"), ("P", "H")] {
            tested.store().copy(("P", "F"), to).await.unwrap();
            assert_eq!(
                tested.store().parts(to.0, to.1).await.unwrap(),
                tested.store().parts("P", "F").await.unwrap()
            );
        }
        let delete = async |package: &str, file: Option<&str>| {
            tested.store().delete(&Prefix::new(package, file).unwrap()).await.unwrap();
        };
        delete("P", Some("H")).await;
        assert_eq!(fetch(tested, ("P", "F", 12)).await.unwrap(), b"twelve");
        delete("P", None).await;
        assert_eq!(fetch(tested, ("P", "F", 12)).await, None);
        assert_eq!(fetch(tested, ("Q", "G", 12)).await.unwrap(), b"twelve");
        // Nothing is a copy of nothing, and nothing leaves the store.
        tested.store().copy(("P", "F"), ("R", "F")).await.unwrap();
        assert_eq!(tested.store().parts("R", "F").await.unwrap(), []);
        assert!(tested.store().copy(("Q", "G"), ("..", "F")).await.is_err());
    })
    .await;
}

#[test]
fn prefixes_stay_inside() {
    for (package, file) in [("", None), ("..", None), ("P/Q", None), ("P", Some("")), ("P", Some(".."))] {
        assert_eq!(Prefix::new(package, file), None);
    }
}

#[tokio::test]
async fn an_upload_that_breaks_off_leaves_nothing() {
    let tested = OnDisk::new();
    let mut receiving = tested.disk.receive(ObjectKey::new("P", "F", 1).unwrap(), 10 << 20);
    receiving.write(Bytes::from(vec![0; 3 << 20])).await.unwrap();
    drop(receiving);
    let incoming = tested._folder.path().join("objects").join(".incoming");
    for _ in 0..200 {
        if std::fs::read_dir(&incoming).unwrap().count() == 0 {
            return;
        }
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
    panic!("a temporary file stayed");
}

#[tokio::test]
async fn stale_temporary_files_go_and_fresh_ones_stay() {
    let tested = OnDisk::new();
    let incoming = tested._folder.path().join("objects").join(".incoming");
    let (old, new) = (incoming.join("old"), incoming.join("new"));
    std::fs::write(&old, "x").unwrap();
    std::fs::write(&new, "x").unwrap();
    let file = std::fs::File::options().write(true).open(&old).unwrap();
    file.set_modified(SystemTime::now() - 2 * HOUR).unwrap();
    let store: Arc<dyn Storage> = Arc::new(tested.disk.clone());
    store.sweep().await.unwrap();
    assert_eq!((old.exists(), new.exists()), (false, true));
    // At the start of a server nothing is under way.
    let key = ServerKey::load_or_create(tested._folder.path()).unwrap();
    Disk::open(tested._folder.path().join("objects"), key.derive("presigned urls")).unwrap();
    assert!(!new.exists());
}
