//! Passwords: what is accepted, and how they are kept.
//!
//! Argon2id (RFC 9106) with 46 MiB, one pass, one lane; at most two at once, so that signing in cannot take the machine's
//! memory. No rules of composition and no forced change: length, and not being a word that everybody tries.

use std::sync::{Condvar, Mutex, OnceLock, PoisonError};
use std::time::{Duration, Instant};

use argon2::password_hash::phc::PasswordHash;
use argon2::{Algorithm, Argon2, Params, PasswordHasher, PasswordVerifier, Version};
use kernel::{Error, Result};
use tokio::sync::{Semaphore, SemaphorePermit};

use super::common::COMMON;
use super::rules::PasswordRules;
use super::secret::Secret;

/// Least characters while a password signs in alone, unless the company says otherwise.
pub const SHORTEST: usize = 15;
/// Between these a company may set it.
pub const LEAST: usize = 8;
pub const MOST: usize = 64;
pub const LONGEST: usize = 128;
/// Characters that must be the person's own, once common words, names and runs are taken out.
const OWN: usize = 5;

const MEMORY_KIB: u32 = 46 * 1024;
const AT_ONCE: usize = 2;
const PATIENCE: Duration = Duration::from_secs(10);

/// Refuses a password that is too short, too long, or made of what everybody tries. `about` are words that others know of
/// the person: their e-mail, their name, the company.
pub fn check(password: &Secret, about: &[&str]) -> Result<()> {
    check_by(&PasswordRules::default(), password, about)
}

/// [`check`] by a company's own rules.
pub fn check_by(rules: &PasswordRules, password: &Secret, about: &[&str]) -> Result<()> {
    let refuse = |code, detail: String| Err(Error::invalid("password", code, detail));
    let text = password.expose();
    let length = text.chars().count();
    if length < rules.shortest {
        let shortest = rules.shortest;
        return refuse(
            "too_short",
            format!("use at least {shortest} characters; a few words in a row are easy to remember"),
        );
    }
    if length > LONGEST {
        return refuse("too_long", format!("use at most {LONGEST} characters"));
    }
    let common: &[&str] = if rules.refuse_common { COMMON } else { &[] };
    let about: &[&str] = if rules.refuse_personal { about } else { &[] };
    if (rules.refuse_common || rules.refuse_personal) && own_characters(text, common, about) < OWN {
        return refuse(
            "too_weak",
            "this is made of words, names or runs that are tried first; add something of your own".into(),
        );
    }
    Ok(())
}

/// How many characters are left when common words, the person's own names, runs (`abcd`, `4321`, `qwer`) and repeats are
/// taken out.
fn own_characters(text: &str, common: &[&str], about: &[&str]) -> usize {
    let plain: String = text.to_lowercase().chars().map(undisguised).collect();
    let mut known: Vec<String> = Vec::new();
    for word in about.iter().flat_map(|text| text.split(|c: char| !c.is_alphanumeric())) {
        let word: String = word.to_lowercase().chars().map(undisguised).collect();
        if word.chars().count() >= 3 {
            known.push(word);
        }
    }
    known.extend(common.iter().map(|word| (*word).chars().map(undisguised).collect()));
    known.sort_by_key(|word| std::cmp::Reverse(word.len()));

    let mut rest = plain;
    for word in &known {
        if rest.contains(word.as_str()) {
            rest = rest.replace(word.as_str(), "\u{0}");
        }
    }
    let rest: Vec<char> = rest.chars().collect();
    let mut own: Vec<char> = Vec::new();
    let mut before = None;
    for c in rest {
        let follows = before.is_some_and(|before| is_run(before, c));
        before = Some(c);
        if c.is_alphanumeric() && !follows {
            own.push(c);
        }
    }
    // A word said twice counts once.
    for period in 1..=own.len() / 2 {
        if own.iter().zip(own.iter().skip(period)).all(|(a, b)| a == b) {
            return period;
        }
    }
    let different: std::collections::BTreeSet<char> = own.iter().copied().collect();
    own.len().min(different.len() * 2)
}

/// `p4$$w0rd` is `password`.
fn undisguised(c: char) -> char {
    match c {
        '@' | '4' => 'a',
        '$' | '5' => 's',
        '0' => 'o',
        '!' | '1' => 'i',
        '3' => 'e',
        '7' => 't',
        other => other,
    }
}

/// Whether one character merely goes on from the other: the same, the next in the alphabet, its neighbour on a keyboard.
fn is_run(a: char, b: char) -> bool {
    // The digits come first, as they look after `undisguised`.
    const ROWS: [&str; 5] = [
        "oi2eas6t89oi",
        "qwertyuiopasdfghjklzxcvbnm",
        "qazwsxedcrfvtgbyhnujmikolp",
        "йцукенгшщзхъфывапролджэячсмитьбю",
        "yxcvbnm",
    ];
    let next = u32::from(a).abs_diff(u32::from(b)) <= 1;
    let neighbours = ROWS.iter().any(|row| {
        let row: Vec<char> = row.chars().collect();
        row.windows(2).any(|pair| matches!(pair, [x, y] if (*x, *y) == (a, b) || (*x, *y) == (b, a)))
    });
    next || neighbours
}

fn argon2() -> Result<Argon2<'static>> {
    let params = Params::new(MEMORY_KIB, 1, 1, None).map_err(Error::internal)?;
    Ok(Argon2::new(Algorithm::Argon2id, Version::V0x13, params))
}

/// The stored form, in the PHC text format. Takes tens of milliseconds: call it on a thread that may block.
pub fn hash_now(password: &Secret) -> Result<String> {
    let _turn = Turn::wait()?;
    Ok(argon2()?.hash_password(password.expose().as_bytes()).map_err(Error::internal)?.to_string())
}

/// [`hash_now`] on a blocking thread.
pub async fn hash(password: Secret) -> Result<String> {
    let _place = place().await?;
    tokio::task::spawn_blocking(move || hash_now(&password)).await.map_err(Error::internal)?
}

/// A place in the queue. Requests wait here and not on threads, of which a crowd would leave none for anybody else.
async fn place() -> Result<SemaphorePermit<'static>> {
    static PLACES: Semaphore = Semaphore::const_new(AT_ONCE);
    let busy = Error::Busy { retry_after_s: 5 };
    match tokio::time::timeout(PATIENCE, PLACES.acquire()).await {
        Ok(permit) => permit.map_err(Error::internal),
        Err(_) => Err(busy),
    }
}

/// Whether the password is the stored one. Without a stored one it takes the same time and the answer is no.
pub fn verify_now(password: &Secret, stored: Option<&str>) -> Result<bool> {
    static NOBODY: OnceLock<String> = OnceLock::new();
    let nobody = match NOBODY.get() {
        Some(nobody) => nobody,
        None => {
            let fresh = hash_now(&Secret::token("")?)?;
            NOBODY.get_or_init(|| fresh)
        }
    };
    // Longer ones were never accepted, and must not cost more than others.
    let too_long = password.expose().chars().count() > LONGEST;
    let asked = if too_long { "" } else { password.expose() };
    let parsed = PasswordHash::new(stored.unwrap_or(nobody)).map_err(Error::internal)?;
    let _turn = Turn::wait()?;
    let fits = argon2()?.verify_password(asked.as_bytes(), &parsed).is_ok();
    Ok(fits && stored.is_some() && !too_long)
}

/// [`verify_now`] on a blocking thread.
pub async fn verify(password: Secret, stored: Option<String>) -> Result<bool> {
    let _place = place().await?;
    tokio::task::spawn_blocking(move || verify_now(&password, stored.as_deref())).await.map_err(Error::internal)?
}

/// Makes sure that the first sign-in takes as long as any other.
pub fn warm_up() -> Result<()> {
    verify_now(&Secret::new(""), None).map(drop)
}

/// The right to hash, given back when dropped.
struct Turn;

static HASHING: Mutex<usize> = Mutex::new(0);
static FREED: Condvar = Condvar::new();

impl Turn {
    fn wait() -> Result<Turn> {
        let started = Instant::now();
        let mut hashing = HASHING.lock().unwrap_or_else(PoisonError::into_inner);
        while *hashing >= AT_ONCE {
            let left = PATIENCE.checked_sub(started.elapsed()).ok_or(Error::Busy { retry_after_s: 5 })?;
            hashing = FREED.wait_timeout(hashing, left).unwrap_or_else(PoisonError::into_inner).0;
        }
        *hashing += 1;
        Ok(Turn)
    }
}

impl Drop for Turn {
    fn drop(&mut self) {
        *HASHING.lock().unwrap_or_else(PoisonError::into_inner) -= 1;
        FREED.notify_one();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn code(password: &str) -> Option<&'static str> {
        match check(&Secret::new(password), &["ana.pop@bluebakery.example", "Ana Pop", "Blue Bakery"]) {
            Ok(()) => None,
            Err(Error::Invalid(errors)) => errors.first().map(|error| error.code),
            Err(other) => panic!("{other}"),
        }
    }

    #[test]
    fn a_few_words_in_a_row_are_accepted() {
        assert_eq!(code("correct horse battery staple"), None);
        assert_eq!(code("пирог с вишней на подоконнике"), None);
        assert_eq!(code("这是一个只有我自己知道的很长的密码"), None);
        assert_eq!(code("v9#Lq2!xTz8@Wm4k"), None);
    }

    #[test]
    fn short_and_endless_ones_are_refused() {
        assert_eq!(code("v9#Lq2!xTz8@Wm"), Some("too_short"));
        assert_eq!(code(&"корова ".repeat(30)), Some("too_long"));
    }

    #[test]
    fn what_everybody_tries_is_refused_however_it_is_dressed() {
        for password in [
            "passwordpassword",
            "P4$$w0rdP4$$w0rd",
            "password123456789",
            "123456789012345678",
            "aaaaaaaaaaaaaaaaaaaa",
            "abababababababababab",
            "qwertyuiopasdfghjkl",
            "letmein letmein letmein",
            "iloveyou1234567890",
            "йцукенгшщзхъфыва",
        ] {
            assert_eq!(code(password), Some("too_weak"), "{password}");
        }
    }

    #[test]
    fn what_others_know_of_the_person_does_not_count() {
        for password in ["ana.pop@bluebakery", "Ana Pop Blue Bakery", "anapopbluebakery2024"] {
            assert_eq!(code(password), Some("too_weak"), "{password}");
        }
    }

    #[test]
    fn the_right_password_fits_and_a_wrong_one_does_not() {
        let stored = hash_now(&Secret::new("correct horse battery staple")).unwrap();
        assert!(stored.starts_with("$argon2id$v=19$m=47104,t=1,p=1$"), "{stored}");
        assert!(verify_now(&Secret::new("correct horse battery staple"), Some(&stored)).unwrap());
        assert!(!verify_now(&Secret::new("correct horse battery stable"), Some(&stored)).unwrap());
        assert!(!verify_now(&Secret::new("correct horse battery staple"), None).unwrap());
    }

    #[test]
    fn two_are_hashed_at_once_and_the_rest_wait() {
        let threads: Vec<_> =
            (0..6).map(|_| std::thread::spawn(|| verify_now(&Secret::new("whatever it is"), None))).collect();
        assert!(*HASHING.lock().unwrap_or_else(PoisonError::into_inner) <= AT_ONCE);
        for thread in threads {
            assert!(!thread.join().unwrap().unwrap());
        }
    }
}
