//! Which correlations stand on which, so that none is run that stands on itself or on nothing.

use super::{
    limits::CHAIN_DEPTH_MAX,
    problem::Problem,
    set::{Correlation, Target},
};
use rsigma_parser::CorrelationRule;

type Draft = Result<Correlation, Problem>;

/// Refuses those that stand on one another in a circle, too many above one another, or on one that is refused.
pub(super) fn settle(mut drafts: Vec<Draft>, rules: &[CorrelationRule]) -> Vec<Draft> {
    for draft in &mut drafts {
        if let Some(lower) = below(draft).into_iter().find(|lower| *lower >= rules.len()) {
            *draft = Err(Problem::MissingRule(format!("correlation {lower}")));
        }
    }
    let below: Vec<Vec<usize>> = drafts.iter().map(below).collect();
    let mut above = vec![Vec::new(); drafts.len()];
    for (index, below) in below.iter().enumerate() {
        below.iter().for_each(|lower| above[*lower].push(index));
    }
    let mut waiting: Vec<usize> = below.iter().map(Vec::len).collect();
    let mut depths = vec![1; drafts.len()];
    let mut ready: Vec<usize> = (0..drafts.len()).filter(|index| waiting[*index] == 0).collect();
    while let Some(index) = ready.pop() {
        if drafts[index].is_ok()
            && let Some(problem) = problem_below(&below[index], &drafts, rules, &depths)
        {
            drafts[index] = Err(problem);
        }
        for &upper in &above[index] {
            depths[upper] = depths[upper].max(depths[index] + 1);
            waiting[upper] -= 1;
            if waiting[upper] == 0 {
                ready.push(upper);
            }
        }
    }
    refuse_circles(&mut drafts, rules, &below, &waiting);
    drafts
}

fn below(draft: &Draft) -> Vec<usize> {
    let Ok(correlation) = draft else { return Vec::new() };
    let index = |target: &Target| match target {
        Target::Correlation(index) => Some(*index),
        Target::Rule(_) => None,
    };
    correlation.targets.iter().filter_map(index).collect()
}

fn problem_below(below: &[usize], drafts: &[Draft], rules: &[CorrelationRule], depths: &[usize]) -> Option<Problem> {
    if let Some(&refused) = below.iter().find(|lower| drafts[**lower].is_err()) {
        return Some(Problem::RefusedRule(name_of(&rules[refused])));
    }
    below.iter().any(|lower| depths[*lower] >= CHAIN_DEPTH_MAX).then_some(Problem::TooDeep)
}

/// What still waits is part of a circle or stands on one.
fn refuse_circles(drafts: &mut [Draft], rules: &[CorrelationRule], below: &[Vec<usize>], waiting: &[usize]) {
    for start in 0..drafts.len() {
        if waiting[start] == 0 || drafts[start].is_err() {
            continue;
        }
        let mut path = vec![start];
        while let Some(next) = below[path[path.len() - 1]].iter().copied().find(|lower| waiting[*lower] > 0) {
            if let Some(first) = path.iter().position(|index| *index == next) {
                let circle = path.split_off(first);
                let names: Vec<_> = circle.iter().chain([&next]).map(|index| name_of(&rules[*index])).collect();
                circle.iter().for_each(|index| drafts[*index] = Err(Problem::Cycle(names.join(" → "))));
                path.push(next);
                break;
            }
            path.push(next);
            if drafts[next].is_err() {
                break;
            }
        }
        for step in path.windows(2) {
            drafts[step[0]] = Err(Problem::RefusedRule(name_of(&rules[step[1]])));
        }
    }
}

fn name_of(rule: &CorrelationRule) -> String {
    rule.name.as_ref().or(rule.id.as_ref()).unwrap_or(&rule.title).clone()
}
