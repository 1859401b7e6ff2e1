//! Registries as they are met: those that answer, and those that hang, lie, refuse or lead elsewhere.

use super::address::tests::Given;
use super::*;
use crate::supply::Policy;
use palisade_store::feeds::FeedSnapshot;
use std::sync::atomic::AtomicUsize;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpListener;

/// What a server answers to a path, as it goes over the wire; `None` hangs.
type Answers = fn(&str) -> Option<String>;

/// A server of this machine, with the requests that came.
struct Played {
    url: String,
    asked: Arc<Mutex<Vec<String>>>,
}

impl Played {
    async fn start(answers: Answers) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = format!("http://{}", listener.local_addr().unwrap());
        let asked = Arc::<Mutex<Vec<String>>>::default();
        let seen = Arc::clone(&asked);
        tokio::spawn(async move {
            while let Ok((mut stream, _)) = listener.accept().await {
                let seen = Arc::clone(&seen);
                tokio::spawn(async move {
                    let mut head = Vec::new();
                    let mut piece = [0; 4096];
                    while !head.ends_with(b"\r\n\r\n") {
                        let read = stream.read(&mut piece).await.unwrap_or(0);
                        if read == 0 {
                            return;
                        }
                        head.extend_from_slice(&piece[..read]);
                    }
                    let head = String::from_utf8_lossy(&head).into_owned();
                    let path = head.split(' ').nth(1).unwrap_or_default().to_owned();
                    seen.lock().unwrap().push(head);
                    match answers(&path) {
                        Some(answer) => drop(stream.write_all(answer.as_bytes()).await),
                        None => std::future::pending().await,
                    }
                });
            }
        });
        Self { url, asked }
    }

    fn asked(&self) -> usize {
        self.asked.lock().unwrap().len()
    }
}

fn answer(status: &str, headers: &str, body: &str) -> Option<String> {
    let length = body.len();
    Some(format!("HTTP/1.1 {status}\r\nContent-Length: {length}\r\nConnection: close\r\n{headers}\r\n{body}"))
}

const PACKUMENT: &str = r#"{"time":{"created":"2026-11-20T00:00:00Z","1.0.0":"2026-11-20T00:00:00Z"},
    "dist-tags":{"latest":"1.0.0"},"maintainers":[{"name":"eve"}],
    "versions":{"1.0.0":{"scripts":{"preinstall":"x"},"_npmUser":{"name":"eve"},"dist":{}}}}"#;

fn supply() -> Supply {
    let folder = tempfile::tempdir().unwrap();
    Supply::load(folder.path(), &FeedSnapshot::default(), Policy::default()).unwrap()
}

fn package(ecosystem: Ecosystem, name: &str, version: Option<&str>) -> Package {
    Package { ecosystem, name: name.to_owned(), version: version.map(str::to_owned) }
}

fn npm(name: &str) -> Package {
    package(Ecosystem::Npm, name, Some("1.0.0"))
}

fn settings(url: &str) -> config::Registries {
    config::Registries { npm: url.to_owned(), pypi: format!("{url}/simple/"), cargo: url.to_owned() }
}

fn registries(settings: &config::Registries, state: Option<State>) -> Registries {
    let addresses = Addresses::read(settings, &Given::default(), Path::new("/none"));
    let limits = Limits { time_max: Duration::from_millis(300), body_bytes_max: 10_000, concurrent_max: 4 };
    Registries::with(addresses, (None, state), limits).unwrap()
}

const TIME_MAX: Duration = Duration::from_secs(20);

#[tokio::test]
async fn facts_come_from_all_three_registries_and_count_in_the_judgement() {
    let played = Played::start(|path| match path {
        "/lodahs" => answer("200 OK", "", PACKUMENT),
        "/pypi/reqeusts/json" => answer("200 OK", "", r#"{"info":{"version":"1.0"},"releases":{"1.0":[]}}"#),
        "/api/v1/crates/made-up" => {
            answer("200 OK", "", r#"{"crate":{"recent_downloads":7},"versions":[{"num":"1.0.0"}]}"#)
        }
        _ => answer("404 Not Found", "", "{}"),
    })
    .await;
    let (supply, registries) = (supply(), registries(&settings(&played.url), None));
    let squat = npm("lodahs");
    let asked = [
        squat.clone(),
        package(Ecosystem::PyPi, "Reqeusts", None),
        package(Ecosystem::Cargo, "made-up", None),
        npm("@none/there"),
        package(Ecosystem::Go, "example.org/x", None),
    ];
    let public = registries.look_up(&supply, asked.to_vec(), TIME_MAX).await;
    assert_eq!(public.notes(), [""; 0]);
    let facts = public.facts(&squat);
    assert_eq!(
        (facts.versions, facts.install_script, facts.repository),
        (Some(1), Some(true), Some(palisade_supply::score::Repository::Absent))
    );
    assert_eq!(facts.found_public, None, "a registry of the internal network is not public");
    assert_eq!(public.facts(&asked[1]).versions, Some(1));
    assert_eq!(public.facts(&asked[2]).downloads, Some(7));
    assert_eq!(public.facts(&asked[4]), Facts::default());
    let moment = Timestamp::parse("2026-11-21T00:00:00Z").unwrap();
    let probability = |facts: &Facts| supply.names().assess(&squat, facts, moment).probability;
    assert!(probability(&facts) > probability(&Facts::default()), "{facts:?}");
    let heads = played.asked.lock().unwrap().join("");
    assert!(
        heads.contains("GET /@none%2Fthere ") && heads.contains("GET /lodash "),
        "the name it resembles too: {heads}"
    );
}

#[tokio::test]
async fn what_is_known_is_not_asked_again_by_this_process_or_the_next() {
    let folder = tempfile::tempdir().unwrap();
    let state = State::open(&folder.path().join("state.db")).await.unwrap();
    let played = Played::start(|_| answer("200 OK", "", PACKUMENT)).await;
    let supply = supply();
    for _ in 0..2 {
        let registries = registries(&settings(&played.url), Some(state.clone()));
        for _ in 0..2 {
            let public = registries.look_up(&supply, vec![npm("made-up-name")], TIME_MAX).await;
            assert_eq!(public.facts(&npm("made-up-name")).versions, Some(1));
        }
    }
    assert_eq!(played.asked(), 1);
}

#[test]
fn records_that_others_wrote_are_taken_within_bounds_only() {
    let version = record::Version { number: "1.0.0".to_owned(), ..record::Version::default() };
    let kept = |versions| {
        let record = Record { found: true, versions: vec![version.clone(); versions], ..Record::default() };
        Arc::new(Kept { record, fetched: now(), bytes: 0 })
    };
    let back = |bytes: &[u8]| (CODEC.decode)(bytes, Timestamp::from_millis(7));
    let written = (CODEC.encode)(&kept(2)).unwrap();
    let read = back(&written).unwrap();
    assert_eq!((&read.record, read.fetched), (&kept(2).record, Timestamp::from_millis(7)));
    assert!(back(&(CODEC.encode)(&kept(record::VERSIONS_MAX + 1)).unwrap()).is_none());
    for broken in [&b"null"[..], b"7", b"\xFF", &written[..written.len() - 1]] {
        assert!(back(broken).is_none(), "{broken:?}");
    }
}

#[test]
fn a_version_that_a_record_lacks_is_asked_for_again_sooner() {
    let record = read::npm::read(PACKUMENT.as_bytes()).unwrap();
    let now = Timestamp::parse("2026-11-21T12:00:00Z").unwrap();
    let kept = |hours| Arc::new(Kept { record: record.clone(), fetched: hours_before(now, hours), bytes: 0 });
    let new = Package { version: Some("1.0.1".to_owned()), ..npm("x") };
    for (hours, package, wanted) in [(0, &new, true), (2, &new, false), (2, &npm("x"), true), (24, &npm("x"), false)] {
        assert_eq!(is_fresh(&kept(hours), std::slice::from_ref(package), now), wanted, "{hours} {package:?}");
    }
}

async fn note_of(answers: Answers) -> (String, usize) {
    let played = Played::start(answers).await;
    let registries = registries(&settings(&played.url), None);
    let asked = [npm("made-up-a"), npm("made-up-b")];
    let public = registries.look_up(&supply(), asked.to_vec(), TIME_MAX).await;
    assert_eq!(asked.map(|package| public.facts(&package)), [Facts::default(), Facts::default()]);
    (public.notes().join("; "), played.asked())
}

#[tokio::test]
async fn registries_that_misbehave_leave_facts_unknown_and_are_told_once() {
    let cases: [(Answers, &str); 8] = [
        (|_| None, "did not answer in time (2 packages"),
        (|_| Some("HTTP/1.1 200 OK\r\nContent-Length: 500\r\n\r\n{}".to_owned()), "cannot be read (2"),
        (|_| Some("HTTP/1.1 200 OK\r\nContent-Length: 99999999\r\n\r\n{}".to_owned()), "too large (2"),
        (|_| Some(format!("HTTP/1.1 200 OK\r\nConnection: close\r\n\r\n{}", " ".repeat(20_000))), "too large (2"),
        (|_| Some(format!("HTTP/1.1 200 OK\r\nContent-Length: 50\r\n\r\n{PACKUMENT}")), "cannot be read (2"),
        (|_| answer("200 OK", "", "{\"versions\": {\"1.0.0\""), "cannot be read (2"),
        (|_| answer("500 Oh", "", ""), "it answered 500 (2"),
        (
            |_| answer("302 Found", "Location: http://127.0.0.2:9/x\r\n", ""),
            "leads to another host, or to no encryption (2",
        ),
    ];
    for (answers, wanted) in cases {
        let (note, _) = note_of(answers).await;
        assert!(note.contains(wanted) && note.matches("registry of npm").count() == 1, "{wanted}: {note}");
    }
}

#[tokio::test]
async fn a_registry_that_wants_to_be_left_alone_is() {
    let (note, asked) = note_of(|_| answer("429 Too Many Requests", "Retry-After: 3600\r\n", "")).await;
    assert!(note.contains("left alone for a while (2"), "{note}");
    assert!(asked <= 2, "{asked} requests");
    static BUSY: AtomicUsize = AtomicUsize::new(0);
    let played = Played::start(|_| match BUSY.fetch_add(1, Ordering::Relaxed) {
        0 => answer("429 Too Many Requests", "Retry-After: 0\r\n", ""),
        _ => answer("200 OK", "", PACKUMENT),
    })
    .await;
    let registries = registries(&settings(&played.url), None);
    let public = registries.look_up(&supply(), vec![npm("made-up-a")], TIME_MAX).await;
    assert_eq!(public.facts(&npm("made-up-a")).versions, Some(1), "a short pause is made");
    assert_eq!(played.asked(), 2);
}

#[tokio::test]
async fn no_registry_is_asked_that_nobody_configured() {
    let public = registries(&config::Registries::default(), None);
    let public = public.look_up(&supply(), vec![npm("a"), package(Ecosystem::Cargo, "b", None)], TIME_MAX).await;
    let notes = public.notes().join("\n");
    assert!(
        notes.contains("registry in .npmrc") && notes.contains("cargo = \"https://…\" under [supply.registries]"),
        "{notes}"
    );
}

#[tokio::test]
async fn a_project_cannot_lead_into_an_internal_network() {
    let played = Played::start(|_| answer("200 OK", "", PACKUMENT)).await;
    let file: &'static str = Box::leak(format!("registry={}/\n", played.url).into_boxed_str());
    let given = Given { files: vec![("/srv/app/.npmrc", file)], ..Given::default() };
    let addresses = Addresses::read(&config::Registries::default(), &given, Path::new("/srv/app"));
    let registries = Registries::with(addresses, (None, None), LIMITS).unwrap();
    let public = registries.look_up(&supply(), vec![npm("made-up-a")], TIME_MAX).await;
    assert!(public.notes()[0].contains("not encrypted"), "{:?}", public.notes());
    assert_eq!(played.asked(), 0);
}

#[tokio::test]
async fn an_index_of_cargos_says_where_its_api_is_and_credentials_stay_with_their_host() {
    let played = Played::start(|path| match path {
        "/index/config.json" => answer("200 OK", "", r#"{"dl":"x","api":"https://127.0.0.1:9/"}"#),
        _ => answer("404 Not Found", "", ""),
    })
    .await;
    let index = played.url.replace("http://", "sparse+http://ann:secret@") + "/index/";
    let settings = config::Registries { cargo: index, ..config::Registries::default() };
    let registries = registries(&settings, None);
    let public = registries.look_up(&supply(), vec![package(Ecosystem::Cargo, "b", None)], TIME_MAX).await;
    let note = public.notes().join("");
    assert!(note.contains("cannot be reached"), "the API of this host is believed, and is not there: {note}");
    assert!(!note.contains("secret") && played.asked.lock().unwrap()[0].contains("uthorization: Basic"));
}

#[tokio::test]
async fn what_stands_in_an_index_is_there_whatever_its_api_knows() {
    let played = Played::start(|path| match path {
        "/index/config.json" => answer("200 OK", "", r#"{"dl":"x"}"#),
        "/index/ma/de/made-up" => answer("200 OK", "", "{\"name\":\"made-up\",\"vers\":\"1.0.0\"}\n"),
        _ => answer("404 Not Found", "", ""),
    })
    .await;
    let index = format!("sparse+{}/index/", played.url);
    let settings = config::Registries { cargo: index, ..config::Registries::default() };
    let registries = registries(&settings, None);
    let asked = [package(Ecosystem::Cargo, "Made-Up", None), package(Ecosystem::Cargo, "b", None)];
    let public = registries.look_up(&supply(), asked.to_vec(), TIME_MAX).await;
    assert_eq!(public.notes(), [""; 0]);
    assert_eq!(asked.map(|package| public.facts(&package).versions), [Some(1), None]);
}

#[tokio::test]
async fn an_api_that_knows_no_crate_is_not_asked_again_and_one_that_has_known_some_is() {
    let played = Played::start(|path| match path {
        path if path.starts_with("/3/") => answer("200 OK", "", "{\"name\":\"x\",\"vers\":\"1.0.0\"}\n"),
        _ => answer("404 Not Found", "", ""),
    })
    .await;
    let url = Url::parse(&played.url).unwrap();
    let settings = config::Registries { cargo: format!("sparse+{url}"), ..config::Registries::default() };
    for (serves, asked_api) in [(false, 1), (true, 3)] {
        let registries = registries(&settings, None);
        // An API on the same machine without encryption, which an index may not name.
        registries.inner.apis.lock().unwrap().insert(url.clone(), Api { url: Some(url.clone()), serves });
        played.asked.lock().unwrap().clear();
        for name in ["abc", "abd", "abe"] {
            let asked = package(Ecosystem::Cargo, name, None);
            let public = registries.look_up(&supply(), vec![asked.clone()], TIME_MAX).await;
            assert_eq!((public.notes(), public.facts(&asked).versions), (Vec::new(), Some(1)));
        }
        let heads = played.asked.lock().unwrap().join("");
        assert_eq!(heads.matches("GET /api/v1/crates/").count(), asked_api, "{heads}");
    }
}

#[tokio::test]
async fn when_the_time_is_up_the_rest_is_told() {
    let played = Played::start(|_| None).await;
    let registries = registries(&settings(&played.url), None);
    let public = registries.look_up(&supply(), vec![npm("made-up-a")], Duration::from_millis(20)).await;
    assert!(public.notes()[0].contains("no time left"), "{:?}", public.notes());
}
