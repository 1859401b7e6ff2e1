//! The connection to a mail server: to an address that is allowed, encrypted as the settings say, and bounded in what it
//! reads.

use super::{Security, Settings};
use crate::{
    address,
    channel::{Failure, Retry},
    settings::SettingsError,
    tls::{self, Authorities},
};
use lettre::transport::smtp::{
    Error,
    authentication::{Credentials, Mechanism},
    client::{AsyncSmtpConnection, AsyncTokioStream, Certificate, TlsParameters, TlsParametersBuilder, TlsVersion},
    extension::ClientId,
};
use rustls::pki_types::ServerName;
use std::{
    fmt, io,
    net::SocketAddr,
    pin::Pin,
    sync::Arc,
    task::{Context, Poll, ready},
    time::Duration,
};
use tokio::{
    io::{AsyncRead, AsyncWrite, ReadBuf},
    net::TcpStream,
};
use tokio_rustls::TlsConnector;

const CONNECT_TIMEOUT: Duration = Duration::from_secs(5);
/// A mail server that says more than this in one connection talks nonsense; answers are a few lines each.
const READ_BYTES_MAX: usize = 4 * 1024 * 1024;

/// A mail server and how to get to it.
pub(super) struct Server {
    settings: Settings,
    allow_internal: bool,
    /// For connections that are encrypted from the first byte.
    tls: Option<(TlsConnector, ServerName<'static>)>,
    /// For those that are encrypted later.
    starttls: Option<TlsParameters>,
}

impl Server {
    pub(super) fn new(
        settings: Settings,
        allow_internal: bool,
        authorities: &Authorities,
    ) -> Result<Self, SettingsError> {
        let fault = |error: &dyn fmt::Display| SettingsError::new("security", format!("cannot be had: {error}"));
        let (mut tls, mut starttls) = (None, None);
        match settings.security {
            Security::Tls => {
                let name = ServerName::try_from(settings.host.clone()).map_err(|error| fault(&error))?;
                let config = authorities.client().map_err(|error| fault(&error))?;
                tls = Some((TlsConnector::from(Arc::new(config)), name));
            }
            Security::Starttls => {
                starttls = Some(self::starttls(&settings.host, authorities).map_err(|error| fault(&error))?);
            }
            Security::None => {}
        }
        Ok(Self { settings, allow_internal, tls, starttls })
    }

    /// Connects, encrypts and signs in.
    pub(super) async fn connect(&self) -> Result<AsyncSmtpConnection, Failure> {
        let host = &self.settings.host;
        let tcp = address::connect(host, self.settings.port(), self.allow_internal, CONNECT_TIMEOUT).await?;
        let peer = tcp.peer_addr().map_err(|error| failed(host, &error))?;
        let stream: Box<dyn AsyncTokioStream> = match &self.tls {
            Some((connector, name)) => {
                let stream = connector.connect(name.clone(), tcp).await.map_err(|error| failed(host, &error))?;
                Box::new(Limited { stream, peer, left: READ_BYTES_MAX })
            }
            None => Box::new(Limited::<TcpStream> { stream: tcp, peer, left: READ_BYTES_MAX }),
        };
        let hello = ClientId::default();
        let mut connection =
            AsyncSmtpConnection::connect_with_transport(stream, &hello).await.map_err(|error| failed(host, &error))?;
        if let Some(parameters) = &self.starttls {
            // Without this, whoever sits in between could strip the encryption off.
            if !connection.can_starttls() {
                return Err(Failure::certain(format!("{host} offers no STARTTLS"), Retry::Later));
            }
            connection.starttls(parameters.clone(), &hello).await.map_err(|error| failed(host, &error))?;
        }
        self.sign_in(&mut connection).await?;
        Ok(connection)
    }

    async fn sign_in(&self, connection: &mut AsyncSmtpConnection) -> Result<(), Failure> {
        if self.settings.username.is_empty() {
            return Ok(());
        }
        let credentials = Credentials::new(self.settings.username.clone(), self.settings.password.reveal().to_owned());
        match connection.auth(&[Mechanism::Plain, Mechanism::Login], &credentials).await {
            Ok(_) => Ok(()),
            Err(error) => {
                let retry = if error.is_permanent() || error.is_client() { Retry::Never } else { Retry::Later };
                let reason = format!("{} refuses to sign {} in: {error}", self.settings.host, self.settings.username);
                Err(Failure::certain(crate::message::one_line(&reason, 300), retry))
            }
        }
    }
}

/// What STARTTLS goes on with: the same trust, in the form that the mail library asks for.
fn starttls(host: &str, authorities: &Authorities) -> Result<TlsParameters, Error> {
    let own =
        authorities.certificates().map(|der| Certificate::from_der(der.to_vec())).collect::<Result<Vec<_>, _>>()?;
    let builder = TlsParameters::builder(host.to_owned()).set_min_tls_version(TlsVersion::Tlsv12);
    own.into_iter().fold(builder, TlsParametersBuilder::add_root_certificate).build_rustls()
}

/// Why there is no connection to `host`; it is tried again, because most of it passes.
fn failed(host: &str, error: &(dyn std::error::Error + 'static)) -> Failure {
    let reason = tls::refusal(error).unwrap_or_else(|| error.to_string());
    Failure::certain(crate::message::one_line(&format!("{host}: {reason}"), 300), Retry::Later)
}

/// A stream that breaks when more was read from it than is sensible.
struct Limited<S> {
    stream: S,
    peer: SocketAddr,
    left: usize,
}

impl<S> fmt::Debug for Limited<S> {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "connection to {}", self.peer)
    }
}

impl<S: AsyncRead + AsyncWrite + Send + Sync + Unpin> AsyncTokioStream for Limited<S> {
    fn peer_addr(&self) -> io::Result<SocketAddr> {
        Ok(self.peer)
    }
}

impl<S: AsyncRead + Unpin> AsyncRead for Limited<S> {
    fn poll_read(self: Pin<&mut Self>, context: &mut Context<'_>, buffer: &mut ReadBuf<'_>) -> Poll<io::Result<()>> {
        let this = self.get_mut();
        let before = buffer.filled().len();
        ready!(Pin::new(&mut this.stream).poll_read(context, buffer))?;
        let read = buffer.filled().len() - before;
        match this.left.checked_sub(read) {
            Some(left) => this.left = left,
            None => return Poll::Ready(Err(io::Error::other("the server says more than anybody would"))),
        }
        Poll::Ready(Ok(()))
    }
}

impl<S: AsyncWrite + Unpin> AsyncWrite for Limited<S> {
    fn poll_write(self: Pin<&mut Self>, context: &mut Context<'_>, bytes: &[u8]) -> Poll<io::Result<usize>> {
        Pin::new(&mut self.get_mut().stream).poll_write(context, bytes)
    }

    fn poll_flush(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.get_mut().stream).poll_flush(context)
    }

    fn poll_shutdown(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.get_mut().stream).poll_shutdown(context)
    }
}
