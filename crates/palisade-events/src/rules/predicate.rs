//! What a rule asks of one field. Rules that ask the same share the predicate.

use super::pattern::Pattern;
use std::{collections::HashMap, fmt, hash::Hash, net::IpAddr};

/// Names a field that rules ask for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub(crate) struct FieldNumber(pub(crate) u32);

impl FieldNumber {
    /// Any field: what keywords ask for.
    pub(crate) const ANY: Self = Self(0);

    pub(crate) fn index(self) -> usize {
        self.0 as usize
    }
}

/// Names a predicate.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub(crate) struct PredicateNumber(pub(crate) u32);

/// A test on a field. It holds when it does for any value of the field.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(crate) struct Predicate {
    pub(crate) field: FieldNumber,
    pub(crate) test: Test,
}

#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(crate) enum Test {
    /// The text compares so with this text, which is in lower case unless case counts.
    Text {
        how: How,
        text: Box<str>,
        is_cased: bool,
    },
    /// The text follows a pattern with wildcards.
    Like {
        pattern: Pattern,
        is_cased: bool,
    },
    Regex(RegexSource),
    /// The number that it is, or that its text is, equals this one.
    Number(Number),
    Compare(Compare, Number),
    Within(Network),
    Boolean(bool),
    /// There is an entry, be it null.
    IsPresent,
    /// There is no value other than null.
    IsNull,
    /// The text compares so with the text of another field.
    Field {
        other: FieldNumber,
        how: How,
        is_cased: bool,
    },
    /// This part of the time compares so with this number; without comparison, it equals it.
    Time {
        part: TimePart,
        compare: Option<Compare>,
        number: Number,
    },
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) enum How {
    Exact,
    Prefix,
    Suffix,
    Contains,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) enum Compare {
    Greater,
    GreaterOrEqual,
    Less,
    LessOrEqual,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) enum TimePart {
    Minute,
    Hour,
    Day,
    Week,
    Month,
    Year,
}

/// A regular expression as it is written, with its flags.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(crate) struct RegexSource {
    pub(crate) pattern: Box<str>,
    pub(crate) ignores_case: bool,
    pub(crate) is_multiline: bool,
    pub(crate) dot_matches_line_end: bool,
}

/// A number by its bits, with one zero.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) struct Number(u64);

impl Number {
    pub(crate) fn new(number: f64) -> Self {
        Self(if number == 0.0 { 0 } else { number.to_bits() })
    }

    pub(crate) fn get(self) -> f64 {
        f64::from_bits(self.0)
    }

    pub(crate) fn bits(self) -> u64 {
        self.0
    }
}

/// A network in CIDR notation.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) struct Network {
    address: IpAddr,
    bits: u8,
}

impl Network {
    /// Reads `192.0.2.0/24`, `2001:db8::/32`, or a single address.
    pub(crate) fn parse(text: &str) -> Option<Self> {
        let (address, bits) = text.split_once('/').map_or((text, None), |(address, bits)| (address, Some(bits)));
        let address: IpAddr = address.parse().ok()?;
        let most = if address.is_ipv4() { 32 } else { 128 };
        let bits = bits.map_or(Some(most), |bits| bits.parse().ok().filter(|bits| *bits <= most))?;
        Some(Self { address, bits })
    }

    pub(crate) fn contains(self, address: IpAddr) -> bool {
        match (self.address, address) {
            (IpAddr::V4(mine), IpAddr::V4(other)) => {
                (mine.to_bits() ^ other.to_bits()).checked_shr(32 - u32::from(self.bits)).unwrap_or(0) == 0
            }
            (IpAddr::V6(mine), IpAddr::V6(other)) => {
                (mine.to_bits() ^ other.to_bits()).checked_shr(128 - u32::from(self.bits)).unwrap_or(0) == 0
            }
            _ => false,
        }
    }
}

impl fmt::Display for Network {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "{}/{}", self.address, self.bits)
    }
}

impl Compare {
    pub(crate) fn holds(self, value: f64, limit: f64) -> bool {
        match self {
            Self::Greater => value > limit,
            Self::GreaterOrEqual => value >= limit,
            Self::Less => value < limit,
            Self::LessOrEqual => value <= limit,
        }
    }
}

/// Each value once, under a number.
#[derive(Debug)]
struct Numbered<T> {
    numbers: HashMap<T, u32>,
    values: Vec<T>,
}

impl<T: Clone + Eq + Hash> Numbered<T> {
    fn number(&mut self, value: T) -> u32 {
        let (numbers, values) = (&mut self.numbers, &mut self.values);
        *numbers.entry(value).or_insert_with_key(|value| {
            values.push(value.clone());
            (values.len() - 1) as u32
        })
    }
}

/// All fields that rules ask for.
#[derive(Debug)]
pub(crate) struct Names(Numbered<Box<str>>);

impl Names {
    pub(crate) fn new() -> Self {
        let mut names = Numbered { numbers: HashMap::new(), values: Vec::new() };
        names.number(Box::from(""));
        Self(names)
    }

    pub(crate) fn number(&mut self, name: &str) -> FieldNumber {
        match self.0.numbers.get(name) {
            Some(number) => FieldNumber(*number),
            None => FieldNumber(self.0.number(name.into())),
        }
    }

    pub(crate) fn iter(&self) -> impl Iterator<Item = (FieldNumber, &str)> {
        self.0.values.iter().enumerate().skip(1).map(|(number, name)| (FieldNumber(number as u32), &**name))
    }
}

/// All predicates of all rules.
#[derive(Debug)]
pub(crate) struct Predicates(Numbered<Predicate>);

impl Predicates {
    pub(crate) fn new() -> Self {
        Self(Numbered { numbers: HashMap::new(), values: Vec::new() })
    }

    pub(crate) fn number(&mut self, predicate: Predicate) -> PredicateNumber {
        PredicateNumber(self.0.number(predicate))
    }

    /// All of them in order, without what is needed to add more.
    pub(crate) fn into_values(self) -> Vec<Predicate> {
        self.0.values
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn networks_contain_their_addresses() {
        for (network, address, expected) in [
            ("10.0.0.0/8", "10.255.0.1", true),
            ("10.0.0.0/8", "11.0.0.1", false),
            ("10.1.2.3/8", "10.255.0.1", true),
            ("0.0.0.0/0", "1.2.3.4", true),
            ("1.2.3.4", "1.2.3.4", true),
            ("1.2.3.4/32", "1.2.3.5", false),
            ("::/0", "fe80::1", true),
            ("fe80::/10", "febf::1", true),
            ("fe80::/10", "fec0::1", false),
            ("10.0.0.0/8", "::ffff:10.0.0.1", false),
        ] {
            let (network, address) = (Network::parse(network), address.parse::<IpAddr>());
            assert_eq!(network.zip(address.ok()).map(|(network, address)| network.contains(address)), Some(expected));
        }
        for text in ["10.0.0.0/33", "10.0.0/8", "x", "::/129", "10.0.0.0/"] {
            assert_eq!(Network::parse(text), None, "{text}");
        }
    }
}
