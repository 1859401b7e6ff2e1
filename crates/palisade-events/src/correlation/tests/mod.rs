//! Tests of correlations as a whole: by hand, against counting again, and against another engine.

mod attacks;
mod by_hand;
mod end_to_end;
mod oracle;
mod reference;
mod refusals;
mod stage;
mod time_and_memory;
