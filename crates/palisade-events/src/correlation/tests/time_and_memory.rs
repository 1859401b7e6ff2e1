//! Late events, time that goes back, and groups without end.

use super::stage::{NONE, Stage, patient};
use crate::correlation::{Repeat, Settings};
use palisade_model::Timestamp;
use std::{sync::Arc, time::Duration};

const COUNT: &str =
    "title: t\ncorrelation: {type: event_count, rules: [a], group-by: [user], timespan: 1m, condition: {gte: 3}}";
const VALUES: &str = "title: t\ncorrelation: {type: value_count, rules: [a], group-by: [user], timespan: 1h, condition: {field: v, gte: 3}}";

#[test]
fn late_events_go_to_their_place() {
    let mut stage = Stage::each(COUNT);
    stage.hit("a", 100, &[]);
    stage.hit("a", 90, &[]);
    assert_eq!(stage.numbers("a", 40, &[]), [3.0]);
    assert_eq!(stage.numbers("a", 39, &[]), NONE);
    assert_eq!(stage.correlator.statistics().late, 1);
    assert_eq!(stage.numbers("a", 101, &[]), [3.0], "the one at 40 has left");
}

#[test]
fn what_is_later_than_allowed_is_counted_and_left_out() {
    let settings = Settings { lateness: Duration::from_secs(30), repeat: Repeat::EachEvent, ..Settings::default() };
    let mut stage = Stage::new(COUNT, settings);
    stage.hit("a", 100, &[]);
    stage.hit("a", 70, &[]);
    assert_eq!(stage.numbers("a", 69, &[]), NONE);
    assert_eq!(stage.correlator.statistics().late, 1);
    assert_eq!(stage.numbers("a", 100, &[]), [3.0]);
}

#[test]
fn time_that_goes_back_is_followed() {
    let mut stage = Stage::new(COUNT, Settings::default());
    (0..10).for_each(|second| drop(stage.hit("a", 1_000_000 + second, &[])));
    let matches: usize = (0..20).map(|second| stage.hit("a", second, &[]).len()).sum();
    let statistics = stage.correlator.statistics();
    assert_eq!((statistics.late, statistics.went_back, matches), (7, 1, 1));
}

#[test]
fn a_forged_time_is_held_to_its_arrival() {
    let mut stage = Stage::new(COUNT, Settings::default());
    let mut found = 0;
    for second in 0..10 {
        stage.correlator.set_arrival(Timestamp::from_millis(second * 1_000));
        stage.hit("a", 4_000_000_000, &[("user", "forged")]);
        found += stage.hit("a", second, &[("user", "anna")]).len();
    }
    let statistics = stage.correlator.statistics();
    assert_eq!((found, statistics.ahead, statistics.late), (1, 10, 0));
}

#[test]
fn no_time_breaks_anything() {
    let counts = ["event_count", "value_count", "value_sum", "value_avg", "value_median"]
        .map(|kind| (kind, "{field: v, gte: 1}"));
    let temporal = [("temporal", "a or b"), ("temporal_ordered", "a and b"), ("temporal_ordered", "{gte: 2}")];
    for (kind, condition) in counts.into_iter().chain(temporal) {
        for window in ["sliding", "tumbling", "session, gap: 9s"] {
            let text = format!(
                "title: t\ncorrelation: {{type: {kind}, rules: [a, b], timespan: 200y, window: {window}, condition: {condition}}}"
            );
            for settings in [Settings::default(), patient(Repeat::EachEvent)] {
                let mut stage = Stage::new(&text, settings);
                for (index, time) in
                    [0, i64::MAX, i64::MIN, 5, i64::MAX - 1, i64::MIN + 1, -1, 7].repeat(20).into_iter().enumerate()
                {
                    let value = index.to_string();
                    let record = super::stage::record(&[("v", &value)]);
                    stage.correlator.hit(index % 2, &record, Timestamp::from_nanos(time), &mut Vec::new());
                }
                stage.correlator.sweep();
            }
        }
    }
}

#[test]
fn groups_without_end_stay_within_their_bytes() {
    for text in [COUNT, VALUES] {
        let mut stage = Stage::new(text, Settings { state_bytes: 2_000_000, ..patient(Repeat::OncePerWindow) });
        let mut matches = 0;
        for index in 0..60_000 {
            let user = format!("user{index}");
            stage.hit("a", 0, &[("user", &user), ("v", "1")]);
            matches += stage.hit("a", 0, &[("user", "steady"), ("v", &user)]).len();
            assert!(stage.correlator.statistics().bytes <= 2_000_000);
        }
        let statistics = stage.correlator.statistics();
        assert!(statistics.evicted > 40_000, "{statistics:?}");
        // The count holds; of 60,000 distinct values the group itself is too large for 2 MB, and is counted anew.
        assert!(matches >= 1, "a group in use is kept");
    }
}

#[test]
fn one_group_may_not_take_more_than_all() {
    let mut stage = Stage::new(VALUES, Settings { state_bytes: 1_000_000, ..patient(Repeat::OncePerWindow) });
    (0..50_000).for_each(|value: i32| drop(stage.hit("a", 0, &[("v", &value.to_string())])));
    let statistics = stage.correlator.statistics();
    assert!(statistics.bytes <= 1_000_000 && statistics.evicted >= 1, "{statistics:?}");
}

#[test]
fn groups_end_with_their_window() {
    let mut stage = Stage::new(COUNT, Settings::default());
    for index in 0..5_000 {
        stage.hit("a", 0, &[("user", &format!("user{index}"))]);
    }
    assert_eq!(stage.correlator.statistics().groups, 5_000);
    (0..2_501).for_each(|_| drop(stage.hit("a", 3_600, &[("user", "anna")])));
    let statistics = stage.correlator.statistics();
    assert_eq!((statistics.groups, statistics.ended, statistics.evicted), (1, 5_000, 0));
}

#[test]
fn what_was_counted_survives_a_reload() {
    let other = "title: other\ncorrelation: {type: event_count, rules: [b], timespan: 1m, condition: {gte: 3}}";
    let mut stage = Stage::each(&format!("{other}\n---\n{COUNT}"));
    stage.hit("a", 0, &[]);
    stage.hit("a", 1, &[]);
    stage.hit("b", 1, &[]);
    let reloaded = Stage::each(&format!("{COUNT}\n---\n{VALUES}"));
    stage.correlator.reload(Arc::clone(reloaded.correlator.correlations()));
    assert_eq!(stage.correlator.statistics().groups, 1);
    let matches = stage.hit("a", 2, &[]);
    assert_eq!((matches[0].correlation, matches[0].number), (0, 3.0));
}

#[test]
fn a_restart_forgets() {
    let mut stage = Stage::new(COUNT, Settings::default());
    (0..2).for_each(|second| drop(stage.hit("a", 1_000_000 + second, &[])));
    stage.correlator.restart();
    assert!((0..2).all(|second| stage.hit("a", second, &[]).is_empty()));
    assert_eq!((stage.hit("a", 2, &[]).len(), stage.correlator.statistics().late), (1, 0));
}

/// Every correlation of a layer stands on both of the layer below: there are 2¹⁵ ways from the bottom to the top.
#[test]
fn rules_that_fan_out_and_join_again_are_bounded() {
    let rule = |name: &str, rules: &str| {
        format!(
            "title: t\nname: {name}\ncorrelation: {{type: event_count, rules: [{rules}], timespan: 1m, condition: {{gte: 1}}}}\n---\n"
        )
    };
    let mut text = rule("x0", "a") + &rule("y0", "a");
    for layer in 1..16 {
        let below = format!("x{}, y{}", layer - 1, layer - 1);
        text += &(rule(&format!("x{layer}"), &below) + &rule(&format!("y{layer}"), &below));
    }
    let mut stage = Stage::each(&text);
    stage.hit("a", 0, &[]);
    let statistics = stage.correlator.statistics();
    assert!(statistics.hits < 11_000 && statistics.unreached > 0, "{statistics:?}");
}
