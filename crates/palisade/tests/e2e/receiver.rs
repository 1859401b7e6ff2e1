//! A receiver of messages over HTTP: takes what is posted to it and remembers it.

use serde_json::Value;
use std::{
    io::{BufRead as _, BufReader, Read as _, Write as _},
    net::{SocketAddr, TcpListener, TcpStream},
    sync::{Arc, Mutex},
    thread,
    time::Duration,
};

/// Something that was posted.
#[derive(Clone, Debug)]
pub struct Posted {
    pub path: String,
    /// The `Idempotency-Key`; empty when there was none.
    pub key: String,
    pub body: Value,
}

/// A receiver that takes everything.
pub struct Receiver {
    pub address: SocketAddr,
    posted: Arc<Mutex<Vec<Posted>>>,
}

impl Receiver {
    /// One that answers after so long; what it was sent counts from before the answer.
    pub fn start(answers_after: Duration) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let address = listener.local_addr().unwrap();
        let posted = Arc::<Mutex<Vec<Posted>>>::default();
        let taken = Arc::clone(&posted);
        thread::spawn(move || {
            for stream in listener.incoming().map_while(Result::ok) {
                let taken = Arc::clone(&taken);
                thread::spawn(move || while take(&stream, &taken, answers_after).is_some() {});
            }
        });
        Self { address, posted }
    }

    pub fn url(&self, path: &str) -> String {
        format!("http://{}{path}", self.address)
    }

    /// What was posted so far.
    pub fn posted(&self) -> Vec<Posted> {
        self.posted.lock().unwrap().clone()
    }
}

/// One request of a connection; `None` when it is at its end.
fn take(stream: &TcpStream, taken: &Mutex<Vec<Posted>>, answers_after: Duration) -> Option<()> {
    let mut reader = BufReader::new(stream);
    let mut line = String::new();
    reader.read_line(&mut line).ok().filter(|length| *length > 0)?;
    let path = line.split(' ').nth(1)?.to_owned();
    let (mut length, mut key) = (0, String::new());
    loop {
        let mut header = String::new();
        reader.read_line(&mut header).ok().filter(|length| *length > 0)?;
        let Some((name, value)) = header.trim().split_once(':') else { break };
        match name.to_ascii_lowercase().as_str() {
            "content-length" => length = value.trim().parse().ok()?,
            "idempotency-key" => value.trim().clone_into(&mut key),
            _ => {}
        }
    }
    let mut body = vec![0; length];
    reader.read_exact(&mut body).ok()?;
    let body = serde_json::from_slice(&body).unwrap_or_default();
    taken.lock().unwrap().push(Posted { path, key, body });
    thread::park_timeout(answers_after);
    let mut stream = stream;
    stream.write_all(b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 2\r\n\r\n{}").ok()
}
