//! How countries write postal codes, and their codes of three letters.

/// Country, its code of three letters, then its forms: `N` a digit, `A` a letter, all else as it stands. Several forms are
/// parted by bars. Countries without postal codes have none.
const FORMS: &str = "
AD AND ADNNN
AE ARE
AF AFG NNNN
AG ATG
AL ALB NNNN
AM ARM NNNN|NNNNNN
AO AGO
AR ARG NNNN|ANNNNAAA
AT AUT NNNN
AU AUS NNNN
AZ AZE NNNN
BA BIH NNNNN
BB BRB BBNNNNN
BD BGD NNNN
BE BEL NNNN
BG BGR NNNN
BH BHR NNN|NNNN
BN BRN AANNNN
BO BOL
BR BRA NNNNN-NNN
BS BHS
BT BTN NNNNN
BW BWA
BY BLR NNNNNN
BZ BLZ
CA CAN ANA_NAN
CD COD
CH CHE NNNN
CI CIV
CL CHL NNNNNNN
CM CMR
CN CHN NNNNNN
CO COL NNNNNN
CR CRI NNNNN
CU CUB NNNNN
CV CPV NNNN
CY CYP NNNN
CZ CZE NNN_NN
DE DEU NNNNN
DK DNK NNNN
DO DOM NNNNN
DZ DZA NNNNN
EC ECU NNNNNN
EE EST NNNNN
EG EGY NNNNN
ES ESP NNNNN
ET ETH NNNN
FI FIN NNNNN
FJ FJI
FO FRO NNN
FR FRA NNNNN
GB GBR AN_NAA|ANN_NAA|AAN_NAA|AANN_NAA|ANA_NAA|AANA_NAA
GE GEO NNNN
GG GGY AAN_NAA|AANN_NAA
GH GHA
GI GIB AANN_NAA
GL GRL NNNN
GR GRC NNN_NN
GT GTM NNNNN
HK HKG
HN HND NNNNN
HR HRV NNNNN
HT HTI NNNN
HU HUN NNNN
ID IDN NNNNN
IE IRL ANN_ANAN|ANN_AANN|ANN_ANNA|ANN_NANN|ANN_AAAN|ANN_AANA|ANN_AAAA|ANN_NAAN|ANN_NANA|ANN_NNNN|ANN_ANAA|ANN_NNAN|ANN_ANNN|ANN_NNNA|ANN_NAAA|ANN_NNAA|ANA_NNNN|ANA_ANNN|ANA_AANN|ANA_ANAN|ANA_AANA|ANA_ANNA|ANA_AAAN
IL ISR NNNNNNN|NNNNN
IM IMN AAN_NAA|AANN_NAA
IN IND NNNNNN
IQ IRQ NNNNN
IR IRN NNNNNNNNNN|NNNNN-NNNNN
IS ISL NNN
IT ITA NNNNN
JE JEY AAN_NAA|AANN_NAA
JM JAM
JO JOR NNNNN
JP JPN NNN-NNNN
KE KEN NNNNN
KG KGZ NNNNNN
KH KHM NNNNN|NNNNNN
KR KOR NNNNN
KW KWT NNNNN
KY CYM AAN-NNNN
KZ KAZ NNNNNN|ANNANAN
LA LAO NNNNN
LB LBN NNNN|NNNNNNNN
LI LIE NNNN
LK LKA NNNNN
LT LTU NNNNN
LU LUX NNNN
LV LVA LV-NNNN
LY LBY
MA MAR NNNNN
MC MCO NNNNN
MD MDA MD-NNNN
ME MNE NNNNN
MG MDG NNN
MK MKD NNNN
MM MMR NNNNN
MN MNG NNNNN|NNNNNN
MO MAC
MT MLT AAA_NNNN
MU MUS NNNNN
MV MDV NNNNN
MX MEX NNNNN
MY MYS NNNNN
MZ MOZ NNNN
NA NAM NNNNN
NG NGA NNNNNN
NI NIC NNNNN
NL NLD NNNN_AA
NO NOR NNNN
NP NPL NNNNN
NZ NZL NNNN
OM OMN NNN
PA PAN NNNN
PE PER NNNNN
PH PHL NNNN
PK PAK NNNNN
PL POL NN-NNN
PR PRI NNNNN|NNNNN-NNNN
PS PSE
PT PRT NNNN-NNN
PY PRY NNNN
QA QAT
RO ROU NNNNNN
RS SRB NNNNN
RU RUS NNNNNN
RW RWA
SA SAU NNNNN|NNNNN-NNNN
SE SWE NNN_NN
SG SGP NNNNNN
SI SVN NNNN
SK SVK NNN_NN
SM SMR NNNNN
SN SEN NNNNN
SV SLV NNNN
SY SYR
TH THA NNNNN
TJ TJK NNNNNN
TM TKM NNNNNN
TN TUN NNNN
TR TUR NNNNN
TW TWN NNN|NNNNN|NNNNNN
TZ TZA NNNNN
UA UKR NNNNN
UG UGA
US USA NNNNN|NNNNN-NNNN
UY URY NNNNN
UZ UZB NNNNNN
VA VAT NNNNN
VE VEN NNNN
VN VNM NNNNN|NNNNNN
XK XKX NNNNN
YE YEM
ZA ZAF NNNN
ZM ZMB NNNNN
ZW ZWE
";

/// ISO 3166-1 alpha-2 of a code of two or three letters.
pub fn country_of_code(code: &str) -> Option<&'static str> {
    let code = code.trim().to_ascii_uppercase();
    super::table(FORMS).find_map(|(two, mut rest)| (two == code || rest.next() == Some(&code)).then_some(two))
}

/// A postal code as its country writes it; `None` if it does not write such codes. Of a country that has none or is not
/// known, what stands there without superfluous spaces.
pub fn written(code: &str, country: &str) -> Option<String> {
    let tidy = code.split_whitespace().collect::<Vec<_>>().join(" ").to_uppercase();
    let Some(forms) =
        super::table(FORMS).find_map(|(two, mut rest)| (two == country).then(|| rest.nth(1).unwrap_or("")))
    else {
        return Some(tidy);
    };
    if forms.is_empty() || tidy.is_empty() {
        return Some(tidy);
    }
    let bare: String = tidy.chars().filter(|ch| ch.is_ascii_alphanumeric()).collect();
    if bare.chars().count() != tidy.chars().filter(|ch| !matches!(ch, ' ' | '-' | '–' | '.')).count() {
        return None;
    }
    // Postal services write the country in front: `D-10115`, `RO-400157`.
    let letters = bare.bytes().take_while(u8::is_ascii_uppercase).count();
    let without = bare.get(letters..).filter(|_| (1..=3).contains(&letters)).unwrap_or(&bare);
    forms.split('|').find_map(|form| {
        fitted(&bare, form).or_else(|| fitted(without, form)).or_else(|| {
            // `2001` of `MD-2001`.
            let named = form.get(..2).filter(|front| *front == country)?;
            fitted(&format!("{named}{without}"), form)
        })
    })
}

fn fitted(bare: &str, form: &str) -> Option<String> {
    let mut out = String::new();
    let mut chars = bare.chars();
    let literal =
        form.get(..2).filter(|front| !front.contains(['N', 'A', '_']) || form.starts_with("AD")).unwrap_or("");
    for (at, mark) in form.chars().enumerate() {
        match mark {
            '_' => out.push(' '),
            '-' => out.push('-'),
            mark if at < literal.len() => out.push(chars.next().filter(|ch| *ch == mark)?),
            'N' => out.push(chars.next().filter(char::is_ascii_digit)?),
            'A' => out.push(chars.next().filter(char::is_ascii_uppercase)?),
            _ => return None,
        }
    }
    chars.next().is_none().then_some(out)
}
