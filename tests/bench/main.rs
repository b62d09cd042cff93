//! `patuh-bench`: what the agent and the collector cost, beside the physical limits of the same machine in the
//! same run. Prints Markdown. Every figure is the median of several runs, with the least and the most: only
//! ratios within one run travel to another machine.

mod agent;
mod child;
mod collector;
mod figure;
mod limits;
mod resident;

use std::path::PathBuf;

use anyhow::{Context as _, Result};
use clap::Parser;

/// Measures what the agent and the collector cost.
#[derive(Parser)]
#[command(name = "patuh-bench")]
struct Arguments {
    /// Runs of each one-shot program.
    #[arg(long, default_value_t = 11)]
    runs: usize,
    /// Requests of each kind made to the collector.
    #[arg(long, default_value_t = 1000)]
    reports: usize,
    /// Clients at the same time.
    #[arg(long, default_value_t = 32)]
    clients: usize,
    /// The agent to measure.
    #[arg(long)]
    agent: PathBuf,
}

fn main() -> Result<()> {
    let arguments = Arguments::parse();
    tokio::runtime::Builder::new_multi_thread().enable_all().build()?.block_on(measure(&arguments))
}

async fn measure(arguments: &Arguments) -> Result<()> {
    let floor = std::env::current_exe().context("the path of this program")?.with_file_name("patuh-floor");
    print(&format!("{}\n", limits::machine()?));
    print(&agent::table(&arguments.agent, &floor, arguments.runs)?);
    print(&resident::table(&arguments.agent).await?);
    print(&limits::table().await?);
    print(&collector::table(arguments.clients, arguments.reports).await?);
    Ok(())
}

#[expect(clippy::print_stdout, reason = "the program's only printer")]
fn print(text: &str) {
    println!("{text}");
}
