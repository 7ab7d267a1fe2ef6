//! Settings: a user's own small document, and what the company is called.

use kernel::{Error, Result};
use serde_json::{Map, Value as Json};

use crate::app::App;
use crate::operation::{Operation, Reader};

/// Bytes of a user's settings.
const LARGEST: usize = 64 << 10;

/// The caller's settings; empty before any were saved. A key without an owner has its own.
pub fn get(reader: &mut Reader) -> Result<Json> {
    let user = reader.who.user.unwrap_or(reader.who.id);
    let row = reader.tx.one("select body from user_setting where user_id = $1", &[user.into()])?;
    Ok(row.and_then(|row| serde_json::from_str(row.text(0)).ok()).unwrap_or(Json::Object(Map::new())))
}

/// Replaces the caller's settings.
pub fn put(op: &mut Operation, settings: &Map<String, Json>) -> Result<()> {
    let text = serde_json::to_string(settings).map_err(Error::internal)?;
    if text.len() > LARGEST {
        return Err(Error::TooLarge(format!("settings may have {LARGEST} bytes")));
    }
    let user = op.who.user.unwrap_or(op.who.id);
    op.tx.execute(
        "insert into user_setting (user_id, body) values ($1, $2) on conflict (user_id) do update set body = excluded.body",
        &[user.into(), text.into()],
    )?;
    Ok(())
}

/// What the company is called; empty before anybody said so.
pub async fn company(app: &App) -> Result<String> {
    app.db().read_async(company_in).await
}

/// [`company`] within a snapshot.
pub fn company_in(tx: &mut db::Tx) -> Result<String> {
    Ok(tx
        .one("select value from setting where name = 'company'", &[])?
        .map(|row| row.text(0).to_string())
        .unwrap_or_default())
}

/// Names the company.
pub fn name_company(op: &mut Operation, name: &str) -> Result<()> {
    op.who.need_admin()?;
    let name: String = name.trim().chars().take(200).collect();
    op.tx.execute(
        "insert into setting (name, value) values ('company', $1) on conflict (name) do update set value = excluded.value",
        &[name.into()],
    )?;
    Ok(())
}
