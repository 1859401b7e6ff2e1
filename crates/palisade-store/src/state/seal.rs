//! Sealing what must be had back but not be readable in the database: AES-256-GCM with a key that lies elsewhere.
//!
//! The key is 32 random bytes in `secret.key` beside the database, readable by its owner only, or comes from outside (an
//! environment variable), so that a copy of the database alone gives nothing away. A sealed text is bound to the name of
//! what it belongs to: moved to another row it cannot be opened.

use super::{StateError, hex};
use aws_lc_rs::aead::{AES_256_GCM, Aad, NONCE_LEN, Nonce, RandomizedNonceKey};
use std::{fs, io, io::Read as _, io::Write as _, path::Path};

const KEY_BYTES: usize = 32;

/// Seals and opens.
pub struct Seal(RandomizedNonceKey);

impl std::fmt::Debug for Seal {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.write_str("Seal")
    }
}

impl Seal {
    /// The seal whose key stands in the file at `path`, which is made when it is not there.
    ///
    /// # Errors
    /// When the file can be neither read nor made, or holds no key.
    pub fn in_file(path: &Path) -> Result<Self, StateError> {
        let file_error = |source| StateError::File { path: path.to_owned(), source };
        match read(path) {
            Ok(text) => Self::of_hex(text.trim()),
            Err(error) if error.kind() == io::ErrorKind::NotFound => {
                let mut key = [0; KEY_BYTES];
                getrandom::fill(&mut key)?;
                make(path, &hex(&key)).map_err(file_error)?;
                Self::of_hex(&hex(&key))
            }
            Err(error) => Err(file_error(error)),
        }
    }

    /// The seal of a key of 64 hexadecimal digits.
    ///
    /// # Errors
    /// When the text is none.
    pub fn of_hex(text: &str) -> Result<Self, StateError> {
        let key = bytes(text).filter(|bytes| bytes.len() == KEY_BYTES).ok_or(StateError::SealKey)?;
        RandomizedNonceKey::new(&AES_256_GCM, &key).map(Self).map_err(|_| StateError::SealKey)
    }

    /// The sealed form of `text`, which belongs to `name`: nonce, ciphertext and tag in hexadecimal.
    ///
    /// # Errors
    /// When the system gives no random bytes.
    pub(super) fn close(&self, name: &str, text: &str) -> Result<String, StateError> {
        let mut sealed = text.as_bytes().to_vec();
        let nonce = self.0.seal_in_place_append_tag(Aad::from(name), &mut sealed).map_err(|_| StateError::Seal)?;
        Ok(hex(nonce.as_ref()) + &hex(&sealed))
    }

    /// The text that [`Seal::close`] sealed for `name`.
    ///
    /// # Errors
    /// When it was sealed with another key or for another name, or was changed.
    pub(super) fn open(&self, name: &str, sealed: &str) -> Result<String, StateError> {
        let mut sealed = bytes(sealed).ok_or(StateError::Seal)?;
        let (nonce, text) = sealed.split_at_mut_checked(NONCE_LEN).ok_or(StateError::Seal)?;
        let nonce = Nonce::try_assume_unique_for_key(nonce).map_err(|_| StateError::Seal)?;
        let text = self.0.open_in_place(nonce, Aad::from(name), text).map_err(|_| StateError::Seal)?;
        String::from_utf8(text.to_vec()).map_err(|_| StateError::Seal)
    }
}

fn bytes(hex: &str) -> Option<Vec<u8>> {
    let digits: Option<Vec<u8>> = hex.chars().map(|digit| u8::try_from(digit.to_digit(16)?).ok()).collect();
    let digits = digits?;
    digits.len().is_multiple_of(2).then(|| digits.chunks_exact(2).map(|pair| (pair[0] << 4) | pair[1]).collect())
}

#[expect(clippy::disallowed_methods, reason = "no more than 256 bytes are taken")]
fn read(path: &Path) -> io::Result<String> {
    let mut text = String::new();
    fs::File::open(path)?.take(256).read_to_string(&mut text)?;
    Ok(text)
}

fn make(path: &Path, key: &str) -> io::Result<()> {
    let mut options = fs::OpenOptions::new();
    options.create_new(true).write(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    let mut file = options.open(path)?;
    writeln!(file, "{key}")?;
    file.sync_all()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_sealed_opens_for_its_name_with_its_key_alone() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("secret.key");
        let seal = Seal::in_file(&path).unwrap();
        let sealed = seal.close("mail", "püsswort").unwrap();
        assert_ne!(sealed, seal.close("mail", "püsswort").unwrap(), "a nonce of its own each time");
        assert_eq!(Seal::in_file(&path).unwrap().open("mail", &sealed).unwrap(), "püsswort");
        assert!(seal.open("slack", &sealed).is_err());
        assert!(Seal::of_hex(&"7".repeat(64)).unwrap().open("mail", &sealed).is_err());
        for index in [0, 30, sealed.len() - 1] {
            let mut changed = sealed.clone().into_bytes();
            changed[index] = if changed[index] == b'0' { b'1' } else { b'0' };
            assert!(seal.open("mail", &String::from_utf8(changed).unwrap()).is_err(), "{index}");
        }
        for text in ["", "00", "zz", "0", &"0".repeat(56)] {
            assert!(seal.open("mail", text).is_err(), "{text}");
        }
    }

    #[test]
    fn a_key_file_is_for_its_owner_and_a_wrong_one_is_refused() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("secret.key");
        Seal::in_file(&path).unwrap();
        #[cfg(unix)]
        {
            use std::os::unix::fs::PermissionsExt;
            assert_eq!(fs::metadata(&path).unwrap().permissions().mode() & 0o777, 0o600);
        }
        fs::write(&path, "no key").unwrap();
        assert!(matches!(Seal::in_file(&path), Err(StateError::SealKey)));
    }
}
