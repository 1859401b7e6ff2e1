//! What each channel sends, beside what its publisher documents.

use crate::{
    Answer, ChannelSettings, Claimed, Http, HttpRequest, KINDS, Kind, MASK, Message, OpenChannel, Retry, Site,
    channels::{alertmanager::Alertmanager, pagerduty::PagerDuty, webhook::Webhook},
    keep_masked,
    over_http::HttpChannel,
};
use palisade_model::{
    Acknowledgement, Alert, AlertStatus, Incident, IncidentStatus, Notification, Reason, Severity, TimelineEntry,
    Timestamp,
};
use serde_json::{Value, json};

/// A label as an attacker would like it.
const HOSTILE: &str =
    "<!channel> <http://evil|click> @everyone [x](http://evil) *b* _i_ `c` </b><script>\r\nBcc: x\u{7}";

fn site() -> Site {
    Site { external_url: "https://palisade.example.org".into(), name: "Example".into() }
}

fn http() -> Http {
    Http::new().unwrap()
}

/// Settings that are right, one a kind.
fn complete(kind: &str) -> Value {
    let members = match kind {
        "smtp" => {
            json!({"host": "mail.example.org", "username": "u", "password": "p", "from": "Palisade <p@example.org>",
                         "to": ["a@example.org"]})
        }
        "slack" => json!({"bot_token": "xoxb-1", "channel": "C1", "signing_secret": "s"}),
        "teams" => json!({"webhook_url": "https://example.org/workflows/1"}),
        "discord" => json!({"webhook_url": "https://discord.com/api/webhooks/1/x"}),
        "telegram" => json!({"bot_token": "1:x", "chat_id": "-100", "topic_id": 5}),
        "ntfy" => json!({"topic": "alerts", "token": "tk_1"}),
        "sms" => {
            json!({"account_sid": "AC1", "auth_token": "t", "from": "+15005550006", "to": ["+4915112345678", "+4915112345679"]})
        }
        "pagerduty" => json!({"routing_key": "r".repeat(32)}),
        "webhook" => {
            json!({"url": "https://example.org/hook", "signing_secret": "s", "headers": {"Authorization": "Bearer x"}})
        }
        "alertmanager" => json!({"url": "https://example.org/hook", "token": "t"}),
        "syslog" => json!({"host": "log.example.org"}),
        "file" => json!({"path": "/var/log/n.ndjson"}),
        "command" => json!({"command": ["/bin/true", "x"]}),
        other => panic!("no settings for {other}"),
    };
    let mut all = json!({"name": "ops", "kind": kind});
    all.as_object_mut().unwrap().extend(members.as_object().unwrap().clone());
    all
}

fn open(settings: Value) -> Result<OpenChannel, String> {
    let settings: ChannelSettings = serde_json::from_value(settings).map_err(|error| error.to_string())?;
    OpenChannel::open(settings, &site(), &http()).map_err(|error| error.to_string())
}

fn alert(fingerprint: &str, severity: Severity) -> Alert {
    Alert {
        fingerprint: fingerprint.into(),
        labels: [
            ("alertname".into(), "Sqli".into()),
            ("host".into(), "web-1".into()),
            ("service".into(), HOSTILE.into()),
        ]
        .into(),
        annotations: [
            ("summary".into(), format!("SQL injection {HOSTILE}")),
            ("description".into(), "The argument closes a string.".into()),
            ("remediation".into(), "Pass values as bound parameters.".into()),
        ]
        .into(),
        severity,
        status: AlertStatus::Firing,
        starts_at: Timestamp::parse("2026-11-20T11:48:00Z").unwrap(),
        count: 3,
        ..Alert::default()
    }
}

fn firing(alerts: usize) -> Notification {
    let severity = |n: usize| if n == 0 { Severity::Critical } else { Severity::Medium };
    Notification {
        id: "n1".into(),
        channel: "ops".into(),
        decided_at: Timestamp::parse("2026-11-20T12:00:00.5Z").unwrap(),
        group_key: "{}:{team=\"web\"}".into(),
        group_labels: [("team".into(), "web".into())].into(),
        alerts: (0..alerts).map(|n| alert(&format!("f{n}"), severity(n))).collect(),
        ..Notification::default()
    }
}

fn resolved() -> Notification {
    let mut notification = Notification { reason: Reason::Resolved, ..firing(1) };
    notification.alerts[0].status = AlertStatus::Resolved;
    notification.alerts[0].ends_at = Some(Timestamp::parse("2026-11-20T11:58:00Z").unwrap());
    notification
}

fn incident(status: IncidentStatus) -> Notification {
    let incident = Incident {
        number: 12,
        title: "Checkout under attack".into(),
        severity: Severity::High,
        status,
        owner: Some("ana".into()),
        timeline: vec![TimelineEntry {
            by: "ana".into(),
            text: "blocked the address".into(),
            ..TimelineEntry::default()
        }],
        ..Incident::default()
    };
    Notification { incident: Some(Box::new(incident)), reason: Reason::Incident, ..firing(0) }
}

fn message(settings: &Value, notification: Notification) -> Message {
    let claimed = Claimed { notification, thread: Some("17".into()), ..Claimed::default() };
    open(settings.clone()).unwrap().compose(&[claimed], Timestamp::parse("2026-11-20T12:00:01Z").unwrap())
}

fn requests(settings: &Value, notification: Notification) -> Vec<HttpRequest> {
    let message = message(settings, notification);
    let requests = match serde_json::from_value::<ChannelSettings>(settings.clone()).unwrap().kind {
        Kind::Slack(settings) => settings.requests(&message),
        Kind::Teams(settings) => settings.requests(&message),
        Kind::Discord(settings) => settings.requests(&message),
        Kind::Telegram(settings) => settings.requests(&message),
        Kind::Ntfy(settings) => settings.requests(&message),
        Kind::Sms(settings) => settings.requests(&message),
        Kind::Pagerduty(settings) => PagerDuty::new(settings, &site()).requests(&message),
        Kind::Webhook(settings) => Webhook::new(settings, &site()).unwrap().requests(&message),
        Kind::Alertmanager(settings) => Alertmanager::new(settings, &site()).requests(&message),
        other => panic!("{other:?} is not over HTTP"),
    };
    requests.unwrap().into_iter().map(|(_, request)| request).collect()
}

fn body(kind: &str, notification: Notification) -> Value {
    serde_json::from_slice(&requests(&complete(kind), notification)[0].body).unwrap()
}

fn chars(value: &Value) -> usize {
    value.as_str().unwrap_or_else(|| panic!("{value} is no text")).chars().count()
}

#[test]
fn every_kind_opens_and_shows_no_secret() {
    for row in KINDS {
        let settings = complete(row.name);
        let channel = open(settings.clone()).unwrap_or_else(|error| panic!("{}: {error}", row.name));
        assert_eq!(channel.row().name, row.name);
        let mut shown = serde_json::to_value(channel.settings()).unwrap();
        for secret in ["xoxb-1", "workflows/1", "webhooks/1/x", "1:x", "tk_1", "rrrr", "Bearer x", "example.org/hook"] {
            assert!(!shown.to_string().contains(secret), "{}: {shown}", row.name);
            assert!(!format!("{:?}", channel.settings()).contains(secret), "{}", row.name);
        }
        let masked = shown.to_string().contains(MASK);
        assert_eq!(masked, !matches!(row.name, "syslog" | "file" | "command"), "{}: {shown}", row.name);
        keep_masked(&mut shown, &settings);
        let again: ChannelSettings = serde_json::from_value(shown).unwrap();
        assert_eq!(&again, channel.settings(), "{}", row.name);
    }
}

#[test]
fn wrong_settings_say_what_is_wrong() {
    let cases = [
        ("slack", json!({"webhook_url": "https://hooks.slack.com/x"}), "webhook_url excludes bot_token"),
        ("slack", json!({"bot_token": ""}), "webhook_url is missing"),
        ("slack", json!({"channel": ""}), "channel is missing"),
        ("slack", json!({"chanel": "x"}), "unknown field `chanel`"),
        ("slack", json!({"delivery": {"retries": 1}}), "unknown field `retries`"),
        ("slack", json!({"kind": "pager"}), "unknown variant `pager`"),
        ("slack", json!({"name": " ops"}), "name has to be"),
        ("slack", json!({"delivery": {"attempts_max": 0}}), "delivery.attempts_max is 0; it has to be 1 to 100"),
        ("slack", json!({"templates": {"html": "x"}}), "templates.html is for e-mail only"),
        ("slack", json!({"templates": {"text": "a\n{{ alerts[0 }}"}}), "templates.text line 2:"),
        ("teams", json!({"webhook_url": MASK}), "webhook_url is missing"),
        ("teams", json!({"webhook_url": "http://example.org"}), "webhook_url is not encrypted"),
        ("teams", json!({"webhook_url": "https://127.0.0.1/x"}), "allow_internal = true"),
        ("telegram", json!({"bot_token": "x"}), "bot_token is none"),
        ("telegram", json!({"bot_token": "1:x/../../y"}), "bot_token is none"),
        ("ntfy", json!({"topic": "a/b"}), "topic has to be"),
        ("sms", json!({"to": ["0151"]}), "to has '0151'"),
        ("smtp", json!({"to": ["nobody"]}), "to has 'nobody', which is no e-mail address"),
        ("smtp", json!({"security": "none"}), "security is none: a password is only sent over an encrypted"),
        ("webhook", json!({"headers": {"Host": "x"}}), "headers.Host is set by the channel itself"),
        ("webhook", json!({"headers": {"X-A": "a\r\nb"}}), "headers.X-A has to be a line"),
        ("webhook", json!({"signing_secret": "whsec_!"}), "signing_secret begins with whsec_"),
        ("webhook", json!({"body": "{\"a\": {{ headline }}"}), "body makes no JSON"),
        ("webhook", json!({"body": "\n{{ nothing }}"}), "body line 2: nothing is called 'nothing'"),
        ("file", json!({"path": "n.ndjson"}), "path has to begin at the root"),
        ("command", json!({"command": ["true"]}), "command has to begin with the whole path"),
        ("syslog", json!({"facility": 24}), "facility has to be 0 to 23"),
    ];
    for (kind, change, wanted) in cases {
        let mut settings = complete(kind);
        settings.as_object_mut().unwrap().extend(change.as_object().unwrap().clone());
        let error = open(settings).err().unwrap_or_else(|| panic!("{change} is not refused"));
        assert!(error.contains(wanted), "{change}: {error}");
    }
}

#[test]
fn settings_are_read_from_toml() {
    let text = r#"
        name = "ops"
        kind = "smtp"
        host = "mail.example.org"
        from = "p@example.org"
        to = ["a@example.org"]
        allow_internal = true
        [delivery]
        digest_seconds = 900
        [templates]
        title = "{{ headline }}"
    "#;
    let settings: ChannelSettings = toml::from_str(text).unwrap();
    assert!(settings.allow_internal && settings.delivery.digest_seconds == Some(900), "{settings:?}");
    let message = message(&serde_json::to_value(&settings).unwrap(), firing(1));
    assert!(message.title.starts_with("SQL injection <!channel>"), "{}", message.title);
}

#[test]
fn the_defaults_read_well() {
    let settings = complete("smtp");
    let read = |notification| {
        let message = message(&settings, notification);
        format!("{}\n\n{}", message.title, message.text)
    };
    let mut one = firing(1);
    one.alerts[0].annotations.insert("summary".into(), "SQL injection in a tool argument".into());
    one.alerts[0].labels.insert("service".into(), "checkout".into());
    one.alerts[0].acknowledged = Some(Acknowledgement { by: "ana".into(), ..Acknowledgement::default() });
    insta::assert_snapshot!(read(one.clone()), @"
    [FIRING] critical: SQL injection in a tool argument

    critical: SQL injection in a tool argument
    The argument closes a string.
    Where: service checkout, host web-1
    Since: 2026-11-20 11:48:00 UTC (12 min), told 3 times
    In hand of: ana
    What to do: Pass values as bound parameters.

    https://palisade.example.org/alerts/f0
    ");
    let two = Notification { alerts: vec![one.alerts[0].clone(), one.alerts[0].clone()], truncated_alerts: 40, ..one };
    insta::assert_snapshot!(read(two), @"
    [FIRING × 42] critical: SQL injection in a tool argument

    critical: SQL injection in a tool argument
    The argument closes a string.
    Where: service checkout, host web-1
    Since: 2026-11-20 11:48:00 UTC (12 min), told 3 times
    In hand of: ana
    What to do: Pass values as bound parameters.
    https://palisade.example.org/alerts/f0

    critical: SQL injection in a tool argument
    The argument closes a string.
    Where: service checkout, host web-1
    Since: 2026-11-20 11:48:00 UTC (12 min), told 3 times
    In hand of: ana
    What to do: Pass values as bound parameters.
    https://palisade.example.org/alerts/f0

    and 40 more.
    https://palisade.example.org/alerts
    ");
    insta::assert_snapshot!(read(incident(IncidentStatus::Identified)), @"
    [INCIDENT] high: #12 Checkout under attack

    #12 Checkout under attack
    Status: identified, in hand of ana
    Last: ana: blocked the address

    https://palisade.example.org/incidents/12
    ");
    insta::assert_snapshot!(read(Notification { reason: Reason::Test, ..firing(0) }), @"
    [TEST] this channel works

    Somebody asked Example to try this channel. There is nothing to do.
    https://palisade.example.org/alerts
    ");
    let mut over = resolved();
    over.alerts[0].annotations.insert("summary".into(), "SQL injection in a tool argument".into());
    over.alerts[0].labels.insert("service".into(), "checkout".into());
    insta::assert_snapshot!(
        message(&complete("sms"), over).text,
        @"RESOLVED critical: SQL injection in a tool argument (service checkout, host web-1) https://palisade.example.org/alerts/f0"
    );
}

/// <https://api.slack.com/reference/block-kit/blocks>
#[test]
fn slack_blocks() {
    let body = body("slack", firing(30));
    assert_eq!((body["channel"].as_str(), body["thread_ts"].as_str()), (Some("C1"), Some("17")));
    let blocks = body["attachments"][0]["blocks"].as_array().unwrap();
    let kinds: Vec<_> = blocks.iter().map(|block| block["type"].as_str().unwrap()).collect();
    assert_eq!(kinds, ["header", "section", "actions"]);
    assert!(chars(&blocks[0]["text"]["text"]) <= 150 && blocks[0]["text"]["type"] == "plain_text");
    assert!(chars(&blocks[1]["text"]["text"]) <= 3_000 && blocks[1]["text"]["type"] == "mrkdwn");
    let buttons = blocks[2]["elements"].as_array().unwrap();
    let actions: Vec<_> = buttons.iter().map(|button| button["action_id"].as_str().unwrap()).collect();
    assert_eq!(actions, ["palisade_acknowledge", "palisade_resolve", "palisade_look"]);
    assert_eq!(buttons[0]["value"], "group:{}:{team=\"web\"}");
    assert!(
        buttons.iter().all(|button| chars(&button["text"]["text"]) <= 75 && button["text"]["type"] == "plain_text")
    );
    let text = blocks[1]["text"]["text"].as_str().unwrap();
    assert!(!text.contains("<!channel>") && !text.contains("<http://evil"), "{text}");
    assert!(!body["text"].as_str().unwrap().contains("<!channel>"));
    assert_eq!(body["attachments"][0]["color"], "#cf222e");
    let request = &requests(&complete("slack"), firing(1))[0];
    assert_eq!(request.url.reveal(), "https://slack.com/api/chat.postMessage");
    assert_eq!(request.headers[0].1.reveal(), "Bearer xoxb-1");
}

#[test]
fn people_are_mentioned_by_their_ids_only() {
    let recipients =
        ["U024BE7LH", "80351110224678912", "ana", "<!channel>", "UNDER<!here>"].map(str::to_owned).to_vec();
    let paged = || Notification { recipients: recipients.clone(), ..firing(1) };
    let slack = body("slack", paged());
    let text = slack["attachments"][0]["blocks"][1]["text"]["text"].as_str().unwrap();
    assert!(text.starts_with("<@U024BE7LH> *critical"), "{text}");
    assert!(!text.contains("<!"), "{text}");
    let discord = body("discord", paged());
    assert_eq!(discord["content"], "<@80351110224678912> ");
    assert_eq!(discord["allowed_mentions"], json!({"parse": [], "users": ["80351110224678912"]}));
}

#[test]
fn slack_says_no_with_200() {
    let Kind::Slack(slack) = serde_json::from_value::<ChannelSettings>(complete("slack")).unwrap().kind else {
        panic!()
    };
    let read = |body: &str| slack.read(&Answer { status: 200, body: body.into(), ..Answer::default() });
    assert_eq!(read(r#"{"ok":true,"ts":"1503435956.000247"}"#).unwrap().thread.as_deref(), Some("1503435956.000247"));
    assert_eq!(read(r#"{"ok":false,"error":"channel_not_found"}"#).unwrap_err().retry, Retry::Never);
    assert_eq!(read(r#"{"ok":false,"error":"internal_error"}"#).unwrap_err().retry, Retry::Later);
    assert_eq!(read("<html>").unwrap_err().retry, Retry::Never);
}

/// <https://adaptivecards.io/schemas/adaptive-card.json>, and the envelope of Teams' webhooks
#[test]
fn teams_card() {
    let body = body("teams", firing(2));
    assert_eq!((body["type"].as_str(), body["attachments"].as_array().unwrap().len()), (Some("message"), 1));
    let attachment = &body["attachments"][0];
    assert_eq!(attachment["contentType"], "application/vnd.microsoft.card.adaptive");
    let card = &attachment["content"];
    assert_eq!((card["type"].as_str(), card["version"].as_str()), (Some("AdaptiveCard"), Some("1.4")));
    let kinds: Vec<_> =
        card["body"].as_array().unwrap().iter().map(|element| element["type"].as_str().unwrap()).collect();
    assert_eq!(kinds, ["TextBlock", "FactSet", "TextBlock"]);
    assert_eq!(card["body"][1]["facts"], json!([{"title": "team", "value": "web"}]));
    assert_eq!(card["actions"][0]["type"], "Action.OpenUrl");
    assert!(body.to_string().len() <= 28 * 1024, "Teams takes 28 KB");
    assert!(!card["body"][2]["text"].as_str().unwrap().contains("[x](http"), "{card}");
}

/// Discord's *Execute Webhook* and *Embed Object*
#[test]
fn discord_embed() {
    let body = body("discord", firing(30));
    let embed = &body["embeds"][0];
    assert!(chars(&embed["title"]) <= 256 && chars(&embed["description"]) <= 4_096);
    assert!(chars(&embed["title"]) + chars(&embed["description"]) <= 6_000);
    assert_eq!(body["allowed_mentions"], json!({"parse": []}));
    assert_eq!(embed["color"], 0x00cf_222e);
    assert_eq!(
        requests(&complete("discord"), firing(1))[0].url.reveal(),
        "https://discord.com/api/webhooks/1/x?wait=true"
    );
}

/// <https://core.telegram.org/bots/api#sendmessage>
#[test]
fn telegram_message() {
    let body = body("telegram", firing(30));
    let text = body["text"].as_str().unwrap();
    assert!(text.len() <= 4_096 && !text.contains("<script>") && !text.contains("<!channel>"), "{text}");
    assert_eq!(text.matches("<b>").count(), text.matches("</b>").count());
    assert_eq!((body["chat_id"].as_str(), body["message_thread_id"].as_i64()), (Some("-100"), Some(5)));
    assert_eq!(body["reply_parameters"]["message_id"], 17);
    let Kind::Telegram(telegram) = serde_json::from_value::<ChannelSettings>(complete("telegram")).unwrap().kind else {
        panic!()
    };
    let said = |status, body: &str| telegram.read(&Answer { status, body: body.into(), ..Answer::default() });
    assert_eq!(said(200, r#"{"ok":true,"result":{"message_id":42}}"#).unwrap().thread.as_deref(), Some("42"));
    let busy = said(429, r#"{"ok":false,"parameters":{"retry_after":35}}"#).unwrap_err();
    assert_eq!(busy.retry, Retry::After(std::time::Duration::from_secs(35)));
}

/// <https://docs.ntfy.sh/publish/#publish-as-json>
#[test]
fn ntfy_message() {
    let body = body("ntfy", firing(30));
    assert!(body["message"].as_str().unwrap().len() <= 4_096);
    assert_eq!((body["topic"].as_str(), body["priority"].as_i64()), (Some("alerts"), Some(5)));
    assert!(!body["title"].as_str().unwrap().contains(['\r', '\n', '\u{7}']));
}

/// <https://www.twilio.com/docs/messaging/api/message-resource>
#[test]
fn sms_goes_to_each_number() {
    let all = requests(&complete("sms"), firing(3));
    assert_eq!(all.len(), 2);
    assert_eq!(all[0].url.reveal(), "https://api.twilio.com/2010-04-01/Accounts/AC1/Messages.json");
    assert_eq!(all[0].headers[0].1.reveal(), "Basic QUMxOnQ=");
    let form: Vec<_> = url::form_urlencoded::parse(&all[1].body).into_owned().collect();
    assert_eq!((form[0].0.as_str(), form[0].1.as_str(), form[1].0.as_str()), ("To", "+4915112345679", "From"));
    assert!(form[2].1.chars().count() <= 1_600, "{}", form[2].1);
    let named = Notification { recipients: vec!["+15551234567".into(), "ana@example.org".into()], ..firing(1) };
    assert_eq!(requests(&complete("sms"), named).len(), 1);
}

/// <https://developer.pagerduty.com/docs/events-api-v2/trigger-events/>
#[test]
fn pagerduty_events() {
    let event = body("pagerduty", firing(30));
    assert_eq!(
        (event["event_action"].as_str(), event["dedup_key"].as_str()),
        (Some("trigger"), Some("{}:{team=\"web\"}"))
    );
    let payload = &event["payload"];
    assert!(chars(&payload["summary"]) <= 1_024);
    assert_eq!((payload["severity"].as_str(), payload["source"].as_str()), (Some("critical"), Some("web-1")));
    assert!(Timestamp::parse(payload["timestamp"].as_str().unwrap()).is_ok());
    assert!(event.to_string().len() <= 512 * 1024);
    let action = |notification| body("pagerduty", notification)["event_action"].as_str().unwrap().to_owned();
    assert_eq!(action(resolved()), "resolve");
    assert_eq!(action(Notification { reason: Reason::Acknowledged, ..firing(1) }), "acknowledge");
    assert_eq!(action(Notification { reason: Reason::Escalation, ..firing(1) }), "trigger");
    assert_eq!(action(incident(IncidentStatus::Resolved)), "resolve");
    assert_eq!(body("pagerduty", resolved()).as_object().unwrap().len(), 3, "only the key is needed");
}

/// <https://prometheus.io/docs/alerting/latest/configuration/#webhook_config>
#[test]
fn alertmanager_webhook() {
    let body = body("alertmanager", Notification { truncated_alerts: 4, ..firing(2) });
    let mut members: Vec<_> = body.as_object().unwrap().keys().map(String::as_str).collect();
    members.sort_unstable();
    let wanted = [
        "alerts",
        "commonAnnotations",
        "commonLabels",
        "externalURL",
        "groupKey",
        "groupLabels",
        "receiver",
        "status",
        "truncatedAlerts",
        "version",
    ];
    assert_eq!(members, wanted);
    assert_eq!(
        (&body["version"], &body["truncatedAlerts"], &body["status"]),
        (&json!("4"), &json!(4), &json!("firing"))
    );
    assert_eq!((&body["receiver"], &body["groupLabels"]), (&json!("ops"), &json!({"team": "web"})));
    assert_eq!(body["alerts"][0]["endsAt"], "0001-01-01T00:00:00Z");
    assert_eq!(body["commonLabels"]["host"], "web-1");
    let over = self::body("alertmanager", resolved());
    assert_eq!((&over["status"], &over["alerts"][0]["status"]), (&json!("resolved"), &json!("resolved")));
    assert_eq!(over["alerts"][0]["endsAt"], "2026-11-20T11:58:00.000000000Z");
}

/// <https://github.com/cloudevents/spec/blob/v1.0.2/cloudevents/formats/json-format.md>
#[test]
fn webhook_bodies() {
    let mut settings = complete("webhook");
    let request = requests(&settings, firing(1)).remove(0);
    let header = |name: &str| request.headers.iter().find(|(known, _)| *known == name).map(|(_, value)| value.reveal());
    assert_eq!((header("idempotency-key"), header("webhook-id")), (Some("n1"), Some("n1")));
    assert!(header("webhook-signature").unwrap().starts_with("v1,"));
    assert_eq!(request.named_headers[0].0, "Authorization");
    let plain: Value = serde_json::from_slice(&request.body).unwrap();
    assert_eq!((&plain["status"], &plain["notification"]["id"]), (&json!("firing"), &json!("n1")));

    settings["cloudevents"] = true.into();
    let request = requests(&settings, firing(1)).remove(0);
    assert_eq!(request.content_type, "application/cloudevents+json; charset=utf-8");
    let event: Value = serde_json::from_slice(&request.body).unwrap();
    for required in ["id", "source", "specversion", "type"] {
        assert!(chars(&event[required]) > 0, "{required}");
    }
    assert_eq!((&event["specversion"], &event["type"]), (&json!("1.0"), &json!("dev.palisade.notification.firing")));

    settings["cloudevents"] = false.into();
    settings["body"] =
        r#"{"text": {{ headline }}, "alerts": {{ alerts | map(attribute="fingerprint") | list }}}"#.into();
    let body: Value = serde_json::from_slice(&requests(&settings, firing(2))[0].body).unwrap();
    assert_eq!(body["alerts"], json!(["f0", "f1"]));
    assert!(body["text"].as_str().unwrap().contains("<!channel>"), "JSON needs no other escape: {body}");
}

#[test]
fn mails_show_text_as_text() {
    let message = message(&complete("smtp"), firing(2));
    assert!(!message.html.contains("<script>") && message.html.contains("&lt;script&gt;"), "{}", message.html);
    assert!(!message.title.contains(['\r', '\n', '\u{7}']));
}

/// The table in `docs/channels.md`
#[test]
fn the_page_has_every_kind_with_its_limits() {
    let page = include_str!("../../../../docs/channels.md");
    for row in KINDS {
        let limits = match row.messages_per_minute {
            0 => "| no limit |".to_owned(),
            messages => format!("| {messages}, {} |", row.burst),
        };
        let line = page.lines().find(|line| line.starts_with(&format!("| `{}` |", row.name)));
        assert!(line.is_some_and(|line| line.ends_with(&limits)), "{}: {limits} in {line:?}", row.name);
    }
}

#[test]
fn a_template_that_fails_later_gives_way_to_the_default() {
    let mut settings = complete("ntfy");
    settings["templates"] = json!({"text": "{% if count > 2 %}{{ alerts | int }}{% endif %}mine"});
    assert_eq!(message(&settings, firing(1)).text, "mine");
    assert!(message(&settings, firing(3)).text.contains("What to do: Pass values"));
}
