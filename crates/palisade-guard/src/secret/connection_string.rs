//! Connection strings with a password in them.
//!
//! **What it finds.** `scheme://user:password@host` for databases, brokers and web addresses, and `Password=…` among
//! the other settings of an ADO, ODBC or JDBC connection string.
//!
//! **Why it matters.** The string holds all that is needed to get in: where, as whom, and with what.
//!
//! **Example.** `postgres://shop:…@db.internal:5432/orders`
//!
//! Placeholders such as `user:password@host`, `${VAR}`, `<password>` and `***` are left alone, and weak passwords
//! on the own machine, as tutorials have them.

use super::placeholder::{is_placeholder, strength, unescaped};
use crate::{
    detector::{Detector, Finds, Hit, Outcome},
    limits::CONNECTION_STRING_BYTES_MAX,
    text::View,
};
use palisade_model::Severity;
use std::ops::Range;

pub(crate) static CONNECTION_STRING: Detector = Detector {
    class: "guard.secret.connection-string",
    version: "1",
    severity: Severity::High,
    title: "Connection string with a password",
    remediation: "Change the password, and give the program its connection string from a secret store.",
    references: &["CWE-798", "CWE-259", "CWE-532", "OWASP-LLM02"],
    finds: Finds::Places { needles: &[b"://", b"password=", b"pwd="], confirm },
};

/// Schemes of databases and brokers: an address of theirs has no other use than to connect.
const SERVERS: [&str; 17] = [
    "postgres",
    "postgresql",
    "mysql",
    "mariadb",
    "mongodb",
    "redis",
    "rediss",
    "amqp",
    "amqps",
    "mssql",
    "sqlserver",
    "clickhouse",
    "nats",
    "cockroachdb",
    "oracle",
    "couchdb",
    "kafka",
];

/// Shorter ones stand in tests of programs that read addresses, as in `http://a:b@c`.
const PASSWORD_BYTES_MIN: usize = 4;

/// Settings that stand beside the password in a connection string.
const SETTINGS: [&[u8]; 10] = [
    b"server=",
    b"data source=",
    b"host=",
    b"user id=",
    b"uid=",
    b"user=",
    b"username=",
    b"database=",
    b"driver=",
    b"initial catalog=",
];

fn confirm(view: &View<'_>, at: usize) -> Outcome {
    view.spend(CONNECTION_STRING_BYTES_MAX);
    match view.bytes()[at] {
        b':' => in_address(view, at),
        _ => in_settings(view, at),
    }
    .into()
}

/// The password in the address whose `://` stands at `at`.
fn in_address(view: &View<'_>, at: usize) -> Option<Hit> {
    let authority = view.byte_run(at + 3, CONNECTION_STRING_BYTES_MAX, in_authority);
    let bytes = &view.bytes()[authority.clone()];
    let host = authority.start + memchr::memrchr(b'@', bytes)? + 1;
    let password = authority.start + memchr::memchr(b':', bytes)? + 1..host - 1;
    if password.is_empty() || password.start >= host {
        return None;
    }
    let user = &view.bytes()[authority.start..password.start - 1];
    let value = &view.bytes()[password.clone()];
    let confidence = confidence(value, user, &view.bytes()[host..authority.end])?;
    let scheme =
        view.byte_run_before(at, 24, |byte| byte.is_ascii_alphanumeric() || matches!(byte, b'+' | b'.' | b'-'));
    let name = view.slice(scheme).to_ascii_lowercase();
    // CVS writes its method there: `:pserver:anonymous@host`.
    if name == "cvs" || name == "pserver" {
        return None;
    }
    let is_server = SERVERS.iter().any(|server| name.split(['+', ':']).any(|part| part == *server));
    let why = if is_server { "A connection string with its password." } else { "A web address with a password in it." };
    Some(Hit::secret(password, if is_server { confidence } else { (confidence - 0.1_f64).max(0.3) }, why).until(host))
}

/// The characters of user, password and host; a password may have some that belong elsewhere.
fn in_authority(byte: u8) -> bool {
    byte.is_ascii_graphic() && !matches!(byte, b'/' | b'?' | b'"' | b'\'' | b'`' | b'\\' | b'|' | b',')
}

/// How sure, by the strength of the password and whether the host is the own machine; nothing for placeholders.
fn confidence(password: &[u8], user: &[u8], host: &[u8]) -> Option<f64> {
    if password.len() < PASSWORD_BYTES_MIN
        || is_placeholder(password)
        || is_placeholder(host)
        || password.eq_ignore_ascii_case(user)
    {
        return None;
    }
    let strength = strength(&unescaped(password));
    let host = host.to_ascii_lowercase();
    let own = host.starts_with(b"localhost")
        || host.starts_with(b"127.")
        || host.starts_with(b"[::1]")
        || memchr::memmem::find(&host, b"example").is_some();
    match (own, strength) {
        (true, 0..=2) => None,
        (true, _) => Some(0.6),
        (false, 0 | 1) => Some(0.5),
        (false, 2) => Some(0.8),
        (false, _) => Some(0.92),
    }
}

/// The password after `Password=` at `at`, when other settings of a connection string stand around it.
fn in_settings(view: &View<'_>, at: usize) -> Option<Hit> {
    if !view.word_may_begin(at) {
        return None;
    }
    let name_end = at + memchr::memchr(b'=', &view.bytes()[at..])? + 1;
    let quoted = view.bytes().get(name_end).is_some_and(|byte| matches!(byte, b'\'' | b'{'));
    let value = view.byte_run(name_end + usize::from(quoted), 128, in_setting);
    let confidence = confidence(&view.bytes()[value.clone()], b"", b"")?;
    let around = view.byte_run_before(at, CONNECTION_STRING_BYTES_MAX, on_line).start..value.end;
    let after = view.byte_run(value.end, CONNECTION_STRING_BYTES_MAX, on_line);
    if settings_in(view, &around) + settings_in(view, &after) < 2 {
        return None;
    }
    Some(Hit::secret(value, confidence, "A connection string with its password."))
}

fn in_setting(byte: u8) -> bool {
    byte.is_ascii_graphic() && !matches!(byte, b';' | b'"' | b'\'' | b'&' | b'}' | b'<' | b'>' | b'`')
}

fn on_line(byte: u8) -> bool {
    !matches!(byte, b'\n' | b'\r' | b'"')
}

/// How many settings of connection strings stand in `range`, and a point more for `jdbc:`.
fn settings_in(view: &View<'_>, range: &Range<usize>) -> usize {
    let text = view.bytes()[range.clone()].to_ascii_lowercase();
    let has = |name: &[u8]| memchr::memmem::find(&text, name).is_some();
    SETTINGS.iter().filter(|name| has(name)).count() + usize::from(has(b"jdbc:"))
}

#[cfg(test)]
mod tests {
    use crate::{Guard, testing::check};

    #[test]
    fn connection_string() {
        check(
            "guard.secret.connection-string",
            &[
                ("postgres://shop:tR7mZq2XcV@db.internal:5432/orders", 16..26),
                ("DATABASE_URL=mysql+pymysql://app:p%40Zx81kQ@10.2.3.4/app\n", 33..43),
                ("mongodb+srv://root:Zx81-kQv9@c0.abcde.mongodb.net/?w=1", 19..28),
                ("redis://:tR7mZq2XcV@cache:6379", 9..19),
                ("curl https://deploy:tR7mZq2XcV@git.corp.net/x.git", 20..30),
                ("Server=tcp:db.corp.net;Database=shop;User Id=sa;Password=tR7mZq2XcV;Encrypt=true", 57..67),
                ("jdbc:mysql://db/shop?user=app&password=tR7mZq2XcV", 39..49),
            ],
            &[
                "postgres://user:password@localhost/db",
                "postgres://postgres:postgres@localhost:5432/test",
                "postgres://${USER}:${PASSWORD}@db/x",
                "mysql://<user>:<password>@host/db",
                "amqp://guest:guest@rabbit",
                "https://user:pass@proxy.example.com:8080",
                "see https://docs.rs/a:b and http://host:80/@x",
                "redis://:****@cache",
                "Server=db;Database=shop;User Id=sa;Password=<password>;",
                "password=short words",
                "git clone ssh://git@git.corp.net:22/x.git",
            ],
        );
    }

    #[test]
    fn a_strong_password_for_another_machine_is_blocked_and_masked() {
        let guard = Guard::new();
        let text = "postgres://shop:tR7mZq2XcV9bN@db.corp.net/orders";
        assert!(guard.inspect_text(text)[0].confidence > 0.9);
        assert_eq!(guard.mask(text), "postgres://shop:tR7m********@db.corp.net/orders");
    }
}
