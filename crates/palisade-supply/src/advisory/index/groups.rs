//! Records about the same matter, whoever published them: those that share an id or an alias.

use std::collections::HashMap;

/// For each record the least number of a record in its group. `names` gives the id and the aliases of every record.
pub(super) fn groups<'a>(names: impl Iterator<Item = Vec<&'a str>>) -> Vec<u32> {
    let mut leaders: Vec<u32> = Vec::new();
    let mut named: HashMap<&str, u32> = HashMap::new();
    for (number, names) in names.enumerate() {
        let number = u32::try_from(number).unwrap_or(u32::MAX);
        leaders.push(number);
        for name in names {
            let other = *named.entry(name).or_insert(number);
            let (a, b) = (leader(&mut leaders, number), leader(&mut leaders, other));
            leaders[a.max(b) as usize] = a.min(b);
        }
    }
    (0..leaders.len()).map(|number| leader(&mut leaders, number as u32)).collect()
}

/// The leader of a record, with the way to it shortened.
fn leader(leaders: &mut [u32], number: u32) -> u32 {
    let mut at = number;
    while leaders[at as usize] != at {
        let next = leaders[at as usize];
        leaders[at as usize] = leaders[next as usize];
        at = next;
    }
    at
}

#[cfg(test)]
mod tests {
    use super::groups;

    #[test]
    fn records_that_share_a_name_are_one_group_however_late_it_shows() {
        let names = [vec!["GHSA-1", "CVE-1"], vec!["PYSEC-1"], vec!["X"], vec!["CVE-1", "PYSEC-1"], vec!["Y", "X"]];
        assert_eq!(groups(names.into_iter()), [0, 0, 2, 0, 2]);
    }
}
