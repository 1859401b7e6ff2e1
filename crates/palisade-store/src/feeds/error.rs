//! What can go wrong with a feed, and what to do about it.

use crate::{
    feeds::{FEEDS, FeedFormat},
    state::StateError,
};
use std::path::PathBuf;

/// Why a feed could not be imported or shown. The version that served before still does.
#[derive(Debug, thiserror::Error)]
pub enum FeedError {
    /// No feed has this name.
    #[error("there is no feed '{0}'; the feeds are {known}", known = known())]
    Unknown(String),
    /// Nothing was given to import.
    #[error("give at least one file to import")]
    NoFiles,
    /// More files than one version may have.
    #[error("{count} files are too many for one feed: the most is {count_max}")]
    TooManyFiles {
        /// How many were given.
        count: usize,
        /// The limit.
        count_max: usize,
    },
    /// The feed has no official address that could be taken without asking its publisher.
    #[error("the feed '{0}' has no built-in address: give one, or `palisade feed import {0} FILE` a file")]
    NoAddress(&'static str),
    /// The address is none from which a feed may be taken.
    #[error("cannot take a feed from '{address}': {reason}")]
    Address {
        /// The address, without its user and query.
        address: String,
        /// What is wrong with it.
        reason: &'static str,
    },
    /// What comes over the network must be named by its hash.
    #[error(
        "'{address}' needs the SHA-256 of the file that you expect: give the one its publisher states, or download it \
         yourself, look at it, take `sha256sum FILE`, and `palisade feed import {name} FILE`"
    )]
    HashRequired {
        /// The feed.
        name: &'static str,
        /// The address.
        address: String,
    },
    /// The hash that was given is none.
    #[error("'{0}' is not a SHA-256: give 64 hexadecimal digits")]
    NotAHash(String),
    /// The file is another than the one that was expected.
    #[error("{file} has the SHA-256 {got}, and {expected} was expected: it was not imported")]
    OtherHash {
        /// The file or address.
        file: String,
        /// What was given.
        expected: String,
        /// What it has.
        got: String,
    },
    /// The file is larger than a feed may be.
    #[error("{file} is larger than {bytes_max} bytes, the most that a file of a feed may have")]
    TooLarge {
        /// The file or address.
        file: String,
        /// The limit.
        bytes_max: u64,
    },
    /// The feed does not come in this format.
    #[error("{file} is {format}, and the feed '{name}' takes {accepted}")]
    OtherFormat {
        /// The file.
        file: String,
        /// What it is.
        format: FeedFormat,
        /// The feed.
        name: &'static str,
        /// The formats it takes.
        accepted: String,
    },
    /// The file is damaged, cut off, or not what it says it is.
    #[error("{file} is not whole {format}: {reason}")]
    Malformed {
        /// The file.
        file: String,
        /// What it should be.
        format: FeedFormat,
        /// What is wrong with it.
        reason: String,
    },
    /// The file is whole, but nothing that who uses the feed can use.
    #[error("{file} was not imported: {reason}")]
    Unfit {
        /// The file.
        file: String,
        /// What is wrong with it.
        reason: String,
    },
    /// The address gave no file.
    #[error("cannot download '{address}': {reason}")]
    Download {
        /// The address.
        address: String,
        /// What went wrong.
        reason: String,
    },
    /// A file or folder cannot be read or written.
    #[error("{}: {source}", path.display())]
    File {
        /// The file or folder.
        path: PathBuf,
        /// What the system said.
        source: std::io::Error,
    },
    /// There is nothing to go back to.
    #[error("the feed '{0}' has no earlier version to go back to")]
    NoEarlierVersion(&'static str),
    /// The state could not be read or written.
    #[error(transparent)]
    State(#[from] StateError),
}

impl From<sqlx::Error> for FeedError {
    fn from(error: sqlx::Error) -> Self {
        Self::State(error.into())
    }
}

impl FeedError {
    /// Makes the error of a file operation on `path`.
    pub(super) fn file(path: impl Into<PathBuf>) -> impl FnOnce(std::io::Error) -> Self {
        let path = path.into();
        move |source| Self::File { path, source }
    }
}

fn known() -> String {
    let names: Vec<&str> = FEEDS.iter().map(|feed| feed.name).collect();
    names.join(", ")
}
