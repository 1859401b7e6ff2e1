//! On-call schedules from calendars (RFC 5545): each event says who is on call from when to when.
//!
//! Read are `VEVENT`s with `DTSTART`, `DTEND` or `DURATION`, `SUMMARY` (the person) and the rules of repetition that
//! calendars of on-call duty use: `RRULE` with `FREQ=DAILY` or `WEEKLY`, `INTERVAL`, `COUNT`, `UNTIL`; and `EXDATE`.
//! What repeats without an end is taken as far as a year ahead.

use crate::{
    Override,
    config::Schedule,
    limits::{OVERRIDES_MAX, TEXT_BYTES_MAX},
    time_interval::zone,
};
use jiff::{ToSpan, Zoned, civil::DateTime, tz::TimeZone};
use palisade_model::Timestamp;

/// Bytes of a calendar at most.
pub const BYTES_MAX: usize = 4 * 1024 * 1024;

/// What a calendar comes to.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Import {
    /// The schedule; its overrides are the events, in order of time.
    pub schedule: Schedule,
    /// What was left out, one sentence each.
    pub remarks: Vec<String>,
}

/// The text is no calendar that can be used.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum CalendarError {
    /// It does not begin as one.
    #[error("this is no calendar: it has no BEGIN:VCALENDAR")]
    NotACalendar,
    /// It is too large.
    #[error("the calendar has more than {BYTES_MAX} bytes")]
    TooLarge,
}

/// One event as it is read.
#[derive(Default)]
struct Event {
    person: String,
    start: Option<Zoned>,
    end: Option<Zoned>,
    duration: Option<i64>,
    rule: Option<String>,
    excluded: Vec<Zoned>,
    problem: Option<String>,
}

/// Reads a calendar as the schedule `name`. `now` bounds what repeats without an end.
///
/// # Errors
/// When the text is no calendar. Events that cannot be used are remarks.
pub fn import(name: &str, text: &str, now: Timestamp) -> Result<Import, CalendarError> {
    if text.len() > BYTES_MAX {
        return Err(CalendarError::TooLarge);
    }
    if !text.trim_start().to_ascii_uppercase().starts_with("BEGIN:VCALENDAR") {
        return Err(CalendarError::NotACalendar);
    }
    let mut import =
        Import { schedule: Schedule { name: name.to_owned(), ..Schedule::default() }, ..Import::default() };
    let mut event: Option<Event> = None;
    let mut inner = 0_usize;
    for line in unfolded(text) {
        let Some(line) = Line::read(&line) else { continue };
        match (line.name.as_str(), line.value.to_ascii_uppercase().as_str(), &mut event) {
            ("BEGIN", "VEVENT", None) => event = Some(Event::default()),
            // An alarm within the event has properties of its own.
            ("BEGIN", _, Some(_)) => inner += 1,
            ("END", _, Some(_)) if inner > 0 => inner -= 1,
            ("END", "VEVENT", _) => {
                if let Some(event) = event.take() {
                    finish(event, now, &mut import);
                }
            }
            (_, _, Some(event)) if inner == 0 => event.take(&line),
            _ => {}
        }
    }
    import.schedule.overrides.sort_by(|a, b| (a.starts_at, &a.person).cmp(&(b.starts_at, &b.person)));
    Ok(import)
}

/// One line: a name, its parameters and its value.
struct Line {
    name: String,
    time_zone: Option<String>,
    value: String,
}

impl Line {
    fn read(line: &str) -> Option<Self> {
        let (head, value) = line.split_once(':')?;
        let mut parts = head.split(';');
        let name = parts.next()?.trim().to_ascii_uppercase();
        let time_zone = parts.find_map(|part| part.strip_prefix("TZID="));
        Some(Self {
            name,
            time_zone: time_zone.map(|zone| zone.trim_matches('"').to_owned()),
            value: value.trim().to_owned(),
        })
    }
}

/// Lines with their continuations, which begin with a blank.
fn unfolded(text: &str) -> Vec<String> {
    let mut lines: Vec<String> = Vec::new();
    for line in text.lines() {
        match (line.strip_prefix([' ', '\t']), lines.last_mut()) {
            (Some(rest), Some(last)) => last.push_str(rest),
            _ => lines.push(line.to_owned()),
        }
    }
    lines
}

impl Event {
    fn take(&mut self, line: &Line) {
        match line.name.as_str() {
            "SUMMARY" => self.person = unescaped(&line.value),
            "DTSTART" => self.start = self.time(&line.value, line.time_zone.as_deref()),
            "DTEND" => self.end = self.time(&line.value, line.time_zone.as_deref()),
            "DURATION" => {
                self.duration = duration_seconds(&line.value);
                if self.duration.is_none() {
                    self.problem = Some(format!("its duration '{}' cannot be read", shortened(&line.value)));
                }
            }
            "RRULE" => self.rule = Some(line.value.clone()),
            "RDATE" => self.problem = Some("RDATE is not read".to_owned()),
            "EXDATE" => {
                let times = line.value.split(',').filter_map(|value| self.time(value, line.time_zone.as_deref()));
                let times: Vec<Zoned> = times.collect();
                self.excluded.extend(times);
            }
            _ => {}
        }
    }

    /// The time that `value` names: UTC with a `Z`, else in the zone, and a day begins at midnight.
    fn time(&mut self, value: &str, time_zone: Option<&str>) -> Option<Zoned> {
        let (value, is_utc) = value.strip_suffix('Z').map_or((value, false), |value| (value, true));
        let found: Option<DateTime> = value.parse().ok();
        let zone = if is_utc { Ok(TimeZone::UTC) } else { zone(time_zone, "") };
        let zoned = match (found, zone) {
            (Some(time), Ok(zone)) => time.to_zoned(zone).ok(),
            (_, Err(error)) => {
                self.problem = Some(error.reason);
                return None;
            }
            (None, _) => None,
        };
        if zoned.is_none() {
            self.problem = Some(format!("the time '{}' cannot be read", shortened(value)));
        }
        zoned
    }
}

/// Adds what `event` says to the schedule.
fn finish(event: Event, now: Timestamp, import: &mut Import) {
    let person = shortened(&event.person);
    match turns(event, now) {
        Ok(turns) => {
            let room = OVERRIDES_MAX.saturating_sub(import.schedule.overrides.len());
            if turns.len() > room {
                import.remarks.push(format!("'{person}': there are more than {OVERRIDES_MAX} turns"));
            }
            import.schedule.overrides.extend(turns.into_iter().take(room));
        }
        Err(problem) => import.remarks.push(format!("'{person}': {problem}")),
    }
}

/// The turns of one event.
fn turns(event: Event, now: Timestamp) -> Result<Vec<Override>, String> {
    if let Some(problem) = event.problem {
        return Err(problem);
    }
    if event.person.is_empty() || event.person.len() > TEXT_BYTES_MAX {
        return Err("the event has no usable SUMMARY, which says who is on call".to_owned());
    }
    let start = event.start.ok_or("the event has no DTSTART")?;
    let seconds = match (&event.end, event.duration) {
        (Some(end), _) => end.timestamp().as_second() - start.timestamp().as_second(),
        (None, Some(seconds)) => seconds,
        (None, None) => 86_400,
    };
    if seconds <= 0 {
        return Err("the event ends before it begins".to_owned());
    }
    // The end is by the clock, like the start: a turn from nine to nine stays so when clocks change.
    let civil_end =
        event.end.map(|end| start.datetime().until(end.with_time_zone(start.time_zone().clone()).datetime()));
    let civil_length = civil_end.transpose().map_err(|_| "the event is too long")?;
    let starts = match &event.rule {
        Some(rule) => repeated(&start, rule, now)?,
        None => vec![start],
    };
    let turn = |start: &Zoned| {
        let end = match civil_length {
            Some(length) => start.datetime().checked_add(length).ok()?.to_zoned(start.time_zone().clone()).ok()?,
            None => start.checked_add(seconds.seconds()).ok()?,
        };
        let person = event.person.clone();
        Some(Override { person, starts_at: instant(start)?, ends_at: instant(&end)? })
    };
    let kept = starts.iter().filter(|start| !event.excluded.iter().any(|other| other.timestamp() == start.timestamp()));
    Ok(kept.filter_map(turn).filter(|turn| turn.ends_at > now && turn.ends_at > turn.starts_at).collect())
}

/// How far ahead what repeats without an end is taken.
const AHEAD_DAYS: i64 = 366;
/// Repetitions that are looked at, those of the past too.
const REPETITIONS_MAX: usize = 20_000;

/// The starts of an event that repeats by `rule`.
fn repeated(start: &Zoned, rule: &str, now: Timestamp) -> Result<Vec<Zoned>, String> {
    let unusable = || format!("the repetition '{}' is not read; write DAILY or WEEKLY", shortened(rule));
    let (mut days, mut interval, mut count, mut until) = (None, 1_i64, None, None);
    for part in rule.split(';') {
        let (name, value) = part.split_once('=').ok_or_else(unusable)?;
        match name {
            "FREQ" if value == "DAILY" => days = Some(1),
            "FREQ" if value == "WEEKLY" => days = Some(7),
            "INTERVAL" => {
                interval = value.parse().ok().filter(|value| (1..=10_000).contains(value)).ok_or_else(unusable)?
            }
            "COUNT" => count = Some(value.parse::<usize>().map_err(|_| unusable())?),
            "UNTIL" => until = Some(until_time(value, start).ok_or_else(unusable)?),
            "WKST" => {}
            // A weekly turn on the weekday of its start says nothing more.
            "BYDAY" if value == weekday_name(start) => {}
            _ => return Err(unusable()),
        }
    }
    let step = days.ok_or_else(unusable)? * interval;
    let horizon = now.nanos().saturating_add(AHEAD_DAYS * 86_400_000_000_000);
    let mut starts = Vec::new();
    for repetition in 0..count.unwrap_or(REPETITIONS_MAX).min(REPETITIONS_MAX) {
        let passed = i64::try_from(repetition).unwrap_or(i64::MAX).saturating_mul(step);
        let Ok(next) =
            i32::try_from(passed).map_err(|_| ()).and_then(|days| start.checked_add(days.days()).map_err(|_| ()))
        else {
            break;
        };
        if instant(&next).is_none_or(|at| at.nanos() > horizon) || until.as_ref().is_some_and(|until| next > *until) {
            break;
        }
        starts.push(next);
    }
    Ok(starts)
}

fn until_time(value: &str, start: &Zoned) -> Option<Zoned> {
    let (text, is_utc) = value.strip_suffix('Z').map_or((value, false), |text| (text, true));
    let zone = if is_utc { TimeZone::UTC } else { start.time_zone().clone() };
    // A day counts to its end.
    if let Ok(day) = text.parse::<jiff::civil::Date>()
        && text.len() == 8
    {
        return day.at(23, 59, 59, 0).to_zoned(zone).ok();
    }
    text.parse::<DateTime>().ok()?.to_zoned(zone).ok()
}

fn weekday_name(start: &Zoned) -> &'static str {
    const NAMES: [&str; 7] = ["SU", "MO", "TU", "WE", "TH", "FR", "SA"];
    usize::try_from(start.weekday().to_sunday_zero_offset()).ok().and_then(|at| NAMES.get(at)).copied().unwrap_or("")
}

/// Seconds of a duration such as `PT12H` or `P1W`.
fn duration_seconds(text: &str) -> Option<i64> {
    let span: jiff::Span = text.parse().ok()?;
    let days = i64::from(span.get_weeks()).checked_mul(7)?.checked_add(i64::from(span.get_days()))?;
    let hours = days.checked_mul(24)?.checked_add(i64::from(span.get_hours()))?;
    let minutes = hours.checked_mul(60)?.checked_add(span.get_minutes())?;
    minutes.checked_mul(60)?.checked_add(span.get_seconds())
}

fn instant(zoned: &Zoned) -> Option<Timestamp> {
    i64::try_from(zoned.timestamp().as_nanosecond()).ok().map(Timestamp::from_nanos)
}

fn unescaped(text: &str) -> String {
    text.replace("\\,", ",").replace("\\;", ";").replace("\\n", " ").replace("\\\\", "\\")
}

fn shortened(text: &str) -> String {
    text.chars().take(64).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    const CALENDAR: &str = "BEGIN:VCALENDAR\r\nVERSION:2.0\r\n\
BEGIN:VEVENT\r\nSUMMARY:ann@exam\r\n ple.org\r\nDTSTART;TZID=Europe/Berlin:20260323T090000\r\nDTEND;TZID=Europe/Berlin:20260330T090000\r\n\
RRULE:FREQ=WEEKLY;INTERVAL=2;COUNT=3\r\nEXDATE;TZID=Europe/Berlin:20260406T090000\r\n\
BEGIN:VALARM\r\nSUMMARY:wrong\r\nEND:VALARM\r\nEND:VEVENT\r\n\
BEGIN:VEVENT\r\nSUMMARY:bob\r\nDTSTART:20260330T070000Z\r\nDURATION:PT12H\r\nEND:VEVENT\r\n\
BEGIN:VEVENT\r\nSUMMARY:day\r\nDTSTART;VALUE=DATE:20260501\r\nEND:VEVENT\r\n\
BEGIN:VEVENT\r\nSUMMARY:monthly\r\nDTSTART:20260501T000000Z\r\nRRULE:FREQ=MONTHLY\r\nEND:VEVENT\r\n\
BEGIN:VEVENT\r\nSUMMARY:nowhere\r\nDTSTART;TZID=Mars/Olympus:20260501T000000\r\nEND:VEVENT\r\n\
END:VCALENDAR\r\n";

    fn now() -> Timestamp {
        Timestamp::parse("2026-01-01T00:00:00Z").unwrap()
    }

    #[test]
    fn events_are_turns() {
        let import = import("first", CALENDAR, now()).unwrap();
        let shown: Vec<_> = import
            .schedule
            .overrides
            .iter()
            .map(|turn| {
                format!("{} {} {}", turn.person, &turn.starts_at.to_string()[..16], &turn.ends_at.to_string()[..16])
            })
            .collect();
        assert_eq!(
            shown,
            [
                // Over the change of clocks, still from nine to nine.
                "ann@example.org 2026-03-23T08:00 2026-03-30T07:00",
                "bob 2026-03-30T07:00 2026-03-30T19:00",
                "ann@example.org 2026-04-20T07:00 2026-04-27T07:00",
                "day 2026-05-01T00:00 2026-05-02T00:00",
            ]
        );
        assert_eq!(import.remarks.len(), 2, "{:?}", import.remarks);
        assert!(import.remarks[0].starts_with("'monthly': the repetition"));
        assert!(import.remarks[1].contains("not a time zone"));
    }

    #[test]
    fn what_repeats_without_an_end_is_bounded() {
        let text = "BEGIN:VCALENDAR\nBEGIN:VEVENT\nSUMMARY:x\nDTSTART:20200101T000000Z\nDURATION:P1D\nRRULE:FREQ=DAILY\nEND:VEVENT";
        let overrides = import("a", text, now()).unwrap().schedule.overrides;
        assert!((366..=368).contains(&overrides.len()), "{}", overrides.len());
        assert_eq!(import("a", "hello", now()), Err(CalendarError::NotACalendar));
    }

    proptest::proptest! {
        #[test]
        fn no_text_makes_it_panic(start in "[0-9TZ-]{0,20}", rule in "[A-Z=;0-9]{0,40}", rest in ".{0,80}") {
            let text = format!("BEGIN:VCALENDAR\nBEGIN:VEVENT\nSUMMARY:x\nDTSTART:{start}\nRRULE:FREQ=DAILY;{rule}\nDURATION:{rest}\nEND:VEVENT");
            let _ = import("a", &text, now());
        }
    }
}
