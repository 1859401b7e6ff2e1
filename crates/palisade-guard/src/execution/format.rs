//! Format strings that read or write memory.
//!
//! **What it finds.** Directives of `printf` in a row that no text has: several `%n`, or many `%x`, `%p`, `%s`, as the
//! whole of a value.
//!
//! **Why it matters.** A C program that prints the value as its format reads or writes its own memory (CWE-134).
//!
//! **Example.** `%x%x%x%x%n`
//!
//! Formats with text between the directives, as programs have them, are left alone.

use super::setting::is_alone;
use crate::{
    detector::{Detector, Finds, Hit, Outcome},
    text::View,
};
use palisade_model::Severity;

pub(crate) static FORMAT: Detector = Detector {
    class: "guard.injection.format",
    version: "1",
    severity: Severity::Medium,
    title: "Format string that reads or writes memory",
    remediation: "Print values with a fixed format.",
    references: &["CWE-134"],
    finds: Finds::Places { needles: &[b"%n%", b"%x%", b"%p%", b"%s%", b"%x.%", b"%p.%"], confirm },
};

/// Bytes of directives that are read.
const RUN_BYTES_MAX: usize = 512;

/// Directives in a row that no format has.
const DIRECTIVES_MIN: usize = 5;

fn confirm(view: &View<'_>, at: usize) -> Outcome {
    let belongs = |byte: u8| b"%nxps.,-0123456789l$#hdu|_".contains(&byte);
    let run = view.byte_run_before(at, RUN_BYTES_MAX, belongs).start..view.byte_run(at, RUN_BYTES_MAX, belongs).end;
    let bytes = &view.bytes()[run.clone()];
    let count = memchr::memchr_iter(b'%', bytes).count();
    let writes = bytes.windows(2).any(|two| two.eq_ignore_ascii_case(b"%n"));
    if !is_alone(view, &run) || count < if writes { 2 } else { DIRECTIVES_MIN } {
        return Outcome::Clean { until: run.end };
    }
    let why = "Directives of printf follow one another.";
    Outcome::Found(Hit::text(run, None, if writes { 0.85 } else { 0.7 }, why))
}

#[cfg(test)]
mod tests {
    use crate::testing::check;

    #[test]
    fn format() {
        check(
            "guard.injection.format",
            &[("%x%x%x%x%n", 0..10), ("%p.%p.%p.%p.%p", 0..14)],
            &["%s%s", "100%x%", "printf(\"%s: %d%%\\n\", a, b)", "%Y-%m-%d"],
        );
    }
}
