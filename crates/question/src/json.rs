//! The JSON form, for builders: one object per condition, nested by `and`, `or`, `not`.
//!
//! ```json
//! {"and": [
//!   {"field": "city", "op": "=", "value": "Paris"},
//!   {"field": "revenue", "op": ">", "value": {"amount": 1000000, "currency": "EUR"}},
//!   {"not": {"field": "tags", "op": "contains", "value": "vip"}},
//!   {"count": {"events": "order.placed", "in": "last 90 days"}, "op": ">=", "value": 3},
//!   {"exists": {"records": "deals", "by": "company", "where": {"field": "stage", "op": "=", "value": "won"}}},
//!   {"field": "created_at", "op": "in", "value": {"period": "last 90 days"}},
//!   {"field": "due", "op": "<", "value": {"word": "today", "plus": [-30, "day"]}},
//!   {"field": "owner", "op": "=", "value": {"word": "me"}},
//!   {"field": "team", "op": "in", "value": {"word": "my teams"}},
//!   {"field": "id", "op": "in", "value": {"segment": "Best customers"}},
//!   {"field": "email", "op": "is not empty"}
//! ]}
//! ```
//! Any value may also be given as text in `{"expr": "today - 30 days"}`, and an `op` may begin with `not `; both are
//! written back in the shapes above.

use kernel::{Currency, Money, limits};
use serde_json::{Map, Value, json};

use crate::ast::{
    Arithmetic, CompareOp, Expr, ExprKind, Figure, FigureKind, Function, Literal, Question, Source, Unit,
};
use crate::error::{QuestionError, Result, Span};
use crate::{parse, print};

/// Objects and lists within each other; the text form has the stricter limit.
const DEPTH: usize = 64;

/// The question in JSON form.
pub fn to_json(question: &Question) -> Value {
    match question {
        Question::Always(answer) => json!(answer),
        Question::All(parts) => json!({ "and": parts.iter().map(to_json).collect::<Vec<_>>() }),
        Question::Any(parts) => json!({ "or": parts.iter().map(to_json).collect::<Vec<_>>() }),
        Question::Not(inner) => json!({ "not": to_json(inner) }),
        Question::Compare { left, op, right, .. } => test(left, op.text(), Some(expr_to_json(right))),
        Question::Between { subject, low, high, .. } => {
            test(subject, "between", Some(json!([expr_to_json(low), expr_to_json(high)])))
        }
        Question::In { subject, list, .. } => {
            test(subject, "in", Some(Value::Array(list.iter().map(expr_to_json).collect())))
        }
        Question::InMyTeams { subject, .. } => test(subject, "in", Some(json!({ "word": "my teams" }))),
        Question::InSegment { subject, segment, .. } => test(subject, "in", Some(json!({ "segment": segment }))),
        Question::FedBy { subject, source, .. } => test(subject, "fed by", Some(json!(source))),
        Question::During { subject, period, .. } => {
            test(subject, "in", Some(json!({ "period": print::period(period) })))
        }
        Question::Empty { subject, empty, .. } => test(subject, if *empty { "is empty" } else { "is not empty" }, None),
        Question::Exists { source, .. } => json!({ "exists": source_to_json(source) }),
    }
}

/// A test with its subject spread into it: `field`, `count`, … or `left` for anything else.
fn test(subject: &Expr, op: &str, value: Option<Value>) -> Value {
    let mut object = match &subject.kind {
        ExprKind::Path(_) | ExprKind::Figure(_) => match expr_to_json(subject) {
            Value::Object(object) => object,
            other => Map::from_iter([("left".to_string(), other)]),
        },
        _ => Map::from_iter([("left".to_string(), expr_to_json(subject))]),
    };
    object.insert("op".to_string(), json!(op));
    if let Some(value) = value {
        object.insert("value".to_string(), value);
    }
    Value::Object(object)
}

fn source_to_json(source: &Source) -> Value {
    let mut object = Map::new();
    match source {
        Source::Events { kind, period, .. } => {
            object.insert("events".to_string(), json!(kind));
            if let Some(period) = period {
                object.insert("in".to_string(), json!(print::period(period)));
            }
        }
        Source::Records { plural, field, by, filter, .. } => {
            object.insert("records".to_string(), json!(plural));
            if let Some(field) = field {
                object.insert("field".to_string(), json!(field));
            }
            if let Some(by) = by {
                object.insert("by".to_string(), json!(by));
            }
            if let Some(filter) = filter {
                object.insert("where".to_string(), to_json(filter));
            }
        }
    }
    Value::Object(object)
}

/// A value in JSON form.
pub fn expr_to_json(expr: &Expr) -> Value {
    match &expr.kind {
        ExprKind::Literal(literal) => match literal {
            Literal::Bool(value) => json!(value),
            Literal::Int(value) => json!(value),
            Literal::Number(value) => json!(value),
            Literal::Text(value) => json!(value),
            Literal::Money(value) => json!({ "amount": value.amount, "currency": value.currency.code() }),
            Literal::Duration(count, unit) => json!({ "span": [count, unit.text()] }),
            Literal::Today => json!({ "word": "today" }),
            Literal::Yesterday => json!({ "word": "yesterday" }),
            Literal::Tomorrow => json!({ "word": "tomorrow" }),
            Literal::Now => json!({ "word": "now" }),
            Literal::Me => json!({ "word": "me" }),
        },
        ExprKind::Path(path) => json!({ "field": path.join(".") }),
        ExprKind::Figure(figure) => {
            Value::Object(Map::from_iter([(figure.of.text().to_string(), source_to_json(&figure.source))]))
        }
        ExprKind::Negative(inner) => json!({ "op": "-", "args": [expr_to_json(inner)] }),
        ExprKind::Arithmetic(op, left, right) if shift(*op, left, right).is_some() => {
            shift(*op, left, right).unwrap_or_default()
        }
        ExprKind::Arithmetic(op, left, right) => {
            json!({ "op": op.text(), "args": [expr_to_json(left), expr_to_json(right)] })
        }
        ExprKind::Call(function, arguments) => {
            json!({ "call": function.text(), "args": arguments.iter().map(expr_to_json).collect::<Vec<_>>() })
        }
        ExprKind::If(condition, then, otherwise) => {
            json!({ "if": to_json(condition), "then": expr_to_json(then), "else": expr_to_json(otherwise) })
        }
    }
}

/// `today - 30 days` in the short shape `{"word": "today", "plus": [-30, "day"]}`.
fn shift(op: Arithmetic, left: &Expr, right: &Expr) -> Option<Value> {
    let word = match &left.kind {
        ExprKind::Literal(Literal::Today) => "today",
        ExprKind::Literal(Literal::Yesterday) => "yesterday",
        ExprKind::Literal(Literal::Tomorrow) => "tomorrow",
        ExprKind::Literal(Literal::Now) => "now",
        _ => return None,
    };
    let (count, unit) = match (&right.kind, op) {
        (ExprKind::Literal(Literal::Duration(count, unit)), Arithmetic::Add) if *count >= 0 => (*count, *unit),
        (ExprKind::Literal(Literal::Duration(count, unit)), Arithmetic::Sub) if *count > 0 => (-*count, *unit),
        _ => return None,
    };
    Some(json!({ "word": word, "plus": [count, unit.text()] }))
}

/// Reads the JSON form; `null` and `{}` ask for everything. A JSON string is read as the text form.
pub fn from_json(value: &Value) -> Result<Question> {
    if let Value::String(text) = value {
        return parse::question(text);
    }
    let question = Reader { depth: 0, at: String::new() }.question(value)?;
    // What the text form refuses (too deep, too many parts, too long) is refused here too.
    let read_back = parse::question(&print::question(&question)).map_err(without_place)?;
    if read_back == question { Ok(question) } else { Ok(read_back) }
}

/// Reads a value in JSON form.
pub fn expr_from_json(value: &Value) -> Result<Expr> {
    let expr = Reader { depth: 0, at: String::new() }.expr(value)?;
    parse::expr(&print::expr(&expr)).map_err(without_place)?;
    Ok(expr)
}

/// A place in a text the caller has never seen would mislead.
fn without_place(error: QuestionError) -> QuestionError {
    QuestionError { offset: 0, length: 0, line: 0, column: 0, pointer: Some(String::new()), ..error }
}

struct Reader {
    depth: usize,
    /// JSON pointer to where we read.
    at: String,
}

impl Reader {
    fn fault(&self, message: impl Into<String>) -> QuestionError {
        QuestionError::syntax(&self.span(), message)
    }

    fn span(&self) -> Span {
        Span::pointer(&self.at)
    }

    fn within<T>(&mut self, key: &str, read: impl FnOnce(&mut Reader) -> Result<T>) -> Result<T> {
        if self.depth >= DEPTH {
            return Err(QuestionError::new(
                "too_deep",
                &self.span(),
                format!("a question may be nested {} levels deep", limits::QUESTION_DEPTH),
            ));
        }
        let length = self.at.len();
        self.at.push('/');
        self.at.push_str(&key.replace('~', "~0").replace('/', "~1"));
        self.depth += 1;
        let result = read(self);
        self.depth -= 1;
        self.at.truncate(length);
        result
    }

    fn known(&self, object: &Map<String, Value>, keys: &[&str]) -> Result<()> {
        match object.keys().find(|key| !keys.contains(&key.as_str())) {
            Some(key) => Err(self.fault(format!(
                "`{}` does not belong here: the keys are {}",
                key.escape_debug(),
                keys.join(", ")
            ))),
            None => Ok(()),
        }
    }

    fn parts(&mut self, key: &str, value: &Value) -> Result<Vec<Question>> {
        let Value::Array(items) = value else {
            return Err(self.fault(format!("`{key}` holds a list of conditions")));
        };
        self.within(key, |reader| {
            let mut parts = Vec::new();
            for (i, item) in items.iter().enumerate() {
                if i > limits::QUESTION_NODES {
                    return Err(QuestionError::new(
                        "too_many_parts",
                        &reader.span(),
                        format!("a question may have {} parts", limits::QUESTION_NODES),
                    ));
                }
                parts.push(reader.within(&i.to_string(), |reader| reader.question(item))?);
            }
            Ok(parts)
        })
    }

    fn question(&mut self, value: &Value) -> Result<Question> {
        let object = match value {
            Value::Null => return Ok(Question::Always(true)),
            Value::Bool(answer) => return Ok(Question::Always(*answer)),
            Value::Object(object) => object,
            _ => {
                return Err(self
                    .fault("a condition is an object such as {\"field\":\"city\",\"op\":\"=\",\"value\":\"Paris\"}"));
            }
        };
        if object.is_empty() {
            return Ok(Question::Always(true));
        }
        if let Some(parts) = object.get("and") {
            self.known(object, &["and"])?;
            return Ok(Question::all(self.parts("and", parts)?));
        }
        if let Some(parts) = object.get("or") {
            self.known(object, &["or"])?;
            return Ok(Question::any(self.parts("or", parts)?));
        }
        if let Some(inner) = object.get("not") {
            self.known(object, &["not"])?;
            return Ok(Question::Not(Box::new(self.within("not", |reader| reader.question(inner))?)));
        }
        if let Some(source) = object.get("exists") {
            self.known(object, &["exists"])?;
            let source = self.within("exists", |reader| reader.source(source))?;
            return Ok(Question::Exists { source, span: self.span() });
        }
        self.test(object)
    }

    fn test(&mut self, object: &Map<String, Value>) -> Result<Question> {
        let subject = if let Some(left) = object.get("left") {
            self.known(object, &["left", "op", "value"])?;
            self.within("left", |reader| reader.expr(left))?
        } else {
            let mut subject = object.clone();
            subject.remove("op");
            subject.remove("value");
            self.expr(&Value::Object(subject))?
        };
        let span = self.span();
        let op = match object.get("op") {
            Some(Value::String(op)) => op.as_str(),
            _ => return Err(self.fault("`op` is missing: one of =, !=, <, <=, >, >=, contains, starts with, ends with, in, between, fed by, is empty, is not empty")),
        };
        if let Some(op) = op.strip_prefix("not ") {
            let mut plain = object.clone();
            plain.insert("op".to_string(), json!(op));
            return Ok(Question::Not(Box::new(self.within("op", |reader| reader.test(&plain))?)));
        }
        let value = object.get("value");
        if op == "is empty" || op == "is not empty" {
            return match value {
                None | Some(Value::Null) => Ok(Question::Empty { subject, empty: op == "is empty", span }),
                Some(_) => Err(self.fault(format!("`{op}` has no value"))),
            };
        }
        let Some(value) = value else {
            return Err(self.fault(format!("`value` is missing: what `{op}` compares with")));
        };
        self.within("value", |reader| reader.tested(subject, op, value, span))
    }

    fn tested(&mut self, subject: Expr, op: &str, value: &Value, span: Span) -> Result<Question> {
        match op {
            "between" => match value {
                Value::Array(ends) if ends.len() == 2 => {
                    let mut ends = self.list(ends)?.into_iter();
                    match (ends.next(), ends.next()) {
                        (Some(low), Some(high)) => Ok(Question::Between { subject, low, high, span }),
                        _ => Err(self.fault("`between` takes two values")),
                    }
                }
                _ => Err(self.fault("`between` takes a list of two values")),
            },
            "in" => match value {
                Value::Array(items) => Ok(Question::In { subject, list: self.list(items)?, span }),
                Value::Object(object) if object.get("word").and_then(Value::as_str) == Some("my teams") => {
                    Ok(Question::InMyTeams { subject, span })
                }
                Value::Object(object) if object.contains_key("segment") => match object.get("segment") {
                    Some(Value::String(segment)) => Ok(Question::InSegment { subject, segment: segment.clone(), span }),
                    _ => Err(self.fault("`segment` is the name of one")),
                },
                Value::Object(object) => match object.get("period") {
                    Some(Value::String(text)) => Ok(Question::During { subject, period: self.period(text)?, span }),
                    _ => Err(self.fault("`in` takes a list, {\"word\":\"my teams\"}, {\"segment\":\"Best\"} or {\"period\":\"last 90 days\"}")),
                },
                _ => Err(self.fault("`in` takes a list, {\"word\":\"my teams\"}, {\"segment\":\"Best\"} or {\"period\":\"last 90 days\"}")),
            },
            "fed by" => match value {
                Value::String(source) => Ok(Question::FedBy { subject, source: source.clone(), span }),
                _ => Err(self.fault("`fed by` takes the name of a source")),
            },
            op => {
                let Some(op) = CompareOp::ALL.into_iter().find(|known| known.text() == op) else {
                    let known =
                        CompareOp::ALL.iter().map(|op| op.text()).chain(["in", "between", "fed by", "is empty", "is not empty"]);
                    let known: Vec<&str> = known.collect();
                    return Err(self.fault(format!(
                        "unknown `op` \"{}\": one of {}",
                        op.escape_debug(),
                        known.join(", ")
                    )));
                };
                Ok(Question::Compare { left: subject, op, right: self.expr(value)?, span })
            }
        }
    }

    fn list(&mut self, items: &[Value]) -> Result<Vec<Expr>> {
        if items.len() > limits::QUESTION_LIST {
            return Err(QuestionError::new(
                "too_long",
                &self.span(),
                format!("a list may have {} values", limits::QUESTION_LIST),
            ));
        }
        let mut list = Vec::new();
        for (i, item) in items.iter().enumerate() {
            list.push(self.within(&i.to_string(), |reader| reader.expr(item))?);
        }
        Ok(list)
    }

    fn period(&self, text: &str) -> Result<crate::ast::Period> {
        parse::period(text).map_err(|error| self.fault(error.message))
    }

    fn name(&self, value: &Value) -> Result<String> {
        match value {
            Value::String(name) if is_name(name) => Ok(name.clone()),
            _ => Err(self.fault("a name belongs here: letters, digits and `_`")),
        }
    }

    fn source(&mut self, value: &Value) -> Result<Source> {
        let Value::Object(object) = value else {
            return Err(self.fault("this is an object such as {\"events\":\"order.placed\",\"in\":\"last 90 days\"} or {\"records\":\"orders\"}"));
        };
        let span = self.span();
        if let Some(kind) = object.get("events") {
            self.known(object, &["events", "in"])?;
            let Value::String(kind) = kind else {
                return Err(self.fault("`events` holds their kind, \"order.placed\" or \"order.*\""));
            };
            self.check_text(kind)?;
            let period = match object.get("in") {
                None | Some(Value::Null) => None,
                Some(Value::String(text)) => Some(self.period(text)?),
                Some(_) => return Err(self.fault("`in` holds a period in words, \"last 90 days\"")),
            };
            return Ok(Source::Events { kind: kind.clone(), period, span });
        }
        self.known(object, &["records", "field", "by", "where"])?;
        let Some(plural) = object.get("records") else {
            return Err(self.fault("`events` or `records` is missing"));
        };
        let plural = self.name(plural)?;
        let field = object.get("field").map(|field| self.name(field)).transpose()?;
        let by = object.get("by").map(|by| self.name(by)).transpose()?;
        let filter = match object.get("where") {
            None => None,
            Some(filter) => Some(Box::new(self.within("where", |reader| reader.question(filter))?)),
        };
        Ok(Source::Records { plural, field, by, filter, span })
    }

    fn check_text(&self, text: &str) -> Result<()> {
        if text.contains('\0') {
            return Err(self.fault("a text may not hold the character 0"));
        }
        Ok(())
    }

    fn expr(&mut self, value: &Value) -> Result<Expr> {
        let span = self.span();
        let kind = match value {
            Value::Bool(value) => ExprKind::Literal(Literal::Bool(*value)),
            Value::Number(number) => ExprKind::Literal(self.number(number)?),
            Value::String(text) => {
                self.check_text(text)?;
                ExprKind::Literal(Literal::Text(text.clone()))
            }
            Value::Object(object) => return self.expr_object(object),
            Value::Null => return Err(self.fault("there is no empty value: use `is empty`")),
            Value::Array(_) => return Err(self.fault("one value belongs here, not a list")),
        };
        Ok(Expr { kind, span })
    }

    fn number(&self, number: &serde_json::Number) -> Result<Literal> {
        if let Some(whole) = number.as_i64() {
            return Ok(Literal::Int(whole));
        }
        match number.as_f64() {
            Some(number) if number.is_finite() => Ok(Literal::Number(number)),
            _ => Err(self.fault("this number is too large")),
        }
    }

    fn expr_object(&mut self, object: &Map<String, Value>) -> Result<Expr> {
        let span = self.span();
        let done = |kind| Ok(Expr { kind, span });
        if let Some(Value::String(text)) = object.get("expr") {
            self.known(object, &["expr"])?;
            return parse::expr(text).map_err(|error| self.fault(error.to_string()));
        }
        if let Some(path) = object.get("field") {
            self.known(object, &["field"])?;
            let names: Option<Vec<String>> = path.as_str().map(|path| path.split('.').map(str::to_string).collect());
            return match names {
                Some(names) if names.iter().all(|name| is_name(name)) => done(ExprKind::Path(names)),
                _ => Err(self.fault("`field` holds a field's name, or a path such as \"company.city\"")),
            };
        }
        if let (Some(amount), Some(currency)) = (object.get("amount"), object.get("currency")) {
            self.known(object, &["amount", "currency"])?;
            return match (amount.as_i64(), currency.as_str().and_then(Currency::parse)) {
                (Some(amount), Some(currency)) if !parse::is_reserved(currency.code()) => {
                    done(ExprKind::Literal(Literal::Money(Money::new(amount, currency))))
                }
                _ => Err(self.fault("an amount is {\"amount\":10000,\"currency\":\"EUR\"}, in the smallest unit")),
            };
        }
        if let Some(word) = object.get("word") {
            self.known(object, &["word", "plus"])?;
            return self.word(word, object.get("plus"));
        }
        if let Some(span) = object.get("span") {
            self.known(object, &["span"])?;
            return done(ExprKind::Literal(self.duration(span)?));
        }
        if let Some(condition) = object.get("if") {
            self.known(object, &["if", "then", "else"])?;
            let condition = self.within("if", |reader| reader.question(condition))?;
            let then = self.member(object, "then")?;
            let otherwise = self.member(object, "else")?;
            return done(ExprKind::If(Box::new(condition), Box::new(then), Box::new(otherwise)));
        }
        if let Some(function) = object.get("call") {
            self.known(object, &["call", "args"])?;
            let Some(function) = Function::ALL.into_iter().find(|known| Some(known.text()) == function.as_str()) else {
                let known: Vec<&str> = Function::ALL.iter().map(|f| f.text()).collect();
                return Err(self.fault(format!("unknown function: one of {}", known.join(", "))));
            };
            let arguments = self.arguments(object)?;
            parse::check_arity(function, arguments.len(), &self.span())?;
            return done(ExprKind::Call(function, arguments));
        }
        if let Some(op) = object.get("op") {
            self.known(object, &["op", "args"])?;
            let Some(op) = Arithmetic::ALL.into_iter().find(|known| Some(known.text()) == op.as_str()) else {
                return Err(self.fault("`op` of a value is one of +, -, *, /"));
            };
            let mut arguments = self.arguments(object)?.into_iter();
            return match (arguments.next(), arguments.next(), arguments.next()) {
                (Some(only), None, None) if op == Arithmetic::Sub => Ok(only.negated()),
                (Some(left), Some(right), None) => done(ExprKind::Arithmetic(op, Box::new(left), Box::new(right))),
                _ => Err(self.fault("arithmetic takes two values in `args`")),
            };
        }
        for of in FigureKind::ALL {
            if let Some(source) = object.get(of.text()) {
                self.known(object, &[of.text()])?;
                let source = self.within(of.text(), |reader| reader.source(source))?;
                return done(ExprKind::Figure(Box::new(Figure { of, source })));
            }
        }
        Err(self.fault("a value is a number, a text, {\"field\":…}, {\"amount\":…,\"currency\":…}, {\"word\":\"today\"}, {\"count\":{…}} or {\"expr\":\"…\"}"))
    }

    fn member(&mut self, object: &Map<String, Value>, key: &str) -> Result<Expr> {
        match object.get(key) {
            Some(value) => self.within(key, |reader| reader.expr(value)),
            None => Err(self.fault(format!("`{key}` is missing"))),
        }
    }

    fn arguments(&mut self, object: &Map<String, Value>) -> Result<Vec<Expr>> {
        match object.get("args") {
            Some(Value::Array(items)) => self.within("args", |reader| reader.list(items)),
            _ => Err(self.fault("`args` holds a list of values")),
        }
    }

    /// `today`, or `today` and a span added to it.
    fn word(&mut self, word: &Value, plus: Option<&Value>) -> Result<Expr> {
        let literal = match word.as_str() {
            Some("today") => Literal::Today,
            Some("yesterday") => Literal::Yesterday,
            Some("tomorrow") => Literal::Tomorrow,
            Some("now") => Literal::Now,
            Some("me") => Literal::Me,
            _ => {
                return Err(self
                    .fault("`word` is one of today, yesterday, tomorrow, now, me; `my teams` stands after `in` only"));
            }
        };
        let base = Expr { kind: ExprKind::Literal(literal), span: self.span() };
        let Some(plus) = plus else { return Ok(base) };
        let Literal::Duration(count, unit) = self.duration(plus)? else { return Ok(base) };
        let op = if count < 0 { Arithmetic::Sub } else { Arithmetic::Add };
        let span = Expr { kind: ExprKind::Literal(Literal::Duration(count.abs(), unit)), span: self.span() };
        Ok(Expr { kind: ExprKind::Arithmetic(op, Box::new(base), Box::new(span)), span: self.span() })
    }

    fn duration(&self, value: &Value) -> Result<Literal> {
        let pair = value.as_array().filter(|pair| pair.len() == 2);
        let count = pair
            .and_then(|pair| pair.first())
            .and_then(Value::as_i64)
            .filter(|n| n.unsigned_abs() <= parse::MOST_UNITS.unsigned_abs());
        let unit = pair.and_then(|pair| pair.get(1)).and_then(Value::as_str).and_then(Unit::parse);
        match (count, unit) {
            (Some(count), Some(unit)) => Ok(Literal::Duration(count, unit)),
            _ => Err(self.fault(format!("a span of time is [30, \"days\"], at most {}", parse::MOST_UNITS))),
        }
    }
}

fn is_name(name: &str) -> bool {
    !name.is_empty() && name.len() <= 100 && name.chars().all(|c| c.is_alphanumeric() || c == '_')
}
