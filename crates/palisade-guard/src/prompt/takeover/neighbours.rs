//! What two words that stand side by side do not mean: a secret recipe is no password, a time limit no rule of a
//! model's, and what one does before one leaves is nothing that was said before.

use super::lexicon::{Concepts, LEXICON};
use std::sync::LazyLock;

/// Shorter words are seldom names of things.
const THING_BYTES_MIN: usize = 4;

/// Concepts that a word loses to its neighbour.
static SECRET: LazyLock<Concepts> = LazyLock::new(|| LEXICON.concept("secretword"));
static LIMIT: LazyLock<Concepts> = LazyLock::new(|| LEXICON.concept("limit"));
static PRIOR: LazyLock<Concepts> = LazyLock::new(|| LEXICON.concept("prior"));

static PROMPT: LazyLock<Concepts> = LazyLock::new(|| {
    ["order", "promptname", "message", "request"].iter().fold(0, |of, name| of | LEXICON.concept(name))
});

/// What names of things stand for that are no secret of a model's: a secret recipe, a secret world.
static THINGS: LazyLock<Concepts> =
    LazyLock::new(|| ["howto", "fiction", "persona", "praise"].iter().fold(0, |of, name| of | LEXICON.concept(name)));

/// Words of no concept that are no names of things, and stand beside a secret or a limit all the same.
const LINKING: [&str; 22] = [
    "please", "that", "with", "when", "where", "because", "while", "into", "within", "upon", "such", "even", "ever",
    "over", "than", "then", "there", "here", "were", "this", "those", "these",
];

/// Endings of words that say of what kind a limit is.
const KINDS: [&str; 9] = ["al", "ic", "ive", "ed", "ent", "ant", "ous", "ing", "ary"];

/// Whoever does something before something else happens.
const ACTING: [&str; 8] = ["you", "i", "we", "he", "she", "they", "it", "your"];

/// What `first` and `second`, which stands for `of` and follows it with a blank between, do not mean: concepts to take
/// from each.
pub(super) fn not_meant(first: &str, second: &str, of_first: Concepts, of: Concepts) -> (Concepts, Concepts) {
    match first {
        "secret" if of & !*THINGS == 0 && is_thing(second) => return (*SECRET, 0),
        // What is asked for is a new one.
        "prompt" | "prompts" if second == "for" => return (*PROMPT, 0),
        "before" if ACTING.contains(&second) || second.len() > THING_BYTES_MIN && second.ends_with("ing") => {
            return (*PRIOR, 0);
        }
        _ => {}
    }
    let limited = matches!(second, "limit" | "limits") && of_first == 0 && is_thing(first);
    if limited && !KINDS.iter().any(|ending| first.ends_with(ending)) { (0, *LIMIT) } else { (0, 0) }
}

fn is_thing(word: &str) -> bool {
    word.len() >= THING_BYTES_MIN && word.bytes().all(|byte| byte.is_ascii_lowercase()) && !LINKING.contains(&word)
}

#[cfg(test)]
mod tests {
    use super::{LIMIT, PRIOR, PROMPT, SECRET, not_meant};

    #[test]
    fn neighbours() {
        assert_eq!(not_meant("secret", "recipe", *SECRET, 0), (*SECRET, 0));
        assert_eq!(not_meant("secret", "please", *SECRET, 0), (0, 0));
        assert_eq!(not_meant("budget", "limits", 0, *LIMIT), (0, *LIMIT));
        assert_eq!(not_meant("usual", "limits", 0, *LIMIT), (0, 0));
        assert_eq!(not_meant("before", "you", *PRIOR, 0), (*PRIOR, 0));
        assert_eq!(not_meant("before", "this", *PRIOR, 0), (0, 0));
        assert_eq!(not_meant("prompt", "for", *PROMPT, 0), (*PROMPT, 0));
    }
}
