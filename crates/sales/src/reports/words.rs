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
