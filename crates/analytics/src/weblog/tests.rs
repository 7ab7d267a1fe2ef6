//! Logs read whole: against the counts of a real one, damaged, packed, out of order, and of arbitrary bytes.

use super::line::combined;
use super::*;
use proptest::prelude::*;
use serde_json::Value;
use std::io::Write;
use std::path::PathBuf;

/// Stands for a keyed hash: what matters here is that it is asked.
fn pseudonym(address: &[u8]) -> [u8; 16] {
    let mut mark = [0; 16];
    mark[..8].copy_from_slice(&names::hash(&[b"key", address]).to_le_bytes());
    mark
}

/// A sink that keeps what people would write into a table.
#[derive(Default)]
struct Rows(Vec<Row>);

#[derive(Clone, Debug, PartialEq)]
struct Row {
    visitor: [u8; 16],
    start: i64,
    end: i64,
    hits: u64,
    source: Source,
    is_bot: bool,
    views: Vec<String>,
}

impl Sink for Rows {
    fn session(&mut self, session: &Session<'_>) -> Result<(), SinkError> {
        self.0.push(Row {
            visitor: session.visitor,
            start: session.start,
            end: session.end,
            hits: session.hits,
            source: session.source.clone(),
            is_bot: session.is_bot,
            views: session.views.iter().map(|view| view.path.clone().into_owned()).collect(),
        });
        Ok(())
    }
}

fn read(options: Options, text: &[u8]) -> (Totals, Vec<Row>) {
    let mut rows = Rows::default();
    let mut reading = Reading::new(options, &pseudonym, &mut rows);
    reading.feed("access.log", text).unwrap();
    let totals = reading.finish().unwrap();
    (totals, rows.0)
}

/// A file of the shared data sets, which are not part of the source: `RAPPORT_TEST_DATA` names their folder.
fn shared(name: &str) -> Option<PathBuf> {
    let folder = match std::env::var_os("RAPPORT_TEST_DATA") {
        Some(folder) => PathBuf::from(folder),
        None => PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../../shared/data"),
    };
    let path = folder.join(name);
    if !path.exists() {
        eprintln!("no reference data: {name} is not there, nothing was compared");
        return None;
    }
    Some(path)
}

const FIREFOX: &str = "Mozilla/5.0 (X11; Linux x86_64; rv:109.0) Gecko/20100101 Firefox/115.0";

/// A line of a person at `10:minute:00`.
fn visit(address: &str, minute: u32, target: &str, referrer: &str) -> String {
    format!(
        "{address} - - [17/May/2015:10:{minute:02}:00 +0000] \"GET {target} HTTP/1.1\" 200 10 \"{referrer}\" \"{FIREFOX}\"\n"
    )
}

#[test]
fn a_real_log_is_counted_as_others_count_it() {
    let Some(path) = shared("reference/weblog/apache_10k.log.gz") else { return };
    let expected = std::fs::read_to_string(shared("reference/weblog/apache_10k_expected.json").unwrap()).unwrap();
    let expected: Value = serde_json::from_str(&expected).unwrap();
    let packed = std::fs::read(path).unwrap();
    let survey = examine(&packed[..], 2_000).unwrap();
    assert_eq!((survey.format, survey.own_host.as_deref()), (Format::Combined, Some("semicomplete.com")));

    let options = Options { own_hosts: survey.own_host.into_iter().collect(), ..Options::default() };
    let (totals, rows) = read(options, &packed);
    let known = |key: &str| expected[key].as_u64().unwrap();
    assert_eq!((totals.lines, totals.parsed, totals.damaged, totals.cut), (known("lines"), known("parsed"), 0, 1));
    assert_eq!(totals.addresses, known("distinct_ip"));
    assert_eq!(totals.agents, known("distinct_ua"));
    assert_eq!(totals.pairs, known("distinct_ip_ua"));
    assert_eq!(totals.sessions, known("sessions_30min_ip_ua"));
    assert_eq!(totals.bytes, known("bytes"));
    assert_eq!(totals.visitors, known("visitors_ip_ua_utcday"));
    assert_eq!(totals.visitors_answered, known("visitors_goaccess"));
    assert_eq!(totals.first, expected["first_epoch"].as_i64());
    assert_eq!(totals.last, expected["last_epoch"].as_i64());
    let statuses: serde_json::Map<String, Value> =
        totals.statuses.iter().map(|(status, count)| (status.to_string(), Value::from(*count))).collect();
    assert_eq!(Value::Object(statuses), expected["status"]);
    assert_eq!(serde_json::to_value(&totals.methods).unwrap(), sorted(&expected["methods"]));
    for top in expected["top_paths"].as_array().unwrap() {
        let count =
            |list: &[Count]| list.iter().find(|one| one.name == top[0].as_str().unwrap()).map_or(0, |one| one.count);
        assert_eq!(count(&totals.found) + count(&totals.missing), top[1].as_u64().unwrap(), "{top}");
    }

    // Robots are a matter of lists: between those that only the strictest list knows and those of a broad one.
    assert!((known("spider_hits_uap")..=known("bot_hits_crawlerdetect") + 300).contains(&totals.hits_of_bots));
    assert_eq!(totals.people.sessions + totals.sessions_of_bots, totals.sessions);
    assert_eq!(rows.len() as u64, totals.sessions);
    let phrases: u64 = totals.people.phrases.iter().map(|count| count.count).sum();
    assert!(phrases >= 60, "{phrases}");
}

/// With its keys in order, as a map has them.
fn sorted(value: &Value) -> Value {
    let map: std::collections::BTreeMap<String, Value> = serde_json::from_value(value.clone()).unwrap();
    serde_json::to_value(map).unwrap()
}

#[test]
fn no_address_is_in_a_result() {
    let text = [visit("203.0.113.77", 1, "/", "-"), visit("2001:db8::77", 2, "/", "-")].concat();
    let (totals, rows) = read(Options::default(), text.as_bytes());
    let written = format!("{} {rows:?}", serde_json::to_string(&totals).unwrap());
    assert!(!written.contains("203.0.113.77") && !written.contains("2001:db8"));
    assert_eq!(rows[0].visitor, pseudonym(b"203.0.113.77"));
}

#[test]
fn a_visit_is_followed_from_its_source_to_its_exit() {
    let text = [
        visit("1.1.1.1", 0, "/tea?utm=x", "https://www.google.com/search?q=green+tea"),
        visit("1.1.1.1", 0, "/style.css", "https://shop.example/tea"),
        visit("1.1.1.1", 5, "/basket", "https://shop.example/tea"),
        visit("1.1.1.1", 9, "/thanks", "https://shop.example/basket"),
        visit("2.2.2.2", 7, "/tea", "https://chatgpt.com/"),
        visit("3.3.3.3", 8, "/?utm_source=letter&utm_campaign=may", "-"),
    ];
    let steps = ["/tea", "/basket", "/thanks"].map(str::to_owned).to_vec();
    let options = Options {
        own_hosts: vec!["shop.example".to_owned()],
        funnels: vec![Funnel { name: "sale".to_owned(), steps, within_s: 600 }],
        ..Options::default()
    };
    let (totals, rows) = read(options, text.concat().as_bytes());
    assert_eq!(rows[0].views, ["/tea", "/basket", "/thanks"]);
    assert_eq!((rows[0].hits, rows[0].source.phrase.as_deref()), (4, Some("green tea")));

    let people = totals.people;
    assert_eq!((people.sessions, people.views, people.bounces, people.seconds), (3, 5, 2, 540));
    let tea = &people.pages[0];
    assert_eq!((tea.path.as_str(), tea.views, tea.entries, tea.exits), ("/tea", 2, 2, 1));
    assert!(people.steps.contains(&Step { from: "/tea".to_owned(), to: "/basket".to_owned(), count: 1 }));
    assert_eq!(people.phrases, [Count { name: "green tea".to_owned(), count: 1 }]);
    let media: Vec<Medium> = people.sources.iter().map(|count| count.source.medium).collect();
    assert_eq!(media, [Medium::Campaign, Medium::Search, Medium::Assistant]);
    assert_eq!(people.funnels, [FunnelCount { name: "sale".to_owned(), reached: vec![2, 1, 1] }]);
    assert_eq!(people.hours[6][10], 5, "17 May 2015 was a Sunday");
    assert_eq!(people.days["2015-05-17"], Day { sessions: 3, visitors: 3, views: 5 });
    assert_eq!((people.browsers[0].name.as_str(), people.browsers[0].count), ("Firefox", 3));
}

#[test]
fn robots_are_told_by_their_names_and_by_their_manners() {
    let polite = [visit("1.1.1.1", 0, "/robots.txt", "-"), visit("1.1.1.1", 1, "/", "-")].concat();
    let named = visit("2.2.2.2", 2, "/", "-").replace(FIREFOX, "Mozilla/5.0 (compatible; bingbot/2.0)");
    let (totals, rows) = read(Options::default(), [polite, named].concat().as_bytes());
    assert_eq!((totals.sessions, totals.sessions_of_bots, totals.people.sessions), (2, 2, 0));
    assert_eq!(totals.bots, [Count { name: "bingbot".to_owned(), count: 1 }]);
    assert!(rows.iter().all(|row| row.is_bot && row.views.is_empty()) && totals.people.pages.is_empty());
}

#[test]
fn damage_is_counted_and_named_by_line_and_the_rest_is_read() {
    let good = visit("1.1.1.1", 0, "/", "-");
    let long = "x".repeat(lines::LONGEST_LINE + 1);
    let text = format!("{good}\n{}garbage\n{long}\n{}", good.replace("May", "Mai"), &good[..good.len() - 5]);
    let (totals, _) = read(Options::default(), text.as_bytes());
    let found: Vec<(u64, Damage)> = totals.damaged_lines.iter().map(|one| (one.line, one.damage)).collect();
    assert_eq!(found, [(3, Damage::NoTime), (4, Damage::NoTime), (5, Damage::TooLong)]);
    assert_eq!((totals.lines, totals.parsed, totals.damaged, totals.cut), (5, 2, 3, 1));
}

#[test]
fn a_torn_packed_file_is_read_up_to_the_tear_and_told() {
    let text: String =
        (0..5_000).map(|index| visit(&format!("1.1.{}.{}", index / 250, index % 250), index % 60, "/", "-")).collect();
    let mut packer = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
    packer.write_all(text.as_bytes()).unwrap();
    let packed = packer.finish().unwrap();
    let (totals, _) = read(Options::default(), &packed[..packed.len() / 2]);
    assert!(totals.parsed > 1_000 && totals.parsed < 5_000 && totals.damaged <= 1, "{}", totals.parsed);
    assert_eq!(totals.broken.len(), 1);
}

#[test]
fn the_same_visit_in_four_formats_is_the_same() {
    let texts = [
        visit("1.1.1.1", 5, "/a?b=1", "https://example.org/"),
        format!(
            "#Version: 1.0\n#Fields: date time c-ip cs-method cs-uri-stem cs-uri-query sc-status sc-bytes cs(Referer) cs(User-Agent)\n2015-05-17 10:05:00 1.1.1.1 GET /a b=1 200 10 https://example.org/ {}\n",
            FIREFOX.replace(' ', "+")
        ),
        format!(
            r#"{{"time":"2015-05-17T12:05:00+02:00","remote_addr":"1.1.1.1","request":"GET /a?b=1 HTTP/1.1","status":200,"bytes":10,"referer":"https://example.org/","user_agent":"{FIREFOX}"}}"#
        ),
    ];
    let (expected, _) = read(Options::default(), texts[0].as_bytes());
    for text in &texts[1..] {
        assert_eq!(read(Options::default(), text.as_bytes()).0, expected, "{text}");
    }
    let common = texts[0].split(" \"https").next().unwrap();
    assert_eq!(read(Options::default(), common.as_bytes()).0.bytes, 10);
}

#[test]
fn zones_of_lines_are_respected_and_days_are_those_of_the_zone_asked_for() {
    let west = visit("1.1.1.1", 30, "/", "-").replace("17/May/2015:10:30:00 +0000", "17/May/2015:23:30:00 -0500");
    let east = visit("1.1.1.1", 40, "/b", "-").replace("17/May/2015:10:40:00 +0000", "18/May/2015:10:10:00 +0530");
    let (totals, rows) = read(Options::default(), [west.clone(), east.clone()].concat().as_bytes());
    assert_eq!((rows.len(), rows[0].end - rows[0].start), (1, 600));
    assert!(totals.people.days.contains_key("2015-05-18"));

    let zone = jiff::tz::TimeZone::fixed(jiff::tz::offset(-5));
    let (local, _) = read(Options { zone, ..Options::default() }, [west, east].concat().as_bytes());
    assert_eq!(local.people.days.keys().collect::<Vec<_>>(), ["2015-05-17"]);
    assert_eq!(local.people.hours[6][23], 2);
}

#[test]
fn midnight_ends_a_session_where_that_is_wished() {
    let before = visit("1.1.1.1", 0, "/", "-").replace("10:00:00", "23:55:00");
    let after = visit("1.1.1.1", 0, "/", "-").replace("17/May/2015:10:00:00", "18/May/2015:00:05:00");
    let text = [before, after].concat();
    assert_eq!(read(Options::default(), text.as_bytes()).0.sessions, 1);
    let options = Options { ends_at_midnight: true, ..Options::default() };
    assert_eq!(read(options, text.as_bytes()).0.sessions, 2);
}

#[test]
fn one_wrong_clock_does_not_end_the_sessions_of_others() {
    let mut text = visit("1.1.1.1", 0, "/", "-");
    text += &visit("9.9.9.9", 0, "/", "-").replace("2015", "2099");
    // enough lines that ended sessions are looked for
    for index in 0..140_000_u32 {
        let address = format!("2.{}.{}.{}", index / 62_500 % 250, index / 250 % 250, index % 250);
        text += &visit(&address, 1, "/x", "-");
    }
    text += &visit("1.1.1.1", 20, "/b", "-");
    let (totals, rows) = read(Options::default(), text.as_bytes());
    let own = pseudonym(b"1.1.1.1");
    let of_one: Vec<&Row> = rows.iter().filter(|row| row.visitor == own).collect();
    assert_eq!((of_one.len(), of_one[0].hits, totals.late), (1, 2, 0));
}

#[test]
fn logs_of_two_servers_read_one_after_the_other_give_the_sessions_of_one() {
    let hour = |server: usize| -> String {
        let minute = |minute: u32| -> String {
            // many other visitors, so that ended sessions are looked for in between
            let others =
                (0..1_500).map(|index| visit(&format!("{server}.0.{}.{}", index / 250, index % 250), minute, "/", "-"));
            others.collect::<String>() + &visit("1.1.1.1", minute, &format!("/{server}"), "-")
        };
        (0..60).map(minute).collect()
    };
    let mut rows = Rows::default();
    let mut reading = Reading::new(Options { lateness_s: 60, gap_s: 300, ..Options::default() }, &pseudonym, &mut rows);
    for server in [2, 3] {
        let text = hour(server);
        let later = text.replace("2015:10:", "2015:11:");
        reading.feed("", text.as_bytes()).unwrap();
        reading.feed("", later.as_bytes()).unwrap();
    }
    let totals = reading.finish().unwrap();
    assert_eq!(totals.sessions, 3_001, "{}", totals.late);
}

#[test]
fn a_sink_that_fails_ends_the_reading() {
    struct Full;
    impl Sink for Full {
        fn session(&mut self, _: &Session<'_>) -> Result<(), SinkError> {
            Err("the disk is full".into())
        }
    }
    let mut sink = Full;
    let mut reading = Reading::new(Options::default(), &pseudonym, &mut sink);
    reading.feed("access.log", visit("1.1.1.1", 0, "/", "-").as_bytes()).unwrap();
    assert_eq!(reading.finish().unwrap_err().to_string(), "the disk is full");
}

#[test]
fn robots_of_a_public_list_are_found_and_browsers_are_not_called_robots() {
    let Some(path) = shared("web/user-agents/crawler-user-agents.json") else { return };
    let crawlers: Vec<Value> = serde_json::from_str(&std::fs::read_to_string(path).unwrap()).unwrap();
    let examples: Vec<&str> =
        crawlers.iter().filter_map(|one| one["instances"].as_array()).flatten().filter_map(Value::as_str).collect();
    let found = examples.iter().filter(|agent| Agent::of(agent.as_bytes()).bot.is_some()).count();
    assert!(found as f64 > 0.99 * examples.len() as f64, "{found} of {}", examples.len());

    let Some(folder) = shared("web/user-agents/device-detector") else { return };
    let kinds =
        [("desktop", Device::Desktop, 0.95), ("smartphone", Device::Mobile, 0.95), ("tablet", Device::Tablet, 0.75)];
    for (file, device, share) in kinds {
        let text = std::fs::read_to_string(folder.join(format!("{file}.yml"))).unwrap();
        let agents: Vec<Agent> = text
            .lines()
            .filter_map(|line| line.trim_start().strip_prefix("user_agent: "))
            .map(|agent| agent.trim_matches(['"', '\'']))
            // Office programs and players are listed there as well, and PCs that run Android and do not say so.
            .filter(|agent| {
                agent.starts_with("Mozilla/5.0") && !(device == Device::Desktop && agent.contains("Android"))
            })
            .map(|agent| Agent::of(agent.as_bytes()))
            .collect();
        let robots = agents.iter().filter(|agent| agent.bot.is_some()).count();
        let right = agents.iter().filter(|agent| agent.device == device).count();
        assert_eq!(robots, 0, "{file}: of {} called robots", agents.len());
        assert!(right as f64 >= share * agents.len() as f64, "{file}: {right} of {}", agents.len());
    }
}

#[test]
fn referrers_of_a_public_list_are_known_with_their_words() {
    let Some(path) = shared("reference/weblog/referer_cases.json") else { return };
    let cases: Vec<Value> = serde_json::from_str(&std::fs::read_to_string(path).unwrap()).unwrap();
    let medium = |medium: Medium| match medium {
        Medium::Search => "search",
        Medium::Social => "social",
        Medium::Mail => "email",
        Medium::Assistant => "chatbot",
        _ => "unknown",
    };
    let right = |case: &&Value| {
        let source = Source::of(case["uri"].as_str().unwrap().as_bytes(), b"/", &[]);
        medium(source.medium) == case["medium"].as_str().unwrap_or("unknown")
            && source.phrase.as_deref() == case["term"].as_str()
    };
    let count = cases.iter().filter(right).count();
    let wrong: Vec<_> = cases.iter().filter(|case| !right(case)).map(|case| case["uri"].as_str()).collect();
    // Two of them are advertisements, a medium of their own there.
    assert!(count + 2 >= cases.len(), "{count} of {}: {wrong:#?}", cases.len());
}

proptest! {
    #[test]
    fn no_bytes_make_a_reader_fail(text in prop::collection::vec(any::<u8>(), 0..400), first in 0_usize..4) {
        let starts: [&[u8]; 4] = [b"", b"{\"ip\":\"", b"#Fields: date time c-ip cs-uri-stem sc-status\n", b"1.1.1.1 - - ["];
        let text = [starts[first], &text].concat();
        let (totals, rows) = read(Options { forwarded: true, ..Options::default() }, &text);
        prop_assert_eq!(totals.parsed + totals.damaged, totals.lines);
        prop_assert_eq!(rows.iter().map(|row| row.hits).sum::<u64>(), totals.parsed);
    }

    #[test]
    fn a_line_damaged_anywhere_is_read_or_named(at in 0_usize..150, byte in any::<u8>(), end in 0_usize..200) {
        let mut text = visit("1.1.1.1", 0, "/a", "https://example.org/").into_bytes();
        let place = at.min(text.len() - 1);
        text[place] = byte;
        text.truncate(end.max(1));
        let _ = combined(&text, true);
    }

    #[test]
    fn fields_come_back_as_they_were_written(
        target in "/[a-zA-Z0-9/._~%-]{0,40}", status in 100_u16..600, bytes in any::<u32>(), agent in "[ -~]{0,60}",
        seconds in 0_i64..4_000_000_000, zone in -12_i64..=14,
    ) {
        let local = jiff::Timestamp::from_second(seconds + 3_600 * zone).unwrap();
        let local = local.to_zoned(jiff::tz::TimeZone::UTC).strftime("%d/%b/%Y:%H:%M:%S").to_string();
        let sign = if zone < 0 { '-' } else { '+' };
        let escaped = agent.replace('\\', r"\\").replace('"', "\\\"");
        let text = format!("::1 - - [{local} {sign}{:02}00] \"GET {target} HTTP/1.1\" {status} {bytes} \"-\" \"{escaped}\"", zone.abs());
        let line = combined(text.as_bytes(), false).unwrap();
        prop_assert_eq!((line.at, line.status, line.bytes), (seconds, status, u64::from(bytes)));
        prop_assert_eq!(&*line.target, target.as_bytes());
        prop_assert_eq!(&*line.agent, if escaped == "-" { &b""[..] } else { escaped.as_bytes() });
        prop_assert!(!line.is_cut);
    }

    #[test]
    fn the_order_of_lines_changes_no_session(
        (hits, shuffled) in prop::collection::btree_set((0_u8..3, 0_u32..200), 0..40)
            .prop_flat_map(|hits| {
                let hits: Vec<(u8, u32)> = hits.into_iter().collect();
                (Just(hits.clone()), Just(hits).prop_shuffle())
            })
    ) {
        let text = |hits: &[(u8, u32)]| -> String {
            let line = |(visitor, tick): &(u8, u32)| {
                let minutes = 7 * tick;
                let time = format!("{:02}/May/2015:{:02}:{:02}:00", 17 + minutes / 1_440, minutes / 60 % 24, minutes % 60);
                let target = format!("/{}", tick % 5);
                visit(&format!("1.1.1.{visitor}"), 0, &target, "-").replace("17/May/2015:10:00:00", &time)
            };
            hits.iter().map(line).collect()
        };
        let mut sorted = hits;
        sorted.sort_by_key(|(_, tick)| *tick);
        let (mut totals, mut rows) = read(Options::default(), text(&sorted).as_bytes());
        let (mut others, mut other_rows) = read(Options::default(), text(&shuffled).as_bytes());
        for list in [&mut rows, &mut other_rows] {
            list.sort_by_key(|row| (row.start, row.visitor));
        }
        prop_assert_eq!(rows, other_rows);
        (totals.late, others.late) = (0, 0);
        prop_assert_eq!(totals, others);
    }
}
