//! Syslog over UDP, TCP and TLS: what arrives, however it is sent, cut or broken off, and that nothing is made up.

use crate::{
    commands::run,
    deadline::until,
    python::program,
    server::{Home, Server},
};
use rustls::pki_types::{CertificateDer, PrivateKeyDer, ServerName, pem::PemObject as _};
use std::{
    collections::BTreeSet,
    io::{Read as _, Write as _},
    net::{Shutdown, SocketAddr, TcpStream, UdpSocket},
    path::Path,
    process::Command,
    sync::Arc,
};

pub const PLAIN: &str = "[syslog]\nudp_listen = \"127.0.0.1:0\"\ntcp_listen = \"127.0.0.1:0\"\n";

/// Where a server takes syslog over `transport`.
pub fn address(server: &Server, transport: &str) -> SocketAddr {
    let mark = format!("Listening for syslog over {transport} on ");
    until("the address of syslog", || server.said().lines().find_map(|line| line.strip_prefix(&mark)?.parse().ok()))
}

/// Waits until as many events are there as wanted, and no more.
pub fn wait_for(server: &Server, condition: &str, wanted: u64) {
    let sql = format!("SELECT count(*) FROM events WHERE {condition}");
    until(&sql, || (server.number(&sql) >= wanted).then_some(()));
    assert_eq!(server.number(&sql), wanted, "{condition}");
}

#[test]
fn logger_is_understood_over_both_transports() {
    let Some(_) = program("logger") else { return };
    let home = Home::new(PLAIN);
    let server = home.start();
    let mut sent = BTreeSet::new();
    for (transport, flag) in [("UDP", "--udp"), ("TCP", "--tcp")] {
        let to = address(&server, transport);
        let mut forms = vec!["--rfc3164", "--rfc5424", "--rfc5424=notime,nohost"];
        // Datagrams are not counted.
        forms.extend((transport == "TCP").then_some("--octet-count"));
        for form in forms {
            let text = format!("{transport} {form}");
            let mut logger = Command::new("logger");
            logger.args(["--server", "127.0.0.1", "--port", &to.port().to_string(), flag, form]);
            run(logger.args(["--tag", "tagged", "--priority", "auth.warning", "--id=4711", &text]), b"").expect_code(0);
            sent.insert(text);
        }
    }
    wait_for(&server, "service = 'tagged'", sent.len() as u64);
    assert_eq!(server.texts("SELECT message FROM events"), sent);
    let rows = server.rows(
        "SELECT DISTINCT severity, attributes['syslog.facility'], attributes['process.pid'], host <> '' FROM events",
    );
    assert_eq!(serde_json::to_string(&rows).unwrap(), r#"[["medium","auth","4711",true]]"#);
}

#[test]
fn messages_arrive_whole_however_they_are_cut() {
    let home = Home::new(&format!("{PLAIN}message_bytes_max = 100\n"));
    let server = home.start();
    let mut slow = TcpStream::connect(address(&server, "TCP")).unwrap();
    slow.set_nodelay(true).unwrap();
    for byte in b"<13>slow: one\n13 <13>slow: two<13>slow: three\n" {
        slow.write_all(&[*byte]).unwrap();
    }
    wait_for(&server, "service = 'slow'", 3);

    let mut wild = TcpStream::connect(address(&server, "TCP")).unwrap();
    wild.write_all(format!("<13>wild: {}\n", "x".repeat(10_000_000)).as_bytes()).unwrap();
    wild.write_all(b"<13>wild: \xFF\xFE\n\n\n\0garbage\n12 <13>wild: no<13>wild: last").unwrap();
    wild.shutdown(Shutdown::Write).unwrap();
    assert_eq!(wild.read(&mut [0; 1]).unwrap(), 0, "the connection is closed once all is kept");
    let rows = server.rows(
        "SELECT length(message), attributes['cut_bytes'], attributes['invalid_utf8'] FROM events \
         WHERE service = 'wild' ORDER BY id",
    );
    let wanted = r#"[[90,"9999910",null],[2,null,"true"],[2,null,null],[4,null,null]]"#;
    assert_eq!(serde_json::to_string(&rows).unwrap(), wanted);

    // A counted message that is not whole is none; a line without its end is none either when the connection breaks.
    let mut broken = TcpStream::connect(address(&server, "TCP")).unwrap();
    broken.write_all(b"<13>broken: whole\n99 <13>broken: half").unwrap();
    drop(broken);
    wait_for(&server, "service = 'broken'", 1);
    drop(slow);
}

#[test]
fn many_messages_are_all_kept_and_an_idle_sender_harms_nobody() {
    const SENDERS: usize = 4;
    const MESSAGES: usize = 5_000;
    let home = Home::new(PLAIN);
    let server = home.start();
    let to = address(&server, "TCP");
    let idle: Vec<TcpStream> = (0..200).map(|_| TcpStream::connect(to).unwrap()).collect();
    let senders: Vec<_> = (0..SENDERS)
        .map(|sender| {
            std::thread::spawn(move || {
                let messages = (0..MESSAGES).map(|number| format!("<13>many: {sender} {number}\n"));
                TcpStream::connect(to).unwrap().write_all(messages.collect::<String>().as_bytes()).unwrap();
            })
        })
        .collect();
    senders.into_iter().for_each(|sender| sender.join().unwrap());
    wait_for(&server, "service = 'many'", (SENDERS * MESSAGES) as u64);
    assert_eq!(server.number("SELECT count(DISTINCT message) FROM events"), (SENDERS * MESSAGES) as u64);
    drop(idle);
}

#[test]
fn datagrams_are_kept_and_what_was_taken_outlives_the_stop() {
    const MESSAGES: usize = 500;
    let home = Home::new(PLAIN);
    let server = home.start();
    let socket = UdpSocket::bind("127.0.0.1:0").unwrap();
    for number in 0..MESSAGES {
        let message = format!("<165>1 2026-11-20T22:14:15.003Z host app {number} ID47 [x@1 a=\"b\"] message {number}");
        socket.send_to(message.as_bytes(), address(&server, "UDP")).unwrap();
    }
    socket.send_to(b"", address(&server, "UDP")).unwrap();
    let (status, said) = server.stop();
    assert!(status.success(), "{said}");
    let server = home.start();
    assert_eq!(server.texts("SELECT message FROM events WHERE service = 'app'").len(), MESSAGES);
    assert_eq!(server.number("SELECT count(*) FROM events"), MESSAGES as u64, "an empty datagram is none");
    let drops = server.get("/metrics").send().unwrap().text();
    assert!(drops.contains("palisade_datagram_drops_total{source=\"syslog-udp\",sender=\"other\"} 0"), "{drops}");
}

/// Certificates of a root, a server and a client, made by the command of OpenSSL.
pub struct Certificates;

impl Certificates {
    /// Makes them in `folder`; `None` when the test is to be skipped.
    pub fn make(folder: &Path) -> Option<Self> {
        program("openssl")?;
        let openssl = |arguments: &str| {
            let mut command = Command::new("openssl");
            run(command.args(arguments.split(' ')).current_dir(folder), b"").expect_code(0);
        };
        let extensions = "subjectAltName=DNS:localhost,IP:127.0.0.1\nbasicConstraints=CA:FALSE\n\
            keyUsage=digitalSignature\nextendedKeyUsage=serverAuth,clientAuth\n";
        std::fs::write(folder.join("extensions"), extensions).unwrap();
        let new_key = "-newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes";
        openssl(&format!("req -x509 {new_key} -keyout root.key -out root.pem -days 2 -subj /CN=root"));
        for name in ["server", "client"] {
            openssl(&format!("req {new_key} -keyout {name}.key -out {name}.csr -subj /CN=localhost"));
            openssl(&format!(
                "x509 -req -in {name}.csr -CA root.pem -CAkey root.key -CAcreateserial -out {name}.pem -days 2 -extfile extensions"
            ));
        }
        Some(Self)
    }

    /// The configuration of a server with those in `folder`, which asks for certificates of clients.
    pub fn settings(&self, folder: &Path) -> String {
        let folder = folder.display();
        format!(
            "[syslog]\ntls_listen = \"127.0.0.1:0\"\ntls_certificate_file = \"{folder}/server.pem\"\n\
             tls_key_file = \"{folder}/server.key\"\ntls_client_ca_file = \"{folder}/root.pem\"\n"
        )
    }

    fn connect(
        &self,
        folder: &Path,
        with_certificate: bool,
        to: SocketAddr,
    ) -> rustls::StreamOwned<rustls::ClientConnection, TcpStream> {
        let provider = Arc::new(rustls::crypto::aws_lc_rs::default_provider());
        let mut roots = rustls::RootCertStore::empty();
        roots.add(CertificateDer::from_pem_file(folder.join("root.pem")).unwrap()).unwrap();
        let builder = rustls::ClientConfig::builder_with_provider(provider)
            .with_safe_default_protocol_versions()
            .unwrap()
            .with_root_certificates(roots);
        let config = if with_certificate {
            let chain = vec![CertificateDer::from_pem_file(folder.join("client.pem")).unwrap()];
            let key = PrivateKeyDer::from_pem_file(folder.join("client.key")).unwrap();
            builder.with_client_auth_cert(chain, key).unwrap()
        } else {
            builder.with_no_client_auth()
        };
        let name = ServerName::try_from("localhost").unwrap();
        let connection = rustls::ClientConnection::new(Arc::new(config), name).unwrap();
        rustls::StreamOwned::new(connection, TcpStream::connect(to).unwrap())
    }
}

#[test]
fn tls_ends_cleanly_half_closed_or_broken_off_and_lets_in_whom_it_knows() {
    let folder = tempfile::tempdir().unwrap();
    let Some(certificates) = Certificates::make(folder.path()) else { return };
    let home = Home::new(&certificates.settings(folder.path()));
    let server = home.start();
    let to = address(&server, "TLS");

    let mut half_closed = certificates.connect(folder.path(), true, to);
    half_closed.write_all(b"<13>tls: one\n<13>tls: two").unwrap();
    half_closed.conn.send_close_notify();
    half_closed.conn.complete_io(&mut half_closed.sock).unwrap();
    assert_eq!(half_closed.read(&mut [0; 1]).unwrap(), 0, "it says goodbye once all is kept");
    assert_eq!(server.texts("SELECT message FROM events").len(), 2);

    let mut broken_off = certificates.connect(folder.path(), true, to);
    broken_off.write_all(b"<13>tls: three\n<13>tls: not whole").unwrap();
    drop(broken_off);
    wait_for(&server, "message = 'three'", 1);

    let mut unknown = certificates.connect(folder.path(), false, to);
    let refused = unknown.write_all(b"<13>tls: stranger\n").and_then(|()| unknown.read(&mut [0; 1]));
    assert!(refused.is_err(), "{refused:?}");
    let mut plain = TcpStream::connect(to).unwrap();
    plain.write_all(b"<13>tls: plain\n").unwrap();
    plain.shutdown(Shutdown::Write).unwrap();
    let _alert = plain.read_to_end(&mut Vec::new());
    assert_eq!(server.number("SELECT count(*) FROM events"), 3);
}
