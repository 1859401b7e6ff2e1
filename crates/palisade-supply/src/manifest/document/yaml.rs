//! YAML: the first document of a file.

use super::{fill::Filling, tape::Tape};
use crate::manifest::Reading;
use serde::de::DeserializeSeed;
use std::borrow::Cow;

/// Opening brackets of flow style that may stand unclosed: the parser's work grows with their square.
const FLOW_DEPTH_MAX: usize = 200;

/// Reads `text`; what is wrong with it goes to `reading`.
pub(in crate::manifest) fn read_yaml<'t>(reading: &mut Reading<'_>, text: &'t str) -> Tape<'t> {
    let text = shallow(reading, text);
    let mut tape = Tape::new(text, reading.limits.values);
    let Some(document) = yaml_serde::Deserializer::from_str(text).next() else { return tape };
    let filling = Filling { tape: &mut tape, key: Cow::Borrowed(""), place: Some(0) };
    if let Err(error) = filling.deserialize(document) {
        let place = error.location().map_or(0, |location| location.index());
        reading.problem(place, format!("is not valid YAML from here: {}", without_place(&error.to_string())));
    }
    let only_text = tape.root().and_then(|root| root.text()).is_some();
    if only_text {
        reading.problem(0, "holds a single value where a table is expected");
    }
    tape
}

/// `text` up to the line where flow style is nested too deep.
fn shallow<'t>(reading: &mut Reading<'_>, text: &'t str) -> &'t str {
    let mut depth = 0_usize;
    for (at, byte) in text.bytes().enumerate() {
        match byte {
            b'[' | b'{' => depth += 1,
            b']' | b'}' => depth = depth.saturating_sub(1),
            // An apostrophe or a bracket in plain text is closed by no bracket, but flow style seldom crosses many lines.
            b'\n' if depth < 4 => depth = 0,
            _ => {}
        }
        if depth > FLOW_DEPTH_MAX {
            reading.problem(at, "is nested too deep from here; the rest is not read");
            return &text[..text[..at].rfind('\n').map_or(0, |newline| newline + 1)];
        }
    }
    text
}

/// The message without the line and column that the parser adds: the problem has a place of its own.
fn without_place(message: &str) -> &str {
    message.split(" at line ").next().unwrap_or(message)
}
