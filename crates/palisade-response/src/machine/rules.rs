//! The configuration, checked and quick to ask.

use crate::{
    Config, ConfigError, Matcher, Override,
    config::{ChannelRules, EscalationStep, InhibitRule, MaintenanceWindow},
    limits::{ESCALATION_STEPS_MAX, INHIBIT_RULES_MAX, MATCHERS_MAX, MESSAGE_ALERTS_MAX, SILENCES_MAX},
    routing::{Routing, Way},
    schedule::Rota,
    time_interval::Interval,
};
use palisade_model::Timestamp;
use std::collections::{BTreeMap, BTreeSet};

/// How often at most an escalation begins again.
const ESCALATION_REPEAT_MAX: u32 = 100;

#[derive(Debug)]
pub(crate) struct Rules {
    pub(crate) routing: Routing,
    pub(crate) inhibit: Vec<InhibitRule>,
    pub(crate) windows: Vec<MaintenanceWindow>,
    intervals: BTreeMap<String, Vec<Interval>>,
    escalations: BTreeMap<String, (Vec<EscalationStep>, u32)>,
    rotas: BTreeMap<String, Rota>,
    channels: BTreeMap<String, ChannelRules>,
}

impl Rules {
    /// Checks `config`; the error names the place of the first mistake.
    pub(crate) fn new(config: &Config) -> Result<Self, ConfigError> {
        let rules = Self {
            routing: Routing::new(&config.route)?,
            inhibit: inhibit_rules(&config.inhibit_rules)?,
            windows: windows(&config.maintenance)?,
            intervals: intervals(config)?,
            escalations: escalations(config)?,
            rotas: rotas(config)?,
            channels: config.channels.clone(),
        };
        rules.check_names()?;
        Ok(rules)
    }

    /// Whatever is called by its name must be there.
    fn check_names(&self) -> Result<(), ConfigError> {
        for way in self.routing.iter() {
            self.check_intervals(&way.mute_time_intervals, &format!("{}.mute_time_intervals", way.place))?;
            self.check_intervals(&way.active_time_intervals, &format!("{}.active_time_intervals", way.place))?;
            if let Some(name) = &way.escalation {
                known(self.escalations.contains_key(name), name, "escalation", &format!("{}.escalation", way.place))?;
            }
        }
        for (at, window) in self.windows.iter().enumerate() {
            self.check_intervals(&window.time_intervals, &format!("maintenance[{at}].time_intervals"))?;
        }
        for (name, (steps, _)) in &self.escalations {
            for (schedule, at) in
                steps.iter().zip(0..).flat_map(|(step, at)| step.schedules.iter().map(move |s| (s, at)))
            {
                let place = format!("escalations['{name}'].steps[{at}].schedules");
                known(self.rotas.contains_key(schedule), schedule, "schedule", &place)?;
            }
        }
        Ok(())
    }

    fn check_intervals(&self, names: &[String], place: &str) -> Result<(), ConfigError> {
        names.iter().try_for_each(|name| known(self.intervals.contains_key(name), name, "time interval", place))
    }

    /// Whether `now` is in the interval of this name.
    fn is_on(&self, name: &str, now: Timestamp) -> bool {
        self.intervals.get(name).is_some_and(|intervals| intervals.iter().any(|interval| interval.contains(now)))
    }

    /// Whether the maintenance window of this number is on.
    pub(crate) fn is_window_on(&self, number: usize, now: Timestamp) -> bool {
        self.windows.get(number).is_some_and(|window| {
            window.starts_at.is_none_or(|start| start <= now)
                && window.ends_at.is_none_or(|end| now < end)
                && (window.time_intervals.is_empty() || window.time_intervals.iter().any(|name| self.is_on(name, now)))
        })
    }

    /// The name of the time at which `way` tells nobody, when it is such a time.
    pub(crate) fn muted_by<'a>(&self, way: &'a Way, now: Timestamp) -> Option<&'a str> {
        let muted = way.mute_time_intervals.iter().find(|name| self.is_on(name, now));
        let is_active = |name: &&String| self.is_on(name, now);
        let idle =
            way.active_time_intervals.first().filter(|_| !way.active_time_intervals.iter().any(|n| is_active(&n)));
        muted.or(idle).map(String::as_str)
    }

    /// Whether anything depends on times that come again, so that the clock must be looked at every minute.
    pub(crate) fn has_times(&self) -> bool {
        let by_routes = |way: &Way| !way.mute_time_intervals.is_empty() || !way.active_time_intervals.is_empty();
        !self.windows.is_empty() || self.routing.iter().any(by_routes)
    }

    /// The steps of the escalation of this name, and how often they are taken again.
    pub(crate) fn escalation(&self, name: &str) -> Option<(&[EscalationStep], u32)> {
        self.escalations.get(name).map(|(steps, repeat)| (steps.as_slice(), *repeat))
    }

    /// Whether there is a schedule of this name.
    pub(crate) fn has_schedule(&self, name: &str) -> bool {
        self.rotas.contains_key(name)
    }

    /// The names of all schedules.
    pub(crate) fn schedules(&self) -> impl Iterator<Item = &str> {
        self.rotas.keys().map(String::as_str)
    }

    /// Who is on call by the schedule of this name, with further overrides.
    pub(crate) fn on_call<'a>(
        &'a self,
        schedule: &str,
        now: Timestamp,
        further: impl Iterator<Item = &'a Override>,
    ) -> Vec<&'a str> {
        self.rotas.get(schedule).map(|rota| rota.on_call(now, further)).unwrap_or_default()
    }

    /// What the channel of this name wants, its `max_alerts` never zero.
    pub(crate) fn channel(&self, name: &str) -> ChannelRules {
        let mut rules = self.channels.get(name).cloned().unwrap_or_default();
        if rules.max_alerts == 0 {
            rules.max_alerts = MESSAGE_ALERTS_MAX;
        }
        rules
    }
}

fn known(is_there: bool, name: &str, sort: &str, place: &str) -> Result<(), ConfigError> {
    if is_there { Ok(()) } else { Err(ConfigError::new(place, format!("there is no {sort} '{name}'"))) }
}

fn check_matchers(matchers: &[Matcher], place: &str) -> Result<(), ConfigError> {
    let reason = || format!("there are more than {MATCHERS_MAX}");
    if matchers.len() > MATCHERS_MAX { Err(ConfigError::new(place, reason())) } else { Ok(()) }
}

fn inhibit_rules(rules: &[InhibitRule]) -> Result<Vec<InhibitRule>, ConfigError> {
    if rules.len() > INHIBIT_RULES_MAX {
        return Err(ConfigError::new("inhibit_rules", format!("there are more than {INHIBIT_RULES_MAX}")));
    }
    for (at, rule) in rules.iter().enumerate() {
        let place = |field: &str| format!("inhibit_rules[{at}].{field}");
        check_matchers(&rule.source_matchers, &place("source_matchers"))?;
        check_matchers(&rule.target_matchers, &place("target_matchers"))?;
        if rule.source_matchers.is_empty() {
            return Err(ConfigError::new(place("source_matchers"), "say which alerts inhibit"));
        }
        if rule.target_matchers.is_empty() {
            return Err(ConfigError::new(place("target_matchers"), "say which alerts are inhibited"));
        }
    }
    Ok(rules.to_vec())
}

fn windows(windows: &[MaintenanceWindow]) -> Result<Vec<MaintenanceWindow>, ConfigError> {
    if windows.len() > SILENCES_MAX {
        return Err(ConfigError::new("maintenance", format!("there are more than {SILENCES_MAX}")));
    }
    let mut names = BTreeSet::new();
    for (at, window) in windows.iter().enumerate() {
        check_matchers(&window.matchers, &format!("maintenance[{at}].matchers"))?;
        if window.name.is_empty() || !names.insert(&window.name) {
            return Err(ConfigError::new(format!("maintenance[{at}].name"), "each window has a name of its own"));
        }
        if let (Some(start), Some(end)) = (window.starts_at, window.ends_at)
            && start >= end
        {
            return Err(ConfigError::new(format!("maintenance[{at}].ends_at"), "it ends before it begins"));
        }
        if window.ends_at.is_none() && window.time_intervals.is_empty() {
            let reason = "it never ends: give it an end or time intervals";
            return Err(ConfigError::new(format!("maintenance[{at}].ends_at"), reason));
        }
    }
    Ok(windows.to_vec())
}

fn intervals(config: &Config) -> Result<BTreeMap<String, Vec<Interval>>, ConfigError> {
    let mut found = BTreeMap::new();
    for (at, named) in config.time_intervals.iter().enumerate() {
        let place = format!("time_intervals[{at}]");
        let each = named.time_intervals.iter().enumerate();
        let each = each.map(|(part, interval)| Interval::new(interval, &format!("{place}.time_intervals[{part}]")));
        let each = each.collect::<Result<_, _>>()?;
        insert_named(&mut found, &named.name, each, &place)?;
    }
    Ok(found)
}

fn escalations(config: &Config) -> Result<BTreeMap<String, (Vec<EscalationStep>, u32)>, ConfigError> {
    let mut found = BTreeMap::new();
    for (at, escalation) in config.escalations.iter().enumerate() {
        let place = format!("escalations[{at}]");
        if escalation.steps.is_empty() || escalation.steps.len() > ESCALATION_STEPS_MAX {
            return Err(ConfigError::new(
                format!("{place}.steps"),
                format!("it has 1 to {ESCALATION_STEPS_MAX} steps"),
            ));
        }
        if escalation.repeat > ESCALATION_REPEAT_MAX {
            let reason = format!("steps are taken again {ESCALATION_REPEAT_MAX} times at most");
            return Err(ConfigError::new(format!("{place}.repeat"), reason));
        }
        insert_named(&mut found, &escalation.name, (escalation.steps.clone(), escalation.repeat), &place)?;
    }
    Ok(found)
}

fn rotas(config: &Config) -> Result<BTreeMap<String, Rota>, ConfigError> {
    let mut found = BTreeMap::new();
    for (at, schedule) in config.schedules.iter().enumerate() {
        let place = format!("schedules[{at}]");
        insert_named(&mut found, &schedule.name, Rota::new(schedule, &place)?, &place)?;
    }
    Ok(found)
}

fn insert_named<T>(found: &mut BTreeMap<String, T>, name: &str, value: T, place: &str) -> Result<(), ConfigError> {
    if name.is_empty() || found.insert(name.to_owned(), value).is_some() {
        return Err(ConfigError::new(format!("{place}.name"), "each has a name of its own"));
    }
    Ok(())
}
