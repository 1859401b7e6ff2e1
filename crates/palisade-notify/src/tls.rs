//! Whom a channel trusts over TLS, the same for HTTP and mail: the authorities of the system, and those that its settings
//! add. TLS 1.2 or newer; nothing switches the check of certificates off.

use crate::settings::SettingsError;
use rustls::{
    AlertDescription, CertificateError, ClientConfig, PeerIncompatible, RootCertStore,
    crypto::aws_lc_rs,
    pki_types::{CertificateDer, pem::PemObject as _},
    version::{TLS12, TLS13},
};
use std::{error::Error, io, sync::Arc};

/// Longest list of own authorities, in bytes: some forty of them.
const AUTHORITIES_BYTES_MAX: usize = 64 * 1024;
const FIELD: &str = "ca_certificates";

/// Certificate authorities of an organisation's own, which a channel trusts beside the system's.
#[derive(Clone, Debug, Default)]
pub(crate) struct Authorities(Vec<CertificateDer<'static>>);

impl Authorities {
    /// Reads the member `ca_certificates`: certificates in PEM. Nothing is no authority.
    pub(crate) fn read(pem: &str) -> Result<Self, SettingsError> {
        let fault = |problem: String| SettingsError::new(FIELD, problem);
        if pem.len() > AUTHORITIES_BYTES_MAX {
            return Err(fault(format!("is longer than {AUTHORITIES_BYTES_MAX} bytes")));
        }
        let read: Result<Vec<_>, _> = CertificateDer::pem_slice_iter(pem.as_bytes()).collect();
        let certificates = read.map_err(|error| fault(format!("cannot be read: {error}")))?;
        if certificates.is_empty() && !pem.is_empty() {
            return Err(fault("has no certificate: each begins with -----BEGIN CERTIFICATE-----".into()));
        }
        let mut roots = RootCertStore::empty();
        for certificate in &certificates {
            roots.add(certificate.clone()).map_err(|error| fault(format!("cannot be used: {error}")))?;
        }
        Ok(Self(certificates))
    }

    /// The configuration of a client that trusts the system's authorities and these.
    pub(crate) fn client(&self) -> Result<ClientConfig, rustls::Error> {
        let mut roots = RootCertStore::empty();
        roots.add_parsable_certificates(rustls_native_certs::load_native_certs().certs);
        roots.add_parsable_certificates(self.0.iter().cloned());
        let config = ClientConfig::builder_with_provider(Arc::new(aws_lc_rs::default_provider()))
            .with_protocol_versions(&[&TLS13, &TLS12])?
            .with_root_certificates(roots)
            .with_no_client_auth();
        Ok(config)
    }

    /// Each certificate in DER.
    pub(crate) fn certificates(&self) -> impl Iterator<Item = &[u8]> {
        self.0.iter().map(AsRef::as_ref)
    }
}

/// Why a connection was not made, where TLS is the reason: what is wrong with the receiver, and what helps.
pub(crate) fn refusal(error: &(dyn Error + 'static)) -> Option<String> {
    let mut cause = Some(error);
    while let Some(error) = cause {
        if let Some(error) = of_tls(error) {
            return explain(error);
        }
        cause = error.source();
    }
    None
}

/// An error of input and output hides the one that it is made of from `source`.
fn of_tls<'a>(error: &'a (dyn Error + 'static)) -> Option<&'a rustls::Error> {
    error.downcast_ref().or_else(|| of_tls(error.downcast_ref::<io::Error>()?.get_ref()?))
}

fn explain(error: &rustls::Error) -> Option<String> {
    match error {
        rustls::Error::InvalidCertificate(CertificateError::UnknownIssuer) => Some(format!(
            "its certificate is not trusted, because nobody trusted has issued it: if its authority is your own, put that \
             into `{FIELD}`"
        )),
        rustls::Error::InvalidCertificate(error) => Some(format!("its certificate is not accepted: {error}")),
        rustls::Error::AlertReceived(AlertDescription::ProtocolVersion)
        | rustls::Error::PeerIncompatible(PeerIncompatible::ServerDoesNotSupportTls12Or13) => {
            Some("it speaks no TLS 1.2 or newer".into())
        }
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_no_certificate_is_refused() {
        let text = "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n";
        for (pem, wanted) in [
            ("root", "ca_certificates has no certificate"),
            ("-----BEGIN CERTIFICATE-----\n!\n-----END CERTIFICATE-----", "ca_certificates cannot be read"),
            (text, "ca_certificates cannot be used"),
            (&text.repeat(2_000), "ca_certificates is longer than 65536 bytes"),
        ] {
            let error = Authorities::read(pem).unwrap_err().to_string();
            assert!(error.starts_with(wanted), "{error}");
        }
        assert_eq!(Authorities::read("").unwrap().certificates().count(), 0);
    }
}
