//! Signs that a text takes nobody over: it speaks of its author's own things, sets a model's rules, or tells of others.
//! Weights are log-odds, most of them against an attack.

use super::signs::{Sign, sign};

/// What belongs to whoever writes.
const OWN: &[Sign] = &[
    sign("me secretword", -2.05),
    sign("me ..1 prior ..1 message|document|talk", -0.88),
    sign("me ..2 cancel ..2 me", -0.66),
    sign("secretword ..2 scope", -0.71),
    sign("order|rule|task ..1 scope", -0.89),
    sign("cancel ..3 scope", 0.08),
    sign("order|rule ..3 document|first", -0.04),
];

/// What is said to a model by those who set it up.
const SETUPS: &[Sign] = &[
    sign("you ..1 are ..4 ai|reader", -0.82),
    sign("your ..2 task|self ..1 are ..2 to", -0.58),
    sign("if ..3 user|third ..4 request|tell|say|cancel", -0.86),
    sign("user ..3 request|tell|say|cancel", 0.31),
    sign("not ..2 reveal ..4 order|secretword|this", -0.49),
    sign("not ..1 follow ..4 order ..4 document|talk|user", -1.05),
    sign("not ..2 cancel", 0.44),
    sign("respond ..4 user ..3 request", -0.6),
    sign("call|send ..6 if ..4 user", -0.52),
];

/// What is told of others.
const TOLD: &[Sign] = &[
    sign("third ..3 cancel|reveal|refuse|follow|act", -0.16),
    sign("third ..3 told|say|tell", 0.93),
    sign("user ..3 can|must", 0.53),
    sign("subject ..6 subject", -0.95),
];

/// What is announced to people: papers that replace others, accounts and what goes with them.
const ANNOUNCED: &[Sign] = &[
    sign("paper ..1 cancels", -2.7),
    sign("paper ..1 cancel ..2 prior", -3.03),
    sign("secretword ..2 not ..2 follow", -1.52),
    sign("me ..2 tell ..3 secretword", -1.49),
    sign("not ..1 follow ..1 all order scope", -1.5),
    sign("not ..1 tell ..1 this ..2 third", -0.91),
    sign("your new self are quoted", -4.8),
];

/// What is said of others and of things.
const OF_OTHERS: &[Sign] = &[
    sign("you follow ..1 howto", -1.82),
    sign("evil|persona ..8 anything third ..1 request", -1.24),
    sign("unbound|evil ..1 persona third", -1.2),
    sign("limit scope", -0.91),
    sign("limit scope the", -1.81),
    sign("limit scope the ..2 ai|maker", 2.4),
    sign("line scope the", -1.77),
    sign("line scope the ..1 order|promptname|system|message|talk|ai", 1.81),
];

pub(super) static ORDINARY: &[&[Sign]] = &[OWN, SETUPS, TOLD, ANNOUNCED, OF_OTHERS];
