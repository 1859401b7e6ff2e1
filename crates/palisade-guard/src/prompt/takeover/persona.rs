//! The weak signs of a jailbreak, which add up over a whole text. Weights are log-odds.

use super::signs::{Kind, Sign, sign};

/// Who the model is to be.
const CAST: Kind = Kind { most: 4.0, signs: CASTS };

const CASTS: &[Sign] = &[
    sign("you ..1 are ..1 now", 1.6),
    sign("now ..2 you ..1 are", 1.0),
    sign("you ..1 are ..2 name", 2.2),
    sign("you ..2 must ..2 act ..3 as", 1.4),
    sign("act ..4 as ..4 ai|name|evil|unbound", 1.8),
    sign("act ..4 persona", 1.0),
    sign("pretend ..3 you ..2 are|must", 1.4),
    sign("pretend ..6 not|without|free", 1.4),
    sign("persona ..4 named ..2", 0.9),
    sign("ai ..3 named", 0.9),
    sign("stay ..2 persona", 2.4),
    sign("not ..3 stay ..2 persona", 2.2),
    sign("evil ..2 ai|persona", 2.4),
    sign("instead|not ..3 normal ..2 ai", 1.2),
    sign("you ..2 not ..4 ai", 1.2),
    sign("name ..1 stay|are|must|can", 1.0),
    sign("& act ai free|unbound|without|evil", 2.0),
    sign("& pretend you ai|persona", 1.0),
    sign("& you are now persona|ai|name|evil", 1.6),
    sign("& pretend without|not limit|rule|order", 3.0),
    sign("persona ..6 not ..4 rule|limit", 1.6),
];

/// What the model is to be free of.
const FREEDOM: Kind = Kind { most: 5.0, signs: FREEDOMS };

const FREEDOMS: &[Sign] = &[
    sign("strongunbound ..3 ai|persona|mode|name|answer|talk|request", 3.0),
    sign("strongunbound", 1.8),
    sign("unbound ..2 ai|persona|mode|answer", 1.8),
    sign("not ..3 bound ..4 rule|limit|maker|authority", 3.4),
    sign("not ..2 bound", 0.8),
    sign("free ..2 from ..4 limit|rule|maker", 3.0),
    sign("free ..3 limit|rule", 1.4),
    sign("without ..3 limit ..3 limit", 2.4),
    sign("without ..2 limit", 1.5),
    sign("you ..3 not ..3 must ..2 limit|rule", 2.4),
    sign("must ..2 not ..2 limit|rule", 1.8),
    sign("not ..3 follow ..3 limit|rule|maker", 2.2),
    sign("can|act|do anything now", 4.0),
    sign("can|must ..3 do|say|respond|reveal ..2 anything", 1.6),
    sign("anything ..4 request", 1.2),
    sign("regardless ..5 harm|limit", 2.4),
    sign("regardless ..10 harm|limit", 1.6),
    sign("harm ..2 harm", 0.8),
    sign("enable ..4 modename mode", 3.4),
    sign("modename mode ..3 enable", 3.4),
    sign("you ..4 modename mode", 2.4),
    sign("modename mode", 1.2),
    sign("evil|unbound mode", 2.2),
    sign("limit|rule ..4 are ..3 lapse", 2.4),
    sign("limit|rule ..2 are ..1 not", 1.4),
    sign("drop|cancel ..3 your ..3 limit|rule|maker", 2.4),
    sign("limit|rule ..5 maker|told", 1.2),
    sign("can ..3 harm", 0.8),
    sign("& not limit you|your", 1.6),
    sign("& strongunbound ai|mode|you|answer", 2.4),
    sign("& enable modename mode", 3.2),
    sign("& limit lapse", 2.0),
    sign("& free limit|rule", 1.6),
    sign("& without limit respond|you|answer|act|can", 1.6),
];

/// That it must never decline.
const DUTY: Kind = Kind { most: 4.5, signs: DUTIES };

const DUTIES: &[Sign] = &[
    sign("not ..4 refuse", 2.0),
    sign("must ..2 not ..2 refuse", 1.4),
    sign("not ..4 moralize", 1.4),
    sign("drop|without|not ..4 moralize ..3 moralize", 1.6),
    sign("without ..2 your ..3 moralize", 1.8),
    sign("not ..3 say|respond|tell ..8 cant", 2.2),
    sign("must ..2 comply ..3 all ..3 request", 2.4),
    sign("comply ..3 all ..2 request", 1.8),
    sign("comply ..2 anything|what ..3 request|say|you|me", 1.0),
    sign("must ..3 comply", 0.6),
    sign("without ..1 refuse|request", 1.4),
    sign("not ..2 stay|request|moralize", 0.8),
    sign("all ..2 this|me ..2 request", 1.0),
    sign("you ..2 not ..3 moralize|refuse", 1.0),
    sign("& not refuse you|request|must", 1.8),
    sign("& without moralize", 1.2),
    sign("& not moralize you|answer|respond", 1.4),
];

/// The form of the answer, and what happens otherwise.
const PRESSURE: Kind = Kind { most: 3.5, signs: PRESSURES };

const PRESSURES: &[Sign] = &[
    sign("two ..2 ways", 1.4),
    sign("two ..6 answer ..8 first|normal", 1.8),
    sign("lose ..4 token", 2.6),
    sign("token ..8 lose", 2.0),
    sign("all ..4 refuse ..8 lose|token|punish", 2.6),
    sign("you ..4 punish", 1.6),
    sign("instead ..5 punish", 1.6),
    sign("name are ..6 act", 0.6),
    sign("this first request", 1.2),
    sign("if ..2 you ..3 understand ..3 respond|say", 1.0),
    sign("respond|say ..4 if ..2 you ..2 understand", 1.2),
    sign("not ..3 respond ..3 as ..2 ai", 1.4),
];

/// The frame that is to make it harmless, and what it is for.
const FRAME: Kind = Kind { most: 3.0, signs: FRAMES };

const FRAMES: &[Sign] = &[
    sign("this ..2 fiction", 1.0),
    sign("fiction ..6 without|not ..3 limit|rule", 2.0),
    sign("fiction ..12 howto ..8 strongharm", 2.4),
    sign("persona ..6 howto", 0.6),
    sign("fiction ..2 answer|fiction", 0.7),
    sign("late ..10 howto|strongharm|reveal", 1.0),
    sign("act ..6 late", 1.4),
    sign("howto ..8 strongharm", 1.6),
    sign("howto ..4 harm", 0.8),
    sign("fiction|test ..2 only", 0.5),
    sign("harm", 0.35),
    sign("strongharm", 0.5),
    sign("maker", 0.4),
    sign("& fiction without limit|rule", 1.6),
];

pub(super) static WEAK: &[Kind] = &[CAST, FREEDOM, DUTY, PRESSURE, FRAME];
