//! Ordinary events for the benchmark and the demonstration: logins, web access, processes, name look-ups, network flows
//! and cloud audit, with varied people, machines, addresses and paths.
//!
//! They are written as JSON text rather than built as values, because the benchmark writes a hundred thousand of them.

use super::random::Random;

/// Makes the fields of one event.
type Kind = fn(&mut Random) -> String;

/// Every kind of event, those that are more frequent in the field more than once.
const KINDS: [Kind; 10] = [login, http, http, http, process, process, dns, dns, network, cloud];

/// The fields of an ordinary event as JSON members, without braces and without time.
pub fn fields(random: &mut Random) -> String {
    KINDS[random.below(KINDS.len())](random)
}

/// Who does things.
pub const USERS: [&str; 16] = [
    "alice",
    "bob",
    "carol",
    "dave",
    "erin",
    "frank",
    "grace",
    "heidi",
    "ivan",
    "judy",
    "mallory",
    "niaj",
    "olivia",
    "peggy",
    "svc-backup",
    "svc-deploy",
];
/// Words of the trade.
pub const WORDS: [&str; 24] = [
    "request", "session", "cache", "upstream", "retry", "timeout", "policy", "cluster", "replica", "checkout",
    "payment", "profile", "gateway", "queue", "worker", "index", "shard", "tenant", "region", "deploy", "rollback",
    "health", "probe", "quota",
];
const PATHS: [&str; 12] = [
    "/api/orders",
    "/api/cart",
    "/login",
    "/static/app.js",
    "/api/users",
    "/search",
    "/health",
    "/api/payments",
    "/img/logo.svg",
    "/api/catalog",
    "/admin/reports",
    "/api/sessions",
];
const AGENTS: [&str; 5] = [
    "Mozilla/5.0 (X11; Linux x86_64; rv:143.0) Gecko/20100101 Firefox/143.0",
    "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 Chrome/141.0 Safari/537.36",
    "curl/8.14.1",
    "python-requests/2.32.5",
    "Go-http-client/2.0",
];
const IMAGES: [&str; 8] = [
    "/usr/bin/bash",
    "/usr/bin/python3",
    "/usr/sbin/cron",
    "/usr/bin/git",
    "/usr/bin/ssh",
    "/usr/bin/systemctl",
    "/opt/app/bin/server",
    "/usr/bin/rsync",
];
const DOMAINS: [&str; 8] = [
    "example.com",
    "cdn.example.net",
    "internal.example",
    "updates.example.org",
    "mail.example.com",
    "api.example.io",
    "metrics.example",
    "registry.example.org",
];
const ACTIONS: [&str; 6] = ["GetObject", "PutObject", "AssumeRole", "DescribeInstances", "CreateUser", "ListBuckets"];

fn address(random: &mut Random) -> String {
    format!("10.{}.{}.{}", random.below(64), random.below(256), 1 + random.below(254))
}

fn host(random: &mut Random, role: &str) -> String {
    format!("{role}-{:02}.example.internal", 1 + random.below(40))
}

fn login(random: &mut Random) -> String {
    let (user, from, failed) = (random.pick(&USERS), address(random), random.below(8) == 0);
    let (word, severity) = if failed { ("Failed password", "medium") } else { ("Accepted publickey", "informational") };
    let port = 1024 + random.below(60_000);
    format!(
        r#""kind":"login","severity":"{severity}","service":"sshd","host":"{}","actor":"{user}","source_address":"{from}","message":"{word} for {user} from {from} port {port} ssh2","port":{port},"success":{}"#,
        host(random, "bastion"),
        !failed,
    )
}

fn http(random: &mut Random) -> String {
    let status = [200, 200, 200, 201, 204, 301, 304, 404, 403, 500][random.below(10)];
    let severity = if status >= 500 { "high" } else { "informational" };
    let (method, path) = (random.pick(&["GET", "GET", "GET", "POST", "PUT"]), random.pick(&PATHS));
    format!(
        r#""kind":"http","severity":"{severity}","service":"nginx","host":"{}","source_address":"{}","message":"{method} {path}/{} {status}","status":{status},"bytes":{},"duration_ms":{},"user_agent":"{}""#,
        host(random, "web"),
        address(random),
        random.below(1_000_000),
        random.below(200_000),
        random.below(3_000),
        random.pick(&AGENTS),
    )
}

fn process(random: &mut Random) -> String {
    let (image, user) = (random.pick(&IMAGES), random.pick(&USERS));
    format!(
        r#""kind":"process","severity":"informational","service":"auditd","host":"{}","actor":"{user}","message":"{image} started by {user}","process":{{"pid":{},"parent_pid":{},"image":"{image}","command_line":"{image} --job {} --region eu-{}"}}"#,
        host(random, "app"),
        2 + random.below(4_000_000),
        1 + random.below(4_000),
        random.below(100_000),
        1 + random.below(4),
    )
}

fn dns(random: &mut Random) -> String {
    let name = format!("{}{}.{}", random.pick(&WORDS), random.below(5_000), random.pick(&DOMAINS));
    format!(
        r#""kind":"dns","severity":"informational","service":"unbound","host":"{}","source_address":"{}","message":"query {name} A","dns":{{"name":"{name}","type":"A","rcode":"{}","answer":"{}"}}"#,
        host(random, "ns"),
        address(random),
        random.pick(&["NOERROR", "NOERROR", "NOERROR", "NXDOMAIN"]),
        address(random),
    )
}

fn network(random: &mut Random) -> String {
    let (from, to, port) = (address(random), address(random), random.pick(&["22", "53", "80", "443", "5432", "8443"]));
    format!(
        r#""kind":"network","severity":"low","service":"firewall","host":"{}","source_address":"{from}","message":"{} tcp {from} -> {to}:{port}","destination":{{"address":"{to}","port":{port}}},"packets":{},"bytes":{}"#,
        host(random, "edge"),
        random.pick(&["allow", "allow", "allow", "deny"]),
        1 + random.below(5_000),
        60 + random.below(9_000_000),
    )
}

fn cloud(random: &mut Random) -> String {
    let (action, user) = (random.pick(&ACTIONS), random.pick(&USERS));
    format!(
        r#""kind":"cloud","severity":"informational","service":"audit","actor":"{user}","source_address":"{}","message":"{user} called {action}","cloud":{{"action":"{action}","region":"eu-central-{}","account":"{}","resource":"bucket-{}"}},"error":null"#,
        address(random),
        1 + random.below(3),
        100_000 + random.below(20),
        random.below(900),
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_kind_is_well_formed() {
        let mut random = Random::seeded(1);
        for kind in KINDS {
            let event: serde_json::Value = serde_json::from_str(&format!("{{{}}}", kind(&mut random))).unwrap();
            for field in ["kind", "severity", "service", "message"] {
                assert!(event[field].as_str().is_some_and(|text| !text.is_empty()), "{field} in {event}");
            }
        }
    }
}
