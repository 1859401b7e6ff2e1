//! Names under which other taxonomies know the fields that Sigma's rules ask for.
//!
//! The tables have the fields that the rules of SigmaHQ really use, the most used first. Where the same name means
//! another thing in events of another category, it is left out here: a [`Pipeline`](super::Pipeline) can tell
//! categories apart, a table cannot. Users add names of their own with [`FieldNames::parse`].

use super::place::{Node, TaxonomyFault, parse};

/// A table: Sigma's name, and the other names for the same field.
pub type Names = &'static [(&'static str, &'static [&'static str])];

/// The Elastic Common Schema, as Winlogbeat, Filebeat, Auditbeat and Packetbeat fill it.
pub const ECS: Names = &[
    ("Image", &["process.executable"]),
    ("CommandLine", &["process.command_line"]),
    ("OriginalFileName", &["process.pe.original_file_name", "file.pe.original_file_name", "dll.pe.original_file_name"]),
    ("ParentImage", &["process.parent.executable"]),
    ("ParentCommandLine", &["process.parent.command_line"]),
    ("TargetFilename", &["file.path"]),
    ("TargetObject", &["registry.path"]),
    ("Details", &["registry.data.strings"]),
    ("EventID", &["event.code"]),
    ("EventType", &["event.action"]),
    ("Provider_Name", &["event.provider"]),
    ("Computer", &["host.name", "host.hostname"]),
    ("ImageLoaded", &["dll.path"]),
    ("ScriptBlockText", &["powershell.file.script_block_text"]),
    ("Payload", &["powershell.command.invocation_details"]),
    ("Description", &["process.pe.description", "dll.pe.description"]),
    ("Product", &["process.pe.product", "dll.pe.product"]),
    ("Company", &["process.pe.company", "dll.pe.company"]),
    ("FileVersion", &["process.pe.file_version", "dll.pe.file_version"]),
    ("Signed", &["dll.code_signature.exists", "process.code_signature.exists"]),
    ("Signature", &["dll.code_signature.subject_name", "process.code_signature.subject_name"]),
    ("SignatureStatus", &["dll.code_signature.status", "process.code_signature.status"]),
    ("CurrentDirectory", &["process.working_directory"]),
    ("ProcessId", &["process.pid"]),
    ("ParentProcessId", &["process.parent.pid"]),
    ("ProcessGuid", &["process.entity_id"]),
    ("ParentProcessGuid", &["process.parent.entity_id"]),
    ("User", &["user.name"]),
    ("ParentUser", &["process.parent.user.name"]),
    ("PipeName", &["file.name"]),
    ("QueryName", &["dns.question.name"]),
    ("QueryResults", &["dns.answers.data"]),
    ("QueryStatus", &["sysmon.dns.status"]),
    ("SourceIp", &["source.ip"]),
    ("SourcePort", &["source.port"]),
    ("SourceHostname", &["source.domain"]),
    ("DestinationIp", &["destination.ip"]),
    ("DestinationPort", &["destination.port"]),
    ("DestinationHostname", &["destination.domain"]),
    ("Protocol", &["network.transport"]),
    ("IpAddress", &["source.ip"]),
    ("WorkstationName", &["source.domain"]),
    ("ServiceName", &["service.name"]),
    ("service", &["service.name"]),
    ("ServiceFileName", &["service.path"]),
    ("cs-method", &["http.request.method"]),
    ("cs-uri", &["url.original"]),
    ("cs-uri-stem", &["url.path"]),
    ("cs-uri-query", &["url.query"]),
    ("cs-host", &["url.domain"]),
    ("cs-referer", &["http.request.referrer"]),
    ("cs-user-agent", &["user_agent.original"]),
    ("cs-username", &["user.name"]),
    ("cs-version", &["http.version"]),
    ("sc-status", &["http.response.status_code"]),
    ("sc-bytes", &["http.response.body.bytes"]),
    ("c-ip", &["source.ip", "client.ip"]),
    ("c-uri", &["url.original", "url.full"]),
    ("c-uri-query", &["url.query"]),
    ("c-uri-extension", &["url.extension"]),
    ("c-useragent", &["user_agent.original"]),
    ("eventName", &["event.action", "aws.cloudtrail.event_name"]),
    ("eventSource", &["event.provider"]),
    ("errorCode", &["aws.cloudtrail.error_code"]),
    ("errorMessage", &["aws.cloudtrail.error_message"]),
    ("userAgent", &["user_agent.original"]),
    ("userIdentity.type", &["aws.cloudtrail.user_identity.type"]),
    ("userIdentity.arn", &["aws.cloudtrail.user_identity.arn"]),
    ("sourceIPAddress", &["source.ip"]),
    ("operationName", &["azure.activitylogs.operation_name", "azure.auditlogs.operation_name", "event.action"]),
    ("gcp.audit.method_name", &["protoPayload.methodName", "event.action"]),
    ("eventType", &["okta.event_type", "event.action"]),
    ("verb", &["kubernetes.audit.verb"]),
    ("objectRef.resource", &["kubernetes.audit.objectRef.resource"]),
    ("objectRef.namespace", &["kubernetes.audit.objectRef.namespace"]),
    ("type", &["auditd.log.record_type", "event.type"]),
    ("exe", &["process.executable"]),
    ("comm", &["process.name"]),
];

/// Windows' own XML, as programs turn it into JSON.
pub const WINDOWS_XML: Names = &[
    ("Provider_Name", &["Event.System.Provider.#attributes.Name", "System.Provider.#attributes.Name"]),
    ("EventID", &["Event.System.EventID.#text"]),
    ("Computer", &["Event.System.Computer"]),
    ("Data", &["Event.EventData.Data.#text"]),
];

/// The program that wrote to syslog, as journald and log shippers call it.
pub const SYSLOG: Names = &[("program", &["SYSLOG_IDENTIFIER", "appname", "app_name", "log.syslog.appname"])];

/// Winlogbeat beside ECS, its older versions, and NXLog.
pub const WINLOGBEAT: Names = &[
    ("EventID", &["winlog.event_id", "event_id"]),
    ("Channel", &["winlog.channel", "log_name", "LogName"]),
    ("Provider_Name", &["winlog.provider_name", "source_name", "SourceName", "ProviderName", "provider_name"]),
    ("Computer", &["winlog.computer_name", "computer_name", "Hostname"]),
    ("Keywords", &["winlog.keywords"]),
    ("Level", &["winlog.level", "level"]),
    ("Task", &["winlog.task"]),
    ("Opcode", &["winlog.opcode"]),
    ("Message", &["message"]),
    ("Image", &["NewProcessName"]),
    ("ParentImage", &["ParentProcessName"]),
    ("CommandLine", &["ProcessCommandLine"]),
    ("ProcessId", &["NewProcessId"]),
    ("DestinationIp", &["DestAddress"]),
    ("DestinationPort", &["DestPort"]),
    ("Data", &["winlog.event_data.param1"]),
];

/// The Open Cybersecurity Schema Framework, where a name means the same in every class.
pub const OCSF: Names = &[
    ("CommandLine", &["process.cmd_line"]),
    ("Image", &["process.file.path"]),
    ("ParentImage", &["process.parent_process.file.path"]),
    ("ParentCommandLine", &["process.parent_process.cmd_line"]),
    ("ProcessId", &["process.pid"]),
    ("ParentProcessId", &["process.parent_process.pid"]),
    ("IntegrityLevel", &["process.integrity"]),
    ("OriginalFileName", &["process.file.internal_name"]),
    ("Company", &["process.file.company_name"]),
    ("Product", &["process.file.product.name"]),
    ("FileVersion", &["process.file.version"]),
    ("CurrentDirectory", &["process.working_directory"]),
    ("TargetFilename", &["file.path"]),
    ("TargetObject", &["reg_value.path", "reg_key.path"]),
    ("Details", &["reg_value.data"]),
    ("ImageLoaded", &["module.file.path"]),
    ("Computer", &["device.hostname", "device.name"]),
    ("User", &["actor.user.name"]),
    ("SourceIp", &["src_endpoint.ip"]),
    ("SourcePort", &["src_endpoint.port"]),
    ("SourceHostname", &["src_endpoint.hostname"]),
    ("DestinationIp", &["dst_endpoint.ip"]),
    ("DestinationPort", &["dst_endpoint.port"]),
    ("DestinationHostname", &["dst_endpoint.hostname"]),
    ("Protocol", &["connection_info.protocol_name"]),
    ("QueryName", &["query.hostname"]),
    ("QueryResults", &["answers.rdata"]),
    ("TargetUserName", &["user.name"]),
    ("SubjectUserName", &["actor.user.name"]),
    ("IpAddress", &["src_endpoint.ip"]),
    ("LogonType", &["logon_type_id"]),
    ("AuthenticationPackageName", &["auth_protocol"]),
    ("TaskName", &["job.name"]),
    ("ServiceName", &["win_service.name"]),
    ("cs-method", &["http_request.http_method"]),
    ("cs-uri", &["http_request.url.url_string"]),
    ("cs-uri-stem", &["http_request.url.path"]),
    ("cs-uri-query", &["http_request.url.query_string"]),
    ("cs-host", &["http_request.url.hostname"]),
    ("cs-referer", &["http_request.referrer"]),
    ("cs-user-agent", &["http_request.user_agent"]),
    ("c-useragent", &["http_request.user_agent"]),
    ("c-uri", &["http_request.url.url_string"]),
    ("sc-status", &["http_response.code"]),
    ("c-ip", &["src_endpoint.ip"]),
    ("eventName", &["api.operation"]),
    ("eventSource", &["api.service.name"]),
    ("errorCode", &["api.response.error"]),
    ("errorMessage", &["api.response.error_message"]),
    ("userAgent", &["http_request.user_agent"]),
    ("userIdentity.arn", &["actor.user.uid_alt"]),
    ("userIdentity.type", &["actor.user.type"]),
    ("sourceIPAddress", &["src_endpoint.ip"]),
];

/// The dictionary of CEF, which LEEF shares in part.
pub const CEF: Names = &[
    ("SourceIp", &["src"]),
    ("SourcePort", &["spt", "srcPort"]),
    ("SourceHostname", &["shost"]),
    ("DestinationIp", &["dst"]),
    ("DestinationPort", &["dpt", "dstPort"]),
    ("DestinationHostname", &["dhost"]),
    ("Protocol", &["proto"]),
    ("User", &["suser", "duser", "usrName"]),
    ("SubjectUserName", &["suser"]),
    ("TargetUserName", &["duser"]),
    ("Image", &["sproc", "sourceProcessName"]),
    ("TargetFilename", &["filePath"]),
    ("Computer", &["dvchost", "deviceHostName"]),
    ("EventID", &["externalId"]),
    ("cs-method", &["requestMethod"]),
    ("c-useragent", &["requestClientApplication"]),
    ("cs-user-agent", &["requestClientApplication"]),
    ("cs-referer", &["requestContext"]),
];

/// Names that a user adds.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct FieldNames {
    /// What the taxonomy is called.
    pub name: String,
    /// What stands before all names of rules.
    pub prefixes: Vec<String>,
    /// Sigma's name with another for the same field, in the order of the file.
    pub names: Vec<(String, String)>,
}

/// Names of one file.
const NAMES_MAX: usize = 100_000;

impl FieldNames {
    /// Reads a table from YAML: `name`, `prefixes` (a list), and `fields` with one name or several for each.
    ///
    /// ```
    /// use palisade_events::taxonomy::FieldNames;
    ///
    /// let table = FieldNames::parse("name: our agent\nprefixes: ['data.']\nfields:\n  Image: [exe, path]\n").expect("reads");
    /// assert_eq!(table.names[1], ("Image".to_owned(), "path".to_owned()));
    /// ```
    ///
    /// # Errors
    /// When the YAML is broken, or says something else.
    pub fn parse(text: &str) -> Result<Self, TaxonomyFault> {
        let value = parse(text)?;
        Self::read(&Node::new(&value)).map_err(|fault| fault.in_text(text))
    }

    fn read(node: &Node<'_>) -> Result<Self, TaxonomyFault> {
        node.only(&["name", "prefixes", "fields"])?;
        let mut table = Self {
            name: node.member("name").map_or(Ok("unnamed"), |name| name.text())?.to_owned(),
            prefixes: node.member("prefixes").map_or(Ok(Vec::new()), |prefixes| prefixes.texts())?,
            names: Vec::new(),
        };
        let fields = node.member("fields").map_or(Ok(Vec::new()), |fields| fields.members())?;
        for (field, names) in fields {
            table.names.extend(names.texts()?.into_iter().map(|name| (field.to_owned(), name)));
            if table.names.len() > NAMES_MAX {
                return Err(names.fault("there are more than 100000 names"));
            }
        }
        Ok(table)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::HashSet;

    #[test]
    fn every_field_stands_once_in_a_table() {
        for table in [WINDOWS_XML, WINLOGBEAT, ECS, SYSLOG, OCSF, CEF] {
            let fields: HashSet<_> = table.iter().map(|(field, _)| field).collect();
            assert_eq!(fields.len(), table.len());
            assert!(table.iter().all(|(field, names)| !names.is_empty() && !names.contains(field)));
        }
    }

    #[test]
    fn tables_of_users_are_read() {
        let text = "name: a\nprefixes: [x., y.]\nfields:\n  Image: exe\n  CommandLine:\n    - cmd\n    - line\n";
        let table = FieldNames::parse(text).expect("reads");
        assert_eq!(
            (table.name.as_str(), table.prefixes.as_slice()),
            ("a", ["x.".to_owned(), "y.".to_owned()].as_slice())
        );
        let names: Vec<_> = table.names.iter().map(|(field, name)| (field.as_str(), name.as_str())).collect();
        assert_eq!(names, [("Image", "exe"), ("CommandLine", "cmd"), ("CommandLine", "line")]);
    }

    #[test]
    fn broken_tables_are_refused_with_their_place() {
        for (text, expected) in [
            ("fields:\n  Image: {a: b}\n", "line 2: fields.Image: text should stand here"),
            ("name: x\nfeilds: {}\n", "line 2: feilds: 'feilds' is not known here; known are name, prefixes, fields"),
            ("- a", "a mapping should stand here"),
        ] {
            assert_eq!(FieldNames::parse(text).map_err(|fault| fault.to_string()), Err(expected.to_owned()));
        }
    }
}
