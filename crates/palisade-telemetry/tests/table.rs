//! Tables as people and programs write them.

use palisade_telemetry::table::{GridNote, Table, TableError, TableLimits, join, read_columns, read_rows};

fn read(text: &str) -> Table {
    read_columns(text.as_bytes(), &TableLimits::default()).expect("a table")
}

fn names(table: &Table) -> Vec<&str> {
    table.columns.iter().map(|column| column.name.as_str()).collect()
}

#[test]
fn the_time_column_is_found_in_every_usual_form() {
    let first =
        ["2026-11-20T12:00:00Z", "2026-11-20 12:00:00", "2026-11-20T12:00:00+00:00", "1795176000", "1795176000000"];
    let second =
        ["2026-11-20T12:05:00Z", "2026-11-20 12:05:00", "2026-11-20T12:05:00+00:00", "1795176300", "1795176300000"];
    for (first, second) in first.into_iter().zip(second) {
        let table = read(&format!("timestamp,value\n{first},1\n{second},2\n"));
        assert_eq!(table.time.as_ref().map(|time| time.name.as_str()), Some("timestamp"), "{first}");
        assert_eq!(names(&table), ["value"]);
        let series = table.series(&table.columns[0]);
        assert_eq!(series.step_seconds, Some(300.0), "{first}");
        assert_eq!(series.time(2).unwrap().to_string(), "2026-11-20T12:10:00.000000000Z");
    }
}

#[test]
fn separators_headings_and_names_are_found() {
    let table = read("\u{feff}day;host;cpu;memory\n2026-01-01;a;1.5;10\n2026-01-02;a;2.5;\n2026-01-03;a;3.5;30\n");
    assert_eq!(names(&table), ["cpu", "memory"]);
    assert_eq!(table.left_out, ["host"]);
    assert_eq!(table.series(&table.columns[0]).step_seconds, Some(86_400.0));
    assert!(table.columns[1].values[1].is_nan());
    assert_eq!(table.column(Some("memory")).map(|column| column.values[2]), Some(30.0));
    assert_eq!(names(&read("1\n2\n3\n")), ["column 1"]);
}

#[test]
fn counted_numbers_are_values_and_no_times() {
    let table = read("value\n5\n6\n7\n");
    assert_eq!(table.time, None);
    assert_eq!(table.columns[0].values, [5.0, 6.0, 7.0]);
}

#[test]
fn rows_are_laid_at_even_distances() {
    let table = read(
        "time,v\n2026-01-01T00:02:00Z,3\n2026-01-01T00:00:00Z,1\n2026-01-01T00:01:00Z,2\nnever,9\n\
         2026-01-01T00:04:00Z,5\n2026-01-01T00:04:10Z,6\n2026-01-01T00:05:00Z,7\n2026-01-01T00:06:00Z,8\n\
         2026-01-01T00:07:00Z,9\n2026-01-01T00:08:00Z,9\n2026-01-01T00:09:00Z,9\n",
    );
    let series = table.series(&table.columns[0]);
    assert_eq!(series.values[..3], [1.0, 2.0, 3.0]);
    assert!(series.values[3].is_nan());
    assert_eq!(series.values[4..7], [6.0, 7.0, 8.0]);
    let expected = [
        GridNote::NoTime { rows: 1 },
        GridNote::Sorted,
        GridNote::SameStep { rows: 1 },
        GridNote::Missing { steps: 1 },
    ];
    assert_eq!(series.notes, expected);
}

#[test]
fn a_gap_of_ten_years_begins_the_series_anew() {
    let table = read(
        "time,v\n2016-01-01T00:00:00Z,1\n2016-01-01T00:01:00Z,1\n2026-01-01T00:00:00Z,2\n2026-01-01T00:01:00Z,3\n",
    );
    let series = table.series(&table.columns[0]);
    assert_eq!(series.values, [2.0, 3.0]);
    assert_eq!(series.notes, [GridNote::BeforeGap { rows: 2 }]);
}

#[test]
fn rows_of_different_length_are_series() {
    let series =
        read_rows(b"\"V1\",\"V2\",\"V3\",\"V4\"\n\"H1\",1,2,3\n\"H2\",4,5,\n", &TableLimits::default()).unwrap();
    let told: Vec<(&str, &[f64])> = series.iter().map(|row| (row.name.as_str(), row.values.as_slice())).collect();
    assert_eq!(told, [("H1", &[1.0, 2.0, 3.0][..]), ("H2", &[4.0, 5.0][..])]);
}

#[test]
fn what_is_no_table_is_refused() {
    let limits = TableLimits { rows: 3, columns: 3, cells: 6 };
    let refused = |text: &str| read_columns(text.as_bytes(), &limits).unwrap_err();
    assert!(matches!(refused(""), TableError::Empty));
    assert!(matches!(refused("time,value\n"), TableError::Empty));
    assert!(matches!(refused("name\nx\ny\n"), TableError::NoValues));
    assert!(matches!(refused("1\n2\n3\n4\n"), TableError::TooLarge { what: "rows", limit: 3 }));
    assert!(matches!(refused("1,2,3,4\n"), TableError::TooLarge { what: "columns", limit: 3 }));
    assert!(matches!(refused("1,2,3\n1,2,3\n1,2,3\n"), TableError::TooLarge { what: "cells", limit: 6 }));
}

#[test]
fn tables_of_a_folder_are_one_in_the_order_of_time() {
    let limits = TableLimits { rows: 5, columns: 3, cells: 15 };
    let read = |text: &str| read_columns(text.as_bytes(), &limits).unwrap();
    let late = read("time,load\n2026-01-02T00:00:00Z,3\n2026-01-03T00:00:00Z,4\n");
    let early = read("time,load,up\n2026-01-01T00:00:00Z,1,0\n2026-01-01T12:00:00Z,2,1\n");
    let all = join(vec![late.clone(), early.clone()], &limits).unwrap();
    assert_eq!(all.columns[0].values, [1.0, 2.0, 3.0, 4.0]);
    let up = &all.columns[1].values;
    assert!(up[..2] == [0.0, 1.0] && up[2].is_nan() && up[3].is_nan(), "{up:?}");
    assert!(all.time.unwrap().times.is_sorted());
    let refused = |tables: Vec<Table>| join(tables, &limits).unwrap_err().to_string();
    assert!(refused(vec![late.clone(), early, late.clone()]).contains("larger than 5 rows"));
    assert!(refused(vec![late, read("load\n1\n")]).contains("column of times"));
    assert!(matches!(join(Vec::new(), &limits), Err(TableError::Empty)));
}
