//! Methods: how a batch's rows are written.

pub mod copy_binary;
