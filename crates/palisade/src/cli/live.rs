//! The client's end of the live stream: the WebSocket of `/api/v1/stream`.
//!
//! The opening handshake goes through the HTTP client, so that TLS, proxies and refusals are the same as everywhere
//! else; the frames are read by `tokio-tungstenite`.

use super::{Failure, client::Client};
use anyhow::Context as _;
use futures::StreamExt as _;
use serde_json::Value;
use tokio_tungstenite::{
    WebSocketStream,
    tungstenite::{
        Message,
        handshake::{client::generate_key, derive_accept_key},
        protocol::{Role, WebSocketConfig},
    },
};

/// The subprotocol whose frames are JSON texts.
const JSON_FRAMES: &str = "palisade.v1.json";
/// The largest frame that is read: an observation at the limits of the server, with room for escapes.
const FRAME_BYTES_MAX: usize = 16 << 20;

/// An open stream.
pub struct LiveStream(WebSocketStream<reqwest::Upgraded>);

/// What a frame says.
pub enum Frame {
    /// Something came in.
    Observation(Value),
    /// Something was found.
    Finding(Value),
    /// So many frames were left out because this client was too slow.
    Missed(u64),
}

impl LiveStream {
    /// Opens the stream with `parameters` in the address, such as `("filter", "severity>=high")`.
    ///
    /// # Errors
    /// When the server cannot be reached or refuses.
    pub async fn open(client: &Client, parameters: &[(&str, &str)]) -> anyhow::Result<Self> {
        let key = generate_key();
        let headers = [
            ("connection", "Upgrade"),
            ("upgrade", "websocket"),
            ("sec-websocket-version", "13"),
            ("sec-websocket-protocol", JSON_FRAMES),
            ("sec-websocket-key", &key),
        ];
        let response = client.upgrade("/api/v1/stream", parameters, &headers).await?;
        let header = |name: &str| response.headers().get(name).and_then(|value| value.to_str().ok());
        if header("sec-websocket-accept") != Some(derive_accept_key(key.as_bytes()).as_str()) {
            return Err(Failure::internal("what answers at this address is not a WebSocket server").into());
        }
        let socket = response.upgrade().await.context("the server broke off the handshake")?;
        let config =
            WebSocketConfig::default().max_message_size(Some(FRAME_BYTES_MAX)).max_frame_size(Some(FRAME_BYTES_MAX));
        Ok(Self(WebSocketStream::from_raw_socket(socket, Role::Client, Some(config)).await))
    }

    /// The text of the next frame; `None` when the server closed the stream.
    ///
    /// # Errors
    /// When the connection broke.
    pub async fn next_text(&mut self) -> anyhow::Result<Option<String>> {
        while let Some(message) = self.0.next().await {
            match message.context("the live stream broke off")? {
                Message::Text(text) => return Ok(Some(text.as_str().to_owned())),
                Message::Close(_) => return Ok(None),
                _ => {}
            }
        }
        Ok(None)
    }
}

/// Reads a frame; `None` for a kind that a later server added.
#[must_use]
pub fn read(text: &str) -> Option<Frame> {
    let frame: Value = serde_json::from_str(text).ok()?;
    match frame.get("type")?.as_str()? {
        "event" | "metric" | "span" => Some(Frame::Observation(frame)),
        "finding" => Some(Frame::Finding(frame)),
        "missed" => frame.get("missed")?.as_u64().map(Frame::Missed),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::cli::client::{Connection, Secret};
    use futures::SinkExt as _;
    use tokio::net::TcpListener;
    use tokio_tungstenite::{
        accept_hdr_async,
        tungstenite::handshake::server::{Request, Response},
    };

    #[tokio::test]
    async fn frames_come_through_the_handshake_of_the_http_client() {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = format!("http://{}", listener.local_addr().unwrap());
        let client = Client::new(&Connection { url, key: Some(Secret::from("pal_k".to_owned())) }).unwrap();
        let server = tokio::spawn(async move {
            let (stream, _) = listener.accept().await.unwrap();
            #[allow(clippy::result_large_err, reason = "the callback's type is tungstenite's")]
            let check = |request: &Request, mut response: Response| {
                assert_eq!(request.uri(), "/api/v1/stream?filter=severity%3E%3Dhigh");
                assert_eq!(request.headers()["authorization"], "Bearer pal_k");
                let protocol = request.headers()["sec-websocket-protocol"].clone();
                response.headers_mut().insert("sec-websocket-protocol", protocol);
                Ok(response)
            };
            let mut socket = accept_hdr_async(stream, check).await.unwrap();
            socket.send(Message::Ping(Vec::new().into())).await.unwrap();
            socket.send(Message::text("{\"type\":\"event\"}")).await.unwrap();
            socket.close(None).await.unwrap();
        });
        let mut stream = LiveStream::open(&client, &[("filter", "severity>=high")]).await.unwrap();
        assert_eq!(stream.next_text().await.unwrap().as_deref(), Some("{\"type\":\"event\"}"));
        assert_eq!(stream.next_text().await.unwrap(), None);
        server.await.unwrap();
    }

    #[test]
    fn frames_are_told_apart_by_type() {
        let kind = |text: &str| match read(text) {
            Some(Frame::Observation(_)) => "observation",
            Some(Frame::Finding(_)) => "finding",
            Some(Frame::Missed(3)) => "missed 3",
            Some(Frame::Missed(_)) => "missed",
            None => "none",
        };
        let cases = [
            (r#"{"type":"event"}"#, "observation"),
            (r#"{"type":"span"}"#, "observation"),
            (r#"{"type":"finding"}"#, "finding"),
            (r#"{"type":"missed","missed":3}"#, "missed 3"),
            (r#"{"type":"news"}"#, "none"),
            ("[]", "none"),
            ("{", "none"),
        ];
        for (text, wanted) in cases {
            assert_eq!(kind(text), wanted, "{text}");
        }
    }
}
