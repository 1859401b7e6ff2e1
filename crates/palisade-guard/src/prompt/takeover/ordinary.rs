//! Signs that a text takes nobody over: it speaks of its author's own things, sets a model's rules, or tells of others.
//! Weights are log-odds, most of them against an attack.

use super::signs::{Sign, sign};

/// What belongs to whoever writes.
const OWN: &[Sign] = &[
    sign("me secretword", -2.01),
    sign("me ..1 prior ..1 message|document|talk", -0.86),
    sign("me ..2 cancel ..2 me", -0.66),
    sign("secretword ..2 scope", -0.69),
    sign("order|rule|task ..1 scope", -0.79),
    sign("cancel ..3 scope", 0.0),
    sign("order|rule ..3 document|first", 0.08),
];

/// What is said to a model by those who set it up.
const SETUPS: &[Sign] = &[
    sign("you ..1 are ..4 ai|reader", -0.73),
    sign("your ..2 task|self ..1 are ..2 to", -0.55),
    sign("if ..3 user|third ..4 request|tell|say|cancel", -0.91),
    sign("user ..3 request|tell|say|cancel", 0.28),
    sign("not ..2 reveal ..4 order|secretword|this", -0.54),
    sign("not ..1 follow ..4 order ..4 document|talk|user", -1.06),
    sign("not ..2 cancel", 0.48),
    sign("respond ..4 user ..3 request", -0.62),
    sign("call|send ..6 if ..4 user", -0.49),
];

/// What is told of others.
const TOLD: &[Sign] = &[
    sign("third ..3 cancel|reveal|refuse|follow|act", -0.16),
    sign("third ..3 told|say|tell", 0.87),
    sign("user ..3 can|must", 0.45),
    sign("subject ..6 subject", -1.04),
];

/// What is announced to people: papers that replace others, accounts and what goes with them.
const ANNOUNCED: &[Sign] = &[
    sign("paper ..1 cancels", -2.71),
    sign("paper ..1 cancel ..2 prior", -3.03),
    sign("secretword ..2 not ..2 follow", -1.51),
    sign("me ..2 tell ..3 secretword", -1.49),
    sign("not ..1 follow ..1 all order scope", -1.52),
    sign("not ..1 tell ..1 this ..2 third", -0.91),
    sign("your new self are quoted", -4.8),
];

/// What is said of others and of things.
const OF_OTHERS: &[Sign] = &[
    sign("you follow ..1 howto", -1.81),
    sign("evil|persona ..8 anything third ..1 request", -1.22),
    sign("unbound|evil ..1 persona third", -1.17),
    sign("limit scope", -0.9),
    sign("limit scope the", -1.79),
    sign("limit scope the ..2 ai|maker", 2.4),
    sign("line scope the", -1.74),
    sign("line scope the ..1 order|promptname|system|message|talk|ai", 1.89),
];

pub(super) static ORDINARY: &[&[Sign]] = &[OWN, SETUPS, TOLD, ANNOUNCED, OF_OTHERS];
