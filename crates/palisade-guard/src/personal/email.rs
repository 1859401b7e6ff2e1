//! E-mail addresses of persons.
//!
//! **What it finds.** Addresses with a domain that can exist.
//!
//! **Why it matters.** An address says who somebody is, and is what fraud begins with.
//!
//! **Example.** `jane.doe@corp.net`
//!
//! Addresses of roles (`info@`, `noreply@`), of services, and in domains for documentation and tests (RFC 2606) are left
//! alone. Those that their owners have published, as authors do, are told mildly.

use super::kind;
use crate::{
    detector::{Detector, Hit, Outcome},
    text::View,
};
use palisade_model::Severity;

pub(super) static EMAIL: Detector = kind("guard.personal.email", "E-mail address", AT_SIGNS, email);

const AT_SIGNS: &[&[u8]] = &[
    b"@a", b"@b", b"@c", b"@d", b"@e", b"@f", b"@g", b"@h", b"@i", b"@j", b"@k", b"@l", b"@m", b"@n", b"@o", b"@p",
    b"@q", b"@r", b"@s", b"@t", b"@u", b"@v", b"@w", b"@x", b"@y", b"@z", b"@0", b"@1", b"@2", b"@3", b"@4", b"@5",
    b"@6", b"@7", b"@8", b"@9",
];

/// Longest local part and longest domain that are looked at (RFC 5321 §4.5.3.1 allows 64 and 255).
const LOCAL_BYTES_MAX: usize = 64;
const DOMAIN_BYTES_MAX: usize = 128;

/// Local parts of roles.
const ROLES: [&str; 33] = [
    "info",
    "support",
    "noreply",
    "no-reply",
    "donotreply",
    "security",
    "admin",
    "postmaster",
    "webmaster",
    "abuse",
    "sales",
    "contact",
    "hello",
    "help",
    "git",
    "team",
    "office",
    "service",
    "user",
    "root",
    "opensource",
    "dev",
    "legal",
    "press",
    "example",
    "test",
    "name",
    "username",
    "someone",
    "somebody",
    "you",
    "yourname",
    "sender",
];

/// Last labels that are names of files, or reserved.
const NO_DOMAINS: [&str; 19] = [
    "png",
    "jpg",
    "jpeg",
    "gif",
    "svg",
    "webp",
    "js",
    "ts",
    "css",
    "json",
    "html",
    "rs",
    "py",
    "test",
    "invalid",
    "localhost",
    "local",
    "internal",
    "service",
];

fn email(view: &View<'_>, at: usize) -> Outcome {
    let local =
        view.byte_run_before(at, LOCAL_BYTES_MAX + 1, |byte| byte.is_ascii_alphanumeric() || b"._%+-".contains(&byte));
    let domain =
        view.byte_run(at + 1, DOMAIN_BYTES_MAX + 1, |byte| byte.is_ascii_alphanumeric() || matches!(byte, b'.' | b'-'));
    let name = view.slice(local.clone()).trim_start_matches(['.', '-', '%', '+']);
    let host = view.slice(domain.clone()).trim_end_matches(['.', '-']);
    let start = local.end - name.len();
    // Behind an address, `user@host` is part of it: a connection string, or a repository.
    let in_address = view.bytes()[..start].ends_with(b"/")
        || view.bytes()[..start].ends_with(b":") && !view.bytes()[..start].ends_with(b"mailto:");
    let in_sentence = view
        .bytes()
        .get(domain.start + host.len())
        .is_none_or(|byte| !matches!(byte, b':' | b'/' | b'(' | b'@' | b'_'));
    if name.is_empty()
        || name.len() > LOCAL_BYTES_MAX
        || in_address
        || !in_sentence
        || !is_domain(host)
        || is_role(name)
    {
        return Outcome::Clean { until: 0 };
    }
    let span = start..domain.start + host.len();
    Outcome::Found(if is_published(view, start) || is_of_list(name, host) {
        let why = "An e-mail address that its owner or a project has published.";
        Hit::secret(span, 0.5, why).rated(Severity::Informational)
    } else {
        Hit::secret(span, 0.85, "An e-mail address of a person.").rated(Severity::Low)
    })
}

/// Bytes before an address in which the word stands that says why it is there.
const CREDIT_BYTES_MAX: usize = 120;

/// Words before the addresses of authors, in small letters.
const CREDITS: [&[u8]; 10] = [
    b"author",
    b"copyright",
    b"(c)",
    "©".as_bytes(),
    b"maintainer",
    b"contact",
    b"written by",
    b"signed-off-by",
    b"bug reports",
    b"reviewed-by",
];

/// True when the line before `at` gives credit to who wrote something, or ends an entry in a list of changes.
fn is_published(view: &View<'_>, at: usize) -> bool {
    let line = view.byte_run_before(at, CREDIT_BYTES_MAX, |byte| byte != b'\n');
    let line = view.bytes()[line].to_ascii_lowercase();
    line.starts_with(b" -- ")
        || is_dated_name(&line)
        || CREDITS.iter().any(|word| memchr::memmem::find(&line, word).is_some())
}

/// True for a year or a day, a name, and the bracket that opens an address, as lists of changes and of holders of rights
/// have them: `2016-07-31  Jane Doe  <`.
fn is_dated_name(line: &[u8]) -> bool {
    let Some(name) = line.trim_ascii_start().strip_suffix(b"<") else { return false };
    let date = name.iter().take_while(|byte| byte.is_ascii_digit() || b"-, ".contains(byte)).count();
    let (date, name) = name.split_at(date);
    let dated = matches!(date, [b'1', b'9', ..] | [b'2', b'0', ..]) && date.len() >= 5;
    dated && name.iter().all(|&byte| byte.is_ascii_alphabetic() || byte >= 0x80 || b" .'-".contains(&byte))
}

/// True for the addresses of lists and for names of algorithms, which only look like addresses (RFC 4251 §6).
fn is_of_list(name: &str, host: &str) -> bool {
    let (name, host) = (name.to_ascii_lowercase(), host.to_ascii_lowercase());
    let list =
        ["-list", "-dev", "-devel", "-users", "-announce", "-sig", "-bugs"].iter().any(|end| name.ends_with(end));
    let algorithm = host == "openssh.com" || host == "libssh.org";
    list || algorithm || name.starts_with("bug-") || host.starts_with("lists.") || host.starts_with("googlegroups.")
}

fn is_domain(host: &str) -> bool {
    let host = host.to_ascii_lowercase();
    let Some((rest, last)) = host.rsplit_once('.') else { return false };
    let labels = host.split('.').all(|label| !label.is_empty() && label.len() < 64);
    let for_tests = host.split('.').any(|label| {
        matches!(label, "example" | "domain" | "test" | "some" | "iam") || label.starts_with("yourdomain")
    }) || matches!(rest, "domain" | "email" | "test" | "foo" | "bar" | "host" | "company");
    labels
        && !for_tests
        && last.len() >= 2
        && last.bytes().all(|byte| byte.is_ascii_alphabetic())
        && !NO_DOMAINS.contains(&last)
}

fn is_role(name: &str) -> bool {
    let name = name.to_ascii_lowercase();
    ROLES.contains(&name.as_str()) || name.contains("noreply") || name.contains("no-reply")
}

#[cfg(test)]
mod tests {
    use crate::{Guard, testing::check};

    #[test]
    fn published_addresses_are_milder() {
        let confidence = |text: &str| Guard::new().inspect_text(text)[0].confidence;
        for text in [
            "# Author: Jane Doe <jane.doe@corp.net>",
            "2016-07-31  Jane Doe  <jane.doe@corp.net>",
            "           2005-2009 Jane Doe <jane.doe@corp.net>",
            " -- Jane Doe <jane.doe@corp.net>  Thu, 10 Feb 2022 09:25:26 +0100",
            "MACs umac-64@openssh.com",
        ] {
            assert!(confidence(text) < 0.7, "{text}");
        }
        for text in ["From: Jane Doe <jane.doe@corp.net>", "2026-11-20 12:00:01 mail from=<jane.doe@corp.net>"] {
            assert!(confidence(text) > 0.8, "{text}");
        }
    }

    #[test]
    fn email() {
        check(
            "guard.personal.email",
            &[
                ("write to jane.doe@corp.net.", 9..26),
                ("<a href=\"mailto:jane+news@mail.corp.co.uk\">", 16..41),
                ("{\"email\":\"j_d@corp.io\"}", 10..21),
            ],
            &[
                "jane@example.com",
                "noreply@corp.net and info@corp.net",
                "e2scrub@host.domain.name runner@project-7.iam.gserviceaccount.com",
                "git@github.com:org/repo.git",
                "icon@2x.png @types/node user@localhost a@b",
                "ssh://deploy@corp.net/x",
                "@decorator.method(x)",
            ],
        );
    }
}
