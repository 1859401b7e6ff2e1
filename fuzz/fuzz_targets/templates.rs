//! Templates of messages as users write them, for every markup; what compiles is filled, soon, and with an end.
#![no_main]

use libfuzzer_sys::fuzz_target;
use palisade_notify::{Markup, Shown, ShownAlert, Template};
use std::{
    collections::BTreeMap,
    time::{Duration, Instant},
};

const KNOWN: &[&str] = &["headline", "alerts", "group", "incident", "latest", "count", "link", "severity"];
/// What a template may say, and half a megabyte of it is more than anybody reads.
const OUTPUT_BYTES_MAX: usize = 512 * 1024;

fuzz_target!(|source: &str| {
    let labels = BTreeMap::from([("host".to_owned(), "web-1 <b>*x*</b>".to_owned())]);
    let alert = ShownAlert { summary: "SQL \"injection\"".repeat(50), labels: labels.clone(), ..ShownAlert::default() };
    let shown = Shown { headline: "a\\'b".repeat(50), alerts: vec![alert; 20], group: labels, ..Shown::default() };
    let began = Instant::now();
    for markup in [Markup::Plain, Markup::Html, Markup::Slack, Markup::Markdown, Markup::Json] {
        if let Ok(text) = Template::compile(source, markup, KNOWN).and_then(|template| template.render(&shown)) {
            assert!(text.len() <= OUTPUT_BYTES_MAX);
        }
    }
    assert!(began.elapsed() < Duration::from_secs(60), "took {:?}", began.elapsed());
});
