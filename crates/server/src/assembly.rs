//! What the company is made of: the domains side by side, their objects, facts and tables.

use std::sync::Arc;

use foundation::Domains;

/// Every domain.
pub fn domains() -> Domains {
    let mut objects = Vec::new();
    objects.extend(sales::objects());
    objects.extend(calendar::objects());
    objects.extend(commerce::objects());
    objects.extend(approvals::objects());
    objects.extend(conversations::objects());
    objects.extend(service::objects());
    objects.extend(marketing::objects());
    objects.extend(consolidation::objects());
    objects.extend(site::objects());
    objects.extend(analytics::objects());
    let mut copies = consolidation::copies();
    copies.push(Arc::new(channels::outbox::Letters));
    copies.extend(analytics::copies());
    copies.extend(site::copies());
    copies.extend(marketing::copies());
    copies.extend(commerce::copies());
    copies.extend(calendar::copies());
    copies.extend(conversations::copies());
    let mut migrations = channels::MIGRATIONS.to_vec();
    migrations.extend_from_slice(consolidation::MIGRATIONS);
    migrations.extend_from_slice(analytics::MIGRATIONS);
    migrations.extend_from_slice(site::MIGRATIONS);
    migrations.extend_from_slice(approvals::MIGRATIONS);
    migrations.extend_from_slice(commerce::MIGRATIONS);
    migrations.extend_from_slice(sales::MIGRATIONS);
    migrations.extend_from_slice(calendar::MIGRATIONS);
    migrations.extend_from_slice(conversations::MIGRATIONS);
    Domains {
        objects,
        facts: vec![
            sales::facts(),
            calendar::facts(),
            commerce::facts(),
            service::facts(),
            marketing::facts(),
            consolidation::facts(),
            conversations::facts(),
        ],
        copies,
        own_ways: [consolidation::own_ways(), calendar::own_ways()].concat(),
        keepers: [
            approvals::keepers(),
            marketing::keepers(),
            commerce::keepers(),
            sales::keepers(),
            calendar::keepers(),
            analytics::keepers(),
            conversations::keepers(),
            consolidation::keepers(),
        ]
        .concat(),
        recurring: calendar::recurring(),
        counts: Some(analytics::counts()),
        migrations,
    }
}
