//! Navigation: one order of all pages, and the part of it that a page shows.

use std::collections::HashMap;

mod tree;
mod view;

pub(crate) use tree::steps as tree_steps;
pub use view::{Navigation, Node};

/// What a step is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// The title of what follows.
    Part,
    /// A page, a folder, or a draft without a page.
    Chapter,
    /// A line between what is before and after.
    Separator,
}

/// One line of the whole navigation, in reading order.
#[derive(Clone, Debug)]
pub struct Step {
    /// What it is.
    pub kind: Kind,
    /// Its words.
    pub title: String,
    /// The page it leads to, as an index.
    pub page: Option<usize>,
    /// How many steps it lies below.
    pub depth: usize,
}

/// Every step, and where each page stands among them.
#[derive(Clone, Debug, Default)]
pub(crate) struct Order {
    steps: Vec<Step>,
    of_page: HashMap<usize, usize>,
}

impl Order {
    pub(crate) fn new(steps: Vec<Step>) -> Self {
        let mut of_page = HashMap::new();
        for (index, step) in steps.iter().enumerate() {
            if let Some(page) = step.page {
                of_page.entry(page).or_insert(index);
            }
        }
        Self { steps, of_page }
    }

    pub(crate) fn steps(&self) -> &[Step] {
        &self.steps
    }

    pub(crate) fn position(&self, page: usize) -> Option<usize> {
        self.of_page.get(&page).copied()
    }

    /// The pages before and after, in reading order.
    pub(crate) fn neighbours(&self, page: usize) -> (Option<usize>, Option<usize>) {
        let Some(here) = self.position(page) else { return (None, None) };
        let other = |step: &Step| step.page.filter(|other| *other != page);
        (self.steps[..here].iter().rev().find_map(other), self.steps[here + 1..].iter().find_map(other))
    }

    /// The steps that a step lies below, outermost first.
    pub(crate) fn ancestors(&self, index: usize) -> Vec<usize> {
        let mut depth = self.steps[index].depth;
        let mut found = Vec::new();
        for (position, step) in self.steps[..index].iter().enumerate().rev() {
            if depth == 0 {
                break;
            }
            if step.kind == Kind::Chapter && step.depth < depth {
                depth = step.depth;
                found.push(position);
            }
        }
        found.reverse();
        found
    }
}
