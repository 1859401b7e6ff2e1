//! Patterns with `*`, `?` and `**`, matched in time proportional to pattern times text, whatever either holds.

/// Characters of a pattern; more than any name or path that one wants to write out.
pub(super) const PATTERN_CHARS_MAX: usize = 256;

/// A pattern.
#[derive(Clone, Debug)]
pub(super) struct Glob {
    tokens: Vec<Token>,
    separator: Option<char>,
}

#[derive(Clone, Debug, PartialEq)]
enum Token {
    /// This character.
    Literal(char),
    /// `?`: one character, not the separator.
    One,
    /// `*`: any number of characters, not the separator.
    Some,
    /// `**`: any number of characters.
    Any,
    /// A separator and `**`, followed by a separator or the end: nothing, or a separator and anything.
    Deep,
}

impl Glob {
    /// Reads `pattern`, in which `separator` parts the steps of a path. A backslash takes the meaning from the
    /// character after it.
    pub(super) fn new(pattern: &str, separator: Option<char>) -> Result<Self, String> {
        if pattern.is_empty() {
            return Err("the pattern is empty: leave the key out to mean everything".to_owned());
        }
        if pattern.chars().count() > PATTERN_CHARS_MAX {
            return Err(format!("the pattern is longer than {PATTERN_CHARS_MAX} characters: use * for a part of it"));
        }
        if let Some(problem) = foreign(pattern) {
            return Err(problem);
        }
        let mut tokens = Vec::new();
        let mut rest = pattern.chars().peekable();
        while let Some(character) = rest.next() {
            match character {
                '\\' => tokens.push(Token::Literal(rest.next().unwrap_or('\\'))),
                '?' => tokens.push(Token::One),
                '*' if rest.next_if_eq(&'*').is_some() => {
                    let ends_step = rest.peek().copied() == separator || rest.peek().is_none();
                    match tokens.last() {
                        Some(Token::Literal(last)) if Some(*last) == separator && ends_step => {
                            tokens.pop();
                            tokens.extend([Token::Deep, Token::Any]);
                        }
                        _ => tokens.push(Token::Any),
                    }
                }
                '*' => tokens.push(Token::Some),
                literal => tokens.push(Token::Literal(literal)),
            }
        }
        Ok(Self { tokens, separator })
    }

    /// True when the pattern fits the whole of `text`. Follows all ways through the pattern at once.
    pub(super) fn matches(&self, text: &str) -> bool {
        let end = self.tokens.len();
        let (mut now, mut next) = (vec![false; end + 1], vec![false; end + 1]);
        self.enter(&mut now, 0);
        for character in text.chars() {
            next.fill(false);
            let parts = Some(character) == self.separator;
            for state in (0..end).filter(|&state| now[state]) {
                match &self.tokens[state] {
                    Token::Literal(literal) if *literal == character => self.enter(&mut next, state + 1),
                    Token::One if !parts => self.enter(&mut next, state + 1),
                    Token::Some if !parts => self.enter(&mut next, state),
                    Token::Any => self.enter(&mut next, state),
                    Token::Deep if parts => self.enter(&mut next, state + 1),
                    _ => {}
                }
            }
            std::mem::swap(&mut now, &mut next);
        }
        now[end]
    }

    /// Marks `state`, and those that can be reached from it without reading a character.
    fn enter(&self, states: &mut [bool], mut state: usize) {
        while !states[state] {
            states[state] = true;
            match self.tokens.get(state) {
                Some(Token::Some | Token::Any) => state += 1,
                Some(Token::Deep) => state += 2,
                _ => return,
            }
        }
    }
}

/// What to write instead of a regular expression or of alternatives in braces: as a pattern, neither would ever fit.
fn foreign(pattern: &str) -> Option<String> {
    const EXPRESSIONS: [&str; 7] = [".*$", ".+", "(?", r"\d", r"\w", r"\s", r"\b"];
    if pattern.starts_with('^') || EXPRESSIONS.iter().any(|part| pattern.contains(part)) {
        let plain = pattern.trim_start_matches("(?i)").trim_start_matches('^').trim_end_matches('$');
        let parts = [(".*", "*"), (".+", "*"), (r"\d+", "*"), (r"\w+", "*"), (r"\d", "?"), (r"\w", "?"), (r"\.", ".")];
        let plain = parts.iter().fold(plain.to_owned(), |plain, (part, with)| plain.replace(part, with));
        return Some(format!("'{pattern}' is a regular expression, but patterns have *, ** and ?: write '{plain}'"));
    }
    let (_, braced) = pattern.split_once('{')?;
    let (inside, _) = braced.split_once('}')?;
    inside.contains(',').then(|| format!("'{pattern}' has alternatives in braces: write one rule for each of them"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_no_pattern_is_refused_with_one() {
        for (written, instead) in [
            ("^web_.*$", "write 'web_*'"),
            (r"^web\.\w+$", "write 'web.*'"),
            (r"user_\d", "write 'user_?'"),
            ("**/*.{js,ts}", "one rule for each"),
        ] {
            let problem = Glob::new(written, Some('/')).unwrap_err();
            assert!(problem.contains(instead), "{problem}");
        }
        for pattern in ["**/.*", "/$defs/$", "/[id]/{slug}/(a)/+x", r"\*", "a|b"] {
            assert!(Glob::new(pattern, Some('/')).is_ok(), "{pattern}");
        }
    }

    #[test]
    fn patterns() {
        for (pattern, fits, does_not) in [
            ("/a/*/c", vec!["/a/b/c", "/a//c"], vec!["/a/b/b/c", "/a/c", "/a/b/c/d"]),
            ("/a/**", vec!["/a", "/a/b", "/a/b/c"], vec!["/ab", "", "/b/a"]),
            ("/**/x", vec!["/x", "/a/x", "/a/b/x"], vec!["x", "/ax", "/x/a"]),
            ("/a/b**", vec!["/a/b", "/a/bc/d"], vec!["/a/c"]),
            ("**", vec!["", "/", "/a/b"], vec![]),
            ("/?", vec!["/a", "/é"], vec!["/", "//", "/ab"]),
            (r"/\*", vec!["/*"], vec!["/a"]),
            ("*a*b", vec!["ab", "xaxxb", "aabab"], vec!["ba", "a/b"]),
        ] {
            let glob = Glob::new(pattern, Some('/')).unwrap();
            assert!(fits.iter().all(|text| glob.matches(text)), "{pattern} fits {fits:?}");
            assert!(!does_not.iter().any(|text| glob.matches(text)), "{pattern} does not fit {does_not:?}");
        }
        assert!(Glob::new("web_*", None).unwrap().matches("web_a/b"));
        assert!(Glob::new("", None).is_err() && Glob::new(&"a".repeat(257), None).is_err());
    }

    #[test]
    fn hostile_patterns_take_linear_time() {
        let glob = Glob::new(&"*a".repeat(128), Some('/')).unwrap();
        assert!(!glob.matches(&format!("{}b", "a".repeat(20_000))));
    }
}
