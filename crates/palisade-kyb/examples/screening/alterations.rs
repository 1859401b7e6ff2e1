//! What happens to a name between a list and a form that somebody fills in: slips, spellings, order, what is left out.

use fastrand::Rng;

/// An alteration: its name, and what it makes of a name. None where it does not apply.
pub(crate) type Alteration = (&'static str, fn(&str, bool, &mut Rng) -> Option<String>);

/// All of them.
pub(crate) const ALTERATIONS: [Alteration; 13] = [
    ("as listed", |name, _, _| Some(name.to_owned())),
    ("lower case, no marks", |name, _, _| {
        Some(name.to_lowercase().replace(['\'', '.'], "").replace([',', '-', '"'], " "))
    }),
    ("letter left out", |name, _, random| {
        in_long_word(name, random, |word, at| {
            word.remove(at);
        })
    }),
    ("letter changed", |name, _, random| {
        let letter = char::from(b'a' + random.u8(..26));
        in_long_word(name, random, move |word, at| word[at] = letter)
    }),
    ("letter doubled", |name, _, random| in_long_word(name, random, |word, at| word.insert(at, word[at]))),
    ("letters swapped", |name, _, random| in_long_word(name, random, |word, at| word.swap(at - 1, at))),
    ("other spelling", |name, _, random| respelled(name, random)),
    ("other order", |name, person, _| {
        let (family, given) = name.split_once(',')?;
        person.then(|| format!("{} {family}", given.trim()))
    }),
    ("middle name left out", |name, person, random| {
        let (family, given) = name.split_once(',')?;
        let mut given = words(given);
        let fitting: Vec<usize> = (1..given.len()).filter(|at| person && !is_front(&given[at - 1])).collect();
        given.remove(*fitting.get(random.usize(..fitting.len().max(1)))?);
        Some(format!("{} {family}", given.join(" ")))
    }),
    ("middle name as initial", |name, person, _| {
        let (family, given) = name.split_once(',')?;
        let mut given = words(given);
        let at = (1..given.len()).find(|at| person && given[*at].chars().count() > 3 && !given[*at].contains('-'))?;
        given[at] = given[at].chars().take(1).collect();
        Some(format!("{} {family}", given.join(" ")))
    }),
    ("words joined", |name, _, random| {
        // Words of one field: between fields of a form there is always a gap.
        let (field, rest) = name.split_once(',').unwrap_or((name, ""));
        let mut words = words(field);
        let plain = |word: &String| word.chars().count() > 3 && word.chars().all(char::is_alphabetic);
        let fitting: Vec<usize> = (1..words.len())
            .filter(|at| plain(&words[at - 1]) && plain(&words[*at]) && !is_form(&words[*at]))
            .collect();
        let at = *fitting.get(random.usize(..fitting.len().max(1)))?;
        let next = words.remove(at);
        words[at - 1].push_str(&next);
        Some(format!("{} {rest}", words.join(" ")))
    }),
    ("word split", |name, _, random| {
        let mut words = words(name);
        let at = (0..words.len()).find(|at| {
            words[*at].chars().count() > 8
                && words[*at].chars().all(|letter| letter.is_ascii_alphabetic())
                && !is_form(&words[*at])
        })?;
        let half = 4 + random.usize(..words[at].len() - 7);
        let back = words[at].split_off(half);
        words.insert(at + 1, back);
        Some(words.join(" "))
    }),
    ("other legal form", |name, person, _| {
        let forms = [
            ("LTD.", "GmbH"),
            ("LTD", "Co"),
            ("LIMITED", "Ltd"),
            ("CO.", "Company"),
            ("LLC", "Inc"),
            ("S.A.", "SA"),
            ("INC.", "Corp"),
            ("LTDA.", "Limitada"),
        ];
        let mut words = words(name);
        let last = words.last_mut().filter(|_| !person)?;
        let (_, other) = forms.iter().find(|(form, _)| last.eq_ignore_ascii_case(form))?;
        *last = (*other).to_owned();
        Some(words.join(" "))
    }),
];

fn words(name: &str) -> Vec<String> {
    name.split([' ', ',']).filter(|word| !word.is_empty()).map(str::to_owned).collect()
}

/// Words that are no name without the one behind them: forms of address, and fronts of Arabic compounds.
fn is_front(word: &str) -> bool {
    let fronts = [
        "ABD", "ABDUL", "ABDEL", "ABDAL", "ABU", "ABOU", "DR.", "HAJI", "QARI", "HAFIZ", "MULLAH", "SAYED", "MALIK",
        "SHAYKH", "SHEIKH",
    ];
    fronts.iter().any(|front| word.eq_ignore_ascii_case(front)) || word.to_uppercase().starts_with("AL-")
}

/// Legal forms are not written together with names, and not split.
fn is_form(word: &str) -> bool {
    let forms = [
        "LIMITED",
        "LTDA",
        "COMPANY",
        "CORPORATION",
        "LIMITADA",
        "INCORPORATED",
        "SOCIEDAD",
        "AKTIENGESELLSCHAFT",
        "CORP",
    ];
    forms.iter().any(|form| word.eq_ignore_ascii_case(form))
}

/// Changes one letter inside one of the longer words: short ones are other names when they change.
fn in_long_word(name: &str, random: &mut Rng, change: impl Fn(&mut Vec<char>, usize)) -> Option<String> {
    let mut words = words(name);
    let long = |word: &String| word.chars().count() > 5 && word.chars().all(char::is_alphabetic);
    let places: Vec<usize> = (0..words.len()).filter(|at| long(&words[*at])).collect();
    let place = *places.get(random.usize(..places.len().max(1)))?;
    let mut letters: Vec<char> = words[place].chars().collect();
    let at = 1 + random.usize(..letters.len() - 1);
    change(&mut letters, at);
    words[place] = letters.into_iter().collect();
    Some(words.join(" "))
}

/// A sound written another way.
fn respelled(name: &str, random: &mut Rng) -> Option<String> {
    let ways = [
        ("MOHAMMED", "MUHAMMAD"),
        ("MOHAMMAD", "MOHAMED"),
        ("AHMED", "AHMAD"),
        ("HUSSEIN", "HUSAYN"),
        ("HASSAN", "HASAN"),
        ("KH", "H"),
        ("Q", "K"),
        ("OU", "U"),
        ("EE", "I"),
        ("SH", "CH"),
        ("Y ", "I "),
        ("IY", "I"),
        ("EI", "EY"),
        ("PH", "F"),
        ("CK", "K"),
        ("W", "V"),
        ("AH ", "A "),
        ("ABDUL ", "ABDEL "),
        ("AL-", "EL-"),
        ("ZH", "J"),
        ("TS", "TZ"),
        ("SS", "S"),
        ("LL", "L"),
    ];
    let upper = name.to_uppercase();
    // Two letters that are a name, as Wu, are spelled as they are.
    let long = upper.split(|letter: char| !letter.is_alphabetic()).all(|word| word.is_empty() || word.len() > 3);
    let fitting: Vec<&(&str, &str)> = ways.iter().filter(|(from, _)| long && upper.contains(from)).collect();
    let (from, to) = fitting.get(random.usize(..fitting.len().max(1)))?;
    Some(upper.replacen(from, to, 1))
}
