//! Legal forms of companies: what they are called, and where.

/// A legal form.
#[derive(Debug, PartialEq, Eq)]
pub struct LegalForm {
    /// What it is, for telling forms apart across languages: `limited`, `public`, `partnership`, `cooperative`, `sole`,
    /// `state`, `charity`.
    pub kind: &'static str,
    /// As it is written properly.
    pub name: &'static str,
    /// Where it is used, as ISO 3166-1 alpha-2; empty for many countries.
    pub countries: &'static str,
    /// How it is written, folded: lower case, without points, words parted by one space, `&` for every "and"; by bars.
    written: &'static str,
    /// Written first, before the name, as well.
    leads: bool,
}

impl LegalForm {
    /// Its ways to be written.
    pub fn variants(&self) -> impl Iterator<Item = &'static str> {
        self.written.split('|')
    }

    /// Whether it may stand in front: `ООО Ромашка`, `SC Petrom SA`.
    pub fn leads(&self) -> bool {
        self.leads
    }
}

const fn behind(kind: &'static str, name: &'static str, countries: &'static str, written: &'static str) -> LegalForm {
    LegalForm { kind, name, countries, written, leads: false }
}

const fn either(kind: &'static str, name: &'static str, countries: &'static str, written: &'static str) -> LegalForm {
    LegalForm { kind, name, countries, written, leads: true }
}

/// The forms written in letters with words between spaces.
pub static FORMS: &[LegalForm] = &[
    behind("partnership", "GmbH & Co. KG", "DE AT", "gmbh & co kg|gmbh & cie kg|gmbh u co kg|gmbh&co kg"),
    behind("partnership", "AG & Co. KG", "DE", "ag & co kg"),
    behind("partnership", "UG & Co. KG", "DE", "ug & co kg"),
    behind("public", "GmbH & Co. KGaA", "DE", "gmbh & co kgaa|ag & co kgaa|kgaa"),
    behind(
        "limited",
        "GmbH",
        "DE AT CH LI",
        "gmbh|g m b h|gesmbh|ges mbh|ggmbh|mbh|gesellschaft mit beschrankter haftung|gesellschaft mbh",
    ),
    behind("limited", "UG", "DE", "ug|ug haftungsbeschrankt|unternehmergesellschaft"),
    behind("public", "AG", "DE AT CH", "ag|aktiengesellschaft"),
    behind("partnership", "KG", "DE AT", "kg|kommanditgesellschaft"),
    behind("partnership", "OHG", "DE", "ohg|offene handelsgesellschaft|og"),
    behind("partnership", "GbR", "DE", "gbr"),
    behind("sole", "e.K.", "DE", "ek|e k|e kfm|eingetragener kaufmann"),
    behind("cooperative", "eG", "DE", "eg"),
    behind("charity", "e.V.", "DE", "ev|e v|eingetragener verein"),
    behind(
        "limited",
        "Ltd",
        "GB IE IN CN HK",
        "ltd|limited|co ltd|company limited|co limited|pvt ltd|private limited|pte ltd|pty ltd|pty limited|pte|ltd co|pvt limited|proprietary limited",
    ),
    behind("public", "PLC", "GB IE", "plc|public limited company"),
    behind("partnership", "LLP", "GB US", "llp|limited liability partnership"),
    behind("partnership", "LP", "US GB", "lp"),
    behind("limited", "LLC", "US", "llc|l l c|limited liability company|pllc"),
    behind("public", "Inc.", "US CA", "inc|incorporated|corp|corporation|co inc"),
    behind("company", "Co.", "", "co|company|& co|& company|and sons co"),
    behind("limited", "SARL", "FR LU CH MA", "sarl|s a r l|societe a responsabilite limitee|eurl"),
    behind("public", "SAS", "FR", "sas|sasu|s a s|societe par actions simplifiee"),
    either(
        "public",
        "S.A.",
        "FR ES RO PT PL BE LU CH AR",
        "sa|s a|societe anonyme|sociedad anonima|societate pe actiuni",
    ),
    behind("partnership", "SNC", "FR IT", "snc|sci|scop"),
    behind("public", "S.A. de C.V.", "MX", "sa de cv|s a de c v|sab de cv|s de rl de cv|sapi de cv"),
    behind("limited", "S.L.", "ES", "sl|s l|slu|s l u|sociedad limitada"),
    behind("limited", "S. de R.L.", "MX", "s de rl|srl de cv"),
    behind("public", "S.A.S.", "CO", "sas esp"),
    behind(
        "limited",
        "S.r.l.",
        "IT RO MD AR",
        "srl|s r l|srls|societa a responsabilita limitata|societate cu raspundere limitata|srl d",
    ),
    behind("public", "S.p.A.", "IT", "spa|s p a|societa per azioni"),
    behind("limited", "Lda.", "PT AO", "lda|limitada|unipessoal lda"),
    behind("limited", "Ltda.", "BR CL CO", "ltda|ltda me|eireli|epp"),
    behind("public", "S.A.", "BR", "s/a"),
    either("company", "SC", "RO", "sc|s c"),
    either("sole", "PFA", "RO", "pfa|persoana fizica autorizata|intreprindere individuala"),
    either("state", "RA", "RO", "regia autonoma"),
    behind("limited", "B.V.", "NL BE", "bv|b v|bvba|besloten vennootschap"),
    behind("public", "N.V.", "NL BE", "nv|n v|naamloze vennootschap"),
    behind("partnership", "V.O.F.", "NL", "vof|v o f|cv"),
    behind("public", "AB", "SE", "ab|aktiebolag|publ ab|ab publ"),
    behind("partnership", "HB", "SE", "hb|handelsbolag"),
    behind("limited", "Oy", "FI", "oy|oyj|oy ab|osakeyhtio"),
    behind("partnership", "Ky", "FI", "ky"),
    behind("limited", "ApS", "DK", "aps|anpartsselskab"),
    behind("public", "A/S", "DK", "a/s|as|aktieselskab"),
    behind("limited", "AS", "NO EE", "as|asa|aksjeselskap|ou|osauhing|aktsiaselts"),
    behind("limited", "Kft.", "HU", "kft|korlatolt felelossegu tarsasag"),
    behind("public", "Zrt.", "HU", "zrt|nyrt|rt|reszvenytarsasag"),
    behind("partnership", "Bt.", "HU", "bt|beteti tarsasag|kkt"),
    behind("limited", "s.r.o.", "CZ SK", "sro|s r o|spol s ro|spol sro|spolecnost s rucenim omezenym"),
    behind("public", "a.s.", "CZ SK", "as|a s|akciova spolecnost"),
    behind(
        "limited",
        "Sp. z o.o.",
        "PL",
        "sp z oo|sp zoo|spzoo|sp z o o|spolka z oo|spolka z ograniczona odpowiedzialnoscia|sp z oo sp k",
    ),
    behind("partnership", "Sp. k.", "PL", "sp k|spk|sp j|spj|spolka komandytowa|spolka jawna"),
    behind("limited", "d.o.o.", "HR SI RS BA ME MK", "doo|d o o|doel|dooel"),
    behind("public", "d.d.", "HR SI BA", "dd|d d|ad|a d"),
    either("limited", "ЕООД", "BG", "еоод|eood"),
    either("limited", "ООД", "BG", "оод|ood"),
    either("public", "АД", "BG", "ад|еад|ead"),
    behind("limited", "SIA", "LV", "sia"),
    either("limited", "UAB", "LT", "uab"),
    behind("public", "AB", "LT", "ab lt"),
    behind("limited", "Ltd. Şti.", "TR", "ltd sti|limited sirketi|san ve tic ltd sti|tic ltd sti"),
    behind("public", "A.Ş.", "TR", "as tr|anonim sirketi|san ve tic as|tic as"),
    behind("limited", "ΕΠΕ", "GR CY", "επε|ε π ε|epe|ιδιωτικη κεφαλαιουχικη εταιρεια|ικε|ι κ ε"),
    behind("public", "ΑΕ", "GR", "αε|α ε|ανωνυμη εταιρεια|aebe"),
    behind("partnership", "ΟΕ", "GR", "οε|ο ε|εε|ε ε"),
    either("limited", "ООО", "RU BY KZ KG UZ", "ооо|о о о|общество с ограниченной ответственностью|ooo"),
    either("public", "ПАО", "RU", "пао|публичное акционерное общество|pao"),
    either("public", "ЗАО", "RU BY", "зао|закрытое акционерное общество|zao"),
    either("public", "ОАО", "RU BY", "оао|открытое акционерное общество|oao"),
    either("public", "НАО", "RU", "нао"),
    either("public", "АО", "RU KZ", "ао|акционерное общество"),
    either("sole", "ИП", "RU KZ", "ип|индивидуальный предприниматель|чп|пбоюл"),
    either("state", "ФГУП", "RU", "фгуп|гуп|муп|гку|гбу|мбу|фгбу|фгбоу|государственное унитарное предприятие"),
    either("charity", "АНО", "RU", "ано|нко|некоммерческое партнерство"),
    either("limited", "ТОО", "KZ", "тоо|товарищество с ограниченной ответственностью|жшс"),
    either("limited", "ТОВ", "UA", "тов|тзов|товариство з обмеженою відповідальністю|tov"),
    either("public", "ПрАТ", "UA", "прат|пат|ат|приватне акціонерне товариство"),
    either("sole", "ФОП", "UA", "фоп"),
    either("state", "ДП", "UA", "дп"),
    behind("limited", "Sdn. Bhd.", "MY", "sdn bhd|sendirian berhad|bhd|berhad"),
    either("limited", "PT", "ID", "pt|pt tbk|tbk"),
    behind("public", "K.K.", "JP", "kk|k k|kabushiki kaisha|kabushiki gaisha|yk|gk"),
    either("limited", "FZE", "AE", "fze|fzco|fz llc|dmcc|wll"),
    behind("public", "SE", "", "se|societas europaea"),
    behind("public", "SCE", "", "sce"),
    behind("limited", "Ehf.", "IS", "ehf|hf"),
    behind("public", "JSC", "", "jsc|ojsc|cjsc|pjsc|joint stock company"),
    behind("partnership", "KD", "BG SI", "kd"),
    behind("public", "VZW", "BE", "vzw|asbl"),
];

/// Forms of scripts without spaces: matched at either end of the text. Longer ones first.
pub static UNSPACED: &[(&str, &str, &str)] = &[
    ("集团股份有限公司", "股份有限公司", "public"),
    ("股份有限公司", "股份有限公司", "public"),
    ("有限责任公司", "有限责任公司", "limited"),
    ("有限責任公司", "有限责任公司", "limited"),
    ("集团有限公司", "有限公司", "limited"),
    ("集團有限公司", "有限公司", "limited"),
    ("有限公司", "有限公司", "limited"),
    ("分公司", "分公司", "branch"),
    ("总公司", "总公司", "company"),
    ("个体工商户", "个体工商户", "sole"),
    ("股份公司", "股份有限公司", "public"),
    ("株式会社", "株式会社", "public"),
    ("（株）", "株式会社", "public"),
    ("(株)", "株式会社", "public"),
    ("㈱", "株式会社", "public"),
    ("有限会社", "有限会社", "limited"),
    ("合同会社", "合同会社", "limited"),
    ("주식회사", "주식회사", "public"),
    ("(주)", "주식회사", "public"),
    ("유한회사", "유한회사", "limited"),
    ("公司", "公司", "company"),
];
