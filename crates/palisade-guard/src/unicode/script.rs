//! What sort of character something is, as far as the detectors of hidden text need to know.
//!
//! Ranges follow Unicode's blocks and `DerivedBidiClass.txt`. Blocks are coarser than single characters and do not
//! change when characters are added.

/// True for letters of class R or AL: Hebrew, Arabic, Syriac, Thaana, N'Ko and the other right-to-left scripts.
pub(crate) fn is_right_to_left_letter(character: char) -> bool {
    let in_block = matches!(character,
        '\u{0590}'..='\u{08FF}' | '\u{FB1D}'..='\u{FDFF}' | '\u{FE70}'..='\u{FEFC}'
        | '\u{10800}'..='\u{10FFF}' | '\u{1E800}'..='\u{1EFFF}');
    in_block && character.is_alphabetic()
}

/// True for letters that are read from left to right.
pub(crate) fn is_left_to_right_letter(character: char) -> bool {
    character.is_alphabetic() && !is_right_to_left_letter(character)
}

/// True for letters and digits of scripts that need no joiners within a word: Latin, Greek, Cyrillic, and ASCII digits.
pub(crate) fn is_plain_letter(character: char) -> bool {
    character.is_ascii_alphanumeric()
        || (matches!(character, '\u{C0}'..='\u{52F}' | '\u{1E00}'..='\u{1FFF}') && character.is_alphabetic())
}

/// True for letters of Hangul, whole syllables or parts.
pub(crate) fn is_hangul(character: char) -> bool {
    matches!(character, '\u{1100}'..='\u{115E}' | '\u{1161}'..='\u{11FF}' | '\u{3131}'..='\u{3163}'
        | '\u{3165}'..='\u{318E}' | '\u{A960}'..='\u{A97F}' | '\u{AC00}'..='\u{D7FF}' | '\u{FFA1}'..='\u{FFDC}')
}

/// True for ideographs, the only bases of ideographic variation sequences (UTS #37).
pub(crate) fn is_ideograph(character: char) -> bool {
    matches!(character, '\u{2E80}'..='\u{2FDF}' | '\u{3005}'..='\u{3007}' | '\u{3400}'..='\u{9FFF}'
        | '\u{F900}'..='\u{FAFF}' | '\u{20000}'..='\u{3FFFF}')
}

/// True for Hangul fillers: letters that look like nothing.
pub(crate) fn is_hangul_filler(character: char) -> bool {
    matches!(character, '\u{115F}' | '\u{1160}' | '\u{3164}' | '\u{FFA0}')
}

/// True for variation selectors 1 to 256.
pub(crate) fn is_variation_selector(character: char) -> bool {
    matches!(character, '\u{FE00}'..='\u{FE0F}' | '\u{E0100}'..='\u{E01EF}')
}

/// True for the characters of the Tags block.
pub(crate) fn is_tag(character: char) -> bool {
    matches!(character, '\u{E0000}'..='\u{E007F}')
}

/// True for bidirectional controls and marks.
pub(crate) fn is_bidi_control(character: char) -> bool {
    matches!(character, '\u{061C}' | '\u{200E}' | '\u{200F}' | '\u{202A}'..='\u{202E}' | '\u{2066}'..='\u{2069}')
}

/// True for characters of no width and no direction of their own, joiners and fillers included.
pub(crate) fn is_invisible(character: char) -> bool {
    matches!(character,
        '\u{00AD}' | '\u{034F}' | '\u{180E}' | '\u{200B}'..='\u{200F}' | '\u{2060}'..='\u{2064}'
        | '\u{206A}'..='\u{206F}' | '\u{FEFF}')
        || is_hangul_filler(character)
}

/// True for everything that has to be written out to be seen.
pub(crate) fn is_unseen(character: char) -> bool {
    is_invisible(character) || is_bidi_control(character) || is_tag(character) || is_variation_selector(character)
}
