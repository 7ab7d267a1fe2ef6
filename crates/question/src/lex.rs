//! Cuts the text form into words, numbers, texts and signs.

use crate::error::{QuestionError, Result, Span};

/// Bytes in the text form of one question.
pub const TEXT_BYTES: usize = 64 << 10;

#[derive(Debug, Clone, PartialEq)]
pub enum Token {
    Word(String),
    /// A name in backticks, never a word of the language.
    Name(String),
    Number(String),
    Text(String),
    Sign(&'static str),
}

const SIGNS: [&str; 17] = ["!=", "<=", ">=", "<>", "==", "=", "<", ">", "(", ")", ",", "+", "-", "*", "/", ".", "%"];

struct Cursor<'a> {
    text: &'a str,
    at: usize,
    line: usize,
    column: usize,
}

impl<'a> Cursor<'a> {
    fn rest(&self) -> &'a str {
        self.text.get(self.at..).unwrap_or("")
    }

    fn peek(&self) -> Option<char> {
        self.rest().chars().next()
    }

    fn next(&mut self) -> Option<char> {
        let ch = self.peek()?;
        self.at += ch.len_utf8();
        if ch == '\n' {
            self.line += 1;
            self.column = 1;
        } else {
            self.column += 1;
        }
        Some(ch)
    }

    fn take_while(&mut self, wanted: impl Fn(char) -> bool) -> &'a str {
        let start = self.at;
        while self.peek().is_some_and(&wanted) {
            self.next();
        }
        self.text.get(start..self.at).unwrap_or("")
    }

    fn here(&self) -> Span {
        Span { start: self.at, end: self.at, line: self.line, column: self.column, pointer: None }
    }
}

/// The tokens with their places, and the place of the end.
pub fn tokens(text: &str) -> Result<(Vec<(Token, Span)>, Span)> {
    if text.len() > TEXT_BYTES {
        return Err(QuestionError::new(
            "too_long",
            &Span::default(),
            format!("a question may have {TEXT_BYTES} bytes, this one has {}", text.len()),
        ));
    }
    let mut cursor = Cursor { text, at: 0, line: 1, column: 1 };
    let mut tokens = Vec::new();
    loop {
        cursor.take_while(char::is_whitespace);
        let mut span = cursor.here();
        let Some(ch) = cursor.peek() else { return Ok((tokens, span)) };
        let token = if ch.is_alphabetic() || ch == '_' {
            Token::Word(cursor.take_while(|c| c.is_alphanumeric() || c == '_').to_string())
        } else if ch.is_ascii_digit() {
            Token::Number(number(&mut cursor))
        } else if ch == '"' || ch == '\'' {
            Token::Text(quoted(&mut cursor, ch)?)
        } else if ch == '`' {
            Token::Name(name(&mut cursor)?)
        } else {
            Token::Sign(sign(&mut cursor)?)
        };
        span.end = cursor.at;
        tokens.push((token, span));
    }
}

/// `12`, `12.5`, `1e9`. A point not followed by a digit is not part of it.
fn number(cursor: &mut Cursor<'_>) -> String {
    let mut text = cursor.take_while(|c| c.is_ascii_digit()).to_string();
    let mut ahead = cursor.rest().chars();
    if ahead.next() == Some('.') && ahead.next().is_some_and(|c| c.is_ascii_digit()) {
        cursor.next();
        text.push('.');
        text.push_str(cursor.take_while(|c| c.is_ascii_digit()));
    }
    let mut ahead = cursor.rest().chars();
    if matches!(ahead.next(), Some('e' | 'E')) {
        let mut sign = "";
        let mut digit = ahead.next();
        if digit == Some('-') || digit == Some('+') {
            sign = if digit == Some('-') { "-" } else { "+" };
            digit = ahead.next();
        }
        if digit.is_some_and(|c| c.is_ascii_digit()) {
            cursor.next();
            if !sign.is_empty() {
                cursor.next();
            }
            text.push('e');
            text.push_str(sign);
            text.push_str(cursor.take_while(|c| c.is_ascii_digit()));
        }
    }
    text
}

fn quoted(cursor: &mut Cursor<'_>, quote: char) -> Result<String> {
    let open = cursor.here();
    cursor.next();
    let mut text = String::new();
    while let Some(ch) = cursor.next() {
        if ch == quote {
            return Ok(text);
        }
        if ch == '\0' {
            return Err(QuestionError::syntax(&cursor.here(), "a text may not hold the character 0"));
        }
        if ch != '\\' {
            text.push(ch);
            continue;
        }
        match cursor.next() {
            Some('n') => text.push('\n'),
            Some('t') => text.push('\t'),
            Some('r') => text.push('\r'),
            Some(same @ ('\\' | '"' | '\'')) => text.push(same),
            _ => {
                return Err(QuestionError::syntax(
                    &cursor.here(),
                    "after `\\` comes one of `\\`, `\"`, `'`, `n`, `t`, `r`; write `\\\\` for a backslash",
                ));
            }
        }
    }
    let span = Span { end: cursor.at, ..open };
    Err(QuestionError::syntax(&span, format!("this text is not closed: it needs a {quote} at its end")))
}

fn name(cursor: &mut Cursor<'_>) -> Result<String> {
    let open = cursor.here();
    cursor.next();
    let name = cursor.take_while(|c| c.is_alphanumeric() || c == '_').to_string();
    if name.is_empty() || cursor.next() != Some('`') {
        let span = Span { end: cursor.at, ..open };
        return Err(QuestionError::syntax(
            &span,
            "a name in backticks has letters, digits and `_`, and a ` at its end",
        ));
    }
    Ok(name)
}

fn sign(cursor: &mut Cursor<'_>) -> Result<&'static str> {
    for sign in SIGNS {
        if cursor.rest().starts_with(sign) {
            for _ in sign.chars() {
                cursor.next();
            }
            return Ok(sign);
        }
    }
    let mut span = cursor.here();
    let ch = cursor.next().unwrap_or(' ');
    span.end = cursor.at;
    let hint = match ch {
        '&' => ": write `and`",
        '|' => ": write `or`",
        '!' => ": write `not`",
        '“' | '”' | '„' | '«' | '»' | '‘' | '’' => ": write texts in straight quotes, \"…\"",
        _ => "",
    };
    Err(QuestionError::syntax(&span, format!("`{}` means nothing here{hint}", ch.escape_debug())))
}
