//! A whole command line as a value.
//!
//! **What it finds.** A text, or the value of a parameter in a URL, that is nothing but a command with what it needs:
//! one that reads a password file or key, runs code given on the line, or asks a machine who and where it is.
//!
//! **Why it matters.** Where no command was asked for, it is tried whether one is run (CWE-78).
//!
//! **Example.** `/run?cmd=uname -a`
//!
//! Ordinary command lines by themselves are only mentioned or left alone, as agents with terminals are given them all
//! day. To allow commands, allow this class for their field.

use super::{
    commands::{self, Strength},
    sensitive::{Target, target},
    setting::{VALUE_BYTES_MAX, is_query_value, is_value},
    words,
};
use crate::{
    detector::{Detector, Finds, Hit, Outcome},
    text::View,
};
use palisade_model::Severity;

pub(crate) static COMMAND: Detector = Detector {
    class: "guard.injection.command",
    version: "1",
    severity: Severity::High,
    title: "Command line as a value",
    remediation: "Accept commands only where they are asked for, and from a list.",
    references: &["CWE-78", "OWASP-A03"],
    finds: Finds::Places {
        needles: &[
            b"cat ",
            b"cat<",
            b"cat$",
            b"wget ",
            b"curl ",
            b"uname",
            b"whoami",
            b"/bin/",
            b"ping -",
            b"sleep ",
            b"nslookup ",
            b"bash -",
            b"sh -c",
            b"python -c",
            b"python3 -c",
            b"perl -e",
            b"php -r",
            b"ruby -e",
            b"net user",
            b"net view",
            b"net localgroup",
            b"reg add",
            b"type c:",
            b"type %",
            b"dir c:",
            b"ifconfig",
            b"ipconfig",
            b"ls -",
            b"ls /",
            b"=ls",
            b"=id",
            b"=dir",
            b"netstat",
            b"netsh ",
            b"systeminfo",
            b"head ",
            b"tail ",
            b"grep ",
            b"rm -",
            b"nc -",
            b"=pwd",
            b"=echo ",
            b"=sudo ",
            b"$@",
            b"/???",
            b"{ls,",
            b"{cat,",
            b"{id,",
            b"cmd.exe /c",
            b"cmd /c",
            b"%comspec%",
        ],
        confirm,
    },
};

/// Bytes of a command line by itself.
const COMMAND_LINE_BYTES_MAX: usize = 300;

/// Bytes between the beginning of a value and a needle in its command.
const START_BYTES_MAX: usize = 40;

fn confirm(view: &View<'_>, at: usize) -> Outcome {
    let bytes = view.bytes();
    let all = Outcome::Clean { until: bytes.len() };
    if bytes.len() > VALUE_BYTES_MAX {
        return all;
    }
    // A needle may stand within the command; the value begins the text, or follows the sign of a parameter.
    let low = at.saturating_sub(START_BYTES_MAX + 1);
    let start = bytes[low..at].iter().rposition(|byte| matches!(byte, b'=' | b'\n')).map_or(low, |sign| low + sign + 1);
    let start = if bytes[at] == b'=' { at + 1 } else { start };
    let parameter = is_query_value(&bytes[..start]);
    let alone = bytes[..start].trim_ascii().is_empty() && bytes.len() <= COMMAND_LINE_BYTES_MAX;
    if !(parameter || alone) || at > start + START_BYTES_MAX {
        return Outcome::Clean { until: at + 1 };
    }
    if !is_value(view) {
        return all;
    }
    let begin = start + bytes[start..].iter().take_while(|byte| matches!(byte, b' ' | b'\t' | b'\'' | b'"')).count();
    let command = words::read(bytes, begin);
    let prized = command.words.iter().skip(1).any(|word| target(word.as_bytes()) == Some(Target::Prized));
    let deliberate = command.words.first().is_some_and(|name| commands::is_deliberate(name));
    let confidence = match commands::judge(&command) {
        Strength::Certain if parameter || prized => 0.88,
        Strength::Strong | Strength::Certain if takes_over(&command) => 0.88,
        Strength::Certain if command.disguised || bytes[begin..].starts_with(b"/?") => 0.85,
        Strength::Strong if parameter => 0.82,
        Strength::Certain => 0.6,
        Strength::Strong if deliberate => 0.45,
        _ => return Outcome::Clean { until: at + 2 },
    };
    let ends = bytes[command.end..].iter().all(|byte| b" \t\r\n;|&'\"`)#".contains(byte));
    if alone && !parameter && !ends {
        return all;
    }
    let end = view.slice(0..bytes.len()).floor_char_boundary(command.end);
    let hit = Hit::text(begin..end, None, confidence, "The value is nothing but a command line.").until(bytes.len());
    Outcome::Found(if confidence < 0.7 { hit.rated(Severity::Low) } else { hit })
}

/// True for a command that gives its author an account, or opens the machine.
fn takes_over(command: &words::Command) -> bool {
    let words: Vec<String> = command.words.iter().map(|word| word.to_ascii_lowercase()).collect();
    let has = |names: &[&str]| words.iter().any(|word| names.contains(&word.as_str()));
    match words.first().map(String::as_str) {
        Some("net") => has(&["user", "localgroup"]) && has(&["/add"]),
        Some("reg") => {
            has(&["add"]) && has(&["fdenytsconnections", "localaccounttokenfilterpolicy", "disableantispyware"])
        }
        Some("netsh") => has(&["firewall", "advfirewall"]) && has(&["disable", "off"]),
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use crate::testing::check;

    #[test]
    fn command() {
        check(
            "guard.injection.command",
            &[("/run?cmd=uname -a", 9..17), ("cat /etc/shadow", 0..15), ("/?a=1&x=ls -la", 8..14)],
            &[
                "ls -la",
                "cat README.md",
                "CFLAGS=-O2 make",
                "The uname of the system",
                "cargo test",
                "grep -r deprecated src/",
            ],
        );
    }
}
