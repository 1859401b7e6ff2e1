//! Code hosts that report changes to a running server, and are asked by it: played by one listener.

use crate::{
    deadline::until,
    http::{Answer, Request},
    server::{Home, Server},
};
use hmac::{Hmac, KeyInit as _, Mac as _};
use serde_json::{Value, json};
use sha2::Sha256;
use std::{
    io::{BufRead as _, BufReader, Read as _, Write as _},
    net::{TcpListener, TcpStream},
    sync::{Arc, Mutex},
    thread,
};

const SHA: &str = "0123456789abcdef0123456789abcdef01234567";
const BAD: &str = r#"{"name":"shop","version":"1.0.0","dependencies":{"lodahs":"1.0.0"}}"#;
const GOOD: &str = r#"{"name":"shop","version":"1.0.0","dependencies":{"lodash":"4.17.21"}}"#;

/// Requests that came: the first line, all headers, the body.
type Asked = Arc<Mutex<Vec<(String, String, Value)>>>;

/// What the APIs of all three hosts answer.
fn answer(path: &str) -> Option<String> {
    let path = path.split('?').next().unwrap_or_default();
    Some(match path {
        "/repos/o/n/contents/web/package.json" => BAD.to_owned(),
        "/repos/o/n/pulls/7/files" => json!([{"filename": "package.json"}, {"filename": "readme.md"}]).to_string(),
        "/repos/o/n/contents/package.json" => GOOD.to_owned(),
        "/projects/5/repository/files/web%2Fpackage.json/raw" => BAD.to_owned(),
        "/repositories/w/r/diffstat/0123456789abcdef0123456789abcdef01234567" => {
            json!({"values": [{"new": {"path": "web/package.json"}}, {"new": null, "old": {"path": "gone.lock"}}]})
                .to_string()
        }
        "/repositories/w/r/src/0123456789abcdef0123456789abcdef01234567/web/package.json" => BAD.to_owned(),
        _ if path.contains("/statuses/") => "{}".to_owned(),
        _ => return None,
    })
}

fn serve(stream: &TcpStream, asked: &Asked) -> Option<()> {
    let mut reader = BufReader::new(stream);
    let (mut first, mut headers, mut length) = (String::new(), String::new(), 0);
    reader.read_line(&mut first).ok().filter(|length| *length > 0)?;
    loop {
        let mut header = String::new();
        reader.read_line(&mut header).ok().filter(|length| *length > 0)?;
        if header.trim().is_empty() {
            break;
        }
        let header = header.to_lowercase();
        if let Some(value) = header.strip_prefix("content-length:") {
            length = value.trim().parse().ok()?;
        }
        headers.push_str(&header);
    }
    let mut body = vec![0; length];
    reader.read_exact(&mut body).ok()?;
    let path = first.split(' ').nth(1)?.to_owned();
    asked.lock().unwrap().push((first, headers, serde_json::from_slice(&body).unwrap_or_default()));
    let (status, body) = answer(&path).map_or(("404 Not Found", String::new()), |body| ("200 OK", body));
    let mut stream = stream;
    let head = format!("HTTP/1.1 {status}\r\nContent-Length: {}\r\n\r\n", body.len());
    stream.write_all((head + &body).as_bytes()).ok()
}

fn host() -> (String, Asked) {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let url = format!("http://{}", listener.local_addr().unwrap());
    let asked = Asked::default();
    let seen = Arc::clone(&asked);
    thread::spawn(move || {
        for stream in listener.incoming().map_while(Result::ok) {
            let seen = Arc::clone(&seen);
            thread::spawn(move || while serve(&stream, &seen).is_some() {});
        }
    });
    (url, asked)
}

fn signature(secret: &str, body: &str) -> String {
    let mut mac = Hmac::<Sha256>::new_from_slice(secret.as_bytes()).unwrap();
    mac.update(body.as_bytes());
    let hex: String = mac.finalize().into_bytes().iter().map(|byte| format!("{byte:02x}")).collect();
    format!("sha256={hex}")
}

/// Sends a report without a key, as hosts do.
fn report(server: &Server, path: &str, headers: &[(&str, &str)], body: &str) -> Answer {
    let mut request = Request::new(server.address, "POST", path).body("application/json", body);
    for (name, value) in headers {
        request = request.header(name, *value);
    }
    request.send().unwrap()
}

/// The status that a commit got: the path and what was said, once it is there.
fn told(asked: &Asked, start: &str) -> Value {
    until("a status", || {
        let asked = asked.lock().unwrap();
        asked.iter().find(|(first, ..)| first.starts_with(start)).map(|(.., body)| body.clone())
    })
}

fn push(path: &str) -> String {
    json!({"before": SHA, "after": SHA, "repository": {"full_name": "o/n"}, "project": {"id": 5},
        "commits": [{"added": [path], "modified": ["readme.md"]}], "total_commits_count": 1})
    .to_string()
}

#[test]
fn changes_that_code_hosts_report_are_judged_recorded_and_told_to_the_commit() {
    let (url, asked) = host();
    let settings = format!(
        "[supply.hooks]\ngithub_api_url = \"{url}\"\ngitlab_api_url = \"{url}\"\nbitbucket_api_url = \"{url}\"\n\
         github_secret = \"s1\"\ngitlab_secret = \"s2\"\nbitbucket_secret = \"s3\"\n\
         github_token = \"t0ken-1\"\ngitlab_token = \"t0ken-2\"\nbitbucket_token = \"t0ken-3\"\n"
    );
    let server = Home::new(&settings).start();
    let body = push("web/package.json");
    let path = "/api/v1/hooks/github";
    let event = ("X-GitHub-Event", "push");
    for wrong in ["sha256=00", &signature("guessed", &body), ""] {
        report(&server, path, &[event, ("X-Hub-Signature-256", wrong)], &body).expect_status(403);
    }
    assert!(asked.lock().unwrap().is_empty(), "nothing is asked for before the signature is right");

    let taken = report(&server, path, &[event, ("X-Hub-Signature-256", &signature("s1", &body))], &body);
    assert_eq!(taken.expect_status(202).json()["status"], "queued");
    let said = told(&asked, &format!("POST /repos/o/n/statuses/{SHA} "));
    assert_eq!((&said["state"], &said["context"]), (&json!("failure"), &json!("palisade/packages")), "{said}");
    assert!(said["description"].as_str().unwrap().contains("lodahs"), "{said}");
    let found = "SELECT count(*) FROM findings WHERE class = 'supply.squat'";
    until("the finding", || (server.number(found) == 1).then_some(()));
    let events = "SELECT message FROM events WHERE kind = 'scan' AND actor = 'github'";
    assert!(server.texts(events).iter().all(|text| text.contains("push of o/n")));

    report(&server, "/api/v1/hooks/gitlab", &[("X-Gitlab-Event", "Push Hook"), ("X-Gitlab-Token", "s1")], &body)
        .expect_status(403);
    report(&server, "/api/v1/hooks/gitlab", &[("X-Gitlab-Event", "Push Hook"), ("X-Gitlab-Token", "s2")], &body)
        .expect_status(202);
    assert_eq!(told(&asked, &format!("POST /projects/5/statuses/{SHA} "))["state"], "failed");

    let change = json!({"repository": {"full_name": "w/r"},
        "push": {"changes": [{"new": {"target": {"hash": SHA}}, "old": null}]}})
    .to_string();
    let headers: [(&str, &str); 2] = [("X-Event-Key", "repo:push"), ("X-Hub-Signature", &signature("s3", &change))];
    report(&server, "/api/v1/hooks/bitbucket", &headers, &change).expect_status(202);
    let said = told(&asked, &format!("POST /repositories/w/r/commit/{SHA}/statuses/build "));
    assert_eq!(said["state"], "FAILED", "{said}");

    let pull = json!({"action": "opened", "number": 7, "repository": {"full_name": "o/n"},
        "pull_request": {"head": {"sha": "f".repeat(40)}}})
    .to_string();
    let headers: [(&str, &str); 2] =
        [("X-GitHub-Event", "pull_request"), ("X-Hub-Signature-256", &signature("s1", &pull))];
    report(&server, path, &headers, &pull).expect_status(202);
    let said = told(&asked, &format!("POST /repos/o/n/statuses/{} ", "f".repeat(40)));
    assert_eq!(said["state"], "success", "{said}");

    for (_, headers, _) in asked.lock().unwrap().iter() {
        assert!(headers.contains("t0ken-"), "each request carries its token: {headers}");
    }
    let (_, log) = server.stop();
    assert!(!log.contains("t0ken-") && !log.contains("sha256="), "{log}");
}

#[test]
fn what_was_acknowledged_is_judged_after_a_restart() {
    let (url, asked) = host();
    // Nobody answers at this address.
    let silent = TcpListener::bind("127.0.0.1:0").unwrap();
    let settings = |url: &str| {
        format!(
            "[supply.hooks]\ngithub_api_url = \"{url}\"\ngithub_secret = \"s\"\ngithub_token = \"t\"\n[otlp]\ngrpc_listen = \"\"\n"
        )
    };
    let home = Home::new(&settings(&format!("http://{}", silent.local_addr().unwrap())));
    let server = home.start();
    let body = push("web/package.json");
    let headers = [("X-GitHub-Event", "push"), ("X-Hub-Signature-256", &signature("s", &body)[..])];
    for _ in 0..4 {
        report(&server, "/api/v1/hooks/github", &headers, &body).expect_status(202);
    }
    server.stop();

    home.file("palisade.toml", settings(&url));
    let server = home.start();
    let start = format!("POST /repos/o/n/statuses/{SHA} ");
    until("all four to be judged", || {
        let count = asked.lock().unwrap().iter().filter(|(first, ..)| first.starts_with(&start)).count();
        (count == 4).then_some(())
    });
    server.stop();
    let left = std::fs::read_dir(home.data().join("hooks")).unwrap().count();
    assert_eq!(left, 0, "what is judged is forgotten");
}

#[test]
fn a_host_without_a_secret_is_not_heard_and_what_cannot_be_read_is_no_success() {
    let (url, asked) = host();
    let settings = format!("[supply.hooks]\ngithub_api_url = \"{url}\"\ngithub_token = \"t\"\n");
    let home = Home::new(&settings);
    let body = push("package-lock.json").replace("o/n", "o/missing").replace("added", "was");
    let signed = signature("from-the-environment", &body);
    let headers = [("X-GitHub-Event", "push"), ("X-Hub-Signature-256", signed.as_str())];
    let server = home.start();
    report(&server, "/api/v1/hooks/github", &headers, &body).expect_status(404);
    drop(server);
    let mut command = home.command();
    command.env("PALISADE_HOOKS_GITHUB_SECRET", "from-the-environment");
    let server = home.start_as(command);
    let ping = [("X-GitHub-Event", "ping"), headers[1]];
    assert_eq!(report(&server, "/api/v1/hooks/github", &ping, &body).expect_status(202).json()["status"], "ignored");
    report(&server, "/api/v1/hooks/github", &headers, &body).expect_status(202);
    let said = told(&asked, &format!("POST /repos/o/missing/statuses/{SHA} "));
    assert_eq!((&said["state"], &said["description"]), (&json!("success"), &json!("no manifest changed")));

    let pull = json!({"action": "opened", "number": 9, "repository": {"full_name": "o/missing"},
        "pull_request": {"head": {"sha": "e".repeat(40)}}})
    .to_string();
    let signed = signature("from-the-environment", &pull);
    let headers = [("X-GitHub-Event", "pull_request"), ("X-Hub-Signature-256", signed.as_str())];
    report(&server, "/api/v1/hooks/github", &headers, &pull).expect_status(202);
    let said = told(&asked, &format!("POST /repos/o/missing/statuses/{} ", "e".repeat(40)));
    assert_eq!(said["state"], "failure", "{said}");
    assert!(said["description"].as_str().unwrap().starts_with("not judged"), "{said}");
}
