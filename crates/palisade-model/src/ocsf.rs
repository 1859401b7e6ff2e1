//! Findings as OCSF 1.3 *Detection Finding* (class 2004), for tools that speak the Open Cybersecurity Schema Framework.
//!
//! Source: OCSF schema 1.3.0, category *Findings*, class *Detection Finding*; `type_uid` = `class_uid` × 100 + `activity_id`.

use crate::Finding;
use serde_json::{Value, json};

/// The finding as a Detection Finding of activity *Create*.
#[must_use]
pub fn detection_finding(finding: &Finding) -> Value {
    json!({
        "activity_id": 1,
        "category_uid": 2,
        "class_uid": 2004,
        "type_uid": 200_401,
        "time": finding.time.millis(),
        "severity_id": finding.severity.number(),
        "severity": finding.severity.name(),
        "status_id": 1,
        "confidence_score": (finding.confidence * 100.0).round() as i64,
        "message": finding.title,
        "metadata": {
            "version": "1.3.0",
            "uid": finding.id,
            "product": {"name": "Palisade", "vendor_name": "Palisade"},
        },
        "finding_info": {
            "uid": finding.id,
            "title": finding.title,
            "desc": finding.explanation,
            "types": [finding.class],
            "analytic": {"name": finding.detector, "version": finding.version, "type_id": 1, "type": "Rule"},
            "related_events": finding.observation.iter().map(|id| json!({"uid": id})).collect::<Vec<_>>(),
        },
        "remediation": {"desc": finding.remediation, "references": finding.references},
        "resources": [{"type": finding.subject.kind, "name": finding.subject.name}],
        "evidences": finding.evidence.iter().map(|at| json!({"data": at})).collect::<Vec<_>>(),
        "unmapped": {"fingerprint": finding.fingerprint},
    })
}
