//! The texts of an event's values as rules compare them, each made once an event and only when asked for.

use crate::{Record, record::Kind, rules::lowered};

/// Decoded and lower-case texts of one event.
#[derive(Default)]
pub(super) struct Texts {
    made: String,
    slots: Vec<Slot>,
}

#[derive(Clone, Copy, Default)]
struct Slot {
    plain: Form,
    lowered: Form,
}

/// Where a text stands.
#[derive(Clone, Copy, Default)]
enum Form {
    #[default]
    Unknown,
    /// There is no text: null, a list, an object.
    Absent,
    /// As it is written.
    Written,
    Made {
        start: usize,
        end: usize,
    },
}

impl Texts {
    /// Forgets the last event.
    pub(super) fn clear(&mut self, entries: usize) {
        self.made.clear();
        self.slots.clear();
        self.slots.resize(entries, Slot::default());
    }

    /// The text of the entry, decoded.
    pub(super) fn plain<'r>(&'r mut self, record: &'r Record<'_>, entry: usize) -> Option<&'r str> {
        if matches!(self.slots[entry].plain, Form::Unknown) {
            let form = self.decode(record, entry);
            self.slots[entry].plain = form;
        }
        self.at(self.slots[entry].plain, record, entry)
    }

    /// The text of the entry, decoded and in lower case.
    pub(super) fn lowered<'r>(&'r mut self, record: &'r Record<'_>, entry: usize) -> Option<&'r str> {
        if matches!(self.slots[entry].lowered, Form::Unknown) {
            let form = self.lower(record, entry);
            self.slots[entry].lowered = form;
        }
        self.at(self.slots[entry].lowered, record, entry)
    }

    /// The text of the entry, decoded, in lower case unless case counts.
    pub(super) fn get<'r>(&'r mut self, record: &'r Record<'_>, entry: usize, is_cased: bool) -> Option<&'r str> {
        if is_cased { self.plain(record, entry) } else { self.lowered(record, entry) }
    }

    fn at<'r>(&'r self, form: Form, record: &'r Record<'_>, entry: usize) -> Option<&'r str> {
        match form {
            Form::Written => Some(written(record, entry)),
            Form::Made { start, end } => Some(&self.made[start..end]),
            Form::Unknown | Form::Absent => None,
        }
    }

    fn decode(&mut self, record: &Record<'_>, entry: usize) -> Form {
        let (kind, written) = record.written(entry);
        match kind {
            Kind::Null | Kind::List | Kind::Object => Form::Absent,
            Kind::Text | Kind::True | Kind::False => Form::Written,
            Kind::EscapedText => self.keep(|made| crate::readers::json::unescape_into(written, made)),
            Kind::Number => match number_text(written) {
                Some(text) => self.keep(|made| made.push_str(&text)),
                None => Form::Written,
            },
        }
    }

    fn lower(&mut self, record: &Record<'_>, entry: usize) -> Form {
        let Some(plain) = self.plain(record, entry) else { return Form::Absent };
        if plain.is_ascii() && !plain.bytes().any(|byte| byte.is_ascii_uppercase()) {
            return self.slots[entry].plain;
        }
        match self.slots[entry].plain {
            Form::Made { start, end } => {
                let plain = self.made[start..end].to_owned();
                self.keep(|made| lower_into(&plain, made))
            }
            _ => self.keep(|made| lower_into(written(record, entry), made)),
        }
    }

    fn keep(&mut self, write: impl FnOnce(&mut String)) -> Form {
        let start = self.made.len();
        write(&mut self.made);
        Form::Made { start, end: self.made.len() }
    }
}

fn lower_into(plain: &str, made: &mut String) {
    if plain.is_ascii() {
        let start = made.len();
        made.push_str(plain);
        made[start..].make_ascii_lowercase();
    } else {
        made.push_str(&lowered(plain));
    }
}

fn written<'r>(record: &'r Record<'_>, entry: usize) -> &'r str {
    match record.written(entry) {
        (Kind::True, _) => "true",
        (Kind::False, _) => "false",
        (_, written) => written,
    }
}

/// The text of a number that is not whole, in the shortest form: JSON may write the same one in many ways. Whole
/// numbers are taken as they are written.
fn number_text(written: &str) -> Option<String> {
    let is_whole = written.bytes().all(|byte| byte.is_ascii_digit() || byte == b'-');
    if is_whole { None } else { written.parse::<f64>().ok().map(|number| number.to_string()) }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::readers::json::read;

    #[test]
    fn texts_are_decoded_and_lowered() {
        let json = r#"{"a":"x\\Y","b":true,"c":1.50,"d":-7,"e":null,"f":[1],"g":"low","h":"ÄB"}"#;
        let record = read(json, Record::default()).expect("reads");
        let mut texts = Texts::default();
        texts.clear(record.len());
        let lowered: Vec<Option<String>> =
            (0..record.len()).map(|entry| texts.lowered(&record, entry).map(str::to_owned)).collect();
        let expected =
            [Some(r"x\y"), Some("true"), Some("1.5"), Some("-7"), None, None, Some("1"), Some("low"), Some("äb")];
        assert_eq!(lowered, expected.map(|text| text.map(str::to_owned)));
        assert_eq!(texts.plain(&record, 0), Some(r"x\Y"));
    }
}
