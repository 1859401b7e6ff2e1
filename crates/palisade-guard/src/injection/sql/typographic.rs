//! Quotes as word processors and keyboards of telephones set them; payloads that were copied through one have them.

/// The length of the typographic quote that `text` begins with.
pub(super) fn quote(text: &[u8]) -> Option<usize> {
    match text {
        // Single and double quotation marks, and primes.
        [0xE2, 0x80, 0x98 | 0x99 | 0x9A | 0x9C | 0x9D | 0x9E | 0xB2 | 0xB3, ..] => Some(3),
        // The letter apostrophe, and the acute accent.
        [0xCA, 0xBC, ..] | [0xC2, 0xB4, ..] => Some(2),
        _ => None,
    }
}

/// The places of typographic quotes in `text`.
pub(super) fn places(text: &[u8]) -> impl Iterator<Item = usize> {
    memchr::memchr3_iter(0xE2, 0xCA, 0xC2, text).filter(|place| quote(&text[*place..]).is_some())
}

/// Where a string ends that a quote before `text` opened, with the quote that ends it.
pub(super) fn end_of_string(text: &[u8]) -> Option<usize> {
    let plain = memchr::memchr2(b'\'', b'"', text).map(|place| place + 1);
    let set = places(text).next().map(|place| place + quote(&text[place..]).unwrap_or(0));
    plain.into_iter().chain(set).min()
}

/// Where a string that a plain quote opened is ended by a typographic one, before `end`: what follows goes on as a
/// comparison.
pub(super) fn ends_early(text: &[u8], end: usize) -> Option<usize> {
    let text = &text[..end.min(text.len())];
    places(text).find_map(|place| {
        let after = place + quote(&text[place..])?;
        matches!(text.get(after), Some(b'=' | b'<' | b'>' | b' ' | b')')).then_some(after)
    })
}
