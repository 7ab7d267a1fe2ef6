//! Text values and their escapes (RFC 5545, section 3.3.11).

/// A text as a value has it.
pub fn escaped(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '\\' | ';' | ',' => out.extend(['\\', c]),
            '\n' => out.push_str("\\n"),
            '\r' => {}
            c if c.is_control() && c != '\t' => {}
            c => out.push(c),
        }
    }
    out
}

/// The text that a value means.
pub fn unescaped(value: &str) -> String {
    let mut out = String::with_capacity(value.len());
    let mut chars = value.chars();
    while let Some(c) = chars.next() {
        match c {
            '\\' => match chars.next() {
                Some('n' | 'N') => out.push('\n'),
                Some(other) => out.push(other),
                None => {}
            },
            c => out.push(c),
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_text_comes_back_as_it_went() {
        let text = "Tea; milk, sugar\nback\\slash";
        assert_eq!(escaped(text), "Tea\\; milk\\, sugar\\nback\\\\slash");
        assert_eq!(unescaped(&escaped(text)), text);
        assert_eq!(unescaped("a\\Nb\\"), "a\nb");
    }
}
