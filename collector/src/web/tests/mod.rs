//! The pages, rendered from hand-made values: held against golden files, against hostile texts, and looked
//! at in a browser.

mod assets;
mod backup_pages;
mod contents;
mod copies;
mod desk;
mod estate;
mod filing;
mod golden;
mod history;
mod host;
mod hostile;
mod ipplan;
mod keeping;
mod lan;
mod media;
mod numbering;
mod parts;
mod people;
mod questions;
mod register;
mod routes;
mod senses;
mod serve;
mod server_pages;
mod spreadsheet;
mod taken;
mod witnesses;
mod world;
