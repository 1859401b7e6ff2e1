//! Reads one event at a time, where something else has parted the stream.

use super::{
    access_log, auditd, cef, documents::Documents, embedded, fault::Fault, format::Format, json, leef, logfmt, otlp,
    shapes, syslog, w3c::Columns, windows_xml,
};
use crate::record::{Record, Value};
use palisade_model::Timestamp;

/// Reads the texts of events. What it allocates is used again for the next one.
#[derive(Debug, Default)]
pub struct EventReader {
    columns: Columns,
    reference: Option<Timestamp>,
    spare: Record<'static>,
    inner: Record<'static>,
}

impl EventReader {
    /// Says what time it is about, for formats that leave the year out: a time not long after the events were written.
    pub fn set_reference(&mut self, time: Timestamp) {
        self.reference = Some(time);
    }

    /// Reads a text, which is mostly one event; one of OTLP or a list of JSON may hold several, a comment none.
    ///
    /// # Errors
    /// When the text is not of the format.
    pub fn read(&mut self, text: &str, format: Format, each: &mut dyn FnMut(&Record<'_>)) -> Result<(), Fault> {
        let format = if format == Format::Mixed { Format::of_line(text) } else { format };
        match format {
            Format::Json if shapes::is_otlp(text) => otlp::read(text, &mut self.spare, &mut self.inner, each),
            Format::Json if shapes::holds_events(text) => self.list(text, each),
            Format::Json => {
                let mut record = json::read(text, std::mem::take(&mut self.spare))?;
                shapes::complete(&mut record);
                self.give(record, each);
                Ok(())
            }
            _ => self.line(text, format, each),
        }
    }

    fn line(&mut self, text: &str, format: Format, each: &mut dyn FnMut(&Record<'_>)) -> Result<(), Fault> {
        let mut record = std::mem::take(&mut self.spare).renew(text);
        let read = match format {
            Format::Syslog => self.syslog(&mut record, text),
            Format::WindowsXml => windows_xml::read_into(&mut record, text),
            Format::Cef => cef::read_into(&mut record, text),
            Format::Leef => leef::read_into(&mut record, text),
            Format::Logfmt => logfmt::read_into(&mut record, text),
            Format::Auditd => auditd::read_into(&mut record, text),
            Format::AccessLog => access_log::read_into(&mut record, text),
            Format::W3c => self.columns.read_into(&mut record, text),
            Format::Json | Format::Evtx | Format::Text | Format::Mixed => {
                record.push("message", Value::text(text));
                Ok(())
            }
        };
        if read.is_ok() && !record.is_empty() {
            each(&record);
        }
        self.spare = record.renew("");
        read
    }

    fn syslog(&mut self, record: &mut Record<'_>, text: &str) -> Result<(), Fault> {
        let message = syslog::read_into(record, text, self.reference)?;
        embedded::read_into(record, message, &mut self.inner);
        Ok(())
    }

    fn list(&mut self, text: &str, each: &mut dyn FnMut(&Record<'_>)) -> Result<(), Fault> {
        let mut documents = Documents::default();
        let mut read = Ok(());
        let mut take = |part: Result<&[u8], Fault>, _| {
            let one = part.and_then(|bytes| {
                let text = str::from_utf8(bytes).map_err(|error| Fault::new("not UTF-8", error.valid_up_to()))?;
                let mut record = json::read(text, std::mem::take(&mut self.spare))?;
                shapes::complete(&mut record);
                self.give(record, each);
                Ok(())
            });
            if read.is_ok() {
                read = one;
            }
        };
        documents.feed(text.as_bytes(), &mut take);
        documents.finish(&mut take);
        read
    }

    fn give(&mut self, record: Record<'_>, each: &mut dyn FnMut(&Record<'_>)) {
        each(&record);
        self.spare = record.renew("");
    }
}
