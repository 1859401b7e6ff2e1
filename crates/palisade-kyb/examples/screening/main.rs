//! Screens altered names of lists, and ordinary names, against the lists: how many of the first are found, and how many of
//! the second raise an alarm. `cargo run --release -p palisade-kyb --example screening -- FOLDER [threshold] [misses]`,
//! where FOLDER has OFAC's `sdn.csv` and `alt.csv`.

mod alterations;
#[path = "../generated/ordinary.rs"]
mod ordinary;

use std::collections::BTreeMap;
use std::io::Read;
use std::path::Path;

use alterations::ALTERATIONS;
use fastrand::Rng;
use palisade_kyb::entity::{Entity, EntityType, Name};
use palisade_kyb::matching::{Matcher, Mode};
use palisade_kyb::names::NameType;
use palisade_kyb::screening::{Options, Scratch, Screener, ScreeningHit};

/// Ordinary names of each type.
const ORDINARY: usize = 20_000;

struct Screen {
    screener: Screener,
    scratch: Scratch,
    threshold: f32,
}

impl Screen {
    /// The entities that a name matches, the best first.
    fn hits(&mut self, name: &str, entity_type: EntityType) -> Vec<ScreeningHit> {
        let names = vec![Name { full: name.to_owned(), ..Name::default() }];
        let party = Entity { entity_type, names, ..Entity::default() };
        let options = Options { at_least: Some(self.threshold), ..Options::default() };
        self.screener.screen(&party, &options, &mut self.scratch).hits
    }
}

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let mut arguments = std::env::args().skip(1);
    let folder = arguments.next().ok_or("which folder of lists?")?;
    let threshold: f32 = arguments.next().map_or(Ok(0.7), |text| text.parse())?;
    let misses = arguments.next().is_some();
    let entities = listed(Path::new(&folder))?;
    let screener = Screener::build(&entities, Vec::new())?;
    println!("{} names of {} entities", screener.names(), screener.len());
    let mut screen = Screen { screener, scratch: Scratch::default(), threshold };
    recall(&mut screen, &entities, misses);
    alarms(&mut screen, misses);
    Ok(())
}

fn recall(screen: &mut Screen, entities: &[Entity], misses: bool) {
    let mut random = Rng::with_seed(7);
    let mut counts: BTreeMap<&str, [usize; 2]> = BTreeMap::new();
    let names = entities.iter().flat_map(|entity| entity.names.iter().map(move |name| (entity, &name.full)));
    for (entity, name) in names.step_by(5) {
        for (kind, alter) in ALTERATIONS {
            let person = entity.entity_type == EntityType::Person;
            let Some(altered) = alter(name, person, &mut random) else { continue };
            let found = screen.hits(&altered, entity.entity_type).iter().any(|hit| hit.entity.id == entity.id);
            if misses && !found {
                let matcher = Matcher::new(Mode::Balanced);
                let parse = |name: &str| matcher.parse(name, NameType::from(entity.entity_type));
                let score = matcher.compare_names(&parse(&altered), &parse(name)).score;
                println!("missed ({kind}, {score:.2}): {altered} | {name}");
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
    let make: [(&str, EntityType, Maker); 2] =
        [("people", EntityType::Person, ordinary::person), ("companies", EntityType::Organization, ordinary::company)];
    for (kind, entity_type, name) in make {
        let mut alarms = 0;
        for _ in 0..ORDINARY {
            let name = name(&mut random);
            if let Some(hit) = screen.hits(&name, entity_type).first() {
                alarms += 1;
                if show {
                    let listed = hit.comparison.name.as_ref().map_or("", |name| name.listed.as_str());
                    println!("alarm {:.2}: {name} | {listed}", hit.comparison.score);
                }
            }
        }
        println!("ordinary {kind:15} {ORDINARY} names, alarms {:.4} %", alarms as f64 * 100.0 / ORDINARY as f64);
    }
}

/// Entities of OFAC's list in its CSV form, with their other names.
fn listed(folder: &Path) -> Result<Vec<Entity>, Box<dyn std::error::Error>> {
    let mut entities: BTreeMap<u32, Entity> = BTreeMap::new();
    let mut add = |id: u32, name: &str, entity_type: Option<EntityType>| {
        let entity = entities.entry(id).or_insert_with(|| Entity { id: id.to_string(), ..Entity::default() });
        entity.entity_type = entity_type.unwrap_or(entity.entity_type);
        entity.names.push(Name { full: name.to_owned(), ..Name::default() });
    };
    for row in rows(&text(&folder.join("sdn.csv"))?).filter(|row| row.len() > 2) {
        let Ok(id) = row[0].parse::<u32>() else { continue };
        let person = row[2].trim() == "individual";
        add(id, &row[1], Some(if person { EntityType::Person } else { EntityType::Organization }));
    }
    for row in rows(&text(&folder.join("alt.csv"))?).filter(|row| row.len() > 3) {
        let Ok(id) = row[0].parse::<u32>() else { continue };
        add(id, &row[3], None);
    }
    Ok(entities.into_values().collect())
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
