//! What a run is: how far it came, what became of the rows, and what it wants to be known.

use kernel::{Id, Time};
use serde::{Deserialize, Serialize};
use serde_json::Value as Json;

/// How far a run is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum State {
    Queued,
    Running,
    Done,
    Failed,
    Cancelled,
    Undone,
}

impl State {
    const ALL: [(State, &'static str); 6] = [
        (State::Queued, "queued"),
        (State::Running, "running"),
        (State::Done, "done"),
        (State::Failed, "failed"),
        (State::Cancelled, "cancelled"),
        (State::Undone, "undone"),
    ];

    pub fn parse(name: &str) -> Option<State> {
        State::ALL.iter().find(|(_, known)| *known == name).map(|(state, _)| *state)
    }

    pub fn name(self) -> &'static str {
        State::ALL.iter().find(|(state, _)| *state == self).map_or("", |(_, name)| name)
    }
}

/// What a run is at.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Phase {
    None,
    Fetching,
    Loading,
    Gone,
}

impl Phase {
    pub fn parse(name: &str) -> Option<Phase> {
        Some(match name {
            "none" => Phase::None,
            "fetching" => Phase::Fetching,
            "loading" => Phase::Loading,
            "gone" => Phase::Gone,
            _ => return None,
        })
    }

    pub fn name(self) -> &'static str {
        match self {
            Phase::None => "none",
            Phase::Fetching => "fetching",
            Phase::Loading => "loading",
            Phase::Gone => "gone",
        }
    }
}

/// What became of the rows.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Figures {
    /// Rows settled so far, and how many there are.
    pub rows: u64,
    pub total: u64,
    /// Records made and changed.
    pub new: u64,
    pub changed: u64,
    /// Rows that said nothing new.
    pub same: u64,
    /// Rows of which something was not taken: a person or a more trusted source stands above it.
    pub kept: u64,
    pub refused: u64,
    /// Rows whose key came again in the same load, and that did not count.
    pub repeated: u64,
    /// Rows whose record is in the bin or was erased.
    pub out: u64,
    /// Rows that are not there any more, and those that are again.
    pub gone: u64,
    pub back: u64,
    pub notes: Vec<Note>,
}

impl Figures {
    pub(super) fn add(&mut self, more: &Figures) {
        self.rows += more.rows;
        self.new += more.new;
        self.changed += more.changed;
        self.same += more.same;
        self.kept += more.kept;
        self.refused += more.refused;
        self.repeated += more.repeated;
        self.out += more.out;
        self.gone += more.gone;
        self.back += more.back;
    }
}

/// Something that a run wants to be known.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Note {
    pub code: String,
    pub count: u64,
    pub detail: String,
}

/// A row or a cell that was not taken.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Refusal {
    pub file: Option<String>,
    pub row: u64,
    pub column: Option<String>,
    pub field: Option<String>,
    pub code: String,
    pub detail: String,
    /// The cell was left out, the row went in.
    pub warning: bool,
}

/// A run as it is stored.
#[derive(Debug, Clone)]
pub struct Run {
    pub id: Id,
    pub source: Id,
    /// `hand`, `clock`, `command`.
    pub started_by: String,
    pub state: State,
    pub phase: Phase,
    pub(in crate::sources) plan: Option<Json>,
    pub(in crate::sources) fetched: Option<Json>,
    pub(in crate::sources) settled_row: u64,
    pub(in crate::sources) settled_key: Option<Vec<u8>>,
    pub figures: Figures,
    pub code: Option<String>,
    pub detail: Option<String>,
    pub(in crate::sources) accepts_gone: bool,
    pub job: Option<Id>,
    pub change: Id,
    pub owner: Option<Id>,
    pub created_at: Time,
    pub started_at: Option<Time>,
    pub finished_at: Option<Time>,
    /// Its job ended without it.
    pub is_abandoned: bool,
}

/// What was fetched.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
pub(super) struct Fetched {
    pub(super) rows: u64,
    /// Rows that could not be read at all.
    pub(super) bad: u64,
    pub(super) files: Vec<(String, i64, i64)>,
}
