//! Measures the reading of a server's log into visits, beside GoAccess on the same file in the same run.

use std::fs::File;
use std::io::{BufWriter, Write};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use kernel::{Error, Result};

use super::Rng;

/// What was promised for the command, from the file to visits on disk.
const LINES_PER_SECOND: f64 = 500_000.0;
const MOST_MB: f64 = 400.0;
/// How often a process is looked at.
const LOOK: Duration = Duration::from_millis(20);

const BROWSERS: [&str; 8] = [
    "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/142.0.0.0 Safari/537.36",
    "Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/19.0 Safari/605.1.15",
    "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0",
    "Mozilla/5.0 (iPhone; CPU iPhone OS 19_0 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/19.0 Mobile/15E148 Safari/604.1",
    "Mozilla/5.0 (Linux; Android 15; Pixel 9) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/142.0.0.0 Mobile Safari/537.36",
    "Mozilla/5.0 (compatible; Googlebot/2.1; +http://www.google.com/bot.html)",
    "Mozilla/5.0 (compatible; bingbot/2.0; +http://www.bing.com/bingbot.htm)",
    "curl/8.9.1",
];
const REFERRERS: [&str; 6] = [
    "-",
    "-",
    "https://www.google.com/",
    "https://duckduckgo.com/?q=blue+tea",
    "https://chatgpt.com/",
    "https://www.facebook.com/",
];

/// What a process took.
struct Took {
    wall_s: f64,
    cpu_s: f64,
    peak_mb: f64,
}

/// Reads a log of so many lines into a company of its own; fails if a promise is not kept or the peer is faster.
pub fn measure(folder: &Path, lines: u64) -> Result<()> {
    let log = folder.join(format!("access-{lines}.log"));
    if !log.exists() {
        std::fs::create_dir_all(folder).map_err(Error::internal)?;
        write_log(&log, lines)?;
    }
    let bytes = std::fs::metadata(&log).map_err(Error::internal)?.len();
    println!("a log of {lines} lines, {} MB", bytes >> 20);
    let program = std::env::current_exe().map_err(Error::internal)?;
    let data = folder.join("visits");
    drop(std::fs::remove_dir_all(&data));
    let ours = run(Command::new(program).arg("weblog").arg("--data").arg(&data).arg(&log))?;
    drop(std::fs::remove_dir_all(&data));
    let speed = tell("rapport weblog, into visits on disk", lines, &ours);
    let mut kept = speed >= LINES_PER_SECOND && ours.peak_mb <= MOST_MB;
    println!("  promised: {LINES_PER_SECOND:.0} lines/s in {MOST_MB:.0} MB{}", if kept { "" } else { "   MISSED" });

    let report = folder.join("goaccess.json");
    let mut peer = Command::new("goaccess");
    peer.arg(&log).args(["--log-format=COMBINED", "--no-progress", "--no-global-config", "-o"]).arg(&report);
    match run(&mut peer) {
        Ok(theirs) => {
            let their_speed = tell("goaccess, into a report", lines, &theirs);
            println!(
                "  {:.1} times as fast by the clock, {:.1} by the processor",
                speed / their_speed,
                theirs.cpu_s / ours.cpu_s
            );
            kept &= speed > their_speed;
        }
        Err(_) => println!("goaccess is not installed: no peer"),
    }
    if kept { Ok(()) } else { Err(Error::internal("a promise was not kept; see the lines")) }
}

fn tell(what: &str, lines: u64, took: &Took) -> f64 {
    let speed = lines as f64 / took.wall_s;
    println!(
        "{what}: {:.1} s, {speed:.0} lines/s; {:.1} s of processor, {:.0} lines for each; {:.0} MB",
        took.wall_s,
        took.cpu_s,
        lines as f64 / took.cpu_s.max(0.01),
        took.peak_mb
    );
    speed
}

fn run(command: &mut Command) -> Result<Took> {
    let started = Instant::now();
    let mut child = command.stdout(Stdio::null()).stderr(Stdio::null()).spawn().map_err(Error::internal)?;
    let (mut peak_mb, mut cpu_s) = (0.0_f64, 0.0_f64);
    loop {
        peak_mb = peak_mb.max(peak_of(child.id()));
        cpu_s = cpu_s.max(processor_of(child.id()));
        if let Some(status) = child.try_wait().map_err(Error::internal)? {
            let took = Took { wall_s: started.elapsed().as_secs_f64(), cpu_s, peak_mb };
            return if status.success() { Ok(took) } else { Err(Error::internal(format!("{command:?}: {status}"))) };
        }
        std::thread::sleep(LOOK);
    }
}

fn peak_of(process: u32) -> f64 {
    let status = std::fs::read_to_string(format!("/proc/{process}/status")).unwrap_or_default();
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:"));
    line.and_then(|line| line.split_whitespace().next()).and_then(|kb| kb.parse::<f64>().ok()).unwrap_or(0.0) / 1024.0
}

/// Seconds of processor, of all threads; the kernel counts in hundredths.
fn processor_of(process: u32) -> f64 {
    let stat = std::fs::read_to_string(format!("/proc/{process}/stat")).unwrap_or_default();
    let rest = stat.rsplit_once(')').map_or("", |(_, rest)| rest);
    rest.split_whitespace().skip(11).take(2).filter_map(|ticks| ticks.parse::<f64>().ok()).sum::<f64>() / 100.0
}

/// A log as a shop would have it: visitors who look at some pages and their parts, robots among them, in order of time.
fn write_log(path: &PathBuf, lines: u64) -> Result<()> {
    let mut rng = Rng(1);
    let mut out = BufWriter::new(File::create(path).map_err(Error::internal)?);
    let begun = jiff::Timestamp::from_second(1_788_220_800).map_err(Error::internal)?;
    let visitors = (lines / 12).max(1);
    for line in 0..lines {
        // Somebody who came lately, so that visits have several lines.
        let visitor = (line / 12 + rng.below(40)).min(visitors + 40);
        let spread = visitor.wrapping_mul(0x9e37_79b9_7f4a_7c15);
        let at = begun + jiff::SignedDuration::from_millis(i64::try_from(line).unwrap_or(0) * 250);
        let address = format!(
            "{}.{}.{}.{}",
            11 + (spread >> 8) % 180,
            (spread >> 16) & 255,
            (spread >> 24) & 255,
            (spread >> 32) & 255
        );
        let browser = BROWSERS.get(usize::try_from((spread >> 40) % 8).unwrap_or(0)).copied().unwrap_or("-");
        let page = rng.below(40) * rng.below(50);
        let path = match rng.below(3) {
            0 => format!("/shop/item-{page}?color=blue"),
            1 => format!("/static/style-{}.css", page % 9),
            _ => format!("/pages/{page}/"),
        };
        let status = if rng.below(50) == 0 { 404 } else { 200 };
        writeln!(
            out,
            "{address} - - [{}] \"GET {path} HTTP/1.1\" {status} {} \"{}\" \"{browser}\"",
            at.strftime("%d/%b/%Y:%H:%M:%S +0000"),
            500 + rng.below(40_000),
            rng.pick(&REFERRERS)
        )
        .map_err(Error::internal)?;
    }
    out.flush().map_err(Error::internal)
}
