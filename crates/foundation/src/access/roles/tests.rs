//! The algebra of roles, without a database.

use proptest::prelude::*;
use serde_json::{Value as Json, json};

use super::body::{Reach, RoleBody};
use super::resolve;
use super::standard;
use crate::access::principal::{Access, Action, Rule};

fn access(roles: &[Json]) -> Access {
    let bodies: Vec<RoleBody> = roles.iter().map(|role| RoleBody::read(role).unwrap()).collect();
    resolve(&bodies)
}

#[test]
fn nothing_is_granted_by_default() {
    let access = access(&[]);
    assert!(!access.admin && !access.events);
    for action in [Action::Read, Action::Create, Action::Update, Action::Delete, Action::Import, Action::Export] {
        assert!(!access.on("contact").allows(action));
    }
    let empty = resolve(&[RoleBody::default()]);
    assert!(!empty.on("contact").allows(Action::Read));
}

#[test]
fn any_grant_and_all_restrictions() {
    let access = access(&[
        json!({ "objects": { "contact": { "read": "own", "update": "own" } }, "restrict": { "contact": ["city = \"Paris\""] } }),
        json!({ "objects": { "contact": { "read": "where: is_active = true" } } }),
        json!({ "restrict": { "contact": ["country = \"FR\""], "company": ["name != \"Acme\""] } }),
    ]);
    let contact = access.on("contact");
    assert_eq!(contact.read, [Rule::Own, Rule::Where("is_active = true".into())]);
    assert_eq!(contact.update, [Rule::Own]);
    assert!(contact.delete.is_empty());
    assert_eq!(contact.restrictions, ["city = \"Paris\"", "country = \"FR\""]);
    // A restriction grants nothing.
    assert!(!access.on("company").allows(Action::Read));
}

#[test]
fn what_reaches_all_swallows_what_reaches_less() {
    let access = access(&[
        json!({ "objects": { "contact": { "read": "own" } } }),
        json!({ "objects": { "*": { "read": "all" } } }),
    ]);
    assert_eq!(access.on("contact").read, [Rule::All]);
}

#[test]
fn what_a_role_says_of_an_object_replaces_what_it_says_of_every_object() {
    let access =
        access(&[json!({ "objects": { "*": { "read": "all", "create": true }, "contact": { "read": "own" } } })]);
    assert_eq!(access.on("contact").read, [Rule::Own]);
    assert!(!access.on("contact").create);
    assert!(access.on("anything").create);
}

#[test]
fn a_field_is_hidden_only_where_no_role_that_reads_shows_it() {
    let hides = json!({ "objects": { "contact": { "read": "all", "update": "all", "fields": { "annual_income": "hidden", "email": "readonly" } } } });
    let hides_too = json!({ "objects": { "contact": { "read": "own", "fields": { "annual_income": "hidden" } } } });
    let shows = json!({ "objects": { "contact": { "read": "own" } } });
    let no_reader = json!({ "objects": { "contact": { "export": true } } });

    let both = access(&[hides.clone(), hides_too]);
    assert!(both.on("contact").hidden_fields.contains("annual_income"));
    let one_shows = access(&[hides.clone(), shows]);
    assert!(!one_shows.on("contact").hidden_fields.contains("annual_income"));
    // Seeing it does not mean changing it: the role that lets records be changed keeps it.
    assert!(one_shows.on("contact").readonly_fields.contains("annual_income"));
    assert!(one_shows.on("contact").readonly_fields.contains("email"));
    let unread = access(&[hides, no_reader]);
    assert!(unread.on("contact").hidden_fields.contains("annual_income"));
}

#[test]
fn every_object_does_not_mean_the_people_who_decide_about_rights() {
    let all = json!({ "read": "own", "update": "all", "delete": "all", "create": true, "import": true });
    let everything = access(&[json!({ "objects": { "*": all } })]);
    assert_eq!(everything.on("user").read, [Rule::All]);
    for action in [Action::Create, Action::Update, Action::Delete, Action::Import] {
        assert!(!everything.on("user").allows(action));
        assert!(!everything.on("team").allows(action));
        assert!(everything.on("contact").allows(action));
    }
    let by_name = access(&[json!({ "objects": { "user": all } })]);
    assert!(by_name.on("user").allows(Action::Update));
    let admin = access(&[json!({ "admin": true, "objects": { "*": all } })]);
    assert!(admin.on("user").allows(Action::Update));
}

#[test]
fn a_reach_reads_as_it_is_written() {
    for text in ["all", "own", "team", "none", "where: city = \"Paris\""] {
        let reach = Reach::parse(text).unwrap();
        assert_eq!(serde_json::to_value(&reach).unwrap(), json!(text));
    }
    assert!(Reach::parse("some").is_none());
    assert!(RoleBody::read(&json!({ "objects": { "contact": { "reed": "all" } } })).is_err());
    assert!(RoleBody::read(&json!({ "objects": { "contact": { "read": "everything" } } })).is_err());
}

#[test]
fn the_standard_roles_can_be_read() {
    let roles = standard::roles();
    assert_eq!(roles.len(), 6);
    for (key, _, body) in &roles {
        let body = RoleBody::read(body).unwrap();
        assert_eq!(body.admin, *key == standard::ADMINISTRATOR);
    }
}

/// A role made by chance: what it grants on contacts (by name or as part of every object), what it restricts and hides.
fn any_role() -> impl Strategy<Value = Json> {
    let reach = || {
        prop_oneof![Just("none"), Just("own"), Just("team"), Just("all"), Just("where: a = 1"), Just("where: b = 1")]
    };
    let restrict = proptest::sample::subsequence(vec!["r = 1", "s = 1"], 0..=2);
    let hidden = proptest::sample::subsequence(vec!["x", "y"], 0..=2);
    (any::<bool>(), reach(), reach(), restrict, hidden).prop_map(|(by_name, read, update, restrict, hidden)| {
        let fields: serde_json::Map<String, Json> =
            hidden.iter().map(|name| (name.to_string(), json!("hidden"))).collect();
        let grant = json!({ "read": read, "update": update, "fields": fields });
        // `*` cannot hold questions; the checker refuses them, so chance does not make them.
        let key = if by_name || read.starts_with("where") || update.starts_with("where") { "contact" } else { "*" };
        json!({ "objects": { key: grant }, "restrict": { "contact": restrict } })
    })
}

/// Which rules and restrictions answer yes for one record.
fn holds(rule: &Rule, world: &[bool; 6]) -> bool {
    let [own, team, a, b, ..] = *world;
    match rule {
        Rule::All => true,
        Rule::Own => own,
        Rule::Team => own || team,
        Rule::Where(text) if text == "a = 1" => a,
        Rule::Where(_) => b,
    }
}

proptest! {
    /// The resolved rights decide as if each role were asked on its own: somebody grants, and nobody restricts.
    #[test]
    fn resolved_rights_decide_as_the_roles_do_one_by_one(
        roles in proptest::collection::vec(any_role(), 0..4),
        world in any::<[bool; 6]>(),
    ) {
        let bodies: Vec<RoleBody> = roles.iter().map(|role| RoleBody::read(role).unwrap()).collect();
        let resolved = resolve(&bodies);
        let contact = resolved.on("contact");
        let [.., r, s] = world;
        let kept = |question: &String| if question == "r = 1" { r } else { s };
        for action in [Action::Read, Action::Update] {
            let grants = |body: &RoleBody| {
                let grant = body.grant("contact");
                grant.and_then(|grant| if action == Action::Read { grant.read.0 } else { grant.update.0 })
            };
            let somebody_grants = bodies.iter().filter_map(grants).any(|rule| holds(&rule, &world));
            let nobody_restricts = bodies.iter().filter_map(|body| body.restrict.get("contact")).flatten().all(kept);
            let decided = contact.rules(action).iter().any(|rule| holds(rule, &world)) && contact.restrictions.iter().all(kept);
            prop_assert_eq!(decided, somebody_grants && nobody_restricts);
        }
        for field in ["x", "y"] {
            let shown = bodies.iter().filter_map(|body| body.grant("contact")).any(|grant| grant.read.0.is_some() && !grant.fields.contains_key(field));
            let reads = contact.allows(Action::Read);
            prop_assert_eq!(contact.hidden_fields.contains(field), reads && !shown);
        }
    }
}
