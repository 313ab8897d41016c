//! OpenPGP as far as the server looks into it: enough to refuse what is no public key, and what is no message to one.

use bulla::openpgp::packet;
use data_encoding::BASE64;

use super::{Error, Result};

/// Packets of a key at most.
const MOST_PACKETS: usize = 256;
/// Packet types (RFC 9580, section 5).
const PKESK: u8 = 1;
const SIGNATURE: u8 = 2;
const SECRET_KEY: u8 = 5;
const PUBLIC_KEY: u8 = 6;
const SECRET_SUBKEY: u8 = 7;
const MARKER: u8 = 10;
const USER_ID: u8 = 13;
const PUBLIC_SUBKEY: u8 = 14;
const USER_ATTRIBUTE: u8 = 17;
const PADDING: u8 = 21;

/// Checks that a text is one armored public key to which something can be encrypted (RFC 9580, section 10.1). Its
/// signatures are for those who use it: whoever trusts the server's word for a key has no use for them.
///
/// # Errors
/// When it is not, and above all when it is a secret key.
pub(super) fn check_public_key(armored: &str) -> Result<()> {
    if armored.contains("PRIVATE KEY BLOCK") {
        return Err(secret());
    }
    let octets = dearmor(armored, "PUBLIC KEY BLOCK").ok_or_else(no_key)?;
    let mut rest: &[u8] = &octets;
    let (mut packets, mut encrypts) = (0, false);
    while !rest.is_empty() {
        let (packet, behind) = packet::read(rest).map_err(|_| no_key())?;
        rest = behind;
        match (packets, packet.tag) {
            (_, SECRET_KEY | SECRET_SUBKEY) => return Err(secret()),
            (0, PUBLIC_KEY) | (1.., PUBLIC_SUBKEY) => {
                encrypts |= is_for_encryption(&packet.body).ok_or_else(no_key)?;
            }
            (1.., SIGNATURE | USER_ID | USER_ATTRIBUTE | MARKER | PADDING) => {}
            _ => return Err(no_key()),
        }
        packets += 1;
        if packets > MOST_PACKETS {
            return Err(no_key());
        }
    }
    if encrypts { Ok(()) } else { Err(no_key()) }
}

/// Checks that a text is an armored message to a public key (RFC 9580, sections 5.1 and 10.3).
///
/// # Errors
/// When it is not.
pub(super) fn check_message(armored: &str) -> Result<()> {
    let no_message = || Error::Invalid("that is no armored OpenPGP message to a public key".to_owned());
    let octets = dearmor(armored, "MESSAGE").ok_or_else(no_message)?;
    match packet::read(&octets) {
        Ok((first, rest)) if first.tag == PKESK && !rest.is_empty() => Ok(()),
        _ => Err(no_message()),
    }
}

fn no_key() -> Error {
    Error::Invalid("that is no armored OpenPGP public key to encrypt to".to_owned())
}

fn secret() -> Error {
    Error::Invalid("that is a secret key: keep it to yourself, and send its public key".to_owned())
}

/// Whether the algorithm of a key packet of version 4 or 6 encrypts (RFC 9580, sections 5.5.2 and 9.1): RSA, ElGamal,
/// ECDH, X25519, X448. `None` when it is no such packet.
fn is_for_encryption(body: &[u8]) -> Option<bool> {
    let (&version, &algorithm) = (body.first()?, body.get(5)?);
    let material = body.len() > 6;
    (matches!(version, 4 | 6) && material).then_some(matches!(algorithm, 1 | 2 | 16 | 18 | 25 | 26))
}

/// What an armored block of one kind holds (RFC 9580, section 6.2), its checksum not looked at, as section 6.1 has it.
fn dearmor(text: &str, kind: &str) -> Option<Vec<u8>> {
    if !text.bytes().all(|b| matches!(b, b' '..=b'~' | b'\t' | b'\r' | b'\n')) {
        return None;
    }
    let mut lines = text.trim().lines().map(str::trim_end);
    let begins = lines.next()? == format!("-----BEGIN PGP {kind}-----");
    let ends = lines.next_back()? == format!("-----END PGP {kind}-----");
    if !begins || !ends {
        return None;
    }
    // Headers end with an empty line.
    for header in lines.by_ref().take_while(|line| !line.is_empty()) {
        header.split_once(": ").or_else(|| header.strip_suffix(':').map(|name| (name, "")))?;
    }
    let mut body = String::new();
    for line in lines.by_ref() {
        if line.starts_with('=') {
            break;
        }
        body.push_str(line);
    }
    let done = lines.all(str::is_empty);
    BASE64.decode(body.as_bytes()).ok().filter(|octets| done && !octets.is_empty())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn armor(kind: &str, octets: &[u8]) -> String {
        format!(
            "-----BEGIN PGP {kind}-----\r\nComment: x\r\n\r\n{}\r\n=abcd\r\n-----END PGP {kind}-----\r\n",
            BASE64.encode(octets)
        )
    }

    fn packet(tag: u8, body: &[u8]) -> Vec<u8> {
        [&[0xC0 | tag, u8::try_from(body.len()).unwrap()], body].concat()
    }

    /// A key of version 4, made at 0, with this algorithm.
    fn key(tag: u8, algorithm: u8) -> Vec<u8> {
        packet(tag, &[4, 0, 0, 0, 0, algorithm, 8, 0, 1, 2, 3])
    }

    fn check(packets: &[Vec<u8>]) -> bool {
        check_public_key(&armor("PUBLIC KEY BLOCK", &packets.concat())).is_ok()
    }

    #[test]
    fn keys_that_encrypt_are_keys() {
        let uid = packet(USER_ID, b"a");
        assert!(check(&[key(PUBLIC_KEY, 1), uid.clone(), packet(SIGNATURE, &[4])]));
        assert!(check(&[key(PUBLIC_KEY, 22), uid.clone(), key(PUBLIC_SUBKEY, 18)]));
        assert!(!check(&[key(PUBLIC_KEY, 22), uid.clone()]), "signs only");
        assert!(!check(&[uid.clone(), key(PUBLIC_KEY, 1)]), "starts with another packet");
        assert!(!check(&[key(PUBLIC_KEY, 1), key(PUBLIC_KEY, 1)]), "two keys");
        assert!(!check(&[key(PUBLIC_SUBKEY, 1)]), "a subkey alone");
        assert!(!check(&[key(SECRET_KEY, 1)]), "secret");
        assert!(!check(&[key(PUBLIC_KEY, 1), key(SECRET_SUBKEY, 1)]), "secret");
        assert!(!check(&[packet(PUBLIC_KEY, &[3, 0, 0, 0, 0, 1, 8, 0])]), "version 3");
        assert!(!check(&[packet(PUBLIC_KEY, &[4, 0, 0, 0, 0, 1])]), "nothing behind the algorithm");
        assert!(!check(&[key(PUBLIC_KEY, 1), vec![0xC2, 200]]), "cut short");
        assert!(!check(&[key(PUBLIC_KEY, 1), uid.repeat(MOST_PACKETS)]), "too many packets");
        assert!(!check(&[]));
    }

    #[test]
    fn armor_is_read_strictly() {
        let good = armor("PUBLIC KEY BLOCK", &key(PUBLIC_KEY, 1));
        assert!(check_public_key(&good).is_ok());
        for (from, to) in [
            ("BEGIN PGP PUBLIC", "BEGIN PGP PRIVATE"),
            ("Comment: x\r\n\r\n", ""),
            ("Comment: x", "Comment"),
            ("=abcd", "=abcd\r\nmore"),
            ("Comment: x", "Comment: \u{e9}"),
            ("Comment: x", "Comment: \0"),
            ("-----END PGP PUBLIC KEY BLOCK-----", ""),
            ("\r\n=abcd", "!\r\n=abcd"),
        ] {
            let bad = good.replacen(from, to, 1);
            assert_ne!(bad, good);
            assert!(check_public_key(&bad).is_err(), "{bad}");
        }
        assert!(check_public_key(&good.repeat(2)).is_err());
        assert!(check_public_key("").is_err());
        // Without headers and checksum, with other line ends.
        let plain = good.replace("Comment: x\r\n", "").replace("=abcd\r\n", "").replace('\r', "");
        assert!(check_public_key(&plain).is_ok());
    }

    #[test]
    fn messages_to_public_keys_are_messages() {
        let message = |packets: &[Vec<u8>]| check_message(&armor("MESSAGE", &packets.concat())).is_ok();
        assert!(message(&[packet(PKESK, &[3]), packet(18, &[1])]));
        assert!(!message(&[packet(PKESK, &[3])]), "nothing encrypted");
        assert!(!message(&[packet(3, &[4]), packet(18, &[1])]), "to a passphrase");
        assert!(!message(&[packet(11, b"b\0\0\0\0\0clear")]), "not encrypted");
        assert!(check_message(&armor("PUBLIC KEY BLOCK", &packet(PKESK, &[3]))).is_err());
    }
}
