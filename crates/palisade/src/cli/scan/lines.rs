//! `--lines`: every line is one text, and one JSON result a line comes out, in order.

use super::{
    Scan, Tally,
    judge::{Failed, Input, Judged, inspect_field, to_json},
};
use crate::cli::input_lines::{LINE_BYTES_MAX, Line, READ_BYTES, batch};
use crate::parallel::in_parallel;
use palisade_model::Subject;
use std::{
    fs::File,
    io::{self, BufReader, Read, Write},
    path::{Path, PathBuf},
};

/// Scans the lines of `paths`, one after the other, and writes one result each to `out`.
pub(super) fn scan(scan: &Scan, paths: &[PathBuf], out: &mut impl Write) -> io::Result<Tally> {
    let mut total = Tally::default();
    let mut number = 0;
    for path in paths {
        let opened: io::Result<Box<dyn Read>> = if path == Path::new("-") {
            Ok(Box::new(io::stdin().lock()))
        } else {
            File::open(path).map(|file| Box::new(file) as Box<dyn Read>)
        };
        let name = path.to_string_lossy();
        let read = opened.and_then(|source| all(scan, &name, source, &mut number, &mut total, out));
        match read {
            Err(error) if error.kind() == io::ErrorKind::BrokenPipe => return Err(error),
            Err(error) => {
                eprintln!("error: {name}: {error}");
                total.failed += 1;
            }
            Ok(()) => {}
        }
    }
    Ok(total)
}

/// Scans all lines of `source`, counting on from `number`.
fn all(
    scan: &Scan,
    name: &str,
    source: impl Read,
    number: &mut u64,
    total: &mut Tally,
    out: &mut impl Write,
) -> io::Result<()> {
    let mut source = BufReader::with_capacity(READ_BYTES, source);
    loop {
        let batch = batch(&mut source, number)?;
        if batch.is_empty() {
            return Ok(());
        }
        for (text, tally) in in_parallel(&batch, |piece| judge(scan, name, piece)) {
            out.write_all(text.as_bytes())?;
            total.add(&tally);
        }
        out.flush()?;
    }
}

/// The written results on `lines`.
fn judge(scan: &Scan, name: &str, lines: &[Line]) -> (String, Tally) {
    let (mut written, mut total) = (String::new(), Tally::default());
    let subject = Subject { kind: "text".to_owned(), name: name.to_owned() };
    for line in lines {
        let input = Input::Line(line.number);
        match drafts(scan, line, &mut total) {
            Ok(drafts) => {
                let judged = Judged::new(scan, input, subject.clone(), drafts, Vec::new());
                total.add(&judged.tally());
                written.push_str(&to_json(&judged));
            }
            Err(error) => {
                total.failed += 1;
                written.push_str(&to_json(&Failed { input, error }));
            }
        }
        written.push('\n');
    }
    (written, total)
}

fn drafts(scan: &Scan, line: &Line, total: &mut Tally) -> Result<Vec<palisade_model::FindingDraft>, String> {
    let bytes = line.bytes.as_ref().ok_or_else(|| format!("the line is longer than {} MiB", LINE_BYTES_MAX >> 20))?;
    let text = String::from_utf8_lossy(bytes);
    total.not_utf8 += u64::from(matches!(text, std::borrow::Cow::Owned(_)));
    match &scan.field {
        Some(field) => inspect_field(scan, &text, field),
        None => Ok(scan.guard.inspect_text(&text)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::cli::scan::{Format, tests};

    fn run(field: Option<&str>, input: &[u8]) -> (Vec<serde_json::Value>, Tally) {
        let (mut out, mut total, mut number) = (Vec::new(), Tally::default(), 0);
        let scan = tests::scan(Format::Ndjson, field);
        all(&scan, "-", input, &mut number, &mut total, &mut out).unwrap();
        let text = String::from_utf8(out).unwrap();
        (text.lines().map(|line| serde_json::from_str(line).unwrap()).collect(), total)
    }

    #[test]
    fn every_line_has_its_result_in_order() {
        let input: String = (1..=20_000).map(|n| if n % 1_000 == 0 { "a\u{202E}b\r\n" } else { "clean\n" }).collect();
        let (results, tally) = run(None, input.as_bytes());
        assert_eq!((results.len(), tally.inputs, tally.findings), (20_000, 20_000, 20));
        for (index, result) in results.iter().enumerate() {
            assert_eq!(result["input"], index + 1);
            assert_eq!(result["verdict"], if (index + 1) % 1_000 == 0 { "block" } else { "allow" });
        }
        assert_eq!(results[999]["findings"][0]["evidence"][0]["end"], 5);
    }

    #[test]
    fn fields_and_failures() {
        let input = "{\"t\":\"a\\u202eb\"}\n{\"x\":1}\nno\n\n{\"t\":{\"k\":[\"\\u202eb\"]}}";
        let (results, tally) = run(Some("t"), input.as_bytes());
        assert_eq!(results.len(), 5);
        assert_eq!(results[0]["findings"][0]["class"], "guard.unicode.bidi");
        assert_eq!(results[1]["error"], "the record has no member \"t\"");
        assert!(results[2]["error"].as_str().unwrap().starts_with("not a JSON record"));
        assert_eq!(results[4]["findings"][0]["evidence"][0]["pointer"], "/k/0");
        assert_eq!((tally.failed, tally.inputs), (3, 2));
    }

    #[test]
    fn a_line_too_long_fails_alone() {
        let mut input = vec![b'a'; LINE_BYTES_MAX + 1];
        input.extend_from_slice(b"\nshort\n\xFF\n");
        let (results, tally) = run(None, &input);
        assert_eq!(results[0]["error"], "the line is longer than 16 MiB");
        assert_eq!((&results[1]["verdict"], tally.failed, tally.not_utf8), (&"allow".into(), 1, 1));
    }
}
