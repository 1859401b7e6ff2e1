//! The kinds of channels: one table, one row each.

use crate::{
    channel::Channel,
    channels::{
        alertmanager, command, discord, file, ntfy, pagerduty, slack, sms, smtp, syslog, teams, telegram, webhook,
    },
    http::Http,
    message::Site,
    over_http::OverHttp,
    settings::SettingsError,
    template::Markup,
    tls::Authorities,
};
use serde::{Deserialize, Serialize};

/// What is true of all channels of a kind.
#[derive(Clone, Copy, Debug)]
pub struct KindRow {
    /// As settings write it.
    pub name: &'static str,
    /// As people call it.
    pub title: &'static str,
    /// The markup of its text.
    pub markup: Markup,
    /// Longest text in bytes; a longer one is written again with fewer alerts.
    pub text_bytes_max: usize,
    /// Messages a minute that its publisher asks for; 0 for no limit.
    pub messages_per_minute: u32,
    /// How many may go out at once before that counts.
    pub burst: u32,
    /// People read it: messages that wait are joined.
    pub for_people: bool,
    /// The receiver drops a second message of the same key by itself.
    pub honours_keys: bool,
    /// It acts on the machine of the server, so only who may write its configuration may set it up.
    pub on_this_machine: bool,
}

const fn people(name: &'static str, title: &'static str, markup: Markup, text_bytes_max: usize) -> KindRow {
    KindRow {
        name,
        title,
        markup,
        text_bytes_max,
        messages_per_minute: 60,
        burst: 5,
        for_people: true,
        honours_keys: false,
        on_this_machine: false,
    }
}

const fn machine(name: &'static str, title: &'static str) -> KindRow {
    KindRow { messages_per_minute: 0, burst: 1, for_people: false, ..people(name, title, Markup::Plain, 64 * 1024) }
}

/// Every kind. Limits are those of the publishers' pages, or a little below.
pub const KINDS: [KindRow; 13] = [
    people("smtp", "E-mail", Markup::Plain, 256 * 1024),
    people("slack", "Slack", Markup::Slack, 2_900),
    people("teams", "Microsoft Teams", Markup::Markdown, 16_000),
    KindRow { messages_per_minute: 30, ..people("discord", "Discord", Markup::Markdown, 4_000) },
    KindRow { messages_per_minute: 20, ..people("telegram", "Telegram", Markup::Html, 4_000) },
    KindRow { messages_per_minute: 12, burst: 30, ..people("ntfy", "ntfy", Markup::Plain, 3_500) },
    people("sms", "SMS", Markup::Plain, 600),
    KindRow { messages_per_minute: 480, burst: 60, honours_keys: true, ..machine("pagerduty", "PagerDuty") },
    KindRow { honours_keys: true, ..machine("webhook", "Webhook") },
    machine("alertmanager", "Alertmanager webhook"),
    machine("syslog", "Syslog"),
    KindRow { on_this_machine: true, ..machine("file", "File") },
    KindRow { on_this_machine: true, ..machine("command", "Command") },
];

/// The settings of a channel's kind.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "lowercase")]
#[expect(missing_docs, reason = "each is documented in its own file")]
pub enum Kind {
    Smtp(smtp::Settings),
    Slack(slack::Settings),
    Teams(teams::Settings),
    Discord(discord::Settings),
    Telegram(telegram::Settings),
    Ntfy(ntfy::Settings),
    Sms(sms::Settings),
    Pagerduty(pagerduty::Settings),
    Webhook(webhook::Settings),
    Alertmanager(alertmanager::Settings),
    Syslog(syslog::Settings),
    File(file::Settings),
    Command(command::Settings),
}

/// How a channel gets to its receiver.
pub(crate) struct Way<'a> {
    /// Whether it may go to addresses of the internal network.
    pub(crate) allow_internal: bool,
    /// Whom it trusts beside the system's authorities.
    pub(crate) authorities: &'a Authorities,
    /// Clients that do.
    pub(crate) http: Http,
}

impl Kind {
    /// What is true of all channels of this kind.
    #[must_use]
    pub fn row(&self) -> &'static KindRow {
        let index = match self {
            Self::Smtp(_) => 0,
            Self::Slack(_) => 1,
            Self::Teams(_) => 2,
            Self::Discord(_) => 3,
            Self::Telegram(_) => 4,
            Self::Ntfy(_) => 5,
            Self::Sms(_) => 6,
            Self::Pagerduty(_) => 7,
            Self::Webhook(_) => 8,
            Self::Alertmanager(_) => 9,
            Self::Syslog(_) => 10,
            Self::File(_) => 11,
            Self::Command(_) => 12,
        };
        &KINDS[index]
    }

    pub(crate) fn check(&self, allow_internal: bool) -> Result<(), SettingsError> {
        match self {
            Self::Smtp(settings) => settings.check(),
            Self::Slack(settings) => settings.check(allow_internal),
            Self::Teams(settings) => settings.check(allow_internal),
            Self::Discord(settings) => settings.check(allow_internal),
            Self::Telegram(settings) => settings.check(allow_internal),
            Self::Ntfy(settings) => settings.check(allow_internal),
            Self::Sms(settings) => settings.check(allow_internal),
            Self::Pagerduty(settings) => settings.check(allow_internal),
            Self::Webhook(settings) => settings.check(allow_internal),
            Self::Alertmanager(settings) => settings.check(allow_internal),
            Self::Syslog(settings) => settings.check(),
            Self::File(settings) => settings.check(),
            Self::Command(settings) => settings.check(),
        }
    }

    /// Whether there is a certificate to look at.
    pub(crate) fn speaks_tls(&self) -> bool {
        match self {
            Self::Smtp(settings) => settings.security != smtp::Security::None,
            Self::Syslog(_) | Self::File(_) | Self::Command(_) => false,
            _ => true,
        }
    }

    /// The channel that these settings describe. They were checked before.
    pub(crate) fn open(self, way: Way<'_>, site: &Site) -> Result<Box<dyn Channel>, SettingsError> {
        let Way { allow_internal, authorities, http } = way;
        macro_rules! over_http {
            ($channel:expr) => {
                Box::new(OverHttp { channel: $channel, http, allow_internal })
            };
        }
        Ok(match self {
            Self::Smtp(settings) => Box::new(smtp::Smtp::new(settings, allow_internal, authorities)?),
            Self::Slack(settings) => over_http!(settings),
            Self::Teams(settings) => over_http!(settings),
            Self::Discord(settings) => over_http!(settings),
            Self::Telegram(settings) => over_http!(settings),
            Self::Ntfy(settings) => over_http!(settings),
            Self::Sms(settings) => over_http!(settings),
            Self::Pagerduty(settings) => over_http!(pagerduty::PagerDuty::new(settings, site)),
            Self::Webhook(settings) => over_http!(webhook::Webhook::new(settings, site)?),
            Self::Alertmanager(settings) => over_http!(alertmanager::Alertmanager::new(settings, site)),
            Self::Syslog(settings) => Box::new(syslog::Syslog::new(settings, allow_internal)),
            Self::File(settings) => Box::new(file::File::new(settings)),
            Self::Command(settings) => Box::new(command::Command::new(settings)),
        })
    }
}
