//! A setting that may change while the process runs: a file in `CONFIG_DIR`, or a secret's file, replaces its value.

use std::{
    fmt,
    sync::{Arc, OnceLock},
};

use arc_swap::ArcSwap;
use tokio::sync::{Notify, watch};

use super::Value;

/// The place of a value that may change. Clones are the same place.
///
/// A field of this type is live: the reference says so, and whoever reads it sees the last good value, without a lock.
/// A `Live<Option<T>>` may come and go; an `Option<Live<T>>` that is there at the start may change, and not go.
/// Two settings that must agree are one setting.
///
/// ```
/// # use chassis::config::{Live, Seconds};
/// chassis::section! {
///     /// How a feed is followed.
///     pub struct Feed {
///         /// How often to look.
///         pub feed_poll_seconds: Live<Seconds> = Live::new(Seconds::new(5)),
///     }
/// }
/// async fn follow(feed: Feed) {
///     loop {
///         tokio::time::sleep(feed.feed_poll_seconds.load().duration()).await;
///     }
/// }
/// ```
pub struct Live<T>(Arc<Place<T>>);

struct Place<T> {
    value: ArcSwap<T>,
    changed: watch::Sender<()>,
    /// Wakes who reads the sources, once somebody does.
    reader: OnceLock<Arc<Notify>>,
}

impl<T> Live<T> {
    /// A place that holds `value`.
    pub fn new(value: T) -> Self {
        let (value, changed) = (ArcSwap::from_pointee(value), watch::Sender::new(()));
        Self(Arc::new(Place { value, changed, reader: OnceLock::new() }))
    }

    /// The value as it is now. Quick: to be called where the value is used, and not kept.
    pub fn load(&self) -> Arc<T> {
        self.0.value.load_full()
    }

    /// Tells of every change from now on.
    pub fn changes(&self) -> Changes<T> {
        Changes { live: self.clone(), told: self.0.changed.subscribe() }
    }

    /// Says that the value does not hold any more, such as a password that was refused: its source is read again soon.
    pub fn doubt(&self) {
        if let Some(reader) = self.0.reader.get() {
            reader.notify_one();
        }
    }

    /// Replaces the value, as a reload does.
    pub fn set(&self, value: T) {
        self.put(Arc::new(value));
    }

    fn put(&self, value: Arc<T>) {
        self.0.value.store(value);
        self.0.changed.send_replace(());
    }
}

impl<T> Clone for Live<T> {
    fn clone(&self) -> Self {
        Self(Arc::clone(&self.0))
    }
}

impl<T: fmt::Debug> fmt::Debug for Live<T> {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.load().fmt(out)
    }
}

/// The changes of one setting, for code that must act on them.
pub struct Changes<T> {
    live: Live<T>,
    told: watch::Receiver<()>,
}

impl<T> Changes<T> {
    /// Waits for the next change and returns the new value. Several changes at once are one. Safe to cancel.
    pub async fn next(&mut self) -> Arc<T> {
        // The sender lives in the place that is held here, so the wait cannot fail.
        let _ = self.told.changed().await;
        self.live.load()
    }
}

/// A change that is ready to happen.
pub type Change = Box<dyn FnOnce() + Send>;

/// A live setting as a reload sees it.
pub trait Setting: Send {
    /// The change to the value in `text`, or to the default; none where that is not possible. Nothing changes yet.
    fn stage(&self, text: Option<&str>) -> Option<Change>;

    /// Has `reader` woken by doubts.
    fn report_to(&self, reader: &Arc<Notify>);
}

/// A place, and the value that holds where nobody sets one.
struct WithDefault<T> {
    live: Live<T>,
    default: Option<Arc<T>>,
}

impl<T: Value + Send + Sync + 'static> Setting for WithDefault<T> {
    fn stage(&self, text: Option<&str>) -> Option<Change> {
        let value = match text {
            Some(text) => Arc::new(T::parse(text)?),
            None => Arc::clone(self.default.as_ref()?),
        };
        let live = self.live.clone();
        Some(Box::new(move || live.put(value)))
    }

    fn report_to(&self, reader: &Arc<Notify>) {
        self.live.0.reader.get_or_init(|| Arc::clone(reader));
    }
}

impl<T: Value + Send + Sync + 'static> Value for Live<T> {
    const KIND: &'static str = T::KIND;
    const SECRET: bool = T::SECRET;
    const OPTIONAL: bool = T::OPTIONAL;
    const LIVE: bool = true;

    fn parse(text: &str) -> Option<Self> {
        T::parse(text).map(Self::new)
    }

    fn absent() -> Option<Self> {
        T::absent().map(Self::new)
    }

    fn show(&self) -> String {
        self.load().show()
    }

    fn setting(&self, default: Option<&Self>) -> Option<Box<dyn Setting>> {
        Some(Box::new(WithDefault { live: self.clone(), default: default.map(Self::load) }))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn a_change_is_seen_by_every_clone_and_told_once() {
        let live = Live::new(1);
        let (seen, mut changes) = (live.clone(), live.changes());
        live.set(2);
        live.set(3);
        assert_eq!((*seen.load(), *changes.next().await), (3, 3));
        assert!(!changes.told.has_changed().expect("a sender"));
    }

    #[test]
    fn a_staged_change_changes_nothing_yet_and_no_text_means_the_default() {
        let live = Live::new(1_u16);
        let setting = live.setting(Some(&Live::new(7))).expect("live");
        assert!(setting.stage(Some("many")).is_none());
        let staged = setting.stage(Some("2")).expect("valid");
        assert_eq!(*live.load(), 1);
        staged();
        assert_eq!(*live.load(), 2);
        setting.stage(None).expect("a default")();
        assert_eq!(*live.load(), 7);
    }
}
