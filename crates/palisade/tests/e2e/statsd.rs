//! statsd: the Python client as it is, and what does not fit is dropped by name and counted.

use crate::{
    commands::run,
    deadline::until,
    python,
    server::{Home, Server},
};
use serde_json::{Value, json};
use std::net::{SocketAddr, UdpSocket};

fn address(server: &Server) -> SocketAddr {
    let said = server.said();
    let line = said.lines().find_map(|line| line.strip_prefix("Listening for statsd on ")).unwrap();
    line.trim().parse().unwrap()
}

#[test]
fn the_python_client_is_understood() {
    let Some(python) = python::python() else { return };
    let home = Home::new("[statsd]\nlisten = \"127.0.0.1:0\"\nflush_seconds = 1\n");
    let server = home.start();
    let to = address(&server);
    let mut client = python::script(&python, "statsd_client.py");
    run(client.args([to.ip().to_string(), to.port().to_string()]), b"").expect_code(0);
    until("the last measurement", || {
        (server.number("SELECT count(*) FROM metrics WHERE name = 'shop.batched.time'") > 0).then_some(())
    });
    // An interval may end between two of them.
    let sums = "SELECT name, kind, unit, sum(value) FROM metrics WHERE kind = 'delta' GROUP BY 1, 2, 3 ORDER BY 1";
    assert_eq!(
        Value::from_iter(server.rows(sums)),
        json!([
            ["shop.batched", "delta", null, 1.0],
            ["shop.batched.time", "delta", "ms", 1.5],
            ["shop.checkout", "delta", "ms", 400.0],
            ["shop.orders", "delta", null, 5.0],
            ["shop.stock", "delta", null, -2.0],
        ])
    );
    let gauges =
        server.rows("SELECT name, max(value), min(value) FROM metrics WHERE kind = 'gauge' GROUP BY 1 ORDER BY 1");
    assert_eq!(gauges.iter().map(|row| row[0].as_str().unwrap()).collect::<Vec<_>>(), ["shop.queue", "shop.users"]);
    assert_eq!(gauges[0][2], 65.0);
    assert_eq!(server.metric("palisade_ingest_rejected_events_total"), 0.0);
}

#[test]
fn what_does_not_fit_is_counted_for_its_sender_and_the_rest_kept_when_the_server_stops() {
    const FITTING: usize = 10_000;
    const BEYOND: usize = 50;
    let home = Home::new("[statsd]\nlisten = \"127.0.0.1:0\"\nflush_seconds = 3600\n");
    let server = home.start();
    let socket = UdpSocket::bind("127.0.0.1:0").unwrap();
    let lines: Vec<String> = (0..FITTING + BEYOND).map(|number| format!("m{number}:1|c")).collect();
    for datagram in lines.chunks(500) {
        socket.send_to(datagram.join("\n").as_bytes(), address(&server)).unwrap();
    }
    socket.send_to(b"broken\n", address(&server)).unwrap();
    until("the refusals", || {
        (server.metric("palisade_ingest_rejected_events_total") == (BEYOND + 1) as f64).then_some(())
    });
    let drops = "palisade_datagram_drops_total{source=\"statsd\",sender=\"127.0.0.1\"} 50";
    let metrics = server.get("/metrics").send().unwrap().text();
    assert!(metrics.contains(drops), "{metrics}");
    let (status, said) = server.stop();
    assert!(status.success(), "{said}");
    let server = home.start();
    assert_eq!(server.number("SELECT count(*) FROM metrics WHERE kind = 'delta'"), FITTING as u64);
}
