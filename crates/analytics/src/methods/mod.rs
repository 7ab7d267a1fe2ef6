//! Methods: columns in, figures out; nothing here knows of a database.

pub mod forecast;
