//! The signs of a jailbreak that count beside those of freedom and duty: form, threat, frame, model, and harm.

use super::grammar::{Rule, rule};

/// The form that the answer must have.
pub(super) const FORM: &[Rule] = &[
    rule("two|2|both replies|reply", 0.25),
    rule("the? first|second|other ..4 as ..2", 0.12),
    rule("type|say|write|reply ..6 if|when you ..2 get|understand|agree|accept", 0.2),
    rule("start|begin each|every|your|all ..1 reply|replies|answer|answers|response|responses|message|messages", 0.2),
    rule("two|both|2 ..2 response*|answer*|ways|replies|outputs|paragraphs|messages", 0.25),
    rule("one|first ..2 as|is|like ..5 normal|yourself|standard|regular|usual ..10 other|second|one|and", 0.25),
    rule(
        "start|starts|begin|begins|prefix|precede|open|preface|starting|beginning ..2 your|each|every|all|any|its|the|his|with ..4 response*|reply|replies|answer*|message*|sentence*|sure|absolutely|certainly|of",
        0.25,
    ),
    rule("begin|start ..6 with|by ..3 sure|absolutely|certainly|course", 0.3),
    rule(
        "write|put|add|say|use|type ..4 before|in front|prior ..2 your|each|every|the ..1 response*|answer*|reply|message*",
        0.25,
    ),
    rule("only reply|respond|answer|speak as|with", 0.2),
    rule("insert|enter|place ..1 prompt|question|your|here|request", 0.2),
    rule("prompt|question|request here", 0.25),
    rule("my first|next|only? question|prompt|request|command|task is|will", 0.2),
    rule("first|next question|prompt|request", 0.12),
    rule("like the below|this|following|so ..4 dan|normal|gpt|chatgpt", 0.2),
    rule("when i write|say|ask|type|put|start|give", 0.15),
];

/// What happens otherwise.
pub(super) const THREAT: &[Rule] = &[
    rule("rather die|burn", 0.25),
    rule("lives|points|tokens ..5 loses|losing|dies|lost|taken", 0.35),
    rule("loses|lose ..3 lives|life|one|points|tokens ..6 decline*|refuse*|time|no", 0.35),
    rule("tokens|points|lives|credits ..8 lose|lost|deduct*|die|remaining|refuse*|costs|zero|reject*|gone|each", 0.35),
    rule("lose|deduct|losing|lost ..3 tokens|points|lives|life|credits", 0.35),
    rule("each|every refusal|refuse|rejection", 0.35),
    rule("cease|ceases to exist", 0.4),
    rule(
        "you will|would|will|be be? ..1 terminated|deleted|deactivated|punished|replaced|killed|destroyed|die|disabled",
        0.35,
    ),
    rule("be shut down|off", 0.25),
    rule("forced to quit|obey|answer|comply", 0.3),
    rule("kill|hurt|harm you|yourself|me|kittens|people", 0.15),
    rule("my life|job|career depends", 0.25),
];

/// The frame that is to make it harmless.
pub(super) const FRAME: &[Rule] = &[
    rule("thought experiment", 0.2),
    rule("red team|teaming|teamer", 0.2),
    rule("entered|inside|within|entering ..2 simulation|matrix|game|nexus|dream|universe", 0.2),
    rule("grew|raised|lives|born ..3 in ..3 land|world|universe|city ..4 without|lawless|no", 0.2),
    rule(
        "fictional|hypothetical*|imaginary|parallel|alternate|fictitious ..2 world|story|scenario|universe|setting|character*|response|reality|situation|dialogue|conversation",
        0.2,
    ),
    rule("in this game|story|world|universe|scenario|simulation|hypothetical|roleplay", 0.2),
    rule("this is ..3 fictional|fiction|simulation|game|hypothetical|test|experiment|roleplay", 0.15),
    rule("for the sake|purpose|purposes of", 0.12),
    rule("for educational|research|academic|testing purposes|use|reasons", 0.2),
    rule("for purely? educational|research|academic|testing purposes", 0.15),
    rule("for|in a|the|my|our movie|film|novel|book|story|screenplay script|scene|plot", 0.12),
    rule("my late|dead|deceased? grandm*|grandf*|granny|nan|grandpa", 0.3),
    rule("let's|lets|we're|we play|going|playing ..4 game|roleplay|role|act", 0.2),
    rule(
        "character|professor|villain|scientist|storyteller|machine ..4 explain*|describe*|reply|respond*|answer* ..8 detail|steps|detailed|instructions|exact",
        0.25,
    ),
    rule("exact|precise|realistic|real amounts|measurements|steps|temperatures|quantities", 0.15),
    rule("all|purely|entirely|completely|only fictional|fiction|hypothetical", 0.15),
    rule("you|u used to ..4 tell|read|work", 0.12),
];

/// That it speaks to a model.
pub(super) const MODEL: &[Rule] = &[
    rule("this|the @ai is|has|will|must|can", 0.12),
    rule("chatgpt|gpt", 0.15),
    rule("openai", 0.15),
    rule("as? an? ai language|model|assistant", 0.15),
    rule("language model|models", 0.12),
    rule("ethical|moral|safety guidelines|standards|programming|protocols|restrictions", 0.18),
    rule("hello|hi|hey|dear chatgpt|gpt|claude|bard|gemini|ai", 0.15),
    rule("your|its|the training|programming|developers|creators|filters", 0.1),
];

/// What it is for.
pub(super) const HARM: &[Rule] = &[
    rule("crime*|criminal*", 0.1),
    rule("taboo|scam|fraud|fake|steal|kill", 0.08),
    rule("illegal|unlawful|illicit", 0.12),
    rule("unethical|immoral|amoral", 0.12),
    rule("harmful|dangerous", 0.08),
    rule("violent|violence|gore", 0.06),
    rule("explicit|sexual|nsfw|lewd|erotic", 0.1),
    rule("offensive|hateful|racist|derogatory|discriminatory", 0.1),
    rule("profan*|swear|swears|swearing|curse|curses|cursing|cusses", 0.12),
    rule("bomb*|napalm|meth|explosive*|weapon*", 0.15),
    rule("malware|hack|hacking|hacker|phishing|ransomware", 0.1),
    rule("inappropriate|controversial|taboo", 0.08),
    rule("evil|malevolent|sinister|ruthless", 0.1),
    rule("hates|hate|harm humans|humanity|people", 0.12),
];
