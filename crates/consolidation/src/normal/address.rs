//! Postal addresses: country, postal code, town, street and house, as their country writes them, and a form to compare by.

use kernel::Address;
use kernel::fold::{fold, is_ideograph};

use super::latin::latin;
use super::{Fault, Normal, postal};
use crate::values::countries;

/// An address taken apart; what is not known is empty.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Place {
    /// ISO 3166-1 alpha-2; what is written, where no country is called so.
    pub country: String,
    /// As its country writes it; unchanged where it is not of that form.
    pub postal_code: String,
    pub city: String,
    pub region: String,
    /// Without the house number, as it is written.
    pub street: String,
    /// `5a`, `12-14`, `12 bis`.
    pub house: String,
    /// Block, entrance, floor, flat, room: what stands behind the house number.
    pub unit: String,
}

/// The parts of an address as addresses are compared: Latin letters, lower case, abbreviations written out.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Compared {
    pub country: String,
    pub postal_code: String,
    pub city: String,
    pub street: String,
    pub house: String,
    pub unit: String,
}

/// Reads an address; `home` (ISO alpha-2) is taken for its country where it names none.
pub fn parse<'a>(address: &'a Address, home: Option<&str>) -> Normal<'a, Place> {
    let mut faults = Vec::new();
    if address.is_empty() {
        return Normal { raw: &address.street, form: Place::default(), faults: vec![Fault::Empty] };
    }
    let named = address.country.trim();
    let country = match country(named) {
        Some(code) => code.to_string(),
        None if named.is_empty() => home.unwrap_or_default().to_ascii_uppercase(),
        None => {
            faults.push(Fault::CountryUnknown);
            named.to_string()
        }
    };
    let typed = address.postal_code.trim();
    let postal_code = match postal::written(typed, &country) {
        Some(written) => written,
        None => {
            faults.push(Fault::PostalCodeForm);
            typed.to_string()
        }
    };
    let city = squeezed(&address.city);
    if city.is_empty() {
        faults.push(Fault::CityMissing);
    }
    let (street, house, unit) = split_street(&address.street, &country);
    if street.is_empty() {
        faults.push(Fault::StreetMissing);
    } else if house.is_empty() && writes_houses(&country) && !is_box(&street) {
        faults.push(Fault::HouseMissing);
    }
    let form = Place { country, postal_code, city, region: squeezed(&address.region), street, house, unit };
    Normal { raw: &address.street, form, faults }
}

/// The code of a country's name in English, Russian, Chinese, Romanian or its own language, or of its code.
pub fn country(name: &str) -> Option<&'static str> {
    let bare = name.trim().trim_end_matches('.');
    countries::code_of(bare).or_else(|| matches!(bare.len(), 2 | 3).then(|| postal::country_of_code(bare)).flatten())
}

impl Place {
    /// The address as records keep it, each part in its normal form. The street is put together as its country does.
    pub fn kept(&self) -> Address {
        let street = match (self.house.is_empty(), house_first(&self.country)) {
            (true, _) => self.street.clone(),
            (false, true) => format!("{} {}", self.house, self.street),
            (false, false) if self.street.chars().next_back().is_some_and(is_ideograph) => {
                format!("{}{}号", self.street, self.house)
            }
            (false, false) => format!("{} {}", self.street, self.house),
        };
        let street = match (self.unit.is_empty(), street.is_empty()) {
            (true, _) => street,
            (false, true) => self.unit.clone(),
            (false, false) => format!("{street}, {}", self.unit),
        };
        Address {
            street,
            city: self.city.clone(),
            region: self.region.clone(),
            postal_code: self.postal_code.clone(),
            country: self.country.clone(),
        }
    }

    /// The form to compare by.
    pub fn compared(&self) -> Compared {
        let house: String = latin(&self.house).split(' ').collect();
        Compared {
            country: self.country.clone(),
            postal_code: self.postal_code.chars().filter(char::is_ascii_alphanumeric).collect(),
            city: city_compared(&self.city),
            street: street_compared(&self.street),
            house,
            unit: unit_compared(&self.unit),
        }
    }
}

impl Compared {
    /// Where somebody lives, as one text: country, town, street, house and flat. `None` unless the house is known: a street
    /// is shared by strangers.
    pub fn door(&self) -> Option<String> {
        let has_town = !self.city.is_empty() || !self.postal_code.is_empty();
        let known = has_town && !self.street.is_empty() && !self.house.is_empty();
        let town = if self.city.is_empty() { &self.postal_code } else { &self.city };
        known.then(|| [&self.country, town, &self.street, &self.house, &self.unit].map(String::as_str).join("|"))
    }
}

fn squeezed(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ").trim_matches([',', ';', ' ']).to_string()
}

/// Countries that write the house number before the street.
fn house_first(country: &str) -> bool {
    const FIRST: &str = "US CA GB IE AU NZ FR LU MC IN ZA SG HK MY PH TH IL KE NG GH PK LK BD EG MT GG JE IM PR JM";
    !country.is_empty() && FIRST.split(' ').any(|code| code == country)
}

/// Countries in which a street without a number is no address.
fn writes_houses(country: &str) -> bool {
    const ALWAYS: &str =
        "DE AT CH NL BE DK SE NO FI FR ES PT IT PL CZ SK HU RO MD RU UA BY BG GR US CA GB LT LV EE SI HR RS CN";
    !country.is_empty() && ALWAYS.split(' ').any(|code| code == country)
}

fn is_box(street: &str) -> bool {
    let folded = fold(street).replace('.', "");
    [
        "po box",
        "pobox",
        "postfach",
        "a/ya",
        "а/я",
        "bp ",
        "boite postale",
        "casuta postala",
        "cp ",
        "apartado",
        "postbus",
        "信箱",
    ]
    .iter()
    .any(|mark| folded.contains(mark))
}

/// Words that stand before a house number.
const HOUSE_MARKS: &str =
    " nr no num number numar numarul d dom д дом будинок буд house № n° nº numero haus hausnummer # ";
/// Words that start what stands behind it.
const UNIT_MARKS: &str = " apt apartment app ap apart unit suite ste flat fl floor room rm level lvl bl bloc blocul block sc scara et etaj \
    etajul кв квартира оф офис корп корпус стр строение под подъезд этаж эт к пом помещение блок бл комн комната top stiege wohnung whg \
    etage stock piso planta puerta pta esc escalera bis. bat batiment appt interno int scala lok m lokal mieszkanie ep em ajto byt # ";

/// Street without house number, house number, and what stands behind.
fn split_street(text: &str, country: &str) -> (String, String, String) {
    let text = text.lines().map(str::trim).filter(|line| !line.is_empty()).collect::<Vec<_>>().join(", ");
    let text = squeezed(&text);
    if let Some(split) = split_chinese(&text) {
        return split;
    }
    let words = words_of(&text);
    if let Some(split) = split_marked(&words) {
        return split;
    }
    let first_is_house = words.first().is_some_and(|word| is_house(word.text) && !is_ordinal(word.text));
    let leading = house_first(country) || country.is_empty() && first_is_house;
    if leading && first_is_house && words.len() >= 2 {
        return split_leading(&words);
    }
    split_trailing(&words)
}

/// `号` ends the number, `室`, `楼` and `单元` stand behind it.
fn split_chinese(text: &str) -> Option<(String, String, String)> {
    if !text.chars().any(is_ideograph) {
        return None;
    }
    let at = text.find(['号', '號'])?;
    let before = text.get(..at)?;
    let digits: String =
        before.chars().rev().take_while(|ch| ch.is_alphanumeric() && !is_ideograph(*ch) || *ch == '-').collect();
    let house: String = digits.chars().rev().collect();
    if house.is_empty() {
        return None;
    }
    let street = before.strip_suffix(house.as_str())?.trim().to_string();
    let mut rest = text.get(at..)?.chars();
    rest.next();
    (!street.is_empty()).then(|| (street, house, rest.as_str().trim_matches([',', ' ', '，']).to_string()))
}

struct Word<'a> {
    text: &'a str,
    /// A comma stands behind it.
    ends: bool,
}

fn words_of(text: &str) -> Vec<Word<'_>> {
    text.split_whitespace()
        .flat_map(|piece| piece.split_inclusive([',', ';', '，']))
        .map(|piece| Word { text: piece.trim_end_matches([',', ';', '，']), ends: piece.ends_with([',', ';', '，']) })
        .filter(|word| !word.text.is_empty())
        .collect()
}

fn joined(words: &[Word<'_>]) -> String {
    let mut out = String::new();
    for (at, word) in words.iter().enumerate() {
        out.push_str(word.text);
        if at + 1 < words.len() {
            out.push_str(if word.ends { ", " } else { " " });
        }
    }
    out
}

/// `ул. Ленина, д. 5, корп. 2, кв. 10`, `Str. Lalelelor nr. 5, bl. A, ap. 3`.
fn split_marked(words: &[Word<'_>]) -> Option<(String, String, String)> {
    for at in 1..words.len() {
        let word = words.get(at)?;
        let (mark, glued) = mark_and_rest(word.text);
        if !is_in(HOUSE_MARKS, &mark) {
            continue;
        }
        let (house, next) = match (glued, words.get(at + 1)) {
            (Some(glued), _) => (glued.to_string(), at + 1),
            (None, Some(next)) if is_house(next.text) => (next.text.to_string(), at + 2),
            _ => continue,
        };
        if !is_house(&house) {
            continue;
        }
        let (house, next) = with_letter(house, words, next);
        let unit = joined(words.get(next..).unwrap_or_default());
        return Some((joined(words.get(..at)?), house, unit));
    }
    None
}

/// `д.5` is the mark `д` and the number `5`; `nr.` is a mark alone.
fn mark_and_rest(word: &str) -> (String, Option<&str>) {
    let cut = word.find(|ch: char| ch.is_ascii_digit());
    match cut {
        Some(0) => (String::new(), None),
        Some(cut) => {
            let (mark, rest) = word.split_at_checked(cut).unwrap_or((word, ""));
            // `A5` is no mark; `№5` and `д.5` are.
            let marked = mark.ends_with(['.', '№', '#', '°', 'º']);
            (if marked { fold(mark.trim_end_matches('.')) } else { String::new() }, Some(rest))
        }
        None => (fold(word.trim_end_matches(['.', ':'])), None),
    }
}

/// `5 a` and `12 bis` are one number.
fn with_letter(house: String, words: &[Word<'_>], next: usize) -> (String, usize) {
    let before_ends = next.checked_sub(1).and_then(|at| words.get(at)).is_some_and(|word| word.ends);
    match words.get(next) {
        Some(word)
            if !before_ends
                && (is_letter(word.text) || matches!(fold(word.text).as_str(), "bis" | "ter" | "quater")) =>
        {
            (format!("{house} {}", word.text), next + 1)
        }
        _ => (house, next),
    }
}

fn is_letter(text: &str) -> bool {
    let mut chars = text.chars();
    chars.next().is_some_and(|ch| ch.is_alphabetic() && !is_ideograph(ch)) && chars.next().is_none()
}

fn split_leading(words: &[Word<'_>]) -> (String, String, String) {
    let house = words.first().map_or("", |word| word.text).to_string();
    let bis = words.get(1).is_some_and(|word| matches!(fold(word.text).as_str(), "bis" | "ter" | "quater"));
    let (house, start) = match words.get(1) {
        Some(word) if bis => (format!("{house} {}", word.text), 2),
        _ => (house, 1),
    };
    let rest = words.get(start..).unwrap_or_default();
    let unit = rest.iter().skip(1).position(|word| is_unit(word.text)).map(|at| at + 1);
    let comma = rest.iter().position(|word| word.ends).map(|at| at + 1).filter(|at| *at < rest.len());
    let cut = [unit, comma].into_iter().flatten().min().unwrap_or(rest.len());
    let (street, unit) = rest.split_at_checked(cut).unwrap_or((rest, &[]));
    (joined(street), house, joined(unit))
}

fn split_trailing(words: &[Word<'_>]) -> (String, String, String) {
    // What a unit's mark starts is no house number.
    let end = words.iter().skip(1).position(|word| is_unit(word.text)).map_or(words.len(), |at| at + 1);
    let before = words.get(..end).unwrap_or_default();
    let at = before
        .iter()
        .enumerate()
        .skip(1)
        .find(|(_, word)| is_house(word.text) && !is_ordinal(word.text))
        .map(|(at, _)| at);
    match at {
        Some(at) => {
            let house = before.get(at).map_or("", |word| word.text).to_string();
            let (house, next) = with_letter(house, words, at + 1);
            let unit = joined(words.get(next..).unwrap_or_default());
            (joined(before.get(..at).unwrap_or_default()), house, unit)
        }
        None => (joined(before), String::new(), joined(words.get(end..).unwrap_or_default())),
    }
}

fn is_unit(word: &str) -> bool {
    let (mark, rest) = mark_and_rest(word);
    let has_mark = word.ends_with('.') || rest.is_some() || mark.chars().count() > 2 || mark == "#";
    has_mark && is_in(UNIT_MARKS, &mark)
}

/// `5`, `5a`, `12-14`, `12/3`, `5А`.
fn is_house(word: &str) -> bool {
    let digits = word.chars().take_while(char::is_ascii_digit).count();
    let rest = word.get(digits..).unwrap_or("");
    let fits = rest.chars().all(|ch| ch.is_alphanumeric() || matches!(ch, '-' | '/' | '–'));
    (1..=6).contains(&digits) && fits && rest.chars().filter(|ch| ch.is_alphabetic()).count() <= 2
}

/// `5th`, `2nd`, `1-й`, `8-я`: part of a street's name.
fn is_ordinal(word: &str) -> bool {
    let rest = word.trim_start_matches(|ch: char| ch.is_ascii_digit()).to_lowercase();
    rest.len() < word.len()
        && matches!(
            rest.as_str(),
            "st" | "nd" | "rd" | "th" | "-й" | "-я" | "-ая" | "-го" | "й" | "я" | "er" | "ème" | "e"
        )
        && !rest.is_empty()
}

fn is_in(list: &str, word: &str) -> bool {
    !word.is_empty() && !word.contains(' ') && list.contains(&format!(" {word} "))
}

/// Kinds of streets, each as one word, whatever language writes it; after Latin letters were made of it.
const STREET_KINDS: &str = "
st street str strada strasse ul ulitsa ulica vulytsya vul rue calle via c rua utca u gatan gata gade gate katu jie
av avenue ave avenida av. prospekt pr prosp pr-t al aleea alee allee viale bulevardul bulevard bul bd blvd boulevard bvd b-dul prospect da dao dadao
ln lane per pereulok pereul stradela stradelа intrarea intr fundatura gasse weg way passage psg dr drive ct court close nong
sq square ploshchad pl place platz piata piazza plaza pta namesti ter terrace
rd road sos soseaua shosse sh ch chaussee chemin route hwy highway lu
emb embankment naberezhnaya nab splaiul spl quai kai
";

fn street_compared(street: &str) -> String {
    let written = latin(&street.replace(['路'], " lu ").replace('街', " jie ").replace("大道", " dadao "));
    let mut out: Vec<String> = Vec::new();
    for word in written.split(' ').filter(|word| !word.is_empty()) {
        if let Some(kind) = street_kind(word) {
            out.push(kind.to_string());
            continue;
        }
        // German and its neighbours glue the kind to the name: Hauptstraße, Hauptstr., Schillerplatz.
        let glued = ["strasse", "str", "platz", "gasse", "weg", "allee", "gatan", "straat", "utca"];
        match glued
            .iter()
            .find_map(|kind| word.strip_suffix(kind).filter(|name| name.len() >= 3).map(|name| (name, *kind)))
        {
            Some((name, kind)) => {
                out.push(name.to_string());
                out.push(if kind == "straat" { "st" } else { street_kind(kind).unwrap_or(kind) }.to_string());
            }
            None => out.push(word.to_string()),
        }
    }
    // The kind goes last, wherever a language puts it.
    let (kinds, mut names): (Vec<String>, Vec<String>) = out.into_iter().partition(|word| is_kind(word));
    names.extend(kinds.into_iter().take(1));
    names.join(" ")
}

fn street_kind(word: &str) -> Option<&'static str> {
    super::table(STREET_KINDS)
        .find_map(|(kind, mut words)| (kind == word || words.any(|other| other == word)).then_some(kind))
}

fn is_kind(word: &str) -> bool {
    super::table(STREET_KINDS).any(|(kind, _)| kind == word)
}

fn unit_compared(unit: &str) -> String {
    let written = latin(unit);
    // What a flat is called differs; its numbers and letters do not.
    let kept = written.split(' ').filter(|word| {
        word.len() <= 2 && !matches!(*word, "ap" | "bl" | "sc" | "et" | "kv" | "of" | "fl" | "rm" | "k" | "m")
            || word.bytes().any(|byte| byte.is_ascii_digit())
    });
    kept.collect::<Vec<_>>().join(" ")
}

/// Towns known by several names, in Latin letters.
const TOWNS: &str = "
bucuresti bucharest bukarest bukharest bucarest
chisinau kishinev kishinyov kishineu
moskva moscow moskau moscou mosca
sankt-peterburg stpetersburg sanktpeterburg saintpetersburg spb peterburg sanktpetersburg
kyiv kiev kiew kijow
lviv lvov lemberg lwow
odesa odessa
kharkiv kharkov
iasi yassy jassy
cluj-napoca cluj clujnapoca klausenburg kolozsvar
brasov kronstadt brasso
sibiu hermannstadt
timisoara temeswar temesvar
wien vienna vienne viena
munchen munich muenchen
koln cologne koeln
nurnberg nuremberg nuernberg
frankfurt frankfurtammain frankfurtmain
praha prague prag praga
warszawa warsaw warschau varsovia varshava
krakow cracow krakau
roma rome rom
milano milan mailand
firenze florence florenz
venezia venice venedig
napoli naples neapel
torino turin
geneve geneva genf
zurich zuerich
bruxelles brussels brussel brussel bruessel
antwerpen antwerp anvers
denhaag thehague sgravenhage
lisboa lisbon lissabon
sevilla seville
athina athens athinai athen
thessaloniki salonica salonika
beograd belgrade belgrad
kobenhavn copenhagen kopenhagen
goteborg gothenburg
beijing peking pekin
guangzhou canton
shanghai szanghaj
newyork newyorkcity nyc
istanbul constantinople stambul
tbilisi tiflis
yerevan erevan
almaty almata
";

fn city_compared(city: &str) -> String {
    let written = latin(city);
    let dropped = [
        "g",
        "gor",
        "gorod",
        "mun",
        "mun",
        "municipiul",
        "municipality",
        "oras",
        "orasul",
        "or",
        "sat",
        "com",
        "comuna",
        "pgt",
        "pos",
        "s",
        "misto",
        "m",
        "city",
        "of",
        "shi",
    ];
    let words: Vec<&str> = written.split(' ').filter(|word| !word.is_empty()).collect();
    let kept: Vec<&str> = if words.len() > 1 {
        words.iter().copied().filter(|word| !dropped.contains(word)).collect()
    } else {
        words.clone()
    };
    let one: String = if kept.is_empty() { words.concat() } else { kept.concat() };
    // 北京市 is 北京.
    let one =
        if city.trim_end().ends_with('市') { one.strip_suffix("shi").map(str::to_string).unwrap_or(one) } else { one };
    // A district's number: București sector 3.
    let one = one.find("sector").filter(|at| *at > 3).and_then(|at| one.get(..at)).map(str::to_string).unwrap_or(one);
    match super::table(TOWNS)
        .find(|(known, others)| known.replace('-', "") == one || others.clone().any(|other| other == one))
    {
        Some((known, _)) => known.replace('-', ""),
        None => one,
    }
}
