//! AES-256 encryption (FIPS 197) with the 128-bit vectors of WebAssembly, eight blocks at a time, in constant time.
//!
//! Blocks are bitsliced as Käsper and Schwabe do it ("Faster and Timing-Attack Resistant AES-GCM", CHES 2009): eight
//! vectors hold one bit each of all octets of all blocks, so that the S-box becomes a circuit of gates, and no
//! look-up depends on a secret. Block modes come from RustCrypto, for which this is a cipher like any other.

use core::arch::wasm32::{
    i8x16_shuffle, i32x4_shuffle, u32x4, u32x4_extract_lane, u64x2, u64x2_extract_lane, u64x2_shl, u64x2_shr,
    u64x2_splat, v128, v128_and, v128_xor,
};

use aes::cipher::consts::{U8, U16, U32};
use aes::cipher::{
    Block, BlockCipherEncBackend, BlockCipherEncClosure, BlockCipherEncrypt, BlockSizeUser, InOut, InOutBuf,
    Key, KeyInit, KeySizeUser, ParBlocks, ParBlocksSizeUser,
};
use zeroize::Zeroizing;

/// Eight blocks. Vector `k` holds the bits `k`; in its octet `p` stand those of octet `p` of each block.
type Planes = [v128; 8];

/// AES with a key of 256 bits, for encryption.
#[derive(Clone)]
pub struct Aes256 {
    first: Planes,
    middle: [Planes; 13],
    last: Planes,
}

impl Aes256 {
    /// The cipher under one key.
    pub(super) fn with_key(key: &[u8; 32]) -> Self {
        Self::new(key.into())
    }

    /// Decrypts CFB with an initialization vector of zeros. A block of the keystream is the encryption of the block of
    /// ciphertext before it, so that eight of them are made at a time.
    pub(super) fn decrypt_cfb(&self, ciphertext: &[u8]) -> Vec<u8> {
        const BATCH: usize = 128;
        let mut plaintext = vec![0; ciphertext.len()];
        let mut previous = u64x2_splat(0);
        let mut decrypt = |from: &[u8; BATCH], to: &mut [u8; BATCH]| {
            let [a, b, c, d, e, f, g, h] = from.as_chunks().0 else { return };
            let blocks = [load(a), load(b), load(c), load(d), load(e), load(f), load(g), load(h)];
            let [a, b, c, d, e, f, g, h] = blocks;
            let keystream = self.encrypt([previous, a, b, c, d, e, f, g]);
            for ((to, block), key) in to.as_chunks_mut().0.iter_mut().zip(blocks).zip(keystream) {
                *to = store(v128_xor(block, key));
            }
            previous = h;
        };
        let (batches, rest) = ciphertext.as_chunks();
        let (decrypted, decrypted_rest) = plaintext.as_chunks_mut();
        for (from, to) in batches.iter().zip(decrypted) {
            decrypt(from, to);
        }
        let (mut from, mut to) = ([0; BATCH], [0; BATCH]);
        from.split_at_mut(rest.len()).0.copy_from_slice(rest);
        decrypt(&from, &mut to);
        decrypted_rest.copy_from_slice(to.split_at(rest.len()).0);
        plaintext
    }

    fn encrypt(&self, blocks: [v128; 8]) -> [v128; 8] {
        let mut state = add(transpose(by_rows(blocks)), &self.first);
        for key in &self.middle {
            state = add(mix_columns(shift_rows(sub_bytes(state))), key);
        }
        by_rows(transpose(add(shift_rows(sub_bytes(state)), &self.last)))
    }
}

impl KeySizeUser for Aes256 {
    type KeySize = U32;
}

impl KeyInit for Aes256 {
    /// The key schedule (FIPS 197, section 5.2).
    fn new(key: &Key<Self>) -> Self {
        let mut words = Zeroizing::new([0; 8]);
        for (word, octets) in words.iter_mut().zip(key.as_chunks().0) {
            *word = u32::from_le_bytes(*octets);
        }
        let mut keys = Zeroizing::new([[0; 4]; 16]);
        for (round, pair) in keys.as_chunks_mut::<2>().0.iter_mut().enumerate() {
            let [a, b, c, d, e, f, g, h] = *words;
            *pair = [[a, b, c, d], [e, f, g, h]];
            let a = a ^ sub_word(h.rotate_right(8)) ^ (1 << round);
            let (b, c, d) = (b ^ a, c ^ b ^ a, d ^ c ^ b ^ a);
            let e = e ^ sub_word(d);
            *words = [a, b, c, d, e, f ^ e, g ^ f ^ e, h ^ g ^ f ^ e];
        }
        let [first, middle @ .., last, _] = keys.map(round_key);
        Self { first, middle: middle.map(|key| add(key, &SUB_ZERO)), last: add(last, &SUB_ZERO) }
    }
}

impl Drop for Aes256 {
    fn drop(&mut self) {
        let zero = u64x2_splat(0);
        (self.first, self.middle, self.last) = ([zero; 8], [[zero; 8]; 13], [zero; 8]);
        // So that the compiler does not leave it out: nobody reads it any more.
        core::hint::black_box(self);
    }
}

impl BlockSizeUser for Aes256 {
    type BlockSize = U16;
}

impl ParBlocksSizeUser for Aes256 {
    type ParBlocksSize = U8;
}

impl BlockCipherEncrypt for Aes256 {
    fn encrypt_with_backend(&self, f: impl BlockCipherEncClosure<BlockSize = U16>) {
        f.call(self);
    }
}

impl BlockCipherEncBackend for Aes256 {
    fn encrypt_block(&self, mut block: InOut<'_, '_, Block<Self>>) {
        let mut blocks = [u64x2_splat(0); 8];
        blocks[0] = load(&block.get_in().0);
        let [encrypted, ..] = self.encrypt(blocks);
        block.get_out().0 = store(encrypted);
    }

    fn encrypt_par_blocks(&self, mut blocks: InOut<'_, '_, ParBlocks<Self>>) {
        let loaded = blocks.get_in().0.map(|block| load(&block.0));
        for (block, encrypted) in blocks.get_out().iter_mut().zip(self.encrypt(loaded)) {
            block.0 = store(encrypted);
        }
    }

    fn encrypt_tail_blocks(&self, mut blocks: InOutBuf<'_, '_, Block<Self>>) {
        let mut padded = ParBlocks::<Self>::default();
        for (to, from) in padded.iter_mut().zip(blocks.get_in()) {
            *to = *from;
        }
        self.encrypt_par_blocks((&mut padded).into());
        for (to, from) in blocks.get_out().iter_mut().zip(padded) {
            *to = from;
        }
    }
}

#[inline(always)]
fn load(octets: &[u8; 16]) -> v128 {
    let (low, high) = (u128::from_le_bytes(*octets) as u64, (u128::from_le_bytes(*octets) >> 64) as u64);
    u64x2(low, high)
}

#[inline(always)]
fn store(block: v128) -> [u8; 16] {
    let (low, high) = (u64x2_extract_lane::<0>(block), u64x2_extract_lane::<1>(block));
    (u128::from(high) << 64 | u128::from(low)).to_le_bytes()
}

/// Between the order of FIPS 197, column by column, and row by row: columns are then mixed by moving whole rows.
#[inline(always)]
fn by_rows([a, b, c, d, e, f, g, h]: [v128; 8]) -> [v128; 8] {
    #[inline(always)]
    fn turn(block: v128) -> v128 {
        i8x16_shuffle::<0, 4, 8, 12, 1, 5, 9, 13, 2, 6, 10, 14, 3, 7, 11, 15>(block, block)
    }
    [turn(a), turn(b), turn(c), turn(d), turn(e), turn(f), turn(g), turn(h)]
}

/// From eight blocks to their planes and back: transposes the 8 × 8 bits that stand at each octet.
#[inline(always)]
fn transpose([a, b, c, d, e, f, g, h]: [v128; 8]) -> Planes {
    /// Swaps the bits of `a` that are `SHIFT` higher than those in `mask` with those of `b` that are in it.
    #[inline(always)]
    fn swap<const SHIFT: u32>(a: v128, b: v128, mask: u64) -> (v128, v128) {
        let changed = v128_and(v128_xor(u64x2_shr(a, SHIFT), b), u64x2_splat(mask));
        (v128_xor(a, u64x2_shl(changed, SHIFT)), v128_xor(b, changed))
    }
    const EVERY_1: u64 = 0x5555_5555_5555_5555;
    const EVERY_2: u64 = 0x3333_3333_3333_3333;
    const EVERY_4: u64 = 0x0f0f_0f0f_0f0f_0f0f;
    let (a, b) = swap::<1>(a, b, EVERY_1);
    let (c, d) = swap::<1>(c, d, EVERY_1);
    let (e, f) = swap::<1>(e, f, EVERY_1);
    let (g, h) = swap::<1>(g, h, EVERY_1);
    let (a, c) = swap::<2>(a, c, EVERY_2);
    let (b, d) = swap::<2>(b, d, EVERY_2);
    let (e, g) = swap::<2>(e, g, EVERY_2);
    let (f, h) = swap::<2>(f, h, EVERY_2);
    let (a, e) = swap::<4>(a, e, EVERY_4);
    let (b, f) = swap::<4>(b, f, EVERY_4);
    let (c, g) = swap::<4>(c, g, EVERY_4);
    let (d, h) = swap::<4>(d, h, EVERY_4);
    [a, b, c, d, e, f, g, h]
}

/// AddRoundKey.
#[inline(always)]
fn add([a, b, c, d, e, f, g, h]: Planes, [i, j, k, l, m, n, o, p]: &Planes) -> Planes {
    [
        v128_xor(a, *i),
        v128_xor(b, *j),
        v128_xor(c, *k),
        v128_xor(d, *l),
        v128_xor(e, *m),
        v128_xor(f, *n),
        v128_xor(g, *o),
        v128_xor(h, *p),
    ]
}

/// ShiftRows: row `r` turns left by `r` octets.
#[inline(always)]
fn shift_rows([a, b, c, d, e, f, g, h]: Planes) -> Planes {
    #[inline(always)]
    fn shift(plane: v128) -> v128 {
        i8x16_shuffle::<0, 1, 2, 3, 5, 6, 7, 4, 10, 11, 8, 9, 15, 12, 13, 14>(plane, plane)
    }
    [shift(a), shift(b), shift(c), shift(d), shift(e), shift(f), shift(g), shift(h)]
}

/// MixColumns: 2·row ⊕ 3·next ⊕ the two others, which is 2·(row ⊕ next) ⊕ next ⊕ (row ⊕ next, two rows further).
#[inline(always)]
fn mix_columns(rows: Planes) -> Planes {
    #[inline(always)]
    fn next(plane: v128) -> v128 {
        i32x4_shuffle::<1, 2, 3, 0>(plane, plane)
    }
    #[inline(always)]
    fn mix(doubled: v128, next: v128, sum: v128) -> v128 {
        v128_xor(doubled, v128_xor(next, i32x4_shuffle::<2, 3, 0, 1>(sum, sum)))
    }
    let [a, b, c, d, e, f, g, h] = rows;
    let nexts = [next(a), next(b), next(c), next(d), next(e), next(f), next(g), next(h)];
    let [i, j, k, l, m, n, o, p] = nexts;
    let [a, b, c, d, e, f, g, h] = add(rows, &nexts);
    // Doubling moves every bit up by one; the highest comes back in bits 0, 1, 3 and 4 (FIPS 197, section 4.2.1).
    [
        mix(h, i, a),
        mix(v128_xor(a, h), j, b),
        mix(b, k, c),
        mix(v128_xor(c, h), l, d),
        mix(v128_xor(d, h), m, e),
        mix(e, n, f),
        mix(f, o, g),
        mix(g, p, h),
    ]
}

/// The plane of bits that are all 1 or all 0.
const fn bits(set: bool) -> v128 {
    let half = if set { u64::MAX } else { 0 };
    u64x2(half, half)
}

/// What SubBytes makes of zeros, 0x63: [`sub_bytes`] leaves it out, and the round keys have it instead. MixColumns
/// does not change it, since 2 ⊕ 3 ⊕ 1 ⊕ 1 = 1.
const SUB_ZERO: Planes =
    [bits(true), bits(true), bits(false), bits(false), bits(false), bits(true), bits(true), bits(false)];

/// A round key, the same for all blocks.
fn round_key([a, b, c, d]: [u32; 4]) -> Planes {
    transpose(by_rows([u32x4(a, b, c, d); 8]))
}

/// SubBytes of the four octets of a word.
fn sub_word(word: u32) -> u32 {
    let [a, b, c, d, e, f, g, h] = [word, 0, 0, 0, 0, 0, 0, 0].map(|word| u32x4(word, 0, 0, 0));
    let [word, ..] = transpose(add(sub_bytes(transpose([a, b, c, d, e, f, g, h])), &SUB_ZERO));
    u32x4_extract_lane::<0>(word)
}

/// SubBytes but for [`SUB_ZERO`]: the circuit of 32 ANDs by Boyar and Peralta ("A New Combinational Logic
/// Minimization Technique with Applications to Cryptology", SEA 2010), whose names these are.
#[inline(always)]
fn sub_bytes([x7, x6, x5, x4, x3, x2, x1, x0]: Planes) -> Planes {
    #[inline(always)]
    fn xor(a: v128, b: v128) -> v128 {
        v128_xor(a, b)
    }
    #[inline(always)]
    fn and(a: v128, b: v128) -> v128 {
        v128_and(a, b)
    }
    let y14 = xor(x3, x5);
    let y13 = xor(x0, x6);
    let y9 = xor(x0, x3);
    let y8 = xor(x0, x5);
    let t0 = xor(x1, x2);
    let y1 = xor(t0, x7);
    let y4 = xor(y1, x3);
    let y12 = xor(y13, y14);
    let y2 = xor(y1, x0);
    let y5 = xor(y1, x6);
    let y3 = xor(y5, y8);
    let t1 = xor(x4, y12);
    let y15 = xor(t1, x5);
    let y20 = xor(t1, x1);
    let y6 = xor(y15, x7);
    let y10 = xor(y15, t0);
    let y11 = xor(y20, y9);
    let y7 = xor(x7, y11);
    let y17 = xor(y10, y11);
    let y19 = xor(y10, y8);
    let y16 = xor(t0, y11);
    let y21 = xor(y13, y16);
    let y18 = xor(x0, y16);

    let t2 = and(y12, y15);
    let t3 = and(y3, y6);
    let t4 = xor(t3, t2);
    let t5 = and(y4, x7);
    let t6 = xor(t5, t2);
    let t7 = and(y13, y16);
    let t8 = and(y5, y1);
    let t9 = xor(t8, t7);
    let t10 = and(y2, y7);
    let t11 = xor(t10, t7);
    let t12 = and(y9, y11);
    let t13 = and(y14, y17);
    let t14 = xor(t13, t12);
    let t15 = and(y8, y10);
    let t16 = xor(t15, t12);
    let t17 = xor(t4, t14);
    let t18 = xor(t6, t16);
    let t19 = xor(t9, t14);
    let t20 = xor(t11, t16);
    let t21 = xor(t17, y20);
    let t22 = xor(t18, y19);
    let t23 = xor(t19, y21);
    let t24 = xor(t20, y18);

    let t25 = xor(t21, t22);
    let t26 = and(t21, t23);
    let t27 = xor(t24, t26);
    let t28 = and(t25, t27);
    let t29 = xor(t28, t22);
    let t30 = xor(t23, t24);
    let t31 = xor(t22, t26);
    let t32 = and(t31, t30);
    let t33 = xor(t32, t24);
    let t34 = xor(t23, t33);
    let t35 = xor(t27, t33);
    let t36 = and(t24, t35);
    let t37 = xor(t36, t34);
    let t38 = xor(t27, t36);
    let t39 = and(t29, t38);
    let t40 = xor(t25, t39);

    let t41 = xor(t40, t37);
    let t42 = xor(t29, t33);
    let t43 = xor(t29, t40);
    let t44 = xor(t33, t37);
    let t45 = xor(t42, t41);
    let z0 = and(t44, y15);
    let z1 = and(t37, y6);
    let z2 = and(t33, x7);
    let z3 = and(t43, y16);
    let z4 = and(t40, y1);
    let z5 = and(t29, y7);
    let z6 = and(t42, y11);
    let z7 = and(t45, y17);
    let z8 = and(t41, y10);
    let z9 = and(t44, y12);
    let z10 = and(t37, y3);
    let z11 = and(t33, y4);
    let z12 = and(t43, y13);
    let z13 = and(t40, y5);
    let z14 = and(t29, y2);
    let z15 = and(t42, y9);
    let z16 = and(t45, y14);
    let z17 = and(t41, y8);

    let t46 = xor(z15, z16);
    let t47 = xor(z10, z11);
    let t48 = xor(z5, z13);
    let t49 = xor(z9, z10);
    let t50 = xor(z2, z12);
    let t51 = xor(z2, z5);
    let t52 = xor(z7, z8);
    let t53 = xor(z0, z3);
    let t54 = xor(z6, z7);
    let t55 = xor(z16, z17);
    let t56 = xor(z12, t48);
    let t57 = xor(t50, t53);
    let t58 = xor(z4, t46);
    let t59 = xor(z3, t54);
    let t60 = xor(t46, t57);
    let t61 = xor(z14, t57);
    let t62 = xor(t52, t58);
    let t63 = xor(t49, t58);
    let t64 = xor(z4, t59);
    let t65 = xor(t61, t62);
    let t66 = xor(z1, t63);
    let s0 = xor(t59, t63);
    let s6 = xor(t56, t62);
    let s7 = xor(t48, t60);
    let t67 = xor(t64, t65);
    let s3 = xor(t53, t66);
    let s4 = xor(t51, t66);
    let s5 = xor(t47, t65);
    let s1 = xor(t64, s3);
    let s2 = xor(t55, t67);
    [s7, s6, s5, s4, s3, s2, s1, s0]
}
