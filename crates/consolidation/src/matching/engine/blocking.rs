//! The pairs worth a look: rows that share one of several keys, never all with all.
//!
//! A key that many rows share (a switchboard's number, the commonest name) is not left out: its rows are put in the
//! order of everything else they hold and each is paired with its nearest neighbours only (Hernández and Stolfo 1995,
//! the sorted neighbourhood), so the work grows with the rows and not with their square.

use super::parallel;
use super::similar::{fnv, sound, stir};
use super::table::{Column, Role, Table};

/// Rows under one key that are all compared with each other.
const SMALL: usize = 40;
/// Neighbours each row of a larger block is compared with.
const WINDOW: usize = 12;

/// Pairs that looser keys may add, in all, to a table of few rows; and for each row of one of many.
const LOOSE_PAIRS: u64 = 400_000;
const LOOSE_PAIRS_A_ROW: u64 = 1;
/// Keys of one model: a bit each in a pair's [`Pairs::keys`].
const MOST_KEYS: usize = 32;

/// What of a column goes into a key.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Part {
    Whole(Role),
    /// Its first letters.
    Start(Role, u8),
    /// What it sounds like.
    Sound(Role),
    /// Given and family name, whichever is which.
    Names,
    /// The first word of three letters or more.
    Word(Role),
}

/// A key: rows equal in all of its parts are compared.
pub type Key = Vec<Part>;

/// The keys that a table's columns allow: those that always pay, and of the looser ones as many as the work stays in
/// bounds with. A small table is searched wide, a large one by what tells rows apart.
pub fn keys(table: &Table) -> Vec<Key> {
    let mut chosen = allowed(table, strict());
    let mut left = LOOSE_PAIRS.max(u64::from(table.rows()) * LOOSE_PAIRS_A_ROW);
    let loose = allowed(table, loose());
    let works = parallel::each(&loose, |key| work(table, key));
    for (key, work) in loose.into_iter().zip(works) {
        if work <= left {
            left -= work;
            chosen.push(key);
        }
    }
    chosen.truncate(MOST_KEYS);
    chosen
}

/// Whether most pairs under a key are the same or nearly tell that they are not: others teach nothing for certain.
pub fn teaches(key: &Key) -> bool {
    strict().contains(key)
}

fn strict() -> Vec<Key> {
    use Part::{Names, Sound, Start, Whole, Word};
    use Role::{City, Date, Domain, Email, Family, Given, House, Name, Number, Phone, Postcode, Street, Text};
    vec![
        vec![Whole(Email)],
        vec![Whole(Phone)],
        vec![Whole(Number)],
        vec![Names],
        vec![Whole(Family), Whole(Date)],
        vec![Whole(Given), Whole(Date)],
        vec![Sound(Family), Start(Given, 1), Whole(Postcode)],
        vec![Sound(Family), Start(Given, 1), Start(Date, 6)],
        vec![Whole(Family), Whole(Street)],
        vec![Whole(Street), Whole(House), Start(Given, 1)],
        vec![Whole(Date), Whole(Postcode)],
        vec![Whole(Date), Whole(City)],
        vec![Whole(Given), Whole(Street)],
        vec![Whole(Name)],
        vec![Whole(Domain)],
        vec![Word(Name), Whole(City)],
        vec![Word(Name), Whole(Postcode)],
        vec![Start(Name, 6)],
        vec![Whole(Text)],
        vec![Start(Text, 12)],
        vec![Word(Text), Whole(Date)],
    ]
}

fn loose() -> Vec<Key> {
    use Part::{Sound, Start, Whole, Word};
    use Role::{City, Date, Email, Family, Given, House, Name, Postcode, Street, Text};
    vec![
        vec![Start(Family, 1), Start(Date, 6)],
        vec![Whole(Date)],
        vec![Whole(Street)],
        vec![Start(Email, 6)],
        vec![Whole(Family), Whole(City)],
        vec![Whole(Given), Whole(City)],
        vec![Sound(Given), Sound(Family)],
        vec![Start(Given, 1), Start(Family, 1), Whole(House)],
        vec![Sound(Family), Whole(City)],
        vec![Whole(Family)],
        vec![Sound(Family)],
        vec![Whole(Given)],
        vec![Start(Date, 4)],
        vec![Start(Email, 3)],
        vec![Word(Name)],
        vec![Start(Name, 3)],
        vec![Word(Text)],
        vec![Start(Text, 6)],
        vec![Whole(Postcode)],
        vec![Whole(City)],
    ]
}

fn allowed(table: &Table, keys: Vec<Key>) -> Vec<Key> {
    let has = |role| table.columns.iter().any(|column| column.role == role);
    keys.into_iter().filter(|key| key.iter().all(|part| part.roles().iter().all(|role| has(*role)))).collect()
}

impl Part {
    /// The columns it reads.
    pub fn roles(&self) -> Vec<Role> {
        match self {
            Self::Whole(role) | Self::Start(role, _) | Self::Sound(role) | Self::Word(role) => vec![*role],
            Self::Names => vec![Role::Given, Role::Family],
        }
    }
}

/// How many pairs a key makes, without making them.
fn work(table: &Table, key: &Key) -> u64 {
    let mut hashes: Vec<u64> = entries(table, key).into_iter().map(|(hash, _)| hash).collect();
    hashes.sort_unstable();
    let pairs = |rows: usize| if rows <= SMALL { rows * (rows - 1) / 2 } else { rows * WINDOW };
    hashes.chunk_by(|a, b| a == b).map(|block| pairs(block.len()) as u64).sum()
}

/// Hashes of one key for rows of a table; 0 where a part is missing.
struct Hashes<'a> {
    parts: Vec<Vec<(&'a Column, Vec<u64>)>>,
    seed: u64,
}

impl<'a> Hashes<'a> {
    /// Hashes each distinct value once.
    fn new(table: &'a Table, key: &Key) -> Self {
        let by_value = |column: &'a Column, hash: &dyn Fn(u32, &str) -> u64| {
            let values = column.values();
            let all = (0..=values.len() as u32).map(|id| if id == 0 { 0 } else { hash(id, values.text(id)) }).collect();
            (column, all)
        };
        let columns = |role| table.columns.iter().filter(move |column| column.role == role);
        let parts = key
            .iter()
            .map(|part| match *part {
                Part::Whole(role) => columns(role).map(|one| by_value(one, &|id, _| one.values().hash(id))).collect(),
                Part::Start(role, letters) => {
                    columns(role).map(|one| by_value(one, &|_, text| start(text, letters))).collect()
                }
                Part::Sound(role) => {
                    columns(role).map(|one| by_value(one, &|_, text| sound(text.as_bytes()))).collect()
                }
                Part::Word(role) => columns(role).map(|one| by_value(one, &|_, text| word(text))).collect(),
                Part::Names => [Role::Given, Role::Family]
                    .into_iter()
                    .flat_map(columns)
                    .map(|one| by_value(one, &|id, _| one.values().hash(id)))
                    .collect(),
            })
            .collect();
        Self { parts, seed: seed(key) }
    }

    /// Puts the row's hashes into `found`: several when a part has several values.
    fn of(&self, key: &Key, row: u32, found: &mut Vec<u64>) {
        found.clear();
        found.push(self.seed);
        for (part, columns) in key.iter().zip(&self.parts) {
            if *part == Part::Names {
                // Of two names, in either order, the sum is the same.
                let mut sum = 0_u64;
                for (column, hashes) in columns {
                    match hashes.get(column.first(row) as usize) {
                        Some(&hash) if hash != 0 => sum = sum.wrapping_add(hash),
                        _ => return found.clear(),
                    }
                }
                found.iter_mut().for_each(|hash| *hash = mix(*hash, sum));
                continue;
            }
            let values = columns.iter().flat_map(|(column, hashes)| {
                column.row(row).iter().filter_map(|&id| hashes.get(id as usize).copied()).filter(|&hash| hash != 0)
            });
            let before = found.len();
            let mut first = None;
            for value in values {
                match first {
                    None => first = Some(value),
                    Some(_) => {
                        for at in 0..before {
                            let base = found.get(at).copied().unwrap_or(0);
                            found.push(mix(base, value));
                        }
                    }
                }
            }
            let Some(first) = first else { return found.clear() };
            found.iter_mut().take(before).for_each(|hash| *hash = mix(*hash, first));
        }
    }
}

/// Keys of different shapes never meet.
fn seed(key: &Key) -> u64 {
    fnv(format!("{key:?}").as_bytes())
}

fn mix(hash: u64, part: u64) -> u64 {
    stir(hash ^ part.rotate_left(23)).max(1)
}

fn start(text: &str, letters: u8) -> u64 {
    let start = text.char_indices().nth(usize::from(letters)).map_or(text, |(at, _)| text.get(..at).unwrap_or(text));
    // One letter is what an initial has: it counts as it is. Of a longer start all letters must be there.
    if letters > 1 && start.chars().count() < usize::from(letters) { 0 } else { fnv(start.as_bytes()) }
}

fn word(text: &str) -> u64 {
    text.split_whitespace().find(|word| word.chars().count() > 2).map_or(0, |word| fnv(word.as_bytes()))
}

/// The key hashes of one row, for an index of rows by key: sorted, each once. The same on every machine.
pub fn hashes(table: &Table, keys: &[Key], row: u32) -> Vec<u64> {
    let mut all = Vec::new();
    let mut found = Vec::new();
    for key in keys {
        Hashes::new(table, key).of(key, row, &mut found);
        all.extend_from_slice(&found);
    }
    all.sort_unstable();
    all.dedup();
    all
}

/// Every row's key hashes, for an index of rows by key.
pub fn all_hashes(table: &Table, keys: &[Key]) -> Vec<(u64, u32)> {
    keys.iter().flat_map(|key| entries(table, key)).collect()
}

/// A pair of rows, the lower first.
pub fn pair(a: u32, b: u32) -> u64 {
    u64::from(a.min(b)) << 32 | u64::from(a.max(b))
}

/// The two rows of a pair.
pub fn rows(pair: u64) -> (u32, u32) {
    ((pair >> 32) as u32, pair as u32)
}

/// Pairs of rows, sorted, each once.
#[derive(Debug, Default)]
pub struct Pairs {
    pub pairs: Vec<u64>,
    /// Which keys each pair shares, a bit for each.
    pub keys: Vec<u32>,
}

/// All pairs that share a key.
pub fn pairs(table: &Table, keys: &[Key]) -> Pairs {
    let order = Order::new(table);
    let found = parallel::each(keys, |key| under(table, key, &order));
    let mut all: Vec<(u64, u32)> = Vec::with_capacity(found.iter().map(Vec::len).sum());
    for (at, found) in found.into_iter().enumerate() {
        all.extend(found.into_iter().map(|pair| (pair, 1_u32 << (at % MOST_KEYS))));
    }
    parallel::sort(&mut all);
    let mut folded = Pairs::default();
    for (pair, key) in all {
        match (folded.pairs.last(), folded.keys.last_mut()) {
            (Some(last), Some(keys)) if *last == pair => *keys |= key,
            _ => {
                folded.pairs.push(pair);
                folded.keys.push(key);
            }
        }
    }
    folded
}

/// A key's rows, by the key.
fn entries(table: &Table, key: &Key) -> Vec<(u64, u32)> {
    let hashes = Hashes::new(table, key);
    let mut entries: Vec<(u64, u32)> = Vec::with_capacity(table.rows() as usize);
    let mut found = Vec::new();
    for row in 0..table.rows() {
        hashes.of(key, row, &mut found);
        entries.extend(found.iter().map(|&hash| (hash, row)));
    }
    entries
}

/// The pairs under one key.
fn under(table: &Table, key: &Key, order: &Order) -> Vec<u64> {
    let mut found = Vec::new();
    let mut entries = entries(table, key);
    entries.sort_unstable();
    for block in entries.chunk_by(|a, b| a.0 == b.0) {
        if block.len() < 2 {
            continue;
        }
        if block.len() <= SMALL {
            for (at, (_, a)) in block.iter().enumerate() {
                found.extend(block.iter().skip(at + 1).filter(|(_, b)| a != b).map(|(_, b)| pair(*a, *b)));
            }
            continue;
        }
        let mut rows: Vec<u32> = block.iter().map(|(_, row)| *row).collect();
        rows.sort_by(|a, b| order.compare(table, *a, *b));
        rows.dedup();
        for (at, a) in rows.iter().enumerate() {
            found.extend(rows.iter().skip(at + 1).take(WINDOW).map(|b| pair(*a, *b)));
        }
    }
    found
}

/// An order in which like rows stand together, within a block: rows with most known first, so that rows that say
/// nothing more than the key are compared among themselves.
struct Order {
    columns: Vec<usize>,
}

impl Order {
    fn new(table: &Table) -> Self {
        use Role::{
            City, Date, Domain, Email, Family, Given, House, Name, Number, Phone, Postcode, Region, Street, Text,
        };
        let wanted =
            [Email, Phone, Number, Date, Family, Name, Given, Postcode, Street, City, House, Domain, Region, Text];
        let columns = wanted
            .iter()
            .flat_map(|role| table.columns.iter().enumerate().filter(move |(_, column)| column.role == *role))
            .map(|(at, _)| at)
            .collect();
        Self { columns }
    }

    fn compare(&self, table: &Table, a: u32, b: u32) -> std::cmp::Ordering {
        for column in self.columns.iter().filter_map(|&at| table.columns.get(at)) {
            let (x, y) = (column.first(a), column.first(b));
            if x == y {
                continue;
            }
            return match (x, y) {
                (0, _) => std::cmp::Ordering::Greater,
                (_, 0) => std::cmp::Ordering::Less,
                _ => column.text(x).cmp(column.text(y)),
            };
        }
        a.cmp(&b)
    }
}
