//! How packages are judged: the policy, the registries that may be asked, and the code hosts that report changes.

use super::section::section;
use palisade_notify::Secret;

/// How packages are judged when somebody asks, and by which policy.
#[derive(Clone, Debug, PartialEq, serde::Serialize, serde::Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Supply {
    /// What is told and what is blocked.
    pub policy: String,
    /// Ask registries.
    pub online: bool,
    /// Where registries are.
    pub registries: Registries,
    /// Code hosts that report changes.
    pub hooks: Hooks,
}

impl Default for Supply {
    fn default() -> Self {
        let Plain { policy, online } = Plain::default();
        Self { policy, online, registries: Registries::default(), hooks: Hooks::default() }
    }
}

impl Supply {
    /// The settings beside the tables within.
    pub(super) fn plain(&self) -> Plain {
        Plain { policy: self.policy.clone(), online: self.online }
    }
}

section! {
    /// How packages are judged when somebody asks, and by which policy.
    pub struct Plain {
        /// What is told and what is blocked: observe, balanced or strict, or the path of a file with a policy for packages.
        pub policy: String = "balanced".to_owned(),
        /// Ask the registries of npm, PyPI and crates.io about the packages that are judged: their age, versions, publishers.
        /// Their names leave this machine then.
        pub online: bool = false,
    }
}

section! {
    /// Where registries are. Empty: where the configuration of npm (.npmrc), pip (pip.conf) and cargo (config.toml) of the
    /// user who runs the server says. Registries that neither names are not asked.
    pub struct Registries {
        /// The registry of npm packages, such as "https://npm.example.org".
        pub npm: String = String::new(),
        /// The index of Python packages, such as "https://pypi.example.org/simple".
        pub pypi: String = String::new(),
        /// The API of a registry of crates, or "sparse+https://…" with the address of its index.
        pub cargo: String = String::new(),
    }
}

section! {
    /// Code hosts that report changes at /api/v1/hooks/…: manifests that change are judged, and the commit gets a status.
    pub struct Hooks {
        /// The secret that GitHub signs with; without one it is not heard. The environment variable
        /// PALISADE_HOOKS_GITHUB_SECRET goes before it, and so on for each secret and token here.
        pub github_secret: Secret = Secret::default(),
        /// A token that may read contents and write commit statuses. Without one only public code is read, and no status set.
        pub github_token: Secret = Secret::default(),
        /// Where GitHub's API is; of an own server "https://HOST/api/v3".
        pub github_api_url: String = "https://api.github.com".to_owned(),
        /// The secret token that GitLab sends along.
        pub gitlab_secret: Secret = Secret::default(),
        /// An access token with scope api.
        pub gitlab_token: Secret = Secret::default(),
        /// Where GitLab's API is; of an own server "https://HOST/api/v4".
        pub gitlab_api_url: String = "https://gitlab.com/api/v4".to_owned(),
        /// The secret that Bitbucket signs with.
        pub bitbucket_secret: Secret = Secret::default(),
        /// An access token that may read repositories and write statuses.
        pub bitbucket_token: Secret = Secret::default(),
        /// Where Bitbucket's API is.
        pub bitbucket_api_url: String = "https://api.bitbucket.org/2.0".to_owned(),
    }
}

impl Hooks {
    /// Lays what the environment says over the settings.
    pub(super) fn lay_over(&mut self, variable: impl Fn(&str) -> Option<String>) {
        let secrets = [
            ("PALISADE_HOOKS_GITHUB_SECRET", &mut self.github_secret),
            ("PALISADE_HOOKS_GITHUB_TOKEN", &mut self.github_token),
            ("PALISADE_HOOKS_GITLAB_SECRET", &mut self.gitlab_secret),
            ("PALISADE_HOOKS_GITLAB_TOKEN", &mut self.gitlab_token),
            ("PALISADE_HOOKS_BITBUCKET_SECRET", &mut self.bitbucket_secret),
            ("PALISADE_HOOKS_BITBUCKET_TOKEN", &mut self.bitbucket_token),
        ];
        for (name, secret) in secrets {
            if let Some(value) = variable(name).filter(|value| !value.is_empty()) {
                *secret = Secret::from(value);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn secrets_of_the_environment_go_before_the_file_and_are_not_shown() {
        let mut hooks = Hooks { gitlab_token: Secret::from("file"), ..Hooks::default() };
        hooks.lay_over(|name| match name {
            "PALISADE_HOOKS_GITHUB_SECRET" => Some("hunter2".to_owned()),
            _ => Some(String::new()),
        });
        assert_eq!((hooks.github_secret.reveal(), hooks.gitlab_token.reveal()), ("hunter2", "file"));
        assert!(!format!("{hooks:?} {}", toml::to_string(&hooks).unwrap()).contains("hunter2"));
    }
}
