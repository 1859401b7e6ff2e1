//! What is suspicious about a manifest whatever its format: packages from elsewhere, without a hash, past the registry.

use super::{Kind, Reading, Relation, Source, SuspicionKind, reading::excerpt};
use std::collections::HashMap;

/// Looks over what was read, and settles which registry is the usual one of this manifest.
pub(super) fn look(reading: &mut Reading<'_>) {
    let usual = settle_registry(reading);
    let mut found: Vec<(SuspicionKind, u32, String)> = Vec::new();
    let expects_integrity = expects_integrity(reading);
    for (index, dependency) in (0_u32..).zip(&reading.manifest.dependencies) {
        let mut tell = |kind, detail: &str| found.push((kind, index, excerpt(detail)));
        match &dependency.source {
            Source::Registry(address) if usual.is_some() => tell(SuspicionKind::OtherHost, address),
            Source::Git(address) => tell(SuspicionKind::Git, address),
            Source::Archive(address) => tell(SuspicionKind::Archive, address),
            _ => {}
        }
        if let Some(address) = dependency.source.address().filter(|address| is_unencrypted(address)) {
            tell(SuspicionKind::Unencrypted, address);
        }
        let from_registry = matches!(dependency.source, Source::Usual | Source::Registry(_));
        match &dependency.integrity {
            None if expects_integrity && from_registry => tell(SuspicionKind::NoIntegrity, &dependency.package.name),
            Some(hash) if is_weak(hash) => tell(SuspicionKind::WeakIntegrity, hash),
            _ => {}
        }
        let asked = dependency.relation == Relation::Direct;
        if let Some(requirement) = dependency.requirement.as_deref().filter(|text| asked && takes_any(text)) {
            tell(SuspicionKind::AnyVersion, requirement);
        }
    }
    if let Some(address) = usual.filter(|address| is_unencrypted(address)) {
        reading.suspect(SuspicionKind::Unencrypted, None, 0, &address);
    }
    for (kind, index, detail) in found {
        let place = reading.manifest.dependencies[index as usize].place.byte as usize;
        reading.suspect(kind, Some(index), place, &detail);
    }
}

/// Names the registry of more than half of the packages that name one, and forgets it where it stands.
fn settle_registry(reading: &mut Reading<'_>) -> Option<String> {
    let mut counts: HashMap<&str, usize> = HashMap::new();
    for dependency in &reading.manifest.dependencies {
        if let Source::Registry(address) = &dependency.source {
            *counts.entry(address).or_default() += 1;
        }
    }
    let total: usize = counts.values().sum();
    let (usual, _) = counts.into_iter().find(|(_, count)| count * 2 > total)?;
    let usual = usual.to_owned();
    for dependency in &mut reading.manifest.dependencies {
        if matches!(&dependency.source, Source::Registry(address) if *address == usual) {
            dependency.source = Source::Usual;
        }
    }
    reading.manifest.registry = Some(usual.clone());
    Some(usual)
}

/// True when most packages of a lockfile have a hash, so that one without stands out.
fn expects_integrity(reading: &Reading<'_>) -> bool {
    let from_outside = reading
        .manifest
        .dependencies
        .iter()
        .filter(|dependency| matches!(dependency.source, Source::Usual | Source::Registry(_)));
    let (with, all) = from_outside.fold((0_usize, 0_usize), |(with, all), dependency| {
        (with + usize::from(dependency.integrity.is_some()), all + 1)
    });
    reading.manifest.format.kind() != Kind::Bill && with * 2 > all
}

/// True for an address that anybody on the way can exchange the answer of; this machine itself is not on the way.
fn is_unencrypted(address: &str) -> bool {
    let rest = ["http://", "git://", "git+http://", "ftp://"].iter().find_map(|scheme| address.strip_prefix(scheme));
    rest.is_some_and(|rest| !["localhost", "127.", "[::1]"].iter().any(|here| rest.starts_with(here)))
}

fn is_weak(hash: &str) -> bool {
    let strong = ["sha256", "sha384", "sha512", "h1:"];
    ["sha1-", "sha1:", "md5-", "md5:"].iter().any(|kind| hash.starts_with(kind))
        && !strong.iter().any(|kind| hash.contains(kind))
}

fn takes_any(requirement: &str) -> bool {
    matches!(requirement.trim(), "*" | "latest" | "x" | "X" | ">=0" | ">=0.0.0" | ">= 0" | "any" | "+" | "@dev")
}
