//! From parts to a tree, and what is refused on the way.

use super::{
    TemplateError,
    datum::Datum,
    functions,
    lexer::{Part, Token, parts},
};

/// A piece of a template.
#[derive(Clone, Debug)]
pub(super) enum Piece {
    Text(String),
    /// Writes the value, unless it is given to a variable.
    Value(Pipeline),
    /// The first branch whose condition is true, or the last without one.
    If(Vec<Branch>),
    With(Vec<Branch>),
    Range {
        over: Pipeline,
        body: Vec<Piece>,
        otherwise: Vec<Piece>,
    },
}

#[derive(Clone, Debug)]
pub(super) struct Branch {
    pub(super) condition: Option<Pipeline>,
    pub(super) body: Vec<Piece>,
}

/// Commands of which each gets what the one before gives.
#[derive(Clone, Debug)]
pub(super) struct Pipeline {
    /// The variables that it is given to.
    pub(super) variables: Vec<String>,
    pub(super) commands: Vec<Command>,
}

#[derive(Clone, Debug)]
pub(super) enum Command {
    Value(Operand),
    Call(functions::Function, Vec<Operand>),
}

#[derive(Clone, Debug)]
pub(super) struct Operand {
    pub(super) base: Base,
    pub(super) fields: Vec<String>,
}

#[derive(Clone, Debug)]
pub(super) enum Base {
    Dot,
    Variable(String),
    Constant(Datum),
    Pipeline(Box<Pipeline>),
}

/// Actions may be nested this deep.
const DEPTH_MAX: usize = 30;

/// Names that stand for something from the start.
const VARIABLES: &[&str] = &["", "labels", "value", "externalLabels", "externalURL"];

pub(super) fn parse(text: &str) -> std::result::Result<Vec<Piece>, TemplateError> {
    let parts = parts(text)?;
    let variables = VARIABLES.iter().map(|name| (*name).to_owned()).collect();
    let mut parser = Parser { parts: parts.into_iter(), variables, depth: 0, line: 1 };
    let (pieces, end) = parser.pieces().map_err(|message| parser.wrong(message))?;
    match end {
        Ending::Text => Ok(pieces),
        _ => Err(parser.wrong("there is nothing to end here".to_owned())),
    }
}

/// What a list of pieces ended with.
enum Ending {
    Text,
    /// `end`
    Keyword,
    /// `else`, with what stands behind it.
    Else(Vec<Token>),
}

struct Parser {
    parts: std::vec::IntoIter<Part>,
    /// Those that are known here.
    variables: Vec<String>,
    depth: usize,
    line: usize,
}

type Result<T> = std::result::Result<T, String>;

impl Parser {
    fn wrong(&self, message: String) -> TemplateError {
        TemplateError { line: self.line, message }
    }

    fn pieces(&mut self) -> Result<(Vec<Piece>, Ending)> {
        self.depth += 1;
        if self.depth > DEPTH_MAX {
            return Err(format!("actions may be nested {DEPTH_MAX} deep"));
        }
        let known = self.variables.len();
        let mut pieces = Vec::new();
        let end = loop {
            match self.parts.next() {
                None => break Ending::Text,
                Some(Part::Text(text)) => pieces.push(Piece::Text(text)),
                Some(Part::Action(tokens, line)) => {
                    self.line = line;
                    match tokens.first() {
                        Some(Token::Word(word)) if word == "end" => break Ending::Keyword,
                        Some(Token::Word(word)) if word == "else" => break Ending::Else(tokens[1..].to_vec()),
                        _ => pieces.push(self.action(tokens)?),
                    }
                }
            }
        };
        self.variables.truncate(known);
        self.depth -= 1;
        Ok((pieces, end))
    }

    fn action(&mut self, tokens: Vec<Token>) -> Result<Piece> {
        let Some(Token::Word(word)) = tokens.first() else {
            return self.whole_pipeline(&tokens, true).map(Piece::Value);
        };
        match word.as_str() {
            "if" => self.branches(&tokens[1..]).map(Piece::If),
            "with" => self.branches(&tokens[1..]).map(Piece::With),
            "range" => self.range(&tokens[1..]),
            "define" | "template" | "block" | "break" | "continue" => Err(format!("{word} is not supported")),
            _ => self.whole_pipeline(&tokens, true).map(Piece::Value),
        }
    }

    fn branches(&mut self, condition: &[Token]) -> Result<Vec<Branch>> {
        let known = self.variables.len();
        let mut branches = Vec::new();
        let mut condition = Some(self.whole_pipeline(condition, false)?);
        loop {
            let (body, end) = self.pieces()?;
            let last = condition.is_none();
            branches.push(Branch { condition: condition.take(), body });
            match end {
                Ending::Text => return Err("end is missing".to_owned()),
                Ending::Keyword => break,
                Ending::Else(_) if last => return Err("else stands behind else".to_owned()),
                Ending::Else(tokens) => match tokens.split_first() {
                    None => {}
                    Some((Token::Word(word), tokens)) if word == "if" || word == "with" => {
                        condition = Some(self.whole_pipeline(tokens, false)?);
                    }
                    Some(_) => return Err("behind else only if may stand".to_owned()),
                },
            }
        }
        self.variables.truncate(known);
        Ok(branches)
    }

    fn range(&mut self, tokens: &[Token]) -> Result<Piece> {
        let known = self.variables.len();
        let over = self.whole_pipeline(tokens, false)?;
        let (body, end) = self.pieces()?;
        let (otherwise, end) = match end {
            Ending::Else(tokens) if tokens.is_empty() => self.pieces()?,
            end => (Vec::new(), end),
        };
        self.variables.truncate(known);
        match end {
            Ending::Keyword => Ok(Piece::Range { over, body, otherwise }),
            _ => Err("end is missing".to_owned()),
        }
    }

    fn whole_pipeline(&mut self, tokens: &[Token], assigns: bool) -> Result<Pipeline> {
        let (variables, tokens) = self.declared(tokens, assigns)?;
        let mut rest = tokens;
        let commands = self.commands(&mut rest)?;
        if !rest.is_empty() {
            return Err("a closing parenthesis stands alone".to_owned());
        }
        Ok(Pipeline { variables, commands })
    }

    /// The variables that stand before `:=` or `=`.
    fn declared<'t>(&mut self, tokens: &'t [Token], assigns: bool) -> Result<(Vec<String>, &'t [Token])> {
        let sign = tokens.iter().position(|token| matches!(token, Token::Sign(":=" | "=")));
        let Some(sign) = sign else { return Ok((Vec::new(), tokens)) };
        let mut names = Vec::new();
        for token in &tokens[..sign] {
            match token {
                Token::Variable(name) if !name.is_empty() => names.push(name.clone()),
                Token::Sign(",") => {}
                _ => return Err("before := there stands a variable".to_owned()),
            }
        }
        let declares = tokens[sign] == Token::Sign(":=");
        if names.is_empty() || names.len() > 2 || (assigns && names.len() > 1) {
            return Err("before := there stands one variable, or two in range".to_owned());
        }
        for name in &names {
            match self.variables.contains(name) {
                false if !declares => return Err(format!("the variable ${name} is not known")),
                _ => self.variables.push(name.clone()),
            }
        }
        // An assignment to a variable from outside is told by the doubled sign.
        let names = if declares { names } else { names.iter().map(|name| format!("={name}")).collect() };
        Ok((names, &tokens[sign + 1..]))
    }

    /// Commands up to the end or the closing parenthesis, which stays.
    fn commands(&mut self, rest: &mut &[Token]) -> Result<Vec<Command>> {
        self.depth += 1;
        if self.depth > DEPTH_MAX {
            return Err(format!("actions may be nested {DEPTH_MAX} deep"));
        }
        let mut commands = Vec::new();
        loop {
            commands.push(self.command(rest)?);
            match rest.first() {
                Some(Token::Sign("|")) => *rest = &rest[1..],
                _ => break,
            }
        }
        self.depth -= 1;
        let wrong = commands.iter().skip(1).any(|command| matches!(command, Command::Value(_)));
        if wrong { Err("behind | there stands a function".to_owned()) } else { Ok(commands) }
    }

    fn command(&mut self, rest: &mut &[Token]) -> Result<Command> {
        let mut function = None;
        if let Some(Token::Word(word)) = rest.first()
            && !is_constant(word)
        {
            function = Some(functions::find(word)?);
            *rest = &rest[1..];
        }
        let mut operands = Vec::new();
        while !matches!(rest.first(), None | Some(Token::Sign("|" | ")"))) {
            operands.push(self.operand(rest)?);
        }
        match (function, operands.len()) {
            (Some(function), _) => Ok(Command::Call(function, operands)),
            (None, 1) => operands.pop().map(Command::Value).ok_or_else(String::new),
            (None, 0) => Err("a value or a function is missing".to_owned()),
            (None, _) => Err("only a function takes arguments".to_owned()),
        }
    }

    fn operand(&mut self, rest: &mut &[Token]) -> Result<Operand> {
        let Some((first, after)) = rest.split_first() else {
            return Err("a value is missing".to_owned());
        };
        *rest = after;
        let mut fields = Vec::new();
        let base = match first {
            Token::Dot => Base::Dot,
            Token::Field { name, .. } => {
                fields.push(name.clone());
                Base::Dot
            }
            Token::Variable(name) if self.variables.contains(name) => Base::Variable(name.clone()),
            Token::Variable(name) => return Err(format!("the variable ${name} is not known")),
            Token::Text(text) => Base::Constant(Datum::Text(text.clone())),
            Token::Number(number) => Base::Constant(constant_number(number)?),
            Token::Word(word) if is_constant(word) => Base::Constant(match word.as_str() {
                "nil" => Datum::Nothing,
                word => Datum::Bool(word == "true"),
            }),
            Token::Word(word) => {
                let function = functions::find(word)?;
                let commands = vec![Command::Call(function, Vec::new())];
                Base::Pipeline(Box::new(Pipeline { variables: Vec::new(), commands }))
            }
            Token::Sign("(") => {
                let commands = self.commands(rest)?;
                match rest.split_first() {
                    Some((Token::Sign(")"), after)) => *rest = after,
                    _ => return Err("a parenthesis is not closed".to_owned()),
                }
                Base::Pipeline(Box::new(Pipeline { variables: Vec::new(), commands }))
            }
            Token::Sign(sign) => return Err(format!("'{sign}' was not expected here")),
        };
        while let Some((Token::Field { name, follows: true }, after)) = rest.split_first() {
            fields.push(name.clone());
            *rest = after;
        }
        Ok(Operand { base, fields })
    }
}

fn is_constant(word: &str) -> bool {
    matches!(word, "true" | "false" | "nil")
}

/// Without a point or an exponent it is an integer.
fn constant_number(written: &str) -> Result<Datum> {
    let plain = written.replace('_', "");
    let float = || crate::promql::parse_number(&plain);
    match plain.parse().ok() {
        Some(integer) => Ok(Datum::Integer(integer)),
        None => float().map(Datum::Float).ok_or_else(|| format!("'{written}' is not a number")),
    }
}
