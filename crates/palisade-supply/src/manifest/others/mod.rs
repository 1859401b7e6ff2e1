//! Ecosystems with a format or two: Ruby, PHP, Elixir, Dart, CocoaPods, Swift, Conan, GitHub Actions, container images.

pub(super) mod composer_json;
pub(super) mod composer_lock;
pub(super) mod conan_lock;
pub(super) mod dockerfile;
pub(super) mod gemfile_lock;
pub(super) mod github_workflow;
pub(super) mod mix_lock;
pub(super) mod podfile_lock;
pub(super) mod pubspec_lock;
pub(super) mod swift_resolved;
