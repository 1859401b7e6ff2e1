//! Names that are made up, the same at each run: people with given names that many bear and family names of syllables,
//! companies with a rare word, a trade and a legal form.

use fastrand::Rng;
use palisade_kyb::entity::{Entity, EntityType, Name, PartialDate};

const GIVEN: &[&str] = &[
    "Ahmed",
    "Aleksandr",
    "Ana",
    "Andrei",
    "Carlos",
    "Chen",
    "Daniel",
    "Elena",
    "Fatima",
    "Georg",
    "Hassan",
    "Irina",
    "Ivan",
    "Jamal",
    "Jin",
    "John",
    "Jorge",
    "Karim",
    "Laura",
    "Li",
    "Luis",
    "Maria",
    "Mehmet",
    "Min",
    "Mohammed",
    "Nadia",
    "Natalia",
    "Olga",
    "Omar",
    "Pavel",
    "Rosa",
    "Said",
    "Sergei",
    "Sofia",
    "Tariq",
    "Viktor",
    "Wei",
    "Yusuf",
    "Zahra",
];
const SYLLABLES: &[&str] = &[
    "ba", "ri", "no", "va", "kor", "mi", "la", "zen", "tu", "har", "sho", "qi", "man", "del", "fo", "gra", "pe", "ust",
    "ov", "ich", "ali", "bek", "dov", "ran", "kha", "lid", "mur", "sal", "tor", "wen", "xu", "yam", "iev", "enko",
    "ski", "ber", "stein", "ar",
];
const TRADES: &[&str] = &[
    "Trading",
    "Shipping",
    "Holding",
    "Bank",
    "Energy",
    "Mining",
    "Logistics",
    "Petroleum",
    "Construction",
    "Aviation",
    "Technologies",
    "Investments",
    "Steel",
    "Pharma",
    "Textiles",
    "Marine",
    "Insurance",
    "Electronics",
];
const FORMS: &[&str] = &["Ltd", "LLC", "GmbH", "S.A.", "Inc", "FZE", "JSC", "OOO", "B.V.", "Corp.", "AG", "Co. Ltd"];
const COUNTRIES: &[&str] = &["ru", "ir", "sy", "cn", "us", "fr", "de", "ae", "cy", "mx"];

/// What makes names.
pub(super) struct Made(Rng);

impl Made {
    pub(super) fn new(seed: u64) -> Self {
        Self(Rng::with_seed(seed))
    }

    fn of<'a>(&mut self, words: &[&'a str]) -> &'a str {
        words[self.0.usize(..words.len())]
    }

    fn word(&mut self) -> String {
        let word: String = (0..self.0.usize(2..5)).map(|_| SYLLABLES[self.0.usize(..SYLLABLES.len())]).collect();
        word[..1].to_uppercase() + &word[1..]
    }

    /// Three in five are people's.
    pub(super) fn name(&mut self) -> (String, EntityType) {
        if self.0.u8(..5) < 3 {
            let middle = if self.0.bool() { format!(" {}", self.of(GIVEN)) } else { String::new() };
            return (format!("{}{middle} {}", self.of(GIVEN), self.word()), EntityType::Person);
        }
        (format!("{} {} {}", self.word(), self.of(TRADES), self.of(FORMS)), EntityType::Organization)
    }

    /// The same with a letter left out, doubled, or in its neighbour's place.
    pub(super) fn slip(&mut self, name: &str) -> String {
        let mut letters: Vec<char> = name.chars().collect();
        let at = self.0.usize(..letters.len().saturating_sub(1).max(1));
        match self.0.u8(..3) {
            0 => drop(letters.remove(at)),
            1 => letters.insert(at, letters[at]),
            _ if at + 1 < letters.len() => letters.swap(at, at + 1),
            _ => {}
        }
        letters.into_iter().collect()
    }

    /// Somebody of this name, of whom nothing else is known.
    pub(super) fn party(name: &str, entity_type: EntityType) -> Entity {
        let names = vec![Name { full: name.to_owned(), ..Name::default() }];
        Entity { source: "question".to_owned(), id: "1".to_owned(), entity_type, names, ..Entity::default() }
    }

    /// An entity again, with a slip in its name.
    pub(super) fn altered(&mut self, entity: &Entity) -> Entity {
        let mut altered = entity.clone();
        if let Some(name) = altered.names.first_mut() {
            name.full = self.slip(&name.full);
        }
        altered
    }

    pub(super) fn entities(&mut self, source: &str, count: usize) -> Vec<Entity> {
        (0..count).map(|number| self.entity(source, number)).collect()
    }

    /// The same one by one, for more than should be in memory.
    pub(super) fn entities_iter(mut self, source: &str, count: usize) -> impl Iterator<Item = Entity> {
        (0..count).map(move |number| self.entity(source, number))
    }

    fn entity(&mut self, source: &str, number: usize) -> Entity {
        let (name, entity_type) = self.name();
        // Of its own seed, so that names come in the order in which `name` alone gives them.
        let mut random = Rng::with_seed(number as u64);
        let date =
            PartialDate { year: random.u16(1930..2005), month: random.u8(1..13), day: random.u8(1..29), circa: false };
        let country = COUNTRIES[random.usize(..COUNTRIES.len())].to_owned();
        Entity {
            source: source.to_owned(),
            id: number.to_string(),
            dates: vec![date],
            countries: vec![country],
            programs: vec!["MADE-UP".to_owned()],
            ..Self::party(&name, entity_type)
        }
    }
}
