//! Names under which other taxonomies know the fields that rules ask for.

use crate::taxonomy::{CEF, ECS, FieldNames, OCSF, WINLOGBEAT};
use std::collections::HashMap;

/// What stands before the plain name where a shipper puts Windows' fields into an object of their own.
const PREFIXES: [&str; 6] =
    ["Event.EventData.", "Event.System.", "EventData.", "System.", "winlog.event_data.", "event_data."];

/// Sigma's name, and others for the same field.
const NAMES: &[(&str, &[&str])] = &[
    ("Channel", &["winlog.channel", "log_name", "LogName"]),
    (
        "Provider_Name",
        &[
            "Event.System.Provider.#attributes.Name",
            "System.Provider.#attributes.Name",
            "winlog.provider_name",
            "source_name",
            "SourceName",
            "ProviderName",
            "provider_name",
        ],
    ),
    ("EventID", &["Event.System.EventID.#text", "winlog.event_id", "event_id", "event.code"]),
    ("Computer", &["Event.System.Computer", "winlog.computer_name", "computer_name", "Hostname", "host.name"]),
    ("Image", &["process.executable", "NewProcessName"]),
    ("CommandLine", &["process.command_line", "ProcessCommandLine"]),
    ("CurrentDirectory", &["process.working_directory"]),
    ("ProcessId", &["process.pid", "NewProcessId"]),
    ("OriginalFileName", &["process.pe.original_file_name"]),
    ("Company", &["process.pe.company"]),
    ("Description", &["process.pe.description"]),
    ("Product", &["process.pe.product"]),
    ("ParentImage", &["process.parent.executable", "ParentProcessName"]),
    ("ParentCommandLine", &["process.parent.command_line"]),
    ("ParentProcessId", &["process.parent.pid"]),
    ("User", &["user.name"]),
    ("TargetFilename", &["file.path"]),
    ("ImageLoaded", &["dll.path"]),
    ("TargetObject", &["registry.path"]),
    ("Details", &["registry.data.strings"]),
    ("SourceIp", &["source.ip"]),
    ("SourcePort", &["source.port"]),
    ("SourceHostname", &["source.domain"]),
    ("DestinationIp", &["destination.ip", "DestAddress"]),
    ("DestinationPort", &["destination.port", "DestPort"]),
    ("DestinationHostname", &["destination.domain"]),
    ("Protocol", &["network.transport"]),
    ("QueryName", &["dns.question.name"]),
    ("QueryResults", &["dns.answers.data"]),
    ("PipeName", &["file.name"]),
    ("ScriptBlockText", &["powershell.file.script_block_text"]),
    ("service", &["service.name"]),
    ("program", &["SYSLOG_IDENTIFIER", "appname", "app_name", "log.syslog.appname"]),
    ("cs-method", &["http.request.method"]),
    ("cs-uri-query", &["url.query"]),
    ("cs-uri-stem", &["url.path"]),
    ("sc-status", &["http.response.status_code"]),
    ("cs-user-agent", &["user_agent.original"]),
    ("c-useragent", &["user_agent.original"]),
    ("c-uri", &["url.original", "url.full"]),
    ("c-ip", &["source.ip", "client.ip"]),
    ("cs-referer", &["http.request.referrer"]),
    ("cs-host", &["url.domain"]),
];

/// Which other names an event may use for the fields that rules ask for.
#[derive(Clone, Debug)]
pub struct Taxonomy {
    prefixes: Vec<String>,
    names: HashMap<String, Vec<String>>,
}

/// The taxonomies of winlogbeat, old and new, of Windows' own XML, of ECS, OCSF and CEF.
impl Default for Taxonomy {
    fn default() -> Self {
        let prefixes = PREFIXES.iter().map(|&prefix| prefix.to_owned()).collect();
        let mut taxonomy = Self { prefixes, names: HashMap::new() };
        for (field, names) in [NAMES, WINLOGBEAT, ECS, OCSF, CEF].into_iter().flatten() {
            names.iter().for_each(|name| taxonomy.add(field, name));
        }
        taxonomy
    }
}

impl Taxonomy {
    /// Events use the names of rules and no others.
    #[must_use]
    pub fn none() -> Self {
        Self { prefixes: Vec::new(), names: HashMap::new() }
    }

    /// True when names that differ from those of rules only as Windows' XML does are taken for them.
    pub(crate) fn is_tolerant(&self) -> bool {
        !self.prefixes.is_empty()
    }

    /// Says that events may use `name` for the field that rules call `field`.
    pub fn add(&mut self, field: &str, name: &str) {
        let names = self.names.entry(field.to_owned()).or_default();
        if !names.iter().any(|known| known == name) {
            names.push(name.to_owned());
        }
    }

    /// Says that events may also use the names of this table.
    pub fn extend(&mut self, table: &FieldNames) {
        self.prefixes.extend(table.prefixes.iter().cloned());
        table.names.iter().for_each(|(field, name)| self.add(field, name));
    }

    /// All other names for the field that rules call `field`.
    #[must_use]
    pub fn names_of(&self, field: &str) -> Vec<String> {
        let mut names: Vec<String> = self.prefixes.iter().map(|prefix| format!("{prefix}{field}")).collect();
        for name in self.names.get(field).into_iter().flatten() {
            names.extend(self.prefixes.iter().map(|prefix| format!("{prefix}{name}")));
            names.push(name.clone());
        }
        names
    }
}
