//! Payload in JavaScript's memory: it passes through wasm only where the Rust cipher has to touch it.

use std::ops::Range;

use js_sys::Uint8Array;
use wasm_bindgen::prelude::wasm_bindgen;

use crate::format::Payload;

#[wasm_bindgen(module = "/src/web/bytes.js")]
extern "C" {
    /// Gives the memory of octets back that nobody looks at any more.
    pub(super) fn release(bytes: &Uint8Array);
}

impl Payload for Uint8Array {
    fn len(&self) -> usize {
        self.length() as usize
    }

    fn copy(&self, range: Range<usize>) -> Vec<u8> {
        view(self, range).to_vec()
    }

    fn slice(&self, range: Range<usize>) -> Self {
        view(self, range)
    }

    fn into_vec(self) -> Vec<u8> {
        self.to_vec()
    }

    fn from_vec(octets: Vec<u8>) -> Self {
        Self::from(octets.as_slice())
    }

    fn join(mut pieces: Vec<Self>) -> Self {
        if pieces.len() == 1 {
            return pieces.swap_remove(0);
        }
        let whole = Self::new_with_length(pieces.iter().map(Self::length).sum());
        let mut end = 0;
        for piece in pieces {
            whole.set(&piece, end);
            end += piece.length();
        }
        whole
    }
}

/// The octets at `range`, without copying. A range beyond the end is cut, as `subarray` does.
pub(super) fn view(bytes: &Uint8Array, range: Range<usize>) -> Uint8Array {
    bytes.subarray(range.start as u32, range.end as u32)
}
