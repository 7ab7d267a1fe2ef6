//! What happens in sales: deals go through their stages, things are done and noted.

use kernel::Id;
use macros::event;

use crate::{Event, Kind};

/// Work on a deal began, on the day in `engaged_on`.
#[event(
    "deal.engaged",
    reads(
        en = "began work on deal {deal}",
        ru = "начата работа над сделкой {deal}",
        zh = "开始跟进商机 {deal}",
        ro = "a început oportunitatea {deal}"
    )
)]
pub struct DealEngaged {
    pub deal: Id,
}

/// A deal moved to another stage.
#[event(
    "deal.stage_changed",
    reads(
        en = "moved deal {deal}[ from {from}][ to {to}]",
        ru = "сделка {deal}:[ этап {from}][ → {to}]",
        zh = "将商机 {deal}[ 从 {from}][ 移至 {to}]",
        ro = "a mutat oportunitatea {deal}[ din {from}][ în {to}]"
    )
)]
pub struct DealStageChanged {
    pub deal: Id,
    pub from: Option<Id>,
    pub to: Option<Id>,
}

/// A deal was won, on the day in `closed_on`; its amount is the deal's.
#[event(
    "deal.won",
    reads(
        en = "won deal {deal}[ for {amount}]",
        ru = "выиграна сделка {deal}[ на {amount}]",
        zh = "赢得商机 {deal}[，金额 {amount}]",
        ro = "a câștigat oportunitatea {deal}[ de {amount}]"
    )
)]
pub struct DealWon {
    pub deal: Id,
}

/// A deal was lost, on the day in `closed_on`.
#[event(
    "deal.lost",
    reads(
        en = "lost deal {deal}[: {reason}]",
        ru = "проиграна сделка {deal}[: {reason}]",
        zh = "丢失商机 {deal}[：{reason}]",
        ro = "a pierdut oportunitatea {deal}[: {reason}]"
    )
)]
pub struct DealLost {
    pub deal: Id,
    /// One of the values of `loss_reason`.
    pub reason: Option<String>,
}

/// A closed deal was opened again.
#[event(
    "deal.reopened",
    reads(
        en = "reopened deal {deal}",
        ru = "сделка {deal} открыта снова",
        zh = "重新打开商机 {deal}",
        ro = "a redeschis oportunitatea {deal}"
    )
)]
pub struct DealReopened {
    pub deal: Id,
}

/// The rules gave a lead to somebody.
#[event(
    "lead.assigned",
    reads(
        en = "gave lead {lead}[ to {owner}][ by the rule “{assignment_rule}”]",
        ru = "лид {lead} передан[: {owner}][ по правилу «{assignment_rule}»]",
        zh = "线索 {lead} 已分配[给 {owner}][（规则“{assignment_rule}”）]",
        ro = "a alocat prospectul {lead}[ către {owner}][ după regula „{assignment_rule}”]"
    )
)]
pub struct LeadAssigned {
    pub lead: Id,
    pub owner: Id,
    /// None where its rule is gone.
    pub assignment_rule: Option<Id>,
}

/// A lead became a contact, a company, a deal.
#[event(
    "lead.converted",
    reads(
        en = "converted lead {lead}[ to deal {deal}]",
        ru = "лид {lead} преобразован[ в сделку {deal}]",
        zh = "线索 {lead} 已转化[为商机 {deal}]",
        ro = "a convertit prospectul {lead}[ în oportunitatea {deal}]"
    )
)]
pub struct LeadConverted {
    pub lead: Id,
    pub contact: Option<Id>,
    pub company: Option<Id>,
    pub deal: Option<Id>,
}

/// A task, call, meeting or visit was planned.
#[event(
    "activity.planned",
    reads(
        en = "planned: {subject}",
        ru = "запланировано: {subject}",
        zh = "计划：{subject}",
        ro = "a planificat: {subject}"
    )
)]
pub struct ActivityPlanned {
    pub activity: Id,
    /// `task`, `call`, `meeting` or `visit`.
    pub what: String,
    #[personal]
    pub subject: String,
}

/// A call, meeting or visit was written down after it took place.
#[event(
    "activity.logged",
    reads(
        en = "logged: {subject}[ ({outcome})]",
        ru = "записано: {subject}[ ({outcome})]",
        zh = "记录：{subject}[（{outcome}）]",
        ro = "a consemnat: {subject}[ ({outcome})]"
    )
)]
pub struct ActivityLogged {
    pub activity: Id,
    pub what: String,
    #[personal]
    pub subject: String,
    pub outcome: Option<String>,
}

/// What was planned is done.
#[event(
    "activity.completed",
    reads(
        en = "completed: {subject}[ ({outcome})]",
        ru = "сделано: {subject}[ ({outcome})]",
        zh = "完成：{subject}[（{outcome}）]",
        ro = "a finalizat: {subject}[ ({outcome})]"
    )
)]
pub struct ActivityCompleted {
    pub activity: Id,
    pub what: String,
    #[personal]
    pub subject: String,
    pub outcome: Option<String>,
}

/// Somebody wrote a note.
#[event(
    "note.added",
    reads(en = "noted[: {text}]", ru = "заметка[: {text}]", zh = "添加了备注[：{text}]", ro = "a notat[: {text}]")
)]
pub struct NoteAdded {
    pub note: Id,
    /// Its first 300 characters.
    #[personal]
    pub text: String,
}

pub(crate) fn kinds() -> Vec<Kind> {
    vec![
        DealEngaged::describe(),
        DealStageChanged::describe(),
        DealWon::describe(),
        DealLost::describe(),
        DealReopened::describe(),
        LeadAssigned::describe(),
        LeadConverted::describe(),
        ActivityPlanned::describe(),
        ActivityLogged::describe(),
        ActivityCompleted::describe(),
        NoteAdded::describe(),
    ]
}
