//! How a command fails: what went wrong, what to do about it, and whose turn it is.

use std::{fmt, io, process::ExitCode};

/// The exit code of a mistake in arguments or input.
const INPUT: u8 = 2;
/// The exit code of everything that is not the user's to mend.
const INTERNAL: u8 = 3;

/// An error for the person at the terminal.
#[derive(Debug)]
pub struct Failure {
    message: String,
    hint: Option<String>,
    code: u8,
}

impl Failure {
    /// Arguments or input cannot be used: exit code 2.
    #[must_use]
    pub fn input(message: impl Into<String>) -> Self {
        Self { message: message.into(), hint: None, code: INPUT }
    }

    /// Something else is in the way: exit code 3.
    #[must_use]
    pub fn internal(message: impl Into<String>) -> Self {
        Self { message: message.into(), hint: None, code: INTERNAL }
    }

    /// Adds what to do next.
    #[must_use]
    pub fn hint(mut self, hint: impl Into<String>) -> Self {
        self.hint = Some(hint.into());
        self
    }
}

impl fmt::Display for Failure {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&self.message)
    }
}

impl std::error::Error for Failure {}

/// Prints `error` with its causes and hints to standard error, and says with which code to exit. When the reader of
/// standard output has gone (`| head`), nobody is there to tell and nothing is wrong.
pub fn report(error: &anyhow::Error) -> ExitCode {
    if is_broken_pipe(error) {
        return ExitCode::SUCCESS;
    }
    eprint!("{}", describe(error));
    ExitCode::from(code(error))
}

fn describe(error: &anyhow::Error) -> String {
    let mut text = format!("error: {error}\n");
    let mut said = error.to_string();
    for cause in error.chain().skip(1).map(ToString::to_string) {
        if !said.contains(&cause) {
            text.push_str(&format!("  because: {cause}\n"));
        }
        said = cause;
    }
    for hint in error.chain().filter_map(|cause| cause.downcast_ref::<Failure>()?.hint.as_deref()) {
        text.push_str(&format!("hint: {hint}\n"));
    }
    text
}

fn code(error: &anyhow::Error) -> u8 {
    let of_cause = |cause: &(dyn std::error::Error + 'static)| match cause.downcast_ref::<Failure>() {
        Some(failure) => Some(failure.code),
        None => cause.downcast_ref::<io::Error>().map(io::Error::kind).filter(|&kind| is_input(kind)).map(|_| INPUT),
    };
    error.chain().find_map(of_cause).unwrap_or(INTERNAL)
}

/// A file that is not there, not readable or not text was named by the user.
fn is_input(kind: io::ErrorKind) -> bool {
    use io::ErrorKind as Kind;
    matches!(
        kind,
        Kind::NotFound | Kind::PermissionDenied | Kind::InvalidData | Kind::InvalidInput | Kind::IsADirectory
    )
}

fn is_broken_pipe(error: &anyhow::Error) -> bool {
    error.chain().any(|cause| match cause.downcast_ref::<io::Error>() {
        Some(error) => error.kind() == io::ErrorKind::BrokenPipe,
        None => {
            cause.downcast_ref::<serde_json::Error>().and_then(serde_json::Error::io_error_kind)
                == Some(io::ErrorKind::BrokenPipe)
        }
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use anyhow::Context as _;

    #[test]
    fn codes_follow_the_contract() {
        let not_found = || io::Error::from(io::ErrorKind::NotFound);
        let cases: [(anyhow::Error, u8); 5] = [
            (Failure::input("no").into(), 2),
            (Failure::internal("no").into(), 3),
            (anyhow::anyhow!("broken"), 3),
            (not_found().into(), 2),
            (Err::<(), _>(not_found()).context("reading").unwrap_err(), 2),
        ];
        for (error, wanted) in cases {
            assert_eq!(code(&error), wanted, "{error}");
        }
    }

    #[test]
    fn causes_and_hints_are_shown_once() {
        let inner = anyhow::Error::from(Failure::input("no such key").hint("make one"));
        let text = describe(&inner.context("cannot sign in"));
        assert_eq!(text, "error: cannot sign in\n  because: no such key\nhint: make one\n");
    }

    #[test]
    fn readers_who_left_are_no_error() {
        let pipe = anyhow::Error::from(io::Error::from(io::ErrorKind::BrokenPipe)).context("writing");
        assert!(is_broken_pipe(&pipe));
        assert!(!is_broken_pipe(&anyhow::anyhow!("broken pipe")));
    }
}
