//! `palisade config reference`: a complete configuration file with every default and what it means.

use super::{Config, Entry as _, Files, Scrape, Section, Signals, limits::MIB};
use std::fmt::Write as _;

const HEAD: &str = "\
# Palisade: every setting with its default. A file needs only what differs.
# Check a file with: palisade config check FILE
";
const HEAD_OF_LISTS: &str = "
# Tables that may stand several times, and stand nowhere by default. These are examples: take away the # right before
# a bracket or a key to use one.
";

/// What has too many forms for a list of keys; docs/response.md has all of them.
const RESPONSE: &str = "
# Where alerts go; docs/response.md has every key. As an example:
#
# [[channels]]
# name = \"mail\"
# kind = \"smtp\"
# host = \"smtp.example.org\"
# from = \"palisade@example.org\"
# to = [\"on-call@example.org\"]
#
# [response.route]
# channels = [\"mail\"]
# group_by = [\"alertname\", \"host\"]
# repeat_interval = \"4h\"
#
# [[response.route.routes]]
# matchers = ['severity=\"critical\"']
# channels = [\"mail\", \"pager\"]
";

/// The configuration with all defaults and their meaning, as TOML.
#[must_use]
pub fn reference() -> String {
    let config = Config::default();
    let supply = config.supply.plain();
    let sections: [(&str, &dyn Section); 16] = [
        ("server", &config.server),
        ("otlp", &config.otlp),
        ("limits", &config.limits),
        ("lake", &config.lake),
        ("guard", &config.guard),
        ("events", &config.events),
        ("supply", &supply),
        ("supply.registries", &config.supply.registries),
        ("supply.hooks", &config.supply.hooks),
        ("redis", &config.redis),
        ("alert_rules", &config.alert_rules),
        ("telemetry", &config.telemetry),
        ("log", &config.log),
        ("statsd", &config.statsd),
        ("syslog", &config.syslog),
        ("site", &config.site),
    ];
    let lists: [(&str, &dyn Section); 3] =
        [("scrape", &Scrape::example()), ("files", &Files::example()), ("signals", &Signals::example())];
    let mut text = HEAD.to_owned();
    for (name, section) in sections {
        write_section(&mut text, name, section);
    }
    text.push_str(HEAD_OF_LISTS);
    for (name, example) in lists {
        write_example(&mut text, name, example);
    }
    text.push_str(RESPONSE);
    text
}

fn write_section(text: &mut String, name: &str, section: &dyn Section) {
    let _ = write!(text, "\n[{name}]\n");
    write_settings(text, "", section);
}

/// A table of a list, as a comment.
fn write_example(text: &mut String, name: &str, example: &dyn Section) {
    text.push('\n');
    for line in example.about() {
        let _ = writeln!(text, "#{line}");
    }
    let _ = writeln!(text, "#[[{name}]]");
    write_settings(text, "#", example);
}

fn write_settings(text: &mut String, mark: &str, section: &dyn Section) {
    for setting in section.settings() {
        text.push('\n');
        for line in setting.meaning {
            let _ = writeln!(text, "#{line}");
        }
        let remark = size(setting.key, &setting.value);
        let _ = writeln!(text, "{mark}{} = {}{remark}", setting.key, literal(&setting.value));
    }
}

/// The value as TOML, long numbers in groups of three digits.
fn literal(value: &toml::Value) -> String {
    match value {
        toml::Value::Integer(number) => grouped(*number),
        other => other.to_string(),
    }
}

fn grouped(number: i64) -> String {
    let digits = number.to_string();
    let mut text = String::with_capacity(digits.len() * 4 / 3);
    for (place, digit) in digits.chars().enumerate() {
        if place > 0 && (digits.len() - place).is_multiple_of(3) {
            text.push('_');
        }
        text.push(digit);
    }
    text
}

/// `  # 16 MiB` behind a number of bytes.
fn size(key: &str, value: &toml::Value) -> String {
    let mib = i64::try_from(MIB).unwrap_or(i64::MAX);
    match value.as_integer() {
        Some(bytes) if key.contains("bytes") && bytes >= mib && bytes % mib == 0 => format!("  # {} MiB", bytes / mib),
        _ => String::new(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reference_parses_to_the_defaults() {
        let text = reference();
        assert_eq!(Config::parse(&text, "reference").unwrap(), Config::default());
    }

    #[test]
    fn reference_holds_every_key_once_with_a_meaning() {
        let text = reference();
        let whole = toml::Value::try_from(Config::default()).unwrap();
        for (section, settings) in whole.as_table().unwrap() {
            match settings.as_table() {
                Some(settings) => {
                    assert!(text.contains(&format!("\n[{section}]\n")), "{section}");
                    for (key, value) in settings {
                        match value.as_table().filter(|_| section == "supply") {
                            Some(within) => {
                                assert!(text.contains(&format!("\n[{section}.{key}]\n")), "{section}.{key}");
                                within.keys().for_each(|key| check_key(&text, &format!("{key} = ")));
                            }
                            None => check_key(&text, &format!("{key} = ")),
                        }
                    }
                }
                None => assert!(text.contains(&format!("\n#[[{section}]]\n")), "{section}"),
            }
        }
        for setting in Scrape::example()
            .settings()
            .into_iter()
            .chain(Files::example().settings())
            .chain(Signals::example().settings())
        {
            check_key(&text, &format!("#{} = ", setting.key));
        }
    }

    /// Keys of the same name in several sections stand once in each.
    fn check_key(text: &str, start: &str) {
        let lines: Vec<_> = text.lines().collect();
        let at: Vec<_> = (0..lines.len()).filter(|&line| lines[line].starts_with(start)).collect();
        assert!(!at.is_empty(), "{start}");
        assert!(at.iter().all(|&at| lines[at - 1].starts_with("# ")), "{start} has no meaning");
        let in_sections: Vec<_> =
            at.iter().map(|&at| lines[..at].iter().rposition(|line| line.starts_with('['))).collect();
        assert!(in_sections.is_sorted_by(|a, b| a < b) || start.starts_with('#'), "{start} stands twice");
    }

    #[test]
    fn examples_can_be_used_once_uncommented() {
        let uncommented = |line: &str| match line.strip_prefix('#') {
            Some(setting) if setting.starts_with(|first: char| !first.is_whitespace()) => setting.to_owned() + "\n",
            _ => line.to_owned() + "\n",
        };
        let text: String = reference().lines().map(uncommented).collect();
        let wanted = Config {
            scrape: vec![Scrape::example()],
            files: vec![Files::example()],
            signals: vec![Signals::example()],
            ..Config::default()
        };
        assert_eq!(Config::parse(&text, "reference").unwrap(), wanted);
    }

    #[test]
    fn numbers_in_groups() {
        for (number, text) in [(0, "0"), (999, "999"), (1000, "1_000"), (16_777_216, "16_777_216")] {
            assert_eq!(grouped(number), text);
        }
    }
}
