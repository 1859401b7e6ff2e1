//! What a picture consists of, and its colours.

/// Lines, areas and words, in the order in which they are drawn. Places are from the left upper corner, in points.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Shape {
    /// Lines through places, one a stroke of the pen.
    Lines { ink: Ink, strokes: Vec<Vec<(f64, f64)>> },
    /// What lies between corners.
    Area { ink: Ink, corners: Vec<(f64, f64)> },
    /// Words; the place is that of their first or last letter's foot.
    Label { ink: Ink, place: (f64, f64), anchor: Anchor, text: String },
}

/// Which end of words stands at their place.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Anchor {
    Start,
    End,
}

/// What something is drawn with.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Ink {
    Text,
    Title,
    Axis,
    Value,
    Forecast,
    Band,
    Expected,
    Score,
    Mark,
    Threshold,
}

/// How it looks.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Look {
    /// The class in an SVG document.
    pub(super) name: &'static str,
    pub(super) colour: [u8; 3],
    /// 1 covers what lies beneath.
    pub(super) opacity: f32,
    /// Of lines, in points.
    pub(super) width: f32,
    pub(super) dashed: bool,
}

impl Ink {
    pub(super) const ALL: [Self; 10] = [
        Self::Text,
        Self::Title,
        Self::Axis,
        Self::Value,
        Self::Forecast,
        Self::Band,
        Self::Expected,
        Self::Score,
        Self::Mark,
        Self::Threshold,
    ];

    /// Colours tell apart on light and dark ground and for those who see red and green alike.
    pub(super) const fn look(self) -> Look {
        match self {
            Self::Text => plain("label", GREY),
            Self::Title => plain("title", GREY),
            Self::Axis => Look { name: "axis", colour: LIGHT, opacity: 0.4, width: 1.0, dashed: false },
            Self::Value => plain("value", [0x09, 0x69, 0xda]),
            Self::Forecast => plain("forecast", ORANGE),
            Self::Band => Look { opacity: 0.2, ..plain("band", ORANGE) },
            Self::Expected => Look { opacity: 0.3, ..plain("expected", LIGHT) },
            Self::Score => plain("score", [0x82, 0x50, 0xdf]),
            Self::Mark => Look { opacity: 0.7, ..plain("mark", RED) },
            Self::Threshold => Look { dashed: true, ..plain("threshold", RED) },
        }
    }
}

const GREY: [u8; 3] = [0x57, 0x60, 0x6a];
const LIGHT: [u8; 3] = [0x8c, 0x95, 0x9f];
const ORANGE: [u8; 3] = [0xbc, 0x4c, 0x00];
const RED: [u8; 3] = [0xcf, 0x22, 0x2e];

const fn plain(name: &'static str, colour: [u8; 3]) -> Look {
    Look { name, colour, opacity: 1.0, width: 1.25, dashed: false }
}
