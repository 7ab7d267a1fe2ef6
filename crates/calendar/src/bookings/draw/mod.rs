//! Pages of bookings, as HTML. They work without scripts; a script helps where a browser has to show that it is one, and
//! says in which zone it is.

mod ask;

use std::collections::BTreeSet;
use std::fmt::Write as _;

use foundation::html::{coded, escaped, lines};
use jiff::ToSpan;
use jiff::civil::Date;
use jiff::tz::TimeZone;

pub use ask::Typing;

use super::letter::Told;
use super::plan::Plan;
use super::slots::Offer;
use super::words::{self, Words};
use crate::recurrence::local;

const STYLE: &str = include_str!("../page.css");
/// The visitor's own zone, the first time that a page is opened.
const ZONE: &str = "const z=Intl.DateTimeFormat().resolvedOptions().timeZone,s=document.getElementById('tz');\
                    if(s&&z&&s.value!==z&&[...s.options].some(o=>o.value===z)){s.value=z;s.form.submit()}";
/// Continents whose zones are offered.
const AREAS: [&str; 9] =
    ["Africa/", "America/", "Antarctica/", "Asia/", "Atlantic/", "Australia/", "Europe/", "Indian/", "Pacific/"];

/// Everything that all pages share.
pub struct Page<'p> {
    pub company: &'p str,
    pub plan: &'p Plan,
    pub language: &'p str,
    pub zone: &'p TimeZone,
    /// Lets this page's script and style through.
    pub nonce: &'p str,
}

/// What a page of times shows.
pub struct Choosing<'p> {
    /// The first day of the month.
    pub month: Date,
    pub day: Option<Date>,
    pub offers: &'p [Offer],
    /// The months that have something to offer.
    pub first: Date,
    pub last: Date,
    /// Where its links lead: the page, or that of a booking that moves.
    pub path: &'p str,
    /// What links carry along.
    pub kept: &'p [(String, String)],
    pub moves: bool,
    pub says_zone: bool,
    pub fault: Option<&'static str>,
}

impl Page<'_> {
    pub fn words(&self) -> &'static Words {
        words::of(self.language)
    }

    fn zone_name(&self) -> &str {
        self.zone.iana_name().unwrap_or("UTC")
    }

    /// A month with its days, and the times of one of them.
    pub fn choose(&self, shown: &Choosing) -> String {
        let mut body = String::new();
        let intro = self.plan.words(self.language).intro;
        if !intro.is_empty() && !shown.moves {
            let _ = write!(body, "<p class=intro>{}</p>", lines(&intro));
        }
        if let Some(fault) = shown.fault {
            let _ = write!(body, "<p class=fault role=alert>{}</p>", escaped(fault));
        }
        let days: BTreeSet<Date> = shown.offers.iter().map(|offer| local(offer.at, self.zone).date()).collect();
        body.push_str("<div class=two>");
        self.put_month(&mut body, shown, &days);
        self.put_times(&mut body, shown);
        body.push_str("</div>");
        self.put_zones(&mut body, shown);
        self.whole(&body, false, (!shown.says_zone).then_some(ZONE))
    }

    fn put_month(&self, body: &mut String, shown: &Choosing, days: &BTreeSet<Date>) {
        let says = self.words();
        let turn = |month: Date, sign: &str, label: &str, is_there: bool| {
            let link = address(shown.path, shown.kept, &[("month", &month.strftime("%Y-%m").to_string())]);
            match is_there {
                true => format!("<a href=\"{link}\" aria-label=\"{}\" rel=nofollow>{sign}</a>", escaped(label)),
                false => format!("<i aria-hidden=true>{sign}</i>"),
            }
        };
        let (before, after) = (shown.month.saturating_sub(1.month()), shown.month.saturating_add(1.month()));
        let _ = write!(
            body,
            "<section aria-label=\"{}\"><div class=head><h2>{}</h2><span>{}{}</span></div><table><thead><tr>",
            escaped(says.choose_day),
            escaped(&words::month(says, shown.month)),
            turn(before, "‹", says.earlier, before >= shown.first),
            turn(after, "›", says.later, after <= shown.last)
        );
        for (short, whole) in says.short.iter().zip(says.weekdays) {
            let _ = write!(body, "<th scope=col abbr=\"{whole}\">{short}</th>");
        }
        body.push_str("</tr></thead><tbody><tr>");
        let lead = shown.month.weekday().to_monday_zero_offset();
        for _ in 0..lead {
            body.push_str("<td></td>");
        }
        for (n, day) in
            shown.month.series(1.day()).take(usize::try_from(shown.month.days_in_month()).unwrap_or(31)).enumerate()
        {
            if n > 0 && day.weekday().to_monday_zero_offset() == 0 {
                body.push_str("</tr><tr>");
            }
            if days.contains(&day) {
                let link = address(shown.path, shown.kept, &[("day", &day.to_string())]);
                let current = if shown.day == Some(day) { " aria-current=date" } else { "" };
                let label = escaped(&words::day(says, day));
                let _ = write!(
                    body,
                    "<td><a href=\"{link}\" aria-label=\"{label}\" rel=nofollow{current}>{}</a></td>",
                    day.day()
                );
            } else {
                let _ = write!(body, "<td>{}</td>", day.day());
            }
        }
        body.push_str("</tr></tbody></table>");
        if days.is_empty() {
            let _ = write!(body, "<p class=intro>{}", escaped(says.none_here));
            if after <= shown.last {
                let link = address(shown.path, shown.kept, &[("month", &after.strftime("%Y-%m").to_string())]);
                let _ = write!(body, " <a href=\"{link}\" rel=nofollow>{}</a>", escaped(says.next_month));
            }
            body.push_str("</p>");
        }
        body.push_str("</section>");
    }

    fn put_times(&self, body: &mut String, shown: &Choosing) {
        let Some(day) = shown.day else { return };
        let says = self.words();
        let _ = write!(
            body,
            "<section aria-label=\"{}\"><h2>{}</h2>",
            escaped(says.choose_time),
            escaped(&words::day(says, day))
        );
        if shown.moves {
            let _ = write!(body, "<form method=post action=\"{}\">", address(shown.path, shown.kept, &[]));
        }
        body.push_str("<ul class=times>");
        for offer in shown.offers.iter().filter(|offer| local(offer.at, self.zone).date() == day) {
            let clock = words::clock(offer.at, self.zone);
            if shown.moves {
                let _ = write!(body, "<li><button name=at value=\"{}\">{clock}</button></li>", offer.at);
            } else {
                let link = address(shown.path, shown.kept, &[("at", &offer.at.to_string())]);
                let _ = write!(body, "<li><a href=\"{link}\" rel=nofollow>{clock}</a></li>");
            }
        }
        body.push_str(if shown.moves { "</ul></form></section>" } else { "</ul></section>" });
    }

    fn put_zones(&self, body: &mut String, shown: &Choosing) {
        let says = self.words();
        let _ = write!(body, "<form class=zone method=get action=\"{}\">", escaped(shown.path));
        for (name, value) in shown.kept.iter().filter(|(name, _)| name != "tz") {
            let _ = write!(body, "<input type=hidden name=\"{}\" value=\"{}\">", escaped(name), escaped(value));
        }
        let _ = write!(body, "<input type=hidden name=month value=\"{}\">", shown.month.strftime("%Y-%m"));
        let _ = write!(body, "<label for=tz>{}<select id=tz name=tz>", escaped(says.zone));
        let own = self.zone_name();
        let known = jiff::tz::db().available().map(|name| name.as_str().to_string());
        let mut names: BTreeSet<String> =
            known.filter(|name| AREAS.iter().any(|area| name.starts_with(area))).collect();
        names.insert("UTC".into());
        names.insert(own.to_string());
        for name in names {
            let selected = if name == own { " selected" } else { "" };
            let _ = write!(
                body,
                "<option value=\"{0}\"{selected}>{1}</option>",
                escaped(&name),
                escaped(&name.replace('_', " "))
            );
        }
        let _ = write!(body, "</select></label><button>{}</button></form>", escaped(says.set_zone));
    }

    /// A visitor's own booking: when it is, and how it is moved or cancelled.
    pub fn booked(&self, told: &Told, token: &str, is_over: bool) -> String {
        let says = self.words();
        let when = words::span(says, told.starts_at, told.ends_at, self.zone);
        let host = told
            .host
            .as_ref()
            .map_or(String::new(), |host| format!("<br>{} {}", escaped(says.with), escaped(&host.name)));
        let place = self.plan.location.as_deref().map_or(String::new(), |place| format!("<br>{}", escaped(place)));
        let when = format!("<p class=when><b>{}</b>{}{place}</p>", escaped(&when), host.trim_start_matches("<br>"));
        let base = format!("/b/booked/{}", escaped(token));
        let query = address("", &self.own(), &[]);
        let again = address(&format!("/b/{}", self.plan.slug), &self.own(), &[]);
        let body = if !told.is_booked {
            format!(
                "<p role=status class=bad>{}</p>{when}<a class=button href=\"{again}\">{}</a>",
                escaped(says.cancelled_lead),
                escaped(says.move_it)
            )
        } else if is_over {
            format!("<p role=status>{}</p>{when}", escaped(says.is_over))
        } else {
            let thanks = self.plan.words(self.language).thanks;
            let thanks = if thanks.is_empty() { says.booked_lead.to_string() } else { thanks };
            format!(
                "<p role=status>{}. {}</p>{when}<a class=button href=\"{base}/meeting.ics\">{}</a>\
                 <a class=\"button plain\" href=\"{base}/times{query}\">{}</a>\
                 <form method=post action=\"{base}{query}\"><button class=\"plain bad\" name=action value=cancel>{}</button></form>",
                escaped(says.booked),
                lines(&thanks),
                escaped(says.save),
                escaped(says.move_it),
                escaped(says.cancel)
            )
        };
        self.whole(&body, true, None)
    }

    /// One sentence.
    pub fn said(&self, text: &str) -> String {
        self.whole(&format!("<p role=status>{}</p>", escaped(text)), true, None)
    }

    fn whole(&self, body: &str, is_narrow: bool, script: Option<&str>) -> String {
        let (title, nonce, says) = (escaped(&self.plan.title(self.language)), self.nonce, self.words());
        let script = script.map_or(String::new(), |script| format!("<script nonce={nonce}>{script}</script>"));
        let narrow = if is_narrow { " class=narrow" } else { "" };
        format!(
            "<!doctype html><html lang={}><head><meta charset=utf-8><title>{title}</title>\
             <meta name=viewport content=\"width=device-width,initial-scale=1\"><meta name=robots content=noindex>\
             <meta name=referrer content=same-origin><style nonce={nonce}>{STYLE}</style></head>\
             <body><main{narrow}><p class=company>{}</p><h1>{title}</h1><p class=facts>{} {}</p>{body}</main>{script}</body></html>",
            escaped(self.language),
            escaped(self.company),
            self.plan.minutes,
            escaped(says.minutes)
        )
    }
}

/// An address with what it asks, ready to stand in quotes.
fn address(path: &str, kept: &[(String, String)], more: &[(&str, &str)]) -> String {
    let kept = kept.iter().map(|(name, value)| (name.as_str(), value.as_str()));
    let pairs: Vec<String> =
        kept.chain(more.iter().copied()).map(|(name, value)| format!("{}={}", coded(name), coded(value))).collect();
    let asks = if pairs.is_empty() { String::new() } else { format!("?{}", pairs.join("&amp;")) };
    format!("{}{asks}", escaped(path))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_of_an_address_becomes_markup() {
        let kept = [("utm_source".to_string(), "a\"><b>&c".to_string())];
        assert_eq!(
            address("/b/x", &kept, &[("tz", "Europe/Chisinau")]),
            "/b/x?utm_source=a%22%3E%3Cb%3E%26c&amp;tz=Europe%2FChisinau"
        );
    }
}
