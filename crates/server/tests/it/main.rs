//! Stories through HTTP on a real database, all in one binary so that a change links once.
//! One file per noun.

mod architecture;
mod bad_input;
mod bulk;
mod changes;
mod definitions;
mod dependencies;
mod doors;
mod events;
mod figures;
mod faults;
mod files;
mod links;
mod lists;
mod objects;
mod openapi;
mod program;
mod records;
mod repeated;
mod rights;
mod search;
