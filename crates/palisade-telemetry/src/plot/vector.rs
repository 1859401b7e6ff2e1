//! A picture as an SVG document: text of a few kilobytes that every browser shows.

use super::canvas::{HEIGHT, WIDTH};
use super::shape::{Anchor, Ink, Look, Shape};
use std::fmt::Write as _;

/// The document. Writing to a string does not fail.
pub(super) fn document(title: &str, shapes: &[Shape]) -> String {
    let title: String = title.chars().filter(|character| !character.is_control()).take(200).collect();
    let mut text = format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {WIDTH} {HEIGHT}\" role=\"img\">\
         <title>{}</title><style>{}</style>\n",
        escape(&title),
        style()
    );
    for shape in shapes {
        match shape {
            Shape::Lines { ink, strokes } => path(&mut text, ink.look().name, strokes, ""),
            Shape::Area { ink, corners } => path(&mut text, ink.look().name, std::slice::from_ref(corners), "Z"),
            Shape::Label { ink, place, anchor, text: words } => label(&mut text, *ink, *place, *anchor, words),
        }
    }
    text + "</svg>\n"
}

fn style() -> String {
    let mut style = String::from("text{font:12px sans-serif}.title{font-size:14px;font-weight:600}path{fill:none}");
    for ink in Ink::ALL {
        let Look { name, colour: [red, green, blue], opacity, width, dashed } = ink.look();
        let colour = format!("#{red:02x}{green:02x}{blue:02x}");
        let _ = match ink {
            Ink::Text | Ink::Title => write!(style, ".{name}{{fill:{colour}}}"),
            Ink::Band | Ink::Expected => write!(style, ".{name}{{fill:{colour};fill-opacity:{opacity}}}"),
            _ => write!(style, ".{name}{{stroke:{colour};stroke-opacity:{opacity};stroke-width:{width}}}"),
        };
        if dashed {
            let _ = write!(style, ".{name}{{stroke-dasharray:5 4}}");
        }
    }
    style
}

fn path(text: &mut String, class: &str, strokes: &[Vec<(f64, f64)>], end: &str) {
    let _ = write!(text, "<path class=\"{class}\" d=\"");
    for stroke in strokes {
        let mut before = None;
        for &(across, down) in stroke {
            let _ = match before {
                None => write!(text, "M{across:.1} {down:.1}"),
                Some(same) if same == across => write!(text, "V{down:.1}"),
                Some(_) => write!(text, "L{across:.1} {down:.1}"),
            };
            before = Some(across);
        }
    }
    let _ = writeln!(text, "{end}\"/>");
}

fn label(text: &mut String, ink: Ink, (across, down): (f64, f64), anchor: Anchor, words: &str) {
    let anchor = match anchor {
        Anchor::Start => "",
        Anchor::End => " text-anchor=\"end\"",
    };
    let (class, words) = (ink.look().name, escape(words));
    let _ = writeln!(text, "<text class=\"{class}\" x=\"{across}\" y=\"{down:.1}\"{anchor}>{words}</text>");
}

fn escape(text: &str) -> String {
    text.chars().fold(String::new(), |mut escaped, character| {
        match character {
            '<' => escaped.push_str("&lt;"),
            '>' => escaped.push_str("&gt;"),
            '&' => escaped.push_str("&amp;"),
            '"' => escaped.push_str("&quot;"),
            other => escaped.push(other),
        }
        escaped
    })
}
