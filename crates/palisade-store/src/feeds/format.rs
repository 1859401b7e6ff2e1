//! The formats in which publishers offer feeds, and how they are told apart.

use serde::{Serialize, Serializer};
use std::fmt;

/// The format of a file.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum FeedFormat {
    /// One JSON document (RFC 8259).
    Json,
    /// One JSON document a line.
    JsonLines,
    /// Comma-separated values (RFC 4180).
    Csv,
    /// Tab-separated values, without quoting.
    Tsv,
    /// TOML.
    Toml,
    /// Plain text, one entry a line.
    Lines,
    /// XML.
    Xml,
    /// YAML.
    Yaml,
    /// A zip archive; workbooks (xlsx) are of this kind.
    Zip,
    /// A gzip file with any of the other formats, or a tar archive, in it.
    Gzip,
    /// A MaxMind database of network addresses.
    MaxMind,
}

const EXTENSIONS: [(&str, FeedFormat); 18] = [
    ("json", FeedFormat::Json),
    ("jsonl", FeedFormat::JsonLines),
    ("ndjson", FeedFormat::JsonLines),
    ("csv", FeedFormat::Csv),
    ("tsv", FeedFormat::Tsv),
    ("tab", FeedFormat::Tsv),
    ("toml", FeedFormat::Toml),
    ("txt", FeedFormat::Lines),
    ("lst", FeedFormat::Lines),
    ("list", FeedFormat::Lines),
    ("xml", FeedFormat::Xml),
    ("yml", FeedFormat::Yaml),
    ("yaml", FeedFormat::Yaml),
    ("zip", FeedFormat::Zip),
    ("xlsx", FeedFormat::Zip),
    ("gz", FeedFormat::Gzip),
    ("tgz", FeedFormat::Gzip),
    ("mmdb", FeedFormat::MaxMind),
];

impl FeedFormat {
    /// The name, and the extension under which files of this format are kept.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Json => "json",
            Self::JsonLines => "ndjson",
            Self::Csv => "csv",
            Self::Tsv => "tsv",
            Self::Toml => "toml",
            Self::Lines => "txt",
            Self::Xml => "xml",
            Self::Yaml => "yml",
            Self::Zip => "zip",
            Self::Gzip => "gz",
            Self::MaxMind => "mmdb",
        }
    }

    /// True for formats that are read as text.
    #[must_use]
    pub const fn is_text(self) -> bool {
        !matches!(self, Self::Zip | Self::Gzip | Self::MaxMind)
    }

    /// The format of a file by its first bytes, then by its name. `None` when neither says.
    #[must_use]
    pub fn detect(file_name: &str, head: &[u8]) -> Option<Self> {
        match head {
            // APPNOTE.TXT 4.3.7 and, for an archive without files, 4.3.16.
            [b'P', b'K', 3, 4, ..] | [b'P', b'K', 5, 6, ..] => Some(Self::Zip),
            // RFC 1952, 2.3.1.
            [0x1f, 0x8b, ..] => Some(Self::Gzip),
            _ => Self::by_name(file_name),
        }
    }

    /// The format that the extension of a file name stands for.
    #[must_use]
    pub fn by_name(file_name: &str) -> Option<Self> {
        let (_, extension) = file_name.rsplit_once('.')?;
        EXTENSIONS.iter().find(|(known, _)| extension.eq_ignore_ascii_case(known)).map(|(_, format)| *format)
    }
}

impl fmt::Display for FeedFormat {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.pad(self.as_str())
    }
}

impl Serialize for FeedFormat {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.as_str())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn content_goes_before_name() {
        let cases: [(&str, &[u8], Option<FeedFormat>); 8] = [
            ("SDN.CSV", b"306,\"X\"", Some(FeedFormat::Csv)),
            ("latest.csv", b"PK\x03\x04..", Some(FeedFormat::Zip)),
            ("a.jsonl.gz", b"\x1f\x8b\x08", Some(FeedFormat::Gzip)),
            ("a.zip", b"<html>", Some(FeedFormat::Zip)),
            ("content", b"<?xml", None),
            ("2022.xlsx", b"", Some(FeedFormat::Zip)),
            (".json", b"", Some(FeedFormat::Json)),
            ("json", b"", None),
        ];
        for (name, head, expected) in cases {
            assert_eq!(FeedFormat::detect(name, head), expected, "{name}");
        }
    }
}
