//! Conditions on labels: `job="api"`, `code=~"5.."`.

use palisade_model::Labels;
use regex_automata::meta;

/// A regular expression may take this much memory once compiled.
const REGEX_BYTES_MAX: usize = 1 << 20;

/// How a label is compared.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Operation {
    /// `=`
    Equal,
    /// `!=`
    NotEqual,
    /// `=~`, over the whole value
    Regex,
    /// `!~`, over the whole value
    NotRegex,
}

/// A condition on one label. A label that is not there counts as empty.
#[derive(Clone, Debug)]
pub struct Matcher {
    /// Of the label.
    pub name: String,
    /// How it is compared.
    pub operation: Operation,
    /// With what.
    pub value: String,
    regex: Option<meta::Regex>,
}

impl Matcher {
    /// A condition on the label `name`.
    ///
    /// # Errors
    /// When the regular expression is wrong or too large.
    pub fn new(name: &str, operation: Operation, value: &str) -> Result<Self, String> {
        let is_regex = matches!(operation, Operation::Regex | Operation::NotRegex);
        let regex = is_regex.then(|| compile_anchored(value)).transpose()?;
        Ok(Self { name: name.to_owned(), operation, value: value.to_owned(), regex })
    }

    /// True when a label with this value fulfils the condition.
    #[must_use]
    pub fn matches_value(&self, value: &str) -> bool {
        match self.operation {
            Operation::Equal => self.value == value,
            Operation::NotEqual => self.value != value,
            Operation::Regex => self.regex.as_ref().is_some_and(|regex| regex.is_match(value)),
            Operation::NotRegex => !self.regex.as_ref().is_some_and(|regex| regex.is_match(value)),
        }
    }

    /// True when these labels fulfil the condition.
    #[must_use]
    pub fn matches(&self, labels: &Labels) -> bool {
        self.matches_value(labels.get(&self.name).map_or("", String::as_str))
    }
}

impl PartialEq for Matcher {
    fn eq(&self, other: &Self) -> bool {
        (&self.name, self.operation, &self.value) == (&other.name, other.operation, &other.value)
    }
}

/// A regular expression that matches whole texts only, as all of PromQL's do.
pub(crate) fn compile_anchored(pattern: &str) -> Result<meta::Regex, String> {
    compile(&format!("^(?:{pattern})$"), pattern)
}

/// A regular expression that matches anywhere, as those of templates do.
pub(crate) fn compile_regex(pattern: &str) -> Result<meta::Regex, String> {
    compile(pattern, pattern)
}

fn compile(whole: &str, shown: &str) -> Result<meta::Regex, String> {
    let config = meta::Config::new().nfa_size_limit(Some(REGEX_BYTES_MAX)).hybrid_cache_capacity(REGEX_BYTES_MAX);
    meta::Builder::new().configure(config).build(whole).map_err(|error| match error.size_limit() {
        Some(_) => {
            format!("the regular expression '{shown}' is too large: compiled it takes over {REGEX_BYTES_MAX} bytes")
        }
        None => format!("the regular expression '{shown}' is wrong: {}", reason(&error)),
    })
}

/// What the innermost error says, on one line.
fn reason(error: &dyn std::error::Error) -> String {
    let mut innermost = error;
    while let Some(source) = innermost.source() {
        innermost = source;
    }
    let text = innermost.to_string();
    text.lines().last().unwrap_or_default().trim_start_matches("error: ").to_owned()
}

/// True for what may be the name of a label.
pub(crate) fn label_name_is_valid(name: &str) -> bool {
    let begins_well = name.starts_with(|first: char| first.is_ascii_alphabetic() || first == '_');
    begins_well && name.chars().all(|each| each.is_ascii_alphanumeric() || each == '_')
}
