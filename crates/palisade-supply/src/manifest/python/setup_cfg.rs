//! `setup.cfg`: what a project of setuptools asks for.

use super::requirement;
use crate::{
    Ecosystem,
    manifest::{Reading, Scope, lines::Lines, reading},
};

pub(in crate::manifest) fn read(reading: &mut Reading<'_>, text: &str) {
    let (mut section, mut option) = (String::new(), String::new());
    let (mut name, mut version) = (None, None);
    for line in Lines::of(text) {
        let content = line.text.split(" #").next().unwrap_or_default().trim();
        if content.is_empty() || content.starts_with(['#', ';']) {
            continue;
        }
        if let Some(named) = content.strip_prefix('[').and_then(|rest| rest.strip_suffix(']')) {
            section = named.trim().to_owned();
            option.clear();
            continue;
        }
        let value = if line.text.starts_with([' ', '\t']) {
            content
        } else {
            let Some((key, value)) = content.split_once(['=', ':']) else {
                reading.problem(line.place, format!("`{}` is no option of a section", reading::excerpt(content)));
                continue;
            };
            option = key.trim().to_owned();
            value.trim()
        };
        match (section.as_str(), option.as_str()) {
            ("metadata", "name") => name = Some(value.to_owned()),
            ("metadata", "version") => version = Some(value.to_owned()).filter(|text| !text.starts_with("attr:")),
            _ => {}
        }
        if let Some(scope) = scope(&section, &option) {
            declare(reading, value, scope, line.place);
        }
    }
    reading.project(Ecosystem::PyPi, name.as_deref(), version.as_deref());
}

fn scope(section: &str, option: &str) -> Option<Scope> {
    match (section, option) {
        ("options", "install_requires") => Some(Scope::Production),
        ("options", "setup_requires" | "tests_require") => Some(Scope::Development),
        ("options.extras_require", _) => Some(Scope::Optional),
        _ => None,
    }
}

fn declare(reading: &mut Reading<'_>, value: &str, scope: Scope, place: usize) {
    if value.is_empty() || value.starts_with("file:") {
        return;
    }
    match requirement::declared(value, place) {
        Some(dependency) => {
            reading.add_direct(dependency.scope(scope));
        }
        None => reading.problem(place, format!("`{}` is no requirement", reading::excerpt(value))),
    }
}

#[cfg(test)]
mod tests {
    use crate::manifest::{
        Format,
        testing::{check, check_broken},
    };

    #[test]
    fn requirements_stand_in_options_of_several_lines() {
        let text = "[metadata]
name = app
version = 1.0

[options]
install_requires =
    a>=1
    # not this one
    b==2.0 ; python_version > '3'
setup_requires = wheel

[options.extras_require]
fast = c
";
        let manifest = check(
            Format::SetupCfg,
            text,
            &["a (>=1) direct :7", "b@2.0 (==2.0) direct :9", "wheel direct development :10", "c direct optional :13"],
        );
        assert_eq!(manifest.project.unwrap().version.as_deref(), Some("1.0"));
    }

    #[test]
    fn a_broken_line_costs_only_itself() {
        check_broken(
            Format::SetupCfg,
            "[options]\ninstall_requires =\n  a\n  b c\nlost\n",
            "`b c` is no requirement",
            &["a"],
        );
        check_broken(Format::SetupCfg, "[options]\nlost\n", "`lost` is no option", &[]);
    }
}
