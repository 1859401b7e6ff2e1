//! Makes text harmless: secrets masked, markup and control characters shown instead of obeyed, hidden characters gone.
//!
//! **How it works.** What the policy would redact or block is changed by the [means](means) that suit its class, and
//! the result is inspected again, since taking something away can bring something else together. What the mildest
//! means does not cure is taken out, and as a last resort the whole string is. So the outcome has no finding of that
//! kind, and neutralising it again changes nothing.
//!
//! **JSON** is changed string by string, in the text as it was written: it stays valid, and every byte outside of the
//! places found stays as it is, escapes and blanks included. A number that is masked becomes a string.

mod edit;
mod means;
mod written;

use crate::{
    Guard, JsonProblem,
    json::{self, Part},
    limits::FINDINGS_MAX,
    member::Telling,
    policy::{Circumstances, Policy},
};
use edit::Edit;
use palisade_model::{FindingDraft, Verdict};
use std::{borrow::Cow, collections::BTreeSet};
use written::Written;

/// Times that one string is changed and inspected again; two do for almost everything.
const ROUNDS_MAX: usize = 16;

/// Times that inspection goes on behind the last of [`FINDINGS_MAX`] findings; what has more is replaced as a whole.
const SWEEPS_MAX: usize = 1_000;

/// Stands for a string that no change makes harmless.
const NOTHING_LEFT: &str = "[removed: text that cannot be made harmless]";

/// Text that was made harmless.
#[derive(Clone, Debug, PartialEq)]
pub struct Neutralised<'t> {
    /// The text; borrowed when nothing had to be changed.
    pub text: Cow<'t, str>,
    /// What no change of a string can mend, such as a member that stands twice. If any of it is to be blocked, block.
    pub remaining: Vec<FindingDraft>,
}

impl Guard {
    /// `text`, with everything neutralised that `policy` would redact or block.
    #[must_use]
    pub fn neutralise_text<'t>(
        &self,
        text: &'t str,
        policy: &Policy,
        circumstances: &Circumstances<'_>,
    ) -> Neutralised<'t> {
        let task = Task { guard: self, policy, circumstances };
        let changed = task.string(Written::Plain, text, &[], &String::new);
        Neutralised { text: changed.map_or(Cow::Borrowed(text), Cow::Owned), remaining: Vec::new() }
    }

    /// The JSON `text`, with everything in its strings neutralised that `policy` would redact or block. Two names that
    /// become the same are told apart by a number.
    ///
    /// # Errors
    /// When the text is not JSON (RFC 8259) or nests deeper than [`crate::limits::JSON_DEPTH_MAX`].
    pub fn neutralise_json<'t>(
        &self,
        text: &'t str,
        policy: &Policy,
        circumstances: &Circumstances<'_>,
    ) -> Result<Neutralised<'t>, JsonProblem> {
        let task = Task { guard: self, policy, circumstances };
        let found = self.inspect_json(text)?;
        if found.len() <= FINDINGS_MAX && task.to_change(found).is_empty() {
            return Ok(Neutralised { text: Cow::Borrowed(text), remaining: Vec::new() });
        }
        let mut text = task.document(text)?;
        let mut remaining = task.to_change(self.inspect_json(&text)?);
        // A name that was changed can say something else of its value than it did.
        for _ in 1..ROUNDS_MAX {
            let Cow::Owned(again) = task.document(&text)? else { break };
            remaining = task.to_change(self.inspect_json(&again)?);
            text = Cow::Owned(again);
        }
        Ok(Neutralised { text, remaining })
    }
}

/// What is to be neutralised, and by whose rules.
struct Task<'a> {
    guard: &'a Guard,
    policy: &'a Policy,
    circumstances: &'a Circumstances<'a>,
}

impl Task<'_> {
    /// Those of `findings` that the policy would redact or block.
    fn to_change(&self, findings: Vec<FindingDraft>) -> Vec<FindingDraft> {
        let decision = self.policy.decide(&findings, self.circumstances);
        let actions: Vec<Verdict> = decision.rulings.iter().map(|ruling| ruling.action).collect();
        let with_actions = findings.into_iter().zip(actions);
        with_actions.filter(|(_, action)| *action >= Verdict::Redact).map(|(finding, _)| finding).collect()
    }

    /// The JSON `text` with its strings neutralised.
    fn document<'t>(&self, text: &'t str) -> Result<Cow<'t, str>, JsonProblem> {
        let (mut changed, mut done) = (String::new(), 0);
        let (mut names, mut telling): (BTreeSet<String>, Telling) = Default::default();
        json::walk(text, &mut |part, path| {
            telling.read(&part, path);
            let (quoted, quotes) = match part {
                Part::Name(_) | Part::Value(_) => (Written::Json, 1),
                Part::Number(_) => (Written::Plain, 0),
                Part::Again(_) | Part::Halved(_) => return,
            };
            let place = path.string.start + quotes..path.string.end - quotes;
            let pointer = || path.pointer(|name| self.guard.mask(name));
            let above = if matches!(part, Part::Name(_)) { Vec::new() } else { telling.names(path) };
            let Some(harmless) = self.string(quoted, &text[place.clone()], &above, &pointer) else { return };
            changed.push_str(&text[done..place.start]);
            changed.push_str(&match part {
                Part::Name(_) => distinct(harmless, &mut names),
                Part::Number(_) => serde_json::Value::from(harmless).to_string(),
                _ => harmless,
            });
            done = place.end;
        })?;
        Ok(if done == 0 { Cow::Borrowed(text) } else { Cow::Owned(changed + &text[done..]) })
    }

    /// One string as it is written behind `names`, neutralised; none when nothing had to be changed.
    fn string(&self, written: Written, original: &str, names: &[&str], pointer: &dyn Fn() -> String) -> Option<String> {
        let mut changed: Option<String> = None;
        for round in 0..ROUNDS_MAX {
            let now = changed.as_deref().unwrap_or(original);
            match self.edits(&written.read(now), names, round, pointer) {
                None => break,
                Some(edits) if edits.is_empty() => return changed,
                Some(edits) => changed = Some(written.apply(now, &edits)),
            }
        }
        Some(NOTHING_LEFT.to_owned())
    }

    /// The changes that make `text` harmless as far as one inspection tells; none when there would be too many.
    fn edits(&self, text: &str, names: &[&str], round: usize, pointer: &dyn Fn() -> String) -> Option<Vec<Edit>> {
        let (mut edits, mut from) = (Vec::new(), 0);
        for _ in 0..SWEEPS_MAX {
            let mut found = Vec::new();
            let names = if from == 0 { names } else { &[] };
            self.guard.inspect_until_full(names, &text[from..], pointer, &mut found);
            let more = found.len() > FINDINGS_MAX;
            found.truncate(FINDINGS_MAX);
            // Findings in decoded text come behind the others, so the last one need not be the furthest. What is passed
            // over here is found in the next round.
            let places = found.iter().filter_map(|finding| finding.evidence.first());
            let furthest = places.max_by_key(|place| place.start).map_or(0, |place| place.end);
            for finding in self.to_change(found) {
                means::edits(text, from, &finding, round, &mut edits);
            }
            from = text.ceil_char_boundary(from + furthest);
            if !more || furthest == 0 {
                return Some(edit::settle(edits));
            }
        }
        None
    }
}

/// `name`, with a number behind it when it is among `names` already.
fn distinct(name: String, names: &mut BTreeSet<String>) -> String {
    let mut distinct = name.clone();
    let mut number = 2;
    while !names.insert(distinct.clone()) {
        distinct = format!("{name} {number}");
        number += 1;
    }
    distinct
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::policy::Preset;

    const TOKEN: &str = concat!("glpat", "-tR7mZq2XcV9bN4kLwP8s");

    #[track_caller]
    fn text(preset: Preset, text: &str, wanted: &str) {
        let now = Circumstances::default();
        let neutralised = Guard::new().neutralise_text(text, &preset.policy(), &now);
        assert_eq!(neutralised.text, wanted);
        assert_eq!(matches!(neutralised.text, Cow::Borrowed(_)), text == wanted);
    }

    #[track_caller]
    fn json(preset: Preset, text: &str, wanted: &str) {
        let now = Circumstances::default();
        let neutralised = Guard::new().neutralise_json(text, &preset.policy(), &now).unwrap();
        assert_eq!(neutralised.text, wanted);
        assert!(neutralised.remaining.is_empty());
        assert_eq!(matches!(neutralised.text, Cow::Borrowed(_)), text == wanted);
        assert!(serde_json::from_str::<serde::de::IgnoredAny>(&neutralised.text).is_ok());
    }

    #[test]
    fn text_keeps_what_is_harmless() {
        text(Preset::Balanced, "naïve \u{2014} plain 👩‍❤️‍👨 text\u{7}", "naïve \u{2014} plain 👩‍❤️‍👨 text\u{7}");
        text(Preset::Balanced, &format!("key={TOKEN}; next"), "key=[redacted: GitLab token]; next");
        text(Preset::Observe, &format!("key={TOKEN}; next"), &format!("key={TOKEN}; next"));
        text(Preset::Balanced, "pay\u{202E}txt.exe 👩‍❤️‍👨", "paytxt.exe 👩‍❤️‍👨");
        text(Preset::Balanced, "hi\u{E0061}\u{E0062}\u{E0063}!", "hi!");
    }

    #[test]
    fn what_comes_together_is_found_in_turn() {
        let broken = format!("{}\u{202E}{}", &TOKEN[..9], &TOKEN[9..]);
        text(Preset::Balanced, &broken, "[redacted: GitLab token]");
    }

    #[test]
    fn json_stays_as_it_was_written() {
        json(Preset::Balanced, r#" {"a": "\u00e9\/" , "b":[1.0e5]} "#, r#" {"a": "\u00e9\/" , "b":[1.0e5]} "#);
        json(
            Preset::Balanced,
            &format!(r#" {{"\u0061": "\u00e9\/ {TOKEN} \ud83d\ude00" , "b":[1.0e5,"\"{TOKEN}"]}} "#),
            r#" {"\u0061": "\u00e9\/ [redacted: GitLab token] \ud83d\ude00" , "b":[1.0e5,"\"[redacted: GitLab token]"]} "#,
        );
        let escaped = TOKEN.replace('t', r"\u0074");
        json(Preset::Balanced, &format!(r#"["x\n{escaped}"]"#), r#"["x\n[redacted: GitLab token]"]"#);
        json(Preset::Balanced, "[\"a\\u202Etxt\\u2066\", \"\\ud83dz\"]", "[\"atxt\", \"\\ud83dz\"]");
    }

    #[test]
    fn what_a_name_tells_is_masked() {
        json(
            Preset::Balanced,
            r#"{"card":{"number":"4539578763621486","a":1,"a":[4539578763621486, 7]},"phone":"415-733-2671"}"#,
            r#"{"card":{"number":"[redacted: Payment card number]","a":1,"a":["[redacted: Payment card number]", 7]},"phone":"415-733-2671"}"#,
        );
        json(
            Preset::Strict,
            r#"{"\u0070assword": "kQ9#vzT2!mLx"}"#,
            r#"{"\u0070assword": "[redacted: Value that looks like a secret]"}"#,
        );
    }

    #[test]
    fn names_stay_distinct() {
        let other = TOKEN.replace('Z', "Y");
        json(
            Preset::Balanced,
            &format!(r#"{{"{TOKEN}":1,"{other}":{{"{TOKEN}":2}}}}"#),
            r#"{"[redacted: GitLab token]":1,"[redacted: GitLab token] 2":{"[redacted: GitLab token] 3":2}}"#,
        );
    }

    #[test]
    fn more_findings_than_are_told_are_neutralised() {
        let many = format!("{TOKEN} ").repeat(FINDINGS_MAX * 3);
        text(Preset::Balanced, &many, &"[redacted: GitLab token] ".repeat(FINDINGS_MAX * 3));
        let value = serde_json::to_string(&many).unwrap();
        json(Preset::Balanced, &value, &value.replace(TOKEN, "[redacted: GitLab token]"));
    }

    #[test]
    fn many_mild_findings_hide_no_secret() {
        let mild = "a\u{200B}b\n".repeat(FINDINGS_MAX * 2);
        let document = serde_json::to_string(&[mild.as_str(), TOKEN]).unwrap();
        json(Preset::Balanced, &document, &document.replace(TOKEN, "[redacted: GitLab token]"));
    }
}
