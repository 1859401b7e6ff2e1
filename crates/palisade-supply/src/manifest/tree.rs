//! What was read of a manifest: its packages, who asks for whom, and the way from any of them to the project.

use super::{Dependency, Format, Place, Problem, Relation, Scope, Suspicion};
use crate::Package;
use serde::Serialize;
use std::collections::HashMap;

/// One asks for another.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize)]
pub struct Edge {
    /// Who asks: its index in [`Manifest::dependencies`], or the project itself.
    pub from: Option<u32>,
    /// Who is asked for.
    pub to: u32,
    /// What for.
    pub scope: Scope,
}

/// Another file that this one includes, as it is written there.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Include {
    /// The path or address, relative to the file.
    pub path: String,
    /// True where it only bounds versions and asks for nothing.
    pub constraints: bool,
    /// Where it is named.
    pub place: Place,
}

/// What was read of a manifest.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Manifest {
    /// Its format.
    pub format: Format,
    /// The project that it describes, where it says so.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub project: Option<Package>,
    /// The registry that most of its packages come from, by scheme and host, where it says so.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub registry: Option<String>,
    /// The packages it names, in the order of the file.
    pub dependencies: Vec<Dependency>,
    /// Who asks for whom.
    pub edges: Vec<Edge>,
    /// Files that it includes.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub includes: Vec<Include>,
    /// What is suspicious about the manifest itself.
    pub suspicions: Vec<Suspicion>,
    /// What could not be read.
    pub problems: Vec<Problem>,
    /// Problems and suspicions beyond the limit, which are not told one by one.
    pub untold: usize,
}

impl Manifest {
    pub(super) fn empty(format: Format) -> Self {
        Self {
            format,
            project: None,
            registry: None,
            dependencies: Vec::new(),
            edges: Vec::new(),
            includes: Vec::new(),
            suspicions: Vec::new(),
            problems: Vec::new(),
            untold: 0,
        }
    }

    /// The shortest ways from the project to all packages.
    #[must_use]
    pub fn paths(&self) -> Paths {
        let below = Children::of_all(self);
        let mut steps = vec![Step::Unreached; self.dependencies.len()];
        let asked = self.edges.iter().filter(|edge| edge.from.is_none()).map(|edge| edge.to);
        below.reach(&mut steps, asked);
        // What a file calls direct without saying who asks for it.
        let direct = self.dependencies.iter().enumerate().filter(|(_, one)| one.relation == Relation::Direct);
        below.reach(&mut steps, direct.map(|(index, _)| index as u32));
        Paths(steps)
    }

    /// Marks what `declared`, the manifest that people write for the same project, asks for as direct and all else as
    /// transitive; for lockfiles that do not tell themselves.
    ///
    /// Where a lockfile holds several versions of a package, all of them count as asked for.
    pub fn declared_by(&mut self, declared: &Manifest) {
        if self.dependencies.iter().all(|dependency| dependency.relation != Relation::Unknown) {
            return;
        }
        let mut asked: HashMap<String, Scope> = HashMap::new();
        for dependency in &declared.dependencies {
            let name = dependency.package.ecosystem.normalize(&dependency.package.name).into_owned();
            let scope = asked.entry(name).or_insert(dependency.scope);
            *scope = (*scope).min(dependency.scope);
        }
        for (index, dependency) in self.dependencies.iter_mut().enumerate() {
            if dependency.relation != Relation::Unknown {
                continue;
            }
            let name = dependency.package.ecosystem.normalize(&dependency.package.name);
            if let Some(&scope) = asked.get(name.as_ref()) {
                dependency.relation = Relation::Direct;
                dependency.scope = scope;
                self.edges.push(Edge { from: None, to: index as u32, scope });
            } else {
                dependency.relation = Relation::Transitive;
            }
        }
        spread_scopes(self);
    }
}

/// How a package was reached first.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Step {
    Unreached,
    First,
    After(u32),
}

/// The shortest ways from the project to all packages of a manifest.
#[derive(Clone, Debug)]
pub struct Paths(Vec<Step>);

impl Paths {
    /// The packages from the one that the project asks for down to `index`, which comes last; empty where the manifest
    /// does not say who asks for it.
    #[must_use]
    pub fn to(&self, index: usize) -> Vec<usize> {
        let mut path = Vec::new();
        let mut at = index;
        loop {
            path.push(at);
            match self.0.get(at) {
                Some(Step::After(before)) => at = *before as usize,
                Some(Step::First) => break,
                _ => return Vec::new(),
            }
        }
        path.reverse();
        path
    }
}

/// The packages that each asks for, in one list with a beginning for each.
struct Children {
    begins: Vec<u32>,
    list: Vec<u32>,
}

impl Children {
    fn of_all(manifest: &Manifest) -> Self {
        let count = manifest.dependencies.len();
        let asked = || manifest.edges.iter().filter_map(|edge| Some((edge.from? as usize, edge.to)));
        let mut begins = vec![0_u32; count + 1];
        asked().for_each(|(from, _)| begins[from + 1] += 1);
        for index in 0..count {
            begins[index + 1] += begins[index];
        }
        let mut list = vec![0_u32; begins[count] as usize];
        let mut filled = begins.clone();
        for (from, to) in asked() {
            list[filled[from] as usize] = to;
            filled[from] += 1;
        }
        Self { begins, list }
    }

    fn of(&self, from: u32) -> &[u32] {
        let at = from as usize;
        &self.list[self.begins[at] as usize..self.begins[at + 1] as usize]
    }

    /// Notes the first step to all that can be reached from `first` and was not reached before.
    fn reach(&self, steps: &mut [Step], first: impl Iterator<Item = u32>) {
        let mut queue: Vec<u32> = Vec::new();
        for index in first {
            if steps[index as usize] == Step::Unreached {
                steps[index as usize] = Step::First;
                queue.push(index);
            }
        }
        let mut next = 0;
        while let Some(&from) = queue.get(next) {
            next += 1;
            for &to in self.of(from) {
                if steps[to as usize] == Step::Unreached {
                    steps[to as usize] = Step::After(from);
                    queue.push(to);
                }
            }
        }
    }
}

/// Gives each package that the project reaches the weightiest scope of the ways that lead there.
pub(super) fn spread_scopes(manifest: &mut Manifest) {
    let mut best: Vec<Option<Scope>> = vec![None; manifest.dependencies.len()];
    let mut below: Vec<Vec<(u32, Scope)>> = vec![Vec::new(); manifest.dependencies.len()];
    for edge in &manifest.edges {
        if let Some(from) = edge.from {
            below[from as usize].push((edge.to, edge.scope));
        }
    }
    for scope in [Scope::Production, Scope::Optional, Scope::Development] {
        let roots = manifest.edges.iter().filter(|edge| edge.from.is_none() && edge.scope == scope);
        let mut stack: Vec<u32> = roots.map(|edge| edge.to).collect();
        for from in 0..best.len() {
            if best[from].is_some() {
                stack.extend(below[from].iter().filter(|(_, of)| *of == scope).map(|(to, _)| *to));
            }
        }
        while let Some(index) = stack.pop() {
            if best[index as usize].is_some() {
                continue;
            }
            best[index as usize] = Some(scope);
            stack.extend(below[index as usize].iter().filter(|(_, of)| *of <= scope).map(|(to, _)| *to));
        }
    }
    for (dependency, scope) in manifest.dependencies.iter_mut().zip(best) {
        if let Some(scope) = scope {
            dependency.scope = scope;
        }
    }
}
