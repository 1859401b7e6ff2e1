//! What a piece of JavaScript does, as far as attacks do it and pages do not.

use aho_corasick::AhoCorasick;
use std::sync::LazyLock;

/// Bytes of script that are read; attacks show themselves early.
const SCRIPT_BYTES_MAX: usize = 1024;

/// What stands, written together and in lower case, for a script that shows or sends what is not its own, or that runs
/// what it was not written with. Ordinary handlers call functions of their page.
static MARKS: LazyLock<AhoCorasick> = LazyLock::new(|| {
    AhoCorasick::new([
        "fromcharcode",
        "document.cookie",
        "document.domain",
        "document[",
        ".cookie",
        "document.write(",
        "document.location",
        "=location.hash",
        "settimeout(location",
        "window.name",
        "atob(",
        "function(\"",
        "function('",
        "function`",
        "settimeout(\"",
        "settimeout('",
        "settimeout`",
        "setinterval(\"",
        "setinterval('",
        "setinterval`",
        "import(",
        ".constructor",
        "['constructor",
        "[\"constructor",
        "constructor(",
        "throw",
        "fetch(\"//",
        "fetch('//",
        "fetch(`//",
        "fetch(\"http",
        "fetch('http",
        "xmlhttprequest",
        "newimage",
        "import'//",
        "import\"//",
        "import'http",
        "import\"http",
        "getscript(",
        "createelement(\"script",
        "createelement('script",
        "javascript:",
        "vbscript:",
        "msgbox",
        "data:text/html",
        "data:text/javascript",
        "execscript",
        "sendbeacon(",
        "srcdoc",
        "innerhtml=location",
        ".source+",
        "tostring(3",
        "location='javascript",
        "location=\"javascript",
        "window.location='//",
        "window.location='http",
        "location=name",
        "location=window",
        "location=hash",
        "\\u0061",
        "\\x61",
        "\\141",
        "navigator.sendbeacon",
        "expression(",
        "'xss",
        "\"xss",
        "`xss",
        "/xss/",
        "innerhtml='<",
        "innerhtml=\"<",
        "innerhtml=`<",
        "outerhtml",
        "insertadjacenthtml",
        "__proto__",
        "webkit",
        "showmodaldialog",
        "importscripts",
        "{svg",
        "<svg",
        "<img",
        "onerror=",
        "onload=",
        "jav&",
        "'javas",
        "\"javas",
    ])
    .expect("some dozen short words are within every limit")
});

/// Functions that show that a script ran.
const SHOWING: [&str; 4] = ["alert", "prompt", "confirm", "eval"];

/// Objects whose members a page names with a dot, and an attack with a string.
const GLOBALS: [&str; 9] =
    ["top[", "self[", "window[", "parent[", "frames[", "globalthis[", "this[", "content[", "document["];

/// Both kinds of names: most code has none of them.
static NAMED: LazyLock<AhoCorasick> = LazyLock::new(|| {
    AhoCorasick::new(SHOWING.iter().chain(&GLOBALS)).expect("a dozen short words are within every limit")
});

/// `code` without blanks and control characters, in lower case, and with strings that are joined written as one.
pub(super) fn together(code: &[u8]) -> String {
    let code = &code[..code.len().min(SCRIPT_BYTES_MAX)];
    let close: String = code
        .iter()
        .filter(|byte| (b'!'..0x7F).contains(*byte))
        .map(|byte| char::from(byte.to_ascii_lowercase()))
        .collect();
    if close.contains("'+'") || close.contains("\"+\"") { close.replace("'+'", "").replace("\"+\"", "") } else { close }
}

/// True when `code`, written [`together`], does what attacks do.
pub(super) fn attacks(code: &str) -> bool {
    let named = NAMED.is_match(code);
    named && shows(code)
        || MARKS.is_match(code)
        || named
            && GLOBALS
                .iter()
                .any(|global| after(code, global).any(|rest| rest.starts_with(['\'', '"', '`', '/', '(', '\\'])))
        || is_symbols_only(code)
}

/// Calls `alert` or one of its kind, or hands it on.
pub(super) fn shows(code: &str) -> bool {
    SHOWING.iter().any(|name| {
        code.match_indices(name).any(|(place, _)| {
            let (before, rest) = (&code[..place], &code[place + name.len()..]);
            let begins = !before.ends_with(|last: char| last.is_ascii_alphanumeric() || matches!(last, '_' | '$'))
                && !is_hyphenated(before);
            // A page asks before it deletes something.
            let asks = *name != "alert" && before.ends_with("return") && rest.starts_with(['(']);
            let begins = begins
                || ["void", "typeof", "throw", "new", "delete", "in", "%20", "return"]
                    .iter()
                    .any(|word| before.ends_with(word));
            let used = match rest.bytes().next() {
                Some(b'(' | b'`' | b'?') => true,
                Some(b')' | b',' | b';' | b'.' | b']' | b'&' | b'\\' | b'}' | b'%' | b'/' | b'<') => {
                    *name == "alert" && !before.is_empty()
                }
                None => before.ends_with(['=', '(']),
                Some(_) => false,
            };
            begins && used && !asks
        })
    })
}

/// True where a hyphen joins the word that follows to one before it, or begins an option.
fn is_hyphenated(before: &str) -> bool {
    let before_hyphen = before.strip_suffix('-').and_then(|rest| rest.chars().next_back());
    before_hyphen.is_some_and(|last| last.is_ascii_alphanumeric() && !before.contains(['\'', '"']) || last == '-')
}

/// A script that is written with brackets and signs alone.
pub(super) fn is_symbols_only(code: &str) -> bool {
    let count = |belongs: fn(&u8) -> bool| code.bytes().filter(belongs).count();
    let signs = count(|byte| b"[]()!+".contains(byte));
    let names = count(|byte| byte.is_ascii_alphanumeric());
    code.len() >= 24 && signs * 10 > code.len() * 9 || code.len() >= 96 && names * 12 < code.len()
}

/// What follows each `mark` in `code`.
fn after<'c>(code: &'c str, mark: &'c str) -> impl Iterator<Item = &'c str> {
    code.match_indices(mark).map(move |(place, _)| &code[place + mark.len()..])
}
