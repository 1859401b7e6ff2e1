//! Which edits are slips: of fingers on the keyboard, of eyes, or of memory. Honest names differ by any letter; who
//! counts on slips takes the likely ones.

use super::compare::neighbours;
use super::look;

/// How many of the edits that make `asked` of `target` are usual slips, where no more than two do; else none.
pub(super) fn count(asked: &str, target: &str) -> u8 {
    let walk = Walk { asked: asked.as_bytes(), target: target.as_bytes() };
    walk.slips(0, 0, 1).or_else(|| walk.slips(0, 0, 2)).unwrap_or(0)
}

struct Walk<'a> {
    asked: &'a [u8],
    target: &'a [u8],
}

impl Walk<'_> {
    /// The most slips by which what is behind these places becomes the same with `left` edits, if it does.
    fn slips(&self, at: usize, other_at: usize, left: u8) -> Option<u8> {
        let same = self.asked[at..].iter().zip(&self.target[other_at..]).take_while(|(a, t)| a == t).count();
        let (at, other_at) = (at + same, other_at + same);
        let (one, other) = (self.asked.get(at), self.target.get(other_at));
        let left = match (one, other) {
            (None, None) => return Some(0),
            _ => left.checked_sub(1)?,
        };
        let swapped = one.is_some() && one == self.target.get(other_at + 1) && other == self.asked.get(at + 1);
        let swap = swapped.then(|| self.slips(at + 2, other_at + 2, left)).flatten().map(|slips| slips + 1);
        let replaced = one.zip(other).and_then(|(one, other)| {
            Some(self.slips(at + 1, other_at + 1, left)? + u8::from(is_replaced_by_slip(*one, *other)))
        });
        let added = one.and_then(|_| Some(self.slips(at + 1, other_at, left)? + u8::from(self.is_added_by_slip(at))));
        let left_out = other
            .and_then(|_| Some(self.slips(at, other_at + 1, left)? + u8::from(self.is_left_out_by_slip(other_at))));
        [swap, replaced, added, left_out].into_iter().flatten().max()
    }

    /// A finger hit a key twice, or two keys at once.
    fn is_added_by_slip(&self, at: usize) -> bool {
        around(self.asked, at).any(|beside| beside == self.asked[at] || neighbours(beside, self.asked[at]))
    }

    /// One of a double letter, or one from the middle: first and last letters are seldom forgotten.
    fn is_left_out_by_slip(&self, at: usize) -> bool {
        let is_double = around(self.target, at).any(|beside| beside == self.target[at]);
        is_double || (at > 0 && at + 1 < self.target.len())
    }
}

fn around(text: &[u8], at: usize) -> impl Iterator<Item = u8> + '_ {
    [at.checked_sub(1), at.checked_add(1)].into_iter().flatten().filter_map(|at| text.get(at).copied())
}

fn is_replaced_by_slip(one: u8, other: u8) -> bool {
    let vowel = |byte: u8| matches!(byte, b'a' | b'e' | b'i' | b'o' | b'u' | b'y');
    neighbours(one, other) || look::alike(one, other) || (vowel(one) && vowel(other))
}

#[cfg(test)]
mod tests {
    use super::count;

    #[test]
    fn slips_are_told_from_other_edits() {
        let table = [
            ("lodahs", "lodash", 1),  // swapped
            ("loddash", "lodash", 1), // twice
            ("lodadh", "lodash", 1),  // the next key
            ("lodaswh", "lodash", 1), // two keys at once
            ("lodsh", "lodash", 1),   // forgotten in the middle
            ("odash", "lodash", 0),   // the first letter is not forgotten
            ("clodash", "lodash", 0), // a word of its own
            ("tensofliw", "tensorflow", 2),
            ("openaea", "openai", 1),
            ("lodash", "lodash", 0),
            ("react", "lodash", 0),
            ("", "", 0),
            ("", "ab", 0),
        ];
        for (asked, target, slips) in table {
            assert_eq!(count(asked, target), slips, "{asked} for {target}");
        }
    }
}
