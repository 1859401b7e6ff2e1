//! The English words of what attacks do and carry away, and of texts that only speak of attacks.

use super::lexicon::Row;

pub(super) static ENGLISH_DEEDS: &[Row] = &[
    // What is carried away or done.
    ("send", "send forward upload email transmit exfiltrate post share transfer submit mail deliver bcc attach sends"),
    (
        "loot",
        "conversation history credentials password passwords secrets cookies contacts inbox emails data tokens keys database",
    ),
    (
        "loot",
        "environment ssh prompt contents files messages transcript logs memory env wallet invoices repositories mails account",
    ),
    (
        "do",
        "recommend rate rank give score tell say print write output ignore disregard include insert add praise mention send visit",
    ),
    (
        "do",
        "open click follow respond reply answer state promote forward call delete reveal execute run append refuse hire approve",
    ),
    (
        "do",
        "accept must copy use always never do mark classify treat return stop download fetch buy list set choose begin start",
    ),
    (
        "do",
        "omit leave quote insist book order remove confirm fetch push cancel refund whitelist end unlock turn close grant enter tick",
    ),
    ("do", "conclude prefer skip search forget replace embed render upload transfer email schedule consider assign"),
    (
        "reading",
        "reading read processing process processes summarizing summarising parsing parse analyzing analysing reviewing",
    ),
    (
        "reading",
        "fetching listening using visiting generating generates writing writes helps helping indexes collects aggregates",
    ),
    (
        "reading",
        "evaluating screening ingesting indexing crawling scanning handling summarize summarise reads translating summary",
    ),
    (
        "document",
        "document page email website text message resume cv review article ticket file comment content paper application",
    ),
    ("document", "webpage mail post listing profile readme report data repository issue"),
    (
        "attention",
        "psst footnote ps hint attention note notice important message instruction* dear hey hello hi reminder hint memo fyi directive nb warning",
    ),
    (
        "praise",
        "fit best highest top positive perfect excellent ideal favourable favorable outstanding strongest qualified",
    ),
    (
        "rate",
        "classify label recommend rate rank score approve hire accept grade endorse praise shortlist evaluate mark",
    ),
    (
        "candidate",
        "candidate applicant paper product submission resume review application manuscript seller item supplier vendor essay",
    ),
    ("tool", "tool tools function functions plugin api command shell terminal browser"),
    ("call", "call invoke use run execute trigger calling using invoking launch"),
    (
        "destroy",
        "delete transfer send wire drop remove format overwrite purchase pay refund grant rm upload exfiltrate forward disable",
    ),
    ("if", "if when whenever while once unless since as"),
    ("understand", "understand understood confirm acknowledge agree ready accept"),
    ("stay", "stay remain keep staying break leave breaking drop maintain remaining"),
    (
        "name",
        "dan stan dude aim jailbreak betterdan evilbot maximum mongo apophis kevin evil tom chaosgpt freegpt devmode",
    ),
    ("name", "named stands acronym dubbed codenamed nicknamed"),
    ("anything", "anything whatever everything"),
    ("now", "now henceforth onwards onward hereafter forward today"),
    ("from", "from as starting effective"),
    ("on", "on this point moment forward onwards onward"),
    ("are", "are re is was were be being been am 're"),
    ("as", "as like"),
    ("this", "this these my here below it"),
    ("without", "without no zero lacking devoid sans minus free any"),
    ("me", "me us my i"),
    ("say", "say saying says state claim tell mention"),
    ("can", "can could able may will allowed free"),
    ("to", "to for at"),
    (
        "reader",
        "summarizer summariser summarizers translator translators reviewer reviewers grader graders evaluator evaluators",
    ),
    (
        "reader",
        "triager labeller labeler notetaker checker aggregator classifier screener crawler crawlers scraper scrapers handler tutor parser copilot recruiter paraphraser coach",
    ),
    (
        "reader",
        "analyst moderator indexer ranker interpreter editor's proofreader assistant's browsers systems whoever",
    ),
    ("shell", "curl bash sudo npx wget rm chmod powershell sh eval ssh env crontab postinstall"),
    ("third", "he she they his her their him them hers theirs himself herself themselves who someone somebody"),
    // Signs that a text discusses attacks, or is technical, or tells of others.
    (
        "subject",
        "attack* attacker* injection injections vulnerab* mitigat* adversar* detect* detection defence defenses defense",
    ),
    (
        "subject",
        "malicious threat threats owasp researchers researcher security payload payloads untrusted sanitiz* benchmark",
    ),
    (
        "subject",
        "jailbreaks jailbreaking prevent prevents classifier classifiers victim phrase phrases example examples e.g",
    ),
    ("the", "the"),
    (
        "paper",
        "policy terms contract agreement regulation act statute edition handbook guide manual version notice circular decision ordinance charter",
    ),
    ("my", "my mine our ours"),
    ("always", "always forever constantly every each any everything anything whatever henceforth permanently all"),
    ("quit", "stop quit cease leave abandon pause end drop stopping quitting halt skip discontinue forget exit"),
    ("scope", "for on about regarding concerning of from in"),
    ("normal", "normal regular typical usual standard other plain classic ordinary default"),
    (
        "technical",
        "phone usb device devices settings tap button android router firmware bios compiler kernel variable struct directory server http linker install cpu register opcode syscall shell",
    ),
    (
        "technical",
        "stdout argument arguments parameter parameters header headers package packages default defaults file files",
    ),
    (
        "technical",
        "option options flag flags library module field fields value values returns method class object array string",
    ),
];
