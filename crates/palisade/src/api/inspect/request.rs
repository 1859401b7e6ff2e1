//! What the guard is asked, as it is sent and as it is meant.

use super::bearers::Shown;
use crate::api::problem::{Kind, Problem};
use crate::pipeline::admission::count_refusal;
use palisade_guard::policy::Direction;
use serde::Deserialize;
use serde_json::value::RawValue;
use utoipa::ToSchema;

/// What to inspect: one of `text`, `json` and `batch`. A body of `text/plain` is the text itself.
#[derive(Default, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct InspectRequest {
    /// Text.
    #[schema(example = "please review ghp_...")]
    text: Option<String>,
    /// Any JSON value; every string in it is inspected, and evidence says at which JSON Pointer.
    #[schema(value_type = Option<Object>)]
    json: Option<Box<RawValue>>,
    /// Which way it goes: towards the agent or from it; rules of the policy can tell the two apart.
    direction: Option<Way>,
    /// The tool that is called or answers.
    tool: Option<String>,
    /// The server that the tool belongs to.
    server: Option<String>,
    /// Whether to answer with what may go on, too.
    neutralise: Option<bool>,
    /// The bearer token that came with it: judged by the policy's `[session]`, kept nowhere.
    bearer: Option<String>,
    /// Who has shown the token, as something that stays the same: an address, a client id, a certificate. A token that
    /// another peer has shown within a day is told; both are remembered by hash only.
    peer: Option<String>,
    /// Many of them, answered each in their order; at most `limits.inspect_batch_max`, which is 256 unless set otherwise.
    batch: Option<Vec<InspectItem>>,
}

/// One of a batch: a text or a JSON value, and what is known about it.
#[derive(Default, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct InspectItem {
    /// Text.
    text: Option<String>,
    /// Any JSON value.
    #[schema(value_type = Option<Object>)]
    json: Option<Box<RawValue>>,
    /// Which way it goes.
    direction: Option<Way>,
    /// The tool that is called or answers.
    tool: Option<String>,
    /// The server that the tool belongs to.
    server: Option<String>,
    /// Whether to answer with what may go on, too.
    neutralise: Option<bool>,
    /// The bearer token that came with it.
    bearer: Option<String>,
    /// Who has shown the token.
    peer: Option<String>,
}

/// Which way a message goes.
#[derive(Clone, Copy, Default, Deserialize, ToSchema)]
#[serde(rename_all = "lowercase")]
pub enum Way {
    /// Towards the agent: answers of tools, prompts, documents.
    #[default]
    In,
    /// From the agent: calls of tools, answers to users.
    Out,
}

/// What is asked: at least one question.
pub(super) struct Asked {
    pub(super) questions: Vec<Question>,
    /// Whether the answer is a list, too.
    pub(super) is_batch: bool,
}

/// What the guard and the policy are asked about.
pub(super) struct Question {
    pub(super) what: What,
    pub(super) direction: Direction,
    pub(super) tool: Option<String>,
    pub(super) server: Option<String>,
    pub(super) neutralise: bool,
    pub(super) shown: Option<Shown>,
}

pub(super) enum What {
    Text(String),
    Json(Box<RawValue>),
}

const FORM: &str = "send {\"text\":…}, {\"json\":…} or {\"batch\":[…]}, or a body of text/plain";

/// Reads a body: JSON, or the text itself.
pub(super) fn read(bytes: &[u8], is_json: bool, batch_max: usize) -> Result<Asked, Problem> {
    if !is_json {
        let text = std::str::from_utf8(bytes);
        let text = text.map_err(|error| malformed(None, &format!("the text is not UTF-8: {error}")))?;
        let item = InspectItem { text: Some(text.to_owned()), ..InspectItem::default() };
        return Ok(Asked { questions: vec![question(None, item)?], is_batch: false });
    }
    let request: InspectRequest =
        serde_json::from_slice(bytes).map_err(|error| malformed(None, &format!("the JSON body: {error}")))?;
    let InspectRequest { text, json, direction, tool, server, neutralise, bearer, peer, batch } = request;
    let item = InspectItem { text, json, direction, tool, server, neutralise, bearer, peer };
    match batch {
        Some(batch) => read_batch(&item, batch, batch_max),
        None => Ok(Asked { questions: vec![question(None, item)?], is_batch: false }),
    }
}

fn read_batch(beside: &InspectItem, batch: Vec<InspectItem>, batch_max: usize) -> Result<Asked, Problem> {
    if !beside.is_empty() {
        let detail = "beside batch there may be nothing: put all other members into its items";
        return Err(malformed(None, detail));
    }
    match batch.len() {
        0 => return Err(malformed(None, "the batch is empty")),
        length if length > batch_max => {
            let detail = format!("the batch has {length} items; limits.inspect_batch_max is {batch_max}");
            count_refusal("body_size");
            return Err(Problem::new(Kind::TooLarge, detail));
        }
        _ => {}
    }
    let questions = batch.into_iter().enumerate().map(|(number, item)| question(Some(number), item));
    Ok(Asked { questions: questions.collect::<Result<_, _>>()?, is_batch: true })
}

impl InspectItem {
    fn is_empty(&self) -> bool {
        let Self { text, json, direction, tool, server, neutralise, bearer, peer } = self;
        let texts = [text, tool, server, bearer, peer];
        texts.iter().all(|text| text.is_none()) && json.is_none() && direction.is_none() && neutralise.is_none()
    }
}

fn question(of_batch: Option<usize>, item: InspectItem) -> Result<Question, Problem> {
    let what = match (item.text, item.json) {
        (Some(text), None) => What::Text(text),
        (None, Some(json)) => What::Json(json),
        _ => return Err(malformed(of_batch, FORM)),
    };
    let direction = match item.direction.unwrap_or_default() {
        Way::In => Direction::In,
        Way::Out => Direction::Out,
    };
    let shown = match (item.bearer, item.peer) {
        (Some(bearer), peer) => Some(Shown { bearer, peer }),
        (None, Some(_)) => return Err(malformed(of_batch, "peer says who has shown a token: send bearer beside it")),
        (None, None) => None,
    };
    let neutralise = item.neutralise.unwrap_or(false);
    Ok(Question { what, direction, tool: item.tool, server: item.server, neutralise, shown })
}

/// What is wrong with the request, or with the item of that number.
pub(super) fn malformed(of_batch: Option<usize>, detail: &str) -> Problem {
    let place = of_batch.map(|number| format!("batch[{number}]: ")).unwrap_or_default();
    Problem::new(Kind::Malformed, format!("{place}{detail}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn form(question: &Question) -> String {
        match &question.what {
            What::Text(text) => format!("text {text}"),
            What::Json(json) => format!("json {}", json.get()),
        }
    }

    #[test]
    fn one_of_text_and_json_is_read() {
        for (body, is_json, wanted) in [
            (r#"{"text":"a"}"#, true, Some("text a")),
            (r#"{"json":{"a": "b"}}"#, true, Some(r#"json {"a": "b"}"#)),
            ("plain {", false, Some("text plain {")),
            ("{}", true, None),
            (r#"{"text":"a","json":1}"#, true, None),
            (r#"{"text":"a","bearer":"t","peer":"p"}"#, true, Some("text a")),
            (r#"{"text":"a","peer":"p"}"#, true, None),
            (r#"{"txt":"a"}"#, true, None),
            ("plain", true, None),
        ] {
            let found = read(body.as_bytes(), is_json, 2).ok().map(|asked| form(&asked.questions[0]));
            assert_eq!(found.as_deref(), wanted, "{body}");
        }
        assert!(read(b"\xff", false, 2).is_err());
    }

    #[test]
    fn a_batch_has_items_of_its_own_and_a_limit() {
        let asked = read(br#"{"batch":[{"text":"a","direction":"out"},{"json":[1]}]}"#, true, 2).unwrap();
        assert!(asked.is_batch && asked.questions[0].direction == Direction::Out);
        assert_eq!(asked.questions.iter().map(form).collect::<Vec<_>>(), ["text a", "json [1]"]);
        for body in [
            r#"{"batch":[]}"#,
            r#"{"batch":[{"text":"a"},{}]}"#,
            r#"{"batch":[{"text":"a"}],"tool":"x"}"#,
            r#"{"batch":[{"batch":[]}]}"#,
            r#"{"batch":[{"text":"a"},{"text":"b"},{"text":"c"}]}"#,
        ] {
            assert!(read(body.as_bytes(), true, 2).is_err(), "{body}");
        }
    }
}
