//! The whole collector in one process, spoken to over real sockets.

#[cfg(test)]
mod promises;
#[cfg(test)]
mod story;
