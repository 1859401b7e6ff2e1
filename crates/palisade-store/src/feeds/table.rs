//! All feeds that Palisade knows, in one table.
//!
//! An address stands here when its publisher offers the file to everyone; where it asks for an account first, or offers
//! no plain file, there is none and the file is imported.

use crate::feeds::FeedFormat::{self, Csv, Gzip, Json, JsonLines, Lines, MaxMind, Toml, Tsv, Xml, Yaml, Zip};

/// The forms in which lists of people and businesses come. Their watch tells the publisher's own format by content.
const LISTED: &[FeedFormat] = &[Xml, Csv, Json, JsonLines, Tsv, Lines, Zip, Gzip];

/// A feed: what it is and where it comes from.
#[derive(Clone, Copy, Debug)]
pub struct Feed {
    /// The name by which people and watches ask for it.
    pub name: &'static str,
    /// What it is, in a few words.
    pub title: &'static str,
    /// The formats in which it may come; the first is taken where neither name nor content says which.
    pub formats: &'static [FeedFormat],
    /// Where its publisher offers it.
    pub address: Option<&'static str>,
    /// After how many days without an import it counts as stale, by how often it is published.
    pub fresh_days: u32,
    /// True for lists of people and businesses. Their watch reads them from the first byte to the last, in whatever
    /// encoding they come, and says whether they are whole.
    pub is_list: bool,
}

/// Every feed, in the order in which they are listed.
pub const FEEDS: &[Feed] = &[
    Feed {
        name: "sigma",
        title: "Sigma detection rules (SigmaHQ)",
        formats: &[Zip, Yaml, Gzip],
        address: Some("https://github.com/SigmaHQ/sigma/releases/latest/download/sigma_core.zip"),
        fresh_days: 30,
        is_list: false,
    },
    Feed {
        name: "gitleaks",
        title: "Secret patterns (gitleaks)",
        formats: &[Toml],
        address: Some("https://raw.githubusercontent.com/gitleaks/gitleaks/master/config/gitleaks.toml"),
        fresh_days: 90,
        is_list: false,
    },
    Feed {
        name: "npm-popular",
        title: "Names of much-used npm packages",
        formats: &[Lines, Json, Csv, Tsv, Gzip],
        address: None,
        fresh_days: 90,
        is_list: false,
    },
    Feed {
        name: "pypi-popular",
        title: "Names of much-used PyPI packages",
        formats: &[Json, Csv, Lines, Tsv, Gzip],
        address: Some("https://hugovk.github.io/top-pypi-packages/top-pypi-packages.min.json"),
        fresh_days: 60,
        is_list: false,
    },
    Feed {
        name: "crates-popular",
        title: "Names of much-used Rust crates",
        formats: &[Gzip, Tsv, Csv, Lines, Json],
        address: Some("https://static.crates.io/db-dump.tar.gz"),
        fresh_days: 90,
        is_list: false,
    },
    Feed {
        name: "go-popular",
        title: "Names of much-used Go modules",
        formats: &[Lines, Json, Csv, Tsv, Gzip],
        address: None,
        fresh_days: 90,
        is_list: false,
    },
    Feed {
        name: "maven-popular",
        title: "Names of much-used Maven artifacts",
        formats: &[Lines, Json, Csv, Tsv, Gzip],
        address: None,
        fresh_days: 90,
        is_list: false,
    },
    Feed {
        name: "nuget-popular",
        title: "Names of much-used NuGet packages",
        formats: &[Lines, Json, Csv, Tsv, Gzip],
        address: None,
        fresh_days: 90,
        is_list: false,
    },
    Feed {
        name: "rubygems-popular",
        title: "Names of much-used Ruby gems",
        formats: &[Lines, Json, Csv, Tsv, Gzip],
        address: None,
        fresh_days: 90,
        is_list: false,
    },
    Feed {
        name: "packagist-popular",
        title: "Names of much-used Composer packages",
        formats: &[Lines, Json, Csv, Tsv, Gzip],
        address: None,
        fresh_days: 90,
        is_list: false,
    },
    Feed {
        name: "actions-popular",
        title: "Names of much-used GitHub Actions",
        formats: &[Lines, Json, Csv, Tsv, Gzip],
        address: None,
        fresh_days: 90,
        is_list: false,
    },
    Feed {
        name: "vscode-popular",
        title: "Names of much-used VS Code extensions",
        formats: &[Lines, Json, Csv, Tsv, Gzip],
        address: None,
        fresh_days: 90,
        is_list: false,
    },
    Feed {
        name: "docker-popular",
        title: "Names of much-used Docker images",
        formats: &[Lines, Json, Csv, Tsv, Gzip],
        address: None,
        fresh_days: 90,
        is_list: false,
    },
    Feed {
        name: "huggingface-popular",
        title: "Names of much-used Hugging Face models",
        formats: &[Lines, Json, Csv, Tsv, Gzip],
        address: None,
        fresh_days: 90,
        is_list: false,
    },
    Feed {
        name: "malicious-packages",
        title: "Reports of malicious packages (OpenSSF)",
        formats: &[Zip, JsonLines, Tsv, Gzip, Json],
        address: Some("https://github.com/ossf/malicious-packages/archive/refs/heads/main.zip"),
        fresh_days: 2,
        is_list: false,
    },
    Feed {
        name: "osv",
        title: "Advisories about open-source packages (OSV)",
        formats: &[Zip, JsonLines, Gzip, Json],
        address: Some("https://osv-vulnerabilities.storage.googleapis.com/all.zip"),
        fresh_days: 2,
        is_list: false,
    },
    Feed {
        name: "kev",
        title: "Vulnerabilities known to be exploited (CISA)",
        formats: &[Json, Csv],
        address: Some("https://www.cisa.gov/sites/default/files/feeds/known_exploited_vulnerabilities.json"),
        fresh_days: 7,
        is_list: false,
    },
    Feed {
        name: "epss",
        title: "How likely vulnerabilities are to be exploited (FIRST EPSS)",
        formats: &[Gzip, Csv],
        address: Some("https://epss.empiricalsecurity.com/epss_scores-current.csv.gz"),
        fresh_days: 7,
        is_list: false,
    },
    Feed {
        name: "ofac-sdn",
        title: "Specially Designated Nationals (US OFAC)",
        formats: LISTED,
        address: Some("https://sanctionslistservice.ofac.treas.gov/api/PublicationPreview/exports/SDN.XML"),
        fresh_days: 2,
        is_list: true,
    },
    Feed {
        name: "ofac-consolidated",
        title: "Consolidated non-SDN list (US OFAC)",
        formats: LISTED,
        address: Some("https://sanctionslistservice.ofac.treas.gov/api/PublicationPreview/exports/CONSOLIDATED.XML"),
        fresh_days: 2,
        is_list: true,
    },
    Feed {
        name: "un-sc",
        title: "Consolidated list (UN Security Council)",
        formats: LISTED,
        address: Some("https://scsanctions.un.org/resources/xml/en/consolidated.xml"),
        fresh_days: 2,
        is_list: true,
    },
    Feed {
        name: "eu-fsf",
        title: "Consolidated financial sanctions (European Union)",
        formats: LISTED,
        // The token is the same for everyone and part of the published address.
        address: Some(
            "https://webgate.ec.europa.eu/fsd/fsf/public/files/xmlFullSanctionsList_1_1/content?token=dG9rZW4tMjAxNw",
        ),
        fresh_days: 2,
        is_list: true,
    },
    Feed {
        name: "uk-ofsi",
        // The list of the Treasury's office (OFSI) closed in January 2026; this is the one that took its place.
        title: "UK Sanctions List (United Kingdom)",
        formats: LISTED,
        address: Some("https://sanctionslist.fcdo.gov.uk/docs/UK-Sanctions-List.csv"),
        fresh_days: 2,
        is_list: true,
    },
    Feed {
        name: "us-csl",
        title: "Consolidated Screening List (United States)",
        formats: LISTED,
        address: Some("https://data.trade.gov/downloadable_consolidated_screening_list/v1/consolidated.csv"),
        fresh_days: 2,
        is_list: true,
    },
    Feed {
        name: "bis-dpl",
        title: "Denied persons (US Bureau of Industry and Security)",
        formats: LISTED,
        address: Some("https://www.bis.doc.gov/dpl/dpl.txt"),
        fresh_days: 7,
        is_list: true,
    },
    Feed {
        name: "ch-seco",
        title: "Sanctioned people and businesses (Switzerland, SECO)",
        formats: LISTED,
        address: None,
        fresh_days: 7,
        is_list: true,
    },
    Feed {
        name: "ca-sema",
        title: "Consolidated autonomous sanctions (Canada)",
        formats: LISTED,
        address: Some(
            "https://www.international.gc.ca/world-monde/assets/office_docs/international_relations-relations_internationales/sanctions/sema-lmes.xml",
        ),
        fresh_days: 7,
        is_list: true,
    },
    Feed {
        name: "au-dfat",
        title: "Consolidated list (Australia, DFAT)",
        formats: LISTED,
        address: None,
        fresh_days: 7,
        is_list: true,
    },
    Feed {
        name: "world-bank",
        title: "Debarred firms and people (World Bank)",
        formats: LISTED,
        address: None,
        fresh_days: 7,
        is_list: true,
    },
    Feed {
        name: "opensanctions",
        title: "Sanctioned, exposed and wanted entities (OpenSanctions)",
        formats: LISTED,
        address: Some("https://data.opensanctions.org/datasets/latest/default/entities.ftm.json"),
        fresh_days: 2,
        is_list: true,
    },
    Feed {
        name: "peps",
        title: "Politically exposed people, of a list of your choice",
        formats: LISTED,
        address: None,
        fresh_days: 30,
        is_list: true,
    },
    Feed {
        name: "own-list",
        title: "People and businesses of a list of your own",
        formats: LISTED,
        address: None,
        fresh_days: 365,
        is_list: true,
    },
    Feed {
        name: "gleif",
        title: "Legal entity identifiers, golden copy (GLEIF)",
        formats: &[Zip, Csv, Json, Xml],
        address: Some("https://goldencopy.gleif.org/api/v2/golden-copies/publishes/lei2/latest.csv"),
        fresh_days: 7,
        is_list: false,
    },
    Feed {
        name: "naics",
        title: "Industry codes of North America (NAICS)",
        // The publisher's workbooks (xlsx) are zip archives.
        formats: &[Zip, Csv, Json],
        address: Some("https://www.census.gov/naics/2022NAICS/2022_NAICS_Index_File.xlsx"),
        fresh_days: 5 * 365,
        is_list: false,
    },
    Feed {
        name: "geoip",
        title: "Places of network addresses",
        formats: &[MaxMind, Csv, Zip, Gzip],
        address: None,
        fresh_days: 14,
        is_list: false,
    },
    Feed {
        name: "asn",
        title: "Autonomous systems of network addresses",
        formats: &[Gzip, Tsv, Csv, MaxMind],
        address: Some("https://iptoasn.com/data/ip2asn-combined.tsv.gz"),
        fresh_days: 14,
        is_list: false,
    },
];

impl Feed {
    /// The feed with this name.
    #[must_use]
    pub fn find(name: &str) -> Option<&'static Self> {
        FEEDS.iter().find(|feed| feed.name == name)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::HashSet;

    #[test]
    fn names_are_plain_and_differ_and_addresses_are_https() {
        let mut seen = HashSet::new();
        for feed in FEEDS {
            assert!(seen.insert(feed.name), "{} twice", feed.name);
            assert!(feed.name.bytes().all(|byte| byte.is_ascii_lowercase() || byte == b'-'), "a folder has this name");
            assert!(!feed.formats.is_empty() && feed.fresh_days > 0);
            assert!(feed.address.is_none_or(|address| address.starts_with("https://")), "{}", feed.name);
            assert_eq!(Feed::find(feed.name).unwrap().title, feed.title);
        }
        assert!(Feed::find("../sigma").is_none());
    }

    #[test]
    fn the_promised_names_are_there() {
        let promised = "sigma gitleaks npm-popular pypi-popular crates-popular malicious-packages osv ofac-sdn \
                        ofac-consolidated un-sc eu-fsf uk-ofsi gleif naics geoip asn";
        for name in promised.split_whitespace() {
            assert!(Feed::find(name).is_some(), "{name}");
        }
    }
}
