//! Questions: what is joined, what is tested, of which rows.

use kernel::limits;

use super::{MOST_UNITS, Parser, is_reserved, is_soft};
use crate::ast::{CompareOp, Expr, ExprKind, Literal, Period, Question, Source, Unit};
use crate::error::{QuestionError, Result, Span};
use crate::lex::Token;

impl Parser {
    pub(super) fn question(&mut self) -> Result<Question> {
        let mut parts = vec![self.all()?];
        while self.take_word("or") {
            parts.push(self.all()?);
        }
        if parts.len() > 1 {
            self.node()?;
        }
        Ok(Question::any(parts))
    }

    pub(super) fn all(&mut self) -> Result<Question> {
        let mut parts = vec![self.one()?];
        while self.take_word("and") {
            parts.push(self.one()?);
        }
        if parts.len() > 1 {
            self.node()?;
        }
        Ok(Question::all(parts))
    }

    pub(super) fn one(&mut self) -> Result<Question> {
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
    pub(super) fn group_is_value(&self) -> bool {
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

    pub(super) fn test(&mut self) -> Result<Question> {
        self.node()?;
        let start = self.span();
        if self.is_word(0, "in") && self.is_word(1, "segment") {
            self.at += 1;
            return self.segment(Expr { kind: Expr::field("id").kind, span: start.clone() }, &start);
        }
        if self.is_word(0, "fed") && self.is_word(1, "by") {
            self.at += 1;
            return self.fed_by(Expr { kind: Expr::field("id").kind, span: start.clone() }, &start);
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
        } else if self.is_word(0, "fed") && self.is_word(1, "by") {
            self.at += 1;
            self.fed_by(left, &start)?
        } else if negated {
            let Some(op @ (CompareOp::Contains | CompareOp::StartsWith | CompareOp::EndsWith)) = self.compare_op()?
            else {
                return Err(
                    self.fault("after `not` comes `in`, `between`, `contains`, `starts with`, `ends with` or `fed by`")
                );
            };
            let right = self.expr()?;
            Question::Compare { left, op, right, span: start.to(&self.last_span()) }
        } else {
            return self.alone(left, start);
        };
        Ok(if negated { Question::Not(Box::new(question)) } else { question })
    }

    /// A value that is compared with nothing: `true`, `false`, or a yes-or-no field.
    pub(super) fn alone(&self, left: Expr, start: Span) -> Result<Question> {
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

    pub(super) fn compare_op(&mut self) -> Result<Option<CompareOp>> {
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
    pub(super) fn set(&mut self, subject: Expr, start: &Span) -> Result<Question> {
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
    pub(super) fn segment(&mut self, subject: Expr, start: &Span) -> Result<Question> {
        self.at += 1;
        let Some(Token::Text(segment)) = self.token(0) else {
            return Err(self.fault("after `in segment` comes its name: `in segment \"Best customers\"`"));
        };
        let segment = segment.clone();
        self.at += 1;
        Ok(Question::InSegment { subject, segment, span: start.to(&self.last_span()) })
    }

    /// `by "Old shop"`.
    pub(super) fn fed_by(&mut self, subject: Expr, start: &Span) -> Result<Question> {
        self.at += 1;
        let Some(Token::Text(source)) = self.token(0) else {
            return Err(self.fault("after `fed by` comes the name of a source: `fed by \"Old shop\"`"));
        };
        let source = source.clone();
        self.at += 1;
        Ok(Question::FedBy { subject, source, span: start.to(&self.last_span()) })
    }

    pub(super) fn period(&mut self) -> Result<Period> {
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

    pub(super) fn source(&mut self) -> Result<Source> {
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

    pub(super) fn name(&mut self, what: &str) -> Result<String> {
        let name = match self.token(0) {
            Some(Token::Name(name)) => name.clone(),
            Some(Token::Word(word)) if !is_reserved(word) || is_soft(word) => word.clone(),
            _ => return Err(self.fault(format!("{} is not expected here: this must be {what}", self.found()))),
        };
        self.at += 1;
        Ok(name)
    }
}
