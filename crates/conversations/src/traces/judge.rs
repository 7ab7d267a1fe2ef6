//! A person or a machine. Scanners of mail fetch pictures and follow links before anybody could have read the letter, several
//! links within seconds, and without the words that browsers say; proxies of mail programs fetch what nobody looks at yet.

use kernel::Time;

use super::queries::Look;

/// Nobody opens a letter so soon after it went.
const TOO_SOON_MS: i64 = 10 * 1000;
/// Looks with a shorter pause between them belong to one act.
const PAUSE_MS: i64 = 3 * 1000;

/// Whether a person was behind each of these looks, which are in the order of time.
pub fn judge(sent_at: Option<Time>, looks: &[Look]) -> Vec<bool> {
    let mut verdicts = Vec::with_capacity(looks.len());
    for act in acts(looks) {
        let mut links: Vec<i64> = act.iter().map(|look| look.link).filter(|link| *link > 0).collect();
        links.sort_unstable();
        links.dedup();
        // Nobody follows two links of a letter in the same breath; and whoever came with a scanner is one.
        let is_burst = links.len() > 1 || act.iter().any(|look| look.is_machine && look.link > 0);
        for look in act {
            let is_too_soon = sent_at.is_none_or(|sent| look.at.0 < sent.0 + TOO_SOON_MS);
            verdicts.push(!(is_burst || is_too_soon || look.is_machine));
        }
    }
    verdicts
}

/// Looks that follow each other without a pause.
fn acts(looks: &[Look]) -> Vec<&[Look]> {
    looks.chunk_by(|one, next| next.at.0 - one.at.0 <= PAUSE_MS).collect()
}

#[cfg(test)]
mod tests {
    use kernel::Id;

    use super::*;

    fn look(second: i64, link: i64, is_machine: bool) -> Look {
        Look { id: Id::NIL, at: Time(second * 1000), link, sealed: None, is_machine }
    }

    #[test]
    fn who_reads_and_follows_one_link_is_a_person() {
        let looks = [look(60, 0, false), look(75, 2, false), look(300, 0, false)];
        assert_eq!(judge(Some(Time(0)), &looks), [true, true, true]);
    }

    #[test]
    fn nobody_reads_before_the_letter_is_there() {
        assert_eq!(judge(Some(Time(0)), &[look(4, 0, false)]), [false]);
        assert_eq!(judge(None, &[look(4, 0, false)]), [false], "it has not even gone");
    }

    #[test]
    fn all_links_at_once_are_a_scanner() {
        let looks =
            [look(60, 0, false), look(61, 1, false), look(61, 2, false), look(63, 3, false), look(900, 1, false)];
        assert_eq!(judge(Some(Time(0)), &looks), [false, false, false, false, true]);
        assert_eq!(
            judge(Some(Time(0)), &[look(60, 1, false), look(61, 1, false)]),
            [true, true],
            "twice the same is a double click"
        );
    }

    #[test]
    fn who_says_that_it_is_a_machine_is_one_and_so_is_its_company() {
        assert_eq!(
            judge(Some(Time(0)), &[look(60, 0, true), look(61, 0, false)]),
            [false, true],
            "a proxy, and then somebody"
        );
        assert_eq!(judge(Some(Time(0)), &[look(60, 1, true), look(61, 0, false)]), [false, false]);
    }
}
