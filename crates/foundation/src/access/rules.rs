//! The company's rules of signing in: what a password has to be, and whose role needs a second factor.

use kernel::{Error, FieldError, Id, Result};
use serde::{Deserialize, Serialize};
use serde_json::json;

use super::audit::{self, action};
use super::{factors, password, roles};
use crate::operation::{Operation, Reader};

/// The name of the setting.
const NAME: &str = "sign_in";

/// See the module. What was never set is as here.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct Rules {
    pub password: PasswordRules,
    pub second_factor: SecondFactorRule,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct PasswordRules {
    /// Least characters of a password that signs in alone.
    pub shortest: usize,
    /// Not made of words that everybody tries.
    pub refuse_common: bool,
    /// Not made of the person's name, e-mail, or the company's name.
    pub refuse_personal: bool,
}

impl Default for PasswordRules {
    fn default() -> PasswordRules {
        PasswordRules { shortest: password::SHORTEST, refuse_common: true, refuse_personal: true }
    }
}

/// People with one of these roles need a second factor.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct SecondFactorRule {
    pub roles: Vec<Id>,
}

/// What is to change; parts that are left out stay.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RulesPatch {
    #[serde(default)]
    pub password: Option<PasswordPatch>,
    #[serde(default)]
    pub second_factor: Option<SecondFactorPatch>,
}

#[derive(Debug, Clone, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PasswordPatch {
    #[serde(default)]
    pub shortest: Option<usize>,
    #[serde(default)]
    pub refuse_common: Option<bool>,
    #[serde(default)]
    pub refuse_personal: Option<bool>,
}

#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SecondFactorPatch {
    pub roles: Vec<Id>,
}

/// The rules as they stand.
pub fn get(tx: &mut db::Tx) -> Result<Rules> {
    let row = tx.one("select value from setting where name = $1", &[NAME.into()])?;
    Ok(row.and_then(|row| serde_json::from_str(row.text(0)).ok()).unwrap_or_default())
}

/// The rules and the houses whose word counts, as administrators see them.
pub fn show(reader: &mut Reader) -> Result<serde_json::Value> {
    reader.who.need_admin()?;
    let rules = get(reader.tx)?;
    let providers = super::oidc::list(reader)?;
    Ok(json!({ "password": rules.password, "second_factor": rules.second_factor, "providers": providers }))
}

/// Changes the rules.
pub fn change(op: &mut Operation, patch: &RulesPatch) -> Result<Rules> {
    op.who.need_admin()?;
    let before = get(op.tx)?;
    let mut after = before.clone();
    if let Some(password) = &patch.password {
        after.password.shortest = password.shortest.unwrap_or(after.password.shortest);
        after.password.refuse_common = password.refuse_common.unwrap_or(after.password.refuse_common);
        after.password.refuse_personal = password.refuse_personal.unwrap_or(after.password.refuse_personal);
    }
    if let Some(second) = &patch.second_factor {
        after.second_factor.roles.clone_from(&second.roles);
        after.second_factor.roles.sort();
        after.second_factor.roles.dedup();
    }
    refuse_faulty(op, &after)?;
    if after == before {
        return Ok(after);
    }
    let text = serde_json::to_string(&after).map_err(Error::internal)?;
    op.tx.execute(
        "insert into setting (name, value) values ($1, $2) on conflict (name) do update set value = excluded.value",
        &[NAME.into(), text.into()],
    )?;
    // Whoever is signed in now is held to the new rule with their next request.
    op.app.gate().distrust();
    audit::write(op, action::RULES_CHANGED, None, None, json!({ "before": before, "after": after }))?;
    Ok(after)
}

fn refuse_faulty(op: &mut Operation, rules: &Rules) -> Result<()> {
    let mut errors = Vec::new();
    let shortest = rules.password.shortest;
    if shortest < password::LEAST {
        let detail = format!("at least {}", password::LEAST);
        errors.push(FieldError::new("/password/shortest", "too_small", detail));
    }
    if shortest > password::MOST {
        errors.push(FieldError::new("/password/shortest", "too_large", format!("at most {}", password::MOST)));
    }
    for (n, role) in rules.second_factor.roles.iter().enumerate() {
        if let Err(Error::NotFound) = roles::get(op, *role) {
            errors.push(FieldError::new(&format!("/second_factor/roles/{n}"), "not_found", "there is no such role"));
        }
    }
    if errors.is_empty() { Ok(()) } else { Err(Error::Invalid(errors)) }
}

/// Whether one of the user's roles needs a second factor.
pub fn needs_second_factor(reader: &mut Reader, user: Id) -> Result<bool> {
    let rules = get(reader.tx)?;
    if rules.second_factor.roles.is_empty() {
        return Ok(false);
    }
    let roles = reader.tx.query("select role_id from user_role where user_id = $1", &[user.into()])?;
    Ok(roles.iter().any(|row| rules.second_factor.roles.contains(&row.id(0))))
}

/// Whether the user must set up a second factor before they may do anything else.
pub fn must_enrol(reader: &mut Reader, user: Id) -> Result<bool> {
    Ok(needs_second_factor(reader, user)? && !factors::has_any(reader.tx, user)?)
}
