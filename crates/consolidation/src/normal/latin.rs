//! Any script in Latin letters, for comparing: [`latin`] writes it, [`sound`] folds what languages write differently.

use kernel::fold;
use unicode_normalization::UnicodeNormalization;

/// Lower case, Latin letters and digits, words parted by one space: `Юлия Щукина` is `yuliya shchukina`,
/// `Παπαδόπουλος` is `papadopoulos`, `李雨桐` is `liyutong`.
pub fn latin(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    if text.is_ascii() {
        for ch in text.chars() {
            push(&mut out, ch);
        }
    } else {
        let chars: Vec<char> = text.nfkc().flat_map(char::to_lowercase).collect();
        let is_ukrainian = chars.iter().any(|ch| matches!(ch, 'і' | 'ї' | 'є' | 'ґ'));
        for (at, ch) in chars.iter().copied().enumerate() {
            let before = at.checked_sub(1).and_then(|at| chars.get(at)).copied();
            let after = chars.get(at + 1).copied();
            match script(ch, before, after, is_ukrainian) {
                Written::As(letters) => out.push_str(letters),
                Written::Plain(ch) => push(&mut out, ch),
                Written::Other => other(&mut out, ch),
            }
        }
    }
    let end = out.trim_end().len();
    out.truncate(end);
    out
}

/// What is left of a word when spelling is forgiven: `Юлия`, `Yuliya`, `Yulia`, `Julia` and `Iulia` are all `iulia`;
/// `Müller` and `Mueller` are `muler`; `Хрущёв`, `Khrushchev` and `Chruschtschow` are near each other.
/// Takes what [`latin`] writes.
pub fn sound(latin: &str) -> String {
    // Longer spellings first, so that `shch` is not taken for `sh`.
    const SPELLINGS: [(&str, &str); 37] = [
        ("schtsch", "s"),
        ("tsch", "c"),
        ("shch", "s"),
        ("sch", "s"),
        ("dzh", "i"),
        ("dsch", "i"),
        ("zh", "j"),
        ("kh", "h"),
        ("sh", "s"),
        ("ch", "c"),
        ("ph", "f"),
        ("th", "t"),
        ("gh", "g"),
        ("rh", "r"),
        ("ck", "k"),
        ("qu", "kv"),
        ("cz", "c"),
        ("sz", "s"),
        ("tz", "c"),
        ("ts", "c"),
        ("ks", "x"),
        ("ae", "a"),
        ("oe", "o"),
        ("ue", "u"),
        ("ou", "u"),
        ("ee", "i"),
        ("ij", "i"),
        ("iy", "i"),
        ("yi", "i"),
        ("ye", "e"),
        ("yo", "e"),
        ("jo", "e"),
        ("ei", "ai"),
        ("ey", "ai"),
        ("ay", "ai"),
        ("q", "k"),
        ("w", "v"),
    ];
    let mut out = String::with_capacity(latin.len());
    let mut rest = latin;
    while let Some(ch) = rest.chars().next() {
        let (wrote, taken) = match SPELLINGS.iter().find(|(spelling, _)| rest.starts_with(spelling)) {
            Some((spelling, sound)) => (*sound, spelling.len()),
            None => {
                let taken = ch.len_utf8();
                let soft = matches!(rest.as_bytes().get(taken), Some(b'e' | b'i' | b'y'));
                let wrote = match ch {
                    'c' if !soft => "k",
                    'j' | 'y' => "i",
                    // Silent behind a vowel: John, Sarah.
                    'h' if out.ends_with(['a', 'e', 'i', 'o', 'u']) => "",
                    _ => rest.get(..taken).unwrap_or(""),
                };
                (wrote, taken)
            }
        };
        for ch in wrote.chars() {
            if !out.ends_with(ch) {
                out.push(ch);
            }
        }
        rest = rest.get(taken..).unwrap_or("");
    }
    out
}

/// The words of a text in Latin letters.
pub fn words(text: &str) -> Vec<String> {
    latin(text).split(' ').filter(|word| !word.is_empty()).map(str::to_string).collect()
}

/// Whether Cyrillic and Latin letters stand in one word, as when a `С` was typed for a `C`.
pub fn mixes_alphabets(text: &str) -> bool {
    text.split(|ch: char| !ch.is_alphabetic()).any(|word| {
        word.chars().any(|ch| ch.is_ascii_alphabetic()) && word.chars().any(|ch| matches!(ch, '\u{400}'..='\u{52f}'))
    })
}

enum Written {
    As(&'static str),
    Plain(char),
    Other,
}

/// An ASCII character: letters and digits stay, an apostrophe vanishes, everything else parts words.
fn push(out: &mut String, ch: char) {
    match ch {
        'a'..='z' | '0'..='9' => out.push(ch),
        'A'..='Z' => out.push(ch.to_ascii_lowercase()),
        '\'' | '`' => {}
        _ if out.is_empty() || out.ends_with(' ') => {}
        _ => out.push(' '),
    }
}

fn script(ch: char, before: Option<char>, after: Option<char>, is_ukrainian: bool) -> Written {
    use Written::{As, Other, Plain};
    let starts = before.is_none_or(|ch| !ch.is_alphabetic());
    match ch {
        ch if ch.is_ascii() => Plain(ch),
        '\u{2019}' | '\u{2018}' | 'ʼ' | 'ʹ' | 'ь' => As(""),
        // Between consonants it is the vowel of Bulgarian: Първанов.
        'ъ' if after.is_some_and(is_cyrillic_consonant) && before.is_some_and(is_cyrillic_consonant) => As("a"),
        'ъ' => As(""),
        'г' if is_ukrainian => As("h"),
        'и' if is_ukrainian => As("y"),
        'а' => As("a"),
        'б' => As("b"),
        'в' => As("v"),
        'г' | 'ґ' => As("g"),
        'д' => As("d"),
        'е' | 'э' => As("e"),
        'ё' => As("yo"),
        'є' => As("ye"),
        'ж' => As("zh"),
        'з' => As("z"),
        'и' | 'і' => As("i"),
        'ї' => As("yi"),
        'й' => As("y"),
        'к' => As("k"),
        'л' => As("l"),
        'м' => As("m"),
        'н' => As("n"),
        'о' => As("o"),
        'п' => As("p"),
        'р' => As("r"),
        'с' => As("s"),
        'т' => As("t"),
        'у' | 'ў' => As("u"),
        'ф' => As("f"),
        'х' => As("kh"),
        'ц' => As("ts"),
        'ч' => As("ch"),
        'ш' => As("sh"),
        'щ' => As("shch"),
        'ы' => As("y"),
        'ю' => As("yu"),
        'я' => As("ya"),
        // Greek: pairs of vowels and of consonants that are one sound.
        'υ' | 'ύ' if matches!(before, Some('ο' | 'ό')) => As("u"),
        'υ' | 'ύ' if matches!(before, Some('α' | 'ά' | 'ε' | 'έ')) => As("v"),
        'μ' if starts && after == Some('π') => As(""),
        'π' if before == Some('μ') => As("b"),
        'γ' if matches!(after, Some('γ' | 'κ' | 'ξ' | 'χ')) => As("n"),
        'α' | 'ά' => As("a"),
        'β' => As("v"),
        'γ' => As("g"),
        'δ' => As("d"),
        'ε' | 'έ' => As("e"),
        'ζ' => As("z"),
        'η' | 'ή' | 'ι' | 'ί' | 'ϊ' | 'ΐ' => As("i"),
        'θ' => As("th"),
        'κ' => As("k"),
        'λ' => As("l"),
        'μ' => As("m"),
        'ν' => As("n"),
        'ξ' => As("x"),
        'ο' | 'ό' | 'ω' | 'ώ' => As("o"),
        'π' => As("p"),
        'ρ' => As("r"),
        'σ' | 'ς' => As("s"),
        'τ' => As("t"),
        'υ' | 'ύ' | 'ϋ' | 'ΰ' => As("y"),
        'φ' => As("f"),
        'χ' => As("ch"),
        'ψ' => As("ps"),
        _ => Other,
    }
}

fn is_cyrillic_consonant(ch: char) -> bool {
    matches!(ch, 'а'..='я') && !matches!(ch, 'а' | 'е' | 'и' | 'о' | 'у' | 'ъ' | 'ы' | 'ь' | 'э' | 'ю' | 'я')
}

/// Latin letters with marks lose them; Han becomes pinyin; all other scripts are written by their letters.
fn other(out: &mut String, ch: char) {
    let mut buffer = [0u8; 4];
    let folded = fold::fold(ch.encode_utf8(&mut buffer));
    if !folded.is_empty() && folded.is_ascii() {
        folded.chars().for_each(|ch| push(out, ch));
        return;
    }
    if !ch.is_alphanumeric() {
        // A mark of its own (combining) vanishes, everything else parts words.
        if !folded.is_empty() {
            push(out, ' ');
        }
        return;
    }
    for ch in any_ascii::any_ascii_char(ch).chars() {
        if ch.is_ascii_alphanumeric() {
            push(out, ch);
        }
    }
}

/// Pinyin of family names whose character is read differently elsewhere.
pub(super) fn family_pinyin(character: char) -> Option<&'static str> {
    Some(match character {
        '曾' => "zeng",
        '单' | '單' => "shan",
        '解' => "xie",
        '仇' => "qiu",
        '区' | '區' => "ou",
        '查' => "zha",
        '朴' => "piao",
        '盖' | '蓋' => "ge",
        '覃' => "qin",
        '尉' => "yu",
        '乐' | '樂' => "yue",
        '缪' | '繆' => "miao",
        '吕' | '呂' => "lv",
        '洗' | '冼' => "xian",
        '燕' => "yan",
        '任' => "ren",
        '华' | '華' => "hua",
        '翟' => "zhai",
        '万' | '萬' => "wan",
        '宁' | '寧' => "ning",
        '柏' => "bai",
        '臧' => "zang",
        '员' => "yun",
        '召' => "shao",
        '繁' => "po",
        '黑' => "he",
        '种' => "chong",
        '那' => "na",
        _ => return None,
    })
}
