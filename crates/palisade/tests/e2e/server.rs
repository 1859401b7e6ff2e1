//! A server in a folder of its own: started, asked, killed, stopped, started again.

use crate::{
    commands::{self, Outcome, palisade},
    deadline::until,
    http::{Answer, Request},
};
use serde_json::{Value, json};
use std::{
    collections::BTreeSet,
    fs,
    io::{BufRead, BufReader, Read},
    net::SocketAddr,
    path::{Path, PathBuf},
    process::{Child, Command, ExitStatus, Stdio},
    sync::{Arc, Condvar, Mutex, OnceLock},
    thread,
    time::Duration,
};
use tempfile::TempDir;

/// A data folder and the settings of the servers in it.
pub struct Home {
    folder: Arc<TempDir>,
    /// The admin key, from the first start on.
    key: OnceLock<String>,
}

/// A running server; killed with the test if it is still there.
pub struct Server {
    child: Child,
    said: Arc<Said>,
    pub address: SocketAddr,
    pub key: String,
    data: PathBuf,
    /// Kept as long as the server runs.
    _folder: Arc<TempDir>,
}

/// The lines that a server has printed so far.
#[derive(Default)]
pub struct Said {
    lines: Mutex<Vec<String>>,
    more: Condvar,
}

impl Home {
    /// A fresh folder; `settings` is the configuration file. Without a word about it there is no gRPC listener, whose
    /// port could be taken.
    pub fn new(settings: &str) -> Self {
        let folder = Arc::new(TempDir::with_prefix("palisade-e2e-").unwrap());
        let rest = if settings.contains("[otlp]") { "" } else { "\n[otlp]\ngrpc_listen = \"\"\n" };
        fs::write(folder.path().join("palisade.toml"), format!("{settings}{rest}")).unwrap();
        Self { folder, key: OnceLock::new() }
    }

    /// A copy of the folder as it is.
    pub fn copy(&self) -> Self {
        let folder = Arc::new(TempDir::with_prefix("palisade-e2e-").unwrap());
        copy_folder(self.folder.path(), folder.path());
        Self { folder, key: self.key.clone() }
    }

    /// The data folder.
    pub fn data(&self) -> PathBuf {
        self.folder.path().join("data")
    }

    /// A file that is gone with the folder.
    pub fn file(&self, name: &str, content: impl AsRef<[u8]>) -> PathBuf {
        let path = self.folder.path().join(name);
        fs::write(&path, content).unwrap();
        path
    }

    pub fn command(&self) -> Command {
        let mut command = palisade(&["serve", "--listen", "127.0.0.1:0", "--config"]);
        command.arg(self.folder.path().join("palisade.toml")).arg("--data-dir").arg(self.data());
        command
    }

    /// Starts a server and waits until it is ready.
    pub fn start(&self) -> Server {
        self.start_as(self.command())
    }

    /// As [`Home::start`], by another program that becomes the server.
    pub fn start_under(&self, program: &str, arguments: &[String]) -> Server {
        let server = self.command();
        let mut command = Command::new(program);
        command.args(arguments).arg(server.get_program()).args(server.get_args());
        self.start_as(command)
    }

    /// As [`Home::start`], by this command.
    pub fn start_as(&self, mut command: Command) -> Server {
        let mut child = command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
        let said = Arc::<Said>::default();
        said.listen(child.stdout.take().unwrap());
        said.listen(child.stderr.take().unwrap());
        let mut server = Server {
            child,
            said,
            address: SocketAddr::from(([127, 0, 0, 1], 0)),
            key: String::new(),
            data: self.data(),
            _folder: Arc::clone(&self.folder),
        };
        server.address = server.introduced();
        server.key = self.key.get_or_init(|| server.said.first_key()).clone();
        until("readiness", || server.get("/readyz").send().ok().filter(|answer| answer.status == 200));
        server
    }

    /// Starts a server and kills it after so long, wherever it is by then.
    pub fn start_and_kill(&self, after: Duration) {
        let mut child =
            self.command().stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null()).spawn().unwrap();
        thread::park_timeout(after);
        child.kill().unwrap();
        child.wait().unwrap();
    }
}

fn copy_folder(from: &Path, to: &Path) {
    fs::create_dir_all(to).unwrap();
    for entry in fs::read_dir(from).unwrap() {
        let path = entry.unwrap().path();
        let target = to.join(path.file_name().unwrap());
        match path.is_dir() {
            true => copy_folder(&path, &target),
            false => drop(fs::copy(&path, &target).unwrap()),
        }
    }
}

impl Said {
    fn listen(self: &Arc<Self>, from: impl Read + Send + 'static) {
        let said = Arc::clone(self);
        thread::spawn(move || {
            for line in BufReader::new(from).lines().map_while(Result::ok) {
                said.lines.lock().unwrap().push(line);
                said.more.notify_all();
            }
        });
    }

    /// What follows `mark` in the first line that holds it, once there is one.
    fn after(&self, mark: &str) -> Option<String> {
        let found =
            |lines: &Vec<String>| lines.iter().find_map(|line| Some(line.split_once(mark)?.1.trim().to_owned()));
        let lines = self.lines.lock().unwrap();
        let wait = Duration::from_millis(100);
        let (lines, _) = self.more.wait_timeout_while(lines, wait, |lines| found(lines).is_none()).unwrap();
        found(&lines)
    }

    fn first_key(&self) -> String {
        let key = self.after("Admin key (shown once): ").expect("the first start prints a key");
        assert!(key.starts_with("pal_"), "{key}");
        key
    }

    pub fn text(&self) -> String {
        self.lines.lock().unwrap().join("\n")
    }
}

impl Server {
    fn introduced(&mut self) -> SocketAddr {
        let (said, child) = (Arc::clone(&self.said), &mut self.child);
        until("a server to listen", || {
            if let Some(status) = child.try_wait().unwrap() {
                panic!("the server ended at its start: {status}\n{}", said.text());
            }
            said.after("Listening on http://")
        })
        .parse()
        .unwrap()
    }

    /// Where it listens for gRPC.
    pub fn grpc_address(&self) -> String {
        self.said.after("Listening for OTLP/gRPC on http://").expect("it is printed before the other address")
    }

    /// What it has printed.
    pub fn said(&self) -> String {
        self.said.text()
    }

    /// A request with the admin key.
    pub fn request(&self, method: &str, path: &str) -> Request {
        Request::new(self.address, method, path).header("Authorization", format!("Bearer {}", self.key))
    }

    pub fn get(&self, path: &str) -> Request {
        self.request("GET", path)
    }

    /// `POST /api/v1/events`
    pub fn events(&self) -> Request {
        self.request("POST", "/api/v1/events")
    }

    /// Sends one event or a list, which must be accepted.
    pub fn send(&self, events: &Value) -> Answer {
        self.events().json(events).send().unwrap().expect_status(202)
    }

    /// The answer to a query.
    pub fn ask(&self, sql: &str) -> Answer {
        self.request("POST", "/api/v1/query").json(&json!({ "sql": sql })).send().unwrap()
    }

    /// The rows that answer a query, all of them.
    pub fn rows(&self, sql: &str) -> Vec<Vec<Value>> {
        let answer = self.ask(sql).expect_status(200).json();
        assert_eq!(answer["truncated"], false, "{sql}");
        serde_json::from_value(answer["rows"].clone()).unwrap()
    }

    /// The one number that answers a query.
    pub fn number(&self, sql: &str) -> u64 {
        self.rows(sql)[0][0].as_u64().unwrap()
    }

    /// The texts in the one column that answers a query; each must be there once.
    pub fn texts(&self, sql: &str) -> BTreeSet<String> {
        let rows = self.rows(sql);
        let texts: BTreeSet<String> = rows.iter().map(|row| row[0].as_str().unwrap_or_default().to_owned()).collect();
        assert_eq!(texts.len(), rows.len(), "something is there twice: {rows:?}");
        texts
    }

    /// A new key with this scope.
    pub fn key_with(&self, scope: &str) -> String {
        let wish = json!({"name": format!("only {scope}"), "scopes": [scope]});
        let made = self.request("POST", "/api/v1/keys").json(&wish).send().unwrap().expect_status(201).json();
        made["key"].as_str().unwrap().to_owned()
    }

    /// A command of the binary that talks to this server.
    pub fn command(&self, arguments: &[&str]) -> Command {
        let mut command = palisade(arguments);
        command.env("PALISADE_URL", format!("http://{}", self.address)).env("PALISADE_KEY", &self.key);
        command
    }

    /// Runs a command of the binary against this server.
    pub fn run(&self, arguments: &[&str]) -> Outcome {
        commands::run(&mut self.command(arguments), b"")
    }

    /// The value of a series in `/metrics`, all labels together.
    pub fn metric(&self, name: &str) -> f64 {
        let text = self.get("/metrics").send().unwrap().text();
        let of_name = |line: &&str| line.strip_prefix(name).is_some_and(|rest| rest.starts_with([' ', '{']));
        text.lines().filter(of_name).filter_map(|line| line.rsplit(' ').next()?.parse::<f64>().ok()).sum()
    }

    /// How many files and connections it has open.
    pub fn open_files(&self) -> usize {
        fs::read_dir(format!("/proc/{}/fd", self.child.id())).unwrap().count()
    }

    /// The number of the process.
    pub fn process(&self) -> u32 {
        self.child.id()
    }

    /// A line of `/proc/PID/status`, in KiB.
    pub fn memory_kib(&self, name: &str) -> u64 {
        let status = fs::read_to_string(format!("/proc/{}/status", self.child.id())).unwrap();
        let line = status.lines().find_map(|line| line.strip_prefix(name)).unwrap();
        line.trim_start_matches(':').trim().trim_end_matches(" kB").parse().unwrap()
    }

    /// Whether the events table has been committed to by anyone, by the number of its versions.
    pub fn versions(&self) -> usize {
        let log = self.data.join("lake/events/_delta_log");
        let is_version = |path: PathBuf| path.extension().is_some_and(|extension| extension == "json");
        fs::read_dir(log).unwrap().filter(|entry| is_version(entry.as_ref().unwrap().path())).count()
    }

    /// SIGKILL, as a crash is.
    pub fn kill(mut self) {
        self.child.kill().unwrap();
        self.child.wait().unwrap();
    }

    /// SIGTERM, as service managers send it; the status with which it ended and what it had printed.
    pub fn stop(mut self) -> (ExitStatus, String) {
        let id = self.child.id().to_string();
        // The shell's own kill: the command is not on every machine.
        assert!(Command::new("sh").args(["-c", "kill -TERM \"$0\"", &id]).status().unwrap().success());
        let child = &mut self.child;
        let status = until("the server to stop", || child.try_wait().unwrap());
        (status, self.said.text())
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        let _ended_already = self.child.kill();
        let _ended_already = self.child.wait();
        if thread::panicking() {
            eprintln!("the server said:\n{}", self.said.text());
        }
    }
}
