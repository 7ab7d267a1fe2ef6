//! Rows to learn from, column by column.

/// The place of a word that is not known.
pub const UNKNOWN: u32 = u32::MAX;

/// What a column holds, a value for each row.
#[derive(Clone, Debug, PartialEq)]
pub enum Values {
    /// Not a number where unknown.
    Numbers(Vec<f64>),
    /// Places in `words`; a place beyond them where unknown.
    Words { words: Vec<String>, places: Vec<u32> },
}

/// A named column.
#[derive(Clone, Debug, PartialEq)]
pub struct Column {
    pub name: String,
    pub values: Values,
}

impl Column {
    /// A column of numbers; what is no finite number is unknown.
    pub fn numbers(name: &str, values: Vec<f64>) -> Column {
        let values = values.into_iter().map(|value| if value.is_finite() { value } else { f64::NAN }).collect();
        Column { name: name.to_string(), values: Values::Numbers(values) }
    }

    /// A column of words, sorted, so that the order of the rows does not matter; none and an empty one are unknown.
    pub fn words<'w>(name: &str, values: impl Iterator<Item = Option<&'w str>> + Clone) -> Column {
        let known = values.clone().flatten().filter(|word| !word.is_empty());
        let words: Vec<&str> = known.collect::<std::collections::BTreeSet<_>>().into_iter().collect();
        let place = |word: &str| words.binary_search(&word).ok().and_then(|at| u32::try_from(at).ok());
        let places = values.map(|word| word.and_then(place).unwrap_or(UNKNOWN)).collect();
        let words = words.into_iter().map(str::to_string).collect();
        Column { name: name.to_string(), values: Values::Words { words, places } }
    }

    pub fn len(&self) -> usize {
        match &self.values {
            Values::Numbers(values) => values.len(),
            Values::Words { places, .. } => places.len(),
        }
    }

    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// The column's value in a row.
    pub fn cell(&self, row: usize) -> Cell<'_> {
        match &self.values {
            Values::Numbers(values) => Cell::Number(values.get(row).copied().unwrap_or(f64::NAN)),
            Values::Words { words, places } => {
                let place = places.get(row).and_then(|place| usize::try_from(*place).ok());
                Cell::Word(place.and_then(|place| words.get(place)).map(String::as_str))
            }
        }
    }

    fn of_rows(&self, rows: &[usize]) -> Column {
        let values = match &self.values {
            Values::Numbers(values) => Values::Numbers(rows.iter().map(|row| values[*row]).collect()),
            Values::Words { words, places } => {
                Values::Words { words: words.clone(), places: rows.iter().map(|row| places[*row]).collect() }
            }
        };
        Column { name: self.name.clone(), values }
    }
}

/// One value.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Cell<'t> {
    Number(f64),
    Word(Option<&'t str>),
}

/// Columns of one length.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Table {
    pub columns: Vec<Column>,
}

impl Table {
    pub fn rows(&self) -> usize {
        self.columns.first().map_or(0, Column::len)
    }

    /// The table of these rows, in their order.
    pub fn of_rows(&self, rows: &[usize]) -> Table {
        Table { columns: self.columns.iter().map(|column| column.of_rows(rows)).collect() }
    }

    /// The table without the columns of these names.
    pub fn without(&self, names: &[&str]) -> Table {
        let kept = self.columns.iter().filter(|column| !names.contains(&column.name.as_str()));
        Table { columns: kept.cloned().collect() }
    }
}

/// Whether a row serves to test, not to learn: three of ten, scattered by a multiplicative hash (Knuth, TAOCP 3, 6.4).
pub fn is_held_out(row: usize) -> bool {
    let hashed = (row as u64).wrapping_mul(2_654_435_761) & 0xffff_ffff;
    (hashed as f64) < 0.3 * 4_294_967_296.0
}
