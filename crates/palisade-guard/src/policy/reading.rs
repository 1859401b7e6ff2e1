//! Reads the text of a policy: first the form that TOML gives, then the meaning, with the line of what is wrong.

use super::{
    Policy, PolicyError, Preset,
    day::days_since_epoch,
    decision::{Direction, SessionPolicy},
    glob::Glob,
    problem::with_nearest_key,
    rule::{Allowance, Class, Rule, Scope, rooted},
};
use crate::{detectors, gathering::hash};
use palisade_model::{Severity, Verdict};
use serde::Deserialize;
use std::{cmp::Reverse, ops::Range};
use toml::{Spanned, value::Datetime};

/// Bytes of a policy; a thousand rules fit.
const POLICY_BYTES_MAX: usize = 256 * 1024;

/// Rules and entries of the allow-list together: every finding is held against each of them.
const ENTRIES_MAX: usize = 1_000;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct PolicyForm {
    extends: Option<Spanned<String>>,
    #[serde(default)]
    rule: Vec<Spanned<RuleForm>>,
    #[serde(default)]
    allow: Vec<Spanned<AllowForm>>,
    session: Option<Spanned<SessionForm>>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct SessionForm {
    #[serde(default)]
    audiences: Vec<String>,
    #[serde(default)]
    issuers: Vec<String>,
    leeway_seconds: Option<f64>,
}

/// Seconds by which clocks may differ, as most libraries allow.
const LEEWAY_SECONDS: f64 = 60.0;

/// Seconds of leeway beyond which expiry means nothing.
const LEEWAY_SECONDS_MAX: f64 = 3_600.0;

/// Audiences and issuers together: every token is held against each of them.
const SESSION_NAMES_MAX: usize = 1_000;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RuleForm {
    name: Option<String>,
    class: Option<Spanned<Names>>,
    except: Option<Spanned<Names>>,
    severity: Option<Spanned<String>>,
    confidence: Option<Spanned<f64>>,
    direction: Option<Spanned<String>>,
    tool: Option<Spanned<String>>,
    server: Option<Spanned<String>>,
    field: Option<Spanned<String>>,
    path: Option<Spanned<String>>,
    action: Option<Spanned<String>>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct AllowForm {
    class: Option<Spanned<Names>>,
    except: Option<Spanned<Names>>,
    matter: Option<Spanned<String>>,
    text: Option<Spanned<String>>,
    direction: Option<Spanned<String>>,
    tool: Option<Spanned<String>>,
    server: Option<Spanned<String>>,
    field: Option<Spanned<String>>,
    path: Option<Spanned<String>>,
    reason: Option<Spanned<String>>,
    expires: Option<Spanned<Datetime>>,
}

/// One name or a list of them.
#[derive(Deserialize)]
#[serde(untagged, expecting = "expected a class such as \"guard.secret\", or a list of classes")]
enum Names {
    One(String),
    Many(Vec<String>),
}

impl Names {
    fn all(&self) -> &[String] {
        match self {
            Self::One(name) => std::slice::from_ref(name),
            Self::Many(names) => names,
        }
    }
}

/// Reads a policy that a user has written.
pub(super) fn read(text: &str) -> Result<Policy, PolicyError> {
    let reading = Reading { text, preset: None };
    let form = reading.form()?;
    let mut policy = reading.policy(&form)?;
    if let Some(name) = &form.extends {
        let preset: Preset =
            name.get_ref().parse().map_err(|problem: PolicyError| reading.problem(&name.span(), problem.message))?;
        policy.rules.extend(read_preset(preset)?.rules);
    }
    Ok(policy)
}

/// Reads a policy that comes with the program.
pub(super) fn read_preset(preset: Preset) -> Result<Policy, PolicyError> {
    let reading = Reading { text: preset.text(), preset: Some(preset) };
    reading.policy(&reading.form()?)
}

struct Reading<'t> {
    text: &'t str,
    preset: Option<Preset>,
}

impl Reading<'_> {
    fn problem(&self, span: &Range<usize>, message: impl Into<String>) -> PolicyError {
        PolicyError::at(self.text, span, message)
    }

    fn form(&self) -> Result<PolicyForm, PolicyError> {
        if self.text.len() > POLICY_BYTES_MAX {
            let message = format!("the policy is longer than {POLICY_BYTES_MAX} bytes: use patterns instead of lists");
            return Err(self.problem(&(0..0), message));
        }
        toml::from_str(self.text)
            .map_err(|error| self.problem(&error.span().unwrap_or(0..0), with_nearest_key(error.message().trim())))
    }

    fn policy(&self, form: &PolicyForm) -> Result<Policy, PolicyError> {
        if form.rule.len() + form.allow.len() > ENTRIES_MAX {
            let message = format!("there are more than {ENTRIES_MAX} rules and entries: use patterns instead of lists");
            return Err(self.problem(&(0..0), message));
        }
        let rules = form.rule.iter().enumerate().map(|(index, rule)| self.rule(index, rule));
        let allowances = form.allow.iter().map(|entry| self.allowance(entry));
        Ok(Policy {
            rules: rules.collect::<Result<_, _>>()?,
            allowances: allowances.collect::<Result<_, _>>()?,
            session: form.session.as_ref().map_or_else(|| Ok(SessionPolicy::default()), |form| self.session(form))?,
        })
    }

    fn session(&self, entry: &Spanned<SessionForm>) -> Result<SessionPolicy, PolicyError> {
        let form = entry.get_ref();
        let problem = |message: &str| Err(self.problem(&entry.span(), message));
        let leeway_seconds = form.leeway_seconds.unwrap_or(LEEWAY_SECONDS);
        if form.audiences.len() + form.issuers.len() > SESSION_NAMES_MAX {
            return problem("session names more than a thousand audiences and issuers");
        }
        if form.audiences.iter().chain(&form.issuers).any(String::is_empty) {
            return problem("an audience or issuer is empty: write its name, or leave the list out to accept any");
        }
        if !(0.0..=LEEWAY_SECONDS_MAX).contains(&leeway_seconds) {
            return problem("leeway_seconds is by how much clocks differ: write a number from 0 to 3600");
        }
        Ok(SessionPolicy { audiences: form.audiences.clone(), issuers: form.issuers.clone(), leeway_seconds })
    }

    fn rule(&self, index: usize, entry: &Spanned<RuleForm>) -> Result<Rule, PolicyError> {
        let form = entry.get_ref();
        let action = form.action.as_ref().ok_or_else(|| {
            self.problem(
                &entry.span(),
                "the rule has no action: add action = \"flag\", \"redact\", \"block\" or \"allow\"",
            )
        })?;
        let severity =
            self.read(form.severity.as_ref(), |name| name.parse::<Severity>().map_err(|problem| problem.to_string()))?;
        if let Some(confidence) = form.confidence.as_ref().filter(|least| !(0.0..=1.0).contains(least.get_ref())) {
            let message = "confidence is a probability: write a number from 0.0 to 1.0, for example 0.8";
            return Err(self.problem(&confidence.span(), message));
        }
        let rule = Rule {
            label: self.label(form.name.as_deref(), index, &entry.span()),
            scope: Scope {
                classes: self.classes(form.class.as_ref())?,
                except: self.classes(form.except.as_ref())?,
                direction: self.read(form.direction.as_ref(), direction)?,
                tool: self.read(form.tool.as_ref(), |pattern| Glob::new(pattern, None))?,
                server: self.read(form.server.as_ref(), |pattern| Glob::new(pattern, None))?,
                field: self.read(form.field.as_ref(), field)?,
                path: self.read(form.path.as_ref(), path)?,
            },
            severity,
            confidence: form.confidence.as_ref().map(|least| *least.get_ref()),
            action: verdict(action.get_ref()).map_err(|message| self.problem(&action.span(), message))?,
        };
        if rule.action == Verdict::Allow && !rule.settles() {
            let message = "a rule that allows cannot ask for a minimum, or worse findings would pass more easily: leave severity \
                           and confidence out, and put a rule with a minimum that flags or blocks before it";
            return Err(self.problem(&entry.span(), message));
        }
        Ok(rule)
    }

    fn allowance(&self, entry: &Spanned<AllowForm>) -> Result<Allowance, PolicyError> {
        let form = entry.get_ref();
        let reason = form.reason.as_ref().map(|reason| reason.get_ref().trim()).filter(|reason| !reason.is_empty());
        let Some(reason) = reason else {
            let message =
                "the entry has no reason: add reason = \"why this is harmless\", for whoever reads it next year";
            return Err(self.problem(&entry.span(), message));
        };
        if form.class.is_none() && form.matter.is_none() && form.text.is_none() {
            let message = "the entry would allow everything: add class = \"guard.…\", or text = \"what was found\"";
            return Err(self.problem(&entry.span(), message));
        }
        let line = self.problem(&entry.span(), "").line;
        Ok(Allowance {
            label: format!("allowed at line {line}: {reason}"),
            scope: Scope {
                classes: self.classes(form.class.as_ref())?,
                except: self.classes(form.except.as_ref())?,
                direction: self.read(form.direction.as_ref(), direction)?,
                tool: self.read(form.tool.as_ref(), |pattern| Glob::new(pattern, None))?,
                server: self.read(form.server.as_ref(), |pattern| Glob::new(pattern, None))?,
                field: self.read(form.field.as_ref(), field)?,
                path: self.read(form.path.as_ref(), path)?,
            },
            matter: self.matter(form)?,
            last_day: self.last_day(form.expires.as_ref())?,
        })
    }

    /// How decisions name a rule.
    fn label(&self, name: Option<&str>, index: usize, span: &Range<usize>) -> String {
        let number = index + 1;
        match (self.preset, name) {
            (Some(preset), Some(name)) => format!("{preset}: {name}"),
            (Some(preset), None) => format!("{preset}: rule {number}"),
            (None, Some(name)) => name.to_owned(),
            (None, None) => format!("rule {number} at line {}", self.problem(span, "").line),
        }
    }

    fn classes(&self, names: Option<&Spanned<Names>>) -> Result<Vec<Class>, PolicyError> {
        let Some(names) = names else { return Ok(Vec::new()) };
        if names.get_ref().all().is_empty() {
            return Err(self.problem(&names.span(), "the list is empty: leave the key out to mean every class"));
        }
        let class = |name: &String| self.class(name).map_err(|message| self.problem(&names.span(), message));
        names.get_ref().all().iter().map(class).collect()
    }

    /// A class that users name must exist, so that a slip of the pen does not turn a rule off. Presets may be ahead.
    fn class(&self, name: &str) -> Result<Class, String> {
        let class = if name.contains(['*', '?', '\\']) {
            Class::Like(Glob::new(name, Some('.'))?)
        } else {
            Glob::new(name, None)?;
            Class::Below(name.to_owned())
        };
        if self.preset.is_some() || detectors().iter().any(|detector| class.holds(detector.class)) {
            return Ok(class);
        }
        Err(format!("no detector has the class '{name}'; {}", nearest(name)))
    }

    /// Reads a value that may be there, with the place of what is wrong with it.
    fn read<T>(
        &self,
        value: Option<&Spanned<String>>,
        meaning: impl Fn(&str) -> Result<T, String>,
    ) -> Result<Option<T>, PolicyError> {
        let read =
            |value: &Spanned<String>| meaning(value.get_ref()).map_err(|message| self.problem(&value.span(), message));
        value.map(read).transpose()
    }

    /// The hash of what an entry lets pass.
    fn matter(&self, form: &AllowForm) -> Result<Option<String>, PolicyError> {
        match (&form.matter, &form.text) {
            (Some(_), Some(text)) => {
                Err(self.problem(&text.span(), "text and matter both say what was found: leave one of them out"))
            }
            (None, Some(text)) if text.get_ref().is_empty() => {
                Err(self.problem(&text.span(), "the text is empty: write what was found, as it stands there"))
            }
            (None, Some(text)) => Ok(Some(hash(text.get_ref()))),
            (given, None) => self.read(given.as_ref(), matter),
        }
    }

    /// The day that `expires` names, in days since the Unix epoch.
    fn last_day(&self, expires: Option<&Spanned<Datetime>>) -> Result<Option<i64>, PolicyError> {
        let Some(expires) = expires else { return Ok(None) };
        let date = expires.get_ref().date.filter(|_| expires.get_ref().time.is_none());
        let day = date.and_then(|date| days_since_epoch(date.year, date.month, date.day));
        let message =
            "expires is the last day on which the entry counts: write a date such as 2027-01-31, without quotes";
        day.map(Some).ok_or_else(|| self.problem(&expires.span(), message))
    }
}

/// The class or family that `name` is most likely meant to be: the shortest of those that begin most like it.
fn nearest(name: &str) -> String {
    let same = |class: &str| class.bytes().zip(name.bytes()).take_while(|(one, other)| one == other).count();
    let family = |class: &'static str| class.rsplit_once('.').map_or(class, |(family, _)| family);
    let candidates = detectors().iter().flat_map(|detector| [detector.class, family(detector.class)]);
    let best = candidates.max_by_key(|class| (same(class), Reverse(class.len())));
    best.map_or_else(String::new, |class| format!("did you mean '{class}'?"))
}

fn direction(name: &str) -> Result<Direction, String> {
    match name {
        "in" => Ok(Direction::In),
        "out" => Ok(Direction::Out),
        other => Err(format!("'{other}' is not a direction: use \"in\" (towards the agent) or \"out\" (from it)")),
    }
}

fn verdict(name: &str) -> Result<Verdict, String> {
    let all = [Verdict::Allow, Verdict::Flag, Verdict::Redact, Verdict::Block];
    let found = all.into_iter().find(|verdict| verdict.name() == name);
    found.ok_or_else(|| format!("'{name}' is not an action: use allow, flag, redact or block"))
}

fn field(pattern: &str) -> Result<Glob, String> {
    if pattern.starts_with(['/', '*']) {
        Glob::new(pattern, Some('/'))
    } else {
        Err(format!("'{pattern}' is not a JSON Pointer: write \"/{}\"", pattern.replace('.', "/")))
    }
}

/// A pattern for the paths of files, from the top of what is scanned.
fn path(pattern: &str) -> Result<Glob, String> {
    if pattern.is_empty() {
        return Glob::new(pattern, Some('/'));
    }
    Glob::new(&rooted(pattern), Some('/'))
}

/// Digits of the hash that findings are compared by, and of a whole SHA-256.
const MATTER_DIGITS: usize = 16;
const SHA256_DIGITS: usize = 64;

/// The hash of what was found, from its first digits or all of them.
fn matter(hash: &str) -> Result<String, String> {
    let hash = hash.to_ascii_lowercase();
    let sound =
        matches!(hash.len(), MATTER_DIGITS | SHA256_DIGITS) && hash.bytes().all(|byte| byte.is_ascii_hexdigit());
    let message = "matter is the SHA-256 of what was found, or its first 16 digits: printf %s \"$FOUND\" | sha256sum";
    if sound { Ok(hash[..MATTER_DIGITS].to_owned()) } else { Err(message.to_owned()) }
}

#[cfg(test)]
mod tests {
    use super::super::Policy;

    #[test]
    fn problems_name_the_line_and_what_to_write() {
        for (text, line, message) in [
            ("extends = \"paranoid\"", 1, "use observe, balanced or strict"),
            ("\n[[rule]]\nclass = \"guard\"\n", 2, "add action ="),
            ("[[rule]]\naction = \"deny\"", 2, "use allow, flag, redact or block"),
            ("[[rule]]\naction = \"block\"\nseverity = \"bad\"", 3, "use informational, low"),
            ("[[rule]]\nconfidence = 80\naction = \"block\"", 2, "from 0.0 to 1.0"),
            ("[[rule]]\nconfidence = nan\naction = \"block\"", 2, "from 0.0 to 1.0"),
            ("[[rule]]\nclass = \"guard.secrets\"\naction = \"flag\"", 2, "did you mean 'guard.secret'?"),
            ("[[rule]]\nclass = []\naction = \"flag\"", 2, "leave the key out"),
            ("[[rule]]\nclass = 7\naction = \"flag\"", 2, "expected a class"),
            ("[[rule]]\nfield = \"params.text\"\naction = \"flag\"", 2, "write \"/params/text\""),
            ("[[rule]]\ndirection = \"up\"\naction = \"flag\"", 2, "use \"in\""),
            ("[[rule]]\nseverity = \"low\"\naction = \"allow\"", 1, "cannot ask for a minimum"),
            ("[[rule]]\nactoin = \"allow\"", 2, "did you mean 'action'?"),
            ("[[allow]]\nreson = \"x\"", 2, "did you mean 'reason'?"),
            ("extend = 'strict'", 1, "did you mean 'extends'?"),
            ("[[rules]]\naction = 'flag'", 1, "did you mean 'rule'?"),
            ("[[rule]]\ntool = '^web_.*$'\naction = 'flag'", 2, "write 'web_*'"),
            ("[[rule]]\npath = '**/*.{js,ts}'\naction = 'flag'", 2, "one rule for each"),
            ("[[allow]]\ntext = ''\nreason = 'x'", 2, "as it stands there"),
            ("[[allow]]\ntext = 'a'\nmatter = '0123456789abcdef'\nreason = 'x'", 2, "leave one of them out"),
            ("[[allow]]\nclass = \"guard\"\nreason = \"a\"\nexpires = '2027-01-31'", 4, ""),
            ("[[allow]]\nclass = \"guard.secret.jwt\"", 1, "add reason ="),
            ("[[allow]]\nreason = \"because\"", 1, "would allow everything"),
            ("[[allow]]\nclass = \"guard\"\nreason = \"a\"\nexpires = 07:00:00", 4, "write a date such as"),
            ("[[allow]]\nmatter = \"a\"\nreason = \"a\"", 2, "sha256sum"),
            ("[session]\naudiences = ['']", 1, "leave the list out"),
            ("[session]\nleeway_seconds = -1", 1, "from 0 to 3600"),
            ("[session]\naudience = ['a']", 2, "did you mean 'audiences'?"),
            ("[[rule]\n", 1, ""),
            ("x", 1, ""),
        ] {
            let problem = Policy::parse(text).unwrap_err();
            assert_eq!(problem.line, line, "{text}: {problem}");
            assert!(problem.to_string().contains(", column "), "{problem}");
            assert!(problem.message.contains(message), "{text}: {problem}");
        }
    }

    #[test]
    fn entries_may_expire_in_any_year() {
        for day in ["0001-01-01", "1970-01-01", "2262-04-12", "2999-12-31", "9999-12-31"] {
            let entry = format!("[[allow]]\nclass = 'guard'\nreason = 'a'\nexpires = {day}");
            assert!(Policy::parse(&entry).is_ok(), "{day}");
        }
    }

    #[test]
    fn sessions() {
        let now = palisade_model::Timestamp::from_nanos(1_500_000_000);
        let policy = Policy::parse("extends = 'strict'\n[session]\naudiences = ['a']\nleeway_seconds = 5").unwrap();
        let expected = policy.session().expected(now).unwrap();
        assert_eq!(
            (expected.audiences, expected.now_seconds, expected.leeway_seconds),
            (&["a".to_owned()][..], 1.5, 5.0)
        );
        assert!(Policy::default().session().expected(now).is_none());
    }

    #[test]
    fn size_is_limited() {
        assert!(Policy::parse(&" ".repeat(300_000)).is_err());
        assert!(Policy::parse(&"[[rule]]\naction=\"flag\"\n".repeat(1_001)).is_err());
        assert!(Policy::parse(&"[".repeat(100_000)).is_err());
        assert!(Policy::parse(&format!("a={}", "[".repeat(100_000))).is_err());
        assert!(Policy::parse(&format!("a={}", "{a=".repeat(50_000))).is_err());
        assert!(Policy::parse("").is_ok());
    }
}
