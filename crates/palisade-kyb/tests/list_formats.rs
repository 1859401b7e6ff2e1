//! Every format on a file written by hand: what is in it, all of it, and nothing else.

#![allow(clippy::unwrap_used, clippy::disallowed_methods, reason = "own fixtures")]

mod fixture;

use fixture::{FIXTURES, open, read};
use palisade_kyb::{
    entity::{Entity, NameKind, PartialDate},
    lists::{FORMATS, Format, ProblemKind},
};
use std::fmt::Write;

/// An entity in one line, with what is empty left out.
fn line(entity: &Entity) -> String {
    let mut line = format!("{} {:?}", entity.id, entity.entity_type);
    let mut add = |sign: &str, values: Vec<String>| {
        for value in values {
            write!(line, " {sign}{value}").unwrap();
        }
    };
    add(
        "",
        entity
            .names
            .iter()
            .map(|name| {
                let sign = match name.kind {
                    NameKind::Primary => "",
                    NameKind::Alias => "aka ",
                    NameKind::WeakAlias => "weak ",
                    NameKind::Previous => "fka ",
                    NameKind::OtherScript => "script ",
                };
                let parts =
                    name.given.as_ref().map(|given| format!("({given}|{})", name.family.clone().unwrap_or_default()));
                format!("[{sign}{}{}]", name.full, parts.unwrap_or_default())
            })
            .collect(),
    );
    add("*", entity.dates.iter().map(date).collect());
    add("in:", entity.places.clone());
    add("of:", entity.countries.clone());
    let id = |id: &palisade_kyb::entity::Identifier| {
        format!(
            "{}={}{}",
            id.kind,
            id.value,
            id.country.as_ref().map(|country| format!("@{country}")).unwrap_or_default()
        )
    };
    add("", entity.identifiers.iter().map(id).collect());
    add(
        "at:",
        entity
            .addresses
            .iter()
            .map(|address| {
                let country = address.country.clone().unwrap_or_default();
                [address.street.as_str(), &address.city, &address.region, &address.postal_code, &country].join("|")
            })
            .collect(),
    );
    add(
        "->",
        entity
            .relations
            .iter()
            .map(|relation| {
                format!(
                    "{}:{}{}",
                    relation.kind,
                    relation.to,
                    relation.percent.map(|p| format!(":{p}")).unwrap_or_default()
                )
            })
            .collect(),
    );
    add("#", entity.programs.clone());
    line
}

fn date(date: &PartialDate) -> String {
    format!("{}{}-{}-{}", if date.circa { "~" } else { "" }, date.year, date.month, date.day)
}

/// What each fixture holds, in the order of `FIXTURES`.
const EXPECTED: &[&str] = &[
    // ofac-csv
    "101 Person [EXEMPLARI, Ivan Pavlovich(Ivan Pavlovich|EXEMPLARI)] [weak VANYA] [aka EXEMPLARY, John(John|EXEMPLARY)] *1961-5-5 *~1962-0-0 in:Samplegrad, Russia of:ru passport=12AB3456@ru passport=99XY@kp at:1 Placeholder Street|Samplegrad 101000|||ru ->linked_to:102 #TEST-A #TEST-B
102 Organization [SAMPLE TRADING HOUSE] [fka SAMPLE EXPORTS] *1990-10-17 tax=7700000000@ru wallet=1ExampleWalletxxxxxxxxxxxxxxxxxxxx wallet=3SampleWalletyyyyyyyyyyyyyyyyyyyyyyyy registration=1027700000000 #TEST-A
103 Vessel [MV FIXTURE] of:pa call_sign=5XYZ1 imo=9074729 mmsi=572469210 #TEST-B",
    // ofac-xml
    "101 Person [EXEMPLARI, Ivan Pavlovich(Ivan Pavlovich|EXEMPLARI)] [weak VANYA] [fka PRIMERI, Ivan(Ivan|PRIMERI)] *1961-5-5 in:Samplegrad, Russia of:ru passport=12AB3456@ru at:1 Placeholder Street|Samplegrad||101000|ru #TEST-A
103 Vessel [MV FIXTURE] of:pa imo=9074729 call_sign=5XYZ1 #TEST-B",
    // ofac-advanced-xml
    "101 Person [Exemplari, Ivan Pavlovich(Ivan Pavlovich|Exemplari)] [script Экземплярий] [weak Vanya] *1961-5-5 in:Samplegrad, Russia of:ru passport=12AB3456@ru at:1 Placeholder Street|Samplegrad||101000|ru #TEST-A
102 Organization [Sample Trading House] ->owned_or_controlled_by:101",
    // un-xml
    "6900001 Person [JEAN MODELE(JEAN|MODELE)] [weak Petit Jean] [script جان موديل] *~1973-0-0 *~1974-0-0 *~1975-0-0 in:Goma, Rwanda of:cd un_reference=TSi.001 passport=OB 0001@rw at:|Goma|||cd #TEST
6900002 Organization [FIXTURE FRONT] [fka Front of Fixtures] un_reference=TSe.001 at:||||ml #TEST",
    // eu-xml
    "11 Person [Erika Muster(Erika|Muster)] [weak Rikki] *1970-2-3 in:Minsk, BY of:by eu_reference=EU.1.11 passport=MP1234567@by at:Beispielweg 1|Minsk||220000|by #TST
12 Organization [Muster & Söhne GmbH] eu_reference=EU.1.12 un_reference=TSe.001 #TST",
    // eu-csv
    "11 Person [Erika Muster(Erika|Muster)] [aka Rikki M.] *1970-2-3 in:Minsk, BY of:by eu_reference=EU.1.11 passport=MP1234567@by at:Beispielweg 1|Minsk||220000|by #TST
12 Organization [Muster & Söhne; GmbH] eu_reference=EU.1.12 un_reference=TSe.001 #TST",
    // uk-consolidated-csv
    "5001 Person [John Quentin SAMPLETON(John Quentin|SAMPLETON)] [script Джон Сэмплтон] [weak Johnny SAMPLE(Johnny|SAMPLE)] *1956-0-0 in:Leeds, United Kingdom of:gb passport=GB123 at:1 Sample Road, Leeds|||LS1 1AA|gb #Test Regime
5002 Organization [SAMPLE HOLDINGS LTD] at:2 Sample Road||||gb #Test Regime",
    // uk-sanctions-csv
    "TST0001 Person [John Quentin SAMPLETON(John Quentin|SAMPLETON)] [script Джон Сэмплтон] *1956-0-0 in:Leeds, United Kingdom of:gb of:ie passport=GB123 at:1 Sample Road, Leeds|||LS1 1AA|gb #Test Regime
TST0002 Vessel [MV SAMPLE] of:pa imo=9074729 #Test Regime",
    // uk-sanctions-xml
    "TST0001 Person [John Quentin SAMPLETON(John Quentin|SAMPLETON)] [weak JOHNNY S] [script Джон Сэмплтон] *1956-0-0 in:Leeds, United Kingdom of:gb passport=GB123 at:1 Sample Road, Leeds|||LS1 1AA|gb #Test Regime
TST0002 Vessel [MV SAMPLE] imo=9074729 #Test Regime",
    // seco-xml
    "70 Person [Beispieler Urs(Urs|Beispieler)] [script Бейшпилер Urs] [weak Ursli] *1965-7-4 in:Samplegrad, Oblast, RU of:ru passport=P777@ru at:Musterweg 5|Samplegrad|Oblast|101000|ru #Testland",
    // canada-xml
    "Belarus / Bélarus/1, Part 1/1 Person [Oleg Examplenko(Oleg|Examplenko)] [aka Aleh Examplenka] [aka Oleh E.] *1964-3-5 #SEMA Belarus
Russia / Russie/2/7 Organization [Sample Shipyard] #SEMA Russia",
    // australia-csv
    "900 Person [Mustafa Specimen] [aka Mulla Specimen] [script مصطفى] *1960-1-1 in:Kandahar, Afghanistan of:af at:House 1, Kabul, Afghanistan||||af #Test Committee
901 Organization [Specimen Bank] #Test Committee",
    // csl-csv
    "101 Person [EXEMPLARI, Ivan(Ivan|EXEMPLARI)] [aka VANYA] [aka PRIMERI] *1961-5-5 in:Samplegrad, Russia of:ru passport=12AB3456@ru at:1 Placeholder Street, Samplegrad, 101000||||ru #SDN #TEST-A #TEST-B
* Unknown [Sample Works] at:2 Placeholder Street, Samplegrad||||ru at:3 Placeholder Street, Samplegrad, 101000|||| #EL",
    // csl-json
    "abc1 Person [EXEMPLARI, Ivan(Ivan|EXEMPLARI)] [aka VANYA] *1961-5-5 in:Samplegrad, Russia of:ru passport=12AB3456@ru at:1 Placeholder Street|Samplegrad||101000|ru #SDN #TEST-A
abc2 Unknown [Sample Works] #EL",
    // denied-persons
    "* Unknown [JANE SPECIMEN] at:1 PLACEHOLDER STREET|RICHARDSON|TX|75081|us at:2 PLACEHOLDER STREET|RICHARDSON|TX|75081|us #DPL
* Unknown [SPECIMEN EXPORTS] at:3 PLACEHOLDER STREET|DUBAI|||ae #DPL",
    // world-bank-json
    "150001 Organization [SPECIMEN BUILDERS LTD.] of:ke at:1 PLACEHOLDER ROAD|NAIROBI||00100|ke #debarred
150002 Person [MR. JOHN SPECIMEN] of:ug at:||||ug #debarred",
    // world-bank-csv
    "* Unknown [SPECIMEN BUILDERS LTD.] of:ke at:1 PLACEHOLDER ROAD, NAIROBI||||ke #debarred
* Unknown [MR. JOHN SPECIMEN] of:ug at:||||ug #debarred",
    // ftm-json
    "NK-1 Person [Ivan Exemplari(Ivan|Exemplari)] [aka Иван Экземплярий] [weak Vanya] [fka Ivan Primeri] *1961-5-5 in:Samplegrad of:ru passport=12AB3456 ->owner:NK-2:60 #sanction
NK-2 Organization [Sample Trading House] *1990-10-17 of:ru tax=7700000000",
    // opensanctions-csv
    "NK-1 Person [Ivan Exemplari] [aka Vanya] [aka Exemplari; Ivan] *1961-5-5 of:ru of:by other=12AB3456 at:1 Placeholder Street, Samplegrad|||| #Test List #test
NK-2 Organization [Sample Trading House] *1990-0-0 of:ru #test",
    // gleif-csv
    "5299000SAMPLE0000031 Organization [Muster Aktiengesellschaft] [fka Muster GmbH] *1998-4-3 of:de lei=5299000SAMPLE0000031 registration=HRB 12345@de at:Beispielweg 1|Muenchen|BY|80331|de #ACTIVE
5299000SAMPLE0000128 Organization [Muster Holding SE] of:de lei=5299000SAMPLE0000128 registration=HRB 54321@de at:Beispielweg 2|Muenchen|BY|80331|de #ACTIVE",
    // gleif-xml
    "5299000SAMPLE0000031 Organization [Muster Aktiengesellschaft] [fka Muster GmbH] *1998-4-3 of:de lei=5299000SAMPLE0000031 registration=HRB 12345@de at:Beispielweg 1|Muenchen|BY|80331|de #ACTIVE",
    // gleif-relations-csv
    "5299000SAMPLE0000128 Organization ->parent:5299000SAMPLE0000031:75.5",
    // gleif-relations-xml
    "5299000SAMPLE0000128 Organization ->parent:5299000SAMPLE0000031",
    // senzing-json
    "S1 Person [Jane Q. Specimen] [aka J. Specimen] *1972-0-0 of:us wikidata=Q1 ->occupancy:Q2 #role.pep
S2 Organization [Ministry of Samples] at:|Berlin|||de",
    // own-csv
    "c-1 Person [Zoë Müller] [aka Zoe M.] *1970-2-3 of:de passport=C01X0006H@de at:Beispielweg 1|Köln||50667|de
c-2 Organization [Müller; Söhne] of:at lei=5299000SAMPLE0000031",
];

#[test]
fn every_format_gives_what_its_file_holds() {
    assert_eq!(FIXTURES.len(), EXPECTED.len());
    let mut wrong = String::new();
    for ((format, files), expected) in FIXTURES.iter().zip(EXPECTED) {
        let listing = read(files);
        assert_eq!(listing.problems, [], "{format}");
        assert!(!listing.summary.incomplete, "{format}");
        let lines: Vec<String> = listing.entities.iter().map(line).collect();
        let expected: Vec<&str> = expected.lines().collect();
        assert_eq!(lines.len(), expected.len(), "{format}: {lines:#?}");
        for (found, expected) in lines.iter().zip(expected) {
            // An id made from the entry's words is not written down here.
            let same = match expected.strip_prefix("* ") {
                Some(rest) => found.split_once(' ').is_some_and(|(_, found)| found == rest),
                None => found == expected,
            };
            if !same {
                writeln!(wrong, "{format}\n  found    {found}\n  expected {expected}").unwrap();
            }
        }
    }
    assert!(wrong.is_empty(), "{wrong}");
}

#[test]
fn every_format_has_a_fixture_and_is_detected_by_it() {
    for format in FORMATS {
        let (_, files) =
            FIXTURES.iter().find(|(name, _)| *name == format.name).unwrap_or_else(|| panic!("{}", format.name));
        for (name, content) in *files {
            let detected = Format::detect(&open(name, content)).map(|format| format.name);
            assert_eq!(detected, Some(format.name), "{name}");
        }
    }
}

#[test]
fn versions_and_announced_counts_are_read() {
    let of = |format: &str| {
        let (_, files) = FIXTURES.iter().find(|(name, _)| *name == format).unwrap();
        let summary = read(files).summary;
        (summary.version.unwrap_or_default(), summary.announced)
    };
    assert_eq!(of("ofac-xml"), ("03/01/2026".to_owned(), Some(2)));
    assert_eq!(of("un-xml").0, "2026-03-01T00:00:00Z");
    assert_eq!(of("eu-xml").0, "2026-03-01T10:00:00.000+01:00");
    assert_eq!(of("eu-csv").0, "01/03/2026");
    assert_eq!(of("uk-consolidated-csv").0, "01/03/2026");
    assert_eq!(of("uk-sanctions-csv").0, "01-Mar-2026");
    assert_eq!(of("uk-sanctions-xml").0, "01/03/2026");
    assert_eq!(of("seco-xml").0, "2026-03-01");
    assert_eq!(of("gleif-xml"), ("2026-03-01T08:00:00Z".to_owned(), Some(1)));
}

#[test]
fn a_broken_record_costs_itself_alone() {
    let cases: &[(&str, &str, usize, usize)] = &[
        // An element closed by another's name, and a record that is never closed.
        (
            "un.xml",
            "<CONSOLIDATED_LIST><INDIVIDUAL><DATAID>1</DATAID><FIRST_NAME>A</SECOND></INDIVIDUAL><INDIVIDUAL><DATAID>2</DATAID><FIRST_NAME>B<INDIVIDUAL><DATAID>3</DATAID><FIRST_NAME>C</FIRST_NAME></INDIVIDUAL></CONSOLIDATED_LIST>",
            1,
            2,
        ),
        ("own.csv", "id,name\n1,A\n2,\"B\n3,C\n4,D\n", 3, 1),
        ("own.csv", "id,name\n1,A\n2,B,too,many\n3,C\n", 2, 1),
        ("own.csv", "id,name\n1,\n2,B\n", 1, 1),
        (
            "ftm.json",
            "{\"id\":\"1\",\"schema\":\"Person\",\"properties\":{\"name\":[\"A\"]}}\n{\"id\":\"2\",\n{\"id\":\"3\",\"schema\":\"Person\",\"properties\":{\"name\":[\"C\"]}}\n",
            2,
            1,
        ),
        (
            "csl.json",
            "{\"results\":[{\"id\":\"1\",\"name\":\"A\",\"alt_names\":[],\"federal_register_notice\":\"\"},{\"id\":\"2\",,},{\"id\":\"3\",\"name\":\"C\"}]}",
            2,
            1,
        ),
        (
            "sdn.csv",
            "1,\"A\",-0- ,\"X\",-0- ,-0- ,-0- ,-0- ,-0- ,-0- ,-0- ,-0- \nx,\"B\",-0- ,\"X\",-0- ,-0- ,-0- ,-0- ,-0- ,-0- ,-0- ,-0- \n3,\"C\"\n4,\"D\",-0- ,\"X\",-0- ,-0- ,-0- ,-0- ,-0- ,-0- ,-0- ,-0- \n",
            2,
            2,
        ),
    ];
    for (name, content, entities, problems) in cases {
        let listing = read(&[(name, content.as_bytes())]);
        assert_eq!(
            (listing.entities.len(), listing.problems.len()),
            (*entities, *problems),
            "{name}: {:?}",
            listing.problems
        );
        assert!(listing.problems.iter().all(|problem| problem.kind == ProblemKind::Record), "{:?}", listing.problems);
    }
}

#[test]
fn quoted_fields_may_have_line_breaks() {
    let listing =
        read(&[("own.csv", b"id,name,address\n1,A,\"First line\nsecond \"\"line\"\"\"\n2,B,5\" pipe\n3,C,\n")]);
    assert_eq!(listing.problems, []);
    assert_eq!(listing.entities[0].addresses[0].street, "First line second \"line\"");
    assert_eq!(listing.entities[1].addresses[0].street, "5\" pipe");
    assert_eq!(listing.entities.len(), 3);
}

#[test]
fn external_entities_are_never_followed() {
    let content = "<?xml version=\"1.0\"?><!DOCTYPE l [<!ENTITY x SYSTEM \"file:///etc/hostname\"><!ENTITY y \"boom\">]>\
        <CONSOLIDATED_LIST><ENTITY><DATAID>1</DATAID><FIRST_NAME>A &x;</FIRST_NAME></ENTITY>\
        <ENTITY><DATAID>2</DATAID><FIRST_NAME>B &y;</FIRST_NAME></ENTITY>\
        <ENTITY><DATAID>3</DATAID><FIRST_NAME>C &amp; D &#233;</FIRST_NAME></ENTITY></CONSOLIDATED_LIST>";
    let listing = read(&[("un.xml", content.as_bytes())]);
    assert_eq!(listing.problems.len(), 2);
    assert!(listing.problems[0].reason.contains("`x` is not followed"), "{:?}", listing.problems);
    assert_eq!(listing.entities.iter().map(|entity| entity.names[0].full.as_str()).collect::<Vec<_>>(), ["C & D é"]);
}

#[test]
fn limits_are_kept_and_said() {
    let many: String = (0..20_000).map(|number| format!("{number},Name {number}\n")).collect();
    let listing = read(&[("own.csv", format!("id,name\n{many}").as_bytes())]);
    assert_eq!(listing.entities.len(), 10_000);
    assert!(listing.summary.incomplete);
    assert_eq!(listing.problems.last().unwrap().kind, ProblemKind::Limit);

    let long = format!("id,name\n1,{}\n2,B\n", "x".repeat(100_000));
    let listing = read(&[("own.csv", long.as_bytes())]);
    assert_eq!((listing.entities.len(), listing.problems.len()), (1, 1));

    let long = format!(
        "<CONSOLIDATED_LIST><ENTITY><DATAID>1</DATAID><X>{}</X></ENTITY><ENTITY><DATAID>2</DATAID><FIRST_NAME>B</FIRST_NAME></ENTITY></CONSOLIDATED_LIST>",
        "x".repeat(200_000)
    );
    let listing = read(&[("un.xml", long.as_bytes())]);
    assert_eq!((listing.entities.len(), listing.problems.len()), (1, 1), "{:?}", listing.problems);

    let deep = format!("<CONSOLIDATED_LIST><ENTITY>{}</ENTITY></CONSOLIDATED_LIST>", "<a>".repeat(20_000));
    assert_eq!(read(&[("un.xml", deep.as_bytes())]).entities.len(), 0);
    let nested = format!("{{\"results\":[{{\"id\":\"1\",\"name\":\"A\",\"alt_names\":{}", "[".repeat(60_000));
    assert_eq!(read(&[("csl.json", format!("{nested}\"federal_register_notice\"").as_bytes())]).entities.len(), 0);
}

#[test]
fn aliases_of_entries_that_are_not_listed_are_told_and_left_out() {
    let row = "1,\"A\",-0- ,\"X\",-0- ,-0- ,-0- ,-0- ,-0- ,-0- ,-0- ,-0- \n";
    let aliases = "1,1,\"aka\",\"B\",-0- \n2,2,\"aka\",\"C\",-0- \n3,3,\"aka\",\"D\",-0- \n";
    let listing = read(&[("alt.csv", aliases.as_bytes()), ("sdn.csv", row.as_bytes())]);
    assert_eq!((listing.entities.len(), listing.entities[0].names.len()), (1, 2));
    assert_eq!(listing.problems.len(), 1);
    assert!(listing.problems[0].reason.starts_with("2 rows are of entries"), "{:?}", listing.problems);
}

#[test]
fn a_row_of_one_zero_byte_is_a_problem() {
    let listing = read(&[("own.csv", b"id,name\n\0\n1,A\n")]);
    assert_eq!((listing.entities.len(), listing.problems.len()), (1, 1));
    assert_eq!(read(&[("sdn.csv", b"\0")]).entities, []);
}

#[test]
fn files_of_several_formats_make_one_list() {
    let of = |format: &str| FIXTURES.iter().find(|(name, _)| *name == format).unwrap().1[0];
    let listing = read(&[of("gleif-relations-csv"), of("gleif-csv")]);
    assert_eq!(listing.entities.len(), 2);
    let holding = listing.entities.iter().find(|entity| entity.id.ends_with("128")).unwrap();
    assert_eq!((holding.names[0].full.as_str(), holding.relations[0].kind.as_str()), ("Muster Holding SE", "parent"));
}

#[test]
fn senzing_records_may_be_flat_and_in_an_array() {
    let content = r#"[
      {"DATA_SOURCE": "TEST", "RECORD_ID": "1", "RECORD_TYPE": "PERSON", "NAME_FIRST": "Jane", "NAME_LAST": "Specimen",
       "DATE_OF_BIRTH": "1965-03-15", "NATIONALITY": "US", "ADDR_CITY": "Springfield", "ADDR_COUNTRY": "United States"},
      {"DATA_SOURCE": "TEST", "RECORD_ID": "2", "FEATURES": [{"RECORD_TYPE": "ORGANIZATION"}, {"NAME_ORG": "Specimen Works"},
       {"PASSPORT_NUMBER": "P1", "PASSPORT_COUNTRY": "Kenya"}]}
    ]"#;
    let listing = read(&[("list.json", content.as_bytes())]);
    assert_eq!(listing.problems, []);
    let lines: Vec<String> = listing.entities.iter().map(line).collect();
    assert_eq!(
        lines,
        [
            "1 Person [Jane Specimen(Jane|Specimen)] *1965-3-15 of:us at:|Springfield|||us",
            "2 Organization [Specimen Works] passport=P1@ke",
        ]
    );
}

#[test]
fn an_unknown_format_is_a_problem_and_not_an_empty_list() {
    let listing = read(&[("mystery.bin", b"nothing that is known")]);
    assert!(listing.summary.incomplete);
    assert_eq!(listing.problems[0].reason, "the format is not known");
}
