//! How findings are written: for people, as NDJSON, or as one JSON document.

use super::Format;
use palisade_model::Finding;
use serde::Serialize;
use std::io::{self, Write};

/// Writes findings as they come.
pub(super) struct Teller<'o> {
    format: Format,
    out: &'o mut dyn Write,
    written: u64,
}

/// A finding, and where its event stands.
#[derive(Serialize)]
struct Told<'f> {
    /// The number of the event in its file, from 1.
    input: u64,
    file: &'f str,
    #[serde(flatten)]
    finding: &'f Finding,
}

impl<'o> Teller<'o> {
    pub(super) fn new(format: Format, out: &'o mut dyn Write) -> Self {
        Self { format, out, written: 0 }
    }

    /// Writes one finding about the event `input` of `file`.
    pub(super) fn tell(&mut self, file: &str, input: u64, finding: &Finding) -> io::Result<()> {
        self.written += 1;
        let told = Told { input, file, finding };
        match self.format {
            Format::Text => self.text(&told),
            Format::Ndjson => {
                serde_json::to_writer(&mut *self.out, &told)?;
                self.out.write_all(b"\n")
            }
            Format::Json => {
                self.out.write_all(if self.written == 1 { b"[\n" } else { b",\n" })?;
                Ok(serde_json::to_writer(&mut *self.out, &told)?)
            }
        }
    }

    /// Writes what stands behind the last finding.
    pub(super) fn finish(&mut self) -> io::Result<()> {
        match (self.format, self.written) {
            (Format::Json, 0) => self.out.write_all(b"[]\n")?,
            (Format::Json, _) => self.out.write_all(b"\n]\n")?,
            _ => {}
        }
        self.out.flush()
    }

    fn text(&mut self, told: &Told<'_>) -> io::Result<()> {
        let Told { input, file, finding } = told;
        let Finding { severity, title, detector, time, subject, references, evidence, .. } = finding;
        writeln!(self.out, "{severity:<13} {title}  [{detector}]")?;
        let host = if subject.name.is_empty() { String::new() } else { format!("  {}", subject.name) };
        let techniques = if references.is_empty() { String::new() } else { format!("  {}", references.join(" ")) };
        writeln!(self.out, "              {file}:{input}  {time}{host}{techniques}")?;
        for place in evidence {
            writeln!(
                self.out,
                "              {} = {}",
                place.pointer.trim_start_matches('/').replace('/', "."),
                place.excerpt
            )?;
        }
        Ok(())
    }
}
