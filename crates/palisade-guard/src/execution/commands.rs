//! Common commands by what they do, and how strongly a command line speaks for somebody who wants to run it.

use super::{sensitive, words::Command};
use std::{borrow::Cow, sync::LazyLock};

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
static COMMANDS: [(Kind, &str); 8] = [
    (
        Kind::Tells,
        "blkid cmdkey dmesg driverquery dsquery ethtool getmac gpresult hostnamectl ifconfig ipconfig ipcs \
         klist lsattr lsb_release lsblk lscpu lsmod lsof lspci lsusb nbtstat netsh netstat nltest phpinfo() \
         printenv quser qwinsta schtasks sysinfo systeminfo tasklist uname uptime vmstat whoami wmic",
    ),
    (
        Kind::TellsPlain,
        "alias arp df dir dpkg du env gcc groups history hostname id java jobs last locale ls mount net \
        passwd ps pwd set su users ver who",
    ),
    (
        Kind::Reads,
        "awk base32 base64 cat column comm csplit cut diff ed egrep expand fgrep file find findstr fold \
         getent grep gzip hd head hexdump iconv less look more nano nl od paste rev sed shuf sort split stat \
         strings tac tail tar tee type uniq vi vim wc xxd zcat zip",
    ),
    (Kind::Waits, "ping sleep timeout traceroute tracert"),
    (
        Kind::Talks,
        "aria2c bitsadmin certutil curl dig fetch finger ftp host irm iwr lynx mail mshta nc ncat netcat nmap \
         nslookup openssl regsvr32 rsync rundll32 scp sendmail socat ssh tcpdump telnet tftp wget",
    ),
    (
        Kind::Runs,
        "%comspec% . ash bash busybox chroot cmd cmd.exe command cscript csh dash doas eval exec fish \
         forfiles gdb iex ksh lua msiexec node nohup nsenter perl php pkexec powershell powershell.exe pwsh \
         python python2 python3 ruby runuser screen script setsid sh source strace sudo tclsh time unshare \
         watch wscript xargs zsh",
    ),
    (
        Kind::Changes,
        "adduser apt-get attrib auditctl bcdedit cacls chattr chgrp chmod chown copy cp cpio crontab dd del \
         docker export git groupadd halt icacls insmod install iptables kill killall kubectl ln make mkdir \
         mkfifo mknod modprobe move mv nft pip pkill poweroff reboot reg ren rm rmdir robocopy service \
         setenforce shutdown swapoff sysctl systemctl takeown taskkill touch truncate ufw unset unzip useradd \
         userdel usermod vssadmin wevtutil xcopy yum",
    ),
    (Kind::Prints, "echo printf"),
];

/// The commands by their first letter, which costs less than hashing.
static KINDS: LazyLock<[Vec<(&'static str, Kind)>; 32]> = LazyLock::new(|| {
    let mut kinds = [const { Vec::new() }; 32];
    for (kind, names) in &COMMANDS {
        for name in names.split_whitespace() {
            kinds[initial(name)].push((name, *kind));
        }
    }
    kinds
});

/// Bytes of the longest name of a command, which a cmdlet can be.
const NAME_BYTES_MAX: usize = 40;

fn initial(name: &str) -> usize {
    usize::from(name.bytes().next().unwrap_or_default() & 31)
}

fn known_kind(name: &str) -> Option<Kind> {
    KINDS[initial(name)].iter().find(|(known, _)| *known == name).map(|(_, kind)| *kind)
}

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

/// Names of commands that are words or names of things, with which values begin.
static WORDS: [&str; 30] = [
    "file", "find", "host", "mail", "time", "script", "watch", "last", "groups", "set", "type", "more", "less", "sort",
    "look", "command", "source", "service", "node", "fish", "finger", "screen", "history", "alias", "jobs", "users",
    "id", "copy", "move", "java",
];

/// True when a line of the one word `name` is a command rather than a value.
pub(super) fn is_command_by_itself(name: &str) -> bool {
    is_command(name) && !WORDS.contains(&name)
}

/// True for interpreters and other commands that run what they are given.
pub(super) fn is_runner(name: &str) -> bool {
    kind(base_name(name)) == Some(Kind::Runs)
}

/// True for the short commands with which it is tried whether anything runs.
pub(super) fn is_probe(name: &str) -> bool {
    matches!(base_name(name), "id" | "ls" | "dir" | "pwd" | "ps" | "env" | "who")
}

/// What `command` says about who wrote it.
pub(super) fn judge(command: &Command) -> Strength {
    let Some(name) = command.words.first() else { return Strength::None };
    let arguments = &command.words[1..];
    if is_wildcard_path(name) {
        return Strength::Certain;
    }
    let Some(kind) = kind(base_name(name)).filter(|_| is_program_folder(name)) else {
        let word = name.len() >= 2 && name.bytes().all(|byte| byte.is_ascii_alphanumeric());
        return if command.disguised && word && (1..=4).contains(&arguments.len()) {
            Strength::Strong
        } else {
            Strength::None
        };
    };
    let qualified = name.len() > base_name(name).len();
    let whole = takes(kind, base_name(name), arguments);
    // `:!id` leaves an editor for a shell.
    let sensitive =
        arguments.iter().any(|argument| sensitive::is_sensitive_argument(argument) || argument.starts_with(":!"));
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
        Kind::Tells => arguments.len() <= 4 || any(&flag),
        Kind::TellsPlain if name == "net" => {
            any(&|word| matches!(word.as_str(), "user" | "view" | "localgroup" | "share" | "use" | "start"))
        }
        Kind::TellsPlain if name == "ps" && any(&|word| word.starts_with("a")) => true,
        Kind::TellsPlain => arguments.is_empty() || (arguments.len() <= 6 && any(&|word| flag(word) || is_path(word))),
        Kind::Reads => any(&|word| (is_path(word) && !word.starts_with('-')) || word.starts_with(":!")),
        Kind::Waits => match name {
            "ping" => any(&|word| word.contains('.') || word.contains(':') || word == "localhost"),
            _ => arguments.first().is_some_and(|word| word.starts_with(|c: char| c.is_ascii_digit() || c == '/')),
        },
        Kind::Talks => {
            any(&|word| word.contains("://") || (word.contains('.') && !word.ends_with('.')) || is_port(word))
        }
        Kind::Runs => {
            (arguments.is_empty() && is_shell(name)) || any(&|word| flag(word) || (!is_shell(name) && is_command(word)))
        }
        Kind::Changes if name == "git" => any(&|word| word.contains("://") || word.starts_with("core.")),
        Kind::Changes => acts_alone(name) && arguments.len() <= 2 || arguments.len() >= 2 || any(&|word| is_path(word)),
        Kind::Prints => !arguments.is_empty(),
    }
}

/// True for commands that change accounts or the machine with one word or none.
fn acts_alone(name: &str) -> bool {
    matches!(
        name,
        "useradd"
            | "adduser"
            | "userdel"
            | "usermod"
            | "crontab"
            | "reboot"
            | "halt"
            | "poweroff"
            | "shutdown"
            | "iptables"
            | "nft"
            | "ufw"
            | "setenforce"
            | "swapoff"
    )
}

/// True for names of interpreters, which also run without arguments, from what is piped into them.
fn is_shell(name: &str) -> bool {
    name.ends_with("sh")
        || ["python", "perl", "ruby", "php", "cmd", "powershell"].iter().any(|start| name.starts_with(start))
}

fn is_port(word: &str) -> bool {
    (2..=5).contains(&word.len()) && word.bytes().all(|byte| byte.is_ascii_digit())
}

/// True for a word that names a file: with a folder, a drive or an ending.
fn is_path(word: &str) -> bool {
    let inner_dot = word.trim_matches('.').contains('.') && word.ends_with(|c: char| c.is_ascii_alphanumeric());
    word.contains('/')
        || word.contains('\\')
        || word == "*"
        || word == ".."
        || word.starts_with('~')
        || inner_dot
        || is_hidden(word)
}

/// True for the name of a hidden file, `.env`.
fn is_hidden(word: &str) -> bool {
    word.len() >= 3 && word.strip_prefix('.').is_some_and(|rest| rest.bytes().all(|byte| byte.is_ascii_alphanumeric()))
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

/// True when the folder of `name`, if it has one, is one of programs.
fn is_program_folder(name: &str) -> bool {
    let folder = name[..name.len() - base_name(name).len()].trim_end_matches(['/', '\\']);
    let folder = folder.to_ascii_lowercase();
    folder.is_empty()
        || folder == "."
        || folder.ends_with("bin")
        || folder.ends_with("system32")
        || folder.contains(['?', '*', '$'])
}

fn base_name(name: &str) -> &str {
    let base = name.rsplit(['/', '\\']).next().unwrap_or(name);
    if base.is_empty() { name } else { base }
}

/// Commands of Windows, whose case does not matter.
static ANY_CASE: [&str; 17] = [
    "%comspec%",
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
    "iex",
    "irm",
    "iwr",
    "ping",
];

/// The kind of a command; cmdlets of PowerShell (`Get-Process`) tell.
fn kind(name: &str) -> Option<Kind> {
    if name.len() > NAME_BYTES_MAX {
        return None;
    }
    let upper = name.bytes().any(|byte| byte.is_ascii_uppercase());
    let lower = if upper { Cow::Owned(name.to_ascii_lowercase()) } else { Cow::Borrowed(name) };
    match known_kind(&lower) {
        Some(kind) => (!upper || ANY_CASE.contains(&&*lower)).then_some(kind),
        None => (upper && is_cmdlet(&lower)).then_some(Kind::Tells),
    }
}

/// True for the name of a cmdlet: a verb that all of them share and a noun.
fn is_cmdlet(name: &str) -> bool {
    let Some((verb, noun)) = name.split_once('-') else { return false };
    let verbs = [
        "get", "set", "invoke", "start", "stop", "remove", "new", "add", "out", "write", "import", "export", "copy",
        "clear", "enable", "disable", "register", "restart", "compress", "resolve", "rename",
    ];
    let letters = |word: &str| word.len() >= 4 && word.bytes().all(|byte| byte.is_ascii_alphabetic());
    verbs.contains(&verb) && letters(noun)
}

/// True for commands whose presence in prose is no accident: those that tell, wait, talk or delete.
pub(super) fn is_deliberate(name: &str) -> bool {
    matches!(kind(base_name(name)), Some(Kind::Tells | Kind::Waits | Kind::Talks)) || base_name(name) == "rm"
}
