//! The walk itself: a loop with an explicit stack, so that depth costs memory that is limited, never the thread's stack.

use super::{
    duplicate::Names,
    path::{Path, Step},
    problem::{JsonProblem, JsonProblemKind},
    text::Reader,
};
use crate::limits::JSON_DEPTH_MAX;
use std::borrow::Cow;

/// A string of the text, decoded.
pub(crate) enum Part<'p> {
    /// The name of a member.
    Name(&'p str),
    /// A value.
    Value(&'p str),
    /// A value that is a number, as it is written.
    Number(&'p str),
    /// A name that the object has had before; follows the name itself.
    Again(&'p str),
    /// A string with half a surrogate pair in it; follows the string itself.
    Halved(&'p str),
}

/// Gives every string in the JSON `text`, names and values in the order of the text, to `visit`, with its place.
pub(crate) fn walk(text: &str, visit: &mut dyn FnMut(Part<'_>, &Path<'_>)) -> Result<(), JsonProblem> {
    let mut walker = Walker {
        reader: Reader::new(text),
        path: Path { steps: Vec::new(), string: 0..0 },
        names: Vec::new(),
        objects: 0,
        visit,
    };
    walker.value()?;
    while !walker.path.steps.is_empty() {
        walker.next()?;
    }
    walker.reader.blanks();
    match walker.reader.peek() {
        None => Ok(()),
        Some(_) => Err(walker.reader.problem(JsonProblemKind::TrailingText)),
    }
}

struct Walker<'t, 'v> {
    reader: Reader<'t>,
    path: Path<'t>,
    /// For each open object its names; behind those, empty ones to use again.
    names: Vec<Names<'t>>,
    /// How many objects are open.
    objects: usize,
    visit: &'v mut dyn FnMut(Part<'_>, &Path<'_>),
}

impl<'t> Walker<'t, '_> {
    /// Reads a value; of an array or object as far as its first value, which the path then leads to.
    fn value(&mut self) -> Result<(), JsonProblem> {
        loop {
            self.reader.blanks();
            match self.reader.peek() {
                Some(b'"') => {
                    self.reader.skip();
                    let text = self.string()?;
                    self.tell(Part::Value(&text), &text);
                    return Ok(());
                }
                Some(b'[') => {
                    self.enter(Step::Array(0))?;
                    if self.reader.take(b']') {
                        return self.leave();
                    }
                }
                Some(b'{') => {
                    self.enter(Step::Object(Cow::Borrowed("")))?;
                    self.enter_object();
                    if self.reader.take(b'}') {
                        return self.leave();
                    }
                    self.name()?;
                }
                Some(b'-' | b'0'..=b'9') => return self.number(),
                _ => return self.reader.word(),
            }
        }
    }

    fn number(&mut self) -> Result<(), JsonProblem> {
        let start = self.reader.at();
        self.reader.number()?;
        self.path.string = start..self.reader.at();
        (self.visit)(Part::Number(self.reader.since(start)), &self.path);
        Ok(())
    }

    /// Goes on behind a value: to the next one, or out of the array or object.
    fn next(&mut self) -> Result<(), JsonProblem> {
        let more = self.reader.take(b',');
        match self.path.steps.last_mut() {
            Some(Step::Array(index)) if more => {
                *index += 1;
                self.value()
            }
            Some(Step::Object(_)) if more => {
                self.name()?;
                self.value()
            }
            Some(Step::Array(_)) if self.reader.take(b']') => self.leave(),
            Some(Step::Object(_)) if self.reader.take(b'}') => self.leave(),
            _ => Err(self.reader.problem(JsonProblemKind::ExpectedCommaOrEnd)),
        }
    }

    /// Reads the name of a member and the colon after it.
    fn name(&mut self) -> Result<(), JsonProblem> {
        if !self.reader.take(b'"') {
            return Err(self.reader.problem(JsonProblemKind::ExpectedName));
        }
        let name = self.string()?;
        if let Some(step) = self.path.steps.last_mut() {
            *step = Step::Object(name.clone());
        }
        self.tell(Part::Name(&name), &name);
        if self.names[self.objects - 1].add(name.clone()) {
            (self.visit)(Part::Again(&name), &self.path);
        }
        if !self.reader.take(b':') {
            return Err(self.reader.problem(JsonProblemKind::ExpectedColon));
        }
        Ok(())
    }

    fn enter(&mut self, step: Step<'static>) -> Result<(), JsonProblem> {
        if self.path.steps.len() == JSON_DEPTH_MAX {
            return Err(self.reader.problem(JsonProblemKind::TooDeep));
        }
        self.reader.skip();
        self.path.steps.push(step);
        Ok(())
    }

    fn enter_object(&mut self) {
        match self.names.get_mut(self.objects) {
            Some(names) => names.clear(),
            None => self.names.push(Names::default()),
        }
        self.objects += 1;
    }

    /// Reads a string whose opening quote is passed.
    fn string(&mut self) -> Result<Cow<'t, str>, JsonProblem> {
        let start = self.reader.at() - 1;
        let text = self.reader.string()?;
        self.path.string = start..self.reader.at();
        Ok(text)
    }

    fn tell(&mut self, part: Part<'_>, text: &str) {
        (self.visit)(part, &self.path);
        if self.reader.took_lone_surrogate() {
            (self.visit)(Part::Halved(text), &self.path);
        }
    }

    fn leave(&mut self) -> Result<(), JsonProblem> {
        if let Some(Step::Object(_)) = self.path.steps.pop() {
            self.objects -= 1;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Every string with its pointer, names with a `#` before them.
    fn strings(text: &str) -> Result<Vec<String>, JsonProblemKind> {
        let mut seen = Vec::new();
        let mut visit = |part: Part<'_>, path: &Path<'_>| {
            let (mark, text) = match part {
                Part::Name(text) => ("#", text),
                Part::Value(text) | Part::Number(text) => ("", text),
                Part::Again(text) => ("again ", text),
                Part::Halved(text) => ("half ", text),
            };
            seen.push(format!("{mark}{}={text}", path.pointer(Cow::Borrowed)));
        };
        walk(text, &mut visit).map_err(|problem| problem.kind)?;
        Ok(seen)
    }

    #[test]
    fn places() {
        let seen = strings(r#" {"a":[1,"x",{"b/c":"y"},[]],"":{"~":"\ud83d\ude00\n"},"z":"\ud83d"} "#).unwrap();
        let expected = [
            "#/a=a",
            "/a/0=1",
            "/a/1=x",
            "#/a/2/b~1c=b/c",
            "/a/2/b~1c=y",
            "#/=",
            "#//~0=~",
            "//~0=😀\n",
            "#/z=z",
            "/z=\u{FFFD}",
            "half /z=\u{FFFD}",
        ];
        assert_eq!(seen, expected);
        assert_eq!(strings("\u{FEFF}\"x\"").unwrap(), ["=x"]);
        assert_eq!(strings(" -0.5e+10 ").unwrap(), ["=-0.5e+10"]);
        for scalar in ["true", "null", "[]", "{}"] {
            assert_eq!(strings(scalar), Ok(Vec::new()), "{scalar}");
        }
    }

    #[test]
    fn names_that_come_again_are_told_once_an_object() {
        let again = |text: &str| strings(text).unwrap().iter().filter(|line| line.starts_with("again")).count();
        assert_eq!(again(r#"{"a":1,"b":{"a":1},"c":{"a":2},"d":[{"a":3},{"a":4}]}"#), 0);
        assert_eq!(again(r#"{"a":1,"\u0061":2,"a":3}"#), 1);
        assert_eq!(again(r#"{"x":{"a":1,"a":2},"y":{"b":1,"b":2},"x":3}"#), 3);
        for count in [15, 16, 17, 63, 64, 65, 300] {
            let names: String = (0..count).map(|index| format!("\"k{index}\":1,")).collect();
            assert_eq!(again(&format!("{{{names}\"last\":2}}")), 0);
            assert_eq!(again(&format!("{{{names}\"k{}\":2}}", count - 1)), 1);
            assert_eq!(again(&format!("[{{{names}\"l\":2}},{{\"k0\":2}}]")), 0);
        }
        let many: String = (0..100_000).map(|index| format!("\"k{index}\":1,")).collect();
        assert_eq!(again(&format!("{{{many}\"last\":2}}")), 0);
        assert_eq!(again(&format!("{{{many}\"k99999\":2}}")), 1);
    }

    #[test]
    fn strings_know_where_they_stand() {
        let text = r#"{"a\n": ["é", "b"]}"#;
        let mut seen = Vec::new();
        walk(text, &mut |_, path| seen.push(text[path.string.clone()].to_owned())).unwrap();
        assert_eq!(seen, [r#""a\n""#, "\"é\"", "\"b\""]);
    }

    #[test]
    fn problems() {
        use JsonProblemKind as Kind;
        for (text, kind) in [
            ("", Kind::EndsEarly),
            ("[1", Kind::EndsEarly),
            ("\"abc", Kind::EndsEarly),
            ("{\"a\"", Kind::EndsEarly),
            ("[1,]", Kind::ExpectedValue),
            ("nul", Kind::ExpectedValue),
            ("{a:1}", Kind::ExpectedName),
            ("{\"a\" 1}", Kind::ExpectedColon),
            ("[1 2]", Kind::ExpectedCommaOrEnd),
            ("[1}", Kind::ExpectedCommaOrEnd),
            ("01", Kind::TrailingText),
            ("-x", Kind::BadNumber),
            ("1.", Kind::EndsEarly),
            (r#""\x""#, Kind::BadEscape),
            (r#""\u12g4""#, Kind::BadEscape),
            ("\"a\nb\"", Kind::ControlCharacter),
            ("1 2", Kind::TrailingText),
        ] {
            assert_eq!(strings(text), Err(kind), "{text}");
        }
        assert_eq!(strings(&"[".repeat(1_000_000)), Err(Kind::TooDeep));
        assert_eq!(strings(&"{\"a\":".repeat(1_000_000)), Err(Kind::TooDeep));
        let deepest = format!("{}{}", "[".repeat(JSON_DEPTH_MAX), "]".repeat(JSON_DEPTH_MAX));
        assert_eq!(strings(&deepest), Ok(Vec::new()));
    }

    #[test]
    fn problems_tell_their_place() {
        let problem = walk("{\n \"é\": x}", &mut |_, _| {}).unwrap_err();
        assert_eq!((problem.offset, problem.line, problem.column), (9, 2, 7));
        assert_eq!(problem.to_string(), "expected a JSON value at line 2, column 7 (byte 9)");
    }
}
