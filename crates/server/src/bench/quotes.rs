//! Measures what people wait for at a quote, through HTTP as the workspace asks it: the decision about it, on disk when the
//! answer comes, and its paper.

use std::path::Path;
use std::time::Duration;

use foundation::App;
use foundation::access::keys::{self, NewKey, Scope};
use foundation::access::{Principal, roles};
use foundation::records::{Write, write};
use kernel::{Error, Id, Result, Value};
use serde_json::{Value as Json, json};

use super::client::Client;
use super::run::{free_address, serve, wait_ready};

const QUOTES: usize = 100;
const LINES: usize = 8;
/// What was promised.
const DECISION_MS: f64 = 10.0;
const PAPER_MS: f64 = 50.0;

/// Measures in a company that is made for it and removed behind it; fails if a limit is missed.
pub fn measure(data: &Path) -> Result<()> {
    if data.exists() {
        return Err(Error::internal(format!("{} is there already", data.display())));
    }
    let measured = measure_in(data);
    std::fs::remove_dir_all(data).map_err(Error::internal)?;
    measured
}

fn measure_in(data: &Path) -> Result<()> {
    let app = App::open(foundation::Config::folder(data), crate::assembly::domains())?;
    let (_, seller) = somebody(&app, "Boris")?;
    let (manager, decider) = somebody(&app, "Mara")?;
    drop(app);
    let program = std::env::current_exe().map_err(Error::internal)?;
    let address = free_address()?;
    let _server = serve(&program, data, &address)?;
    let mut boris = wait_ready(&address, &seller)?;
    let mut mara = Client::connect(&address, &decider)?;

    let eur = |amount: i64| json!({ "amount": amount, "currency": "EUR" });
    let product = json!({ "name": "Bicycle", "price": eur(99_999), "cost": eur(60_000), "tax_percent": 19 });
    let product = made(&mut boris, "/api/v1/products", &product)?;
    for (name, question) in
        [("Amount", "total > 100 EUR"), ("Discount", "discount_percent > 50"), ("Margin", "margin_percent < 5")]
    {
        let rule = json!({ "name": name, "question": question, "approvers": [manager] });
        made(&mut boris, "/api/v1/approval_rules", &rule)?;
    }
    let (mut decisions, mut papers) = (Vec::new(), Vec::new());
    for _ in 0..QUOTES {
        let sheet = made(&mut boris, "/api/v1/quotes/drafts", &json!({ "currency": "EUR" }))?;
        let quote = sheet["quote"]["id"].as_str().unwrap_or_default().to_string();
        for position in 1..=LINES {
            let line = json!({ "quote": quote, "product": product["id"], "position": position, "quantity": position });
            made(&mut boris, "/api/v1/quote_lines", &line)?;
        }
        made(&mut boris, &format!("/api/v1/quotes/{quote}/submission"), &json!({}))?;
        let waiting = mara.get("/api/v1/approvals")?.ok()?.json();
        let approval = waiting["waiting"][0]["id"].as_str().ok_or(Error::NotFound)?.to_string();
        let said = json!({ "approve": true });
        decisions.push(mara.post(&format!("/api/v1/approvals/{approval}/decision"), &said)?.ok()?.took);
        papers.push(boris.get(&format!("/api/v1/quotes/{quote}/paper"))?.ok()?.took);
    }
    // Reading the fonts is not what the next one waits for.
    let cold = papers.remove(0);
    let kept = [
        say("decision about a quote by three rules, p95", decisions, Some(DECISION_MS)),
        say(&format!("paper of a quote of {LINES} lines, warm, p95"), papers, Some(PAPER_MS)),
        say("the first paper behind a start", vec![cold], None),
    ];
    if kept.iter().all(|kept| *kept) { Ok(()) } else { Err(Error::internal("a limit was missed; see above")) }
}

fn made(client: &mut Client, path: &str, body: &Json) -> Result<Json> {
    Ok(client.post(path, body)?.ok()?.json())
}

/// Somebody who may do everything, and a key of theirs.
fn somebody(app: &App, name: &'static str) -> Result<(Id, String)> {
    app.write_now(&Principal::system("bench"), move |op| {
        let users = op.object("user")?;
        let at = |field: &str| users.def.position(field).ok_or(Error::NotFound);
        let email = format!("{}@example.com", name.to_lowercase());
        let values = vec![(at("name")?, Value::Text(name.into())), (at("email")?, Value::Text(email))];
        let id = write::apply_one(op, &users, Write::Create { values })?.id;
        let administrator = roles::install_standard(op)?;
        roles::assign(op, id, &[administrator])?;
        let new = NewKey { name: name.into(), scopes: vec![Scope::All], owner: Some(id), expires_at: None };
        let (_, key) = keys::create(op, &new)?;
        Ok((id, key.expose().to_string()))
    })
}

/// Prints a figure beside its limit; `false` if that is missed.
pub(super) fn say(what: &str, mut took: Vec<Duration>, limit_ms: Option<f64>) -> bool {
    took.sort();
    let place = (took.len() * 95).div_ceil(100).saturating_sub(1);
    let figure = took.get(place).map_or(0.0, |took| took.as_secs_f64() * 1000.0);
    let kept = limit_ms.is_none_or(|limit| figure <= limit);
    let missed = if kept { "" } else { " MISSED" };
    let limit = limit_ms.map(|limit| format!("<= {limit:.0} ms")).unwrap_or_default();
    println!("{what:<64} {:>18} {limit:>12}", format!("{figure:.1} ms{missed}"));
    kept
}
