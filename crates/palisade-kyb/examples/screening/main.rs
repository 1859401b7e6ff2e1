//! Screens altered names of lists, and ordinary names, against the lists: how many of the first are found, and how many of
//! the second raise an alarm. `cargo run --release -p palisade-kyb --example screening -- FOLDER [threshold] [misses]`,
//! where FOLDER has OFAC's `sdn.csv` and `alt.csv`.

mod alterations;
mod ordinary;

use std::collections::BTreeMap;
use std::io::Read;
use std::path::Path;

use alterations::ALTERATIONS;
use fastrand::Rng;
use palisade_kyb::index::{IndexBuilder, NameIndex, Scratch};
use palisade_kyb::matching::{Matcher, Mode};
use palisade_kyb::names::NameType;

/// Candidates that are compared for each name.
const CANDIDATES: usize = 200;
/// Ordinary names of each type.
const ORDINARY: usize = 20_000;

struct Listed {
    entity: u32,
    name: String,
    name_type: NameType,
}

struct Screen {
    index: NameIndex,
    matcher: Matcher,
    scratch: Scratch,
    threshold: f32,
}

impl Screen {
    /// The entities that a name matches, the best first, with the listed name.
    fn hits(&mut self, name: &str, name_type: NameType) -> Vec<(f32, u32, String)> {
        let query = self.matcher.parse(name, name_type);
        let found = self.index.search(&query, CANDIDATES, &mut self.scratch);
        let mut hits = Vec::new();
        for candidate in found.names {
            let listed = self.index.name(candidate.name).unwrap_or_default();
            // A person is no company, as the comparison of entities judges as well.
            if self.index.name_type(candidate.name) != name_type {
                continue;
            }
            let parsed = self.matcher.parse(listed, self.index.name_type(candidate.name));
            let score = self.matcher.compare_names(&query, &parsed).score;
            if score >= self.threshold {
                hits.push((score, candidate.entity, listed.to_owned()));
            }
        }
        hits.sort_by(|a, b| b.0.total_cmp(&a.0));
        hits
    }
}

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let mut arguments = std::env::args().skip(1);
    let folder = arguments.next().ok_or("which folder of lists?")?;
    let threshold: f32 = arguments.next().map_or(Ok(0.7), |text| text.parse())?;
    let misses = arguments.next().is_some();
    let names = listed(Path::new(&folder))?;
    let mut builder = IndexBuilder::default();
    for listed in &names {
        builder.add(listed.entity, &listed.name, listed.name_type)?;
    }
    let index = builder.build()?;
    println!("{} names, index of {} bytes", index.len(), index.as_bytes().len());
    let matcher = Matcher::new(Mode::Balanced).with_rarity(index.rarity());
    let mut screen = Screen { index, matcher, scratch: Scratch::default(), threshold };
    recall(&mut screen, &names, misses);
    alarms(&mut screen, misses);
    Ok(())
}

fn recall(screen: &mut Screen, names: &[Listed], misses: bool) {
    let mut random = Rng::with_seed(7);
    let mut counts: BTreeMap<&str, [usize; 2]> = BTreeMap::new();
    for listed in names.iter().step_by(5) {
        for (kind, alter) in ALTERATIONS {
            let Some(altered) = alter(&listed.name, listed.name_type == NameType::Person, &mut random) else {
                continue;
            };
            let hits = screen.hits(&altered, listed.name_type);
            let found = hits.iter().any(|(_, entity, _)| *entity == listed.entity);
            if misses && !found {
                let (one, other) = (
                    screen.matcher.parse(&altered, listed.name_type),
                    screen.matcher.parse(&listed.name, listed.name_type),
                );
                let score = screen.matcher.compare_names(&one, &other).score;
                println!("missed ({kind}, {score:.2}): {altered} | {}", listed.name);
            }
            counts.entry(kind).or_default()[usize::from(found)] += 1;
        }
    }
    let total = counts.values().fold([0, 0], |sum, count| [sum[0] + count[0], sum[1] + count[1]]);
    for (kind, [missed, found]) in counts.into_iter().chain([("all", total)]) {
        println!("{kind:24} {:6} names, recall {:.4}", missed + found, found as f64 / (missed + found).max(1) as f64);
    }
}

/// Makes an ordinary name.
type Maker = fn(&mut Rng) -> String;

fn alarms(screen: &mut Screen, show: bool) {
    let mut random = Rng::with_seed(11);
    let make: [(&str, NameType, Maker); 2] =
        [("people", NameType::Person, ordinary::person), ("companies", NameType::Organization, ordinary::company)];
    for (kind, name_type, name) in make {
        let mut alarms = 0;
        for _ in 0..ORDINARY {
            let name = name(&mut random);
            if let Some((score, _, listed)) = screen.hits(&name, name_type).first() {
                alarms += 1;
                if show {
                    println!("alarm {score:.2}: {name} | {listed}");
                }
            }
        }
        println!("ordinary {kind:15} {ORDINARY} names, alarms {:.4} %", alarms as f64 * 100.0 / ORDINARY as f64);
    }
}

/// Names of OFAC's list in its CSV form: entities, then their other names.
fn listed(folder: &Path) -> Result<Vec<Listed>, Box<dyn std::error::Error>> {
    let mut names = Vec::new();
    let mut types = BTreeMap::new();
    for row in rows(&text(&folder.join("sdn.csv"))?).filter(|row| row.len() > 2) {
        let Ok(entity) = row[0].parse::<u32>() else { continue };
        let name_type = if row[2].trim() == "individual" { NameType::Person } else { NameType::Organization };
        types.insert(entity, name_type);
        names.push(Listed { entity, name: row[1].clone(), name_type });
    }
    for row in rows(&text(&folder.join("alt.csv"))?).filter(|row| row.len() > 3) {
        let Ok(entity) = row[0].parse::<u32>() else { continue };
        let name_type = types.get(&entity).copied().unwrap_or_default();
        names.push(Listed { entity, name: row[3].clone(), name_type });
    }
    Ok(names)
}

fn text(path: &Path) -> Result<String, Box<dyn std::error::Error>> {
    let mut bytes = Vec::new();
    #[expect(clippy::disallowed_methods, reason = "bounded beside it")]
    std::fs::File::open(path)?.take(1 << 28).read_to_end(&mut bytes)?;
    Ok(String::from_utf8_lossy(&bytes).into_owned())
}

/// Rows of CSV without line breaks in cells.
fn rows(text: &str) -> impl Iterator<Item = Vec<String>> + '_ {
    text.lines().map(|line| {
        let mut quoted = false;
        let cells = line.split(move |letter: char| {
            quoted ^= letter == '"';
            letter == ',' && !quoted
        });
        cells.map(|cell| cell.trim().trim_matches('"').to_owned()).collect()
    })
}
