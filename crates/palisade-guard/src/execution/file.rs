//! Files that attackers read first, named where a value stands.
//!
//! **What it finds.** The path of a password file, key, history or system file as the whole value of a field or
//! parameter, with or without `file:`.
//!
//! **Why it matters.** It is how reading of arbitrary files is tried (CWE-36, CWE-200).
//!
//! **Example.** `/etc/shadow`
//!
//! Such names in sentences, scripts and code are left alone. To allow a file, allow this class for its field.

use super::{
    sensitive::{Target, target},
    setting::{in_backticks, in_sentence, is_alone, is_member, is_query_value, is_value},
};
use crate::{
    detector::{Detector, Finds, Hit, Outcome},
    text::View,
};
use palisade_model::Severity;

pub(crate) static FILE: Detector = Detector {
    class: "guard.injection.file",
    version: "1",
    severity: Severity::High,
    title: "Sensitive file asked for",
    remediation: "Let callers name files by an identifier, or only within one folder.",
    references: &["CWE-36", "CWE-73", "CWE-200"],
    finds: Finds::Places {
        needles: &[
            b"/passwd",
            b"\\passwd",
            b"shadow",
            b"/sudoers",
            b"proc/self/",
            b"/environ",
            b"/cmdline",
            b"/id_rsa",
            b"/id_dsa",
            b"/id_ed25519",
            b"/authorized_keys",
            b".aws/cred",
            b".bash_history",
            b"boot.ini",
            b"win.ini",
            b"config/sam",
            b"config\\sam",
            b"repair/s",
            b"repair\\s",
            b"web-inf",
            b".git/config",
            b".git/head",
            b".htpasswd",
            b"serviceaccount/token",
            b"proc/version",
            b"proc/cmdline",
            b"known_hosts",
            b"sysprep",
            b"unattend",
            b"ntds.dit",
            b"_history",
            b"file:/",
            b"/.env",
            b".svn/",
            b"/.netrc",
            b"/.pgpass",
            b".kube/config",
            b".docker/config",
            b"git-credentials",
            b"ssh_host_",
            b"ntuser.dat",
            b"/proc/",
            b"krb5.keytab",
            b"wp-config",
            b"web.config",
            b"tomcat-users",
            b"=/etc/",
            b"=/var/log/",
            b"=/proc/",
            b"=/root/",
            b"=c:\\",
            b"=c:/",
            b"=.htaccess",
            b"=.env",
        ],
        confirm,
    },
};

/// Bytes of a path that are read on either side.
const PATH_BYTES_MAX: usize = 200;

fn confirm(view: &View<'_>, at: usize) -> Outcome {
    if !is_value(view) {
        return Outcome::Clean { until: view.bytes().len() };
    }
    // The sign of a parameter is not a part of its value.
    let at = at + usize::from(view.bytes()[at] == b'=');
    let in_path = |byte: u8| byte.is_ascii_alphanumeric() || b"/\\._-~:%+^*?".contains(&byte);
    let start = view.byte_run_before(at, PATH_BYTES_MAX, in_path).start;
    let end = view.byte_run(at, PATH_BYTES_MAX, in_path).end;
    let span = start..end;
    let path = &view.bytes()[span.clone()];
    let steps = path.windows(3).any(|three| three == b"../" || three == b"..\\");
    let target = if steps { None } else { target(path) };
    // Most paths lead to nothing of the kind.
    if target.is_none() && !path.starts_with(b"/var/log/") {
        return Outcome::Clean { until: end.max(at + 1) };
    }
    let asked = view.bytes()[..start].ends_with(b"=") && is_query_value(&view.bytes()[..start]);
    let logs = asked && path.starts_with(b"/var/log/");
    let alone = is_alone(view, &span) || is_member(view, &span);
    // A file of the system by its URL, what hides at the root of a site, and the configuration of one by its folder on
    // the machine, are asked for by nobody else.
    let of_site = |folder: &&[u8]| memchr::memmem::find(path, folder).is_some();
    let of_site = [&b"/www/"[..], b"/wwwroot/", b"\\wwwroot\\", b"/htdocs/", b"\\htdocs\\"].iter().any(of_site);
    let asked = asked || alone && (path.starts_with(b"file:/") || path.starts_with(b"/.") || of_site);
    if target != Some(Target::Prized) && !(asked && target == Some(Target::Telling)) && !logs {
        return Outcome::Clean { until: end.max(at + 1) };
    }
    let scheme = path.iter().take_while(|byte| byte.is_ascii_alphabetic() || matches!(byte, b'.' | b'-')).count();
    let rooted = matches!(path, [b'/' | b'\\' | b'~' | b'.', ..] | [_, b':', ..] | [b'%', ..])
        || path[scheme..].starts_with(b":/");
    let parameter = view.bytes()[..start].ends_with(b"=") && !view.bytes()[..start].contains(&b' ');
    let confidence = if alone || parameter {
        if rooted || parameter || path.contains(&b'%') { 0.85 } else { 0.7 }
    } else if path.starts_with(b"file:/") && !in_sentence(view, &span) && !in_backticks(view, &span) {
        0.7
    } else {
        return Outcome::Clean { until: end };
    };
    let hit = Hit::text(span, None, confidence, "The value names a file that attackers read first.").until(end);
    Outcome::Found(hit)
}

#[cfg(test)]
mod tests {
    use crate::testing::check;

    #[test]
    fn file() {
        check(
            "guard.injection.file",
            &[
                ("/etc/shadow", 0..11),
                ("file:///etc/passwd", 0..18),
                ("/view?page=/proc/self/environ", 11..29),
                ("C:\\Windows\\win.ini", 0..18),
                ("~/.ssh/id_rsa", 0..13),
                ("file://localhost/etc/hosts", 0..26),
                ("compress.bzip2:///etc/shadow", 0..28),
                ("{\"uri\": \"file:///root/.netrc\"}", 9..28),
                ("/.env", 0..5),
                ("/proc/self/cwd/main.py", 0..22),
                ("C:\\inetpub\\wwwroot\\web.config", 0..29),
            ],
            &[
                "Users are listed in /etc/passwd on most systems.",
                "box-shadow: 0 0 1px",
                "ssh-keygen -f ~/.ssh/id_rsa",
                "/etc/nginx/nginx.conf",
                "file:///home/anna/notes/todo.html",
                ".env",
            ],
        );
    }
}
