//! What a field or figure may be compared with.

use kernel::{Currency, Id, Money};

use super::Target;
use super::kinds::{holds, like_op, moment, money_of, order_op, remedy};
use crate::ast::{CompareOp, Expr, ExprKind, FigureKind, Literal, Period};
use crate::checked::{self, Cmp, Const, Figure, Kind, Like, Test};
use crate::error::{QuestionError, Result, Span, did_you_mean};

/// The field or figure that a test is about.
pub(super) struct Subject<'a> {
    pub name: &'a str,
    pub span: &'a Span,
    pub kind: Kind,
    /// The values it may have, for a choice.
    options: Option<Vec<String>>,
    pub never_empty: bool,
    /// A figure over money is compared in minor units of the currency it is compared with.
    is_figure: bool,
    pub currency: Option<Currency>,
}

impl<'a> Subject<'a> {
    pub(super) fn of_field(name: &'a str, span: &'a Span, target: &Target) -> Subject<'a> {
        let options = target.field.options().map(|options| options.iter().map(|option| option.value.clone()).collect());
        Subject { name, span, kind: target.column.kind, options, never_empty: false, is_figure: false, currency: None }
    }

    pub(super) fn of_figure(name: &'a str, span: &'a Span, figure: &Figure) -> Subject<'a> {
        let never_empty = matches!(figure.of, FigureKind::Count | FigureKind::Sum);
        Subject { name, span, kind: figure.kind, options: None, never_empty, is_figure: true, currency: None }
    }

    pub(super) fn holds(&self) -> &'static str {
        holds(self.kind)
    }

    pub(super) fn wrong(&self, span: &Span) -> QuestionError {
        let holds = if self.options.is_some() && self.kind == Kind::Text { "a choice" } else { self.holds() };
        QuestionError::wrong_type(span, format!("`{}` is {holds}: {}", self.name, remedy(self.kind, self.name)))
    }

    pub(super) fn compare(&mut self, op: CompareOp, right: &Expr) -> Result<(Test, u32)> {
        if let Some(like) = like_op(op) {
            return self.like(op, like, right);
        }
        let Some(cmp) = order_op(op) else { return Err(self.wrong(&right.span)) };
        if !matches!(cmp, Cmp::Eq | Cmp::Ne) {
            self.must_order(op.text())?;
        }
        if matches!(self.kind, Kind::Choices | Kind::Links) {
            return Err(self.wrong(&right.span));
        }
        Ok((Test::Compare(cmp, self.constant(right)?), 1))
    }

    pub(super) fn like(&mut self, op: CompareOp, like: Like, right: &Expr) -> Result<(Test, u32)> {
        match (self.kind, like, &right.kind) {
            (Kind::Text, _, ExprKind::Literal(Literal::Text(text))) if text.is_empty() => {
                Err(QuestionError::wrong_type(&right.span, "this text is empty: ask `is empty` or `is not empty`"))
            }
            (Kind::Text, _, ExprKind::Literal(Literal::Text(text))) => {
                Ok((Test::Like(like, text.to_ascii_lowercase()), 3))
            }
            (Kind::Choices | Kind::Links, Like::Contains, _) => self.one_of(std::slice::from_ref(right)),
            (Kind::Text, ..) => Err(self.wrong(&right.span)),
            _ => Err(QuestionError::wrong_type(
                self.span,
                format!(
                    "`{}` is {}: `{}` is for texts; {}",
                    self.name,
                    self.holds(),
                    op.text(),
                    remedy(self.kind, self.name)
                ),
            )),
        }
    }

    pub(super) fn must_order(&self, op: &str) -> Result<()> {
        if matches!(self.kind, Kind::Text | Kind::Integer | Kind::Number | Kind::Money | Kind::Date | Kind::Time) {
            return Ok(());
        }
        Err(QuestionError::wrong_type(
            self.span,
            format!(
                "`{}` is {} and has no order for `{op}`: {}",
                self.name,
                self.holds(),
                remedy(self.kind, self.name)
            ),
        ))
    }

    pub(super) fn one_of(&mut self, list: &[Expr]) -> Result<(Test, u32)> {
        let cost = 1 + u32::try_from(list.len() / 20).unwrap_or(u32::MAX);
        match self.kind {
            Kind::Choices => {
                let mut values = Vec::new();
                for item in list {
                    match self.constant(item)? {
                        Const::Text(text) => values.push(text),
                        _ => return Err(self.wrong(&item.span)),
                    }
                }
                Ok((Test::HasAny(values), cost + 2))
            }
            Kind::Links => {
                let ids = list.iter().map(|item| self.constant(item)).collect::<Result<Vec<_>>>()?;
                Ok((Test::LinksAny(ids), cost + 2))
            }
            _ => {
                let values = list.iter().map(|item| self.constant(item)).collect::<Result<Vec<_>>>()?;
                Ok((Test::OneOf(values), cost))
            }
        }
    }

    pub(super) fn during(&self, period: &Period, span: &Span) -> Result<(Test, u32)> {
        match self.kind {
            Kind::Time => Ok((Test::During(period.clone()), 1)),
            Kind::Date => match period {
                Period::Last(_, unit) | Period::Next(_, unit) if unit.is_within_day() => {
                    Err(QuestionError::wrong_type(
                        span,
                        format!("`{}` is a date without a time: ask in days or longer", self.name),
                    ))
                }
                _ => Ok((Test::During(period.clone()), 1)),
            },
            _ => Err(QuestionError::wrong_type(
                span,
                format!(
                    "`{}` is {} and cannot be in a period: {}",
                    self.name,
                    self.holds(),
                    remedy(self.kind, self.name)
                ),
            )),
        }
    }

    /// The value that this is compared with.
    pub(super) fn constant(&mut self, expr: &Expr) -> Result<Const> {
        let span = &expr.span;
        let wrong = || Err(self.wrong(span));
        let literal = match &expr.kind {
            ExprKind::Literal(literal) => Some(literal),
            ExprKind::Path(path) if path.len() == 1 => {
                let hint = if self.kind == Kind::Text { "; a text stands in quotes" } else { "" };
                return Err(QuestionError::new(
                    "not_here",
                    span,
                    format!("a field cannot stand here: {}{hint}", remedy(self.kind, self.name)),
                ));
            }
            _ => None,
        };
        match (self.kind, literal) {
            (Kind::Text, Some(Literal::Text(text))) => {
                if text.is_empty() {
                    return Err(QuestionError::wrong_type(
                        span,
                        "this text is empty: ask `is empty` or `is not empty`",
                    ));
                }
                self.check_option(text, span)?;
                Ok(Const::Text(text.clone()))
            }
            (Kind::Choices, Some(Literal::Text(text))) => {
                self.check_option(text, span)?;
                Ok(Const::Text(text.clone()))
            }
            (Kind::Integer | Kind::Number, Some(Literal::Int(whole))) => Ok(Const::Int(*whole)),
            (Kind::Integer | Kind::Number, Some(Literal::Number(number))) => match checked::whole(*number) {
                Some(whole) if self.kind == Kind::Integer => Ok(Const::Int(whole)),
                _ => Ok(Const::Number(*number)),
            },
            (Kind::Money, Some(Literal::Money(money))) => self.money(*money, span),
            (Kind::Money, Some(Literal::Text(text))) => match money_of(text) {
                Some(money) => self.money(money, span),
                None => wrong(),
            },
            (Kind::Boolean, Some(Literal::Bool(value))) => Ok(Const::Bool(*value)),
            (Kind::Link | Kind::Links, Some(Literal::Me)) => Ok(Const::Me),
            (Kind::Link | Kind::Links, Some(Literal::Text(text))) => match Id::parse(text) {
                Some(id) => Ok(Const::Id(id)),
                None => wrong(),
            },
            (Kind::Date | Kind::Time, _) => match moment(expr)? {
                None => wrong(),
                Some(moment) if self.kind == Kind::Date && !moment.is_day() => Err(QuestionError::wrong_type(
                    span,
                    format!(
                        "`{}` is a date without a time: compare with a date such as \"2020-01-31\" or `today`",
                        self.name
                    ),
                )),
                Some(moment) => Ok(Const::Moment(moment)),
            },
            _ => wrong(),
        }
    }

    pub(super) fn money(&mut self, money: Money, span: &Span) -> Result<Const> {
        if !self.is_figure {
            return Ok(Const::Money(money));
        }
        if self.currency.is_some_and(|currency| currency != money.currency) {
            return Err(QuestionError::wrong_type(
                span,
                format!("`{}` is summed in one currency: say all amounts in the same", self.name),
            ));
        }
        self.currency = Some(money.currency);
        Ok(Const::Int(money.amount))
    }

    pub(super) fn check_option(&self, value: &str, span: &Span) -> Result<()> {
        let Some(options) = &self.options else { return Ok(()) };
        if options.is_empty() || options.iter().any(|option| option == value) {
            return Ok(());
        }
        let hint = did_you_mean(value, options.iter().map(String::as_str));
        let hint = if hint.is_empty() {
            let shown: Vec<&str> = options.iter().take(8).map(String::as_str).collect();
            let more = if options.len() > 8 { ", …" } else { "" };
            format!(": one of {}{more}", shown.join(", "))
        } else {
            hint
        };
        Err(QuestionError::new("unknown_option", span, format!("`{}` has no option \"{value}\"{hint}", self.name)))
    }
}
