//! Rule files of Prometheus, SQL rules and unit tests as users write them; rules that are read are evaluated.
#![no_main]

use libfuzzer_sys::fuzz_target;
use palisade_model::Timestamp;
use palisade_response::{
    promql::{Limits, Memory, Options},
    rules::{Environment, Rows, RuleFile, SqlRules, unit::UnitTests},
};

fuzz_target!(|text: &str| {
    let limits = Limits { samples: 10_000, steps: 1_000, ..Limits::default() };
    let environment = Environment { options: Options { limits, ..Options::default() }, ..Environment::default() };
    for group in &mut RuleFile::read("f", text, 60_000).groups {
        let evaluation = group.evaluate(Timestamp::from_millis(0), &Memory::default(), &environment);
        group.restore(&evaluation.records);
    }
    for rule in &mut SqlRules::read("f", text).rules {
        let rows = Rows { columns: vec!["a".to_owned()], rows: vec![vec!["x".into()]] };
        let _ = rule.evaluate(Timestamp::from_millis(0), &rows, &environment);
    }
    let _ = UnitTests::read(text);
});
