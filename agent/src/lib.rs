//! x

pub mod config;
pub mod durable;
pub mod identity;
pub mod report;
pub mod roots;
pub mod schedule;
pub mod sensors;
pub mod spool;
pub mod uplink;
