//! What `deploy/` holds, tried: the image's root without Docker, the unit under a real systemd, and the dashboard and
//! alerts against what a server tells.

use crate::{
    commands::run,
    python::program,
    server::{Home, Server},
};
use std::{
    path::{Path, PathBuf},
    process::Command,
};

fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../tests/deploy").canonicalize().unwrap()
}

/// A script of `tests/deploy`, which says itself what it skips.
fn script(name: &str) -> Option<Command> {
    let mut python = program("python3")?;
    python.arg(folder().join(name)).env("PYTHONDONTWRITEBYTECODE", "1");
    Some(python)
}

#[test]
fn the_image_runs_from_a_root_it_cannot_change() {
    let Some(mut image) = script("image.py") else { return };
    run(image.arg(env!("CARGO_BIN_EXE_palisade")), b"").expect_code(0);
}

#[test]
fn the_unit_runs_under_systemd() {
    let Some(mut systemd) = script("systemd.py") else { return };
    run(systemd.arg(env!("CARGO_BIN_EXE_palisade")), b"").expect_code(0);
}

#[test]
fn dashboard_and_alerts_ask_for_what_the_server_tells() {
    let Some(mut check) = script("check_dashboard.py") else { return };
    let home = Home::new("");
    let server = home.start();
    let metrics = home.file("metrics", told(&server));
    let sources = Path::new(env!("CARGO_MANIFEST_DIR")).join("..");
    run(check.arg(metrics).arg("--sources").arg(sources), b"").expect_code(0);
}

fn told(server: &Server) -> String {
    server.get("/metrics").send().unwrap().text()
}

#[test]
fn alerts_fire_when_they_should() {
    let Some(mut promtool) = program("promtool") else { return };
    let answer = run(promtool.arg("test").arg("rules").arg(folder().join("alerts_test.yml")), b"");
    answer.expect_code(0);
}
