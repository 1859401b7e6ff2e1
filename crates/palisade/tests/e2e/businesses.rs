//! Businesses on a running server: screened one by one, kept as counterparties, screened again when a list changes, decided
//! on; and the same for clients of two other programs.

use crate::{
    commands::{palisade, run},
    deadline::until,
    http::Answer,
    server::{Home, Server},
};
use serde_json::{Value, json};

const LIST: &str = "\
id,name,type,aliases,dates,countries,identifiers,programs
k1,\"MARENKO, Viktor Pavlovich\",person,Viktor Marenkov,1961-04-17,ru,passport:P7712345,MADE-UP-1
k2,Zarubin Northern Shipping Company Ltd,organization,ZNSC,2004-02-01,cy,registration:HE778812,MADE-UP-1
k3,Polar Lantern,vessel,,,mt,imo:9074729,MADE-UP-1
";
const ADDED: &str = "k4,Hadal Minerals Holding AG,organization,,,ch,,MADE-UP-4\n";

fn ask(server: &Server, path: &str, body: &Value) -> Answer {
    server.request("POST", path).body("application/json", body.to_string()).send().unwrap()
}

fn json_of(answer: &Answer) -> Value {
    serde_json::from_slice(&answer.body).unwrap()
}

fn told(server: &Server, path: &str, body: &Value) -> Value {
    let answer = ask(server, path, body);
    assert_eq!(answer.status, 200, "{path}: {}", String::from_utf8_lossy(&answer.body));
    json_of(&answer)
}

fn got(server: &Server, path: &str) -> Value {
    let answer = server.get(path).send().unwrap();
    assert_eq!(answer.status, 200, "{path}: {}", String::from_utf8_lossy(&answer.body));
    json_of(&answer)
}

fn import(home: &Home, name: &str, content: &str) {
    let (file, data) = (home.file(name, content), home.data());
    let arguments = ["feed", "import", "own-list", file.to_str().unwrap(), "--data-dir", data.to_str().unwrap()];
    run(&mut palisade(&arguments), b"").expect_code(0);
}

#[test]
fn nobody_is_screened_without_lists_and_a_list_that_comes_counts() {
    let home = Home::new("");
    let server = home.start();
    let asked = json!({"party": {"name": "Viktor Marenko", "type": "person", "dates": ["1961-04-17"]}});
    let answer = ask(&server, "/api/v1/businesses/screen", &asked);
    assert_eq!(answer.status, 503);
    assert!(String::from_utf8_lossy(&answer.body).contains("no list was imported"));
    import(&home, "list.csv", LIST);
    let screened = until("an answer", || {
        let answer = ask(&server, "/api/v1/businesses/screen", &asked);
        (answer.status == 200).then(|| json_of(&answer))
    });
    let result = &screened["results"][0];
    assert_eq!((&result["verdict"], &result["hits"][0]["entry"]), (&json!("block"), &json!("k1")), "{screened}");
    assert!(result["findings"][0]["observation"].is_string(), "the question is recorded: {screened}");
    assert_eq!(screened["searched"][0]["entries"], 3);
    assert!(screened["warnings"].to_string().contains("un-sc was not searched"));
    assert_eq!(server.number("SELECT count(*) FROM findings WHERE class = 'kyb.hit'"), 1);
    let many = json!({"items": [{"name": "Ada Brindlemoor"}, {"id": "7", "name": "Polar Lantern", "type": "vessel"}]});
    let screened = told(&server, "/api/v1/businesses/screen", &many);
    let verdicts: Vec<&Value> = screened["results"].as_array().unwrap().iter().map(|one| &one["verdict"]).collect();
    assert_eq!(verdicts, ["allow", "block"], "{screened}");
    for (body, wanted) in [
        (json!({"party": {"name": " "}}), "name is empty"),
        (json!({"party": {"name": "X."}}), "too short to screen"),
        (json!({"items": [{"name": "Acme"}, {"name": "Zenith", "dates": ["soon"]}]}), "/items/1: dates"),
        (json!({"party": {"name": "Acme"}, "lists": ["nothing"]}), "there is no list"),
        (json!({"party": {"name": "Acme"}, "lists": ["un-sc"]}), "never imported"),
        (json!({"party": {"name": "Acme"}, "at_least": 7}), "between 0 and 1"),
    ] {
        let answer = ask(&server, "/api/v1/businesses/screen", &body);
        let text = String::from_utf8_lossy(&answer.body).into_owned();
        assert!(answer.status == 400 && text.contains(wanted), "{body}: {} {text}", answer.status);
    }
    let pairs = json!({"pairs": [{"one": "Ann Lee", "other": "Lee, Ann", "type": "person"}, {"one": "Acme", "other": "Zenith"}]});
    let compared = told(&server, "/api/v1/businesses/compare", &pairs);
    assert_eq!((&compared["results"][0]["match"], &compared["results"][1]["match"]), (&json!(true), &json!(false)));
}

#[test]
fn counterparties_are_screened_again_when_a_list_changes_and_decisions_hold_for_their_evidence() {
    let home = Home::new("");
    import(&home, "list.csv", LIST);
    let server = home.start();
    let items = json!({"items": [
        {"id": "c-1", "name": "Hadal Minerals Holding", "type": "organization", "countries": ["ch"]},
        {"id": "c-2", "name": "Viktor P. Marenko", "type": "person"},
        {"id": "c-3", "name": "Ada Brindlemoor", "type": "person"}]});
    let kept = told(&server, "/api/v1/businesses/counterparties", &items);
    let hits = |page: &Value, index: usize| page["items"][index]["hits"].as_array().unwrap().len();
    assert_eq!([0, 1, 2].map(|index| hits(&kept, index)), [0, 1, 0], "{kept}");
    let count = |id: &str| {
        server.number(&format!("SELECT count(*) FROM findings WHERE class = 'kyb.hit' AND subject_name = '{id}'"))
    };
    assert_eq!((count("c-1"), count("c-2")), (0, 1));

    let hit = kept["items"][1]["hits"][0].clone();
    let decision = |evidence: &str| {
        json!({"counterparty": "c-2", "list": "own-list", "entry": "k1", "verdict": "not_a_match",
        "reason": "born in 1985, passport seen", "evidence": evidence})
    };
    assert_eq!(ask(&server, "/api/v1/businesses/decisions", &decision("other")).status, 400);
    let firing = || got(&server, "/api/v1/alerts?status=firing").to_string().contains("c-2");
    until("an alert about the hit", || firing().then_some(()));
    told(&server, "/api/v1/businesses/decisions", &decision(hit["evidence"].as_str().unwrap()));
    let listed = got(&server, "/api/v1/businesses/counterparties");
    assert_eq!(listed["items"][1]["hits"][0]["standing"], "dismissed", "{listed}");
    assert!(!firing(), "the alert ends with the decision");
    assert!(listed["items"][1]["hits"][0]["decision"]["author"].as_str().unwrap().contains("pal_"));

    let changed = LIST.replace("1961-04-17", "1961-04-18") + ADDED;
    import(&home, "changed.csv", &changed);
    until("a finding about the counterparty that is listed now", || (count("c-1") == 1).then_some(()));
    until("the hit open again on other evidence", || (count("c-2") == 2).then_some(()));
    let listed = got(&server, "/api/v1/businesses/counterparties");
    assert_eq!(listed["items"][0]["hits"][0]["entry"], "k4", "{listed}");
    assert_eq!(listed["items"][1]["hits"][0]["standing"], "reopened", "{listed}");
    let alerts = got(&server, "/api/v1/alerts").to_string();
    assert!(alerts.contains("c-1"), "{alerts}");
    until("the alert on other evidence", || firing().then_some(()));

    let gone = server.request("DELETE", "/api/v1/businesses/counterparties/c-1").send().unwrap();
    assert_eq!(gone.status, 204);
    assert_eq!(got(&server, "/api/v1/businesses/counterparties")["items"].as_array().unwrap().len(), 2);
}

#[test]
fn decisions_teach_in_what_order_to_look_at_hits() {
    let home = Home::new("");
    import(&home, "list.csv", LIST);
    let server = home.start();
    let alike = |id: usize| json!({"id": format!("d-{id}"), "name": "Viktor P. Marenko", "type": "person"});
    let items: Vec<Value> = (1..=6).map(alike).collect();
    let kept = told(&server, "/api/v1/businesses/counterparties", &json!({ "items": items }));
    let hit = |page: &Value, index: usize| page["items"][index]["hits"][0].clone();
    assert_eq!(hit(&kept, 5)["priority"], hit(&kept, 5)["score"], "nothing is learnt yet: {kept}");
    for index in 0..5 {
        let decision = json!({"counterparty": format!("d-{}", index + 1), "list": "own-list", "entry": "k1",
            "verdict": "not_a_match", "reason": "another person", "evidence": hit(&kept, index)["evidence"]});
        told(&server, "/api/v1/businesses/decisions", &decision);
    }
    let open = hit(&got(&server, "/api/v1/businesses/counterparties"), 5);
    assert_eq!(open["standing"], "open");
    let (priority, score) = (open["priority"].as_f64().unwrap(), open["score"].as_f64().unwrap());
    assert!(priority < score - 0.01 && priority >= score - 0.101, "{open}");
    assert!(open["learned"].to_string().contains("5 of 5 hits by `name:"), "{open}");
}

#[test]
fn clients_of_yente_and_watchman_are_answered_in_their_forms() {
    let home = Home::new("");
    import(&home, "list.csv", LIST);
    let server = home.start();
    let queries = json!({"queries": {
        "q1": {"schema": "Person", "properties": {"name": ["Viktor Marenko"], "birthDate": ["1961"], "nationality": "ru"}},
        "q2": {"schema": "Company", "properties": {"name": ["Brindlemoor Bakery"]}}}});
    let answer = told(&server, "/match/default?limit=3&threshold=0.8", &queries);
    assert_eq!(answer["limit"], 3);
    let first = &answer["responses"]["q1"];
    assert_eq!((&first["status"], &first["total"]), (&json!(200), &json!({"value": 1, "relation": "eq"})), "{answer}");
    let result = &first["results"][0];
    assert_eq!((&result["id"], &result["schema"]), (&json!("own-list-k1"), &json!("Person")));
    assert_eq!(result["match"], true);
    assert!(result["features"]["name_match"].as_f64().unwrap() > 0.7);
    assert!(result["explanations"]["date_match"]["detail"].is_string(), "{result}");
    assert_eq!(result["properties"]["birthDate"][0], "1961-04-17");
    assert_eq!(answer["responses"]["q2"]["results"], json!([]));
    let entity = got(&server, "/entities/own-list-k2");
    assert_eq!(entity["caption"], "Zarubin Northern Shipping Company Ltd");
    assert_eq!(ask(&server, "/match/nonsense", &queries).status, 404);
    assert_eq!(server.get("/entities/own-list-k9").send().unwrap().status, 404);
    let found = got(&server, "/search/default?q=marenko+viktor&schema=Person&limit=1");
    assert_eq!((&found["results"][0]["id"], &found["total"]["value"]), (&json!("own-list-k1"), &json!(1)), "{found}");
    assert_eq!(found["facets"]["countries"]["values"][0], json!({"name": "ru", "label": "ru", "count": 1}));
    assert_eq!(got(&server, "/catalog")["current"], json!(["own-list"]));

    let found = got(&server, "/v2/search?name=Polar+Lantern&type=vessel&limit=1&minMatch=0.8");
    let entity = &found["entities"][0];
    assert_eq!((&entity["sourceID"], &entity["entityType"]), (&json!("k3"), &json!("vessel")), "{found}");
    assert_eq!(entity["vessel"]["imoNumber"], "9074729");
    assert!(entity["match"].as_f64().unwrap() >= 0.8 && found["query"]["name"] == "Polar Lantern");
    assert_eq!(got(&server, "/v2/listinfo")["lists"]["own-list"], 3);
    let refused = server.get("/v2/search?type=person").send().unwrap();
    assert!(refused.status == 400 && json_of(&refused)["error"] == "name is missing");
}
