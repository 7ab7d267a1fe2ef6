//! Person names of many cultures: which word is the given name, which the family's, and the form to compare by.
//!
//! Order is read from what stands there, never guessed against it: a comma, capitals, a patronymic, Han characters, a
//! family name that only a family has. Where nothing tells, the family name is last, as most of the world writes it;
//! comparing does not depend on order alone ([`Compared::words`]).

use kernel::fold::{fold, is_ideograph};

use super::latin::{family_pinyin, latin, mixes_alphabets, sound};
use super::{Fault, Normal};

pub use super::nicknames::{may_be_same, roots};

/// A name taken apart; what is not known is empty.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Person {
    /// `Dr.`, `Frau`, `г-н`; in their order.
    pub titles: Vec<String>,
    pub given: String,
    /// Middle names, a patronymic, `bin Salman`.
    pub middle: String,
    /// What stands in quotes or brackets: `Robert "Bob" Smith`.
    pub nickname: String,
    /// `van der`, `de la`, `al`: goes with the family name.
    pub particle: String,
    pub family: String,
    /// The mother's, of Spanish names.
    pub second_family: String,
    /// `Jr.`, `III`, `PhD`.
    pub suffix: String,
    /// The family name is written first: Chinese, Japanese, Korean, Hungarian, Vietnamese.
    pub family_first: bool,
}

/// A name as names are compared: Latin letters, lower case.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Compared {
    pub given: String,
    pub middle: String,
    /// Without particles.
    pub family: String,
    pub second_family: String,
    /// All words of given, middle and family names in the order of the alphabet: equal for the same name in any order.
    pub words: Vec<String>,
}

const TITLES: &str = " mr mrs ms miss mx mister dr prof professor rev fr sir dame lady lord hon herr frau hr fru m mme mlle \
    sr sra srta senor senora don dona dott dottssa ing dipl mag med iur sig sigra signor signora capt col gen lt maj sgt \
    г-н г-жа гн гжа господин госпожа гражданин д-р др проф акад пан пани dl dna dra dnul dnei domnul doamna domnisoara \
    pan pani bay bayan sheikh haji hajji doktor kand drs ir sri shri smt mgr judr mudr rndr phdr ";
const SUFFIXES: &str = " jr jnr snr ii iii iv v phd md dds esq mba cpa msc bsc dphil rn llm lld csc drsc dba fca ";
const PARTICLES: &str = " van von vom zu zum zur der den dem de het t ter ten te op del della dello dei degli di da dos das \
    do du des la le las los lo y e i af av ben bin ibn bint binti abu um al el ad ar as ash at az bar mac san santa santo \
    ap st ";
/// Behind a Chinese or Japanese name.
const TITLES_BEHIND: [&str; 14] =
    ["先生", "女士", "小姐", "太太", "博士", "教授", "医生", "老师", "经理", "总经理", "夫人", "様", "さん", "씨"];
/// Family names of two characters.
const DOUBLE_FAMILY: &str = "欧阳 歐陽 司马 司馬 上官 诸葛 諸葛 夏侯 东方 東方 皇甫 尉迟 尉遲 公孙 公孫 慕容 令狐 宇文 长孙 長孫 \
    司徒 司空 轩辕 端木 独孤 南宫 西门 拓跋 呼延 钟离 澹台 公冶 宗政 濮阳 淳于 单于 太叔 申屠 仲孙 鲜于 闾丘 赫连 남궁 황보 제갈 선우";
const HUNGARIAN_FAMILY: &str = " nagy kovacs toth szabo horvath varga kiss molnar nemeth farkas balogh papp lakatos takacs juhasz \
    olah meszaros simon racz fekete szilagyi torok feher gal balazs kis szucs orsos kocsis fodor pinter szalai sipos \
    magyar lukacs gulyas biro kiraly balint bogdan katona jakab boros fazekas kelemen antal orosz somogyi fulop \
    veres budai hegedus pap deak barta bodnar illes szekely vadasz sandor ";
const HUNGARIAN_GIVEN: &str = " laszlo zoltan istvan janos ferenc jozsef gabor attila tamas csaba sandor zsolt tibor imre bela \
    gyula lajos balazs miklos gyorgy andras mihaly karoly geza arpad akos levente bence mate katalin ilona erzsebet \
    zsuzsanna margit julianna agnes ildiko erika tunde eszter reka zsofia nora dora aniko terez piroska gizella emese \
    hajnalka judit krisztina orsolya timea szilvia ";
const SPANISH_FAMILY: &str = " garcia gonzalez rodriguez fernandez lopez martinez sanchez perez gomez martin jimenez ruiz hernandez \
    diaz moreno munoz alvarez romero alonso gutierrez navarro torres dominguez vazquez ramos gil ramirez serrano blanco \
    molina morales suarez ortega delgado castro ortiz rubio marin sanz nunez iglesias medina garrido cortes castillo \
    santos lozano guerrero cano prieto mendez cruz calvo gallego vidal leon herrera marquez pena flores cabrera campos \
    vega fuentes carrasco diez reyes caballero nieto aguilar pascual santana herrero montero lorenzo hidalgo gimenez \
    ibanez ferrer duran santiago benitez vargas mora vicente arias carmona crespo roman pastor soto saez velasco moya \
    soler parra esteban bravo gallardo rojas rivera silva mendoza chavez espinoza salazar contreras guzman ";
const ROMANIAN_FAMILY_END: [&str; 7] = ["escu", "eanu", "oiu", "eascu", "aceanu", "ariu", "eanca"];
const SLAVIC_FAMILY_END: [&str; 30] = [
    "ов",
    "ова",
    "ев",
    "ева",
    "ёв",
    "ёва",
    "ин",
    "ина",
    "ын",
    "ына",
    "ский",
    "ская",
    "цкий",
    "цкая",
    "ской",
    "енко",
    "чук",
    "щук",
    "юк",
    "як",
    "ко",
    "ян",
    "янц",
    "дзе",
    "швили",
    "ых",
    "их",
    "нец",
    "ич",
    "ишин",
];

/// Takes a whole name apart.
pub fn parse(text: &str) -> Normal<'_, Person> {
    let mut faults = Vec::new();
    let trimmed = text.trim().trim_matches(['"', ',', ';']).trim();
    if !trimmed.chars().any(char::is_alphabetic) {
        faults.push(if trimmed.is_empty() { Fault::Empty } else { Fault::NotAName });
        return Normal { raw: text, form: Person::default(), faults };
    }
    look(trimmed, &mut faults);
    let (text_left, nickname) = without_nickname(trimmed);
    let mut form = ideographs(&text_left).unwrap_or_else(|| alphabet(&text_left));
    form.nickname = nickname;
    Normal { raw: text, form, faults }
}

/// A name whose parts are kept in fields of their own. A given name that was typed into the wrong field stays there:
/// which field a word belongs to is for people to say; comparing tries both ways.
pub fn of_fields(given: &str, family: &str) -> Person {
    if given.trim().is_empty() {
        return parse(family).form;
    }
    if is_han(given) || is_han(family) {
        let (given, titles) = without_title_behind(given.trim());
        return Person {
            titles,
            given: given.to_string(),
            family: family.trim().to_string(),
            family_first: true,
            ..Person::default()
        };
    }
    let (plain, nickname) = without_nickname(given);
    let mut words: Vec<&str> = plain.split_whitespace().collect();
    let titles = take_titles(&mut words);
    let (first, rest) = words.split_first().map_or(("", [].as_slice()), |(first, rest)| (*first, rest));
    let mut family_words: Vec<&str> = family.split_whitespace().collect();
    let suffix = take_suffix(&mut family_words);
    let (particle, family, second_family) = family_parts(&family_words);
    Person {
        titles,
        given: first.to_string(),
        middle: joined(rest),
        nickname,
        particle,
        family,
        second_family,
        suffix,
        family_first: false,
    }
}

/// What is wrong with a text that should be a name, or part of one.
pub fn faults(text: &str) -> Vec<Fault> {
    let mut faults = Vec::new();
    look(text.trim(), &mut faults);
    faults
}

impl Person {
    /// The whole name as it is written in its culture.
    pub fn full(&self) -> String {
        let nickname = if self.nickname.is_empty() { String::new() } else { format!("\"{}\"", self.nickname) };
        let titles = self.titles.join(" ");
        if self.family_first && is_han(&format!("{}{}", self.family, self.given)) {
            return format!("{}{}{titles}", self.family, self.given);
        }
        let parts: [&str; 8] = if self.family_first {
            [
                &titles,
                &self.particle,
                &self.family,
                &self.second_family,
                &self.given,
                &self.middle,
                &nickname,
                &self.suffix,
            ]
        } else {
            [
                &titles,
                &self.given,
                &self.middle,
                &nickname,
                &self.particle,
                &self.family,
                &self.second_family,
                &self.suffix,
            ]
        };
        parts.into_iter().filter(|part| !part.is_empty()).collect::<Vec<_>>().join(" ")
    }

    /// With its words written as names are: `IVAN PETROV` is `Ivan Petrov`.
    pub fn tidied(mut self) -> Person {
        for part in [&mut self.given, &mut self.middle, &mut self.nickname, &mut self.family, &mut self.second_family] {
            *part = proper_all(part);
        }
        // A particle in capitals belongs to a name in capitals.
        if is_upper(&self.particle) {
            self.particle = self.particle.to_lowercase();
        }
        self
    }

    /// The form to compare by.
    pub fn compared(&self) -> Compared {
        let (given, middle) = (latin(&self.given), latin(&self.middle));
        let family = family_latin(&self.family);
        let second_family = latin(&self.second_family);
        let mut words: Vec<String> = [&given, &middle, &family, &second_family]
            .into_iter()
            .flat_map(|part| part.split(' '))
            .filter(|word| !word.is_empty())
            .map(str::to_string)
            .collect();
        words.sort_unstable();
        Compared { given, middle, family, second_family, words }
    }
}

impl Compared {
    /// The family name with its spelling forgiven: a key to look for candidates by.
    pub fn family_sound(&self) -> String {
        sound(&self.family)
    }

    /// The given name as its full name where it is a short one, else with its spelling forgiven: a key likewise.
    pub fn given_root(&self) -> String {
        match roots(&self.given).first() {
            Some(root) => (*root).to_string(),
            None => sound(&self.given),
        }
    }
}

/// A family name in Latin letters; Chinese ones by the reading that families use.
fn family_latin(family: &str) -> String {
    let mut chars = family.chars();
    if let (Some(first), None) = (chars.next(), chars.next())
        && let Some(pinyin) = family_pinyin(first)
    {
        return pinyin.to_string();
    }
    // Russian women's forms are compared as they are: a man and a woman of one house are two persons.
    latin(family)
}

fn look(text: &str, faults: &mut Vec<Fault>) {
    let lower = fold(text);
    if lower.contains('@') || lower.contains("://") || lower.starts_with("www.") {
        faults.push(Fault::NotAName);
    }
    if text.chars().any(|ch| ch.is_ascii_digit()) {
        faults.push(Fault::NameHasDigits);
    }
    if is_placeholder(&lower) {
        faults.push(Fault::Placeholder);
    }
    if text.split_whitespace().count() > 8 {
        faults.push(Fault::NameTooLong);
    }
    if mixes_alphabets(text) {
        faults.push(Fault::MixedAlphabets);
    }
    if is_wrong_case(text) {
        faults.push(Fault::WrongCase);
    }
    let joint = [" & ", " and ", " und ", " и ", " și ", " și ", "和 "].iter().any(|and| text.contains(and));
    if joint && text.split_whitespace().count() >= 3 {
        faults.push(Fault::SeveralPersons);
    }
}

fn is_placeholder(lower: &str) -> bool {
    const FILLERS: &str = " test testing asdf asdfgh qwerty xxx xxxx unknown n/a na none null nobody noname name firstname lastname \
        first last customer client user guest anonymous anonym admin abc abcd aaa тест неизвестно неизвестныи аноним клиент \
        имя фамилия нет 测试 未知 无名 匿名 客户 necunoscut anonim fara nume unbekannt inconnu ";
    let squeezed = lower.split_whitespace().collect::<Vec<_>>().join(" ");
    !squeezed.is_empty() && squeezed.split(' ').all(|word| is_in(FILLERS, word))
}

/// `IVAN PETROV`, `ana pop`; not `McDonald`, not initials, not scripts without case.
fn is_wrong_case(text: &str) -> bool {
    let letters: Vec<char> = text.chars().filter(|ch| ch.is_lowercase() || ch.is_uppercase()).collect();
    letters.len() > 3 && (letters.iter().all(|ch| ch.is_uppercase()) || letters.iter().all(|ch| ch.is_lowercase()))
}

/// `Robert "Bob" Smith`, `Bob (Robert) Smith`.
fn without_nickname(text: &str) -> (String, String) {
    for (open, close) in [('"', '"'), ('(', ')'), ('“', '”'), ('«', '»'), ('（', '）')] {
        let Some(start) = text.find(open) else { continue };
        let after = text.get(start + open.len_utf8()..).unwrap_or("");
        let Some(end) = after.find(close) else { continue };
        let inside = after.get(..end).unwrap_or("").trim();
        let rest = after.get(end + close.len_utf8()..).unwrap_or("");
        let around = format!("{} {}", text.get(..start).unwrap_or(""), rest);
        let usable = !inside.is_empty() && !inside.contains(['"', '(', ')', '“', '”', '«', '»', '（', '）']);
        if usable && around.chars().any(char::is_alphabetic) {
            return (around.split_whitespace().collect::<Vec<_>>().join(" "), joined(&[inside]));
        }
    }
    (text.to_string(), String::new())
}

fn is_han(text: &str) -> bool {
    text.chars().any(is_ideograph) && !text.chars().any(|ch| ch.is_alphabetic() && !is_ideograph(ch))
}

/// Chinese, Japanese and Korean names: the family's first.
fn ideographs(text: &str) -> Option<Person> {
    if !is_han(text) {
        return None;
    }
    let (name, titles) = without_title_behind(text);
    let name = name.trim();
    let whole = |family: &str, given: &str| {
        Some(Person {
            titles: titles.clone(),
            family: family.to_string(),
            given: given.split([' ', '\u{3000}']).collect(),
            family_first: true,
            ..Person::default()
        })
    };
    // A space or a middle dot: 山田 太郎; 卡尔·马克思 writes a Western name in its own order.
    if let Some((given, family)) = name.rsplit_once(['·', '・', '•']) {
        return Some(Person { titles, given: given.to_string(), family: family.to_string(), ..Person::default() });
    }
    if let Some((family, given)) = name.split_once([' ', '\u{3000}'])
        && !given.trim().is_empty()
    {
        return whole(family, given.trim());
    }
    let is_double = DOUBLE_FAMILY.split_whitespace().any(|double| name.starts_with(double));
    let count = name.chars().count();
    let length = match (count, is_double) {
        (3.., true) => 2,
        (2, true) => 2,
        // Four characters of kana or Han without a double name: Japanese writes two and two.
        _ => 1,
    };
    let cut = name.char_indices().nth(length).map_or(name.len(), |(at, _)| at);
    let (family, given) = name.split_at_checked(cut)?;
    whole(family, given)
}

fn without_title_behind(text: &str) -> (&str, Vec<String>) {
    for title in TITLES_BEHIND {
        if let Some(name) = text.strip_suffix(title).map(str::trim_end).filter(|name| !name.is_empty()) {
            return (name, vec![title.to_string()]);
        }
    }
    (text, Vec::new())
}

fn alphabet(text: &str) -> Person {
    if let Some((before, after)) = text.split_once(',') {
        let behind = after.trim().trim_matches(['.', ',']);
        if !behind.is_empty() && !behind.split([' ', ',']).all(|word| word.is_empty() || is_suffix(word)) {
            return with_comma(before, after);
        }
    }
    let spaced = text.replace(',', " ");
    let mut words: Vec<&str> = spaced.split_whitespace().collect();
    let titles = take_titles(&mut words);
    let suffix = take_suffix(&mut words);
    let mut person = ordered(&words);
    (person.titles, person.suffix) = (titles, suffix);
    person
}

/// `Pop, Ana Maria`, `van Beethoven, Ludwig`, `Smith, Dr. John, Jr.`.
fn with_comma(before: &str, after: &str) -> Person {
    let after = after.replace(',', " ");
    let mut given: Vec<&str> = after.split_whitespace().collect();
    let mut family: Vec<&str> = before.split_whitespace().collect();
    let mut titles = take_titles(&mut family);
    titles.extend(take_titles(&mut given));
    let suffix = match take_suffix(&mut given) {
        suffix if suffix.is_empty() => take_suffix(&mut family),
        suffix => suffix,
    };
    // `Beethoven, Ludwig van`.
    let behind = given.iter().rev().take_while(|word| is_particle(word)).count().min(given.len().saturating_sub(1));
    let moved = given.split_off(given.len() - behind);
    let family: Vec<&str> = moved.into_iter().chain(family).collect();
    let (particle, family, second_family) = family_parts(&family);
    let (first, rest) = given.split_first().map_or(("", [].as_slice()), |(first, rest)| (*first, rest));
    Person {
        titles,
        given: first.to_string(),
        middle: joined(rest),
        particle,
        family,
        second_family,
        suffix,
        ..Person::default()
    }
}

fn ordered(words: &[&str]) -> Person {
    let (Some(first), Some(last)) = (words.first(), words.last()) else { return Person::default() };
    if words.len() == 1 {
        return Person { family: first.to_string(), ..Person::default() };
    }
    if let Some(at) = words.iter().position(|word| is_patronymic(word)).filter(|at| *at > 0) {
        return with_patronymic(words, at);
    }
    if is_family_first(words, first, last) {
        let hungarian = is_hungarian(first, last);
        let (_, given) = words.split_at(1);
        let (name, middle) = given.split_first().map_or(("", [].as_slice()), |(name, middle)| (*name, middle));
        return Person {
            given: name.to_string(),
            middle: joined(middle),
            family: first.to_string(),
            family_first: hungarian,
            ..Person::default()
        };
    }
    let mut start = words.len() - 1;
    // `María José García López`: two family names where both are known as such, or joined by `y`.
    if words.len() >= 3 && is_spanish_pair(words) {
        start -= 1;
        while start > 1 && words.get(start).is_some_and(|word| matches!(fold(word).as_str(), "y" | "e" | "i")) {
            start -= 1;
        }
    }
    while start > 1 && words.get(start - 1).is_some_and(|word| is_particle(word)) {
        start -= 1;
    }
    let (given, family) = words.split_at(start);
    let (name, middle) = given.split_first().map_or(("", [].as_slice()), |(name, middle)| (*name, middle));
    // `bin Salman` between given name and family is the father, not the family.
    let (name, middle) = match (is_servant(name), middle.split_first()) {
        (true, Some((of, rest))) => (format!("{name} {of}"), rest),
        _ => (name.to_string(), middle),
    };
    let (particle, family, second_family) = family_parts(family);
    Person { given: name, middle: joined(middle), particle, family, second_family, ..Person::default() }
}

/// `Иван Иванович Петров` or `Петров Иван Иванович`.
fn with_patronymic(words: &[&str], at: usize) -> Person {
    let middle_end =
        at + usize::from(words.get(at + 1).is_some_and(|word| matches!(fold(word).as_str(), "оглы" | "кызы"))) + 1;
    let middle = words.get(at..middle_end).unwrap_or_default();
    let behind = words.get(middle_end..).unwrap_or_default();
    let before = words.get(..at).unwrap_or_default();
    let (given, family): (&[&str], Vec<&str>) = match (before, behind) {
        ([family @ .., given], []) => (std::slice::from_ref(given), family.to_vec()),
        (given, family) => (given, family.to_vec()),
    };
    let (particle, family, second_family) = family_parts(&family);
    Person { given: joined(given), middle: joined(middle), particle, family, second_family, ..Person::default() }
}

fn is_patronymic(word: &str) -> bool {
    let lower = word.to_lowercase();
    let cyrillic = ["ович", "евич", "ёвич", "овна", "евна", "ёвна", "инична", "ьич", "йович", "івна", "ївна", "ївич"];
    let latin_ends = ["ovich", "evich", "ovna", "evna", "ovici", "evici", "ichna", "yich"];
    lower.chars().count() > 5 && cyrillic.iter().chain(&latin_ends).any(|end| lower.ends_with(end))
}

fn is_family_first(words: &[&str], first: &str, last: &str) -> bool {
    let capital =
        |word: &str| word.chars().filter(|ch| ch.is_alphabetic()).count() > 2 && !word.chars().any(char::is_lowercase);
    // `DUPONT Jean`, `POPESCU Ion Marian`.
    if capital(first) && !words.iter().skip(1).any(|word| capital(word)) && last.chars().any(char::is_lowercase) {
        return true;
    }
    if words.len() > 3 || words.iter().any(|word| is_particle(word)) {
        return false;
    }
    if is_hungarian(first, last) {
        return true;
    }
    let family_end = |word: &str| {
        let lower = word.to_lowercase();
        let long = lower.chars().count() >= 5;
        long && (SLAVIC_FAMILY_END.iter().any(|end| lower.ends_with(end))
            || ROMANIAN_FAMILY_END.iter().any(|end| fold(&lower).ends_with(end)))
    };
    family_end(first) && !family_end(last) && !roots(last).is_empty() && roots(first).is_empty()
}

fn is_hungarian(first: &str, last: &str) -> bool {
    let (first, last) = (fold(first), fold(last));
    is_in(HUNGARIAN_FAMILY, &first) && is_in(HUNGARIAN_GIVEN, &last) && !is_in(HUNGARIAN_FAMILY, &last)
}

fn is_spanish_pair(words: &[&str]) -> bool {
    let is_family = |word: Option<&&str>| word.is_some_and(|word| is_in(SPANISH_FAMILY, &fold(word)));
    let last = words.len() - 1;
    let joined = words.get(last - 1).is_some_and(|word| matches!(fold(word).as_str(), "y" | "e" | "i"));
    if joined {
        return words.len() >= 4;
    }
    is_family(words.get(last)) && is_family(words.get(last - 1))
}

/// `Abd al Rahman`, `Abdul Karim`: one name.
fn is_servant(word: &str) -> bool {
    matches!(fold(word).as_str(), "abd" | "abdul" | "abdel" | "abdal")
}

/// Particle, family name and second family name of the words that make a family's name.
fn family_parts(words: &[&str]) -> (String, String, String) {
    let most = words.len().saturating_sub(1);
    let count = words.iter().take(most).take_while(|word| is_particle(word)).count();
    let (particles, rest) = words.split_at(count);
    let particle = joined(particles);
    let is_pair = rest.len() >= 2
        && (rest.iter().skip(1).any(|word| matches!(fold(word).as_str(), "y"))
            || rest.iter().all(|word| is_in(SPANISH_FAMILY, &fold(word)) || is_particle(word)));
    match rest.split_first() {
        Some((first, behind)) if is_pair => (particle, first.to_string(), joined(behind)),
        _ => (particle, joined(rest), String::new()),
    }
}

/// Titles in front; at least one word stays.
fn take_titles(words: &mut Vec<&str>) -> Vec<String> {
    let most = words.len().saturating_sub(1);
    let count = words.iter().take(most).take_while(|word| is_title(word)).count();
    let rest = words.split_off(count);
    std::mem::replace(words, rest).into_iter().map(str::to_string).collect()
}

/// Suffixes behind; at least one word stays.
fn take_suffix(words: &mut Vec<&str>) -> String {
    let most = words.len().saturating_sub(1);
    let count = words.iter().rev().take(most).take_while(|word| is_suffix(word)).count();
    words.split_off(words.len() - count).join(" ")
}

/// Whether a word is a form of address and nothing else.
pub fn is_title(word: &str) -> bool {
    let bare = word.trim().trim_end_matches('.').replace('.', "");
    is_in(TITLES, &fold(&bare)) || TITLES_BEHIND.contains(&bare.as_str())
}

fn is_suffix(word: &str) -> bool {
    let bare: String = word.chars().filter(|ch| !matches!(ch, '.' | ',')).collect();
    // `V` alone is an initial.
    bare.chars().count() > 1 && is_in(SUFFIXES, &fold(&bare))
}

fn is_particle(word: &str) -> bool {
    is_in(PARTICLES, fold(word).trim_end_matches(['.', '\'', '’']))
}

fn is_in(list: &str, word: &str) -> bool {
    !word.is_empty()
        && !word.contains(char::is_whitespace)
        && list.match_indices(word).any(|(at, found)| {
            list.get(..at).is_some_and(|before| before.ends_with(' '))
                && list.get(at + found.len()..).is_some_and(|behind| behind.starts_with(' '))
        })
}

fn is_upper(word: &str) -> bool {
    word.chars().any(char::is_uppercase) && !word.chars().any(char::is_lowercase)
}

fn joined(words: &[&str]) -> String {
    words.join(" ")
}

fn proper_all(words: &str) -> String {
    words.split_whitespace().map(proper).collect::<Vec<_>>().join(" ")
}

/// A word as names are written: `IVANOV` and `ivanov` are `Ivanov`, `O'BRIEN` is `O'Brien`; `McDonald`, `de` and initials
/// stay as they are.
pub fn proper(word: &str) -> String {
    let letters = word.chars().filter(|ch| ch.is_alphabetic()).count();
    let upper = !word.chars().any(char::is_lowercase);
    let lower = !word.chars().any(char::is_uppercase);
    if letters < 2 && upper || !(upper || lower) || is_particle(word) && lower {
        return word.to_string();
    }
    // Two or three capitals without a vowel are initials: JR, TJ.
    if upper && letters <= 3 && !fold(word).chars().any(|ch| "aeiouyаеиоуыэюя".contains(ch)) {
        return word.to_string();
    }
    let mut out = String::with_capacity(word.len());
    let mut starts = true;
    for ch in word.chars() {
        if starts {
            out.extend(ch.to_uppercase());
        } else {
            out.extend(ch.to_lowercase());
        }
        starts = matches!(ch, '-' | '\'' | '’' | '.' | '‐');
    }
    out
}
