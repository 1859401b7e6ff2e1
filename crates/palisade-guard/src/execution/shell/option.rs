//! Options of common programs that run a command or write a file, as a value that was to be a name.

use crate::execution::commands;
use crate::text::View;

/// Options, and whether what follows has to be a command.
static OPTIONS: [(&str, bool); 16] = [
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
    ("-x/bin/", false),
    ("ext::sh -c", false),
];

pub(super) static NEEDLES: [&[u8]; 16] = [
    b":|:&",
    b"--exec=",
    b"--use-askpass=",
    b"-e /bin/",
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

/// True when the text begins with such an option.
pub(super) fn is_option(view: &View<'_>) -> bool {
    let text = view.bytes().trim_ascii();
    OPTIONS.iter().any(|(option, command)| {
        text.get(..option.len()).is_some_and(|start| start.eq_ignore_ascii_case(option.as_bytes())) && {
            let rest = text[option.len()..].trim_ascii_start();
            let word = rest.split(u8::is_ascii_whitespace).next().unwrap_or_default();
            !word.is_empty() && (!command || std::str::from_utf8(word).is_ok_and(commands::is_command))
        }
    })
}
