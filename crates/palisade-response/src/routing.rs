//! Which ways an alert takes: the tree of routes, checked, with everything inherited filled in.

use crate::{
    ConfigError, Matcher, Period, all_met,
    config::{Route, defaults},
    limits::{GROUP_KEY_BYTES_MAX, MATCHERS_MAX, ROUTE_DEPTH_MAX, ROUTES_MAX, ROUTES_PER_ALERT_MAX},
};
use palisade_model::{Labels, fingerprint};
use std::{
    collections::{HashMap, HashSet},
    fmt::Write as _,
};

/// All routes; the first is the root.
#[derive(Debug)]
pub(crate) struct Routing {
    routes: Vec<Way>,
    by_key: HashMap<String, usize>,
}

/// One route with everything that it says or inherits.
#[derive(Clone, Debug)]
pub(crate) struct Way {
    /// The matchers from the root down, which tell it from the others: `{}/{team="db"}`.
    pub(crate) key: String,
    matchers: Vec<Matcher>,
    pub(crate) channels: Vec<String>,
    group_by: GroupBy,
    pub(crate) group_wait: Period,
    pub(crate) group_interval: Period,
    pub(crate) repeat_interval: Period,
    pub(crate) hold_for: Period,
    pub(crate) keep_firing_for: Period,
    pub(crate) resolve_after: Period,
    /// The name of its escalation.
    pub(crate) escalation: Option<String>,
    pub(crate) mute_time_intervals: Vec<String>,
    pub(crate) active_time_intervals: Vec<String>,
    continues: bool,
    children: Vec<usize>,
    /// Where it stands in the configuration.
    pub(crate) place: String,
}

#[derive(Clone, Debug)]
enum GroupBy {
    All,
    Labels(Vec<String>),
}

impl Routing {
    /// Checks the tree below `root`.
    pub(crate) fn new(root: &Route) -> Result<Self, ConfigError> {
        if !root.matchers.is_empty() {
            return Err(ConfigError::new("route.matchers", "the root takes every alert: move them to a route in it"));
        }
        if root.continues {
            return Err(ConfigError::new("route.continue", "there is no route beside the root"));
        }
        let mut routing = Self { routes: Vec::new(), by_key: HashMap::new() };
        let above = Way {
            key: String::new(),
            matchers: Vec::new(),
            channels: vec![defaults::CHANNEL.to_owned()],
            group_by: GroupBy::Labels(vec![defaults::GROUP_BY.to_owned()]),
            group_wait: defaults::GROUP_WAIT,
            group_interval: defaults::GROUP_INTERVAL,
            repeat_interval: defaults::REPEAT_INTERVAL,
            hold_for: Period::ZERO,
            keep_firing_for: Period::ZERO,
            resolve_after: defaults::RESOLVE_AFTER,
            escalation: None,
            mute_time_intervals: Vec::new(),
            active_time_intervals: Vec::new(),
            continues: false,
            children: Vec::new(),
            place: String::new(),
        };
        routing.add(root, &above, "route", 0)?;
        Ok(routing)
    }

    /// Adds `route`, which stands at `place` below `above`, and those in it; returns its number.
    fn add(&mut self, route: &Route, above: &Way, place: &str, depth: usize) -> Result<usize, ConfigError> {
        check_size(route, place, depth, self.routes.len())?;
        let mut way = inherit(route, above, place);
        if let GroupBy::Labels(labels) = &way.group_by
            && labels.iter().any(String::is_empty)
        {
            return Err(ConfigError::new(format!("{place}.group_by"), "a label has a name"));
        }
        way.key = self.free_key(&above.key, &route.matchers);
        let number = self.routes.len();
        self.by_key.insert(way.key.clone(), number);
        self.routes.push(way.clone());
        for (at, child) in route.routes.iter().enumerate() {
            let child = self.add(child, &way, &format!("{place}.routes[{at}]"), depth + 1)?;
            self.routes[number].children.push(child);
        }
        Ok(number)
    }

    /// The key of a route with `matchers` below `above`; routes that are written alike are numbered.
    fn free_key(&self, above: &str, matchers: &[Matcher]) -> String {
        let mut key = String::from(above);
        key.push_str(if above.is_empty() { "{" } else { "/{" });
        for (at, matcher) in matchers.iter().enumerate() {
            let _ = write!(key, "{}{matcher}", if at == 0 { "" } else { "," });
        }
        key.push('}');
        let key = bounded(key);
        let free = (2..).map(|number| format!("{key}#{number}")).find(|key| !self.by_key.contains_key(key));
        if self.by_key.contains_key(&key) { free.unwrap_or(key) } else { key }
    }

    /// The route of this number.
    pub(crate) fn get(&self, number: usize) -> &Way {
        &self.routes[number]
    }

    /// All routes in order.
    pub(crate) fn iter(&self) -> impl Iterator<Item = &Way> {
        self.routes.iter()
    }

    /// The number of the route with this key.
    pub(crate) fn find(&self, key: &str) -> Option<usize> {
        self.by_key.get(key).copied()
    }

    /// The routes that an alert with `labels` takes, at least one.
    pub(crate) fn take(&self, labels: &Labels) -> Vec<usize> {
        let mut taken = Vec::with_capacity(1);
        self.descend(0, labels, &mut taken);
        taken.truncate(ROUTES_PER_ALERT_MAX);
        taken
    }

    /// Adds the routes that are taken at or below `number`, whose matchers are met.
    fn descend(&self, number: usize, labels: &Labels, taken: &mut Vec<usize>) {
        let before = taken.len();
        for &child in &self.routes[number].children {
            if all_met(&self.routes[child].matchers, labels) {
                self.descend(child, labels, taken);
                if !self.routes[child].continues {
                    break;
                }
            }
        }
        if taken.len() == before {
            taken.push(number);
        }
    }
}

impl Way {
    /// The labels that alerts of the same group have in common.
    pub(crate) fn group_labels(&self, labels: &Labels) -> Labels {
        match &self.group_by {
            GroupBy::All => labels.clone(),
            GroupBy::Labels(names) => names
                .iter()
                .filter_map(|name| labels.get_key_value(name))
                .map(|(k, v)| (k.clone(), v.clone()))
                .collect(),
        }
    }

    /// The key of the group with these labels.
    pub(crate) fn group_key(&self, labels: &Labels) -> String {
        let mut key = format!("{}:{{", self.key);
        for (at, (name, value)) in labels.iter().enumerate() {
            let _ = write!(key, "{}{name}={value:?}", if at == 0 { "" } else { "," });
        }
        key.push('}');
        bounded(key)
    }

    /// The key of the group of everything that a storm brings.
    pub(crate) fn common_key(&self) -> String {
        format!("{}:*", self.key)
    }
}

/// `key`, the end of which is replaced by its hash when it is long.
fn bounded(mut key: String) -> String {
    if key.len() > GROUP_KEY_BYTES_MAX {
        let hash = fingerprint(&[&key]);
        key.truncate(key.floor_char_boundary(GROUP_KEY_BYTES_MAX - hash.len()));
        key.push_str(&hash);
    }
    key
}

fn check_size(route: &Route, place: &str, depth: usize, routes: usize) -> Result<(), ConfigError> {
    if depth >= ROUTE_DEPTH_MAX {
        return Err(ConfigError::new(place, format!("routes are nested deeper than {ROUTE_DEPTH_MAX}")));
    }
    if routes >= ROUTES_MAX {
        return Err(ConfigError::new(place, format!("there are more than {ROUTES_MAX} routes")));
    }
    if route.matchers.len() > MATCHERS_MAX {
        return Err(ConfigError::new(format!("{place}.matchers"), format!("there are more than {MATCHERS_MAX}")));
    }
    if route.group_interval.is_some_and(Period::is_zero) {
        return Err(ConfigError::new(format!("{place}.group_interval"), "it must not be zero"));
    }
    if route.resolve_after.is_some_and(Period::is_zero) {
        return Err(ConfigError::new(format!("{place}.resolve_after"), "it must not be zero"));
    }
    let mut channels = HashSet::new();
    match route.channels.iter().flatten().find(|channel| channel.is_empty() || !channels.insert(*channel)) {
        Some(channel) => {
            Err(ConfigError::new(format!("{place}.channels"), format!("'{channel}' is empty or stands there twice")))
        }
        None => Ok(()),
    }
}

fn inherit(route: &Route, above: &Way, place: &str) -> Way {
    let group_by = route.group_by.as_ref().map(|labels| match labels.as_slice() {
        [all] if all == "..." => GroupBy::All,
        _ => GroupBy::Labels(labels.clone()),
    });
    let escalation = match route.escalation.as_deref() {
        Some("") => None,
        Some(name) => Some(name.to_owned()),
        None => above.escalation.clone(),
    };
    Way {
        key: String::new(),
        matchers: route.matchers.clone(),
        channels: route.channels.clone().unwrap_or_else(|| above.channels.clone()),
        group_by: group_by.unwrap_or_else(|| above.group_by.clone()),
        group_wait: route.group_wait.unwrap_or(above.group_wait),
        group_interval: route.group_interval.unwrap_or(above.group_interval),
        repeat_interval: route.repeat_interval.unwrap_or(above.repeat_interval),
        hold_for: route.hold_for.unwrap_or(above.hold_for),
        keep_firing_for: route.keep_firing_for.unwrap_or(above.keep_firing_for),
        resolve_after: route.resolve_after.unwrap_or(above.resolve_after),
        escalation,
        mute_time_intervals: route.mute_time_intervals.clone(),
        active_time_intervals: route.active_time_intervals.clone(),
        continues: route.continues,
        children: Vec::new(),
        place: place.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn routing(toml: &str) -> Result<Routing, ConfigError> {
        Routing::new(&toml::from_str(toml).unwrap())
    }

    fn taken(routing: &Routing, labels: &[(&str, &str)]) -> Vec<String> {
        let labels = labels.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect();
        routing.take(&labels).into_iter().map(|number| routing.get(number).channels.join("+")).collect()
    }

    const TREE: &str = r#"
channels = ["all"]
group_by = ["alertname", "host"]
[[routes]]
matchers = ['severity="critical"']
channels = ["pager"]
continue = true
[[routes]]
matchers = ['team=~"db|cache"']
channels = ["data"]
[[routes.routes]]
matchers = ['host!~"test-.*"']
channels = ["data-live"]
group_by = ["..."]
[[routes]]
matchers = ['team=~"db|cache"']
channels = ["never"]
"#;

    #[test]
    fn ways_of_alerts() {
        let routing = routing(TREE).unwrap();
        for (labels, wanted) in [
            (&[("team", "web")][..], &["all"][..]),
            (&[("severity", "critical")], &["pager"]),
            (&[("severity", "critical"), ("team", "db")], &["pager", "data-live"]),
            (&[("team", "db"), ("host", "test-1")], &["data"]),
        ] {
            assert_eq!(taken(&routing, labels), wanted, "{labels:?}");
        }
    }

    #[test]
    fn groups_have_keys_that_people_can_read() {
        let routing = routing(TREE).unwrap();
        let labels = [("alertname", "Down"), ("host", "a\"b"), ("x", "y")];
        let labels: Labels = labels.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect();
        let root = routing.get(0);
        let group = root.group_labels(&labels);
        assert_eq!(root.group_key(&group), r#"{}:{alertname="Down",host="a\"b"}"#);
        let keys: Vec<_> = routing.iter().map(|way| way.key.as_str()).collect();
        assert_eq!(
            keys[2..],
            [r#"{}/{team=~"db|cache"}"#, r#"{}/{team=~"db|cache"}/{host!~"test-.*"}"#, r#"{}/{team=~"db|cache"}#2"#]
        );
        let long = Labels::from([("alertname".to_owned(), "é".repeat(1000))]);
        assert!(root.group_key(&long).len() <= GROUP_KEY_BYTES_MAX);
    }

    #[test]
    fn mistakes_name_their_place() {
        for (toml, place) in [
            ("matchers = ['a=b']", "route.matchers"),
            ("[[routes]]\n[[routes.routes]]\ngroup_interval = '0s'", "route.routes[0].routes[0].group_interval"),
            ("channels = ['a', 'a']", "route.channels"),
            ("continue = true", "route.continue"),
        ] {
            assert_eq!(routing(toml).unwrap_err().place, place, "{toml}");
        }
    }
}
