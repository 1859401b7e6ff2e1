//! Every limit of the crate, with its reason.

/// Bytes of one event. The largest real ones, script blocks and cloud audit answers, stay below 1 MiB; offsets into a
/// record are 31 bits.
pub const EVENT_BYTES_MAX: usize = 16 * 1024 * 1024;

/// Fields of one event. Real ones have up to some hundred; what is beyond is left out and the record says so.
pub const FIELDS_MAX: usize = 100_000;

/// Nesting of an event. Real ones stay below 20; deeper values are kept as the text that they are.
pub const DEPTH_MAX: usize = 64;

/// Bytes that the dotted names of nested fields may take: deep objects with long names would grow with the square of
/// the event otherwise.
pub const NAMES_BYTES_MAX: usize = 16 * 1024 * 1024;

/// Events of auditd whose records still come. They are mixed only where processors write at the same moment.
pub const AUDIT_EVENTS_OPEN_MAX: usize = 32;

/// Bytes of the records of one auditd event that are joined. Commands with the longest arguments come near to it.
pub const AUDIT_EVENT_BYTES_MAX: usize = 1024 * 1024;

/// Bytes of one log record of OTLP. Unlike others it is taken apart before it is known what of it is wanted, which
/// takes many times its size.
pub const OTLP_RECORD_BYTES_MAX: usize = 1024 * 1024;

/// Bytes from which the format of a stream is told, where no line ends before.
pub const DETECTION_BYTES_MAX: usize = 64 * 1024;

/// Bytes of one file of rules. The largest of SigmaHQ has 60 KB; lists of a million addresses belong into a feed.
pub const RULE_FILE_BYTES_MAX: usize = 1024 * 1024;

/// Bytes of one file of tuning; a thousand entries fit.
pub const TUNING_BYTES_MAX: usize = 1024 * 1024;

/// Entries of one file of tuning: every rule is held against each of them when rules are loaded.
pub const TUNING_ENTRIES_MAX: usize = 1_000;

/// Exceptions of all rules together: five for each rule of SigmaHQ. An entry for all rules counts once for each.
pub const EXCEPTIONS_MAX: usize = 20_000;

/// Bytes of one file of tests; larger events stand in files of their own.
pub const TEST_FILE_BYTES_MAX: usize = 4 * 1024 * 1024;

/// Events of one test of which it is shown what a rule made of them.
pub const TRACES_MAX: usize = 3;

/// Brackets that may be open at once, and `not`s in a row, in a file of rules: its conditions are parsed by recursion.
pub const CONDITION_DEPTH_MAX: usize = 200;

/// Values of one rule after its modifiers have multiplied them.
pub const RULE_VALUES_MAX: usize = 50_000;

/// Dashes in a value with `windash`, each of which stands for five characters.
pub const WINDASH_MAX: usize = 5;

/// Bytes of memory that one compiled regular expression may take: the largest of SigmaHQ takes two million.
pub const REGEX_BYTES_MAX: usize = 4 * 1024 * 1024;

/// Bytes of memory that a regular expression may take while it searches, once for each evaluator.
pub const REGEX_CACHE_BYTES_MAX: usize = 256 * 1024;

/// Bytes of the values that are remembered, for each evaluator.
pub const MEMORY_BYTES_MAX: usize = 8 * 1024 * 1024;

/// Bytes of a value that is remembered: longer ones seldom repeat and would push out many short ones.
pub const REMEMBERED_VALUE_BYTES_MAX: usize = 2048;

/// Log sources for which an index is kept. SigmaHQ has some 150; a sender could otherwise make up endless ones.
pub const PLANS_MAX: usize = 512;

/// Values of one field that rules look at: a thousand rules may ask for each of them. Real lists stay below some hundred;
/// what is beyond is left out and counted.
pub const FIELD_VALUES_MAX: usize = 1000;

/// Values of each of two fields that `fieldref` compares: each with each.
pub const COMPARED_VALUES_MAX: usize = 100;

/// Bytes of a value that evidence shows.
pub const EVIDENCE_BYTES_MAX: usize = 512;

/// Values of one field that are shown where none of them fits.
pub const SEEN_VALUES_MAX: usize = 3;

/// Fields that the evidence of one match shows.
pub const EVIDENCE_FIELDS_MAX: usize = 32;

/// Bytes of the name of a service by which rules may be chosen; longer ones are no names.
pub const SERVICE_NAME_BYTES_MAX: usize = 128;
