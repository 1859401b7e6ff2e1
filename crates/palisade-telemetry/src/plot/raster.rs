//! A picture as a PNG file, for where SVG is not shown: chats, mails.
//!
//! How much of each pixel lines and areas cover is told by zeno. Letters come from a small bitmap font in the program, so that they are there
//! on machines without any font; what it does not have is drawn as a box. The file is written here: PNG (ISO/IEC
//! 15948) is three chunks around what zlib makes of the rows.

use super::canvas::{HEIGHT, WIDTH};
use super::shape::{Anchor, Ink, Shape};
use flate2::{Compression, Crc, write::ZlibEncoder};
use font8x8::UnicodeFonts as _;
use std::io::{self, Write as _};
use zeno::{Cap, Command, Mask, Point, Stroke, Style};

/// Pixels of a point: sharp on screens that have twice as many as others.
const SCALE: f64 = 2.0;
const PIXELS_WIDE: usize = (WIDTH * SCALE) as usize;
const PIXELS_HIGH: usize = (HEIGHT * SCALE) as usize;
/// Points of a letter, across and down.
const LETTER: f64 = 8.0;
/// Of dashed lines: drawn, then left out, in points.
const DASHES: [f64; 2] = [5.0, 4.0];
const SIGNATURE: [u8; 8] = *b"\x89PNG\r\n\x1a\n";
/// What is drawn for letters that the font does not have.
const BOX: [u8; 8] = [0x00, 0x7e, 0x42, 0x42, 0x42, 0x42, 0x7e, 0x00];

/// The picture on white ground.
///
/// # Errors
/// When it cannot be compressed.
pub(super) fn file(shapes: &[Shape]) -> io::Result<Vec<u8>> {
    let mut pixels = Pixels { rows: vec![0xff; 3 * PIXELS_WIDE * PIXELS_HIGH] };
    for shape in shapes {
        match shape {
            Shape::Lines { ink, strokes } => strokes.iter().for_each(|stroke| pixels.line(*ink, stroke)),
            Shape::Area { ink, corners } => pixels.area(*ink, corners),
            Shape::Label { ink, place, anchor, text } => pixels.label(*ink, *place, *anchor, text),
        }
    }
    encode(&pixels.rows)
}

fn path(places: &[(f64, f64)]) -> Vec<Command> {
    let point = |(across, down): &(f64, f64)| Point::new((across * SCALE) as f32, (down * SCALE) as f32);
    let to = |(index, place)| if index == 0 { Command::MoveTo(point(place)) } else { Command::LineTo(point(place)) };
    places.iter().enumerate().map(to).collect()
}

/// Red, green and blue of each pixel.
struct Pixels {
    rows: Vec<u8>,
}

impl Pixels {
    fn line(&mut self, ink: Ink, places: &[(f64, f64)]) {
        let look = ink.look();
        let dashes = DASHES.map(|points| (points * SCALE) as f32);
        let mut stroke = Stroke::new(look.width * SCALE as f32);
        stroke.cap(Cap::Butt);
        if look.dashed {
            stroke.dash(&dashes, 0.0);
        }
        self.cover(ink, &path(places), stroke.into());
    }

    fn area(&mut self, ink: Ink, corners: &[(f64, f64)]) {
        let mut path = path(corners);
        path.push(Command::Close);
        self.cover(ink, &path, Style::default());
    }

    fn cover(&mut self, ink: Ink, path: &[Command], style: Style<'_>) {
        let (covered, place) = Mask::new(path).style(style).render();
        let wide = place.width as usize;
        for (index, cover) in covered.into_iter().enumerate().filter(|(_, cover)| *cover > 0) {
            // Parts of pixels outside of the picture are left out.
            let across = usize::try_from(i64::from(place.left) + (index % wide) as i64);
            let down = usize::try_from(i64::from(place.top) + (index / wide) as i64);
            if let (Ok(across), Ok(down)) = (across, down) {
                self.mix(ink, across, down, f32::from(cover) / 255.0);
            }
        }
    }

    /// Lays ink over a pixel, of which `cover` is covered.
    fn mix(&mut self, ink: Ink, across: usize, down: usize, cover: f32) {
        if across >= PIXELS_WIDE || down >= PIXELS_HIGH {
            return;
        }
        let look = ink.look();
        let begin = 3 * (down * PIXELS_WIDE + across);
        for (ground, colour) in self.rows[begin..begin + 3].iter_mut().zip(look.colour) {
            let share = cover * look.opacity;
            *ground = (f32::from(*ground) * (1.0 - share) + f32::from(colour) * share).round() as u8;
        }
    }

    /// Letters of eight by eight dots, each a point wide; their foot is the seventh row.
    fn label(&mut self, ink: Ink, (across, down): (f64, f64), anchor: Anchor, text: &str) {
        let begin = match anchor {
            Anchor::Start => across,
            Anchor::End => across - text.chars().count() as f64 * LETTER,
        };
        for (index, letter) in text.chars().enumerate() {
            let rows = dots(letter).into_iter().enumerate();
            let set = rows.flat_map(|(row, dots)| {
                (0..8).filter(move |column| dots >> column & 1 == 1).map(move |column| (row, column))
            });
            for (row, column) in set {
                self.dot(ink, begin + index as f64 * LETTER + f64::from(column), down - 7.0 + row as f64);
            }
        }
    }

    /// One dot of a letter, a point wide and high.
    fn dot(&mut self, ink: Ink, across: f64, down: f64) {
        let (left, top) = (across * SCALE, down * SCALE);
        if left < 0.0 || top < 0.0 {
            return;
        }
        let pixels = SCALE as usize;
        for place in 0..pixels * pixels {
            self.mix(ink, left as usize + place % pixels, top as usize + place / pixels, 1.0);
        }
    }
}

/// One byte a row, the lowest bit is the leftmost dot.
fn dots(letter: char) -> [u8; 8] {
    font8x8::BASIC_FONTS.get(letter).or_else(|| font8x8::LATIN_FONTS.get(letter)).unwrap_or(BOX)
}

fn encode(pixels: &[u8]) -> io::Result<Vec<u8>> {
    let mut rows = ZlibEncoder::new(Vec::new(), Compression::default());
    for row in pixels.chunks_exact(3 * PIXELS_WIDE) {
        // Each row says how it is filtered: not at all.
        rows.write_all(&[0])?;
        rows.write_all(row)?;
    }
    let mut header = [(PIXELS_WIDE as u32).to_be_bytes(), (PIXELS_HIGH as u32).to_be_bytes()].concat();
    // Eight bits of red, green and blue; the only methods of compression and filtering; not interlaced.
    header.extend([8, 2, 0, 0, 0]);
    let mut file = SIGNATURE.to_vec();
    chunk(&mut file, *b"IHDR", &header);
    chunk(&mut file, *b"IDAT", &rows.finish()?);
    chunk(&mut file, *b"IEND", &[]);
    Ok(file)
}

fn chunk(file: &mut Vec<u8>, kind: [u8; 4], data: &[u8]) {
    let mut sum = Crc::new();
    sum.update(&kind);
    sum.update(data);
    // A picture of this size never comes near four gigabytes.
    file.extend((data.len() as u32).to_be_bytes());
    file.extend(kind);
    file.extend(data);
    file.extend(sum.sum().to_be_bytes());
}
