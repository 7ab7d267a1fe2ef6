use jiff::civil::date;
use kernel::{Address, Value};

use super::judge::{Around, Looks, judge};
use super::words;
use crate::normal::Fault;

fn judged(looks: Looks, text: &str, country: &str) -> (Vec<Fault>, Option<String>) {
    let around = Around { country, today: date(2026, 11, 22) };
    let (faults, mended) = judge(looks, &Value::Text(text.into()), around);
    (faults, mended.and_then(|value| value.as_text().map(str::to_string)))
}

#[test]
fn what_can_be_mended_is_and_the_rest_is_left_to_people() {
    assert_eq!(
        judged(Looks::Email, "ana@gmial.com", ""),
        (vec![Fault::EmailDomainMistyped], Some("ana@gmail.com".into()))
    );
    assert_eq!(judged(Looks::Email, "ana@acme.ro", ""), (vec![], None));
    assert_eq!(judged(Looks::Phone, "0721 123 456", "Romania"), (vec![], Some("+40721123456".into())));
    assert_eq!(judged(Looks::Phone, "0721 123 456", ""), (vec![Fault::PhoneWithoutCountry], None));
    assert_eq!(judged(Looks::Phone, "+40721123456", ""), (vec![], None));
    assert_eq!(judged(Looks::PersonName, "IVAN", ""), (vec![Fault::WrongCase], Some("Ivan".into())));
    assert_eq!(judged(Looks::PersonName, "ana@pop.ro", "").1, None);
    assert_eq!(judged(Looks::CompanyId, "RO 18547290", ""), (vec![], Some("RO18547290".into())));
    assert_eq!(judged(Looks::CompanyId, "RO18547291", ""), (vec![Fault::IdCheckDigit], None));
    assert_eq!(judged(Looks::CompanyId, "J12/3456/2001", ""), (vec![], None), "there are more registers than we know");
}

#[test]
fn an_address_is_mended_where_its_country_writes_it_in_one_way() {
    let around = Around { country: "Deutschland", today: date(2026, 11, 22) };
    let written = Address {
        street: "Hauptstr. 5".into(),
        city: " Berlin ".into(),
        postal_code: "D-10115".into(),
        country: "Deutschland".into(),
        ..Address::default()
    };
    let (faults, mended) = judge(Looks::Address, &Value::Address(Box::new(written)), around);
    let expected = Address {
        street: "Hauptstr. 5".into(),
        city: "Berlin".into(),
        postal_code: "10115".into(),
        country: "DE".into(),
        ..Address::default()
    };
    assert_eq!((faults, mended), (vec![], Some(Value::Address(Box::new(expected)))));
}

#[test]
fn every_fault_has_words_in_four_languages() {
    for fault in Fault::ALL {
        let texts: Vec<&str> = ["en", "ru", "zh", "ro"].iter().map(|language| words::fault(*fault, language)).collect();
        assert!(texts.iter().all(|text| !text.is_empty()), "{fault:?}");
    }
}
