//! Migrations: forward only, each once, each in its own transaction.

use kernel::{Result, Time};

use crate::{Db, Dialect, Tx, postgres};

/// One step: a name that begins with its time, and DDL in the shared dialect (see [`crate::Dialect::ddl`]).
#[derive(Debug, Clone, Copy)]
pub struct Migration {
    pub name: &'static str,
    pub sql: &'static str,
}

pub(crate) fn run(db: &Db, migrations: &[Migration]) -> Result<()> {
    db.write(|tx| {
        let sql = tx
            .dialect()
            .ddl("create table if not exists migration (name {text} primary key, applied_at {int} not null){strict}");
        tx.batch(&sql)
    })?;
    for migration in migrations.iter().copied() {
        db.write(move |tx| apply(tx, migration))?;
    }
    match db.dialect() {
        Dialect::Sqlite => Ok(()),
        Dialect::Postgres => db.write(postgres::adopt_ledger),
    }
}

fn apply(tx: &mut Tx, migration: Migration) -> Result<()> {
    if tx.one("select 1 from migration where name = $1", &[migration.name.into()])?.is_some() {
        return Ok(());
    }
    let sql = tx.dialect().ddl(migration.sql);
    tx.batch(&sql)?;
    let now = kernel::Clock::system().now();
    tx.execute(
        "insert into migration (name, applied_at) values ($1, $2)",
        &[migration.name.into(), Time(now.0).into()],
    )?;
    Ok(())
}
