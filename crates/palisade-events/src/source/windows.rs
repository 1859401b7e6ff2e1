//! Windows events: the channel names the service; of some channels the event's number names a category too.
//!
//! The services are those of the Sigma taxonomy ("Windows log sources"), the categories of Sysmon those of its page on
//! generic log sources.

use super::{Clue, KnownSource};
use crate::Value;
use std::{collections::HashMap, sync::LazyLock};

type Sources = &'static [KnownSource];

const fn windows(category: &'static str, service: &'static str) -> KnownSource {
    KnownSource { product: "windows", category, service }
}

const fn linux(category: &'static str) -> KnownSource {
    KnownSource { product: "linux", category, service: "sysmon" }
}

/// A channel of which nothing more is known.
static OTHER: [KnownSource; 1] = [windows("", "")];

/// Channels in lower case, with their service.
static CHANNELS: &[(&str, Sources)] = &[
    ("application", &[windows("", "application")]),
    ("security", &[windows("", "security")]),
    ("system", &[windows("", "system")]),
    ("windows powershell", &[windows("", "powershell-classic")]),
    ("microsoft-windows-powershell/operational", &[windows("", "powershell")]),
    ("powershellcore/operational", &[windows("", "powershell")]),
    ("microsoft-windows-sysmon/operational", &[windows("", "sysmon")]),
    ("dns server", &[windows("", "dns-server")]),
    ("microsoft-windows-dns-server/analytical", &[windows("", "dns-server-analytic")]),
    ("microsoft-windows-dns-server/audit", &[windows("", "dns-server-audit")]),
    ("microsoft-windows-dns client events/operational", &[windows("", "dns-client")]),
    ("microsoft-windows-dns-client/operational", &[windows("", "dns-client")]),
    ("microsoft-windows-ntlm/operational", &[windows("", "ntlm")]),
    ("microsoft-windows-taskscheduler/operational", &[windows("", "taskscheduler")]),
    ("microsoft-windows-wmi-activity/operational", &[windows("", "wmi")]),
    ("microsoft-windows-windows defender/operational", &[windows("", "windefend")]),
    ("microsoft-windows-windows firewall with advanced security/firewall", &[windows("", "firewall-as")]),
    ("microsoft-windows-bits-client/operational", &[windows("", "bits-client")]),
    ("microsoft-windows-driverframeworks-usermode/operational", &[windows("", "driver-framework")]),
    ("microsoft-windows-applocker/msi and script", &[windows("", "applocker")]),
    ("microsoft-windows-applocker/exe and dll", &[windows("", "applocker")]),
    ("microsoft-windows-applocker/packaged app-deployment", &[windows("", "applocker")]),
    ("microsoft-windows-applocker/packaged app-execution", &[windows("", "applocker")]),
    ("microsoft-windows-codeintegrity/operational", &[windows("", "codeintegrity-operational")]),
    ("microsoft-windows-printservice/admin", &[windows("", "printservice-admin")]),
    ("microsoft-windows-printservice/operational", &[windows("", "printservice-operational")]),
    (
        "microsoft-windows-terminalservices-localsessionmanager/operational",
        &[windows("", "terminalservices-localsessionmanager")],
    ),
    ("microsoft-windows-smbclient/security", &[windows("", "smbclient-security")]),
    ("microsoft-windows-smbclient/connectivity", &[windows("", "smbclient-connectivity")]),
    ("microsoft-windows-smbserver/connectivity", &[windows("", "smbserver-connectivity")]),
    ("msexchange management", &[windows("", "msexchange-management")]),
    ("microsoft-servicebus-client", &[windows("", "microsoft-servicebus-client")]),
    ("microsoft-servicebus-client/admin", &[windows("", "microsoft-servicebus-client")]),
    ("microsoft-servicebus-client/operational", &[windows("", "microsoft-servicebus-client")]),
    ("microsoft-windows-ldap-client/debug", &[windows("", "ldap"), windows("", "ldap_debug")]),
    ("microsoft-windows-security-mitigations/kernel mode", &[windows("", "security-mitigations")]),
    ("microsoft-windows-security-mitigations/user mode", &[windows("", "security-mitigations")]),
    ("microsoft-windows-security-mitigations/kernelmode", &[windows("", "security-mitigations")]),
    ("microsoft-windows-security-mitigations/usermode", &[windows("", "security-mitigations")]),
    ("microsoft-windows-diagnosis-scripted/operational", &[windows("", "diagnosis-scripted")]),
    ("microsoft-windows-shell-core/operational", &[windows("", "shell-core")]),
    ("openssh/operational", &[windows("", "openssh")]),
    ("microsoft-windows-appxdeploymentserver/operational", &[windows("", "appxdeployment-server")]),
    ("microsoft-windows-appxdeployment-server/operational", &[windows("", "appxdeployment-server")]),
    ("microsoft-windows-appxpackaging/operational", &[windows("", "appxpackaging-om")]),
    ("microsoft-windows-appxpackagingom/operational", &[windows("", "appxpackaging-om")]),
    ("microsoft-windows-appmodel-runtime/admin", &[windows("", "appmodel-runtime")]),
    ("microsoft-windows-lsa/operational", &[windows("", "lsa-server")]),
    ("microsoft-windows-capi2/operational", &[windows("", "capi2")]),
    (
        "microsoft-windows-certificateservicesclient-lifecycle-system/operational",
        &[windows("", "certificateservicesclient-lifecycle-system")],
    ),
    ("microsoft-iis-configuration/operational", &[windows("", "iis-configuration")]),
    ("microsoft-windows-iis-configuration/operational", &[windows("", "iis-configuration")]),
    ("microsoft-windows-hyper-v-worker", &[windows("", "hyper-v-worker")]),
    ("microsoft-windows-kernel-event-tracing", &[windows("", "kernel-event-tracing")]),
    ("microsoft-windows-kernel-shimengine/operational", &[windows("", "kernel-shimengine")]),
    ("directory service", &[windows("", "directory-service")]),
    ("rpcfw", &[KnownSource { product: "rpc_firewall", category: "application", service: "" }]),
];

/// Channels in lower case and numbers of events, with their category and service.
static EVENTS: &[(&str, &[u32], Sources)] = &[
    ("security", &[4688], &[windows("process_creation", "security")]),
    ("security", &[5156], &[windows("network_connection", "security")]),
    ("security", &[4657], &[windows("registry_event", "security"), windows("registry_set", "security")]),
    ("microsoft-windows-powershell/operational", &[4103], &[windows("ps_module", "powershell")]),
    ("microsoft-windows-powershell/operational", &[4104], &[windows("ps_script", "powershell")]),
    ("powershellcore/operational", &[4103], &[windows("ps_module", "powershell")]),
    ("powershellcore/operational", &[4104], &[windows("ps_script", "powershell")]),
    ("windows powershell", &[400], &[windows("ps_classic_start", "powershell-classic")]),
    ("windows powershell", &[600], &[windows("ps_classic_provider_start", "powershell-classic")]),
    ("windows powershell", &[800], &[windows("ps_classic_script", "powershell-classic")]),
    (SYSMON, &[1], &[windows("process_creation", "sysmon")]),
    (SYSMON, &[2], &[windows("file_change", "sysmon")]),
    (SYSMON, &[3], &[windows("network_connection", "sysmon")]),
    (SYSMON, &[4, 16], &[windows("sysmon_status", "sysmon")]),
    (SYSMON, &[5], &[windows("process_termination", "sysmon")]),
    (SYSMON, &[6], &[windows("driver_load", "sysmon")]),
    (SYSMON, &[7], &[windows("image_load", "sysmon")]),
    (SYSMON, &[8], &[windows("create_remote_thread", "sysmon")]),
    (SYSMON, &[9], &[windows("raw_access_thread", "sysmon")]),
    (SYSMON, &[10], &[windows("process_access", "sysmon")]),
    (SYSMON, &[11], &[windows("file_event", "sysmon")]),
    (SYSMON, &[12], &[windows("registry_event", "sysmon")]),
    (SYSMON, &[13], &[windows("registry_event", "sysmon"), windows("registry_set", "sysmon")]),
    (SYSMON, &[14], &[windows("registry_event", "sysmon"), windows("registry_rename", "sysmon")]),
    (SYSMON, &[15], &[windows("create_stream_hash", "sysmon")]),
    (SYSMON, &[17, 18], &[windows("pipe_created", "sysmon")]),
    (SYSMON, &[19, 20, 21], &[windows("wmi_event", "sysmon")]),
    (SYSMON, &[22], &[windows("dns_query", "sysmon")]),
    (SYSMON, &[23, 26], &[windows("file_delete", "sysmon")]),
    (SYSMON, &[24], &[windows("clipboard_change", "sysmon")]),
    (SYSMON, &[25], &[windows("process_tampering", "sysmon")]),
    (SYSMON, &[27], &[windows("file_block_executable", "sysmon")]),
    (SYSMON, &[28], &[windows("file_block_shredding", "sysmon")]),
    (SYSMON, &[29], &[windows("file_executable_detected", "sysmon")]),
    (SYSMON, &[255], &[windows("sysmon_error", "sysmon")]),
    (LINUX_SYSMON, &[1], &[linux("process_creation")]),
    (LINUX_SYSMON, &[3], &[linux("network_connection")]),
    (LINUX_SYSMON, &[4, 16], &[linux("sysmon_status")]),
    (LINUX_SYSMON, &[5], &[linux("process_termination")]),
    (LINUX_SYSMON, &[9], &[linux("raw_access_thread")]),
    (LINUX_SYSMON, &[10], &[linux("process_access")]),
    (LINUX_SYSMON, &[11], &[linux("file_event")]),
    (LINUX_SYSMON, &[23], &[linux("file_delete")]),
];

const SYSMON: &str = "microsoft-windows-sysmon/operational";
const LINUX_SYSMON: &str = "linux-sysmon/operational";

/// A registry event of Sysmon that made a key, or removed a key or value.
static REGISTRY_ADD: [KnownSource; 2] = [windows("registry_event", "sysmon"), windows("registry_add", "sysmon")];
static REGISTRY_DELETE: [KnownSource; 2] = [windows("registry_event", "sysmon"), windows("registry_delete", "sysmon")];
static LINUX_OTHER: [KnownSource; 1] = [linux("")];

/// The sources of a channel by number, and those of all other numbers.
type Channel = (HashMap<u32, Sources>, Sources);

static BY_CHANNEL: LazyLock<HashMap<&str, Channel>> = LazyLock::new(|| {
    let mut table: HashMap<&str, Channel> = HashMap::new();
    for (channel, sources) in CHANNELS {
        table.insert(channel, (HashMap::new(), sources));
    }
    table.insert(LINUX_SYSMON, (HashMap::new(), &LINUX_OTHER));
    for (channel, numbers, sources) in EVENTS {
        let entry = table.entry(channel).or_insert_with(|| (HashMap::new(), &OTHER));
        entry.0.extend(numbers.iter().map(|number| (*number, *sources)));
    }
    table
});

/// The sources of a Windows event.
pub(super) fn infer<'v>(clue: &impl Fn(Clue) -> Option<Value<'v>>) -> Option<Sources> {
    let mut channel = clue(Clue::Channel).and_then(Value::get);
    if channel.as_ref().is_none_or(|channel| channel.is_empty()) {
        let provider = clue(Clue::Provider).and_then(Value::get)?;
        channel = Some(channel_of_provider(&provider)?.into());
    }
    let channel = channel?.to_ascii_lowercase();
    let Some((events, rest)) = BY_CHANNEL.get(channel.as_str()) else {
        return clue(Clue::EventId).map(|_| &OTHER[..]);
    };
    let number = clue(Clue::EventId).and_then(|value| value.get()?.trim().parse::<u32>().ok());
    if channel == SYSMON && number == Some(12) {
        return Some(registry(clue));
    }
    Some(number.and_then(|number| events.get(&number)).unwrap_or(rest))
}

/// The channel of a provider that writes to only one.
fn channel_of_provider(provider: &str) -> Option<&'static str> {
    match provider {
        "Microsoft-Windows-Sysmon" => Some(SYSMON),
        "Linux-Sysmon" => Some(LINUX_SYSMON),
        "Microsoft-Windows-Security-Auditing" => Some("security"),
        "Microsoft-Windows-PowerShell" => Some("microsoft-windows-powershell/operational"),
        "PowerShell" => Some("windows powershell"),
        _ => None,
    }
}

fn registry<'v>(clue: &impl Fn(Clue) -> Option<Value<'v>>) -> Sources {
    match clue(Clue::EventType).and_then(Value::get).as_deref() {
        Some("CreateKey" | "AddKey" | "CreateValue") => &REGISTRY_ADD,
        Some("DeleteKey" | "DeleteValue") => &REGISTRY_DELETE,
        _ => &REGISTRY_ADD[..1],
    }
}
