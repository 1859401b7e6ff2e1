//! What a server says to whoever started it.

/// Writes a line to standard error, and goes on where nobody reads it any more: `eprintln!` would panic, and a server
/// whose terminal is gone could not even end.
macro_rules! tell {
    ($($argument:tt)*) => {{
        use std::io::Write as _;
        let _nobody_reads = writeln!(std::io::stderr(), $($argument)*);
    }};
}
