//! Share links.
#![no_main]

use bulla::link::ShareLink;
use libfuzzer_sys::fuzz_target;

fuzz_target!(|text: &str| {
    if let Ok(link) = ShareLink::parse(text) {
        let again = ShareLink::parse(&link.expose()).unwrap();
        assert_eq!(again.expose(), link.expose());
    }
});
