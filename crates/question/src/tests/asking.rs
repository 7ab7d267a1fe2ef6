//! Questions made by chance that pass the checker.

use kernel::{FieldType, Id, Money, ObjectDef, Time};

use super::language::{
    Arithmetic, CompareOp, Expr, ExprKind, Figure, FigureKind, Literal, Period, Question, Source, Span, SystemField,
    Unit,
};
use super::world::{
    AMOUNTS, DAY, Dice, INTS, KINDS, NOW, NUMBERS, SEGMENTS, SOURCES, TEXTS, World, currencies, days, moments,
};

const ORDERS: [CompareOp; 6] =
    [CompareOp::Eq, CompareOp::Ne, CompareOp::Lt, CompareOp::Le, CompareOp::Gt, CompareOp::Ge];

fn span() -> Span {
    Span::default()
}

fn text(value: &str) -> Expr {
    Expr::literal(Literal::Text(value.to_string()))
}

/// What a field is compared as.
#[derive(Clone)]
enum Of {
    Text,
    Options(Vec<String>),
    Many(Vec<String>),
    Int,
    Number,
    Money,
    Date,
    Time,
    Bool,
    Link(String),
    Links(String),
    Address,
    Json,
}

fn of(kind: &FieldType) -> Of {
    match kind {
        FieldType::Choice { options } => Of::Options(options.iter().map(|option| option.value.clone()).collect()),
        FieldType::MultiChoice { options } => Of::Many(options.iter().map(|option| option.value.clone()).collect()),
        FieldType::Integer => Of::Int,
        FieldType::Number => Of::Number,
        FieldType::Money => Of::Money,
        FieldType::Date => Of::Date,
        FieldType::Time => Of::Time,
        FieldType::Boolean => Of::Bool,
        FieldType::Address => Of::Address,
        FieldType::Link { target } => Of::Link(target.clone()),
        FieldType::Links { target } => Of::Links(target.clone()),
        FieldType::Json => Of::Json,
        _ => Of::Text,
    }
}

/// A question about `object` with at most `depth` levels of and, or, not and figures.
pub fn question(world: &World, object: &str, depth: usize, dice: &mut Dice) -> Question {
    if depth == 0 || dice.roll(3) == 0 {
        return leaf(world, object, depth, dice);
    }
    match dice.roll(4) {
        0 => Question::Not(Box::new(question(world, object, depth - 1, dice))),
        1 => Question::any((0..2 + dice.roll(2)).map(|_| question(world, object, depth - 1, dice)).collect()),
        2 => Question::all((0..2 + dice.roll(2)).map(|_| question(world, object, depth - 1, dice)).collect()),
        _ => leaf(world, object, depth, dice),
    }
}

fn leaf(world: &World, object: &str, depth: usize, dice: &mut Dice) -> Question {
    match dice.roll(14) {
        12 => member(object, dice),
        13 => fed(object, dice),
        0 if dice.roll(4) == 0 => Question::Always(dice.roll(2) == 0),
        0 | 1 => Question::Exists { source: source(world, object, depth, None, dice), span: span() },
        2..=4 => figure(world, object, depth, dice),
        5 => pair(dice, object),
        _ => {
            let (path, kind) = path(world, object, 0, dice);
            test(world, Expr::field(&path), &kind, dice)
        }
    }
}

fn member(object: &str, dice: &mut Dice) -> Question {
    let (path, of) = match object {
        "contact" => dice.pick(&[("id", "contact"), ("company", "company"), ("company.parent.id", "company")]),
        "company" => dice.pick(&[("id", "company"), ("parent", "company")]),
        "order" => ("customer", "contact"),
        _ => return Question::Always(true),
    };
    let known: Vec<&str> = SEGMENTS.iter().filter(|(.., object)| *object == of).map(|(name, ..)| *name).collect();
    Question::InSegment { subject: Expr::field(path), segment: dice.pick(&known).to_string(), span: span() }
}

fn fed(object: &str, dice: &mut Dice) -> Question {
    let path = match object {
        "contact" => dice.pick(&["id", "company", "company.parent"]),
        "order" => dice.pick(&["id", "customer"]),
        _ => "id",
    };
    Question::FedBy { subject: Expr::field(path), source: dice.pick(&SOURCES).0.to_string(), span: span() }
}

fn path(world: &World, object: &str, hops: usize, dice: &mut Dice) -> (String, Of) {
    let def: &ObjectDef = &world.schema[world.object(object)];
    if dice.roll(6) == 0 {
        return match dice.pick(&SystemField::ALL) {
            SystemField::Id => ("id".to_string(), Of::Link(object.to_string())),
            SystemField::Title => ("title".to_string(), Of::Text),
            SystemField::CreatedAt => ("created_at".to_string(), Of::Time),
            SystemField::UpdatedAt => ("updated_at".to_string(), Of::Time),
            SystemField::CreatedBy => ("created_by".to_string(), Of::Link("user".to_string())),
            SystemField::Version => ("version".to_string(), Of::Int),
        };
    }
    let field = dice.pick(&def.fields);
    match of(&field.kind) {
        Of::Link(target) | Of::Links(target) if hops < 2 && target != "any" && dice.roll(2) == 0 => {
            let (rest, kind) = path(world, &target, hops + 1, dice);
            (format!("{}.{rest}", field.name), kind)
        }
        Of::Address if dice.roll(4) > 0 => {
            (format!("{}.{}", field.name, dice.pick(&["city", "street", "country"])), Of::Text)
        }
        Of::Money if dice.roll(5) == 0 => (
            format!("{}.currency", field.name),
            Of::Options(vec!["EUR".to_string(), "USD".to_string(), "XXX".to_string()]),
        ),
        kind => (field.name, kind),
    }
}

fn pair(dice: &mut Dice, object: &str) -> Question {
    let pairs = match object {
        "contact" => vec![
            ("born", "since"),
            ("revenue", "cost"),
            ("nick", "city"),
            ("visits", "score"),
            ("visits", "limit_n"),
            ("seen_at", "created_at"),
            ("title", "city"),
            ("score", "visits"),
        ],
        _ => vec![("created_at", "updated_at"), ("updated_at", "created_at")],
    };
    let (left, right) = dice.pick(&pairs);
    Question::Compare { left: Expr::field(left), op: dice.pick(&ORDERS), right: Expr::field(right), span: span() }
}

fn source(world: &World, object: &str, depth: usize, field: Option<&str>, dice: &mut Dice) -> Source {
    let filter = |child: &str, dice: &mut Dice| {
        (depth > 0 && dice.roll(2) == 0).then(|| Box::new(question(world, child, depth.min(2) - 1, dice)))
    };
    if object == "contact" && (field.is_some() || dice.roll(2) == 0) {
        let (plural, by, child) = match field {
            Some(_) => ("orders", None, "order"),
            None => dice.pick(&[
                ("orders", None, "order"),
                ("deals", Some("buyer"), "deal"),
                ("campaigns", None, "campaign"),
            ]),
        };
        return Source::Records {
            plural: plural.to_string(),
            field: field.map(str::to_string),
            by: by.map(str::to_string),
            filter: filter(child, dice),
            span: span(),
        };
    }
    let kind = match dice.roll(6) {
        0 => "*".to_string(),
        1 => "order.*".to_string(),
        _ => dice.pick(&KINDS).to_string(),
    };
    let period = (dice.roll(2) == 0).then(|| period(false, dice));
    Source::Events { kind, period, span: span() }
}

fn figure(world: &World, object: &str, depth: usize, dice: &mut Dice) -> Question {
    let (of, field, kind) = if object == "contact" && dice.roll(2) == 0 {
        dice.pick(&[
            (FigureKind::Count, None, Of::Int),
            (FigureKind::Sum, Some("total"), Of::Money),
            (FigureKind::Max, Some("total"), Of::Money),
            (FigureKind::Min, Some("pieces"), Of::Int),
            (FigureKind::Sum, Some("weight"), Of::Number),
            (FigureKind::Max, Some("weight"), Of::Number),
            (FigureKind::Min, Some("placed_on"), Of::Date),
            (FigureKind::Max, Some("created_at"), Of::Time),
        ])
    } else {
        dice.pick(&[
            (FigureKind::Count, None, Of::Int),
            (FigureKind::Sum, None, Of::Money),
            (FigureKind::Max, None, Of::Money),
            (FigureKind::First, None, Of::Time),
            (FigureKind::Last, None, Of::Time),
        ])
    };
    let is_events = field.is_none() && !matches!(of, FigureKind::Count);
    let source = loop {
        let source = source(world, object, depth, field, dice);
        if !is_events || matches!(source, Source::Events { .. }) {
            break source;
        }
    };
    let subject = Expr::new(ExprKind::Figure(Box::new(Figure { of, source })));
    let never_empty = matches!(of, FigureKind::Count | FigureKind::Sum);
    match kind {
        Of::Money => {
            // One currency for all amounts of a figure.
            let currency = dice.pick(&currencies());
            let mut amount = || Expr::literal(Literal::Money(Money::new(dice.pick(&AMOUNTS), currency)));
            let (a, b) = (amount(), amount());
            match dice.roll(4) {
                0 => Question::Between { subject, low: a, high: b, span: span() },
                1 => Question::In { subject, list: vec![a, b], span: span() },
                2 if !never_empty => Question::Empty { subject, empty: dice.roll(2) == 0, span: span() },
                _ => Question::Compare { left: subject, op: dice.pick(&ORDERS), right: a, span: span() },
            }
        }
        _ => loop {
            let question = test(world, subject.clone(), &kind, dice);
            if !never_empty || !matches!(question, Question::Empty { .. }) {
                return question;
            }
        },
    }
}

fn test(world: &World, subject: Expr, kind: &Of, dice: &mut Dice) -> Question {
    if dice.roll(6) == 0 {
        return Question::Empty { subject, empty: dice.roll(2) == 0, span: span() };
    }
    match kind {
        Of::Address | Of::Json => return Question::Empty { subject, empty: dice.roll(2) == 0, span: span() },
        Of::Text if dice.roll(2) == 0 => {
            let op = dice.pick(&[CompareOp::Contains, CompareOp::StartsWith, CompareOp::EndsWith]);
            let whole = dice.pick(&TEXTS);
            let letters: Vec<char> = whole.chars().collect();
            let from = dice.roll(letters.len());
            let part: String = letters[from..].iter().take(1 + dice.roll(4)).collect();
            return Question::Compare { left: subject, op, right: text(&part), span: span() };
        }
        Of::Many(options) => {
            if dice.roll(2) == 0 {
                return Question::Compare {
                    left: subject,
                    op: CompareOp::Contains,
                    right: text(&dice.pick(options)),
                    span: span(),
                };
            }
            let list = (0..1 + dice.roll(3)).map(|_| text(&dice.pick(options))).collect();
            return Question::In { subject, list, span: span() };
        }
        Of::Date | Of::Time if dice.roll(3) == 0 => {
            let period = period(matches!(kind, Of::Date), dice);
            return Question::During { subject, period, span: span() };
        }
        Of::Links(target) => {
            return match dice.roll(4) {
                0 => Question::InMyTeams { subject, span: span() },
                1 => Question::Compare {
                    left: subject,
                    op: CompareOp::Contains,
                    right: text(dice.pick(&TEXTS)),
                    span: span(),
                },
                2 => Question::Compare {
                    left: subject,
                    op: CompareOp::Contains,
                    right: text(&world.any_id(target, dice).to_string()),
                    span: span(),
                },
                _ => Question::In {
                    subject,
                    list: vec![constant(world, kind, dice), constant(world, kind, dice)],
                    span: span(),
                },
            };
        }
        Of::Link(_) if dice.roll(6) == 0 => return Question::InMyTeams { subject, span: span() },
        _ => {}
    }
    let ordered = !matches!(kind, Of::Bool | Of::Link(_));
    match dice.roll(5) {
        0 if ordered => Question::Between {
            subject,
            low: constant(world, kind, dice),
            high: constant(world, kind, dice),
            span: span(),
        },
        1 => {
            let list = (0..dice.roll(4)).map(|_| constant(world, kind, dice)).collect();
            Question::In { subject, list, span: span() }
        }
        _ => {
            let op = if ordered { dice.pick(&ORDERS) } else { dice.pick(&[CompareOp::Eq, CompareOp::Ne]) };
            Question::Compare { left: subject, op, right: constant(world, kind, dice), span: span() }
        }
    }
}

fn constant(world: &World, kind: &Of, dice: &mut Dice) -> Expr {
    match kind {
        Of::Text => text(dice.pick(&TEXTS)),
        Of::Options(options) | Of::Many(options) => text(&dice.pick(options)),
        Of::Int => match dice.roll(3) {
            0 => Expr::literal(Literal::Number(dice.pick(&[2.5, -2.5, 0.5, 3.0, 1e19, -1e19]))),
            _ => Expr::literal(Literal::Int(dice.pick(&INTS))),
        },
        Of::Number => match dice.roll(2) {
            0 => Expr::literal(Literal::Number(dice.pick(&NUMBERS))),
            _ => Expr::literal(Literal::Int(dice.pick(&INTS))),
        },
        Of::Money => Expr::literal(Literal::Money(Money::new(dice.pick(&AMOUNTS), dice.pick(&currencies())))),
        Of::Date => day(dice),
        Of::Time => match dice.roll(4) {
            0 => text(&Time(dice.pick(&moments())).to_string()),
            1 => shifted(Literal::Now, &[Unit::Minute, Unit::Hour, Unit::Day, Unit::Month], dice),
            _ => day(dice),
        },
        Of::Bool => Expr::literal(Literal::Bool(dice.roll(2) == 0)),
        Of::Link(target) | Of::Links(target) => match dice.roll(4) {
            0 => Expr::literal(Literal::Me),
            1 => text(&Id::NIL.to_string()),
            _ if target == "any" => text(&world.any_id("company", dice).to_string()),
            _ => text(&world.any_id(target, dice).to_string()),
        },
        Of::Address | Of::Json => text("-"),
    }
}

fn day(dice: &mut Dice) -> Expr {
    match dice.roll(4) {
        0 => text(&dice.pick(&days()).to_string()),
        1 => Expr::literal(dice.pick(&[Literal::Today, Literal::Yesterday, Literal::Tomorrow])),
        2 => shifted(Literal::Text(dice.pick(&days()).to_string()), &[Unit::Day, Unit::Month], dice),
        _ => shifted(Literal::Today, &[Unit::Day, Unit::Week, Unit::Month, Unit::Quarter, Unit::Year], dice),
    }
}

fn shifted(base: Literal, units: &[Unit], dice: &mut Dice) -> Expr {
    let count = dice.pick(&[1, 7, 29, 30, 31, 90]);
    let op = dice.pick(&[Arithmetic::Add, Arithmetic::Sub]);
    let by = Expr::literal(Literal::Duration(count, dice.pick(units)));
    Expr::new(ExprKind::Arithmetic(op, Box::new(Expr::literal(base)), Box::new(by)))
}

fn period(of_days: bool, dice: &mut Dice) -> Period {
    let counted: &[Unit] = if of_days { &Unit::ALL[2..] } else { &Unit::ALL };
    let count = dice.pick(&[1, 7, 30, 31, 90]);
    match dice.roll(6) {
        0 => Period::This(dice.pick(&Unit::ALL[2..])),
        1 => Period::Previous(dice.pick(&Unit::ALL[2..])),
        2 => Period::Following(dice.pick(&Unit::ALL[2..])),
        3 => Period::Next(count, dice.pick(counted)),
        4 => Period::Dates(Time(NOW - 31 * DAY).date(), dice.pick(&days())),
        _ => Period::Last(count, dice.pick(counted)),
    }
}
