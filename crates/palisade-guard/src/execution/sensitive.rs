//! Files that attackers read first, by the end of their path.

use super::steps::{self, Unit};
use std::sync::LazyLock;

/// How telling it is that somebody names a file.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Target {
    /// Configuration and logs, which operators name every day.
    Telling,
    /// Secrets, and files that are read to prove that reading works.
    Prized,
}

/// Ends of paths to what attackers read first, in lower case.
static PRIZED: [&str; 70] = [
    "etc/passwd",
    "etc/shadow",
    "etc/gshadow",
    "etc/master.passwd",
    "etc/sudoers",
    "etc/security/passwd",
    "proc/self/environ",
    "proc/self/cmdline",
    "proc/self/maps",
    "proc/self/status",
    "proc/self/stat",
    "proc/self/mem",
    "proc/version",
    "proc/cmdline",
    ".ssh/id_rsa",
    ".ssh/id_dsa",
    ".ssh/id_ecdsa",
    ".ssh/id_ed25519",
    ".ssh/authorized_keys",
    ".aws/credentials",
    ".docker/config.json",
    ".kube/config",
    ".bash_history",
    ".mysql_history",
    ".pgpass",
    ".netrc",
    "boot.ini",
    "win.ini",
    "system.ini",
    "system32/config/sam",
    "system32/config/system",
    "system32/config/security",
    "repair/sam",
    "repair/system",
    "repair/security",
    "system32/drivers/etc/hosts",
    "system32/cmd.exe",
    "web-inf/web.xml",
    "web-inf/classes",
    ".git/config",
    ".git/head",
    ".htpasswd",
    "kubernetes.io/serviceaccount/token",
    "panther/unattend.xml",
    "sysprep/sysprep.inf",
    "ntuser.dat",
    "ntds.dit",
    "regback/sam",
    "regback/system",
    "metabase.xml",
    "unattend.xml",
    "unattended.xml",
    "sysprep.xml",
    "sysprep.inf",
    "etc/krb5.keytab",
    "etc/ssh/ssh_host_rsa_key",
    "etc/ssh/ssh_host_dsa_key",
    "etc/ssh/ssh_host_ed25519_key",
    "etc/tomcat/tomcat-users.xml",
    "etc/mysql/debian.cnf",
    ".ssh/known_hosts",
    ".zsh_history",
    ".sh_history",
    ".psql_history",
    ".git-credentials",
    "proc/net/tcp",
    "proc/net/arp",
    "proc/mounts",
    ".svn/entries",
    ".svn/wc.db",
];

/// Ends of paths to configuration and logs, in lower case.
static TELLING: [&str; 48] = [
    "etc/hosts",
    "etc/group",
    "etc/issue",
    "etc/motd",
    "etc/fstab",
    "etc/crontab",
    "etc/hostname",
    "etc/profile",
    "etc/resolv.conf",
    "etc/services",
    "my.cnf",
    "my.ini",
    "php.ini",
    "httpd.conf",
    "apache2.conf",
    "nginx.conf",
    "access.log",
    "error.log",
    "access_log",
    "error_log",
    "auth.log",
    "wp-config.php",
    "web.config",
    ".env",
    ".htaccess",
    "tomcat-users.xml",
    "global.asa",
    "sshd_config",
    "appsettings.json",
    "application.properties",
    "application.yml",
    "database.yml",
    "settings.py",
    "secrets.json",
    "secrets.yml",
    "credentials.json",
    "parameters.yml",
    "configuration.php",
    "localsettings.php",
    "config.inc.php",
    "config.php",
    "tnsnames.ora",
    "server.xml",
    "grafana.ini",
    "user.myd",
    "login.keychain-db",
    ".npmrc",
    ".pypirc",
];

/// Both lists by the last byte, so that few are compared.
static ENDINGS: LazyLock<Vec<Vec<(&'static str, Target)>>> = LazyLock::new(|| {
    let mut endings = vec![Vec::new(); 128];
    let prized = PRIZED.iter().map(|end| (*end, Target::Prized));
    for (end, target) in prized.chain(TELLING.iter().map(|end| (*end, Target::Telling))) {
        endings[usize::from(end.as_bytes()[end.len() - 1] & 127)].push((end, target));
    }
    endings
});

/// Bytes of the end of a path that are compared.
const PATH_BYTES_MAX: usize = 200;

/// What `path` names, in either kind of slash; what cuts it off (`%00`) or follows as a query is left out.
pub(super) fn target(path: &[u8]) -> Option<Target> {
    // Every one of them has a folder, an ending or two words; most words of commands have none of that.
    if !path.iter().any(|byte| matches!(byte, b'/' | b'\\' | b'.' | b'_' | b'%' | b'0')) {
        return None;
    }
    let path = plain(path);
    let last = path.bytes().next_back()?;
    let ends = ENDINGS[usize::from(last & 127)].iter().filter(|(end, _)| ends_with_path(&path, end));
    let known = ends.map(|(_, target)| *target).max();
    if known == Some(Target::Prized) || is_process_file(&path) {
        return Some(Target::Prized);
    }
    let system = path.starts_with("etc/") || path.contains("/etc/") || path.starts_with("windows/");
    (known.is_some() || system || path.contains(":/windows/")).then_some(Target::Telling)
}

/// Names of files of one's own project that are kept from others, in lower case.
static GUARDED: [&str; 7] =
    [".env", ".npmrc", ".pypirc", ".htaccess", "web.config", "wp-config.php", "appsettings.json"];

/// True when `path` ends with such a name.
pub(super) fn is_guarded(path: &[u8]) -> bool {
    let path = plain(path);
    GUARDED.iter().any(|name| ends_with_path(&path, name))
}

/// True for an argument of a command that reaches for such a file or a folder of the system.
pub(super) fn is_sensitive_argument(argument: &str) -> bool {
    if !argument.contains(['/', '\\', '.', '_', '%', '~', '0', ':']) {
        return false;
    }
    let rooted = argument.contains(":\\") || argument.contains(":/") || argument.starts_with(['/', '~', '%', '.']);
    let system = ["/etc", "/proc/", "/root", "~/.ssh", "~/.aws", "c:\\windows", "c:\\winnt", "%systemroot%"];
    let lower = argument.to_ascii_lowercase();
    target(argument.as_bytes()) == Some(Target::Prized)
        || system.iter().any(|start| lower.starts_with(start))
        || (rooted && lower.contains("/../.."))
        || (lower.starts_with('/') && lower.contains('?') && lower.matches('?').count() >= 2)
}

/// What the kernel gives of a process: files, and links to its folders and open files.
static OF_PROCESS: [&str; 10] = ["environ", "cmdline", "maps", "mem", "root", "cwd", "exe", "fd", "task", "mountinfo"];

/// True for what the kernel gives of a process: `proc/1/environ`, `proc/self/cwd/app.py`.
fn is_process_file(path: &str) -> bool {
    let Some((_, rest)) = path.rsplit_once("proc/") else { return false };
    let Some((process, file)) = rest.split_once('/') else { return false };
    let names_one = matches!(process, "self" | "thread-self") || process.bytes().all(|byte| byte.is_ascii_digit());
    names_one && file.split('/').next().is_some_and(|file| OF_PROCESS.contains(&file))
}

fn ends_with_path(path: &str, end: &str) -> bool {
    path.strip_suffix(end).is_some_and(|before| before.is_empty() || before.ends_with('/'))
}

/// The path in lower case with forward slashes, however they are spelled, up to what cuts it off.
fn plain(path: &[u8]) -> String {
    let path = &path[path.len().saturating_sub(PATH_BYTES_MAX)..];
    let (mut plain, mut at) = (String::with_capacity(path.len()), 0);
    while at < path.len() {
        let (byte, length) = match (steps::unit(&path[at..]), path[at]) {
            (Some((Unit::Slash | Unit::Overlong, length)), _) => (b'/', length),
            (Some((Unit::Dot, length)), _) => (b'.', length),
            (Some((Unit::Noise, _)), _) | (None, b'?' | b'#') => break,
            (None, byte) => (byte, 1),
        };
        at += length;
        if !(matches!(byte, b'^' | b' ') || (byte == b'/' && plain.ends_with('/'))) {
            plain.push(char::from(byte.to_ascii_lowercase()));
        }
    }
    plain.trim_end_matches(['/', '.']).trim_start_matches('/').to_owned()
}
