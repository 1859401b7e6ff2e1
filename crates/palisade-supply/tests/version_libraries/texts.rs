//! Versions and requirements put together at random from small parts, so that many are nearly equal.

/// The parts of one ecosystem.
pub(crate) struct Texts {
    beginnings: &'static [&'static str],
    numbers_min: usize,
    numbers_max: usize,
    endings: &'static [&'static str],
    further_endings: &'static [&'static str],
    operators: &'static [&'static str],
    joints: &'static [&'static str],
    /// Versions every pair of which is compared.
    tricky: &'static [&'static str],
}

pub(crate) const SEMVER: Texts = Texts {
    beginnings: &[""],
    numbers_min: 3,
    numbers_max: 3,
    endings: &[
        "",
        "",
        "",
        "-0",
        "-1",
        "-10",
        "-alpha",
        "-alpha.1",
        "-alpha.beta",
        "-beta.2",
        "-beta.11",
        "-rc.1",
        "-a-b",
        "-A",
    ],
    further_endings: &["", "", "", "+1", "+build.7"],
    operators: &["", "^", "~", "=", ">", ">=", "<", "<=", "~>", "> ", ">= "],
    joints: &[" ", " || ", "||", " - "],
    tricky: &[
        "0.0.0",
        "0.0.1",
        "1.0.0",
        "1.0.0-0",
        "1.0.0-00a",
        "1.0.0--",
        "1.0.0-x",
        "1.0.0-x.1",
        "1.0.0-x.a",
        "1.0.0-9",
        "1.0.0-10",
        "9007199254740991.0.0",
        "10.0.0",
        "9.0.0",
        "1.0.0+a",
        "1.0.0-rc.1+a",
    ],
};

pub(crate) const PEP440: Texts = Texts {
    beginnings: &["", "", "", "", "v", "1!", "0!"],
    numbers_min: 1,
    numbers_max: 4,
    endings: &["", "", "", "a", "a1", "b2", "rc1", "c1", ".alpha.1", "-beta2", "_rc3", "pre1", "preview"],
    further_endings: &[
        "",
        "",
        "",
        ".post1",
        "-1",
        ".dev0",
        ".dev3",
        ".post2.dev1",
        "+abc",
        "+5",
        "+abc.5",
        "+ABC_1",
        "r4",
    ],
    operators: &["==", ">=", "<=", ">", "<", "!=", "~="],
    joints: &[","],
    tricky: &[
        "1.0",
        "1.0.0",
        "1",
        "1.0.dev0",
        "1.0a0",
        "1.0a0.dev1",
        "1.0a0.post1",
        "1.0.post0",
        "1.0.post0.dev0",
        "1.0+a",
        "1.0+1",
        "1.0+a.1",
        "1.0+1.a",
        "1!0",
        "0!1",
        "2013.2",
        "1.0rc0",
        "1.0.0.0.1",
        "01.0",
    ],
};

pub(crate) const RUBYGEMS: Texts = Texts {
    beginnings: &[""],
    numbers_min: 1,
    numbers_max: 4,
    endings: &["", "", "", ".a", ".b1", ".rc1", ".rc.2", ".pre", "-1", ".a.0", ".0.a", "b"],
    further_endings: &["", "", "", ".0", ".1", ".a"],
    operators: &["=", "!=", ">", ">=", "<", "<=", "~>"],
    joints: &[","],
    tricky: &[
        "1", "1.0", "1.a", "1.0.a", "1.0.0.a", "1.a.0", "1.a.0.0", "1.a.1", "1.a.0.b", "1-1", "1.0-a", "1.b", "1.A",
        "1.0.0.1", "1.0.1", "1.rc10", "1.rc9", "0", "0.0.a",
    ],
};

impl Texts {
    pub(crate) fn version(&self, random: &mut fastrand::Rng) -> String {
        let count = random.usize(self.numbers_min..=self.numbers_max);
        let numbers: Vec<String> = (0..count).map(|_| random.u8(..4).to_string()).collect();
        let mut pick = |list: &[&'static str]| list[random.usize(..list.len())];
        format!("{}{}{}{}", pick(self.beginnings), numbers.join("."), pick(self.endings), pick(self.further_endings))
    }

    pub(crate) fn requirement(&self, random: &mut fastrand::Rng) -> String {
        let comparator = |random: &mut fastrand::Rng| {
            let operator = self.operators[random.usize(..self.operators.len())];
            let whole = self.version(random);
            let end = whole.find(|c: char| !c.is_ascii_digit() && c != '.').unwrap_or(whole.len());
            let shown = if random.bool() { whole[..end].trim_end_matches('.').to_owned() } else { whole.clone() };
            let shown =
                if random.u8(..4) == 0 { shown.split('.').next().unwrap_or_default().to_owned() } else { shown };
            let shown = if shown.is_empty() { whole } else { shown };
            format!("{operator}{shown}")
        };
        let first = comparator(random);
        if random.bool() {
            return first;
        }
        let joint = self.joints[random.usize(..self.joints.len())];
        if joint == " - " {
            return format!("{}{joint}{}", self.version(random), self.version(random));
        }
        format!("{first}{joint}{}", comparator(random))
    }

    pub(crate) fn tricky_pairs(&self) -> Vec<(String, String)> {
        let pair = |a: &&str| self.tricky.iter().map(|b| ((*a).to_owned(), (*b).to_owned())).collect::<Vec<_>>();
        self.tricky.iter().flat_map(pair).collect()
    }
}
