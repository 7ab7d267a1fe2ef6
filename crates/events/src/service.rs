//! What happens in service: tickets are opened, answered, solved.

use kernel::Id;
use macros::event;

use crate::{Event, Kind};

/// A customer asked for something.
#[event(
    "ticket.opened",
    reads(
        en = "opened ticket {ticket}",
        ru = "новое обращение {ticket}",
        zh = "提交工单 {ticket}",
        ro = "a deschis solicitarea {ticket}"
    )
)]
pub struct TicketOpened {
    pub ticket: Id,
    pub priority: Option<String>,
}

/// The problem is solved, as far as staff can tell.
#[event(
    "ticket.solved",
    reads(
        en = "solved ticket {ticket}",
        ru = "решено обращение {ticket}",
        zh = "解决工单 {ticket}",
        ro = "a rezolvat solicitarea {ticket}"
    )
)]
pub struct TicketSolved {
    pub ticket: Id,
}

/// A ticket was closed.
#[event(
    "ticket.closed",
    reads(
        en = "closed ticket {ticket}",
        ru = "закрыто обращение {ticket}",
        zh = "关闭工单 {ticket}",
        ro = "a închis solicitarea {ticket}"
    )
)]
pub struct TicketClosed {
    pub ticket: Id,
}

/// A solved or closed ticket was opened again.
#[event(
    "ticket.reopened",
    reads(
        en = "reopened ticket {ticket}",
        ru = "обращение {ticket} открыто снова",
        zh = "重新打开工单 {ticket}",
        ro = "a redeschis solicitarea {ticket}"
    )
)]
pub struct TicketReopened {
    pub ticket: Id,
}

/// The customer said how satisfied they are.
#[event(
    "ticket.rated",
    reads(
        en = "rated ticket {ticket}: {rating}",
        ru = "оценка обращения {ticket}: {rating}",
        zh = "评价工单 {ticket}：{rating}",
        ro = "a evaluat solicitarea {ticket}: {rating}"
    )
)]
pub struct TicketRated {
    pub ticket: Id,
    /// 1 (bad) to 5 (good).
    pub rating: i64,
}

pub(crate) fn kinds() -> Vec<Kind> {
    vec![
        TicketOpened::describe(),
        TicketSolved::describe(),
        TicketClosed::describe(),
        TicketReopened::describe(),
        TicketRated::describe(),
    ]
}
