//! What happens on the company's sites to people who are known and agreed.

use kernel::Id;
use macros::event;

use crate::{Event, Kind};

/// Somebody who is known and agreed was on a site; told when the visit ended.
#[event(
    "site.visited",
    reads(
        en = "visited the site: {pages} pages[, from {entry}][ to {exit}][, came by {from}][ for “{phrase}”][, campaign {campaign}]",
        ru = "посещение сайта, страниц: {pages}[, от {entry}][ до {exit}][, источник: {from}][, запрос «{phrase}»][, кампания {campaign}]",
        zh = "访问了网站：{pages} 页[，从 {entry}][ 到 {exit}][，来自 {from}][，搜索“{phrase}”][，活动 {campaign}]",
        ro = "a vizitat site-ul: {pages} pagini[, de la {entry}][ până la {exit}][, venit prin {from}][ pentru „{phrase}”][, campania {campaign}]"
    )
)]
pub struct SiteVisited {
    pub visit: Id,
    pub pages: i64,
    pub minutes: i64,
    /// The first page and the last.
    #[personal]
    pub entry: Option<String>,
    #[personal]
    pub exit: Option<String>,
    /// The search engine, network or site the visit came from.
    #[personal]
    pub from: Option<String>,
    /// `direct`, `search`, `campaign`, …
    pub medium: String,
    #[personal]
    pub phrase: Option<String>,
    #[personal]
    pub campaign: Option<String>,
}

pub(crate) fn kinds() -> Vec<Kind> {
    vec![SiteVisited::describe()]
}
