//! The W3C Extended Log File Format, as IIS and proxies write it: a directive names the columns.

use super::fault::Fault;
use crate::record::{Record, Value};
use palisade_model::Timestamp;

/// Columns that one line may name. The format knows some thirty.
const COLUMNS_MAX: usize = 256;

/// The columns that the last `#Fields:` directive named.
#[derive(Clone, Debug, Default)]
pub struct Columns {
    names: Vec<String>,
}

impl Columns {
    /// Adds the fields of a line. A directive gives none, and may name the columns of the lines after it.
    ///
    /// # Errors
    /// When no directive has named the columns, or the line has more or fewer of them.
    pub fn read_into(&mut self, record: &mut Record<'_>, line: &str) -> Result<(), Fault> {
        if let Some(directive) = line.strip_prefix('#') {
            if let Some(names) = directive.strip_prefix("Fields:") {
                self.names = names.split_ascii_whitespace().take(COLUMNS_MAX).map(sigma_name).collect();
            }
            return Ok(());
        }
        if self.names.is_empty() {
            return Err(Fault::new("no '#Fields:' line names the columns", 0));
        }
        let separator = if line.contains('\t') { '\t' } else { ' ' };
        if line.split(separator).filter(|value| !value.is_empty()).count() != self.names.len() {
            return Err(Fault::new("the line has not as many columns as '#Fields:' names", 0));
        }
        let values = line.split(separator).filter(|value| !value.is_empty());
        for (name, value) in self.names.iter().zip(values).filter(|(_, value)| *value != "-") {
            // IIS writes a plus for a blank there, and only there.
            if name == "cs-user-agent" && separator == ' ' {
                record.push(name, Value::text(&value.replace('+', " ")));
            } else {
                record.push(name, Value::text(value));
            }
        }
        set_time(record);
        Ok(())
    }
}

/// `cs(User-Agent)` is `cs-user-agent` in Sigma.
fn sigma_name(column: &str) -> String {
    column.trim_end_matches(')').replace('(', "-").to_ascii_lowercase()
}

fn set_time(record: &mut Record<'_>) {
    let text = |name| record.first(name).and_then(|value| value.get());
    if let (Some(date), Some(time)) = (text("date"), text("time"))
        && let Ok(time) = Timestamp::parse(&format!("{date}T{time}Z"))
    {
        record.set_time(time);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::readers::testing::fields;

    #[test]
    fn columns_have_the_names_of_the_directive() {
        let mut columns = Columns::default();
        let mut record = Record::new("");
        assert!(columns.read_into(&mut record, "2026-01-02 GET").is_err());
        columns
            .read_into(&mut record, "#Fields: date time cs-method cs-uri-query cs(User-Agent) sc-status")
            .expect("reads");
        assert!(record.is_empty());
        columns.read_into(&mut record, "2026-01-02 03:04:05 GET - curl/8+(x) 200").expect("reads");
        let expected = [
            ("date", "2026-01-02"),
            ("time", "03:04:05"),
            ("cs-method", "GET"),
            ("cs-user-agent", "curl/8 (x)"),
            ("sc-status", "200"),
        ];
        assert_eq!(fields(&record), expected.map(|(name, value)| (name, value.to_owned())));
        assert_eq!(record.time(), Timestamp::parse("2026-01-02T03:04:05Z").ok());
        assert!(columns.read_into(&mut record, "2026-01-02 03:04:05 GET").is_err());
    }
}
