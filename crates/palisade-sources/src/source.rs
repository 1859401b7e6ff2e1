//! What a source is: a name, a path, the formats that it reads, and two functions.

use crate::{Limits, Parsed, Receipt, SourceError};
use palisade_model::Timestamp;

/// One way in. All of them stand in [`SOURCES`](crate::SOURCES).
#[derive(Clone, Copy, Debug)]
pub struct Source {
    /// The name in metrics and messages.
    pub name: &'static str,
    /// The HTTP path, for `POST`.
    pub path: &'static str,
    /// The formats that it reads; the first is assumed when a request names none.
    pub formats: &'static [Format],
    /// The HTTP status that says that what was read is kept.
    pub success_status: u16,
    /// True when the protocol has no answer for a request of which a part is refused: it then gets 400 with what is
    /// wrong, though the rest is kept.
    pub partial_is_failure: bool,
    /// The message that the parameter `proto` of the content type may name; `None` where it says nothing.
    pub message: Option<&'static str>,
    /// Reads a decompressed body.
    pub read: fn(Format, &[u8], &Context<'_>) -> Result<Parsed, SourceError>,
    /// Writes the body of the answer once the observations are durable, in the format of the request; its content type
    /// is [`Format::answer_content_type`].
    pub respond: fn(Format, &Receipt) -> Vec<u8>,
}

impl Source {
    /// The format of a request with this `Content-Type`, the first of [`Source::formats`] when there is none.
    ///
    /// # Errors
    /// [`SourceError::UnsupportedFormat`] when this source does not read it.
    pub fn format(&self, content_type: Option<&str>) -> Result<Format, SourceError> {
        let content_type = content_type.map_or("", str::trim);
        let found = match content_type {
            "" => self.formats.first().copied(),
            named => Format::from_content_type(named),
        };
        let reads = |format: &Format| self.formats.contains(format) && self.reads_message(content_type);
        found.filter(reads).ok_or_else(|| SourceError::UnsupportedFormat {
            found: content_type.chars().take(64).collect(),
            wanted: self.formats.iter().map(|format| self.content_type(*format)).collect::<Vec<_>>().join(" or "),
        })
    }

    fn reads_message(&self, content_type: &str) -> bool {
        let parameters = content_type.split(';').skip(1).filter_map(|parameter| parameter.split_once('='));
        let mut messages = parameters.filter(|(name, _)| name.trim().eq_ignore_ascii_case("proto"));
        self.message.is_none_or(|wanted| messages.all(|(_, named)| named.trim().trim_matches('"') == wanted))
    }

    fn content_type(&self, format: Format) -> String {
        let parameter = self.message.map_or(String::new(), |message| format!(";proto={message}"));
        format.content_type().to_owned() + &parameter
    }
}

/// What a source needs to know besides the bytes.
#[derive(Clone, Copy, Debug)]
pub struct Context<'a> {
    /// When the body came in: the time of events that name none, and the measure of those from the future.
    pub received: Timestamp,
    /// How much a body may ask for.
    pub limits: &'a Limits,
}

/// How a body is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Format {
    /// One JSON document.
    Json,
    /// One JSON document a line.
    Ndjson,
    /// Protocol Buffers.
    Protobuf,
}

impl Format {
    /// All formats.
    pub const ALL: [Self; 3] = [Self::Json, Self::Ndjson, Self::Protobuf];

    /// The format that a `Content-Type` header names; parameters such as `charset` and case do not matter.
    #[must_use]
    pub fn from_content_type(content_type: &str) -> Option<Self> {
        let media_type = content_type.split(';').next().unwrap_or_default().trim().to_ascii_lowercase();
        match media_type.as_str() {
            "application/json" | "text/json" => Some(Self::Json),
            "application/x-ndjson" | "application/ndjson" | "application/jsonl" | "application/x-jsonlines" => {
                Some(Self::Ndjson)
            }
            "application/x-protobuf" | "application/protobuf" => Some(Self::Protobuf),
            other if other.ends_with("+json") => Some(Self::Json),
            _ => None,
        }
    }

    /// The media type of a body in this format.
    #[must_use]
    pub const fn content_type(self) -> &'static str {
        match self {
            Self::Json => "application/json",
            Self::Ndjson => "application/x-ndjson",
            Self::Protobuf => "application/x-protobuf",
        }
    }

    /// The media type of the answer to a body in this format: lines are answered with one JSON document.
    #[must_use]
    pub const fn answer_content_type(self) -> &'static str {
        match self {
            Self::Json | Self::Ndjson => Self::Json.content_type(),
            Self::Protobuf => Self::Protobuf.content_type(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::SOURCES;

    #[test]
    fn content_types() {
        for (header, wanted) in [
            ("application/json", Some(Format::Json)),
            ("Application/JSON; charset=utf-8", Some(Format::Json)),
            ("application/cloudevents+json", Some(Format::Json)),
            ("application/x-ndjson", Some(Format::Ndjson)),
            ("application/x-protobuf", Some(Format::Protobuf)),
            ("application/x-www-form-urlencoded", None),
            ("text/plain", None),
            ("", None),
        ] {
            assert_eq!(Format::from_content_type(header), wanted, "{header}");
        }
        for format in Format::ALL {
            assert_eq!(Format::from_content_type(format.content_type()), Some(format));
        }
    }

    #[test]
    fn sources_refuse_formats_that_they_do_not_read() {
        for source in SOURCES {
            assert_eq!(source.format(None), Ok(source.formats[0]), "{}", source.name);
            for format in Format::ALL {
                let answer = source.format(Some(format.content_type()));
                assert_eq!(answer.is_ok(), source.formats.contains(&format), "{} {format:?}", source.name);
            }
        }
        let refused = SOURCES[0].format(Some("text/plain")).unwrap_err();
        assert_eq!(refused.status(), 415);
        insta::assert_snapshot!(refused, @"the content type 'text/plain' is not read here: send application/json or application/x-ndjson");
    }

    #[test]
    fn messages_of_another_version_are_refused_by_name() {
        let source = SOURCES.iter().find(|source| source.name == "prometheus-remote-write").unwrap();
        for (content_type, good) in [
            ("application/x-protobuf", true),
            ("application/x-protobuf; proto=prometheus.WriteRequest", true),
            ("application/x-protobuf;Proto=\"prometheus.WriteRequest\"", true),
            ("application/x-protobuf;charset=utf-8", true),
            ("application/x-protobuf;proto=io.prometheus.write.v2.Request", false),
            ("application/json", false),
        ] {
            assert_eq!(source.format(Some(content_type)).is_ok(), good, "{content_type}");
        }
        let refused = source.format(Some("application/x-protobuf;proto=io.prometheus.write.v2.Request")).unwrap_err();
        assert_eq!(refused.status(), 415);
        insta::assert_snapshot!(refused, @"the content type 'application/x-protobuf;proto=io.prometheus.write.v2.Request' is not read here: send application/x-protobuf;proto=prometheus.WriteRequest");
    }

    #[test]
    fn names_and_paths_are_unique() {
        for (index, source) in SOURCES.iter().enumerate() {
            let others = &SOURCES[index + 1..];
            assert!(others.iter().all(|other| other.name != source.name && other.path != source.path));
        }
    }
}
