//! From the names of an event's fields to the numbers of those that rules ask for: one look-up by hash.

use crate::{
    rules::{FieldNumber, Names},
    taxonomy::Taxonomy,
};
use std::collections::{HashMap, HashSet};
use xxhash_rust::xxh3::xxh3_64;

/// What Windows' own XML has around the names of fields.
const WINDOWS_SYSTEM: &str = "Event.System.";
const WINDOWS_DATA: &str = "Event.EventData.";
const WINDOWS_USER_DATA: &str = "Event.UserData.";
const ATTRIBUTES: &str = ".#attributes.";

/// Open addressing, at most half full, so that a name that no rule asks for is known by one or two probes.
pub(super) struct NameTable {
    /// Names of Windows' XML are taken for those that rules use.
    is_tolerant: bool,
    slots: Vec<Slot>,
    text: String,
    fields: Vec<FieldNumber>,
}

#[derive(Clone, Copy, Default)]
struct Slot {
    hash: u32,
    name: (u32, u32),
    /// Where the fields of the name stand; none in a slot that is free.
    fields: (u32, u32),
}

impl NameTable {
    pub(super) fn new(names: &Names, taxonomy: &Taxonomy) -> Self {
        let mut meant: HashMap<String, Vec<FieldNumber>> = HashMap::new();
        for (field, name) in names.iter() {
            let others = taxonomy.names_of(name);
            let all: HashSet<String> = others.into_iter().chain([name.to_owned()]).collect();
            all.into_iter().for_each(|name| meant.entry(name).or_default().push(field));
        }
        let size = (meant.len() * 2).next_power_of_two().max(2);
        let is_tolerant = taxonomy.is_tolerant();
        let mut table =
            Self { is_tolerant, slots: vec![Slot::default(); size], text: String::new(), fields: Vec::new() };
        for (name, mut fields) in meant {
            fields.sort_unstable();
            table.insert(&name, &fields);
        }
        table
    }

    fn insert(&mut self, name: &str, fields: &[FieldNumber]) {
        let hash = xxh3_64(name.as_bytes());
        let mut index = hash as usize & (self.slots.len() - 1);
        while self.slots[index].fields.1 > 0 {
            index = (index + 1) & (self.slots.len() - 1);
        }
        let (start, first) = (self.text.len() as u32, self.fields.len() as u32);
        self.text.push_str(name);
        self.fields.extend_from_slice(fields);
        self.slots[index] = Slot {
            hash: (hash >> 32) as u32,
            name: (start, self.text.len() as u32),
            fields: (first, self.fields.len() as u32),
        };
    }

    /// The fields that rules mean by this name of an event.
    pub(super) fn fields(&self, name: &str) -> &[FieldNumber] {
        let found = self.find(name);
        if found.is_empty()
            && self.is_tolerant
            && let Some(name) = as_rules_write(name)
        {
            return self.find(&name);
        }
        found
    }

    fn find(&self, name: &str) -> &[FieldNumber] {
        let hash = xxh3_64(name.as_bytes());
        let mut index = hash as usize & (self.slots.len() - 1);
        loop {
            let slot = self.slots[index];
            if slot.fields.1 == 0 {
                return &[];
            }
            if slot.hash == (hash >> 32) as u32 && self.text[slot.name.0 as usize..slot.name.1 as usize] == *name {
                return &self.fields[slot.fields.0 as usize..slot.fields.1 as usize];
            }
            index = (index + 1) & (self.slots.len() - 1);
        }
    }
}

/// The name as rules write it (Sigma specification, "Field Usage"): without blanks, attributes behind their element
/// with an underscore, and, of fields that a provider puts under an element of its own, without that.
fn as_rules_write(name: &str) -> Option<String> {
    let data = name.strip_prefix(WINDOWS_SYSTEM).or_else(|| name.strip_prefix(WINDOWS_DATA));
    let inner = data.or_else(|| Some(name.strip_prefix(WINDOWS_USER_DATA)?.split_once('.')?.1)).unwrap_or(name);
    let is_same = inner.len() == name.len() && !name.contains(' ') && !name.contains(ATTRIBUTES);
    (!is_same).then(|| inner.replace(ATTRIBUTES, "_").replace(' ', ""))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_and_those_of_other_taxonomies_are_found() {
        let mut names = Names::new();
        let (command, arn) = (names.number("CommandLine"), names.number("userIdentity.arn"));
        let table = NameTable::new(&names, &Taxonomy::default());
        for name in
            ["CommandLine", "winlog.event_data.CommandLine", "process.command_line", "Event.UserData.X.CommandLine"]
        {
            assert_eq!(table.fields(name), [command], "{name}");
        }
        assert_eq!(table.fields("userIdentity.arn"), [arn]);
        assert_eq!(
            as_rules_write("Event.System.Execution.#attributes.ProcessID").as_deref(),
            Some("Execution_ProcessID")
        );
        assert_eq!(as_rules_write("Event.EventData.Threat Name").as_deref(), Some("ThreatName"));
        assert_eq!(as_rules_write("Image"), None);
        assert!(table.fields("commandline").is_empty() && table.fields("").is_empty());
        assert!(NameTable::new(&Names::new(), &Taxonomy::none()).fields("x").is_empty());
        assert!(NameTable::new(&names, &Taxonomy::none()).fields("process.command_line").is_empty());
    }
}
