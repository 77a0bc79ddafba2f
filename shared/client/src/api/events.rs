//! Events as they happen, over a connection that comes back and resumes where it broke.

use std::{collections::VecDeque, fmt, pin::Pin, sync::Arc, time::Duration};

use contract::events::Event;
use reqwest::Response;
use tokio::time::{Instant, sleep_until, timeout, timeout_at};

use super::{
    Error,
    sse::{Message, Parser},
    transport::Transport,
};
use crate::Backoff;

/// How long the stream may be silent. The api sends a comment every 15 seconds.
const SILENCE: Duration = Duration::from_secs(45);

/// The stream of `GET /v1/events`, from its first connection on.
#[derive(Debug)]
pub struct Events {
    transport: Arc<Transport>,
    link: Link,
    received: VecDeque<Event>,
    last_id: Option<String>,
    backoff: Backoff,
    lost: bool,
    silence: Duration,
}

/// How the connection stands. It is kept here and not in a future, so that whoever waits for an event may stop waiting.
enum Link {
    Down { not_before: Instant },
    Opening(Pin<Box<dyn Future<Output = Result<Response, Error>> + Send + Sync>>),
    Up(Box<Connection>),
}

struct Connection {
    response: Response,
    parser: Parser,
    heard: Instant,
}

impl fmt::Debug for Link {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str(match self {
            Self::Down { .. } => "Down",
            Self::Opening(_) => "Opening",
            Self::Up(_) => "Up",
        })
    }
}

impl Events {
    pub(super) fn new(transport: Arc<Transport>) -> Self {
        Self {
            transport,
            link: Link::Down { not_before: Instant::now() },
            received: VecDeque::new(),
            last_id: None,
            backoff: Backoff::new(Duration::from_millis(500), Duration::from_secs(30)),
            lost: false,
            silence: SILENCE,
        }
    }

    /// Resumes after this event.
    #[must_use]
    pub fn after(mut self, id: i64) -> Self {
        self.last_id = Some(id.to_string());
        self
    }

    /// The next event, however long it takes and however often the connection has to be made anew: nothing between two
    /// events is left out as long as the api remembers it. May be dropped and called again. Each loss and each return
    /// is logged once. Events of kinds that this version does not know are passed over.
    ///
    /// # Errors
    /// [`Error::Unauthorized`] and nothing else: the token is not let in, and asking again does not help.
    pub async fn next(&mut self) -> Result<Event, Error> {
        loop {
            if let Some(event) = self.received.pop_front() {
                return Ok(event);
            }
            match self.advance().await {
                Ok(()) => {}
                Err(error @ Error::Unauthorized { .. }) => return Err(error),
                Err(error) => self.lose(&error),
            }
        }
    }

    /// One step: wait, connect, or read what comes.
    async fn advance(&mut self) -> Result<(), Error> {
        match &mut self.link {
            Link::Down { not_before } => {
                sleep_until(*not_before).await;
                self.open();
            }
            Link::Opening(response) => {
                let response = response.await?;
                if std::mem::take(&mut self.lost) {
                    tracing::info!("Event stream came back");
                }
                let connection = Connection { response, parser: Parser::default(), heard: Instant::now() };
                self.link = Link::Up(Box::new(connection));
            }
            Link::Up(connection) => {
                let Connection { response, parser, heard } = connection.as_mut();
                let chunk = timeout_at(*heard + self.silence, response.chunk()).await;
                let chunk = chunk.map_err(|_| Error::unavailable("it fell silent"))?;
                let chunk = chunk.map_err(|error| Error::unavailable(crate::outbound::told(error)))?;
                let chunk = chunk.ok_or_else(|| Error::unavailable("it ended the stream"))?;
                *heard = Instant::now();
                self.backoff.succeeded();
                let messages = parser.feed(&chunk);
                for message in messages {
                    self.receive(message);
                }
            }
        }
        Ok(())
    }

    fn open(&mut self) {
        let (transport, last_id, silence) = (self.transport.clone(), self.last_id.clone(), self.silence);
        self.link = Link::Opening(Box::pin(async move {
            let request = transport.stream(transport.url(["events"]), last_id.as_deref());
            timeout(silence, request).await.map_err(|_| Error::unavailable("it does not answer"))?
        }));
    }

    fn receive(&mut self, message: Message) {
        self.last_id = message.id.filter(|id| !id.is_empty()).or(self.last_id.take());
        match serde_json::from_str(&message.data) {
            Ok(event) => self.received.push_back(event),
            Err(error) => tracing::debug!(%error, "Event was not understood"),
        }
    }

    fn lose(&mut self, error: &Error) {
        if !std::mem::replace(&mut self.lost, true) {
            tracing::warn!(%error, "Event stream was lost");
        }
        self.link = Link::Down { not_before: Instant::now() + self.backoff.failed() };
    }

    #[cfg(test)]
    pub(super) fn impatient(mut self) -> Self {
        self.silence = Duration::from_millis(200);
        self.backoff = Backoff::new(Duration::from_millis(1), Duration::from_millis(10));
        self
    }
}
