//! Tokens of messaging, social networks and mail.
//!
//! **What it finds.** Tokens of messaging, social networks and mail by prefix, alphabet, length and layout as each provider documents them; where a
//! provider's tokens are plain, only behind its name and a word such as *key* or *token*.
//!
//! **Why it matters.** Whoever has one speaks in its owner's name.
//!
//! **Example.** `xkeysib-…`, `Bot MTk4…`, `123456789:AA…`
//!
//! Placeholders, words and hashes are left alone.

use super::{
    bots,
    form::{either, laid_out, mixed, parts, placed, provider, uuid, varied},
    keyed::{near, not_a_hash, plain, shaped},
    token::{alphanumeric, base64, base64url, hexadecimal, hyphenated, segmented},
};
use crate::detector::Detector;

/// Of messaging, social networks and mail.
pub(crate) static DETECTORS: &[&Detector] = &[
    &bots::DISCORD,
    &bots::TELEGRAM,
    &bots::MAILCHIMP,
    &placed(
        "guard.secret.twilio",
        "Twilio key",
        &[
            b"twilio", b"SK0", b"SK1", b"SK2", b"SK3", b"SK4", b"SK5", b"SK6", b"SK7", b"SK8", b"SK9", b"SKa", b"SKb",
            b"SKc", b"SKd", b"SKe", b"SKf",
        ],
        |view, at| {
            let key = laid_out("SK", hexadecimal, (32, 32), |body| !body.iter().any(u8::is_ascii_uppercase));
            either(view, at, &[key], &[plain(hexadecimal, 32)])
        },
    ),
    &placed("guard.secret.mailgun", "Mailgun key", &[b"key-", b"mailgun"], |view, at| {
        let forms = [shaped(hyphenated, 50, 50, |body| parts(body, b'-', &[32, 8, 8])), plain(hexadecimal, 32)];
        either(view, at, &[varied("key-", hexadecimal, 32, 32)], &forms)
    }),
    &provider(
        "guard.secret.brevo",
        "Brevo key",
        &[
            laid_out("xkeysib-", base64url, (81, 81), |body| parts(body, b'-', &[64, 16])),
            laid_out("xsmtpsib-", base64url, (81, 81), |body| parts(body, b'-', &[64, 16])),
        ],
    ),
    &placed("guard.secret.postmark", "Postmark token", &[b"postmark"], |view, at| {
        near(view, at, &[shaped(hyphenated, 36, 36, uuid)])
    }),
    &provider(
        "guard.secret.resend",
        "Resend key",
        &[laid_out("re_", super::token::word, (33, 36), |body| body[8] == b'_' && super::plausible::is_mixed(body))],
    ),
    &provider("guard.secret.mailersend", "MailerSend token", &[varied("mlsn.", hexadecimal, 64, 64)]),
    &provider("guard.secret.mandrill", "Mandrill key", &[mixed("md-", base64url, 22, 22)]),
    &placed(
        "guard.secret.facebook",
        "Facebook or Instagram token",
        &[b"EAA", b"IGQ", b"facebook", b"fb_app"],
        |view, at| {
            let rows = [mixed("EAA", alphanumeric, 100, 400), mixed("IGQ", base64url, 100, 300)];
            either(view, at, &rows, &[shaped(app_token, 43, 57, |body| body.contains(&b'|')), plain(hexadecimal, 32)])
        },
    ),
    &placed("guard.secret.etsy", "Etsy key", &[b"etsy"], |view, at| near(view, at, &[plain(alphanumeric, 24)])),
    &placed("guard.secret.flickr", "Flickr key", &[b"flickr"], |view, at| near(view, at, &[plain(alphanumeric, 32)])),
    &placed(
        "guard.secret.messagebird",
        "MessageBird key",
        &[b"messagebird", b"message_bird", b"message-bird"],
        |view, at| near(view, at, &[plain(alphanumeric, 25)]),
    ),
    &placed(
        "guard.secret.nytimes",
        "New York Times key",
        &[b"nytimes", b"newyorktimes", b"new-york-times"],
        |view, at| near(view, at, &[plain(base64url, 32)]),
    ),
    &placed("guard.secret.spotify", "Spotify client secret", &[b"spotify"], |view, at| {
        near(view, at, &[plain(hexadecimal, 32)])
    }),
    &placed("guard.secret.twitch", "Twitch token", &[b"twitch"], |view, at| near(view, at, &[plain(alphanumeric, 30)])),
    &placed("guard.secret.twitter", "X (Twitter) key", &[b"twitter", b"AAAAAAAAAAAAAAAAAAAAA"], |view, at| {
        let bearer = laid_out("AAAAAAAAAAAAAAAAAAAAA", url_encoded, (70, 120), |body| {
            body.contains(&b'%') || super::plausible::is_mixed(body) && memchr::memmem::find(body, b"AAAA").is_none()
        });
        either(
            view,
            at,
            &[bearer],
            &[
                shaped(alphanumeric, 45, 50, not_a_hash),
                plain(alphanumeric, 25),
                shaped(base64url, 36, 66, access_token),
            ],
        )
    }),
    &placed("guard.secret.linkedin", "LinkedIn secret", &[b"linkedin", b"WPL_AP1."], |view, at| {
        let secret = varied("WPL_AP1.", segmented, 16, 40);
        either(view, at, &[secret], &[shaped(alphanumeric, 16, 16, not_a_hash)])
    }),
    &provider(
        "guard.secret.teams",
        "Microsoft Teams webhook",
        &[laid_out("webhook.office.com/webhookb2/", teams, (140, 240), |body| {
            body.contains(&b'@') && body.contains(&b'/')
        })],
    ),
    &placed("guard.secret.mattermost", "Mattermost token", &[b"mattermost"], |view, at| {
        near(view, at, &[shaped(alphanumeric, 26, 26, not_a_hash)])
    }),
    &provider(
        "guard.secret.mapbox",
        "Mapbox secret token",
        &[varied("sk.eyJ", segmented, 60, 200), varied("tk.eyJ", segmented, 60, 200)],
    ),
    &provider("guard.secret.vk", "VK token", &[varied("vk1.a.", base64url, 80, 300)]),
    &provider("guard.secret.pubnub", "PubNub secret key", &[mixed("sec-c-", alphanumeric, 48, 48)]),
    &provider(
        "guard.secret.onesignal",
        "OneSignal key",
        &[mixed("os_v2_app_", alphanumeric, 100, 110), mixed("os_v2_org_", alphanumeric, 100, 110)],
    ),
    &placed("guard.secret.telnyx", "Telnyx key", &[b"telnyx"], |view, at| {
        near(view, at, &[shaped(super::token::word, 56, 60, |body| body.starts_with(b"KEY") && not_a_hash(body))])
    }),
    &placed("guard.secret.pusher", "Pusher secret", &[b"pusher"], |view, at| near(view, at, &[plain(hexadecimal, 20)])),
    &placed("guard.secret.vonage", "Vonage secret", &[b"vonage", b"nexmo"], |view, at| {
        near(view, at, &[shaped(alphanumeric, 16, 16, not_a_hash)])
    }),
    &placed("guard.secret.mailjet", "Mailjet key", &[b"mailjet", b"mj_apikey"], |view, at| {
        near(view, at, &[plain(hexadecimal, 32)])
    }),
    &placed("guard.secret.sparkpost", "SparkPost key", &[b"sparkpost"], |view, at| {
        near(view, at, &[plain(hexadecimal, 40)])
    }),
    &placed("guard.secret.intercom", "Intercom token", &[b"dG9rO", b"intercom"], |view, at| {
        either(view, at, &[varied("dG9rO", base64, 55, 55)], &[shaped(base64, 60, 60, not_a_hash)])
    }),
];

/// The number of an application, and its secret.
fn app_token(byte: u8) -> bool {
    base64url(byte) || byte == b'|'
}

/// The number of a user, a hyphen, and the rest.
fn access_token(body: &[u8]) -> bool {
    let number = body.iter().take_while(|byte| byte.is_ascii_digit()).count();
    (15..=25).contains(&number) && body[number] == b'-'
}

fn url_encoded(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || byte == b'%'
}

fn teams(byte: u8) -> bool {
    segmented(byte) || byte == b'@'
}
