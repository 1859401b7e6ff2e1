//! An HTTP/1.1 client that can also misbehave: one connection a request, every byte under the control of the test.

use serde_json::Value;
use std::{
    io::{self, Read, Write},
    net::{SocketAddr, TcpStream},
    time::Duration,
};

/// No answer takes longer; the longest query that a server grants takes 30 seconds.
const TIME_MAX: Duration = Duration::from_secs(60);
/// How much of a body is written at once.
const WRITE_BYTES: usize = 64 << 10;

/// A request that is being put together.
#[derive(Clone)]
pub struct Request {
    address: SocketAddr,
    line: String,
    headers: Vec<(String, String)>,
    body: Vec<u8>,
    is_chunked: bool,
}

/// What came back.
#[derive(Debug)]
pub struct Answer {
    pub status: u16,
    headers: Vec<(String, String)>,
    pub body: Vec<u8>,
}

impl Request {
    pub fn new(address: SocketAddr, method: &str, path: &str) -> Self {
        let headers = vec![("Host".to_owned(), address.to_string()), ("Connection".to_owned(), "close".to_owned())];
        Self { address, line: format!("{method} {path} HTTP/1.1"), headers, body: Vec::new(), is_chunked: false }
    }

    /// Sets a header, in place of one of the same name.
    pub fn header(mut self, name: &str, value: impl Into<String>) -> Self {
        self.headers.retain(|(known, _)| !known.eq_ignore_ascii_case(name));
        self.headers.push((name.to_owned(), value.into()));
        self
    }

    pub fn without(mut self, name: &str) -> Self {
        self.headers.retain(|(known, _)| !known.eq_ignore_ascii_case(name));
        self
    }

    pub fn body(mut self, content_type: &str, body: impl Into<Vec<u8>>) -> Self {
        self.body = body.into();
        self.header("Content-Type", content_type)
    }

    pub fn json(self, body: &Value) -> Self {
        self.body("application/json", body.to_string())
    }

    pub fn ndjson(self, body: impl Into<Vec<u8>>) -> Self {
        self.body("application/x-ndjson", body)
    }

    /// Does not tell the length of the body beforehand.
    pub fn chunked(mut self) -> Self {
        self.is_chunked = true;
        self
    }

    /// Sends it and reads the answer, also one that comes before the body is through.
    ///
    /// # Errors
    /// When the connection ends before a whole answer is there.
    pub fn send(&self) -> io::Result<Answer> {
        let mut stream = TcpStream::connect_timeout(&self.address, TIME_MAX)?;
        stream.set_read_timeout(Some(TIME_MAX))?;
        stream.set_write_timeout(Some(TIME_MAX))?;
        stream.set_nodelay(true)?;
        // A server that refuses a body closes before it is through; what it said is still to be read.
        let _refused = self.write(&mut stream);
        Answer::read(&mut stream)
    }

    /// Sends it and closes the connection without a look at the answer.
    ///
    /// # Errors
    /// When it cannot be sent.
    pub fn send_and_leave(&self) -> io::Result<()> {
        let mut stream = TcpStream::connect_timeout(&self.address, TIME_MAX)?;
        self.write(&mut stream)
    }

    fn write(&self, stream: &mut TcpStream) -> io::Result<()> {
        let mut head = format!("{}\r\n", self.line);
        for (name, value) in &self.headers {
            head.push_str(&format!("{name}: {value}\r\n"));
        }
        match self.is_chunked {
            true => head.push_str("Transfer-Encoding: chunked\r\n\r\n"),
            false => head.push_str(&format!("Content-Length: {}\r\n\r\n", self.body.len())),
        }
        stream.write_all(head.as_bytes())?;
        for part in self.body.chunks(WRITE_BYTES) {
            if self.is_chunked {
                write!(stream, "{:x}\r\n", part.len())?;
            }
            stream.write_all(part)?;
            if self.is_chunked {
                stream.write_all(b"\r\n")?;
            }
        }
        if self.is_chunked {
            stream.write_all(b"0\r\n\r\n")?;
        }
        Ok(())
    }
}

impl Answer {
    /// Reads an answer whose body ends with its length or with the connection.
    ///
    /// # Errors
    /// When it breaks off.
    pub fn read(stream: &mut TcpStream) -> io::Result<Self> {
        let mut bytes = Vec::new();
        let ended = stream.read_to_end(&mut bytes);
        let broken = || io::Error::new(io::ErrorKind::UnexpectedEof, "the answer broke off");
        let head_end = bytes.windows(4).position(|window| window == b"\r\n\r\n").ok_or_else(broken)?;
        let head = String::from_utf8_lossy(&bytes[..head_end]).into_owned();
        let mut lines = head.lines();
        let status = lines.next().and_then(|line| line.split(' ').nth(1)?.parse().ok()).ok_or_else(broken)?;
        let pair = |line: &str| line.split_once(':').map(|(name, value)| (name.to_owned(), value.trim().to_owned()));
        let mut answer =
            Self { status, headers: lines.filter_map(pair).collect(), body: bytes.split_off(head_end + 4) };
        match answer.header("content-length").and_then(|length| length.parse::<usize>().ok()) {
            Some(length) if answer.body.len() < length => return Err(broken()),
            Some(length) => answer.body.truncate(length),
            None => {
                assert!(answer.header("transfer-encoding").is_none(), "an answer of unknown length");
                ended?;
            }
        }
        Ok(answer)
    }

    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers.iter().find(|(known, _)| known.eq_ignore_ascii_case(name)).map(|(_, value)| value.as_str())
    }

    pub fn text(&self) -> String {
        String::from_utf8_lossy(&self.body).into_owned()
    }

    /// # Panics
    /// When the body is not JSON.
    pub fn json(&self) -> Value {
        serde_json::from_slice(&self.body).unwrap_or_else(|error| panic!("{error}: {} {}", self.status, self.text()))
    }

    /// The answer, which must have this status.
    ///
    /// # Panics
    /// When it has another.
    pub fn expect_status(self, status: u16) -> Self {
        assert_eq!(self.status, status, "{}", self.text());
        self
    }
}
