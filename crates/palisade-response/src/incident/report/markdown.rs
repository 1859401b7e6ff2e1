//! The report as Markdown (CommonMark with the tables of GitHub's).

use super::document::{Block, document};
use palisade_model::Incident;

/// The report of an incident as Markdown.
#[must_use]
pub fn markdown(incident: &Incident) -> String {
    let mut text = String::new();
    for block in document(incident) {
        match block {
            Block::Title(title) => text.push_str(&format!("# {}\n\n", escape(&title))),
            Block::Heading(heading) => text.push_str(&format!("\n## {}\n\n", escape(&heading))),
            Block::Paragraph(paragraph) => text.push_str(&format!("{}\n\n", escape(&paragraph))),
            Block::Item(item) => text.push_str(&format!("- {}\n", escape(&item))),
            Block::Table { columns, rows } => table(&mut text, &columns, &rows),
            // It is Markdown already: people wrote it, and what was filled in is escaped.
            Block::Markdown(written) => text.push_str(&format!("{}\n", written.trim_end())),
        }
    }
    text
}

fn table(text: &mut String, columns: &[&str], rows: &[Vec<String>]) {
    text.push_str(&format!("| {} |\n|{}\n", columns.join(" | "), "---|".repeat(columns.len())));
    for row in rows {
        let cells: Vec<_> = row.iter().map(|cell| escape(cell)).collect();
        text.push_str(&format!("| {} |\n", cells.join(" | ")));
    }
    text.push('\n');
}

/// `text` so that Markdown shows it as it is, on one line: no headings, links, tables or HTML come of it.
pub(in crate::incident) fn escape(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len() + 8);
    for c in text.trim().chars() {
        let at_start = escaped.is_empty();
        match c {
            '\\' | '`' | '*' | '_' | '[' | ']' | '<' | '>' | '|' | '~' | '&' => escaped.extend(['\\', c]),
            '#' | '-' | '+' | '=' if at_start => escaped.extend(['\\', c]),
            c if c.is_control() => escaped.push(' '),
            c => escaped.push(c),
        }
    }
    escaped
}

/// Markdown as it is written by people, as far as a page shows it: headings, items, tables, paragraphs.
pub(super) fn blocks_of(written: &str) -> Vec<Block> {
    let mut blocks = Vec::new();
    let mut table: Vec<Vec<String>> = Vec::new();
    for line in written.lines().map(str::trim) {
        if let Some(cells) = line.strip_prefix('|') {
            table.push(cells_of(cells));
            continue;
        }
        close_table(&mut blocks, &mut table);
        if line.is_empty() {
            blocks.push(Block::Paragraph(String::new()));
        } else if line.starts_with('#') {
            blocks.push(Block::Heading(plain(line.trim_start_matches('#'))));
        } else if let Some(item) = line.strip_prefix("- ").or_else(|| line.strip_prefix("* ")) {
            blocks.push(Block::Item(plain(item)));
        } else {
            match blocks.last_mut() {
                Some(Block::Paragraph(before)) if !before.is_empty() => {
                    before.push(' ');
                    before.push_str(&plain(line));
                }
                _ => blocks.push(Block::Paragraph(plain(line))),
            }
        }
    }
    close_table(&mut blocks, &mut table);
    blocks.retain(|block| *block != Block::Paragraph(String::new()));
    blocks
}

/// Ends a table. Its rows are shown as items of what stands in them, since a page cannot know how wide they ought to be.
fn close_table(blocks: &mut Vec<Block>, table: &mut Vec<Vec<String>>) {
    let is_rule = |row: &[String]| row.iter().all(|cell| cell.chars().all(|c| matches!(c, '-' | ':' | ' ')));
    let rows = table.drain(..).filter(|row| !is_rule(row));
    blocks.extend(rows.map(|row| Block::Item(row.join(" | "))));
}

/// The cells of a row; an escaped bar does not end one.
fn cells_of(row: &str) -> Vec<String> {
    let mut cells = vec![String::new()];
    let mut escaped = false;
    for c in row.trim_end().trim_end_matches('|').chars() {
        match c {
            '|' if !escaped => cells.push(String::new()),
            c => cells.iter_mut().last().into_iter().for_each(|cell| cell.push(c)),
        }
        escaped = c == '\\' && !escaped;
    }
    cells.iter().map(|cell| plain(cell)).collect()
}

/// Text without the marks of emphasis and without backslashes that keep marks from being such.
fn plain(text: &str) -> String {
    let mut shown = String::with_capacity(text.len());
    let mut letters = text.trim().chars().peekable();
    while let Some(c) = letters.next() {
        match c {
            '\\' => match letters.next_if(char::is_ascii_punctuation) {
                Some(mark) => shown.push(mark),
                None => shown.push(c),
            },
            '*' | '`' => {}
            c => shown.push(c),
        }
    }
    shown
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn marks_are_shown_as_they_are() {
        for (text, wanted) in [
            ("a | b", r"a \| b"),
            ("# no heading\n- no item", r"\# no heading - no item"),
            ("<b>&amp;", r"\<b\>\&amp;"),
            (r"back\slash", r"back\\slash"),
        ] {
            assert_eq!(escape(text), wanted);
            assert_eq!(plain(&escape(text)), text.replace('\n', " "));
        }
    }

    #[test]
    fn markdown_is_read_as_far_as_a_page_shows_it() {
        let blocks = blocks_of("# A\n\none\ntwo\n\n- x\n| a | b \\| c |\n|---|---|\n| 1 | **2** |\n");
        let wanted = [
            Block::Heading("A".into()),
            Block::Paragraph("one two".into()),
            Block::Item("x".into()),
            Block::Item("a | b | c".into()),
            Block::Item("1 | 2".into()),
        ];
        assert_eq!(blocks, wanted);
    }
}
