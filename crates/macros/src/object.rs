//! `#[derive(Object)]`: a struct becomes an object's definition.

use proc_macro2::{Span, TokenStream};
use quote::{format_ident, quote};
use syn::meta::ParseNestedMeta;
use syn::punctuated::Punctuated;
use syn::spanned::Spanned;
use syn::{
    Data, DeriveInput, Error, Field, Fields, GenericArgument, Lit, LitInt, LitStr, PathArguments, Result, Token, Type,
    parenthesized,
};

use crate::reserved::{is_reserved, is_system_field};
use crate::words::{Texts, doc_comment, name_of, placeholders, snake_case};

pub fn expand(input: &DeriveInput) -> Result<TokenStream> {
    let object = ObjectAttributes::read(input)?;
    let Data::Struct(data) = &input.data else {
        return Err(Error::new(input.span(), "an object is a struct"));
    };
    let Fields::Named(named) = &data.fields else {
        return Err(Error::new(input.span(), "an object's fields have names"));
    };

    let mut fields = Vec::new();
    let mut faults: Option<Error> = None;
    for field in &named.named {
        match FieldAttributes::read(field, &object) {
            Ok(read) => fields.push(read),
            Err(error) => match &mut faults {
                Some(all) => all.combine(error),
                None => faults = Some(error),
            },
        }
    }
    if let Some(faults) = faults {
        return Err(faults);
    }
    object.check_against(&fields)?;

    Ok(object.write(&input.ident, &fields))
}

/// What `#[object(…)]` says.
struct ObjectAttributes {
    name: String,
    plural: LitStr,
    table: LitStr,
    title: LitStr,
    subtitle: Option<LitStr>,
    icon: Option<LitStr>,
    area: LitStr,
    owner: Option<LitStr>,
    party: bool,
    party_links: Vec<LitStr>,
    needs_any: Vec<LitStr>,
    label: Texts,
    label_plural: Texts,
    class: Option<Class>,
    purpose: Option<LitStr>,
}

impl ObjectAttributes {
    fn read(input: &DeriveInput) -> Result<ObjectAttributes> {
        let span = input.ident.span();
        let (mut name, mut plural, mut table, mut title, mut subtitle) = (None, None, None, None, None);
        let (mut icon, mut area, mut owner, mut purpose, mut class) = (None, None, None, None, None);
        let (mut label, mut label_plural) = (None, None);
        let mut party = false;
        let (mut party_links, mut needs_any) = (Vec::new(), Vec::new());
        for attribute in input.attrs.iter().filter(|attribute| attribute.path().is_ident("object")) {
            attribute.parse_nested_meta(|meta| {
                match name_of(&meta)?.as_str() {
                    "name" => name = Some(text(&meta)?),
                    "plural" => plural = Some(text(&meta)?),
                    "table" => table = Some(text(&meta)?),
                    "title" => title = Some(text(&meta)?),
                    "subtitle" => subtitle = Some(text(&meta)?),
                    "icon" => icon = Some(text(&meta)?),
                    "area" => area = Some(text(&meta)?),
                    "owner" => owner = Some(text(&meta)?),
                    "purpose" => purpose = Some(text(&meta)?),
                    "class" => class = Some(Class::parse(&text(&meta)?)?),
                    "party" => party = true,
                    "party_links" => party_links = text_list(&meta)?,
                    "needs_any" => needs_any = text_list(&meta)?,
                    "label" => label = Some(Texts::parse(&meta)?.complete(meta.path.span(), "label")?),
                    "label_plural" => {
                        label_plural = Some(Texts::parse(&meta)?.complete(meta.path.span(), "label_plural")?)
                    }
                    other => return Err(meta.error(format!("`{other}` says nothing about an object"))),
                }
                Ok(())
            })?;
        }

        let missing = |what: &str| Error::new(span, format!("#[object(…)] needs `{what}`"));
        let name = name.map_or_else(|| snake_case(&input.ident.to_string()), |name| name.value());
        let table = table.unwrap_or_else(|| LitStr::new(&name, span));
        if is_reserved(&table.value()) {
            return Err(Error::new(
                table.span(),
                format!("`{}` is a reserved word of SQL; name the table otherwise with table = \"…\"", table.value()),
            ));
        }
        Ok(ObjectAttributes {
            name,
            table,
            plural: plural.ok_or_else(|| missing("plural"))?,
            title: title.ok_or_else(|| missing("title"))?,
            area: area.ok_or_else(|| missing("area"))?,
            label: label.ok_or_else(|| missing("label"))?,
            label_plural: label_plural.ok_or_else(|| missing("label_plural"))?,
            subtitle,
            icon,
            owner,
            party,
            party_links,
            needs_any,
            class,
            purpose,
        })
    }

    /// Titles, owner and party links may only name fields that are there and of the right kind.
    fn check_against(&self, fields: &[FieldAttributes]) -> Result<()> {
        let find = |name: &str| fields.iter().find(|field| field.name == name);
        for text in [Some(&self.title), self.subtitle.as_ref()].into_iter().flatten() {
            for name in placeholders(text)? {
                if find(&name).is_none() {
                    return Err(Error::new(text.span(), format!("there is no field `{name}`")));
                }
            }
        }
        if let Some(owner) = &self.owner {
            match find(&owner.value()).map(|field| &field.kind) {
                Some(Kind::Link(target)) if target.value() == "user" => {}
                _ => return Err(Error::new(owner.span(), "the owner is a field with link = \"user\"")),
            }
        }
        for link in &self.party_links {
            match find(&link.value()).map(|field| &field.kind) {
                Some(Kind::Link(_) | Kind::Links(_)) => {}
                _ => return Err(Error::new(link.span(), format!("`{}` is not a link field", link.value()))),
            }
        }
        for one in &self.needs_any {
            if find(&one.value()).is_none() {
                return Err(Error::new(one.span(), format!("there is no field `{}`", one.value())));
            }
        }
        Ok(())
    }

    fn write(&self, ident: &syn::Ident, fields: &[FieldAttributes]) -> TokenStream {
        let ObjectAttributes { name, plural, table, title, area, party, party_links, needs_any, .. } = self;
        let subtitle = self.subtitle.as_ref().map(LitStr::value).unwrap_or_default();
        let icon = self.icon.as_ref().map(LitStr::value).unwrap_or_default();
        let label = self.label.to_labels();
        let label_plural = self.label_plural.to_labels();
        let owner = match &self.owner {
            Some(owner) => quote!(::core::option::Option::Some(#owner.to_string())),
            None => quote!(::core::option::Option::None),
        };
        let written = fields.iter().map(|field| field.write(name));
        let constants = fields.iter().map(|field| {
            let constant = format_ident!("{}", field.name.to_uppercase());
            let value = &field.name;
            let doc = format!("The name of the field `{value}`.");
            quote!(#[doc = #doc] pub const #constant: &'static str = #value;)
        });
        quote! {
            impl #ident {
                #(#constants)*
            }

            impl ::kernel::object::Object for #ident {
                fn def() -> ::kernel::object::ObjectDef {
                    ::kernel::object::ObjectDef {
                        id: #name.to_string(),
                        name: #name.to_string(),
                        plural: #plural.to_string(),
                        table: #table.to_string(),
                        label: #label,
                        label_plural: #label_plural,
                        icon: #icon.to_string(),
                        area: #area.to_string(),
                        party: #party,
                        custom: false,
                        title: #title.to_string(),
                        subtitle: #subtitle.to_string(),
                        party_links: ::std::vec![#(#party_links.to_string()),*],
                        needs_any: ::std::vec![#(#needs_any.to_string()),*],
                        owner: #owner,
                        fields: ::std::vec![#(#written),*],
                    }
                }
            }
        }
    }
}

/// How sensitive a field is, as written.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Class {
    Public,
    Internal,
    Personal,
    Special,
    Secret,
}

impl Class {
    fn from_word(word: &str) -> Option<Class> {
        Some(match word {
            "public" => Class::Public,
            "internal" => Class::Internal,
            "personal" => Class::Personal,
            "special" => Class::Special,
            "secret" => Class::Secret,
            _ => return None,
        })
    }

    fn parse(text: &LitStr) -> Result<Class> {
        Class::from_word(&text.value())
            .ok_or_else(|| Error::new(text.span(), "a class: public, internal, personal, special or secret"))
    }

    fn write(self) -> TokenStream {
        match self {
            Class::Public => quote!(::kernel::object::Class::Public),
            Class::Internal => quote!(::kernel::object::Class::Internal),
            Class::Personal => quote!(::kernel::object::Class::Personal),
            Class::Special => quote!(::kernel::object::Class::Special),
            Class::Secret => quote!(::kernel::object::Class::Secret),
        }
    }
}

/// What the Rust type of a field can hold.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Shape {
    Text,
    Texts,
    Integer,
    Number,
    Boolean,
    Money,
    Date,
    Time,
    Address,
    Id,
    Ids,
    Json,
}

impl Shape {
    /// The shape of a type and whether it may be absent.
    fn of(kind: &Type) -> Result<(Shape, bool)> {
        if let Some(inner) = inside(kind, "Option") {
            return Ok((Shape::plain(inner)?, true));
        }
        if let Some(inner) = inside(kind, "Vec") {
            return match Shape::plain(inner)? {
                Shape::Id => Ok((Shape::Ids, true)),
                Shape::Text => Ok((Shape::Texts, true)),
                _ => Err(Error::new(kind.span(), "a list holds ids (links) or words (a choice of several)")),
            };
        }
        Ok((Shape::plain(kind)?, false))
    }

    fn plain(kind: &Type) -> Result<Shape> {
        let last = match kind {
            Type::Path(path) => path.path.segments.last().map(|segment| segment.ident.to_string()),
            _ => None,
        };
        Ok(match last.as_deref() {
            Some("String") => Shape::Text,
            Some("i64") => Shape::Integer,
            Some("f64") => Shape::Number,
            Some("bool") => Shape::Boolean,
            Some("Money") => Shape::Money,
            Some("Date") => Shape::Date,
            Some("Time") => Shape::Time,
            Some("Address") => Shape::Address,
            Some("Id") => Shape::Id,
            Some("Json" | "Value") => Shape::Json,
            _ => {
                return Err(Error::new(
                    kind.span(),
                    "a field is String, i64, f64, bool, Money, Date, Time, Address, Id, Json, an Option of these, Vec<Id> or Vec<String>",
                ));
            }
        })
    }
}

/// The `T` of `Wrapper<T>`.
fn inside<'a>(kind: &'a Type, wrapper: &str) -> Option<&'a Type> {
    let Type::Path(path) = kind else { return None };
    let segment = path.path.segments.last()?;
    if segment.ident != wrapper {
        return None;
    }
    let PathArguments::AngleBracketed(arguments) = &segment.arguments else { return None };
    match arguments.args.first()? {
        GenericArgument::Type(inner) => Some(inner),
        _ => None,
    }
}

/// The kind of a field that a person fills in.
enum Kind {
    Text,
    LongText,
    Email,
    Phone,
    Url,
    Choice(Vec<(String, Texts)>),
    MultiChoice(Vec<(String, Texts)>),
    Integer,
    Number,
    Boolean,
    Money,
    Date,
    Time,
    Address,
    File,
    Link(LitStr),
    Links(LitStr),
    Json,
}

impl Kind {
    /// The Rust shape that holds this kind.
    fn shape(&self) -> Shape {
        match self {
            Kind::Text | Kind::LongText | Kind::Email | Kind::Phone | Kind::Url | Kind::Choice(_) => Shape::Text,
            Kind::MultiChoice(_) => Shape::Texts,
            Kind::Integer => Shape::Integer,
            Kind::Number => Shape::Number,
            Kind::Boolean => Shape::Boolean,
            Kind::Money => Shape::Money,
            Kind::Date => Shape::Date,
            Kind::Time => Shape::Time,
            Kind::Address => Shape::Address,
            Kind::File | Kind::Link(_) => Shape::Id,
            Kind::Links(_) => Shape::Ids,
            Kind::Json => Shape::Json,
        }
    }

    fn of_shape(shape: Shape, span: Span) -> Result<Kind> {
        Ok(match shape {
            Shape::Text => Kind::Text,
            Shape::Integer => Kind::Integer,
            Shape::Number => Kind::Number,
            Shape::Boolean => Kind::Boolean,
            Shape::Money => Kind::Money,
            Shape::Date => Kind::Date,
            Shape::Time => Kind::Time,
            Shape::Address => Kind::Address,
            Shape::Json => Kind::Json,
            Shape::Texts => return Err(Error::new(span, "a choice of several needs options(…)")),
            Shape::Id => return Err(Error::new(span, "a link says where it leads: link = \"company\", or `file`")),
            Shape::Ids => return Err(Error::new(span, "links say where they lead: links = \"tag\"")),
        })
    }

    fn write(&self, max: usize) -> TokenStream {
        let path = quote!(::kernel::object::FieldType);
        match self {
            Kind::Text => quote!(#path::Text { max: #max }),
            Kind::LongText => quote!(#path::LongText),
            Kind::Email => quote!(#path::Email),
            Kind::Phone => quote!(#path::Phone),
            Kind::Url => quote!(#path::Url),
            Kind::Integer => quote!(#path::Integer),
            Kind::Number => quote!(#path::Number),
            Kind::Boolean => quote!(#path::Boolean),
            Kind::Money => quote!(#path::Money),
            Kind::Date => quote!(#path::Date),
            Kind::Time => quote!(#path::Time),
            Kind::Address => quote!(#path::Address),
            Kind::File => quote!(#path::File),
            Kind::Json => quote!(#path::Json),
            Kind::Link(target) => quote!(#path::Link { target: #target.to_string() }),
            Kind::Links(target) => quote!(#path::Links { target: #target.to_string() }),
            Kind::Choice(options) => {
                let options = write_options(options);
                quote!(#path::Choice { options: #options })
            }
            Kind::MultiChoice(options) => {
                let options = write_options(options);
                quote!(#path::MultiChoice { options: #options })
            }
        }
    }
}

fn write_options(options: &[(String, Texts)]) -> TokenStream {
    let written = options.iter().map(|(value, texts)| {
        let label = texts.to_labels();
        let hue = match &texts.hue {
            Some(hue) => quote!(::core::option::Option::Some(#hue)),
            None => quote!(::core::option::Option::None),
        };
        quote!(::kernel::object::Choice { value: #value.to_string(), label: #label, hue: #hue })
    });
    quote!(::std::vec![#(#written),*])
}

/// What `rollup(…)` says.
struct RollUp {
    object: LitStr,
    link: LitStr,
    aggregate: &'static str,
    field: Option<LitStr>,
    on: Option<LitStr>,
    filter: Option<LitStr>,
}

impl RollUp {
    fn parse(meta: &ParseNestedMeta<'_>) -> Result<RollUp> {
        let span = meta.path.span();
        let (mut object, mut link, mut on, mut filter) = (None, None, None, None);
        let mut aggregate = None;
        meta.parse_nested_meta(|inner| {
            match name_of(&inner)?.as_str() {
                "object" => object = Some(text(&inner)?),
                "link" => link = Some(text(&inner)?),
                "on" => on = Some(text(&inner)?),
                "filter" => filter = Some(text(&inner)?),
                "count" => aggregate = Some(("Count", None)),
                "sum" => aggregate = Some(("Sum", Some(text(&inner)?))),
                "min" => aggregate = Some(("Min", Some(text(&inner)?))),
                "max" => aggregate = Some(("Max", Some(text(&inner)?))),
                other => return Err(inner.error(format!("`{other}` says nothing about a roll-up"))),
            }
            Ok(())
        })?;
        let missing = |what: &str| Error::new(span, format!("rollup(…) needs {what}"));
        let (aggregate, field) = aggregate.ok_or_else(|| missing("`count`, `sum`, `min` or `max`"))?;
        Ok(RollUp {
            object: object.ok_or_else(|| missing("`object`"))?,
            link: link.ok_or_else(|| missing("`link`"))?,
            aggregate,
            field,
            on,
            filter,
        })
    }

    fn write(&self, result: &TokenStream) -> TokenStream {
        let RollUp { object, link, .. } = self;
        let aggregate = format_ident!("{}", self.aggregate);
        let some = |text: &Option<LitStr>| match text {
            Some(text) => quote!(::core::option::Option::Some(#text.to_string())),
            None => quote!(::core::option::Option::None),
        };
        let field = some(&self.field);
        let on = some(&self.on);
        let filter = some(&self.filter);
        quote! {
            ::kernel::object::FieldType::RollUp(::kernel::object::RollUpField {
                of: ::kernel::object::RollUp {
                    object: #object.to_string(),
                    link: #link.to_string(),
                    aggregate: ::kernel::object::Aggregate::#aggregate,
                    field: #field,
                    on: #on,
                    filter: #filter,
                },
                result: ::std::boxed::Box::new(#result),
            })
        }
    }
}

/// What `#[field(…)]` says about one field.
struct FieldAttributes {
    name: String,
    column: String,
    label: Texts,
    help: Option<Texts>,
    kind: Kind,
    formula: Option<LitStr>,
    rollup: Option<RollUp>,
    default: Option<Lit>,
    flags: Vec<&'static str>,
    max: usize,
    section: String,
    class: Class,
    purpose: LitStr,
    retention_days: u32,
}

const FLAGS: [&str; 6] = ["required", "unique", "searchable", "indexed", "readonly", "identity"];

impl FieldAttributes {
    fn read(field: &Field, object: &ObjectAttributes) -> Result<FieldAttributes> {
        let ident = field.ident.as_ref().ok_or_else(|| Error::new(field.span(), "a field has a name"))?;
        let span = ident.span();
        let name = ident.to_string().trim_start_matches("r#").to_string();
        if is_system_field(&name) {
            return Err(Error::new(span, format!("every record has `{name}` already")));
        }

        let mut label = None;
        let mut help_texts = None;
        let mut kind: Option<(Kind, Span)> = None;
        let mut options: Option<Vec<(String, Texts)>> = None;
        let (mut formula, mut rollup, mut default) = (None, None, None);
        let mut flags: Vec<&'static str> = Vec::new();
        let (mut max, mut retention_days) = (0usize, 0u32);
        let (mut section, mut column, mut purpose) = ("main".to_string(), name.clone(), object.purpose.clone());
        let mut class = object.class;

        for attribute in field.attrs.iter().filter(|attribute| attribute.path().is_ident("field")) {
            attribute.parse_nested_meta(|meta| {
                let word = name_of(&meta)?;
                let here = meta.path.span();
                if let Some(flag) = FLAGS.iter().find(|flag| **flag == word) {
                    flags.push(flag);
                    return Ok(());
                }
                if let Some(said) = Class::from_word(&word) {
                    class = Some(said);
                    return Ok(());
                }
                match word.as_str() {
                    "label" => label = Some(Texts::parse(&meta)?.complete(here, "label")?),
                    "help" => help_texts = Some(Texts::parse(&meta)?),
                    "long_text" => kind = Some((Kind::LongText, here)),
                    "email" => kind = Some((Kind::Email, here)),
                    "phone" => kind = Some((Kind::Phone, here)),
                    "url" => kind = Some((Kind::Url, here)),
                    "file" => kind = Some((Kind::File, here)),
                    "link" => kind = Some((Kind::Link(text(&meta)?), here)),
                    "links" => kind = Some((Kind::Links(text(&meta)?), here)),
                    "options" => options = Some(parse_options(&meta)?),
                    "formula" => formula = Some(text(&meta)?),
                    "rollup" => rollup = Some(RollUp::parse(&meta)?),
                    "default" => default = Some(meta.value()?.parse::<Lit>()?),
                    "max" => max = meta.value()?.parse::<LitInt>()?.base10_parse()?,
                    "retention_days" => retention_days = meta.value()?.parse::<LitInt>()?.base10_parse()?,
                    "section" => section = text(&meta)?.value(),
                    "column" => column = text(&meta)?.value(),
                    "purpose" => purpose = Some(text(&meta)?),
                    other => return Err(meta.error(format!("`{other}` says nothing about a field"))),
                }
                Ok(())
            })?;
        }

        if is_reserved(&column) {
            return Err(Error::new(
                span,
                format!("`{column}` is a reserved word of SQL; name the field or its column otherwise"),
            ));
        }
        let (shape, optional) = Shape::of(&field.ty)?;
        let kind = match (kind, options) {
            (Some((_, here)), Some(_)) => return Err(Error::new(here, "a choice has no other kind")),
            (None, Some(options)) if shape == Shape::Texts => Kind::MultiChoice(options),
            (None, Some(options)) => {
                expect_shape(Shape::Text, shape, field, "a choice is a String")?;
                Kind::Choice(options)
            }
            (Some((said, here)), None) => {
                if said.shape() != shape {
                    return Err(Error::new(here, "this kind does not fit the field's Rust type"));
                }
                said
            }
            (None, None) => Kind::of_shape(shape, field.ty.span())?,
        };

        let computed = formula.is_some() || rollup.is_some();
        if formula.is_some() && rollup.is_some() {
            return Err(Error::new(span, "a field is a formula or a roll-up, not both"));
        }
        let has = |flag: &str| flags.contains(&flag);
        if has("required") && optional {
            return Err(Error::new(field.ty.span(), "a required field is not an Option and not a list"));
        }
        if !optional && !has("required") && default.is_none() && !computed {
            return Err(Error::new(field.ty.span(), "say Option<…>, or `required`, or a `default`"));
        }
        if computed && (has("required") || default.is_some()) {
            return Err(Error::new(span, "a computed field is never filled in"));
        }
        if max > 0 && !matches!(kind, Kind::Text) {
            return Err(Error::new(span, "`max` is for one line of text"));
        }
        check_default(&kind, default.as_ref())?;

        let label = label.ok_or_else(|| Error::new(span, "#[field(…)] needs `label`"))?;
        let class = class
            .ok_or_else(|| Error::new(span, "say the field's class, or give the struct `class = \"internal\"`"))?;
        let purpose = purpose
            .ok_or_else(|| Error::new(span, "say the field's purpose, or give the struct `purpose = \"contract\"`"))?;
        let tells_of_a_person = matches!(kind, Kind::Email | Kind::Phone | Kind::Address) || name.contains("birth");
        if tells_of_a_person && class < Class::Personal {
            return Err(Error::new(
                span,
                "an e-mail, phone, address or birthday tells of a person: mark it `personal`",
            ));
        }

        Ok(FieldAttributes {
            help: read_help(field, help_texts)?,
            name,
            column,
            label,
            kind,
            formula,
            rollup,
            default,
            flags,
            max,
            section,
            class,
            purpose,
            retention_days,
        })
    }

    fn write(&self, object: &str) -> TokenStream {
        let FieldAttributes { name, column, section, purpose, retention_days, .. } = self;
        let label = self.label.to_labels();
        let plain = self.kind.write(self.max);
        let kind = match (&self.formula, &self.rollup) {
            (Some(formula), _) => quote! {
                ::kernel::object::FieldType::Formula { formula: #formula.to_string(), result: ::std::boxed::Box::new(#plain) }
            },
            (None, Some(rollup)) => rollup.write(&plain),
            (None, None) => plain,
        };
        let help = self.help.as_ref().map(|help| {
            let labels = help.to_labels();
            quote!(field.help = ::core::option::Option::Some(#labels);)
        });
        let default = self
            .default
            .as_ref()
            .map(|default| quote!(field.default = ::core::option::Option::Some((#default).into());));
        let mut flags: Vec<syn::Ident> = self.flags.iter().map(|flag| format_ident!("{flag}")).collect();
        let computed = self.formula.is_some() || self.rollup.is_some();
        if computed && !self.flags.contains(&"readonly") {
            flags.push(format_ident!("readonly"));
        }
        let class = self.class.write();
        quote! {{
            let mut field = ::kernel::object::FieldDef::new(#object, #name, #label, #kind);
            field.column = #column.to_string();
            field.section = #section.to_string();
            field.class = #class;
            field.purpose = #purpose.to_string();
            field.retention_days = #retention_days;
            #help
            #default
            #(field.#flags = true;)*
            field
        }}
    }
}

fn expect_shape(wanted: Shape, found: Shape, field: &Field, message: &str) -> Result<()> {
    if wanted == found { Ok(()) } else { Err(Error::new(field.ty.span(), message)) }
}

fn check_default(kind: &Kind, default: Option<&Lit>) -> Result<()> {
    let Some(default) = default else { return Ok(()) };
    match (kind, default) {
        (Kind::Choice(options), Lit::Str(text)) if !options.iter().any(|(value, _)| *value == text.value()) => {
            Err(Error::new(text.span(), "the default is not one of the options"))
        }
        (Kind::Text | Kind::LongText | Kind::Url | Kind::Choice(_), Lit::Str(_))
        | (Kind::Integer | Kind::Number, Lit::Int(_))
        | (Kind::Number, Lit::Float(_))
        | (Kind::Boolean, Lit::Bool(_)) => Ok(()),
        (_, other) => Err(Error::new(other.span(), "the default does not fit the field's kind")),
    }
}

/// The doc comment in English with the translations of `help(…)`, which may also override the English.
fn read_help(field: &Field, said: Option<Texts>) -> Result<Option<Texts>> {
    let doc = doc_comment(&field.attrs);
    if doc.is_none() && said.is_none() {
        return Ok(None);
    }
    let mut help = said.unwrap_or_default();
    if let ([english @ None, ..], Some(doc)) = (&mut help.by_language, doc) {
        *english = Some(LitStr::new(&doc, field.span()));
    }
    help.complete(field.span(), "help (the doc comment and help(…))").map(Some)
}

fn parse_options(meta: &ParseNestedMeta<'_>) -> Result<Vec<(String, Texts)>> {
    let mut options: Vec<(String, Texts)> = Vec::new();
    meta.parse_nested_meta(|inner| {
        let value = name_of(&inner)?;
        if !value.chars().all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '_') {
            return Err(inner.error("an option's value is written in small letters, digits and _"));
        }
        if options.iter().any(|(other, _)| *other == value) {
            return Err(inner.error(format!("`{value}` is there twice")));
        }
        let texts = Texts::parse(&inner)?.complete(inner.path.span(), "an option")?;
        options.push((value, texts));
        Ok(())
    })?;
    if options.is_empty() {
        return Err(meta.error("a choice has at least one option"));
    }
    Ok(options)
}

fn text(meta: &ParseNestedMeta<'_>) -> Result<LitStr> {
    meta.value()?.parse()
}

fn text_list(meta: &ParseNestedMeta<'_>) -> Result<Vec<LitStr>> {
    let inside;
    parenthesized!(inside in meta.input);
    Ok(Punctuated::<LitStr, Token![,]>::parse_terminated(&inside)?.into_iter().collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn fault(source: &str) -> String {
        let input: DeriveInput = syn::parse_str(source).expect("the test's struct parses");
        expand(&input).expect_err("must be refused").to_string()
    }

    fn with_field(field: &str) -> String {
        format!(
            r#"#[object(plural = "things", title = "{{name}}", area = "sales", class = "internal", purpose = "contract",
                label(en = "a", ru = "b", zh = "c", ro = "d"), label_plural(en = "a", ru = "b", zh = "c", ro = "d"))]
            struct Thing {{ #[field(required, label(en = "a", ru = "b", zh = "c", ro = "d"))] name: String, {field} }}"#
        )
    }

    const LABEL: &str = r#"label(en = "a", ru = "b", zh = "c", ro = "d")"#;

    #[test]
    fn an_email_without_personal_is_refused() {
        assert!(
            fault(&with_field(&format!("#[field(email, {LABEL})] mail: Option<String>")))
                .contains("mark it `personal`")
        );
        assert!(
            fault(&with_field(&format!("#[field({LABEL})] birth_date: Option<Date>"))).contains("mark it `personal`")
        );
    }

    #[test]
    fn a_label_missing_in_one_language_is_refused() {
        let said = fault(&with_field(r#"#[field(label(en = "a", ru = "b", zh = "c"))] size: Option<String>"#));
        assert!(said.contains("`ro`"), "{said}");
    }

    #[test]
    fn a_doc_comment_is_help_and_needs_its_translations() {
        let said = fault(&with_field(&format!("/** In metres. */ #[field({LABEL})] size: Option<String>")));
        assert!(said.contains("help") && said.contains("`ru`"), "{said}");
    }

    #[test]
    fn a_kind_that_does_not_fit_the_type_is_refused() {
        assert!(fault(&with_field(&format!("#[field(url, {LABEL})] site: Option<i64>"))).contains("does not fit"));
        assert!(fault(&with_field(&format!("#[field({LABEL})] company: Option<Id>"))).contains("where it leads"));
        assert!(fault(&with_field(&format!("#[field({LABEL})] size: Option<u8>"))).contains("a field is String"));
    }

    #[test]
    fn a_field_says_how_it_may_be_empty() {
        assert!(fault(&with_field(&format!("#[field({LABEL})] size: String"))).contains("Option"));
        assert!(fault(&with_field(&format!("#[field(required, {LABEL})] size: Option<String>"))).contains("required"));
    }

    #[test]
    fn a_struct_without_a_class_leaves_no_field_unclassed() {
        let source = format!(
            r#"#[object(plural = "things", title = "{{name}}", area = "sales", {LABEL}, label_plural(en = "a", ru = "b", zh = "c", ro = "d"))]
            struct Thing {{ #[field(required, {LABEL})] name: String }}"#
        );
        assert!(fault(&source).contains("class"));
    }

    #[test]
    fn titles_owners_and_party_links_name_real_fields() {
        let source = with_field("").replace("{name}", "{nobody}");
        assert!(fault(&source).contains("there is no field `nobody`"));
        let source = with_field("").replace("area = \"sales\"", "area = \"sales\", owner = \"name\"");
        assert!(fault(&source).contains("link = \"user\""));
        let source = with_field("").replace("area = \"sales\"", "area = \"sales\", party_links(\"name\")");
        assert!(fault(&source).contains("not a link field"));
        let source = with_field("").replace("area = \"sales\"", "area = \"sales\", needs_any(\"name\", \"nobody\")");
        assert!(fault(&source).contains("there is no field `nobody`"));
    }

    #[test]
    fn reserved_words_and_system_names_are_refused() {
        assert!(fault(&with_field(&format!("#[field({LABEL})] group: Option<String>"))).contains("reserved"));
        assert!(fault(&with_field(&format!("#[field({LABEL})] created_at: Option<Time>"))).contains("already"));
    }

    #[test]
    fn a_default_is_one_of_the_options() {
        let field = format!(
            r#"#[field({LABEL}, default = "new", options(old(en = "a", ru = "b", zh = "c", ro = "d")))] state: String"#
        );
        assert!(fault(&with_field(&field)).contains("not one of the options"));
    }
}
