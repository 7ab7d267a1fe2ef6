//! What a worker costs: the same questions of fewer events, asked the engine in the process and clusters of one and of two
//! workers on this machine. Answers have to be the same; seconds and CPU seconds are printed beside each other.

use std::net::{TcpListener, TcpStream};
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use analytics::engine::cluster::{Cluster, Source};
use analytics::engine::embedded::{Embedded, quoted};
use analytics::engine::{Cell, Engine};
use foundation::outbound::AnalysisCluster;
use kernel::{Error, Result};

/// In the SQL that both engines read, with amounts in whole cents and a tie-break for every rank.
const QUESTIONS: [(&str, &str); 4] = [
    (
        "active by day",
        "select cast(ts as date), count(*), count(distinct customer_id) from event group by 1 order by 1",
    ),
    (
        "segment",
        "select count(*) from (select customer_id from event where ts >= timestamp '2025-07-01 00:00:00' group by customer_id \
         having sum(cast(round(amount * 100) as bigint)) > 10000 and sum(case when kind = 'open' then 1 else 0 end) >= 2) s",
    ),
    (
        "recency, frequency, money",
        "with b as (select customer_id, max(ts) as l, count(*) as n, sum(cast(round(amount * 100) as bigint)) as s \
         from event where kind = 'purchase' group by customer_id), \
         q as (select s, ntile(5) over (order by l, customer_id) as r, ntile(5) over (order by n, customer_id) as f, \
         ntile(5) over (order by s, customer_id) as m from b) \
         select r, f, m, count(*), sum(s) from q group by r, f, m order by r, f, m",
    ),
    (
        "best products",
        "select channel, product_id, r, n from (select channel, product_id, r, n, \
         row_number() over (partition by channel order by r desc, product_id) as k from \
         (select channel, product_id, sum(cast(round(amount * 100) as bigint)) as r, count(*) as n from event \
         where kind = 'purchase' group by channel, product_id) s) t where k <= 20 order by channel, k",
    ),
];

/// `sail flight server` as a cluster. Killed when dropped.
struct Sail {
    child: Child,
    url: String,
}

impl Drop for Sail {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

impl Sail {
    fn start(program: &Path, workers: usize) -> Result<Sail> {
        let port = TcpListener::bind("127.0.0.1:0").and_then(|free| free.local_addr()).map_err(Error::internal)?.port();
        let workers = workers.to_string();
        let child = Command::new(program)
            .args(["flight", "server", "--ip", "127.0.0.1", "--port", &port.to_string()])
            .env("SAIL_MODE", "local-cluster")
            .env("SAIL_CLUSTER__WORKER_INITIAL_COUNT", &workers)
            .env("SAIL_CLUSTER__WORKER_MAX_COUNT", &workers)
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .map_err(Error::internal)?;
        let sail = Sail { child, url: format!("http://127.0.0.1:{port}") };
        let until = Instant::now() + Duration::from_secs(60);
        while TcpStream::connect(("127.0.0.1", port)).is_err() {
            if Instant::now() > until {
                return Err(Error::internal("Sail does not listen"));
            }
            std::thread::sleep(Duration::from_millis(50));
        }
        Ok(sail)
    }

    /// CPU seconds of the cluster with all its processes.
    fn cpu(&self) -> f64 {
        let Ok(processes) = std::fs::read_dir("/proc") else { return 0.0 };
        let mut all: Vec<(u32, u32, f64)> = Vec::new();
        for process in processes.flatten() {
            let Some(pid) = process.file_name().to_str().and_then(|name| name.parse::<u32>().ok()) else { continue };
            let Ok(stat) = std::fs::read_to_string(process.path().join("stat")) else { continue };
            let fields: Vec<&str> = stat.rsplit(')').next().unwrap_or_default().split_whitespace().collect();
            let number = |place: usize| fields.get(place).and_then(|text| text.parse::<f64>().ok()).unwrap_or(0.0);
            let parent = fields.get(1).and_then(|text| text.parse().ok()).unwrap_or(0);
            all.push((pid, parent, (number(11) + number(12)) / 100.0));
        }
        let mut ours = vec![self.child.id()];
        let mut at = 0;
        while let Some(parent) = ours.get(at).copied() {
            ours.extend(all.iter().filter(|(_, of, _)| *of == parent).map(|(pid, ..)| *pid));
            at += 1;
        }
        all.iter().filter(|(pid, ..)| ours.contains(pid)).map(|(.., seconds)| seconds).sum()
    }
}

/// Prints a line for each question: seconds and CPU seconds here, with one worker and with two, and what a worker used.
pub fn measure(sail: &Path, events: &Path) -> Result<()> {
    let folder = events.parent().unwrap_or(Path::new("."));
    let here = Embedded::open(folder)?;
    here.run(&format!("create view event as select * from read_parquet({})", quoted(&events.to_string_lossy())))?;
    let source = Source {
        name: "event".into(),
        columns: "ts timestamp, customer_id bigint, kind varchar, channel varchar, product_id bigint, amount double"
            .into(),
        file: Some(events.to_path_buf()),
    };
    println!(
        "\n{:<26} {:>16} {:>16} {:>16} {:>12}",
        "fewer events, s (CPU s)", "in the process", "1 worker", "2 workers", "per worker"
    );
    let clusters = [Sail::start(sail, 1)?, Sail::start(sail, 2)?];
    let mut engines = Vec::new();
    for cluster in &clusters {
        let at = AnalysisCluster { url: cluster.url.clone(), lake: None, token: None };
        engines.push(Cluster::over(&at, folder, std::slice::from_ref(&source))?);
    }
    for (name, sql) in QUESTIONS {
        let own = timed(&here, sql, &super::cpu)?;
        let mut told = format!("{name:<26} {:>16}", shown(&own));
        let mut of_two = 0.0;
        for (cluster, engine) in clusters.iter().zip(&engines) {
            let theirs = timed(engine, sql, &|| cluster.cpu())?;
            if theirs.rows != own.rows {
                return Err(Error::internal(format!("{name}: the cluster answers otherwise")));
            }
            told.push_str(&format!(" {:>16}", shown(&theirs)));
            of_two = theirs.cpu / 2.0;
        }
        println!("{told} {of_two:>10.2} s");
    }
    Ok(())
}

struct Timed {
    rows: Vec<Vec<Cell>>,
    wall: f64,
    cpu: f64,
}

fn shown(timed: &Timed) -> String {
    format!("{:.2} ({:.2})", timed.wall, timed.cpu)
}

/// The better of two runs.
fn timed(engine: &dyn Engine, sql: &str, cpu: &dyn Fn() -> f64) -> Result<Timed> {
    let once = || {
        let begun = (cpu(), Instant::now());
        let rows = engine.rows(sql, &[])?;
        Ok::<_, Error>(Timed { rows, wall: begun.1.elapsed().as_secs_f64(), cpu: cpu() - begun.0 })
    };
    let (first, second) = (once()?, once()?);
    Ok(if first.wall <= second.wall { first } else { second })
}
