//! `/api/v2/silences` and `/api/v2/silence/{id}`.

use super::filter::filters;
use super::forms::{ApiMatcher, GettableSilence};
use super::{Answer, Client, Plain, VIA};
use crate::api::problem::{Kind, Problem};
use crate::api::respond::silences::{id_of, read};
use crate::api::respond::{actor, carry_out};
use crate::api::{Api, body};
use crate::desk::Order;
use axum::Json;
use axum::extract::{Path, RawQuery, Request, State};
use axum::http::StatusCode;
use palisade_model::Timestamp;
use palisade_response::{Command, Matcher, Silence, SilenceDraft, SilenceStatus};
use palisade_store::state::Scope;
use serde::{Deserialize, Serialize};
use std::sync::Arc;

/// `postableSilence`
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct PostableSilence {
    #[serde(default)]
    id: String,
    matchers: Vec<ApiMatcher>,
    starts_at: Timestamp,
    ends_at: Timestamp,
    created_by: String,
    comment: String,
}

#[derive(Serialize)]
pub(super) struct Made {
    #[serde(rename = "silenceID")]
    silence_id: String,
}

impl PostableSilence {
    fn draft(self) -> Result<SilenceDraft, Problem> {
        let matchers: Result<Vec<Matcher>, String> = self.matchers.iter().map(ApiMatcher::to_matcher).collect();
        Ok(SilenceDraft {
            id: if self.id.is_empty() { None } else { Some(id_of(&self.id)?) },
            matchers: matchers.map_err(|error| Problem::new(Kind::Malformed, error))?,
            starts_at: Some(self.starts_at),
            ends_at: self.ends_at,
            reason: self.comment,
            created_by: Some(self.created_by).filter(|name| !name.is_empty()),
        })
    }
}

/// All silences, those that are over among them; active ones first, then those to come.
pub(super) async fn list(
    State(api): State<Arc<Api>>,
    Client(caller): Client,
    RawQuery(query): RawQuery,
) -> Answer<Vec<GettableSilence>> {
    caller.may(Scope::Read)?;
    let wanted = filters(query.as_deref())?;
    let machine = api.desk.machine();
    let mut silences: Vec<&Silence> = machine.silences().filter(|silence| takes(silence, &wanted)).collect();
    let rank = |status| match status {
        SilenceStatus::Active => 0,
        SilenceStatus::Pending => 1,
        SilenceStatus::Expired => 2,
    };
    silences.sort_by_key(|silence| (rank(silence.status), silence.ends_at, silence.id));
    Ok(Json(silences.into_iter().map(GettableSilence::from).collect()))
}

/// As Alertmanager filters: by what the silence's own matchers ask for.
fn takes(silence: &Silence, wanted: &[Matcher]) -> bool {
    let asks = |wanted: &Matcher, own: &Matcher| {
        own.name() == wanted.name() && wanted.is_met(&[(own.name().to_owned(), own.value().to_owned())].into())
    };
    wanted.iter().all(|wanted| silence.matchers.iter().any(|own| asks(wanted, own)))
}

pub(super) async fn get(
    State(api): State<Arc<Api>>,
    Client(caller): Client,
    Path(id): Path<String>,
) -> Answer<GettableSilence> {
    caller.may(Scope::Read)?;
    Ok(Json(GettableSilence::from(&read(&api, id_of(&id)?)?)))
}

/// Makes a silence, or changes the one that it names.
pub(super) async fn create(State(api): State<Arc<Api>>, Client(caller): Client, request: Request) -> Answer<Made> {
    caller.may(Scope::Respond)?;
    let asked: PostableSilence = body::json(&api, &caller, request).await?;
    let draft = asked.draft()?;
    let silence_id = carry_out(&api, actor(&caller, VIA), Order::Alert(Command::Silence(draft))).await?;
    Ok(Json(Made { silence_id }))
}

pub(super) async fn expire(
    State(api): State<Arc<Api>>,
    Client(caller): Client,
    Path(id): Path<String>,
) -> Result<StatusCode, Plain> {
    caller.may(Scope::Respond)?;
    let id = id_of(&id)?;
    carry_out(&api, actor(&caller, VIA), Order::Alert(Command::ExpireSilence { id })).await?;
    Ok(StatusCode::OK)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_amtool_posts_is_read() {
        let body = r#"{"matchers":[{"isEqual":true,"isRegex":true,"name":"host","value":"web-.*"}],
            "startsAt":"2026-11-20T12:00:00.000Z","endsAt":"2026-11-20T13:00:00.000Z","createdBy":"ann","comment":"x"}"#;
        let draft = serde_json::from_str::<PostableSilence>(body).unwrap().draft().unwrap();
        assert_eq!((draft.id, draft.created_by.as_deref()), (None, Some("ann")));
        assert_eq!(draft.matchers[0].to_string(), r#"host=~"web-.*""#);
        let wrong = body.replace("web-.*", "web-(");
        assert!(serde_json::from_str::<PostableSilence>(&wrong).unwrap().draft().is_err());
    }

    #[test]
    fn silences_are_filtered_by_their_matchers() {
        let matchers = vec![r#"host="web-1""#.parse().unwrap()];
        let silence = Silence { matchers, ..Silence::default() };
        for (wanted, takes_it) in [(r#"host="web-1""#, true), (r#"host=~"web.*""#, true), (r#"team="a""#, false)] {
            assert_eq!(takes(&silence, &[wanted.parse().unwrap()]), takes_it, "{wanted}");
        }
    }
}
