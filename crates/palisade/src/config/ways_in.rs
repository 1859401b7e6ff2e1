//! Ways in besides HTTP: targets that are asked, sockets that listen.

use super::section::{Entry, section};
use serde::{Deserialize, Serialize};
use std::{collections::BTreeMap, path::PathBuf};

section! {
    /// A group of targets that show their metrics as Prometheus reads them: each is asked at its interval. Every table
    /// `[[scrape]]` is one group.
    pub struct Scrape {
        /// The name of the group: the service of what its targets show. The host is the target's address and port.
        pub name: String = String::new(),
        /// The addresses to ask.
        pub targets: Vec<String> = Vec::new(),
        /// Seconds from one question to the next. The targets of all groups are spread over their intervals.
        pub interval_seconds: u64 = 15,
        /// Seconds that one answer may take, at most the interval.
        pub timeout_seconds: u64 = 10,
        /// The file that holds the bearer token to send, read anew each time. Empty sends none.
        pub bearer_token_file: PathBuf = PathBuf::new(),
        /// Labels that everything from these targets gets.
        pub labels: BTreeMap<String, String> = BTreeMap::new(),
    }
}

impl Entry for Scrape {
    fn example() -> Self {
        Self { name: "node".to_owned(), targets: vec!["http://127.0.0.1:9100/metrics".to_owned()], ..Self::default() }
    }
}

section! {
    /// Measurements of statsd clients, gathered and kept once an interval.
    pub struct Statsd {
        /// Address and port to take datagrams at, such as 127.0.0.1:8125. Empty takes none. Beyond loopback only with
        /// insecure = true under [server]: whoever reaches it can write, and no key is asked for.
        pub listen: String = String::new(),
        /// Seconds of an interval. What came in it is lost when the machine fails before its end.
        pub flush_seconds: u64 = 10,
    }
}

section! {
    /// Messages of syslog senders, as RFC 5424 and RFC 3164 have them. No key is asked for: whoever reaches the address can
    /// write. Plain addresses beyond loopback need insecure = true under [server]; TLS may listen anywhere.
    pub struct Syslog {
        /// Address and port to take datagrams at, such as 127.0.0.1:514. Empty takes none. What comes faster than it can be
        /// kept is dropped and counted for each sender.
        pub udp_listen: String = String::new(),
        /// Address and port to take plain connections at (RFC 6587). Empty takes none. What comes faster than it can be kept
        /// is not read until it can.
        pub tcp_listen: String = String::new(),
        /// Address and port to take TLS connections at (RFC 5425), usually port 6514. Empty takes none.
        pub tls_listen: String = String::new(),
        /// The certificate of this server and those between it and its root, as PEM.
        pub tls_certificate_file: PathBuf = PathBuf::new(),
        /// The key of the certificate, as PEM.
        pub tls_key_file: PathBuf = PathBuf::new(),
        /// Roots of the certificates that senders must show, as PEM. Empty lets in senders without one.
        pub tls_client_ca_file: PathBuf = PathBuf::new(),
        /// Minutes east of UTC that times without a zone are in, as in RFC 3164.
        pub utc_offset_minutes: i64 = 0,
        /// Bytes of one message; longer ones are cut. Eight times what rsyslog sends at most by default.
        pub message_bytes_max: usize = 64 * 1024,
        /// Open connections; others wait.
        pub connections_max: usize = 1_024,
        /// Seconds after which a silent connection is closed. Long, since a sender that writes to a connection just closed
        /// loses what it writes.
        pub idle_seconds: u64 = 86_400,
    }
}

section! {
    /// Files that programs log to, followed line by line. Every table `[[files]]` is a set of files that are read alike.
    pub struct Files {
        /// Which files: an absolute path in which * stands for any part of a name, ** for any folders, {a,b} for either.
        /// Renamed files are read to their end; let it match their new names too (app.log*) where files are rotated every
        /// few seconds, or more than once while the server is down. Nothing is read twice.
        pub path: String = String::new(),
        /// Names or paths that are not followed.
        pub exclude: Vec<String> = ["*.gz", "*.zst", "*.xz", "*.bz2"].map(str::to_owned).to_vec(),
        /// The service of lines that name none.
        pub service: String = String::new(),
        /// Where reading begins in files that are there when they are looked for the first time: "end" or "beginning". Files
        /// that come later are read from their beginning.
        pub read_from: ReadFrom = ReadFrom::End,
        /// "auto" takes JSON objects, lines of container runtimes and of syslog daemons apart; "json" only objects; "text"
        /// nothing.
        pub format: FileFormat = FileFormat::Auto,
        /// Minutes east of UTC that times without a zone are in.
        pub utc_offset_minutes: i64 = 0,
    }
}

impl Entry for Files {
    fn example() -> Self {
        Self { path: "/var/log/nginx/*.log".to_owned(), service: "nginx".to_owned(), ..Self::default() }
    }
}

/// Where reading begins.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum ReadFrom {
    /// With what is written from now on.
    End,
    /// With the first line.
    Beginning,
}

/// What is tried on a line.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum FileFormat {
    /// All forms that are known.
    Auto,
    /// Nothing.
    Text,
    /// JSON objects.
    Json,
}
