//! Settings, templates and the page about them.

use super::*;

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

/// The table in `docs/channels.md`
#[test]
fn the_page_has_every_kind_with_its_limits() {
    let page = include_str!("../../../../../docs/channels.md");
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
