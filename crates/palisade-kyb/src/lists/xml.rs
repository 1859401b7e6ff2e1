//! An XML element as a small tree. Entities other than the five of XML are refused: nothing is ever followed.

use super::input::text;
use quick_xml::{
    Reader,
    events::{BytesStart, Event},
};

/// How deep elements may lie in each other.
pub(super) const DEPTH_MAX: usize = 32;
const NODES_MAX: usize = 100_000;

/// An element with all that is in it. Names are without their namespace's prefix.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Element {
    pub(crate) name: String,
    pub(crate) attributes: Vec<(String, String)>,
    /// Text directly inside, trimmed.
    pub(crate) text: String,
    pub(crate) children: Vec<Element>,
}

impl Element {
    /// An attribute, empty when there is none.
    pub(crate) fn attribute(&self, name: &str) -> &str {
        self.attributes.iter().find(|(key, _)| key == name).map_or("", |(_, value)| value.trim())
    }

    /// Children of this name.
    pub(crate) fn all<'e>(&'e self, name: &'e str) -> impl Iterator<Item = &'e Element> {
        self.children.iter().filter(move |child| child.name == name)
    }

    /// The first child of this name.
    pub(crate) fn child(&self, name: &str) -> Option<&Element> {
        self.children.iter().find(|child| child.name == name)
    }

    /// The text of the first child of this name, empty when there is none.
    pub(crate) fn get(&self, name: &str) -> &str {
        self.child(name).map_or("", |child| child.text.as_str())
    }

    /// All elements reached over this path of names.
    pub(crate) fn path(&self, path: &[&str]) -> Vec<&Element> {
        let mut found = vec![self];
        for name in path {
            found = found.iter().flat_map(|element| element.children.iter()).filter(|e| e.name == **name).collect();
        }
        found
    }
}

/// A start tag alone.
pub(super) fn parse_start(tag: &[u8]) -> Result<Element, String> {
    let mut reader = Reader::from_reader(tag);
    reader.config_mut().check_end_names = false;
    match reader.read_event() {
        Ok(Event::Start(start) | Event::Empty(start)) => element_of(&start),
        _ => Err("the tag cannot be read".to_owned()),
    }
}

/// A record as a tree.
pub(super) fn parse(record: &[u8]) -> Result<Element, String> {
    let mut reader = Reader::from_reader(record);
    let mut open: Vec<Element> = Vec::new();
    let mut nodes = 0;
    loop {
        let event = reader.read_event().map_err(|error| format!("the record is not well-formed: {error}"))?;
        nodes += 1;
        if nodes > NODES_MAX || open.len() > DEPTH_MAX {
            return Err("the record has too many elements, or too deep ones".to_owned());
        }
        let closed = match event {
            Event::Start(start) => {
                open.push(element_of(&start)?);
                None
            }
            Event::Empty(start) => Some(element_of(&start)?),
            Event::End(_) => open.pop(),
            Event::Text(found) => add_text(&mut open, &text(&found)),
            Event::CData(found) => add_text(&mut open, &text(&found)),
            Event::GeneralRef(reference) => add_text(&mut open, &resolved(&text(&reference))?),
            Event::Eof => return Err("the record ends too soon".to_owned()),
            _ => None,
        };
        let Some(mut element) = closed else { continue };
        element.text = element.text.trim().to_owned();
        match open.last_mut() {
            Some(parent) => parent.children.push(element),
            None => return Ok(element),
        }
    }
}

fn add_text(open: &mut [Element], found: &str) -> Option<Element> {
    if let Some(element) = open.last_mut() {
        element.text.push_str(found);
    }
    None
}

/// The five entities of XML and characters by number.
fn resolved(reference: &str) -> Result<String, String> {
    quick_xml::escape::unescape(&format!("&{reference};"))
        .map(std::borrow::Cow::into_owned)
        .map_err(|_| format!("the entity `{}` is not followed", reference.chars().take(40).collect::<String>()))
}

fn element_of(start: &BytesStart<'_>) -> Result<Element, String> {
    let mut element = Element { name: text(start.local_name().as_ref()).into_owned(), ..Element::default() };
    for attribute in start.attributes().with_checks(false) {
        let attribute = attribute.map_err(|error| format!("an attribute cannot be read: {error}"))?;
        let key = text(attribute.key.local_name().as_ref()).into_owned();
        let raw = text(&attribute.value);
        let value = quick_xml::escape::unescape(&raw).map_err(|_| "an attribute holds an entity".to_owned())?;
        element.attributes.push((key, value.into_owned()));
    }
    Ok(element)
}
