//! Settings of the watch over series, and of the machine's own.

use super::section::section;

section! {
    /// What is watched of numbers over time, and whether this machine is measured.
    pub struct Telemetry {
        /// Watch metrics, log rates and templates, and spans for what is odd.
        pub enabled: bool = true,
        /// Series watched at a time, 4 to 6 KB of memory each. Points of others are kept in the tables all the same, and
        /// /metrics and /readyz say that there are too many.
        pub series_max: usize = 10_000,
        /// The score from which on a point is an alarm: decades of how rare it is, and by how much. Higher is quieter.
        pub threshold: f64 = 6.0,
        /// Alarms in ten thousand points of a series, towards which its threshold moves by itself: one a week where a
        /// point comes every fifteen seconds.
        pub alarm_budget: f64 = 0.25,
        /// Findings told of one host at once; then one an hour. What is beyond it is listed with the anomalies and told
        /// to nobody.
        pub findings_per_host: usize = 4,
        /// Seconds from one measuring of this machine to the next, 5 for what an eye wants to see. 0 measures nothing, so
        /// that a server without work does none; `palisade serve --demo` measures all the same.
        pub host_seconds: u64 = 0,
    }
}
