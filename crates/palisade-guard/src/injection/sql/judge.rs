//! What a sequence of tokens does to the statement that it is put into.

use super::{
    clause::{by, union},
    condition::{after_number, later, logic, operation},
    expression::{comparison, cut_off, cut_off_somewhere, ends, says_nothing},
    lexer::{Kind, Token},
    probe::{called, decides, is_word, probes, speaks, spells},
    roles::{
        ANALYSE, AS, BY, CATALOGUE, CHAR, COMMON, COMPARE, DELAY, DIRECTION, EXEC, FILE, FROM, INTO, LIMIT, LITERAL,
        LOGIC, NOT, ORDER, PIECE, PROBE, PROCEDURE, SELECT, STATEMENT, SYSTEM, UNARY, UNION, WAITFOR, WHERE,
    },
    statement::{adjacent, alone, stacked},
};

/// How a payload leaves the value that it was to be.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum BreakOut {
    /// It needs to leave nothing: a number or nothing at all stands before it.
    Bare,
    /// It closes a string.
    Quote,
}

/// How sure, and what it does.
pub(super) type Verdict = Option<(f64, &'static str)>;

/// The quote began a string in a list, and what follows its end is the next comma: `'or', 'and'`.
fn lists_strings(tokens: &[Token<'_>]) -> bool {
    let string = tokens.iter().take(4).find(|token| token.is_text());
    string.is_some_and(|token| token.text.get(1).is_some_and(|next| b",)];:\n".contains(next)))
}

/// What `tokens` do after a break-out.
pub(super) fn judge(tokens: &[Token<'_>], out: BreakOut) -> Verdict {
    if out == BreakOut::Quote && lists_strings(tokens) {
        return None;
    }
    let start = tokens.iter().take_while(|token| token.kind == Kind::Close).count();
    let first = tokens.get(start)?;
    let rest = &tokens[start + 1..];
    match first.kind {
        Kind::Comment if out == BreakOut::Quote && says_nothing(first) => {
            Some((0.85, "A quote ends a value and a comment cuts off the rest."))
        }
        Kind::Semicolon => stacked(rest, out),
        Kind::Comma => listed(rest, out),
        Kind::Open if out == BreakOut::Quote && rest.first().is_some_and(|token| token.has(SELECT)) => {
            Some((0.85, "A statement follows the end of a value."))
        }
        Kind::Text { .. } if out == BreakOut::Quote => None,
        Kind::Word | Kind::Operator => word(first, rest, out).or_else(|| {
            (out == BreakOut::Quote && first.has(STATEMENT)).then(|| adjacent(&tokens[start..], out)).flatten()
        }),
        _ => None,
    }
}

/// The same for what begins with a word or an operator.
fn word(first: &Token<'_>, rest: &[Token<'_>], out: BreakOut) -> Verdict {
    let next = |roles| rest.first().is_some_and(|token| token.has(roles));
    match first {
        _ if first.has(UNION) => union(rest),
        _ if first.has(LOGIC) => logic(first, rest, out).or_else(|| operation(first, rest, out)),
        _ if first.has(WHERE) => condition(first, rest, out),
        _ if first.has(ORDER) && next(BY) => by(&rest[1..], out),
        _ if first.has(PROCEDURE) && called(rest, ANALYSE) => Some((0.93, "It asks for the statement's columns.")),
        _ if first.has(WAITFOR) && next(DELAY) => Some((0.93, "It makes the database wait.")),
        _ if first.has(INTO) && next(FILE) => Some((0.93, "It has the database write a file.")),
        _ if first.has(AS) => later(rest, out),
        _ if first.has(COMPARE | NOT) => compared(first, rest, out),
        _ if first.has(LIMIT) && probes(rest) => Some((0.9, "It goes on after a limit.")),
        _ => None,
    }
}

fn condition(first: &Token<'_>, rest: &[Token<'_>], out: BreakOut) -> Verdict {
    match comparison(rest) {
        Some(fixed)
            if out == BreakOut::Quote
                || cut_off(&rest[fixed.length.min(rest.len())..])
                || fixed.length >= rest.len() =>
        {
            Some((0.9, "A condition that is always the same follows."))
        }
        _ => logic(first, rest, out),
    }
}

/// `like '%`, `not between 1 and 2 --`
fn compared(first: &Token<'_>, rest: &[Token<'_>], out: BreakOut) -> Verdict {
    match rest.split_first() {
        Some((second, more)) if first.has(NOT) && second.has(COMPARE) => operation(second, more, out),
        _ => operation(first, rest, out),
    }
}

/// `', …` and `1, …`
fn listed(rest: &[Token<'_>], out: BreakOut) -> Verdict {
    if probes(rest) || decides(rest) {
        return Some((0.9, "It goes on in a list of values and makes the database wait or speak."));
    }
    // `1,2); drop table x`
    if let Some(place) = rest.windows(2).position(|pair| pair[0].kind == Kind::Close && pair[1].kind == Kind::Semicolon)
    {
        return stacked(&rest[place + 2..], out);
    }
    // `1, (select user()))--`
    let subquery = matches!(rest, [open, select, ..] if open.kind == Kind::Open && select.has(SELECT));
    if subquery && cut_off_somewhere(rest) {
        return Some((0.88, "It goes on in a list of values and asks for other data."));
    }
    let closes = rest.iter().any(|token| token.kind == Kind::Close);
    let silent = rest.last().is_some_and(says_nothing);
    (out == BreakOut::Quote && closes && cut_off_somewhere(rest) && silent)
        .then_some((0.85, "It goes on in a list of values and cuts off the rest."))
}

/// True when what begins with `start`, its first [`START_TOKENS`], says nothing to [`judge_bare`], as most prose does: a
/// word that is none of SQL, and neither one behind it nor a sign that goes on from a value.
pub(super) fn begins_as_prose(start: &[Token<'_>]) -> bool {
    let plain = |token: &Token<'_>| token.kind == Kind::Word && token.roles == 0;
    let goes_on = |token: &Token<'_>| match token.kind {
        Kind::Word => token.roles != 0,
        kind => matches!(kind, Kind::Comma | Kind::Semicolon),
    };
    matches!(start, [first, next, ..] if plain(first) && !is_word(first, b"if") && !goes_on(next))
}

/// Tokens that tell whether a text begins as prose does.
pub(super) const START_TOKENS: usize = 2;

/// What `tokens` do that are all of a value, or the beginning of one.
pub(super) fn judge_bare(tokens: &[Token<'_>]) -> Verdict {
    let first = tokens.first()?;
    if let Some(verdict) = alone(tokens) {
        return Some(verdict);
    }
    if is_phrase(tokens) {
        return None;
    }
    let sign = usize::from(first.has(UNARY) && first.kind == Kind::Operator);
    if (first.kind != Kind::Operator || first.has(LOGIC))
        && let Some(verdict) = judge(tokens, BreakOut::Bare)
    {
        return Some(verdict);
    }
    call(&tokens[sign..]).or_else(|| continued(tokens, sign)).or_else(|| tautology(tokens))
}

/// `group by 2` and `union select members`: with nothing in front and nothing cut off, people write so as well.
fn is_phrase(tokens: &[Token<'_>]) -> bool {
    let words = tokens.iter().all(|token| matches!(token.kind, Kind::Word | Kind::Number) && !token.has(FROM));
    let few = tokens.len() <= 3 || tokens.iter().filter(|token| token.kind == Kind::Number).count() == 0;
    // Columns are counted so, and nobody says it in words.
    let counts = is_word(&tokens[0], b"order") && tokens.len() == 3 && tokens[2].kind == Kind::Number;
    let literal = tokens.last().is_some_and(|last| last.has(LITERAL));
    tokens[0].has(UNION | ORDER | WHERE | LIMIT) && words && few && !counts && !literal
}

/// A value, then what goes on after it.
fn continued(tokens: &[Token<'_>], sign: usize) -> Verdict {
    let value = tokens.get(sign)?;
    let next = tokens.get(sign + 1)?;
    let opens = match value.kind {
        Kind::Number | Kind::Variable | Kind::Close => true,
        Kind::Open | Kind::Text { closed: true } => false,
        // A name may be compared or counted; it is the value only where a word of logic follows it.
        // `name; select pg_sleep(9)`
        Kind::Word if sign == 0 && next.kind == Kind::Semicolon => {
            return stacked(&tokens[2..], BreakOut::Bare).filter(|_| probes(&tokens[2..]));
        }
        Kind::Word => {
            let code = [&b"where"[..], b"elif", b"assert", b"return", b"when", b"unless", b"until", b"on", b"elsif"];
            let reserved = value.has(STATEMENT | WHERE | LOGIC) || code.iter().any(|word| is_word(value, word));
            sign == 0 && matches!(next.kind, Kind::Word | Kind::Comma) && !reserved
        }
        _ => false,
    };
    if !opens {
        return None;
    }
    // `id desc, (select …)`
    let ordered =
        usize::from(next.has(DIRECTION) && tokens.get(sign + 2).is_some_and(|token| token.kind == Kind::Comma));
    let rest = &tokens[sign + 1 + ordered..];
    let number = value.kind == Kind::Number;
    judge(rest, BreakOut::Bare)
        .or_else(|| repeats(value, rest).then_some((0.82, "A constant is added as a condition.")))
        .or_else(|| (number && next.kind == Kind::Word && next.has(LOGIC)).then(|| after_number(&rest[1..])).flatten())
        .or_else(|| (number && next.has(STATEMENT)).then(|| adjacent(rest, BreakOut::Bare)).flatten())
}

/// `1 or 1`: a choice between the same is none.
fn repeats(value: &Token<'_>, rest: &[Token<'_>]) -> bool {
    match rest {
        [joint, other, after @ ..] => {
            joint.has(LOGIC) && value.kind == Kind::Number && other.text == value.text && ends(after)
        }
        _ => false,
    }
}

/// A call as the whole value: `benchmark(…)`, `(select …)`, `if(1=1, …)`.
fn call(tokens: &[Token<'_>]) -> Verdict {
    let open = tokens.iter().take_while(|token| token.kind == Kind::Open).count();
    let inner = &tokens[open..];
    let first = inner.first()?;
    let why = "A call makes the database wait or speak.";
    if open > 0 && first.has(SELECT) && inner.iter().any(|token| token.kind == Kind::Close) && inner.len() > 3 {
        return Some((0.85, "A statement stands in the place of a value."));
    }
    if called(inner, PROBE) || (first.has(PROBE | SYSTEM) && first.text.contains(&b'.')) {
        return Some((0.88, why));
    }
    let breaks = cut_off_somewhere(inner) || inner.iter().any(Token::is_open_text) || probes(&inner[1..]);
    if called(inner, COMMON) && breaks
        || (called(inner, PIECE)
            && (decides(inner) || speaks(inner) || spells(inner) || probes(&inner[1..]) || subquery(inner)))
    {
        return Some((0.88, why));
    }
    if let [run, open, what, ..] = inner
        && run.has(EXEC)
        && open.kind == Kind::Open
        && what.kind == Kind::Variable
        && !what.text.starts_with(b"@@")
    {
        return Some((0.82, "A text that a variable holds is run as a statement."));
    }
    if first.kind == Kind::Variable && first.has(CATALOGUE) && inner.len() <= 2 {
        return Some((0.85, "A variable tells about the database."));
    }
    let asks = called(inner, COMMON | CHAR | PIECE) && inner.len() <= 4 && first.text.len() >= 5;
    asks.then_some((0.6, "A call waits, or tells about the database."))
}

/// `(select` stands in it.
fn subquery(tokens: &[Token<'_>]) -> bool {
    tokens.windows(2).any(|pair| pair[0].kind == Kind::Open && pair[1].has(SELECT))
}

/// `if(7=7) select 1 else drop function x--`
fn tautology(tokens: &[Token<'_>]) -> Verdict {
    let [first, open, inner @ ..] = tokens else { return None };
    if is_word(first, b"if") && open.kind == Kind::Open {
        let fixed = comparison(inner)?;
        let statement = inner.get(fixed.length).is_some_and(|token| token.has(SELECT | EXEC | WAITFOR));
        return statement.then_some((0.85, "A condition that is always the same decides which statement runs."));
    }
    None
}
