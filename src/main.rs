//! The `mianzheng` binary.

use std::process::ExitCode;

use mianzheng::cli;
use mianzheng::config::Environment;
use mianzheng::flow::surroundings::Surroundings;

fn main() -> ExitCode {
    cli::run(
        std::env::args_os(),
        Surroundings::of_this_machine(),
        Environment::read(),
    )
}
