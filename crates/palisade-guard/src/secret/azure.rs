//! Keys of Microsoft Azure.
//!
//! **What it finds.** `AccountKey=` and `SharedAccessKey=` with a key in base64; shared access signatures
//! (`sig=` beside `sv=` and `se=`); client secrets, which have `Q~` behind their third character and a digit.
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
    ],
    confirm,
);

/// How the key of the storage emulator begins (Azurite documentation).
const EMULATOR: &[u8] = b"Eby8vdM02xNOcqFlqUwJPLlmEtlCDXJ1OUzFT50uSRZ6IFsuFq2UVErCz4I6tq";

/// Characters of a client secret before and after the needle.
const SECRET_BEFORE: usize = 3;
const SECRET_AFTER: std::ops::RangeInclusive<usize> = 31..=34;

/// Bytes of a query string around a signature.
const QUERY_BYTES_MAX: usize = 400;

/// Keys of cognitive services, and tokens of DevOps in their old and new form.
const NAMED: &[Plain] =
    &[plain(hexadecimal, 32), shaped(alphanumeric, 52, 52, not_a_hash), shaped(alphanumeric, 84, 84, not_a_hash)];

fn confirm(view: &View<'_>, at: usize) -> Outcome {
    match view.bytes()[at] {
        b'A' if view.bytes()[at + 1] != b'c' => return near(view, at, NAMED),
        b'A' => key(view, at, "AccountKey=", 86),
        b'S' => key(view, at, "SharedAccessKey=", 43),
        b'O' | b'o' | b'a' => return near(view, at, NAMED),
        b's' => signature(view, at),
        b'0'..=b'9' => client_secret(view, at),
        _ => None,
    }
    .into()
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
