//! Files and folders: which are read, and what is not worth reading.

use super::{
    Format, Scan, Tally, in_parallel,
    judge::{Failed, Input, Judged, inspect, to_json},
    sarif, snippet,
};
use palisade_model::Subject;
use std::{
    fs::File,
    io::{self, Read, Write},
    path::{Path, PathBuf},
};

/// Bytes of the largest file that is read. Larger ones are data, not text that somebody wrote or sent.
pub(super) const FILE_BYTES_MAX: u64 = 64 << 20;

/// Bytes at the beginning of a file among which a zero byte marks it as binary.
const BINARY_PROBE_BYTES: usize = 8 * 1024;

/// Files that are in memory at a time.
const BATCH_FILES: usize = 64;

/// Scans `paths` in order and writes what is found to `out`.
pub(super) fn scan(scan: &Scan, paths: &[PathBuf], no_ignore: bool, out: &mut impl Write) -> io::Result<Tally> {
    let mut files = Vec::new();
    let mut total = Tally::default();
    for path in paths {
        total.failed += gather(path, no_ignore, &mut files);
    }
    let (before, between, after) = frame(scan);
    out.write_all(before.as_bytes())?;
    let mut first = true;
    for batch in files.chunks(BATCH_FILES) {
        let pieces = in_parallel(batch, |piece| piece.iter().map(|path| one(scan, path)).collect::<Vec<_>>());
        for (text, tally) in pieces.into_iter().flatten() {
            total.add(&tally);
            if !text.is_empty() {
                let separator = if first { "" } else { between };
                write!(out, "{separator}{text}")?;
                first = false;
            }
        }
    }
    out.write_all(after.as_bytes())?;
    Ok(total)
}

/// What stands before, between and after the results.
fn frame(scan: &Scan) -> (String, &'static str, String) {
    match scan.format {
        Format::Text | Format::Ndjson => (String::new(), "", String::new()),
        Format::Json => ("{\"results\":[\n".to_owned(), ",\n", "\n]}\n".to_owned()),
        Format::Sarif => sarif::frame(scan.guard.detectors()),
    }
}

/// Adds the files at or under `path`, and returns how many could not be looked at.
fn gather(path: &Path, no_ignore: bool, files: &mut Vec<PathBuf>) -> u64 {
    if path == Path::new("-") {
        files.push(path.to_owned());
        return 0;
    }
    let mut failed = 0;
    let walk = ignore::WalkBuilder::new(path)
        .standard_filters(!no_ignore)
        .hidden(false)
        .filter_entry(|entry| entry.file_name() != ".git")
        .sort_by_file_name(Ord::cmp)
        .build();
    for entry in walk {
        match entry {
            Ok(entry) if entry.file_type().is_some_and(|kind| kind.is_file()) => files.push(entry.into_path()),
            Ok(_) => {}
            Err(error) => {
                eprintln!("error: {error}");
                failed += 1;
            }
        }
    }
    failed
}

/// A file that was read, or why it was not.
enum Loaded {
    Text { text: String, not_utf8: bool },
    Binary,
    Huge,
}

/// The written result on the file at `path`.
fn one(scan: &Scan, path: &Path) -> (String, Tally) {
    let name = path.to_string_lossy().into_owned();
    match load(path) {
        Ok(Loaded::Text { text, not_utf8 }) => {
            let is_json = path.extension().is_some_and(|extension| extension.eq_ignore_ascii_case("json"));
            let subject = Subject { kind: "file".to_owned(), name: name.clone() };
            let judged = Judged::new(scan, Input::Path(name), subject, inspect(scan, &text, is_json));
            let tally = Tally { not_utf8: u64::from(not_utf8), ..judged.tally() };
            (write_judged(scan, &judged, &text), tally)
        }
        Ok(Loaded::Binary) => (String::new(), Tally { skipped_binary: 1, ..Tally::default() }),
        Ok(Loaded::Huge) => (String::new(), Tally { skipped_huge: 1, ..Tally::default() }),
        Err(error) => {
            eprintln!("error: {name}: {error}");
            let failed = Failed { input: Input::Path(name), error: error.to_string() };
            let written = match scan.format {
                Format::Ndjson => to_json(&failed) + "\n",
                Format::Json => to_json(&failed),
                Format::Text | Format::Sarif => String::new(),
            };
            (written, Tally { failed: 1, ..Tally::default() })
        }
    }
}

fn write_judged(scan: &Scan, judged: &Judged, text: &str) -> String {
    match scan.format {
        Format::Text => snippet::write(scan, judged, text),
        Format::Json => to_json(judged),
        Format::Ndjson => to_json(judged) + "\n",
        Format::Sarif => sarif::results(judged, text).join(",\n"),
    }
}

fn load(path: &Path) -> io::Result<Loaded> {
    if path == Path::new("-") { read(io::stdin().lock()) } else { read(File::open(path)?) }
}

#[expect(clippy::disallowed_methods, reason = "bounded by `take`")]
fn read(source: impl Read) -> io::Result<Loaded> {
    let mut source = source.take(FILE_BYTES_MAX + 1);
    let mut bytes = Vec::new();
    source.by_ref().take(BINARY_PROBE_BYTES as u64).read_to_end(&mut bytes)?;
    if bytes.contains(&0) {
        return Ok(Loaded::Binary);
    }
    source.read_to_end(&mut bytes)?;
    if bytes.len() as u64 > FILE_BYTES_MAX {
        return Ok(Loaded::Huge);
    }
    Ok(match String::from_utf8(bytes) {
        Ok(text) => Loaded::Text { text, not_utf8: false },
        Err(error) => Loaded::Text { text: String::from_utf8_lossy(error.as_bytes()).into_owned(), not_utf8: true },
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    const TOKEN: &str = concat!("glpat", "-tR7mZq2XcV9bN4kLwP8s");

    fn run(format: Format, files: &[(&str, &[u8])]) -> (String, Tally) {
        let folder = tempfile::tempdir().unwrap();
        for (name, content) in files {
            std::fs::write(folder.path().join(name), content).unwrap();
        }
        let mut out = Vec::new();
        let tally =
            scan(&super::super::tests::scan(format, None), &[folder.path().to_owned()], false, &mut out).unwrap();
        (String::from_utf8(out).unwrap().replace(&format!("{}/", folder.path().display()), ""), tally)
    }

    #[test]
    fn folders_are_walked_and_text_is_told_from_the_rest() {
        let secret = format!("TOKEN={TOKEN}\n");
        let json = format!(r#"{{"a":{{"b":"\u0009{TOKEN}"}}}}"#);
        let files: [(&str, &[u8]); 6] = [
            (".env", secret.as_bytes()),
            ("a.json", json.as_bytes()),
            ("b.bin", b"\x00\x01"),
            ("c.txt", b"caf\xE9"),
            ("skip.txt", secret.as_bytes()),
            (".ignore", b"skip.txt\n"),
        ];
        let (out, tally) = run(Format::Ndjson, &files);
        let expected =
            Tally { inputs: 4, findings: 2, worst: tally.worst, skipped_binary: 1, not_utf8: 1, ..Tally::default() };
        assert_eq!(tally, expected);
        let results: Vec<serde_json::Value> = out.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
        assert_eq!(results[0]["input"], ".env");
        assert_eq!(results[0]["verdict"], "block");
        assert_eq!(results[0]["findings"][0]["evidence"][0]["start"], 6);
        assert_eq!(results[2]["findings"][0]["evidence"][0]["pointer"], "/a/b");
        assert!(!out.contains(&TOKEN[8..]));
    }

    #[test]
    fn text_shows_the_line_without_the_secret() {
        let (out, _) = run(Format::Text, &[("x.sh", format!("one\nexport T='{TOKEN}' # é\n").as_bytes())]);
        assert!(out.starts_with("x.sh:2:11 high guard.secret.gitlab GitLab token\n"), "{out}");
        assert!(
            out.contains("  2 | export T='glpat********' # é\n") || out.contains("2 | export T='glpa********' # é\n"),
            "{out}"
        );
        assert!(out.contains("    |           ^^^^^^^^^^^^\n"), "{out}");
        assert!(!out.contains(&TOKEN[8..]));
    }

    #[test]
    fn documents_parse() {
        let files: [(&str, &[u8]); 2] = [("a.txt", "pay\u{202E}txt.exe".as_bytes()), ("b.txt", b"clean")];
        let json: serde_json::Value = serde_json::from_str(&run(Format::Json, &files).0).unwrap();
        assert_eq!(json["results"].as_array().map(Vec::len), Some(2));
        let sarif: serde_json::Value = serde_json::from_str(&run(Format::Sarif, &files).0).unwrap();
        let result = &sarif["runs"][0]["results"][0];
        assert_eq!(result["ruleId"], "guard.unicode.bidi");
        assert_eq!(result["locations"][0]["physicalLocation"]["region"]["startColumn"], 4);
        assert_eq!(sarif["runs"][0]["results"].as_array().map(Vec::len), Some(1));
    }

    #[test]
    fn huge_input_is_skipped() {
        assert!(matches!(read(io::repeat(b'a')).unwrap(), Loaded::Huge));
    }
}
