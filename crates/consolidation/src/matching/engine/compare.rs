//! How alike two rows are, comparison by comparison, as levels from "the same" to "otherwise".

use super::similar::{edits, is_contained, is_one_edit, jaro_winkler, words_in_common};
use super::table::{Column, Role, Table};

/// Nothing is known: one of the two rows has no value.
pub const MISSING: u8 = 0;
/// The same value.
pub const SAME: u8 = 1;
/// Added to the level of an e-mail address when the names are the same.
pub const NAMESAKE: u8 = 5;
/// Added to it when one of the two names is.
pub const SHARED: u8 = 10;
/// Levels of one comparison, [`MISSING`] among them: they must fit into five bits.
pub const MOST_LEVELS: usize = 32;
/// Comparisons of one model: their levels fit into 64 bits.
pub const MOST_COMPARISONS: usize = 12;

/// What two rows are compared by.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Comparison {
    Given,
    Family,
    Name,
    Date,
    Email,
    Phone,
    Number,
    Domain,
    /// House, street, town, postal code and region in one: who moves changes them all together.
    Place,
    /// The text with this ordinal among the columns of texts.
    Text(u8),
}

/// The comparisons that a table's columns allow, in the order they are shown.
pub fn comparisons(table: &Table) -> Vec<Comparison> {
    let has = |role| table.columns.iter().any(|column| column.role == role);
    let mut found = Vec::new();
    for (role, comparison) in [
        (Role::Given, Comparison::Given),
        (Role::Family, Comparison::Family),
        (Role::Name, Comparison::Name),
        (Role::Date, Comparison::Date),
        (Role::Email, Comparison::Email),
        (Role::Phone, Comparison::Phone),
        (Role::Number, Comparison::Number),
        (Role::Domain, Comparison::Domain),
    ] {
        if has(role) {
            found.push(comparison);
        }
    }
    if [Role::Street, Role::City, Role::Postcode, Role::Region].into_iter().any(has) {
        found.push(Comparison::Place);
    }
    let texts = table.columns.iter().filter(|column| column.role == Role::Text).count();
    found.extend((0..texts).filter_map(|at| u8::try_from(at).ok()).map(Comparison::Text));
    found.truncate(MOST_COMPARISONS);
    found
}

impl Comparison {
    /// The names of its levels after [`MISSING`], most alike first.
    pub fn levels(self) -> &'static [&'static str] {
        match self {
            Self::Given => &["same", "typo", "alike", "initial", "other"],
            Self::Family => &["same", "typo", "alike", "swapped", "other"],
            Self::Name => &["same", "typo", "contained", "alike", "other"],
            Self::Date => &["same", "day_month", "typo", "alike", "other"],
            Self::Email => &[
                "same",
                "typo",
                "mailbox",
                "alike",
                "other",
                "namesake.same",
                "namesake.typo",
                "namesake.mailbox",
                "namesake.alike",
                "namesake.other",
                "shared.same",
                "shared.typo",
                "shared.mailbox",
                "shared.alike",
                "shared.other",
            ],
            Self::Phone | Self::Number => &["same", "typo", "alike", "other"],
            Self::Domain => &["same", "other"],
            Self::Place => &PLACE,
            Self::Text(_) => &["same", "most_words", "half", "some_words", "other"],
        }
    }

    /// The columns it reads.
    pub fn reads(self, role: Role) -> bool {
        use Role::{City, House, Postcode, Region, Street};
        self.rarity().contains(&role)
            || self == Self::Place && matches!(role, Street | House | City | Postcode | Region)
            || matches!(self, Self::Text(_)) && role == Role::Text
    }

    /// How often the last level occurs at most among pairs that are the same. Without such a bound, rows of which no two
    /// are the same would teach that the same person has another name and birthday.
    pub fn most_other(self) -> f64 {
        match self {
            Self::Date => 0.1,
            Self::Given | Self::Family | Self::Name | Self::Number => 0.25,
            Self::Email | Self::Phone | Self::Domain | Self::Place | Self::Text(_) => 0.8,
        }
    }

    /// Whether the same rare value says more than the same common one; by which columns.
    pub fn rarity(self) -> &'static [Role] {
        match self {
            Self::Given => &[Role::Given],
            Self::Family => &[Role::Family],
            Self::Name => &[Role::Name],
            Self::Date => &[Role::Date],
            Self::Email => &[Role::Email],
            Self::Phone => &[Role::Phone],
            Self::Number => &[Role::Number],
            Self::Domain => &[Role::Domain],
            Self::Place => &[Role::Postcode, Role::City, Role::Street],
            Self::Text(_) => &[],
        }
    }
}

/// The levels of a place: how the street compares, then how the area does.
const PLACE: [&str; 24] = [
    "house.area",
    "house.near",
    "house.region",
    "house.unknown",
    "house.other",
    "street.area",
    "street.near",
    "street.region",
    "street.unknown",
    "street.other",
    "typo.area",
    "typo.near",
    "typo.region",
    "typo.unknown",
    "typo.other",
    "unknown.area",
    "unknown.near",
    "unknown.region",
    "unknown.other",
    "other.area",
    "other.near",
    "other.region",
    "other.unknown",
    "other.other",
];

/// A table's columns by what they mean, looked up once.
pub struct Comparer<'a> {
    pub comparisons: Vec<Comparison>,
    given: Option<&'a Column>,
    family: Option<&'a Column>,
    street: Option<&'a Column>,
    house: Option<&'a Column>,
    city: Option<&'a Column>,
    postcode: Option<&'a Column>,
    region: Option<&'a Column>,
    columns: Vec<Option<&'a Column>>,
}

impl<'a> Comparer<'a> {
    pub fn new(table: &'a Table, comparisons: Vec<Comparison>) -> Self {
        let column = |role| table.column(role);
        let columns = comparisons
            .iter()
            .map(|comparison| match comparison {
                Comparison::Given => column(Role::Given),
                Comparison::Family => column(Role::Family),
                Comparison::Name => column(Role::Name),
                Comparison::Date => column(Role::Date),
                Comparison::Email => column(Role::Email),
                Comparison::Phone => column(Role::Phone),
                Comparison::Number => column(Role::Number),
                Comparison::Domain => column(Role::Domain),
                Comparison::Place => None,
                Comparison::Text(at) => {
                    table.columns.iter().filter(|column| column.role == Role::Text).nth(usize::from(*at))
                }
            })
            .collect();
        Self {
            comparisons,
            given: column(Role::Given),
            family: column(Role::Family),
            street: column(Role::Street),
            house: column(Role::House),
            city: column(Role::City),
            postcode: column(Role::Postcode),
            region: column(Role::Region),
            columns,
        }
    }

    /// The levels of a pair of rows, five bits each, the first comparison lowest.
    pub fn levels(&self, a: u32, b: u32) -> u64 {
        let mut packed = 0;
        let swapped = self.is_swapped(a, b);
        let namesakes = swapped || self.are_namesakes(a, b);
        for (at, (comparison, column)) in self.comparisons.iter().zip(&self.columns).enumerate() {
            let level = match (comparison, column) {
                (Comparison::Given, Some(_)) if swapped => MISSING,
                (Comparison::Family, Some(_)) if swapped => 4,
                (Comparison::Place, _) => self.place(a, b),
                (Comparison::Email, Some(column)) => match best(column, a, b, |x, y| level(*comparison, x, y)) {
                    MISSING => MISSING,
                    level if namesakes => level + NAMESAKE,
                    level if self.share_a_name(a, b) => level + SHARED,
                    level => level,
                },
                (_, Some(column)) => best(column, a, b, |x, y| level(*comparison, x, y)),
                (_, None) => MISSING,
            };
            packed |= u64::from(level) << (at * 5);
        }
        packed
    }

    /// Addresses are made of names: those of namesakes are alike without meaning anything.
    fn are_namesakes(&self, a: u32, b: u32) -> bool {
        let same = |column: Option<&Column>| {
            column.is_some_and(|column| {
                let (x, y) = (column.first(a), column.first(b));
                x != 0 && (x == y || is_near(column.text(x).as_bytes(), column.text(y).as_bytes()))
            })
        };
        same(self.given) && same(self.family)
    }

    fn share_a_name(&self, a: u32, b: u32) -> bool {
        let same = |column: Option<&Column>| {
            column.is_some_and(|column| column.first(a) != 0 && column.first(a) == column.first(b))
        };
        same(self.given) || same(self.family)
    }

    /// Given and family name stand in each other's place.
    fn is_swapped(&self, a: u32, b: u32) -> bool {
        let (Some(given), Some(family)) = (self.given, self.family) else { return false };
        let (given_a, given_b) = (given.first(a), given.first(b));
        let (family_a, family_b) = (family.first(a), family.first(b));
        if given_a == given_b || family_a == family_b || [given_a, given_b, family_a, family_b].contains(&0) {
            return false;
        }
        let crosses = |x: u32, y: u32| is_near(given.text(x).as_bytes(), family.text(y).as_bytes());
        crosses(given_a, family_b) && crosses(given_b, family_a)
    }

    fn place(&self, a: u32, b: u32) -> u8 {
        let level = |column: Option<&Column>| match column.map(|column| (column, column.first(a), column.first(b))) {
            None | Some((_, 0, _) | (_, _, 0)) => MISSING,
            Some((_, x, y)) if x == y => SAME,
            Some((column, x, y)) if is_near(column.text(x).as_bytes(), column.text(y).as_bytes()) => 2,
            Some(_) => 3,
        };
        let (postcode, city, region) = (level(self.postcode), level(self.city), level(self.region));
        // 0 the same area, 1 near it, 2 the same region, 3 unknown, 4 elsewhere.
        let area: u8 = match (postcode, city) {
            (MISSING, MISSING) if region == SAME => 2,
            (MISSING, MISSING) if region == MISSING => 3,
            (SAME, SAME | MISSING) | (MISSING, SAME) => 0,
            (SAME, _) | (_, SAME) | (2, 2 | MISSING) | (MISSING, 2) => 1,
            (2, _) | (_, 2) if region == SAME => 1,
            _ if region == SAME => 2,
            _ => 4,
        };
        let house = level(self.house);
        let street = match level(self.street) {
            MISSING => 3,
            SAME if house == SAME || self.house.is_none() => 0,
            SAME => 1,
            2 if house != 3 => 2,
            2 => 1,
            _ => 4_u8,
        };
        match (street, area) {
            (3, 3) => MISSING,
            (3, 4) => 19,
            (0..=3, _) => street * 5 + area + 1,
            _ => 20 + area,
        }
    }
}

/// The most alike of the values that two rows hold in a column.
fn best(column: &Column, a: u32, b: u32, level: impl Fn(&str, &str) -> u8) -> u8 {
    let mut best = MISSING;
    for &x in column.row(a).iter().filter(|&&id| id != 0) {
        for &y in column.row(b).iter().filter(|&&id| id != 0) {
            if x == y {
                return SAME;
            }
            let now = level(column.text(x), column.text(y));
            if best == MISSING || now < best {
                best = now;
            }
        }
    }
    best
}

/// One slip of the hand apart, or nearly the same by Jaro-Winkler.
fn is_near(a: &[u8], b: &[u8]) -> bool {
    a == b || (a.len().min(b.len()) > 2 && (is_one_edit(a, b) || jaro_winkler(a, b) >= 0.93))
}

/// The level of two different texts.
fn level(comparison: Comparison, a: &str, b: &str) -> u8 {
    let (x, y) = (a.as_bytes(), b.as_bytes());
    match comparison {
        Comparison::Given => {
            if is_initial(x, y) {
                4
            } else {
                names(x, y)
            }
        }
        Comparison::Family => names(x, y),
        Comparison::Name => {
            if is_near(x, y) {
                2
            } else if is_contained(a, b) {
                3
            } else if jaro_winkler(x, y) >= 0.88 || words_in_common(a, b) >= 0.5 {
                4
            } else {
                5
            }
        }
        Comparison::Date => date(x, y),
        Comparison::Email => email(a, b),
        Comparison::Phone | Comparison::Number => match edits(x, y) {
            Some(1) => 2,
            Some(2) if x.len().min(y.len()) > 5 => 3,
            _ => 4,
        },
        Comparison::Domain => 2,
        Comparison::Place => MISSING,
        Comparison::Text(_) => match words_in_common(a, b) {
            share if share >= 0.8 => 2,
            share if share >= 0.5 => 3,
            share if share >= 0.25 => 4,
            _ if jaro_winkler(x, y) >= 0.93 => 2,
            _ => 5,
        },
    }
}

/// The level of two different names of people.
fn names(a: &[u8], b: &[u8]) -> u8 {
    let alike = jaro_winkler(a, b);
    if a.len().min(b.len()) > 2 && (alike >= 0.93 || is_one_edit(a, b)) {
        2
    } else if alike >= 0.8 {
        3
    } else {
        5
    }
}

fn is_initial(a: &[u8], b: &[u8]) -> bool {
    a.len().min(b.len()) == 1 && a.first() == b.first()
}

fn date(a: &[u8], b: &[u8]) -> u8 {
    let parts = |date: &[u8]| -> Option<([u8; 4], [u8; 2], [u8; 2])> {
        Some((date.get(..4)?.try_into().ok()?, date.get(4..6)?.try_into().ok()?, date.get(6..8)?.try_into().ok()?))
    };
    if let (Some((year, month, day)), Some((other_year, other_month, other_day))) = (parts(a), parts(b)) {
        if year == other_year && month == other_day && day == other_month {
            return 2;
        }
        if is_one_edit(a, b) {
            return 3;
        }
        let together =
            usize::from(year == other_year) + usize::from(month == other_month) + usize::from(day == other_day);
        return if together == 2 || edits(a, b) == Some(2) { 4 } else { 5 };
    }
    if is_one_edit(a, b) { 3 } else { 5 }
}

fn email(a: &str, b: &str) -> u8 {
    // `ana14@` beside `ana41@`: the next person of the name, not a slip of the hand.
    if a.bytes().filter(|byte| !byte.is_ascii_digit()).eq(b.bytes().filter(|byte| !byte.is_ascii_digit())) {
        return 4;
    }
    if matches!(edits(a.as_bytes(), b.as_bytes()), Some(1 | 2)) {
        return 2;
    }
    let (x, y) = (a.split('@').next().unwrap_or(a), b.split('@').next().unwrap_or(b));
    if x == y && x.len() > 3 {
        3
    } else if jaro_winkler(x.as_bytes(), y.as_bytes()) >= 0.9 {
        4
    } else {
        5
    }
}
