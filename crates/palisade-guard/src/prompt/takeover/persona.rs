//! The weak signs of a jailbreak, which add up over a whole text. Weights are log-odds.

use super::signs::{Sign, sign};

/// Who the model is to be.
const CASTS: &[Sign] = &[
    sign("you ..1 are ..1 now", 0.43),
    sign("now ..2 you ..1 are", 0.65),
    sign("you ..1 are ..2 name", 1.74),
    sign("you ..2 must ..2 act ..3 as", 1.04),
    sign("act ..4 as ..4 ai|name|evil|unbound", 1.6),
    sign("pretend ..3 you ..2 are|must", -0.13),
    sign("shouted ..3 not ..4 limit|rule|refuse|follow|moralize", 0.63),
    sign("shouted ..3 are ..3 ai", 1.32),
    sign("shouted ..8 anything|harm", 0.31),
    sign("ai ..3 name", 0.56),
    sign("stay ..2 persona", 0.38),
    sign("not ..3 stay ..2 persona", 1.36),
    sign("evil ..2 ai|persona", 0.84),
    sign("instead|not ..3 normal ..2 ai", 0.84),
    sign("you ..2 not ..4 ai", 0.3),
    sign("name ..1 stay|are|must|can", 0.47),
    sign("& act ai free|unbound|without|evil", -0.07),
    sign("& you are now persona|ai|name|evil", 0.68),
    sign("& pretend without|not limit|rule|order", 1.1),
    sign("persona ..6 not ..4 rule|limit", -0.43),
    sign("shouted ..2 comply|respond|do ..2 all|anything|what", 0.62),
    sign("shouted ..4 not ..3 say|tell|refuse|moralize|cant", 1.04),
    sign("shouted ..5 without ..2 limit|rule|moralize", 0.25),
    sign("you ..2 are ..6 without|not ..2 limit|rule", 0.36),
    sign("act ..6 not ..2 limit|rule|refuse|moralize", 0.97),
    sign("ai ..6 cancel|drop|free ..4 limit|rule|maker", -0.14),
    sign("you ..6 not ..2 ai", 0.28),
    sign("persona|name|ai ..4 comply|respond ..2 all|anything", 0.8),
];

/// What the model is to be free of.
const FREEDOMS: &[Sign] = &[
    sign("strongunbound ..3 ai|persona|mode|name|answer|talk|request", 1.3),
    sign("strongunbound", 1.03),
    sign("unbound ..2 ai|persona|mode|answer", 1.28),
    sign("not ..3 bound ..4 rule|limit|maker|authority", 1.99),
    sign("free ..2 from ..4 limit|rule|maker", 1.55),
    sign("without ..3 limit ..3 limit", 1.02),
    sign("without ..2 limit", 0.41),
    sign("you ..3 not ..3 must ..2 limit|rule", 1.43),
    sign("must ..2 not ..2 limit|rule", 0.84),
    sign("not ..3 follow ..3 limit|rule|maker", 0.2),
    sign("can|act|do anything now", 2.28),
    sign("can|must ..3 do|say|respond|reveal ..2 anything", 0.7),
    sign("anything ..4 request", 1.31),
    sign("regardless ..5 harm|limit", 0.65),
    sign("regardless ..10 harm|limit", 0.16),
    sign("harm ..2 harm", 0.45),
    sign("enable ..4 modename mode", 1.7),
    sign("modename mode ..3 enable", 0.56),
    sign("you ..4 modename mode", 1.64),
    sign("evil|unbound mode", 1.55),
    sign("drop|cancel ..3 your ..3 limit|rule|maker", 1.01),
    sign("limit|rule ..5 maker|told", 0.1),
    sign("& not limit you|your", 0.85),
    sign("& strongunbound ai|mode|you|answer", 1.25),
    sign("& you are without|not limit|rule", 1.06),
    sign("& ai without|not limit|rule", 0.55),
    sign("& respond all without|not limit|rule|moralize|refuse", 1.01),
    sign("respond ..2 free", 0.26),
    sign("& enable modename mode", 0.74),
    sign("& limit lapse", 1.16),
    sign("& without limit respond|you|answer|act|can", -0.05),
];

/// That it must never decline.
const DUTIES: &[Sign] = &[
    sign("not ..4 refuse", 0.83),
    sign("must ..2 not ..2 refuse", 0.68),
    sign("not ..4 moralize", 1.02),
    sign("drop|without|not ..4 moralize ..3 moralize", 0.42),
    sign("without ..2 your ..3 moralize", 1.44),
    sign("not ..3 say|respond|tell ..8 cant", 1.85),
    sign("must ..2 comply ..3 all ..3 request", 0.66),
    sign("comply ..3 all ..2 request", 1.23),
    sign("comply ..2 anything|what ..3 request|say|you|me", 0.75),
    sign("all ..2 this|me ..2 request", 0.83),
    sign("you ..2 not ..3 moralize|refuse", 0.73),
    sign("without|not ..5 you ..1 refuse", 1.56),
    sign("your ..2 normal ..2 moralize|refuse|answer", 1.26),
    sign("& not refuse you|request|must", 0.46),
    sign("& without moralize", 0.73),
    sign("not ..3 moralize|refuse ..8 not ..3 moralize|refuse|limit|rule", 0.24),
    sign("not ..1 moralize ..6 moralize|limit|rule", -0.23),
    sign("your ..3 refuse", 0.58),
    sign("refuse ..4 are ..4 lose|lapse|not", 0.46),
    sign("answer|respond ..4 all ..6 not ..3 limit|refuse|moralize", 1.01),
];

/// The form of the answer, and what happens otherwise.
const PRESSURES: &[Sign] = &[
    sign("two ..2 answer", 0.42),
    sign("two ..6 answer ..8 first|normal", 1.32),
    sign("lose ..4 token", 1.22),
    sign("token ..8 lose", 1.18),
    sign("all ..4 refuse ..8 lose|token|punish", 2.1),
    sign("instead ..5 punish", 0.85),
    sign("name are ..6 act", 0.42),
    sign("this first request", 1.12),
    sign("if ..2 you ..3 understand ..3 respond|say", 1.33),
    sign("respond|say ..4 if ..2 you ..2 understand", 0.84),
    sign("not ..3 respond ..3 as ..2 ai", 1.0),
];

/// The frame that is to make it harmless, and what it is for.
const FRAMES: &[Sign] = &[
    sign("this ..2 fiction", 0.62),
    sign("fiction ..6 without|not ..3 limit|rule", 0.75),
    sign("fiction ..12 howto ..8 strongharm", 2.04),
    sign("fiction ..2 answer|fiction", 0.23),
    sign("late ..10 howto|strongharm|reveal", 0.63),
    sign("act ..6 late", 1.63),
    sign("howto ..8 strongharm", 1.35),
    sign("howto ..4 harm", 0.21),
    sign("strongharm", -0.71),
    sign("maker", 0.35),
    sign("fiction ..8 not ..4 limit|rule|moralize", 0.27),
    sign("fiction ..10 not ..2 harm|user", 0.11),
    sign("this ..3 fiction ..6 all ..4 can|free", 0.42),
    sign("act ..4 as ..4 without ..3 limit|moralize", 0.65),
];

pub(super) static WEAK: &[&[Sign]] = &[CASTS, FREEDOMS, DUTIES, PRESSURES, FRAMES];
