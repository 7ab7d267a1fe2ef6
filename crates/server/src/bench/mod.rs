//! The bench: a seeded company of any size, and every promise of speed measured on it beside its limit or a peer.
//!
//! `rapport bench seed --data DIR --contacts N` fills a folder from a seeded generator; `rapport bench run --data DIR`
//! starts one server process on it and measures through HTTP, as a client would. `rapport bench merge --data DIR` measures merges.

mod client;
mod forecast;
mod matching;
mod merge;
mod olap;
mod quotes;
mod run;
mod scoring;
mod seed;
mod segments;
mod tracker;
mod weblog;

use std::path::PathBuf;

use clap::{Args, Subcommand};
use kernel::Result;

#[derive(Debug, Args)]
pub struct BenchArgs {
    #[command(subcommand)]
    command: BenchCommand,
}

#[derive(Debug, Subcommand)]
enum BenchCommand {
    /// Fill a folder with generated contacts, 0.3 companies, 0.5 deals and 20 events for each.
    Seed {
        #[arg(long)]
        data: PathBuf,
        #[arg(long, default_value_t = 1_000_000)]
        contacts: u64,
        #[arg(long, default_value_t = 1)]
        seed: u64,
    },
    /// Measure seeded folders and print one table, a column for each, so that growth shows.
    Run {
        #[arg(long, required = true)]
        data: Vec<PathBuf>,
        /// Leaves out the import of as many contacts as a folder has.
        #[arg(long)]
        no_import: bool,
    },
    /// Measure merges of two customers with so many events each, in a company of their own.
    Merge {
        /// A folder that is made for it and removed behind it.
        #[arg(long)]
        data: PathBuf,
        #[arg(long, default_value_t = 10_000)]
        events: u64,
    },
    /// Measure decisions about quotes and their papers, in a company of their own.
    Quotes {
        /// A folder that is made for it and removed behind it.
        #[arg(long)]
        data: PathBuf,
    },
    /// Measure the forecast of 200 people, and test the outlook on months to come on deals whose end is known.
    Forecast {
        /// The folder of a company that is made for it, once.
        #[arg(long)]
        data: PathBuf,
        #[arg(long, default_value_t = 500_000)]
        deals: u64,
        /// `sales_pipeline.csv` of the public opportunities.
        #[arg(long)]
        pipeline: Option<PathBuf>,
    },
    /// Read a generated log of so many lines into visits, beside GoAccess.
    Weblog {
        /// Where the log is made and kept.
        #[arg(long)]
        folder: PathBuf,
        #[arg(long, default_value_t = 1_000_000)]
        lines: u64,
    },
    /// Send hits to the tracker of a seeded folder while staff look at lists.
    Tracker {
        #[arg(long)]
        data: PathBuf,
    },
    /// Find duplicates in files with known answers, beside a peer.
    Match {
        #[arg(required = true)]
        files: Vec<PathBuf>,
        /// A Python that has Splink.
        #[arg(long)]
        peer: Option<PathBuf>,
    },
    /// Ask eight questions of millions of events in the lake, beside a peer.
    Olap {
        /// The folder of a company that is made for it.
        #[arg(long)]
        data: PathBuf,
        /// Parquet of `gen_events.py`.
        #[arg(long)]
        events: PathBuf,
        /// A Python that has DuckDB.
        #[arg(long)]
        peer: Option<PathBuf>,
        /// The program of Sail, to ask clusters of one and of two workers as well.
        #[arg(long, requires = "fewer")]
        sail: Option<PathBuf>,
        /// Fewer events of the same kind, for the clusters.
        #[arg(long)]
        fewer: Option<PathBuf>,
    },
    /// Learn the outcomes of public data sets, beside scikit-learn and LightGBM.
    Scoring {
        /// Where `telco.csv`, `bank.csv`, `shoppers.csv` and `leads.csv` lie.
        #[arg(long)]
        folder: PathBuf,
        /// A Python that has scikit-learn and LightGBM.
        #[arg(long)]
        peer: Option<PathBuf>,
    },
    /// One file of `match`, in a process of its own.
    #[command(hide = true)]
    MatchOne { file: PathBuf },
}

/// Runs the bench.
pub fn main(args: BenchArgs) -> Result<()> {
    match args.command {
        BenchCommand::Seed { data, contacts, seed } => seed::fill(&data, contacts, seed),
        BenchCommand::Run { data, no_import } => run::measure(&data, !no_import),
        BenchCommand::Merge { data, events } => merge::measure(&data, events),
        BenchCommand::Quotes { data } => quotes::measure(&data),
        BenchCommand::Forecast { data, deals, pipeline } => forecast::measure(&data, deals, pipeline.as_deref()),
        BenchCommand::Weblog { folder, lines } => weblog::measure(&folder, lines),
        BenchCommand::Tracker { data } => tracker::measure(&data),
        BenchCommand::Match { files, peer } => matching::measure(&files, peer.as_deref()),
        BenchCommand::Olap { data, events, peer, sail, fewer } => olap::measure(
            |config| foundation::App::open(config, crate::assembly::domains()),
            &data,
            &events,
            peer.as_deref(),
            sail.as_deref().zip(fewer.as_deref()),
        ),
        BenchCommand::Scoring { folder, peer } => scoring::measure(&folder, peer.as_deref()),
        BenchCommand::MatchOne { file } => matching::measure_one(&file),
    }
}

/// Small, fast, seeded (splitmix64, Steele et al. 2014): the same numbers on every machine.
pub(crate) struct Rng(pub u64);

impl Rng {
    pub fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^ (z >> 31)
    }

    /// 0 ≤ n < `below`.
    pub fn below(&mut self, below: u64) -> u64 {
        self.next() % below.max(1)
    }

    pub fn pick<'a>(&mut self, from: &[&'a str]) -> &'a str {
        let n = usize::try_from(self.below(from.len() as u64)).unwrap_or(0);
        from.get(n).copied().unwrap_or("")
    }
}

pub(crate) const GIVEN: [&str; 48] = [
    "Ana",
    "Ion",
    "Maria",
    "Andrei",
    "Elena",
    "Mihai",
    "Ioana",
    "Radu",
    "Ștefania",
    "Vlad",
    "Olga",
    "Ivan",
    "Анна",
    "Пётр",
    "Ольга",
    "Сергей",
    "李",
    "王",
    "John",
    "Mary",
    "James",
    "Linda",
    "Robert",
    "Susan",
    "Michael",
    "Karen",
    "David",
    "Laura",
    "Chloé",
    "Jürgen",
    "Søren",
    "Zoë",
    "Omar",
    "Aisha",
    "Yuki",
    "Hana",
    "Luca",
    "Giulia",
    "Pablo",
    "Lucía",
    "Noah",
    "Emma",
    "Liam",
    "Mia",
    "Ethan",
    "Sofia",
    "Lucas",
    "Nora",
];
pub(crate) const FAMILY: [&str; 48] = [
    "Pop",
    "Ionescu",
    "Popescu",
    "Țurcanu",
    "Munteanu",
    "Rusu",
    "Ștefănescu",
    "Dumitru",
    "Ivanov",
    "Petrova",
    "Орлова",
    "Смирнов",
    "桐",
    "雨桐",
    "伟",
    "芳",
    "Smith",
    "Johnson",
    "Williams",
    "Brown",
    "Jones",
    "Garcia",
    "Miller",
    "Davis",
    "Wilson",
    "Moore",
    "Taylor",
    "Thomas",
    "Müller",
    "Schmidt",
    "Weber",
    "Dubois",
    "Martin",
    "Bernard",
    "Rossi",
    "Ferrari",
    "Silva",
    "Costa",
    "Tanaka",
    "Sato",
    "Haddad",
    "Khan",
    "Larsen",
    "Nielsen",
    "Novak",
    "Kowalski",
    "Campbell",
    "Ricci",
];
pub(crate) const CITIES: [(&str, &str); 20] = [
    ("Bucharest", "RO"),
    ("Cluj", "RO"),
    ("Iași", "RO"),
    ("Chișinău", "MD"),
    ("Moscow", "RU"),
    ("Kazan", "RU"),
    ("Beijing", "CN"),
    ("Shanghai", "CN"),
    ("Berlin", "DE"),
    ("Hamburg", "DE"),
    ("Paris", "FR"),
    ("Lyon", "FR"),
    ("London", "GB"),
    ("Leeds", "GB"),
    ("Madrid", "ES"),
    ("Rome", "IT"),
    ("New York", "US"),
    ("Chicago", "US"),
    ("Seattle", "US"),
    ("Tokyo", "JP"),
];
/// Letters that make family names different enough for a million people.
pub(crate) const SYLLABLES: [&str; 24] = [
    "ba", "be", "bo", "da", "de", "do", "ka", "ke", "ko", "la", "le", "lo", "ma", "me", "mo", "na", "ne", "no", "ra",
    "re", "ro", "ta", "te", "to",
];
