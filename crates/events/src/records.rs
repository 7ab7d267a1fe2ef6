//! What happens to every record alike: `<object>.created`, `updated`, `trashed`, `restored`, `erased`, `merged`,
//! `unmerged`.
//!
//! These are families, one for each object, custom ones too. Their properties: `fields` (names of the fields that were
//! written, for `updated`), `into` (for `merged`) and `out_of` (for `unmerged`). Values are never in the event; they are in the history.

use kernel::{Id, Labels};
use serde_json::{Map, Value};

use crate::NewEvent;

/// What can happen to any record.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Happening {
    Created,
    Updated,
    Trashed,
    Restored,
    Erased,
    Merged,
    Unmerged,
}

impl Happening {
    pub const ALL: [Happening; 7] = [
        Happening::Created,
        Happening::Updated,
        Happening::Trashed,
        Happening::Restored,
        Happening::Erased,
        Happening::Merged,
        Happening::Unmerged,
    ];

    /// The word behind the object's name.
    pub fn word(self) -> &'static str {
        match self {
            Happening::Created => "created",
            Happening::Updated => "updated",
            Happening::Trashed => "trashed",
            Happening::Restored => "restored",
            Happening::Erased => "erased",
            Happening::Merged => "merged",
            Happening::Unmerged => "unmerged",
        }
    }

    /// `contact.created`.
    pub fn kind(self, object: &str) -> String {
        format!("{object}.{}", self.word())
    }

    /// The object and the happening of a kind of this family.
    pub fn parse(kind: &str) -> Option<(&str, Happening)> {
        let (object, word) = kind.split_once('.')?;
        let happening = Happening::ALL.into_iter().find(|happening| happening.word() == word)?;
        Some((object, happening))
    }

    /// The sentence of the family; `{object}` is the object's label, `{record}` the record's title, `{fields}` labels of fields.
    pub fn reads(self) -> Labels {
        match self {
            Happening::Created => Labels::four(
                "added {object} {record}",
                "новая запись: {object} {record}",
                "新建了{object} {record}",
                "a adăugat {object} {record}",
            ),
            Happening::Updated => Labels::four(
                "changed[ {fields} of] {object} {record}",
                "изменено: {object} {record}[ ({fields})]",
                "修改了{object} {record}[（{fields}）]",
                "a modificat {object} {record}[ ({fields})]",
            ),
            Happening::Trashed => Labels::four(
                "moved {object} {record} to the trash",
                "в корзину: {object} {record}",
                "将{object} {record} 移入回收站",
                "a mutat în coș {object} {record}",
            ),
            Happening::Restored => Labels::four(
                "restored {object} {record} from the trash",
                "возвращено из корзины: {object} {record}",
                "从回收站恢复了{object} {record}",
                "a restaurat din coș {object} {record}",
            ),
            Happening::Erased => Labels::four(
                "erased {object}[ {record}] for good",
                "стёрто навсегда: {object}[ {record}]",
                "永久删除了{object}[ {record}]",
                "a șters definitiv {object}[ {record}]",
            ),
            Happening::Merged => Labels::four(
                "merged {object} {record}[ into {into}]",
                "объединено: {object} {record}[ → {into}]",
                "合并了{object} {record}[ → {into}]",
                "a unit {object} {record}[ cu {into}]",
            ),
            Happening::Unmerged => Labels::four(
                "took {object} {record}[ out of {out_of}] again",
                "снова отделено: {object} {record}[ ← {out_of}]",
                "将{object} {record}[ 从 {out_of}] 重新拆分出来",
                "a separat din nou {object} {record}[ de {out_of}]",
            ),
        }
    }
}

/// The event of a record that was created, updated, trashed, …; `fields` are the names of those that were written.
pub fn event(happening: Happening, object: &str, id: Id, fields: &[&str]) -> NewEvent {
    let mut props = Map::new();
    if !fields.is_empty() {
        props.insert("fields".into(), Value::from(fields.to_vec()));
    }
    NewEvent { kind: happening.kind(object), record: Some((object.to_string(), id)), props, ..NewEvent::default() }
}
