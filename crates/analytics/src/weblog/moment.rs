//! Times as logs write them, as seconds since 1970 in UTC.

/// `17/May/2015:10:05:03 +0200`, with or without the brackets' content after it.
pub fn common(text: &[u8]) -> Option<i64> {
    let date = text.get(..20)?;
    if date[2] != b'/' || date[6] != b'/' || date[11] != b':' || date[14] != b':' || date[17] != b':' {
        return None;
    }
    let month = match &date[3..6] {
        b"Jan" => 1,
        b"Feb" => 2,
        b"Mar" => 3,
        b"Apr" => 4,
        b"May" => 5,
        b"Jun" => 6,
        b"Jul" => 7,
        b"Aug" => 8,
        b"Sep" => 9,
        b"Oct" => 10,
        b"Nov" => 11,
        b"Dec" => 12,
        _ => return None,
    };
    let day = day(number(&date[7..11])?, month, number(&date[..2])?)?;
    let seconds = clock(number(&date[12..14])?, number(&date[15..17])?, number(&date[18..20])?)?;
    let zone = zone(text.get(20..)?.trim_ascii())?;
    Some(day * 86_400 + seconds - zone)
}

/// `2015-05-17T10:05:03.25+02:00`: a blank for the T, a comma for the point, a zone without its colon; without a zone, UTC.
pub fn iso(text: &[u8]) -> Option<i64> {
    let date = text.get(..10)?;
    if date[4] != b'-' || date[7] != b'-' || !matches!(text.get(10)?, b'T' | b't' | b' ') {
        return None;
    }
    let day = day(number(&date[..4])?, number(&date[5..7])?, number(&date[8..10])?)?;
    let (seconds, rest) = time_of_day(text.get(11..)?)?;
    Some(day * 86_400 + seconds - zone(rest.trim_ascii())?)
}

/// A day and a time in fields of their own, in UTC, as the W3C format has them.
pub fn w3c(date: &[u8], time: &[u8]) -> Option<i64> {
    if date.len() != 10 || date[4] != b'-' || date[7] != b'-' {
        return None;
    }
    let day = day(number(&date[..4])?, number(&date[5..7])?, number(&date[8..10])?)?;
    let (seconds, rest) = time_of_day(time)?;
    rest.is_empty().then_some(day * 86_400 + seconds)
}

/// Seconds since 1970, or milli-, micro- or nanoseconds where the number is too large for that.
pub fn since_1970(mut number: f64) -> Option<i64> {
    // a hundred thousand million seconds are the year 5138
    for _ in 0..3 {
        if number.abs() >= 1e11 {
            number /= 1_000.0;
        }
    }
    (number.is_finite() && number.abs() < 1e11).then_some(number.floor() as i64)
}

/// `10:05:03`, with a fraction that is dropped; and what comes after.
fn time_of_day(text: &[u8]) -> Option<(i64, &[u8])> {
    let time = text.get(..8)?;
    if time[2] != b':' || time[5] != b':' {
        return None;
    }
    let seconds = clock(number(&time[..2])?, number(&time[3..5])?, number(&time[6..8])?)?;
    let rest = &text[8..];
    let rest = match rest.first() {
        Some(b'.' | b',') => {
            let digits = rest[1..].iter().take_while(|byte| byte.is_ascii_digit()).count();
            &rest[1 + digits..]
        }
        _ => rest,
    };
    Some((seconds, rest))
}

fn clock(hour: i64, minute: i64, second: i64) -> Option<i64> {
    // a leap second counts as the one before
    (hour < 24 && minute < 60 && second <= 60).then_some(hour * 3_600 + minute * 60 + second.min(59))
}

/// `+0200`, `+02:00`, `Z` or nothing, in seconds east of UTC.
fn zone(text: &[u8]) -> Option<i64> {
    let (sign, digits) = match text {
        [] | [b'Z' | b'z'] => return Some(0),
        [b'+', rest @ ..] => (1, rest),
        [b'-', rest @ ..] => (-1, rest),
        _ => return None,
    };
    let (hours, minutes) = match digits {
        [a, b, b':', c, d] | [a, b, c, d] => (number(&[*a, *b])?, number(&[*c, *d])?),
        [a, b] => (number(&[*a, *b])?, 0),
        _ => return None,
    };
    (hours <= 18 && minutes < 60).then_some(sign * (hours * 3_600 + minutes * 60))
}

fn number(digits: &[u8]) -> Option<i64> {
    digits.iter().try_fold(0, |sum, digit| digit.is_ascii_digit().then(|| sum * 10 + i64::from(digit - b'0')))
}

/// Days since 1970-01-01 in the Gregorian calendar.
fn day(year: i64, month: i64, day: i64) -> Option<i64> {
    let leap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
    let length = match month {
        2 => 28 + i64::from(leap),
        4 | 6 | 9 | 11 => 30,
        1..=12 => 31,
        _ => return None,
    };
    if !(1..=length).contains(&day) {
        return None;
    }
    // counted from March, so that the leap day is the last of the year
    let (year, month) = if month > 2 { (year, month - 3) } else { (year - 1, month + 9) };
    let century = year.div_euclid(100);
    Some(365 * year + year.div_euclid(4) - century + century.div_euclid(4) + (153 * month + 2) / 5 + day - 719_469)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_same_moment_in_every_spelling() {
        let moment = 1_431_857_103;
        assert_eq!(common(b"17/May/2015:10:05:03 +0000"), Some(moment));
        assert_eq!(common(b"17/May/2015:15:35:03 +0530"), Some(moment));
        assert_eq!(common(b"16/May/2015:23:05:03 -1100"), Some(moment));
        assert_eq!(iso(b"2015-05-17T10:05:03Z"), Some(moment));
        assert_eq!(iso(b"2015-05-17 12:05:03,999+02:00"), Some(moment));
        assert_eq!(w3c(b"2015-05-17", b"10:05:03.5"), Some(moment));
        assert_eq!(since_1970(1_431_857_103.9), Some(moment));
        assert_eq!(since_1970(1_431_857_103_250.0), Some(moment));
    }

    #[test]
    fn days_agree_with_the_calendar_library() {
        for (year, month, of_month) in [(1970, 1, 1), (2000, 2, 29), (1999, 12, 31), (2100, 3, 1), (1600, 2, 29)] {
            let date = jiff::civil::date(year, month, of_month);
            let expected = date.to_zoned(jiff::tz::TimeZone::UTC).unwrap().timestamp().as_second() / 86_400;
            assert_eq!(day(year.into(), month.into(), of_month.into()), Some(expected));
        }
    }

    #[test]
    fn days_and_hours_that_do_not_exist_are_no_times() {
        for wrong in
            ["30/Feb/2015:10:05:03 +0000", "17/May/2015:24:05:03 +0000", "17/Mai/2015:10:05:03 +0000", "17/May/2015"]
        {
            assert_eq!(common(wrong.as_bytes()), None, "{wrong}");
        }
        assert_eq!(iso(b"2015-13-01T00:00:00Z"), None);
        assert_eq!(since_1970(f64::NAN), None);
    }
}
