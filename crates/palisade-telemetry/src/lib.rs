//! Tells what is odd in a stream of numbers and what comes next. Pure: points and time come in, scores go out.
#![forbid(unsafe_code)]

pub mod anomaly;
pub mod derived;
pub mod forecast;
pub mod plot;
pub mod table;
