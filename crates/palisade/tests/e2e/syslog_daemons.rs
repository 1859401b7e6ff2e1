//! rsyslog and syslog-ng as Debian packages them, each with a configuration of its own, forward to a server.

use crate::{
    commands::run,
    deadline::until,
    python::{libraries, program, unpacked, unpacked_folder},
    server::{Home, Server},
    syslog::{Certificates, PLAIN, address, wait_for},
};
use std::{
    path::Path,
    process::{Child, Command, Stdio},
};

const LINES: u64 = 1_000;

/// A daemon on its way; ended with the test.
struct Daemon(Child);

impl Daemon {
    /// Starts it and waits for its socket.
    fn start(command: &mut Command, socket: &Path) -> Self {
        let mut daemon = Self(command.stdin(Stdio::null()).spawn().unwrap());
        until("the socket of a log daemon", || {
            if let Some(status) = daemon.0.try_wait().unwrap() {
                panic!("the daemon ended at its start: {status}");
            }
            socket.exists().then_some(())
        });
        daemon
    }
}

impl Drop for Daemon {
    fn drop(&mut self) {
        let _ended_already = self.0.kill();
        let _ended_already = self.0.wait();
    }
}

/// Gives a daemon lines, as programs of its machine would.
fn log(folder: &Path, socket: &Path, tag: &str) {
    let lines: String = (0..LINES).map(|number| format!("line {number}\n")).collect();
    std::fs::write(folder.join("lines"), lines).unwrap();
    let mut logger = Command::new("logger");
    logger.arg("--socket").arg(socket).args(["--tag", tag, "--priority", "local3.err", "--id=4711", "--file"]);
    run(logger.arg(folder.join("lines")), b"").expect_code(0);
}

/// Each line is there as often as it was forwarded, and says what it is.
fn check(server: &Server, tag: &str, forwarded: u64) {
    wait_for(server, &format!("service = '{tag}'"), LINES * forwarded);
    assert_eq!(server.number(&format!("SELECT count(DISTINCT message) FROM events WHERE service = '{tag}'")), LINES);
    let rows = server.rows(&format!(
        "SELECT DISTINCT severity, attributes['syslog.facility'], attributes['process.pid'], host <> '', \
         attributes['network.peer.address'] FROM events WHERE service = '{tag}'"
    ));
    assert_eq!(serde_json::to_string(&rows).unwrap(), r#"[["high","local3","4711",true,"127.0.0.1"]]"#);
    let odd = format!("SELECT count(*) FROM events WHERE message NOT LIKE 'line %' AND service = '{tag}'");
    assert_eq!(server.number(&odd), 0);
}

fn rsyslog(folder: &Path, globals: &str, actions: &str) -> Option<Daemon> {
    let mut command = unpacked("usr/sbin/rsyslogd")?;
    let socket = folder.join("rsyslog.sock");
    let settings = format!(
        "global(workDirectory=\"{}\" {globals})\nmodule(load=\"imuxsock\" SysSock.Use=\"off\")\n\
         input(type=\"imuxsock\" Socket=\"{}\" RateLimit.Interval=\"0\")\n{actions}",
        folder.display(),
        socket.display(),
    );
    std::fs::write(folder.join("rsyslog.conf"), settings).unwrap();
    command.arg("-n").arg("-f").arg(folder.join("rsyslog.conf")).arg("-i").arg(folder.join("rsyslog.pid"));
    command.arg("-M").arg(libraries()?.join("rsyslog"));
    let daemon = Daemon::start(&mut command, &socket);
    log(folder, &socket, "viarsyslog");
    Some(daemon)
}

/// One rule about a single line, and a correlation over all of them.
const RULES: &str = "
title: The one line
id: 2f1d3a5c-7b8e-4c0d-9e1f-3a5b7c9d1e2f
logsource: {product: linux, service: syslog}
detection: {selection: {message|contains: 'line 777'}, condition: selection}
level: high
---
title: Any line
name: any_line
logsource: {product: linux, service: syslog}
detection: {selection: {service: viarsyslog}, condition: selection}
---
title: Many lines of one machine
id: 8a7c6b5d-4e3f-4a1b-8c9d-0e1f2a3b4c5d
correlation: {type: event_count, rules: [any_line], group-by: [host], timespan: 1h, condition: {gte: 1500}}
level: medium
";

#[test]
fn rsyslog_forwards_in_both_forms_and_rules_look_at_it() {
    let Some(_) = program("logger") else { return };
    let folder = tempfile::tempdir().unwrap();
    std::fs::write(folder.path().join("rules.yml"), RULES).unwrap();
    let home = Home::new(&format!("{PLAIN}\n[events]\nrules = [{:?}]\n", folder.path().join("rules.yml")));
    let server = home.start();
    let port = address(&server, "TCP").port();
    let forward =
        |more: &str| format!("action(type=\"omfwd\" target=\"127.0.0.1\" port=\"{port}\" protocol=\"tcp\" {more})\n");
    let counted = forward("template=\"RSYSLOG_SyslogProtocol23Format\" TCP_Framing=\"octet-counted\"");
    let Some(_daemon) = rsyslog(folder.path(), "", &(forward("") + &counted)) else { return };
    check(&server, "viarsyslog", 2);
    let told =
        server.rows("SELECT class, title, count(*) FROM findings WHERE class LIKE 'events.%' GROUP BY 1, 2 ORDER BY 1");
    let expected = r#"[["events.correlation","Many lines of one machine",1],["events.sigma","The one line",2]]"#;
    assert_eq!(serde_json::to_string(&told).unwrap(), expected);
}

#[test]
fn rsyslog_forwards_over_tls_with_certificates_on_both_sides() {
    let Some(_) = program("logger") else { return };
    let folder = tempfile::tempdir().unwrap();
    let Some(certificates) = Certificates::make(folder.path()) else { return };
    let home = Home::new(&certificates.settings(folder.path()));
    let server = home.start();
    let port = address(&server, "TLS").port();
    let path = folder.path().display();
    let globals = format!(
        "DefaultNetstreamDriverCAFile=\"{path}/root.pem\" DefaultNetstreamDriverCertFile=\"{path}/client.pem\" \
         DefaultNetstreamDriverKeyFile=\"{path}/client.key\""
    );
    let action = format!(
        "action(type=\"omfwd\" target=\"127.0.0.1\" port=\"{port}\" protocol=\"tcp\" StreamDriver=\"ossl\" \
         StreamDriverMode=\"1\" StreamDriverAuthMode=\"x509/name\" StreamDriverPermittedPeers=\"localhost\")\n"
    );
    let Some(_daemon) = rsyslog(folder.path(), &globals, &action) else { return };
    check(&server, "viarsyslog", 1);
}

#[test]
fn syslog_ng_forwards_in_both_forms() {
    let Some(_) = program("logger") else { return };
    let (Some(mut command), Some(root)) = (unpacked("usr/sbin/syslog-ng"), unpacked_folder()) else { return };
    let folder = tempfile::tempdir().unwrap();
    let folder = folder.path();
    let home = Home::new(PLAIN);
    let server = home.start();
    let port = address(&server, "TCP").port();
    let socket = folder.join("ng.sock");
    let settings = format!(
        "@version: 3.35\noptions {{ stats-freq(0); }};\nsource s {{ unix-dgram(\"{}\"); }};\n\
         destination new {{ syslog(\"127.0.0.1\" transport(\"tcp\") port({port}) persist-name(\"new\")); }};\n\
         destination old {{ network(\"127.0.0.1\" transport(\"tcp\") port({port}) persist-name(\"old\")); }};\n\
         log {{ source(s); destination(new); destination(old); }};\n",
        socket.display(),
    );
    std::fs::write(folder.join("ng.conf"), settings).unwrap();
    let modules = std::fs::read_dir(root.join("usr/lib/syslog-ng")).unwrap().flatten().map(|entry| entry.path());
    let modules = modules.into_iter().find(|path| path.is_dir()).expect("its modules stand in a folder by version");
    command.args(["--foreground", "--no-caps", "--cfgfile"]).arg(folder.join("ng.conf"));
    command.arg("--module-path").arg(modules);
    for (flag, file) in [("--persist-file", "ng.persist"), ("--pidfile", "ng.pid"), ("--control", "ng.ctl")] {
        command.arg(flag).arg(folder.join(file));
    }
    let _daemon = Daemon::start(&mut command, &socket);
    log(folder, &socket, "viasyslogng");
    check(&server, "viasyslogng", 2);
}
