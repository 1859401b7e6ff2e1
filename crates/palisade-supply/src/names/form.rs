//! How a name is built: its owner, its words, and the forms in which it is compared.

use super::look;
use crate::Ecosystem;

/// Longer names are compared as wholes only: nobody mistypes what nobody types, and the work stays bounded.
pub(super) const COMPARED_MAX: usize = 64;
/// Bytes of a name that are looked at; no registry takes longer ones.
pub(super) const NAME_MAX: usize = 512;
/// Words of a name that are looked at one by one.
pub(super) const WORDS_MAX: usize = 12;
/// What is often put before or behind a name without a separator and says nothing of its own.
const GLUED_BEFORE: &[&str] = &["python", "py"];
const GLUED_BEHIND: &[&str] = &["python3", "python", "js", "py"];
/// The same, as words of their own.
const WORDS_AROUND: &[&str] = &[
    "js", "node", "nodejs", "npm", "py", "python", "python3", "lib", "rs", "rust", "go", "golang", "php", "ruby", "rb",
    "net", "dotnet",
];
/// Of these, what stands for the language of an ecosystem: there it says nothing, elsewhere it says what is wrapped.
const OWN_AFFIXES: &[(Ecosystem, &[&str])] = &[
    (Ecosystem::Npm, &["js", "node", "nodejs", "npm"]),
    (Ecosystem::PyPi, &["py", "python", "python3"]),
    (Ecosystem::Cargo, &["rs", "rust"]),
    (Ecosystem::Go, &["go", "golang"]),
    (Ecosystem::Packagist, &["php"]),
    (Ecosystem::RubyGems, &["ruby", "rb"]),
    (Ecosystem::NuGet, &["net", "dotnet"]),
];
/// Words that claim to be a state of the package whose name stands beside them. Its own releases are versions, so nobody
/// needs a name for them but who wants to be taken for it.
const RELEASE_WORDS: &[&str] = &[
    "alpha",
    "beta",
    "clone",
    "copy",
    "current",
    "dev",
    "fix",
    "fixed",
    "fork",
    "forked",
    "install",
    "installer",
    "internal",
    "latest",
    "legacy",
    "main",
    "master",
    "mirror",
    "modified",
    "new",
    "newest",
    "next",
    "official",
    "old",
    "original",
    "patch",
    "patched",
    "real",
    "release",
    "secure",
    "setup",
    "stable",
    "update",
    "updated",
    "updater",
    "upgrade",
    "upgraded",
    "version",
];
/// What is left of a name must be as long to be compared.
const CORE_MIN: usize = 4;

/// A name, taken apart.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Form {
    /// In lower case, with look-alikes of other scripts as the letters they imitate.
    pub plain: String,
    /// True when a character of another script stood for a letter.
    pub disguised: bool,
    /// Where the part that belongs to an owner (scope, vendor, group, account) ends, and the name itself begins.
    owner_end: usize,
    body_start: usize,
    /// The words of owner and name, as ranges in `plain`.
    words: Vec<(u16, u16)>,
    /// How many of the words are the owner's.
    owner_words: usize,
    /// Without separators; `/` stays between owner and name.
    pub fold: String,
}

impl Form {
    /// Takes `name` apart as `ecosystem` builds its names.
    pub(super) fn new(ecosystem: Ecosystem, name: &str) -> Self {
        let (plain, disguised) = look::plain(cut(name));
        let (owner_end, body_start) = owner(ecosystem, &plain);
        let mut words = Vec::new();
        push_words(&plain, 0, owner_end, &mut words);
        let owner_words = words.len();
        push_words(&plain, body_start, plain.len(), &mut words);
        let mut fold = String::with_capacity(plain.len());
        for (number, (from, to)) in words.iter().enumerate() {
            if number == owner_words && owner_words > 0 {
                fold.push('/');
            }
            fold.push_str(&plain[usize::from(*from)..usize::from(*to)]);
        }
        Self { plain, disguised, owner_end, body_start, words, owner_words, fold }
    }

    /// Scope, vendor, group or account; empty where the name has none.
    pub(super) fn owner(&self) -> &str {
        self.plain[..self.owner_end].trim_start_matches('@')
    }

    /// The name without its owner.
    pub(super) fn body(&self) -> &str {
        &self.plain[self.body_start..]
    }

    /// The words of the name itself.
    pub(super) fn words(&self) -> impl ExactSizeIterator<Item = &str> + Clone {
        self.words[self.owner_words..].iter().map(|(from, to)| &self.plain[usize::from(*from)..usize::from(*to)])
    }

    /// The words of owner and name.
    pub(super) fn all_words(&self) -> impl ExactSizeIterator<Item = &str> + Clone {
        self.words.iter().map(|(from, to)| &self.plain[usize::from(*from)..usize::from(*to)])
    }

    /// The fold without the sign between owner and name.
    pub(super) fn flat(&self) -> String {
        self.fold.replace('/', "")
    }

    /// The words of the name itself in the order of the alphabet, if there are at least two and the order is another.
    pub(super) fn ordered(&self) -> Option<String> {
        let mut words: Vec<&str> = self.words().take(WORDS_MAX).collect();
        if words.len() < 2 || words.len() < self.words().len() {
            return None;
        }
        words.sort_unstable();
        Some([self.owner(), " ", &words.join(" ")].concat())
    }

    /// True when its first or last word stands for another language than that of `ecosystem`.
    pub(super) fn has_foreign_affix(&self, ecosystem: Ecosystem) -> bool {
        let own = OWN_AFFIXES.iter().find(|(of, _)| *of == ecosystem).map_or(&[][..], |(_, own)| own);
        let stands_for_another =
            |word: &str| OWN_AFFIXES.iter().any(|(_, affixes)| affixes.contains(&word)) && !own.contains(&word);
        let mut words = self.words();
        let last = words.clone().last();
        words.len() > 1 && [words.next(), last].into_iter().flatten().any(stands_for_another)
    }

    /// The fold without what is often put before or behind a name, if something was there.
    pub(super) fn core(&self) -> Option<String> {
        if self.owner_words > 0 {
            return None;
        }
        let mut words: &[(u16, u16)] = &self.words;
        let text = |word: &(u16, u16)| &self.plain[usize::from(word.0)..usize::from(word.1)];
        while words.len() > 1
            && (WORDS_AROUND.contains(&text(&words[words.len() - 1])) || is_number(text(&words[words.len() - 1])))
        {
            words = &words[..words.len() - 1];
        }
        while words.len() > 1 && WORDS_AROUND.contains(&text(&words[0])) {
            words = &words[1..];
        }
        let joined: String = words.iter().map(text).collect();
        let core = unglued(&joined);
        (core.len() >= CORE_MIN && core.len() < self.fold.len()).then(|| core.to_owned())
    }
}

/// True for a word that claims to be a state of a package: `latest`, `v4`, `2`.
pub(super) fn claims_release(word: &str) -> bool {
    is_number(word) || RELEASE_WORDS.binary_search(&word).is_ok()
}

/// The words that claim to be a state of a package.
pub(crate) fn release_words() -> &'static [&'static str] {
    RELEASE_WORDS
}

/// At most the first [`NAME_MAX`] bytes, whole characters.
fn cut(name: &str) -> &str {
    &name[..name.floor_char_boundary(NAME_MAX)]
}

/// True for `2`, `v2`, `2.0` and the like.
fn is_number(word: &str) -> bool {
    let digits = word.strip_prefix('v').unwrap_or(word);
    !digits.is_empty() && digits.bytes().all(|byte| byte.is_ascii_digit())
}

fn unglued(joined: &str) -> &str {
    let trimmed = joined.trim_end_matches(|last: char| last.is_ascii_digit());
    let trimmed = if trimmed.len() >= CORE_MIN { trimmed } else { joined };
    let behind =
        GLUED_BEHIND.iter().find_map(|affix| trimmed.strip_suffix(affix)).filter(|rest| rest.len() >= CORE_MIN);
    let rest = behind.unwrap_or(trimmed);
    GLUED_BEFORE.iter().find_map(|affix| rest.strip_prefix(affix)).filter(|rest| rest.len() >= CORE_MIN).unwrap_or(rest)
}

/// Where the owner ends and the name begins.
fn owner(ecosystem: Ecosystem, plain: &str) -> (usize, usize) {
    let at = match ecosystem {
        Ecosystem::Npm => plain.starts_with('@').then(|| plain.find('/')).flatten(),
        Ecosystem::Packagist
        | Ecosystem::GitHubActions
        | Ecosystem::Docker
        | Ecosystem::HuggingFace
        | Ecosystem::Swift
        | Ecosystem::Generic => plain.find('/'),
        Ecosystem::Maven => plain.find(':'),
        Ecosystem::VsCode => plain.find('.'),
        Ecosystem::Go => go_owner(plain),
        _ => None,
    };
    at.map_or((0, 0), |at| (at, at + 1))
}

/// Hosts on which everybody may have an account.
const FORGES: &[&str] = &["github.com", "gitlab.com", "bitbucket.org", "codeberg.org", "gitee.com"];

fn go_owner(plain: &str) -> Option<usize> {
    let host_end = plain.find('/')?;
    match &plain[..host_end] {
        // Everybody's repositories are to be had through it.
        "gopkg.in" => None,
        host if FORGES.contains(&host) => plain[host_end + 1..].find('/').map(|at| host_end + 1 + at),
        _ => Some(host_end),
    }
}

fn push_words(plain: &str, start: usize, end: usize, words: &mut Vec<(u16, u16)>) {
    let mut from = start;
    for (at, character) in plain[start..end].char_indices().map(|(at, character)| (start + at, character)) {
        if !(character.is_alphanumeric()) {
            push_word(from, at, words);
            from = at + character.len_utf8();
        }
    }
    push_word(from, end, words);
}

fn push_word(from: usize, to: usize, words: &mut Vec<(u16, u16)>) {
    if let (true, Ok(from), Ok(to)) = (from < to, u16::try_from(from), u16::try_from(to)) {
        words.push((from, to));
    }
}

#[cfg(test)]
mod tests {
    use super::{Form, RELEASE_WORDS, claims_release};
    use crate::Ecosystem;

    #[test]
    fn words_of_releases_and_of_other_languages_are_known() {
        assert!(RELEASE_WORDS.is_sorted(), "they are searched by halves");
        assert!(claims_release("latest") && claims_release("v4") && claims_release("2") && !claims_release("plugin"));
        let foreign = |ecosystem, name| Form::new(ecosystem, name).has_foreign_affix(ecosystem);
        assert!(foreign(Ecosystem::PyPi, "lark-js") && foreign(Ecosystem::Npm, "python-parser"));
        assert!(
            !foreign(Ecosystem::Npm, "lark-js") && !foreign(Ecosystem::PyPi, "js") && !foreign(Ecosystem::PyPi, "")
        );
    }

    #[test]
    fn names_are_taken_apart_as_their_ecosystem_builds_them() {
        let table = [
            (Ecosystem::Npm, "@Babel/core-js", "babel", "core-js", "babel/corejs"),
            (Ecosystem::Npm, "lodash.merge", "", "lodash.merge", "lodashmerge"),
            (Ecosystem::Go, "github.com/sirupsen/logrus", "github.com/sirupsen", "logrus", "githubcomsirupsen/logrus"),
            (Ecosystem::Go, "golang.org/x/net", "golang.org", "x/net", "golangorg/xnet"),
            (Ecosystem::Maven, "org.slf4j:slf4j-api", "org.slf4j", "slf4j-api", "orgslf4j/slf4japi"),
            (Ecosystem::VsCode, "ms-python.python", "ms-python", "python", "mspython/python"),
            (Ecosystem::PyPi, "Zope.Interface", "", "zope.interface", "zopeinterface"),
        ];
        for (ecosystem, name, owner, body, fold) in table {
            let form = Form::new(ecosystem, name);
            assert_eq!((form.owner(), form.body(), form.fold.as_str()), (owner, body, fold), "{name}");
        }
    }

    #[test]
    fn the_core_is_what_is_left_without_common_additions() {
        let core = |name| Form::new(Ecosystem::Npm, name).core();
        assert_eq!(core("discord.js").as_deref(), Some("discord"));
        assert_eq!(core("node-mongoose").as_deref(), Some("mongoose"));
        assert_eq!(core("typescriptjs").as_deref(), Some("typescript"));
        assert_eq!(core("beautifulsoup4").as_deref(), Some("beautifulsoup"));
        assert_eq!(core("lodash"), None);
        assert_eq!(core("pyjs"), None);
        assert_eq!(core("@vue/node"), None);
    }
}
