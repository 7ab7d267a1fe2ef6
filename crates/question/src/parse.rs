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

use kernel::{Currency, Money, limits};

use crate::ast::{
    Arithmetic, CompareOp, Expr, ExprKind, Figure, FigureKind, Function, Literal, Period, Question, Source, Unit,
};
use crate::error::{QuestionError, Result, Span, did_you_mean};
use crate::lex::{Token, tokens};

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

    // Questions.

    fn question(&mut self) -> Result<Question> {
        let mut parts = vec![self.all()?];
        while self.take_word("or") {
            parts.push(self.all()?);
        }
        if parts.len() > 1 {
            self.node()?;
        }
        Ok(Question::any(parts))
    }

    fn all(&mut self) -> Result<Question> {
        let mut parts = vec![self.one()?];
        while self.take_word("and") {
            parts.push(self.one()?);
        }
        if parts.len() > 1 {
            self.node()?;
        }
        Ok(Question::all(parts))
    }

    fn one(&mut self) -> Result<Question> {
        if self.take_word("not") {
            self.node()?;
            return Ok(Question::Not(Box::new(self.deeper(Parser::one)?)));
        }
        if self.is_word(0, "no") && self.is_word(1, "events") {
            self.node()?;
            self.node()?;
            let start = self.span();
            self.at += 1;
            let source = self.source()?;
            return Ok(Question::Not(Box::new(Question::Exists { source, span: start.to(&self.last_span()) })));
        }
        if self.is_word(0, "exists") && self.is_sign(1, "(") {
            self.node()?;
            let start = self.span();
            self.at += 2;
            let source = self.deeper(Parser::source)?;
            self.expect_sign(")", "after what `exists` asks for")?;
            return Ok(Question::Exists { source, span: start.to(&self.last_span()) });
        }
        if self.is_sign(0, "(") && !self.group_is_value() {
            self.at += 1;
            let inner = self.deeper(Parser::question)?;
            self.expect_sign(")", "at the end of this group")?;
            return Ok(inner);
        }
        self.test()
    }

    /// Whether the parentheses that open here hold a value (`(a + b) > 3`), not a question: told by what follows them.
    fn group_is_value(&self) -> bool {
        let after = self.closing.get(self.at).copied().unwrap_or(0) + 1;
        let word = |at: usize, words: &[&str]| matches!(self.tokens.get(at), Some((Token::Word(found), _)) if words.iter().any(|w| found.eq_ignore_ascii_case(w)));
        match self.tokens.get(after) {
            Some((Token::Sign(sign), _)) => *sign != ")" && *sign != ",",
            Some((Token::Word(_), _)) => {
                word(after, &["contains", "starts", "ends", "before", "after", "between", "in", "is"])
                    || (word(after, &["not"]) && word(after + 1, &["contains", "starts", "ends", "between", "in"]))
            }
            _ => false,
        }
    }

    fn test(&mut self) -> Result<Question> {
        self.node()?;
        let start = self.span();
        if self.is_word(0, "in") && self.is_word(1, "segment") {
            self.at += 1;
            return self.segment(Expr { kind: Expr::field("id").kind, span: start.clone() }, &start);
        }
        let left = self.expr()?;
        if let Some(op) = self.compare_op()? {
            let right = self.expr()?;
            return Ok(Question::Compare { left, op, right, span: start.to(&self.last_span()) });
        }
        if self.take_word("is") {
            let empty = !self.take_word("not");
            if !self.take_word("empty") {
                return Err(self.fault("after `is` comes `empty` or `not empty`; to compare write `=`"));
            }
            return Ok(Question::Empty { subject: left, empty, span: start.to(&self.last_span()) });
        }
        let negated = self.take_word("not");
        if negated {
            self.node()?;
        }
        let question = if self.take_word("between") {
            let low = self.expr()?;
            if !self.take_word("and") {
                return Err(self.fault("`between` needs two values: `between 1 and 10`"));
            }
            let high = self.expr()?;
            Question::Between { subject: left, low, high, span: start.to(&self.last_span()) }
        } else if self.take_word("in") {
            self.set(left, &start)?
        } else if negated {
            let Some(op @ (CompareOp::Contains | CompareOp::StartsWith | CompareOp::EndsWith)) = self.compare_op()?
            else {
                return Err(self.fault("after `not` comes `in`, `between`, `contains`, `starts with` or `ends with`"));
            };
            let right = self.expr()?;
            Question::Compare { left, op, right, span: start.to(&self.last_span()) }
        } else {
            return self.alone(left, start);
        };
        Ok(if negated { Question::Not(Box::new(question)) } else { question })
    }

    /// A value that is compared with nothing: `true`, `false`, or a yes-or-no field.
    fn alone(&self, left: Expr, start: Span) -> Result<Question> {
        match left.kind {
            ExprKind::Literal(Literal::Bool(answer)) => Ok(Question::Always(answer)),
            ExprKind::Path(_) if self.token(0).is_none() || self.is_sign(0, ")") || self.is_sign(0, ",") || self.is_word(0, "and") || self.is_word(0, "or") => {
                let right = Expr { kind: ExprKind::Literal(Literal::Bool(true)), span: left.span.clone() };
                Ok(Question::Compare { left, op: CompareOp::Eq, right, span: start.to(&self.last_span()) })
            }
            _ => Err(self.fault(format!(
                "{} is not expected here: after a value comes one of =, !=, <, <=, >, >=, `contains`, `starts with`, `in`, `between`, `is empty`",
                self.found()
            ))),
        }
    }

    fn compare_op(&mut self) -> Result<Option<CompareOp>> {
        let op = match self.token(0) {
            Some(Token::Sign("=" | "==")) => CompareOp::Eq,
            Some(Token::Sign("!=" | "<>")) => CompareOp::Ne,
            Some(Token::Sign("<")) => CompareOp::Lt,
            Some(Token::Sign("<=")) => CompareOp::Le,
            Some(Token::Sign(">")) => CompareOp::Gt,
            Some(Token::Sign(">=")) => CompareOp::Ge,
            Some(Token::Word(word)) => match word.to_ascii_lowercase().as_str() {
                "contains" => CompareOp::Contains,
                "before" => CompareOp::Lt,
                "after" => CompareOp::Gt,
                start @ ("starts" | "ends") => {
                    let op = if start == "starts" { CompareOp::StartsWith } else { CompareOp::EndsWith };
                    self.at += 1;
                    if !self.is_word(0, "with") {
                        return Err(self.fault(format!("after `{start}` comes `with`")));
                    }
                    op
                }
                _ => return Ok(None),
            },
            _ => return Ok(None),
        };
        self.at += 1;
        Ok(Some(op))
    }

    /// What stands after `in`.
    fn set(&mut self, subject: Expr, start: &Span) -> Result<Question> {
        if self.is_word(0, "my") && self.is_word(1, "teams") {
            self.at += 2;
            return Ok(Question::InMyTeams { subject, span: start.to(&self.last_span()) });
        }
        if self.is_word(0, "segment") {
            return self.segment(subject, start);
        }
        if !self.take_sign("(") {
            let period = self.period()?;
            return Ok(Question::During { subject, period, span: start.to(&self.last_span()) });
        }
        let mut list = Vec::new();
        let before = self.nodes;
        while !self.take_sign(")") {
            if list.len() >= limits::QUESTION_LIST {
                return Err(QuestionError::new(
                    "too_long",
                    &self.span(),
                    format!("a list may have {} values", limits::QUESTION_LIST),
                ));
            }
            list.push(self.deeper(Parser::expr)?);
            // A list has its own limit, so plain values in it do not count as parts.
            self.nodes = before;
            if !self.is_sign(0, ")") {
                self.expect_sign(",", "between the values of a list")?;
            }
        }
        Ok(Question::In { subject, list, span: start.to(&self.last_span()) })
    }

    /// `segment "Best"`.
    fn segment(&mut self, subject: Expr, start: &Span) -> Result<Question> {
        self.at += 1;
        let Some(Token::Text(segment)) = self.token(0) else {
            return Err(self.fault("after `in segment` comes its name: `in segment \"Best customers\"`"));
        };
        let segment = segment.clone();
        self.at += 1;
        Ok(Question::InSegment { subject, segment, span: start.to(&self.last_span()) })
    }

    fn period(&mut self) -> Result<Period> {
        const SHAPES: &str =
            "`last 90 days`, `next 7 days`, `this month`, `last year`, or `\"2020-01-01\" to \"2020-03-31\"`";
        let span = self.span();
        if let Some(Token::Text(first)) = self.token(0) {
            let first = first.clone();
            self.at += 1;
            if !self.take_word("to") {
                return Err(self.fault(
                    "after the first day of a period comes `to` and the last day; a list stands in parentheses",
                ));
            }
            let Some(Token::Text(last)) = self.token(0) else {
                return Err(self.fault("after `to` comes the last day: `\"2020-03-31\"`"));
            };
            let last = last.clone();
            self.at += 1;
            let (Some(first), Some(last)) = (crate::moment::day(&first), crate::moment::day(&last)) else {
                return Err(QuestionError::syntax(&span.to(&self.last_span()), "a day is written `\"2020-01-31\"`"));
            };
            return Ok(Period::Dates(first, last));
        }
        let which = match self.token(0) {
            Some(Token::Word(word)) => word.to_ascii_lowercase(),
            _ => String::new(),
        };
        if !matches!(which.as_str(), "last" | "next" | "this") {
            return Err(self.fault(format!(
                "after `in` comes a list in parentheses, `my teams`, `segment \"…\"`, or a period such as {SHAPES}"
            )));
        }
        self.at += 1;
        let count = match self.token(0) {
            Some(Token::Number(number)) if which != "this" => {
                let count = number.parse::<i64>().ok().filter(|n| (1..=MOST_UNITS).contains(n));
                let Some(count) = count else {
                    return Err(self.fault(format!("a period has 1 to {MOST_UNITS} units")));
                };
                self.at += 1;
                Some(count)
            }
            _ => None,
        };
        let unit = match self.token(0) {
            // `last days` lacks its number; `last day` is yesterday.
            Some(Token::Word(word)) if count.is_some() || !word.ends_with(['s', 'S']) => Unit::parse(word),
            _ => None,
        };
        let Some(unit) = unit else {
            return Err(self.fault(format!("a period is written {SHAPES}")));
        };
        self.at += 1;
        match (which.as_str(), count) {
            ("last", Some(count)) => Ok(Period::Last(count, unit)),
            ("next", Some(count)) => Ok(Period::Next(count, unit)),
            _ if unit.is_within_day() => {
                Err(QuestionError::syntax(&self.last_span(), "for hours and minutes say how many: `last 24 hours`"))
            }
            ("last", None) => Ok(Period::Previous(unit)),
            ("next", None) => Ok(Period::Following(unit)),
            _ => Ok(Period::This(unit)),
        }
    }

    fn source(&mut self) -> Result<Source> {
        let start = self.span();
        if self.take_word("events") {
            let Some(Token::Text(kind)) = self.token(0) else {
                return Err(
                    self.fault("after `events` comes their kind: `events \"order.placed\"` or `events \"order.*\"`")
                );
            };
            let kind = kind.clone();
            self.at += 1;
            let period = if self.take_word("in") { Some(self.period()?) } else { None };
            return Ok(Source::Events { kind, period, span: start.to(&self.last_span()) });
        }
        let plural = self.name("the plural of an object, such as `orders`, or `events \"…\"`")?;
        let field = if self.take_sign(".") { Some(self.name("a field of these records")?) } else { None };
        let span = start.to(&self.last_span());
        let by =
            if self.take_word("by") { Some(self.name("the field of these records that links here")?) } else { None };
        let filter = if self.take_word("where") { Some(Box::new(self.question()?)) } else { None };
        Ok(Source::Records { plural, field, by, filter, span })
    }

    fn name(&mut self, what: &str) -> Result<String> {
        let name = match self.token(0) {
            Some(Token::Name(name)) => name.clone(),
            Some(Token::Word(word)) if !is_reserved(word) || is_soft(word) => word.clone(),
            _ => return Err(self.fault(format!("{} is not expected here: this must be {what}", self.found()))),
        };
        self.at += 1;
        Ok(name)
    }

    // Values.

    fn expr(&mut self) -> Result<Expr> {
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

    fn product(&mut self) -> Result<Expr> {
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

    fn arithmetic(&mut self, op: Arithmetic, left: Expr, right: Expr) -> Result<Expr> {
        self.node()?;
        let span = left.span.to(&right.span);
        Ok(Expr { kind: ExprKind::Arithmetic(op, Box::new(left), Box::new(right)), span })
    }

    fn unary(&mut self) -> Result<Expr> {
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

    fn primary(&mut self) -> Result<Expr> {
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
    fn number(&mut self, sign: &str, start: Span) -> Result<Expr> {
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
    fn call(&mut self, word: &str, start: &Span) -> Result<ExprKind> {
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
    fn is_figure(&self, of: FigureKind) -> bool {
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
