//! Part plans and ciphertext sizes.
#![cfg(not(target_arch = "wasm32"))]
#![allow(clippy::unwrap_used, clippy::panic, clippy::indexing_slicing)]

use bulla::ErrorCode;
use bulla::format::{PartPlan, ciphertext_size};

const MIB: u64 = 1 << 20;

#[test]
fn parts_follow_one_another_and_fill_the_file() {
    let around = |size: u64| [size.saturating_sub(1), size, size + 1];
    let sizes = [1, 8 * MIB, 9 * MIB, 17 * MIB, 100 * MIB, MIB + 9999 * 8 * MIB, 500 << 30];
    for size in sizes.into_iter().flat_map(around) {
        let plan = PartPlan::for_size(size).unwrap();
        let mut offset = 0;
        for index in 1..=plan.parts() {
            let part = plan.part(index).unwrap();
            assert_eq!((part.index, part.offset), (index, offset), "{size}");
            assert_eq!(part.last, index == plan.parts(), "{size}");
            assert!(part.len > 0 || size == 0, "{size}");
            assert!(part.len <= 64 * MIB, "{size}");
            offset += part.len;
        }
        assert_eq!(offset, size);
        assert!(plan.parts() <= 10_000, "{size}");
    }
}

#[test]
fn an_empty_file_is_one_empty_part() {
    let plan = PartPlan::for_size(0).unwrap();
    let part = plan.part(1).unwrap();
    assert_eq!((plan.parts(), part.offset, part.len, part.last), (1, 0, 0, true));
}

#[test]
fn the_first_of_several_parts_is_small() {
    assert_eq!(PartPlan::for_size(8 * MIB).unwrap().parts(), 1);
    assert_eq!(PartPlan::for_size(8 * MIB + 1).unwrap().part(1).unwrap().len, MIB);
}

#[test]
fn parts_that_do_not_exist_are_invalid_input() {
    let plan = PartPlan::new(10, 10, 25).unwrap();
    assert_eq!(plan.parts(), 3);
    for index in [0, 4, u32::MAX] {
        assert_eq!(plan.part(index).unwrap_err().code(), ErrorCode::InvalidInput, "{index}");
    }
}

#[test]
fn plans_out_of_bounds_are_invalid_input() {
    for (first, rest, size) in [
        (0, 1, 1),
        (1, 0, 1),
        (64 * MIB + 1, 1, 1),
        (1, 64 * MIB + 1, 1),
        (1, 1, 10_001),
        (1, 1, 1 << 53),
        (1, 1, u64::MAX),
    ] {
        let plan = PartPlan::new(first, rest, size);
        assert_eq!(plan.unwrap_err().code(), ErrorCode::InvalidInput, "{first} {rest} {size}");
    }
    assert!(PartPlan::new(1, 1, 10_000).is_ok());
}

#[test]
fn files_beyond_ten_thousand_parts_reach_a_limit() {
    let largest = MIB + 9999 * 64 * MIB;
    assert_eq!(PartPlan::for_size(largest).unwrap().parts(), 10_000);
    for size in [largest + 1, u64::MAX] {
        assert_eq!(PartPlan::for_size(size).unwrap_err().code(), ErrorCode::LimitReached, "{size}");
    }
}

#[test]
fn ciphertext_sizes_at_the_chunk_boundaries() {
    for (data, ciphertext) in [
        (0, 164),
        (1, 165),
        (262_131, 262_295),
        (262_132, 262_296),
        (262_133, 262_313),
        (524_275, 524_455),
        (524_276, 524_456),
        (524_277, 524_473),
        (64 * MIB, 64 * MIB + 148 + 16 * 257),
    ] {
        assert_eq!(ciphertext_size(data), ciphertext, "{data}");
    }
}
