//! What a sequence of tokens does to the statement that it is put into.

use super::lexer::{Kind, Token};

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

const LOGIC: &[&str] = &["or", "and", "xor", "||", "&&", "|", "&"];
const COMPARE: &[&str] = &[
    "=", "==", "<", ">", "<>", "!=", "<=", ">=", "like", "rlike", "regexp", "between", "in", "is", "+", "-", "*", "/",
    "%", "^", "|", "&", "||", "ilike", "sounds",
];
const STATEMENTS: &[&str] = &[
    "select", "insert", "update", "delete", "drop", "exec", "execute", "declare", "create", "alter", "truncate",
    "waitfor", "shutdown", "begin", "if", "call", "copy", "grant", "backup", "set", "while", "union",
];
/// Functions that wait, fail with a message, or read what the statement does not ask for.
const PROBES: &[&str] = &[
    "sleep",
    "benchmark",
    "pg_sleep",
    "load_file",
    "extractvalue",
    "updatexml",
    "randomblob",
    "xmltype",
    "dbms_pipe.receive_message",
    "dbms_lock.sleep",
    "utl_inaddr.get_host_name",
    "utl_inaddr.get_host_address",
    "utl_http.request",
    "ctxsys.drithsx.sn",
    "xp_cmdshell",
    "generate_series",
    "row_count",
    "json_keys",
    "polygon",
    "multipoint",
    "geometrycollection",
    "linestring",
    "gtid_subset",
    "name_const",
    "exp",
];
/// Those of them that other languages have as well: their argument has to be a constant or a statement.
const COMMON: &[&str] = &["sleep", "exp", "polygon", "benchmark", "linestring", "multipoint"];
/// Functions that take a value apart, letter by letter.
const PIECES: &[&str] = &[
    "char",
    "chr",
    "ascii",
    "ord",
    "substring",
    "substr",
    "mid",
    "concat",
    "hex",
    "unhex",
    "cast",
    "convert",
    "length",
    "len",
    "if",
    "iif",
    "user",
    "database",
    "version",
    "md5",
    "elt",
    "make_set",
    "user_name",
    "system_user",
    "db_name",
    "isnull",
    "count",
    "bin",
    "lower",
    "power",
    "rand",
    "floor",
    "sqlite_version",
    "current_user",
    "exists",
    "case",
    "select",
];

/// A string that the statement's own quote closes is as short as a condition needs it.
const LEFTOVER_BYTES_MAX: usize = 16;

/// The quote began a string in a list, and what follows its end is the next comma: `'or', 'and'`.
fn lists_strings(tokens: &[Token<'_>]) -> bool {
    let string = tokens.iter().take(4).find(|token| matches!(token.kind, Kind::Text { .. }));
    string.is_some_and(|token| token.text[1..].starts_with([',', ')', ']', ';', ':', '\n']))
}

/// A string without its end that holds one word at most.
fn is_leftover(token: &Token<'_>) -> bool {
    token.text.len() <= LEFTOVER_BYTES_MAX
        && token.text[1..].bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'%' | b'_'))
}

/// A comment that is there to cut off the rest, not to be read.
fn says_nothing(comment: &Token<'_>) -> bool {
    comment.text.len() <= LEFTOVER_BYTES_MAX
        && !comment.text.contains(['\'', '"', ',', ')', ']', '}', '>', ';', '=', '('])
        && comment.text.bytes().filter(u8::is_ascii_alphanumeric).count() <= 2
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
        Kind::Comma if probes(rest) => {
            Some((0.9, "It goes on in a list of values and makes the database wait or speak."))
        }
        _ if first.is_any(LOGIC) => logic(rest, out).or_else(|| operation(first, rest, out)),
        _ if first.is_any(&["having", "where"]) && comparison(rest).is_some() => {
            Some((0.9, "A condition that is always the same follows."))
        }
        _ if first.is("union") => union(rest),
        _ if first.is_any(&["order", "group"]) && rest.first().is_some_and(|token| token.is("by")) => {
            by(&rest[1..], out)
        }
        _ if first.is("procedure") && called(rest, &["analyse"]) => {
            Some((0.93, "It asks for the statement's columns."))
        }
        _ if first.is("waitfor") && rest.first().is_some_and(|token| token.is_any(&["delay", "time"])) => {
            Some((0.93, "It makes the database wait."))
        }
        _ if first.is("into") && rest.first().is_some_and(|token| token.is_any(&["outfile", "dumpfile"])) => {
            Some((0.93, "It has the database write a file."))
        }
        _ if first.is("as") => later(rest, out),
        _ if first.is_any(COMPARE) => operation(first, rest, out),
        _ if first.is("limit") && probes(rest) => Some((0.9, "It goes on after a limit.")),
        _ if out == BreakOut::Bare && probe_cut_off(tokens) => Some((0.9, "It makes the database wait or speak.")),
        _ => None,
    }
}

/// A second condition, after one that says nothing.
fn later(tokens: &[Token<'_>], out: BreakOut) -> Verdict {
    let place = tokens.iter().take(40).position(|token| token.is_any(&["where", "union", "and", "or", "having"]))?;
    let rest = &tokens[place + 1..];
    match tokens[place].is("union") {
        true => union(rest),
        false => comparison(rest)
            .map(|_| (0.88, "A condition that is always the same follows."))
            .or_else(|| logic(rest, out)),
    }
}

fn logic(rest: &[Token<'_>], out: BreakOut) -> Verdict {
    if let Some(end) = comparison(rest) {
        let sure = if out == BreakOut::Quote || ends(&rest[end.min(rest.len())..]) { 0.93 } else { 0.85 };
        return Some((sure, "A condition is added that is always true or always false."));
    }
    let first = rest.first()?;
    let waits = called(rest, COMMON) && (out == BreakOut::Quote || cut_off_somewhere(rest));
    if waits || probes(rest) {
        return Some((0.93, "A condition is added that makes the database wait or speak."));
    }
    let rest = &rest[usize::from(first.is("not") || first.text == "!")..];
    let literal = rest.first().is_some_and(|token| {
        matches!(token.kind, Kind::Number | Kind::Text { closed: true })
            || (token.kind == Kind::Text { closed: false } && is_leftover(token))
            || token.is_any(&["true", "false", "null"])
    });
    if literal && closes(&rest[1..]) && (out == BreakOut::Quote || cut_off(&rest[1..])) {
        return Some((0.88, "A constant is added as a condition."));
    }
    let open = rest.iter().take_while(|token| token.kind == Kind::Open).count();
    let inner = &rest[open..];
    if inner.first().is_some_and(|token| token.is("select")) && open > 0 || called(inner, PIECES) {
        return Some((0.9, "A condition is added that asks for other data."));
    }
    // `x' or name like '%a`: the quote that is left over closes it.
    let end = operand(rest).map(|(_, end)| end)?;
    let compares = rest.get(end).is_some_and(|token| token.is_any(COMPARE) || token.is("not"));
    let leftover = rest.iter().any(|token| token.kind == Kind::Text { closed: false });
    if out == BreakOut::Quote && compares && (leftover || cut_off_somewhere(rest)) {
        return Some((0.9, "A condition of its own is added after the end of a value."));
    }
    later_logic(rest, out)
}

/// `or a=b and 1=1`
fn later_logic(rest: &[Token<'_>], out: BreakOut) -> Verdict {
    let place = rest.iter().take(12).position(|token| token.is_any(&["or", "and", "||", "&&", "union"]))?;
    let more = &rest[place + 1..];
    if rest[place].is("union") {
        return union(more);
    }
    (out == BreakOut::Quote && comparison(more).is_some())
        .then_some((0.88, "A condition is added that is always true or always false."))
}

/// What an operand is made of.
#[derive(PartialEq, Eq)]
enum Operand<'t> {
    Constant,
    Name(&'t str),
    Call,
}

/// The operand that `tokens` begin with, and how many tokens it has.
fn operand<'t>(tokens: &[Token<'t>]) -> Option<(Operand<'t>, usize)> {
    let unary = |token: &&Token<'_>| token.kind == Kind::Open || token.is_any(&["not", "!", "~", "-", "+", "binary"]);
    let start = tokens.iter().take_while(unary).count();
    let first = tokens.get(start)?;
    let what = match first.kind {
        Kind::Number | Kind::Text { .. } => Operand::Constant,
        Kind::Variable => Operand::Call,
        Kind::Word if first.is_any(&["true", "false", "null"]) => Operand::Constant,
        Kind::Word if tokens.get(start + 1).is_some_and(|token| token.kind == Kind::Open) => {
            return Some((Operand::Call, start + 1 + balanced(&tokens[start + 1..])));
        }
        Kind::Word => Operand::Name(first.text),
        _ => return None,
    };
    let closing = tokens[start + 1..].iter().take_while(|token| token.kind == Kind::Close).count();
    Some((what, start + 1 + closing))
}

/// How many tokens the parenthesis takes up that `tokens` begin with.
fn balanced(tokens: &[Token<'_>]) -> usize {
    let mut depth = 0_usize;
    for (count, token) in tokens.iter().enumerate() {
        match token.kind {
            Kind::Open => depth += 1,
            Kind::Close if depth <= 1 => return count + 1,
            Kind::Close => depth -= 1,
            _ => {}
        }
    }
    tokens.len()
}

/// The length of a comparison whose outcome does not depend on any row.
fn comparison(tokens: &[Token<'_>]) -> Option<usize> {
    let (left, end) = operand(tokens)?;
    let not = usize::from(tokens.get(end)?.is("not"));
    let operator = tokens.get(end + not)?;
    if !operator.is_any(COMPARE) {
        return None;
    }
    let (right, length) = operand(&tokens[end + not + 1..])?;
    let fixed = match (&left, &right) {
        (Operand::Constant, Operand::Constant) => true,
        (Operand::Name(one), Operand::Name(other)) => {
            operator.text == "=" && (one == other || one.len() + other.len() == 2)
        }
        _ => false,
    };
    fixed.then_some(end + not + 1 + length)
}

/// A value is made part of an operation.
fn operation(operator: &Token<'_>, rest: &[Token<'_>], out: BreakOut) -> Verdict {
    let first = rest.first()?;
    if probes(rest) {
        return Some((0.93, "A value is made part of an operation that makes the database wait or speak."));
    }
    let asks = first.kind == Kind::Open && rest.get(1).is_some_and(|token| token.is("select"));
    if asks || (out == BreakOut::Quote && called(rest, PIECES)) {
        return Some((0.9, "A value is made part of an operation that asks for other data."));
    }
    let (what, end) = operand(rest)?;
    let constant = what == Operand::Constant && out == BreakOut::Quote;
    if constant
        && !operator.is("in")
        && (cut_off(&rest[end..]) || rest.get(end).is_some_and(|token| token.is_any(&["or", "and"])))
    {
        return Some((0.85, "A value is made part of an operation and the rest is cut off."));
    }
    later_logic(&rest[end..], out)
}

fn union(rest: &[Token<'_>]) -> Verdict {
    let skip = |token: &&Token<'_>| token.kind == Kind::Open || token.is_any(&["all", "distinct"]);
    let place = rest.iter().take_while(skip).count();
    let after = rest.get(place)?;
    let next = rest.get(place + 1);
    let opens = next.is_some_and(|token| token.kind == Kind::Open);
    // Spaces are left out where a filter takes them, so the word may go on.
    let joined = after.text.get(..6).is_some_and(|word| word.eq_ignore_ascii_case("select")) && opens;
    let lists = next.is_none_or(|token| token.kind != Kind::Word || token.is_any(&["null", "from", "distinct", "top"]))
        || rest.get(place + 2).is_none_or(|token| token.kind != Kind::Word || token.is_any(&["from", "into", "as"]));
    let selects = joined || (after.is("select") && lists);
    selects.then_some((0.95, "The result of another statement is joined to that of the first."))
}

fn by(rest: &[Token<'_>], out: BreakOut) -> Verdict {
    if probes(rest) {
        return Some((0.93, "An order is asked for that makes the database wait."));
    }
    let columns = |token: &&Token<'_>| {
        matches!(token.kind, Kind::Number | Kind::Comma | Kind::Close) || token.is_any(&["asc", "desc"])
    };
    let length = rest.iter().take_while(columns).count();
    let counts = rest.first().is_some_and(|token| token.kind == Kind::Number);
    let sure = if cut_off(&rest[length..]) || out == BreakOut::Quote { 0.9 } else { 0.82 };
    let grows = rest.get(length).is_some_and(|token| token.is_any(&["having", "union", "limit"]));
    (grows || counts && ends(&rest[length..])).then_some((sure, "Columns are counted by ordering by their number."))
}

/// `; drop table x`
fn stacked(rest: &[Token<'_>], out: BreakOut) -> Verdict {
    let first = rest.first()?;
    if first.kind == Kind::Comment && out == BreakOut::Quote {
        return Some((0.88, "A quote ends a value and a comment cuts off the rest."));
    }
    let goes_on = rest.get(1).is_some_and(|token| {
        matches!(
            token.kind,
            Kind::Word | Kind::Variable | Kind::Open | Kind::Text { .. } | Kind::Number | Kind::Comment
        ) || token.text == "*"
    });
    (first.is_any(STATEMENTS)
        && goes_on
        && (out == BreakOut::Quote || cut_off_somewhere(rest) || probes(rest) || object(rest)))
    .then_some((0.9, "A second statement follows the first."))
}

/// `drop table`, `exec xp_x`, `delete from`
fn object(rest: &[Token<'_>]) -> bool {
    let object =
        &["table", "database", "from", "into", "user", "view", "schema", "index", "procedure", "master", "delay"];
    rest.get(1).is_some_and(|token| token.is_any(object) || token.text.starts_with("xp_"))
        || rest.first().is_some_and(|token| token.is_any(&["exec", "execute", "declare", "shutdown"]))
}

/// A function of `names` is called first.
fn called(tokens: &[Token<'_>], names: &[&str]) -> bool {
    matches!(tokens, [name, open, ..] if open.kind == Kind::Open && name.is_any(names))
        || tokens
            .first()
            .is_some_and(|token| token.is_any(&["case", "exists"]) && token.is_any(names) && tokens.len() > 2)
}

/// A call that waits, speaks or reads the catalogue stands in `tokens`.
fn probes(tokens: &[Token<'_>]) -> bool {
    tokens.windows(2).any(|pair| {
        (pair[1].kind == Kind::Open && pair[0].is_any(PROBES) && !pair[0].is_any(COMMON))
            || (pair[0].is("waitfor") && pair[1].is("delay"))
            || (pair[0].is("into") && pair[1].is_any(&["outfile", "dumpfile"]))
            || (pair[0].is("union") && pair[1].is_any(&["select", "all"]))
    }) || tokens.iter().any(catalogue)
        || tokens.windows(3).any(|three| {
            three[0].is_any(COMMON)
                && three[1].kind == Kind::Open
                && matches!(three[2].kind, Kind::Number | Kind::Open | Kind::Text { .. })
        })
}

fn catalogue(token: &Token<'_>) -> bool {
    let begins = |name: &&str| token.text.get(..name.len()).is_some_and(|start| start.eq_ignore_ascii_case(name));
    let is = |name: &&str| token.text.eq_ignore_ascii_case(name);
    match token.kind {
        Kind::Word => {
            ["information_schema.", "pg_catalog.", "sys.", "master..", "mysql.user"].iter().any(begins)
                || ["sysobjects", "syscolumns", "sysusers", "sqlite_master", "msysobjects", "xp_cmdshell"]
                    .iter()
                    .any(is)
        }
        Kind::Variable => ["@@version", "@@hostname", "@@datadir", "@@servername"].iter().any(is),
        _ => false,
    }
}

/// A payload that is a call of its own: `sleep(5)#`, `1 and sleep(5)`.
fn probe_cut_off(tokens: &[Token<'_>]) -> bool {
    // What costs little is asked first.
    (cut_off_somewhere(tokens) && tokens.first().is_some_and(|token| !token.is_any(STATEMENTS)) && probes(tokens))
        || (tokens.first().is_some_and(|token| token.is_any(&["exec", "execute"])) && probes(tokens))
}

fn cut_off(tokens: &[Token<'_>]) -> bool {
    let rest = tokens.iter().find(|token| !matches!(token.kind, Kind::Close | Kind::Semicolon));
    rest.is_some_and(|token| token.kind == Kind::Comment)
}

fn cut_off_somewhere(tokens: &[Token<'_>]) -> bool {
    tokens.last().is_some_and(|token| token.kind == Kind::Comment)
}

fn ends(tokens: &[Token<'_>]) -> bool {
    cut_off(tokens) || tokens.iter().all(|token| matches!(token.kind, Kind::Close | Kind::Semicolon))
}

/// Nothing follows that would make a sentence of it.
fn closes(tokens: &[Token<'_>]) -> bool {
    ends(tokens) || tokens.first().is_some_and(|token| token.is_any(LOGIC))
}
