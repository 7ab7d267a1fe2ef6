//! What the live stream tells one person beside the ledger: notices for them, and who else has open what they have open.

use std::collections::HashMap;

use kernel::{Id, Result};
use serde_json::{Value as Json, json};

use super::{notices, presence};
use crate::operation::Reader;
use crate::records::read;

/// What a stream has told already.
#[derive(Debug, Default)]
pub struct Told {
    notices: Option<notices::State>,
    /// Who was said to have each record open.
    open: HashMap<Id, Json>,
}

/// What is new since then: names of events and what they say.
pub fn news(reader: &mut Reader, mut told: Told) -> Result<(Told, Vec<(&'static str, Json)>)> {
    let mut news = Vec::new();
    if reader.who.user.is_none() {
        return Ok((told, news));
    }
    let state = notices::state(reader)?;
    // That there is nothing new is no news.
    let is_news = told.notices.map_or(state.has_unread(), |before| before != state);
    if is_news {
        news.push(("notifications", notices::told(reader, state)?));
    }
    told.notices = Some(state);
    let mut open = HashMap::new();
    for (object, id, people) in presence::around(reader)? {
        let before = told.open.get(&id);
        let is_nobody = people.as_array().is_none_or(Vec::is_empty);
        // Whoever lost the right to a record is not told who looks at it.
        if before != Some(&people) && !(before.is_none() && is_nobody) && read::load(reader, &object, id)?.is_some() {
            let said = json!({ "object": object.def.name, "plural": object.def.plural, "id": id, "people": people });
            news.push(("presence", said));
        }
        open.insert(id, people);
    }
    told.open = open;
    Ok((told, news))
}
