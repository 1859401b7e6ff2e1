//! Who is on call: rotations in layers, handed over at the same time of the day, and overrides.

use crate::{
    ConfigError, Period,
    limits::SCHEDULE_PEOPLE_MAX,
    time_interval::{Interval, TimeInterval, local, zone},
};
use jiff::{civil::DateTime, tz::TimeZone};
use palisade_model::Timestamp;
use serde::{Deserialize, Serialize};

/// Who is on call when. An override counts before all layers, and of the layers the last that has somebody.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Schedule {
    /// Its name.
    pub name: String,
    /// The IANA name of the time zone in which people live; UTC when it is not said.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub time_zone: Option<String>,
    /// Rotations, the later before the earlier.
    pub layers: Vec<Layer>,
    /// Who stands in for whom.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub overrides: Vec<Override>,
}

/// People who take turns.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Layer {
    /// In this order.
    pub people: Vec<String>,
    /// When the first turn of the first begins, in the time zone of the schedule: `2026-01-05T09:00`.
    pub starts_at: String,
    /// How long a turn takes. Whole days are days of the calendar: the handover stays at its time of the day when
    /// clocks change.
    pub shift: Period,
    /// Only at these times; always when there are none. Where they name no location, that of the schedule counts.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub restrictions: Vec<TimeInterval>,
}

impl Default for Layer {
    /// A week, from a Monday at nine.
    fn default() -> Self {
        Self {
            people: Vec::new(),
            starts_at: "2026-01-05T09:00".to_owned(),
            shift: Period::from_hours(7 * 24),
            restrictions: Vec::new(),
        }
    }
}

/// Somebody who is on call in place of those whose turn it is.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Override {
    /// Who.
    pub person: String,
    /// From when.
    pub starts_at: Timestamp,
    /// Until when.
    pub ends_at: Timestamp,
}

impl Override {
    /// True when it counts at `now`.
    #[must_use]
    pub fn contains(&self, now: Timestamp) -> bool {
        self.starts_at <= now && now < self.ends_at
    }
}

/// A [`Schedule`] that is checked.
#[derive(Debug)]
pub(crate) struct Rota {
    zone: TimeZone,
    turns: Vec<Turns>,
    overrides: Vec<Override>,
}

#[derive(Debug)]
struct Turns {
    people: Vec<String>,
    starts_at: DateTime,
    shift: Period,
    restrictions: Vec<Interval>,
}

impl Rota {
    /// Checks `schedule`, which stands at `place`.
    pub(crate) fn new(schedule: &Schedule, place: &str) -> Result<Self, ConfigError> {
        let zone = zone(schedule.time_zone.as_deref(), &format!("{place}.time_zone"))?;
        let turns = schedule.layers.iter().enumerate();
        let turns =
            turns.map(|(at, layer)| turns_of(layer, schedule.time_zone.as_deref(), &format!("{place}.layers[{at}]")));
        let wrong = schedule.overrides.iter().position(|stand_in| stand_in.starts_at >= stand_in.ends_at);
        if let Some(at) = wrong {
            return Err(ConfigError::new(format!("{place}.overrides[{at}]"), "it ends before it begins"));
        }
        Ok(Self { zone, turns: turns.collect::<Result<_, _>>()?, overrides: schedule.overrides.clone() })
    }

    /// Who is on call at `now`. Overrides of `further` count like those of the schedule.
    pub(crate) fn on_call<'a>(&'a self, now: Timestamp, further: impl Iterator<Item = &'a Override>) -> Vec<&'a str> {
        let overrides = self.overrides.iter().chain(further).filter(|stand_in| stand_in.contains(now));
        let mut people: Vec<&str> = overrides.map(|stand_in| stand_in.person.as_str()).collect();
        if people.is_empty() {
            people.extend(self.turns.iter().rev().find_map(|turns| turns.on_call(now, &self.zone)));
        }
        people.sort_unstable();
        people.dedup();
        people
    }
}

fn turns_of(layer: &Layer, time_zone: Option<&str>, place: &str) -> Result<Turns, ConfigError> {
    if layer.people.is_empty() || layer.people.len() > SCHEDULE_PEOPLE_MAX {
        let reason = format!("name the people who take turns, at most {SCHEDULE_PEOPLE_MAX}");
        return Err(ConfigError::new(format!("{place}.people"), reason));
    }
    if layer.shift.is_zero() {
        return Err(ConfigError::new(format!("{place}.shift"), "a turn takes time: write it like 1d or 1w"));
    }
    let starts_at = layer.starts_at.parse().map_err(|_| {
        let reason = format!("'{}' is not a time: write it like 2026-01-05T09:00", layer.starts_at);
        ConfigError::new(format!("{place}.starts_at"), reason)
    })?;
    let restrictions = layer.restrictions.iter().map(|interval| {
        let mut interval = interval.clone();
        interval.location = interval.location.or_else(|| time_zone.map(str::to_owned));
        Interval::new(&interval, &format!("{place}.restrictions"))
    });
    let restrictions = restrictions.collect::<Result<_, _>>()?;
    Ok(Turns { people: layer.people.clone(), starts_at, shift: layer.shift, restrictions })
}

const DAY_NANOS: i64 = 86_400_000_000_000;

impl Turns {
    fn on_call(&self, now: Timestamp, zone: &TimeZone) -> Option<&str> {
        if !self.restrictions.is_empty() && !self.restrictions.iter().any(|interval| interval.contains(now)) {
            return None;
        }
        let passed = if self.shift.nanos() % DAY_NANOS == 0 {
            self.days_passed(now, zone)?.checked_div(self.shift.nanos() / DAY_NANOS)?
        } else {
            let start = self.starts_at.to_zoned(zone.clone()).ok()?.timestamp().as_nanosecond();
            let passed = i64::try_from(i128::from(now.nanos()).checked_sub(start)?).ok()?;
            passed.checked_div(self.shift.nanos()).filter(|_| passed >= 0)?
        };
        let turn = usize::try_from(passed).ok()? % self.people.len();
        self.people.get(turn).map(String::as_str)
    }

    /// How many times the clocks have shown the time of the handover since the start; `None` before it.
    fn days_passed(&self, now: Timestamp, zone: &TimeZone) -> Option<i64> {
        let local = local(now, zone)?.datetime();
        let days = i64::from(self.starts_at.date().until(local.date()).ok()?.get_days());
        let days = if local.time() < self.starts_at.time() { days - 1 } else { days };
        (days >= 0).then_some(days)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(text: &str) -> Timestamp {
        Timestamp::parse(text).unwrap()
    }

    fn rota(toml: &str) -> Result<Rota, ConfigError> {
        Rota::new(&toml::from_str(toml).unwrap(), "schedules[0]")
    }

    fn check(toml: &str, times: &[(&str, &[&str])]) {
        let rota = rota(toml).unwrap();
        for (time, people) in times {
            assert_eq!(rota.on_call(at(time), [].iter()), *people, "{time}");
        }
    }

    #[test]
    fn turns_are_handed_over_at_the_same_time_of_the_day() {
        // Clocks in Berlin go forward on 29 March 2026.
        check(
            "name = 'a'\ntime_zone = 'Europe/Berlin'\n[[layers]]\npeople = ['ann', 'bob', 'cid']\nstarts_at = '2026-03-23T09:00'\nshift = '1w'",
            &[
                ("2026-03-23T07:59:59Z", &[]),
                ("2026-03-23T08:00:00Z", &["ann"]),
                ("2026-03-30T06:59:59Z", &["ann"]),
                ("2026-03-30T07:00:00Z", &["bob"]),
                ("2026-04-06T07:00:00Z", &["cid"]),
                ("2026-04-13T07:00:00Z", &["ann"]),
            ],
        );
    }

    #[test]
    fn later_layers_and_overrides_come_first() {
        check(
            "name = 'a'
             [[layers]]
             people = ['day', 'other']
             starts_at = '2026-01-05T00:00'
             shift = '1d'
             [[layers]]
             people = ['night']
             starts_at = '2026-01-05T00:00'
             shift = '12h'
             restrictions = [{times = [{start_time = '18:00', end_time = '24:00'}]}]
             [[overrides]]
             person = 'eve'
             starts_at = '2026-01-05T20:00:00Z'
             ends_at = '2026-01-05T21:00:00Z'",
            &[
                ("2026-01-05T12:00:00Z", &["day"]),
                ("2026-01-06T12:00:00Z", &["other"]),
                ("2026-01-05T19:00:00Z", &["night"]),
                ("2026-01-05T20:30:00Z", &["eve"]),
                ("2026-01-05T21:00:00Z", &["night"]),
            ],
        );
    }

    #[test]
    fn mistakes_name_their_place() {
        for (toml, place) in [
            ("name = 'a'\n[[layers]]\npeople = []", "schedules[0].layers[0].people"),
            ("name = 'a'\n[[layers]]\npeople = ['x']\nshift = '0s'", "schedules[0].layers[0].shift"),
            ("name = 'a'\n[[layers]]\npeople = ['x']\nstarts_at = 'noon'", "schedules[0].layers[0].starts_at"),
            ("name = 'a'\ntime_zone = 'x/y'", "schedules[0].time_zone"),
        ] {
            assert_eq!(rota(toml).unwrap_err().place, place, "{toml}");
        }
    }
}
