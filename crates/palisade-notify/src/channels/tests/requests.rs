//! What each channel sends, beside what its publisher documents.

use super::*;

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
