//! The cast: Ana, who administers the company, and the customers she knows.

use foundation::access::{Principal, Secret, roles, sessions};
use foundation::records::write::{self, Write};
use foundation::records::{input, read};
use foundation::{App, Operation};
use kernel::{Id, Result};
use serde_json::{Map, Value, json};

use crate::{Client, TestApp};

/// Makes Ana, or finds her after a restart; answers her id and the token of a session.
pub fn ana(app: &App) -> (Id, String) {
    let made = app.write_now(&Principal::system("test"), |op| {
        let object = op.object("user")?;
        let filter = foundation::records::ask::filter(op, &object, "email = \"ana@rapport.test\"")?;
        let query = read::ListQuery { filter: Some(filter), limit: 1, ..read::ListQuery::default() };
        let known = read::list(op, &object, &query)?.records.pop().map(|record| record.id);
        let id = match known {
            Some(id) => id,
            None => {
                let body = json!({ "name": "Ana Pop", "email": "ana@rapport.test" });
                let values = input::read(op, &object, body.as_object().unwrap_or(&Map::new()))?;
                let id = write::apply_one(op, &object, Write::Create { values })?.id;
                let administrator = roles::install_standard(op)?;
                roles::assign(op, id, &[administrator])?;
                id
            }
        };
        Ok((id, session(op, id)?))
    });
    made.expect("Ana is there")
}

/// Signs a user in, past the password.
pub fn session(op: &mut Operation, user: Id) -> Result<String> {
    let token = Secret::token("")?;
    sessions::open(op, user, "test", &token)?;
    Ok(token.expose().to_string())
}

impl TestApp {
    /// Blue Bakery, a company in Chișinău.
    pub async fn blue_bakery(&self) -> Value {
        let body = json!({
            "name": "Blue Bakery", "email": "office@bluebakery.example",
            "address": { "street": "Strada Pâinii 4", "city": "Chișinău", "country": "MD" },
        });
        self.ana().post("/companies", body).await.created()
    }

    /// Vlad, who buys for Blue Bakery.
    pub async fn vlad(&self) -> Value {
        let body = json!({ "first_name": "Vlad", "last_name": "Rusu", "email": "vlad@bluebakery.example", "phone": "+37322123456" });
        self.ana().post("/contacts", body).await.created()
    }

    /// So many contacts, `Contact 001` and so on, made at once; answers their ids in order.
    pub async fn contacts(&self, count: usize) -> Vec<Value> {
        let ana: Client = self.ana();
        let mut ids = Vec::with_capacity(count);
        let all: Vec<Value> = (1..=count).map(|n| json!({ "last_name": format!("Contact {n:03}") })).collect();
        for part in all.chunks(500) {
            let answer = ana.post("/contacts/bulk", json!({ "action": "create", "records": part })).await.ok();
            assert_eq!(answer["done"], part.len(), "{answer}");
            ids.extend(answer["ids"].as_array().cloned().unwrap_or_default());
        }
        ids
    }
}
