//! Puts the lines of one auditd event together.
//!
//! The records of an event follow each other, but those of two events may be mixed. An event ends with its last
//! record (`PROCTITLE` or `EOE`), when much newer ones have begun, or with the stream.

use super::auditd::{Header, header};
use crate::limits::{AUDIT_EVENT_BYTES_MAX, AUDIT_EVENTS_OPEN_MAX};
use std::collections::VecDeque;

/// Joins lines to events.
#[derive(Debug, Default)]
pub struct Joiner {
    open: VecDeque<Open>,
}

#[derive(Debug)]
struct Open {
    identity: String,
    node: String,
    lines: String,
}

impl Joiner {
    /// Takes a line; `ready` is given the lines of each event that is whole with it.
    pub fn line(&mut self, line: &str, ready: &mut dyn FnMut(&str)) {
        let Some(header) = header(line) else { return ready(line) };
        let found = self.open.iter().position(|open| open.identity == header.identity && open.node == header.node);
        if found.is_none() && stands_alone(header.kind) {
            return ready(line);
        }
        let index = found.unwrap_or_else(|| self.begin(&header, ready));
        self.open[index].lines.push_str(line.trim_ascii());
        self.open[index].lines.push('\n');
        let is_whole =
            matches!(header.kind, "PROCTITLE" | "EOE") || self.open[index].lines.len() > AUDIT_EVENT_BYTES_MAX;
        if is_whole && let Some(open) = self.open.remove(index) {
            ready(&open.lines);
        }
    }

    /// Gives what is still open.
    pub fn finish(&mut self, ready: &mut dyn FnMut(&str)) {
        self.open.drain(..).for_each(|open| ready(&open.lines));
    }

    fn begin(&mut self, header: &Header<'_>, ready: &mut dyn FnMut(&str)) -> usize {
        if self.open.len() >= AUDIT_EVENTS_OPEN_MAX
            && let Some(oldest) = self.open.pop_front()
        {
            ready(&oldest.lines);
        }
        self.open.push_back(Open {
            identity: header.identity.to_owned(),
            node: header.node.to_owned(),
            lines: String::new(),
        });
        self.open.len() - 1
    }
}

/// True for what programs write to the log, which is always one record.
fn stands_alone(kind: &str) -> bool {
    const PREFIXES: [&str; 9] = ["USER", "CRED_", "SERVICE_", "SYSTEM_", "DAEMON_", "ADD_", "DEL_", "CRYPTO_", "VIRT_"];
    PREFIXES.iter().any(|prefix| kind.starts_with(prefix)) || kind.starts_with("GRP_") || kind == "LOGIN"
}

#[cfg(test)]
mod tests {
    use super::*;

    fn joined(lines: &[&str]) -> Vec<String> {
        let mut events = Vec::new();
        let mut joiner = Joiner::default();
        lines.iter().for_each(|line| joiner.line(line, &mut |event| events.push(event.trim_end().to_owned())));
        joiner.finish(&mut |event| events.push(event.trim_end().to_owned()));
        events
    }

    #[test]
    fn mixed_events_are_parted() {
        let line = |kind: &str, serial: u32| format!("type={kind} msg=audit(1.000:{serial}): a=b");
        let lines = [
            line("SYSCALL", 1),
            line("SYSCALL", 2),
            line("EXECVE", 1),
            line("USER_LOGIN", 3),
            line("PROCTITLE", 1),
            line("PATH", 2),
        ];
        let lines: Vec<&str> = lines.iter().map(String::as_str).collect();
        let expected = [
            lines[3].to_owned(),
            format!("{}\n{}\n{}", lines[0], lines[2], lines[4]),
            format!("{}\n{}", lines[1], lines[5]),
        ];
        assert_eq!(joined(&lines), expected);
    }

    #[test]
    fn only_so_many_are_open() {
        let lines: Vec<String> =
            (0..AUDIT_EVENTS_OPEN_MAX + 5).map(|serial| format!("type=SYSCALL msg=audit(1.0:{serial}): a=b")).collect();
        let mut joiner = Joiner::default();
        let mut count = 0;
        lines.iter().for_each(|line| joiner.line(line, &mut |_| count += 1));
        assert_eq!((count, joiner.open.len()), (5, AUDIT_EVENTS_OPEN_MAX));
    }
}
