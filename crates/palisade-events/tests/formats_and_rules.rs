//! Events of every format reach the rules that are written for them, without anyone telling what they are.

use palisade_events::{
    Engine, Evaluator, Loader, Record,
    readers::{Reader, event},
    taxonomy::Taxonomy,
};
use palisade_model::{Event, Timestamp};
use std::sync::Arc;

/// Rules of the kinds that SigmaHQ has; the title is what the cases name.
const RULES: [&str; 8] = [
    "{title: password, logsource: {product: linux, service: sshd}, detection: {keywords: ['Failed password'], condition: keywords}}",
    "{title: audit, logsource: {product: linux, service: auditd}, detection: {s: {type: EXECVE, a0: cat, a1|endswith: shadow}, condition: s}}",
    "{title: web, logsource: {category: webserver}, detection: {s: {cs-method: GET, cs-uri-query|contains: 'union select', sc-status: 200}, condition: s}}",
    "{title: cloud, logsource: {product: aws, service: cloudtrail}, detection: {s: {eventName: StopLogging}, condition: s}}",
    "{title: pods, logsource: {product: kubernetes, service: audit}, detection: {s: {verb: create, hostPath: '*'}, condition: s}}",
    "{title: linux process, logsource: {product: linux, category: process_creation}, detection: {s: {Image|endswith: /nc, CommandLine|contains: ' -e '}, condition: s}}",
    "{title: windows process, logsource: {product: windows, category: process_creation}, detection: {s: {Image|endswith: \\whoami.exe}, condition: s}}",
    "{title: service, logsource: {product: windows, service: system}, detection: {s: {Provider_Name: Service Control Manager, EventID: 7045}, condition: s}}",
];

fn evaluator() -> Evaluator {
    let mut loader = Loader::new();
    RULES.iter().for_each(|rule| loader.add("rules.yml", rule));
    let rules = loader.finish();
    assert!(rules.problems.iter().all(|problem| !problem.is_refused), "{:#?}", rules.problems);
    Evaluator::new(Arc::new(Engine::new(rules, &Taxonomy::default())))
}

fn titles(evaluator: &mut Evaluator, record: &Record<'_>) -> Vec<String> {
    let matched = evaluator.evaluate(record).to_vec();
    matched.iter().map(|rule| evaluator.engine().rule(*rule).title.clone()).collect()
}

#[test]
fn rules_find_the_events_of_every_format() {
    let mut evaluator = evaluator();
    for (text, title) in [
        ("<38>Oct 11 22:14:15 web1 sshd[42]: Failed password for root from 192.0.2.1 port 22 ssh2\n", "password"),
        ("<38>1 2026-01-02T03:04:05Z web1 sshd 42 - - Failed password for root\n", "password"),
        (
            "type=SYSCALL msg=audit(1.1:1): syscall=59 exe=\"/usr/bin/cat\"\ntype=EXECVE msg=audit(1.1:1): argc=2 a0=\"cat\" a1=2F6574632F736861646F77\n",
            "audit",
        ),
        (
            "type=SYSCALL msg=audit(1.1:1): syscall=59 exe=\"/usr/bin/nc\"\ntype=EXECVE msg=audit(1.1:1): argc=3 a0=\"nc\" a1=\"-e\" a2=\"/bin/sh\"\n",
            "linux process",
        ),
        (
            "192.0.2.1 - - [10/Oct/2000:13:55:36 -0700] \"GET /x.php?id=1 union select 2 HTTP/1.0\" 200 23 \"-\" \"curl\"\n",
            "web",
        ),
        ("#Fields: cs-method cs-uri-query sc-status\nGET\t1 union select 2\t200\n", "web"),
        ("{\"remote_addr\":\"192.0.2.1\",\"request\":\"GET /x?q=union select HTTP/1.1\",\"status\":200}\n", "web"),
        (
            "{\"Records\":[{\"eventVersion\":\"1.08\",\"eventSource\":\"cloudtrail.amazonaws.com\",\"eventName\":\"StopLogging\"}]}",
            "cloud",
        ),
        (
            "{\"kind\":\"Event\",\"apiVersion\":\"audit.k8s.io/v1\",\"auditID\":\"a\",\"verb\":\"create\",\"requestObject\":{\"spec\":{\"volumes\":[{\"hostPath\":{\"path\":\"/\"}}]}}}\n",
            "pods",
        ),
        (
            "<14>Oct 11 22:14:15 h sysmon: <Event><System><Provider Name=\"Linux-Sysmon\"/><EventID>1</EventID><Channel>Linux-Sysmon/Operational</Channel></System><EventData><Data Name=\"Image\">/bin/nc</Data><Data Name=\"CommandLine\">nc -e /bin/sh</Data></EventData></Event>\n",
            "linux process",
        ),
        (
            "<Events><Event><System><Provider Name='Microsoft-Windows-Sysmon'/><EventID>1</EventID><Channel>Microsoft-Windows-Sysmon/Operational</Channel></System><EventData><Data Name='Image'>C:\\Windows\\whoami.exe</Data></EventData></Event></Events>",
            "windows process",
        ),
        (
            "<Event><System><Provider Name='Service Control Manager'/><EventID Qualifiers='1'>7045</EventID><Channel>System</Channel></System><EventData/></Event>",
            "service",
        ),
        (
            "{\"resourceLogs\":[{\"scopeLogs\":[{\"logRecords\":[{\"body\":{\"kvlistValue\":{\"values\":[{\"key\":\"Channel\",\"value\":{\"stringValue\":\"Microsoft-Windows-Sysmon/Operational\"}},{\"key\":\"EventID\",\"value\":{\"intValue\":\"1\"}},{\"key\":\"Image\",\"value\":{\"stringValue\":\"C:\\\\whoami.exe\"}}]}}}]}]}]}\n",
            "windows process",
        ),
    ] {
        let mut found = Vec::new();
        let mut reader = Reader::new(None).with_reference(Timestamp::from_millis(1_795_176_000_000));
        let mut take = |read: Result<&Record<'_>, _>| found.extend(titles(&mut evaluator, read.expect("reads")));
        reader.feed(text.as_bytes(), &mut take);
        reader.finish(&mut take);
        assert_eq!(found, [title], "{:?} {text}", reader.format());
    }
}

#[test]
fn rules_find_our_own_events() {
    let mut evaluator = evaluator();
    let attributes = |pairs: &[(&str, &str)]| pairs.iter().map(|&(name, value)| (name.into(), value.into())).collect();
    for (event, title) in [
        (
            Event {
                attributes: attributes(&[
                    ("Channel", "Microsoft-Windows-Sysmon/Operational"),
                    ("EventID", "1"),
                    ("Image", "C:\\whoami.exe"),
                ]),
                ..Event::default()
            },
            "windows process",
        ),
        (
            Event {
                attributes: attributes(&[("appname", "sshd")]),
                message: "Failed password for root".into(),
                ..Event::default()
            },
            "password",
        ),
    ] {
        let record = event::read(&event, Record::default(), &mut Record::default());
        assert_eq!(titles(&mut evaluator, &record), [title]);
    }
}
