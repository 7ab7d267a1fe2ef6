//! Forms: what somebody fills in on a page becomes a lead.
//!
//! A form is a record ([`Form`]): which fields of a lead it asks for, its words by language, what is agreed to. It has a
//! page of its own (`/f/{slug}`, without scripts where need be) and a script that puts that page into others ([`doors`]).
//! What was sent is kept as it was sent ([`FormAnswer`]), with the words of the consent that stood on the page, and
//! becomes a lead in the same transaction ([`take`]). What looks like a machine's ([`suspicion`]) is asked to work for a
//! moment, and what still does waits for a person: nothing is lost.

mod answer;
mod doors;
mod fields;
mod form;
mod keeper;
mod letter;
mod page;
mod queries;
mod routes;
mod suspicion;
mod take;
mod token;
mod words;

pub use answer::FormAnswer;
pub use doors::router;
pub use form::Form;
pub use keeper::Forms;
pub use routes::routes;

const FORM: &str = "form";
const ANSWER: &str = "form_answer";
const LEAD: &str = "lead";
