//! Rules and what they tell.
