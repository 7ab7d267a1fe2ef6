//! Browsers that are known: each keeps a random token for a year, of which we keep the hash for each user. A sign-in from a
//! browser that a user never used before is written down and shown beside the session.

use kernel::{Id, Result};

use super::secret::{Secret, TokenHash};
use crate::operation::Operation;

/// Unused for so long, a browser is forgotten.
const KNOWN_FOR_MS: i64 = 365 * 24 * 60 * 60 * 1000;
/// Browsers remembered for one user; the oldest go first.
const MOST: i64 = 50;

/// How a browser stands to a user.
#[derive(Debug, PartialEq, Eq, Clone, Copy)]
pub enum Standing {
    Known,
    /// The first that this user signs in from at all.
    First,
    New,
}

/// Remembers the browser for the user; answers how it stood before.
pub fn meet(op: &mut Operation, user: Id, browser: &TokenHash) -> Result<Standing> {
    let (now, token) = (op.now, browser.to_vec());
    let sql = "update known_device set last_at = $3 where user_id = $1 and token_hash = $2 and last_at > $4";
    let known =
        op.tx.execute(sql, &[user.into(), token.clone().into(), now.into(), (now.0 - KNOWN_FOR_MS).into()])? > 0;
    if known {
        return Ok(Standing::Known);
    }
    let row = op.tx.one("select count(*) from known_device where user_id = $1", &[user.into()])?;
    let others = row.map_or(0, |row| row.int(0));
    op.tx.execute(
        "insert into known_device (user_id, token_hash, first_at, last_at) values ($1, $2, $3, $3) \
         on conflict (user_id, token_hash) do update set last_at = excluded.last_at",
        &[user.into(), token.into(), now.into()],
    )?;
    if others >= MOST {
        op.tx.execute(
            "delete from known_device where user_id = $1 and last_at <= ( \
                 select last_at from known_device where user_id = $1 order by last_at limit 1)",
            &[user.into()],
        )?;
    }
    Ok(if others == 0 { Standing::First } else { Standing::New })
}

/// What the browser calls itself, in a few words: name and system. Only what it says; nothing is tried out.
pub fn named(device: &str) -> (&'static str, &'static str) {
    let has = |word: &str| device.contains(word);
    // Every browser says it is several others; the one that nobody else claims to be goes first.
    let browser = [
        ("Edg", "Edge"),
        ("OPR", "Opera"),
        ("YaBrowser", "Yandex"),
        ("SamsungBrowser", "Samsung Internet"),
        ("Firefox", "Firefox"),
        ("FxiOS", "Firefox"),
        ("Chrome", "Chrome"),
        ("CriOS", "Chrome"),
        ("Safari", "Safari"),
        ("curl", "curl"),
    ];
    let system = [
        ("iPhone", "iPhone"),
        ("iPad", "iPad"),
        ("Android", "Android"),
        ("Windows", "Windows"),
        ("Mac OS X", "macOS"),
        ("CrOS", "ChromeOS"),
        ("Linux", "Linux"),
    ];
    let first = |list: &[(&str, &'static str)]| list.iter().find(|(word, _)| has(word)).map_or("", |(_, name)| *name);
    (first(&browser), first(&system))
}

/// A new token for a browser.
pub fn token() -> Result<Secret> {
    Secret::token("")
}

/// Forgets browsers that were not used for long.
pub fn tidy(tx: &mut db::Tx, now: kernel::Time) -> Result<()> {
    tx.execute("delete from known_device where last_at <= $1", &[(now.0 - KNOWN_FOR_MS).into()]).map(drop)
}

#[cfg(test)]
mod tests {
    use super::named;

    #[test]
    fn a_browser_is_called_by_the_name_that_only_it_uses() {
        let edge = "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/131.0 Safari/537.36 Edg/131.0";
        assert_eq!(named(edge), ("Edge", "Windows"));
        let phone = "Mozilla/5.0 (iPhone; CPU iPhone OS 18_1 like Mac OS X) AppleWebKit/605.1.15 Version/18.1 Mobile/15E148 Safari/604.1";
        assert_eq!(named(phone), ("Safari", "iPhone"));
        assert_eq!(named(""), ("", ""));
    }
}
