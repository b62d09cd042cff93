//! Agents and the collector as services on real hosts. One file, one story.
#![expect(clippy::disallowed_methods, reason = "drives tests/lab/lab and deploy/debian/build")]
#![expect(clippy::print_stdout, reason = "a story says where it is")]

mod backup;
mod lan;
mod network;
mod steps;
mod whole;
