//! Against Debian's `redis-server` where it is installed; `PALISADE_REQUIRE_SERVERS=1` makes a lack of it a failure.

use super::{NoWay, Shared, TIME_MAX, name};
use crate::cache::{Cache, Codec};
use palisade_model::Timestamp;
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};
use tempfile::TempDir;
use tokio::net::TcpListener;

const TTL: Duration = Duration::from_secs(60);

/// A server of the test's own, which ends with it. It listens on a socket in its folder.
struct Server {
    child: Child,
    folder: TempDir,
}

impl Drop for Server {
    fn drop(&mut self) {
        // It may have ended by itself.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

impl Server {
    async fn start() -> Option<Self> {
        Self::start_with(TempDir::new().unwrap(), &[]).await
    }

    async fn start_with(folder: TempDir, options: &[&str]) -> Option<Self> {
        let mut command = Command::new("redis-server");
        command.args(["--port", "0", "--save", "", "--unixsocket", "redis.sock"]).args(options);
        command.current_dir(folder.path());
        let Ok(child) = command.stdout(Stdio::null()).stderr(Stdio::null()).spawn() else {
            let required = std::env::var_os("PALISADE_REQUIRE_SERVERS").is_some_and(|value| value == "1");
            assert!(!required, "redis-server is missing (Debian: apt-get install redis-server)");
            eprintln!("skipped: redis-server is not installed");
            return None;
        };
        let server = Self { child, folder };
        let until = Instant::now() + Duration::from_secs(20);
        while tokio::net::UnixStream::connect(server.folder.path().join("redis.sock")).await.is_err() {
            assert!(Instant::now() < until, "redis-server does not come up");
            tokio::task::yield_now().await;
        }
        Some(server)
    }

    fn shared(&self) -> Shared {
        Shared::new(&format!("redis+unix://{}", self.folder.path().join("redis.sock").display()), None).unwrap()
    }
}

fn codec() -> Codec<String> {
    Codec {
        encode: |value| Some(value.clone().into_bytes()),
        decode: |bytes, _| String::from_utf8(bytes.to_vec()).ok().filter(|value| value != "refused"),
    }
}

fn node(shared: Shared) -> Cache<String> {
    Cache::with_entries("test", 1_000, TTL).sharing(shared, codec())
}

fn at(second: i64) -> Timestamp {
    Timestamp::from_millis(second * 1_000)
}

#[tokio::test]
async fn what_one_node_keeps_another_finds_until_it_is_old() {
    let Some(server) = Server::start().await else { return };
    let (one, other) = (node(server.shared()), node(server.shared()));
    one.put(b"k", "v".to_owned(), at(100)).await;
    assert_eq!(other.get(b"k", at(120)).await.as_deref(), Some("v"));
    assert_eq!(other.get(b"k", at(160)).await, None, "its age is that of the value, not of the copy");
    assert_eq!(node(server.shared()).get(b"k", at(99)).await, None, "stored in the future");
    other.forget(b"k").await;
    assert_eq!(node(server.shared()).get(b"k", at(120)).await, None);
}

#[tokio::test]
async fn what_others_wrote_is_checked() {
    let Some(server) = Server::start().await else { return };
    let shared = server.shared();
    let stamped = |body: &[u8]| [&at(100).nanos().to_be_bytes(), body].concat();
    let large = stamped(&vec![b'x'; super::VALUE_BYTES_MAX]);
    for value in [b"".to_vec(), b"short".to_vec(), stamped(b"refused"), stamped(b"\xFF"), large] {
        let command = redis::cmd("SET").arg(name("test", b"k")).arg(&value).take();
        let _: Option<()> = shared.ask(command).await;
        assert_eq!(node(shared.clone()).get(b"k", at(101)).await, None, "{} bytes", value.len());
    }
    node(shared.clone()).put(b"k", "v".to_owned(), at(100)).await;
    assert_eq!(node(shared.clone()).get(b"k", at(101)).await.as_deref(), Some("v"), "it was asked all along");
    let _: Option<u8> = shared.ask(redis::cmd("DEL").arg(name("test", b"k")).take()).await;
    let _: Option<u8> = shared.ask(redis::cmd("LPUSH").arg(name("test", b"k")).arg("list").take()).await;
    assert_eq!(node(shared).get(b"k", at(101)).await, None, "of another type");
}

#[tokio::test]
async fn a_server_that_goes_away_is_missed_by_nobody() {
    let Some(mut server) = Server::start().await else { return };
    let cache = node(server.shared());
    cache.put(b"k", "v".to_owned(), at(100)).await;
    server.child.kill().unwrap();
    server.child.wait().unwrap();
    assert_eq!(cache.get(b"k", at(101)).await.as_deref(), Some("v"), "the memory has it");
    let start = Instant::now();
    for key in 0..1000_u32 {
        assert_eq!(cache.get(&key.to_be_bytes(), at(101)).await, None);
    }
    assert!(start.elapsed() < TIME_MAX * 5, "{:?}: it is asked once, then left alone", start.elapsed());
}

#[tokio::test]
async fn a_server_that_hangs_costs_its_time_once() {
    // The system takes connections for a listener that nobody serves.
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let cache = node(Shared::new(&format!("redis://{}", listener.local_addr().unwrap()), None).unwrap());
    let start = Instant::now();
    for key in 0..100_u32 {
        cache.put(&key.to_be_bytes(), "v".to_owned(), at(100)).await;
        assert_eq!(cache.get(&key.to_be_bytes(), at(101)).await.as_deref(), Some("v"));
    }
    assert!(start.elapsed() < TIME_MAX * 5, "{:?}", start.elapsed());
}

/// A root, a certificate from it for this machine, and another root, made by OpenSSL's program in `folder`.
fn make_certificates(folder: &Path) {
    let openssl = |arguments: &str| {
        let done = Command::new("openssl").args(arguments.split(' ')).current_dir(folder).output();
        let done = done.expect("openssl (Debian: apt-get install openssl)");
        assert!(done.status.success(), "{arguments}: {}", String::from_utf8_lossy(&done.stderr));
    };
    let new_key = "-newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes";
    for name in ["root", "other"] {
        openssl(&format!("req -x509 {new_key} -keyout {name}.key -out {name}.pem -days 2 -subj /CN={name}"));
    }
    openssl(&format!("req {new_key} -keyout server.key -out server.csr -subj /CN=localhost"));
    std::fs::write(folder.join("extensions"), "subjectAltName=IP:127.0.0.1\nbasicConstraints=CA:FALSE\n").unwrap();
    openssl(
        "x509 -req -in server.csr -CA root.pem -CAkey root.key -CAcreateserial -out server.pem -days 2 -extfile extensions",
    );
}

#[allow(clippy::disallowed_methods, reason = "own files")]
fn read(folder: &TempDir, name: &str) -> Vec<u8> {
    std::fs::read(folder.path().join(name)).unwrap()
}

#[tokio::test]
async fn over_tls_only_a_server_with_a_certificate_of_the_right_root_is_asked() {
    let folder = TempDir::new().unwrap();
    make_certificates(folder.path());
    let [root, other] = ["root.pem", "other.pem"].map(|name| read(&folder, name));
    let port = TcpListener::bind("127.0.0.1:0").await.unwrap().local_addr().unwrap().port().to_string();
    let options = ["--tls-port", &port, "--tls-cert-file", "server.pem", "--tls-key-file", "server.key"];
    let options = [&options[..], &["--tls-ca-cert-file", "root.pem", "--tls-auth-clients", "no"]].concat();
    let Some(_server) = Server::start_with(folder, &options).await else { return };
    let url = format!("rediss://127.0.0.1:{port}");
    // Of the first question the greeting may take long where the machine is busy; then nobody is asked for a while.
    let put = async |roots: &[u8]| {
        let shared = Shared::new(&url, Some(roots.to_vec())).unwrap();
        shared.put("test", b"k", b"v", TTL).await;
        shared.get("test", b"k").await
    };
    assert_eq!(put(&other).await, None, "of another root");
    assert_eq!(Shared::new(&url, None).unwrap().get("test", b"k").await, None, "of no root of the system");
    let until = Instant::now() + Duration::from_secs(20);
    while put(&root).await.as_deref() != Some(b"v") {
        assert!(Instant::now() < until, "a server with a certificate of the root is not asked");
    }
    assert!(matches!(Shared::new(&url, Some(b"none".to_vec())), Err(NoWay::Roots)));
    assert!(matches!(Shared::new("redis://127.0.0.1", Some(root)), Err(NoWay::NoTls)), "nothing would be encrypted");
}

#[test]
fn keys_tell_nothing_and_wrong_addresses_are_not_repeated() {
    let key = name("registry", b"npm https://user:secret@registry.example/ @corp/private");
    assert!(key.starts_with("palisade:1:registry:") && !key.contains("secret") && !key.contains("corp"), "{key}");
    for wrong in ["", "localhost", "http://:secret@host", "redis://:secret@host:port"] {
        let error = Shared::new(wrong, None).err().expect(wrong).to_string();
        assert!(!error.contains("secret"), "{error}");
    }
}
