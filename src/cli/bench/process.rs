//! A server as a process of its own, and what the system says it used.

use std::net::SocketAddr;
use std::net::TcpListener;
use std::path::Path;
use std::process::Child;
use std::process::Command;
use std::process::Stdio;
use std::time::Duration;

use crate::cli::about_file;
use crate::cli::bench::load;
use crate::domain::problem::Reason;
use crate::flow::bench::timed;
use crate::flow::failure::Failure;

/// How often, and at which distance, a server that starts is asked whether it is ready.
const KNOCKS: u32 = 4000;
const KNOCK_EVERY: Duration = Duration::from_millis(5);

/// Ticks of processor time a second; Linux tells programs no other number (proc(5), `USER_HZ`).
const TICKS_PER_S: f64 = 100.0;

/// A server that runs; it is stopped when this is dropped.
pub(crate) struct Served {
    child: Child,
    pub(crate) address: SocketAddr,
}

impl Served {
    /// The server of the office in a folder, which listens where its settings say, and how long
    /// it took to be ready.
    ///
    /// # Errors
    ///
    /// [`Failure`] if it does not become ready.
    pub(crate) fn office(folder: &Path, listen: &str) -> Result<(Self, Duration), Failure> {
        let at = listen.parse();
        let at = at.map_err(|_why| Failure::Broken(format!("{listen} is no address")))?;
        Self::start(
            &["--folder", &folder.display().to_string(), "serve"],
            at,
            "/readyz",
        )
    }

    /// The server that does nothing.
    ///
    /// # Errors
    ///
    /// [`Failure`] if it does not become ready.
    pub(crate) fn bare() -> Result<Self, Failure> {
        let at = free_address()?;
        let arguments = ["bench", "bare", "--listen", &at.to_string()];
        Ok(Self::start(&arguments, at, "/")?.0)
    }

    /// Starts this binary with the arguments, and waits until `path` answers 200 at the address.
    ///
    /// # Errors
    ///
    /// [`Failure`] if it ends before, or takes longer than twenty seconds.
    fn start(
        arguments: &[&str],
        address: SocketAddr,
        path: &str,
    ) -> Result<(Self, Duration), Failure> {
        let about = |why| about_file(Path::new("mianzheng"), &why);
        let own = std::env::current_exe().map_err(about)?;
        let (served, taken) = timed(|| {
            let started = Command::new(own)
                .args(arguments)
                .stdin(Stdio::null())
                .stdout(Stdio::null())
                .stderr(Stdio::null())
                .spawn();
            let mut served = Self {
                child: started.map_err(about)?,
                address,
            };
            served.wait(path)?;
            Ok::<_, Failure>(served)
        });
        Ok((served?, taken))
    }

    fn wait(&mut self, path: &str) -> Result<(), Failure> {
        for _ in 0..KNOCKS {
            if load::get(self.address, path).is_ok() {
                return Ok(());
            }
            if self.child.try_wait().is_ok_and(|ended| ended.is_some()) {
                break;
            }
            std::thread::sleep(KNOCK_EVERY);
        }
        let what = format!("the server on {} did not become ready", self.address);
        Err(Failure::because(Reason::Setup, what))
    }

    /// Seconds of processor time that it has used, in all threads.
    ///
    /// # Errors
    ///
    /// [`Failure`] if the system does not say.
    pub(crate) fn processor_s(&self) -> Result<f64, Failure> {
        let stat = self.proc("stat")?;
        // The name in brackets may hold blanks: what counts comes after it.
        let after = stat.rsplit_once(')').map_or("", |(_, after)| after);
        let ticks = after.split_whitespace().skip(11).take(2);
        let ticks: f64 = ticks.filter_map(|t| t.parse::<f64>().ok()).sum();
        Ok(ticks / TICKS_PER_S)
    }

    /// MiB of it that are in memory now, or were at most.
    ///
    /// # Errors
    ///
    /// [`Failure`] if the system does not say.
    pub(crate) fn resident_mib(&self, which: Resident) -> Result<f64, Failure> {
        let status = self.proc("status")?;
        let name = match which {
            Resident::Now => "VmRSS:",
            Resident::Most => "VmHWM:",
        };
        let kib = status.lines().find_map(|line| line.strip_prefix(name));
        let kib = kib.and_then(|rest| {
            rest.trim()
                .trim_end_matches("kB")
                .trim()
                .parse::<f64>()
                .ok()
        });
        kib.map(|kib| kib / 1024.0)
            .ok_or_else(|| Failure::Broken(format!("no {name} in /proc")))
    }

    fn proc(&self, file: &str) -> Result<String, Failure> {
        let path = Path::new("/proc")
            .join(self.child.id().to_string())
            .join(file);
        std::fs::read_to_string(&path).map_err(|why| about_file(&path, &why))
    }
}

impl Drop for Served {
    fn drop(&mut self) {
        // It may have ended by itself; either way nothing is left running.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// Which moment's memory.
#[derive(Clone, Copy)]
pub(crate) enum Resident {
    /// This one.
    Now,
    /// The worst so far.
    Most,
}

/// An address on loopback that is free now.
///
/// # Errors
///
/// [`Failure`] if there is none.
pub(crate) fn free_address() -> Result<SocketAddr, Failure> {
    let bound = TcpListener::bind("127.0.0.1:0").and_then(|listener| listener.local_addr());
    bound.map_err(|why| Failure::because(Reason::Setup, why.to_string()))
}
