//! Channels that speak HTTP: each says what it sends and how it reads the answer, and this sends it.

use crate::{
    channel::{Channel, Failure, Receipt, Retry},
    http::{Answer, Http, HttpRequest},
    message::Message,
};
use async_trait::async_trait;

/// A channel over HTTP: what it sends and how it reads the answer.
pub(crate) trait HttpChannel: Send + Sync {
    /// The requests for `message`, each with the recipient that it reaches; one, with no name, for most.
    fn requests(&self, message: &Message) -> Result<Vec<(String, HttpRequest)>, Failure>;

    /// Whether the receiver took it.
    fn read(&self, answer: &Answer) -> Result<Receipt, Failure> {
        answer.judge().map(|()| Receipt::default())
    }
}

/// Sends what an [`HttpChannel`] makes.
pub(crate) struct OverHttp<C> {
    pub(crate) channel: C,
    pub(crate) http: Http,
    pub(crate) allow_internal: bool,
}

#[async_trait]
impl<C: HttpChannel> Channel for OverHttp<C> {
    async fn deliver(&self, message: &Message) -> Result<Receipt, Failure> {
        let mut outcomes = Vec::new();
        for (recipient, request) in self.channel.requests(message)? {
            if !message.reached.contains(&recipient) {
                let answer = self.http.send(&request, self.allow_internal, message.sent_at).await;
                outcomes.push((recipient, answer.and_then(|answer| self.channel.read(&answer))));
            }
        }
        for_all_recipients(message.reached.clone(), outcomes)
    }
}

/// Makes one outcome of those for each recipient: those who were not reached are tried again where that helps, and one
/// who cannot be reached at all is noted when others were.
pub(crate) fn for_all_recipients(
    mut reached: Vec<String>,
    outcomes: Vec<(String, Result<Receipt, Failure>)>,
) -> Result<Receipt, Failure> {
    let (mut receipt, mut open, mut refused) = (Receipt::default(), None, None);
    for (recipient, outcome) in outcomes {
        match outcome {
            Ok(taken) => {
                receipt.thread = taken.thread.or(receipt.thread);
                reached.push(recipient);
            }
            Err(failure) if failure.retry == Retry::Never => {
                receipt.note = format!("{}{recipient}: {}; ", receipt.note, failure.reason);
                refused = Some(failure);
            }
            Err(failure) => open = Some(failure),
        }
    }
    match (open, refused) {
        (Some(failure), _) => Err(Failure { reached, ..failure }),
        (None, Some(failure)) if reached.is_empty() => Err(failure),
        _ => Ok(receipt),
    }
}
