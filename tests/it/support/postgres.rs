//! A PostgreSQL of the tests' own: one for the whole run, in a temporary folder, on a Unix
//! socket only, with its durability left on, and gone when the test process is.

use std::fs;
use std::os::unix::fs::MetadataExt;
use std::os::unix::fs::chown;
use std::os::unix::process::CommandExt;
use std::path::Path;
use std::path::PathBuf;
use std::process::Child;
use std::process::Command;
use std::process::Stdio;
use std::sync::OnceLock;
use std::sync::atomic::AtomicU32;
use std::sync::atomic::Ordering;

use diesel::Connection;
use diesel::PgConnection;
use diesel::connection::SimpleConnection;

use crate::support::scratch::fresh_folder;

/// Where Debian and Ubuntu, others, and hand-made installations keep the programs.
const FOLDERS: &[&str] = &[
    "/usr/lib/postgresql/15/bin",
    "/usr/lib/postgresql/16/bin",
    "/usr/lib/postgresql/17/bin",
    "/usr/pgsql-15/bin",
];

const MISSING: &str = "the tests need PostgreSQL 15 or later, a real one: \
                       apt-get install -y --no-install-recommends postgresql";

/// `initdb` refuses root, so that root becomes nobody.
const NOBODY: u32 = 65_534;

/// Waits for the test process to end, however it ends: then nobody holds the other end of its
/// standard input any more.
const GUARDIAN: &str = r#"trap '' INT TERM HUP; cat > /dev/null
"$1/pg_ctl" -D "$2/data" stop -m immediate
rm -rf "$2""#;

pub(crate) struct Postgres {
    /// Where its socket is: what others call its host.
    pub(crate) folder: PathBuf,
    _guardian: Child,
}

impl Postgres {
    /// The one of this test process, started when it is first asked for.
    pub(crate) fn of_this_run() -> &'static Self {
        static RUNNING: OnceLock<Postgres> = OnceLock::new();
        RUNNING.get_or_init(Self::start)
    }

    /// The address of a new, empty database in it.
    pub(crate) fn fresh(&self) -> String {
        self.create("")
    }

    /// The address of a new database in it, made as a clause of `CREATE DATABASE` says.
    pub(crate) fn create(&self, how: &str) -> String {
        static NEXT: AtomicU32 = AtomicU32::new(0);
        let name = format!("test_{}", NEXT.fetch_add(1, Ordering::Relaxed));
        let mut conn = PgConnection::establish(&self.url("postgres")).unwrap();
        conn.batch_execute(&format!("CREATE DATABASE {name}{how}"))
            .unwrap();
        self.url(&name)
    }

    fn url(&self, database: &str) -> String {
        let folder = self.folder.display();
        format!("postgres:///{database}?host={folder}&user=mianzheng")
    }

    fn start() -> Self {
        let programs = programs();
        let folder = fresh_folder("pg");
        let nobody = give_to_nobody(&folder);
        let command = |program: &Path| command(program, &folder, nobody);
        let guardian = command(Path::new("sh"))
            .args(["-c", GUARDIAN, "guardian"])
            .arg(&programs)
            .arg(&folder)
            .stdin(Stdio::piped())
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .process_group(0)
            .spawn()
            .unwrap();
        let data = folder.join("data");
        run(command(&programs.join("initdb"))
            .args(["--username=mianzheng", "--auth=trust", "--no-sync"])
            .args(["--locale=C", "-E", "UTF8", "-D"])
            .arg(&data));
        // No TCP; and quoted, because the server splits its options at spaces.
        let options = format!(
            "-c listen_addresses='' -c max_connections=300 -c unix_socket_directories='{}'",
            folder.display()
        );
        run(command(&programs.join("pg_ctl"))
            .args(["start", "--wait", "-D"])
            .arg(&data)
            .arg("-l")
            .arg(folder.join("log"))
            .args(["-o", &options]));
        Self {
            folder,
            _guardian: guardian,
        }
    }
}

fn programs() -> PathBuf {
    let path = std::env::var_os("PATH").unwrap_or_default();
    let known = FOLDERS.iter().map(PathBuf::from);
    known
        .chain(std::env::split_paths(&path))
        .find(|folder| folder.join("initdb").exists() && folder.join("pg_ctl").exists())
        .expect(MISSING)
}

/// Gives a folder that root has made to nobody; says whether it was root's.
fn give_to_nobody(folder: &Path) -> bool {
    let is_root = fs::metadata(folder).unwrap().uid() == 0;
    if is_root {
        chown(folder, Some(NOBODY), Some(NOBODY)).unwrap();
    }
    is_root
}

/// A command in that folder, as nobody if need be.
fn command(program: &Path, folder: &Path, as_nobody: bool) -> Command {
    let mut command = if as_nobody {
        let mut command = Command::new("setpriv");
        command
            .args(["--reuid=65534", "--regid=65534", "--clear-groups", "--"])
            .arg(program);
        command
    } else {
        Command::new(program)
    };
    command.current_dir(folder);
    command
}

fn run(command: &mut Command) {
    let output = command.output().unwrap();
    assert!(
        output.status.success(),
        "{command:?}\n{}{}",
        String::from_utf8_lossy(&output.stdout),
        String::from_utf8_lossy(&output.stderr)
    );
}
