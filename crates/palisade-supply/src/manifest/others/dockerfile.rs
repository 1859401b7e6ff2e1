//! `Dockerfile`: the images that an image is built from.

use crate::{
    Ecosystem,
    manifest::{Reading, Scope, Source, SuspicionKind, lines::Lines, reading},
};
use std::collections::HashMap;

/// True for what begins as a Dockerfile does: with `FROM`, or `ARG` before it (reference of Dockerfiles, *FROM*). Its name
/// says little: `dockerfile.rs` is none.
pub(in crate::manifest) fn sign(head: &str) -> bool {
    let first = head.lines().map(str::trim).find(|line| !line.is_empty() && !line.starts_with('#'));
    let word = first.and_then(|line| line.split_ascii_whitespace().next()).unwrap_or_default();
    ["FROM", "ARG"].iter().any(|known| word.eq_ignore_ascii_case(known))
}

pub(in crate::manifest) fn read(reading: &mut Reading<'_>, text: &str) {
    let mut arguments: HashMap<String, String> = HashMap::new();
    let mut stages: Vec<String> = Vec::new();
    for (place, instruction) in instructions(text, reading.limits.text_bytes * 8) {
        let mut words = instruction.split_whitespace();
        match words.next().unwrap_or_default().to_ascii_uppercase().as_str() {
            "FROM" => from(reading, &arguments, &mut stages, words, place),
            "COPY" | "ADD" => {
                let source = words.find_map(|word| word.strip_prefix("--from="));
                let is_stage = |name: &str| {
                    name.parse::<usize>().is_ok() || stages.iter().any(|stage| stage.eq_ignore_ascii_case(name))
                };
                if let Some(image) = source.filter(|name| !is_stage(name) && !name.contains('$')) {
                    add_image(reading, image, place);
                }
            }
            "ARG" if stages.is_empty() => {
                for (name, value) in words.filter_map(|word| word.split_once('=')) {
                    arguments.insert(name.to_owned(), value.trim_matches(['"', '\'']).to_owned());
                }
            }
            _ => {}
        }
    }
    if stages.is_empty() && !text.trim().is_empty() {
        reading.problem(0, "has no FROM, so it builds no image");
    }
}

fn from<'t>(
    reading: &mut Reading<'_>,
    arguments: &HashMap<String, String>,
    stages: &mut Vec<String>,
    words: impl Iterator<Item = &'t str>,
    place: usize,
) {
    let words: Vec<&str> = words.filter(|word| !word.starts_with("--")).take(4).collect();
    let stage = words.get(2).filter(|_| words.get(1).is_some_and(|word| word.eq_ignore_ascii_case("as")));
    let Some(image) = words.first().map(|image| filled(arguments, image)) else {
        reading.problem(place, "names no image");
        return;
    };
    let known = image.eq_ignore_ascii_case("scratch") || stages.iter().any(|stage| stage.eq_ignore_ascii_case(&image));
    if image.contains('$') {
        reading.problem(place, format!("the image `{}` is known only when it is built", reading::excerpt(&image)));
    } else if !known {
        add_image(reading, &image, place);
    }
    if stages.len() < reading.limits.told {
        stages.push(stage.map_or_else(String::new, |stage| (*stage).to_owned()));
    }
}

/// Adds `host/name:tag@digest`.
pub(super) fn add_image(reading: &mut Reading<'_>, written: &str, place: usize) {
    let (image, digest) = written.split_once('@').map_or((written, None), |(image, digest)| (image, Some(digest)));
    // A colon before a slash belongs to the port of a host.
    let (image, tag) = match image.rsplit_once(':') {
        Some((image, tag)) if !tag.contains('/') => (image, Some(tag)),
        _ => (image, None),
    };
    let host = image.split_once('/').filter(|(host, _)| host.contains(['.', ':']) || *host == "localhost");
    let (source, name) = match host {
        Some((host, name)) => (Source::Registry(host.to_owned()), name),
        None => (Source::Usual, image),
    };
    let dependency = reading::dependency(Ecosystem::Docker, name, tag, place)
        .source(source)
        .integrity(digest)
        .scope(Scope::Production);
    if let Some(index) = reading.add_direct(dependency)
        && digest.is_none()
    {
        reading.suspect(SuspicionKind::Movable, Some(index), place, written);
    }
}

/// Instructions with their continued lines, without comments; each up to a length.
fn instructions(text: &str, bytes_max: usize) -> Vec<(usize, String)> {
    let mut all: Vec<(usize, String)> = Vec::new();
    let mut continues = false;
    for line in Lines::of(text) {
        let content = line.text.trim();
        if content.is_empty() || content.starts_with('#') {
            continue;
        }
        let (content, more) = match content.strip_suffix(['\\', '`']) {
            Some(content) => (content, true),
            None => (content, false),
        };
        match all.last_mut().filter(|_| continues) {
            Some((_, begun)) if begun.len() + content.len() < bytes_max => {
                begun.push(' ');
                begun.push_str(content);
            }
            Some(_) => {}
            None => all.push((line.place, content[..content.floor_char_boundary(bytes_max)].to_owned())),
        }
        continues = more;
    }
    all
}

/// `image` with `$NAME`, `${NAME}` and `${NAME:-default}` filled in, as far as the file says.
fn filled(arguments: &HashMap<String, String>, image: &str) -> String {
    let mut out = String::new();
    let mut rest = image;
    while let Some((before, after)) = rest.split_once('$') {
        out.push_str(before);
        let (reference, behind) = match after.strip_prefix('{') {
            Some(inner) => inner.split_once('}').unwrap_or((inner, "")),
            None => after
                .split_at(after.find(|one: char| !(one.is_ascii_alphanumeric() || one == '_')).unwrap_or(after.len())),
        };
        let (name, default) = reference.split_once(":-").map_or((reference, None), |(name, value)| (name, Some(value)));
        match arguments.get(name).map(String::as_str).or(default) {
            Some(value) => out.push_str(value),
            None => {
                out.push('$');
                out.push_str(name);
            }
        }
        rest = behind;
        if out.len() > 1_024 {
            break;
        }
    }
    out + rest
}

#[cfg(test)]
mod tests {
    use crate::manifest::{
        Format,
        testing::{check, check_broken, suspicions},
    };

    #[test]
    fn images_are_read_and_stages_left_out() {
        let text = "# syntax=docker/dockerfile:1
ARG BASE=node VERSION=20
FROM --platform=linux/amd64 ${BASE}:$VERSION AS build
RUN echo FROM nowhere && \\
    # a comment within
    FROM nowhere
COPY --from=tools:1 /bin/tool /bin/
FROM registry.example:5000/team/app:1.0@sha256:aa
COPY --from=build /out /
FROM build AS last
FROM scratch
FROM ${MISSING:-alpine}
";
        let manifest = check(
            Format::Dockerfile,
            text,
            &["node@20 direct :3", "tools@1 direct :7", "team/app@1.0 direct :8", "alpine direct :12"],
        );
        assert_eq!(manifest.registry.as_deref(), Some("registry.example:5000"));
        assert_eq!(suspicions(&manifest), ["Movable node node:20", "Movable tools tools:1", "Movable alpine alpine"]);
    }

    #[test]
    fn a_broken_line_costs_only_itself() {
        let text = "FROM a:1\nFROM\nFROM $UNKNOWN\nFROM b:1\n";
        check_broken(Format::Dockerfile, text, "names no image", &["a", "b"]);
        check_broken(Format::Dockerfile, text, "known only when it is built", &["a", "b"]);
        check_broken(Format::Dockerfile, "RUN x\n", "has no FROM", &[]);
    }
}
