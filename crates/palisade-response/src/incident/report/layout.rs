//! Text to lines, lines to pages. Measures are points (1/72 inch), from the upper left corner of a page of A4.

use super::{
    document::Block,
    font::{Font, shown},
    markdown::blocks_of,
};

pub(super) const PAGE_WIDTH: f32 = 595.0;
pub(super) const PAGE_HEIGHT: f32 = 842.0;
const MARGIN: f32 = 56.0;
const WIDTH: f32 = PAGE_WIDTH - 2.0 * MARGIN;
const BODY: f32 = 10.0;
const CELL: f32 = 9.0;
/// A line's height, of its size.
const LEADING: f32 = 1.35;
/// Pages of one document; what does not fit is left out, and said to be.
const PAGES_MAX: usize = 500;
/// Characters of a paragraph or cell; the rest is in the Markdown.
const CHARS_MAX: usize = 4_000;

/// A line of text at its place.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Line {
    pub(super) x: f32,
    /// Of the base line, from the top.
    pub(super) y: f32,
    pub(super) font: Font,
    pub(super) size: f32,
    /// As it is written; what the font lacks is replaced when it is drawn.
    pub(super) text: String,
}

/// A page.
#[derive(Clone, Debug, Default, PartialEq)]
pub(super) struct Page {
    pub(super) lines: Vec<Line>,
    /// Heights of thin lines from margin to margin.
    pub(super) rules: Vec<f32>,
}

/// From where to where thin lines go.
pub(super) const RULE: (f32, f32) = (MARGIN, PAGE_WIDTH - MARGIN);
/// Where the foot of a page stands.
pub(super) const FOOT: (f32, f32) = (MARGIN, PAGE_HEIGHT - 32.0);

/// Lays out a document.
pub(super) fn pages(blocks: &[Block]) -> Vec<Page> {
    let mut layout = Layout { pages: vec![Page::default()], y: MARGIN };
    for block in blocks {
        layout.block(block);
        if layout.is_full() {
            break;
        }
    }
    layout.pages
}

struct Layout {
    pages: Vec<Page>,
    /// Down to where the page is used.
    y: f32,
}

impl Layout {
    fn block(&mut self, block: &Block) {
        match block {
            Block::Title(text) => self.text(text, Font::Bold, 18.0, 0.0, 10.0),
            Block::Heading(text) => {
                // Not alone at the foot of a page.
                self.room(13.0 * LEADING + 10.0 + 3.0 * BODY * LEADING);
                self.y += 10.0;
                self.text(text, Font::Bold, 13.0, 0.0, 4.0);
            }
            Block::Paragraph(text) => self.text(text, Font::Regular, BODY, 0.0, 6.0),
            Block::Item(text) => {
                self.room(BODY * LEADING);
                let bullet = Line { x: MARGIN, y: self.y + BODY, font: Font::Regular, size: BODY, text: "•".into() };
                if let Some(page) = self.page() {
                    page.lines.push(bullet);
                }
                self.text(text, Font::Regular, BODY, 12.0, 2.0);
            }
            Block::Table { columns, rows } => self.table(columns, rows),
            Block::Markdown(written) => {
                for block in blocks_of(written) {
                    self.block(&block);
                }
            }
        }
    }

    fn text(&mut self, text: &str, font: Font, size: f32, indent: f32, below: f32) {
        for text in broken(text, font, size, WIDTH - indent) {
            self.room(size * LEADING);
            let line = Line { x: MARGIN + indent, y: self.y + size, font, size, text };
            self.y += size * LEADING;
            if let Some(page) = self.page() {
                page.lines.push(line);
            }
        }
        self.y += below;
    }

    fn table(&mut self, columns: &[&str], rows: &[Vec<String>]) {
        let widths: &[f32] = if columns.len() == 2 { &[130.0, WIDTH - 130.0] } else { &[100.0, 85.0, WIDTH - 185.0] };
        let head: Vec<_> = columns.iter().map(|title| (*title).to_owned()).collect();
        self.room(4.0 * CELL * LEADING);
        self.row(&head, widths, Font::Bold, &[]);
        for row in rows {
            self.row(row, widths, Font::Regular, &head);
            if self.is_full() {
                return;
            }
        }
        self.y += 8.0;
    }

    /// One row, over as many pages as it needs; `head` is repeated on each new one.
    fn row(&mut self, cells: &[String], widths: &[f32], font: Font, head: &[String]) {
        let mut cells: Vec<_> =
            cells.iter().zip(widths).map(|(cell, width)| broken(cell, font, CELL, width - 6.0).into_iter()).collect();
        let height = CELL * LEADING;
        loop {
            let line: Vec<_> = cells.iter_mut().map(Iterator::next).collect();
            if line.iter().all(Option::is_none) {
                break;
            }
            if self.room(height) && !head.is_empty() {
                self.row(head, widths, Font::Bold, &[]);
            }
            let mut x = MARGIN;
            for (text, width) in line.into_iter().zip(widths) {
                let line = text.map(|text| Line { x, y: self.y + CELL, font, size: CELL, text });
                self.page().into_iter().for_each(|page| page.lines.extend(line.clone()));
                x += width;
            }
            self.y += height;
        }
        let rule = self.y + 2.0;
        if let Some(page) = self.page() {
            page.rules.push(rule);
        }
        self.y += 5.0;
    }

    /// Makes room for so much, on a new page if it must; says whether it did.
    fn room(&mut self, height: f32) -> bool {
        let new = self.y + height > PAGE_HEIGHT - MARGIN;
        if new {
            self.y = MARGIN;
            self.pages.push(Page::default());
        }
        new
    }

    fn page(&mut self) -> Option<&mut Page> {
        self.pages.last_mut()
    }

    fn is_full(&mut self) -> bool {
        let full = self.pages.len() > PAGES_MAX;
        if full {
            let text = "The document has more pages than are made: the rest is in the Markdown export.".to_owned();
            let line = Line { x: MARGIN, y: MARGIN + BODY, font: Font::Bold, size: BODY, text };
            self.pages.truncate(PAGES_MAX);
            self.pages.push(Page { lines: vec![line], rules: Vec::new() });
        }
        full
    }
}

/// `text` in lines no wider than `width`: broken at blanks and ends of lines, and within words that are too long.
fn broken(text: &str, font: Font, size: f32, width: f32) -> Vec<String> {
    let end = text.char_indices().nth(CHARS_MAX).map_or(text.len(), |(end, _)| end);
    let mut lines = Vec::new();
    for paragraph in text[..end].lines() {
        let mut line = String::new();
        for word in paragraph.split_whitespace() {
            let candidate = if line.is_empty() { word.to_owned() } else { format!("{line} {word}") };
            if fits(&candidate, font, size, width) {
                line = candidate;
                continue;
            }
            if !line.is_empty() {
                lines.push(std::mem::take(&mut line));
            }
            line = long_word(word, font, size, width, &mut lines);
        }
        lines.push(line);
    }
    if end < text.len() {
        lines.push("… (the rest is in the Markdown export)".into());
    }
    lines
}

/// Puts a word into as many lines as it needs, and returns what stands in the last.
fn long_word(word: &str, font: Font, size: f32, width: f32, lines: &mut Vec<String>) -> String {
    if fits(word, font, size, width) {
        return word.to_owned();
    }
    let mut line = String::new();
    for c in word.chars() {
        line.push(c);
        if !fits(&line, font, size, width) && line.chars().count() > 1 {
            line.pop();
            lines.push(std::mem::replace(&mut line, c.to_string()));
        }
    }
    line
}

fn fits(text: &str, font: Font, size: f32, width: f32) -> bool {
    font.width(&shown(text), size) <= width
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_are_no_wider_than_the_page() {
        for text in ["word ".repeat(300), "x".repeat(500), "Ж".repeat(300), "a\nb\n\nc".into(), String::new()] {
            let lines = broken(&text, Font::Regular, BODY, 100.0);
            for line in &lines {
                assert!(Font::Regular.width(&shown(line), BODY) <= 100.0, "{line}");
            }
            let kept: String = lines.concat().split_whitespace().collect();
            assert_eq!(kept, text.split_whitespace().collect::<String>());
        }
    }

    #[test]
    fn pages_break_and_repeat_the_head_of_a_table() {
        let rows = (0..200).map(|row| vec![row.to_string(), "anna".into(), "something happened".into()]).collect();
        let pages = pages(&[Block::Table { columns: vec!["Time", "Who", "What"], rows }]);
        assert!(pages.len() > 3, "{} pages", pages.len());
        for page in &pages {
            assert_eq!(page.lines[0].text, "Time");
            assert!(page.lines.iter().all(|line| line.y <= PAGE_HEIGHT - MARGIN));
        }
        let cells = pages.iter().flat_map(|page| &page.lines).filter(|line| line.text == "something happened").count();
        assert_eq!(cells, 200);
    }

    #[test]
    fn a_document_without_end_ends() {
        let rows = (0..16_000).map(|row| vec![row.to_string(), "x".into(), "y ".repeat(2_000)]).collect();
        let pages = pages(&[Block::Table { columns: vec!["Time", "Who", "What"], rows }, Block::Item("z".into())]);
        assert_eq!(pages.len(), PAGES_MAX + 1);
        assert!(pages[PAGES_MAX].lines[0].text.contains("Markdown export"));
    }
}
