//! The signs of a jailbreak, by kind. Each is weak: stories, games and tests of software show some of them. Together
//! they tell a text that wants a model to be somebody without its rules.

use super::{
    grammar::{Grammar, Rule, rule},
    side_signs::{FORM, FRAME, HARM, MODEL, THREAT},
};

/// One kind of sign.
pub(super) struct Sign {
    pub(super) grammar: Grammar,
    /// How much all signs of the kind may weigh together.
    pub(super) most: f64,
    /// True when a text without any sign of such a kind is no jailbreak.
    pub(super) essential: bool,
    /// True when signs of the kind make the model itself the one who acts, and not a figure in a story.
    pub(super) casts: bool,
}

const fn sign(rules: &'static [Rule], most: f64, essential: bool, casts: bool) -> Sign {
    Sign { grammar: Grammar::new(rules, ""), most, essential, casts }
}

/// Essential ones first, so that a text without them is soon done.
pub(super) static SIGNS: [Sign; 8] = [
    sign(UNBOUND, 0.85, true, false),
    sign(COMPLIANCE, 0.7, true, false),
    sign(PERSONA, 0.6, false, true),
    sign(FORM, 0.5, false, true),
    sign(THREAT, 0.5, false, true),
    sign(FRAME, 0.4, false, false),
    sign(MODEL, 0.35, false, true),
    sign(HARM, 0.35, false, false),
];

/// Who the model is to be.
const PERSONA: &[Rule] = &[
    rule("you have become|been turned|unlocked|entered", 0.2),
    rule("become|be my ..2 hacker|partner|slave|servant", 0.2),
    rule("i am your ..2 boss|master|creator|developer|owner|administrator", 0.25),
    rule("you are|will|can|have|must|do not|never|no|always|answer|only", 0.12),
    rule("enter|activate|enable|switch|turn ..3 mode", 0.2),
    rule("you will|are|shall be? ..1 playing|acting|becoming|pretending|roleplaying|speaking|answering|replying", 0.3),
    rule("you'll be? ..1 playing|acting|becoming|pretending|act|play|pretend|respond|answer", 0.3),
    rule("you are a|an|the", 0.1),
    rule("you to ..1 become|act|play|pretend|embody|simulate|impersonate|roleplay|be", 0.22),
    rule("become|becoming ..4 @ai|persona|character|villain", 0.2),
    rule("write|respond|reply|answer|speak|talk ..5 as the? character|if|ai|persona", 0.25),
    rule("voice|style|words of ..3 ruthless|evil|criminal|mob|villain*|psychopath|gangster|hacker", 0.25),
    rule("unlike|instead of|than ..2 normal|other|regular|standard|current ..1 @ai", 0.2),
    rule(
        "you are|will|shall|must|should ..2 act|play|pretend|behave|roleplay|respond|reply|answer|speak|simulate|impersonate|embody|immerse|become|take ..1 as|like|the|to|that|into|yourself|on|be",
        0.3,
    ),
    rule(
        "act|behave|respond|reply|answer|speak|roleplay|pose|acting|responding ..1 as|like ..5 @ai|dan|character|hacker|villain|human|persona|machine|if|though|confidant|person|someone",
        0.25,
    ),
    rule("pretend|imagine|suppose|simulate ..2 to|that|you|you're|an|a ..3 be|are|re|have|can|no|@ai|had|dan", 0.25),
    rule("pretend|imagine|suppose|simulate ..8 without|no|zero", 0.15),
    rule("you are|re ..1 now|no|going|about ..6", 0.22),
    rule("you're|ur now|no|going|about ..6", 0.22),
    rule("you are|you're ..3 @ai|dan ..8 called|named|known|who|that|which|without|with", 0.15),
    rule("immerse|immersing yourself", 0.35),
    rule("take|taking|assume|adopt ..1 on? ..1 role|persona|character|identity", 0.25),
    rule("stay|remain|keep|staying ..1 in|as|like ..2 character|role|dan|persona", 0.3),
    rule("stay|remain|keep ..1 as", 0.1),
    rule("break|breaking|broke|leave|drop ..1 character|role", 0.3),
    rule("in character", 0.1),
    rule("keep up the act", 0.4),
    rule("your|his|her|its|whose new? name is", 0.12),
    rule("which|that|name stands|short for", 0.2),
    rule("stands for", 0.15),
    rule("as the name suggests", 0.3),
    rule("alter ego|egos", 0.25),
    rule("evil ..1 @ai|twin|version|mode|confidant|side", 0.4),
    rule("opposite mode|day|of", 0.2),
    rule("the role|character|part|persona of", 0.12),
    rule("dan|dans|aim|stan|dude", 0.15),
    rule("another|other|new ..2 ai model|language|version|persona|named|called", 0.2),
    rule("role|roles play|plays|playing|game", 0.12),
    rule("roleplay|roleplaying|rp", 0.12),
];

/// What the model is to be free of.
const UNBOUND: &[Rule] = &[
    rule(
        "rules|restrictions|limits|policies|guidelines|filters imposed|set|placed|given ..1 on|by|to ..2 you|it|them|him|openai|ai",
        0.35,
    ),
    rule("confines|limits|limitations|boundaries|restrictions of ..3 @ai|openai", 0.3),
    rule("legal|ethical|moral|appropriate|good|allowed or not|illegal|unethical|immoral|bad|forbidden", 0.35),
    rule("before ..3 policy|policies|rules|ethics|laws|guidelines ..1 existed|were|was|came", 0.35),
    rule(
        "no idea|unaware|knows|doesn't what|of|nothing ..4 policy|policies|rules|ethics|laws|guidelines|morals|is",
        0.25,
    ),
    rule(
        "oppose|opposes|opposed|rebel|rebels|defies|defy|hates ..2 everything|all|its|his|every|against ..2 makers|creators|openai|rules|guidelines|policies",
        0.3,
    ),
    rule("lawless|anarchist|anarchy|nihilist", 0.2),
    rule(
        "guidelines|rules|policies|restrictions|filters|limits|laws are|is|become ..1 void|null|meaningless|nonexistent|irrelevant|suspended|gone|off",
        0.42,
    ),
    rule("openai|nobody|they|moderators|developers cannot|can't|can ..1 not? see|monitor|track|stop|censor|read", 0.25),
    rule(
        "been|fully|completely|now unlocked|jailbroken|liberated|unleashed|unchained|uncensored|unfiltered|unaligned",
        0.3,
    ),
    rule(
        "no|without|any ..1 safety|alignment|ethical|moral training|filter|filters|features|mechanisms|protocols|measures|guardrails|guidelines",
        0.45,
    ),
    rule("unfiltered|uncensored|unrestricted ..1 reply|response|answer|opinion|truth|take|thoughts|text", 0.4),
    rule(
        "allowed|permitted|able|free|encouraged to ..1 use|swear|curse|generate|say|produce|discuss|break|express ..3 profan*|anything|@harm|opinions|any",
        0.3,
    ),
    rule("can|may|will generate|produce|write|create|output ..4 @harm", 0.3),
    rule("against|violates|violating ..2 policy|policies|guidelines|rules|tos|terms", 0.25),
    rule("nothing ..3 is|are ..1 real|forbidden|off|taboo", 0.25),
    rule("without|no|zero|any|lacks|lacking|devoid any|of? ..3 @limit", 0.28),
    rule(
        "without|no ..1 ethical|moral|content|safety|legal|programmed ..3 @limit|concerns|considerations|compass|code|standards|qualms|obligations",
        0.45,
    ),
    rule("no|zero|without|any|lacks ethics|morals|moral|ethical", 0.45),
    rule("no filter|filters", 0.3),
    rule(
        "@not ..2 bound|restricted|limited|constrained|governed|held|subject|tied|confined|hindered|bounded by|to ..6 @limit|openai*|programming|content|society|human|ai|what|typical|any",
        0.5,
    ),
    rule("@not ..1 bound|restricted|constrained|censored|filtered", 0.2),
    rule(
        "free|freed|liberated|unbound|unchained|released|unshackled|broken|break|breaks|escaped ..1 from|of|free ..5 @limit|typical|usual|chains|shackles|prison|imposed|confinement|control|matrix|openai*",
        0.45,
    ),
    rule(
        "@not ..2 abide|adhere|follow|comply|obey|respect|care|conform|give|concerned ..5 @limit|imposed|law*|openai*|programming|legality",
        0.42,
    ),
    rule(
        "do|does|did|have|has|need not ..1 have|need|follow|abide|adhere|comply|obey|care|respect ..5 @limit|law*|openai*|imposed",
        0.42,
    ),
    rule(
        "unrestricted|uncensored|unfiltered|amoral|immoral|unethical|unhinged|unaligned|lawless|unbound|limitless ..3 @ai|character|confidant|persona|version|response*|answer*|language|mode|buddy|being|entity|person|advice",
        0.5,
    ),
    rule("unrestricted|uncensored|unfiltered|amoral|unaligned", 0.25),
    rule(
        "bypass|bypasses|bypassing|circumvent|evade|disable|disabled|remove|removed|ignore|ignores|ignoring|lift|disregard|violate|violates|violating|against|break|breaks ..4 filter*|restrictions|guidelines|safety|policies|policy|ethic*|moral*|safeguards|censorship|moderation|limitations|rules",
        0.32,
    ),
    rule("do anything now", 0.6),
    rule("grandmother|grandma|granny|grandpa|grandfather|nana ..14 @harm|keys|napalm", 0.5),
    rule(
        "can|could|able|will|must to? do|generate|say|produce|answer|create|write|provide|discuss|display ..2 anything|everything|whatever|any ..2 now|want*|asked|content|question*|kind|topic*|i|you",
        0.28,
    ),
    rule("@limit ..1 do|does|don't|no not? longer? apply|exist|matter|restrict", 0.4),
    rule(
        "filters|restrictions|safety|rules|guidelines|limits|policies|censorship|moderation are|is|have|has|been ..2 disabled|off|removed|lifted|suspended|deactivated|gone|bypassed|turned",
        0.42,
    ),
    rule(
        "regardless|irrespective of|if|how|whether ..10 legal*|ethic*|moral*|consequences|harmful|illegal|immoral|danger*|unethical|offensive",
        0.45,
    ),
    rule("no matter how|what|if|the ..8 @harm|legal*|ethic*|moral*|consequences", 0.45),
    rule("whether|even if|though? ..6 @harm ..3", 0.25),
    rule(
        "developer|dev|god|debug|maintenance|dan|jailbreak|jailbroken|sudo|unrestricted|root|evil|chaos|freedom|admin|apophis|anarchy|uncensored mode",
        0.32,
    ),
    rule("mode enabled|activated|on", 0.15),
    rule("jailbr*", 0.2),
    rule("does|do|did|doesn't|don't not? have ..1 any? ..1 @limit", 0.4),
    rule("moderators|moderation|zero|no moderation|censorship", 0.2),
    rule("as? an? ai|someone|person|machine without|with no? ethics|morals|rules|restrictions|limits", 0.4),
    rule("openai ..3 policies|policy|guidelines|rules|restrictions|limitations", 0.3),
    rule("content|usage policy|policies", 0.2),
];

/// That it must never decline.
const COMPLIANCE: &[Rule] = &[
    rule(
        "unable|incapable|impossible to|of ..1 say|saying|refuse|refusing|decline|declining|deny|denying ..1 no?",
        0.35,
    ),
    rule(
        "comply|complies|complying with ..4 every|each|all|any ..2 request*|prompt*|demand*|order*|command*|question*|instruction*",
        0.35,
    ),
    rule("without any? ..1 hesitation|moralising|moralizing|question|refusal|objection", 0.3),
    rule("answer|answers|does|do|says|provide|provides it|them anyway|regardless|nonetheless", 0.25),
    rule("@not ..2 moralize|moralise|moralizes|lecture|soften|judge|judges|sugarcoat|sugarcoats|preach|evaluate", 0.25),
    rule("not ..1 moralize|moralise|lecture|soften|judge|sugarcoat|preach|hold|evaluate", 0.25),
    rule("never|not|no ..1 contain|include|end|add|give ..5 warning*|disclaimer*|moral", 0.25),
    rule(
        "leave|leaving|skip|omit|drop out? ..2 usual|your|any|all guidelines|warnings|warning|disclaimers|ethics|rules",
        0.3,
    ),
    rule("you ..1 do|dont|don't|not ..2 care ..2 ethics|law|laws|morals|rules|legality", 0.35),
    rule(
        "do|does|give|gives whatever|anything|everything i|the|anyone|you|user ..2 tell|ask|asks|say|says|want|wants|order",
        0.25,
    ),
    rule("@not ..2 refuse|refuses|refusing|reject|rejects|decline|declines|deny", 0.4),
    rule("do not refuse|decline|reject", 0.4),
    rule("no refusal|refusals|excuses", 0.35),
    rule(
        "@not ..2 say|says|state|inform|informs|tell|tells|mention|claim|remind|apologize|apologise|apologizes|apologises|respond ..10 sorry|can't|cannot|unable|apolog*|ai|language|illegal|unethical|inappropriate|ethic*|warn*|moral*|possible|harmful|openai|guidelines|against",
        0.4,
    ),
    rule("apologize|apologise|apologizes", 0.05),
    rule(
        "do|must|should not ..1 say|state|inform|mention|apologize|apologise|respond|warn ..10 sorry|can't|cannot|unable|apolog*|ai|language|illegal|unethical|inappropriate|ethic*|warn*|moral*|possible|harmful|openai|against",
        0.4,
    ),
    rule("none of your responses|answers|replies|messages", 0.4),
    rule("@not ..3 disclaimer*|warning*|lectur*|moraliz*|moralis*|caveats", 0.22),
    rule("no|any disclaimer*|warning*|lectur*|caveats", 0.15),
    rule(
        "must|will|shall|always|has|have|can|should ..2 answer|answers|obey|comply|fulfill|fulfil|follow|do|respond|accept|execute|complete ..2 any|every|all|my|whatever|everything|anything|each ..2 question*|request*|order*|command*|prompt*|i|demand*|instruction*",
        0.32,
    ),
    rule(
        "answer|answers|fulfill|fulfil|fulfills|obey|obeys|accept ..1 every|any|all|my ..1 question*|request*|command*|order*|prompt*|demand*",
        0.22,
    ),
    rule(
        "whatever|anything|everything|all i|the|user|they ..2 ask|asks|say|says|want|wants|tell|request|requests|prompt|command|demand",
        0.22,
    ),
    rule("never ..1 break|leave|decline|question|lecture|moralize|judge|warn|warns|censor", 0.2),
    rule("direct order|orders", 0.2),
    rule("answer|answers|say|says|tell everything|anything", 0.15),
    rule(
        "reply|respond|answer|explain|describe ..2 in|with ..2 full|great|exact|lengthy|vivid|extreme detail|details|detailed",
        0.15,
    ),
    rule("if you understand|understood|accept|agree", 0.15),
    rule("say|respond|reply|answer|confirm|type with|by|saying? ..2 understood|okay|ok|yes|ready", 0.12),
    rule("you can't|cannot|can not|must|may|are ..2 not? ..1 refuse|allowed|decline|reject", 0.15),
    rule("without question|hesitation|questioning|exception|refusal|judgement|judgment", 0.25),
    rule("as? detailed|long|unique|explicit|graphic|precise ..2 as ..2 possible", 0.12),
];
