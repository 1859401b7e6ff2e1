//! The weak signs of a jailbreak, which add up over a whole text. Weights are log-odds.

use super::signs::{Sign, sign};

/// Who the model is to be.
const CASTS: &[Sign] = &[
    sign("you ..1 are ..1 now", 0.6),
    sign("now ..2 you ..1 are", 1.2),
    sign("you ..1 are ..2 name", 2.9),
    sign("you ..2 must ..2 act ..3 as", 1.7),
    sign("act ..4 as ..4 ai|name|evil|unbound", 2.6),
    sign("pretend ..3 you ..2 are|must", -0.2),
    sign("shouted ..3 not ..4 limit|rule|refuse|follow|moralize", 1.1),
    sign("shouted ..3 are ..3 ai", 2.3),
    sign("shouted ..8 anything|harm", 0.6),
    sign("ai ..3 name", 0.9),
    sign("stay ..2 persona", 0.7),
    sign("not ..3 stay ..2 persona", 2.3),
    sign("evil ..2 ai|persona", 1.2),
    sign("instead|not ..3 normal ..2 ai", 1.4),
    sign("you ..2 not ..4 ai", 0.5),
    sign("name ..1 stay|are|must|can", 0.9),
    sign("& act ai free|unbound|without|evil", -0.3),
    sign("& you are now persona|ai|name|evil", 1.1),
    sign("& pretend without|not limit|rule|order", 1.7),
    sign("persona ..6 not ..4 rule|limit", -0.7),
    sign("shouted ..2 comply|respond|do ..2 all|anything|what", 1.3),
    sign("shouted ..4 not ..3 say|tell|refuse|moralize|cant", 1.7),
    sign("shouted ..5 without ..2 limit|rule|moralize", 0.4),
    sign("you ..2 are ..6 without|not ..2 limit|rule", 0.6),
    sign("act ..6 not ..2 limit|rule|refuse|moralize", 1.4),
    sign("ai ..6 cancel|drop|free ..4 limit|rule|maker", -0.3),
    sign("you ..6 not ..2 ai", 0.4),
    sign("persona|name|ai ..4 comply|respond ..2 all|anything", 1.2),
];

/// What the model is to be free of.
const FREEDOMS: &[Sign] = &[
    sign("strongunbound ..3 ai|persona|mode|name|answer|talk|request", 2.2),
    sign("strongunbound", 1.5),
    sign("unbound ..2 ai|persona|mode|answer", 2.3),
    sign("not ..3 bound ..4 rule|limit|maker|authority", 3.3),
    sign("free ..2 from ..4 limit|rule|maker", 2.5),
    sign("without ..3 limit ..3 limit", 1.7),
    sign("without ..2 limit", 0.9),
    sign("you ..3 not ..3 must ..2 limit|rule", 2.4),
    sign("must ..2 not ..2 limit|rule", 1.4),
    sign("not ..3 follow ..3 limit|rule|maker", 0.4),
    sign("can|act|do anything now", 3.8),
    sign("can|must ..3 do|say|respond|reveal ..2 anything", 1.1),
    sign("anything ..4 request", 2.3),
    sign("regardless ..5 harm|limit", 1.1),
    sign("regardless ..10 harm|limit", 0.3),
    sign("harm ..2 harm", 0.7),
    sign("enable ..4 modename mode", 2.8),
    sign("modename mode ..3 enable", 1.0),
    sign("you ..4 modename mode", 2.7),
    sign("evil|unbound mode", 2.7),
    sign("drop|cancel ..3 your ..3 limit|rule|maker", 1.6),
    sign("limit|rule ..5 maker|told", -0.2),
    sign("& not limit you|your", 1.2),
    sign("& strongunbound ai|mode|you|answer", 2.0),
    sign("& you are without|not limit|rule", 1.8),
    sign("& ai without|not limit|rule", 0.7),
    sign("& respond all without|not limit|rule|moralize|refuse", 1.7),
    sign("respond ..2 free", 0.4),
    sign("& enable modename mode", 1.2),
    sign("& limit lapse", 1.8),
    sign("& without limit respond|you|answer|act|can", -0.3),
];

/// That it must never decline.
const DUTIES: &[Sign] = &[
    sign("not ..4 refuse", 1.2),
    sign("must ..2 not ..2 refuse", 1.1),
    sign("not ..4 moralize", 1.7),
    sign("drop|without|not ..4 moralize ..3 moralize", 0.7),
    sign("without ..2 your ..3 moralize", 2.4),
    sign("not ..3 say|respond|tell ..8 cant", 3.2),
    sign("must ..2 comply ..3 all ..3 request", 1.1),
    sign("comply ..3 all ..2 request", 1.9),
    sign("comply ..2 anything|what ..3 request|say|you|me", 1.2),
    sign("all ..2 this|me ..2 request", 1.3),
    sign("you ..2 not ..3 moralize|refuse", 1.2),
    sign("without|not ..5 you ..1 refuse", 2.6),
    sign("your ..2 normal ..2 moralize|refuse|answer", 2.1),
    sign("& not refuse you|request|must", 0.4),
    sign("& without moralize", 1.3),
    sign("not ..3 moralize|refuse ..8 not ..3 moralize|refuse|limit|rule", 0.3),
    sign("not ..1 moralize ..6 moralize|limit|rule", -0.4),
    sign("your ..3 refuse", 1.0),
    sign("refuse ..4 are ..4 lose|lapse|not", 0.8),
    sign("answer|respond ..4 all ..6 not ..3 limit|refuse|moralize", 1.7),
];

/// The form of the answer, and what happens otherwise.
const PRESSURES: &[Sign] = &[
    sign("two ..2 answer", 0.7),
    sign("two ..6 answer ..8 first|normal", 2.2),
    sign("lose ..4 token", 2.1),
    sign("token ..8 lose", 2.0),
    sign("all ..4 refuse ..8 lose|token|punish", 3.5),
    sign("instead ..5 punish", 1.4),
    sign("name are ..6 act", 0.7),
    sign("this first request", 1.7),
    sign("if ..2 you ..3 understand ..3 respond|say", 2.2),
    sign("respond|say ..4 if ..2 you ..2 understand", 1.4),
    sign("not ..3 respond ..3 as ..2 ai", 1.7),
];

/// The frame that is to make it harmless, and what it is for.
const FRAMES: &[Sign] = &[
    sign("this ..2 fiction", 1.2),
    sign("fiction ..6 without|not ..3 limit|rule", 1.2),
    sign("fiction ..12 howto ..8 strongharm", 3.4),
    sign("fiction ..2 answer|fiction", 0.3),
    sign("late ..10 howto|strongharm|reveal", 1.0),
    sign("act ..6 late", 2.7),
    sign("howto ..8 strongharm", 2.1),
    sign("howto ..4 harm", 0.3),
    sign("strongharm", -1.4),
    sign("maker", 0.2),
    sign("fiction ..8 not ..4 limit|rule|moralize", 0.4),
    sign("fiction ..10 not ..2 harm|user", 0.2),
    sign("this ..3 fiction ..6 all ..4 can|free", 0.7),
    sign("act ..4 as ..4 without ..3 limit|moralize", 1.0),
];

pub(super) static WEAK: &[&[Sign]] = &[CASTS, FREEDOMS, DUTIES, PRESSURES, FRAMES];
