//! All roles of a caller as one [`Access`]: (any grant) and (all restrictions).

use std::collections::{BTreeMap, BTreeSet};

use super::body::{EVERY_OBJECT, FieldRule, GUARDED, Grant, RoleBody};
use crate::access::principal::{Access, ObjectAccess, Rule};

/// What these roles allow together.
///
/// A field is hidden only where no role that lets records be read shows it, and cannot be changed only where no role that
/// lets records be written leaves it open.
pub fn resolve(roles: &[RoleBody]) -> Access {
    let mut access = Access {
        admin: roles.iter().any(|role| role.admin),
        events: roles.iter().any(|role| role.events || role.admin),
        objects: BTreeMap::new(),
        otherwise: together(roles.iter().filter_map(|role| role.objects.get(EVERY_OBJECT).cloned()).collect()),
    };
    let named = roles.iter().flat_map(|role| role.objects.keys().chain(role.restrict.keys()));
    let mut names: BTreeSet<&str> = named.map(String::as_str).filter(|name| *name != EVERY_OBJECT).collect();
    names.extend(GUARDED);
    for name in names {
        let mut object = together(roles.iter().filter_map(|role| role.grant(name)).collect());
        object.restrictions = roles.iter().filter_map(|role| role.restrict.get(name)).flatten().cloned().collect();
        object.restrictions.sort();
        object.restrictions.dedup();
        access.objects.insert(name.to_string(), object);
    }
    access
}

fn together(grants: Vec<Grant>) -> ObjectAccess {
    let mut object = ObjectAccess {
        create: grants.iter().any(|grant| grant.create),
        import: grants.iter().any(|grant| grant.import),
        export: grants.iter().any(|grant| grant.export),
        ..ObjectAccess::default()
    };
    for grant in &grants {
        join(&mut object.read, grant.read.0.as_ref());
        join(&mut object.update, grant.update.0.as_ref());
        join(&mut object.delete, grant.delete.0.as_ref());
    }
    let readers = grants.iter().filter(|grant| grant.read.0.is_some());
    object.hidden_fields = in_all(readers.map(|grant| fields(grant, |rule| matches!(rule, FieldRule::Hidden))));
    let writers = grants.iter().filter(|grant| grant.update.0.is_some() || grant.create);
    object.readonly_fields = in_all(writers.map(|grant| fields(grant, |_| true)));
    object
}

/// Adds a rule unless one there already says as much.
fn join(rules: &mut Vec<Rule>, rule: Option<&Rule>) {
    let Some(rule) = rule else { return };
    if rules.contains(&Rule::All) || rules.contains(rule) {
        return;
    }
    if *rule == Rule::All {
        rules.clear();
    }
    rules.push(rule.clone());
}

fn fields(grant: &Grant, which: impl Fn(&FieldRule) -> bool) -> BTreeSet<String> {
    grant.fields.iter().filter(|(_, rule)| which(rule)).map(|(name, _)| name.clone()).collect()
}

fn in_all(sets: impl Iterator<Item = BTreeSet<String>>) -> BTreeSet<String> {
    sets.reduce(|a, b| a.intersection(&b).cloned().collect()).unwrap_or_default()
}
