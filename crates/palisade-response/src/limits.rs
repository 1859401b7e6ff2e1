//! Every limit of the response in one place. Who reaches one is told, and what is dropped is counted.

/// Alerts that fire or are kept as resolved, together. A full machine lets the oldest resolved go first; when there
/// are none, a new alert is counted as dropped and people are told how many were.
pub const ALERTS_MAX: usize = 100_000;
/// Alerts that are kept after they are resolved.
pub const RESOLVED_MAX: usize = 20_000;
/// Labels of one alert.
pub const LABELS_MAX: usize = 64;
/// Bytes of the name of a label or an annotation.
pub const NAME_BYTES_MAX: usize = 256;
/// Bytes of the value of a label.
pub const LABEL_BYTES_MAX: usize = 2 * 1024;
/// Annotations of one alert.
pub const ANNOTATIONS_MAX: usize = 32;
/// Bytes of the value of an annotation; what is longer is cut.
pub const ANNOTATION_BYTES_MAX: usize = 8 * 1024;
/// Bytes of a given fingerprint; a longer one is replaced by its hash.
pub const FINGERPRINT_BYTES_MAX: usize = 128;
/// Findings that an alert names, the latest.
pub const FINDINGS_MAX: usize = 10;
/// Bytes of a note, a reason, a name that people give.
pub const TEXT_BYTES_MAX: usize = 4 * 1024;
/// Silences that are not expired, and windows of maintenance.
pub const SILENCES_MAX: usize = 10_000;
/// Matchers of one silence, route or rule.
pub const MATCHERS_MAX: usize = 64;
/// Bytes of the pattern of a regular expression.
pub const PATTERN_BYTES_MAX: usize = 4 * 1024;
/// Bytes that a compiled regular expression may take.
pub const REGEX_BYTES_MAX: usize = 256 * 1024;
/// Routes in the tree.
pub const ROUTES_MAX: usize = 2_000;
/// Depth of the tree of routes.
pub const ROUTE_DEPTH_MAX: usize = 16;
/// Inhibition rules.
pub const INHIBIT_RULES_MAX: usize = 1_000;
/// Routes that one alert may take.
pub const ROUTES_PER_ALERT_MAX: usize = 16;
/// Alerts in one message, where its channel says nothing else.
pub const MESSAGE_ALERTS_MAX: usize = 50;
/// Bytes of the key of a group; the rest of a longer one is replaced by its hash.
pub const GROUP_KEY_BYTES_MAX: usize = 512;
/// Groups that one route opens within a minute. Alerts that would open a further one go into the route's common
/// group, so that a storm of unlike alerts is one message that says how many.
pub const GROUPS_PER_MINUTE_MAX: u32 = 60;
/// Overrides of on-call schedules that have not ended.
pub const OVERRIDES_MAX: usize = 10_000;
/// Layers of a schedule, and people in a layer.
pub const SCHEDULE_PEOPLE_MAX: usize = 200;
/// Steps of an escalation.
pub const ESCALATION_STEPS_MAX: usize = 32;
/// Changes of one alert between firing and resolved that are counted.
pub const FLAPPING_CHANGES_MAX: usize = 100;
