//! The addresses in a letter. Each carries a word over what it is for that only this company can say: a link leads where we
//! said it leads and nowhere else, so that nobody makes our name a door to theirs.

use foundation::App;
use kernel::{Id, Result};
use subtle::ConstantTimeEq;

/// Bytes of the word.
const WORD: usize = 16;
/// Links of one letter that are counted.
const MOST_LINKS: i64 = 200;

/// A letter's page with our picture and links that lead through here.
pub fn marked(app: &App, letter: Id, html: &str) -> Result<String> {
    const LINK: &str = "<a href=\"";
    let own = format!("{}/m/", app.config().origin);
    let mut out = String::with_capacity(html.len() + 400);
    let mut rest = html;
    let mut number = 0;
    while let Some((before, behind)) = rest.split_once(LINK) {
        out.push_str(before);
        out.push_str(LINK);
        let Some((target, after)) = behind.split_once('"') else {
            rest = behind;
            continue;
        };
        let plain = unescaped(target);
        // Who wants no more of it is not counted for that.
        if plain.starts_with(&own) || number >= MOST_LINKS {
            out.push_str(target);
        } else {
            number += 1;
            out.push_str(&link_address(app, letter, number, &plain)?.replace('&', "&amp;"));
        }
        out.push('"');
        rest = after;
    }
    out.push_str(rest);
    let picture = format!("{own}o/{}{}", letter.0.simple(), word(app, &[b"picture", letter.0.as_bytes()])?);
    out.push_str(&format!("<img src=\"{picture}\" width=\"1\" height=\"1\" alt=\"\">"));
    Ok(out)
}

fn link_address(app: &App, letter: Id, number: i64, target: &str) -> Result<String> {
    let word = link_word(app, letter, number, target)?;
    let origin = &app.config().origin;
    Ok(format!("{origin}/m/l/{}{word}{number}?to={}", letter.0.simple(), escaped(target)))
}

fn link_word(app: &App, letter: Id, number: i64, target: &str) -> Result<String> {
    word(app, &[b"link", letter.0.as_bytes(), &number.to_be_bytes(), target.as_bytes()])
}

/// The letter whose picture it is; none for an address that we did not make.
pub fn picture(app: &App, token: &str) -> Option<Id> {
    let (id, said) = token.split_at_checked(32)?;
    let letter = Id::parse(id)?;
    is_same(&word(app, &[b"picture", letter.0.as_bytes()]).ok()?, said).then_some(letter)
}

/// The letter and the number of the link that leads to this target; none where we did not say so.
pub fn link(app: &App, token: &str, target: &str) -> Option<(Id, i64)> {
    let (id, rest) = token.split_at_checked(32)?;
    let (said, number) = rest.split_at_checked(WORD * 2)?;
    let (letter, number) = (Id::parse(id)?, number.parse::<i64>().ok()?);
    is_same(&link_word(app, letter, number, target).ok()?, said).then_some((letter, number))
}

/// The page on which somebody leaves a sequence.
pub fn leave_address(app: &App, enrolment: Id) -> Result<String> {
    let word = word(app, &[b"leave", enrolment.0.as_bytes()])?;
    Ok(format!("{}/m/u/{}{word}", app.config().origin, enrolment.0.simple()))
}

/// Whose page it is.
pub fn leave(app: &App, token: &str) -> Option<Id> {
    let (id, said) = token.split_at_checked(32)?;
    let enrolment = Id::parse(id)?;
    is_same(&word(app, &[b"leave", enrolment.0.as_bytes()]).ok()?, said).then_some(enrolment)
}

fn is_same(ours: &str, said: &str) -> bool {
    bool::from(ours.as_bytes().ct_eq(said.as_bytes()))
}

fn word(app: &App, parts: &[&[u8]]) -> Result<String> {
    // What it is for comes first and has no end in common with another; ids have one length.
    let mac = app.key().derive(&parts.concat(), b"an address in a letter")?;
    Ok(mac.iter().take(WORD).map(|byte| format!("{byte:02x}")).collect())
}

fn unescaped(html: &str) -> String {
    html.replace("&quot;", "\"").replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&")
}

fn escaped(text: &str) -> String {
    let mut out = String::with_capacity(text.len() + 20);
    for byte in text.bytes() {
        match byte {
            b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'.' | b'-' | b'_' | b'~' | b'/' | b':' => {
                out.push(char::from(byte))
            }
            other => out.push_str(&format!("%{other:02X}")),
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_target_survives_its_way_through_a_page_and_an_address() {
        assert_eq!(unescaped("https://x.example/?a=1&amp;b=&quot;2"), "https://x.example/?a=1&b=\"2");
        assert_eq!(escaped("https://x.example/?a=1&b=ș"), "https://x.example/%3Fa%3D1%26b%3D%C8%99");
    }
}
