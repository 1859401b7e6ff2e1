//! Java and its relatives: Maven and Gradle.

pub(super) mod gradle_catalogue;
pub(super) mod gradle_lock;
pub(super) mod maven_pom;
