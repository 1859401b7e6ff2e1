//! The XML of Windows events, as `wevtutil`, event forwarding and Sysmon for Linux write it.
//!
//! Fields have the same names as those of an EVTX file: by path, and plain.

use super::{
    fault::Fault,
    windows_names,
    xml::{Piece, Pieces, attributes, decoded},
};
use crate::{
    limits::DEPTH_MAX,
    record::{Record, Value},
};

/// Adds the fields of the first `<Event>` in the text.
///
/// # Errors
/// When the XML is broken, or no whole event.
pub fn read_into(record: &mut Record<'_>, text: &str) -> Result<(), Fault> {
    let mut pieces = Pieces::new(text);
    let mut open = Open::default();
    loop {
        let at = pieces.at();
        match pieces.next_piece()?.ok_or(Fault::new("the event does not end", at))? {
            Piece::Open { name, attributes, is_closed } => {
                if open.lengths.is_empty() && name != "Event" {
                    return Err(Fault::new("an event should begin", at));
                }
                if open.lengths.len() >= DEPTH_MAX {
                    return Err(Fault::new("elements nest too deep", at));
                }
                open.element_into(record, name, attributes);
                if is_closed {
                    open.close_into(record);
                }
            }
            Piece::Close(_) => open.close_into(record),
            Piece::Text(written) => open.text = Some((written, false)),
            Piece::Verbatim(written) => open.text = Some((written, true)),
        }
        if open.lengths.is_empty() && !record.is_empty() {
            break;
        }
    }
    windows_names::plain_into(record);
    Ok(())
}

/// The elements that are open.
#[derive(Default)]
struct Open<'t> {
    path: String,
    /// How long the path was before each of them.
    lengths: Vec<usize>,
    /// The text of the innermost, and whether it is verbatim.
    text: Option<(&'t str, bool)>,
    /// True when the innermost has no element within it.
    is_leaf: bool,
}

impl<'t> Open<'t> {
    fn element_into(&mut self, record: &mut Record<'_>, name: &str, written: &'t str) {
        self.lengths.push(self.path.len());
        self.text = None;
        self.is_leaf = true;
        let own_name = || attributes(written).find(|(name, _)| *name == "Name").map(|(_, value)| decoded(value));
        // `<Data Name="Image">` is the field `Image`.
        let named = if name == "Data" { own_name() } else { None };
        if !self.path.is_empty() {
            self.path.push('.');
        }
        self.path.push_str(named.as_deref().filter(|name| !name.is_empty()).unwrap_or(name));
        if self.lengths.len() == 1 {
            record.push("Event", Value::Object(""));
        } else if named.is_none() {
            self.attributes_into(record, written);
        }
    }

    fn attributes_into(&mut self, record: &mut Record<'_>, written: &str) {
        let length = self.path.len();
        for (name, value) in attributes(written).filter(|(name, _)| !name.starts_with("xmlns")) {
            self.path.extend([".#attributes.", name]);
            push(record, &self.path, &decoded(value));
            self.path.truncate(length);
        }
    }

    fn close_into(&mut self, record: &mut Record<'_>) {
        let Some(length) = self.lengths.pop() else { return };
        let text = self.text.take();
        if std::mem::take(&mut self.is_leaf) {
            match text {
                Some((written, true)) => push(record, &self.path, written),
                Some((written, false)) => push(record, &self.path, &decoded(written)),
                None => record.push(&self.path, Value::Null),
            }
        }
        self.path.truncate(length);
    }
}

/// Numbers of `System` are numbers, as in an EVTX file; all else is text.
fn push(record: &mut Record<'_>, path: &str, text: &str) {
    let is_number = path.starts_with("Event.System.")
        && (1..=15).contains(&text.len())
        && text.bytes().all(|byte| byte.is_ascii_digit());
    record.push(path, if is_number { Value::Number(text) } else { Value::text(text) });
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::readers::testing::first;

    const EVENT: &str = r#"<Event xmlns="http://schemas.microsoft.com/win/2004/08/events/event"><System><Provider Name="Linux-Sysmon" Guid="{ff}"/><EventID Qualifiers='0'>1</EventID><TimeCreated SystemTime="2026-01-02T03:04:05.000Z"/><Channel>Linux-Sysmon/Operational</Channel><Security/></System><EventData><Data Name="CommandLine">cat &lt;&amp; "x"</Data><Data Name="Empty"/><Data>plain</Data></EventData><UserData><Thing xmlns="u"><Path><![CDATA[<p>]]></Path></Thing></UserData></Event>"#;

    #[test]
    fn fields_have_both_names() {
        let mut record = Record::new(EVENT);
        read_into(&mut record, EVENT).expect("reads");
        for (name, value) in [
            ("Event.System.Provider.#attributes.Name", "Linux-Sysmon"),
            ("Provider_Name", "Linux-Sysmon"),
            ("EventID", "1"),
            ("Channel", "Linux-Sysmon/Operational"),
            ("CommandLine", "cat <& \"x\""),
            ("Event.EventData.CommandLine", "cat <& \"x\""),
            ("Empty", "null"),
            ("Data", "plain"),
            ("Path", "<p>"),
        ] {
            assert_eq!(first(&record, name).as_deref(), Some(value), "{name}");
        }
        assert_eq!(record.first("EventID"), Some(Value::Number("1")));
    }

    #[test]
    fn broken_events_are_refused() {
        for length in 0..EVENT.len() {
            assert!(read_into(&mut Record::new(EVENT), &EVENT[..length]).is_err(), "{length}");
        }
        let deep = format!("<Event>{}", "<a>".repeat(1000));
        assert_eq!(
            read_into(&mut Record::new(&deep), &deep).map_err(|fault| fault.reason),
            Err("elements nest too deep")
        );
        assert!(read_into(&mut Record::new("<x/>"), "<x/>").is_err());
    }
}
