//! A version on paper, under the company's letterhead.

use documents::offer::{Amount, Offer, OfferLine};
use documents::written;
use kernel::{Money, Result};

use super::document::{Choice, Document};
use super::words::{self, Words};

/// The PDF of a version as it is offered.
pub fn pdf(document: &Document, logo: Option<(Vec<u8>, &'static str)>) -> Result<Vec<u8>> {
    documents::offer::pdf(&offer(document)?, logo)
}

fn offer(document: &Document) -> Result<Offer> {
    let language = document.language.as_str();
    let say = words::of(language);
    let money = |money: Money| written::exact(money, language);
    let reckoned = document.reckon(&Choice::default())?;
    let mut lines = Vec::new();
    for (place, (line, (quantity, amounts, counts))) in document.lines.iter().zip(&reckoned.lines).enumerate() {
        let mut notes: Vec<String> = line.details.iter().cloned().collect();
        if line.is_open() {
            notes.push(say.open_quantity.to_string());
        }
        let unit = line.unit.as_deref().unwrap_or_default();
        lines.push(OfferLine {
            position: (place + 1).to_string(),
            name: line.name.clone(),
            notes: notes.join("\n"),
            quantity: format!("{} {unit}", written::number(*quantity, 3, language)).trim().to_string(),
            unit_price: money(line.unit_price),
            discount: if line.discount_percent > 0.0 {
                format!("{} %", written::number(line.discount_percent, 2, language))
            } else {
                String::new()
            },
            total: money(amounts.net),
            badge: match (line.is_optional, counts) {
                (false, _) => None,
                (true, true) => Some(say.optional.to_string()),
                (true, false) => Some(say.not_included.to_string()),
            },
            is_pale: !counts,
        });
    }
    let mut totals = vec![Amount { label: say.net.into(), value: money(reckoned.net), is_strong: false }];
    for (rate, tax) in &reckoned.taxes {
        let label = format!("{} {} %", say.tax, written::number(*rate, 2, language));
        totals.push(Amount { label, value: money(*tax), is_strong: false });
    }
    totals.push(Amount { label: say.total.into(), value: money(reckoned.gross), is_strong: true });
    let seller = &document.seller;
    Ok(Offer {
        title: format!("{} {}", say.quote, document.number),
        subject: document.subject.clone(),
        language: document.language.clone(),
        company: seller.name.clone(),
        colour: seller.colour.clone(),
        letterhead: seller.letterhead.clone(),
        footer: seller.footer.clone(),
        buyer: document.buyer.join("\n"),
        facts: facts(document, say),
        introduction: document.introduction.clone(),
        columns: [say.position, say.product, say.quantity, say.unit_price, say.discount, say.amount]
            .map(str::to_string)
            .into(),
        lines,
        totals,
        closing: closing(document, say),
        terms_title: say.terms.to_string(),
        terms: document.terms.clone(),
        page: say.page.to_string(),
    })
}

fn facts(document: &Document, say: &Words) -> Vec<[String; 2]> {
    let language = document.language.as_str();
    let seller = &document.seller;
    let mut facts = vec![[say.date.to_string(), written::day(&document.made_on, language)]];
    if document.revision > 1 {
        facts.push([say.version.to_string(), document.revision.to_string()]);
    }
    if let Some(until) = &document.valid_until {
        facts.push([say.valid_until.to_string(), written::day(until, language)]);
    }
    if let Some(person) = &seller.person {
        facts.push([say.contact.to_string(), person.clone()]);
    }
    facts.extend([&seller.email, &seller.phone].into_iter().flatten().map(|how| [String::new(), how.clone()]));
    facts
}

fn closing(document: &Document, say: &Words) -> Option<String> {
    document.payment_days.map(|days| match days {
        0 => say.pay_at_once.to_string(),
        days => say.pay_within.replace("{days}", &days.to_string()),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_offer_is_printed_in_four_languages() {
        for language in ["en", "ru", "ro"] {
            let mut document = super::super::document::tests::sample();
            document.language = language.into();
            let pdf = pdf(&document, None).unwrap();
            assert!(pdf.starts_with(b"%PDF-1.") && pdf.len() > 5_000, "{language}: {} bytes", pdf.len());
        }
        let document = super::super::document::tests::sample();
        assert_eq!(pdf(&document, None).unwrap(), pdf(&document, None).unwrap(), "the same paper twice");
    }
}
