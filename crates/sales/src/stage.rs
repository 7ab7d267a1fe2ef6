//! Stages: the steps of a pipeline.

use kernel::{Id, Money};
use macros::Object;
use serde_json::Value as Json;

/// A step of a pipeline: a won or lost stage closes the deals in it.
#[derive(Debug, Clone, PartialEq, Object)]
#[object(
    plural = "stages",
    title = "{name}",
    area = "sales",
    icon = "milestone",
    class = "internal",
    purpose = "contract",
    label(en = "Stage", ru = "Этап", zh = "阶段", ro = "Etapă"),
    label_plural(en = "Stages", ru = "Этапы", zh = "阶段", ro = "Etape")
)]
pub struct Stage {
    #[field(required, searchable, max = 120, label(en = "Name", ru = "Название", zh = "名称", ro = "Denumire"))]
    pub name: String,
    #[field(
        link = "pipeline",
        indexed,
        label(en = "Pipeline", ru = "Воронка", zh = "销售管道", ro = "Flux de vânzări")
    )]
    pub pipeline: Option<Id>,
    #[field(label(en = "Position", ru = "Порядок", zh = "位置", ro = "Poziție"))]
    pub position: Option<i64>,
    #[field(
        default = "open",
        label(en = "Kind", ru = "Вид", zh = "类型", ro = "Tip"),
        options(
            open(en = "Open", ru = "Открытый", zh = "进行中", ro = "Deschisă", hue = 240),
            won(en = "Won", ru = "Выиграно", zh = "赢单", ro = "Câștigată", hue = 145),
            lost(en = "Lost", ru = "Проиграно", zh = "丢单", ro = "Pierdută", hue = 20),
        )
    )]
    pub kind: String,
    /// The hue of its column and pills, 0 to 359; where none is given, the kind decides.
    #[field(
        label(en = "Colour", ru = "Цвет", zh = "颜色", ro = "Culoare"),
        help(
            ru = "Тон столбца и меток, от 0 до 359; если не задан, решает вид.",
            zh = "列与标签的色相，0 到 359；未填写时由类型决定。",
            ro = "Nuanța coloanei și a etichetelor, de la 0 la 359; dacă lipsește, decide tipul."
        )
    )]
    pub hue: Option<i64>,
    #[field(label(en = "Probability (%)", ru = "Вероятность (%)", zh = "成功率（%）", ro = "Probabilitate (%)"))]
    pub probability: Option<i64>,
    // What deals in it are thought of, where nobody says otherwise on the deal.
    #[field(
        label(en = "Forecast", ru = "Прогноз", zh = "预测类别", ro = "Prognoză"),
        options(
            pipeline(en = "Pipeline", ru = "В работе", zh = "管道", ro = "În lucru"),
            best_case(en = "Best case", ru = "Возможно", zh = "乐观", ro = "Optimist"),
            commit(en = "Commit", ru = "Обещано", zh = "承诺", ro = "Angajament"),
            omitted(en = "Left out", ru = "Не учитывать", zh = "不计入", ro = "Exclus"),
        )
    )]
    pub forecast: Option<String>,
    /// A deal that stays longer than this is shown as stale.
    #[field(
        label(en = "Days until stale", ru = "Дней до застоя", zh = "停滞天数", ro = "Zile până la stagnare"),
        help(
            ru = "Сделка, которая стоит дольше, показывается как застывшая.",
            zh = "停留超过此天数的商机显示为停滞。",
            ro = "O oportunitate care rămâne mai mult este arătată ca stagnantă."
        )
    )]
    pub rotting_days: Option<i64>,
    // Fields of a deal that are asked for when it comes here: `["amount"]`.
    #[field(
        section = "rules",
        label(en = "Asks for", ru = "Требует заполнить", zh = "必填字段", ro = "Cere completarea")
    )]
    pub needs: Option<Json>,
    // A question about the deal that must hold before it goes on.
    #[field(
        long_text,
        section = "rules",
        label(en = "Left only when", ru = "Выход, только если", zh = "离开条件", ro = "Se părăsește doar dacă")
    )]
    pub exit_criteria: Option<String>,
    #[field(
        max = 300,
        section = "rules",
        label(en = "Said in words", ru = "Словами", zh = "说明文字", ro = "Spus în cuvinte")
    )]
    pub exit_hint: Option<String>,
    #[field(
        rollup(object = "deal", link = "stage", count),
        section = "figures",
        label(en = "Deals", ru = "Сделки", zh = "商机数", ro = "Oportunități")
    )]
    pub deals_count: i64,
    #[field(
        rollup(object = "deal", link = "stage", sum = "amount", on = "expected_close_on"),
        section = "figures",
        label(en = "Deal value", ru = "Сумма сделок", zh = "商机金额", ro = "Valoarea oportunităților")
    )]
    pub deals_amount: Option<Money>,
    /// The record's key in the system it came from; imports find it by this.
    #[field(
        unique,
        indexed,
        section = "system",
        max = 200,
        label(en = "External ID", ru = "Внешний код", zh = "外部编号", ro = "ID extern"),
        help(
            ru = "Ключ записи в системе, из которой она пришла; импорт находит запись по нему.",
            zh = "记录在来源系统中的主键；导入时据此查找。",
            ro = "Cheia înregistrării în sistemul din care provine; importul o găsește după ea."
        )
    )]
    pub external_id: Option<String>,
}
