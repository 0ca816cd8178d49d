//! Reports: pure functions from a record to text.

pub mod advice_files;
pub mod advice_text;
pub mod checks;
pub mod compare_text;
pub mod faults_text;
pub mod five;
pub mod html;
mod isolation_text;
pub mod junit;
mod lines;
pub mod listed;
pub mod markdown;
mod mixed_text;
pub mod number;
mod scans_text;
pub mod series_csv;
mod server_text;
pub mod set_text;
mod shares_text;
pub mod shown;
pub mod signoff_text;
mod stalls;
pub mod sweep_text;
pub mod terminal;
pub mod text;
pub mod tune_text;
mod wrap;
