//! Packet headers and lengths (RFC 9580, section 4.2).
#![cfg(not(target_arch = "wasm32"))]
#![allow(clippy::unwrap_used, clippy::panic, clippy::indexing_slicing)]

use bulla::openpgp::packet::{self, LITERAL, SEIPD, SKESK};

/// Reads a packet with this header and a body of `len` octets, and something after it.
fn read(header: &[u8], len: usize) -> Option<(u8, usize)> {
    let octets = [header, &vec![7; len], b"after"].concat();
    let (found, rest) = packet::read(&octets).ok()?;
    assert_eq!(rest, b"after");
    assert!(found.body.iter().all(|octet| *octet == 7));
    Some((found.tag, found.body.len()))
}

/// A packet whose body comes in pieces: each with its length, the last one in one octet.
fn partial(tag: u8, powers: &[u8], last: u8) -> Vec<u8> {
    let mut octets = vec![0xC0 | tag];
    for power in powers {
        octets.push(0xE0 | power);
        octets.extend(vec![7; 1 << power]);
    }
    octets.push(last);
    octets.extend(vec![7; usize::from(last)]);
    octets
}

#[test]
fn new_lengths_of_every_form() {
    assert_eq!(read(&[0xCB, 0], 0), Some((LITERAL, 0)));
    assert_eq!(read(&[0xCB, 191], 191), Some((LITERAL, 191)));
    assert_eq!(read(&[0xCB, 192, 0], 192), Some((LITERAL, 192)));
    assert_eq!(read(&[0xCB, 223, 255], 8383), Some((LITERAL, 8383)));
    assert_eq!(read(&[0xCB, 255, 0, 0, 0x20, 0xC0], 8384), Some((LITERAL, 8384)));
    assert_eq!(read(&[0xCB, 255, 0, 0, 0, 1], 1), Some((LITERAL, 1)));
}

#[test]
fn legacy_lengths_of_every_form() {
    assert_eq!(read(&[0xAC, 200], 200), Some((LITERAL, 200)));
    assert_eq!(read(&[0xAD, 1, 0], 256), Some((LITERAL, 256)));
    assert_eq!(read(&[0xAE, 0, 0, 1, 1], 257), Some((LITERAL, 257)));
    assert_eq!(read(&[0x8C, 3], 3), Some((SKESK, 3)));
}

#[test]
fn partial_lengths_of_data_packets() {
    for tag in [LITERAL, SEIPD] {
        for (powers, last) in [(&[9][..], 0), (&[9], 100), (&[10, 9], 1), (&[9, 0, 1, 2], 5), (&[16], 0)] {
            let len = powers.iter().map(|power| 1_usize << power).sum::<usize>() + usize::from(last);
            let octets = partial(tag, powers, last);
            let (found, rest) = packet::read(&octets).unwrap();
            assert_eq!((found.tag, found.body.len(), rest.len()), (tag, len, 0), "{powers:?}");
        }
    }
}

#[test]
fn partial_lengths_of_other_packets_are_refused() {
    for tag in [1, SKESK, 10, 21] {
        assert!(packet::read(&partial(tag, &[9], 0)).is_err(), "{tag}");
    }
}

#[test]
fn a_first_partial_length_under_512_is_refused() {
    for power in 0..9 {
        assert!(packet::read(&partial(LITERAL, &[power], 0)).is_err(), "{power}");
    }
}

#[test]
fn lengths_that_pass_the_end_are_refused() {
    let whole = [
        vec![0xCB, 3, 7, 7, 7],
        [&[0xCB, 192, 8][..], &[7; 200]].concat(),
        vec![0xCB, 255, 0, 0, 0, 2, 7, 7],
        vec![0xAC, 2, 7, 7],
        vec![0xAD, 0, 2, 7, 7],
        vec![0xAE, 0, 0, 0, 2, 7, 7],
        partial(LITERAL, &[9, 9], 4),
    ];
    for octets in whole {
        assert!(packet::read(&octets).is_ok());
        for cut in 0..octets.len() {
            assert!(packet::read(&octets[..cut]).is_err(), "{cut} of {octets:?}");
        }
    }
    assert_eq!(read(&[0xCB, 255, 255, 255, 255, 255], 100), None);
    assert_eq!(read(&[0xCB, 0xFE], 100), None);
}

#[test]
fn indeterminate_lengths_and_octets_that_start_no_packet_are_refused() {
    assert_eq!(read(&[0xAF], 100), None);
    for first in [0x00, 0x3F, 0x7F] {
        assert_eq!(read(&[first, 1], 1), None, "{first}");
    }
}
