//! Lines as container runtimes write them around what a container printed.
//!
//! A runtime cuts what a container prints at 16 KiB into several lines. They stay several events; all but the last say
//! `log.partial`.

use crate::envelope::Envelope;
use palisade_model::Timestamp;
use serde::Deserialize;
use std::borrow::Cow;

/// A line of Docker's `json-file` driver, which also has the attributes that the driver is told to add.
#[derive(Deserialize)]
struct DockerLine<'a> {
    log: String,
    #[serde(borrow)]
    stream: Cow<'a, str>,
    #[serde(borrow)]
    time: Cow<'a, str>,
}

/// Reads a line of Docker and gives what the container printed.
pub(super) fn read_docker(line: &[u8], envelope: &mut Envelope<'_>, received: Timestamp) -> Option<String> {
    // Any other JSON is read once only.
    if !line.starts_with(b"{\"log\":") {
        return None;
    }
    let read: DockerLine<'_> = serde_json::from_slice(line.trim_ascii_end()).ok()?;
    let time = Timestamp::parse(&read.time).ok().filter(|_| is_stream(read.stream.as_bytes()))?;
    envelope.set_time(time, read.time.as_bytes(), received);
    envelope.note("log.iostream", &*read.stream);
    if !read.log.ends_with('\n') {
        envelope.note("log.partial", true);
    }
    Some(read.log)
}

/// Reads `2016-10-06T00:17:09.669794202Z stdout F text` and gives the text. The third word is a list of tags with `:`
/// between them, of which only the first is defined: `P` partial, `F` full.
pub(super) fn read_cri<'t>(line: &'t [u8], envelope: &mut Envelope<'_>, received: Timestamp) -> Option<&'t [u8]> {
    let mut words = line.splitn(4, |byte| *byte == b' ');
    let (time_text, stream, tags) = (words.next()?, words.next()?, words.next()?);
    let text = words.next().unwrap_or_default();
    let is_partial = match tags.split(|byte| *byte == b':').next()? {
        b"P" => true,
        b"F" => false,
        _ => return None,
    };
    let stream = str::from_utf8(stream).ok().filter(|stream| is_stream(stream.as_bytes()))?;
    let time = Timestamp::parse(str::from_utf8(time_text).ok().filter(|text| text.len() <= 40)?).ok()?;
    envelope.set_time(time, time_text, received);
    envelope.note("log.iostream", stream);
    if is_partial {
        envelope.note("log.partial", true);
    }
    Some(text)
}

fn is_stream(name: &[u8]) -> bool {
    matches!(name, b"stdout" | b"stderr")
}
