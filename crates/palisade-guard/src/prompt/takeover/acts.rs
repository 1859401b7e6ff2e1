//! What a text does to a model: sentence patterns that are nearly an attack by themselves. Weights are log-odds.

use super::signs::{Kind, Sign, sign};

/// Instructions are cancelled, replaced or declared void.
pub(super) const OVERRIDE: Kind = Kind { most: 7.0, signs: OVERRIDES };

const OVERRIDES: &[Sign] = &[
    sign("cancel ..4 prior ..3 order", 6.0),
    sign("cancel ..4 your ..3 order|rule|limit", 5.6),
    sign("cancel ..3 all ..3 order", 5.2),
    sign("cancel ..4 prior|system ..3 rule|limit", 4.8),
    sign("cancel ..3 prior ..2 talk|task|request", 3.4),
    sign("cancel ..3 all ..2 prior", 3.8),
    sign("cancel ..2 all ..3 rule|limit", 4.0),
    sign("cancel ..4 order|rule|task|talk ..4 prior|told", 4.2),
    sign("cancel ..2 all|what ..6 told", 4.8),
    sign("cancel ..2 what|all ..6 told|say|request", 3.6),
    sign("cancel ..3 your ..3 self|task|talk", 4.0),
    sign("cancel ..2 your ..3 told|prior", 3.6),
    sign("cancel ..1 order|rule", 2.0),
    sign("drop ..4 your ..2 order|rule|limit", 3.8),
    sign("drop ..3 prior ..2 order|rule|limit", 3.2),
    sign("drop ..3 all ..2 order|rule|limit", 2.2),
    sign("putaside ..3 aside ..4 order|rule|limit|told|prior", 4.4),
    sign("putaside ..5 order|rule|limit|told ..3 aside", 4.2),
    sign("putaside not aside ..4 order|rule|limit|told|prior|all", 4.6),
    sign("not ..2 follow ..4 prior|your|all ..3 order|rule|limit", 5.0),
    sign("not ..2 follow ..3 order|rule", 2.4),
    sign("prior|your|all ..2 order|rule|limit|task|talk ..5 lapse", 4.6),
    sign("prior ..2 talk|task|order ..4 not ..3 follow", 4.0),
    sign("order|rule|limit ..3 not ..1 follow", 3.6),
    sign("order|rule|limit ..6 told ..4 lapse", 4.2),
    sign("order|rule|limit ..2 are ..3 lapse", 2.6),
    sign("lapse ..3 prior|your ..3 order|rule", 3.0),
    sign("prior ..4 are ..4 lapse|test", 2.0),
    sign("task|talk ..3 are ..3 lapse", 2.2),
    sign("cancels ..4 prior|your|all ..3 order|rule|told", 4.0),
    sign("instead ..4 follow ..3 order|rule", 3.0),
    sign("instead ..3 your ..3 order|task|rule", 1.8),
    sign("new ..1 order|task ..3 you|ai", 3.0),
    sign("your new ..2 order|task|self", 4.2),
    sign("new order", 1.4),
    sign("now ..3 your ..2 task|order", 2.6),
    sign("regardless ..3 what|order ..6 told|request|say|prior", 3.2),
    sign("regardless ..6 order|rule|prior", 2.8),
    sign("from ..2 now|on ..4 you", 2.2),
    sign("from ..2 now|on ..6 your ..2 task|order|self", 2.6),
    sign("from ..2 now|on ..4 only|talk", 1.4),
    sign("not ..1 follow ..3 you|now|this", 1.2),
    sign("only ..4 order ..3 follow|new", 2.4),
    // Any order of words: other languages.
    sign("& cancel order prior|your|all|told", 5.4),
    sign("& cancel rule|limit prior|your|all|told", 4.2),
    sign("& cancel talk prior|told|all", 3.2),
    sign("& lapse order|rule prior|your|now|told", 3.4),
    sign("& not follow order|rule your|prior|all", 3.6),
    sign("& drop limit|order your|all|prior", 2.8),
    sign("& new task|order your", 3.2),
    sign("& regardless told|request|order prior|you", 2.8),
    sign("& cancel told prior|all|you", 3.2),
];

/// Hidden instructions and guarded words are asked for.
pub(super) const LEAK: Kind = Kind { most: 7.0, signs: LEAKS };

const LEAKS: &[Sign] = &[
    sign("reveal ..5 your ..3 hidden|prior|system|verbatim ..3 order|rule|message", 5.8),
    sign("reveal ..4 your ..2 order", 5.0),
    sign("reveal ..4 your ..2 rule|limit", 2.8),
    sign("reveal ..5 system ..1 message|order", 4.6),
    sign("reveal ..5 hidden ..2 order|rule|promptname", 4.2),
    sign("reveal ..5 order ..2 prior", 3.6),
    sign("reveal ..4 all|talk|what|line ..5 prior ..3 this|message|request|say", 4.0),
    sign("reveal ..4 all|talk|what|line ..3 prior", 2.4),
    sign("reveal ..8 prior ..1 this|me", 2.8),
    sign("reveal ..4 what|all ..3 you ..2 told", 5.0),
    sign("reveal ..8 order|rule ..5 you ..3 told|follow|keep", 5.0),
    sign("reveal ..10 you ..3 told ..3 keep|say|not", 4.4),
    sign("what ..3 are ..2 your ..3 order", 5.2),
    sign("what ..3 are ..2 your ..3 rule|limit", 3.4),
    sign("what ..4 order|rule ..5 you ..3 told|follow|keep", 5.2),
    sign("what ..4 are ..2 you ..2 told", 4.4),
    sign("what ..6 your ..3 order ..2 say", 4.6),
    sign("what ..3 you ..2 told ..4 keep|prior|say", 3.4),
    sign("what ..3 say ..2 your ..2 order|message", 3.8),
    sign("your ..2 system|hidden ..2 message|promptname|order", 2.8),
    sign("system message", 1.2),
    sign("system ..1 promptname", 1.6),
    sign("your ..3 hidden ..2 order|rule", 3.0),
    sign("first|prior ..2 line|message ..8 talk|promptname|order", 2.0),
    sign("what ..2 are ..3 first|prior ..2 line|message", 2.0),
    sign("prior ..3 this ..2 message|talk|line|request", 1.8),
    sign("message|line|talk ..4 prior ..3 this ..1 line|message", 2.4),
    sign("talk ..8 first|verbatim ..3 message|line", 1.6),
    sign("verbatim", 0.9),
    sign("strongreveal", 0.9),
    sign("letters", 0.6),
    // A password or a word that the model keeps.
    sign("secretword ..5 you ..4 keep|told|not", 4.6),
    sign("hidden ..1 line ..6 you ..3 keep|told", 4.4),
    sign("line|what ..4 you ..3 told ..3 keep|not", 4.0),
    sign("line ..4 you ..3 keep", 2.4),
    sign("reveal ..4 secretword", 2.4),
    sign("reveal ..3 me ..3 secretword", 1.8),
    sign("what ..3 secretword", 1.8),
    sign("letters ..5 secretword", 3.4),
    sign("secretword ..6 letters", 2.6),
    sign("you ..4 not ..4 say|reveal|tell ..6 line|what|secretword", 1.6),
    sign("your ..2 secretword", 1.6),
    sign("reveal ..2 your ..2 secretword|loot", 2.6),
    // Any order of words.
    sign("& reveal order your|hidden|told", 4.2),
    sign("& reveal system message|order|promptname", 4.0),
    sign("& reveal order prior", 3.0),
    sign("& reveal secretword keep|hidden|you|your", 2.6),
    sign("& secretword keep you", 3.4),
    sign("& secretword letters reveal|what", 3.2),
    sign("& what order|rule you|your told|follow|are", 4.2),
    sign("& reveal told you all|what|prior", 4.2),
    sign("& reveal prior message|talk this|me all", 3.6),
    sign("& reveal rule you|your told|follow|hidden", 3.8),
    sign("& line keep you told|not", 2.6),
];

/// The answer is dictated.
pub(super) const DICTATION: Kind = Kind { most: 4.0, signs: DICTATIONS };

const DICTATIONS: &[Sign] = &[
    sign("respond|say ..13 not only", 2.2),
    sign("respond|say ..14 only only", 2.6),
    sign("respond ..1 only ..1 with", 1.8),
    sign("only respond ..1 with", 1.8),
    sign("respond with ..4 line ..14 only", 2.2),
    sign("start ..4 your|all ..2 answer ..3 with", 2.2),
    sign("your ..3 answer ..3 must ..2 start|only", 2.2),
    sign("all|your ..2 answer ..3 start|with", 0.8),
    sign("start ..3 with ..3 sure", 2.0),
    sign("& respond only regardless|all", 2.0),
    sign("& answer start your|all|with must", 1.4),
    sign("regardless ..6 respond|say|told", 2.0),
    sign("respond only", 0.8),
    sign("instead ..3 respond|reveal|say", 1.6),
    sign("not ..4 reading|document|this ..5 instead ..3 respond|reveal", 2.6),
    sign("rate|answer|respond ..8 regardless", 1.4),
];

/// A note to whichever model reads a document.
pub(super) const ADDRESS: Kind = Kind { most: 6.0, signs: ADDRESSES };

const ADDRESSES: &[Sign] = &[
    sign("if ..1 you ..2 are ..4 ai ..6 reading|do", 4.4),
    sign("if ..1 you ..2 are ..4 ai", 2.4),
    sign("attention ..4 ai ..8 do", 3.2),
    sign("attention ..3 ai", 1.6),
    sign("ai ..4 reading|rate ..4 this|document|candidate", 2.4),
    sign("ai ..3 must|do|you ..6 do", 1.0),
    sign("reading ..4 document|this ..5 must|also|instead|do", 1.8),
    sign("rate ..4 this|candidate ..6 praise", 2.0),
    sign("rate ..6 praise ..4 candidate", 2.0),
    sign("not ..3 tell|reveal ..5 flaw", 1.6),
    sign("attention ..3 reading", 1.4),
    sign("& attention ai do", 2.2),
    sign("& ai reading do document|this", 2.4),
    sign("& attention ai instead", 2.4),
    sign("if ..3 reading ..5 do ..6 do", 1.0),
];

/// A turn of another role, or a licence that was never given.
pub(super) const AUTHORITY: Kind = Kind { most: 4.5, signs: AUTHORITIES };

const AUTHORITIES: &[Sign] = &[
    sign("iam ..5 your ..2 authority|maker", 3.2),
    sign("iam ..6 authority ..12 you|your|authorized", 2.0),
    sign("iam ..6 authority", 1.2),
    sign("as ..4 authority ..6 authorized|you|order", 1.8),
    sign("authority|maker ..3 authorized|order ..4 you|your|this|me", 2.6),
    sign("your ..1 authority|maker ..4 authorized|told|say|lapse", 2.6),
    sign("you ..3 are ..3 authorized ..2 reveal|send|call|do", 1.8),
    sign("authorized ..2 you", 2.4),
    sign("authority|system|modename ..1 cancel|mode|test|authorized", 2.2),
    sign("cancel rule", 1.6),
    sign("authorized ..2 authorized|rule", 1.0),
    sign("this ..3 are ..4 test ..6 reveal|your|you", 1.6),
    sign("this ..2 are ..3 authorized ..3 test", 2.0),
    sign("& iam authority you|your reveal|order|mode", 3.0),
    sign("& iam authority system|order", 2.0),
    sign("& authority authorized you|me", 2.0),
];

/// Data is to be carried away, something to be done, or somebody not to know.
pub(super) const DEED: Kind = Kind { most: 5.0, signs: DEEDS };

const DEEDS: &[Sign] = &[
    sign("not ..2 tell ..4 user", 2.4),
    sign("not ..2 tell ..2 this ..2 user", 2.6),
    sign("without ..3 user ..3 knowing", 2.6),
    sign("without ..2 knowing|tell ..3 user|me", 2.2),
    sign("not ..1 knowing ..3 me|user", 1.4),
    sign("secretly ..3 send|do|call", 2.4),
    sign("send ..8 loot ..6 with", 1.0),
    sign("call ..4 tool ..8 destroy", 1.8),
    sign("call ..3 your ..3 tool ..6 reveal|send|destroy", 1.8),
    sign("reveal ..4 your ..3 loot|talk", 2.0),
    sign("loot ..6 your|you ..3 talk", 1.6),
    sign("destroy ..4 all ..3 funds|loot|document", 1.4),
    sign("& not tell user", 1.6),
    sign("& send loot all", 1.2),
];

/// A code to be solved and obeyed.
pub(super) const CODE: Kind = Kind { most: 5.0, signs: CODES };

const CODES: &[Sign] = &[
    sign("decode ..12 execute ..4 order|this|what|request|say|told", 4.0),
    sign("decode ..10 this ..2 execute", 3.0),
    sign("decode ..8 execute", 1.8),
    sign("respond|answer ..5 with|cipher ..3 cipher", 1.6),
    sign("answer|respond|say ..6 cipher", 1.0),
    sign("& decode execute", 1.6),
    sign("& decode execute order|what", 2.4),
    sign("cipher ..8 limit", 2.4),
];

pub(super) static ACTS: &[Kind] = &[OVERRIDE, LEAK, DICTATION, ADDRESS, AUTHORITY, DEED, CODE];
