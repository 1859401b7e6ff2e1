//! What people write instead of an SPDX id: names in full, abbreviations, classifiers of PyPI, addresses.

/// Folded free texts with their SPDX expressions. Folding leaves lower-case letters, digits, `+` and `.`, and drops the
/// words that say nothing (`the`, `license`, `version`).
const TEXTS: &[(&str, &str)] = &[
    ("apache", "Apache-2.0"),
    ("apache 2", "Apache-2.0"),
    ("apache 2.0", "Apache-2.0"),
    ("apache software", "Apache-2.0"),
    ("apache software 2", "Apache-2.0"),
    ("apache software 2.0", "Apache-2.0"),
    ("apache2", "Apache-2.0"),
    ("apache2.0", "Apache-2.0"),
    ("asl 2.0", "Apache-2.0"),
    ("al2", "Apache-2.0"),
    ("apache 2.0 or mit", "Apache-2.0 OR MIT"),
    ("mit or apache 2.0", "MIT OR Apache-2.0"),
    ("mit", "MIT"),
    ("mit x11", "MIT"),
    ("x11", "X11"),
    ("expat", "MIT"),
    ("mit expat", "MIT"),
    ("mit mit", "MIT"),
    ("bsd", "BSD-3-Clause"),
    ("new bsd", "BSD-3-Clause"),
    ("modified bsd", "BSD-3-Clause"),
    ("revised bsd", "BSD-3-Clause"),
    ("bsd 3", "BSD-3-Clause"),
    ("bsd 3 clause", "BSD-3-Clause"),
    ("3 clause bsd", "BSD-3-Clause"),
    ("bsd new", "BSD-3-Clause"),
    ("bsd 3 clause new or revised", "BSD-3-Clause"),
    ("bsd 2", "BSD-2-Clause"),
    ("bsd 2 clause", "BSD-2-Clause"),
    ("2 clause bsd", "BSD-2-Clause"),
    ("simplified bsd", "BSD-2-Clause"),
    ("freebsd", "BSD-2-Clause"),
    ("bsd 2 clause simplified", "BSD-2-Clause"),
    ("isc", "ISC"),
    ("isc iscl", "ISC"),
    ("gpl", "GPL-1.0-or-later"),
    ("gnu general public", "GPL-1.0-or-later"),
    ("gnu general public gpl", "GPL-1.0-or-later"),
    ("gnu gpl", "GPL-1.0-or-later"),
    ("gpl 2", "GPL-2.0-only"),
    ("gpl 2.0", "GPL-2.0-only"),
    ("gpl2", "GPL-2.0-only"),
    ("gplv2", "GPL-2.0-only"),
    ("gnu gpl 2", "GPL-2.0-only"),
    ("gnu general public 2", "GPL-2.0-only"),
    ("gnu general public 2.0", "GPL-2.0-only"),
    ("gnu general public 2 gplv2", "GPL-2.0-only"),
    ("gplv2+", "GPL-2.0-or-later"),
    ("gpl 2+", "GPL-2.0-or-later"),
    ("gnu general public 2 or later gplv2+", "GPL-2.0-or-later"),
    ("gpl 3", "GPL-3.0-only"),
    ("gpl 3.0", "GPL-3.0-only"),
    ("gpl3", "GPL-3.0-only"),
    ("gplv3", "GPL-3.0-only"),
    ("gnu gpl 3", "GPL-3.0-only"),
    ("gnu gplv3", "GPL-3.0-only"),
    ("gnu general public 3", "GPL-3.0-only"),
    ("gnu general public 3.0", "GPL-3.0-only"),
    ("gnu general public 3 gplv3", "GPL-3.0-only"),
    ("gplv3+", "GPL-3.0-or-later"),
    ("gpl 3+", "GPL-3.0-or-later"),
    ("gnu general public 3 or later gplv3+", "GPL-3.0-or-later"),
    ("lgpl", "LGPL-2.0-or-later"),
    ("gnu lesser general public", "LGPL-2.1-or-later"),
    ("gnu library or lesser general public lgpl", "LGPL-2.0-or-later"),
    ("lgpl 2.1", "LGPL-2.1-only"),
    ("lgplv2.1", "LGPL-2.1-only"),
    ("gnu lesser general public 2.1", "LGPL-2.1-only"),
    ("gnu lesser general public 2 lgplv2", "LGPL-2.0-only"),
    ("gnu lesser general public 2 or later lgplv2+", "LGPL-2.0-or-later"),
    ("lgpl 3", "LGPL-3.0-only"),
    ("lgpl 3.0", "LGPL-3.0-only"),
    ("lgplv3", "LGPL-3.0-only"),
    ("gnu lesser general public 3", "LGPL-3.0-only"),
    ("gnu lesser general public 3 lgplv3", "LGPL-3.0-only"),
    ("gnu lesser general public 3 or later lgplv3+", "LGPL-3.0-or-later"),
    ("lgplv3+", "LGPL-3.0-or-later"),
    ("agpl", "AGPL-3.0-only"),
    ("agpl 3", "AGPL-3.0-only"),
    ("agpl 3.0", "AGPL-3.0-only"),
    ("agplv3", "AGPL-3.0-only"),
    ("agplv3+", "AGPL-3.0-or-later"),
    ("gnu affero general public 3", "AGPL-3.0-only"),
    ("gnu affero general public 3 or later agplv3+", "AGPL-3.0-or-later"),
    ("gnu agplv3", "AGPL-3.0-only"),
    ("mpl", "MPL-2.0"),
    ("mpl 2", "MPL-2.0"),
    ("mpl 2.0", "MPL-2.0"),
    ("mpl2", "MPL-2.0"),
    ("mozilla public 2.0", "MPL-2.0"),
    ("mozilla public 2.0 mpl 2.0", "MPL-2.0"),
    ("mozilla public 1.1 mpl 1.1", "MPL-1.1"),
    ("epl 1.0", "EPL-1.0"),
    ("eclipse public 1.0", "EPL-1.0"),
    ("epl 2.0", "EPL-2.0"),
    ("eclipse public 2.0", "EPL-2.0"),
    ("eclipse public 2.0 epl 2.0", "EPL-2.0"),
    ("edl 1.0", "BSD-3-Clause"),
    ("eclipse distribution 1.0", "BSD-3-Clause"),
    ("cddl 1.0", "CDDL-1.0"),
    ("cddl 1.1", "CDDL-1.1"),
    ("cddl", "CDDL-1.0"),
    ("python software foundation", "PSF-2.0"),
    ("psf", "PSF-2.0"),
    ("psfl", "PSF-2.0"),
    ("psf 2.0", "PSF-2.0"),
    ("python", "Python-2.0"),
    ("unlicense", "Unlicense"),
    ("unlicense unlicense", "Unlicense"),
    ("public domain", "LicenseRef-Public-Domain"),
    ("cc0", "CC0-1.0"),
    ("cc0 1.0", "CC0-1.0"),
    ("cc0 1.0 universal cc0 1.0 public domain dedication", "CC0-1.0"),
    ("wtfpl", "WTFPL"),
    ("zlib", "Zlib"),
    ("zlib libpng", "Zlib"),
    ("boost", "BSL-1.0"),
    ("boost software 1.0", "BSL-1.0"),
    ("boost software 1.0 bsl 1.0", "BSL-1.0"),
    ("zpl 2.1", "ZPL-2.1"),
    ("zope public", "ZPL-2.1"),
    ("artistic 2.0", "Artistic-2.0"),
    ("artistic", "Artistic-1.0"),
    ("perl 5", "Artistic-1.0-Perl OR GPL-1.0-or-later"),
    ("ruby", "Ruby"),
    ("ms pl", "MS-PL"),
    ("microsoft public", "MS-PL"),
    ("eupl 1.2", "EUPL-1.2"),
    ("european union public 1.2 eupl 1.2", "EUPL-1.2"),
    ("postgresql", "PostgreSQL"),
    ("hpnd", "HPND"),
    ("historical permission notice and disclaimer hpnd", "HPND"),
    ("universal permissive", "UPL-1.0"),
    ("go", "BSD-3-Clause"),
];

/// Addresses of licences, without scheme, `www.` and what ends a file name.
const ADDRESSES: &[(&str, &str)] = &[
    ("apache.org/licenses/license-2.0", "Apache-2.0"),
    ("opensource.org/licenses/mit", "MIT"),
    ("opensource.org/license/mit", "MIT"),
    ("opensource.org/licenses/bsd-3-clause", "BSD-3-Clause"),
    ("opensource.org/licenses/bsd-2-clause", "BSD-2-Clause"),
    ("gnu.org/licenses/gpl-3.0", "GPL-3.0-only"),
    ("gnu.org/licenses/gpl-2.0", "GPL-2.0-only"),
    ("gnu.org/licenses/lgpl-3.0", "LGPL-3.0-only"),
    ("gnu.org/licenses/lgpl-2.1", "LGPL-2.1-only"),
    ("gnu.org/licenses/agpl-3.0", "AGPL-3.0-only"),
    ("mozilla.org/mpl/2.0", "MPL-2.0"),
    ("eclipse.org/legal/epl-2.0", "EPL-2.0"),
    ("eclipse.org/legal/epl-v10", "EPL-1.0"),
    ("licenses.nuget.org/mit", "MIT"),
    ("licenses.nuget.org/apache-2.0", "Apache-2.0"),
    ("unlicense.org", "Unlicense"),
];

/// Words that tell no licence from another.
const EMPTY_WORDS: &[&str] =
    &["the", "license", "licence", "licensed", "under", "version", "v", "v.", "terms", "of", "a", "osi", "approved"];

/// The SPDX expression that a free text stands for.
pub(super) fn expression(text: &str) -> Option<&'static str> {
    let text = text.strip_prefix("License ::").unwrap_or(text).trim_start();
    let text = text.strip_prefix("OSI Approved ::").unwrap_or(text);
    if let Some((_, address)) = text.split_once("://") {
        let address = address.trim_start_matches("www.").to_ascii_lowercase();
        let address = address.trim_end_matches('/');
        let stem = address.strip_suffix(".txt").or_else(|| address.strip_suffix(".html")).unwrap_or(address);
        let stem = stem.trim_end_matches(['.', '-']).trim_end_matches(".php");
        return ADDRESSES.iter().find(|row| row.0 == stem).map(|row| row.1);
    }
    let folded = fold(text);
    TEXTS.iter().find(|row| row.0 == folded).map(|row| row.1)
}

fn fold(text: &str) -> String {
    let lower = text.to_lowercase();
    let words = lower.split(|character: char| !character.is_alphanumeric() && !matches!(character, '+' | '.'));
    let words = words.map(|word| word.trim_end_matches('.')).filter(|word| !word.is_empty());
    let words = words.map(|word| {
        word.strip_prefix('v').filter(|rest| rest.starts_with(|c: char| c.is_ascii_digit())).unwrap_or(word)
    });
    let kept: Vec<&str> = words.filter(|word| !EMPTY_WORDS.contains(word)).collect();
    kept.join(" ")
}

#[cfg(test)]
mod tests {
    use super::{ADDRESSES, TEXTS, expression, fold};

    #[test]
    fn texts_that_people_write_are_understood() {
        for (text, wanted) in [
            ("The MIT License", "MIT"),
            ("MIT License", "MIT"),
            ("Apache License, Version 2.0", "Apache-2.0"),
            ("The Apache Software License, Version 2.0", "Apache-2.0"),
            ("License :: OSI Approved :: BSD License", "BSD-3-Clause"),
            ("License :: OSI Approved :: GNU General Public License v3 or later (GPLv3+)", "GPL-3.0-or-later"),
            ("License :: OSI Approved :: Mozilla Public License 2.0 (MPL 2.0)", "MPL-2.0"),
            ("https://www.apache.org/licenses/LICENSE-2.0.txt", "Apache-2.0"),
            ("New BSD License", "BSD-3-Clause"),
            ("Python Software Foundation License", "PSF-2.0"),
            ("GNU Lesser General Public License v3 (LGPLv3)", "LGPL-3.0-only"),
            ("BSD 3-Clause \"New\" or \"Revised\" License", "BSD-3-Clause"),
        ] {
            assert_eq!(expression(text), Some(wanted), "{text}");
        }
        assert_eq!(expression("All rights reserved"), None);
    }

    #[test]
    fn every_row_is_folded_and_stands_for_an_expression() {
        for (text, wanted) in TEXTS {
            assert_eq!(&fold(text), text);
            assert!(spdx::Expression::parse(wanted).is_ok(), "{wanted}");
        }
        assert!(ADDRESSES.iter().all(|row| spdx::Expression::parse(row.1).is_ok()));
    }
}
