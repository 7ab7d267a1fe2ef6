//! The first start: whoever reads the console gets a link, valid once and for a day, that makes the first administrator.

use kernel::{Error, FieldError, Id, Result, Value, points};
use serde_json::json;

use super::audit::{self, action};
use super::invites::{self, Link, Purpose};
use super::secret::Secret;
use super::{Principal, password, people, roles, sessions, settings, users};
use crate::app::App;
use crate::operation::{Operation, Reader};
use crate::records::write::{self, Write};

/// Whether nobody who could administer the company can sign in.
pub fn is_needed(reader: &mut Reader) -> Result<bool> {
    Ok(!roles::has_administrator(reader)?)
}

/// The link for the console, if it is needed. Earlier links end with it.
pub fn link(app: &App) -> Result<Option<Link>> {
    app.write_now(&Principal::system("setup"), |op| {
        if is_needed(op)? { invites::make(op, Purpose::Setup, None).map(Some) } else { Ok(None) }
    })
}

/// Who the first administrator will be.
#[derive(Debug, Clone)]
pub struct First {
    pub name: String,
    pub email: String,
    pub password: Secret,
    /// What the company is called, if they say so.
    pub company: Option<String>,
    pub language: Option<String>,
}

/// Makes the first administrator and signs them in. `NotFound` if the link is not, or no longer, valid.
pub async fn set_up(app: &App, token: Secret, first: First, from: sessions::Origin) -> Result<sessions::Opened> {
    let first = checked(app, first).await?;
    // The link is looked at before the costly hash, and taken in the transaction that uses it.
    let (now, hash) = (app.now(), token.hash().to_vec());
    let sql = "select 1 from invite where token_hash = $1 and kind = 'setup' and expires_at > $2";
    app.db().read_async(move |tx| tx.one(sql, &[hash.into(), now.into()])).await?.ok_or(Error::NotFound)?;

    let stored = password::hash(first.password.clone()).await?;
    app.write(&Principal::system("setup"), move |op| {
        invites::take(op, &token, &[Purpose::Setup])?;
        if !is_needed(op)? {
            return Err(Error::NotFound);
        }
        let user = administrator(op, &first, &stored)?;
        sessions::enter(op, user, &sessions::Login::from(&from, "setup"))
    })
    .await
}

/// The same from the command line (`rapport user add`), where whoever may write the data folder may everything. Also makes
/// further administrators.
pub fn add_administrator(app: &App, first: First) -> Result<Id> {
    let company = app.db().read(settings::company_in)?;
    let first = check(first, &company)?;
    let stored = password::hash_now(&first.password)?;
    app.write_now(&Principal::system("command"), move |op| administrator(op, &first, &stored))
}

async fn checked(app: &App, first: First) -> Result<First> {
    let company = settings::company(app).await?;
    check(first, &company)
}

fn check(mut first: First, company: &str) -> Result<First> {
    let mut errors = Vec::new();
    first.name = first.name.trim().to_string();
    if first.name.is_empty() {
        errors.push(FieldError::new("name", "required", "please say what you are called"));
    }
    if first.name.chars().count() > 200 {
        errors.push(FieldError::new("name", "too_long", "at most 200 characters"));
    }
    match points::email(&first.email) {
        Some(email) => first.email = email,
        None => {
            errors.push(FieldError::new("email", "not_an_email", "must be an e-mail address such as ana@example.com"))
        }
    }
    let company = first.company.as_deref().unwrap_or(company);
    if let Err(Error::Invalid(more)) = password::check(&first.password, &[&first.email, &first.name, company]) {
        errors.extend(more);
    }
    if errors.is_empty() { Ok(first) } else { Err(Error::Invalid(errors)) }
}

/// The user's record (one that is there already under that e-mail is taken), the password, the role.
fn administrator(op: &mut Operation, first: &First, stored: &str) -> Result<Id> {
    let object = op.catalogue.named("user").cloned().ok_or_else(|| Error::internal("there is no object `user`"))?;
    let mut values = vec![("is_active", Value::Bool(true))];
    let user = match people::by_email(op.tx, &first.email)? {
        Some(person) => {
            let values = positions(&object.def, values);
            write::apply_one(op, &object, Write::Update { id: person.id, version: None, values })?.id
        }
        None => {
            values.push(("name", Value::Text(first.name.clone())));
            values.push(("email", Value::Text(first.email.clone())));
            if let Some(language) =
                first.language.as_deref().filter(|language| ["en", "ru", "zh", "ro"].contains(language))
            {
                values.push(("language", Value::Text(language.to_string())));
            }
            let values = positions(&object.def, values);
            write::apply_one(op, &object, Write::Create { values })?.id
        }
    };
    users::set_password(op, user, stored, None)?;
    let role = roles::install_standard(op)?;
    op.tx.execute(
        "insert into user_role (user_id, role_id) values ($1, $2) on conflict do nothing",
        &[user.into(), role.into()],
    )?;
    op.app.gate().distrust();
    if let Some(company) = first.company.as_deref().filter(|company| !company.trim().is_empty()) {
        settings::name_company(op, company)?;
    }
    audit::write(op, action::SETUP, Some("user"), Some(user), json!({ "role": roles::ADMINISTRATOR }))?;
    Ok(user)
}

fn positions(def: &kernel::ObjectDef, values: Vec<(&str, Value)>) -> Vec<(usize, Value)> {
    values.into_iter().filter_map(|(name, value)| def.position(name).map(|position| (position, value))).collect()
}
