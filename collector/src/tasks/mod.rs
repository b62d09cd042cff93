//! What the collector does by itself, without being asked over the network.

pub mod board;
pub mod condition;
pub mod evaluate;
pub mod first_login;
pub mod ipplan;
pub mod reach;
pub mod reconcile;
pub mod topology;
