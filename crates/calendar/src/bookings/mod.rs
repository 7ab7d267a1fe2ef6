//! Bookings: a visitor of a page chooses a time, and a meeting stands in the calendars of whom they meet.
//!
//! A booking page is a record ([`BookingPage`]): how long, with whom, how much room before and after, how far ahead. It
//! stands at `/b/{slug}` and needs no script ([`doors`]). What can be chosen is worked out of everybody's calendar when it
//! is asked ([`slots`]), and once more in the transaction that takes it ([`take`]): of two who want one time, one gets it.
//! Visitors move and cancel by a signed link, colleagues by moving or throwing away the activity; each tells the other.

mod booking;
mod change;
mod doors;
mod draw;
mod guard;
mod keeper;
mod letter;
mod page;
mod plan;
mod queries;
mod slots;
mod take;
mod token;
mod visitor;
pub(crate) mod words;

pub use booking::Booking;
pub use doors::router;
pub use keeper::Pages;
pub use page::BookingPage;

pub(crate) use keeper::follow_activity;
pub(crate) use visitor::known_by;

const PAGE: &str = "booking_page";
const BOOKING: &str = "booking";
const BOOKED: &str = "booked";
const CANCELLED: &str = "cancelled";
