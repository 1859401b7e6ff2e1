//! What the walk itself finds: JSON that its readers do not read alike.

use crate::detector::{Detector, Finds};
use palisade_model::Severity;

/// The detectors of this family.
pub(crate) static DETECTORS: [&Detector; 2] = [&DUPLICATE_KEY, &LONE_SURROGATE];

/// **What it finds.** A member's name that stands twice in one object; told once an object.
///
/// **Why it matters.** RFC 8259 §4 leaves open which of the two counts: one program checks the first, another obeys
/// the last.
///
/// **Example.** `{"role":"user","role":"admin"}`
pub(crate) static DUPLICATE_KEY: Detector = Detector {
    class: "guard.json.duplicate-key",
    version: "1",
    severity: Severity::Medium,
    title: "Name given twice in a JSON object",
    remediation: "Give each member a name of its own; refuse input in which one comes twice.",
    references: &["CWE-694", "CWE-436"],
    finds: Finds::Limit,
};

/// **What it finds.** `\ud800` to `\udfff` that is not one of a pair; told once a document.
///
/// **Why it matters.** It stands for no character (RFC 8259 §8.2): programs replace it, drop it or fail, so that one
/// of them may see another text than the one that was checked.
///
/// **Example.** `{"name":"admin\ud888"}`
pub(crate) static LONE_SURROGATE: Detector = Detector {
    class: "guard.json.lone-surrogate",
    version: "1",
    severity: Severity::Low,
    title: "Half of a surrogate pair in JSON",
    remediation: "Write the character as itself or as a whole pair; refuse or replace the half.",
    references: &["CWE-176"],
    finds: Finds::Limit,
};
