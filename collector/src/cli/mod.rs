//! The commands of `patuh-collector`, one file each. They say what they did in Indonesian on standard output;
//! what a script needs stands there alone, hints go to standard error.

mod agent;
mod api_token;
mod arguments;
mod check_config;
mod evaluate;
mod export;
mod import;
mod import_plan;
mod ledger;
mod password;
mod serve;
mod spreadsheet;
mod token;
mod words;

use std::io::Write;
use std::path::Path;

use anyhow::Result;
use patuh_collector::Premises;
use patuh_collector::clock::Clock;
use patuh_collector::config::Config;
use patuh_compliance::Pack;

pub(crate) use arguments::Arguments;

use arguments::{
    AgentCommand, ApiTokenCommand, Command, LedgerCommand, StoreCommand, TokenCommand, UserCommand,
};

/// Who an act of this program is recorded as.
const WHO: &str = "cli";

/// How a command ended that did not fail.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Outcome {
    /// Well.
    Done,
    /// The ledger was checked, and something is wrong in it.
    LedgerBroken,
}

/// Carries out what `arguments` ask for.
pub(crate) async fn run(arguments: Arguments, clock: Clock, out: &mut impl Write) -> Result<Outcome> {
    let Arguments { config, command } = arguments;
    let config = config.as_path();
    match command {
        Command::Serve => serve::run(config, clock).await?,
        Command::Token(TokenCommand::Create(create)) => {
            token::create(open(config, clock).await?.0, &create, out).await?
        }
        Command::Agent(AgentCommand::Revoke { id }) => {
            agent::revoke(open(config, clock).await?.0, &id, out).await?
        }
        Command::ApiToken(command) => {
            let premises = open(config, clock).await?.0;
            match command {
                ApiTokenCommand::Create(create) => api_token::create(premises, &create, out).await?,
                ApiTokenCommand::List => api_token::list(premises, out).await?,
                ApiTokenCommand::Revoke { id } => api_token::revoke(premises, &id, out).await?,
            }
        }
        Command::User(UserCommand::Password { name }) => {
            password::set(open(config, clock).await?.0, &name, out).await?
        }
        Command::Evaluate(asked) => evaluate::run(open(config, clock).await?, &asked, out).await?,
        Command::Export(asked) => export::run(open(config, clock).await?.0, &asked, out).await?,
        Command::Import(import::ImportCommand::IpPlan(asked)) => {
            import_plan::plan(open(config, clock).await?.0, &asked, out).await?
        }
        Command::Import(import::ImportCommand::Assets(asked)) => {
            import::assets(open(config, clock).await?.0, &asked, out).await?
        }
        Command::Ledger(LedgerCommand::Verify { anchor }) => {
            return ledger::verify(open(config, clock).await?.0, &anchor, out).await;
        }
        Command::Store(StoreCommand::Rebuild) => ledger::rebuild(open(config, clock).await?.0, out).await?,
        Command::CheckConfig { file } => check_config::run(file.as_deref().unwrap_or(config), out)?,
    }
    Ok(Outcome::Done)
}

/// The store and the keys, and the rule packs.
async fn open(config: &Path, clock: Clock) -> Result<(Premises, Vec<Pack>)> {
    let (config, packs) = Config::load(config)?;
    Ok((Premises::open(config, clock).await?, packs))
}
