//! What libFuzzer drives. `PATUH_FUZZ` names the target, and `PATUH_FUZZ_SEEDS` a folder that its seeds are laid into;
//! without a target it lists them. See `tests/fuzz/run`.
#![no_main]
#![expect(clippy::expect_used, clippy::print_stdout, reason = "a tool of ours that ends loudly")]
#![expect(clippy::disallowed_methods, reason = "the program's only reading of the environment")]

use std::path::Path;
use std::sync::OnceLock;

use libfuzzer_sys::fuzz_target;
use patuh_fuzz::{Run, Target, targets};

static RUN: OnceLock<Run> = OnceLock::new();

fuzz_target!(
    init: {
        let target = begin();
        drop(RUN.set(target.run()));
    },
    |bytes: &[u8]| {
        if let Some(run) = RUN.get() {
            run(bytes);
        }
    }
);

fn begin() -> Target {
    let Ok(name) = std::env::var("PATUH_FUZZ") else {
        targets().for_each(|target| println!("{}", target.name));
        std::process::exit(0);
    };
    let target = targets().find(|target| target.name == name).expect("a target of that name");
    if let Ok(folder) = std::env::var("PATUH_FUZZ_SEEDS") {
        for (n, seed) in target.seeds().into_iter().chain(target.found()).enumerate() {
            std::fs::write(Path::new(&folder).join(format!("seed-{n}")), seed).expect("a seed");
        }
    }
    target
}
