//! The server versions that the tool is for.

/// The majors that are supported: those that the tests run on.
pub const MAJORS: std::ops::RangeInclusive<u32> = 14..=18;
