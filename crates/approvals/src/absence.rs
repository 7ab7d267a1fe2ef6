//! What holds of an absence whatever door it comes by: it ends behind its beginning, somebody else stands in, and people say
//! it of themselves. Whoever stands in decides in their place, so only who may change everybody's absences says it of others.

use foundation::Operation;
use foundation::access::Action;
use foundation::access::principal::{Kind, Rule};
use foundation::records::Object;
use foundation::records::write::{Draft, Keeps, What};
use foundation::workspace::absence::Absence;
use kernel::{FieldError, Result, Value};

/// See the module.
pub struct AbsenceKeeper;

impl Keeps for AbsenceKeeper {
    fn object(&self) -> &'static str {
        "absence"
    }

    fn check(&self, op: &mut Operation, object: &Object, drafts: &[Option<Draft>]) -> Result<Vec<(usize, FieldError)>> {
        let of_others = op.who.kind == Kind::System
            || op.who.access.admin
            || op.who.access.on("absence").rules(Action::Update).contains(&Rule::All);
        let mut faults = Vec::new();
        for (place, draft) in drafts.iter().enumerate() {
            let Some(draft) = draft.as_ref().filter(|draft| matches!(draft.what, What::Created | What::Updated)) else {
                continue;
            };
            let value = |field: &str| draft.after.get(object, field).clone();
            let user = value(Absence::USER);
            if let (Value::Date(from), Value::Date(to)) = (value(Absence::STARTS_ON), value(Absence::ENDS_ON))
                && to < from
            {
                let detail = "cannot lie before the first day";
                faults.push((place, FieldError::new(Absence::ENDS_ON, "too_small", detail)));
            }
            if value(Absence::SUBSTITUTE) == user {
                faults.push((place, FieldError::new(Absence::SUBSTITUTE, "circular", "somebody else stands in")));
            }
            if !of_others && op.who.user.map(Value::Link) != Some(user) {
                let detail = "people say of themselves when they are away";
                faults.push((place, FieldError::new(Absence::USER, "not_yours", detail)));
            }
        }
        Ok(faults)
    }

    fn follow(&self, _: &mut Operation, _: &[Draft]) -> Result<()> {
        Ok(())
    }
}
