//! Templates in Jinja: compiled and tried when they are saved, bounded when they run.
//!
//! What is put in is escaped for the markup of the channel, so text of an attacker that found its way into an alert
//! stays text: no link, no mention, no formatting. What the template itself says passes as it is.

mod language;

use crate::settings::TEMPLATE_BYTES_MAX;
use minijinja::{
    AutoEscape, Environment, ErrorKind, Output, State, UndefinedBehavior, Value, syntax::SyntaxConfig, value::Serde,
};
use serde::Serialize;
use std::io;

/// Steps that a template may take: some thousand times what the longest default needs.
const FUEL: u64 = 100_000;
/// Longest output in bytes.
const OUTPUT_BYTES_MAX: usize = 512 * 1024;
/// The one template of each environment.
const NAME: &str = "template";

/// How a receiver marks up text.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Markup {
    /// Not at all.
    Plain,
    /// HTML, or the part of it that Telegram knows.
    Html,
    /// Slack's `mrkdwn`.
    Slack,
    /// Markdown as Discord and Teams know it.
    Markdown,
    /// JSON: what is put in is written as a JSON value.
    Json,
}

impl Markup {
    /// `text` so that it is shown as it is.
    #[must_use]
    pub fn escape(self, text: &str) -> String {
        let replacement = |c: char| match (self, c) {
            (Self::Html | Self::Slack, '&') => Some("&amp;"),
            (Self::Html | Self::Slack, '<') => Some("&lt;"),
            (Self::Html | Self::Slack, '>') => Some("&gt;"),
            (Self::Html, '"') => Some("&quot;"),
            (Self::Html, '\'') => Some("&#39;"),
            // Slack has no way to escape these; the characters beside them look alike and mark nothing.
            (Self::Slack, '*') => Some("∗"),
            (Self::Slack, '`') => Some("ˋ"),
            (Self::Slack, '~') => Some("∼"),
            _ => None,
        };
        if self == Self::Json {
            return serde_json::Value::from(text).to_string();
        }
        // An address with backslashes leads elsewhere, and without them it is nothing but itself.
        let is_address = (text.starts_with("https://") || text.starts_with("http://"))
            && text.bytes().all(|byte| byte.is_ascii_graphic() && !b"\\`*|<>[]()\"".contains(&byte));
        if self == Self::Markdown && is_address {
            return text.to_owned();
        }
        let mut escaped = String::with_capacity(text.len() + 16);
        for c in text.chars() {
            match replacement(c) {
                Some(replacement) => escaped.push_str(replacement),
                None if self == Self::Markdown && "\\`*_~[]<>|#".contains(c) => {
                    escaped.push('\\');
                    escaped.push(c);
                }
                None => escaped.push(c),
            }
        }
        escaped
    }
}

/// What is wrong with a template.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("line {line}: {problem}")]
pub struct TemplateError {
    /// In which line, from 1.
    pub line: usize,
    /// What is wrong.
    pub problem: String,
}

/// A compiled template.
#[derive(Debug)]
pub struct Template {
    environment: Environment<'static>,
}

impl Template {
    /// Compiles `source`.
    ///
    /// # Errors
    /// When it is no template, is too long, or names something at its top that `known` does not.
    pub fn compile(source: &str, markup: Markup, known: &[&str]) -> Result<Self, TemplateError> {
        if source.len() > TEMPLATE_BYTES_MAX {
            return Err(TemplateError { line: 1, problem: format!("is longer than {TEMPLATE_BYTES_MAX} bytes") });
        }
        let mut environment = Environment::new();
        environment.set_fuel(Some(FUEL));
        environment.set_undefined_behavior(UndefinedBehavior::Chainable);
        let syntax = SyntaxConfig::builder().trim_blocks(true).lstrip_blocks(true).build();
        let syntax = syntax.map_err(|error| explain(&error))?;
        language::check(source, syntax.clone())?;
        environment.set_syntax(syntax);
        language::restrict(&mut environment);
        environment.set_auto_escape_callback(move |_| AutoEscape::Custom("markup".into()));
        environment
            .set_formatter(move |out: &mut Output, state: &mut State, value: &Value| write(out, state, value, markup));
        environment.add_template_owned(NAME, source.to_owned()).map_err(|error| explain(&error))?;
        let template = Self { environment };
        template.check_names(source, known)?;
        Ok(template)
    }

    /// Refuses names that nothing will ever stand behind.
    fn check_names(&self, source: &str, known: &[&str]) -> Result<(), TemplateError> {
        let template = self.environment.get_template(NAME).map_err(|error| explain(&error))?;
        let globals: Vec<String> = self.environment.globals().map(|(name, _)| name.to_owned()).collect();
        let mut unknown: Vec<String> = template
            .undeclared_variables(false)
            .into_iter()
            .filter(|name| !known.contains(&name.as_str()) && !globals.contains(name) && name != "loop")
            .collect();
        unknown.sort();
        let Some(name) = unknown.first() else { return Ok(()) };
        let line = source.lines().position(|line| line.contains(name.as_str())).map_or(1, |index| index + 1);
        Err(TemplateError { line, problem: format!("nothing is called '{name}'; there are {}", known.join(", ")) })
    }

    /// The text for `context`.
    ///
    /// # Errors
    /// When the template does what cannot be done with it, takes too many steps, or says too much.
    pub fn render<T: Serialize>(&self, context: &T) -> Result<String, TemplateError> {
        let template = self.environment.get_template(NAME).map_err(|error| explain(&error))?;
        let mut text = Bounded(Vec::new());
        template.render_captured_to(Value::from(Serde(context)), &mut text).map_err(|error| explain(&error))?;
        Ok(String::from_utf8_lossy(&text.0).trim().to_owned())
    }
}

/// Writes one value, escaped. Nothing is written for what is not there.
fn write(out: &mut Output, state: &mut State, value: &Value, markup: Markup) -> Result<(), minijinja::Error> {
    if value.is_undefined() || (value.is_none() && markup != Markup::Json) {
        return Ok(());
    }
    if value.is_safe() || *state.auto_escape() == AutoEscape::None {
        return Ok(out.write_str(&value.to_string())?);
    }
    let text = match value.as_str() {
        None if markup == Markup::Json => serde_json::to_string(value)
            .map_err(|error| minijinja::Error::new(ErrorKind::BadSerialization, error.to_string()))?,
        Some(text) => markup.escape(text),
        None => markup.escape(&value.to_string()),
    };
    Ok(out.write_str(&text)?)
}

/// Takes output up to the limit.
struct Bounded(Vec<u8>);

impl io::Write for Bounded {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        if self.0.len() + bytes.len() > OUTPUT_BYTES_MAX {
            return Err(io::ErrorKind::FileTooLarge.into());
        }
        self.0.extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

fn explain(error: &minijinja::Error) -> TemplateError {
    let problem = match error.kind() {
        ErrorKind::OutOfFuel => format!("takes more than {FUEL} steps: does it loop?"),
        // Nothing else can fail where the output goes.
        ErrorKind::WriteFailure => format!("says more than {OUTPUT_BYTES_MAX} bytes"),
        kind => match (error.detail(), std::error::Error::source(error)) {
            (Some(detail), _) => format!("{kind}: {detail}"),
            (None, Some(source)) => source.to_string(),
            (None, None) => kind.to_string(),
        },
    };
    TemplateError { line: error.line().unwrap_or(1), problem }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn render(source: &str, markup: Markup) -> Result<String, TemplateError> {
        let context = json!({"a": "<b> & *c* @everyone [x](http://y)", "list": [1, 2, 3], "none": null});
        Template::compile(source, markup, &["a", "list", "none"])?.render(&context)
    }

    #[test]
    fn what_is_put_in_is_escaped_and_the_rest_is_not() {
        let cases = [
            (Markup::Plain, "<i>{{ a }}", "<i><b> & *c* @everyone [x](http://y)"),
            (Markup::Html, "<i>{{ a }}", "<i>&lt;b&gt; &amp; *c* @everyone [x](http://y)"),
            (Markup::Slack, "*{{ a }}*", "*&lt;b&gt; &amp; ∗c∗ @everyone [x](http://y)*"),
            (Markup::Markdown, "**{{ a }}**", r"**\<b\> & \*c\* @everyone \[x\](http://y)**"),
            (
                Markup::Json,
                r#"{"x": {{ a }}, "l": {{ list }}}"#,
                r#"{"x": "<b> & *c* @everyone [x](http://y)", "l": [1,2,3]}"#,
            ),
            (Markup::Plain, "{% for n in list %}{{ n }}{% endfor %}{{ none }}{{ a.b.c }}", "123"),
        ];
        for (markup, source, wanted) in cases {
            assert_eq!(render(source, markup).unwrap(), wanted, "{source}");
        }
    }

    #[test]
    fn wrong_and_looping_templates_are_refused_with_their_line() {
        let cases = [
            ("x\n{{ a", 2, "syntax"),
            ("x\n\n{% if a %}", 3, "syntax"),
            ("x\n{{ b }}", 2, "nothing is called 'b'; there are a, list, none"),
            ("x\n{{ a|nofilter }}", 2, "nofilter"),
            ("x\n{% for i in range(100000) %}\n{% for j in range(100000) %}{% endfor %}{% endfor %}", 3, "loop"),
            ("{% for i in range(60000) %}\n{{ a }}{% endfor %}", 1, "says more than"),
            ("x\n{{ a|replace('', a)|replace('', a)|replace('', a)|replace('', a)|replace('', a) }}", 2, "too long"),
            (&"{% set a = a ~ a %}".repeat(40), 1, "no operator"),
        ];
        for (source, line, words) in cases {
            let error = render(source, Markup::Plain).unwrap_err();
            assert_eq!(error.line, line, "{source}: {error}");
            assert!(error.problem.contains(words), "{source}: {error}");
        }
    }
}
