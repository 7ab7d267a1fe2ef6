//! Through the lake customer by customer.
//!
//! Files are sorted by party, so what is asked of every customer in the order of time (visits, funnels, ranks) needs no
//! sort and no table of all customers: the files are read side by side, and whoever comes next in any of them is handed
//! over with all lines, oldest first. Half of the customers go through each of two threads.
//!
//! What is not in order by itself is sorted by the engine first and joins as one more stream: lines behind the files,
//! several files of one span of time, and customers who were joined to others.

use std::thread;

use duckdb::arrow::array::{Array as _, AsArray as _, Int64Array, RecordBatch, StringArray};
use duckdb::arrow::datatypes::Int64Type;
use kernel::{Error, Result};

use super::manifest::{File, money_name};
use super::read::{Events, before};
use super::write::ORDER;
use super::{Lake, feed};
use crate::engine::Engine as _;
use crate::engine::embedded::{Embedded, quoted};

/// What is made of each customer's lines.
pub trait Fold: Send {
    /// Lines of one customer, oldest first, all of them: their moments in milliseconds, and the columns asked for.
    fn party(&mut self, party: &str, at: &[i64], columns: &[&[i64]]);
}

/// What a walk reads.
#[derive(Debug, Clone, Copy)]
pub struct Asked<'a> {
    /// Expressions of the engine over a line's columns that give whole numbers and never null.
    pub columns: &'a [&'a str],
    /// Which lines, as a condition of the engine; none for all.
    pub lines: Option<&'a str>,
    /// Lines with an amount only: of large files these stand by themselves, so that nothing else is read.
    pub with_amount: bool,
}

impl Lake {
    /// Goes through all customers; one fold for each of two threads, each with its part of the customers in the order of
    /// their ids.
    pub fn walk<F: Fold>(&self, events: &Events, asked: Asked, start: impl Fn() -> F + Sync) -> Result<Vec<F>> {
        let plan = Plan::of(self, events, asked.with_amount)?;
        let middle = middle(self, events)?;
        let parts: Vec<(Option<&str>, Option<&str>)> = match &middle {
            Some(middle) => vec![(None, Some(middle.as_str())), (Some(middle.as_str()), None)],
            None => vec![(None, None)],
        };
        let engines: Vec<Embedded> = parts.iter().map(|_| events.engine.again()).collect::<Result<_>>()?;
        thread::scope(|scope| {
            let running: Vec<_> = parts
                .into_iter()
                .zip(engines)
                .map(|(part, engine)| {
                    let (plan, start) = (&plan, &start);
                    scope.spawn(move || part_of(&engine, plan, asked, part, start()))
                })
                .collect();
            running.into_iter().map(|part| part.join().map_err(|_| Error::internal("a walk fell"))?).collect()
        })
    }
}

/// Which streams there are, as sources of lines.
struct Plan {
    /// Files that are in order as they are, by time.
    sorted: Vec<String>,
    /// What is to be sorted.
    rest: Option<String>,
    /// Who is in none of the sorted files for this purpose: a list of the engine, `'a', 'b'`.
    joined: Option<String>,
}

impl Plan {
    fn of(lake: &Lake, events: &Events, with_amount: bool) -> Result<Plan> {
        let whole = |file: &File| events.upto.is_none_or(|upto| file.last <= upto);
        let alone = |file: &File| {
            let others = events.files.iter().filter(|other| other.name != file.name);
            let mut others = others.filter(|other| other.period.holds(file.period) || file.period.holds(other.period));
            others.next().is_none()
        };
        let (mut sorted, loose): (Vec<&File>, Vec<&File>) =
            events.files.iter().partition(|file| whole(file) && alone(file));
        sorted.sort_by_key(|file| file.period.span());
        let joined: Vec<String> = events.joined()?.iter().map(|id| quoted(id)).collect();
        let joined = (!joined.is_empty()).then(|| joined.join(", "));
        let names = feed::NAMES;
        let mut rest = Vec::new();
        if events.tail > 0 {
            rest.push(format!("select {names} from tail"));
        }
        if !loose.is_empty() {
            rest.push(format!("select {names} from read_parquet({})", lake.listed(loose.into_iter())));
        }
        if let Some(joined) = joined.as_ref().filter(|_| !sorted.is_empty()) {
            let files = lake.listed(sorted.iter().copied());
            rest.push(format!("select {names} from read_parquet({files}) where party in ({joined})"));
        }
        let mut rest = (!rest.is_empty()).then(|| rest.join(" union all "));
        if joined.is_some() {
            rest = rest.map(|lines| {
                format!(
                    "select e.* replace (coalesce(a.party, e.party) as party) from ({lines}) e \
                     left join alias a on a.alias = e.party"
                )
            });
        }
        if let Some(upto) = events.upto {
            rest = rest.map(|lines| format!("select * from ({lines}) where {}", before(upto)));
        }
        let read = |file: &File| match file.money.is_some() && with_amount {
            true => format!("[{}]", quoted(&lake.store.place(&money_name(&file.name)).to_string_lossy())),
            false => lake.listed(std::iter::once(file)),
        };
        let sorted = sorted.into_iter().map(read).collect();
        Ok(Plan { sorted, rest, joined })
    }
}

/// A customer in the middle of the largest file; none where it has only one row group.
fn middle(lake: &Lake, events: &Events) -> Result<Option<String>> {
    let Some(largest) = events.files.iter().max_by_key(|file| file.lines) else { return Ok(None) };
    let place = quoted(&lake.store.place(&largest.name).to_string_lossy());
    let sql = format!(
        "select stats_min_value from parquet_metadata({place}) where path_in_schema = 'party' order by row_group_id"
    );
    let firsts = events.engine.rows(&sql, &[])?;
    let middle = firsts.get(firsts.len() / 2).filter(|_| firsts.len() > 1).and_then(|row| row.first());
    Ok(middle.map(|party| party.text().to_string()).filter(|party| !party.is_empty()))
}

fn part_of<F: Fold>(
    engine: &Embedded,
    plan: &Plan,
    asked: Asked,
    (from, to): (Option<&str>, Option<&str>),
    mut fold: F,
) -> Result<F> {
    let mut conditions = vec!["party is not null".to_string()];
    conditions.extend(from.map(|from| format!("party >= {}", quoted(from))));
    conditions.extend(to.map(|to| format!("party < {}", quoted(to))));
    conditions.extend(asked.with_amount.then(|| "amount is not null".to_string()));
    conditions.extend(asked.lines.map(|lines| format!("({lines})")));
    let condition = conditions.join(" and ");
    let columns: String = asked.columns.iter().map(|column| format!(", ({column})::bigint")).collect();
    // Where every line comes, the mark of a party's first line saves handing over who it is with each of them.
    let who = if asked.lines.is_none() && !asked.with_amount { "case when is_first then party end" } else { "party" };
    let mut statements = Vec::new();
    for file in &plan.sorted {
        let others = plan.joined.as_ref().map(|joined| format!(" and party not in ({joined})")).unwrap_or_default();
        statements.push(format!("select {who}, at_ms{columns} from read_parquet({file}) where {condition}{others}"));
    }
    if let Some(rest) = &plan.rest {
        statements.push(format!("select party, at_ms{columns} from ({rest}) where {condition} order by {ORDER}"));
    }
    let engines: Vec<Embedded> = statements.iter().map(|_| engine.again()).collect::<Result<_>>()?;
    let mut prepared = Vec::new();
    for (engine, sql) in engines.iter().zip(&statements) {
        prepared.push(engine.prepared(sql)?);
    }
    let mut streams = Vec::new();
    for statement in &mut prepared {
        streams.push(Stream::of(statement.batches()?, asked.columns.len())?);
    }
    // The last stream may lie anywhere in time, the others follow each other.
    merged(&mut streams, plan.rest.is_some(), asked.columns.len(), &mut fold)?;
    Ok(fold)
}

fn merged<F: Fold>(streams: &mut [Stream], is_last_loose: bool, columns: usize, fold: &mut F) -> Result<()> {
    let mut lines = Lines::of(columns);
    let last = streams.len().saturating_sub(1);
    while let Some(party) = streams.iter().filter_map(|stream| stream.who()).min().map(str::to_string) {
        lines.clear();
        let mut is_sorted = true;
        for (place, stream) in streams.iter_mut().enumerate() {
            if stream.who() == Some(party.as_str()) {
                is_sorted &= !(is_last_loose && place == last) || lines.at.is_empty();
                stream.take(&mut lines)?;
            }
        }
        if !is_sorted {
            lines.sort();
        }
        let columns: Vec<&[i64]> = lines.columns.iter().map(Vec::as_slice).collect();
        fold.party(&party, &lines.at, &columns);
    }
    Ok(())
}

/// Lines of one party.
struct Lines {
    at: Vec<i64>,
    columns: Vec<Vec<i64>>,
}

impl Lines {
    fn of(columns: usize) -> Lines {
        Lines { at: Vec::new(), columns: vec![Vec::new(); columns] }
    }

    fn clear(&mut self) {
        self.at.clear();
        self.columns.iter_mut().for_each(Vec::clear);
    }

    /// By moment; what happened in the same moment stays as it came.
    fn sort(&mut self) {
        let mut order: Vec<usize> = (0..self.at.len()).collect();
        order.sort_by_key(|place| self.at.get(*place).copied());
        let sorted = |values: &[i64]| order.iter().filter_map(|place| values.get(*place).copied()).collect::<Vec<_>>();
        self.columns = self.columns.iter().map(|values| sorted(values)).collect();
        self.at = sorted(&self.at);
    }
}

/// Lines of one source, party by party.
struct Stream<'s> {
    batches: Box<dyn Iterator<Item = RecordBatch> + 's>,
    batch: Option<Batch>,
    /// The next line of the batch.
    place: usize,
    columns: usize,
    /// Whose the next line is; none at the end.
    who: Option<String>,
}

/// Some lines, as the engine hands them over.
struct Batch {
    who: StringArray,
    /// The moment and the columns.
    numbers: Vec<Int64Array>,
}

impl<'s> Stream<'s> {
    fn of(batches: impl Iterator<Item = RecordBatch> + 's, columns: usize) -> Result<Stream<'s>> {
        let mut stream = Stream { batches: Box::new(batches), batch: None, place: 0, columns, who: None };
        if stream.fill()? {
            stream.who = stream.named(0).map(str::to_string);
            if stream.who.is_none() {
                return Err(Error::internal("a file of the lake does not begin with a party"));
            }
        }
        Ok(stream)
    }

    fn who(&self) -> Option<&str> {
        self.who.as_deref()
    }

    /// The party named at a line; none where it is that of the line before.
    fn named(&self, place: usize) -> Option<&str> {
        let who = &self.batch.as_ref()?.who;
        (place < who.len() && who.is_valid(place)).then(|| who.value(place))
    }

    /// The next batch that has lines; `false` at the end.
    fn fill(&mut self) -> Result<bool> {
        self.place = 0;
        self.batch = None;
        let Some(batch) = self.batches.find(|batch| batch.num_rows() > 0) else { return Ok(false) };
        let who = batch.column(0).as_string_opt::<i32>().cloned();
        let numbers = (1..=self.columns + 1)
            .map(|column| batch.column(column).as_primitive_opt::<Int64Type>().cloned())
            .collect::<Option<Vec<_>>>();
        let (Some(who), Some(numbers)) = (who, numbers) else {
            return Err(Error::internal("a walk reads texts and whole numbers"));
        };
        self.batch = Some(Batch { who, numbers });
        Ok(true)
    }

    /// Moves the lines of the party at hand to `lines` and goes on to the next party.
    fn take(&mut self, lines: &mut Lines) -> Result<()> {
        let Some(party) = self.who.take() else { return Ok(()) };
        loop {
            let Some(batch) = &self.batch else { return Ok(()) };
            let rows = batch.who.len();
            let is_other = |place: &usize| batch.who.is_valid(*place) && batch.who.value(*place) != party;
            let end = (self.place..rows).find(is_other).unwrap_or(rows);
            for (values, into) in batch.numbers.iter().zip(std::iter::once(&mut lines.at).chain(&mut lines.columns)) {
                into.extend_from_slice(values.values().get(self.place..end).unwrap_or_default());
            }
            self.place = end;
            if end < rows {
                let next = self.named(end).map(str::to_string);
                if next.as_deref().is_some_and(|next| next < party.as_str()) {
                    return Err(Error::internal("a file of the lake is not in order"));
                }
                self.who = next;
                return Ok(());
            }
            if !self.fill()? {
                return Ok(());
            }
        }
    }
}
