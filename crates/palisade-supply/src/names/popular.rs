//! Lists of popular names, most popular first, in the plain forms in which they are published.

use serde::{Deserialize, Serialize};
use std::collections::{HashMap, HashSet};

/// Names that are taken from one list; an index cannot tell more apart.
pub const NAMES_MAX: usize = super::table::IDS_MAX;

/// A name that many depend on.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Popular {
    /// As its registry writes it.
    pub name: String,
    /// Downloads, dependents or the like in the list's period, where the list has them.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub downloads: Option<u64>,
}

/// Why a list was not taken.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum FeedError {
    /// It holds no name at all.
    #[error("no names: give one name a line, or CSV or TSV with a column `name`, `project` or `package`")]
    Empty,
    /// A line is no name.
    #[error("line {line}: {what}")]
    Line {
        /// Counted from 1.
        line: usize,
        /// What is wrong with it.
        what: &'static str,
    },
    /// There are too many.
    #[error("more than {NAMES_MAX} names")]
    TooMany,
}

/// Titles of the column with the names, and of the one with a number.
const NAME_TITLES: &[&str] = &["name", "project", "package", "package_name", "crate", "id"];
const NUMBER_TITLES: &[&str] =
    &["downloads", "download_count", "count", "repos", "dependents", "total_downloads", "stars", "pulls"];
/// No name is longer.
const LINE_MAX: usize = 4096;

/// Reads a list: one name a line, or comma- or tab-separated columns with a line of titles. Lines that begin with `#`
/// are comments. Where the list has numbers, it is put in their order, else its own order counts; a name that comes
/// again is taken once.
///
/// # Errors
/// When there is no name in it, a line cannot be one, or there are too many.
pub fn read_popular(text: &str) -> Result<Vec<Popular>, FeedError> {
    let mut names = Vec::new();
    let mut columns: Option<Columns> = None;
    let text = text.strip_prefix('\u{FEFF}').unwrap_or(text);
    let lines = text.lines().enumerate().map(|(number, line)| (number + 1, line.trim()));
    for (line, content) in lines.filter(|(_, content)| !content.is_empty() && !content.starts_with('#')) {
        if content.len() > LINE_MAX {
            return Err(FeedError::Line { line, what: "longer than any name" });
        }
        if columns.is_none() {
            let found = Columns::of(content);
            let titles = found.titles;
            columns = Some(found);
            if titles {
                continue;
            }
        }
        let Some(popular) = columns.as_ref().and_then(|columns| columns.read(content)) else {
            return Err(FeedError::Line { line, what: "holds no name where the lines before it do" });
        };
        if names.len() == NAMES_MAX {
            return Err(FeedError::TooMany);
        }
        names.push(popular);
    }
    if names.is_empty() {
        return Err(FeedError::Empty);
    }
    Ok(in_order(names))
}

/// One list of several, which tell popularity in different ways: a name stands where it stands best, since people type
/// what many depend on as well as what is downloaded most. Of two in the same place that of the first list leads.
#[must_use]
pub fn together(lists: Vec<Vec<Popular>>) -> Vec<Popular> {
    let mut placed: Vec<(usize, Popular)> = lists.into_iter().flat_map(|list| list.into_iter().enumerate()).collect();
    placed.sort_by_key(|(place, _)| *place);
    let mut known: HashMap<String, usize> = HashMap::new();
    let mut names: Vec<Popular> = Vec::new();
    for (_, popular) in placed {
        match known.get(&popular.name) {
            Some(&at) => names[at].downloads = names[at].downloads.or(popular.downloads),
            None => {
                known.insert(popular.name.clone(), names.len());
                names.push(popular);
            }
        }
    }
    names
}

/// By downloads where all have them, and each name once.
fn in_order(mut names: Vec<Popular>) -> Vec<Popular> {
    if names.iter().all(|popular| popular.downloads.is_some()) {
        names.sort_by_key(|popular| std::cmp::Reverse(popular.downloads));
    }
    let mut seen = HashSet::new();
    names.retain(|popular| seen.insert(popular.name.clone()));
    names
}

/// Which column holds what.
struct Columns {
    separator: Option<char>,
    name: usize,
    number: Option<usize>,
    /// The first line was titles.
    titles: bool,
}

impl Columns {
    fn of(first: &str) -> Self {
        let separator = [',', '\t'].into_iter().find(|separator| first.contains(*separator));
        let cells: Vec<String> = cells(first, separator).map(|cell| cell.to_ascii_lowercase()).collect();
        let place = |titles: &[&str]| cells.iter().position(|cell| titles.contains(&cell.as_str()));
        let name = if separator.is_some() { place(NAME_TITLES) } else { None };
        let number_by_form = || cells.iter().position(|cell| cell.parse::<u64>().is_ok());
        match name {
            Some(name) => Self { separator, name, number: place(NUMBER_TITLES), titles: true },
            None => {
                let number = number_by_form().filter(|_| separator.is_some());
                Self { separator, name: usize::from(number == Some(0)), number, titles: false }
            }
        }
    }

    fn read(&self, line: &str) -> Option<Popular> {
        let name = cells(line, self.separator).nth(self.name).filter(|name| !name.is_empty())?;
        let downloads = self.number.and_then(|number| cells(line, self.separator).nth(number)?.parse().ok());
        Some(Popular { name: name.to_owned(), downloads })
    }
}

/// The cells of a line. Names hold no separators and no quotes, so quotes are only taken off.
fn cells(line: &str, separator: Option<char>) -> impl Iterator<Item = &str> {
    line.split(move |character| Some(character) == separator).map(|cell| cell.trim().trim_matches('"'))
}

#[cfg(test)]
mod tests {
    use super::{FeedError, Popular, read_popular, together};

    fn names(text: &str) -> Vec<(String, Option<u64>)> {
        let read: Result<Vec<Popular>, FeedError> = read_popular(text);
        read.unwrap().into_iter().map(|popular| (popular.name, popular.downloads)).collect()
    }

    #[test]
    fn plain_lists_and_columns_are_read() {
        assert_eq!(names("react\n\n# comment\nvue\nreact\n"), [("react".to_owned(), None), ("vue".to_owned(), None)]);
        let numbered = [("boto3".to_owned(), Some(20)), ("six".to_owned(), Some(10))];
        assert_eq!(names("download_count,project\n10,\"six\"\n20,\"boto3\"\n"), numbered);
        assert_eq!(names("name\trepos\r\nboto3\t20\r\nsix\t10\r\n"), numbered);
        assert_eq!(names("20,boto3\n10,six"), numbered);
        assert_eq!(names("\u{FEFF}name\n")[0].0, "name", "a name is no title where there are no columns");
    }

    #[test]
    fn of_several_lists_the_best_place_counts() {
        let lists = ["typescript\neslint\nsemver", "name,downloads\nsemver,9\ndebug,8\neslint,7\nms,6"];
        let together = together(lists.map(|list| read_popular(list).unwrap()).into());
        let told: Vec<_> = together.iter().map(|popular| (popular.name.as_str(), popular.downloads)).collect();
        let expected =
            [("typescript", None), ("semver", Some(9)), ("eslint", Some(7)), ("debug", Some(8)), ("ms", Some(6))];
        assert_eq!(told, expected);
    }

    #[test]
    fn what_is_no_list_is_refused() {
        assert_eq!(read_popular("  \n#\n"), Err(FeedError::Empty));
        assert_eq!(
            read_popular("download_count,project\n5\n"),
            Err(FeedError::Line { line: 2, what: "holds no name where the lines before it do" })
        );
        assert!(matches!(read_popular(&"x".repeat(5000)), Err(FeedError::Line { line: 1, .. })));
    }
}
