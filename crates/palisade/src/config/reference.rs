//! `palisade config reference`: a complete configuration file with every default and what it means.

use super::{Config, Section, limits::MIB};
use std::fmt::Write as _;

const HEAD: &str = "\
# Palisade: every setting with its default. A file needs only what differs.
# Check a file with: palisade config check FILE
";

/// The configuration with all defaults and their meaning, as TOML.
#[must_use]
pub fn reference() -> String {
    let config = Config::default();
    let sections: [(&str, &dyn Section); 5] = [
        ("server", &config.server),
        ("otlp", &config.otlp),
        ("limits", &config.limits),
        ("lake", &config.lake),
        ("log", &config.log),
    ];
    let mut text = HEAD.to_owned();
    for (name, section) in sections {
        write_section(&mut text, name, section);
    }
    text
}

fn write_section(text: &mut String, name: &str, section: &dyn Section) {
    let _ = write!(text, "\n[{name}]\n");
    for setting in section.settings() {
        text.push('\n');
        for line in setting.meaning {
            let _ = writeln!(text, "#{line}");
        }
        let remark = size(setting.key, &setting.value);
        let _ = writeln!(text, "{} = {}{remark}", setting.key, literal(&setting.value));
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
            assert!(text.contains(&format!("\n[{section}]\n")), "{section}");
            for key in settings.as_table().unwrap().keys() {
                let lines: Vec<_> = text.lines().collect();
                let at: Vec<_> =
                    (0..lines.len()).filter(|&line| lines[line].starts_with(&format!("{key} = "))).collect();
                assert_eq!(at.len(), 1, "{key}");
                assert!(lines[at[0] - 1].starts_with("# "), "{key} has no meaning");
            }
        }
    }

    #[test]
    fn numbers_in_groups() {
        for (number, text) in [(0, "0"), (999, "999"), (1000, "1_000"), (16_777_216, "16_777_216")] {
            assert_eq!(grouped(number), text);
        }
    }
}
