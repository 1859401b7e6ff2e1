//! Certificates for syslog over TLS (RFC 5425).

use crate::{
    cli::{Failure, bounded},
    config,
};
use rustls::{
    RootCertStore, ServerConfig,
    crypto::aws_lc_rs,
    pki_types::{CertificateDer, PrivateKeyDer, pem::PemObject as _},
    server::WebPkiClientVerifier,
};
use std::{path::Path, sync::Arc};
use tokio_rustls::TlsAcceptor;

/// A chain of certificates has some 10 KB, all public roots together 300.
const FILE_BYTES_MAX: u64 = 4 << 20;

/// What lets senders in as the configuration says.
pub(super) fn acceptor(config: &config::Syslog) -> Result<TlsAcceptor, Failure> {
    let provider = Arc::new(aws_lc_rs::default_provider());
    let certificates = certificates(&config.tls_certificate_file)?;
    let key = key(&config.tls_key_file)?;
    let builder = ServerConfig::builder_with_provider(Arc::clone(&provider))
        .with_safe_default_protocol_versions()
        .map_err(|error| Failure::internal(format!("cannot use TLS: {error}")))?;
    let builder = if config.tls_client_ca_file.as_os_str().is_empty() {
        builder.with_no_client_auth()
    } else {
        let roots = Arc::new(roots(&config.tls_client_ca_file)?);
        let verifier = WebPkiClientVerifier::builder_with_provider(roots, provider).build();
        builder.with_client_cert_verifier(verifier.map_err(|error| unusable(&config.tls_client_ca_file, &error))?)
    };
    let config =
        builder.with_single_cert(certificates, key).map_err(|error| unusable(&config.tls_certificate_file, &error))?;
    Ok(TlsAcceptor::from(Arc::new(config)))
}

fn certificates(path: &Path) -> Result<Vec<CertificateDer<'static>>, Failure> {
    let text = read(path)?;
    let read: Result<Vec<_>, _> = CertificateDer::pem_slice_iter(text.as_bytes()).collect();
    let certificates = read.map_err(|error| unusable(path, &error))?;
    if certificates.is_empty() {
        return Err(unusable(path, &"it holds no certificate"));
    }
    Ok(certificates)
}

fn key(path: &Path) -> Result<PrivateKeyDer<'static>, Failure> {
    PrivateKeyDer::from_pem_slice(read(path)?.as_bytes()).map_err(|error| unusable(path, &error))
}

fn roots(path: &Path) -> Result<RootCertStore, Failure> {
    let mut roots = RootCertStore::empty();
    for certificate in certificates(path)? {
        roots.add(certificate).map_err(|error| unusable(path, &error))?;
    }
    Ok(roots)
}

fn read(path: &Path) -> Result<String, Failure> {
    bounded::read_file(path, FILE_BYTES_MAX).map_err(|error| unusable(path, &error))
}

fn unusable(path: &Path, error: &dyn std::fmt::Display) -> Failure {
    Failure::input(format!("cannot use {} for TLS: {error}", path.display()))
        .hint("name files in PEM form in tls_certificate_file and tls_key_file under [syslog]")
}
