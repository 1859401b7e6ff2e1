//! Tests of correlations as a whole: by hand, against counting again, and against another engine.

mod attacks;
mod by_hand;
mod oracle;
mod reference;
mod refusals;
mod stage;
mod time_and_memory;
