//! `palisade business` as it is used: lists imported, names screened and compared, a batch stopped and resumed.
#![allow(clippy::unwrap_used, clippy::disallowed_methods, reason = "a test that cannot go on has failed; own files")]

use serde_json::Value;
use std::{
    fmt::Write as _,
    fs,
    io::Write as _,
    path::Path,
    process::{Command, Output, Stdio},
    time::{Duration, Instant},
};

const LIST: &str = "\
id,name,type,aliases,dates,countries,identifiers,programs
k1,\"MARENKO, Viktor Pavlovich\",person,Viktor Marenkov;Виктор Павлович Маренко,1961-04-17,ru,passport:P7712345,MADE-UP-1
k2,Zarubin Northern Shipping Company Ltd,organization,ZNSC,2004-02-01,cy,registration:HE778812,MADE-UP-1
k3,\"AL-QASMARI, Idris Yusuf\",person,Idris al Kasmary,1974,sy,,MADE-UP-2
k4,Blue Heron Trading 11420 Corp.,organization,,,pa,lei:5493001KJTIIGC8Y1R12,MADE-UP-2
k5,Polar Lantern,vessel,,,mt,imo:9074729,MADE-UP-1
k6,\"OKONJO-BAKARE, Folasade\",person,,1980-12-03,ng,,MADE-UP-3
k7,Technopolis Vertex Bank,organization,Vertex Bank JSC,,by,swift:VRTXBY2X,MADE-UP-3
k8,\"TRAN, Minh Quoc Dat\",person,,1969-09-09,vn,,MADE-UP-3
k9,Granite Peak Aviation FZE,organization,,2011,ae,,MADE-UP-2
k10,\"SANTILLAN ROVIRA, Eusebio\",person,El Boticario,1958-07-21,mx,,MADE-UP-4
k11,Hadal Minerals Holding AG,organization,,,ch,,MADE-UP-4
k12,\"PETROSIAN-VOLK, Anahit\",person,,1990-01-30,am,,MADE-UP-4
";

fn palisade(folder: &Path, arguments: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_palisade"));
    command.args(arguments).current_dir(folder).env("NO_COLOR", "1").env_remove("PALISADE_DATA_DIR");
    command
}

fn ran(folder: &Path, arguments: &[&str]) -> Output {
    palisade(folder, arguments).output().unwrap()
}

fn said(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes).into_owned()
}

/// A folder with the list imported.
fn with_list() -> tempfile::TempDir {
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join("list.csv"), LIST).unwrap();
    let output = ran(folder.path(), &["feed", "import", "own-list", "list.csv"]);
    assert_eq!(output.status.code(), Some(0), "{}", said(&output.stderr));
    assert!(said(&output.stdout).contains("12 entries"), "{}", said(&output.stdout));
    folder
}

#[test]
fn without_a_list_no_answer_is_given() {
    let folder = tempfile::tempdir().unwrap();
    let output = ran(folder.path(), &["business", "screen", "Viktor Marenko"]);
    assert_eq!(output.status.code(), Some(2));
    assert!(output.stdout.is_empty(), "{}", said(&output.stdout));
    assert!(said(&output.stderr).contains("no list was imported"), "{}", said(&output.stderr));
}

#[test]
fn a_hit_is_told_with_every_part_and_what_was_searched() {
    let folder = with_list();
    let arguments =
        ["business", "screen", "Victor Marenko", "--type", "person", "--birth", "1961-04-17", "--country", "ru"];
    let output = ran(folder.path(), &arguments);
    assert_eq!(output.status.code(), Some(1), "{}", said(&output.stderr));
    let text = said(&output.stdout);
    for wanted in
        ["MARENKO, Viktor Pavlovich", "listed under MADE-UP-1", "the day is the same", "evidence ", "own-list", "12  "]
    {
        assert!(text.contains(wanted), "{wanted} is missing in\n{text}");
    }
    assert!(text.contains("un-sc was not searched: it was never imported"), "{text}");

    let json: Value =
        serde_json::from_slice(&ran(folder.path(), &[&arguments[..], &["--format", "json"]].concat()).stdout).unwrap();
    let hit = &json["results"][0]["hits"][0];
    assert_eq!((&hit["list"], &hit["entry"]), (&"own-list".into(), &"k1".into()), "{json}");
    let parts = hit["name"]["comparison"]["parts"].as_array().unwrap();
    assert!(!parts.is_empty() && hit["evidence"].as_str().unwrap().len() == 64);
    assert_eq!(json["searched"][0]["entries"], 12);

    let output = ran(folder.path(), &["business", "screen", "Margarethe Lindqvist-Oduya", "--type", "person"]);
    assert_eq!(output.status.code(), Some(0), "{}", said(&output.stdout));
    assert!(said(&output.stdout).contains("Nothing found") && said(&output.stdout).contains("own-list"));
}

#[test]
fn an_identifier_decides_and_a_legal_form_does_not() {
    let folder = with_list();
    let arguments =
        ["business", "screen", "Completely Other Name", "--id", "lei:5493001KJTIIGC8Y1R12", "--format", "json"];
    let json: Value = serde_json::from_slice(&ran(folder.path(), &arguments).stdout).unwrap();
    assert_eq!(json["results"][0]["hits"][0]["entry"], "k4", "{json}");
    assert_eq!(json["results"][0]["verdict"], "block");
    let output = ran(folder.path(), &["business", "screen", "Evergreen Widgets Corp.", "--type", "organization"]);
    assert_eq!(output.status.code(), Some(0), "{}", said(&output.stdout));
}

#[test]
fn lines_are_answered_one_each_in_their_order() {
    let folder = with_list();
    let mut child = palisade(folder.path(), &["business", "screen", "--stdin"]);
    let mut child = child.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::null()).spawn().unwrap();
    let lines = "Viktor Pavlovich Marenko\n\n{\"name\":\"Polar Lantern\",\"type\":\"vessel\"}\n{\"nothing\":1}\nAda Brindlemoor\n";
    child.stdin.take().unwrap().write_all(lines.as_bytes()).unwrap();
    let output = child.wait_with_output().unwrap();
    assert_eq!(output.status.code(), Some(1));
    let results: Vec<Value> = said(&output.stdout).lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    let told: Vec<_> = results.iter().map(|result| (result["input"].as_u64(), result["verdict"].as_str())).collect();
    assert_eq!(
        told,
        [
            (Some(1), Some("block")),
            (Some(2), None),
            (Some(3), Some("block")),
            (Some(4), None),
            (Some(5), Some("allow"))
        ]
    );
    assert!(results[1]["error"].is_string() && results[3]["error"].is_string());
    assert!(results[0]["findings"][0]["explanation"].as_str().unwrap().contains("MADE-UP-1"));
    assert!(results[4]["searched"][0].as_str().unwrap().starts_with("own-list@"));
}

#[test]
fn a_list_that_shrank_is_taken_only_when_somebody_confirms_it() {
    let folder = with_list();
    let at = folder.path();
    let short: String = LIST.lines().take(4).map(|line| format!("{line}\n")).collect();
    fs::write(at.join("short.csv"), short).unwrap();
    let output = ran(at, &["feed", "import", "own-list", "short.csv"]);
    let refused = said(&output.stderr);
    assert_eq!(output.status.code(), Some(2), "{refused}");
    assert!(refused.contains("shrank from 12 to 3"), "{refused}");
    let still = ran(at, &["business", "screen", "Hadal Minerals Holding AG"]);
    assert_eq!(still.status.code(), Some(1), "the list before serves on");

    let hash = refused.split("--confirm ").nth(1).unwrap().split(')').next().unwrap().to_owned();
    let output = ran(at, &["feed", "import", "own-list", "short.csv", "--confirm", &hash]);
    assert_eq!(output.status.code(), Some(0), "{}", said(&output.stderr));
    assert!(said(&output.stdout).contains("0 added, 9 removed, 0 changed"), "{}", said(&output.stdout));
    let shown = said(&ran(at, &["feed", "show", "own-list"]).stdout);
    assert!(shown.contains("9 removed") && shown.contains("Hadal Minerals Holding AG"), "{shown}");
    assert_eq!(ran(at, &["business", "screen", "Hadal Minerals Holding AG"]).status.code(), Some(0));
}

#[test]
fn a_list_that_is_none_or_cut_off_is_refused() {
    let folder = tempfile::tempdir().unwrap();
    let at = folder.path();
    for (name, content, wanted) in [
        ("page.xml", "<html><body>Service unavailable</body></html>", "no entries"),
        (
            "cut.xml",
            "<CONSOLIDATED_LIST dateGenerated=\"2026-01-01\"><INDIVIDUALS><INDIVIDUAL><DATAID>1</DATAID><FIRST_NAME>Ann",
            "un-sc",
        ),
        ("empty.csv", "", "nothing in it"),
    ] {
        fs::write(at.join(name), content).unwrap();
        let output = ran(at, &["feed", "import", "un-sc", name]);
        assert_eq!(output.status.code(), Some(2), "{name}");
        assert!(said(&output.stderr).contains(wanted), "{name}: {}", said(&output.stderr));
    }
}

#[test]
fn names_are_compared_in_pairs() {
    let folder = tempfile::tempdir().unwrap();
    let at = folder.path();
    let output = ran(at, &["business", "compare", "Viktor Marenko", "Marenko, Victor", "--type", "person"]);
    assert_eq!(output.status.code(), Some(0), "{}", said(&output.stdout));
    assert!(said(&output.stdout).contains("a match"));
    fs::write(
        at.join("pairs.csv"),
        "schema,name1,name2\nPerson,Ann Lee,Anne Lee\nPerson,,x\nCompany,Acme 1 Ltd,Zenith Bank\n",
    )
    .unwrap();
    let output = ran(at, &["business", "compare", "--csv", "pairs.csv"]);
    assert_eq!(output.status.code(), Some(2), "a row has no name");
    let rows: Vec<String> = said(&output.stdout).lines().map(str::to_owned).collect();
    assert!(
        rows.len() == 3 && rows[1].starts_with("1,") && rows[2].starts_with("3,") && rows[2].contains("false"),
        "{rows:?}"
    );
}

/// Counterparties, every thousandth of whom is listed.
fn counterparties(rows: usize) -> String {
    const GIVEN: [&str; 8] = ["Ada", "Bruno", "Clara", "Dmitri", "Elena", "Farid", "Grace", "Hugo"];
    const FAMILY: [&str; 7] = ["Brindle", "Castellan", "Dorrance", "Eberhart", "Fairweather", "Gustavson", "Holloway"];
    let mut text = String::from("id,name,type\n");
    for row in 0..rows {
        let name = match row % 1_000 {
            7 => "Idris Yusuf al-Qasmari".to_owned(),
            _ => format!("{} {} {}", GIVEN[row % 8], FAMILY[row / 8 % 7], FAMILY[row / 56 % 7]),
        };
        writeln!(text, "c{row},{name},person").unwrap();
    }
    text
}

#[test]
fn a_batch_answers_in_order_and_gives_a_reason_for_each_bad_row() {
    let folder = with_list();
    let at = folder.path();
    fs::write(
        at.join("in.csv"),
        "id,name,type\na,Viktor Marenko,person\nb,,person\nc,\"=HYPERLINK(1)\",organization\n",
    )
    .unwrap();
    let output = ran(at, &["business", "batch", "in.csv", "out.csv"]);
    assert_eq!(output.status.code(), Some(1), "{}", said(&output.stderr));
    let out = fs::read_to_string(at.join("out.csv")).unwrap();
    let rows: Vec<&str> = out.lines().collect();
    assert!(rows[1].starts_with("1,a,Viktor Marenko,block") && rows[1].contains("k1"), "{out}");
    assert!(rows[2].starts_with("2,") && rows[2].contains("no name"), "{out}");
    assert!(rows[3].starts_with("3,c,'=HYPERLINK(1),allow"), "{out}");
    assert!(said(&output.stderr).contains("row 2"));
    let again = ran(at, &["business", "batch", "in.csv", "out.csv"]);
    assert_eq!(again.status.code(), Some(2), "what is there is not written over");
    assert_eq!(ran(at, &["business", "batch", "in.csv", "out.csv", "--restart"]).status.code(), Some(1));
    assert_eq!(fs::read_to_string(at.join("out.csv")).unwrap(), out);
}

#[test]
fn a_batch_that_was_stopped_goes_on_and_comes_out_the_same() {
    let folder = with_list();
    let at = folder.path();
    fs::write(at.join("in.csv"), counterparties(200_000)).unwrap();
    let mut child =
        palisade(at, &["business", "batch", "in.csv", "stopped.ndjson"]).stderr(Stdio::null()).spawn().unwrap();
    let (begun, progress) = (Instant::now(), at.join("stopped.ndjson.progress"));
    while !progress.exists() && child.try_wait().unwrap().is_none() {
        assert!(begun.elapsed() < Duration::from_secs(60), "no progress is kept");
        std::thread::yield_now();
    }
    assert!(Command::new("kill").args(["-INT", &child.id().to_string()]).status().unwrap().success());
    assert_eq!(child.wait().unwrap().code(), Some(3), "it was stopped before its end");
    assert!(progress.exists());

    let other = ran(at, &["business", "batch", "in.csv", "stopped.ndjson", "--mode", "strict"]);
    assert!(other.status.code() == Some(2) && said(&other.stderr).contains("other options"), "{}", said(&other.stderr));
    let output = ran(at, &["business", "batch", "in.csv", "stopped.ndjson"]);
    assert_eq!(output.status.code(), Some(1), "{}", said(&output.stderr));
    assert!(said(&output.stderr).contains("going on behind row") && !progress.exists());
    assert_eq!(ran(at, &["business", "batch", "in.csv", "whole.ndjson"]).status.code(), Some(1));
    let (stopped, whole) = (fs::read(at.join("stopped.ndjson")).unwrap(), fs::read(at.join("whole.ndjson")).unwrap());
    assert!(stopped == whole, "{} and {} bytes", stopped.len(), whole.len());
    assert_eq!(whole.iter().filter(|byte| **byte == b'\n').count(), 200_000);
}

#[test]
fn what_listed_people_own_by_half_is_blocked_down_the_chain() {
    let folder = with_list();
    let shares = "owner,owned,percent\nViktor Marenko,Lantern Quay Ltd,30\nIdris Yusuf al-Qasmari,Lantern Quay Ltd,25%\n\
        Ada Brindlemoor,Lantern Quay Ltd,45\nLantern Quay Ltd,Mole End Chandlery,50\nAda Brindlemoor,Mole End Chandlery,50\n\
        Ada Brindlemoor,Brindlemoor Bakery,100\nAda Brindlemoor,Odd Row,much\n";
    fs::write(folder.path().join("shares.csv"), shares).unwrap();
    let all = ["business", "owners", "--shares", "shares.csv"];
    let output = ran(folder.path(), &all);
    let text = said(&output.stdout);
    assert_eq!(output.status.code(), Some(1), "{}", said(&output.stderr));
    for wanted in [
        "Lantern Quay Ltd: blocked by the 50 percent rule, blocked parties own 55 %",
        "30 %: Viktor Marenko, listed as MARENKO, Viktor Pavlovich (k1 of own-list",
        "Mole End Chandlery: blocked by the 50 percent rule, blocked parties own 50 %",
        "Lantern Quay Ltd, blocked through",
        "72.5 % in the end: Ada Brindlemoor",
        "Brindlemoor Bakery: not blocked",
    ] {
        assert!(text.contains(wanted), "{wanted} is missing in\n{text}");
    }
    assert!(said(&output.stderr).contains("line 8: percent `much`"), "{}", said(&output.stderr));
    let cleared = [&all[..], &["--not-listed", "Viktor Marenko", "--format", "json", "Lantern Quay Ltd"]].concat();
    let output = ran(folder.path(), &cleared);
    let json: Value = serde_json::from_slice(&output.stdout).unwrap();
    assert!(json["companies"][0].get("standing").is_none(), "{json}");
    assert_eq!(output.status.code(), Some(2), "a row was not read");
    assert_eq!(ran(folder.path(), &[&all[..], &["Nobody Ltd"]].concat()).status.code(), Some(2));
}

#[test]
fn a_name_of_one_letter_is_refused_with_the_reason() {
    let folder = with_list();
    let output = ran(folder.path(), &["business", "screen", "X"]);
    assert_eq!(output.status.code(), Some(2));
    assert!(said(&output.stderr).contains("too short to screen"), "{}", said(&output.stderr));
}
