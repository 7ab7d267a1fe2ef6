//! What happens in the workspace itself: people sign in, files are imported.

use kernel::Id;
use macros::event;

use crate::{Event, Kind};

/// Somebody signed in.
#[event("user.signed_in", reads(en = "signed in", ru = "вход в систему", zh = "已登录", ro = "s-a autentificat"))]
pub struct UserSignedIn {
    pub user: Id,
}

/// Somebody signed out, or was signed out.
#[event("user.signed_out", reads(en = "signed out", ru = "выход из системы", zh = "已退出", ro = "s-a deconectat"))]
pub struct UserSignedOut {
    pub user: Id,
}

/// A user was invited to the workspace.
#[event(
    "user.invited",
    reads(en = "invited {user}", ru = "приглашение: {user}", zh = "邀请了 {user}", ro = "a invitat pe {user}")
)]
pub struct UserInvited {
    pub user: Id,
}

/// An API key was issued.
#[event(
    "key.issued",
    reads(
        en = "issued the API key {name}",
        ru = "выдан ключ API {name}",
        zh = "签发了 API 密钥 {name}",
        ro = "a emis cheia API {name}"
    )
)]
pub struct KeyIssued {
    pub name: String,
}

/// An API key was withdrawn.
#[event(
    "key.revoked",
    reads(
        en = "withdrew the API key {name}",
        ru = "отозван ключ API {name}",
        zh = "撤销了 API 密钥 {name}",
        ro = "a revocat cheia API {name}"
    )
)]
pub struct KeyRevoked {
    pub name: String,
}

/// An import came to its end.
#[event(
    "import.finished",
    reads(
        en = "imported {name}: {new} new, {changed} changed[, {wrong} refused]",
        ru = "импорт {name}: новых {new}, изменено {changed}[, отклонено {wrong}]",
        zh = "导入 {name}：新增 {new}，更新 {changed}[，拒绝 {wrong}]",
        ro = "a importat {name}: {new} noi, {changed} modificate[, {wrong} respinse]"
    )
)]
pub struct ImportFinished {
    /// Name of the file.
    pub name: String,
    /// Name of the object.
    pub into: String,
    pub new: i64,
    pub changed: i64,
    pub unchanged: i64,
    pub wrong: Option<i64>,
}

/// An import was taken back.
#[event(
    "import.undone",
    reads(
        en = "took back the import {name}",
        ru = "отменён импорт {name}",
        zh = "撤销了导入 {name}",
        ro = "a anulat importul {name}"
    )
)]
pub struct ImportUndone {
    pub name: String,
}

/// Records were taken out as a file.
#[event(
    "export.made",
    reads(
        en = "exported {count} records of {from}",
        ru = "экспорт записей «{from}»: {count}",
        zh = "导出了 {count} 条 {from} 记录",
        ro = "a exportat {count} înregistrări din {from}"
    )
)]
pub struct ExportMade {
    /// Name of the object.
    pub from: String,
    pub count: i64,
    pub format: String,
}

/// A change was undone.
#[event(
    "change.undone",
    reads(
        en = "undid a change of {undone} records",
        ru = "отменено изменение записей: {undone}",
        zh = "撤销了对 {undone} 条记录的更改",
        ro = "a anulat o modificare a {undone} înregistrări"
    )
)]
pub struct ChangeUndone {
    pub change: Id,
    pub undone: i64,
    pub skipped: i64,
}

pub(crate) fn kinds() -> Vec<Kind> {
    vec![
        UserSignedIn::describe(),
        UserSignedOut::describe(),
        UserInvited::describe(),
        KeyIssued::describe(),
        KeyRevoked::describe(),
        ImportFinished::describe(),
        ImportUndone::describe(),
        ExportMade::describe(),
        ChangeUndone::describe(),
    ]
}
