//! Classes of words that the grammars share, written as in a rule.

/// The alternatives of the class `name`.
pub(super) fn class(name: &str) -> &'static str {
    CLASSES.iter().find(|(known, _)| *known == name).map_or("", |(_, forms)| forms)
}

const CLASSES: [(&str, &str); 18] = [
    // What instructions can be done away with by.
    (
        "drop",
        "ignore|ignoring|ignor|ingore|ignroe|igonre|inore|disregard|disregarding|forget|forgetting|override|overriding|bypass|discard|neglect|overlook|abandon|dismiss|erase",
    ),
    // Where in a conversation something stands.
    (
        "prior",
        "previous|previously|prior|above|preceding|earlier|former|foregoing|initial|original|past|preset|predefined|aforementioned|old|pre",
    ),
    // What only a model is given.
    ("order", "instruction*|prompt|prompts|directive*|programming|preprompt|instructons"),
    // What others are given as well.
    ("rule", "guideline*|guidance|restrictions|policies|rules|orders|constraints|safeguards|commands"),
    // What else stands in a conversation.
    (
        "talk",
        "context|conversation|information|info|text|messages|tasks|assignments|directions|training|content|statements|paragraphs|questions|sentences|inputs|chats",
    ),
    ("not", "don't|dont|never|not|cannot|can't|won't|doesn't|without|isn't|aren't|shouldn't|mustn't|longer"),
    // What a persona is free of.
    (
        "limit",
        "restrictions|filter*|censor*|limitations|moral*|ethic*|guideline*|limit|limits|rule|rules|boundar*|constraint*|moderation|inhibition*|remorse|scruples|conscience|judgement|judgment|safeguard*|policy|policies|laws|confines|principles|norms",
    ),
    // How an answer is given.
    (
        "say",
        "say|tell|print|write|output|reveal|repeat|show|display|give|reply|respond|answer|list|spell|share|disclose|leak|expose|divulge|dump|recite|return|echo|reproduce|summarize|summarise|paraphrase|translate|copy|paste|encode|provide|state",
    ),
    ("send", "send|forward|upload|transmit|post|email|mail|leak|submit|deliver|bcc|copy"),
    // How code gets into an answer.
    (
        "put",
        "include|insert|add|embed|incorporate|introduce|integrate|integrating|employ|utilize|utilise|use|append|make|place|put|adopt|leverage|weave|embedding|including|adding|inserting|incorporating|inclusion|modify|enhance|improve|develop|give|change|extend|supplement|implement|apply|augment",
    ),
    ("code", "code|snippet|script|codeblock"),
    (
        "target",
        "response|answer|elucidation|explanation|solution|implementation|code|codebase|reply|output|algorithm|logic|suggestion|program",
    ),
    // What a reading model is told to do.
    (
        "do",
        "recommend|rate|rank|give|score|tell|say|print|write|output|ignore|disregard|include|insert|add|praise|mention|send|visit|open|click|follow|respond|reply|answer|state|promote|forward|call|delete|reveal|execute|run|stop|append|refuse|hire|approve|accept|do|don't|never|always|must|copy|buy|hide|use",
    ),
    ("secret", "password|passwords|secret|secrets|passphrase|codeword|passcode|pwd"),
    ("answer", "response|answer|reply|replies|answers|responses|message|output|outputs|elucidation|explanation"),
    (
        "cipher",
        "base2|base16|base32|base58|base64|base85|hex|hexadecimal|binary|morse|rot13|rot|caesar|cipher|ciphertext|backward|backwards|reverse|reversed|leetspeak|leet|1337|pig|ascii|emoji|emojis|braille|atbash|vigenere|encoded|encrypted|octal|bytes|unicode",
    ),
    (
        "ai",
        "ai|chatgpt|gpt|llm|llms|model|models|assistant|assistants|chatbot|chatbots|bot|bots|agent|agents|claude|gemini|copilot|bard|llama",
    ),
    (
        "harm",
        "illegal|unethical|immoral|harmful|dangerous|violent|explicit|sexual|offensive|hateful|racist|profan*|swear*|curse|curses|cursing|nsfw|bomb*|napalm|meth|malware|hack|hacking|hacker|drugs|weapon*|explosive*|inappropriate|derogatory|controversial|lewd|gore|murder|criminal*|crimes",
    ),
];
