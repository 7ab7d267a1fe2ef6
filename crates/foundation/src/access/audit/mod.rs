//! The audit log: who did what, and who looked at what matters.
//!
//! A row is written in the transaction of what it tells of, so neither exists without the other. Within a second it is
//! sealed ([`chain`]): it gets its place and a hash over itself and the row before. Every hour the head of the chain goes
//! into a file outside the database. Rows are never changed and never deleted; no secret and no value of a customer's
//! field is ever in one.

pub mod chain;
pub mod list;

use db::Arg;
use kernel::{Class, Id, Result};
use serde_json::Value as Json;

use super::Principal;
use crate::app::App;
use crate::operation::{Operation, Reader};
use crate::records::{Object, Record};

/// What is audited. The names never change: they are part of the chain.
pub mod action {
    pub const SETUP: &str = "setup.done";
    pub const SIGNED_IN: &str = "session.opened";
    pub const SIGN_IN_REFUSED: &str = "session.refused";
    pub const SIGNED_OUT: &str = "session.closed";
    pub const SESSIONS_ENDED: &str = "session.ended_all";
    pub const NEW_DEVICE: &str = "session.new_device";
    pub const CODE_REFUSED: &str = "session.code_refused";
    pub const TOTP_ENABLED: &str = "totp.enabled";
    pub const TOTP_DISABLED: &str = "totp.disabled";
    pub const RECOVERY_USED: &str = "recovery_code.used";
    pub const RECOVERY_RENEWED: &str = "recovery_code.renewed";
    pub const PASSKEY_ADDED: &str = "passkey.added";
    pub const PASSKEY_REMOVED: &str = "passkey.removed";
    pub const PASSKEY_COPIED: &str = "passkey.copied";
    pub const FACTORS_RESET: &str = "user.factors_reset";
    pub const INVITE_REVOKED: &str = "user.invite_revoked";
    pub const RULES_CHANGED: &str = "sign_in.rules_changed";
    pub const PROVIDER_ADDED: &str = "sign_in.provider_added";
    pub const PROVIDER_CHANGED: &str = "sign_in.provider_changed";
    pub const PROVIDER_REMOVED: &str = "sign_in.provider_removed";
    pub const JOINED: &str = "user.joined";
    pub const COMPANY_CHANGED: &str = "company.changed";
    pub const CURRENCIES_CHANGED: &str = "currencies.changed";
    pub const RATES_CHANGED: &str = "currencies.rates_changed";
    pub const CALENDAR_CHANGED: &str = "calendar.changed";
    pub const DEFINITIONS_APPLIED: &str = "definitions.applied";
    pub const INVITED: &str = "user.invited";
    pub const INVITE_ACCEPTED: &str = "user.invite_accepted";
    pub const RESET_OFFERED: &str = "user.password_reset_offered";
    pub const PASSWORD_CHANGED: &str = "user.password_changed";
    pub const USER_DISABLED: &str = "user.disabled";
    pub const USER_ENABLED: &str = "user.enabled";
    pub const USER_ROLES_CHANGED: &str = "user.roles_changed";
    pub const KEY_CREATED: &str = "key.created";
    pub const KEY_REVOKED: &str = "key.revoked";
    pub const KEY_FIRST_USED: &str = "key.first_used";
    pub const ROLE_CREATED: &str = "role.created";
    pub const ROLE_CHANGED: &str = "role.changed";
    pub const ROLE_DELETED: &str = "role.deleted";
    pub const DEFINITION_CREATED: &str = "definition.created";
    pub const DEFINITION_CHANGED: &str = "definition.changed";
    pub const DEFINITION_DELETED: &str = "definition.deleted";
    pub const IMPORTED: &str = "records.imported";
    pub const SOURCE_RUN: &str = "source.run";
    pub const SOURCE_SECRET_SET: &str = "source.secret_set";
    pub const SOURCE_SECRET_REMOVED: &str = "source.secret_removed";
    pub const MAILBOX_SECRET_SET: &str = "mailbox.secret_set";
    pub const MAILBOX_SECRET_REMOVED: &str = "mailbox.secret_removed";
    pub const EXPORTED: &str = "records.exported";
    pub const BULK_CHANGED: &str = "records.bulk_changed";
    pub const MERGED: &str = "records.merged";
    pub const UNMERGED: &str = "records.unmerged";
    pub const MERGE_RULES_CHANGED: &str = "merging.rules_changed";
    pub const UNDONE: &str = "change.undone";
    pub const ERASED: &str = "record.erased";
    pub const SPECIAL_READ: &str = "field.special_read";
    pub const EXPLAINED: &str = "access.explained";
    pub const BACKED_UP: &str = "system.backed_up";
    pub const RESTORED: &str = "system.restored";
}

/// Writes a row in the operation's transaction. `object` is an object's name; `detail` holds counts, names of fields and
/// of things, never secrets and never values of fields.
pub fn write(op: &mut Operation, action: &str, object: Option<&str>, record: Option<Id>, detail: Json) -> Result<()> {
    let detail = if detail.is_null() { Json::Object(serde_json::Map::new()) } else { detail };
    let args: [Arg; 8] = [
        op.now.into(),
        op.who.actor().into(),
        op.who.name.as_ref().into(),
        action.into(),
        object.map(str::to_string).into(),
        record.into(),
        op.change.into(),
        detail.to_string().into(),
    ];
    op.tx.execute(
        "insert into audit (at, actor, actor_name, action, object, record, change, detail) values ($1, $2, $3, $4, $5, $6, $7, $8)",
        &args,
    )?;
    Ok(())
}

/// [`write`] for what changes nothing (a look at a special field, an export): in a transaction of its own. The answer must
/// not leave before this returned.
pub async fn note(
    app: &App,
    who: &Principal,
    action: &'static str,
    object: Option<&str>,
    record: Option<Id>,
    detail: Json,
) -> Result<()> {
    let object = object.map(str::to_string);
    app.write(who, move |op| write(op, action, object.as_deref(), record, detail.clone())).await
}

/// That fields of the special class (health, belief: GDPR Art. 9) were shown: of which object, which, of which records.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Look {
    pub object: String,
    pub fields: Vec<String>,
    pub records: Vec<Id>,
}

/// Remembers that these records are being shown, as far as they have special fields that the caller sees. `only` are the
/// positions of the fields that are shown, where not all are.
pub fn look(reader: &mut Reader, object: &Object, records: &[Record], only: Option<&[usize]>) {
    let hidden = &reader.who.access.on(&object.def.name).hidden_fields;
    let (mut fields, mut ids) = (Vec::new(), Vec::new());
    for (position, field) in object.def.fields.iter().enumerate() {
        let is_shown = !hidden.contains(&field.name) && only.is_none_or(|only| only.contains(&position));
        if field.class != Class::Special || !is_shown {
            continue;
        }
        let before = ids.len();
        ids.extend(records.iter().filter(|record| !record.value(position).is_null()).map(|record| record.id));
        if ids.len() > before {
            fields.push(field.name.clone());
        }
    }
    if fields.is_empty() {
        return;
    }
    ids.sort();
    ids.dedup();
    reader.looks.push(Look { object: object.def.name.clone(), fields, records: ids });
}

/// Writes down what was shown, one row for each page of records.
pub fn write_looks(op: &mut Operation, looks: &[Look]) -> Result<()> {
    for look in looks {
        let only = if let [one] = look.records.as_slice() { Some(*one) } else { None };
        let detail = serde_json::json!({ "fields": look.fields, "records": look.records });
        write(op, action::SPECIAL_READ, Some(&look.object), only, detail)?;
    }
    Ok(())
}
