//! `POST /api/v2/alerts` of Alertmanager: what Prometheus and `amtool alert add` send.
//!
//! The form is that of Alertmanager's OpenAPI description (`postableAlerts`): an array of alerts with labels,
//! annotations, `startsAt`, `endsAt` and `generatorURL`. An alert whose `endsAt` lies ahead is over then unless it is sent
//! again; Prometheus sends it so every time.

use super::{Call, Calls, checked::RawAlert, json};
use crate::{Limits, SourceError};
use palisade_model::Timestamp;

pub(super) fn read(body: &[u8], _: Timestamp, limits: &Limits) -> Result<Calls, SourceError> {
    let alerts: Vec<RawAlert> = json(body)?;
    Calls::collect(alerts, limits, |alert| alert.check("alertmanager", limits).map(Call::Signal))
}

#[cfg(test)]
mod tests {
    use super::*;
    use palisade_model::Severity;

    fn calls(body: &str) -> Calls {
        read(body.as_bytes(), Timestamp::default(), &Limits { attributes: 3, ..Limits::default() }).unwrap()
    }

    #[test]
    fn what_prometheus_sends() {
        let body = r#"[{"annotations":{"summary":"web-1 is down"},"endsAt":"2026-11-20T12:04:00.000Z",
            "startsAt":"2026-11-20T12:00:00.000Z","generatorURL":"http://p:9090/graph?g0.expr=up",
            "labels":{"alertname":"Down","severity":"critical","empty":""}}]"#;
        let Call::Signal(signal) = &calls(body).calls[0] else { panic!("a signal") };
        assert_eq!((signal.severity, signal.labels.len()), (Severity::Critical, 2));
        assert_eq!(signal.ends_at, Timestamp::parse("2026-11-20T12:04:00Z").ok());
        assert_eq!((signal.source.as_str(), signal.annotations["summary"].as_str()), ("alertmanager", "web-1 is down"));
    }

    #[test]
    fn one_bad_alert_costs_no_other_its_place() {
        let body = r#"[{}, {"labels":{"a":"1"},"startsAt":"yesterday"}, {"labels":{"a":"1","b":"2","c":"3","d":"4"}},
            {"labels":{"a":"1"},"startsAt":"2026-11-20T12:00:00Z","endsAt":"2026-11-20T11:00:00Z"},
            {"labels":{"a":"1"},"startsAt":"0001-01-01T00:00:00Z"}]"#;
        let calls = calls(body);
        assert_eq!((calls.calls.len(), calls.rejected), (1, 4));
        let said: Vec<String> = calls.problems.iter().map(ToString::to_string).collect();
        assert_eq!(said[0], "event 1: it has no labels");
        assert!(said[1].contains("yesterday") && said[2].contains("more than 3 labels"));
        assert_eq!(said[3], "event 4: it ends before it starts");
    }

    #[test]
    fn what_is_no_list_of_alerts_is_refused() {
        for body in ["", "{}", "[1]", "[{\"labels\":[]}]", "[{\"labels\":{\"a\":\"1\"}]"] {
            assert!(read(body.as_bytes(), Timestamp::default(), &Limits::default()).is_err(), "{body}");
        }
    }
}
