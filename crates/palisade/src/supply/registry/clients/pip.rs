//! pip: `PIP_INDEX_URL`, `pip.conf` of the user and of the machine.

use super::{Environment, settings};
use crate::supply::registry::address::{Address, Trust};
use std::path::PathBuf;

/// The index that pip would use.
pub(in crate::supply::registry) fn read(environment: &dyn Environment) -> Option<Address> {
    if let Some(address) = environment.variable("PIP_INDEX_URL") {
        return Address::parse(&address, Trust::User);
    }
    let home = environment.home();
    let config = environment.variable("XDG_CONFIG_HOME").map(PathBuf::from);
    let config = config.or_else(|| Some(home.as_ref()?.join(".config")));
    let files = [
        environment.variable("PIP_CONFIG_FILE").map(PathBuf::from),
        environment.variable("VIRTUAL_ENV").map(|folder| PathBuf::from(folder).join("pip.conf")),
        config.map(|folder| folder.join("pip/pip.conf")),
        home.map(|folder| folder.join(".pip/pip.conf")),
        Some(PathBuf::from("/etc/pip.conf")),
    ];
    files.into_iter().flatten().find_map(|path| index(&environment.file(&path)?))
}

fn index(text: &str) -> Option<Address> {
    let named = |wanted: &str| {
        let mut found =
            settings(text).filter(|(section, key, _)| *section == wanted && key.replace('_', "-") == "index-url");
        found.next().and_then(|(_, _, value)| Address::parse(value, Trust::User))
    };
    named("install").or_else(|| named("global"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::supply::registry::address::tests::Given;

    #[test]
    fn the_index_comes_from_the_environment_or_the_files() {
        let file = "[global]\ntimeout = 5\nindex-url = https://ann:secret@pip.example.org/simple\n";
        let given = Given { variables: vec![("HOME", "/home/u")], files: vec![("/home/u/.config/pip/pip.conf", file)] };
        let address = read(&given).unwrap();
        assert_eq!(address.url.as_str(), "https://pip.example.org/simple");
        assert!(address.credential.is_some() && !format!("{address:?}").contains("secret"));
        let given = Given { variables: vec![("PIP_INDEX_URL", "https://env.example.org/simple/")], ..given };
        assert_eq!(read(&given).unwrap().url.as_str(), "https://env.example.org/simple/");
        assert!(read(&Given::default()).is_none());
        assert!(index("[freeze]\nindex-url = https://x.example\n").is_none());
    }
}
