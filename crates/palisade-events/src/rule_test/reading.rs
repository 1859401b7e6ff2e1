//! Reads a file of tests: YAML, one document for each rule.

use super::{Expected, RuleTest, TestEvents, TestFile};
use crate::{
    LogSource, Problem,
    limits::{EVENT_BYTES_MAX, TEST_FILE_BYTES_MAX},
    rules::documents,
    taxonomy::line_of_place,
};
use serde::Deserialize;
use serde_json::Value;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct FileForm {
    rule: String,
    logsource: Option<SourceForm>,
    tests: Vec<TestForm>,
}

#[derive(Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
struct SourceForm {
    product: String,
    category: String,
    service: String,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct TestForm {
    name: Option<String>,
    event: Option<Value>,
    events: Option<Vec<Value>>,
    file: Option<String>,
    #[serde(rename = "match")]
    is_match: Option<bool>,
    count: Option<u64>,
}

impl TestFile {
    /// Reads the tests in `text`; problems call it `file`.
    ///
    /// # Errors
    /// When it is no YAML, or a test does not say what is looked at and what must come of it; with the line.
    pub fn parse(file: &str, text: &str) -> Result<Vec<Self>, Problem> {
        if text.len() > TEST_FILE_BYTES_MAX {
            let reason = format!("the file has more than {} MiB", TEST_FILE_BYTES_MAX >> 20);
            return Err(problem(file, 1, reason));
        }
        documents(text).into_iter().map(|(line, document)| read(file, line, document)).collect()
    }
}

fn read(file: &str, first_line: usize, text: &str) -> Result<TestFile, Problem> {
    let form: FileForm = yaml_serde::from_str(text).map_err(|error| {
        let line = error.location().map_or(1, |location| location.line());
        problem(file, first_line - 1 + line, error.to_string())
    })?;
    if form.tests.is_empty() {
        return Err(problem(file, first_line, "there are no tests in it: add events under `tests`".to_owned()));
    }
    let tests = form.tests.into_iter().enumerate().map(|(index, form)| {
        let line = first_line - 1 + line_of_place(text, &format!("tests[{index}]")).unwrap_or(1);
        let read = test(index, line, form);
        read.map_err(|reason| problem(file, line, format!("test {}: {reason}", index + 1)))
    });
    let source = form.logsource.map(|form| LogSource::new(&form.product, &form.category, &form.service));
    Ok(TestFile { file: file.to_owned(), rule: form.rule, source, tests: tests.collect::<Result<_, _>>()? })
}

fn test(index: usize, line: usize, form: TestForm) -> Result<RuleTest, String> {
    let events = match (form.event, form.events, form.file) {
        (Some(event), None, None) => TestEvents::Written(vec![written(&event)?]),
        (None, Some(events), None) => TestEvents::Written(events.iter().map(written).collect::<Result<_, _>>()?),
        (None, None, Some(file)) => TestEvents::File(file),
        _ => return Err("say what is looked at: one of `event`, `events` and `file`".to_owned()),
    };
    let expected = match (form.is_match, form.count) {
        (Some(is_match), None) => Expected::Match(is_match),
        (None, Some(count)) => Expected::Count(count),
        _ => return Err("say what must come of it: `match: true`, `match: false`, or `count` with a number".to_owned()),
    };
    let name = form.name.unwrap_or_else(|| format!("test {}", index + 1));
    Ok(RuleTest { name, line, events, expected })
}

/// The event as JSON.
fn written(event: &Value) -> Result<String, String> {
    if !event.is_object() {
        return Err("an event is a mapping of fields to values".to_owned());
    }
    let text = event.to_string();
    if text.len() > EVENT_BYTES_MAX { Err("an event is too long".to_owned()) } else { Ok(text) }
}

fn problem(file: &str, line: usize, reason: String) -> Problem {
    let reason = reason.lines().collect::<Vec<_>>().join(" ");
    Problem { file: file.to_owned(), line, reason, is_refused: true }
}
