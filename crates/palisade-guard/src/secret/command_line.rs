//! Passwords on command lines.
//!
//! **What it finds.** `curl -u user:password`, `sshpass -p password` and `docker login -p password`, with a password that
//! could be real.
//!
//! **Why it matters.** Command lines are kept in histories and logs, and every user of the machine can list them.
//!
//! **Example.** `curl -u deploy:tR7mZq2XcV https://git.corp.net/x`
//!
//! Placeholders, variables and weak passwords of tutorials are left alone.

use super::{
    form::placed,
    placeholder::{is_placeholder, strength},
};
use crate::{
    detector::{Detector, Hit, Outcome},
    text::View,
};
use std::ops::Range;

pub(crate) static COMMAND_LINE: Detector = placed(
    "guard.secret.command-line",
    "Password on a command line",
    &[b"curl -", b"sshpass -p", b"docker login", b"podman login"],
    confirm,
);

/// Bytes of a command that are looked at: addresses and headers may stand before the password.
const COMMAND_BYTES_MAX: usize = 400;

/// Switches behind which user and password stand, and those behind which a password does.
const USER_SWITCHES: [&str; 4] = ["-u", "--user", "-U", "--proxy-user"];
const PASSWORD_SWITCHES: [&str; 2] = ["-p", "--password"];

fn confirm(view: &View<'_>, at: usize) -> Outcome {
    let command = view.byte_run(at, COMMAND_BYTES_MAX, |byte| byte != b'\n');
    let command = command.start..view.floor(command.end);
    let until = command.end;
    let text = view.slice(command.clone());
    let both = text.as_bytes()[0].eq_ignore_ascii_case(&b'c');
    let switches: &[&str] = if both { &USER_SWITCHES } else { &PASSWORD_SWITCHES };
    let found = switches.iter().find_map(|switch| argument(text, switch)).and_then(|argument| {
        let password =
            if both { argument.start + text[argument.clone()].find(':')? + 1..argument.end } else { argument };
        let confidence = confidence(&text.as_bytes()[password.clone()])?;
        Some((command.start + password.start..command.start + password.end, confidence))
    });
    match found {
        Some((span, confidence)) => {
            let why = "A password on a command line, which histories and lists of processes show.";
            Outcome::Found(Hit::secret(span, confidence, why).until(until))
        }
        None => Outcome::Clean { until },
    }
}

/// Where the argument of `switch` stands in `text`, without its quotes.
fn argument(text: &str, switch: &str) -> Option<Range<usize>> {
    let stands = |(at, _): &(usize, &str)| text[..*at].ends_with(' ');
    let (at, _) = text.match_indices(switch).find(stands)?;
    let rest = text[at + switch.len()..].strip_prefix([' ', '=']).unwrap_or(&text[at + switch.len()..]);
    let start = text.len() - rest.len();
    let (start, end) = match rest.chars().next()? {
        quote @ ('"' | '\'') => (start + 1, rest[1..].find(quote)? + start + 1),
        _ => (start, rest.find([' ', '"', '\'', '`', '\\', '<', ')']).map_or(text.len(), |length| start + length)),
    };
    (start < end).then_some(start..end)
}

fn confidence(password: &[u8]) -> Option<f64> {
    if password.len() < 6 || is_placeholder(password) || !password.iter().all(u8::is_ascii_graphic) {
        return None;
    }
    match strength(password) {
        0 | 1 => None,
        2 => Some(0.6),
        _ => Some(0.85),
    }
}

#[cfg(test)]
mod tests {
    use crate::{Guard, testing::check};

    #[test]
    fn command_line() {
        check(
            "guard.secret.command-line",
            &[
                ("curl -u deploy:tR7mZq2XcV https://git.corp.net/x", 15..25),
                ("$ curl -sS --user 'anna:kQ9#vzT2!mLx' -d @x https://a.corp.net", 24..36),
                ("sshpass -p tR7mZq2XcV ssh deploy@web-1", 11..21),
                ("docker login -u ci -p 'kQ9vzT2mLx' registry.corp.net", 23..33),
            ],
            &[],
        );
        for text in [
            "curl -u user:password https://a.corp.net",
            "curl -u \"$USER:$TOKEN\" https://a.corp.net",
            "curl -u anna https://a.corp.net/x:y",
            "curl -X POST https://a.corp.net",
            "sshpass -p <password> ssh root@host",
            "docker login -u ci --password-stdin",
        ] {
            let found = Guard::new().inspect_text(text);
            assert!(!found.iter().any(|finding| finding.detector.starts_with("guard.secret")), "{found:?}");
        }
    }
}
