//! The words of figures and faults in English, Russian, Chinese and Romanian.

use crate::normal::Fault;

/// The place of a language in the tables below; English for all others.
fn place(language: &str) -> usize {
    match language.get(..2) {
        Some("ru") => 1,
        Some("zh") => 2,
        Some("ro") => 3,
        _ => 0,
    }
}

/// What a fault is called.
pub fn fault(fault: Fault, language: &str) -> &'static str {
    let words: [&'static str; 4] = match fault {
        Fault::Empty => ["Nothing is written", "Ничего не указано", "未填写", "Nu este completat"],
        Fault::NameHasDigits => ["Digits in a name", "Цифры в имени", "姓名中有数字", "Cifre în nume"],
        Fault::NotAName => ["Not a name", "Это не имя", "不是名称", "Nu este un nume"],
        Fault::Placeholder => ["Typed to fill the field", "Заполнено для вида", "占位内容", "Completat de formă"],
        Fault::NameTooLong => {
            ["More words than a name has", "Слишком много слов", "名称词数过多", "Prea multe cuvinte"]
        }
        Fault::WrongCase => [
            "All capitals or all small letters",
            "Все буквы одного регистра",
            "大小写不正确",
            "Majuscule sau minuscule greșite",
        ],
        Fault::MixedAlphabets => [
            "Letters of two alphabets in one word",
            "Буквы двух алфавитов в одном слове",
            "同一单词混用两种字母",
            "Litere din două alfabete într-un cuvânt",
        ],
        Fault::SeveralPersons => [
            "Several persons in one name",
            "Несколько человек в одном имени",
            "一个姓名包含多人",
            "Mai multe persoane într-un nume",
        ],
        Fault::EmailForm => {
            ["Not an e-mail address", "Это не адрес эл. почты", "不是电子邮箱地址", "Nu este o adresă de e-mail"]
        }
        Fault::EmailDomainMistyped => ["Mistyped domain", "Опечатка в домене", "域名拼写错误", "Domeniu scris greșit"],
        Fault::EmailDisposable => ["Throw-away address", "Одноразовый адрес", "一次性邮箱", "Adresă temporară"],
        Fault::EmailDomainReserved => {
            ["Nobody receives mail there", "Туда почта не доходит", "该域名无法收信", "Nimeni nu primește e-mail acolo"]
        }
        Fault::PhoneForm => {
            ["Not a phone number", "Это не номер телефона", "不是电话号码", "Nu este un număr de telefon"]
        }
        Fault::PhoneWithoutCountry => {
            ["Country code missing", "Не указан код страны", "缺少国家代码", "Lipsește prefixul țării"]
        }
        Fault::PhoneNotOfCountry => [
            "No such number in its country",
            "В этой стране нет таких номеров",
            "该国无此号码",
            "Nu există astfel de numere în țară",
        ],
        Fault::PhonePlaceholder => ["Typed to fill the field", "Заполнено для вида", "占位内容", "Completat de formă"],
        Fault::CountryUnknown => ["Unknown country", "Неизвестная страна", "未知国家", "Țară necunoscută"],
        Fault::PostalCodeForm => [
            "Postal code not of its country",
            "Индекс не той страны",
            "邮政编码不符合所在国家",
            "Cod poștal nepotrivit țării",
        ],
        Fault::CityMissing => ["City missing", "Не указан город", "缺少城市", "Lipsește localitatea"],
        Fault::StreetMissing => ["Street missing", "Не указана улица", "缺少街道", "Lipsește strada"],
        Fault::HouseMissing => ["House number missing", "Не указан номер дома", "缺少门牌号", "Lipsește numărul"],
        Fault::DateForm => ["Not a date", "Это не дата", "不是日期", "Nu este o dată"],
        Fault::DateImpossible => ["No such day", "Такого дня нет", "日期不存在", "Nu există această zi"],
        Fault::DatePartial => ["Only a part of a date", "Неполная дата", "日期不完整", "Dată incompletă"],
        Fault::DateAmbiguous => [
            "Day and month may be swapped",
            "День и месяц могли перепутать",
            "日月可能颠倒",
            "Ziua și luna pot fi inversate",
        ],
        Fault::DateAhead => ["Lies in the future", "Дата в будущем", "日期在未来", "Dată din viitor"],
        Fault::DateUnlikely => ["Unlikely date", "Маловероятная дата", "日期不合理", "Dată puțin probabilă"],
        Fault::IdForm => {
            ["Not of the form of such a number", "Номер не той формы", "号码格式不正确", "Numărul nu are forma corectă"]
        }
        Fault::IdCheckDigit => [
            "Check digit does not fit",
            "Контрольная цифра не сходится",
            "校验位不正确",
            "Cifra de control nu corespunde",
        ],
        Fault::IdUnknown => {
            ["Unknown kind of number", "Неизвестный вид номера", "未知的号码类型", "Tip de număr necunoscut"]
        }
    };
    words.get(place(language)).copied().unwrap_or_default()
}

/// What a measure is called; the field's name stands beside it.
pub fn measure(kind: &str, language: &str) -> &'static str {
    let words: [&'static str; 4] = match kind {
        "completeness" => ["Missing", "Не заполнено", "缺失", "Lipsește"],
        "validity" => ["Not valid", "Неверно", "无效", "Nevalid"],
        "freshness" => ["Unchanged for a year", "Не менялось год", "一年未更新", "Neschimbat de un an"],
        "links" => ["Leads to nothing", "Ссылка в никуда", "链接失效", "Trimite spre nimic"],
        "no_contacts" => {
            ["Company without contacts", "Компания без контактов", "没有联系人的公司", "Companie fără contacte"]
        }
        "no_party" => ["Belongs to nobody", "Никому не принадлежит", "不属于任何客户", "Nu aparține nimănui"],
        "unreachable" => ["Cannot be reached", "Нет способа связаться", "无法联系", "Nu poate fi contactat"],
        "duplicates" => ["Seems to be there twice", "Возможные дубликаты", "疑似重复", "Posibil duplicat"],
        "rule" => ["Own rule", "Собственное правило", "自定义规则", "Regulă proprie"],
        _ => ["Other", "Другое", "其他", "Altele"],
    };
    words.get(place(language)).copied().unwrap_or_default()
}

/// Words of the report.
pub fn report(word: &str, language: &str) -> &'static str {
    let words: [&'static str; 4] = match word {
        "title" => ["Data quality", "Качество данных", "数据质量", "Calitatea datelor"],
        "score" => ["Score", "Оценка", "得分", "Scor"],
        "records" => ["records", "записей", "条记录", "înregistrări"],
        "object" => ["Object", "Объект", "对象", "Obiect"],
        "measure" => ["Measure", "Показатель", "指标", "Indicator"],
        "field" => ["Field", "Поле", "字段", "Câmp"],
        "looked" => ["Looked at", "Проверено", "检查数", "Verificate"],
        "faulty" => ["At fault", "С недостатком", "有问题", "Cu probleme"],
        "share" => ["Share", "Доля", "占比", "Pondere"],
        "before" => ["before", "ранее", "此前", "înainte"],
        "page" => [
            "See all figures, or change when this letter comes",
            "Все показатели и расписание этого письма",
            "查看全部指标或更改此邮件的发送时间",
            "Vedeți toate valorile sau schimbați când vine acest e-mail",
        ],
        "open_pairs" => ["Pairs to review", "Пар на проверку", "待审核的配对", "Perechi de verificat"],
        "nothing" => {
            ["Nothing was measured yet.", "Измерений ещё не было.", "尚未进行检查。", "Nu s-a măsurat încă nimic."]
        }
        _ => ["", "", "", ""],
    };
    words.get(place(language)).copied().unwrap_or_default()
}
