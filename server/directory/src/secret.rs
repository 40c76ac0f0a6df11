//! Random secrets: made once, shown once, kept only as a hash.

use std::fmt;
use std::fmt::Write as _;

use sha2::{Digest, Sha256};

/// A plain secret. `Debug` shows nothing of it; [`Secret::expose`] is what to search for when auditing.
#[derive(Clone, PartialEq, Eq)]
pub struct Secret(String);

impl Secret {
    /// 256 random bits behind a prefix that says what the secret is for, such as `rc_`.
    pub fn random(prefix: &str) -> Self {
        let mut bytes = [0u8; 32];
        getrandom::fill(&mut bytes).expect("the operating system gives random bytes");
        let mut text = String::with_capacity(prefix.len() + 43);
        text.push_str(prefix);
        push_base62(&mut text, bytes);
        Self(text)
    }

    /// A secret that somebody presented.
    pub fn presented(text: &str) -> Self {
        Self(text.to_owned())
    }

    /// The plain text.
    pub fn expose(&self) -> &str {
        &self.0
    }

    /// What the store keeps: SHA-256 in hexadecimal. 256 random bits need neither salt nor a slow hash.
    pub(crate) fn hash(&self) -> String {
        Sha256::digest(self.0.as_bytes())
            .iter()
            .fold(String::with_capacity(64), |mut hex, byte| {
                let _ = write!(hex, "{byte:02x}");
                hex
            })
    }

    /// The first characters, by which people recognise it.
    pub(crate) fn shown_prefix(&self) -> String {
        self.0.chars().take(8).collect()
    }
}

impl fmt::Debug for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Secret(…)")
    }
}

/// Letters and digits alone, so that a double click selects the whole secret.
fn push_base62(text: &mut String, mut number: [u8; 32]) {
    const ALPHABET: &[u8; 62] = b"0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";
    // 62^43 > 2^256: 43 digits hold every bit.
    for _ in 0..43 {
        let mut remainder = 0u32;
        for byte in &mut number {
            let value = (remainder << 8) | u32::from(*byte);
            *byte = u8::try_from(value / 62).expect("the quotient of a digit in base 256 fits a byte");
            remainder = value % 62;
        }
        text.push(char::from(ALPHABET[remainder as usize]));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_secret_has_its_prefix_and_43_characters_and_never_repeats() {
        let (one, two) = (Secret::random("rc_"), Secret::random("rc_"));
        assert!(one.expose().starts_with("rc_"));
        assert_eq!(one.expose().len(), 46);
        assert!(one.expose()[3..].chars().all(|c| c.is_ascii_alphanumeric()));
        assert_ne!(one, two);
    }

    #[test]
    fn debug_hides_the_secret() {
        assert_eq!(format!("{:?}", Secret::presented("rc_visible")), "Secret(…)");
    }

    #[test]
    fn the_hash_is_sha_256_in_hexadecimal() {
        assert_eq!(
            Secret::presented("abc").hash(),
            "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"
        );
    }
}
