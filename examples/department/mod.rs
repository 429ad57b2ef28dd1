//! The parts of `department_simulator`: who may come in, what is asked, what is answered.

pub(crate) mod control;
pub(crate) mod door;
pub(crate) mod fault;
pub(crate) mod records;
mod wire;

use std::io::Write;
use std::net::TcpListener;
use std::net::TcpStream;
use std::sync::Arc;
use std::sync::Mutex;
use std::sync::PoisonError;
use std::sync::atomic::AtomicU64;
use std::sync::atomic::Ordering;
use std::time::Duration;

use serde_json::Value;
use serde_json::json;

use crate::department::door::Door;
use crate::department::fault::Fault;
use crate::department::records::Records;
use crate::department::wire::Asked;

/// A department.
pub(crate) struct Department {
    records: Records,
    door: Door,
    /// What it does wrong with everybody, unless a record says otherwise.
    ordered: Mutex<Option<Fault>>,
    /// Questions that were answered, rightly or not.
    asked: AtomicU64,
    /// How often somebody followed a redirection.
    followed: AtomicU64,
}

impl Department {
    pub(crate) fn new(records: Records, door: Door) -> Self {
        Self {
            records,
            door,
            ordered: Mutex::new(None),
            asked: AtomicU64::new(0),
            followed: AtomicU64::new(0),
        }
    }

    fn ordered(&self) -> Option<Fault> {
        *self.ordered.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn order(&self, fault: Option<Fault>) {
        *self.ordered.lock().unwrap_or_else(PoisonError::into_inner) = fault;
        self.door.be_wrong(fault == Some(Fault::WrongTls));
    }
}

/// Answers whoever comes, each on a thread of its own.
pub(crate) fn attend(department: &Arc<Department>, listener: &TcpListener) {
    for stream in listener.incoming().flatten() {
        let department = Arc::clone(department);
        std::thread::spawn(move || serve(&department, stream));
    }
}

fn serve(department: &Department, stream: TcpStream) {
    let patience = Some(Duration::from_secs(30));
    let _ = stream.set_read_timeout(patience);
    let _ = stream.set_nodelay(true);
    // A caller that hangs up is nobody's fault.
    let _ = department.door.open(stream, &mut |connection| {
        let asked = wire::read(connection)?;
        answer(department, &asked, connection)
    });
}

fn answer(
    department: &Department,
    asked: &Asked,
    connection: &mut dyn Write,
) -> std::io::Result<()> {
    department.asked.fetch_add(1, Ordering::Relaxed);
    if asked.path == "/elsewhere" {
        department.followed.fetch_add(1, Ordering::Relaxed);
    }
    if !department.door.admits(asked) {
        let refused = json!({"head": {"code": "401"}});
        return wire::send(connection, 401, &refused.to_string());
    }
    let code = asked.holder_code();
    let found = department.records.of(&code);
    let planted = found.iter().find_map(Fault::of_record);
    match planted.or(department.ordered()) {
        Some(fault) => fault.happen(&department.records, &found, connection),
        None => wire::send(connection, 200, &told(&found)),
    }
}

/// The answer of a system that is well.
fn told(found: &[Value]) -> String {
    let code = if found.is_empty() { "1004" } else { "0" };
    json!({"head": {"code": code, "message": ""}, "data": {"list": found}}).to_string()
}
