//! Keys of Microsoft Azure.
//!
//! **What it finds.** `AccountKey=` and `SharedAccessKey=` with a key in base64; shared access signatures
//! (`sig=` beside `sv=` and `se=`); client secrets, which have `Q~` behind their third character and a digit; keys that
//! have the mark of their service at a fixed place, as those of storage, search, messaging, DevOps and models have.
//!
//! **Why it matters.** The key of an account opens everything in it and never expires by itself.
//!
//! **Example.** `DefaultEndpointsProtocol=https;AccountName=…;AccountKey=…`
//!
//! The key of the storage emulator, which everybody knows, is left alone.

use super::{
    form::{placed, varied},
    keyed::{Plain, near, not_a_hash, plain, shaped},
    plausible::could_be_issued,
    token::{self, alphanumeric, base64, hexadecimal},
};
use crate::{
    detector::{Detector, Hit, Outcome},
    text::View,
};

pub(super) static AZURE: Detector = placed(
    "guard.secret.azure",
    "Azure key, signature or client secret",
    &[
        b"AccountKey=",
        b"SharedAccessKey=",
        b"sig=",
        b"0Q~",
        b"1Q~",
        b"2Q~",
        b"3Q~",
        b"4Q~",
        b"5Q~",
        b"6Q~",
        b"7Q~",
        b"8Q~",
        b"9Q~",
        b"ocp-apim-subscription-key",
        b"azure_",
        b"azure-devops",
        b"JQQJ9",
        b"+ASt",
        b"+AEh",
        b"+ASb",
        b"+ARm",
        b"+ACR",
        b"AIoT",
        b"ACDb",
        b"AzSe",
        b"AzFu",
        b"AzCa",
    ],
    confirm,
);

/// How the key of the storage emulator begins (Azurite documentation).
const EMULATOR: &[u8] = b"Eby8vdM02xNOcqFlqUwJPLlmEtlCDXJ1OUzFT50uSRZ6IFsuFq2UVErCz4I6tq";

/// Characters of a client secret before and after the needle.
const SECRET_BEFORE: usize = 3;
const SECRET_AFTER: std::ops::RangeInclusive<usize> = 31..=34;

/// A key with the mark of its service in it: how many characters of base64 stand before and behind the mark, and how
/// many signs of padding (Microsoft, "Security Utilities", identifiable keys).
struct Marked {
    mark: &'static [u8],
    before: usize,
    after: usize,
    padding: usize,
}

const fn marked(mark: &'static [u8], before: usize, after: usize, padding: usize) -> Marked {
    Marked { mark, before, after, padding }
}

const MARKED: [Marked; 11] = [
    marked(b"JQQJ9", 52, 27, 0),
    marked(b"+ASt", 76, 6, 2),
    marked(b"ACDb", 76, 6, 2),
    marked(b"+AEh", 33, 6, 1),
    marked(b"+ASb", 33, 6, 1),
    marked(b"+ARm", 33, 6, 1),
    marked(b"AIoT", 33, 6, 1),
    marked(b"AzCa", 33, 6, 1),
    marked(b"AzSe", 42, 6, 0),
    marked(b"+ACR", 42, 6, 0),
    marked(b"AzFu", 44, 6, 2),
];

/// Bytes of a query string around a signature.
const QUERY_BYTES_MAX: usize = 400;

/// Keys of cognitive services, and tokens of DevOps in their old and new form.
const NAMED: &[Plain] =
    &[plain(hexadecimal, 32), shaped(alphanumeric, 52, 52, not_a_hash), shaped(alphanumeric, 84, 84, not_a_hash)];

fn confirm(view: &View<'_>, at: usize) -> Outcome {
    if let Some(hit) = marked_key(view, at) {
        return Outcome::Found(hit);
    }
    match view.bytes()[at] {
        b'A' if view.bytes()[at..].starts_with(b"AccountKey=") => key(view, at, "AccountKey=", 86),
        b'A' => return near(view, at, NAMED),
        b'S' => key(view, at, "SharedAccessKey=", 43),
        b'O' | b'o' | b'a' => return near(view, at, NAMED),
        b's' => signature(view, at),
        b'0'..=b'9' => client_secret(view, at),
        _ => None,
    }
    .into()
}

/// A key around the mark of its service at `at`.
fn marked_key(view: &View<'_>, at: usize) -> Option<Hit> {
    let form = MARKED.iter().find(|form| view.bytes()[at..].starts_with(form.mark))?;
    let unpadded = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'+' | b'/');
    let before = at.checked_sub(form.before)?..at;
    let after = view.byte_run(at + form.mark.len(), form.after + 1, unpadded);
    let of_key = view.bytes()[before.clone()].iter().all(|&byte| unpadded(byte)) && after.len() == form.after;
    if !of_key || !view.word_may_begin(before.start) {
        return None;
    }
    let padding = view.byte_run(after.end, 3, |byte| byte == b'=');
    let whole = padding.len() == form.padding && view.word_may_end(padding.end);
    let issued = could_be_issued(&view.bytes()[before.clone()]);
    let why = "A key that works like a password; the mark of its service stands at its place.";
    (whole && issued).then(|| Hit::secret(before.start..padding.end, 0.97, why))
}

fn key(view: &View<'_>, at: usize, prefix: &'static str, least: usize) -> Option<Hit> {
    let hit = token::confirm(view, at, &varied(prefix, base64, least, 88))?;
    let value = at + prefix.len()..hit.span.end;
    (!view.bytes()[value.clone()].starts_with(EMULATOR))
        .then(|| Hit::secret(value, 0.95, "The key of a storage account or a queue stands in the text."))
}

/// A signature counts beside the version and the expiry that it signs.
fn signature(view: &View<'_>, at: usize) -> Option<Hit> {
    let value = view.byte_run(at + b"sig=".len(), 60, |byte| base64(byte) || byte == b'%');
    if value.len() < 43 {
        return None;
    }
    let before = view.byte_run_before(at, QUERY_BYTES_MAX, in_query);
    let after = view.byte_run(value.end, QUERY_BYTES_MAX, in_query);
    let has = |name: &[u8]| {
        [&before, &after].iter().any(|part| memchr::memmem::find(&view.bytes()[(*part).clone()], name).is_some())
    };
    let signed = has(b"sv=") && has(b"se=") && could_be_issued(&view.bytes()[value.clone()]);
    signed.then(|| Hit::secret(value, 0.9, "A shared access signature: its holder is let in until it expires."))
}

fn in_query(byte: u8) -> bool {
    byte.is_ascii_graphic() && !matches!(byte, b'"' | b'\'' | b'<' | b'>' | b'`')
}

fn client_secret(view: &View<'_>, at: usize) -> Option<Hit> {
    let start = at.checked_sub(SECRET_BEFORE)?;
    let body = view.byte_run(start, SECRET_BEFORE + 3 + SECRET_AFTER.end() + 1, secret_alphabet);
    let body = token::without_full_stop(view, body);
    let after = body.end.saturating_sub(at + 3);
    let whole =
        body.end > at + 3 && SECRET_AFTER.contains(&after) && view.word_may_begin(start) && view.word_may_end(body.end);
    (whole && could_be_issued(&view.bytes()[body.clone()]))
        .then(|| Hit::secret(body, 0.9, "The client secret of an application stands in the text."))
}

fn secret_alphabet(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'.' | b'-' | b'~')
}

#[cfg(test)]
mod tests {
    use crate::testing::check;

    const LETTERS: &str = "tR7mZq2XcV9bN4kLwP8sJ1hGf6DyA3eU5iKoQnWzBrTvYxCjMp0gSdFlHaEtR7mZq2XcV9bN4kLwP8sJ1hGf6D";

    #[test]
    fn azure() {
        let key = format!("AccountName=shop;AccountKey={}==;EndpointSuffix=x", &LETTERS[..86]);
        let signed = format!("https://a.blob/c?sv=2024-01-01&se=2026-12-01&sr=c&sig={}%3D", &LETTERS[..43]);
        let secret = format!("secret: Ab3{}~{}", "8Q", &LETTERS[..34]);
        check(
            "guard.secret.azure",
            &[(&key, 28..116), (&signed, 54..100), (&secret, 8..48)],
            &[
                "AccountKey=<key>",
                "AccountKey=Eby8vdM02xNOcqFlqUwJPLlmEtlCDXJ1OUzFT50uSRZ6IFsuFq2UVErCz4I6tq/K1SZFPTOtr/KBHBeksoGMGw==",
                &format!("sig={}", &LETTERS[..43]),
                "18Q~",
            ],
        );
    }
}
