//! Values: what stands on either side of a comparison, and formulas.

use kernel::{Currency, Money};

use super::{MOST_UNITS, Parser, is_reserved};
use crate::ast::{Arithmetic, Expr, ExprKind, Figure, FigureKind, Function, Literal, Unit};
use crate::error::{QuestionError, Result, Span, did_you_mean};
use crate::lex::Token;

impl Parser {
    pub(super) fn expr(&mut self) -> Result<Expr> {
        let mut left = self.product()?;
        loop {
            let op = if self.take_sign("+") {
                Arithmetic::Add
            } else if self.take_sign("-") {
                Arithmetic::Sub
            } else {
                return Ok(left);
            };
            let right = self.product()?;
            left = self.arithmetic(op, left, right)?;
        }
    }

    pub(super) fn product(&mut self) -> Result<Expr> {
        let mut left = self.unary()?;
        loop {
            let op = if self.take_sign("*") {
                Arithmetic::Mul
            } else if self.take_sign("/") {
                Arithmetic::Div
            } else {
                return Ok(left);
            };
            let right = self.unary()?;
            left = self.arithmetic(op, left, right)?;
        }
    }

    pub(super) fn arithmetic(&mut self, op: Arithmetic, left: Expr, right: Expr) -> Result<Expr> {
        self.node()?;
        let span = left.span.to(&right.span);
        Ok(Expr { kind: ExprKind::Arithmetic(op, Box::new(left), Box::new(right)), span })
    }

    pub(super) fn unary(&mut self) -> Result<Expr> {
        if !self.is_sign(0, "-") {
            return self.primary();
        }
        let start = self.span();
        self.at += 1;
        if matches!(self.token(0), Some(Token::Number(_))) {
            return self.number("-", start);
        }
        self.node()?;
        let inner = self.deeper(Parser::unary)?;
        let span = start.to(&inner.span);
        Ok(Expr { span, ..inner.negated() })
    }

    pub(super) fn primary(&mut self) -> Result<Expr> {
        self.node()?;
        let start = self.span();
        match self.token(0) {
            Some(Token::Number(_)) => {
                self.nodes -= 1;
                self.number("", start)
            }
            Some(Token::Text(text)) => {
                let text = text.clone();
                self.at += 1;
                Ok(Expr { kind: ExprKind::Literal(Literal::Text(text)), span: start })
            }
            Some(Token::Sign("(")) => {
                self.at += 1;
                let inner = self.deeper(Parser::expr)?;
                self.expect_sign(")", "at the end of this group")?;
                Ok(inner)
            }
            Some(Token::Word(word)) if self.is_sign(1, "(") => {
                let word = word.to_ascii_lowercase();
                self.at += 2;
                let kind = self.deeper(|parser| parser.call(&word, &start))?;
                self.expect_sign(")", &format!("at the end of `{word}(…`"))?;
                Ok(Expr { kind, span: start.to(&self.last_span()) })
            }
            Some(Token::Word(word)) if constant(word).is_some() => {
                let literal = constant(word).unwrap_or(Literal::Now);
                self.at += 1;
                Ok(Expr { kind: ExprKind::Literal(literal), span: start })
            }
            Some(Token::Word(_) | Token::Name(_)) => {
                let mut path = vec![self.name("a field")?];
                while self.take_sign(".") {
                    path.push(self.name("a field")?);
                }
                Ok(Expr { kind: ExprKind::Path(path), span: start.to(&self.last_span()) })
            }
            _ => Err(self.fault(format!(
                "{} is not expected here: this must be a value, such as a field, a number or a text in quotes",
                self.found()
            ))),
        }
    }

    /// A number with its sign, and the unit or currency behind it.
    pub(super) fn number(&mut self, sign: &str, start: Span) -> Result<Expr> {
        self.node()?;
        let digits = match self.token(0) {
            Some(Token::Number(digits)) => format!("{sign}{digits}"),
            _ => return Err(self.fault("a number belongs here")),
        };
        self.at += 1;
        let span = start.to(&self.last_span());
        if let Some(Token::Word(word)) = self.token(0) {
            if let Some(unit) = Unit::parse(word) {
                self.at += 1;
                let span = start.to(&self.last_span());
                let count = digits.parse::<i64>().ok().filter(|n| n.unsigned_abs() <= MOST_UNITS.unsigned_abs());
                let Some(count) = count else {
                    return Err(QuestionError::syntax(
                        &span,
                        format!("a span of time is a whole number up to {MOST_UNITS}"),
                    ));
                };
                return Ok(Expr { kind: ExprKind::Literal(Literal::Duration(count, unit)), span });
            }
            if word.len() == 3
                && word.bytes().all(|b| b.is_ascii_uppercase())
                && !is_reserved(word)
                && let Some(currency) = Currency::parse(word)
            {
                self.at += 1;
                let span = start.to(&self.last_span());
                let Some(money) = Money::from_decimal(&digits, currency) else {
                    return Err(QuestionError::syntax(
                        &span,
                        format!(
                            "an amount in {currency} has at most {} digits behind the point and no exponent",
                            currency.decimals()
                        ),
                    ));
                };
                return Ok(Expr { kind: ExprKind::Literal(Literal::Money(money)), span });
            }
        }
        if let Ok(whole) = digits.parse::<i64>() {
            return Ok(Expr { kind: ExprKind::Literal(Literal::Int(whole)), span });
        }
        match digits.parse::<f64>() {
            Ok(number) if number.is_finite() => Ok(Expr { kind: ExprKind::Literal(Literal::Number(number)), span }),
            _ => Err(QuestionError::syntax(&span, "this number is too large")),
        }
    }

    /// What stands between the parentheses of `word(…)`.
    pub(super) fn call(&mut self, word: &str, start: &Span) -> Result<ExprKind> {
        if let Some(of) = FigureKind::ALL.into_iter().find(|kind| kind.text() == word)
            && self.is_figure(of)
        {
            let source = self.source()?;
            return Ok(ExprKind::Figure(Box::new(Figure { of, source })));
        }
        if word == "if" {
            let condition = self.question()?;
            self.expect_sign(",", "after the condition: `if(condition, then, else)`")?;
            let then = self.expr()?;
            self.expect_sign(",", "after the second part: `if(condition, then, else)`")?;
            let otherwise = self.expr()?;
            return Ok(ExprKind::If(Box::new(condition), Box::new(then), Box::new(otherwise)));
        }
        let Some(function) = Function::ALL.into_iter().find(|function| function.text() == word) else {
            let known = Function::ALL
                .iter()
                .map(|f| f.text())
                .chain(FigureKind::ALL.iter().map(|f| f.text()))
                .chain(["if", "exists"]);
            return Err(QuestionError::syntax(
                start,
                format!("unknown function `{word}`{}", did_you_mean(word, known)),
            ));
        };
        let mut arguments = Vec::new();
        while !self.is_sign(0, ")") {
            if !arguments.is_empty() {
                self.expect_sign(",", &format!("between the values of `{word}`"))?;
            }
            arguments.push(self.expr()?);
        }
        check_arity(function, arguments.len(), &start.to(&self.span()))?;
        Ok(ExprKind::Call(function, arguments))
    }

    /// `min` and `max` are figures over records or functions of values: a figure has one source, a function two values.
    pub(super) fn is_figure(&self, of: FigureKind) -> bool {
        if !matches!(of, FigureKind::Min | FigureKind::Max) {
            return true;
        }
        if self.is_word(0, "events") {
            return true;
        }
        let mut ahead = 0;
        while matches!(self.token(ahead), Some(Token::Word(_) | Token::Name(_))) {
            if !self.is_sign(ahead + 1, ".") {
                return self.is_sign(ahead + 1, ")")
                    || self.is_word(ahead + 1, "where")
                    || self.is_word(ahead + 1, "by");
            }
            ahead += 2;
        }
        false
    }
}

pub(crate) fn check_arity(function: Function, given: usize, span: &Span) -> Result<()> {
    let (least, most) = function.arity();
    if (least..=most).contains(&given) {
        return Ok(());
    }
    let wanted = match (least, most) {
        (1, 1) => "one value".to_string(),
        (2, 2) => "two values".to_string(),
        (least, most) => format!("{least} to {most} values"),
    };
    Err(QuestionError::syntax(span, format!("`{}` takes {wanted}, here are {given}", function.text())))
}

fn constant(word: &str) -> Option<Literal> {
    match word.to_ascii_lowercase().as_str() {
        "true" => Some(Literal::Bool(true)),
        "false" => Some(Literal::Bool(false)),
        "today" => Some(Literal::Today),
        "yesterday" => Some(Literal::Yesterday),
        "tomorrow" => Some(Literal::Tomorrow),
        "now" => Some(Literal::Now),
        "me" => Some(Literal::Me),
        _ => None,
    }
}
