//! Lines of the ledger as the lake keeps them, read into a table of the engine.

use db::{Arg, Row};
use foundation::Reader;
use foundation::ledger::Position;
use kernel::{Id, Result};

use super::period::Period;
use crate::engine::Cell;
use crate::engine::embedded::Filling;

/// A line's columns. `party` is text: row groups are passed over by the least and the greatest text in them, which DuckDB
/// does not do for ids. Personal text stays sealed; that of whoever was erased is left out.
pub const COLUMNS: &str = "id uuid, tx bigint, seq bigint, at_ms bigint, recorded_ms bigint, kind varchar, party varchar, \
     object varchar, record uuid, actor uuid, actor_kind varchar, channel varchar, source varchar, amount bigint, \
     currency varchar, props varchar, sealed blob";

/// Their names.
pub const NAMES: &str = "id, tx, seq, at_ms, recorded_ms, kind, party, object, record, actor, actor_kind, channel, source, \
     amount, currency, props, sealed";

/// Which lines.
#[derive(Debug, Clone, Copy)]
pub enum Which {
    /// Settled ones, so many at most: the next ones of a subscriber.
    Settled(i64),
    /// All that this snapshot shows, settled or not: what stands behind the files.
    All,
    /// Up to a position, of a period.
    Of(Position, Period, i64),
}

/// Reads lines behind a position in their order; answers the position behind the last and how many they were.
pub fn read(reader: &mut Reader, after: Position, which: Which, filling: &mut Filling) -> Result<(Position, i64)> {
    let dialect = reader.tx.dialect();
    let people = reader.catalogue.named("user").map_or("user_", |object| object.def.table.as_str()).to_string();
    let mut args = after.args().to_vec();
    args.push(Arg::Id(Id::NIL));
    let (condition, limit) = match which {
        Which::Settled(limit) => (dialect.settled().to_string(), limit),
        Which::All => ("1 = 1".to_string(), i64::MAX),
        Which::Of(upto, period, limit) => {
            let (from, to) = period.span();
            args.extend([Arg::Int(from), Arg::Int(to)]);
            args.extend(upto.args());
            (format!("e.at >= $5 and (e.at < $6 or $6 = {}) and {}", i64::MAX, dialect.position_upto(7)), limit)
        }
    };
    args.insert(3, Arg::Int(limit));
    let sql = format!(
        "select e.id, {}, e.seq, e.at, e.recorded_at, e.kind, e.party, e.object, e.record, e.actor, \
         case when e.actor is null then 'system' when u.id is not null then 'person' when k.id is not null then 'program' end, \
         e.channel, e.source, e.amount, e.currency, e.props, case when s.party is null then null else e.sealed end \
         from event e left join {people} u on u.id = e.actor left join api_key k on k.id = e.actor \
         left join party_key s on s.party = case when e.party = $3 then e.record else e.party end \
         where {} and {condition} order by {} limit $4",
        dialect.position_tx(),
        dialect.position_after(1),
        dialect.position_order(false),
    );
    let (mut last, mut lines) = (after, 0);
    reader.tx.each(&sql, &args, |row| {
        last = Position::from_row(&row, 1);
        lines += 1;
        filling.row(&cells(&row))?;
        Ok(true)
    })?;
    Ok((last, lines))
}

fn cells(row: &Row) -> [Cell; 17] {
    let id = |column| row.opt_id(column).map_or(Cell::Null, |id: Id| Cell::Text(id.to_string()));
    let text = |column| row.opt_text(column).map_or(Cell::Null, Cell::from);
    let int = |column| row.opt_int(column).map_or(Cell::Null, Cell::Int);
    let party = row.opt_id(6).filter(|id| !id.is_nil()).map_or(Cell::Null, |id| Cell::Text(id.to_string()));
    let sealed = row.opt_bytes(16).map_or(Cell::Null, |bytes| Cell::Bytes(bytes.to_vec()));
    [
        id(0),
        int(1),
        int(2),
        int(3),
        int(4),
        text(5),
        party,
        text(7),
        id(8),
        id(9),
        text(10),
        text(11),
        text(12),
        int(13),
        text(14),
        text(15),
        sealed,
    ]
}
