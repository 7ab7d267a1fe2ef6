//! What can be wrong with a value.

macro_rules! faults {
    ($($(#[$doc:meta])* $name:ident = $code:literal,)*) => {
        /// What is wrong with a value. The code is stable; its text in four languages is kept with the other words.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
        pub enum Fault {
            $($(#[$doc])* $name,)*
        }

        impl Fault {
            /// Every fault there is.
            pub const ALL: &'static [Fault] = &[$(Fault::$name,)*];

            /// The stable code.
            pub const fn code(self) -> &'static str {
                match self {
                    $(Fault::$name => $code,)*
                }
            }

            /// The fault of a code.
            pub fn of(code: &str) -> Option<Fault> {
                Self::ALL.iter().copied().find(|fault| fault.code() == code)
            }
        }
    };
}

faults! {
    /// Nothing is written.
    Empty = "empty",
    /// Digits stand in a name.
    NameHasDigits = "name_has_digits",
    /// An address or a link stands where a name should.
    NotAName = "not_a_name",
    /// `test`, `asdf`, `unknown`: written to fill the field.
    Placeholder = "placeholder",
    /// More words than a name has.
    NameTooLong = "name_too_long",
    /// All capitals or all small letters.
    WrongCase = "wrong_case",
    /// Cyrillic and Latin letters in one word: a letter of the other alphabet that looks the same.
    MixedAlphabets = "mixed_alphabets",
    /// Several persons in one name: `Ana and Ion Pop`.
    SeveralPersons = "several_persons",
    /// No address of mail.
    EmailForm = "email_form",
    /// The domain looks like a well known one with a typing error.
    EmailDomainMistyped = "email_domain_mistyped",
    /// A throw-away address.
    EmailDisposable = "email_disposable",
    /// `example.com` and others that nobody can receive at.
    EmailDomainReserved = "email_domain_reserved",
    /// No phone number.
    PhoneForm = "phone_form",
    /// Written nationally, and the country is not known.
    PhoneWithoutCountry = "phone_without_country",
    /// No number of its country is like this.
    PhoneNotOfCountry = "phone_not_of_country",
    /// Seven equal digits and the like.
    PhonePlaceholder = "phone_placeholder",
    /// No country is called so.
    CountryUnknown = "country_unknown",
    /// A postal code that its country does not write.
    PostalCodeForm = "postal_code_form",
    /// No town.
    CityMissing = "city_missing",
    /// No street.
    StreetMissing = "street_missing",
    /// A street without a house number, in a country where each has one.
    HouseMissing = "house_missing",
    /// No date.
    DateForm = "date_form",
    /// A day that the month does not have.
    DateImpossible = "date_impossible",
    /// Month or year only.
    DatePartial = "date_partial",
    /// Day and month could be the other way round.
    DateAmbiguous = "date_ambiguous",
    /// A past date that lies ahead.
    DateAhead = "date_ahead",
    /// Before anybody alive was born, or a product's "no date" (1900-01-01).
    DateUnlikely = "date_unlikely",
    /// Too long, too short, or letters where digits stand.
    IdForm = "id_form",
    /// The check digit does not fit: a typing error.
    IdCheckDigit = "id_check_digit",
    /// Nothing tells what kind of number it is.
    IdUnknown = "id_unknown",
}
