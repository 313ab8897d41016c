//! Share links.
#![no_main]

use bulla::link::{LockedLink, ShareLink};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|text: &str| {
    if let Ok(link) = ShareLink::parse(text) {
        let again = ShareLink::parse(&link.expose()).unwrap();
        assert_eq!(again.expose(), link.expose());
    }
    if let Ok(link) = LockedLink::parse(text) {
        let again = LockedLink::format(&format!("{}/receive/?packageCode={}", link.host, link.package_code), &link.lock);
        assert_eq!(LockedLink::parse(&again).unwrap().lock.expose(), link.lock.expose());
    }
});
