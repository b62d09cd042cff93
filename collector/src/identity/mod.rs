//! Who is who: the certificate authority, the agents' and the listeners' certificates, the ledger's key, and
//! the people's passwords. All keys are made at first start, written durably, and never overwritten.

pub mod ca;
pub mod enrolment;
mod error;
pub mod ledger_key;
pub mod listener;
pub mod password;
pub mod peer;

pub use ca::Authority;
pub use error::Error;

#[cfg(test)]
mod tests;
