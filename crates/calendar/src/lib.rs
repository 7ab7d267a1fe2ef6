//! The calendar: what was agreed with whom and when.
//!
//! [`activities`] are records that may recur ([`recurrence`], after RFC 5545); [`ics`] reads and writes them as other
//! calendars do, and by [`dav`] phones keep them in step. [`busy`] says when people have time, [`bookings`] lets visitors take
//! some of it; by [`invitations`] meetings and what is answered go by mail.

pub mod activities;
pub mod bookings;
pub mod busy;
pub mod dav;
pub mod ics;
pub mod invitations;
pub mod recurrence;

use std::sync::Arc;

use channels::incoming::ReadsMail;
use events::Facts;
use foundation::doors::Route;
use foundation::records::calendar::Recurs;
use foundation::records::erase::Copies;
use foundation::records::undo::TakesBack;
use foundation::records::write::Keeps;
use foundation::timer::Alarm;
use kernel::ObjectDef;
use kernel::object::Object;

pub use activities::Activity;

/// The standard objects of the calendar.
pub fn objects() -> Vec<ObjectDef> {
    vec![Activity::def(), bookings::BookingPage::def(), bookings::Booking::def()]
}

/// What is kept beside records of these objects.
pub fn keepers() -> Vec<Arc<dyn Keeps>> {
    vec![Arc::new(activities::Kept), Arc::new(bookings::Pages), Arc::new(dav::Told)]
}

/// Tables of this crate.
pub const MIGRATIONS: &[db::Migration] = &[
    db::Migration { name: "202611230101_dav", sql: include_str!("../../../migrations/202611230101_dav.sql") },
    db::Migration {
        name: "202611250200_invitations",
        sql: include_str!("../../../migrations/202611250200_invitations.sql"),
    },
];

/// What holds words of customers outside of the records.
pub fn copies() -> Vec<Arc<dyn Copies>> {
    vec![Arc::new(dav::Things), Arc::new(invitations::Forgets)]
}

/// Whose records stand for more than one moment.
pub fn recurring() -> Vec<Arc<dyn Recurs>> {
    vec![Arc::new(activities::occurrences::Activities)]
}

/// What is not undone field by field.
pub fn own_ways() -> Vec<Arc<dyn TakesBack>> {
    vec![Arc::new(activities::Moments)]
}

/// What is done when timers of this crate are due.
pub fn alarms() -> Vec<Arc<dyn Alarm>> {
    vec![Arc::new(activities::Reminder)]
}

/// Who looks at mail that comes in.
pub fn mail_readers() -> Vec<Arc<dyn ReadsMail>> {
    vec![Arc::new(invitations::Reads)]
}

/// Routes of this crate.
pub fn routes() -> Vec<Route> {
    [activities::routes(), busy::routes(), invitations::routes()].concat()
}

/// What changes of these objects mean on the ledger.
pub fn facts() -> Arc<dyn Facts + Send + Sync> {
    Arc::new(activities::facts::ActivityFacts)
}
