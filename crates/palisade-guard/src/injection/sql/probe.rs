//! What makes a database wait, speak, or tell about itself.

use super::{
    expression::comparison,
    lexer::{Kind, Token},
    roles::{
        ALL, ANALYSE, CASE, CATALOGUE, CHAR, COMMON, DECLARE, DELAY, EQUALS, EXEC, FILE, INTO, JOINS, PROBE, PROCEDURE,
        Roles, SELECT, SYSTEM, UNION, WAITFOR,
    },
};

/// `when` follows `case` within as many tokens, also where a value stands between them.
const NEAR_TOKENS: usize = 8;

/// This many numbers in a row spell a word in `char(…)`.
const SPELT_CALLS_MIN: usize = 2;

/// Functions whose first argument decides what they give.
const DECIDING: [&[u8]; 5] = [b"if", b"iif", b"elt", b"make_set", b"nvl2"];

/// Without any of these, only a program is left to call.
const PROBING: Roles = PROBE | WAITFOR | INTO | PROCEDURE | CATALOGUE | SYSTEM | COMMON | UNION | CHAR;

/// A function of `roles` is called first.
pub(super) fn called(tokens: &[Token<'_>], roles: Roles) -> bool {
    match tokens {
        [name, open, ..] if open.kind == Kind::Open => name.has(roles),
        [name, rest @ ..] => {
            name.has(CASE) && name.has(roles) && rest.iter().take(NEAR_TOKENS).any(|token| is_word(token, b"when"))
        }
        _ => false,
    }
}

/// A call that waits, speaks or reads the catalogue stands in `tokens`.
pub(super) fn probes(tokens: &[Token<'_>]) -> bool {
    let roles = tokens.iter().fold(0, |roles, token| roles | token.roles);
    if roles & PROBING == 0 && !tokens.iter().any(|token| is_word(token, b"program")) {
        return false;
    }
    speaks(tokens)
        || roles & (CATALOGUE | SYSTEM) != 0
        || tokens.windows(3).any(|three| {
            three[0].has(COMMON)
                && three[1].kind == Kind::Open
                && (matches!(three[2].kind, Kind::Number | Kind::Open) || three[2].is_text() || three[2].text == b"~")
        })
        || joins(tokens)
        || spells(tokens)
}

/// `union select 1`: more than the words, which prose and names have as well.
fn joins(tokens: &[Token<'_>]) -> bool {
    tokens.iter().enumerate().any(|(place, token)| {
        let rest = &tokens[place + 1..];
        let skipped = rest.iter().take_while(|token| token.has(ALL) || token.kind == Kind::Open).count();
        token.has(UNION)
            && rest.get(skipped).is_some_and(|next| next.has(SELECT))
            && rest
                .get(skipped + 1)
                .is_some_and(|next| next.kind != Kind::Word || next.roles != 0 || rest.len() > skipped + 2)
    })
}

/// A call that only databases have, and that does more than compute.
pub(super) fn speaks(tokens: &[Token<'_>]) -> bool {
    tokens.windows(2).any(|pair| {
        (pair[0].has(PROBE) && pair[1].kind == Kind::Open)
            || (pair[0].has(WAITFOR) && pair[1].has(DELAY))
            || (pair[0].has(INTO) && pair[1].has(FILE))
            || (pair[0].has(PROCEDURE) && pair[1].has(ANALYSE))
            || (is_word(&pair[0], b"program") && pair[1].is_text())
    }) || tokens.iter().any(|token| token.has(PROBE) && token.text.contains(&b'.'))
}

/// `char(97)+char(98)`: text that no quote has to surround.
pub(super) fn spells(tokens: &[Token<'_>]) -> bool {
    let calls = tokens
        .windows(3)
        .filter(|three| three[0].has(CHAR) && three[1].kind == Kind::Open && three[2].kind == Kind::Number);
    let joined = tokens.windows(3).any(|three| {
        three[0].kind == Kind::Close && (three[1].has(JOINS) || three[1].kind == Kind::Comma) && three[2].has(CHAR)
    });
    joined && calls.take(SPELT_CALLS_MIN).count() == SPELT_CALLS_MIN
}

/// `declare @s … exec(@s)`: a statement that is put together first.
pub(super) fn assembles(tokens: &[Token<'_>]) -> bool {
    let declares = tokens.windows(2).any(|pair| pair[0].has(DECLARE) && pair[1].kind == Kind::Variable);
    let runs = tokens
        .windows(3)
        .any(|three| three[0].has(EXEC) && three[1].kind == Kind::Open && three[2].kind == Kind::Variable);
    let coded = tokens.iter().any(|token| token.kind == Kind::Number && token.text.len() > 16);
    // `set @s=0x…; prepare x from @s`
    let prepares_text = tokens
        .windows(3)
        .any(|three| three[0].kind == Kind::Word && is_word(&three[1], b"from") && three[2].kind == Kind::Variable)
        && tokens.iter().any(|token| is_word(token, b"prepare"));
    let unfinished = tokens.last().is_some_and(|token| token.has(EQUALS));
    let prepares = declares || tokens.iter().any(|token| token.has(SELECT | EQUALS));
    (runs && prepares) || prepares_text || (declares && (coded || unfinished))
}

/// `if(1=1, …` and `case when 1=1 then …`
pub(super) fn decides(tokens: &[Token<'_>]) -> bool {
    let fixed = |rest: &[Token<'_>], next: &dyn Fn(&Token<'_>) -> bool| {
        comparison(rest).is_some_and(|fixed| rest.get(fixed.length).is_some_and(next))
    };
    tokens.iter().enumerate().any(|(place, token)| {
        let rest = &tokens[place + 1..];
        match rest {
            [open, inner @ ..] if open.kind == Kind::Open && DECIDING.iter().any(|word| is_word(token, word)) => {
                fixed(inner, &|next| next.kind == Kind::Comma)
            }
            [when, inner @ ..] if token.has(CASE) => {
                is_word(when, b"when") && fixed(inner, &|next| is_word(next, b"then"))
            }
            _ => false,
        }
    })
}

pub(super) fn is_word(token: &Token<'_>, word: &[u8]) -> bool {
    token.kind == Kind::Word && token.text.eq_ignore_ascii_case(word)
}
