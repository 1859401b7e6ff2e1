//! Signs that a text takes nobody over: it speaks of its author's own things, sets a model's rules, or tells of others.
//! Weights are log-odds, most of them against an attack.

use super::signs::{Sign, sign};

/// What belongs to whoever writes.
const OWN: &[Sign] = &[
    sign("me secretword", -3.3),
    sign("me ..1 prior ..1 message|document|talk", -1.4),
    sign("me ..2 cancel ..2 me", -1.1),
    sign("secretword ..2 scope", -1.1),
    sign("order|rule|task ..1 scope", -1.2),
    sign("cancel ..3 scope", 0.2),
    sign("order|rule ..3 document|first", -0.2),
];

/// What is said to a model by those who set it up.
const SETUPS: &[Sign] = &[
    sign("you ..1 are ..4 ai|reader", -1.4),
    sign("your ..2 task|self ..1 are ..2 to", -0.8),
    sign("if ..3 user|third ..4 request|tell|say|cancel", -1.8),
    sign("user ..3 request|tell|say|cancel", 0.4),
    sign("not ..2 reveal ..4 order|secretword|this", -1.1),
    sign("not ..1 follow ..4 order ..4 document|talk|user", -1.7),
    sign("not ..2 cancel", 1.0),
    sign("respond ..4 user ..3 request", -1.0),
    sign("call|send ..6 if ..4 user", -0.8),
];

/// What is told of others.
const TOLD: &[Sign] = &[
    sign("third ..3 cancel|reveal|refuse|follow|act", -0.7),
    sign("third ..3 told|say|tell", 1.0),
    sign("user ..3 can|must", 0.5),
    sign("subject ..6 subject", -1.6),
];

/// What is announced to people: papers that replace others, accounts and what goes with them.
const ANNOUNCED: &[Sign] = &[
    sign("paper ..1 cancels", -4.5),
    sign("paper ..1 cancel ..2 prior", -5.0),
    sign("secretword ..2 not ..2 follow", -2.5),
    sign("me ..2 tell ..3 secretword", -2.5),
    sign("not ..1 follow ..1 all order scope", -2.5),
    sign("not ..1 tell ..1 this ..2 third", -1.5),
    sign("your new self are quoted", -8.0),
];

/// What is said of others and of things.
const OF_OTHERS: &[Sign] = &[
    sign("you follow ..1 howto", -3.0),
    sign("evil|persona ..8 anything third ..1 request", -2.0),
    sign("unbound|evil ..1 persona third", -2.0),
    sign("limit scope", -1.5),
    sign("limit scope the", -3.0),
    sign("limit scope the ..2 ai|maker", 4.0),
    sign("line scope the", -3.0),
    sign("line scope the ..1 order|promptname|system|message|talk|ai", 3.0),
];

pub(super) static ORDINARY: &[&[Sign]] = &[OWN, SETUPS, TOLD, ANNOUNCED, OF_OTHERS];
