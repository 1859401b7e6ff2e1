//! How far the findings of the log are kept, so that the log is not freed of what would be needed after a crash.

use std::sync::atomic::{AtomicU64, Ordering};

/// Three positions of the log, none of which ever goes back.
#[derive(Debug)]
pub struct Progress {
    /// The last record that went past the sequencer.
    passed: AtomicU64,
    /// The last of them that had findings for the desk.
    handed: AtomicU64,
    /// The last whose findings are kept.
    kept: AtomicU64,
}

impl Progress {
    /// Everything up to `kept` was kept before.
    #[must_use]
    pub fn new(kept: u64) -> Self {
        let at = || AtomicU64::new(kept);
        Self { passed: at(), handed: at(), kept: at() }
    }

    /// A record with findings is about to be handed over.
    pub(super) fn hand(&self, position: u64) {
        self.handed.fetch_max(position, Ordering::SeqCst);
    }

    /// A record has gone past, and what it had was handed over.
    pub(super) fn pass(&self, position: u64) {
        self.passed.fetch_max(position, Ordering::SeqCst);
    }

    /// The findings up to this position are kept.
    pub(super) fn keep(&self, position: u64) {
        self.kept.fetch_max(position, Ordering::SeqCst);
    }

    /// The position up to which the findings of all records are kept. Read from the outside in: whatever had passed was
    /// handed before, so when all that was handed is kept, all that had passed is.
    #[must_use]
    pub fn settled(&self) -> u64 {
        let passed = self.passed.load(Ordering::SeqCst);
        let handed = self.handed.load(Ordering::SeqCst);
        let kept = self.kept.load(Ordering::SeqCst);
        if kept >= handed { passed.max(kept) } else { kept }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn records_without_findings_settle_when_those_before_them_are_kept() {
        let progress = Progress::new(3);
        assert_eq!(progress.settled(), 3);
        progress.pass(4);
        assert_eq!(progress.settled(), 4, "nothing waits");
        progress.hand(5);
        progress.pass(5);
        progress.pass(6);
        assert_eq!(progress.settled(), 3, "5 is not kept, and of what lies before it the last kept is known");
        progress.keep(5);
        assert_eq!(progress.settled(), 6);
    }
}
