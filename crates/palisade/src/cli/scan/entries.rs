//! The entries of an archive, judged like files.

use super::{Scan, outcome::Outcome};
use crate::archive::{Kind, Limits, Loaded, Problem, Receiver, unpack};

/// Bytes of results that are kept of one archive; a million findings are not read.
const RESULT_BYTES_MAX: usize = 64 << 20;

/// What is said about everything in the archive `bytes`.
pub(super) fn judge(scan: &Scan, name: &str, kind: Kind, bytes: &[u8]) -> Outcome {
    let mut judging = Judging { scan, outcome: Outcome::default(), result_bytes: 0 };
    unpack(name, kind, bytes, Limits::INSPECTED, &mut judging);
    judging.outcome
}

struct Judging<'s> {
    scan: &'s Scan,
    outcome: Outcome,
    result_bytes: usize,
}

impl Receiver for Judging<'_> {
    fn entry(&mut self, name: &str, entry: Loaded) {
        let part = Outcome::of(self.scan, name, entry);
        self.result_bytes += part.results.iter().map(String::len).sum::<usize>();
        self.outcome.append(part);
    }

    fn problem(&mut self, name: &str, problem: Problem) {
        let is_hostile = problem.is_hostile();
        self.outcome.tally.failed += u64::from(is_hostile);
        self.outcome.tally.not_unpacked += u64::from(!is_hostile);
        self.outcome.tell(self.scan, name, &problem.to_string(), is_hostile);
    }

    fn is_full(&self) -> bool {
        self.result_bytes > RESULT_BYTES_MAX
    }
}
