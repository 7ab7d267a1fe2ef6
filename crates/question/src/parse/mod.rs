//! Reads the text form. By hand, one function per rule; nesting and size are limited, so no input can exhaust the stack.
//!
//! ```text
//! question   = all { "or" all }            all  = one { "and" one }
//! one        = "not" one | "(" question ")" | "no" events | "exists" "(" source ")" | test
//! test       = expr [ compare expr | "between" expr "and" expr | "in" set | "is" ["not"] "empty" ]
//! set        = "(" expr { "," expr } ")" | "my" "teams" | period
//! period     = ("last"|"next") number unit | ("this"|"last"|"next") unit | text "to" text
//! source     = "events" text [ "in" period ] | plural [ "." field ] [ "by" link ] [ "where" question ]
//! expr       = product { ("+"|"-") product }     product = unary { ("*"|"/") unary }
//! unary      = "-" unary | number [ unit | currency ] | text | word | path | call | "(" expr ")"
//! ```

mod questions;
mod values;

use kernel::limits;

use crate::ast::{Expr, Period, Question};
use crate::error::{QuestionError, Result, Span};
use crate::lex::{Token, tokens};

pub(crate) use self::values::check_arity;

/// The most units a shift or a window may have.
pub const MOST_UNITS: i64 = 100_000;

/// Words that need backticks where they name a field.
pub(crate) const RESERVED: [&str; 25] = [
    "and",
    "or",
    "not",
    "in",
    "is",
    "empty",
    "between",
    "contains",
    "starts",
    "ends",
    "true",
    "false",
    "today",
    "yesterday",
    "tomorrow",
    "now",
    "me",
    "my",
    "no",
    "where",
    "by",
    "before",
    "after",
    "events",
    "exists",
];

/// Those of them that mean something only beside other words: where a field is expected they are read as its name.
const SOFT: [&str; 10] = ["no", "my", "by", "where", "before", "after", "events", "exists", "empty", "between"];

/// Reads a question; an empty text asks for everything.
pub fn question(text: &str) -> Result<Question> {
    let mut parser = Parser::new(text)?;
    if parser.tokens.is_empty() {
        return Ok(Question::Always(true));
    }
    let question = parser.question()?;
    parser.finish()?;
    Ok(question)
}

/// Reads a formula.
pub fn expr(text: &str) -> Result<Expr> {
    let mut parser = Parser::new(text)?;
    let expr = parser.expr()?;
    parser.finish()?;
    Ok(expr)
}

/// Reads a period alone: `last 90 days`.
pub fn period(text: &str) -> Result<Period> {
    let mut parser = Parser::new(text)?;
    let period = parser.period()?;
    parser.finish()?;
    Ok(period)
}

struct Parser {
    tokens: Vec<(Token, Span)>,
    /// For each `(`, the position of its `)`.
    closing: Vec<usize>,
    end: Span,
    at: usize,
    depth: usize,
    nodes: usize,
}

impl Parser {
    fn new(text: &str) -> Result<Parser> {
        let (tokens, end) = tokens(text)?;
        let closing = closing(&tokens)?;
        Ok(Parser { tokens, closing, end, at: 0, depth: 0, nodes: 0 })
    }

    // Looking at tokens.

    fn token(&self, ahead: usize) -> Option<&Token> {
        self.tokens.get(self.at + ahead).map(|(token, _)| token)
    }

    fn span(&self) -> Span {
        self.tokens.get(self.at).map_or_else(|| self.end.clone(), |(_, span)| span.clone())
    }

    fn last_span(&self) -> Span {
        self.tokens.get(self.at.saturating_sub(1)).map_or_else(Span::default, |(_, span)| span.clone())
    }

    fn is_word(&self, ahead: usize, word: &str) -> bool {
        matches!(self.token(ahead), Some(Token::Word(found)) if found.eq_ignore_ascii_case(word))
    }

    fn is_sign(&self, ahead: usize, sign: &str) -> bool {
        matches!(self.token(ahead), Some(Token::Sign(found)) if *found == sign)
    }

    fn take_word(&mut self, word: &str) -> bool {
        let found = self.is_word(0, word);
        self.at += usize::from(found);
        found
    }

    fn take_sign(&mut self, sign: &str) -> bool {
        let found = self.is_sign(0, sign);
        self.at += usize::from(found);
        found
    }

    fn expect_sign(&mut self, sign: &str, after: &str) -> Result<()> {
        if self.take_sign(sign) {
            return Ok(());
        }
        Err(self.fault(format!("a `{sign}` belongs {after}")))
    }

    fn fault(&self, message: impl Into<String>) -> QuestionError {
        QuestionError::syntax(&self.span(), message)
    }

    fn found(&self) -> String {
        match self.token(0) {
            None => "the end".to_string(),
            Some(Token::Word(word)) => format!("`{word}`"),
            Some(Token::Name(name)) => format!("`{name}`"),
            Some(Token::Number(number)) => format!("`{number}`"),
            Some(Token::Text(_)) => "a text".to_string(),
            Some(Token::Sign(sign)) => format!("`{sign}`"),
        }
    }

    fn finish(&self) -> Result<()> {
        if self.at >= self.tokens.len() {
            return Ok(());
        }
        Err(self.fault(format!("{} is not expected here: join conditions with `and` or `or`", self.found())))
    }

    // Limits.

    fn node(&mut self) -> Result<()> {
        self.nodes += 1;
        if self.nodes <= limits::QUESTION_NODES {
            return Ok(());
        }
        Err(QuestionError::new(
            "too_many_parts",
            &self.span(),
            format!("a question may have {} parts; split it, or use `in (…)` for long lists", limits::QUESTION_NODES),
        ))
    }

    fn deeper<T>(&mut self, inner: impl FnOnce(&mut Parser) -> Result<T>) -> Result<T> {
        if self.depth >= limits::QUESTION_DEPTH {
            return Err(QuestionError::new(
                "too_deep",
                &self.span(),
                format!("a question may be nested {} levels deep; take some parentheses away", limits::QUESTION_DEPTH),
            ));
        }
        self.depth += 1;
        let result = inner(self);
        self.depth -= 1;
        result
    }
}

pub(crate) fn is_reserved(word: &str) -> bool {
    RESERVED.iter().any(|reserved| word.eq_ignore_ascii_case(reserved))
}

fn is_soft(word: &str) -> bool {
    SOFT.iter().any(|soft| word.eq_ignore_ascii_case(soft))
}

/// For each opening parenthesis the position of the one that closes it.
fn closing(tokens: &[(Token, Span)]) -> Result<Vec<usize>> {
    let mut closing = vec![0; tokens.len()];
    let mut open: Vec<(usize, &Span)> = Vec::new();
    for (at, (token, span)) in tokens.iter().enumerate() {
        match token {
            Token::Sign("(") => open.push((at, span)),
            Token::Sign(")") => {
                let Some((opened, _)) = open.pop() else {
                    return Err(QuestionError::syntax(
                        span,
                        "this `)` closes nothing: take it away or open a `(` before",
                    ));
                };
                if let Some(place) = closing.get_mut(opened) {
                    *place = at;
                }
            }
            _ => {}
        }
    }
    match open.pop() {
        Some((_, span)) => Err(QuestionError::syntax(span, "this `(` is never closed")),
        None => Ok(closing),
    }
}
