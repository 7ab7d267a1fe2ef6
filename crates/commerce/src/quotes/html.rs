//! The words and figures of the public page as HTML: everything that somebody wrote is escaped here.

use std::fmt::Write as _;

use documents::written;
use foundation::html::escaped;
use kernel::Money;

use super::answer::Standing;
use super::document::{Document, Line, Reckoned};
use super::talk;
use super::words::{self, Words};

/// What is told of what was just done.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Said {
    Nothing,
    Asked,
    Incomplete,
    Cannot,
}

fn begin(title: &str, language: &str) -> String {
    format!(
        "<!doctype html><html lang=\"{}\"><head><meta charset=\"utf-8\"><meta name=\"viewport\" content=\"width=device-width, \
         initial-scale=1\"><meta name=\"robots\" content=\"noindex\"><title>{}</title><link rel=\"stylesheet\" href=\"/q/page.css\">\
         </head><body><main>",
        escaped(language),
        escaped(title)
    )
}

const END: &str = "</main><script src=\"/q/page.js\" defer></script></body></html>";

/// A page that says one thing.
pub fn notice(text: &str, language: &str) -> String {
    let language = if language.is_empty() { "en" } else { language };
    format!(
        "{}<div class=\"paper state bad\"><h1>{}</h1></div></main></body></html>",
        begin(text, language),
        escaped(text)
    )
}

/// The quote as its customer sees it.
pub fn quote(
    document: &Document,
    reckoned: &Reckoned,
    standing: Standing,
    token: &str,
    said: Said,
    turns: &[talk::Said],
) -> String {
    let language = document.language.as_str();
    let say = words::of(language);
    let title = format!("{} {} – {}", say.quote, document.number, document.seller.name);
    let mut out = begin(&title, language);
    if let Some((text, mood)) = told(standing, say) {
        let _ = write!(out, "<div class=\"paper state {mood}\" role=\"status\">{}</div>", escaped(text));
    }
    let told = match said {
        Said::Nothing => None,
        Said::Asked => Some((say.asked, "good")),
        Said::Incomplete => Some((say.must_agree, "bad")),
        Said::Cannot => Some((say.cannot, "bad")),
    };
    if let Some((text, mood)) = told {
        let _ = write!(out, "<div class=\"paper state {mood}\" role=\"status\">{}</div>", escaped(text));
    }
    let is_open = standing == Standing::Open;
    let chooses = is_open && document.lines.iter().any(|line| line.is_optional || line.is_open());
    out.push_str("<article class=\"paper\">");
    head(&mut out, document, say);
    if is_open {
        let _ = write!(
            out,
            "<form method=\"get\" action=\"/q/{token}\" data-choose><input type=\"hidden\" name=\"chooses\" value=\"1\">"
        );
    }
    lines(&mut out, document, reckoned, say, is_open);
    totals(&mut out, reckoned, language, say);
    out.push_str("<div class=\"row act\">");
    if chooses {
        let _ = write!(out, "<button type=\"submit\" data-reckon>{}</button>", escaped(say.recalculate));
    }
    let _ = write!(out, "<a class=\"button\" href=\"/q/{token}/pdf\">{}</a></div>", escaped(say.download));
    if is_open {
        out.push_str("</form>");
    }
    foot(&mut out, document, say);
    out.push_str("</article>");
    if is_open {
        accept(&mut out, document, reckoned, token, say);
    }
    turned(&mut out, turns, document, say);
    asks(&mut out, token, say, is_open);
    out.push_str(END);
    out
}

fn told(standing: Standing, say: &Words) -> Option<(&'static str, &'static str)> {
    match standing {
        Standing::Open => None,
        Standing::Accepted => Some((say.is_accepted, "good")),
        Standing::Refused => Some((say.is_refused, "bad")),
        Standing::Expired => Some((say.is_expired, "bad")),
        Standing::Withdrawn => Some((say.is_withdrawn, "bad")),
        Standing::Replaced => Some((say.is_replaced, "bad")),
    }
}

fn head(out: &mut String, document: &Document, say: &Words) {
    let language = document.language.as_str();
    let seller = &document.seller;
    let _ = write!(
        out,
        "<header class=\"top\"><div><div class=\"seller\">{}</div><p class=\"quiet\">{}</p></div></header><h1>{}</h1>",
        escaped(&seller.name),
        escaped(&seller.letterhead),
        escaped(&format!("{} {}", say.quote, document.number))
    );
    if let Some(subject) = &document.subject {
        let _ = write!(out, "<p class=\"quiet\">{}</p>", escaped(subject));
    }
    out.push_str("<dl class=\"facts\">");
    let mut fact = |label: &str, value: &str| {
        if !value.is_empty() {
            let _ = write!(out, "<div><dt>{}</dt><dd>{}</dd></div>", escaped(label), escaped(value));
        }
    };
    fact(say.for_you, document.buyer.first().map_or("", String::as_str));
    fact(say.date, &written::day(&document.made_on, language));
    if let Some(until) = &document.valid_until {
        fact(say.valid_until, &written::day(until, language));
    }
    if document.revision > 1 {
        fact(say.version, &document.revision.to_string());
    }
    let contact: Vec<&str> =
        [&seller.person, &seller.email, &seller.phone].into_iter().flatten().map(String::as_str).collect();
    fact(say.contact, &contact.join(", "));
    out.push_str("</dl>");
    if let Some(introduction) = &document.introduction {
        let _ = write!(out, "<p>{}</p>", escaped(introduction));
    }
}

fn lines(out: &mut String, document: &Document, reckoned: &Reckoned, say: &Words, is_open: bool) {
    let language = document.language.as_str();
    out.push_str("<ul class=\"lines\">");
    for (line, (quantity, amounts, counts)) in document.lines.iter().zip(&reckoned.lines) {
        let badge = match (line.is_optional, counts) {
            (false, _) => String::new(),
            (true, true) => format!(" <span class=\"badge\">{}</span>", escaped(say.optional)),
            (true, false) => format!(" <span class=\"badge\">{}</span>", escaped(say.not_included)),
        };
        let pale = if *counts { "" } else { " class=\"pale\"" };
        let discount = if line.discount_percent > 0.0 {
            format!(" · −{} %", written::number(line.discount_percent, 2, language))
        } else {
            String::new()
        };
        let many = format!("{} {}", written::number(*quantity, 3, language), line.unit.as_deref().unwrap_or_default());
        let _ = write!(
            out,
            "<li{pale}><div class=\"name\">{}{badge}</div><div class=\"sum\">{}</div><div class=\"how\">{} × {}{}</div>",
            escaped(&line.name),
            escaped(&written::exact(amounts.net, language)),
            escaped(many.trim()),
            escaped(&written::exact(line.unit_price, language)),
            escaped(&discount)
        );
        if let Some(details) = &line.details {
            let _ = write!(out, "<p class=\"quiet pick\">{}</p>", escaped(details));
        }
        if is_open {
            choices(out, line, *quantity, *counts, say);
        }
        out.push_str("</li>");
    }
    out.push_str("</ul>");
}

fn choices(out: &mut String, line: &Line, quantity: f64, counts: bool, say: &Words) {
    if !line.is_optional && !line.is_open() {
        return;
    }
    out.push_str("<div class=\"pick\">");
    if line.is_optional {
        let ticked = if counts { " checked" } else { "" };
        let _ = write!(
            out,
            "<label><input type=\"checkbox\" name=\"o\" value=\"{}\" data-reckons{ticked}> {}: {}</label>",
            line.id,
            escaped(say.include),
            escaped(&line.name)
        );
    }
    if line.is_open() {
        let (low, high) = line.bounds();
        let _ = write!(
            out,
            "<label>{} <input type=\"number\" name=\"n_{}\" value=\"{quantity}\" min=\"{low}\" max=\"{high}\" step=\"any\" \
             inputmode=\"decimal\" data-reckons aria-label=\"{}: {}\"></label>",
            escaped(say.quantity),
            line.id,
            escaped(say.quantity),
            escaped(&line.name)
        );
    }
    out.push_str("</div>");
}

fn totals(out: &mut String, reckoned: &Reckoned, language: &str, say: &Words) {
    let mut rows: Vec<(String, Money)> = vec![(say.net.to_string(), reckoned.net)];
    for (rate, tax) in &reckoned.taxes {
        rows.push((format!("{} {} %", say.tax, written::number(*rate, 2, language)), *tax));
    }
    rows.push((say.total.to_string(), reckoned.gross));
    out.push_str("<table class=\"totals\"><tbody>");
    for (label, money) in rows {
        let money = written::exact(money, language);
        let _ = write!(out, "<tr><th scope=\"row\">{}</th><td>{}</td></tr>", escaped(&label), escaped(&money));
    }
    out.push_str("</tbody></table>");
}

fn foot(out: &mut String, document: &Document, say: &Words) {
    let payment = document.payment_days.map(|days| match days {
        0 => say.pay_at_once.to_string(),
        days => say.pay_within.replace("{days}", &days.to_string()),
    });
    if let Some(payment) = payment {
        let _ = write!(out, "<p class=\"quiet\">{}</p>", escaped(&payment));
    }
    if let Some(terms) = &document.terms {
        let _ = write!(out, "<details><summary>{}</summary><p>{}</p></details>", escaped(say.terms), escaped(terms));
    }
    if !document.seller.footer.is_empty() {
        let _ = write!(out, "<p class=\"quiet\">{}</p>", escaped(&document.seller.footer));
    }
}

fn accept(out: &mut String, document: &Document, reckoned: &Reckoned, token: &str, say: &Words) {
    let _ = write!(
        out,
        "<section class=\"paper act\"><h2>{}</h2><form method=\"post\" action=\"/q/{token}/accept\">\
         <input type=\"hidden\" name=\"chooses\" value=\"1\"><input type=\"hidden\" name=\"drawing\" value=\"\">",
        escaped(say.accept_title)
    );
    // What is accepted is what the page shows.
    for (line, (quantity, _, counts)) in document.lines.iter().zip(&reckoned.lines) {
        if line.is_optional && *counts {
            let _ = write!(out, "<input type=\"hidden\" name=\"o\" value=\"{}\">", line.id);
        }
        if line.is_open() {
            let _ = write!(out, "<input type=\"hidden\" name=\"n_{}\" value=\"{quantity}\">", line.id);
        }
    }
    let _ = write!(
        out,
        "<p class=\"quiet\">{}</p><div class=\"field\"><label for=\"name\">{}</label>\
         <input type=\"text\" id=\"name\" name=\"name\" autocomplete=\"name\" maxlength=\"200\" required></div>\
         <div class=\"field drawn\"><label for=\"pad\">{}</label><canvas id=\"pad\" aria-label=\"{}\"></canvas>\
         <button type=\"button\">{}</button></div>\
         <label class=\"tick\"><input type=\"checkbox\" name=\"agree\" value=\"1\" required> <span>{}</span></label>\
         <button class=\"main\" type=\"submit\">{} · {}</button></form></section>",
        escaped(say.accept_hint),
        escaped(say.your_name),
        escaped(say.sign_here),
        escaped(say.sign_here),
        escaped(say.clear),
        escaped(say.agree),
        escaped(say.accept),
        escaped(&written::exact(reckoned.gross, &document.language))
    );
}

/// What was asked and answered so far.
fn turned(out: &mut String, turns: &[talk::Said], document: &Document, say: &Words) {
    if turns.is_empty() {
        return;
    }
    let _ = write!(out, "<section class=\"paper act\"><h2>{}</h2><ol class=\"talk\">", escaped(say.talk_title));
    for turn in turns {
        let (class, who) = if turn.is_ours { ("ours", document.seller.name.as_str()) } else { ("theirs", say.you) };
        let words = escaped(&turn.text);
        let day = written::day(&turn.at.date().to_string(), &document.language);
        let _ = write!(
            out,
            "<li class=\"{class}\"><p class=\"quiet\">{} · {}</p><p>{words}</p></li>",
            escaped(who),
            escaped(&day)
        );
    }
    out.push_str("</ol></section>");
}

fn asks(out: &mut String, token: &str, say: &Words, is_open: bool) {
    let _ = write!(
        out,
        "<section class=\"paper act\"><details><summary>{}</summary><form method=\"post\" action=\"/q/{token}/ask\"><div class=\"field\">\
         <label for=\"question\">{}</label><textarea id=\"question\" name=\"question\" maxlength=\"2000\" required></textarea></div>\
         <button type=\"submit\">{}</button></form></details>",
        escaped(say.ask_title),
        escaped(say.your_question),
        escaped(say.send)
    );
    if is_open {
        let _ = write!(
            out,
            "<details><summary>{}</summary><form method=\"post\" action=\"/q/{token}/refuse\"><div class=\"field\">\
             <label for=\"reason\">{}</label><textarea id=\"reason\" name=\"reason\" maxlength=\"1000\"></textarea></div>\
             <button class=\"bad\" type=\"submit\">{}</button></form></details>",
            escaped(say.refuse_title),
            escaped(say.reason),
            escaped(say.refuse)
        );
    }
    out.push_str("</section>");
}

#[cfg(test)]
mod tests {
    use super::super::document::{Choice, tests::sample};
    use super::*;

    #[test]
    fn what_somebody_wrote_is_text_and_nothing_else() {
        let mut document = sample();
        document.lines[0].name = "<script>alert(1)</script> \"Bike\"".into();
        document.terms = Some("<img src=x onerror=alert(1)>".into());
        let reckoned = document.reckon(&Choice::default()).unwrap();
        let html = quote(&document, &reckoned, Standing::Open, "token", Said::Nothing, &[]);
        assert!(!html.contains("<script>alert") && !html.contains("<img"), "{html}");
        assert!(html.contains("&lt;script&gt;") && html.contains("action=\"/q/token/accept\""));
    }

    #[test]
    fn a_quote_that_is_over_can_be_read_but_not_accepted() {
        let document = sample();
        let reckoned = document.reckon(&Choice::default()).unwrap();
        for standing in
            [Standing::Expired, Standing::Accepted, Standing::Withdrawn, Standing::Replaced, Standing::Refused]
        {
            let html = quote(&document, &reckoned, standing, "token", Said::Nothing, &[]);
            assert!(
                !html.contains("/accept\"") && !html.contains("/refuse\"") && html.contains("/ask\""),
                "{standing:?}"
            );
        }
    }
}
