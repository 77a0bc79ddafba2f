//! Places that are taken and given back. How many there are may change at any moment.

use std::sync::{
    Arc,
    atomic::{AtomicUsize, Ordering},
};

use chassis::config::Live;

/// The places. Clones share them.
#[derive(Clone)]
pub(crate) struct Places {
    taken: Arc<AtomicUsize>,
    most: Live<usize>,
}

/// A place, given back when it is dropped.
pub(crate) struct Place(Arc<AtomicUsize>);

impl Places {
    /// As many as `most` says when one is asked for.
    pub(crate) fn new(most: Live<usize>) -> Self {
        Self { taken: Arc::default(), most }
    }

    /// A place if there is one. Nobody waits.
    pub(crate) fn take(&self) -> Option<Place> {
        let most = *self.most.load();
        let next = |taken| (taken < most).then_some(taken + 1);
        self.taken.fetch_update(Ordering::Relaxed, Ordering::Relaxed, next).ok().map(|_| Place(self.taken.clone()))
    }
}

impl Drop for Place {
    fn drop(&mut self) {
        self.0.fetch_sub(1, Ordering::Relaxed);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn places_follow_their_number() {
        let most = Live::new(2);
        let places = Places::new(most.clone());
        let taken = [places.take(), places.take()];
        assert!(taken.iter().all(Option::is_some) && places.take().is_none());
        most.set(3);
        let third = places.take();
        assert!(third.is_some() && places.take().is_none());
        most.set(1);
        drop((third, taken));
        let only = places.take();
        assert!(only.is_some() && places.take().is_none(), "what was taken before is given back");
    }
}
