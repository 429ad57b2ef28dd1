//! A department's own system, as a process of its own: it answers questions about synthetic people
//! over HTTP, with TLS and a client's certificate if it is given files for that, and misbehaves
//! when it is told to. What it can do wrong stands in `examples/department/fault.rs`.
//!
//! ```text
//! department_simulator --records examples/department/people.json
//! listening http://127.0.0.1:40123
//! control http://127.0.0.1:40124
//! curl 'http://127.0.0.1:40123/records?id=152502199003070019'
//! curl -X POST 'http://127.0.0.1:40124/fault?name=late'
//! ```

mod department;

use std::io::Read;
use std::io::Write;
use std::net::TcpListener;
use std::sync::Arc;

use clap::Parser;

use crate::department::Department;
use crate::department::control;
use crate::department::door::Door;
use crate::department::records::Records;

/// A department's own system, with faults to order
#[derive(Parser)]
struct Options {
    /// The records: a JSON array of objects, or a CSV file with a header
    #[arg(long, value_name = "FILE")]
    records: std::path::PathBuf,
    /// The member or column with the holder's code
    #[arg(long, value_name = "NAME", default_value = "sfzh")]
    key: String,
    /// Where to answer questions
    #[arg(long, value_name = "ADDRESS", default_value = "127.0.0.1:0")]
    listen: String,
    /// Where to be told to misbehave; keep it on this machine
    #[arg(long, value_name = "ADDRESS", default_value = "127.0.0.1:0")]
    control: String,
    #[command(flatten)]
    door: department::door::Files,
    /// End when standard input does, with whoever started it
    #[arg(long)]
    with_parent: bool,
}

fn main() -> anyhow::Result<()> {
    let options = Options::parse();
    let records = Records::read(&options.records, options.key)?;
    let door = Door::with(&options.door)?;
    let scheme = if door.is_tls() { "https" } else { "http" };
    let questions = TcpListener::bind(&options.listen)?;
    let orders = TcpListener::bind(&options.control)?;
    let mut out = std::io::stdout();
    writeln!(out, "listening {scheme}://{}", questions.local_addr()?)?;
    writeln!(out, "control http://{}", orders.local_addr()?)?;
    out.flush()?;
    if options.with_parent {
        std::thread::spawn(|| {
            let mut rest = Vec::new();
            let _ = std::io::stdin().read_to_end(&mut rest);
            std::process::exit(0);
        });
    }
    let department = Arc::new(Department::new(records, door));
    let told = Arc::clone(&department);
    std::thread::spawn(move || control::attend(&told, &orders));
    department::attend(&department, &questions);
    Ok(())
}
