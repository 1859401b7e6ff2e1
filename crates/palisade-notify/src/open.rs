//! A channel that is ready: its settings are checked, its templates compiled and tried.

use crate::{
    channel::{Channel, Failure, Receipt},
    delivery::Claimed,
    http::Http,
    kind::{Kind, KindRow, Way},
    message::{HTML, KNOWN, Message, SMS_TEXT, Shown, Site, TITLE, clip, default_text, joined, one_line},
    settings::{ChannelSettings, SettingsError},
    template::{Markup, Template, TemplateError},
    tls::Authorities,
};
use palisade_model::{Alert, AlertStatus, Incident, Notification, Reason, Severity, Timestamp, fingerprint};

/// Longest title, in characters.
const TITLE_CHARS_MAX: usize = 250;
/// Longest title for receivers that take very little: escaped, it fits all of them.
const SHORT_CHARS_MAX: usize = 120;
/// How many alerts a text lists; when it is too long for its receiver, it is written again with the next number.
const ALERTS_LISTED: [usize; 5] = [20, 10, 5, 2, 1];

/// A channel that is ready to deliver.
pub struct OpenChannel {
    settings: ChannelSettings,
    site: Site,
    texts: Texts,
    channel: Box<dyn Channel>,
}

/// The compiled templates of a channel, and those that take over when one fails.
struct Texts {
    title: Template,
    text: Template,
    html: Option<Template>,
}

impl OpenChannel {
    /// Checks `settings`, compiles and tries the templates.
    ///
    /// # Errors
    /// When something in the settings cannot stay as it is; templates with their line.
    pub fn open(settings: ChannelSettings, site: &Site, http: &Http) -> Result<Self, SettingsError> {
        settings.check()?;
        let texts = Texts::compile(&settings)?;
        let authorities = Authorities::read(&settings.ca_certificates)?;
        let http = match settings.ca_certificates.as_str() {
            "" => http.clone(),
            _ => Http::trusting(&authorities)
                .map_err(|error| SettingsError::new("ca_certificates", format!("cannot be used: {error}")))?,
        };
        let way = Way { allow_internal: settings.allow_internal, authorities: &authorities, http };
        let channel = settings.kind.clone().open(way, site)?;
        Ok(Self { settings, site: site.clone(), texts, channel })
    }

    /// The same with another channel behind it.
    #[cfg(test)]
    pub(crate) fn with(settings: ChannelSettings, site: Site, channel: Box<dyn Channel>) -> Self {
        let texts = Texts::compile(&settings).expect("the settings of a test are right");
        Self { settings, site, texts, channel }
    }

    /// Its settings.
    #[must_use]
    pub fn settings(&self) -> &ChannelSettings {
        &self.settings
    }

    /// What is true of its kind.
    #[must_use]
    pub fn row(&self) -> &'static KindRow {
        self.settings.kind.row()
    }

    /// True when both send the same to the same.
    pub(crate) fn is_same_as(&self, other: &Self) -> bool {
        self.settings == other.settings && self.site == other.site
    }

    /// Whether messages that wait are joined.
    pub(crate) fn joins(&self) -> bool {
        let delivery = &self.settings.delivery;
        delivery.join.unwrap_or(self.row().for_people || delivery.digest_seconds.is_some())
    }

    /// The message for what was claimed: all of it together, when it is more than one.
    ///
    /// A template that fails on what it was not tried with gives way to the default: nobody goes untold because of it.
    #[must_use]
    pub fn compose(&self, claimed: &[Claimed], now: Timestamp) -> Message {
        let all: Vec<&Notification> = claimed.iter().map(|claimed| &claimed.notification).collect();
        let notification = match all.as_slice() {
            [one] => (*one).clone(),
            several => joined(several),
        };
        let uncertain = claimed.iter().any(|claimed| claimed.may_repeat);
        // Joined messages have a key of their own, so receivers do not know their parts again.
        let may_repeat = uncertain && (claimed.len() > 1 || !self.row().honours_keys);
        let one_thread = claimed.first().filter(|first| claimed.iter().all(|other| other.thread == first.thread));
        let mut message = Message {
            covers: claimed.len(),
            sent_at: now,
            thread: one_thread.and_then(|first| first.thread.clone()),
            reached: claimed.first().map(|first| first.reached.clone()).unwrap_or_default(),
            ..Message::default()
        };
        for alerts_max in ALERTS_LISTED {
            message.shown = Shown::new(&notification, claimed.len(), may_repeat, &self.site, alerts_max);
            message.text = self.texts.text(&message.shown, self.row().markup);
            if message.text.len() <= self.row().text_bytes_max {
                break;
            }
        }
        message.title = self.texts.title(&message.shown);
        if message.text.len() > self.row().text_bytes_max {
            message.text = shortest(&message, self.row());
        }
        message.html = self.texts.html(&message.shown);
        message.notification = notification;
        message
    }

    /// Delivers `message` within the time that the settings allow.
    ///
    /// # Errors
    /// When the receiver did not take it.
    pub async fn deliver(&self, message: &Message) -> Result<Receipt, Failure> {
        let limit = self.settings.delivery.timeout();
        match tokio::time::timeout(limit, self.channel.deliver(message)).await {
            Ok(result) => result,
            Err(_) => Err(Failure::uncertain(format!("it did not answer within {} s", limit.as_secs()))),
        }
    }

    /// Sends a message that says it is a test, past the outbox: whoever asked for it waits for the answer.
    ///
    /// # Errors
    /// When the receiver did not take it.
    pub async fn test(&self, recipients: Vec<String>, now: Timestamp) -> Result<Receipt, Failure> {
        let channel = self.settings.name.clone();
        let id = format!("test-{}", fingerprint(&[&channel, &now.to_string()]));
        let notification = Notification {
            group_key: id.clone(),
            id,
            channel,
            decided_at: now,
            reason: Reason::Test,
            recipients,
            ..Notification::default()
        };
        let claimed = Claimed { notification, ..Claimed::default() };
        self.deliver(&self.compose(&[claimed], now)).await
    }
}

/// The title and the link, for receivers that take no more.
fn shortest(message: &Message, row: &KindRow) -> String {
    let link = row.markup.escape(&message.shown.link);
    let text = format!("{}\n{link}", row.markup.escape(&message.title));
    if text.len() <= row.text_bytes_max { text } else { row.markup.escape(&clip(&message.title, SHORT_CHARS_MAX)) }
}

impl Texts {
    fn compile(settings: &ChannelSettings) -> Result<Self, SettingsError> {
        let markup = settings.kind.row().markup;
        let templates = &settings.templates;
        let is_mail = matches!(settings.kind, Kind::Smtp(_));
        let text = match settings.kind {
            Kind::Sms(_) => SMS_TEXT,
            _ => default_text(markup),
        };
        if templates.html.is_some() && !is_mail {
            return Err(SettingsError::new("templates.html", "is for e-mail only"));
        }
        let html = templates.html.as_deref().unwrap_or(HTML);
        Ok(Self {
            title: tried("templates.title", templates.title.as_deref().unwrap_or(TITLE), Markup::Plain)?,
            text: tried("templates.text", templates.text.as_deref().unwrap_or(text), markup)?,
            html: is_mail.then(|| tried("templates.html", html, Markup::Html)).transpose()?,
        })
    }

    fn title(&self, shown: &Shown) -> String {
        let title = or_default(self.title.render(shown), TITLE, shown, Markup::Plain);
        one_line(&title, TITLE_CHARS_MAX)
    }

    fn text(&self, shown: &Shown, markup: Markup) -> String {
        or_default(self.text.render(shown), default_text(markup), shown, markup)
    }

    fn html(&self, shown: &Shown) -> String {
        self.html.as_ref().map(|html| or_default(html.render(shown), HTML, shown, Markup::Html)).unwrap_or_default()
    }
}

fn or_default(rendered: Result<String, TemplateError>, default: &str, shown: &Shown, markup: Markup) -> String {
    rendered.unwrap_or_else(|error| {
        tracing::warn!(%error, "a template failed on a notification; the default takes its place");
        let text = Template::compile(default, markup, &KNOWN).and_then(|template| template.render(shown));
        text.unwrap_or_else(|_| markup.escape(&shown.headline))
    })
}

/// Compiles a template and tries it with an alert, an incident and a message that is nearly empty.
pub(crate) fn tried(field: &str, source: &str, markup: Markup) -> Result<Template, SettingsError> {
    let wrong = |error: TemplateError| SettingsError::new(field, error.to_string());
    let template = Template::compile(source, markup, &KNOWN).map_err(wrong)?;
    for notification in samples() {
        template.render(&Shown::new(&notification, 1, false, &Site::default(), ALERTS_LISTED[0])).map_err(wrong)?;
    }
    Ok(template)
}

/// What templates are tried with.
pub(crate) fn samples() -> [Notification; 3] {
    let alert = Alert {
        fingerprint: "0123456789abcdef".into(),
        labels: [("alertname".into(), "Sample".into()), ("host".into(), "web-1".into())].into(),
        annotations: [("summary".into(), "A sample".into()), ("remediation".into(), "Nothing".into())].into(),
        severity: Severity::High,
        status: AlertStatus::Firing,
        count: 2,
        ..Alert::default()
    };
    let incident = Incident { number: 1, title: "A sample".into(), ..Incident::default() };
    [
        Notification { alerts: vec![alert.clone(), alert], ..Notification::default() },
        Notification { incident: Some(Box::new(incident)), reason: Reason::Incident, ..Notification::default() },
        Notification { reason: Reason::Test, ..Notification::default() },
    ]
}
