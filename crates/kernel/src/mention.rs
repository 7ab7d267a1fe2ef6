//! Mentions: somebody is named in a text, `@[Ana Pop](user:0198…)`.

use std::borrow::Cow;

use crate::Id;

/// What stands between the name and the id.
const MIDDLE: &str = "](user:";

/// Users that a text mentions, each once, in the order of the text.
pub fn users(text: &str) -> Vec<Id> {
    let mut found = Vec::new();
    for mention in walk(text) {
        if !found.contains(&mention.user) {
            found.push(mention.user);
        }
    }
    found
}

/// The text as it is read where nothing can be clicked: `@Ana Pop`.
pub fn plain(text: &str) -> Cow<'_, str> {
    if !text.contains(MIDDLE) {
        return Cow::Borrowed(text);
    }
    let mut out = String::with_capacity(text.len());
    let mut from = 0;
    for mention in walk(text) {
        out.push_str(text.get(from..mention.from).unwrap_or_default());
        out.push('@');
        out.push_str(mention.name);
        from = mention.to;
    }
    out.push_str(text.get(from..).unwrap_or_default());
    Cow::Owned(out)
}

struct Mention<'t> {
    from: usize,
    to: usize,
    name: &'t str,
    user: Id,
}

fn walk(text: &str) -> impl Iterator<Item = Mention<'_>> {
    text.match_indices(MIDDLE).filter_map(move |(middle, _)| {
        let before = text.get(..middle)?;
        let from = before.rfind("@[")?;
        let name = before.get(from + 2..)?;
        let rest = text.get(middle + MIDDLE.len()..)?;
        let (id, _) = rest.split_once(')')?;
        let is_name = !name.is_empty() && name.chars().count() <= 200 && !name.contains(['[', ']', '\n']);
        let user = Id::parse(id).filter(|_| is_name)?;
        Some(Mention { from, to: middle + MIDDLE.len() + id.len() + 1, name, user })
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    const ANA: &str = "01980000-0000-7000-8000-000000000001";

    #[test]
    fn a_mention_reads_as_a_name() {
        let text = format!("Ask @[Ana Pop](user:{ANA}), not @[Ana Pop](user:{ANA})!");
        assert_eq!(plain(&text), "Ask @Ana Pop, not @Ana Pop!");
        assert_eq!(users(&text), [Id::parse(ANA).expect("an id")]);
    }

    #[test]
    fn what_is_no_mention_stays() {
        for text in [
            "a@b.com",
            "@[Ana](user:nobody)",
            "@[](user:01980000-0000-7000-8000-000000000001)",
            "](user:01980000-0000-7000-8000-000000000001)",
            "@[Ana](user:01980000-0000-7000-8000-000000000001",
            "Ștefan @[小 [x](user:",
        ] {
            assert_eq!(plain(text), text);
            assert!(users(text).is_empty(), "{text}");
        }
    }
}
