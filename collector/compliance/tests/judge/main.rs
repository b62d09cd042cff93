//! The judge from outside: the shipped packs, one clean estate and its breaks, golden assessments, and what
//! holds for every estate.

#[cfg(test)]
mod breaks;
#[cfg(test)]
mod example;
#[cfg(test)]
mod golden;
#[cfg(test)]
mod grace;
#[cfg(test)]
mod packs;
#[cfg(test)]
mod properties;
