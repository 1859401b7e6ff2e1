//! What channels say when nobody wrote them a template of their own.

use crate::template::Markup;

/// The title of every channel: what, how bad, which.
pub(crate) const TITLE: &str = "{% if covers > 1 %}[{{ covers }} messages] {% endif %}[{{ badge }}] {% if reason != 'test' \
                                %}{{ severity }}: {% endif %}{{ headline }}";

/// A text message: as short as it can be.
pub(crate) const SMS_TEXT: &str = "\
{% if may_repeat %}(again?) {% endif %}\
{% if covers > 1 %}{{ covers }} messages. {% endif %}\
{{ badge }} {{ severity }}: {{ headline }}\
{% if alerts and alerts[0].place %} ({{ alerts[0].place }}){% endif %}\
{% if link %} {{ link }}{% endif %}";

/// The default text for `markup`.
pub(crate) fn text(markup: Markup) -> &'static str {
    match markup {
        Markup::Plain | Markup::Json => PLAIN,
        Markup::Html => TELEGRAM,
        Markup::Slack => SLACK,
        Markup::Markdown => MARKDOWN,
    }
}

/// What every text begins with: how sure it is, and for how many it stands. `$` stands for a line break.
macro_rules! preface {
    () => {
        "\
{% if may_repeat %}
This message may have reached you before: its first sending was cut off.

{% endif %}
{% if covers > 1 %}
{{ covers }} messages in one, because they came faster than this channel takes them.

{% endif %}
{% if reason == 'test' %}
Somebody asked {{ site or 'Palisade' }} to try this channel. There is nothing to do.
{% endif %}
"
    };
}

/// One alert after the other, with `$bold` and `$end` around what is to be seen first.
macro_rules! body {
    ($bold:literal, $end:literal, $link:literal) => {
        concat!(
            preface!(),
            "\
{% if incident %}
",
            $bold,
            "#{{ incident.number }} {{ incident.title }}",
            $end,
            "
Status: {{ incident.status }}{% if incident.owner %}, in hand of {{ incident.owner }}{% endif %}

{% if incident.summary %}
{{ incident.summary }}
{% endif %}
{% if latest %}
Last: {{ latest }}
{% endif %}

{% endif %}
{% for alert in alerts %}
",
            $bold,
            "{{ alert.severity }}: {{ alert.summary }}",
            $end,
            "{% if alert.status == 'resolved' %} (resolved after {{ alert.duration }}){% endif %}

{% if alert.description and alert.description != alert.summary %}
{{ alert.description }}
{% endif %}
{% if alert.place %}
Where: {{ alert.place }}
{% endif %}
Since: {{ alert.since }}{% if alert.status != 'resolved' %} ({{ alert.duration }}){% endif %}{% if alert.count > 1 %}, \
             told {{ alert.count }} times{% endif %}

{% if alert.acknowledged_by %}
In hand of: {{ alert.acknowledged_by }}
{% endif %}
{% if alert.remediation and alert.status != 'resolved' %}
What to do: {{ alert.remediation }}
{% endif %}
{% if count > 1 and alert.link %}
",
            $link,
            "
{% endif %}

{% endfor %}
{% if more %}
and {{ more }} more.
{% endif %}
{% if link %}
{{ link }}
{% endif %}
"
        )
    };
}

const PLAIN: &str = body!("", "", "{{ alert.link }}");
const TELEGRAM: &str = body!("<b>", "</b>", "<a href=\"{{ alert.link }}\">Look at it</a>");
const SLACK: &str = body!("*", "*", "<{{ alert.link }}|Look at it>");
const MARKDOWN: &str = body!("**", "**", "[Look at it](<{{ alert.link }}>)");

/// The HTML part of a mail: one table an alert, readable without styles.
pub(crate) const HTML: &str = r#"<!doctype html>
<html><body style="font-family:sans-serif;font-size:15px;color:#1c1c1c;max-width:44em">
{% if may_repeat %}
<p><em>This message may have reached you before: its first sending was cut off.</em></p>
{% endif %}
{% if covers > 1 %}
<p>{{ covers }} messages in one, because they came faster than this channel takes them.</p>
{% endif %}
{% if reason == 'test' %}
<p>Somebody asked {{ site or 'Palisade' }} to try this channel. There is nothing to do.</p>
{% endif %}
{% if incident %}
<h2 style="font-size:18px">#{{ incident.number }} {{ incident.title }}</h2>
<p>Status: {{ incident.status }}{% if incident.owner %}, in hand of {{ incident.owner }}{% endif %}</p>
{% if incident.summary %}<p>{{ incident.summary }}</p>{% endif %}
{% if latest %}<p>Last: {{ latest }}</p>{% endif %}
{% endif %}
{% for alert in alerts %}
<h3 style="font-size:16px;margin-bottom:4px">{{ alert.severity }}: {{ alert.summary }}</h3>
{% if alert.description and alert.description != alert.summary %}<p>{{ alert.description }}</p>{% endif %}
<table style="font-size:14px" cellpadding="2">
<tr><td>Status</td><td>{{ alert.status }}{% if alert.acknowledged_by %}, in hand of {{ alert.acknowledged_by }}{% endif %}</td></tr>
{% if alert.place %}<tr><td>Where</td><td>{{ alert.place }}</td></tr>{% endif %}
<tr><td>Since</td><td>{{ alert.since }} ({{ alert.duration }})</td></tr>
{% if alert.count > 1 %}<tr><td>Told</td><td>{{ alert.count }} times</td></tr>{% endif %}
</table>
{% if alert.remediation and alert.status != 'resolved' %}<p><strong>What to do:</strong> {{ alert.remediation }}</p>{% endif %}
{% if count > 1 and alert.link %}<p><a href="{{ alert.link }}">Look at it</a></p>{% endif %}
{% endfor %}
{% if more %}<p>and {{ more }} more.</p>{% endif %}
{% if link %}<p><a href="{{ link }}">{{ link }}</a></p>{% endif %}
</body></html>"#;
