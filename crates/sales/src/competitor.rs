//! Competitors: who else wants to sell.

use kernel::Money;
use macros::Object;

/// Somebody who sells to the same customers.
#[derive(Debug, Clone, PartialEq, Object)]
#[object(
    plural = "competitors",
    title = "{name}",
    subtitle = "{website}",
    area = "sales",
    icon = "target",
    class = "internal",
    purpose = "contract",
    label(en = "Competitor", ru = "Конкурент", zh = "竞争对手", ro = "Concurent"),
    label_plural(en = "Competitors", ru = "Конкуренты", zh = "竞争对手", ro = "Concurenți")
)]
pub struct Competitor {
    #[field(
        required,
        unique,
        indexed,
        searchable,
        max = 200,
        label(en = "Name", ru = "Название", zh = "名称", ro = "Denumire")
    )]
    pub name: String,
    #[field(url, label(en = "Website", ru = "Сайт", zh = "网站", ro = "Site web"))]
    pub website: Option<String>,
    #[field(long_text, label(en = "Strengths", ru = "Сильные стороны", zh = "优势", ro = "Puncte tari"))]
    pub strengths: Option<String>,
    #[field(long_text, label(en = "Weaknesses", ru = "Слабые стороны", zh = "劣势", ro = "Puncte slabe"))]
    pub weaknesses: Option<String>,
    #[field(
        rollup(object = "deal", link = "lost_to", count, filter = "status = \"lost\""),
        section = "figures",
        label(
            en = "Deals lost to them",
            ru = "Проиграно им сделок",
            zh = "输给其商机数",
            ro = "Oportunități pierdute"
        )
    )]
    pub lost_deals_count: i64,
    #[field(
        rollup(object = "deal", link = "lost_to", sum = "amount", on = "closed_on", filter = "status = \"lost\""),
        section = "figures",
        label(en = "Value lost to them", ru = "Проиграно им на сумму", zh = "输给其金额", ro = "Valoare pierdută")
    )]
    pub lost_deals_amount: Option<Money>,
}
