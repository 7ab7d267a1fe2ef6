//! What the company is made of: the domains side by side, their objects, facts and tables.

use foundation::Domains;

/// Every domain.
pub fn domains() -> Domains {
    let mut objects = Vec::new();
    objects.extend(sales::objects());
    objects.extend(commerce::objects());
    objects.extend(service::objects());
    objects.extend(marketing::objects());
    objects.extend(consolidation::objects());
    Domains {
        objects,
        facts: vec![sales::facts(), commerce::facts(), service::facts(), marketing::facts(), consolidation::facts()],
        copies: consolidation::copies(),
        own_ways: consolidation::own_ways(),
        migrations: consolidation::MIGRATIONS.to_vec(),
    }
}
