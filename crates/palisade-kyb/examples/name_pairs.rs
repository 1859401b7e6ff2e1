//! Precision, recall and F1 over labelled pairs of names: `cargo run --release -p palisade-kyb --example name_pairs --
//! name_pairs.csv [threshold] [errors]`. The file has the columns schema, name1, name2 and is_match.

use std::collections::BTreeMap;
use std::io::Read;

use palisade_kyb::matching::{Matcher, Mode};
use palisade_kyb::names::NameType;

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let mut arguments = std::env::args().skip(1);
    let path = arguments.next().ok_or("which file of labelled pairs?")?;
    let threshold: f32 = arguments.next().map_or(Ok(0.7), |text| text.parse())?;
    let errors = arguments.next().is_some();
    let mut text = String::new();
    #[expect(clippy::disallowed_methods, reason = "bounded beside it")]
    std::fs::File::open(path)?.take(1 << 26).read_to_string(&mut text)?;
    let matcher = Matcher::new(Mode::Balanced);
    let mut counts: BTreeMap<String, [u32; 4]> = BTreeMap::new();
    for row in rows(&text).iter().skip(1).filter(|row| row.len() > 4) {
        let name_type = if row[1] == "Person" {
            NameType::Person
        } else if row[1] == "LegalEntity" {
            NameType::Unknown
        } else {
            NameType::Organization
        };
        let (one, other) = (matcher.parse(&row[2], name_type), matcher.parse(&row[3], name_type));
        let score = matcher.compare_names(&one, &other).score;
        let (found, is) = (score >= threshold, row[4] == "true");
        for kind in ["all", if row[1] == "Person" { "people" } else { "companies" }, row[0].as_str()] {
            let cell = usize::from(found) * 2 + usize::from(is);
            counts.entry(kind.to_owned()).or_default()[cell] += 1;
        }
        if errors && found != is {
            println!("{score:.3} {is} {} | {} | {} {}", row[2], row[3], one.folded(), other.folded());
        }
    }
    for (kind, [_, missed, wrong, right]) in counts {
        let share = |part: u32, whole: u32| f64::from(part) / f64::from(whole.max(1));
        let f1 = share(2 * right, 2 * right + missed + wrong);
        println!(
            "{kind:16} precision {:.3} recall {:.3} F1 {f1:.3}",
            share(right, right + wrong),
            share(right, right + missed)
        );
    }
    Ok(())
}

/// Rows of a CSV file with quotes.
fn rows(text: &str) -> Vec<Vec<String>> {
    let mut rows = vec![vec![String::new()]];
    let mut quoted = false;
    let mut letters = text.chars().peekable();
    while let Some(letter) = letters.next() {
        let row = rows.last_mut().expect("one row at least");
        match letter {
            '"' if quoted && letters.peek() == Some(&'"') => {
                letters.next();
                row.last_mut().expect("one cell at least").push('"');
            }
            '"' => quoted = !quoted,
            ',' if !quoted => row.push(String::new()),
            '\n' if !quoted => rows.push(vec![String::new()]),
            '\r' if !quoted => {}
            _ => row.last_mut().expect("one cell at least").push(letter),
        }
    }
    rows
}
