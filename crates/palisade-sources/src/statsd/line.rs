//! One line: `name:value|type|@rate|#tag:value,tag`.

use crate::{Limits, draft::shortened};

/// What a line says.
#[derive(Clone, Debug, PartialEq)]
pub struct Line<'b> {
    /// The name, as it stands.
    pub name: &'b str,
    /// How its values are to be taken.
    pub kind: Type,
    /// Each counts as much as this many values; 1 unless it is sampled.
    pub weight: f64,
    /// The values.
    pub values: Values<'b>,
    /// The tags in order of their text, their values empty where they have none.
    pub tags: Vec<(&'b str, &'b str)>,
}

/// The types of metrics.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Type {
    /// `c`
    Counter,
    /// `g`
    Gauge,
    /// `ms`
    Timing,
    /// `h` and `d`
    Histogram,
    /// `s`
    Set,
}

/// The values of a line.
#[derive(Clone, Debug, PartialEq)]
pub enum Values<'b> {
    /// One or several numbers, all finite.
    Numbers(Vec<f64>),
    /// Of a gauge: the number is added (`+1`, `-1`), or set.
    Changes(Vec<(bool, f64)>),
    /// A member of a set.
    Member(&'b str),
}

impl<'b> Line<'b> {
    /// Reads a line without its line feed.
    ///
    /// # Errors
    /// What is wrong with it.
    pub fn read(line: &'b [u8], limits: &Limits) -> Result<Self, String> {
        let line = std::str::from_utf8(line).map_err(|_| "the line is not UTF-8".to_owned())?;
        if line.starts_with("_e{") || line.starts_with("_sc|") {
            return Err("events and service checks are not read: send them as events".to_owned());
        }
        let (name, rest) = line.split_once(':').ok_or("the line has no colon behind the name")?;
        if name.is_empty() || name.len() > limits.key_bytes || name.contains('|') {
            return Err(format!("the line has no name of at most {} bytes", limits.key_bytes));
        }
        let mut sections = rest.split('|');
        let values = sections.next().unwrap_or_default();
        let kind = sections.next().ok_or_else(|| format!("'{}' has no type", shortened(name)))?;
        let kind = Type::read(kind).ok_or_else(|| format!("'{}' has a type that is not known", shortened(name)))?;
        let values =
            Values::read(values, kind, limits).map_err(|problem| format!("'{}' {problem}", shortened(name)))?;
        let mut line = Self { name, kind, weight: 1.0, values, tags: Vec::new() };
        for section in sections {
            line.section(section, limits).map_err(|problem| format!("'{}' {problem}", shortened(name)))?;
        }
        Ok(line)
    }

    fn section(&mut self, section: &'b str, limits: &Limits) -> Result<(), String> {
        match section.split_at_checked(1) {
            Some(("@", rate)) => {
                let rate: f64 = rate.parse().map_err(|_| "has a sample rate that is not a number")?;
                // So that neither the weight nor a sum of many can become infinite.
                if !(1e-9..=1.0).contains(&rate) {
                    return Err("has a sample rate outside 0 to 1".to_owned());
                }
                self.weight = 1.0 / rate;
                Ok(())
            }
            Some(("#", tags)) => self.read_tags(tags, limits),
            Some(("T", _)) => Err("has a time of its own, which is not read".to_owned()),
            // Where the sender runs (`c:`, `e:`) and how much is to be tagged (`card:`): not for this server.
            Some(("c" | "e", _)) => Ok(()),
            None => Ok(()),
            Some(_) => Err("has a part that is not known".to_owned()),
        }
    }

    fn read_tags(&mut self, tags: &'b str, limits: &Limits) -> Result<(), String> {
        for tag in tags.split(',').filter(|tag| !tag.is_empty()) {
            let (key, value) = tag.split_once(':').unwrap_or((tag, ""));
            if self.tags.len() >= limits.attributes {
                return Err(format!("has more than {} tags", limits.attributes));
            }
            if key.is_empty() || key.len() > limits.key_bytes || value.len() > limits.value_bytes {
                return Err("has a tag without a name, or one that is too long".to_owned());
            }
            self.tags.push((key, value));
        }
        self.tags.sort_unstable();
        self.tags.dedup();
        Ok(())
    }
}

impl Type {
    fn read(text: &str) -> Option<Self> {
        Some(match text {
            "c" => Self::Counter,
            "g" => Self::Gauge,
            "ms" => Self::Timing,
            "h" | "d" => Self::Histogram,
            "s" => Self::Set,
            _ => return None,
        })
    }
}

impl<'b> Values<'b> {
    /// How many there are.
    pub(super) fn len(&self) -> usize {
        match self {
            Self::Numbers(values) => values.len(),
            Self::Changes(changes) => changes.len(),
            Self::Member(_) => 1,
        }
    }

    fn read(text: &'b str, kind: Type, limits: &Limits) -> Result<Self, String> {
        match kind {
            Type::Set if text.is_empty() || text.len() > limits.value_bytes => Err("has no member".to_owned()),
            Type::Set => Ok(Self::Member(text)),
            Type::Gauge => text.split(':').map(change).collect::<Result<_, _>>().map(Self::Changes),
            _ => text.split(':').map(number).collect::<Result<_, _>>().map(Self::Numbers),
        }
    }
}

fn change(text: &str) -> Result<(bool, f64), String> {
    Ok((text.starts_with(['+', '-']), number(text)?))
}

fn number(text: &str) -> Result<f64, String> {
    let number: f64 = text.parse().map_err(|_| "has a value that is not a number".to_owned())?;
    if number.is_finite() { Ok(number) } else { Err("has a value that is not finite".to_owned()) }
}
