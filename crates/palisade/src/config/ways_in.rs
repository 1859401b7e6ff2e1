//! Ways in besides HTTP: targets that are asked, sockets that listen.

use super::section::{Entry, section};
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
