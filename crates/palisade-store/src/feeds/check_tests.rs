//! Whole and damaged files of every format.

use super::*;
use proptest::prelude::*;
use std::io::Write;

fn checked(name: &str, bytes: &[u8]) -> Result<(), String> {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("file");
    std::fs::write(&path, bytes).unwrap();
    check(&path, name, FeedFormat::detect(name, bytes).unwrap())
}

fn gzip(bytes: &[u8]) -> Vec<u8> {
    let mut encoder = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
    encoder.write_all(bytes).unwrap();
    encoder.finish().unwrap()
}

/// An archive with one stored, empty file "a", written out by hand after APPNOTE.TXT 4.3.
fn zip() -> Vec<u8> {
    let mut bytes = b"PK\x03\x04\x0a\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\x01\0\0\0a".to_vec();
    let offset = u32::try_from(bytes.len()).unwrap();
    let mut entry = b"PK\x01\x02".to_vec();
    entry.resize(46, 0);
    entry[28] = 1;
    entry.push(b'a');
    let size = u32::try_from(entry.len()).unwrap();
    bytes.extend(entry);
    bytes.extend(b"PK\x05\x06\0\0\0\0\x01\0\x01\0");
    bytes.extend(size.to_le_bytes());
    bytes.extend(offset.to_le_bytes());
    bytes.extend(b"\0\0");
    bytes
}

#[test]
fn whole_files_are_taken() {
    let cases: &[(&str, &[u8])] = &[
        ("a.json", br#" {"a":[1,"\u00e9"]} "#),
        ("a.jsonl", b"{\"a\":1}\n\n[2]"),
        ("a.csv", b"Report Date: 1\nname,alias\n\"A, \"\"B\"\"\nC\",\"\"\r\n5\" pipe,x\n\x1a\n"),
        ("a.csv", b"\xef\xbb\xbfa;b\n\"1\";\"2\""),
        ("a.tsv", b"name\tcount\nserde\t12\n"),
        ("a.txt", "\u{e9}\n".as_bytes()),
        ("a.toml", b"[[rules]]\nid = \"x\"\n"),
        ("a.yml", b"title: x\n"),
        ("a.xml", b"\xef\xbb\xbf<?xml version=\"1.0\"?>\n<!-- <x> -->\n<l:list a=\"1\"><b/></l:list>\n\n"),
        ("a.mmdb", b"....\xab\xcd\xefMaxMind.com...."),
        ("a.zip", &zip()),
        ("a.jsonl.gz", &gzip(b"{}\n{}\n")),
        ("a.tar.gz", &gzip(&[0; 1024])),
    ];
    for (name, bytes) in cases {
        assert_eq!(checked(name, bytes), Ok(()), "{name} {}", String::from_utf8_lossy(bytes));
    }
}

#[test]
fn damaged_files_are_refused_with_the_reason() {
    let whole = gzip(b"{}\n{}\n");
    let mut flipped = whole.clone();
    let middle = flipped.len() - 6;
    flipped[middle] ^= 1;
    let cases: &[(&str, &[u8], &str)] = &[
        ("a.json", br#"{"a":[1,2"#, "EOF"),
        ("a.json", b"{} {}", "trailing"),
        ("a.json", b"", "EOF"),
        ("a.json", b"[\"\xff\"]", "UTF-8"),
        ("a.jsonl", b"{}\n{\"a\":\n", "line 2"),
        ("a.jsonl", b"\n \n", "no entries"),
        ("a.csv", b"a,b\n1,\"2\n3,4\n", "quoted field of line 2"),
        ("a.csv", b"a,b\n1,\"\"\"\n", "quoted field of line 2"),
        ("a.csv", b" \r\n\n", "no rows"),
        ("a.csv", b"  <!DOCTYPE html><p>Not found", "web page"),
        ("a.csv", b"a,b\n\xe9,1\n", "UTF-8"),
        ("a.txt", b"abc\n\xc3", "UTF-8"),
        ("a.txt", b"", "no entries"),
        ("a.toml", b"[[rules]\n", ""),
        ("a.toml", b"# nothing\n", "no entries"),
        ("a.xml", b"<?xml version=\"1.0\"?><list><a></a>", "cut off"),
        ("a.xml", b"<!DOCTYPE html><HTML></HTML>", "web page"),
        ("a.xml", b"{}", "begin"),
        ("a.mmdb", b"not one", "metadata"),
        ("a.zip", &zip()[..60], "cut off"),
        ("a.zip", b"<html>", "no zip"),
        ("a.zip", b"PK\x05\x06\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0", "nothing"),
        ("a.jsonl.gz", &gzip(b"{}\n{\n"), "inside: line 2"),
        ("a.jsonl.gz", &whole[..whole.len() - 9], ""),
        ("a.tar.gz", &flipped, ""),
        ("a.tar.gz", &gzip(b""), "nothing"),
    ];
    for (name, bytes, reason) in cases {
        let refused = checked(name, bytes).expect_err(name);
        assert!(refused.contains(reason), "{name}: '{refused}' should say '{reason}'");
    }
}

#[test]
fn a_letter_may_lie_across_two_reads() {
    let mut reader = Utf8Only::new(io::Cursor::new("aé漢😀".as_bytes()));
    let mut byte = [0; 1];
    while reader.read(&mut byte).unwrap() > 0 {}
    let mut reader = Utf8Only::new(io::Cursor::new(b"a\xe6\xbc"));
    assert!(io::copy(&mut reader, &mut io::sink()).is_err(), "and must not be left half");
}

#[test]
fn a_line_without_end_is_refused() {
    let endless = vec![b'x'; usize::try_from(LINE_BYTES_MAX).unwrap() + 1];
    assert!(checked("a.txt", &endless).expect_err("too long").contains("longer than"));
}

/// The publishers' own files, where they are at hand.
#[test]
fn real_files_are_taken() {
    let Some(folder) = std::env::var_os("PALISADE_DATA") else {
        eprintln!("skipped: PALISADE_DATA is not set");
        return;
    };
    let files = [
        "guard/gitleaks/gitleaks.toml",
        "kyb/lists/UN_consolidated.xml",
        "kyb/lists/cons_prim.csv",
        "kyb/lists/csl.csv",
        "kyb/ofac_2019/sdn.csv",
        "kyb/ofac_2019/alt.csv",
        "kyb/industry/naics2022_hierarchy_definitions.json",
        "supply/popular/npm-high-impact.txt",
        "supply/popular/top-pypi-packages.csv",
        "supply/popular/crates-from-lockfiles.tsv",
        "supply/malicious/npm.tsv",
        "supply/malicious/mal-osv-compact.jsonl.gz",
        "supply/advisories/rustsec-2026-08.tar.gz",
    ];
    for file in files {
        let path = Path::new(&folder).join(file);
        let mut head = [0; 4];
        File::open(&path).and_then(|mut open| open.read_exact(&mut head)).expect(file);
        let name = path.file_name().and_then(|name| name.to_str()).unwrap();
        assert_eq!(check(&path, name, FeedFormat::detect(name, &head).unwrap()), Ok(()), "{file}");
    }
}

const EVERY: [&str; 11] =
    ["a.json", "a.jsonl", "a.csv", "a.tsv", "a.txt", "a.toml", "a.xml", "a.yml", "a.zip", "a.mmdb", "a.json.gz"];

proptest! {
    #[test]
    fn no_bytes_make_it_panic(
        before in proptest::collection::vec(any::<u8>(), 0..64),
        start in proptest::sample::select(vec![&b""[..], b"<a", b"<!--", b"\x1f\x8b\x08\0", b"PK\x05\x06"]),
        after in proptest::collection::vec(any::<u8>(), 0..64),
    ) {
        let bytes = [before.as_slice(), start, after.as_slice()].concat();
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("file");
        std::fs::write(&path, bytes).unwrap();
        for name in EVERY {
            let _ = check(&path, name, FeedFormat::by_name(name).unwrap());
        }
    }

    #[test]
    fn rows_written_by_the_rules_are_taken_and_cut_ones_are_not(
        rows in proptest::collection::vec(proptest::collection::vec("[a\",;\n\ré ]{0,6}", 1..4), 1..5),
    ) {
        let row = |fields: &Vec<String>| {
            let quoted: Vec<String> = fields.iter().map(|field| format!("\"{}\"", field.replace('"', "\"\""))).collect();
            quoted.join(",")
        };
        let text = rows.iter().map(row).collect::<Vec<_>>().join("\r\n");
        prop_assert_eq!(checked("a.csv", text.as_bytes()), Ok(()));
        prop_assert!(checked("a.csv", &text.as_bytes()[..text.len() - 1]).is_err());
    }
}
