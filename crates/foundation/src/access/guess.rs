//! Guessing is slow: every try to sign in counts against its account and its network before the password is looked at,
//! so a thousand tries at once wait like a thousand in a row. A try that succeeds takes back its own count and no other;
//! only time makes the rest smaller.

use std::net::IpAddr;

use db::Tx;
use kernel::{Error, Result, Time};

use super::secret::hex;
use crate::app::App;

/// Tries that cost no waiting.
const FREE_FOR_ACCOUNT: i64 = 5;
const FREE_FOR_NETWORK: i64 = 30;
/// The longest wait. Longer would let a stranger lock somebody out for good.
const LONGEST_WAIT_MS: i64 = 15 * 60 * 1000;
/// After each such time in peace the count is halved.
const HALVED_EVERY_MS: i64 = 60 * 60 * 1000;

/// Whom a try counts against: an account or a network, under a keyed hash, so that the table names nobody.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Subject {
    key: String,
    free: i64,
}

impl Subject {
    /// The account of that name, whether there is one or not.
    pub fn account(app: &App, email: &str) -> Result<Subject> {
        Ok(Subject { key: format!("account:{}", keyed(app, &email.trim().to_lowercase())?), free: FREE_FOR_ACCOUNT })
    }

    /// One IPv4 address, or one IPv6 customer (/64).
    pub fn network(app: &App, address: IpAddr) -> Result<Subject> {
        let text = match address.to_canonical() {
            IpAddr::V4(v4) => v4.to_string(),
            IpAddr::V6(v6) => {
                v6.segments().iter().take(4).map(|part| format!("{part:x}")).collect::<Vec<_>>().join(":")
            }
        };
        Ok(Subject { key: format!("network:{}", keyed(app, &text)?), free: FREE_FOR_NETWORK })
    }
}

fn keyed(app: &App, text: &str) -> Result<String> {
    Ok(hex(app.key().derive(b"guess", text.as_bytes())?.get(..16).unwrap_or_default()))
}

/// Counts a try, or says how long to wait. Nothing is counted while one waits.
pub fn count(tx: &mut Tx, now: Time, subjects: &[Subject]) -> Result<()> {
    for subject in subjects {
        let (failures, until) = stored(tx, subject)?;
        if now.0 < until {
            let seconds = (until - now.0 + 999) / 1000;
            return Err(Error::Busy { retry_after_s: u32::try_from(seconds).unwrap_or(u32::MAX) });
        }
        let failures = faded(failures, now.0 - until) + 1;
        store(tx, subject, failures, now.0 + wait_ms(failures, subject.free))?;
    }
    Ok(())
}

/// The try was right: it was no guess. Older failures stay.
pub fn take_back(tx: &mut Tx, now: Time, subjects: &[Subject]) -> Result<()> {
    for subject in subjects {
        let (failures, _) = stored(tx, subject)?;
        store(tx, subject, (failures - 1).max(0), now.0)?;
    }
    Ok(())
}

/// Rows that say nothing any more.
pub fn tidy(tx: &mut Tx, now: Time) -> Result<u64> {
    tx.execute("delete from guess where until < $1", &[(now.0 - 48 * HALVED_EVERY_MS).into()])
}

fn stored(tx: &mut Tx, subject: &Subject) -> Result<(i64, i64)> {
    let row = tx.one("select failures, until from guess where subject = $1", &[subject.key.as_str().into()])?;
    Ok(row.map_or((0, 0), |row| (row.int(0), row.int(1))))
}

fn store(tx: &mut Tx, subject: &Subject, failures: i64, until: i64) -> Result<()> {
    tx.execute(
        "insert into guess (subject, failures, until) values ($1, $2, $3) \
         on conflict (subject) do update set failures = excluded.failures, until = excluded.until",
        &[subject.key.as_str().into(), failures.into(), until.into()],
    )?;
    Ok(())
}

/// Halved for each hour since the last wait was over.
fn faded(failures: i64, peace_ms: i64) -> i64 {
    let halvings = u32::try_from(peace_ms / HALVED_EVERY_MS).unwrap_or(u32::MAX);
    failures.checked_shr(halvings).unwrap_or(0)
}

/// One second after the free tries, doubling with each further one.
fn wait_ms(failures: i64, free: i64) -> i64 {
    if failures < free {
        return 0;
    }
    let doublings = u32::try_from(failures - free).unwrap_or(u32::MAX).min(20);
    (1000_i64 << doublings).min(LONGEST_WAIT_MS)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn waiting_doubles_after_the_free_tries() {
        assert_eq!(wait_ms(4, 5), 0);
        assert_eq!(wait_ms(5, 5), 1000);
        assert_eq!(wait_ms(6, 5), 2000);
        assert_eq!(wait_ms(9, 5), 16_000);
        assert_eq!(wait_ms(1_000_000, 5), LONGEST_WAIT_MS);
    }

    #[test]
    fn only_time_makes_the_count_smaller() {
        assert_eq!(faded(8, 0), 8);
        assert_eq!(faded(8, HALVED_EVERY_MS), 4);
        assert_eq!(faded(8, 5 * HALVED_EVERY_MS), 0);
        assert_eq!(faded(8, i64::MAX), 0);
    }
}
