//! Figures for whoever watches the server, in the text form of Prometheus. A small registry of our own: counters and
//! histograms by route, and a few readings taken when asked.

use std::collections::BTreeMap;
use std::fmt::Write;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use axum::extract::{MatchedPath, Request, State};
use axum::middleware::Next;
use axum::response::Response;

/// Upper bounds of the latency histogram, in seconds.
const BOUNDS: [f64; 11] = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 5.0];

#[derive(Default)]
struct Series {
    buckets: [u64; BOUNDS.len()],
    count: u64,
    seconds: f64,
}

/// See the module.
#[derive(Default)]
pub struct Metrics {
    /// By method, route and status.
    requests: Mutex<BTreeMap<(String, String, u16), Series>>,
    in_flight: AtomicU64,
}

/// Readings taken from the running company when the figures are asked for.
#[derive(Debug, Default, Clone, Copy)]
pub struct Readings {
    pub commits: u64,
    pub ledger_head: i64,
    pub jobs_waiting: i64,
}

impl Metrics {
    fn observe(&self, method: &str, route: &str, status: u16, took: Duration) {
        let seconds = took.as_secs_f64();
        let mut requests = self.requests.lock().unwrap_or_else(PoisonError::into_inner);
        let series = requests.entry((method.to_string(), route.to_string(), status)).or_default();
        for (bucket, bound) in series.buckets.iter_mut().zip(BOUNDS) {
            if seconds <= bound {
                *bucket += 1;
            }
        }
        series.count += 1;
        series.seconds += seconds;
    }

    /// All figures as text.
    pub fn text(&self, readings: Readings) -> String {
        let mut out = String::new();
        let requests = self.requests.lock().unwrap_or_else(PoisonError::into_inner);
        out.push_str("# HELP rapport_http_request_seconds How long requests took, by route.\n# TYPE rapport_http_request_seconds histogram\n");
        for ((method, route, status), series) in requests.iter() {
            let labels = format!("method=\"{method}\",route=\"{route}\",status=\"{status}\"");
            for (bucket, bound) in series.buckets.iter().zip(BOUNDS) {
                let _ = writeln!(out, "rapport_http_request_seconds_bucket{{{labels},le=\"{bound}\"}} {bucket}");
            }
            let _ = writeln!(out, "rapport_http_request_seconds_bucket{{{labels},le=\"+Inf\"}} {}", series.count);
            let _ = writeln!(out, "rapport_http_request_seconds_sum{{{labels}}} {}", series.seconds);
            let _ = writeln!(out, "rapport_http_request_seconds_count{{{labels}}} {}", series.count);
        }
        drop(requests);
        let mut figure = |name: &str, kind: &str, help: &str, value: String| {
            let _ = writeln!(out, "# HELP {name} {help}\n# TYPE {name} {kind}\n{name} {value}");
        };
        figure(
            "rapport_http_requests_in_flight",
            "gauge",
            "Requests being answered.",
            self.in_flight.load(Ordering::Relaxed).to_string(),
        );
        figure(
            "rapport_writes_total",
            "counter",
            "Operations that this process finished.",
            readings.commits.to_string(),
        );
        figure(
            "rapport_ledger_head",
            "gauge",
            "Number of the last line of the ledger.",
            readings.ledger_head.to_string(),
        );
        figure("rapport_jobs_waiting", "gauge", "Jobs that wait or run.", readings.jobs_waiting.to_string());
        if let Some(bytes) = resident_bytes() {
            figure("process_resident_memory_bytes", "gauge", "Memory of this process.", bytes.to_string());
        }
        out
    }
}

/// Counts every request. Requests outside of the table of routes count as one route, so that a scanner makes no new lines.
pub async fn layer(State(metrics): State<Arc<Metrics>>, request: Request, next: Next) -> Response {
    let started = Instant::now();
    let method = request.method().to_string();
    let route = request.extensions().get::<MatchedPath>().map_or("other", |path| path.as_str()).to_string();
    metrics.in_flight.fetch_add(1, Ordering::Relaxed);
    let response = next.run(request).await;
    metrics.in_flight.fetch_sub(1, Ordering::Relaxed);
    let took = started.elapsed();
    let status = response.status().as_u16();
    metrics.observe(&method, &route, status, took);
    tracing::debug!(method, route, status, ms = took.as_secs_f64() * 1000.0, "request");
    response
}

/// The memory of this process, where the system tells (Linux).
pub fn resident_bytes() -> Option<u64> {
    let status = std::fs::read_to_string("/proc/self/status").ok()?;
    let line = status.lines().find(|line| line.starts_with("VmRSS:"))?;
    let kilobytes: u64 = line.split_whitespace().nth(1)?.parse().ok()?;
    kilobytes.checked_mul(1024)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn requests_are_counted_by_route_and_slower_bounds_hold_faster_ones() {
        let metrics = Metrics::default();
        metrics.observe("GET", "/api/v1/{objects}", 200, Duration::from_millis(2));
        metrics.observe("GET", "/api/v1/{objects}", 200, Duration::from_millis(30));
        let text = metrics.text(Readings { commits: 3, ledger_head: 7, jobs_waiting: 0 });
        assert!(text.contains("route=\"/api/v1/{objects}\",status=\"200\",le=\"0.0025\"} 1\n"), "{text}");
        assert!(text.contains("route=\"/api/v1/{objects}\",status=\"200\",le=\"+Inf\"} 2\n"), "{text}");
        assert!(text.contains("rapport_ledger_head 7\n"), "{text}");
    }
}
