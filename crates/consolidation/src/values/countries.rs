//! Names of countries in the four languages (and their own, where exports use it) → ISO 3166-1 alpha-2, where that is certain.

use std::collections::HashMap;
use std::sync::OnceLock;

use kernel::fold;

/// Code, then names: English and its variants, Russian, Chinese, Romanian, own name.
const COUNTRIES: &[(&str, &str)] = &[
    ("AD", "Andorra|Андорра|安道尔"),
    ("AE", "United Arab Emirates|UAE|ОАЭ|阿联酋|Emiratele Arabe Unite"),
    ("AF", "Afghanistan|Афганистан|阿富汗"),
    ("AL", "Albania|Албания|阿尔巴尼亚"),
    ("AM", "Armenia|Армения|亚美尼亚"),
    ("AO", "Angola|Ангола|安哥拉"),
    ("AR", "Argentina|Аргентина|阿根廷"),
    ("AT", "Austria|Австрия|奥地利|Österreich"),
    ("AU", "Australia|AUS|Австралия|澳大利亚"),
    ("AZ", "Azerbaijan|Азербайджан|阿塞拜疆|Azerbaidjan"),
    ("BA", "Bosnia and Herzegovina|Bosnia|Босния и Герцеговина|波黑|Bosnia și Herțegovina"),
    ("BD", "Bangladesh|Бангладеш|孟加拉国"),
    ("BE", "Belgium|Бельгия|比利时|Belgia|België|Belgique"),
    ("BG", "Bulgaria|Болгария|保加利亚"),
    ("BH", "Bahrain|Бахрейн|巴林"),
    ("BO", "Bolivia|Боливия|玻利维亚"),
    ("BR", "Brazil|Brasil|Бразилия|巴西|Brazilia"),
    ("BY", "Belarus|Беларусь|Белоруссия|白俄罗斯"),
    ("CA", "Canada|Канада|加拿大"),
    ("CH", "Switzerland|Швейцария|瑞士|Elveția|Schweiz|Suisse|Svizzera"),
    ("CL", "Chile|Чили|智利"),
    ("CN", "China|PR China|P.R. China|People's Republic of China|Китай|КНР|中国|中华人民共和国"),
    ("CO", "Colombia|Колумбия|哥伦比亚|Columbia"),
    ("CR", "Costa Rica|Коста-Рика|哥斯达黎加"),
    ("CU", "Cuba|Куба|古巴"),
    ("CY", "Cyprus|Кипр|塞浦路斯|Cipru"),
    ("CZ", "Czech Republic|Czechia|Чехия|捷克|Cehia|Česko|Česká republika"),
    ("DE", "Germany|Deutschland|GER|Германия|德国|Germania|Allemagne"),
    ("DK", "Denmark|Дания|丹麦|Danemarca|Danmark"),
    ("DO", "Dominican Republic|Доминиканская Республика|多米尼加"),
    ("DZ", "Algeria|Алжир|阿尔及利亚"),
    ("EC", "Ecuador|Эквадор|厄瓜多尔"),
    ("EE", "Estonia|Эстония|爱沙尼亚|Eesti"),
    ("EG", "Egypt|Египет|埃及|Egipt"),
    ("ES", "Spain|España|Испания|西班牙|Spania"),
    ("ET", "Ethiopia|Эфиопия|埃塞俄比亚|Etiopia"),
    ("FI", "Finland|Финляндия|芬兰|Finlanda|Suomi"),
    ("FR", "France|Франция|法国|Franța"),
    (
        "GB",
        "United Kingdom|UK|U.K.|Great Britain|England|Scotland|Wales|Northern Ireland|Великобритания|英国|Regatul Unit|Marea Britanie|Anglia",
    ),
    ("GE", "Georgia (country)|Грузия|格鲁吉亚"),
    ("GH", "Ghana|Гана|加纳"),
    ("GR", "Greece|Греция|希腊|Grecia"),
    ("GT", "Guatemala|Гватемала|危地马拉"),
    ("HK", "Hong Kong|Гонконг|香港"),
    ("HR", "Croatia|Хорватия|克罗地亚|Croația|Hrvatska"),
    ("HU", "Hungary|Венгрия|匈牙利|Ungaria|Magyarország"),
    ("ID", "Indonesia|Индонезия|印度尼西亚|Indonezia"),
    ("IE", "Ireland|Éire|EIRE|Ирландия|爱尔兰|Irlanda"),
    ("IL", "Israel|Израиль|以色列"),
    ("IN", "India|Индия|印度"),
    ("IQ", "Iraq|Ирак|伊拉克|Irak"),
    ("IR", "Iran|Иран|伊朗"),
    ("IS", "Iceland|Исландия|冰岛|Islanda"),
    ("IT", "Italy|Italia|Италия|意大利"),
    ("JM", "Jamaica|Ямайка|牙买加"),
    ("JO", "Jordan|Иордания|约旦|Iordania"),
    ("JP", "Japan|Япония|日本|Japonia"),
    ("KE", "Kenya|Кения|肯尼亚"),
    ("KG", "Kyrgyzstan|Киргизия|Кыргызстан|吉尔吉斯斯坦|Kârgâzstan"),
    ("KH", "Cambodia|Камбоджа|柬埔寨|Cambodgia"),
    ("KR", "South Korea|Korea, Republic of|Republic of Korea|Южная Корея|韩国|Coreea de Sud"),
    ("KW", "Kuwait|Кувейт|科威特|Kuweit"),
    ("KY", "Cayman Islands|Каймановы острова|开曼群岛"),
    ("KZ", "Kazakhstan|Казахстан|哈萨克斯坦|Kazahstan"),
    ("LB", "Lebanon|Ливан|黎巴嫩|Liban"),
    ("LI", "Liechtenstein|Лихтенштейн|列支敦士登"),
    ("LK", "Sri Lanka|Шри-Ланка|斯里兰卡"),
    ("LT", "Lithuania|Литва|立陶宛|Lituania|Lietuva"),
    ("LU", "Luxembourg|Люксембург|卢森堡|Luxemburg"),
    ("LV", "Latvia|Латвия|拉脱维亚|Letonia|Latvija"),
    ("MA", "Morocco|Марокко|摩洛哥|Maroc"),
    ("MC", "Monaco|Монако|摩纳哥"),
    ("MD", "Moldova|Republic of Moldova|Молдова|Молдавия|摩尔多瓦|Republica Moldova"),
    ("ME", "Montenegro|Черногория|黑山|Muntenegru"),
    ("MK", "North Macedonia|Macedonia|Северная Македония|北马其顿|Macedonia de Nord"),
    ("MN", "Mongolia|Монголия|蒙古"),
    ("MO", "Macao|Macau|Макао|澳门"),
    ("MT", "Malta|Мальта|马耳他"),
    ("MX", "Mexico|México|Мексика|墨西哥|Mexic"),
    ("MY", "Malaysia|Малайзия|马来西亚|Malaezia"),
    ("NG", "Nigeria|Нигерия|尼日利亚"),
    ("NL", "Netherlands|The Netherlands|Holland|Нидерланды|荷兰|Olanda|Țările de Jos|Nederland"),
    ("NO", "Norway|Норвегия|挪威|Norvegia|Norge"),
    ("NP", "Nepal|Непал|尼泊尔"),
    ("NZ", "New Zealand|Новая Зеландия|新西兰|Noua Zeelandă"),
    ("OM", "Oman|Оман|阿曼"),
    ("PA", "Panama|Панама|巴拿马"),
    ("PE", "Peru|Perú|Перу|秘鲁"),
    ("PH", "Philippines|Филиппины|菲律宾|Filipine"),
    ("PK", "Pakistan|Пакистан|巴基斯坦"),
    ("PL", "Poland|Polska|Польша|波兰|Polonia"),
    ("PR", "Puerto Rico|Пуэрто-Рико|波多黎各"),
    ("PT", "Portugal|Португалия|葡萄牙|Portugalia"),
    ("PY", "Paraguay|Парагвай|巴拉圭"),
    ("QA", "Qatar|Катар|卡塔尔"),
    ("RO", "Romania|România|Румыния|罗马尼亚"),
    ("RS", "Serbia|Сербия|塞尔维亚|Srbija"),
    ("RU", "Russia|Russian Federation|Россия|РФ|Российская Федерация|俄罗斯|Rusia|Federația Rusă"),
    ("SA", "Saudi Arabia|Саудовская Аравия|沙特阿拉伯|Arabia Saudită"),
    ("SE", "Sweden|Швеция|瑞典|Suedia|Sverige"),
    ("SG", "Singapore|Сингапур|新加坡"),
    ("SI", "Slovenia|Словения|斯洛文尼亚|Slovenija"),
    ("SK", "Slovakia|Словакия|斯洛伐克|Slovacia|Slovensko"),
    ("SM", "San Marino|Сан-Марино|圣马力诺"),
    ("SV", "El Salvador|Сальвадор|萨尔瓦多"),
    ("TH", "Thailand|Таиланд|泰国|Thailanda"),
    ("TJ", "Tajikistan|Таджикистан|塔吉克斯坦|Tadjikistan"),
    ("TM", "Turkmenistan|Туркменистан|土库曼斯坦"),
    ("TN", "Tunisia|Тунис|突尼斯"),
    ("TR", "Turkey|Türkiye|Турция|土耳其|Turcia"),
    ("TW", "Taiwan|Тайвань|台湾"),
    ("UA", "Ukraine|Украина|乌克兰|Ucraina|Україна"),
    ("US", "United States|United States of America|USA|U.S.A.|U.S.|США|美国|Statele Unite|SUA"),
    ("UY", "Uruguay|Уругвай|乌拉圭"),
    ("UZ", "Uzbekistan|Узбекистан|乌兹别克斯坦"),
    ("VE", "Venezuela|Венесуэла|委内瑞拉"),
    ("VN", "Vietnam|Viet Nam|Вьетнам|越南"),
    ("ZA", "South Africa|ЮАР|南非|Africa de Sud"),
];

/// The code of a country's name or code; `None` where it is not certain (a typing error, a state, a former country).
pub fn code_of(name: &str) -> Option<&'static str> {
    static BY_NAME: OnceLock<HashMap<String, &'static str>> = OnceLock::new();
    let by_name = BY_NAME.get_or_init(|| {
        let mut by_name = HashMap::new();
        for (code, names) in COUNTRIES {
            by_name.insert(code.to_ascii_lowercase(), *code);
            for name in names.split('|') {
                by_name.insert(fold::fold(name), *code);
            }
        }
        by_name
    });
    by_name.get(&fold::fold(name.trim())).copied()
}

/// The code where it is certain, else the name as it is written.
pub fn stored(name: &str) -> String {
    let name = name.trim();
    match code_of(name) {
        Some(code) => code.to_string(),
        None => name.to_string(),
    }
}
