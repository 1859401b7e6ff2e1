//! Followed files: every line exactly once, through rotation, truncation and kills of the server.

use crate::{server::Home, syslog::wait_for};
use std::{
    collections::BTreeSet,
    fs::{self, File, OpenOptions},
    io::Write as _,
    path::Path,
};

fn settings(folder: &Path, more: &str) -> String {
    format!("[[files]]\npath = \"{}/*.log\"\nservice = \"app\"\n{more}\n", folder.display())
}

fn append(path: &Path) -> File {
    OpenOptions::new().create(true).append(true).open(path).unwrap()
}

fn write(file: &mut File, numbers: std::ops::Range<usize>) {
    let lines: String = numbers.map(|number| format!("line {number} of a file\n")).collect();
    file.write_all(lines.as_bytes()).unwrap();
}

#[test]
fn every_line_is_there_once_through_rotations_and_kills() {
    const ROUNDS: usize = 8;
    const LINES: usize = 6_000;
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("app.log");
    let home = Home::new(&settings(folder.path(), "read_from = \"beginning\""));
    let mut file = append(&path);
    for round in 0..ROUNDS {
        let server = home.start();
        let start = round * LINES;
        // Killed in the middle of it: some of the lines are durable and their position is not.
        write(&mut file, start..start + LINES / 2);
        wait_for_any(&server, start);
        write(&mut file, start + LINES / 2..start + LINES);
        server.kill();
        if round % 2 == 1 {
            fs::rename(&path, folder.path().join(format!("app.log.{round}"))).unwrap();
            // As programs do that are not told yet.
            write(&mut file, start + LINES..start + LINES);
            file = append(&path);
        }
    }
    let server = home.start();
    wait_for(&server, "service = 'app'", (ROUNDS * LINES) as u64);
    let wanted: BTreeSet<String> = (0..ROUNDS * LINES).map(|number| format!("line {number} of a file")).collect();
    let found = server.number("SELECT count(DISTINCT message) FROM events WHERE message LIKE 'line % of a file'");
    assert_eq!(found, wanted.len() as u64);
    assert_eq!(server.metric("palisade_files_unreadable"), 0.0);
}

fn wait_for_any(server: &crate::server::Server, from: usize) {
    let sql = format!("SELECT count(*) FROM events WHERE message = 'line {from} of a file'");
    crate::deadline::until(&sql, || (server.number(&sql) == 1).then_some(()));
}

#[test]
fn truncated_files_begin_anew_and_new_ones_are_read_from_their_beginning() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("app.log");
    let mut file = append(&path);
    write(&mut file, 0..10);
    let home = Home::new(&settings(folder.path(), "exclude = [\"no*\"]"));
    let server = home.start();
    // What was there before counts as read: the position is at the end once the file is followed.
    crate::deadline::until("the file to be followed", || {
        (server.metric("palisade_files_followed") > 0.0).then_some(())
    });
    write(&mut file, 10..20);
    wait_for(&server, "message LIKE 'line % of a file'", 10);
    file.set_len(0).unwrap();
    write(&mut file, 20..25);
    wait_for(&server, "message LIKE 'line % of a file'", 15);
    write(&mut append(&folder.path().join("late.log")), 25..30);
    write(&mut append(&folder.path().join("no.log")), 90..95);
    wait_for(&server, "message LIKE 'line % of a file'", 20);
    // A line waits for its end.
    file.write_all(b"half a line").unwrap();
    write(&mut append(&folder.path().join("late.log")), 30..31);
    wait_for(&server, "message LIKE 'line % of a file'", 21);
    assert_eq!(server.number("SELECT count(*) FROM events WHERE message LIKE 'half%'"), 0);
    file.write_all(b", whole\n").unwrap();
    wait_for(&server, "message = 'half a line, whole'", 1);
    let (status, said) = server.stop();
    assert!(status.success(), "{said}");
    write(&mut file, 40..45);
    let server = home.start();
    wait_for(&server, "message LIKE 'line % of a file'", 26);
    let rows = server.rows("SELECT DISTINCT service, attributes['log.file.path'] FROM events ORDER BY 2");
    let wanted = [path, folder.path().join("late.log")].map(|path| format!("[\"app\",\"{}\"]", path.display()));
    assert_eq!(serde_json::to_string(&rows).unwrap(), format!("[{}]", wanted.join(",")));
}

#[test]
fn a_line_without_an_end_counts_when_its_file_is_gone() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("app.log");
    let home = Home::new(&settings(folder.path(), "read_from = \"beginning\"\nformat = \"text\""));
    fs::write(&path, "{\"message\":\"as text\"}\nthe last words").unwrap();
    let server = home.start();
    wait_for(&server, "service = 'app'", 1);
    fs::remove_file(&path).unwrap();
    wait_for(&server, "message = 'the last words'", 1);
    wait_for(&server, "message = '{\"message\":\"as text\"}'", 1);
}
