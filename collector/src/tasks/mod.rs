//! What the collector does by itself, without being asked over the network.

pub mod board;
pub mod condition;
pub mod evaluate;
pub mod first_login;
pub mod reconcile;
