//! The part of Jinja that templates of messages may use: as much as says something, and nothing that makes large values
//! in few steps. Fuel counts the steps; the output has its own limit; what is in between has none but this.

use super::{OUTPUT_BYTES_MAX, TemplateError, explain};
use minijinja::{
    Environment, Error, ErrorKind, State, Value,
    machinery::{Token, tokenize},
    syntax::SyntaxConfig,
};

/// The statements that there are. A block of `set` or `filter` would keep its output where nothing bounds it.
const STATEMENTS: [&str; 8] = ["for", "endfor", "if", "elif", "else", "endif", "set", "raw"];
/// Words after which a bracket or a parenthesis begins something new and belongs to nothing before it.
const WORDS: [&str; 8] = ["in", "not", "and", "or", "if", "elif", "else", "is"];
/// Filters that repeat, fill up or take apart: one of them twice makes much out of little.
const WITHOUT: [&str; 9] = ["batch", "chain", "format", "indent", "lines", "pprint", "slice", "split", "zip"];

/// Takes away what makes large values, and bounds what remains.
pub(super) fn restrict(environment: &mut Environment<'_>) {
    WITHOUT.iter().for_each(|name| environment.remove_filter(name));
    ["debug", "dict", "namespace"].iter().for_each(|name| environment.remove_global(name));
    environment.add_filter("replace", replace);
    environment.add_filter("join", join);
    environment.add_filter("string", |value: Value| bounded(value.to_string()));
    environment.add_filter("tojson", to_json);
    // Of a text it would make a list of its letters.
    environment.add_filter("list", |state: &State, value: Value| match value.as_str() {
        Some(_) => Err(Error::new(ErrorKind::InvalidOperation, "a text is no list")),
        None => minijinja::filters::list(state, value),
    });
}

/// What stands open at a place in a tag.
#[derive(Clone, Copy, PartialEq)]
enum Open {
    /// The arguments of a filter, or an index.
    Arguments,
    /// A part of an expression.
    Group,
    /// A list of texts and numbers.
    List,
}

/// Refuses what [`restrict`] cannot take away: operators, lists of anything but texts and numbers, statements.
pub(super) fn check(source: &str, syntax: SyntaxConfig) -> Result<(), TemplateError> {
    let mut open: Vec<Open> = Vec::new();
    let mut before = [const { None }; 3];
    for token in tokenize(source, false, syntax) {
        let (token, span) = token.map_err(|error| explain(&error))?;
        let attached = match &before[2] {
            Some(Token::Ident(name)) => !WORDS.contains(name),
            Some(Token::BracketClose | Token::ParenClose) => true,
            _ => false,
        };
        let problem = operator(&token).or_else(|| statement(&before, &token)).or_else(|| unfit(open.last(), &token));
        if let Some(problem) = problem {
            return Err(TemplateError { line: usize::from(span.start_line), problem });
        }
        match token {
            Token::BracketOpen | Token::ParenOpen if attached => open.push(Open::Arguments),
            Token::BracketOpen => open.push(Open::List),
            Token::ParenOpen => open.push(Open::Group),
            Token::BracketClose | Token::ParenClose => drop(open.pop()),
            Token::BlockEnd | Token::VariableEnd => open.clear(),
            _ => {}
        }
        // `{%-` is a beginning like any other.
        if !(matches!(token, Token::Minus) && matches!(before[2], Some(Token::BlockStart))) {
            before.rotate_left(1);
            before[2] = Some(token);
        }
    }
    Ok(())
}

fn operator(token: &Token<'_>) -> Option<String> {
    match token {
        Token::Plus | Token::Mul | Token::Pow | Token::Mod | Token::Tilde => {
            Some(format!("templates have no operator {token}: put one value after the other"))
        }
        Token::BraceOpen => Some("templates make no maps".into()),
        _ => None,
    }
}

/// What is wrong with `token` as the beginning of a statement, or as what follows it.
fn statement(before: &[Option<Token<'_>>; 3], token: &Token<'_>) -> Option<String> {
    match (before, token) {
        ([.., Some(Token::BlockStart)], Token::Ident(name)) if !STATEMENTS.contains(name) => {
            Some(format!("templates have no `{name}`: there are for, if and set"))
        }
        ([Some(Token::BlockStart), Some(Token::Ident("set")), _], Token::Assign) => None,
        ([Some(Token::BlockStart), Some(Token::Ident("set")), _], _) => {
            Some("`set` gives one name one value: {% set name = value %}".into())
        }
        (_, Token::Ident("recursive")) => Some("templates have no recursive loops".into()),
        _ => None,
    }
}

/// What is wrong with `token` inside of what stands open.
fn unfit(open: Option<&Open>, token: &Token<'_>) -> Option<String> {
    let plain = matches!(
        token,
        Token::Str(_) | Token::String(_) | Token::Int(_) | Token::Float(_) | Token::Comma | Token::BracketClose
    );
    match (open, token) {
        (Some(Open::List), _) if !plain => Some("lists are of texts and numbers only".into()),
        (Some(Open::Group), Token::Comma) | (None, Token::Comma) => Some("templates make no tuples".into()),
        _ => None,
    }
}

fn bounded(text: String) -> Result<String, Error> {
    if text.len() > OUTPUT_BYTES_MAX {
        return Err(Error::new(ErrorKind::InvalidOperation, "makes the text too long"));
    }
    Ok(text)
}

/// The filter of this name, with a limit on what it makes.
fn replace(text: String, from: String, to: String) -> Result<String, Error> {
    let replaced = text.len().saturating_add(text.matches(&from).count().saturating_mul(to.len()));
    if replaced > OUTPUT_BYTES_MAX {
        return Err(Error::new(ErrorKind::InvalidOperation, "makes the text too long"));
    }
    Ok(text.replace(&from, &to))
}

/// The filter of this name, with a limit on what it makes.
fn join(list: Value, between: Option<String>) -> Result<String, Error> {
    let between = between.unwrap_or_default();
    let mut joined = String::new();
    for (place, value) in list.try_iter()?.enumerate() {
        if place > 0 {
            joined.push_str(&between);
        }
        joined.push_str(&value.to_string());
        joined = bounded(joined)?;
    }
    Ok(joined)
}

/// The filter of this name, with a limit on what it makes. What it makes may stand in HTML.
fn to_json(value: Value) -> Result<Value, Error> {
    let json = serde_json::to_string(&value)
        .map_err(|error| Error::new(ErrorKind::BadSerialization, error.to_string()))
        .and_then(bounded)?;
    let escaped = json.replace('<', "\\u003c").replace('>', "\\u003e").replace('&', "\\u0026").replace('\'', "\\u0027");
    Ok(Value::from_safe_string(bounded(escaped)?))
}

#[cfg(test)]
mod tests {
    use crate::template::{Markup, OUTPUT_BYTES_MAX, Template};
    use proptest::prelude::*;
    use serde_json::json;
    use std::time::{Duration, Instant};

    fn render(source: &str) -> Result<String, String> {
        let context = json!({"a": "x".repeat(1_000), "list": [{"n": "é\"'<&"}, {"n": 2}]});
        let template = Template::compile(source, Markup::Plain, &["a", "list"]).map_err(|error| error.to_string())?;
        template.render(&context).map_err(|error| error.to_string())
    }

    #[test]
    fn what_would_make_large_values_is_refused() {
        let block = "{% set b %}{% for i in range(50000) %}some text{% endfor %}{% endset %}";
        let doubled = format!("{{% set b = [a, a] %}}{}{{{{ b }}}}", "{% set b = [b, b] %}".repeat(60));
        let kept = "{% set n = namespace(a=a) %}{% for i in range(99) %}{% set n.a = n.a %}{% endfor %}";
        let letters = format!("{{{{ a{} }}}}", "|list|string".repeat(30));
        let quoted = format!("{{{{ a|replace('x', '\"'){} }}}}", "|tojson".repeat(30));
        let joined = format!("{{{{ range(100000)|join(a){} }}}}", "|upper");
        let cases = [
            ("\n{{ a ~ a }}", "line 2: templates have no operator"),
            ("{{ 'x' * 99999999 }}", "no operator"),
            ("{# {{ ' #}{{ a + a }}", "no operator"),
            ("{{ '}}' ~ a }}", "no operator"),
            ("{{ '%99999999d' % 1 }}", "no operator"),
            (block, "`set` gives one name one value"),
            ("{%- set b | replace('=', a) %}{% endset %}", "`set` gives one name one value"),
            (kept, "`set` gives one name one value"),
            ("{{ namespace(a=a) }}", "nothing is called 'namespace'"),
            ("{% filter upper %}{% endfilter %}", "templates have no `filter`"),
            ("{%- macro b() %}{% endmacro %}", "templates have no `macro`"),
            ("{% for b in list recursive %}{{ loop(list) }}{% endfor %}", "no recursive loops"),
            (&doubled, "lists are of texts and numbers only"),
            ("{% for b in (a, a) %}{% endfor %}", "no tuples"),
            ("{% set b = a, a %}", "no tuples"),
            ("{{ {'a': a} }}", "no maps"),
            ("{{ a|indent(99999999999) }}", "indent"),
            ("{{ '%99999999d'|format(1) }}", "format"),
            (&letters, "a text is no list"),
            (&quoted, "too long"),
            (&joined, "too long"),
        ];
        for (source, wanted) in cases {
            let error = render(source).unwrap_err();
            assert!(error.contains(wanted), "{source:.100}: {error}");
        }
    }

    #[test]
    fn what_says_something_is_there() {
        let cases = [
            ("{% if 'b' in ['a', \"b\"] and (a or list) %}{{ list[1].n }}{{ list[1]['n'] }}{% endif %}", "22"),
            ("{%- set n = list|length -%}{{ n }} {{ list|map(attribute='n')|join(', ') }}", "2 é\"'<&, 2"),
            ("{{ list|map(attribute='n')|list|tojson }}", r#"["é\"\u0027\u003c\u0026",2]"#),
            ("{% for l in list if l.n == 2 %}{{ loop.index }}{% else %}none{% endfor %}", "1"),
            ("{% raw %}{{ a ~ a }}{% endraw %} * + ~ [a, a] 5 %", "{{ a ~ a }} * + ~ [a, a] 5 %"),
            ("{{ nothing_of_the_kind|default('-') if false else 'b'|replace('b', 'c')|upper }}", ""),
        ];
        for (source, wanted) in &cases[..5] {
            assert_eq!(render(source).as_deref(), Ok(*wanted), "{source}");
        }
        assert!(render(cases[5].0).unwrap_err().contains("nothing is called"));
    }

    fn piece() -> impl Strategy<Value = String> {
        let pieces = [
            "{{",
            "}}",
            "{%",
            "%}",
            "{#",
            "#}",
            "{%-",
            "-%}",
            " for x in ",
            " endfor ",
            " if ",
            " elif ",
            " else ",
            " endif ",
            " set b = ",
            " set b ",
            " endset ",
            " filter ",
            " macro m() ",
            " call ",
            " raw ",
            " endraw ",
            " with ",
            " recursive",
            "a",
            "b",
            "x",
            "list",
            "loop",
            "range(100000)",
            "range",
            "namespace",
            "'",
            "\"",
            "'s'",
            "1",
            "999999999999",
            "~",
            "+",
            "*",
            "**",
            "%",
            "-",
            "/",
            "==",
            "[",
            "]",
            "(",
            ")",
            "{",
            "}",
            ",",
            ".",
            "|",
            "|join(a)",
            "|list",
            "|string",
            "|tojson",
            "|upper",
            "|replace('x', a)",
            "|map('upper')",
            "|sort",
            "|reverse",
            "|indent(9999)",
            "|round(9999)",
            "|groupby('n')",
            "|urlencode",
            "|length",
            "\n",
            " ",
        ];
        prop_oneof![8 => proptest::sample::select(pieces.to_vec()).prop_map(str::to_owned), 1 => ".{0,8}"]
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(2_000))]

        #[test]
        fn every_template_ends_soon_and_says_little(pieces in proptest::collection::vec(piece(), 0..40)) {
            let source = pieces.concat();
            let began = Instant::now();
            for source in [&source, &format!("{{{{ {source} }}}}"), &format!("{{% for x in list %}}{source}{{% endfor %}}")] {
                if let Ok(text) = render(source) {
                    prop_assert!(text.len() <= OUTPUT_BYTES_MAX);
                }
            }
            prop_assert!(began.elapsed() < Duration::from_secs(10), "{:?}", began.elapsed());
        }
    }
}
