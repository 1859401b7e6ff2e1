//! JavaScript that leaves its sandbox or starts processes, as injected into Node programs.
//!
//! **What it finds.** `require('child_process')` that is called at once, `process.mainModule`, `process.binding`, and
//! `constructor.constructor(…)`, where the text is a value and no source file.
//!
//! **Why it matters.** Evaluated by a program, it runs commands on the server (CWE-94).
//!
//! **Example.** `this.constructor.constructor('return process')().exit()`
//!
//! Source files that import modules are left alone. To allow code in a field, allow this class for that field.

use super::setting::{Around, is_value, sure};
use crate::{
    detector::{Detector, Finds, Hit, Outcome},
    text::View,
};
use palisade_model::Severity;

pub(crate) static NODE: Detector = Detector {
    class: "guard.injection.node",
    version: "1",
    severity: Severity::High,
    title: "JavaScript that starts processes",
    remediation: "Do not evaluate text from outside.",
    references: &["CWE-94", "CWE-95", "CWE-265"],
    finds: Finds::Places {
        needles: &[
            b"child_process",
            b"process.mainmodule",
            b"process.binding",
            b"constructor.constructor",
            b"constructor[\"constructor",
            b"constructor['constructor",
            b"string.fromcharcode(",
            b"require(\"fs\")",
            b"require('fs')",
        ],
        confirm,
    },
};

/// Bytes of code that are read on either side.
const CODE_BYTES_MAX: usize = 160;

fn confirm(view: &View<'_>, at: usize) -> Outcome {
    let found = if is_value(view) { judge(view, at) } else { None };
    found.map_or(Outcome::Clean { until: if is_value(view) { at + 2 } else { view.bytes().len() } }, Outcome::Found)
}

fn judge(view: &View<'_>, at: usize) -> Option<Hit> {
    let around = Around::new(view, at, CODE_BYTES_MAX, CODE_BYTES_MAX);
    let here = &around.text[around.at..];
    let before = &around.text[..around.at];
    let chained = |after: &str| {
        here.find(after).is_some_and(|end| here[end + after.len()..].trim_start_matches([')', ' ']).starts_with('.'))
    };
    let runs = around.follows(&["exec(", "execsync(", "spawn(", "spawnsync(", "execfile"]);
    let confidence = if here.starts_with("child_process") {
        (before.ends_with(['\'', '"', '`']) && (chained("')") || chained("\")")) && runs && !before.contains("const "))
            .then_some(0.85)?
    } else if here.starts_with("process.mainmodule") {
        if here.contains("require(") || here.contains("constructor") { 0.92 } else { 0.4 }
    } else if here.starts_with("process.binding") {
        here.starts_with("process.binding(").then_some(if around.has(&["spawn_sync", "process_wrap"]) {
            0.92
        } else {
            0.5
        })?
    } else if here.starts_with("constructor") {
        let called = here.get(23..).is_some_and(|rest| rest.trim_start_matches(['"', '\'', ']']).starts_with('('));
        (called && around.has(&["return ", "alert", "process", "import(", "eval", "exec"])).then_some(0.92)?
    } else if here.starts_with("string.from") {
        before.trim_end().ends_with("eval(").then_some(0.9)?
    } else {
        (around.follows(&["readfilesync('/", "readfilesync(\"/", "readdirsync('", "readdirsync(\""])
            && around.follows(&["require('fs').", "require(\"fs\")."])
            && !before.contains("const "))
        .then_some(0.82)?
    };
    let span = at..around.end().min(at + 60);
    let span = span.start..view.slice(0..view.bytes().len()).floor_char_boundary(span.end);
    let confidence = sure(view, &span, confidence, 0.5, 0.5);
    Some(
        Hit::text(span, None, confidence, "JavaScript that leaves its sandbox or starts a process.")
            .until(around.end()),
    )
}

#[cfg(test)]
mod tests {
    use crate::testing::check;

    #[test]
    fn node() {
        check(
            "guard.injection.node",
            &[
                ("require('child_process').execSync('id')", 9..39),
                ("this.constructor.constructor('return process')()", 5..48),
                ("global.process.mainModule.require('x')", 7..38),
            ],
            &[
                "const { exec } = require('child_process');",
                "const cp = require('child_process').spawn;",
                "this.constructor.constructor.name",
                "String.fromCharCode(65)",
            ],
        );
    }
}
