//! Markup as a browser takes it apart: tags and their attributes (HTML, section 13.2.5, tokenization).
//!
//! Where old browsers and filters differ from the specification, the more dangerous reading is taken: control
//! characters within names do not count, and a quote that is never closed does not hide what follows it.

/// Bytes of one tag that are read; attacks are shorter, and longer tags of pages hold data.
const TAG_BYTES_MAX: usize = 2048;

/// Bytes within which a quoted value ends.
const QUOTED_BYTES_MAX: usize = 1024;

/// Bytes over which the letters of a scheme or the parts of a handler are spread.
const TRICK_BYTES_MAX: usize = 256;

/// Attributes of one tag that are read.
const ATTRIBUTES_MAX: usize = 24;

/// Control characters and blanks between `<` and a name that old browsers or filters skip.
const GAP_BYTES_MAX: usize = 3;

/// One tag, from its `<` on.
#[derive(Clone)]
pub(super) struct Tag<'t> {
    /// The name as written, without leading control characters.
    pub(super) name: &'t [u8],
    /// True for `</name`.
    pub(super) closing: bool,
    /// From the `<` to the end of the window.
    bytes: &'t [u8],
    /// Where the attributes begin.
    attributes: usize,
}

/// One attribute.
pub(super) struct Attribute<'t> {
    pub(super) name: &'t [u8],
    pub(super) value: &'t [u8],
    pub(super) quoted: bool,
    /// Where in the tag its value stands, or what follows its name.
    pub(super) place: usize,
}

/// The attributes of a tag, one after the other.
pub(super) struct Attributes<'t> {
    bytes: &'t [u8],
    at: usize,
    left: usize,
}

fn is_blank(byte: u8) -> bool {
    matches!(byte, b' ' | b'\t' | b'\n' | 0x0B | 0x0C | b'\r' | 0)
}

/// A character that a name may hold.
fn is_of_name(byte: u8) -> bool {
    byte.is_ascii_alphanumeric()
        || matches!(byte, b'-' | b':' | b'_' | b'?')
        || byte < b' ' && (byte == 0 || !is_blank(byte))
}

impl<'t> Tag<'t> {
    /// The tag that begins with the `<` at the start of `bytes`.
    pub(super) fn read(bytes: &'t [u8]) -> Option<Self> {
        let bytes = &bytes[..bytes.len().min(TAG_BYTES_MAX)];
        let second = *bytes.get(1)?;
        // Nearly all that is no tag ends here.
        if !(second.is_ascii_alphabetic() || matches!(second, b'/' | b'?' | b'%' | b'<') || second < b' ') {
            return None;
        }
        let closing = second == b'/';
        let mut start = if closing || matches!(second, b'?' | b'%') { 2 } else { 1 };
        let gap = bytes[start..].iter().take(GAP_BYTES_MAX).take_while(|&&byte| byte < b' ' || byte == 0x7F).count();
        start += gap;
        let length = bytes[start..].iter().take_while(|&&byte| is_of_name(byte)).count();
        let after = start + length;
        let ends = bytes
            .get(after)
            .is_none_or(|&byte| is_blank(byte) || matches!(byte, b'/' | b'>' | b'<' | b'"' | b'\'' | b'=' | b'+'));
        let named = bytes.get(start).is_some_and(u8::is_ascii_alphabetic);
        (named && ends).then(|| Self { name: &bytes[start..after], closing, bytes, attributes: after })
    }

    /// True when nothing stands between its name and its end.
    pub(super) fn is_bare(&self) -> bool {
        self.bytes.get(self.attributes) == Some(&b'>')
    }

    pub(super) fn attributes(&self) -> Attributes<'t> {
        Attributes { bytes: self.bytes, at: self.attributes, left: ATTRIBUTES_MAX }
    }

    /// What is read of it from `place` on, as far as tricks with blanks reach.
    pub(super) fn window_from(&self, place: usize) -> &'t [u8] {
        &self.bytes[place..self.bytes.len().min(place + TRICK_BYTES_MAX)]
    }

    /// True when it is called `name`, case, control characters and the prefix of a namespace aside.
    pub(super) fn is(&self, name: &str) -> bool {
        let local = memchr::memrchr(b':', self.name).map_or(0, |colon| colon + 1);
        let mut letters = self.name[local..].iter().filter(|byte| **byte > b' ');
        let same = name.bytes().all(|byte| letters.next().is_some_and(|letter| letter.eq_ignore_ascii_case(&byte)));
        same && letters.next().is_none()
    }

    /// True when it is called one of `names`.
    pub(super) fn is_any(&self, names: &[&str]) -> bool {
        names.iter().any(|name| self.is(name))
    }
}

impl<'t> Attributes<'t> {
    /// After the last attribute: where the tag ends, with its `>` if there is one.
    pub(super) fn end(&self) -> usize {
        self.at + usize::from(self.bytes.get(self.at) == Some(&b'>'))
    }

    fn skip(&mut self, belongs: fn(u8) -> bool) {
        self.at += self.bytes[self.at..].iter().take_while(|&&byte| belongs(byte)).count();
    }

    fn value(&mut self) -> (&'t [u8], bool) {
        let first = self.bytes.get(self.at).copied().unwrap_or(b'>');
        if matches!(first, b'"' | b'\'' | b'`') {
            let inner = &self.bytes[self.at + 1..];
            let window = &inner[..inner.len().min(QUOTED_BYTES_MAX)];
            if let Some(length) = memchr::memchr(first, window) {
                self.at += length + 2;
                return (&inner[..length], true);
            }
        }
        let start = self.at;
        self.skip(|byte| !is_blank(byte) && byte != b'>');
        (&self.bytes[start..self.at], false)
    }
}

impl<'t> Iterator for Attributes<'t> {
    type Item = Attribute<'t>;

    fn next(&mut self) -> Option<Self::Item> {
        self.skip(|byte| is_blank(byte) || matches!(byte, b'/' | b'"' | b'\'' | b'`' | b',' | b'+'));
        // A new tag is judged by itself.
        if self.left == 0 || self.bytes.get(self.at).is_none_or(|byte| matches!(byte, b'>' | b'<')) {
            return None;
        }
        self.left -= 1;
        let start = self.at;
        // A name may begin with the sign that ends it elsewhere.
        self.at += usize::from(self.bytes[start] == b'=');
        self.skip(|byte| !is_blank(byte) && !matches!(byte, b'/' | b'>' | b'=' | b'<'));
        let name = &self.bytes[start..self.at];
        let blanks = self.bytes[self.at..].iter().take_while(|&&byte| is_blank(byte)).count();
        let (value, quoted, place) = if self.bytes.get(self.at + blanks) == Some(&b'=') {
            self.at += blanks + 1;
            self.skip(is_blank);
            let place = self.at;
            let (value, quoted) = self.value();
            (value, quoted, place)
        } else {
            (&[][..], false, self.at)
        };
        Some(Attribute { name, value, quoted, place })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The name, the attributes, and the length.
    type Parts = (String, Vec<(String, String)>, usize);

    fn read(text: &str) -> Option<Parts> {
        let tag = Tag::read(text.as_bytes())?;
        let string = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
        let mut attributes = tag.attributes();
        let pairs = attributes.by_ref().map(|one| (string(one.name), string(one.value))).collect();
        Some((string(tag.name), pairs, attributes.end()))
    }

    #[test]
    fn tags() {
        let pairs = |all: &[(&str, &str)]| {
            all.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect::<Vec<_>>()
        };
        assert_eq!(read("<b>"), Some(("b".into(), vec![], 3)));
        assert_eq!(
            read("<a/b=c/ d = 'e f'x>g"),
            Some(("a".into(), pairs(&[("b", "c/"), ("d", "e f"), ("x", "")]), 19))
        );
        assert_eq!(read("<a\n b = \"c>\" d>"), Some(("a".into(), pairs(&[("b", "c>"), ("d", "")]), 15)));
        assert_eq!(read("<a b=\"c d"), Some(("a".into(), pairs(&[("b", "\"c"), ("d", "")]), 9)));
        assert_eq!(read("<a <b c=d>"), Some(("a".into(), vec![], 3)));
        assert!(read("< a").is_none() && read("<3").is_none() && read("<a, b>").is_none());
    }
}
