//! Taking a file from an `https:` address: bounded in size and time, never over an unencrypted connection, and never
//! believed without the hash that was expected.

use crate::feeds::{
    Feed, FeedError,
    incoming::{Arrived, Incoming},
};
use bytes::Bytes;
use reqwest::{Client, Url, redirect};
use std::{path::Path, time::Duration};
use tokio::sync::mpsc;

const CONNECT_TIMEOUT: Duration = Duration::from_secs(15);
/// Between two pieces of a body.
const READ_TIMEOUT: Duration = Duration::from_secs(60);
/// From the first byte to the last: 4 GiB at some 10 Mbit/s.
const TOTAL_TIMEOUT: Duration = Duration::from_secs(60 * 60);
const REDIRECTS_MAX: usize = 5;
/// Pieces (of some 16 KiB) between network and disk.
const PIECES_MAX: usize = 64;

/// Where a feed may be taken from.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Address {
    File(std::path::PathBuf),
    Https(Url),
}

/// Reads an address.
///
/// # Errors
/// When it is neither a `file:` path nor an `https:` URL without a user.
pub(super) fn parse(address: &str) -> Result<Address, FeedError> {
    let refuse = |reason| FeedError::Address {
        address: Url::parse(address).map_or_else(|_| address.chars().take(200).collect(), |url| shown(&url)),
        reason,
    };
    if let Some(path) = address.strip_prefix("file:").filter(|path| !path.starts_with('/')) {
        return if path.is_empty() { Err(refuse("it names no file")) } else { Ok(Address::File(path.into())) };
    }
    let url = Url::parse(address).map_err(|_| refuse("it is no address: use file:PATH or https://…"))?;
    match url.scheme() {
        "file" => url.to_file_path().map(Address::File).map_err(|()| refuse("it names no file of this machine")),
        "https" if !url.username().is_empty() || url.password().is_some() => {
            Err(refuse("a user and password in an address would end up in logs"))
        }
        "https" => Ok(Address::Https(url)),
        "http" => Err(refuse("http: is not encrypted: use https:")),
        _ => Err(refuse("use file:PATH or https://…")),
    }
}

/// A client that speaks `https:` only, on redirects too.
pub(super) fn https_client() -> Result<Client, reqwest::Error> {
    let redirects = redirect::Policy::custom(|attempt| match attempt.url().scheme() {
        _ if attempt.previous().len() > REDIRECTS_MAX => attempt.error("too many redirects"),
        "https" => attempt.follow(),
        _ => attempt.error("a redirect leads to an address without encryption"),
    });
    Client::builder()
        .https_only(true)
        .redirect(redirects)
        .connect_timeout(CONNECT_TIMEOUT)
        .read_timeout(READ_TIMEOUT)
        .timeout(TOTAL_TIMEOUT)
        .user_agent(concat!("palisade/", env!("CARGO_PKG_VERSION")))
        .build()
}

/// Downloads a file of `feed` into `folder` and checks it. The disk is written by a thread of its own.
pub(super) async fn download(
    client: &Client,
    url: Url,
    folder: &Path,
    feed: &'static Feed,
    expected: &str,
    bytes_max: u64,
) -> Result<Arrived, FeedError> {
    let name = url.path_segments().and_then(|mut parts| parts.next_back()).unwrap_or_default().to_owned();
    let mut incoming = Incoming::create(folder, shown(&url), bytes_max)?;
    let (sender, mut receiver) = mpsc::channel::<Bytes>(PIECES_MAX);
    let writing = tokio::task::spawn_blocking(move || {
        while let Some(piece) = receiver.blocking_recv() {
            incoming.write(&piece)?;
        }
        Ok::<_, FeedError>(incoming)
    });
    let fetched = fetch(client, &url, bytes_max, sender).await;
    let incoming = joined(writing).await?;
    fetched?;
    let expected = expected.to_owned();
    joined(tokio::task::spawn_blocking(move || incoming.finish(feed, &name, Some(&expected)))).await
}

/// Sends the body piece by piece. When nobody takes a piece, the writer has failed and says why.
async fn fetch(client: &Client, url: &Url, bytes_max: u64, pieces: mpsc::Sender<Bytes>) -> Result<(), FeedError> {
    let failed = |reason: String| FeedError::Download { address: shown(url), reason };
    let sent = client.get(url.clone()).send().await;
    let mut response = sent.map_err(|error| failed(with_causes(error)))?;
    if !response.status().is_success() {
        return Err(failed(format!("the server answered {}", response.status())));
    }
    if response.content_length().is_some_and(|length| length > bytes_max) {
        return Err(FeedError::TooLarge { file: shown(url), bytes_max });
    }
    while let Some(piece) = response.chunk().await.map_err(|error| failed(with_causes(error)))? {
        if pieces.send(piece).await.is_err() {
            return Ok(());
        }
    }
    Ok(())
}

/// The result of a blocking task. It is never cancelled, so that it can be lost only by a panic, which goes on here.
pub(super) async fn joined<T>(task: tokio::task::JoinHandle<Result<T, FeedError>>) -> Result<T, FeedError> {
    match task.await {
        Ok(result) => result,
        Err(error) if error.is_panic() => std::panic::resume_unwind(error.into_panic()),
        Err(_) => Err(FeedError::File { path: "feeds".into(), source: std::io::Error::other("shutting down") }),
    }
}

/// The address as it may be shown and kept: without user and query, where publishers put licence keys.
pub(super) fn shown(url: &Url) -> String {
    let mut url = url.clone();
    // These fail only where an address cannot have a user.
    let _ = url.set_username("");
    let _ = url.set_password(None);
    url.set_query(None);
    url.set_fragment(None);
    url.into()
}

/// reqwest's own text leaves out what went wrong below, and shows the whole address.
fn with_causes(error: reqwest::Error) -> String {
    let error = error.without_url();
    let mut text = error.to_string();
    let mut cause = std::error::Error::source(&error);
    while let Some(error) = cause {
        text = format!("{text}: {error}");
        cause = error.source();
    }
    text
}

#[cfg(test)]
#[allow(clippy::disallowed_methods, reason = "own fixtures")]
mod tests {
    use super::*;
    use crate::state::hex;
    use sha2::{Digest, Sha256};
    use tokio::{
        io::{AsyncReadExt, AsyncWriteExt},
        net::TcpListener,
    };

    #[test]
    fn addresses_are_files_or_https() {
        let path = |text: &str| Some(Address::File(text.into()));
        let cases = [
            ("file:lists/sdn.csv", path("lists/sdn.csv")),
            ("file:///a%20b/c.csv", path("/a b/c.csv")),
            ("file:/a/c.csv", path("/a/c.csv")),
            ("https://example.org/x", Some(Address::Https("https://example.org/x".parse().unwrap()))),
            ("file:", None),
            ("http://example.org/x", None),
            ("ftp://example.org/x", None),
            ("https://user:secret@example.org/x", None),
            ("http://example.org/x?license_key=secret", None),
            ("/a/b", None),
            ("", None),
        ];
        for (text, expected) in cases {
            let parsed = parse(text);
            if let Err(error) = &parsed {
                assert!(!error.to_string().contains("secret"), "{error}");
            }
            assert_eq!(parsed.ok(), expected, "{text}");
        }
    }

    #[test]
    fn a_licence_key_in_an_address_is_not_shown() {
        let url = "https://example.org/db?license_key=secret&x#secret".parse().unwrap();
        assert_eq!(shown(&url), "https://example.org/db");
    }

    /// Answers one request with these bytes.
    async fn serve(answer: Vec<u8>) -> Url {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        tokio::spawn(async move {
            let (mut stream, _) = listener.accept().await.unwrap();
            let mut request = [0; 4096];
            assert!(stream.read(&mut request).await.unwrap() > 0);
            // The other side may hang up early; that is its right.
            let _ = stream.write_all(&answer).await;
        });
        format!("http://{address}/data/file.ndjson").parse().unwrap()
    }

    fn answer(status: &str, body: &[u8], stated: usize) -> Vec<u8> {
        let head = format!("HTTP/1.1 {status}\r\nContent-Length: {stated}\r\nConnection: close\r\n\r\n");
        [head.as_bytes(), body].concat()
    }

    async fn downloaded(answer: Vec<u8>, expected: &str) -> (Result<Arrived, FeedError>, tempfile::TempDir) {
        let folder = tempfile::tempdir().unwrap();
        let feed = Feed::find("osv").unwrap();
        // Without encryption, because what is tried here is what happens to the body.
        let client = Client::builder().no_proxy().build().unwrap();
        let url = serve(answer).await;
        (download(&client, url, folder.path(), feed, expected, 1_000_000).await, folder)
    }

    #[tokio::test]
    async fn a_body_arrives_when_it_has_its_hash() {
        let body = b"{\"id\":\"X\"}\n".repeat(50_000);
        let hash = hex(&Sha256::digest(&body));
        let (arrived, folder) = downloaded(answer("200 OK", &body, body.len()), &hash).await;
        let arrived = arrived.unwrap();
        assert_eq!((arrived.size_bytes, arrived.original.as_str()), (550_000, "file.ndjson"));
        arrived.keep(folder.path()).unwrap();
        assert_eq!(std::fs::read(folder.path().join(format!("{hash}.ndjson"))).unwrap(), body);
    }

    #[tokio::test]
    async fn what_is_wrong_leaves_nothing_behind() {
        let body = b"{\"id\":\"X\"}\n".repeat(100);
        let endless =
            b"HTTP/1.1 200 OK\r\nConnection: close\r\n\r\n".iter().copied().chain(b"{}\n".repeat(400_000)).collect();
        let hash = hex(&Sha256::digest(&body));
        let cases = [
            (answer("200 OK", &body, body.len()), "0".repeat(64), "was expected"),
            (answer("404 Not Found", &body, body.len()), hash.clone(), "404"),
            (answer("200 OK", &body, body.len() + 1), hash.clone(), "cannot download"),
            (answer("200 OK", b"", 1_000_001), hash.clone(), "larger than"),
            (endless, hash.clone(), "larger than"),
            (answer("200 OK", b"{", 1), hex(&Sha256::digest(b"{")), "not whole ndjson"),
        ];
        for (answer, expected, reason) in cases {
            let (arrived, folder) = downloaded(answer, &expected).await;
            let error = arrived.err().unwrap().to_string();
            assert!(error.contains(reason), "'{error}' should say '{reason}'");
            assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 0, "{reason}");
        }
    }

    #[tokio::test]
    async fn the_client_speaks_https_only() {
        let url = serve(answer("200 OK", b"{}", 2)).await;
        let error = https_client().unwrap().get(url).send().await.expect_err("not encrypted");
        let text = with_causes(error);
        assert!(text.contains("URL scheme is not allowed"), "{text}");
    }
}
