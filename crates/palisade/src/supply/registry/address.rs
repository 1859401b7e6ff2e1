//! Where registries are: from `[supply.registries]` first, then from the user's own clients. None is compiled in.

use super::clients::{self, Environment};
use crate::config;
use crate::supply::outside::join;
use palisade_notify::Secret;
use palisade_supply::{Ecosystem, Package};
use reqwest::Url;
use std::collections::BTreeMap;
use std::path::Path;

/// Who says that a registry is there.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Trust {
    /// The user: it may be in an internal network, and not be encrypted there.
    User,
    /// A file of the project that is looked at.
    Project,
}

/// What says who asks.
#[derive(Clone, Debug)]
pub(super) enum Credential {
    Bearer(Secret),
    /// User and password, in Base64 already.
    Basic(Secret),
    User(String, Secret),
}

/// Where a registry is, and what it takes to ask there. The address itself holds no credential, so it can be shown.
#[derive(Clone, Debug)]
pub(super) struct Address {
    pub(super) url: Url,
    pub(super) credential: Option<Credential>,
    pub(super) trust: Trust,
    /// An index of cargo's, which says itself where the API is.
    pub(super) is_index: bool,
    /// It is for one scope: what is found there is not public.
    pub(super) is_of_scope: bool,
}

impl Address {
    /// Reads an address of a client's configuration; `None` for what cannot be asked over HTTP.
    pub(super) fn parse(text: &str, trust: Trust) -> Option<Self> {
        let text = text.trim();
        let bare = text.strip_prefix("sparse+");
        let mut url = Url::parse(bare.unwrap_or(text)).ok()?;
        if !matches!(url.scheme(), "https" | "http") || !url.has_host() {
            return None;
        }
        let (user, password) = (url.username().to_owned(), url.password().map(Secret::from));
        let has_user = trust == Trust::User && (!user.is_empty() || password.is_some());
        let credential = has_user.then(|| Credential::User(user, password.unwrap_or_default()));
        // These fail only where an address cannot have a user.
        let _ = url.set_username("");
        let _ = url.set_password(None);
        url.set_query(None);
        url.set_fragment(None);
        Some(Self { url, credential, trust, is_index: bare.is_some(), is_of_scope: false })
    }

    /// The address with these parts added to its path; `None` for parts that are no name.
    pub(super) fn join(&self, parts: &[&str]) -> Option<Url> {
        join(&self.url, parts)
    }
}

/// All registries that are configured.
#[derive(Debug, Default)]
pub(crate) struct Addresses {
    npm: Option<Address>,
    scopes: BTreeMap<String, Address>,
    pypi: Option<Address>,
    cargo: Option<Address>,
}

impl Addresses {
    /// Reads the settings, and for what they leave open the configuration of the user's clients as of `folder`.
    pub(crate) fn read(settings: &config::Registries, environment: &dyn Environment, folder: &Path) -> Self {
        let set = |text: &str| Address::parse(text, Trust::User);
        let npm = clients::npm::read(environment, folder);
        let of_scope = |(scope, address): (String, Address)| (scope, Address { is_of_scope: true, ..address });
        Self {
            npm: set(&settings.npm).or(npm.registry),
            scopes: npm.scopes.into_iter().map(of_scope).collect(),
            pypi: set(&settings.pypi).or_else(|| clients::pip::read(environment)),
            cargo: set(&settings.cargo).or_else(|| clients::cargo::read(environment, folder)),
        }
    }

    /// The registry that knows `package`.
    pub(super) fn of(&self, package: &Package) -> Option<&Address> {
        match package.ecosystem {
            Ecosystem::Npm => {
                let scope = package.name.split_once('/').map(|(scope, _)| scope);
                scope.and_then(|scope| self.scopes.get(scope)).or(self.npm.as_ref())
            }
            Ecosystem::PyPi => self.pypi.as_ref(),
            Ecosystem::Cargo => self.cargo.as_ref(),
            _ => None,
        }
    }
}

/// What to set where no registry of `ecosystem` is configured.
pub(super) fn what_to_set(ecosystem: Ecosystem) -> String {
    let own = match ecosystem {
        Ecosystem::Npm => "registry in .npmrc",
        Ecosystem::PyPi => "index-url in pip.conf or PIP_INDEX_URL",
        _ => "a sparse registry for crates-io in cargo's config.toml",
    };
    format!(
        "no registry of {ecosystem} is configured: set {own}, or {ecosystem} = \"https://…\" under [supply.registries]"
    )
}

#[cfg(test)]
pub(super) mod tests {
    use super::*;
    use std::path::PathBuf;

    /// An environment of a test's own.
    #[derive(Clone, Default)]
    pub(crate) struct Given {
        pub(crate) variables: Vec<(&'static str, &'static str)>,
        pub(crate) files: Vec<(&'static str, &'static str)>,
    }

    impl Environment for Given {
        fn variable(&self, name: &str) -> Option<String> {
            self.variables.iter().find(|(known, _)| *known == name).map(|(_, value)| (*value).to_owned())
        }

        fn home(&self) -> Option<PathBuf> {
            self.variable("HOME").map(PathBuf::from)
        }

        fn file(&self, path: &Path) -> Option<String> {
            self.files.iter().find(|(known, _)| Path::new(known) == path).map(|(_, text)| (*text).to_owned())
        }
    }

    #[test]
    fn settings_go_before_clients_and_nothing_is_compiled_in() {
        let none = Addresses::read(&config::Registries::default(), &Given::default(), Path::new("/w"));
        let package = |name: &str| Package { ecosystem: Ecosystem::Npm, name: name.to_owned(), version: None };
        assert!(none.of(&package("x")).is_none() && none.pypi.is_none() && none.cargo.is_none());
        let given = Given {
            variables: vec![("HOME", "/u")],
            files: vec![("/u/.npmrc", "registry=https://a.example\n@corp:registry=https://c.example\n")],
        };
        let settings = config::Registries { npm: "https://s.example/".to_owned(), ..config::Registries::default() };
        let both = Addresses::read(&settings, &given, Path::new("/w"));
        assert_eq!(both.of(&package("x")).unwrap().url.as_str(), "https://s.example/");
        assert!(both.of(&package("@corp/x")).unwrap().is_of_scope);
    }

    #[test]
    fn names_cannot_leave_their_place_in_the_address() {
        let address = Address::parse("https://r.example/npm/", Trust::User).unwrap();
        let joined = |name: &str| address.join(&[name]).map(String::from);
        assert_eq!(joined("@a/b").as_deref(), Some("https://r.example/npm/@a%2Fb"));
        assert_eq!(joined("../../x?y#z").as_deref(), Some("https://r.example/npm/..%2F..%2Fx%3Fy%23z"));
        for name in ["", ".", "..", "a\nb"] {
            assert_eq!(joined(name), None, "{name:?}");
        }
    }
}
