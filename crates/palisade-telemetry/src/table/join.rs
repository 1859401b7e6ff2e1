//! Tables of the same kind as one: the files of a folder.

use super::{Column, Table, TableError, TableLimits, TimeColumn};
use palisade_model::Timestamp;

/// Puts tables beneath each other, by the names of their columns, in the order of time where they tell it. Where a table
/// has no column of a name, its rows have no value there.
///
/// # Errors
///
/// When there is none, some tell the time and others do not, or they are larger than the limits together.
pub fn join(tables: Vec<Table>, limits: &TableLimits) -> Result<Table, TableError> {
    let mut tables = tables.into_iter();
    let mut all = tables.next().ok_or(TableError::Empty)?;
    for table in tables {
        if all.time.is_some() != table.time.is_some() {
            return Err(TableError::TimeMissing);
        }
        add(&mut all, table);
        let (rows, columns) = (rows(&all), all.columns.len());
        for (what, count, limit) in [
            ("rows", rows, limits.rows),
            ("columns", columns, limits.columns),
            ("cells", rows.saturating_mul(columns), limits.cells),
        ] {
            if count > limit {
                return Err(TableError::TooLarge { what, limit });
            }
        }
    }
    sort(&mut all);
    Ok(all)
}

fn rows(table: &Table) -> usize {
    table.columns.first().map_or(0, |column| column.values.len())
}

fn add(all: &mut Table, table: Table) {
    let (known, more) = (rows(all), rows(&table));
    for column in table.columns {
        match all.columns.iter_mut().find(|known| known.name == column.name) {
            Some(known) => known.values.extend(column.values),
            None => {
                let mut values = vec![f64::NAN; known];
                values.extend(column.values);
                all.columns.push(Column { name: column.name, values });
            }
        }
    }
    all.columns.iter_mut().for_each(|column| column.values.resize(known + more, f64::NAN));
    if let (Some(known), Some(time)) = (&mut all.time, table.time) {
        known.times.extend(time.times);
    }
    let new = table.left_out.into_iter().filter(|name| !all.left_out.contains(name)).collect::<Vec<_>>();
    all.left_out.extend(new);
}

/// Rows without a time come first; those of one time stay as they are.
fn sort(table: &mut Table) {
    let Some(time) = table.time.take() else { return };
    let mut order: Vec<usize> = (0..time.times.len()).collect();
    order.sort_by_key(|row| time.times[*row]);
    let times: Vec<Option<Timestamp>> = order.iter().map(|row| time.times[*row]).collect();
    for column in &mut table.columns {
        column.values = order.iter().map(|row| column.values[*row]).collect();
    }
    table.time = Some(TimeColumn { name: time.name, times });
}
