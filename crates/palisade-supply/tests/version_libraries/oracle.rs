//! Asking other people's libraries, many questions in one run.
//!
//! Where a library is missing a test says that it was skipped, and fails with `PALISADE_REQUIRE_SERVERS=1`.

use std::{
    fmt::Write as _,
    path::{Path, PathBuf},
    process::Command,
};

/// A program that reads a file of questions, one a line with its two parts parted by a tab, and prints an answer a line:
/// for `order` the sign of the comparison, for `admits` whether the requirement admits the version, else a mark.
pub(crate) struct Oracle {
    program: PathBuf,
    before: Vec<String>,
}

const PACKAGING: &str = r#"
import sys
try:
    from packaging.version import Version
    from packaging.specifiers import SpecifierSet
except ImportError:
    from pip._vendor.packaging.version import Version
    from pip._vendor.packaging.specifiers import SpecifierSet
if len(sys.argv) < 3: sys.exit(0)
for line in open(sys.argv[2], encoding="utf-8"):
    a, b = line.rstrip("\n").split("\t")
    try:
        if sys.argv[1] == "order":
            a, b = Version(a), Version(b)
            print((a > b) - (a < b))
        else:
            parts = list(SpecifierSet(a))
            # Versions of the library differ on whether these ask for prereleases, and on local versions in them.
            asks = [p for p in parts if p.operator in ("<", ">") and Version(p.version).is_prerelease]
            local = [p for p in parts if "+" in p.version and p.operator not in ("==", "!=")]
            # It compares some specifiers as texts: with an epoch, with a `v`, and `>` with local versions.
            texts = [p for p in parts if "!" in p.version or p.version.startswith("v") or (p.operator == ">" and "+" in b)]
            unsure = local or texts or (asks and Version(b).is_prerelease)
            wanted = SpecifierSet(a)
            # Said outright, because its releases differ on what counts when nobody says.
            print("none" if unsure else str(wanted.contains(b, prereleases=bool(wanted.prereleases))).lower())
    except Exception:
        print("none")
"#;

const NODE_SEMVER: &str = r#"
const semver = require(process.argv[1]);
const lines = require("fs").readFileSync(process.argv[3], "utf8").split("\n").slice(0, -1);
const answers = lines.map((line) => {
  const [a, b] = line.split("\t");
  if (process.argv[2] === "order") return semver.valid(a) && semver.valid(b) ? semver.compare(a, b) : "none";
  return semver.validRange(a) === null ? "none" : semver.satisfies(b, a);
});
console.log(answers.join("\n"));
"#;

const GEM_VERSION: &str = r#"
File.foreach(ARGV[1], chomp: true) do |line|
  a, b = line.split("\t", -1)
  begin
    if ARGV[0] == "order"
      puts Gem::Version.new(a) <=> Gem::Version.new(b)
    else
      puts Gem::Requirement.new(a.split(",")).satisfied_by?(Gem::Version.new(b))
    end
  rescue ArgumentError
    puts "none"
  end
end
"#;

impl Oracle {
    /// PyPI's own library, in the environment that tests/setup.sh makes or in that of the system.
    pub(crate) fn packaging() -> Option<Self> {
        let named = std::env::var_os("PALISADE_TEST_VENV").map(PathBuf::from);
        let usual = || std::env::var_os("HOME").map(|home| Path::new(&home).join(".cache/palisade/venv"));
        let made = named.or_else(usual).map(|venv| venv.join("bin/python"));
        let pythons = made.into_iter().chain([PathBuf::from("python3")]);
        let has_library = |python: &PathBuf| {
            Command::new(python).args(["-c", PACKAGING]).output().is_ok_and(|output| output.status.success())
        };
        let python = pythons.into_iter().find(has_library);
        let oracle = python.map(|program| Self { program, before: vec!["-c".to_owned(), PACKAGING.to_owned()] });
        found(oracle, "python3 with pip")
    }

    /// npm's own library, which npm brings along.
    pub(crate) fn node_semver() -> Option<Self> {
        let root = Command::new("npm").args(["root", "-g"]).output().ok().filter(|output| output.status.success());
        let root = root.and_then(|output| String::from_utf8(output.stdout).ok());
        let library = root.map(|root| Path::new(root.trim()).join("npm/node_modules/semver"));
        let library = library.filter(|library| library.is_dir()).map(|library| library.display().to_string());
        let before = |library| vec!["-e".to_owned(), NODE_SEMVER.to_owned(), library];
        found(library.map(|library| Self { program: "node".into(), before: before(library) }), "node with npm")
    }

    /// Ruby's own class.
    pub(crate) fn gem_version() -> Option<Self> {
        let works = Command::new("ruby").arg("--version").output().is_ok_and(|output| output.status.success());
        let before = vec!["-e".to_owned(), GEM_VERSION.to_owned(), "--".to_owned()];
        found(works.then(|| Self { program: "ruby".into(), before }), "ruby")
    }

    /// The answers to all questions of a sort.
    pub(crate) fn ask(&self, sort: &str, questions: &[(String, String)]) -> Vec<String> {
        let mut text = String::new();
        for (a, b) in questions {
            let _ = writeln!(text, "{a}\t{b}");
        }
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("questions");
        std::fs::write(&file, text).unwrap();
        let output = Command::new(&self.program).args(&self.before).arg(sort).arg(&file).output().unwrap();
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
        let answers: Vec<String> = String::from_utf8(output.stdout).unwrap().lines().map(str::to_owned).collect();
        assert_eq!(answers.len(), questions.len(), "every question is answered");
        answers
    }
}

fn found(oracle: Option<Oracle>, name: &str) -> Option<Oracle> {
    if oracle.is_none() {
        let required = std::env::var_os("PALISADE_REQUIRE_SERVERS").is_some_and(|value| value == "1");
        assert!(!required, "{name} is missing: run tests/setup.sh");
        eprintln!("SKIPPED: {name} is missing: run tests/setup.sh");
    }
    oracle
}
