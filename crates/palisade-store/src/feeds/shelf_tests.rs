//! Imports, good and bad, and what readers see of them.

#![allow(clippy::disallowed_methods, reason = "own fixtures")]

use super::*;

struct World {
    folder: tempfile::TempDir,
    state: State,
    feeds: Feeds,
}

fn at(second: i64) -> Timestamp {
    Timestamp::from_millis(1_795_000_000_000 + second * 1_000)
}

async fn world() -> World {
    let folder = tempfile::tempdir().unwrap();
    let state = State::open(&folder.path().join("state.db")).await.unwrap();
    let feeds = Feeds::open(folder.path(), state.clone()).await.unwrap();
    World { folder, state, feeds }
}

impl World {
    fn file(&self, name: &str, content: &str) -> PathBuf {
        let path = self.folder.path().join(name);
        fs::write(&path, content).unwrap();
        path
    }

    /// What readers of npm-popular get.
    fn served(&self) -> Option<Vec<String>> {
        let version = self.feeds.current("npm-popular")?;
        Some(version.files.iter().map(|file| fs::read_to_string(&file.path).unwrap()).collect())
    }

    /// The names in the folder of npm-popular, the lock aside.
    fn stored(&self) -> usize {
        let folder = self.folder.path().join("feeds/npm-popular");
        fs::read_dir(folder).unwrap().filter(|file| file.as_ref().unwrap().file_name() != LOCK_NAME).count()
    }

    async fn import(&self, name: &str, content: &str, now: Timestamp) -> Result<Imported, FeedError> {
        self.feeds.import("npm-popular", &[self.file(name, content)], now).await
    }
}

#[tokio::test]
async fn a_good_file_serves_and_is_told_to_readers() {
    let world = world().await;
    let mut watch = world.feeds.subscribe();
    assert_eq!(world.feeds.show("npm-popular", at(0)).await.unwrap().state, FeedState::Absent);
    let imported = world.import("npm.txt", "react\n", at(0)).await.unwrap();
    assert!(imported.changed && watch.has_changed().unwrap());
    let seen = watch.borrow_and_update().clone();
    assert_eq!(seen.get("npm-popular").unwrap().sha256, imported.version.sha256);
    assert_eq!(world.served().unwrap(), ["react\n"]);
    let shown = world.feeds.show("npm-popular", at(90)).await.unwrap();
    assert_eq!((shown.state, shown.age_seconds, shown.problem), (FeedState::Ready, Some(90), None));
    assert_eq!(shown.version.unwrap().files[0].original, "npm.txt");
    let stale = world.feeds.show("npm-popular", at(91 * 86_400)).await.unwrap();
    assert_eq!(stale.state, FeedState::Stale);
    assert_eq!(world.feeds.list(at(0)).await.unwrap().len(), FEEDS.len());
}

#[tokio::test]
async fn a_bad_file_leaves_the_old_version_serving() {
    let world = world().await;
    world.import("npm.txt", "react\n", at(0)).await.unwrap();
    let watch = world.feeds.subscribe();
    let bad = [("empty.txt", ""), ("page.txt", "<html>"), ("cut.json", "[\"react\", \"vu"), ("npm.toml", "a = 1\n")];
    for (name, content) in bad {
        let error = world.import(name, content, at(5)).await.expect_err(name);
        let shown = world.feeds.show("npm-popular", at(6)).await.unwrap();
        assert_eq!((shown.problem, shown.attempted), (Some(error.to_string()), Some(at(5))), "{name}");
        assert_eq!(world.served().unwrap(), ["react\n"], "{name}");
        assert_eq!(world.stored(), 1, "{name} left something behind");
    }
    assert!(!watch.has_changed().unwrap(), "nothing changed for readers");
    world.import("npm.txt", "vue\n", at(7)).await.unwrap();
    assert_eq!(world.feeds.show("npm-popular", at(8)).await.unwrap().problem, None);
}

#[tokio::test]
async fn of_several_files_one_bad_one_refuses_all() {
    let world = world().await;
    let (good, bad) = (world.file("a.txt", "react\n"), world.file("b.json", "{"));
    assert!(world.feeds.import("npm-popular", &[good.clone(), bad], at(0)).await.is_err());
    assert_eq!((world.served(), world.stored()), (None, 0));
    let other = world.file("b.json", "[]");
    world.feeds.import("npm-popular", &[good, other], at(1)).await.unwrap();
    assert_eq!(world.served().unwrap(), ["react\n", "[]"], "in the order given");
}

#[tokio::test]
async fn what_users_of_a_feed_cannot_use_leaves_the_old_version_serving() {
    let mut world = world().await;
    let judge: Judge = Arc::new(|candidate| {
        let feed = candidate.feed;
        judge::each_file(candidate, |_, file| match fs::read_to_string(file).unwrap().contains("react") {
            true => Ok(()),
            false => Err(format!("{feed} without react")),
        })
    });
    world.feeds = Feeds::open_judged(world.folder.path(), world.state.clone(), judge).await.unwrap();
    world.import("npm.txt", "react\n", at(0)).await.unwrap();
    let refused = world.import("other.txt", "left-pad\n", at(1)).await.unwrap_err().to_string();
    assert_eq!(refused, "other.txt was not imported: npm-popular without react");
    assert_eq!((world.served().unwrap(), world.stored()), (vec!["react\n".to_owned()], 1));
    assert_eq!(world.feeds.show("npm-popular", at(2)).await.unwrap().problem.as_ref(), Some(&refused));
}

#[tokio::test]
async fn the_version_before_is_kept_and_older_ones_are_not() {
    let world = world().await;
    let mut first = None;
    for (second, content) in [(1, "a\n"), (2, "b\n"), (3, "c\n")] {
        let imported = world.import("npm.txt", content, at(second)).await.unwrap();
        assert_eq!(imported.version.serial, second);
        first.get_or_insert(imported.version);
    }
    assert!(!first.unwrap().files[0].path.exists());
    assert_eq!(world.stored(), 2);
    assert_eq!(world.feeds.rollback("npm-popular").await.unwrap().serial, 2);
    assert_eq!((world.served().unwrap(), world.stored()), (vec!["b\n".to_owned()], 1));
    assert!(matches!(world.feeds.rollback("npm-popular").await, Err(FeedError::NoEarlierVersion("npm-popular"))));
    assert_eq!(world.import("npm.txt", "d\n", at(4)).await.unwrap().version.serial, 4, "never counted back");
}

#[tokio::test]
async fn the_same_file_again_makes_the_version_younger_only() {
    let world = world().await;
    world.import("npm.txt", "react\n", at(0)).await.unwrap();
    let again = world.import("again.txt", "react\n", at(50)).await.unwrap();
    assert!(!again.changed);
    assert_eq!((again.version.serial, again.version.imported), (1, at(50)));
    assert!(world.feeds.rollback("npm-popular").await.is_err(), "there is one version");
}

#[tokio::test]
async fn versions_outlive_a_restart_and_other_processes_see_them() {
    let world = world().await;
    let other = Feeds::open(world.folder.path(), world.state.clone()).await.unwrap();
    let watch = other.subscribe();
    let imported = world.import("npm.txt", "react\n", at(0)).await.unwrap();
    assert!(!watch.has_changed().unwrap());
    assert!(other.refresh().await.unwrap() && watch.has_changed().unwrap());
    assert!(!other.refresh().await.unwrap(), "nothing new");
    world.state.close().await;
    let state = State::open_read_only(&world.folder.path().join("state.db")).await.unwrap();
    let reopened = Feeds::open(world.folder.path(), state).await.unwrap();
    assert_eq!(reopened.current("npm-popular").unwrap(), imported.version);
}

#[tokio::test]
async fn a_lost_file_falls_back_to_the_version_before_and_is_shown() {
    let world = world().await;
    world.import("npm.txt", "a\n", at(1)).await.unwrap();
    let newest = world.import("npm.txt", "b\n", at(2)).await.unwrap();
    fs::write(&newest.version.files[0].path, "").unwrap();
    assert_eq!(world.feeds.show("npm-popular", at(3)).await.unwrap().state, FeedState::Damaged);
    assert_eq!(world.served().unwrap(), ["a\n"]);
    let mended = world.import("npm.txt", "b\n", at(4)).await.unwrap();
    assert!(mended.changed);
    assert_eq!(world.feeds.show("npm-popular", at(4)).await.unwrap().state, FeedState::Ready);
    assert_eq!(world.served().unwrap(), ["b\n"]);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn imports_at_the_same_time_follow_one_another() {
    let world = world().await;
    let other = Feeds::open(world.folder.path(), world.state.clone()).await.unwrap();
    let importing: Vec<_> = (0..12)
        .map(|i| {
            let feeds = if i % 2 == 0 { world.feeds.clone() } else { other.clone() };
            let path = world.file(&format!("{i}.txt"), &format!("name-{i}\n"));
            tokio::spawn(async move { feeds.import("npm-popular", &[path], at(0)).await })
        })
        .collect();
    for imported in importing {
        assert!(imported.await.unwrap().unwrap().changed);
    }
    other.refresh().await.unwrap();
    world.feeds.refresh().await.unwrap();
    assert_eq!(world.feeds.current("npm-popular").unwrap().serial, 12);
    assert_eq!(other.current("npm-popular"), world.feeds.current("npm-popular"));
    assert_eq!(world.stored(), 2);
}

#[tokio::test]
async fn what_a_crash_left_is_removed_by_the_next_import() {
    let world = world().await;
    world.import("npm.txt", "a\n", at(1)).await.unwrap();
    fs::write(world.folder.path().join("feeds/npm-popular/.incoming-0123"), "half").unwrap();
    fs::write(world.folder.path().join("feeds/npm-popular/abc.txt"), "renamed, not recorded").unwrap();
    world.import("npm.txt", "b\n", at(2)).await.unwrap();
    assert_eq!(world.stored(), 2);
}

#[tokio::test]
async fn file_addresses_need_no_hash_and_obey_one() {
    let world = world().await;
    let address = format!("file:{}", world.file("npm.txt", "abc").display());
    // FIPS 180-2, appendix B.1.
    let hash = "BA7816BF8F01CFEA414140DE5DAE2223B00361A396177A9CB410FF61F20015AD";
    let sync = |address, hash| world.feeds.sync("npm-popular", Some(address), hash, at(0));
    assert!(sync(&address, None).await.unwrap().changed);
    assert!(!sync(&address, Some(hash)).await.unwrap().changed);
    let other = "0".repeat(64);
    assert!(matches!(sync(&address, Some(&other)).await, Err(FeedError::OtherHash { .. })));
    assert!(matches!(sync(&address, Some("abc")).await, Err(FeedError::NotAHash(_))));
    assert!(matches!(sync("file:/nowhere/npm.txt", None).await, Err(FeedError::File { .. })));
    assert!(matches!(sync("file:/", None).await, Err(FeedError::File { .. })), "a folder");
}

#[tokio::test]
async fn network_addresses_need_encryption_and_a_hash() {
    let world = world().await;
    let sync = |name, address| world.feeds.sync(name, address, None, at(0));
    let error = sync("gitleaks", None).await.expect_err("no hash");
    assert!(matches!(error, FeedError::HashRequired { .. }));
    assert!(error.to_string().contains("palisade feed import gitleaks FILE"), "{error}");
    assert!(matches!(sync("gitleaks", Some("http://127.0.0.1/x")).await, Err(FeedError::Address { .. })));
    assert!(matches!(sync("npm-popular", None).await, Err(FeedError::NoAddress("npm-popular"))));
    assert!(matches!(sync("../etc", None).await, Err(FeedError::Unknown(_))));
    assert!(matches!(world.feeds.import("gitleaks", &[], at(0)).await, Err(FeedError::NoFiles)));
}
