//! `#[event("…", reads(…))]`: a struct becomes a kind of event.

use proc_macro2::TokenStream;
use quote::quote;
use syn::meta::ParseNestedMeta;
use syn::parse::Parser;
use syn::spanned::Spanned;
use syn::{Error, Fields, ItemStruct, LitStr, Result, Type};

use crate::words::{Texts, doc_comment, name_of, placeholders};

/// Words a sentence may use though the event has no such property.
const ENVELOPE: [&str; 3] = ["record", "party", "amount"];

pub fn expand(attribute: TokenStream, mut item: ItemStruct) -> Result<TokenStream> {
    let said = EventAttributes::read(attribute, item.ident.span())?;
    let about =
        doc_comment(&item.attrs).ok_or_else(|| Error::new(item.ident.span(), "a doc comment says when it happens"))?;
    let Fields::Named(named) = &mut item.fields else {
        return Err(Error::new(item.ident.span(), "an event's properties have names"));
    };

    let mut properties = Vec::new();
    let mut names = Vec::new();
    for field in &mut named.named {
        let ident = field.ident.as_ref().ok_or_else(|| Error::new(field.span(), "a property has a name"))?;
        let name = ident.to_string();
        let personal = field.attrs.iter().any(|attribute| attribute.path().is_ident("personal"));
        field.attrs.retain(|attribute| !attribute.path().is_ident("personal"));
        let (kind, optional) = property_kind(&field.ty)?;
        if optional {
            field
                .attrs
                .push(syn::parse_quote!(#[serde(default, skip_serializing_if = "::core::option::Option::is_none")]));
        }
        let doc = doc_comment(&field.attrs).unwrap_or_default();
        properties.push(quote! {
            ::events::Property { name: #name, kind: #kind, personal: #personal, optional: #optional, about: #doc }
        });
        names.push(name);
    }
    for text in said.reads.by_language.iter().flatten() {
        for name in placeholders(text)? {
            if !names.contains(&name) && !ENVELOPE.contains(&name.as_str()) {
                return Err(Error::new(text.span(), format!("the event has no property `{name}`")));
            }
        }
    }

    let ident = &item.ident;
    let kind = &said.kind;
    let reads = said.reads.to_labels();
    Ok(quote! {
        #[derive(Debug, Clone, PartialEq, ::serde::Serialize, ::serde::Deserialize)]
        #item

        impl ::events::Event for #ident {
            const KIND: &'static str = #kind;

            fn describe() -> ::events::Kind {
                ::events::Kind {
                    kind: #kind,
                    about: #about,
                    reads: #reads,
                    properties: ::std::vec![#(#properties),*],
                    check: |stored| match <#ident as ::serde::Deserialize>::deserialize(stored) {
                        ::core::result::Result::Ok(_) => ::core::result::Result::Ok(()),
                        ::core::result::Result::Err(error) => ::core::result::Result::Err(error.to_string()),
                    },
                }
            }
        }
    })
}

struct EventAttributes {
    kind: LitStr,
    reads: Texts,
}

impl EventAttributes {
    fn read(attribute: TokenStream, span: proc_macro2::Span) -> Result<EventAttributes> {
        let mut reads = None;
        let parse = |input: syn::parse::ParseStream<'_>| -> Result<LitStr> {
            let kind: LitStr = input.parse()?;
            input.parse::<syn::Token![,]>()?;
            let rest: TokenStream = input.parse()?;
            let inner = syn::meta::parser(|meta: ParseNestedMeta<'_>| {
                if name_of(&meta)? != "reads" {
                    return Err(meta.error("reads(en = \"…\", ru = \"…\", zh = \"…\", ro = \"…\")"));
                }
                reads = Some(Texts::parse(&meta)?.complete(meta.path.span(), "reads")?);
                Ok(())
            });
            inner.parse2(rest)?;
            Ok(kind)
        };
        let kind = parse.parse2(attribute)?;
        let parts: Vec<String> = kind.value().split('.').map(str::to_string).collect();
        let is_word = |part: &String| !part.is_empty() && part.chars().all(|c| c.is_ascii_lowercase() || c == '_');
        if parts.len() != 2 || !parts.iter().all(is_word) {
            return Err(Error::new(kind.span(), "a kind is `noun.fact`, as in `deal.won`"));
        }
        Ok(EventAttributes { kind, reads: reads.ok_or_else(|| Error::new(span, "an event needs reads(…)"))? })
    }
}

/// The kind of a property and whether it may be absent. Properties are ids, money, dates and words, never a domain's types.
fn property_kind(kind: &Type) -> Result<(&'static str, bool)> {
    let Type::Path(path) = kind else { return Err(wrong(kind)) };
    let segment = path.path.segments.last().ok_or_else(|| wrong(kind))?;
    let inner = match &segment.arguments {
        syn::PathArguments::AngleBracketed(arguments) => match arguments.args.first() {
            Some(syn::GenericArgument::Type(inner)) => Some(inner),
            _ => None,
        },
        _ => None,
    };
    match (segment.ident.to_string().as_str(), inner) {
        ("Option", Some(inner)) => Ok((property_kind(inner)?.0, true)),
        ("Vec", Some(inner)) => match property_kind(inner)?.0 {
            "text" => Ok(("texts", false)),
            "id" => Ok(("ids", false)),
            _ => Err(wrong(kind)),
        },
        ("Id", None) => Ok(("id", false)),
        ("Money", None) => Ok(("money", false)),
        ("Date", None) => Ok(("date", false)),
        ("Time", None) => Ok(("time", false)),
        ("String", None) => Ok(("text", false)),
        ("i64", None) => Ok(("integer", false)),
        ("f64", None) => Ok(("number", false)),
        ("bool", None) => Ok(("boolean", false)),
        _ => Err(wrong(kind)),
    }
}

fn wrong(kind: &Type) -> Error {
    Error::new(
        kind.span(),
        "a property is an Id, Money, Date, Time, String, i64, f64 or bool, an Option of these, or a list of ids or words",
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    fn fault(attribute: &str, item: &str) -> String {
        let attribute: TokenStream = attribute.parse().expect("tokens");
        let item: ItemStruct = syn::parse_str(item).expect("a struct");
        expand(attribute, item).expect_err("must be refused").to_string()
    }

    #[test]
    fn a_sentence_names_only_what_the_event_holds() {
        let said = fault(
            r#""deal.won", reads(en = "won {prize}", ru = "a", zh = "a", ro = "a")"#,
            "/** Won. */ struct DealWon { deal: Id }",
        );
        assert!(said.contains("`prize`"), "{said}");
    }

    #[test]
    fn a_kind_is_a_noun_and_a_fact() {
        let reads = r#"reads(en = "a", ru = "a", zh = "a", ro = "a")"#;
        assert!(
            fault(&format!(r#""DealWon", {reads}"#), "/** Won. */ struct DealWon { deal: Id }").contains("noun.fact")
        );
        assert!(fault(&format!(r#""deal.won", {reads}"#), "struct DealWon { deal: Id }").contains("doc comment"));
    }

    #[test]
    fn a_property_is_never_a_domain_type() {
        let reads = r#"reads(en = "a", ru = "a", zh = "a", ro = "a")"#;
        assert!(
            fault(&format!(r#""deal.won", {reads}"#), "/** Won. */ struct DealWon { deal: Deal }")
                .contains("a property is")
        );
    }
}
