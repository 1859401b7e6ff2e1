//! Classes of bytes, and the keys that three of them make.

use super::{CLASS_BITS, CLASSES};
use std::collections::BTreeSet;

/// A class for each byte, the same for both cases of a letter. Bytes that tell needles from ordinary text have one of
/// their own; others share one, which the comparison sorts out.
pub(super) fn classes() -> [u32; 256] {
    // Bytes of the same class stand together: controls, digits that card numbers begin with and others, rare signs,
    // continuation and lead bytes of UTF-8.
    const SHARED: [&[u8]; 11] =
        [b"3456", b"012789", b"\t\r", b"!?", b"^~,", b"<>", b"()", b"{}[]", b"'`", b"#;", b"*+"];
    let own = (b' '..=b'~').chain([b'\n']).filter(|byte| !byte.is_ascii_uppercase());
    let own = own.filter(|byte| !SHARED.iter().any(|shared| shared.contains(byte)));
    let mut classes = [0; 256];
    let mut last = 0;
    for byte in own {
        last += 1;
        classes[usize::from(byte)] = last;
        classes[usize::from(byte.to_ascii_uppercase())] = last;
    }
    for shared in SHARED {
        last += 1;
        shared.iter().for_each(|&byte| classes[usize::from(byte)] = last);
    }
    // What is left over is for bytes beyond ASCII, four of it for continuation bytes.
    let left = CLASSES as u32 - 1 - last;
    for byte in 0x80..=0xFF_u8 {
        let class = if byte < 0xC0 { u32::from(byte % 4) } else { 4 + u32::from(byte) % (left - 4) };
        classes[usize::from(byte)] = last + 1 + class;
    }
    classes
}

/// Gives each key that `anchor` can have to `visit`, once; any class follows a short one.
pub(super) fn each_key(anchor: &[&[u8]], classes: &[u32; 256], visit: &mut dyn FnMut(usize)) {
    let choices = |index: usize| -> BTreeSet<usize> {
        match anchor.get(index) {
            Some(bytes) => bytes.iter().map(|&byte| classes[usize::from(byte)] as usize).collect(),
            None => (0..CLASSES).collect(),
        }
    };
    let [firsts, seconds, thirds] = [0, 1, 2].map(choices);
    for third in &thirds {
        for second in &seconds {
            firsts.iter().for_each(|first| visit(first | second << CLASS_BITS | third << (2 * CLASS_BITS)));
        }
    }
}
