//! The pages, rendered from hand-made values: held against golden files, against hostile texts, and looked
//! at in a browser.

mod assets;
mod desk;
mod estate;
mod golden;
mod host;
mod hostile;
mod people;
mod register;
mod routes;
mod serve;
mod taken;
mod world;
