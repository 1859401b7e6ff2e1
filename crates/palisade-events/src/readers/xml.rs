//! As much of XML as the events of Windows and of Sysmon for Linux need: tags, attributes, text, CDATA, references.

use super::fault::Fault;
use std::borrow::Cow;

/// One piece of XML.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) enum Piece<'t> {
    /// A tag that opens, with its attributes as they are written.
    Open { name: &'t str, attributes: &'t str, is_closed: bool },
    /// A tag that closes.
    Close(&'t str),
    /// Text between tags, with its references.
    Text(&'t str),
    /// Text that has none.
    Verbatim(&'t str),
}

/// Gives the pieces of a text, one after the other.
pub(crate) struct Pieces<'t> {
    text: &'t str,
    at: usize,
}

impl<'t> Pieces<'t> {
    pub(crate) fn new(text: &'t str) -> Self {
        Self { text, at: 0 }
    }

    /// Where the next piece begins.
    pub(crate) fn at(&self) -> usize {
        self.at
    }

    pub(crate) fn next_piece(&mut self) -> Result<Option<Piece<'t>>, Fault> {
        loop {
            let rest = &self.text[self.at..];
            if rest.is_empty() {
                return Ok(None);
            }
            if !rest.starts_with('<') {
                let end = memchr::memchr(b'<', rest.as_bytes()).unwrap_or(rest.len());
                self.at += end;
                return Ok(Some(Piece::Text(&rest[..end])));
            }
            if let Some(text) = rest.strip_prefix("<![CDATA[") {
                return self.up_to(text, "]]>", "CDATA does not end").map(|text| Some(Piece::Verbatim(text)));
            }
            if let Some(text) = rest.strip_prefix("<!--") {
                self.up_to(text, "-->", "a comment does not end")?;
            } else if let Some(text) = rest.strip_prefix("<?") {
                self.up_to(text, "?>", "an instruction does not end")?;
            } else if let Some(text) = rest.strip_prefix("<!") {
                self.up_to(text, ">", "a declaration does not end")?;
            } else {
                return self.tag(&rest[1..]).map(Some);
            }
        }
    }

    /// The rest of a tag whose bracket is open.
    fn tag(&mut self, rest: &'t str) -> Result<Piece<'t>, Fault> {
        let end = tag_end(rest.as_bytes()).ok_or(Fault::new("a tag does not end", self.at))?;
        self.at = self.text.len() - rest.len() + end + 1;
        let inside = &rest[..end];
        if let Some(name) = inside.strip_prefix('/') {
            return Ok(Piece::Close(local(name.trim_ascii())));
        }
        let (inside, is_closed) = inside.strip_suffix('/').map_or((inside, false), |inside| (inside, true));
        let name_end = inside.find(|character: char| character.is_ascii_whitespace()).unwrap_or(inside.len());
        let (name, attributes) = inside.split_at(name_end);
        Ok(Piece::Open { name: local(name), attributes, is_closed })
    }

    fn up_to(&mut self, text: &'t str, end: &str, reason: &'static str) -> Result<&'t str, Fault> {
        let found = memchr::memmem::find(text.as_bytes(), end.as_bytes()).ok_or(Fault::new(reason, self.at))?;
        self.at = self.text.len() - text.len() + found + end.len();
        Ok(&text[..found])
    }
}

/// The bracket that closes a tag: not one that stands in quotes.
fn tag_end(bytes: &[u8]) -> Option<usize> {
    let mut at = 0;
    loop {
        at += memchr::memchr3(b'>', b'"', b'\'', bytes.get(at..)?)?;
        match bytes[at] {
            b'>' => return Some(at),
            quote => at += 2 + memchr::memchr(quote, bytes.get(at + 1..)?)?,
        }
    }
}

/// The name without its namespace.
fn local(name: &str) -> &str {
    name.rsplit_once(':').map_or(name, |(_, local)| local)
}

/// The attributes of a tag; ends at what is none.
pub(crate) fn attributes(written: &str) -> impl Iterator<Item = (&str, &str)> {
    let mut rest = written;
    std::iter::from_fn(move || {
        let (name, after) = rest.split_once('=')?;
        let after = after.trim_ascii_start();
        let quote = after.chars().next().filter(|quote| matches!(quote, '"' | '\''))?;
        let (value, after) = after[1..].split_once(quote)?;
        rest = after;
        Some((name.trim_ascii(), value))
    })
}

/// Text with its references replaced.
pub(crate) fn decoded(written: &str) -> Cow<'_, str> {
    let Some(first) = memchr::memchr(b'&', written.as_bytes()) else { return Cow::Borrowed(written) };
    let mut text = String::with_capacity(written.len());
    let (mut rest, mut at) = (written, first);
    loop {
        text.push_str(&rest[..at]);
        rest = &rest[at..];
        let end = rest.bytes().take(12).position(|byte| byte == b';');
        match end.and_then(|end| Some((reference(&rest[1..end])?, end))) {
            Some((character, end)) => {
                text.push(character);
                rest = &rest[end + 1..];
            }
            None => {
                text.push('&');
                rest = &rest[1..];
            }
        }
        match memchr::memchr(b'&', rest.as_bytes()) {
            Some(next) => at = next,
            None => break,
        }
    }
    text.push_str(rest);
    Cow::Owned(text)
}

fn reference(name: &str) -> Option<char> {
    match name {
        "amp" => Some('&'),
        "lt" => Some('<'),
        "gt" => Some('>'),
        "quot" => Some('"'),
        "apos" => Some('\''),
        _ => {
            let number = name.strip_prefix('#')?;
            let code = match number.strip_prefix(['x', 'X']) {
                Some(digits) => u32::from_str_radix(digits, 16),
                None => number.parse(),
            };
            char::from_u32(code.ok()?)
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pieces_come_in_order() {
        let text = "<?xml version='1.0'?><!DOCTYPE x><a:b c='>' d=\"1\"><!-- <x> -->t&amp;<![CDATA[<&]]><e/></a:b>";
        let mut pieces = Pieces::new(text);
        let mut found = Vec::new();
        while let Some(piece) = pieces.next_piece().expect("reads") {
            found.push(piece);
        }
        assert_eq!(
            found,
            [
                Piece::Open { name: "b", attributes: " c='>' d=\"1\"", is_closed: false },
                Piece::Text("t&amp;"),
                Piece::Verbatim("<&"),
                Piece::Open { name: "e", attributes: "", is_closed: true },
                Piece::Close("b"),
            ]
        );
        assert_eq!(attributes(" c='>' d = \"1\" e").collect::<Vec<_>>(), [("c", ">"), ("d", "1")]);
    }

    #[test]
    fn references_are_replaced() {
        assert_eq!(decoded("a&lt;&#65;&#x42;&unknown;&amp;&"), "a<AB&unknown;&&");
        assert_eq!(decoded("&é;&#xD800;"), "&é;&#xD800;");
    }

    #[test]
    fn what_does_not_end_is_refused() {
        for text in ["<", "<a", "<a b='>", "<!-- ", "<![CDATA[ ]]", "<?x"] {
            assert!(Pieces::new(text).next_piece().is_err(), "{text}");
        }
    }
}
