//! npm: `npm_config_registry` of the environment, `.npmrc` of the project and of the user.

use super::{Environment, settings};
use crate::supply::registry::address::{Address, Credential, Trust};
use palisade_notify::Secret;
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

/// What files of npm say.
#[derive(Debug, Default)]
pub(in crate::supply::registry) struct Npm {
    /// The registry of names without a scope of their own.
    pub(in crate::supply::registry) registry: Option<Address>,
    /// Registries of scopes, with the `@`.
    pub(in crate::supply::registry) scopes: BTreeMap<String, Address>,
}

/// Reads what npm would read in `folder`.
pub(in crate::supply::registry) fn read(environment: &dyn Environment, folder: &Path) -> Npm {
    let user = environment.variable("NPM_CONFIG_USERCONFIG").or_else(|| environment.variable("npm_config_userconfig"));
    let user = user.map(PathBuf::from).or_else(|| Some(environment.home()?.join(".npmrc")));
    let own = folder.join(".npmrc");
    let mut npm = Npm::default();
    let mut credentials = BTreeMap::new();
    if let Some(text) = user.as_ref().and_then(|path| environment.file(path)) {
        npm.add(&expanded(&text, environment), Trust::User, &mut credentials);
    }
    if user.as_ref() != Some(&own)
        && let Some(text) = environment.file(&own)
    {
        npm.add(&text, Trust::Project, &mut BTreeMap::new());
    }
    for name in ["npm_config_registry", "NPM_CONFIG_REGISTRY"] {
        if let Some(address) = environment.variable(name).and_then(|text| Address::parse(&text, Trust::User)) {
            npm.registry = Some(address);
        }
    }
    let all = npm.registry.iter_mut().chain(npm.scopes.values_mut());
    all.filter(|address| address.trust == Trust::User).for_each(|address| give(address, &credentials));
    npm
}

impl Npm {
    fn add(&mut self, text: &str, trust: Trust, credentials: &mut BTreeMap<String, Credential>) {
        for (_, key, value) in settings(text) {
            if key == "registry" {
                self.registry = Address::parse(value, trust).or(self.registry.take());
            } else if let Some(scope) = key.strip_suffix(":registry").filter(|scope| scope.starts_with('@')) {
                if let Some(address) = Address::parse(value, trust) {
                    self.scopes.insert(scope.to_owned(), address);
                }
            } else if let Some(place) = key.strip_suffix(":_authToken") {
                credentials.insert(place.to_owned(), Credential::Bearer(Secret::from(value)));
            } else if let Some(place) = key.strip_suffix(":_auth") {
                credentials.insert(place.to_owned(), Credential::Basic(Secret::from(value)));
            }
        }
    }
}

/// The credential for the longest beginning of the address, as npm writes it: `//host/path/`.
fn give(address: &mut Address, credentials: &BTreeMap<String, Credential>) {
    let Some((_, place)) = address.url.as_str().split_once(':') else { return };
    let place = format!("{}/", place.trim_end_matches('/'));
    let fits = credentials.iter().filter(|(begin, _)| place.starts_with(&format!("{}/", begin.trim_end_matches('/'))));
    if let Some((_, credential)) = fits.max_by_key(|(begin, _)| begin.len()) {
        address.credential = Some(credential.clone());
    }
}

/// `${NAME}` replaced by the variable; one that is not set stays as it is, as npm leaves it.
fn expanded(text: &str, environment: &dyn Environment) -> String {
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some((before, after)) = rest.split_once("${") {
        out.push_str(before);
        let value = after.split_once('}').and_then(|(name, behind)| Some((environment.variable(name)?, behind)));
        match value {
            Some((value, behind)) => {
                out.push_str(&value);
                rest = behind;
            }
            None => {
                out.push_str("${");
                rest = after;
            }
        }
    }
    out + rest
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::supply::registry::address::tests::Given;

    #[test]
    fn files_scopes_and_tokens_count_as_npm_has_it() {
        let given = Given {
            variables: vec![("HOME", "/home/u"), ("TOKEN", "t0p")],
            files: vec![
                (
                    "/home/u/.npmrc",
                    "; own\nregistry=https://npm.example.org/\n@corp:registry = \"https://corp.example.org/npm\"\n\
                     //corp.example.org/npm/:_authToken=${TOKEN}\n//other.example.org/:_authToken=x\n",
                ),
                ("/srv/app/.npmrc", "registry=https://mirror.example.org\n//mirror.example.org/:_authToken=${TOKEN}\n"),
            ],
        };
        let npm = read(&given, Path::new("/srv/app"));
        let registry = npm.registry.unwrap();
        assert_eq!((registry.url.as_str(), registry.trust), ("https://mirror.example.org/", Trust::Project));
        assert!(registry.credential.is_none(), "a project's file brings no credential");
        let corp = &npm.scopes["@corp"];
        let Some(Credential::Bearer(token)) = &corp.credential else { panic!("{corp:?}") };
        assert_eq!(token.reveal(), "t0p");
        let given = Given { variables: vec![("npm_config_registry", "https://env.example.org")], ..given };
        assert_eq!(read(&given, Path::new("/srv/app")).registry.unwrap().url.as_str(), "https://env.example.org/");
    }

    #[test]
    fn a_token_goes_to_its_own_host_only() {
        let given = Given {
            variables: vec![("HOME", "/home/u")],
            files: vec![("/home/u/.npmrc", "registry=https://npm.example.organic/\n//npm.example.org/:_authToken=x\n")],
        };
        assert!(read(&given, Path::new("/srv/app")).registry.unwrap().credential.is_none());
        assert!(read(&Given::default(), Path::new("/srv/app")).registry.is_none());
    }
}
