//! Which encoding a text is in, when nothing says so: by its mark, by validity, then by how letters fall.
//!
//! The older encodings are told apart by three habits. Western and Central European text has single letters beyond ASCII
//! between plain ones; Cyrillic text has whole words of them; Chinese text has pairs whose first byte lies in the range of the
//! commonest characters. Single-byte candidates are then weighed letter by letter.

use encoding_rs::{Encoding, GB18030, KOI8_R, UTF_8, UTF_16BE, UTF_16LE, WINDOWS_1250, WINDOWS_1251, WINDOWS_1252};

/// Names the encoding of a sample from the start of a file. Plain ASCII is UTF-8.
pub(super) fn guess(sample: &[u8]) -> &'static Encoding {
    if let Some((encoding, _)) = Encoding::for_bom(sample) {
        return encoding;
    }
    if let Some(encoding) = two_byte(sample) {
        return encoding;
    }
    if is_utf8(sample) || is_mostly_utf8(sample) {
        return UTF_8;
    }
    let runs = runs(sample);
    if is_chinese(sample) {
        return GB18030;
    }
    let total: usize = runs.iter().map(|run| run.len()).sum();
    let in_words: usize = runs.iter().map(|run| run.len()).filter(|len| *len >= 3).sum();
    let cyrillic = in_words * 2 > total;
    let candidates = if cyrillic { [WINDOWS_1251, KOI8_R] } else { [WINDOWS_1252, WINDOWS_1250] };
    let weigh = |encoding: &'static Encoding| -> i64 {
        runs.iter().map(|run| weight(&encoding.decode_without_bom_handling(run).0)).sum()
    };
    let [first, second] = candidates;
    if weigh(second) > weigh(first) { second } else { first }
}

/// Valid UTF-8, but for a character cut off at the end of the sample.
fn is_utf8(sample: &[u8]) -> bool {
    match std::str::from_utf8(sample) {
        Ok(_) => true,
        Err(error) => error.error_len().is_none() && sample.len() - error.valid_up_to() < 4,
    }
}

/// UTF-8 with a broken byte here and there, as files get that were put together from several. In other encodings letters
/// hardly ever fall so that they form its sequences; the cells that are broken are mended one by one.
fn is_mostly_utf8(sample: &[u8]) -> bool {
    let (mut whole, mut broken) = (0usize, 0usize);
    for chunk in sample.utf8_chunks() {
        whole += chunk.valid().chars().filter(|ch| !ch.is_ascii()).count();
        broken += usize::from(!chunk.invalid().is_empty());
    }
    whole > 0 && whole >= broken * 4
}

/// UTF-16 without a mark: nearly every second byte of the markup and of Latin text is zero.
fn two_byte(sample: &[u8]) -> Option<&'static Encoding> {
    let pairs = sample.len() / 2;
    if pairs < 4 {
        return None;
    }
    let (mut first, mut second) = (0usize, 0usize);
    for pair in sample.chunks_exact(2) {
        first += usize::from(pair.first() == Some(&0));
        second += usize::from(pair.get(1) == Some(&0));
    }
    if first * 5 > pairs * 2 && second * 20 < pairs {
        return Some(UTF_16BE);
    }
    (second * 5 > pairs * 2 && first * 20 < pairs).then_some(UTF_16LE)
}

/// Stretches of bytes beyond ASCII.
fn runs(sample: &[u8]) -> Vec<&[u8]> {
    sample.split(|byte| *byte < 0x80).filter(|run| !run.is_empty()).take(50_000).collect()
}

/// All bytes beyond ASCII form valid pairs, and most pairs are of the first level of GB 2312, whose 3,755 characters make up
/// nearly all of any Chinese text. In Cyrillic text the capitals alone fall into that range.
fn is_chinese(sample: &[u8]) -> bool {
    let (mut pairs, mut common, mut wrong) = (0usize, 0usize, 0usize);
    let mut rest = sample;
    while let Some((first, tail)) = rest.split_first() {
        if *first < 0x80 {
            rest = tail;
            continue;
        }
        let Some((second, behind)) = tail.split_first() else { break };
        pairs += 1;
        match (*first, *second) {
            (0xb0..=0xd7, 0xa1..=0xfe) => common += 1,
            // Punctuation and full-width forms.
            (0xa1..=0xa3, 0xa1..=0xfe) => common += 1,
            (0x81..=0xfe, 0x40..=0x7e | 0x80..=0xfe) => {}
            // Four-byte forms start with a digit in second place.
            (0x81..=0xfe, 0x30..=0x39) => {}
            _ => wrong += 1,
        }
        rest = behind;
    }
    pairs > 0 && wrong * 50 <= pairs && common * 10 >= pairs * 8
}

/// How likely a stretch of letters is in a name or a sentence of the languages that use its encoding.
fn weight(text: &str) -> i64 {
    let mut sum = 0;
    let mut before: Option<char> = None;
    for ch in text.chars() {
        sum += match ch {
            // French, German, Spanish, Portuguese, Italian, Nordic.
            'é' | 'è' | 'ü' | 'ö' | 'ä' | 'ñ' | 'á' | 'í' | 'ó' | 'ç' | 'ê' | 'ã' | 'ø' | 'å' | 'ß' | 'æ' => {
                3
            }
            'ú' | 'à' | 'É' | 'Ñ' | 'Ö' | 'Ü' | 'Ä' | 'Å' | 'ô' | 'î' | 'â' | 'û' | 'ò' | 'ù' | 'õ' | 'ë' | 'ï'
            | 'Ø' | 'Á' | 'Ç' => 2,
            'Ó' | 'Í' | 'Ú' | 'À' | 'È' | 'Ê' | '’' | '–' | '“' | '”' | '€' | '£' | '°' | '®' | '™' | '…'
            | '\u{a0}' => 1,
            // Romanian, Polish, Czech, Hungarian.
            'ş' | 'ţ' | 'ă' | 'ł' | 'ą' | 'ę' | 'š' | 'ž' | 'č' | 'ř' | 'ě' | 'ń' | 'ś' | 'ż' | 'ő' | 'ű' => {
                3
            }
            'Ş' | 'Ţ' | 'Ă' | 'Ł' | 'Š' | 'Ž' | 'Č' | 'ů' | 'ý' | 'ć' | 'ź' => 2,
            // The commonest Russian letters, then the rest.
            'о' | 'е' | 'а' | 'и' | 'н' | 'т' | 'с' | 'р' | 'в' | 'л' | 'к' => 3,
            'а'..='я' | 'ё' | 'і' | 'ї' | 'є' => 1,
            'А'..='Я' | 'Ё' if before.is_none_or(|before| before.is_uppercase()) => 2,
            // A capital inside a word: the wrong Cyrillic encoding swaps the case of all letters.
            'А'..='Я' | 'Ё' => -3,
            'º' | 'ª' => 0,
            _ => -2,
        };
        before = Some(ch);
    }
    sum
}

#[cfg(test)]
mod tests {
    use super::*;

    fn guessed(encoding: &'static Encoding, text: &str) -> &'static Encoding {
        guess(&encoding.encode(text).0)
    }

    #[test]
    fn texts_of_four_languages_are_recognised() {
        let russian = "Имя;Фамилия;Город\nАнна;Иванова;Санкт-Петербург\nПётр;Сидоров;Москва\n";
        assert_eq!(guessed(WINDOWS_1251, russian), WINDOWS_1251);
        assert_eq!(guessed(KOI8_R, russian), KOI8_R);
        assert_eq!(guessed(UTF_8, russian), UTF_8);
        let chinese = "姓名,公司,城市\n李雨桐,上海贸易有限公司,上海\n王伟,北京科技,北京\n";
        assert_eq!(guessed(GB18030, chinese), GB18030);
        let romanian = "Nume,Oraş\nŞtefănescu,Braşov\nŢurcanu,Chişinău\nMunteanu,Iaşi\n";
        assert_eq!(guessed(WINDOWS_1250, romanian), WINDOWS_1250);
        let western = "Name,City\nChristina Berglund,Luleå\nFrédérique Citeaux,Montréal\nMARÍA MUÑOZ,MÉXICO\n";
        assert_eq!(guessed(WINDOWS_1252, western), WINDOWS_1252);
    }

    #[test]
    fn two_byte_text_is_recognised_with_and_without_its_mark() {
        let wide: Vec<u8> = "Name,Stadt\nJürgen,Köln\n".encode_utf16().flat_map(u16::to_le_bytes).collect();
        assert_eq!(guess(&wide), UTF_16LE);
        let wide: Vec<u8> = "BEGIN:VCARD\r\n".encode_utf16().flat_map(u16::to_be_bytes).collect();
        assert_eq!(guess(&wide), UTF_16BE);
        assert_eq!(guess(&[0xff, 0xfe, 0x2d, 0x4e]), UTF_16LE);
    }

    #[test]
    fn a_character_cut_off_at_the_end_does_not_change_the_guess() {
        let text = "Ștefănescu, București".as_bytes();
        for len in 0..text.len() {
            assert_eq!(guess(&text[..len]), UTF_8);
        }
    }
}
