//! Files and folders: which are read, and what is not worth reading.

use super::{
    Format, Scan, Tally, entries,
    outcome::{Notes, Outcome},
    sarif,
};
use crate::archive::{Loaded, read};
use crate::parallel::in_parallel;
use std::{
    fs::File,
    io::{self, Write},
    path::{Path, PathBuf},
};

/// Files that are in memory at a time.
const BATCH_FILES: usize = 64;

/// Names what is left out here but kept by other tools, in the form of .gitignore.
const IGNORE_FILE: &str = ".palisadeignore";

/// Scans `paths` in order and writes what is found to `out`.
pub(super) fn scan(scan: &Scan, paths: &[PathBuf], no_ignore: bool, out: &mut impl Write) -> io::Result<Tally> {
    let mut files = Vec::new();
    let mut total = Tally::default();
    for path in paths {
        total.failed += gather(path, no_ignore, &mut files);
    }
    let (before, between) = opening(scan);
    out.write_all(before.as_bytes())?;
    let (mut written, mut notes) = (0, Notes::default());
    for batch in files.chunks(BATCH_FILES) {
        let pieces = in_parallel(batch, |piece| piece.iter().map(|path| one(scan, path)).collect::<Vec<_>>());
        for outcome in pieces.into_iter().flatten() {
            total.add(&outcome.tally);
            notes.append(outcome.notes);
            for result in room(scan, written, &outcome.results, &mut total) {
                let separator = if written == 0 { "" } else { between };
                write!(out, "{separator}{result}")?;
                written += 1;
            }
        }
    }
    notes.print();
    out.write_all(closing(scan, &notes, &total).as_bytes())?;
    Ok(total)
}

/// Those of `results` that the format still has room for.
fn room<'r>(scan: &Scan, written: usize, results: &'r [String], total: &mut Tally) -> &'r [String] {
    if scan.format != Format::Sarif {
        return results;
    }
    let kept = results.len().min(sarif::RESULTS_MAX - written);
    total.left_out += (results.len() - kept) as u64;
    &results[..kept]
}

/// What stands before and between the results.
fn opening(scan: &Scan) -> (String, &'static str) {
    match scan.format {
        Format::Text | Format::Ndjson => (String::new(), ""),
        Format::Json => ("{\"results\":[\n".to_owned(), ",\n"),
        Format::Sarif => (sarif::opening(scan.guard.detectors()), ",\n"),
    }
}

/// What stands after them.
fn closing(scan: &Scan, notes: &Notes, total: &Tally) -> String {
    match scan.format {
        Format::Text | Format::Ndjson => String::new(),
        Format::Json => "\n]}\n".to_owned(),
        Format::Sarif => sarif::closing(notes, total),
    }
}

/// Adds the files at or under `path`, and returns how many could not be looked at.
fn gather(path: &Path, no_ignore: bool, files: &mut Vec<PathBuf>) -> u64 {
    if path == Path::new("-") {
        files.push(path.to_owned());
        return 0;
    }
    let mut failed = 0;
    let mut walk = ignore::WalkBuilder::new(path);
    walk.standard_filters(!no_ignore)
        .hidden(false)
        // Results that are written into the tree are not judged again.
        .skip_stdout(true)
        .filter_entry(|entry| entry.file_name() != ".git")
        .sort_by_file_name(Ord::cmp);
    if !no_ignore {
        walk.add_custom_ignore_filename(IGNORE_FILE);
    }
    for entry in walk.build() {
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

/// What is said about the file at `path`.
fn one(scan: &Scan, path: &Path) -> Outcome {
    let name = path.to_string_lossy().into_owned();
    match load(path) {
        Ok(Loaded::Archive(kind, bytes)) => entries::judge(scan, &name, kind, &bytes),
        Ok(loaded) => Outcome::of(scan, &name, loaded),
        Err(error) => Outcome::failed(scan, &name, &error.to_string()),
    }
}

fn load(path: &Path) -> io::Result<Loaded> {
    if path == Path::new("-") { read(io::stdin().lock()) } else { read(File::open(path)?) }
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
        let files: [(&str, &[u8]); 8] = [
            (".env", secret.as_bytes()),
            ("a.json", json.as_bytes()),
            ("b.bin", b"\x00\x01"),
            ("c.txt", b"un caf\xE9"),
            ("skip.txt", secret.as_bytes()),
            ("skip.too", secret.as_bytes()),
            (".ignore", b"skip.txt\n"),
            (".palisadeignore", b"*.too\n"),
        ];
        let (out, tally) = run(Format::Ndjson, &files);
        let expected =
            Tally { inputs: 5, findings: 2, worst: tally.worst, skipped_binary: 1, not_utf8: 1, ..Tally::default() };
        assert_eq!(tally, expected);
        let results: Vec<serde_json::Value> = out.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
        assert_eq!(results[0]["input"], ".env");
        assert_eq!(results[0]["verdict"], "redact");
        assert_eq!(results[0]["findings"][0]["evidence"][0]["start"], 6);
        assert_eq!(results[3]["findings"][0]["evidence"][0]["pointer"], "/a/b");
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
        assert_eq!(sarif["runs"][0]["results"].as_array().map(Vec::len), Some(1));
    }
}
