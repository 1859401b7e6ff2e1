//! Commits that fail half-way: whatever the disk says and when, every row is there once.

use super::{
    super::faults::{Moment, arrange, mend},
    *,
};

/// What fails, and whether the commit still succeeds.
struct Case {
    name: &'static str,
    faults: &'static [(&'static str, Moment)],
    succeeds: bool,
}

const CASES: &[Case] = &[
    Case { name: "no file can be written", faults: &[(".parquet", Moment::Write)], succeeds: false },
    Case { name: "files can, versions cannot", faults: &[("_delta_log", Moment::Write)], succeeds: false },
    Case { name: "one table cannot", faults: &[("findings/", Moment::Write)], succeeds: false },
    Case { name: "versions stand, but are said not to", faults: &[("_delta_log", Moment::Answer)], succeeds: true },
    Case {
        name: "… and it cannot be found out",
        faults: &[("_delta_log", Moment::Answer), ("_delta_log", Moment::Read)],
        succeeds: false,
    },
    Case {
        name: "… of one table",
        faults: &[("events/_delta_log", Moment::Answer), ("events/_delta_log", Moment::Read)],
        succeeds: false,
    },
];

#[tokio::test]
async fn a_commit_that_fails_half_way_loses_and_doubles_nothing() {
    for case in CASES {
        for crashes in [false, true] {
            check(case, crashes).await;
        }
    }
}

async fn check(Case { name, faults, succeeds }: &Case, crashes: bool) {
    let folder = tempfile::tempdir().unwrap();
    let mut lake = open(folder.path()).await;
    append(&lake, 1, 10);
    commit(&lake).await;
    append(&lake, 2, 5);
    for (name_holds, moment) in *faults {
        arrange(folder.path(), name_holds, *moment);
    }
    assert_eq!(try_commit(&lake).await, *succeeds, "{name}");
    assert_eq!(lake.status().last_error.is_none(), *succeeds, "{name}");
    // While versions cannot be read, the tables answer from what is known.
    assert_eq!((count(&lake, "events").await, count(&lake, "findings").await), (15, 2), "{name}, while it fails");
    append(&lake, 3, 4);
    if !*succeeds {
        assert!(!try_commit(&lake).await, "{name}, tried again");
        lake.keep_up(now()).await;
    }
    assert_eq!((count(&lake, "events").await, count(&lake, "findings").await), (19, 3), "{name}, with new rows");
    mend(folder.path());
    if crashes {
        drop(lake);
        lake = open(folder.path()).await;
        for record in lake.committed().unwrap() + 1..=3 {
            append(&lake, record, [10, 5, 4][usize::try_from(record).unwrap() - 1]);
        }
    }
    commit(&lake).await;
    assert_eq!(lake.status().last_error, None, "{name}");
    append(&lake, 4, 1);
    commit(&lake).await;
    for hours in [2, 4] {
        let later = super::super::clock::now().nanos() + hours * 3_600_000_000_000;
        lake.keep_up(Timestamp::from_nanos(later)).await;
    }
    let other = Lake::open_read_only(folder.path()).await.unwrap();
    for lake in [&lake, &other] {
        assert_eq!((count(lake, "events").await, count(lake, "findings").await), (20, 4), "{name} {crashes}");
        assert_eq!(one(lake, "SELECT count(DISTINCT id) FROM events").await, 20, "{name} {crashes}");
    }
    let named = lake.inner.tables[0].delta().get_file_uris().unwrap().count();
    assert_eq!(parquet_files(&folder.path().join("lake/events")), named, "{name}: files that no version names stay");
}

async fn try_commit(lake: &Lake) -> bool {
    let free: Free = Box::new(|_| Box::pin(async { true }));
    lake.commit_all(&free).await
}

/// Delta sums its log up in a checkpoint after the commit: one that cannot be written must not undo the commit.
#[tokio::test]
async fn a_checkpoint_that_cannot_be_written_costs_nothing() {
    let folder = tempfile::tempdir().unwrap();
    let lake = open(folder.path()).await;
    arrange(folder.path(), "checkpoint", Moment::Write);
    for record in 1..=55 {
        append(&lake, record, 2);
        commit(&lake).await;
    }
    assert_eq!(count(&lake, "events").await, 110);
    mend(folder.path());
    drop(lake);
    assert_eq!(count(&open(folder.path()).await, "events").await, 110);
}
