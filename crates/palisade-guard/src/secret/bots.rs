//! Tokens whose mark stands in their middle or at their end: Discord, Telegram, Mailchimp.
//!
//! **What it finds.** Discord: three parts with points between them, of which the first is a number in base64, behind
//! `Bot` or the word Discord; client secrets behind that word; webhooks. Telegram: a number, a colon and 35 characters that begin with `AA`. Mailchimp:
//! 32 hexadecimal digits and a data centre such as `-us12`.
//!
//! **Why it matters.** Whoever has one speaks in its owner's name, and reads what is sent to them.
//!
//! **Example.** `Authorization: Bot MTk4….….…`
//!
//! Placeholders are left alone.

use super::{
    form::{laid_out, placed},
    keyed::{Plain, near, not_a_hash, plain, shaped},
    plausible::{could_be_issued, is_mixed},
    token::{self, base64url, hexadecimal, segmented},
};
use crate::{
    detector::{Detector, Hit, Outcome},
    text::View,
};
use std::ops::Range;

pub(super) static DISCORD: Detector =
    placed("guard.secret.discord", "Discord token or webhook", &[b"discord", b"bot m", b"bot n", b"bot o"], discord);

pub(super) static TELEGRAM: Detector = placed("guard.secret.telegram", "Telegram bot token", &[b":AA"], telegram);

pub(super) static MAILCHIMP: Detector = placed("guard.secret.mailchimp", "Mailchimp key", &[b"-us"], mailchimp);

/// Bytes after the word Discord within which a token begins.
const WINDOW_BYTES_MAX: usize = 80;

const WHY: &str = "A token that works like a password stands in the text; its layout fits.";

fn discord(view: &View<'_>, at: usize) -> Outcome {
    let hooks = ["discord.com/api/webhooks/", "discordapp.com/api/webhooks/"].map(|prefix| {
        laid_out(
            prefix,
            |byte| base64url(byte) || byte == b'/',
            (70, 110),
            |body| body[0].is_ascii_digit() && body.contains(&b'/'),
        )
    });
    if let Some(hit) = hooks.iter().find_map(|hook| token::confirm(view, at, hook)) {
        return Outcome::Found(hit);
    }
    let window = view.byte_run(at, WINDOW_BYTES_MAX, |byte| byte != b'\n');
    let mut start = window.start;
    while start < window.end {
        let word = token::without_full_stop(view, view.byte_run(start, 100, segmented));
        if let Some(word) = bot_token(view, &word) {
            return Outcome::Found(Hit::secret(word, 0.93, WHY));
        }
        start = word.end.max(start) + 1;
    }
    match view.bytes()[at] | 0x20 {
        b'd' => near(view, at, CLIENT_SECRETS),
        _ => Outcome::Clean { until: 0 },
    }
}

/// Secrets of applications in their two forms.
const CLIENT_SECRETS: &[Plain] = &[plain(hexadecimal, 64), shaped(base64url, 32, 32, not_a_hash)];

/// The token at the end of `word`, which may have the name of a setting before it.
fn bot_token(view: &View<'_>, word: &Range<usize>) -> Option<Range<usize>> {
    let bytes = &view.bytes()[word.clone()];
    let start = word.start + bytes.iter().rposition(|&byte| byte == b'=').map_or(0, |at| at + 1);
    let bytes = &view.bytes()[start..word.end];
    let lengths: Vec<usize> = bytes.split(|&byte| byte == b'.').map(<[u8]>::len).collect();
    let fits = matches!(lengths[..], [23..=28, 6 | 7, 27..=40]) && matches!(bytes[0], b'M' | b'N' | b'O');
    (fits && could_be_issued(bytes)).then_some(start..word.end)
}

fn telegram(view: &View<'_>, at: usize) -> Outcome {
    let id = view.byte_run_before(at, 13, |byte| byte.is_ascii_digit());
    let body = view.byte_run(at + 1, 36, base64url);
    let begins = view.bytes()[..id.start].ends_with(b"bot") || view.word_may_begin(id.start);
    let fits = (6..=12).contains(&id.len()) && body.len() == 35 && begins && is_mixed(&view.bytes()[body.clone()]);
    let issued = fits && could_be_issued(&view.bytes()[body.clone()]);
    issued.then(|| Hit::secret(id.start..body.end, 0.95, WHY)).into()
}

fn mailchimp(view: &View<'_>, at: usize) -> Outcome {
    let key = view.byte_run_before(at, 33, hexadecimal);
    let centre = view.byte_run(at + 3, 3, |byte| byte.is_ascii_digit());
    let fits = key.len() == 32
        && matches!(centre.len(), 1 | 2)
        && view.word_may_begin(key.start)
        && view.word_may_end(centre.end);
    let issued = fits && could_be_issued(&view.bytes()[key.clone()]);
    issued.then(|| Hit::secret(key.start..centre.end, 0.93, WHY)).into()
}
