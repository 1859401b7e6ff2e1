//! A receiver on this machine that keeps what it is sent, and answers as all of the services do that somebody listens for.

use axum::{
    Router,
    extract::State,
    http::{HeaderMap, Method},
};
use serde_json::{Value, json};
use std::{
    collections::BTreeMap,
    sync::{Arc, Mutex},
};
use tokio::net::TcpListener;

/// What was sent.
#[derive(Clone, Debug)]
pub(crate) struct Request {
    pub(crate) headers: BTreeMap<String, String>,
    pub(crate) body: String,
}

type Taken = Arc<Mutex<Vec<Request>>>;

/// The receiver.
pub(crate) struct Receiver {
    address: String,
    taken: Taken,
}

impl Receiver {
    pub(crate) async fn start() -> Self {
        let taken = Taken::default();
        let take = |State(taken): State<Taken>, method: Method, headers: HeaderMap, body: String| async move {
            assert_eq!(method, Method::POST);
            let text = |value: &axum::http::HeaderValue| value.to_str().unwrap().to_owned();
            let headers = headers.iter().map(|(name, value)| (name.to_string(), text(value))).collect();
            taken.lock().unwrap().push(Request { headers, body });
            // Slack reads `ok` and `ts`, Discord `id`, Telegram `result`.
            axum::Json(json!({"ok": true, "ts": "17", "id": "17", "result": {"message_id": 17}}))
        };
        let router = Router::new().fallback(take).with_state(Arc::clone(&taken));
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = format!("http://{}", listener.local_addr().unwrap());
        tokio::spawn(async move { axum::serve(listener, router).await.unwrap() });
        Self { address, taken }
    }

    /// `settings` with the addresses that are paths leading here.
    pub(crate) fn addressed(&self, settings: &Value) -> Value {
        let mut settings = settings.clone();
        for (_, value) in settings.as_object_mut().unwrap() {
            if let Some(path) = value.as_str().filter(|text| text.starts_with('/')) {
                *value = format!("{}{path}", self.address).into();
            }
        }
        settings
    }

    pub(crate) fn taken(&self) -> Vec<Request> {
        self.taken.lock().unwrap().clone()
    }
}
