//! Python that reaches for the system from within an expression.
//!
//! **What it finds.** `__import__('os')` that is called at once, chains from a literal's class to all classes
//! (`__class__` … `__subclasses__`), ways to `__globals__` and `__builtins__`, and code that is decoded and run.
//!
//! **Why it matters.** Evaluated by a program it runs commands on the server (CWE-95).
//!
//! **Example.** `__import__('os').system('id')`
//!
//! Source files are left alone, where such names stand one at a time. To allow code in a field, allow this class for
//! that field.

use super::setting::{Around, is_value, sure};
use crate::{
    detector::{Detector, Finds, Hit, Outcome},
    text::View,
};
use palisade_model::Severity;

pub(crate) static PYTHON: Detector = Detector {
    class: "guard.injection.python",
    version: "1",
    severity: Severity::High,
    title: "Python that reaches for the system",
    remediation: "Do not evaluate text from outside; parse literals with ast.literal_eval.",
    references: &["CWE-94", "CWE-95"],
    finds: Finds::Places {
        needles: &[b"__import__", b"__subclasses__", b"__globals__", b"__builtins__", b"b64decode("],
        confirm,
    },
};

/// Bytes of code that are read on either side.
const CODE_BYTES_MAX: usize = 160;

fn confirm(view: &View<'_>, at: usize) -> Outcome {
    if !is_value(view) {
        return Outcome::Clean { until: view.bytes().len() };
    }
    judge(view, at).map_or(Outcome::Clean { until: at + 2 }, Outcome::Found)
}

fn judge(view: &View<'_>, at: usize) -> Option<Hit> {
    let around = Around::new(view, at, CODE_BYTES_MAX, CODE_BYTES_MAX);
    let here = &around.text[around.at..];
    let before = &around.text[..around.at];
    let runs =
        around.follows(&["system(", "popen(", "exec(", "eval(", "spawn", "check_output(", ".run(", ".call(", "read("]);
    let chain = before.contains("__class__") || before.contains("__mro__") || before.contains("__base");
    let confidence = if let Some(rest) = here.strip_prefix("__import__") {
        let module = rest.trim_start_matches(['(', ' ', '\'', '"']);
        let system =
            ["os", "subprocess", "pty", "socket", "commands", "sys"].iter().any(|name| module.starts_with(name));
        (rest.starts_with('(') && system && module.contains(").") && runs).then_some(0.92)?
    } else if here.starts_with("b64decode(") {
        ["exec(", "eval("]
            .iter()
            .any(|call| before.rfind(call).is_some_and(|open| before.len() - open < 40))
            .then_some(0.85)?
    } else if here.starts_with("__subclasses__") {
        chain.then_some(0.92)?
    } else {
        let reached = before.ends_with('.') || before.ends_with(['\'', '"']);
        (reached
            && (chain || before.contains("__init__") || before.contains("__globals__"))
            && (runs || here.starts_with("__globals__[")))
        .then_some(0.9)?
    };
    let end = view.byte_run(at, 60, |byte| byte.is_ascii() && byte != b'\n').end;
    let span = at..end;
    let confidence = sure(view, &span, confidence, 0.5, 0.5);
    Some(Hit::text(span, None, confidence, "A Python expression that reaches for the system.").until(around.end()))
}

#[cfg(test)]
mod tests {
    use crate::testing::check;

    #[test]
    fn python() {
        check(
            "guard.injection.python",
            &[
                ("__import__('os').system('id')", 0..29),
                ("().__class__.__base__.__subclasses__()", 22..38),
                ("exec(base64.b64decode('aW1wb3J0IG9z'))", 12..38),
            ],
            &[
                "pkg = __import__('os')",
                "return cls.__subclasses__()",
                "data = base64.b64decode(text)",
                "f.__globals__['name']",
            ],
        );
    }
}
