//! .NET: NuGet's lockfiles and the project files of MSBuild.

mod items;

pub(super) mod msbuild_packages;
pub(super) mod msbuild_project;
pub(super) mod nuget_lock;
pub(super) mod packages_config;
