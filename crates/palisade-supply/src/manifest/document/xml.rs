//! XML as elements with attributes and text. Entities that a document defines itself are not resolved.

use crate::manifest::Reading;
use quick_xml::{
    Reader,
    escape::resolve_predefined_entity,
    events::{BytesRef, BytesStart, Event},
};

/// One element: name, attributes, own text, and where its part of the list ends.
struct Row {
    name: String,
    attributes: Vec<(String, String)>,
    text: String,
    place: usize,
    end: usize,
}

/// A document.
pub(in crate::manifest) struct Elements(Vec<Row>);

/// One element with all that is within it.
#[derive(Clone, Copy)]
pub(in crate::manifest) struct Element<'a> {
    rows: &'a [Row],
    index: usize,
}

impl Elements {
    /// The outermost element; none where nothing could be read.
    pub(in crate::manifest) fn root(&self) -> Option<Element<'_>> {
        (!self.0.is_empty()).then_some(Element { rows: &self.0, index: 0 })
    }
}

impl<'a> Element<'a> {
    fn row(self) -> &'a Row {
        &self.rows[self.index]
    }

    /// Its name without a prefix.
    pub(in crate::manifest) fn name(self) -> &'a str {
        &self.row().name
    }

    /// Bytes from the beginning of the text.
    pub(in crate::manifest) fn place(self) -> usize {
        self.row().place
    }

    /// Its own text without space around it; none where it is empty.
    pub(in crate::manifest) fn text(self) -> Option<&'a str> {
        Some(self.row().text.trim()).filter(|text| !text.is_empty())
    }

    /// An attribute that is not empty.
    pub(in crate::manifest) fn attribute(self, name: &str) -> Option<&'a str> {
        let found = self.row().attributes.iter().find(|(key, _)| key == name);
        found.map(|(_, value)| value.trim()).filter(|value| !value.is_empty())
    }

    pub(in crate::manifest) fn children(self) -> impl Iterator<Item = Element<'a>> {
        let end = self.row().end;
        let mut next = self.index + 1;
        std::iter::from_fn(move || {
            (next < end).then(|| {
                let child = Element { rows: self.rows, index: next };
                next = child.row().end;
                child
            })
        })
    }

    /// The first element of the name right below.
    pub(in crate::manifest) fn get(self, name: &str) -> Option<Element<'a>> {
        self.children().find(|child| child.name() == name)
    }

    /// The elements right below the first element of the name.
    pub(in crate::manifest) fn children_of(self, name: &str) -> impl Iterator<Item = Element<'a>> {
        self.get(name).into_iter().flat_map(Element::children)
    }

    /// The text of the first element of the name right below.
    pub(in crate::manifest) fn text_of(self, name: &str) -> Option<&'a str> {
        self.get(name).and_then(Element::text)
    }

    /// All elements within, at any depth, in the order of the document.
    pub(in crate::manifest) fn descendants(self) -> impl Iterator<Item = Element<'a>> {
        (self.index + 1..self.row().end).map(move |index| Element { rows: self.rows, index })
    }
}

/// Reads `text`; what is wrong with it goes to `reading`.
pub(in crate::manifest) fn read_xml(reading: &mut Reading<'_>, text: &str) -> Elements {
    let mut building = Building { rows: Vec::new(), open: Vec::new(), text };
    let mut reader = Reader::from_str(text);
    loop {
        let place = usize::try_from(reader.buffer_position()).unwrap_or(usize::MAX);
        let refused = match reader.read_event() {
            Ok(Event::Eof) => {
                if !building.open.is_empty() {
                    reading.problem(text.len(), "ends within an element");
                }
                break;
            }
            Ok(event) => building.take(event, place, reading.limits),
            Err(error) => Some(format!("is not valid XML from here: {error}")),
        };
        if let Some(reason) = refused {
            reading.problem(place, reason);
            break;
        }
    }
    building.close_all();
    if building.rows.is_empty() && !text.trim().is_empty() {
        reading.problem(0, "holds no XML element");
    }
    Elements(building.rows)
}

struct Building<'t> {
    rows: Vec<Row>,
    open: Vec<usize>,
    text: &'t str,
}

impl Building<'_> {
    /// Takes one event; a reason when reading has to stop.
    fn take(&mut self, event: Event<'_>, place: usize, limits: &super::super::Limits) -> Option<String> {
        match event {
            Event::Start(start) | Event::Empty(start)
                if self.rows.len() >= limits.values || self.open.len() >= limits.depth =>
            {
                drop(start);
                return Some("holds too many elements or nests them too deep; the rest is not read".to_owned());
            }
            Event::Start(start) => {
                let index = self.begin(&start, place);
                self.open.push(index);
            }
            Event::Empty(start) => {
                self.begin(&start, place);
            }
            Event::End(_) => {
                if let Some(index) = self.open.pop() {
                    self.rows[index].end = self.rows.len();
                }
            }
            Event::Text(text) => self.add(&String::from_utf8_lossy(&text), limits.text_bytes),
            Event::CData(text) => self.add(&String::from_utf8_lossy(&text), limits.text_bytes),
            Event::GeneralRef(reference) => self.add(&resolved(&reference), limits.text_bytes),
            _ => {}
        }
        None
    }

    fn begin(&mut self, start: &BytesStart<'_>, place: usize) -> usize {
        let mut written = start.attributes();
        let attributes = written.with_checks(false).take(64).flatten().map(|attribute| {
            let name = String::from_utf8_lossy(attribute.key.local_name().into_inner()).into_owned();
            let value = attribute
                .unescape_value()
                .map_or_else(|_| String::from_utf8_lossy(&attribute.value).into_owned(), std::borrow::Cow::into_owned);
            (name, value)
        });
        let index = self.rows.len();
        self.rows.push(Row {
            name: String::from_utf8_lossy(start.local_name().into_inner()).into_owned(),
            attributes: attributes.collect(),
            text: String::new(),
            // Space before an element belongs to the text before it, so the event begins at its bracket.
            place: place.min(self.text.len()),
            end: index + 1,
        });
        index
    }

    fn add(&mut self, text: &str, bytes_max: usize) {
        if let Some(&index) = self.open.last()
            && self.rows[index].text.len() + text.len() <= bytes_max
        {
            self.rows[index].text.push_str(text);
        }
    }

    fn close_all(&mut self) {
        while let Some(index) = self.open.pop() {
            self.rows[index].end = self.rows.len();
        }
    }
}

/// What a reference to a character or to one of the five entities of XML stands for; of others their name.
fn resolved(reference: &BytesRef<'_>) -> String {
    if let Ok(Some(character)) = reference.resolve_char_ref() {
        return character.to_string();
    }
    let name = String::from_utf8_lossy(reference);
    resolve_predefined_entity(&name).map_or_else(|| format!("&{name};"), str::to_owned)
}
