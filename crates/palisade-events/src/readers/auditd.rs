//! The log of the Linux audit daemon.
//!
//! One event is several records with the same serial: the system call, the arguments of the command, its paths.
//! [`Joiner`] puts their lines together, [`read_into`] reads them as one event. Values that auditd could not print are
//! hexadecimal and decoded. The arguments of a command also stand in one field, `CommandLine`, its program in `Image`,
//! its folder in `CurrentDirectory` and its user, where auditd has looked up the name, in `User`, as Sigma's rules on
//! processes ask for them.

use super::{
    fault::Fault,
    logfmt::{Pair, Pairs},
};
use crate::record::{Record, Text, Value};
use palisade_model::Timestamp;
use std::borrow::Cow;

pub use super::auditd_join::Joiner;

/// Fields that auditd writes in hexadecimal when they hold what could break a line (`audit_log_untrustedstring`).
const ENCODED: [&str; 23] = [
    "acct",
    "cmd",
    "comm",
    "cwd",
    "data",
    "device",
    "dir",
    "exe",
    "file",
    "grp",
    "invalid_context",
    "key",
    "name",
    "new_group",
    "ocomm",
    "old-disk",
    "new-disk",
    "path",
    "proctitle",
    "root_dir",
    "sw",
    "vm",
    "watch",
];

/// Types of records by number, for those that the kernel prints itself.
const NUMBERED: [(&str, &str); 12] = [
    ("1300", "SYSCALL"),
    ("1302", "PATH"),
    ("1305", "CONFIG_CHANGE"),
    ("1306", "SOCKADDR"),
    ("1307", "CWD"),
    ("1309", "EXECVE"),
    ("1320", "EOE"),
    ("1325", "NETFILTER_CFG"),
    ("1326", "SECCOMP"),
    ("1327", "PROCTITLE"),
    ("1330", "KERN_MODULE"),
    ("1400", "AVC"),
];

/// Arguments of one command that are put together; auditd itself parts longer lists.
const ARGUMENTS_MAX: usize = 10_000;

/// What stands before the fields of a record: `type=… msg=audit(seconds.millis:serial):`.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Header<'t> {
    pub(crate) kind: &'t str,
    /// Time and serial, which together are the identity of the event.
    pub(crate) identity: &'t str,
    pub(crate) node: &'t str,
    pub(crate) fields: &'t str,
}

/// Adds the fields of the lines of one event.
///
/// # Errors
/// When a line is not a record of auditd.
pub fn read_into(record: &mut Record<'_>, lines: &str) -> Result<(), Fault> {
    let mut command = Command::default();
    let mut at = 0;
    for line in lines.split('\n') {
        if !line.trim_ascii().is_empty() {
            let header = header(line).ok_or(Fault::new("the line should begin 'type=… msg=audit(…):'", at))?;
            record_into(record, &header, &mut command);
        }
        at += line.len() + 1;
    }
    if record.is_empty() {
        return Err(Fault::new("there is no record", 0));
    }
    command.finish_into(record);
    Ok(())
}

pub(crate) fn header(line: &str) -> Option<Header<'_>> {
    let (mut rest, mut node, mut kind) = (line.trim_ascii(), "", "");
    if let Some((named, after)) = rest.strip_prefix("node=").and_then(|rest| rest.split_once(' ')) {
        (node, rest) = (named, after);
    }
    if let Some((named, after)) = rest.strip_prefix("type=").and_then(|rest| rest.split_once(' ')) {
        (kind, rest) = (named, after);
    }
    let rest = rest.strip_prefix("msg=").unwrap_or(rest).strip_prefix("audit(")?;
    let (identity, fields) = rest.split_once(')')?;
    let kind = NUMBERED.iter().find(|(number, _)| *number == kind).map_or(kind, |(_, name)| name);
    let is_identity = identity.bytes().all(|byte| byte.is_ascii_digit() || matches!(byte, b'.' | b':'));
    (is_identity && !identity.is_empty()).then(|| Header {
        kind,
        identity,
        node,
        fields: fields.trim_start_matches(':'),
    })
}

fn record_into(record: &mut Record<'_>, header: &Header<'_>, command: &mut Command) {
    record.push("type", Value::text(header.kind));
    if record.len() == 1 {
        let (time, serial) = header.identity.split_once(':').unwrap_or((header.identity, ""));
        if let Some(time) = time_of(time) {
            record.set_time(time);
        }
        record.push("serial", Value::Number(serial));
        if !header.node.is_empty() {
            record.push("node", Value::text(header.node));
        }
    }
    let is_command = header.kind.eq_ignore_ascii_case("EXECVE");
    let mut pairs = Pairs::new(header.fields);
    while let Ok(Some(pair)) = pairs.next_pair() {
        pair_into(record, pair, is_command, command);
    }
}

/// `1364481363.243`, in seconds.
fn time_of(text: &str) -> Option<Timestamp> {
    let (seconds, millis) = text.split_once('.').unwrap_or((text, "0"));
    let millis = seconds.parse::<i64>().ok()?.checked_mul(1000)?.checked_add(millis.parse().ok()?)?;
    Some(Timestamp::from_millis(millis))
}

fn pair_into(record: &mut Record<'_>, pair: Pair<'_>, is_command: bool, command: &mut Command) {
    // Looked-up socket addresses: `SADDR={ saddr_fam=inet laddr=… }`.
    let Some(Text { written, .. }) = pair.value.filter(|value| value.written != "{") else { return };
    if pair.key == "msg" && pair.is_quoted {
        let mut inner = Pairs::new(written);
        while let Ok(Some(pair)) = inner.next_pair() {
            pair_into(record, Pair { key: if pair.key == "msg" { "" } else { pair.key }, ..pair }, false, command);
        }
        return;
    }
    if pair.key.is_empty() {
        return;
    }
    let is_argument = is_command && argument(pair.key).is_some();
    let value = match pair.is_quoted {
        false if is_argument || ENCODED.contains(&pair.key) => from_hexadecimal(written),
        _ => Cow::Borrowed(written),
    };
    if is_argument && command.is_part(pair.key, &value) {
        return;
    }
    match pair.key {
        "proctitle" => command.title = value.to_string(),
        "exe" if command.program.is_empty() => command.program = value.to_string(),
        "cwd" => command.folder = value.to_string(),
        "UID" => command.user = value.to_string(),
        _ => {}
    }
    record.push(pair.key, Value::text(&value));
}

/// The number of the argument that `a0`, `a1`, … or a part of it, `a1[0]`, names.
fn argument(key: &str) -> Option<(usize, bool)> {
    let digits = key.strip_prefix('a')?;
    match digits.split_once('[') {
        Some((digits, part)) if part.ends_with(']') => Some((digits.parse().ok()?, true)),
        _ => Some((digits.parse().ok()?, false)),
    }
}

/// What the records of one event say of the command that it runs.
#[derive(Default)]
struct Command {
    arguments: Vec<String>,
    /// The number of the argument that comes in parts, and what there is of it.
    parts: Option<(usize, String)>,
    title: String,
    program: String,
    folder: String,
    user: String,
}

impl Command {
    /// Takes an argument; true for a part of one, which is no field by itself.
    fn is_part(&mut self, key: &str, value: &str) -> bool {
        let Some((number, is_part)) = argument(key) else { return false };
        if !is_part {
            if self.arguments.len() < ARGUMENTS_MAX {
                self.arguments.push(value.to_owned());
            }
            return false;
        }
        match &mut self.parts {
            Some((open, text)) if *open == number => text.push_str(value),
            _ => self.parts = Some((number, value.to_owned())),
        }
        true
    }

    fn finish_into(mut self, record: &mut Record<'_>) {
        if let Some((number, text)) = self.parts.take() {
            record.push(&format!("a{number}"), Value::text(&text));
            self.arguments.insert(number.min(self.arguments.len()), text);
        }
        let is_command = !self.arguments.is_empty();
        let line = if is_command { self.arguments.join(" ") } else { self.title };
        if !line.is_empty() {
            record.push("CommandLine", Value::text(&line));
        }
        let of_process = [("Image", self.program), ("CurrentDirectory", self.folder), ("User", self.user)];
        for (name, value) in of_process.iter().filter(|(_, value)| is_command && !value.is_empty()) {
            record.push(name, Value::text(value));
        }
    }
}

/// What hexadecimal digits stand for, or the text itself where it is something else. Zero bytes part the words of a
/// command, and stand for blanks.
fn from_hexadecimal(written: &str) -> Cow<'_, str> {
    let is_encoded = written.len() >= 2
        && written.len().is_multiple_of(2)
        && written.bytes().all(|byte| matches!(byte, b'0'..=b'9' | b'A'..=b'F'));
    if !is_encoded {
        return Cow::Borrowed(written);
    }
    let digit = |byte: u8| if byte.is_ascii_digit() { byte - b'0' } else { byte - b'A' + 10 };
    let bytes: Vec<u8> = written
        .as_bytes()
        .chunks_exact(2)
        .map(|pair| digit(pair[0]) << 4 | digit(pair[1]))
        .map(|byte| if byte == 0 { b' ' } else { byte })
        .collect();
    Cow::Owned(String::from_utf8_lossy(&bytes).trim_end_matches(' ').to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::readers::testing::{fields, first};

    #[test]
    fn an_event_of_several_records_is_one() {
        let lines = concat!(
            "type=SYSCALL msg=audit(1364481363.243:24287): arch=c000003e syscall=59 a0=55 exe=\"/usr/bin/cat\" key=\"k\"\u{1d}SYSCALL=execve AUID=\"root\" UID=\"anna\"\n",
            "type=EXECVE msg=audit(1364481363.243:24287): argc=3 a0=\"cat\" a1=2F746D702F6120622E747874 a2=\"-n\"\n",
            "type=CWD msg=audit(1364481363.243:24287): cwd=\"/srv\"\n",
            "type=PATH msg=audit(1364481363.243:24287): item=0 name=\"/tmp/a b.txt\" nametype=NORMAL\n",
            "type=PROCTITLE msg=audit(1364481363.243:24287): proctitle=636174002F746D70\n",
        );
        let mut record = Record::new(lines);
        read_into(&mut record, lines).expect("reads");
        let types: Vec<_> = record.values("type").filter_map(|value| value.get()).collect();
        assert_eq!(types, ["SYSCALL", "EXECVE", "CWD", "PATH", "PROCTITLE"]);
        for (name, value) in [
            ("serial", "24287"),
            ("exe", "/usr/bin/cat"),
            ("SYSCALL", "execve"),
            ("AUID", "root"),
            ("a1", "/tmp/a b.txt"),
            ("name", "/tmp/a b.txt"),
            ("proctitle", "cat /tmp"),
            ("CommandLine", "cat /tmp/a b.txt -n"),
            ("Image", "/usr/bin/cat"),
            ("CurrentDirectory", "/srv"),
            ("User", "anna"),
        ] {
            assert_eq!(first(&record, name).as_deref(), Some(value), "{name}");
        }
        assert_eq!(record.time(), Timestamp::parse("2013-03-28T14:36:03.243Z").ok());
    }

    #[test]
    fn quoted_messages_are_taken_apart() {
        let line = "node=web1 type=USER_LOGIN msg=audit(1364481363.243:9): pid=1 msg='op=login acct=28696E76616C696429 exe=\"/usr/sbin/sshd\" res=failed'";
        let mut record = Record::new(line);
        read_into(&mut record, line).expect("reads");
        let expected = [
            ("type", "USER_LOGIN"),
            ("serial", "9"),
            ("node", "web1"),
            ("pid", "1"),
            ("op", "login"),
            ("acct", "(invalid)"),
            ("exe", "/usr/sbin/sshd"),
            ("res", "failed"),
        ];
        assert_eq!(fields(&record), expected.map(|(name, value)| (name, value.to_owned())));
    }

    #[test]
    fn long_arguments_come_in_parts() {
        let line = "type=1309 msg=audit(1.1:1): argc=2 a0=\"sh\" a1_len=6 a1[0]=616263 a1[1]=646566";
        let mut record = Record::new(line);
        read_into(&mut record, line).expect("reads");
        assert_eq!(first(&record, "type").as_deref(), Some("EXECVE"));
        assert_eq!(first(&record, "a1").as_deref(), Some("abcdef"));
        assert_eq!(first(&record, "CommandLine").as_deref(), Some("sh abcdef"));
    }

    #[test]
    fn other_lines_are_refused() {
        for line in ["", "x", "type=A msg=x", "type=A msg=audit(", "type=A msg=audit():", "type=A msg=audit(x:1):"] {
            assert!(read_into(&mut Record::new(line), line).is_err(), "{line}");
        }
    }
}
