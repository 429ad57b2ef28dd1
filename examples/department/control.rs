//! Where a department is told to misbehave: `POST /fault?name=late`, `POST /fault?name=none`, and
//! `GET /seen` for what it has counted. Plain, and for this machine alone.

use std::io;
use std::net::TcpListener;
use std::net::TcpStream;
use std::sync::Arc;
use std::sync::atomic::Ordering;

use serde_json::json;

use super::Department;
use super::fault::Fault;
use super::wire;

/// Takes orders, one after the other.
pub(crate) fn attend(department: &Arc<Department>, listener: &TcpListener) {
    for stream in listener.incoming().flatten() {
        // Who gives no order and hangs up is not missed.
        let _ = order(department, stream);
    }
}

fn order(department: &Department, mut stream: TcpStream) -> io::Result<()> {
    let asked = wire::read(&mut stream)?;
    match asked.path.as_str() {
        "/fault" => {
            let name = asked.query("name").unwrap_or_default();
            let fault = Fault::from_name(&name);
            if fault.is_none() && name != "none" {
                return wire::send(&mut stream, 404, "{}");
            }
            department.order(fault);
            wire::send(&mut stream, 200, &json!({"fault": name}).to_string())
        }
        "/seen" => {
            let seen = json!({
                "asked": department.asked.load(Ordering::Relaxed),
                "followed": department.followed.load(Ordering::Relaxed),
            });
            wire::send(&mut stream, 200, &seen.to_string())
        }
        _ => wire::send(&mut stream, 404, "{}"),
    }
}
