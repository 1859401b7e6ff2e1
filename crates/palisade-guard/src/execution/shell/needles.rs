//! What wakes the detector: an operator with the beginning of a command. A single operator would stand in every line
//! of code.

use super::option;

/// Operators that are told from other uses of their sign by the byte that follows.
static SIGNS: [u8; 4] = [b';', b'|', b'&', b'`'];

/// Bytes other than letters with which a command begins after one of [`SIGNS`].
static BEGINNINGS: [u8; 9] = [b'%', b'/', b'$', b'{', b'\'', b'"', b'\\', b' ', b'<'];

/// Commands at the beginning of a line that are tried first; any other one would stand in every script.
static LINES: [&[u8]; 68] = [
    b"\rwho",
    b"\rid",
    b"\rls",
    b"\rcat ",
    b"\rcurl ",
    b"\rping ",
    b"\n\r",
    b"\ncat ",
    b"\ncat<",
    b"\ncat$",
    b"\nid",
    b"\nls",
    b"\ndir",
    b"\npwd",
    b"\nps ",
    b"\nenv",
    b"\nwho",
    b"\nuname",
    b"\nrm ",
    b"\nping ",
    b"\nsleep",
    b"\ntimeout ",
    b"\ncurl ",
    b"\nwget ",
    b"\nnc ",
    b"\nncat ",
    b"\nnslookup ",
    b"\ndig ",
    b"\nhost ",
    b"\nifconfig",
    b"\nipconfig",
    b"\nnetstat",
    b"\nsysteminfo",
    b"\ntasklist",
    b"\nhead ",
    b"\ntail ",
    b"\nless ",
    b"\nmore ",
    b"\ngrep ",
    b"\nbash ",
    b"\nbash\n",
    b"\nsh ",
    b"\npython",
    b"\nperl ",
    b"\nphp ",
    b"\nnet ",
    b"\ntype ",
    b"\npowershell",
    b"\n/",
    b"\n'",
    b"\n\"",
    b"\n{",
    b"\n`",
    b"\n {",
    b"\n cat ",
    b"\n id",
    b"\n ls",
    b"\n dir",
    b"\n pwd",
    b"\n who",
    b"\n uname",
    b"\n rm ",
    b"\n ping ",
    b"\n sleep",
    b"\n curl ",
    b"\n wget ",
    b"\n nc ",
    b"\n type ",
];

/// Others: a command substitution, the end of a line that is written as an escape, and expressions of PowerShell.
static OTHERS: [&[u8]; 5] = [b"$(", b"\\n", b";[", b";&", b"&('"];

const LETTERS: usize = 26;
const NEEDLE_COUNT: usize =
    SIGNS.len() * (LETTERS + BEGINNINGS.len()) + LINES.len() + OTHERS.len() + option::NEEDLES.len();

/// Each sign with each beginning.
static PAIRS: [[u8; 2]; SIGNS.len() * (LETTERS + BEGINNINGS.len())] = {
    let mut pairs = [[0; 2]; SIGNS.len() * (LETTERS + BEGINNINGS.len())];
    let mut index = 0;
    while index < pairs.len() {
        let (sign, beginning) = (index % SIGNS.len(), index / SIGNS.len());
        let follows = if beginning < LETTERS { b'a' + beginning as u8 } else { BEGINNINGS[beginning - LETTERS] };
        pairs[index] = [SIGNS[sign], follows];
        index += 1;
    }
    pairs
};

pub(super) static NEEDLES: [&[u8]; NEEDLE_COUNT] = {
    let mut needles: [&[u8]; NEEDLE_COUNT] = [b""; NEEDLE_COUNT];
    let mut index = 0;
    while index < NEEDLE_COUNT {
        needles[index] = if index < PAIRS.len() {
            &PAIRS[index]
        } else if index < PAIRS.len() + LINES.len() {
            LINES[index - PAIRS.len()]
        } else if index < PAIRS.len() + LINES.len() + OTHERS.len() {
            OTHERS[index - PAIRS.len() - LINES.len()]
        } else {
            option::NEEDLES[index - PAIRS.len() - LINES.len() - OTHERS.len()]
        };
        index += 1;
    }
    needles
};
