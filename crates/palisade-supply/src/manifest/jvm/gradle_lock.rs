//! Gradle's lockfiles: a line `group:artifact:version=configurations` for each package.

use crate::{
    Ecosystem,
    manifest::{Reading, Scope, lines::Lines, reading},
};

pub(in crate::manifest) fn read(reading: &mut Reading<'_>, text: &str) {
    for line in Lines::of(text) {
        let content = line.text.trim();
        if content.is_empty() || content.starts_with(['#', '/']) || content.starts_with("empty=") {
            continue;
        }
        let (coordinates, configurations) = content.split_once('=').unwrap_or((content, ""));
        let parts: Vec<&str> = coordinates.split(':').take(4).collect();
        let [group, artifact, version] = parts[..] else {
            reading.problem(
                line.place,
                format!("`{}` is no line of a group, an artifact and a version", reading::excerpt(content)),
            );
            continue;
        };
        let name = format!("{group}:{artifact}");
        let dependency =
            reading::dependency(Ecosystem::Maven, &name, Some(version), line.place).scope(scope(configurations));
        reading.add(dependency);
    }
}

/// For tests alone when all configurations are named after tests.
fn scope(configurations: &str) -> Scope {
    let mut named = configurations.split(',').filter(|name| !name.is_empty()).peekable();
    let is_test = |name: &str| name.to_ascii_lowercase().contains("test");
    if named.peek().is_some() && named.all(is_test) { Scope::Development } else { Scope::Production }
}

#[cfg(test)]
mod tests {
    use crate::manifest::{
        Format,
        testing::{check, check_broken},
    };

    #[test]
    fn each_line_is_a_package() {
        let text = "# generated\norg.a:a:1.0=compileClasspath,runtimeClasspath\norg.junit:junit:5.0=testCompileClasspath\nempty=annotationProcessor\n";
        check(Format::GradleLock, text, &["org.a:a@1.0 unknown :2", "org.junit:junit@5.0 unknown development :3"]);
    }

    #[test]
    fn a_broken_line_costs_only_itself() {
        check_broken(
            Format::GradleLock,
            "org.a:a:1=x\nlost\norg.b:b=x\norg.c:c:1\n",
            "`lost` is no line",
            &["org.a:a", "org.c:c"],
        );
    }
}
