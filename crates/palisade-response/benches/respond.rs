//! How fast the machine takes signals and commands: `cargo bench -p palisade-response`.

use divan::{Bencher, counter::ItemsCount};
use palisade_model::{Labels, Severity, Signal, Timestamp};
use palisade_response::{Actor, Command, Config, Input, Response, SilenceDraft, parse_matchers};

fn main() {
    divan::main();
}

const BATCH: usize = 1_000;

/// A signal as a finding makes it: eight labels, three annotations.
fn signal(number: usize) -> Signal {
    let pair = |name: &str, value: String| (name.to_owned(), value);
    let labels = Labels::from([
        pair("alertname", "guard.injection.sql".to_owned()),
        pair("class", "guard.injection.sql".to_owned()),
        pair("detector", "guard.injection.sql".to_owned()),
        pair("host", format!("web-{}", number % 500)),
        pair("service", "checkout".to_owned()),
        pair("severity", "high".to_owned()),
        pair("subject", format!("message {number}")),
        pair("watch", "guard".to_owned()),
    ]);
    let annotations = Labels::from([
        pair("summary", "SQL injection in a tool argument".to_owned()),
        pair("description", "The argument closes a string and adds a second statement.".to_owned()),
        pair("remediation", "Pass values as bound parameters.".to_owned()),
    ]);
    Signal {
        fingerprint: format!("{number:016x}"),
        labels,
        annotations,
        severity: Severity::High,
        source: "findings".to_owned(),
        ..Signal::default()
    }
}

fn at(millis: i64) -> Timestamp {
    Timestamp::from_millis(1_795_176_000_000 + millis)
}

/// A machine in which so many alerts fire, all told.
fn machine(alerts: usize) -> Response {
    let mut response = Response::new(Config::default()).expect("the default configuration is right");
    for number in 0..alerts {
        response.take_in(at(0), Input::Signal(signal(number))).expect("the signal is small");
    }
    response.take_in(at(1000), Input::Tick).expect("a tick is never refused");
    response.take_outcome();
    response
}

/// Signals of alerts that are there: the common case. One outcome a batch of a thousand.
#[divan::bench(args = [100, 10_000])]
fn signals_of_known_alerts(bencher: Bencher<'_, '_>, alerts: usize) {
    let mut response = machine(alerts);
    let mut next = 0;
    bencher
        .counter(ItemsCount::new(BATCH))
        .with_inputs(|| {
            next += BATCH;
            (0..BATCH).map(|number| Input::Signal(signal((next + number) % alerts))).collect::<Vec<_>>()
        })
        .bench_local_values(|inputs| {
            for input in inputs {
                let _ = response.take_in(at(2000), input);
            }
            response.take_outcome()
        });
}

/// Signals of alerts that nobody has seen, up to the most that are held.
#[divan::bench(sample_count = 50, sample_size = 1)]
fn signals_of_new_alerts(bencher: Bencher<'_, '_>) {
    let mut response = machine(10_000);
    let mut next = 10_000;
    bencher
        .counter(ItemsCount::new(BATCH))
        .with_inputs(|| {
            next += BATCH;
            (0..BATCH).map(|number| Input::Signal(signal(next + number))).collect::<Vec<_>>()
        })
        .bench_local_values(|inputs| {
            for input in inputs {
                let _ = response.take_in(at(2000), input);
            }
            response.take_outcome()
        });
}

fn command(command: Command) -> Input {
    Input::Command(Actor { name: "ann".to_owned(), via: "api".to_owned() }, command)
}

/// Somebody acknowledges one of 10,000 alerts.
#[divan::bench]
fn acknowledge(bencher: Bencher<'_, '_>) {
    let mut response = machine(10_000);
    let mut next = 0;
    bencher
        .with_inputs(|| {
            next = (next + 7) % 10_000;
            command(Command::Acknowledge { fingerprint: format!("{next:016x}"), note: String::new() })
        })
        .bench_local_values(|input| response.apply(at(2000), input));
}

/// Somebody silences some of 10,000 alerts, by what they ask for.
#[divan::bench(args = ["host=\"web-7\"", "host=~\"web-1.*\"", "watch=\"guard\""])]
fn silence(bencher: Bencher<'_, '_>, matchers: &str) {
    let matchers = parse_matchers(matchers).expect("the matchers are right");
    bencher
        .with_inputs(|| {
            let draft = SilenceDraft { matchers: matchers.clone(), ends_at: at(3_600_000), ..SilenceDraft::default() };
            (machine(10_000), command(Command::Silence(draft)))
        })
        .bench_local_values(|(mut response, input)| {
            let outcome = response.apply(at(2000), input);
            // Dropping ten thousand alerts is not part of it.
            (response, outcome)
        });
}

/// The machine is made again out of the records of 10,000 alerts.
#[divan::bench(sample_count = 10)]
fn restore(bencher: Bencher<'_, '_>) {
    let records = machine(10_000).records();
    bencher.with_inputs(|| records.clone()).bench_local_values(|records| {
        let mut response = Response::new(Config::default()).expect("the default configuration is right");
        let problems = response.restore(records);
        (response, problems)
    });
}
