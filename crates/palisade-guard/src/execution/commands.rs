//! Common commands by what they do, and how strongly a command line speaks for somebody who wants to run it.

use super::{sensitive, words::Command};

/// What a command does.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Kind {
    /// Tells who and where one is; the name is no word of a language.
    Tells,
    /// The same, but the name is also a word, or a name that programs give to things.
    TellsPlain,
    /// Prints a file.
    Reads,
    /// Waits, which shows that it ran.
    Waits,
    /// Talks to another machine.
    Talks,
    /// Runs what it is given.
    Runs,
    /// Changes files, accounts or processes.
    Changes,
    /// Prints its words.
    Prints,
}

/// Names of commands by what they do.
static COMMANDS: [(Kind, &[&str]); 8] = [
    (
        Kind::Tells,
        &[
            "dmesg",
            "ifconfig",
            "ipconfig",
            "lsb_release",
            "lsof",
            "netsh",
            "netstat",
            "phpinfo()",
            "printenv",
            "sysinfo",
            "systeminfo",
            "tasklist",
            "uname",
            "whoami",
        ],
    ),
    (
        Kind::TellsPlain,
        &[
            "arp", "df", "dir", "dpkg", "du", "env", "gcc", "groups", "hostname", "id", "java", "last", "ls", "mount",
            "net", "passwd", "ps", "pwd", "set", "su", "ver",
        ],
    ),
    (
        Kind::Reads,
        &[
            "awk", "base64", "cat", "cut", "egrep", "fgrep", "find", "getent", "grep", "hd", "head", "hexdump", "less",
            "more", "nano", "nl", "od", "rev", "sed", "sort", "strings", "tac", "tail", "type", "xxd",
        ],
    ),
    (Kind::Waits, &["ping", "sleep", "timeout"]),
    (
        Kind::Talks,
        &[
            "bitsadmin",
            "certutil",
            "curl",
            "dig",
            "finger",
            "ftp",
            "host",
            "lynx",
            "mshta",
            "nc",
            "ncat",
            "netcat",
            "nslookup",
            "openssl",
            "regsvr32",
            "rundll32",
            "scp",
            "socat",
            "ssh",
            "telnet",
            "tftp",
            "wget",
        ],
    ),
    (
        Kind::Runs,
        &[
            "ash",
            "bash",
            "busybox",
            "cmd",
            "cmd.exe",
            "csh",
            "dash",
            "fish",
            "ksh",
            "lua",
            "node",
            "nohup",
            "perl",
            "php",
            "powershell",
            "powershell.exe",
            "pwsh",
            "python",
            "python2",
            "python3",
            "ruby",
            "sh",
            "sudo",
        ],
    ),
    (
        Kind::Changes,
        &[
            "chmod", "chown", "cp", "crontab", "dd", "del", "iptables", "kill", "killall", "ln", "mkdir", "mkfifo",
            "mknod", "mv", "pkill", "reg", "rm", "service", "touch", "useradd",
        ],
    ),
    (Kind::Prints, &["echo", "printf"]),
];

/// How strongly a command speaks for an attack when it stands where no command belongs.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Strength {
    /// Not a command.
    None,
    /// A command that also is a word, or without what it needs.
    Weak,
    /// A whole command.
    Strong,
    /// A whole command that reaches for something sensitive, or hides itself.
    Certain,
}

/// True when `name` is that of a command, with or without its folder.
pub(super) fn is_command(name: &str) -> bool {
    kind(base_name(name)).is_some()
}

/// What `command` says about who wrote it.
pub(super) fn judge(command: &Command) -> Strength {
    let Some(name) = command.words.first() else { return Strength::None };
    let arguments = &command.words[1..];
    if is_wildcard_path(name) {
        return Strength::Certain;
    }
    let Some(kind) = kind(base_name(name)) else { return Strength::None };
    let qualified = name.len() > base_name(name).len();
    let whole = takes(kind, base_name(name), arguments);
    let sensitive = arguments.iter().any(|argument| sensitive::is_sensitive_argument(argument));
    match whole {
        true if command.disguised || sensitive => Strength::Certain,
        _ if command.disguised && arguments.len() <= 4 => Strength::Certain,
        true => Strength::Strong,
        false if qualified && arguments.len() <= 2 => Strength::Strong,
        false => Strength::Weak,
    }
}

/// True when `arguments` are what a command of this kind is given.
fn takes(kind: Kind, name: &str, arguments: &[String]) -> bool {
    let flag = |argument: &String| argument.starts_with('-') || argument.starts_with('/');
    let any = |test: &dyn Fn(&String) -> bool| arguments.iter().take(8).any(test);
    match kind {
        Kind::Tells => arguments.len() <= 4,
        Kind::TellsPlain if name == "net" => {
            any(&|word| matches!(word.as_str(), "user" | "view" | "localgroup" | "share" | "use" | "start"))
        }
        Kind::TellsPlain => arguments.is_empty() || (arguments.len() <= 6 && any(&|word| flag(word) || is_path(word))),
        Kind::Reads => any(&|word| is_path(word) && !word.starts_with('-')),
        Kind::Waits => match name {
            "ping" => any(&|word| word.contains('.') || word.contains(':') || word == "localhost"),
            _ => arguments.first().is_some_and(|word| word.starts_with(|c: char| c.is_ascii_digit() || c == '/')),
        },
        Kind::Talks => {
            any(&|word| word.contains("://") || (word.contains('.') && !word.ends_with('.')) || is_port(word))
        }
        Kind::Runs => arguments.is_empty() || any(&|word| flag(word)),
        Kind::Changes => arguments.len() >= 2 || any(&|word| is_path(word)),
        Kind::Prints => !arguments.is_empty(),
    }
}

fn is_port(word: &str) -> bool {
    (2..=5).contains(&word.len()) && word.bytes().all(|byte| byte.is_ascii_digit())
}

/// True for a word that names a file: with a folder, a drive or an ending.
fn is_path(word: &str) -> bool {
    let inner_dot = word.trim_matches('.').contains('.') && word.ends_with(|c: char| c.is_ascii_alphanumeric());
    word.contains('/') || word.contains('\\') || word == "*" || word == ".." || word.starts_with('~') || inner_dot
}

/// True for a path such as `/???/c?t`, whose letters are left to the shell to find.
fn is_wildcard_path(name: &str) -> bool {
    let questions = name.bytes().filter(|byte| *byte == b'?').count();
    let stars = name.bytes().filter(|byte| *byte == b'*').count();
    let parts = name.split('/').count();
    let plain = |byte: u8| byte.is_ascii_alphanumeric() || b"/?*[]-".contains(&byte);
    let letters = name.bytes().any(|byte| byte.is_ascii_alphanumeric());
    name.starts_with('/')
        && parts >= 3
        && name.len() <= 40
        && name.bytes().all(plain)
        && (questions >= 2
            || (questions + stars >= 1 && letters && (name.starts_with("/bin/") || name.starts_with("/usr/"))))
}

fn base_name(name: &str) -> &str {
    let base = name.rsplit(['/', '\\']).next().unwrap_or(name);
    if base.is_empty() { name } else { base }
}

/// Commands of Windows, whose case does not matter.
static ANY_CASE: [&str; 13] = [
    "dir",
    "type",
    "cmd",
    "cmd.exe",
    "powershell",
    "powershell.exe",
    "ipconfig",
    "systeminfo",
    "tasklist",
    "netstat",
    "whoami",
    "certutil",
    "ping",
];

/// The kind of a command.
fn kind(name: &str) -> Option<Kind> {
    let lower = !name.bytes().any(|byte| byte.is_ascii_uppercase());
    let is = |known: &&str| known.eq_ignore_ascii_case(name);
    let kind = COMMANDS.iter().find(|(_, names)| names.iter().any(is))?.0;
    (lower || ANY_CASE.iter().any(is)).then_some(kind)
}
