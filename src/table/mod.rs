//! Tables as lists of columns, and the rows that are generated for them.
//!
//! A row is a function of (seed, run, tenant, batch, row): the same for any
//! number of workers, so that what was stored can be generated again and
//! compared. This room knows nothing of connections.

pub mod cell;
mod clock;
pub mod digest;
mod draw;
pub mod plan;
pub mod processing_activities;
pub mod rows;
pub mod sql_type;
pub mod tenant;
pub mod text_form;
pub mod vi_vn;

pub use digest::Digest;
pub use plan::{Column, Table};
pub use rows::BatchRows;
pub use sql_type::SqlType;
pub use tenant::Tenant;
