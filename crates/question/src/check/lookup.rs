//! Names in a question: paths over links, figures, and the rows they are about.

use kernel::{FieldDef, FieldType, ObjectDef};

use super::{Checker, HOPS, Target, holds, kind_of};
use crate::ast::{FigureKind, Source};
use crate::checked::{
    self, Children, Cmp, Column, Const, EventKinds, Events, Figure, Kind, Link, Node, Part, Place, PlaceOf,
    SystemField, Table, Test,
};
use crate::error::{QuestionError, Result, Span, did_you_mean};

impl<'s> Checker<'s> {
    /// Follows a path from `object` to a field or to a part of one.
    pub fn path(&mut self, path: &[String], object: &'s ObjectDef, span: &Span) -> Result<Target> {
        let mut object = object;
        let mut hops: Vec<Link> = Vec::new();
        let mut names = path.iter();
        while let Some(name) = names.next() {
            let (place, field) = self.field(object, name, span)?;
            self.reads.insert((object.name.clone(), name.clone()));
            let kind = kind_of(field.stored());
            let rest = names.as_slice();
            let Some(next) = rest.first() else {
                return Ok(Target { hops, column: Column { place, kind, part: Part::Whole }, field });
            };
            match kind {
                Kind::Money if rest.len() == 1 && next == "currency" => {
                    return Ok(Target {
                        hops,
                        column: Column { place, kind: Kind::Text, part: Part::Currency },
                        field: FieldType::Text { max: 3 },
                    });
                }
                Kind::Money => return Err(unknown_part(name, next, &["currency"], span)),
                Kind::Address => {
                    let part = kernel::Address::PARTS.iter().position(|part| part == next);
                    let Some(part) = part.filter(|_| rest.len() == 1) else {
                        return Err(unknown_part(name, next, &kernel::Address::PARTS, span));
                    };
                    return Ok(Target {
                        hops,
                        column: Column { place, kind: Kind::Text, part: Part::Address(part) },
                        field: FieldType::Text { max: 0 },
                    });
                }
                Kind::Link | Kind::Links => {
                    let target = field.stored().target().unwrap_or("any");
                    let Some(def) = self.schema.object(target) else {
                        let message = if target == "any" {
                            format!(
                                "`{name}` may link to any object, so its fields are not known: compare `{name}` with an id"
                            )
                        } else {
                            format!("nothing can be asked about what `{name}` links to")
                        };
                        return Err(QuestionError::new("unknown_field", span, message));
                    };
                    check_identifier(&def.table, span)?;
                    if hops.len() >= HOPS {
                        return Err(QuestionError::new("too_deep", span, format!("a path may follow {HOPS} links")));
                    }
                    hops.push(Link {
                        place,
                        many: kind == Kind::Links,
                        target: Table { object: def.name.clone(), table: def.table.clone() },
                    });
                    object = def;
                }
                _ => {
                    return Err(QuestionError::new(
                        "unknown_field",
                        span,
                        format!("`{name}` is {} and has no part `{next}`", holds(kind)),
                    ));
                }
            }
        }
        Err(QuestionError::syntax(span, "a field belongs here"))
    }

    /// A field of `object` that the caller may see, or one that every record has.
    pub(super) fn field(&self, object: &'s ObjectDef, name: &str, span: &Span) -> Result<(Place, FieldType)> {
        if let Some(position) = object.position(name)
            && let Some(field) = object.field(name)
            && self.schema.may_see(object, field)
        {
            let column = if field.column.is_empty() { &field.name } else { &field.column };
            check_identifier(column, span)?;
            let of = PlaceOf::Field { position, id: field.id.clone() };
            return Ok((Place { of, name: field.name.clone(), column: column.clone() }, field.kind.clone()));
        }
        if let Some(field) = SystemField::ALL.into_iter().find(|field| field.name() == name) {
            let kind = match field {
                SystemField::CreatedBy => FieldType::Link { target: "user".to_string() },
                SystemField::Id => FieldType::Link { target: object.name.clone() },
                SystemField::Title => FieldType::Text { max: 0 },
                SystemField::CreatedAt | SystemField::UpdatedAt => FieldType::Time,
                SystemField::Version => FieldType::Integer,
            };
            return Ok((Column::system(field).place, kind));
        }
        let known =
            object.fields.iter().filter(|field| self.schema.may_see(object, field)).map(|field| field.name.as_str());
        let hint = did_you_mean(name, known.chain(SystemField::ALL.map(SystemField::name)));
        Err(QuestionError::new("unknown_field", span, format!("unknown field `{name}`{hint}")))
    }

    // Figures.

    pub(super) fn figure(
        &mut self,
        figure: &crate::ast::Figure,
        object: &'s ObjectDef,
        span: &Span,
    ) -> Result<(Figure, u32)> {
        let (asked, cost) = self.source(&figure.source, object)?;
        let name = figure.of.text();
        let column = match (&asked.source, asked.column) {
            (checked::Source::Events(_), _) => None,
            (checked::Source::Children(_), column) => column,
        };
        let is_events = matches!(asked.source, checked::Source::Events(_));
        let kind = match (figure.of, is_events, &column) {
            (FigureKind::Count, _, None) => Kind::Integer,
            (FigureKind::Count, ..) => {
                return Err(QuestionError::wrong_type(
                    span,
                    format!("`count` counts whole records: leave `.{}` away", asked.field_asked.unwrap_or_default()),
                ));
            }
            (FigureKind::First | FigureKind::Last, true, _) => Kind::Time,
            (FigureKind::First | FigureKind::Last, false, _) => {
                return Err(QuestionError::wrong_type(
                    span,
                    format!(
                        "`{name}` is for events: for records say `{}(orders.created_at)`",
                        if figure.of == FigureKind::First { "min" } else { "max" }
                    ),
                ));
            }
            (FigureKind::Sum | FigureKind::Min | FigureKind::Max, true, _) => Kind::Money,
            (_, false, None) => {
                return Err(QuestionError::wrong_type(span, format!("`{name}` needs a field: `{name}(orders.total)`")));
            }
            (FigureKind::Sum, false, Some(column)) => match column.kind {
                kind @ (Kind::Integer | Kind::Number | Kind::Money) => kind,
                kind => {
                    return Err(QuestionError::wrong_type(
                        span,
                        format!("`{}` is {} and cannot be summed", column.place.name, holds(kind)),
                    ));
                }
            },
            (FigureKind::Min | FigureKind::Max, false, Some(column)) => match column.kind {
                kind @ (Kind::Integer | Kind::Number | Kind::Money | Kind::Date | Kind::Time) => kind,
                kind => {
                    return Err(QuestionError::wrong_type(
                        span,
                        format!("`{}` is {}: `{name}` is for numbers, money and dates", column.place.name, holds(kind)),
                    ));
                }
            },
        };
        Ok((Figure { of: figure.of, source: asked.source, column, currency: None, kind }, cost))
    }

    pub(super) fn source(&mut self, source: &Source, object: &'s ObjectDef) -> Result<(AskedSource, u32)> {
        match source {
            Source::Events { kind, period, span } => {
                let kinds = event_kinds(kind, span)?;
                let cost = if kinds == EventKinds::All { 25 } else { 15 };
                let events = Events { kinds, period: period.clone(), party: object.party };
                Ok((
                    AskedSource {
                        source: checked::Source::Events(events),
                        column: None,
                        field_asked: None,
                        span: span.clone(),
                    },
                    cost,
                ))
            }
            Source::Records { plural, field, by, filter, span } => {
                let Some(child) = self.schema.object_by_plural(plural) else {
                    return Err(QuestionError::new(
                        "unknown_object",
                        span,
                        format!("unknown records `{plural}`: say the plural of an object, such as `orders`"),
                    ));
                };
                check_identifier(&child.table, span)?;
                let link = self.link_to(object, child, by.as_deref(), span)?;
                let column = match field {
                    None => None,
                    Some(name) => {
                        let (place, kind) = self.field(child, name, span)?;
                        self.reads.insert((child.name.clone(), name.clone()));
                        Some(Column { place, kind: kind_of(kind.stored()), part: Part::Whole })
                    }
                };
                let (filter, inner) = match filter {
                    None => (None, 0),
                    Some(filter) => {
                        let (node, cost) = self.node(filter, child)?;
                        (Some(Box::new(node)), cost)
                    }
                };
                let children = checked::Source::Children(Children { link, filter });
                let cost = inner.saturating_mul(5).saturating_add(10);
                Ok((AskedSource { source: children, column, field_asked: field.clone(), span: span.clone() }, cost))
            }
        }
    }

    /// The field of `child` that links to `object`.
    pub(super) fn link_to(
        &mut self,
        object: &ObjectDef,
        child: &'s ObjectDef,
        by: Option<&str>,
        span: &Span,
    ) -> Result<Link> {
        let links_here = |field: &&FieldDef, target: &str| {
            self.schema.may_see(child, field) && field.kind.stored().target() == Some(target)
        };
        let exact: Vec<&FieldDef> = child.fields.iter().filter(|field| links_here(field, &object.name)).collect();
        let open: Vec<&FieldDef> = child.fields.iter().filter(|field| links_here(field, "any")).collect();
        let plural = &child.plural;
        let name = match (by, exact.as_slice(), open.as_slice()) {
            (Some(by), ..) => match exact.iter().chain(&open).find(|field| field.name == by) {
                Some(field) => &field.name,
                None => {
                    let hint = did_you_mean(by, exact.iter().chain(&open).map(|field| field.name.as_str()));
                    return Err(QuestionError::new(
                        "unknown_field",
                        span,
                        format!("`{by}` of {plural} does not link to a {}{hint}", object.name),
                    ));
                }
            },
            (None, [one], _) | (None, [], [one]) => &one.name,
            (None, [], []) => {
                return Err(QuestionError::new(
                    "unknown_field",
                    span,
                    format!("no field of {plural} links to a {}", object.name),
                ));
            }
            (None, many, any) => {
                let names: Vec<&str> = many.iter().chain(any).map(|field| field.name.as_str()).collect();
                return Err(QuestionError::new(
                    "unknown_field",
                    span,
                    format!(
                        "{plural} link here in several ways: say which, `{plural} by {}` (one of {})",
                        names.first().unwrap_or(&""),
                        names.join(", ")
                    ),
                ));
            }
        };
        let (place, kind) = self.field(child, name, span)?;
        self.reads.insert((child.name.clone(), name.clone()));
        let many = kind_of(kind.stored()) == Kind::Links;
        Ok(Link { place, many, target: Table { object: child.name.clone(), table: child.table.clone() } })
    }
}

pub(super) struct AskedSource {
    pub source: checked::Source,
    column: Option<Column>,
    pub field_asked: Option<String>,
    pub span: Span,
}

/// "At least one" and "none" are asked by existence, which stops at the first.
pub(super) fn figure_node(figure: Figure, test: Test) -> Node {
    if figure.of != FigureKind::Count {
        return Node::Figure { figure, test };
    }
    match test {
        Test::Compare(Cmp::Ge, Const::Int(1)) | Test::Compare(Cmp::Gt, Const::Int(0)) => Node::Exists(figure.source),
        Test::Compare(Cmp::Lt, Const::Int(1)) | Test::Compare(Cmp::Le | Cmp::Eq, Const::Int(0)) => {
            Node::Not(Box::new(Node::Exists(figure.source)))
        }
        test => Node::Figure { figure, test },
    }
}

/// Only such names reach SQL.
pub(super) fn check_identifier(name: &str, span: &Span) -> Result<()> {
    let plain = name.bytes().next().is_some_and(|b| b.is_ascii_lowercase())
        && name.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'_');
    if plain && name.len() <= 63 {
        return Ok(());
    }
    Err(QuestionError::new("not_here", span, "this field or object has no usable column or table"))
}

pub(super) fn unknown_part(name: &str, part: &str, parts: &[&str], span: &Span) -> QuestionError {
    let hint = did_you_mean(part, parts.iter().copied());
    QuestionError::new(
        "unknown_field",
        span,
        format!("`{name}` has no part `{part}`{hint}; it has {}", parts.join(", ")),
    )
}

/// `order.placed`, `order.*` or `*`.
pub(super) fn event_kinds(kind: &str, span: &Span) -> Result<EventKinds> {
    if kind == "*" {
        return Ok(EventKinds::All);
    }
    let (stem, open) = match kind.strip_suffix(".*") {
        Some(stem) => (stem, true),
        None => (kind, false),
    };
    let plain = !stem.is_empty()
        && stem.len() <= 100
        && stem.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'_' || b == b'.');
    if !plain {
        return Err(QuestionError::syntax(
            span,
            "a kind of event is written `\"order.placed\"`, all kinds of a thing `\"order.*\"`, all `\"*\"`",
        ));
    }
    Ok(if open { EventKinds::Under(format!("{stem}.")) } else { EventKinds::One(stem.to_string()) })
}
