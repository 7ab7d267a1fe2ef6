//! E-mail addresses: whose mailbox an address means, and what kind of address it is.

use std::collections::HashSet;
use std::sync::OnceLock;

use kernel::points;

use super::{Fault, Normal};

/// An address taken apart.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Email {
    /// Lower case, freed from what stood around it, its domain in the letters of its language: what is kept.
    pub address: String,
    /// The mailbox it means: without the tag, without dots where they mean nothing, `googlemail.com` as `gmail.com`.
    /// What addresses are compared by.
    pub mailbox: String,
    pub local: String,
    /// What stands behind the plus: `ana+shop@x.ro`.
    pub tag: String,
    pub domain: String,
    pub kind: Kind,
    /// A post, not a person: `info@`, `sales@`.
    pub is_role: bool,
}

/// Who gives out addresses at a domain.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Kind {
    /// A firm, a school, a person's own domain.
    #[default]
    Own,
    /// Anybody may have one: it says nothing of where somebody works.
    Free,
    /// Thrown away after minutes.
    Disposable,
}

/// A provider's habits: its domains (the first is the one they all mean), whether dots mean nothing, and what marks a tag.
struct Provider {
    domains: &'static [&'static str],
    dots: bool,
    tag: char,
}

const PROVIDERS: &[Provider] = &[
    Provider { domains: &["gmail.com", "googlemail.com"], dots: false, tag: '+' },
    Provider { domains: &["outlook.com"], dots: true, tag: '+' },
    Provider { domains: &["hotmail.com"], dots: true, tag: '+' },
    Provider { domains: &["live.com"], dots: true, tag: '+' },
    Provider { domains: &["icloud.com", "me.com", "mac.com"], dots: true, tag: '+' },
    Provider { domains: &["fastmail.com", "fastmail.fm"], dots: true, tag: '+' },
    Provider { domains: &["protonmail.com", "proton.me", "pm.me", "protonmail.ch"], dots: false, tag: '+' },
    Provider {
        domains: &["yandex.ru", "ya.ru", "yandex.com", "yandex.by", "yandex.kz", "yandex.ua"],
        dots: true,
        tag: '+',
    },
    Provider { domains: &["yahoo.com", "ymail.com", "rocketmail.com"], dots: true, tag: '+' },
    Provider { domains: &["zoho.com", "zohomail.com"], dots: true, tag: '+' },
    Provider { domains: &["tutanota.com", "tuta.com", "tuta.io", "tutamail.com"], dots: true, tag: '\0' },
];

const DISPOSABLE: &str = " mailinator.com guerrillamail.com guerrillamail.net guerrillamail.org guerrillamail.biz sharklasers.com \
    grr.la 10minutemail.com 10minutemail.net 10minmail.com 20minutemail.com tempmail.com temp-mail.org temp-mail.io \
    tempmail.net tempmailo.com tempmail.plus tempr.email throwawaymail.com throwaway.email trashmail.com trashmail.net \
    trashmail.de trash-mail.com wegwerfmail.de wegwerfemail.de wegwerf-email.de einrot.com einmalmail.de byom.de spambog.com \
    yopmail.com yopmail.fr yopmail.net cool.fr.nf jetable.fr.nf jetable.org nospam.ze.tm dispostable.com discard.email \
    discardmail.com discardmail.de maildrop.cc mailnesia.com mailcatch.com mailnull.com mintemail.com moakt.com moakt.cc \
    getnada.com nada.email inboxkitten.com emailondeck.com fakeinbox.com fakemail.net fakemailgenerator.com mailexpire.com \
    mailforspam.com mailmoat.com mytrashmail.com mytemp.email mohmal.com burnermail.io spam4.me spamgourmet.com spamex.com \
    spamfree24.org spamavert.com tempinbox.com tempomail.fr temporary-mail.net temporaryemail.net tmpmail.org tmpmail.net \
    crazymailing.com deadaddress.com despam.it emailsensei.com emltmp.com filzmail.com getairmail.com harakirimail.com \
    incognitomail.org kasmail.com mail-temp.com mail-temporaire.fr mailtemp.info meltmail.com minuteinbox.com mt2015.com \
    nomail.xl.cx objectmail.com one-time.email onewaymail.com pookmail.com proxymail.eu rcpt.at rmqkr.net safetymail.info \
    selfdestructingmail.com sneakemail.com sogetthis.com superrito.com teleworm.us armyspy.com cuvox.de dayrep.com \
    fleckens.hu gustr.com jourrapide.com rhyta.com thisisnotmyrealemail.com tradermail.info trbvm.com vomoto.com zoemail.org \
    1secmail.com 1secmail.net 1secmail.org 33mail.com anonbox.net anonymbox.com bugmenot.com chacuo.net 027168.com \
    linshiyouxiang.net dropmail.me crazymail.guru tempemail.co tempail.com luxusmail.org mail.tm mailpoof.com mailsac.com ";

/// Nobody receives anything here (RFC 2606, RFC 6761).
const RESERVED: &str = " example.com example.org example.net test.com domain.com email.com mail.com.invalid ";

const ROLES: &str = " info sales contact contacts support office admin administrator billing accounts accounting finance hr jobs career \
    careers marketing press media help helpdesk service services webmaster postmaster hostmaster abuse noreply no-reply \
    donotreply do-not-reply newsletter orders order shop store team hello hi mail email enquiries inquiries reception secretary \
    secretariat legal privacy dpo gdpr security purchasing procurement export import logistics warehouse buchhaltung vertrieb \
    verkauf kontakt bestellung rechnung bewerbung personal kundenservice comptabilite facturation ventes commercial direction \
    accueil vanzari contabilitate comenzi facturi secretariat relatii zakaz buhgalteria buh prodazhi otdel priem sekretar \
    kancelaria biuro ventas administracion compras facturacion amministrazione ordini vendite ufficio feedback root ";

/// What people mean when they type these.
const MISTYPED: &str = "
gmail.com gmial.com gmai.com gmal.com gamil.com gnail.com gmail.co gmail.con gmail.cm gmail.om gmaill.com gmali.com gmil.com gmail.ro gmail.ru gmail.comm gmaul.com gmeil.com gmailcom.com
yahoo.com yaho.com yahooo.com yahoo.co yahoo.con yhaoo.com yahho.com yhoo.com yaoo.com
hotmail.com hotmial.com hotmal.com hotmai.com hotmail.co hotmail.con hotmil.com hotamil.com hotnail.com homail.com
outlook.com outlok.com outloo.com outlook.co outlook.con outllok.com oulook.com
icloud.com iclod.com icoud.com icloud.co icloud.con
mail.ru mial.ru mai.ru maill.ru mail.ry
yandex.ru yandx.ru yndex.ru yandex.r yadex.ru yandeks.ru
qq.com qq.con qq.co q.com
163.com 163.con 163.co
gmx.de gmx.d gxm.de
web.de wep.de web.d
";

/// Takes an address apart.
pub fn parse(text: &str) -> Normal<'_, Email> {
    if text.trim().is_empty() {
        return Normal { raw: text, form: Email::default(), faults: vec![Fault::Empty] };
    }
    let address = crate::values::contact::email(text).ok();
    let Some((local, domain)) = address.as_deref().and_then(|address| address.rsplit_once('@')) else {
        return Normal { raw: text, form: Email::default(), faults: vec![Fault::EmailForm] };
    };
    let domain = unicode_domain(domain);
    let (plain, tag) = without_tag(local, &domain);
    let form = Email {
        address: format!("{local}@{domain}"),
        mailbox: format!(
            "{}@{}",
            if drops_dots(&domain) { plain.replace('.', "") } else { plain.to_string() },
            meant(&domain)
        ),
        local: local.to_string(),
        tag: tag.to_string(),
        kind: kind(&domain),
        is_role: is_in(ROLES, plain),
        domain,
    };
    let mut faults = Vec::new();
    if points::email(&form.address).is_none() {
        faults.push(Fault::EmailForm);
    }
    if suggestion(&form.domain).is_some() {
        faults.push(Fault::EmailDomainMistyped);
    }
    if form.kind == Kind::Disposable {
        faults.push(Fault::EmailDisposable);
    }
    let last = form.domain.rsplit('.').next().unwrap_or_default();
    if is_in(RESERVED, &form.domain) || matches!(last, "invalid" | "test" | "local" | "localhost" | "localdomain") {
        faults.push(Fault::EmailDomainReserved);
    }
    Normal { raw: text, form, faults }
}

/// The mailbox an address means, to compare by; `None` if it is no address.
pub fn mailbox(text: &str) -> Option<String> {
    let parsed = parse(text);
    (!parsed.form.mailbox.is_empty()).then_some(parsed.form.mailbox)
}

/// What was probably meant by a mistyped domain.
pub fn suggestion(domain: &str) -> Option<&'static str> {
    super::table(MISTYPED).find_map(|(meant, mut typed)| typed.any(|typed| typed == domain).then_some(meant))
}

/// Who gives out addresses at a domain.
pub fn kind(domain: &str) -> Kind {
    let mut rest = Some(domain);
    let mut free = false;
    while let Some(now) = rest {
        if is_in(DISPOSABLE, now) {
            return Kind::Disposable;
        }
        free |= free_domains().contains(now);
        rest = now.split_once('.').map(|(_, above)| above).filter(|above| above.contains('.'));
    }
    if free { Kind::Free } else { Kind::Own }
}

/// The domain that a firm's site and its addresses share: without `www.`, in the letters of its language.
pub fn site_domain(url: &str) -> Option<String> {
    let url = points::url(url)?;
    let (_, rest) = url.split_once("://")?;
    let host = rest.split(['/', '?', '#', ':']).next()?;
    let host = host.strip_prefix("www.").unwrap_or(host);
    host.contains('.').then(|| unicode_domain(host))
}

fn free_domains() -> &'static HashSet<&'static str> {
    static DOMAINS: OnceLock<HashSet<&'static str>> = OnceLock::new();
    DOMAINS.get_or_init(|| {
        let lines = include_str!("free_domains.txt").lines();
        lines.filter(|line| !line.is_empty() && !line.starts_with('#')).collect()
    })
}

fn provider(domain: &str) -> Option<&'static Provider> {
    PROVIDERS.iter().find(|provider| provider.domains.contains(&domain))
}

fn meant(domain: &str) -> &str {
    provider(domain).and_then(|provider| provider.domains.first().copied()).unwrap_or(domain)
}

fn drops_dots(domain: &str) -> bool {
    provider(domain).is_some_and(|provider| !provider.dots)
}

/// A plus marks a tag at nearly every provider; few have a mark of their own.
fn without_tag<'a>(local: &'a str, domain: &str) -> (&'a str, &'a str) {
    let mark = provider(domain).map_or('+', |provider| provider.tag);
    match local.split_once(mark) {
        Some((plain, tag)) if !plain.trim_matches('.').is_empty() => (plain, tag),
        _ => (local, ""),
    }
}

fn is_in(list: &str, word: &str) -> bool {
    !word.is_empty() && !word.contains(' ') && list.contains(&format!(" {word} "))
}

/// `xn--e1afmkfd.xn--p1ai` as `пример.рф`; a label that is no punycode stays.
fn unicode_domain(domain: &str) -> String {
    if !domain.contains("xn--") {
        return domain.to_string();
    }
    let labels = domain.split('.').map(|label| {
        let decoded = label.strip_prefix("xn--").and_then(punycode);
        // What decodes to plain letters or to none was no such label.
        decoded
            .filter(|text| !text.is_ascii() && text.chars().all(char::is_alphanumeric))
            .map(|text| text.to_lowercase())
            .unwrap_or_else(|| label.to_string())
    });
    labels.collect::<Vec<_>>().join(".")
}

/// Decodes a label (RFC 3492, section 6.2).
fn punycode(label: &str) -> Option<String> {
    const BASE: u32 = 36;
    let (basic, extended) = label.rsplit_once('-').unwrap_or(("", label));
    let mut output: Vec<char> = basic.chars().collect();
    let (mut n, mut i, mut bias) = (128u32, 0u32, 72u32);
    let mut digits = extended.bytes();
    while digits.len() > 0 {
        let (start, mut weight, mut k) = (i, 1u32, BASE);
        loop {
            let digit = match digits.next()? {
                byte @ b'a'..=b'z' => u32::from(byte - b'a'),
                byte @ b'0'..=b'9' => u32::from(byte - b'0') + 26,
                _ => return None,
            };
            i = i.checked_add(digit.checked_mul(weight)?)?;
            let threshold = k.saturating_sub(bias).clamp(1, 26);
            if digit < threshold {
                break;
            }
            weight = weight.checked_mul(BASE - threshold)?;
            k = k.checked_add(BASE)?;
        }
        let length = u32::try_from(output.len()).ok()?.checked_add(1)?;
        bias = adapted(i - start, length, start == 0);
        n = n.checked_add(i / length)?;
        i %= length;
        output.insert(usize::try_from(i).ok()?, char::from_u32(n)?);
        i += 1;
        if output.len() > 63 {
            return None;
        }
    }
    Some(output.into_iter().collect())
}

fn adapted(delta: u32, length: u32, is_first: bool) -> u32 {
    let mut delta = if is_first { delta / 700 } else { delta / 2 };
    delta += delta / length;
    let mut k = 0;
    while delta > 455 {
        delta /= 35;
        k += 36;
    }
    k + 36 * delta / (delta + 38)
}
