//! Families of licences by what they ask of those who pass the software on.

/// What a licence asks.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Family {
    /// At most its notice.
    Permissive,
    /// The source of what was changed in its own files, or of the library.
    WeakCopyleft,
    /// The source of everything that it becomes part of.
    StrongCopyleft,
    /// The same, even when others only use it over a network.
    NetworkCopyleft,
    /// Not known here, or with conditions on use.
    Other,
}

impl Family {
    /// The name in policies.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Permissive => "permissive",
            Self::WeakCopyleft => "weak-copyleft",
            Self::StrongCopyleft => "strong-copyleft",
            Self::NetworkCopyleft => "network-copyleft",
            Self::Other => "other",
        }
    }

    /// What it asks, for a reason.
    #[must_use]
    pub const fn asks(self) -> &'static str {
        match self {
            Self::Permissive => "asks for no more than its notice",
            Self::WeakCopyleft => "asks for the source of its own files when they are changed",
            Self::StrongCopyleft => "asks for the source of the whole work when it is passed on",
            Self::NetworkCopyleft => "asks for the source of the whole work even when it is used over a network",
            Self::Other => "has conditions that are not known here",
        }
    }

    /// All of them.
    pub const ALL: [Self; 5] =
        [Self::Permissive, Self::WeakCopyleft, Self::StrongCopyleft, Self::NetworkCopyleft, Self::Other];
}

/// Beginnings of SPDX ids, the first that fits counts.
const FAMILIES: &[(Family, &[&str])] = &[
    (Family::NetworkCopyleft, &["AGPL-", "OSL-", "RPL-", "EUPL-", "CPAL-", "SSPL-", "NPOSL-"]),
    (
        Family::WeakCopyleft,
        &["LGPL-", "LGPLLR", "MPL-", "EPL-", "CDDL-", "CPL-", "IPL-", "APSL-", "MS-RL", "CECILL-C", "ErlPL-", "SPL-"],
    ),
    (Family::StrongCopyleft, &["GPL-", "CECILL-2", "CECILL-1", "QPL-", "Sleepycat", "CC-BY-SA-", "ODbL-", "TGPPL-"]),
    (
        Family::Permissive,
        &[
            "MIT",
            "Apache-",
            "BSD-",
            "0BSD",
            "ISC",
            "Zlib",
            "BSL-1.0",
            "Unicode-",
            "PSF-",
            "Python-2",
            "CC0-",
            "Unlicense",
            "WTFPL",
            "X11",
            "NCSA",
            "PostgreSQL",
            "curl",
            "Libpng",
            "libpng-",
            "IJG",
            "FTL",
            "ICU",
            "HPND",
            "NTP",
            "BlueOak-",
            "AFL-",
            "Artistic-2",
            "UPL-",
            "Beerware",
            "bzip2-",
            "CC-BY-3",
            "CC-BY-4",
            "CDLA-Permissive",
            "ECL-",
            "Fair",
            "JasPer",
            "MulanPSL-",
            "OpenSSL",
            "PHP-3",
            "Ruby",
            "TCL",
            "Vim",
            "W3C",
            "ZPL-",
            "MS-PL",
            "AML",
            "Entessa",
            "Intel",
            "MirOS",
            "Naumen",
            "OLDAP-",
            "OFL-",
            "SGI-B-2",
            "Spencer-",
            "SSH-OpenSSH",
            "TCP-wrappers",
            "xpp",
            "Xnet",
        ],
    ),
];

/// The family of an SPDX id.
#[must_use]
pub fn family(id: &str) -> Family {
    let found = FAMILIES.iter().find(|row| row.1.iter().any(|start| id.starts_with(start)));
    found.map_or(Family::Other, |row| row.0)
}

#[cfg(test)]
mod tests {
    use super::{Family, family};

    #[test]
    fn ids_have_their_families() {
        for (id, wanted) in [
            ("MIT", Family::Permissive),
            ("Apache-2.0", Family::Permissive),
            ("MPL-2.0", Family::WeakCopyleft),
            ("LGPL-3.0-only", Family::WeakCopyleft),
            ("GPL-2.0-or-later", Family::StrongCopyleft),
            ("AGPL-3.0-only", Family::NetworkCopyleft),
            ("BUSL-1.1", Family::Other),
            ("CC-BY-NC-4.0", Family::Other),
            ("Elastic-2.0", Family::Other),
        ] {
            assert_eq!(family(id), wanted, "{id}");
        }
    }
}
