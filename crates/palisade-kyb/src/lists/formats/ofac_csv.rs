//! OFAC's lists as delimited files without headings: `sdn.csv` with `alt.csv`, `add.csv` and `sdn_comments.csv`, and
//! the same for the consolidated list. The specification is OFAC's "SDN data format, delimited".

use super::ofac_remarks::read_remarks;
use crate::{
    entity::{EntityType, Name, NameKind},
    lists::{
        draft::{Draft, clean, family_first},
        input::ListFile,
        reading::{Place, ProblemKind, Reading},
        rows::{Row, Rows},
        table::report,
    },
};
use std::collections::HashMap;

const PRIMARY_COLUMNS: usize = 12;
const ADDRESS_COLUMNS: usize = 6;
const ALIAS_COLUMNS: usize = 5;
const COMMENT_COLUMNS: usize = 2;

/// Which of the four files a beginning is of: a number, then as many columns as only that one has.
pub(super) fn columns(head: &[u8]) -> Option<usize> {
    let end = memchr::memchr(b'\n', head).map_or(head.len(), |end| end + 1);
    let row = Rows::new(&head[..end], b',', end + 1).next()?.ok()?;
    let is_number = row.fields.first()?.trim().parse::<u32>().is_ok();
    let known = [PRIMARY_COLUMNS, ADDRESS_COLUMNS, ALIAS_COLUMNS, COMMENT_COLUMNS].contains(&row.fields.len());
    let marks_nothing = head.windows(3).any(|window| window == b"-0-") || row.fields.len() == COMMENT_COLUMNS;
    (is_number && known && marks_nothing).then_some(row.fields.len())
}

/// Comments on more entries than any list has are not kept.
const COMMENTS_MAX: usize = 1_000_000;

/// What the files read so far say for those behind them.
#[derive(Default)]
struct Seen {
    /// Comments, by the entry that they are on.
    comments: HashMap<String, String>,
    /// Entries of the main file, and whether each is a person.
    entries: HashMap<String, bool>,
    /// Rows of this file that belong to none of them.
    strangers: u64,
}

/// Reads the files that belong together. Comments go on where remarks were cut, so they are read first.
pub(super) fn read(reading: &mut Reading<'_>, files: &mut [ListFile<'_>]) {
    let mut order: Vec<(usize, &mut ListFile<'_>)> =
        files.iter_mut().map(|file| (columns(&file.head).unwrap_or(PRIMARY_COLUMNS), file)).collect();
    order.sort_by_key(|(columns, _)| match *columns {
        COMMENT_COLUMNS => 0,
        PRIMARY_COLUMNS => 1,
        _ => 2,
    });
    let mut seen = Seen::default();
    for (columns, file) in order {
        reading.file.clone_from(&file.name);
        let mut rows = Rows::new(&mut file.content, b',', reading.limits.record_bytes);
        rows.expect_columns(columns);
        while reading.is_open()
            && let Some(row) = rows.next()
        {
            match row {
                Ok(row) if columns == COMMENT_COLUMNS => seen.note_comment(row),
                Ok(row) => seen.read_row(reading, &row),
                Err(broken) => report(reading, &broken),
            }
        }
        seen.report_strangers(reading);
    }
}

impl Seen {
    fn note_comment(&mut self, row: Row) {
        let [id, comment] = <[String; 2]>::try_from(row.fields).unwrap_or_default();
        if self.comments.len() < COMMENTS_MAX {
            self.comments.entry(id.trim().to_owned()).or_insert(comment);
        }
    }

    fn read_row(&mut self, reading: &mut Reading<'_>, row: &Row) {
        let id = clean(&row.fields[0], 40);
        let known = self.entries.get(&id).copied();
        let draft = match (row.fields.len(), known) {
            _ if id.parse::<u32>().is_err() => {
                let reason = format!("the row begins with `{id}` instead of a number");
                return reading.entity(Place::Line(row.line), Err(reason));
            }
            (PRIMARY_COLUMNS, _) => primary(reading.source, &id, &row.fields, self.comments.get(&id)),
            (_, None) => {
                self.strangers += 1;
                return;
            }
            (ADDRESS_COLUMNS, _) => address(reading.source, &id, &row.fields),
            (_, Some(is_person)) => alias(reading.source, &id, &row.fields, is_person),
        };
        if row.fields.len() == PRIMARY_COLUMNS {
            self.entries.insert(id, draft.entity.entity_type == EntityType::Person);
            reading.entity(Place::Line(row.line), draft.finish_named());
        } else {
            reading.entity(Place::Line(row.line), draft.finish());
        }
    }

    /// Aliases and addresses without their entry name nobody. One problem tells of all of a file, since the cause is one.
    fn report_strangers(&mut self, reading: &mut Reading<'_>) {
        if self.strangers > 0 {
            let reason = format!(
                "{} rows are of entries that the main file does not have: the files are of different days, or it is cut off",
                self.strangers
            );
            reading.problem(Place::File, ProblemKind::Record, &reason);
        }
        self.strangers = 0;
    }
}

fn primary(source: &str, id: &str, fields: &[String], comment: Option<&String>) -> Draft {
    let entity_type = match clean(&fields[2], 40).as_str() {
        "individual" => EntityType::Person,
        "vessel" => EntityType::Vessel,
        "aircraft" => EntityType::Aircraft,
        _ => EntityType::Organization,
    };
    let mut draft = Draft::new(source, id, entity_type);
    draft.full_name(name(NameKind::Primary, &fields[1], entity_type == EntityType::Person));
    // Several programmes are joined as `SDGT] [IRAN`.
    for program in clean(&fields[3], 2_000).split(['[', ']', ';']) {
        draft.program(program);
    }
    draft.remark(&fields[4]);
    draft.identifier("call_sign", &fields[5], "");
    draft.country(&fields[9]);
    let mut remarks = fields[11].clone();
    if remarks.trim() == "-0-" {
        remarks.clear();
    }
    remarks.push_str(comment.map_or("", String::as_str));
    read_remarks(&mut draft, &remarks);
    draft.remark(&remarks);
    draft
}

fn alias(source: &str, id: &str, fields: &[String], is_person: bool) -> Draft {
    let mut draft = Draft::new(source, id, EntityType::Unknown);
    let kind = if fields[2].trim() == "fka" { NameKind::Previous } else { NameKind::Alias };
    draft.full_name(name(kind, &fields[3], is_person));
    draft
}

fn address(source: &str, id: &str, fields: &[String]) -> Draft {
    let mut draft = Draft::new(source, id, EntityType::Unknown);
    draft.address([&fields[2], &fields[3], "", ""], &fields[4]);
    draft
}

fn name(kind: NameKind, full: &str, is_person: bool) -> Name {
    if is_person { family_first(kind, full) } else { Name { full: full.to_owned(), kind, ..Name::default() } }
}
