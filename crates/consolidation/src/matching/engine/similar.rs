//! How alike two texts are. All of it works on bytes: normal forms are Latin letters and digits.

/// FNV-1a, 64 bits: the same on every machine and in every release, for keys that are kept.
pub fn fnv(bytes: &[u8]) -> u64 {
    let mut hash = 0xcbf2_9ce4_8422_2325_u64;
    for &byte in bytes {
        hash = (hash ^ u64::from(byte)).wrapping_mul(0x0000_0100_0000_01b3);
    }
    stir(hash)
}

/// Spreads a hash over all its bits (the finisher of SplitMix64).
pub fn stir(mut hash: u64) -> u64 {
    hash = (hash ^ (hash >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    hash = (hash ^ (hash >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    hash ^ (hash >> 31)
}

/// Jaro-Winkler likeness, 0 to 1 (Winkler 1990): prefix weight 0.1, at most four letters, whatever the Jaro value is.
/// Of longer texts the first 64 bytes are looked at.
pub fn jaro_winkler(a: &[u8], b: &[u8]) -> f64 {
    if a == b {
        return 1.0;
    }
    let (a, b) = (a.get(..64).unwrap_or(a), b.get(..64).unwrap_or(b));
    if a.is_empty() || b.is_empty() {
        return 0.0;
    }
    let reach = (a.len().max(b.len()) / 2).saturating_sub(1);
    let (mut in_a, mut in_b) = (0_u64, 0_u64);
    for (i, letter) in a.iter().enumerate() {
        let from = i.saturating_sub(reach);
        let to = (i + reach + 1).min(b.len());
        for (j, other) in b.iter().enumerate().take(to).skip(from) {
            if other == letter && in_b & (1 << j) == 0 {
                in_a |= 1 << i;
                in_b |= 1 << j;
                break;
            }
        }
    }
    let matched = in_a.count_ones();
    if matched == 0 {
        return 0.0;
    }
    let (mut left, mut right, mut crossed) = (in_a, in_b, 0_u32);
    while left != 0 && right != 0 {
        crossed += u32::from(a.get(left.trailing_zeros() as usize) != b.get(right.trailing_zeros() as usize));
        (left, right) = (left & (left - 1), right & (right - 1));
    }
    let crossed = crossed / 2;
    let matched = f64::from(matched);
    let jaro = (matched / a.len() as f64 + matched / b.len() as f64 + (matched - f64::from(crossed)) / matched) / 3.0;
    let prefix = a.iter().zip(b).take(4).take_while(|(x, y)| x == y).count();
    jaro + prefix as f64 * 0.1 * (1.0 - jaro)
}

/// The edits (a letter put in, left out, replaced, or two neighbours swapped) that make one text of the other, when they
/// are at most two: Damerau 1964, the restricted form. `None` when there are more.
pub fn edits(a: &[u8], b: &[u8]) -> Option<u8> {
    within(a, b, 2)
}

/// Whether one edit makes one text of the other.
pub fn is_one_edit(a: &[u8], b: &[u8]) -> bool {
    within(a, b, 1) == Some(1)
}

fn within(a: &[u8], b: &[u8], most: u8) -> Option<u8> {
    fn walk(a: &[u8], b: &[u8], left: u8) -> Option<u8> {
        let same = a.iter().zip(b).take_while(|(x, y)| x == y).count();
        let (a, b) = (a.get(same..)?, b.get(same..)?);
        if a.is_empty() || b.is_empty() {
            let rest = a.len().max(b.len());
            return u8::try_from(rest).ok().filter(|&rest| rest <= left);
        }
        let left = left.checked_sub(1)?;
        if a.len().abs_diff(b.len()) > usize::from(left) + 1 {
            return None;
        }
        let mut best: Option<u8> = None;
        let mut try_on = |a: Option<&[u8]>, b: Option<&[u8]>| {
            if let Some(found) = a.zip(b).and_then(|(a, b)| walk(a, b, left)) {
                best = Some(best.map_or(found, |best| best.min(found)));
            }
        };
        try_on(a.get(1..), b.get(1..));
        try_on(a.get(1..), Some(b));
        try_on(Some(a), b.get(1..));
        if a.len() > 1 && b.len() > 1 && a.first() == b.get(1) && a.get(1) == b.first() {
            try_on(a.get(2..), b.get(2..));
        }
        best.map(|more| more + 1)
    }
    if a.len().abs_diff(b.len()) > usize::from(most) {
        return None;
    }
    walk(a, b, most)
}

/// The share of words that two texts have in common, among all words of both (Jaccard 1901).
pub fn words_in_common(a: &str, b: &str) -> f64 {
    let mut left: Vec<&str> = a.split_whitespace().collect();
    let mut right: Vec<&str> = b.split_whitespace().collect();
    left.sort_unstable();
    left.dedup();
    right.sort_unstable();
    right.dedup();
    if left.is_empty() || right.is_empty() {
        return 0.0;
    }
    let both = left.iter().filter(|word| right.binary_search(word).is_ok()).count();
    both as f64 / (left.len() + right.len() - both) as f64
}

/// Every word of the shorter text is in the longer one, and it has more than one letter in all.
pub fn is_contained(a: &str, b: &str) -> bool {
    let (short, long) = if a.len() <= b.len() { (a, b) } else { (b, a) };
    short.len() > 1 && short.split_whitespace().all(|word| long.split_whitespace().any(|other| other == word))
}

/// What a name sounds like, roughly: its first letter and the classes of its consonants (the idea of Soundex, Russell
/// 1918, to six places so that long names stay apart). Zero when there is no letter.
pub fn sound(text: &[u8]) -> u64 {
    let class = |letter: u8| match letter.to_ascii_lowercase() {
        b'b' | b'f' | b'p' | b'v' | b'w' => 1,
        b'c' | b'g' | b'j' | b'k' | b'q' | b's' | b'x' | b'z' => 2,
        b'd' | b't' => 3,
        b'l' => 4,
        b'm' | b'n' => 5,
        b'r' => 6,
        _ => 0_u64,
    };
    let mut letters = text.iter().copied().filter(u8::is_ascii_alphabetic);
    let Some(first) = letters.next() else { return 0 };
    let mut code = u64::from(first.to_ascii_lowercase());
    let mut last = class(first);
    let mut places = 0;
    for letter in letters {
        let now = class(letter);
        if now != 0 && now != last {
            code = code * 8 + now;
            places += 1;
            if places == 4 {
                break;
            }
        }
        if !matches!(letter.to_ascii_lowercase(), b'h' | b'w') {
            last = now;
        }
    }
    stir(code)
}
