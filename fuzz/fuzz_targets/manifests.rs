//! Manifests, lockfiles and bills of material: the first byte picks the format.

#![no_main]

use libfuzzer_sys::fuzz_target;
use palisade_supply::{
    Package,
    manifest::{Format, Limits, read},
};

fuzz_target!(|data: &[u8]| {
    let Some((first, rest)) = data.split_first() else { return };
    let formats: Vec<Format> = Format::all().collect();
    let manifest = read(formats[usize::from(*first) % formats.len()], rest, &Limits::default());
    let paths = manifest.paths();
    for (index, dependency) in manifest.dependencies.iter().enumerate() {
        assert!(paths.to(index).len() <= manifest.dependencies.len());
        if let Some(purl) = dependency.package.to_purl() {
            let _ = Package::from_purl(&purl);
        }
    }
});
