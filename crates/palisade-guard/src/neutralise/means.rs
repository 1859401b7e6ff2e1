//! By what means each class of findings is made harmless.

use super::edit::Edit;
use crate::unicode::{is_bidi_control, is_invisible, is_tag, is_variation_selector};
use palisade_model::FindingDraft;
use std::ops::Range;

/// Characters of a title that a marker tells.
const TITLE_CHARS_MAX: usize = 60;

/// A way to make a place harmless.
#[derive(Clone, Copy)]
enum Means {
    /// A marker stands in its place, with this word.
    Mark(&'static str),
    /// Characters of this sort, which cannot be seen, are taken out.
    Strip(fn(char) -> bool),
    /// Control characters are shown, those of lines left alone.
    ShowControls,
    /// Control characters are shown, ends of lines included.
    ShowLines,
    /// Characters of markup are written as entities.
    EscapeMarkup,
    /// A quote before it keeps a spreadsheet from calculating.
    Quote,
    /// Letters that pass for others are spelt out by number.
    Spell,
}

/// The mildest means that suits `class`.
fn mildest(class: &str) -> Means {
    if ["guard.secret", "guard.personal", "guard.session"].iter().any(|family| is_below(class, family)) {
        return Means::Mark("redacted");
    }
    let last = class.rsplit('.').next().unwrap_or(class);
    match last.split('-').next().unwrap_or(last) {
        "bidi" => Means::Strip(is_bidi_control),
        "invisible" => Means::Strip(is_invisible),
        "tag" => Means::Strip(is_tag),
        "variation" => Means::Strip(is_variation_selector),
        "control" | "ansi" | "terminal" => Means::ShowControls,
        "crlf" | "header" | "log" => Means::ShowLines,
        "xss" | "html" => Means::EscapeMarkup,
        "csv" | "formula" => Means::Quote,
        "confusable" | "mixed" => Means::Spell,
        _ => Means::Mark("removed"),
    }
}

fn is_below(class: &str, family: &str) -> bool {
    class.strip_prefix(family).is_some_and(|rest| rest.is_empty() || rest.starts_with('.'))
}

/// Adds to `out` what makes `finding` harmless, whose places are counted from the byte `from` of `text`. What an
/// earlier round has not cured is taken out; only taking characters away can go on, since it comes to an end.
pub(super) fn edits(text: &str, from: usize, finding: &FindingDraft, round: usize, out: &mut Vec<Edit>) {
    let means = match mildest(finding.detector) {
        means @ (Means::Mark(_) | Means::Strip(_) | Means::ShowControls | Means::ShowLines) => means,
        means if round == 0 => means,
        _ => Means::Mark("removed"),
    };
    for place in &finding.evidence {
        let start = text.floor_char_boundary((from + place.start).min(text.len()));
        let end = text.ceil_char_boundary((from + place.end).min(text.len()));
        if start >= end {
            continue;
        }
        let before = out.len();
        means.add(text, start..end, out);
        if out.len() == before {
            let word = if let Means::Mark(word) = means { word } else { "removed" };
            out.push(Edit { place: start..end, with: marker(word, &finding.title), whole: true });
        }
    }
}

impl Means {
    /// Adds the changes of single characters in `place`; none when this means does nothing there.
    fn add(self, text: &str, place: Range<usize>, out: &mut Vec<Edit>) {
        if matches!(self, Self::Quote) && !text[..place.start].ends_with('\'') {
            let first = text[place.clone()].chars().next().map_or(0, char::len_utf8);
            let with = format!("'{}", &text[place.start..place.start + first]);
            out.push(Edit { place: place.start..place.start + first, with, whole: false });
        }
        for (offset, character) in text[place.clone()].char_indices() {
            if let Some(with) = self.instead_of(character) {
                let start = place.start + offset;
                out.push(Edit { place: start..start + character.len_utf8(), with, whole: false });
            }
        }
    }

    /// What stands for `character` afterwards, if it changes.
    fn instead_of(self, character: char) -> Option<String> {
        match self {
            Self::Mark(_) | Self::Quote => None,
            Self::Strip(hides) => hides(character).then(String::new),
            Self::ShowControls => {
                (character.is_control() && !matches!(character, '\t' | '\n' | '\r')).then(|| shown(character))
            }
            Self::ShowLines => (character.is_control() && character != '\t').then(|| shown(character)),
            Self::EscapeMarkup => entity(character).map(str::to_owned),
            Self::Spell => (!character.is_ascii() && character.is_alphanumeric()).then(|| spelt(character)),
        }
    }
}

/// The picture of a control character, for those that have one.
fn shown(control: char) -> String {
    let picture = match control {
        '\0'..='\u{1F}' => char::from_u32(0x2400 + u32::from(control)),
        '\u{7F}' => Some('\u{2421}'),
        _ => None,
    };
    picture.map_or_else(|| spelt(control), String::from)
}

fn spelt(character: char) -> String {
    format!("[U+{:04X}]", u32::from(character))
}

fn entity(character: char) -> Option<&'static str> {
    match character {
        '&' => Some("&amp;"),
        '<' => Some("&lt;"),
        '>' => Some("&gt;"),
        '"' => Some("&quot;"),
        '\'' => Some("&#39;"),
        _ => None,
    }
}

/// What stands for something taken out. Plain words in brackets mean nothing to JSON, HTML, SQL or a shell's string.
fn marker(word: &str, title: &str) -> String {
    let plain = |character: &char| character.is_ascii_alphanumeric() || matches!(character, ' ' | '-');
    let title: String = title.chars().filter(plain).take(TITLE_CHARS_MAX).collect();
    format!("[{word}: {title}]")
}

#[cfg(test)]
mod tests {
    use super::*;
    use palisade_model::Evidence;

    #[track_caller]
    fn check(class: &'static str, round: usize, text: &str, place: Range<usize>, wanted: &str) {
        let evidence = vec![Evidence { start: place.start, end: place.end, ..Evidence::default() }];
        let title = "A <title>".into();
        let finding = FindingDraft { detector: class, evidence, title, ..FindingDraft::default() };
        let mut out = Vec::new();
        edits(text, 0, &finding, round, &mut out);
        let changed = super::super::written::Written::Plain.apply(text, &super::super::edit::settle(out));
        assert_eq!(changed, wanted, "{class}");
    }

    #[test]
    fn means_by_class() {
        check("guard.secret.aws", 0, "a KEY b", 2..5, "a [redacted: A title] b");
        check("guard.prompt.override", 0, "a do b", 2..4, "a [removed: A title] b");
        check("guard.injection.xss", 0, "x <b a='1'> y", 2..11, "x &lt;b a=&#39;1&#39;&gt; y");
        check("guard.injection.xss", 1, "x &lt;b y", 2..7, "x [removed: A title] y");
        check("guard.injection.csv", 0, "a,=1+1", 2..6, "a,'=1+1");
        check("guard.injection.csv", 1, "a,'=1+1", 3..7, "a,'[removed: A title]");
        check("guard.injection.ansi", 0, "\u{1B}[2J\n\u{9B}x", 0..8, "\u{241B}[2J\n[U+009B]x");
        check("guard.injection.crlf", 0, "a\r\nb", 0..4, "a\u{240D}\u{240A}b");
        check("guard.unicode.tag", 0, "a\u{E0041}b", 1..5, "ab");
        check("guard.unicode.tag", 0, "a%F3%A0b", 1..7, "a[removed: A title]b");
        check("guard.unicode.confusable", 0, "p\u{430}ypal", 0..7, "p[U+0430]ypal");
    }
}
