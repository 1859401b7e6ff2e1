//! A subscriber of the live stream, reading when the test says so.

use crate::{deadline::PATIENCE, server::Server};
use palisade_model::wire::Frame;
use prost::Message as _;
use serde_json::Value;
use std::{net::TcpStream, time::Instant};
use tokio_tungstenite::tungstenite::{
    self, Message, WebSocket,
    client::IntoClientRequest,
    http::{HeaderValue, header},
};

/// An open stream.
pub struct Live {
    socket: WebSocket<TcpStream>,
    /// The subprotocol that the server chose.
    pub protocol: Option<String>,
}

impl Live {
    /// Subscribes with the admin key in the header.
    pub fn open(server: &Server, protocols: &str, filter: &str) -> Self {
        let authorization = format!("Bearer {}", server.key);
        Self::try_open(server, protocols, filter, Some(&authorization)).unwrap()
    }

    /// Subscribes.
    ///
    /// # Errors
    /// The status with which the server refuses.
    pub fn try_open(server: &Server, protocols: &str, filter: &str, authorization: Option<&str>) -> Result<Self, u16> {
        let address = format!("ws://{}/api/v1/stream?filter={}", server.address, encoded(filter));
        let mut request = address.into_client_request().unwrap();
        let value = |text: &str| HeaderValue::from_str(text).unwrap();
        if !protocols.is_empty() {
            request.headers_mut().insert(header::SEC_WEBSOCKET_PROTOCOL, value(protocols));
        }
        if let Some(authorization) = authorization {
            request.headers_mut().insert(header::AUTHORIZATION, value(authorization));
        }
        let stream = TcpStream::connect(server.address).unwrap();
        stream.set_read_timeout(Some(PATIENCE)).unwrap();
        match tungstenite::client(request, stream) {
            Ok((socket, response)) => {
                let chosen = response.headers().get(header::SEC_WEBSOCKET_PROTOCOL);
                Ok(Self { socket, protocol: chosen.map(|chosen| chosen.to_str().unwrap().to_owned()) })
            }
            Err(tungstenite::HandshakeError::Failure(tungstenite::Error::Http(response))) => {
                Err(response.status().as_u16())
            }
            Err(error) => panic!("no stream: {error}"),
        }
    }

    /// The next frame; `None` when the stream has ended.
    pub fn next(&mut self) -> Option<Message> {
        let started = Instant::now();
        while started.elapsed() < PATIENCE {
            match self.socket.read() {
                Ok(frame @ (Message::Text(_) | Message::Binary(_))) => return Some(frame),
                Ok(Message::Close(_)) => return None,
                Ok(_) => {}
                Err(tungstenite::Error::Io(error)) if error.kind() == std::io::ErrorKind::WouldBlock => {}
                Err(_) => return None,
            }
        }
        panic!("no frame within {PATIENCE:?}");
    }

    /// The next frame as JSON.
    pub fn next_json(&mut self) -> Value {
        match self.next() {
            Some(Message::Text(text)) => serde_json::from_str(text.as_str()).unwrap(),
            other => panic!("not a JSON frame: {other:?}"),
        }
    }

    /// The next frame as protobuf.
    pub fn next_protobuf(&mut self) -> Frame {
        match self.next() {
            Some(Message::Binary(bytes)) => Frame::decode(bytes).unwrap(),
            other => panic!("not a protobuf frame: {other:?}"),
        }
    }
}

/// Percent-encoding of everything but letters and digits.
fn encoded(text: &str) -> String {
    let encode = |byte: u8| match byte.is_ascii_alphanumeric() {
        true => char::from(byte).to_string(),
        false => format!("%{byte:02X}"),
    };
    text.bytes().map(encode).collect()
}
