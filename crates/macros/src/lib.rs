//! The two macros by which a domain says what it holds and what can happen to it.
//!
//! [`derive(Object)`](macro@Object) turns a struct into an object's definition; the whole product (tables, API, forms,
//! import, search, rights) is drawn from it. [`event`](macro@event) turns a struct into a kind of event with its sentence.
//! Both refuse at compile time what must never be shipped: a label missing in one language, a field without its class
//! and purpose, an e-mail that is not marked personal, a link field in `owner` that does not exist.

mod event;
mod object;
mod reserved;
mod words;

use proc_macro::TokenStream;

/// Implements `kernel::object::Object` for a struct and gives it a constant for each field's name (`Contact::EMAIL`).
///
/// On the struct, `#[object(…)]`:
/// `plural`, `title`, `area`, `label(en, ru, zh, ro)`, `label_plural(…)` are needed; `name` (the struct's name in snake
/// case), `table` (the name), `subtitle`, `icon`, `owner = "owner"`, `party`, `party_links("customer", "company")`,
/// `class = "internal"` and `purpose = "contract"` (for fields that do not say their own) are optional.
///
/// On a field, `#[field(…)]`: `label(…)` is needed; the Rust type gives the kind:
///
/// | Rust | kind | may be told to be |
/// |---|---|---|
/// | `String` | text | `long_text`, `email`, `phone`, `url`, `options(…)` (a choice) |
/// | `i64`, `f64`, `bool` | integer, number, boolean | |
/// | `Money`, `Date`, `Time`, `Address` | money, date, time, address | |
/// | `Id` | link, with `link = "company"` (`"any"` for every object) | `file` |
/// | `Vec<Id>` | links, with `links = "tag"` | |
/// | `Vec<String>` | several of `options(…)` | |
/// | `Json` | json | |
///
/// All but lists are `Option<…>` unless `required`, given a `default`, or computed. Further words: `searchable`, `indexed`,
/// `unique`, `readonly`, `identity`, `required`, `default = …`, `max = 200`, `section = "address"`, `column = "…"`,
/// `retention_days = 90`, `help(ru, zh, ro)` (the doc comment is the English help), a class `public` / `internal` /
/// `personal` / `special` / `secret` with `purpose = "marketing"`, `formula = "quantity * unit_price"`, and
/// `rollup(object = "order", link = "customer", sum = "total", filter = "…")` with `count`, `sum`, `min` or `max`.
/// An option is `won(en = "Won", ru = "…", zh = "…", ro = "…", hue = 145)`.
#[proc_macro_derive(Object, attributes(object, field))]
pub fn derive_object(input: TokenStream) -> TokenStream {
    let input = syn::parse_macro_input!(input as syn::DeriveInput);
    object::expand(&input).unwrap_or_else(|error| error.to_compile_error()).into()
}

/// Makes a struct a kind of event: `#[event("deal.won", reads(en = "won {deal}[ for {amount}]", ru = "…", zh = "…", ro = "…"))]`.
///
/// The struct's fields are the event's properties: ids, money, dates, times and words; `#[personal]` marks those that are
/// encrypted under the party's key. A sentence names properties in braces; a part in square brackets is left out when
/// one of its properties is unknown. `{record}`, `{party}` and `{amount}` may be named without being properties. The
/// doc comment says when it happens. Implements `events::Event`.
#[proc_macro_attribute]
pub fn event(attribute: TokenStream, item: TokenStream) -> TokenStream {
    let item = syn::parse_macro_input!(item as syn::ItemStruct);
    event::expand(attribute.into(), item).unwrap_or_else(|error| error.to_compile_error()).into()
}
