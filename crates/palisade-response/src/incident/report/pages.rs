//! The report as PDF 1.7 (ISO 32000-1), with the fonts that every reader has.

use super::{
    document::{Block, document},
    font::{Font, bytes, shown},
    layout::{FOOT, Line, PAGE_HEIGHT, PAGE_WIDTH, Page, RULE, pages},
};
use palisade_model::Incident;
use pdf_writer::{Content, Finish, Name, Pdf, Rect, Ref, Str, TextStr};

const CATALOG: Ref = Ref::new(1);
const PAGES: Ref = Ref::new(2);
const INFO: Ref = Ref::new(3);
const REGULAR: Ref = Ref::new(4);
const BOLD: Ref = Ref::new(5);
/// Of the first page; its content follows, then the next page.
const FIRST: i32 = 6;

/// The report of an incident as a PDF file.
#[must_use]
pub fn pdf(incident: &Incident) -> Vec<u8> {
    let blocks = document(incident);
    let pages = pages(&blocks);
    let mut pdf = Pdf::new();
    pdf.catalog(CATALOG).pages(PAGES).lang(TextStr("en"));
    if let Some(Block::Title(title)) = blocks.first() {
        pdf.document_info(INFO).title(TextStr(title)).producer(TextStr("Palisade"));
    }
    for (id, name) in [(REGULAR, Name(b"Helvetica")), (BOLD, Name(b"Helvetica-Bold"))] {
        pdf.type1_font(id).base_font(name).encoding_predefined(Name(b"WinAnsiEncoding"));
    }
    let count = i32::try_from(pages.len()).unwrap_or(i32::MAX);
    let page_id = |page: i32| Ref::new(FIRST + 2 * page);
    pdf.pages(PAGES).kids((0..count).map(page_id)).count(count);
    for (number, page) in (0..count).zip(&pages) {
        let foot = format!("#{} · page {} of {count}", incident.number, number + 1);
        let content = Ref::new(FIRST + 2 * number + 1);
        write_page(&mut pdf, page_id(number), content);
        pdf.stream(content, &drawn(page, &foot));
    }
    pdf.finish()
}

fn write_page(pdf: &mut Pdf, id: Ref, content: Ref) {
    let mut page = pdf.page(id);
    page.media_box(Rect::new(0.0, 0.0, PAGE_WIDTH, PAGE_HEIGHT)).parent(PAGES).contents(content);
    page.resources().fonts().pair(name(Font::Regular), REGULAR).pair(name(Font::Bold), BOLD);
    page.finish();
}

const fn name(font: Font) -> Name<'static> {
    match font {
        Font::Regular => Name(b"F1"),
        Font::Bold => Name(b"F2"),
    }
}

fn drawn(page: &Page, foot: &str) -> Vec<u8> {
    let mut content = Content::new();
    content.set_line_width(0.4).set_stroke_gray(0.7);
    for y in &page.rules {
        content.move_to(RULE.0, PAGE_HEIGHT - y).line_to(RULE.1, PAGE_HEIGHT - y).stroke();
    }
    let foot = Line { x: FOOT.0, y: FOOT.1, font: Font::Regular, size: 8.0, text: foot.to_owned() };
    for line in page.lines.iter().chain([&foot]) {
        draw(&mut content, line);
    }
    content.finish().to_vec()
}

fn draw(content: &mut Content, line: &Line) {
    let text = shown(&line.text);
    let replaced = text != line.text.as_str();
    if replaced {
        // Who copies or searches gets what was written.
        let mut mark = content.begin_marked_content_with_properties(Name(b"Span"));
        mark.properties().actual_text(TextStr(&line.text));
    }
    content.begin_text();
    content.set_font(name(line.font), line.size);
    content.next_line(line.x, PAGE_HEIGHT - line.y);
    content.show(Str(&bytes(&text)));
    content.end_text();
    if replaced {
        content.end_marked_content();
    }
}
