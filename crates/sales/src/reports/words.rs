//! The words of reports, in English, Russian, Chinese and Romanian.

/// A word by its name; empty where there is none, which a test makes sure does not happen.
pub fn word(name: &str, language: &str) -> String {
    let Some((_, words)) = WORDS.iter().find(|(known, _)| *known == name) else { return String::new() };
    let [en, ru, zh, ro] = *words;
    let word = match language.get(..2) {
        Some("ru") => ru,
        Some("zh") => zh,
        Some("ro") => ro,
        _ => en,
    };
    word.to_string()
}

const WORDS: &[(&str, [&str; 4])] = &[
    ("changes", ["Pipeline changes", "Изменения воронки", "管道变化", "Schimbările fluxului de vânzări"]),
    ("funnel", ["Funnel", "Воронка", "漏斗", "Pâlnie"]),
    ("velocity", ["Velocity", "Скорость продаж", "销售速度", "Viteza vânzărilor"]),
    ("beside", ["beside", "в сравнении с", "对比", "față de"]),
    ("unit_days", ["days", "дн.", "天", "zile"]),
    ("unit_hours", ["h", "ч", "小时", "h"]),
    ("deals", ["Deals", "Сделки", "商机", "Oportunități"]),
    ("amount", ["Amount", "Сумма", "金额", "Sumă"]),
    ("nobody", ["Not said", "Не указано", "未填写", "Nespecificat"]),
    (
        "note_amounts",
        [
            "Amounts are hidden from you; what is told is told in numbers of deals.",
            "Суммы от вас скрыты: всё указано в числе сделок.",
            "您无权查看金额，以下均为商机数量。",
            "Sumele vă sunt ascunse; totul este exprimat în număr de oportunități.",
        ],
    ),
    (
        "note_no_stages",
        [
            "There is no pipeline with stages that you may see.",
            "Нет воронки с этапами, которую вам можно видеть.",
            "没有您可以查看的、带有阶段的管道。",
            "Nu există niciun flux cu etape pe care să îl puteți vedea.",
        ],
    ),
    ("waterfall", ["From opening to closing", "От начала к концу", "从期初到期末", "De la început la sfârșit"]),
    (
        "waterfall_about",
        [
            "What was open before the first day, what came and left, and what is open after the last: the lines add up exactly. \
             Deals are told as they stood on those days, read back from their history.",
            "Что было открыто до первого дня, что пришло и ушло, что открыто после последнего: строки складываются точно. \
             Сделки взяты такими, какими были в эти дни, по их истории.",
            "首日之前进行中的、期间新增与离开的、末日之后进行中的：各行精确相加。商机按其历史还原为当日的状态。",
            "Ce era deschis înainte de prima zi, ce a venit și a plecat, ce este deschis după ultima: rândurile se adună exact. \
             Oportunitățile sunt luate așa cum erau în acele zile, din istoricul lor.",
        ],
    ),
    ("line_opening", ["Open before", "Открыто до", "期初", "Deschise înainte"]),
    ("line_new", ["New", "Новые", "新增", "Noi"]),
    ("line_reopened", ["Reopened", "Открыты снова", "重新打开", "Redeschise"]),
    ("line_pulled_in", ["Pulled in", "Приблизились", "提前进入", "Devansate"]),
    ("line_slipped_in", ["Slipped in from before", "Перенесены из прошлого", "从之前推迟而来", "Amânate din trecut"]),
    ("line_restored", ["Back from the bin", "Вернулись из корзины", "从回收站恢复", "Readuse din coș"]),
    ("line_grown", ["Grown", "Выросли", "金额增加", "Crescute"]),
    ("line_shrunk", ["Shrunk", "Уменьшились", "金额减少", "Scăzute"]),
    ("line_won", ["Won", "Выиграны", "赢单", "Câștigate"]),
    ("line_lost", ["Lost", "Проиграны", "丢单", "Pierdute"]),
    ("line_slipped", ["Slipped to later", "Отложены", "推迟", "Amânate"]),
    ("line_pulled_out", ["Moved to earlier", "Перенесены раньше", "提前移出", "Mutate mai devreme"]),
    ("line_removed", ["Put in the bin", "В корзине", "移入回收站", "Puse în coș"]),
    ("line_closing", ["Open after", "Открыто после", "期末", "Deschise după"]),
    ("moved", ["Moved closing days", "Перенос дат закрытия", "预计成交日变动", "Date de închidere mutate"]),
    (
        "moved_about",
        [
            "Deals open before and after whose expected closing was moved. They are among the lines above only where a part of \
             the pipeline is looked at by its closing days.",
            "Сделки, открытые и до, и после, у которых перенесено ожидаемое закрытие. В строки выше они входят, только если \
             выбраны дни закрытия.",
            "期初与期末均进行中、且预计成交日有变动的商机。只有按成交日筛选时才计入上表。",
            "Oportunități deschise înainte și după, cu închiderea estimată mutată. Intră în rândurile de mai sus doar dacă se \
             aleg zilele închiderii.",
        ],
    ),
    ("line_later", ["To later", "На позже", "推迟", "Mai târziu"]),
    ("line_earlier", ["To earlier", "На раньше", "提前", "Mai devreme"]),
    (
        "about_closing",
        [
            "Open at the end of the last day.",
            "Открыто к концу последнего дня.",
            "末日结束时进行中。",
            "Deschise la sfârșitul ultimei zile.",
        ],
    ),
    ("about_new", ["Begun in the period.", "Начаты за период.", "期间内开始。", "Începute în perioadă."]),
    (
        "about_won",
        [
            "Left the open pipeline as won.",
            "Ушли из открытых выигранными.",
            "以赢单离开管道。",
            "Au ieșit din flux câștigate.",
        ],
    ),
    (
        "about_lost",
        [
            "Left the open pipeline as lost.",
            "Ушли из открытых проигранными.",
            "以丢单离开管道。",
            "Au ieșit din flux pierdute.",
        ],
    ),
    ("won", ["Won", "Выиграно", "赢单", "Câștigate"]),
    ("cohort", ["How far they came", "Как далеко дошли", "走到哪一步", "Cât de departe au ajuns"]),
    (
        "cohort_about",
        [
            "The deals begun in the period, followed until today: how many have come to each stage or beyond it. A stage that was \
             skipped counts as passed, and what was won has passed all. Time is the median of finished stays.",
            "Сделки, начатые за период, прослежены до сегодня: сколько дошло до этапа или дальше. Пропущенный этап считается \
             пройденным, выигранная сделка прошла все. Время — медиана завершённых пребываний.",
            "期间内开始的商机，追踪至今：到达每个阶段或更远的数量。跳过的阶段视为已通过，赢单视为通过全部。时间为已结束停留的中位数。",
            "Oportunitățile începute în perioadă, urmărite până azi: câte au ajuns la fiecare etapă sau mai departe. O etapă sărită \
             se consideră trecută, iar ce s-a câștigat le-a trecut pe toate. Timpul este mediana șederilor încheiate.",
        ],
    ),
    ("passage", ["What passed in the period", "Что прошло за период", "期间内的流转", "Ce a trecut în perioadă"]),
    (
        "passage_about",
        [
            "Every entry into a stage and every departure from it within the period, whenever the deal was begun.",
            "Каждый вход в этап и выход из него за период, когда бы ни началась сделка.",
            "期间内每次进入与离开阶段，不论商机何时开始。",
            "Fiecare intrare într-o etapă și fiecare ieșire din ea în perioadă, oricând a început oportunitatea.",
        ],
    ),
    ("reached", ["Came here", "Дошли", "到达", "Au ajuns"]),
    ("of_begun", ["Of all begun", "От начатых", "占开始的", "Din cele începute"]),
    ("went_on", ["Went on", "Прошли дальше", "继续前进", "Au mers mai departe"]),
    ("days_median", ["Days here", "Дней здесь", "停留天数", "Zile aici"]),
    ("entered", ["Entered", "Вошли", "进入", "Intrate"]),
    ("left", ["Left", "Вышли", "离开", "Ieșite"]),
    ("forward", ["Forward", "Вперёд", "前进", "Înainte"]),
    ("lost", ["Lost", "Проиграны", "丢单", "Pierdute"]),
    ("figure_begun", ["Begun", "Начаты", "开始", "Începute"]),
    ("figure_cohort_won", ["Won of them", "Из них выиграны", "其中赢单", "Câștigate dintre ele"]),
    ("figure_cohort_share", ["Won, share", "Доля выигранных", "赢单占比", "Ponderea câștigată"]),
    (
        "about_begun",
        [
            "Deals begun in the period.",
            "Сделки, начатые за период.",
            "期间内开始的商机。",
            "Oportunități începute în perioadă.",
        ],
    ),
    (
        "about_cohort_won",
        [
            "Of these, won until today.",
            "Из них выиграно до сегодня.",
            "其中至今赢单。",
            "Dintre ele, câștigate până azi.",
        ],
    ),
    (
        "about_cohort_share",
        [
            "A young period looks worse than it will be: many of its deals are still open.",
            "Недавний период выглядит хуже, чем будет: многие его сделки ещё открыты.",
            "较近的期间看上去偏低，因为许多商机仍在进行中。",
            "O perioadă recentă arată mai slab decât va fi: multe oportunități sunt încă deschise.",
        ],
    ),
    ("open", ["Open", "Открыты", "进行中", "Deschise"]),
    ("won_count", ["Won", "Выиграны", "赢单数", "Câștigate"]),
    ("win_rate", ["Win rate", "Доля побед", "赢单率", "Rata de câștig"]),
    ("cycle", ["Days to win", "Дней до победы", "成交天数", "Zile până la câștig"]),
    ("won_amount", ["Amount won", "Сумма выигранных", "赢单金额", "Suma câștigată"]),
    ("average", ["Average won", "Средняя выигранная", "平均赢单金额", "Media câștigată"]),
    ("a_day", ["A day", "В день", "每日", "Pe zi"]),
    (
        "about_open",
        [
            "Open at the end of the last day.",
            "Открыты к концу последнего дня.",
            "末日结束时进行中。",
            "Deschise la sfârșitul ultimei zile.",
        ],
    ),
    (
        "about_won_count",
        [
            "Won in the period, by the day of closing.",
            "Выиграны за период по дню закрытия.",
            "期间内按成交日赢单。",
            "Câștigate în perioadă, după ziua închiderii.",
        ],
    ),
    (
        "about_win_rate",
        [
            "Of the deals closed in the period, the share that was won.",
            "Доля выигранных среди закрытых за период.",
            "期间内关闭的商机中赢单的占比。",
            "Din oportunitățile închise în perioadă, partea câștigată.",
        ],
    ),
    (
        "about_cycle",
        [
            "Mean days from the beginning of a deal to its winning.",
            "Среднее число дней от начала сделки до победы.",
            "从商机开始到赢单的平均天数。",
            "Media zilelor de la începutul oportunității la câștig.",
        ],
    ),
    ("attainment", ["Of the plan", "От плана", "指标完成率", "Din plan"]),
    (
        "about_attainment",
        [
            "What was won of what these people were to sell; of a month that is only touched its part by days.",
            "Доля выигранного в том, что эти люди должны были продать; от неполного месяца берётся часть по дням.",
            "赢单金额占这些人员销售指标的比例；不完整的月份按天折算。",
            "Cât s-a câștigat din ce aveau de vândut aceste persoane; dintr-o lună incompletă se ia partea pe zile.",
        ],
    ),
    (
        "about_won_amount",
        [
            "Amount of the deals won in the period.",
            "Сумма сделок, выигранных за период.",
            "期间内赢单的金额。",
            "Suma oportunităților câștigate în perioadă.",
        ],
    ),
    (
        "about_average",
        [
            "Amount won divided by the number of deals won.",
            "Сумма выигранных, делённая на их число.",
            "赢单金额除以赢单数。",
            "Suma câștigată împărțită la numărul lor.",
        ],
    ),
    (
        "about_a_day",
        [
            "What the open deals bring a day: open deals × win rate × average won ÷ days to win.",
            "Сколько приносят открытые сделки в день: открытые × доля побед × средняя ÷ дни до победы.",
            "进行中的商机每日带来的金额：进行中 × 赢单率 × 平均金额 ÷ 成交天数。",
            "Ce aduc oportunitățile deschise pe zi: deschise × rata de câștig × media ÷ zile până la câștig.",
        ],
    ),
    ("velocity_about", ["The same for each.", "То же по каждому.", "分别列出。", "Același lucru pentru fiecare."]),
    ("sources", ["Sources and campaigns", "Источники и кампании", "来源与活动", "Surse și campanii"]),
    ("response", ["Activity and response", "Активность и отклик", "活动与响应", "Activitate și răspuns"]),
    ("ageing", ["Ageing", "Возраст сделок", "停留时长", "Vechime"]),
    ("leaders", ["Leaderboard", "Лидеры", "排行榜", "Clasament"]),
    ("meaning", ["Meaning", "Значение", "说明", "Semnificație"]),
    ("before", ["before", "до этого", "之前", "înainte"]),
    ("by_campaign", ["By campaign", "По кампаниям", "按营销活动", "Pe campanii"]),
    ("by_origin_medium", ["By the way they came", "По способу прихода", "按来源方式", "După calea pe care au venit"]),
    ("by_origin_source", ["By origin", "По происхождению", "按来源网站", "După origine"]),
    ("by_origin_phrase", ["By what was searched for", "По поисковым запросам", "按搜索词", "După ce s-a căutat"]),
    ("by_stage", ["By stage", "По этапам", "按阶段", "Pe etape"]),
    ("by_age", ["By age", "По возрасту", "按时长", "După vechime"]),
    (
        "sources_about",
        [
            "The leads that came in the period, followed until today, and the deals begun in it without a lead. Return is what \
             they won above the actual cost, for each unit of it; costs are those of the whole campaign.",
            "Лиды, пришедшие за период, прослежены до сегодня; к ним — сделки, начатые без лида. Отдача — выигранное сверх \
             фактических затрат на единицу затрат; затраты взяты по всей кампании.",
            "期间内到来的线索，追踪至今；另含期间内无线索而开始的商机。回报为赢单金额超出实际成本的部分与成本之比；成本为整个活动的成本。",
            "Prospecții veniți în perioadă, urmăriți până azi, și oportunitățile începute fără prospect. Randamentul este ce s-a \
             câștigat peste costul real, la fiecare unitate; costul este al întregii campanii.",
        ],
    ),
    ("leads", ["Leads", "Лиды", "线索", "Prospecți"]),
    ("converted", ["Converted", "Преобразованы", "已转化", "Convertiți"]),
    ("conversion", ["Conversion", "Конверсия", "转化率", "Conversie"]),
    ("cost", ["Cost", "Затраты", "成本", "Cost"]),
    ("return", ["Return", "Отдача", "回报率", "Randament"]),
    (
        "about_leads",
        [
            "Leads that came in the period.",
            "Лиды, пришедшие за период.",
            "期间内到来的线索。",
            "Prospecții veniți în perioadă.",
        ],
    ),
    (
        "about_converted",
        [
            "Of these, converted until today.",
            "Из них преобразованы до сегодня.",
            "其中至今已转化。",
            "Dintre ei, convertiți până azi.",
        ],
    ),
    (
        "about_conversion",
        [
            "Converted as a share of the leads.",
            "Доля преобразованных лидов.",
            "已转化占线索的比例。",
            "Ponderea celor convertiți.",
        ],
    ),
    (
        "about_deals",
        [
            "Deals that came of them, and those begun without a lead.",
            "Сделки из них и начатые без лида.",
            "由其产生的商机及无线索开始的商机。",
            "Oportunități din ei și cele începute fără prospect.",
        ],
    ),
    (
        "about_cost",
        [
            "Actual cost of the campaigns.",
            "Фактические затраты кампаний.",
            "活动的实际成本。",
            "Costul real al campaniilor.",
        ],
    ),
    (
        "about_return",
        [
            "Won above the cost, for each unit of it.",
            "Выиграно сверх затрат на единицу затрат.",
            "赢单金额超出成本的部分与成本之比。",
            "Câștigat peste cost, la fiecare unitate.",
        ],
    ),
    ("activities", ["What was done", "Что сделано", "已完成的活动", "Ce s-a făcut"]),
    (
        "activities_about",
        [
            "Activities done in the period, by who was responsible.",
            "Дела, сделанные за период, по ответственным.",
            "期间内完成的活动，按负责人。",
            "Activități finalizate în perioadă, după responsabil.",
        ],
    ),
    ("done", ["Done", "Сделано", "已完成", "Finalizate"]),
    ("call", ["Calls", "Звонки", "电话", "Apeluri"]),
    ("meeting", ["Meetings", "Встречи", "会议", "Întâlniri"]),
    ("visit", ["Visits", "Визиты", "拜访", "Vizite"]),
    ("task", ["Tasks", "Задачи", "任务", "Sarcini"]),
    ("minutes", ["Time told", "Указанное время", "记录的时间", "Timp declarat"]),
    ("waits", ["How long leads waited", "Сколько ждали лиды", "线索等待时间", "Cât au așteptat prospecții"]),
    (
        "waits_about",
        [
            "From the arrival of a lead to the first activity done with it, or to its conversion. Medians of those that were taken \
             care of; working time is that of the company's calendar.",
            "От прихода лида до первого сделанного с ним дела или до преобразования. Медианы по тем, кем занялись; рабочее время — \
             по календарю компании.",
            "从线索到来到首次完成活动或转化的时间。为已跟进线索的中位数；工作时间按公司日历。",
            "De la sosirea prospectului la prima activitate finalizată cu el sau la conversie. Mediane ale celor de care s-a ocupat \
             cineva; timpul de lucru este cel al calendarului companiei.",
        ],
    ),
    ("touched", ["Taken care of", "Ими занялись", "已跟进", "Preluați"]),
    ("waiting", ["Still waiting", "Ещё ждут", "仍在等待", "Încă așteaptă"]),
    ("hours_median", ["Waited", "Ждали", "等待", "Au așteptat"]),
    ("working_hours_median", ["Working time", "Рабочее время", "工作时间", "Timp de lucru"]),
    (
        "about_done",
        [
            "Activities done in the period.",
            "Дела, сделанные за период.",
            "期间内完成的活动。",
            "Activități finalizate în perioadă.",
        ],
    ),
    (
        "about_touched",
        [
            "An activity was done with them, or they were converted.",
            "С ними что-то сделали или их преобразовали.",
            "已完成活动或已转化。",
            "S-a finalizat o activitate sau au fost convertiți.",
        ],
    ),
    (
        "about_waiting",
        [
            "Nobody has done anything with them.",
            "С ними ещё ничего не делали.",
            "尚无任何跟进。",
            "Nimeni nu a făcut nimic cu ei.",
        ],
    ),
    (
        "about_hours_median",
        [
            "Median time until then; nights count.",
            "Медиана времени; ночи считаются.",
            "至跟进的中位时间，含夜间。",
            "Timpul median până atunci; nopțile se numără.",
        ],
    ),
    (
        "about_working_hours_median",
        ["The same in working time.", "То же в рабочем времени.", "同上，按工作时间。", "La fel, în timp de lucru."],
    ),
    (
        "ageing_about",
        [
            "Open deals as of now, by how long they stand in their stage; stale is more than the days that the stage allows.",
            "Открытые сделки на сейчас: сколько стоят на этапе; застывшие — дольше, чем допускает этап.",
            "当前进行中的商机在所处阶段的停留时间；超过阶段允许天数为停滞。",
            "Oportunitățile deschise acum, după cât stau în etapă; stagnante sunt cele peste zilele permise de etapă.",
        ],
    ),
    (
        "by_age_about",
        [
            "The same deals by the time they stand in their stage.",
            "Те же сделки по времени на этапе.",
            "同样的商机，按停留时间。",
            "Aceleași oportunități după timpul în etapă.",
        ],
    ),
    ("stale", ["Stale", "Застывшие", "停滞", "Stagnante"]),
    ("stale_amount", ["Stale amount", "Сумма застывших", "停滞金额", "Suma stagnantă"]),
    ("days_mean", ["Days, mean", "Дней в среднем", "平均天数", "Zile, medie"]),
    ("days_oldest", ["Days, longest", "Дней, больше всего", "最长天数", "Zile, maxim"]),
    ("about_open_now", ["Open now.", "Открыты сейчас.", "当前进行中。", "Deschise acum."]),
    (
        "about_stale",
        [
            "In their stage for longer than it allows.",
            "На этапе дольше, чем он допускает.",
            "停留超过阶段允许天数。",
            "În etapă mai mult decât permite.",
        ],
    ),
    (
        "about_days_mean",
        [
            "Mean days in the stage they stand in.",
            "Среднее число дней на текущем этапе.",
            "在当前阶段的平均天数。",
            "Media zilelor în etapa curentă.",
        ],
    ),
    ("age_week", ["Up to 7 days", "До 7 дней", "7 天以内", "Până la 7 zile"]),
    ("age_month", ["8 to 30 days", "8–30 дней", "8 至 30 天", "8–30 de zile"]),
    ("age_quarter", ["31 to 90 days", "31–90 дней", "31 至 90 天", "31–90 de zile"]),
    ("age_year", ["91 to 365 days", "91–365 дней", "91 至 365 天", "91–365 de zile"]),
    ("age_older", ["More than a year", "Больше года", "超过一年", "Peste un an"]),
    ("begun", ["Begun", "Начаты", "开始", "Începute"]),
    (
        "leaders_about",
        [
            "Deals by whose they are today, activities by who was responsible.",
            "Сделки — по нынешнему ответственному, дела — по ответственному за них.",
            "商机按当前负责人，活动按其负责人。",
            "Oportunități după responsabilul de azi, activități după responsabilul lor.",
        ],
    ),
    ("by_owner", ["By person", "По сотрудникам", "按人员", "Pe persoane"]),
    ("by_source", ["By source", "По источникам", "按来源", "Pe surse"]),
    ("by_pipeline", ["By pipeline", "По воронкам", "按管道", "Pe fluxuri"]),
];

#[cfg(test)]
mod checks {
    use super::*;

    #[test]
    fn every_word_is_there_once_in_four_languages() {
        let mut names: Vec<&str> = WORDS.iter().map(|(name, _)| *name).collect();
        names.sort_unstable();
        let count = names.len();
        names.dedup();
        assert_eq!(names.len(), count, "a word stands twice");
        assert!(WORDS.iter().all(|(_, words)| words.iter().all(|word| !word.is_empty())));
    }
}
