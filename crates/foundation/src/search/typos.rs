//! Mistyped words: which words that occur may have been meant.
//!
//! Each word that occurs is kept under itself and under itself without one of its letters. A mistyped word looks under the
//! same keys made from itself: two words at Damerau–Levenshtein distance 1 always share one (Mor and Fraenkel 1982), so a
//! handful of look-ups by key is exact, where lists of common letter groups are long and only probable. Words of six
//! letters and more stand under their groups of three as well: that finds two faults in a long word, and one fault in the
//! beginning of a word that is still being typed.

use std::collections::BTreeSet;

use db::{Arg, Kind, OnConflict, Tx};
use kernel::Result;
use kernel::fold::is_ideograph;

/// Shorter words are not put right: nearly everything is near them.
const SHORTEST: usize = 4;
const LONGEST: usize = 24;
/// Words from here on stand under their groups of three letters too.
const GROUPED: usize = 6;
/// Words from here on may have two faults.
const LONG: usize = 8;
/// Words that a mistyped one may stand for, at most.
const MEANT: usize = 6;

/// `true` for words worth keeping: of letters only, neither too short nor too long.
pub fn is_vocabulary(word: &str) -> bool {
    let letters = word.chars().count();
    (SHORTEST..=LONGEST).contains(&letters) && word.chars().all(|ch| ch.is_alphabetic() && !is_ideograph(ch))
}

/// Words that are not known yet, with the keys to keep them under, in the order of the keys. Many words have a score of keys
/// each, so a key names its word by its place.
pub struct Unknown {
    pub words: Vec<String>,
    pub keys: Vec<(String, u32)>,
}

/// Which of the words are not known yet.
pub fn unknown(tx: &mut Tx, words: BTreeSet<String>) -> Result<Unknown> {
    let mut unknown = words;
    let all: Vec<String> = unknown.iter().cloned().collect();
    for chunk in all.chunks(LIST) {
        let mut args = Vec::new();
        let list = text_list(chunk, &mut args);
        for row in tx.query(&format!("select word from search_word where word in ({list})"), &args)? {
            unknown.remove(row.text(0));
        }
    }
    drop(all);
    let words: Vec<String> = unknown.into_iter().collect();
    let mut keys: Vec<(String, u32)> = Vec::new();
    for (place, word) in (0u32..).zip(&words) {
        keys.extend(keys_of(word).into_iter().map(|key| (key, place)));
    }
    keys.sort_unstable();
    keys.dedup();
    Ok(Unknown { words, keys })
}

/// Keeps words under some of their keys.
pub fn learn_keys(tx: &mut Tx, rows: Vec<Vec<Arg>>) -> Result<()> {
    tx.insert("search_near", &[("key", Kind::Text), ("word", Kind::Text)], rows, OnConflict::Skip)?;
    Ok(())
}

/// Keeps words as known: last, when all their keys are there.
pub fn learn_words(tx: &mut Tx, words: &[String]) -> Result<()> {
    let rows = words.iter().map(|word| vec![Arg::from(word.as_str())]).collect();
    tx.insert("search_word", &[("word", Kind::Text)], rows, OnConflict::Skip)?;
    Ok(())
}

/// Forgets a word.
pub fn forget(tx: &mut Tx, word: &str) -> Result<()> {
    let keys: Vec<Vec<Arg>> = keys_of(word).into_iter().map(|key| vec![Arg::Text(key), Arg::from(word)]).collect();
    tx.execute_many("delete from search_near where key = $1 and word = $2", &keys)?;
    tx.execute("delete from search_word where word = $1", &[word.into()])?;
    Ok(())
}

/// Words that `typed` may have been meant to be, the nearest first.
pub fn meant(tx: &mut Tx, typed: &str) -> Result<Vec<String>> {
    let letters: Vec<char> = typed.chars().collect();
    if !is_vocabulary(typed) {
        return Ok(Vec::new());
    }
    let mut found: Vec<(usize, String)> = Vec::new();
    for word in
        under(tx, &without_one(&letters), "select distinct word from search_near where key in (", ") limit 200")?
    {
        let distance = distance(&letters, &word.chars().collect::<Vec<_>>());
        if distance <= 1 && word != typed {
            found.push((distance, word));
        }
    }
    if found.is_empty() && letters.len() >= GROUPED {
        let groups = under(
            tx,
            &threes(&letters),
            "select word from search_near where key in (",
            ") group by word order by count(*) desc, word limit 60",
        )?;
        for word in groups {
            let other: Vec<char> = word.chars().collect();
            let whole = distance(&letters, &other);
            let allowed = if letters.len() >= LONG { 2 } else { 1 };
            if word != typed && whole <= allowed {
                found.push((whole, word));
            } else if word != typed && other.len() > letters.len() && beginning(&letters, &other) <= 1 {
                found.push((3, word));
            }
        }
    }
    let first = letters.first();
    found.sort_by_key(|(distance, word)| {
        (*distance, word.chars().next().as_ref() != first, word.chars().count().abs_diff(letters.len()), word.clone())
    });
    found.truncate(MEANT);
    Ok(found.into_iter().map(|(_, word)| word).collect())
}

/// Words in one `in (…)` list.
const LIST: usize = 256;

fn text_list(texts: &[String], args: &mut Vec<Arg>) -> String {
    let width = [8, 32, LIST].into_iter().find(|width| *width >= texts.len()).unwrap_or(texts.len());
    let mut places = Vec::with_capacity(width);
    for n in 0..width {
        args.push(Arg::from(texts.get(n).or_else(|| texts.last()).map(String::as_str)));
        places.push(format!("${}", args.len()));
    }
    places.join(", ")
}

fn under(tx: &mut Tx, keys: &[String], before: &str, after: &str) -> Result<Vec<String>> {
    let mut args = Vec::new();
    let list = text_list(keys, &mut args);
    Ok(tx.query(&format!("{before}{list}{after}"), &args)?.iter().map(|row| row.text(0).to_string()).collect())
}

fn keys_of(word: &str) -> Vec<String> {
    let letters: Vec<char> = word.chars().collect();
    let mut keys = without_one(&letters);
    if letters.len() >= GROUPED {
        keys.extend(threes(&letters));
    }
    keys
}

/// The word, and the word without each of its letters.
fn without_one(letters: &[char]) -> Vec<String> {
    let mut keys = vec![letters.iter().collect::<String>()];
    for gap in 0..letters.len() {
        keys.push(letters.iter().enumerate().filter(|(n, _)| *n != gap).map(|(_, ch)| ch).collect());
    }
    keys
}

/// Runs of three letters, with a space before the first and behind the last, marked by a 3 so that they are no words.
fn threes(letters: &[char]) -> Vec<String> {
    let padded: Vec<char> = [' '].iter().chain(letters).chain(&[' ']).copied().collect();
    padded.windows(3).map(|run| ['3'].iter().chain(run).collect()).collect()
}

/// Damerau–Levenshtein distance in its restricted form: insert, delete, change, or swap neighbours.
fn distance(a: &[char], b: &[char]) -> usize {
    rows(a, b).last().copied().unwrap_or(a.len())
}

/// Distance of `typed` to the nearest beginning of `word`.
fn beginning(typed: &[char], word: &[char]) -> usize {
    rows(typed, word).into_iter().min().unwrap_or(typed.len())
}

/// The last row of the table: the distance of all of `a` to each beginning of `b`.
fn rows(a: &[char], b: &[char]) -> Vec<usize> {
    let mut before: Vec<usize> = Vec::new();
    let mut last: Vec<usize> = (0..=b.len()).collect();
    let at = |row: &[usize], n: usize| row.get(n).copied().unwrap_or(usize::MAX / 2);
    for (i, x) in a.iter().enumerate() {
        let mut row = vec![i + 1];
        for (j, y) in b.iter().enumerate() {
            let change = at(&last, j) + usize::from(x != y);
            let mut best = change.min(at(&last, j + 1) + 1).min(at(&row, j) + 1);
            let swapped = i > 0 && j > 0 && a.get(i - 1) == Some(y) && b.get(j - 1) == Some(x);
            if swapped {
                best = best.min(at(&before, j - 1) + 1);
            }
            row.push(best);
        }
        before = std::mem::replace(&mut last, row);
    }
    last
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn letters(text: &str) -> Vec<char> {
        text.chars().collect()
    }

    #[test]
    fn swapped_neighbours_are_one_fault() {
        assert_eq!(distance(&letters("jonh"), &letters("john")), 1);
        assert_eq!(distance(&letters("stefanseku"), &letters("stefanescu")), 2);
        assert_eq!(distance(&letters(""), &letters("abc")), 3);
        assert_eq!(beginning(&letters("stefanek"), &letters("stefanescu")), 1);
    }

    #[test]
    fn numbers_short_words_and_ideographs_are_not_put_right() {
        assert!(is_vocabulary("ивановна"));
        assert!(!is_vocabulary("ana"));
        assert!(!is_vocabulary("so43659"));
        assert!(!is_vocabulary("有限公司"));
    }

    proptest! {
        #[test]
        fn one_fault_always_shares_a_key(word in "[a-f]{4,10}", place in 0usize..10, letter in "[a-f]", what in 0u8..4) {
            let mut typed = letters(&word);
            let place = place % typed.len();
            let letter = letters(&letter)[0];
            match what {
                0 => typed[place] = letter,
                1 => typed.insert(place, letter),
                2 => drop(typed.remove(place)),
                _ => { let next = (place + 1) % typed.len(); if next > place { typed.swap(place, next) } }
            }
            prop_assert!(distance(&typed, &letters(&word)) <= 1);
            let kept = without_one(&letters(&word));
            prop_assert!(without_one(&typed).iter().any(|key| kept.contains(key)));
        }

        #[test]
        fn distance_is_the_same_both_ways(a in "[a-c]{0,8}", b in "[a-c]{0,8}") {
            prop_assert_eq!(distance(&letters(&a), &letters(&b)), distance(&letters(&b), &letters(&a)));
        }
    }
}
