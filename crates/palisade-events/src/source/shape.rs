//! Events of other products, by the fields that only they have.

use super::{Clue, KnownSource};
use crate::Value;

type Sources = &'static [KnownSource];

const fn source(product: &'static str, category: &'static str, service: &'static str) -> KnownSource {
    KnownSource { product, category, service }
}

/// Types of records that the Linux audit system writes.
const AUDIT_TYPES: [&str; 22] = [
    "SYSCALL",
    "EXECVE",
    "PATH",
    "CWD",
    "PROCTITLE",
    "SOCKADDR",
    "USER_AUTH",
    "USER_LOGIN",
    "USER_ACCT",
    "USER_CMD",
    "USER_START",
    "USER_END",
    "ADD_USER",
    "DEL_USER",
    "ADD_GROUP",
    "USER_CHAUTHTOK",
    "CRED_ACQ",
    "SERVICE_START",
    "SERVICE_STOP",
    "CONFIG_CHANGE",
    "TTY",
    "KERN_MODULE",
];

static AWS: [KnownSource; 1] = [source("aws", "", "cloudtrail")];
static KUBERNETES: [KnownSource; 2] = [source("kubernetes", "", "audit"), source("kubernetes", "application", "audit")];
static OKTA: [KnownSource; 1] = [source("okta", "", "okta")];
static AZURE_ACTIVITY: [KnownSource; 1] = [source("azure", "", "activitylogs")];
static AZURE_AUDIT: [KnownSource; 1] = [source("azure", "", "auditlogs")];
static AZURE_PIM: [KnownSource; 2] = [source("azure", "", "auditlogs"), source("azure", "", "pim")];
static AZURE_SIGN_IN: [KnownSource; 1] = [source("azure", "", "signinlogs")];
static AZURE_RISK: [KnownSource; 1] = [source("azure", "", "riskdetection")];
static OFFICE: [KnownSource; 3] =
    [source("m365", "", "audit"), source("m365", "", "threat_management"), source("m365", "", "threat_detection")];
static OFFICE_EXCHANGE: [KnownSource; 2] = [source("m365", "", "audit"), source("m365", "", "exchange")];
static GCP: [KnownSource; 1] = [source("gcp", "", "gcp.audit")];
static WORKSPACE_ADMIN: [KnownSource; 1] = [source("gcp", "", "google_workspace.admin")];
static WORKSPACE_LOGIN: [KnownSource; 1] = [source("gcp", "", "google_workspace.login")];
static GITHUB: [KnownSource; 1] = [source("github", "", "audit")];
static BITBUCKET: [KnownSource; 1] = [source("bitbucket", "", "audit")];
static ONELOGIN: [KnownSource; 1] = [source("onelogin", "", "onelogin.events")];
static CANARY: [KnownSource; 1] = [source("opencanary", "application", "")];
static AUDITD: [KnownSource; 1] = [source("linux", "", "auditd")];
/// A program was begun: only the record `EXECVE`, which may stand behind others of the event, counts arguments.
static AUDITD_PROCESS: [KnownSource; 1] = [source("linux", "process_creation", "auditd")];
static DUO: [KnownSource; 1] = [source("cisco", "", "duo")];
static FORTIGATE: [KnownSource; 1] = [source("fortigate", "", "event")];
static WEB: [KnownSource; 1] = [source("", "webserver", "")];
static WEB_OR_PROXY: [KnownSource; 2] = [source("", "webserver", ""), source("", "proxy", "")];

/// Logs of Zeek by their path.
static ZEEK: [(&str, Sources); 12] = [
    ("conn", &[source("zeek", "", "conn")]),
    ("dce_rpc", &[source("zeek", "", "dce_rpc")]),
    ("dns", &[source("zeek", "", "dns")]),
    ("files", &[source("zeek", "", "files")]),
    ("http", &[source("zeek", "", "http")]),
    ("kerberos", &[source("zeek", "", "kerberos")]),
    ("rdp", &[source("zeek", "", "rdp")]),
    ("smb_files", &[source("zeek", "", "smb_files")]),
    ("smb_mapping", &[source("zeek", "", "smb_mapping")]),
    ("ssl", &[source("zeek", "", "ssl")]),
    ("weird", &[source("zeek", "", "weird")]),
    ("x509", &[source("zeek", "", "x509")]),
];

/// Programs that write to syslog, with the services that rules call them; all are in the system's log as well.
static PROGRAMS: [(&str, Sources); 14] = [
    ("sshd", &[source("linux", "", "sshd"), source("linux", "", "auth"), source("linux", "", "syslog")]),
    ("sudo", &[source("linux", "", "sudo"), source("linux", "", "auth"), source("linux", "", "syslog")]),
    ("su", &[source("linux", "", "auth"), source("linux", "", "syslog")]),
    ("login", &[source("linux", "", "auth"), source("linux", "", "syslog")]),
    ("cron", &[source("linux", "", "cron"), source("linux", "", "syslog")]),
    ("crond", &[source("linux", "", "cron"), source("linux", "", "syslog")]),
    ("CRON", &[source("linux", "", "cron"), source("linux", "", "syslog")]),
    ("clamd", &[source("linux", "", "clamav"), source("linux", "", "syslog")]),
    ("clamscan", &[source("linux", "", "clamav"), source("linux", "", "syslog")]),
    ("vsftpd", &[source("linux", "", "vsftpd"), source("linux", "", "syslog")]),
    ("guacd", &[source("linux", "", "guacamole"), source("linux", "", "syslog")]),
    ("nginx", &[source("", "webserver", "nginx"), source("", "", "nginx"), source("linux", "", "syslog")]),
    ("apache2", &[source("", "webserver", "apache"), source("", "", "apache"), source("linux", "", "syslog")]),
    ("httpd", &[source("", "webserver", "apache"), source("", "", "apache"), source("linux", "", "syslog")]),
];
static SYSLOG: [KnownSource; 1] = [source("linux", "", "syslog")];

/// The sources of an event by its shape.
pub(super) fn infer<'v>(clue: &impl Fn(Clue) -> Option<Value<'v>>) -> Option<Sources> {
    let has = |which| clue(which).is_some();
    let text = |which| clue(which).and_then(Value::get);
    if has(Clue::AwsSource) && has(Clue::AwsVersion) {
        return Some(&AWS);
    }
    if has(Clue::AuditId) && text(Clue::ApiVersion).is_some_and(|version| version.starts_with("audit.k8s.io")) {
        return Some(&KUBERNETES);
    }
    if let Some(path) = text(Clue::ZeekPath) {
        return ZEEK.iter().find(|(name, _)| *name == path).map(|(_, sources)| *sources);
    }
    if text(Clue::AuditType).is_some_and(|kind| AUDIT_TYPES.contains(&&*kind)) {
        return Some(if has(Clue::AuditArguments) { &AUDITD_PROCESS } else { &AUDITD });
    }
    if has(Clue::OktaEvent) && has(Clue::OktaMessage) {
        return Some(&OKTA);
    }
    cloud(clue).or_else(|| service(clue))
}

/// Clouds and what runs in them.
fn cloud<'v>(clue: &impl Fn(Clue) -> Option<Value<'v>>) -> Option<Sources> {
    let has = |which| clue(which).is_some();
    let text = |which| clue(which).and_then(Value::get);
    if let Some(service) = text(Clue::GoogleService) {
        return Some(match &*service {
            "admin.googleapis.com" => &WORKSPACE_ADMIN,
            "login.googleapis.com" => &WORKSPACE_LOGIN,
            _ => &GCP,
        });
    }
    if let Some(workload) = text(Clue::OfficeWorkload)
        && has(Clue::OfficeOperation)
    {
        return Some(if workload == "Exchange" { &OFFICE_EXCHANGE } else { &OFFICE });
    }
    if has(Clue::AzureRisk) {
        return Some(&AZURE_RISK);
    }
    if text(Clue::AzureLoggedBy).as_deref() == Some("PIM") {
        return Some(&AZURE_PIM);
    }
    if has(Clue::AzureActivity) || text(Clue::AzureCategory).as_deref() == Some("AuditLogs") {
        return Some(&AZURE_AUDIT);
    }
    if has(Clue::SignInApplication) || text(Clue::AzureCategory).is_some_and(|name| name.ends_with("SignInLogs")) {
        return Some(&AZURE_SIGN_IN);
    }
    (has(Clue::AzureOperation) && has(Clue::AzureResource)).then_some(&AZURE_ACTIVITY)
}

/// Services and devices.
fn service<'v>(clue: &impl Fn(Clue) -> Option<Value<'v>>) -> Option<Sources> {
    let has = |which| clue(which).is_some();
    if has(Clue::GithubAction) && has(Clue::GithubDocument) {
        return Some(&GITHUB);
    }
    if has(Clue::BitbucketCategory) {
        return Some(&BITBUCKET);
    }
    if has(Clue::CanaryType) && has(Clue::CanaryNode) {
        return Some(&CANARY);
    }
    if has(Clue::OneloginEvent) {
        return Some(&ONELOGIN);
    }
    if has(Clue::DuoFactor) {
        return Some(&DUO);
    }
    if has(Clue::FortigateDevice) && has(Clue::FortigateLog) {
        return Some(&FORTIGATE);
    }
    if has(Clue::WebUri) {
        return Some(&WEB_OR_PROXY);
    }
    if has(Clue::WebMethod) || has(Clue::WebRequest) {
        return Some(&WEB);
    }
    let program = clue(Clue::Program).and_then(Value::get)?;
    Some(PROGRAMS.iter().find(|(name, _)| *name == program).map_or(&SYSLOG[..], |(_, sources)| *sources))
}
