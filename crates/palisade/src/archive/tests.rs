//! Archives as `zip`, `tar`, `gzip`, `zstd` and Python write them (`tests/archives` of the crate), and hostile ones.

use super::*;
use proptest::prelude::*;
use std::io::Write as _;

/// What came out, as `name: text` or `name! problem`.
#[derive(Default)]
struct Told(Vec<String>);

impl Receiver for Told {
    fn entry(&mut self, name: &str, entry: Loaded) {
        let what = match entry {
            Loaded::Text { text, .. } if text.len() > 40 => format!("{} bytes", text.len()),
            Loaded::Text { text, .. } => text.trim().to_owned(),
            other => format!("{other:?}"),
        };
        self.0.push(format!("{name}: {what}"));
    }

    fn problem(&mut self, name: &str, problem: Problem) {
        self.0.push(format!("{name}! {problem}"));
    }

    fn is_full(&self) -> bool {
        self.0.len() > 200_000
    }
}

fn told(bytes: &[u8]) -> Vec<String> {
    let mut told = Told::default();
    match read(bytes).unwrap() {
        Loaded::Archive(kind, bytes) => unpack("a", kind, &bytes, Limits::INSPECTED, &mut told),
        other => panic!("no archive: {other:?}"),
    }
    told.0
}

#[track_caller]
fn check(bytes: &[u8], wanted: &[&str]) {
    assert_eq!(told(bytes), wanted);
}

macro_rules! archive {
    ($name:literal) => {
        include_bytes!(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/archives/", $name))
    };
}

#[test]
fn archives_of_other_programs() {
    let long = format!("a!/{}/end.txt: long", "folder".repeat(30));
    let entries = ["a!/d/hello.txt: hello", "a!/d/bin: Binary", long.as_str(), "a!/grüße.txt: umlaut"];
    check(archive!("info-zip.zip"), &entries);
    check(archive!("python.zip"), &entries);
    check(archive!("bzip2.zip"), &["a!/d/hello.txt: hello"]);
    check(archive!("gnu.tar"), &entries);
    check(archive!("pax.tar.gz"), &entries);
    for of_ustar in [archive!("ustar.tar.zst").as_slice(), archive!("ustar.tar.bz2"), archive!("ustar.tar.xz")] {
        check(of_ustar, &["a!/d/hello.txt: hello", "a!/d/bin: Binary"]);
    }
    // Of two that were joined, the directory of the last counts.
    check(&[zip_of(&[("x", b"y")]), archive!("python.zip").to_vec()].concat(), &entries);
}

#[test]
fn single_files() {
    check(&gzip(b"one"), &["a!/content: one"]);
    let two = [gzip(b"one "), gzip(b"two")].concat();
    check(&two, &["a!/content: one two"]);
    check(&zstd::stream::encode_all(&b"three"[..], 1).unwrap(), &["a!/content: three"]);
}

#[test]
fn nested_archives_are_opened_twice() {
    let mut bytes = gzip(b"text");
    let mut names = vec!["a".to_owned(), "!/content".to_owned()];
    for depth in 0..4 {
        match depth {
            0..=2 => assert_eq!(told(&bytes), [format!("{}: text", names.concat())]),
            _ => assert!(told(&bytes)[0].ends_with("nested in too many archives; it was not opened")),
        }
        bytes = gzip(&bytes);
        names.push("!/content".to_owned());
    }
}

#[test]
fn bombs_end_and_tell() {
    let zeros = vec![b' '; 60 << 20];
    let wanted = format!("a! {}", Problem::Bomb(Limits::INSPECTED.ratio_max));
    check(&gzip(&zeros), &[&wanted]);
    check(&zstd::stream::encode_all(zeros.as_slice(), 1).unwrap(), &[&wanted]);
    check(&gzip(&gzip(&zeros)), &[&wanted]);
    let mut told = told(&zip_of(&[("ok.txt", b"fine"), ("bomb", &zeros), ("after", b"x")]));
    assert_eq!(told.remove(0), "a!/ok.txt: fine");
    assert_eq!(told, [wanted]);
}

#[test]
fn entries_that_share_their_bytes_count_each_time() {
    // One entry of 20 MiB, which the directory names a thousand times.
    let noise: Vec<u8> = (0..20_u32 << 20).map(|at| b'a' + (at.wrapping_mul(at) >> 13) as u8 % 26).collect();
    let one = zip_of(&[("a", &noise)]);
    let end = one.len() - 22;
    let start = u32_at(&one, end + 16);
    let directory = one[start..end].repeat(1_000);
    let mut many = one[..start].to_vec();
    many.extend_from_slice(&directory);
    let mut record = one[end..].to_vec();
    record[12..16].copy_from_slice(&(directory.len() as u32).to_le_bytes());
    many.extend_from_slice(&record);
    let told = told(&many);
    assert!(told.len() < 30, "{}", told.len());
    assert!(told.last().unwrap().contains("it unpacks to more than"), "{:?}", told.last());
}

#[test]
fn the_number_of_entries_is_limited() {
    let names: Vec<String> = (0..=Limits::INSPECTED.entries_max).map(|number| number.to_string()).collect();
    let entries: Vec<(&str, &[u8])> = names.iter().map(|name| (name.as_str(), &b""[..])).collect();
    let told = told(&zip_of(&entries));
    assert_eq!(told.len() as u64, Limits::INSPECTED.entries_max + 1);
    assert_eq!(told.last(), Some(&format!("a! {}", Problem::Entries(Limits::INSPECTED.entries_max))));
}

#[test]
fn what_cannot_be_read_is_told_and_the_rest_read() {
    let sound = zip_of(&[("a", b"one"), ("b", b"two")]);
    let start = u32_at(&sound, sound.len() - 6);
    let mut encrypted = sound.clone();
    encrypted[start + 8] |= 1;
    check(&encrypted, &["a!/a! it is encrypted; it was not inspected", "a!/b: two"]);
    let mut method = sound.clone();
    method[start + 10] = 98;
    check(&method, &["a!/a! its compression method 98 is not known here; it was not inspected", "a!/b: two"]);
    assert!(told(&sound[..start])[0].starts_with("a! it is damaged: its directory is missing"));
    let tar = archive!("gnu.tar");
    assert!(told(&tar[..700]).last().unwrap().starts_with("a! it is damaged"));
    assert!(told(&gzip(b"hello")[..15])[0].contains("it is damaged"));
}

#[test]
fn a_sparse_file_is_passed_over() {
    let mut tar = archive!("gnu.tar").to_vec();
    let (header, rest) = tar.split_at_mut(512);
    header[156] = b'S';
    header[482] = 1;
    header[148..156].fill(b' ');
    let sum: u32 = header.iter().map(|&byte| u32::from(byte)).sum();
    header[148..155].copy_from_slice(format!("{sum:06o}\0").as_bytes());
    let whole = [header, &[0; 512][..], rest].concat();
    let told = told(&whole);
    assert_eq!(told[0], "a!/d/hello.txt! it is a sparse file; it was not inspected");
    assert_eq!(told.len(), 4, "{told:?}");
}

#[test]
fn checksums_of_signed_bytes_count() {
    let mut tar = archive!("gnu.tar").to_vec();
    tar[0] = 0xe9;
    tar[148..156].fill(b' ');
    let sum: i64 = tar[..512].iter().map(|&byte| i64::from(byte.cast_signed())).sum();
    tar[148..155].copy_from_slice(format!("{sum:06o}\0").as_bytes());
    assert_eq!(told(&tar)[0], "a!/\u{FFFD}/hello.txt: hello");
}

#[test]
fn names_are_only_names() {
    check(&zip_of(&[("../../etc/passwd", b"x"), ("/abs", b"y")]), &["a!/../../etc/passwd: x", "a!//abs: y"]);
}

proptest! {
    #[test]
    fn damaged_archives_never_panic(which in 0..3_usize, flips in prop::collection::vec((any::<prop::sample::Index>(), any::<u8>()), 1..20)) {
        let mut bytes = match which {
            0 => archive!("info-zip.zip").to_vec(),
            1 => archive!("gnu.tar").to_vec(),
            _ => archive!("pax.tar.gz").to_vec(),
        };
        for (at, byte) in flips {
            let at = at.index(bytes.len());
            bytes[at] = byte;
        }
        let kind = [Kind::Zip, Kind::Tar, Kind::Gzip][which];
        unpack("a", kind, &bytes, Limits::INSPECTED, &mut Told::default());
    }

    #[test]
    fn arbitrary_bytes_never_panic(bytes in prop::collection::vec(any::<u8>(), 0..2_000)) {
        for kind in [Kind::Zip, Kind::Tar, Kind::Gzip, Kind::Zstd] {
            unpack("a", kind, &bytes, Limits::INSPECTED, &mut Told::default());
        }
    }
}

fn gzip(bytes: &[u8]) -> Vec<u8> {
    let mut encoder = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::default());
    encoder.write_all(bytes).unwrap();
    encoder.finish().unwrap()
}

/// A zip of these entries, deflated.
fn zip_of(entries: &[(&str, &[u8])]) -> Vec<u8> {
    let (mut bytes, mut directory) = (Vec::new(), Vec::new());
    for (name, content) in entries {
        let mut encoder = flate2::write::DeflateEncoder::new(Vec::new(), flate2::Compression::default());
        encoder.write_all(content).unwrap();
        let packed = encoder.finish().unwrap();
        // Flags, method, time, date, checksum, sizes, length of the name, length of the extra field.
        let mut about = [0_u8; 22];
        about[2] = 8;
        about[12..16].copy_from_slice(&(packed.len() as u32).to_le_bytes());
        about[16..20].copy_from_slice(&(content.len() as u32).to_le_bytes());
        about[20] = name.len() as u8;
        let offset = (bytes.len() as u32).to_le_bytes();
        bytes.extend([b"PK\x03\x04\x14\0", &about[..], &[0, 0], name.as_bytes(), &packed].concat());
        directory.extend([b"PK\x01\x02\x14\0\x14\0", &about[..], &[0; 12], &offset, name.as_bytes()].concat());
    }
    let (count, size) = ((entries.len() as u16).to_le_bytes(), (directory.len() as u32).to_le_bytes());
    let start = (bytes.len() as u32).to_le_bytes();
    [bytes, directory, [&b"PK\x05\x06\0\0\0\0"[..], &count, &count, &size, &start, &[0, 0]].concat()].concat()
}

fn u32_at(bytes: &[u8], at: usize) -> usize {
    u32::from_le_bytes(bytes[at..at + 4].try_into().unwrap()) as usize
}
