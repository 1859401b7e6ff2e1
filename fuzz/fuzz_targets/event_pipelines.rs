//! Processing pipelines and tables of names: what users write, and what it makes of a rule.
#![no_main]

use libfuzzer_sys::fuzz_target;
use palisade_events::taxonomy::{FieldNames, Pipeline};

const RULE: &str = "{title: x, logsource: {product: windows}, detection: {s: {Image|endswith: '\\a*', User|expand: '%u%'}, \
                    t: [word, other], u: [{a: 1}, {b: null}], condition: s and 1 of u* or not t}}";

fuzz_target!(|text: &str| {
    let _ = FieldNames::parse(text);
    let Ok(pipeline) = Pipeline::parse(text) else { return };
    let Ok(rules) = rsigma_parser::parse_sigma_yaml(RULE) else { return };
    for mut rule in rules.rules {
        let _ = pipeline.apply(&mut rule);
    }
});
