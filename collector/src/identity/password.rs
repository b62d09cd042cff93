//! Passwords of the people who use the pages: argon2id (RFC 9106), kept as PHC strings.
//!
//! Both functions cost tens of milliseconds and 19 MiB: call them through `spawn_blocking`.

use argon2::password_hash::{PasswordHasher, PasswordVerifier, phc::PasswordHash};
use argon2::{Algorithm, Argon2, Params, Version};
use ring::rand::{SecureRandom, SystemRandom};

/// Memory in KiB, passes and lanes: the least that OWASP's password storage cheat sheet asks of argon2id.
const MEMORY_KIB: u32 = 19 * 1024;
const PASSES: u32 = 2;
const LANES: u32 = 1;

/// The fewest characters that a password chosen by a person may have.
pub const SHORTEST: usize = 12;

/// A hash that no password gives. Verify against it when the user does not exist, so that the time taken
/// does not tell which names do.
pub const NOBODY: &str =
    "$argon2id$v=19$m=19456,t=2,p=1$bm9ib2R5bm9ib2R5bm9ibw$AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA";

/// Letters and digits that are not taken for one another when read from paper.
const LEGIBLE: &[u8; 32] = b"abcdefghijkmnpqrstuvwxyz23456789";

/// Why a password could not be hashed.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// The algorithm refused it (longer than 4 GiB, for one).
    #[error("password cannot be hashed: {0}")]
    Hash(argon2::password_hash::Error),
    /// The operating system gave no randomness.
    #[error("no randomness from the operating system")]
    Random,
}

/// The PHC string of `password` under a new random salt.
///
/// # Errors
/// [`Error`], with the reason.
pub fn hash(password: &str) -> Result<String, Error> {
    let params = Params::new(MEMORY_KIB, PASSES, LANES, None);
    let params = params.map_err(|e| Error::Hash(e.into()))?;
    let mut salt = [0; 16];
    SystemRandom::new().fill(&mut salt).map_err(|_| Error::Random)?;
    let argon2 = Argon2::new(Algorithm::Argon2id, Version::V0x13, params);
    let hash: PasswordHash =
        argon2.hash_password_with_salt(password.as_bytes(), &salt).map_err(Error::Hash)?;
    Ok(hash.to_string())
}

/// Whether `phc` is the hash of `password`. False for a string that is not a PHC hash.
#[must_use]
pub fn verify(password: &str, phc: &str) -> bool {
    PasswordHash::new(phc).is_ok_and(|h| Argon2::default().verify_password(password.as_bytes(), &h).is_ok())
}

/// A password of 20 legible characters: 100 bits.
///
/// # Errors
/// [`Error::Random`].
pub fn random() -> Result<String, Error> {
    let mut bytes = [0; 20];
    SystemRandom::new().fill(&mut bytes).map_err(|_| Error::Random)?;
    // 32 characters divide 256: every one is equally likely.
    Ok(bytes.iter().filter_map(|b| LEGIBLE.get(usize::from(b % 32))).map(|c| char::from(*c)).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_password_opens_its_own_hash_only() {
        let phc = hash("rahasia").unwrap();
        assert!(phc.starts_with("$argon2id$v=19$m=19456,t=2,p=1$"), "{phc}");
        assert!(verify("rahasia", &phc));
        assert!(!verify("Rahasia", &phc));
        assert_ne!(hash("rahasia").unwrap(), phc);
    }

    #[test]
    fn nobody_costs_as_much_as_somebody() {
        let cost = |phc: &str| phc.rsplitn(3, '$').last().map(ToOwned::to_owned);
        assert_eq!(cost(&hash("x").unwrap()), cost(NOBODY));
        assert!(PasswordHash::new(NOBODY).is_ok());
        assert!(!verify("", NOBODY) && !verify("nobody", NOBODY));
    }

    #[test]
    fn random_passwords_are_long_and_differ() {
        let (a, b) = (random().unwrap(), random().unwrap());
        assert_eq!(a.chars().count(), 20);
        assert_ne!(a, b);
    }

    proptest::proptest! {
        #[test]
        fn no_string_makes_it_panic(text: String) {
            assert!(!verify("x", &text));
        }
    }
}
