//! Parts of suite `sealed`: as they arrive, and a good one with some octets changed.
#![no_main]

mod package;

use bulla::format::PartPlan;
use bulla::format::sealed::{open_part, seal_part};
use libfuzzer_sys::fuzz_target;
use package::{KEYS, nonce};

fuzz_target!(|input: (u16, &[u8])| {
    let (place, octets) = input;
    let file = KEYS.file(&nonce());
    let span = PartPlan::for_size(octets.len() as u64).unwrap().part(1).unwrap();
    assert!(open_part(&KEYS, &file, span, octets).is_err());

    let mut part = seal_part(&KEYS, &file, span, octets).unwrap();
    assert_eq!(open_part(&KEYS, &file, span, &part).unwrap(), octets);
    let mut changed = false;
    for (to, from) in part.iter_mut().skip(usize::from(place)).zip(octets) {
        changed |= *from != 0;
        *to ^= from;
    }
    assert_eq!(open_part(&KEYS, &file, span, &part).is_err(), changed);
});
