//! `go.sum`: the hashes of all modules that were looked at, among them versions that are not built with.

use crate::{
    Ecosystem,
    manifest::{Reading, lines::Lines, reading},
};

pub(in crate::manifest) fn read(reading: &mut Reading<'_>, text: &str) {
    for line in Lines::of(text).filter(|line| !line.text.trim().is_empty()) {
        let words: Vec<&str> = line.text.split_whitespace().take(4).collect();
        let [name, version, hash] = words[..] else {
            reading.problem(line.place, "is no line of a module, a version and a hash");
            continue;
        };
        // The hash of a go.mod alone: the module itself was not fetched.
        if version.ends_with("/go.mod") {
            continue;
        }
        let dependency = reading::dependency(Ecosystem::Go, name, Some(version), line.place).integrity(Some(hash));
        reading.add(dependency);
    }
}

#[cfg(test)]
mod tests {
    use crate::manifest::{
        Format,
        testing::{check, check_broken},
    };

    #[test]
    fn modules_have_hashes() {
        let text = "a.example/a v1.0.0 h1:aa=\na.example/a v1.0.0/go.mod h1:bb=\nb.example/b v0.1.0/go.mod h1:cc=\n";
        let manifest = check(Format::GoSum, text, &["a.example/a@v1.0.0 unknown :1"]);
        assert_eq!(manifest.dependencies[0].integrity.as_deref(), Some("h1:aa="));
    }

    #[test]
    fn a_broken_line_costs_only_itself() {
        check_broken(
            Format::GoSum,
            "a.example/a v1.0.0 h1:aa=\nlost\nb.example/b v1.0.0 h1:b=\n",
            "is no line",
            &["a.example/a", "b.example/b"],
        );
    }
}
