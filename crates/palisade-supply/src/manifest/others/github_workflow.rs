//! GitHub's workflows and composite actions: the actions that they use and the images that they run in.

use super::dockerfile;
use crate::{
    Ecosystem,
    manifest::{
        Reading, Source, SuspicionKind,
        document::{Node, read_yaml},
        reading,
    },
};

pub(in crate::manifest) fn read(reading: &mut Reading<'_>, text: &str) {
    let tape = read_yaml(reading, text);
    let Some(root) = tape.root() else { return };
    for job in root.children_of("jobs") {
        // A job may be another workflow as a whole.
        take_use(reading, job.get("uses"));
        steps(reading, job);
        let container = job.get("container");
        take_image(reading, container.and_then(|container| container.get("image").or(Some(container))));
        for service in job.children_of("services") {
            take_image(reading, service.get("image"));
        }
    }
    if let Some(runs) = root.get("runs") {
        steps(reading, runs);
        take_image(reading, runs.get("image"));
    }
}

fn steps(reading: &mut Reading<'_>, node: Node<'_>) {
    for step in node.children_of("steps") {
        take_use(reading, step.get("uses"));
    }
}

fn take_image(reading: &mut Reading<'_>, image: Option<Node<'_>>) {
    let Some(image) = image else { return };
    let Some(written) = image.text() else { return };
    let written = written.strip_prefix("docker://").unwrap_or(written);
    // What is filled in when it runs, and a Dockerfile of the action, name no image here.
    if !written.contains("${{") && !written.is_empty() && !written.ends_with("Dockerfile") {
        dockerfile::add_image(reading, written, image.place());
    }
}

fn take_use(reading: &mut Reading<'_>, uses: Option<Node<'_>>) {
    let Some(uses) = uses else { return };
    let Some(written) = uses.text().map(str::trim) else {
        reading.problem(uses.place(), "names no action");
        return;
    };
    if written.starts_with("docker://") {
        take_image(reading, Some(uses));
        return;
    }
    if written.starts_with("./") || written.starts_with("$") {
        let dependency = reading::dependency(Ecosystem::GitHubActions, written, None, uses.place())
            .source(Source::Project(written.to_owned()));
        reading.add_direct(dependency);
        return;
    }
    let (name, reference) = written.split_once('@').unwrap_or((written, ""));
    if reference.is_empty() || name.matches('/').count() == 0 {
        reading.problem(uses.place(), format!("`{}` is no action with a version", reading::excerpt(written)));
        return;
    }
    let dependency = reading::dependency(Ecosystem::GitHubActions, name, Some(reference), uses.place());
    if let Some(index) = reading.add_direct(dependency)
        && !is_commit(reference)
    {
        reading.suspect(SuspicionKind::Movable, Some(index), uses.place(), written);
    }
}

/// A commit cannot be moved; a tag and a branch can.
fn is_commit(reference: &str) -> bool {
    matches!(reference.len(), 40 | 64) && reference.bytes().all(|byte| byte.is_ascii_hexdigit())
}

#[cfg(test)]
mod tests {
    use crate::manifest::{
        Format,
        testing::{check, check_broken, suspicions},
    };

    #[test]
    fn actions_workflows_and_images_are_read() {
        let text = "on: push
jobs:
  build:
    runs-on: ubuntu-latest
    container: node:20
    services:
      cache: {image: 'redis@sha256:aa'}
    steps:
      - uses: actions/checkout@v4
      - uses: u/r/folder@0123456789012345678901234567890123456789
      - uses: ./.github/actions/own
      - uses: docker://alpine:3
      - run: |
          echo 'uses: no/such@v1'
  reuse:
    uses: u/r/.github/workflows/ci.yml@main
";
        let manifest = check(
            Format::GitHubWorkflow,
            text,
            &[
                "actions/checkout@v4 direct :9",
                "u/r/folder@0123456789012345678901234567890123456789 direct :10",
                "./.github/actions/own direct project:./.github/actions/own :11",
                "alpine@3 direct :12",
                "node@20 direct :5",
                "redis direct :7",
                "u/r/.github/workflows/ci.yml@main direct :16",
            ],
        );
        assert_eq!(
            suspicions(&manifest),
            [
                "Movable actions/checkout actions/checkout@v4",
                "Movable alpine alpine:3",
                "Movable node node:20",
                "Movable u/r/.github/workflows/ci.yml u/r/.github/workflows/ci.yml@main",
            ]
        );
    }

    #[test]
    fn composite_actions_have_steps_too() {
        check(
            Format::GitHubWorkflow,
            "runs:\n  using: composite\n  steps:\n    - uses: a/b@v1\n",
            &["a/b@v1 direct :4"],
        );
    }

    #[test]
    fn a_broken_file_keeps_what_stands_before() {
        let text = "jobs:\n  a:\n    steps:\n      - uses: a/b@v1\n      - uses: lost\n      - uses: [";
        check_broken(Format::GitHubWorkflow, text, "`lost` is no action", &["a/b"]);
        check_broken(Format::GitHubWorkflow, text, "is not valid YAML", &["a/b"]);
    }
}
