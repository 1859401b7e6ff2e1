//! The journal of systemd in its export format (<https://systemd.io/JOURNAL_EXPORT_FORMATS/>), as `journalctl -o export`
//! writes it and `systemd-journal-upload` sends it: without an end, so it is read in pieces.

mod entry;
mod reader;

pub use entry::JournalEntry;
pub use reader::JournalReader;
