//! What happens when something needs somebody's approval.

use macros::event;

use crate::{Event, Kind};

/// Approval was asked for, by the rule named.
#[event(
    "approval.asked",
    reads(
        en = "asked for approval: {rule}",
        ru = "запрошено согласование: {rule}",
        zh = "请求审批：{rule}",
        ro = "a cerut aprobarea: {rule}"
    )
)]
pub struct ApprovalAsked {
    pub rule: String,
}

/// Somebody who was asked said yes.
#[event(
    "approval.given",
    reads(
        en = "approved: {rule}[ – {comment}]",
        ru = "согласовано: {rule}[ – {comment}]",
        zh = "已批准：{rule}[ – {comment}]",
        ro = "a aprobat: {rule}[ – {comment}]"
    )
)]
pub struct ApprovalGiven {
    pub rule: String,
    #[personal]
    pub comment: Option<String>,
}

/// Somebody who was asked said no.
#[event(
    "approval.refused",
    reads(
        en = "refused approval: {rule}[ – {comment}]",
        ru = "отказано в согласовании: {rule}[ – {comment}]",
        zh = "未批准：{rule}[ – {comment}]",
        ro = "a refuzat aprobarea: {rule}[ – {comment}]"
    )
)]
pub struct ApprovalRefused {
    pub rule: String,
    #[personal]
    pub comment: Option<String>,
}

/// Nobody answered in time and others were asked.
#[event(
    "approval.escalated",
    reads(
        en = "approval was not decided in time, others were asked: {rule}",
        ru = "согласование не решено в срок, спрошены другие: {rule}",
        zh = "审批超时，已询问他人：{rule}",
        ro = "aprobarea nu a fost decisă la timp, au fost întrebați alții: {rule}"
    )
)]
pub struct ApprovalEscalated {
    pub rule: String,
}

/// What was asked for was taken back before it was decided.
#[event(
    "approval.withdrawn",
    reads(
        en = "took back the request for approval: {rule}",
        ru = "запрос на согласование отозван: {rule}",
        zh = "撤回审批请求：{rule}",
        ro = "a retras cererea de aprobare: {rule}"
    )
)]
pub struct ApprovalWithdrawn {
    pub rule: String,
}

/// The kinds of this domain.
pub(crate) fn kinds() -> Vec<Kind> {
    vec![
        ApprovalAsked::describe(),
        ApprovalGiven::describe(),
        ApprovalRefused::describe(),
        ApprovalEscalated::describe(),
        ApprovalWithdrawn::describe(),
    ]
}
