//! The fields by which an event's log source is known.

/// A field that tells what an event is of.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[expect(missing_docs, reason = "each is the field that `name` gives for it")]
pub enum Clue {
    Product,
    Category,
    Service,
    Channel,
    Provider,
    EventId,
    EventType,
    AwsSource,
    AwsVersion,
    ApiVersion,
    AuditId,
    AuditType,
    AuditArguments,
    OktaEvent,
    OktaMessage,
    AzureOperation,
    AzureResource,
    AzureCategory,
    AzureActivity,
    AzureRisk,
    AzureLoggedBy,
    SignInApplication,
    OfficeOperation,
    OfficeWorkload,
    GoogleService,
    GithubAction,
    GithubDocument,
    BitbucketCategory,
    OneloginEvent,
    ZeekPath,
    CanaryType,
    CanaryNode,
    Program,
    WebMethod,
    WebUri,
    WebRequest,
    DuoFactor,
    FortigateDevice,
    FortigateLog,
    ServiceName,
}

impl Clue {
    /// How many there are.
    pub const COUNT: usize = Self::ALL.len();

    /// All of them, in the order of their numbers.
    pub const ALL: [Self; 40] = [
        Self::Product,
        Self::Category,
        Self::Service,
        Self::Channel,
        Self::Provider,
        Self::EventId,
        Self::EventType,
        Self::AwsSource,
        Self::AwsVersion,
        Self::ApiVersion,
        Self::AuditId,
        Self::AuditType,
        Self::AuditArguments,
        Self::OktaEvent,
        Self::OktaMessage,
        Self::AzureOperation,
        Self::AzureResource,
        Self::AzureCategory,
        Self::AzureActivity,
        Self::AzureRisk,
        Self::AzureLoggedBy,
        Self::SignInApplication,
        Self::OfficeOperation,
        Self::OfficeWorkload,
        Self::GoogleService,
        Self::GithubAction,
        Self::GithubDocument,
        Self::BitbucketCategory,
        Self::OneloginEvent,
        Self::ZeekPath,
        Self::CanaryType,
        Self::CanaryNode,
        Self::Program,
        Self::WebMethod,
        Self::WebUri,
        Self::WebRequest,
        Self::DuoFactor,
        Self::FortigateDevice,
        Self::FortigateLog,
        Self::ServiceName,
    ];

    /// The name of the field.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Product => "logsource.product",
            Self::Category => "logsource.category",
            Self::Service => "logsource.service",
            Self::Channel => "Channel",
            Self::Provider => "Provider_Name",
            Self::EventId => "EventID",
            Self::EventType => "EventType",
            Self::AwsSource => "eventSource",
            Self::AwsVersion => "eventVersion",
            Self::ApiVersion => "apiVersion",
            Self::AuditId => "auditID",
            Self::AuditType => "type",
            Self::AuditArguments => "argc",
            Self::OktaEvent => "eventType",
            Self::OktaMessage => "displayMessage",
            Self::AzureOperation => "operationName",
            Self::AzureResource => "resourceId",
            Self::AzureCategory => "category",
            Self::AzureActivity => "activityDisplayName",
            Self::AzureRisk => "riskEventType",
            Self::AzureLoggedBy => "loggedByService",
            Self::SignInApplication => "appDisplayName",
            Self::OfficeOperation => "Operation",
            Self::OfficeWorkload => "Workload",
            Self::GoogleService => "protoPayload.serviceName",
            Self::GithubAction => "action",
            Self::GithubDocument => "_document_id",
            Self::BitbucketCategory => "auditType.category",
            Self::OneloginEvent => "event_type_id",
            Self::ZeekPath => "_path",
            Self::CanaryType => "logtype",
            Self::CanaryNode => "node_id",
            Self::Program => "program",
            Self::WebMethod => "cs-method",
            Self::WebUri => "c-uri",
            Self::WebRequest => "cs-uri-query",
            Self::DuoFactor => "access_device.ip",
            Self::FortigateDevice => "devname",
            Self::FortigateLog => "logid",
            Self::ServiceName => "service",
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn all_are_in_order() {
        for (index, clue) in Clue::ALL.into_iter().enumerate() {
            assert_eq!(clue as usize, index, "{clue:?}");
        }
    }
}
