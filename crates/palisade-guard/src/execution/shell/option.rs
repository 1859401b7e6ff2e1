//! Options of common programs that run a command or write a file, as a value that was to be a name, or at the end of one.

use crate::execution::commands;
use crate::text::View;

/// Options, and whether what follows has to be a command.
static OPTIONS: [(&str, bool); 17] = [
    ("-oproxycommand=", false),
    ("-o proxycommand=", false),
    ("--upload-pack=", false),
    ("--receive-pack=", false),
    ("--checkpoint-action=exec", false),
    ("--use-compress-program=", false),
    ("--open-files-in-pager=", false),
    ("--output=/", false),
    ("--output-document=/", false),
    ("--rsync-path=", false),
    ("-exec ", true),
    ("--exec=", true),
    ("--use-askpass=", false),
    ("-e /bin/", false),
    ("-e/bin/", false),
    ("-x/bin/", false),
    ("ext::sh -c", false),
];

pub(super) static NEEDLES: [&[u8]; 17] = [
    b":|:&",
    b"--exec=",
    b"--use-askpass=",
    b"-e /bin/",
    b"-e/bin/",
    b"-x/bin/",
    b"ext::sh -c",
    b"proxycommand=",
    b"--upload-pack=",
    b"--receive-pack=",
    b"--checkpoint-action=exec",
    b"--use-compress-program=",
    b"--open-files-in-pager=",
    b"--output=/",
    b"--output-document=/",
    b"--rsync-path=",
    b"-exec ",
];

/// Words of options and one name that may stand before the option.
const WORDS_BEFORE_MAX: usize = 3;

/// True when the text begins with such an option, behind others and one name at most.
pub(super) fn is_option(view: &View<'_>) -> bool {
    let text = view.bytes().trim_ascii();
    let mut names = 0;
    for begin in std::iter::once(0).chain(memchr::memchr_iter(b' ', text).map(|blank| blank + 1)).take(WORDS_BEFORE_MAX)
    {
        if begins_option(&text[begin..]) {
            return true;
        }
        let word = text[begin..].split(u8::is_ascii_whitespace).next().unwrap_or_default();
        names += usize::from(!word.starts_with(b"-"));
        // A command has options of its own, and so have words that speak of them.
        if names > 1 || std::str::from_utf8(word).is_ok_and(commands::is_command) {
            return false;
        }
    }
    false
}

fn begins_option(text: &[u8]) -> bool {
    OPTIONS.iter().any(|(option, command)| {
        text.get(..option.len()).is_some_and(|start| start.eq_ignore_ascii_case(option.as_bytes())) && {
            let rest = text[option.len()..].trim_ascii_start();
            let word = rest.split(u8::is_ascii_whitespace).next().unwrap_or_default();
            !word.is_empty() && (!command || std::str::from_utf8(word).is_ok_and(commands::is_command))
        }
    })
}
