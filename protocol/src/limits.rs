//! The sizes that both ends enforce.

/// A sealed report's largest size on the wire, in bytes.
pub const MAX_SEALED: usize = 1024 * 1024;
/// A report's largest size once opened, in bytes.
pub const MAX_OPENED: usize = 8 * 1024 * 1024;
/// The largest zstd window a body may ask for (log2 of bytes): with [`MAX_OPENED`] it bounds what a bomb
/// can cost below 16 MiB.
pub const MAX_WINDOW_LOG: u32 = 22;
/// An enrolment or certificate request's largest size, in bytes.
pub const MAX_REQUEST: usize = 16 * 1024;
/// An answer's largest size that an agent reads, in bytes.
pub const MAX_ANSWER: usize = 64 * 1024;
/// How many runs of one backup set travel in a report, newest first.
pub const MAX_RUNS: usize = 40;
/// How many objects of one witnessed store travel in a report, newest first.
pub const MAX_OBJECTS: usize = 400;
