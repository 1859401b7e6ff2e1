//! `pylock.toml`, the lockfile that all tools of Python share (PEP 751).

use super::{
    by_name::{ByName, read_packages},
    requirement,
};
use crate::{
    Ecosystem,
    manifest::{Reading, Scope, Source, document::Node, locked::Locked},
};

pub(in crate::manifest) fn read(reading: &mut Reading<'_>, text: &str) {
    read_packages(reading, text, "packages", add, connect);
}

fn add(reading: &mut Reading<'_>, _root: Node<'_>, package: Node<'_>) -> Option<u32> {
    let hash = hash(package).map(|hash| format!("{}:{}", hash.key(), hash.text().unwrap_or_default()));
    let locked = Locked::named(reading, package)?;
    let dependency = locked.dependency(Ecosystem::PyPi);
    reading.add(dependency.source(source_of(package)).integrity(hash.as_deref()))
}

fn connect(reading: &mut Reading<'_>, names: &ByName, package: Node<'_>, from: u32) {
    let asked = package.children_of("dependencies").filter_map(|asked| asked.text_of("name"));
    asked.for_each(|asked| names.connect(reading, Some(from), asked, Scope::Production));
}

fn hash(package: Node<'_>) -> Option<Node<'_>> {
    let single = ["archive", "sdist"].into_iter().filter_map(|kind| package.get(kind));
    let mut files = single.chain(package.children_of("wheels"));
    files.find_map(|file| file.get("hashes")?.children().next())
}

fn source_of(package: Node<'_>) -> Source {
    if let Some(repository) = package.get("vcs") {
        let address = repository.text_of("url").or_else(|| repository.text_of("path")).unwrap_or_default();
        return Source::Git(format!("{address}#{}", repository.text_of("commit-id").unwrap_or_default()));
    }
    let archive = package.get("archive").and_then(|archive| archive.text_of("url").or_else(|| archive.text_of("path")));
    let folder = || package.get("directory").and_then(|folder| folder.text_of("path"));
    match (archive, folder(), package.text_of("index")) {
        (Some(address), ..) => requirement::source_of(address),
        (_, Some(folder), _) => Source::Project(folder.to_owned()),
        (_, _, Some(index)) => Source::Registry(index.to_owned()),
        _ => Source::Usual,
    }
}

#[cfg(test)]
mod tests {
    use crate::manifest::{
        Format,
        testing::{check, check_broken, suspicions},
    };

    #[test]
    fn packages_come_from_an_index_a_repository_an_archive_or_a_folder() {
        let text = r#"lock-version = "1.0"

[[packages]]
name = "a"
version = "1.0"
index = "https://registry.example/simple"
dependencies = [{name = "b"}]
wheels = [{url = "https://files.example/a.whl", hashes = {sha256 = "aa"}}]

[[packages]]
name = "b"
vcs = {type = "git", url = "https://host.example/b.git", commit-id = "abc"}

[[packages]]
name = "c"
directory = {path = "./c"}
"#;
        let manifest = check(
            Format::PyLock,
            text,
            &["a@1.0 unknown :4", "b unknown git:https://host.example/b.git#abc :11", "c unknown project:./c :15"],
        );
        assert_eq!(manifest.dependencies[0].integrity.as_deref(), Some("sha256:aa"));
        assert_eq!(suspicions(&manifest), ["Git b https://host.example/b.git#abc"]);
    }

    #[test]
    fn a_broken_file_keeps_what_can_be_read() {
        check_broken(Format::PyLock, "[[packages]]\nname = \"a\"\n[[packages]]\nx = 1\ny =", "without a name", &["a"]);
    }
}
