//! Points of contact in their normal form: e-mail, phone, web address. One place for API and import alike.

/// Trimmed and lower-case; the display-name form and `mailto:` are understood. `None` if it is no address.
pub fn email(text: &str) -> Option<String> {
    let text = text.trim();
    let text = match (text.rfind('<'), text.ends_with('>')) {
        (Some(open), true) => text.get(open + 1..text.len() - 1)?,
        _ => text,
    };
    let text = text.strip_prefix("mailto:").unwrap_or(text).trim();
    let (local, domain) = text.rsplit_once('@')?;
    let fits = !local.is_empty()
        && local.chars().count() <= 64
        && domain.len() <= 253
        && !local.starts_with('.')
        && !local.ends_with('.')
        && !local.contains("..")
        && local.chars().all(|c| c.is_alphanumeric() || "!#$%&'*+/=?^_`{|}~.-".contains(c))
        && domain.contains('.')
        && domain.split('.').all(is_label);
    fits.then(|| text.to_lowercase())
}

fn is_label(label: &str) -> bool {
    !label.is_empty()
        && label.len() <= 63
        && !label.starts_with('-')
        && !label.ends_with('-')
        && label.chars().all(|c| c.is_alphanumeric() || c == '-')
}

/// E.164 where the number or `country` (ISO 3166-1 alpha-2) says which country it is of; else as written, if it has five
/// digits or more. `None` if it is no phone number.
pub fn phone(text: &str, country: Option<&str>) -> Option<String> {
    let text = text.trim();
    let digits = text.chars().filter(char::is_ascii_digit).count();
    if !(5..=20).contains(&digits) || text.chars().count() > 40 {
        return None;
    }
    if text
        .chars()
        .any(|c| c.is_alphabetic() && !matches!(c.to_ascii_lowercase(), 'e' | 'x' | 't' | 'p' | 'h' | 'o' | 'n'))
    {
        return None;
    }
    // The common clean form needs no tables.
    if let Some(rest) = text.strip_prefix('+')
        && rest.len() == digits
        && digits >= 8
        && !rest.starts_with('0')
    {
        return Some(text.to_string());
    }
    let international = text.strip_prefix("00").map(|rest| format!("+{rest}"));
    let country = country.and_then(|code| code.parse::<phonenumber::country::Id>().ok());
    let parsed = phonenumber::parse(country, international.as_deref().unwrap_or(text)).ok();
    match parsed.filter(phonenumber::is_valid) {
        Some(number) => Some(number.format().mode(phonenumber::Mode::E164).to_string()),
        None => Some(text.to_string()),
    }
}

/// With a scheme, host in lower case; `example.com` becomes `https://example.com`. Only http and https.
pub fn url(text: &str) -> Option<String> {
    let text = text.trim();
    if text.chars().any(|c| c.is_whitespace() || c.is_control()) || text.len() > 2000 {
        return None;
    }
    let (scheme, rest) = match text.split_once("://") {
        Some((scheme, rest)) => (scheme.to_ascii_lowercase(), rest),
        None => ("https".to_string(), text),
    };
    if scheme != "http" && scheme != "https" {
        return None;
    }
    let end = rest.find(['/', '?', '#']).unwrap_or(rest.len());
    let (host, path) = rest.split_at_checked(end)?;
    let name = host
        .rsplit_once(':')
        .filter(|(_, port)| port.bytes().all(|b| b.is_ascii_digit()))
        .map_or(host, |(name, _)| name);
    let fits = name.split('.').all(is_label) && (name.contains('.') || name == "localhost");
    fits.then(|| format!("{scheme}://{}{path}", host.to_lowercase()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn emails_are_found_in_their_usual_clothes() {
        assert_eq!(email(" Ana.Pop@Example.COM ").as_deref(), Some("ana.pop@example.com"));
        assert_eq!(email("Ana Pop <ana@example.com>").as_deref(), Some("ana@example.com"));
        assert_eq!(email("mailto:ana@example.com").as_deref(), Some("ana@example.com"));
        for bad in ["ana", "ana@", "@example.com", "ana@localhost", "a b@example.com", "ana@exa mple.com", "ana@-x.com"]
        {
            assert_eq!(email(bad), None, "{bad}");
        }
    }

    #[test]
    fn phones_become_e164_where_the_country_is_known() {
        assert_eq!(phone("+40 721 123 456", None).as_deref(), Some("+40721123456"));
        assert_eq!(phone("0040721123456", None).as_deref(), Some("+40721123456"));
        assert_eq!(phone("0721 123 456", Some("RO")).as_deref(), Some("+40721123456"));
        assert_eq!(phone("0721 123 456", None).as_deref(), Some("0721 123 456"));
        assert_eq!(phone("12", None), None);
        assert_eq!(phone("call me", None), None);
    }

    #[test]
    fn web_addresses_have_a_scheme_and_a_host() {
        assert_eq!(url("Example.com/A").as_deref(), Some("https://example.com/A"));
        assert_eq!(url("http://example.com:8080?x=1").as_deref(), Some("http://example.com:8080?x=1"));
        assert_eq!(url("javascript:alert(1)"), None);
        assert_eq!(url("ftp://example.com"), None);
        assert_eq!(url("not a url"), None);
    }
}
