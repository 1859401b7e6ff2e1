//! Text that is written to be read as code by whatever it is handed on to.

mod embedded;
mod graphql;
mod html;
mod ldap;
mod nosql;
mod server_include;
mod sql;
mod standing;
mod tag;
mod template;
mod xpath;
mod xss;
mod xxe;

use crate::Detector;

/// The detectors of this family.
pub(crate) static DETECTORS: [&Detector; 10] = [
    &sql::SQL,
    &xss::XSS,
    &html::HTML,
    &template::TEMPLATE,
    &nosql::NOSQL,
    &ldap::LDAP,
    &xpath::XPATH,
    &xxe::XXE,
    &server_include::SERVER_INCLUDE,
    &graphql::GRAPHQL,
];
