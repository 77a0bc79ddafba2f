//! What one page shows of the navigation: all of a small one, and the way there through a large one.

use super::{Kind, Order};

/// As many steps as a page shows whole.
const WHOLE: usize = 300;
/// As many siblings as a page shows of a large navigation, at each level.
const SIBLINGS: usize = 60;

/// One shown step, with what lies below it.
#[derive(Clone, Debug)]
pub struct Node {
    /// What it is.
    pub kind: Kind,
    /// Its words.
    pub title: String,
    /// The page it leads to.
    pub page: Option<usize>,
    /// Whether it is the page that shows it.
    pub is_current: bool,
    /// Whether what lies below is shown: the page that shows it does, or nothing can be read here.
    pub is_open: bool,
    /// What lies below.
    pub children: Vec<Node>,
}

/// What a page shows around itself.
#[derive(Clone, Debug)]
pub struct Navigation {
    /// The shown steps.
    pub nodes: Vec<Node>,
    /// The pages above, outermost first, without the page itself.
    pub above: Vec<usize>,
    /// The page before, in reading order.
    pub previous: Option<usize>,
    /// The page after.
    pub next: Option<usize>,
}

impl Order {
    /// What `page` shows, or a page that is none shows: the top.
    pub(crate) fn view(&self, page: Option<usize>) -> Navigation {
        let here = page.and_then(|page| self.position(page));
        let path = here.map(|here| [self.ancestors(here), vec![here]].concat()).unwrap_or_default();
        let shown = if self.steps().len() <= WHOLE { (0..self.steps().len()).collect() } else { self.window(&path) };
        let (previous, next) = page.map_or((None, None), |page| self.neighbours(page));
        let above = path.iter().filter(|step| Some(**step) != here).filter_map(|step| self.steps()[*step].page);
        Navigation { nodes: self.nodes(&shown, &path), above: above.collect(), previous, next }
    }

    /// Along the way to the current step: the siblings nearest to it at each level, and the children of the last.
    fn window(&self, path: &[usize]) -> Vec<usize> {
        let mut shown = Vec::new();
        let parents = std::iter::once(None).chain(path.iter().copied().map(Some));
        for (level, parent) in parents.enumerate() {
            let siblings = self.children(parent);
            let center =
                path.get(level).and_then(|step| siblings.iter().position(|sibling| sibling == step)).unwrap_or(0);
            let first = center.saturating_sub(SIBLINGS / 2).min(siblings.len().saturating_sub(SIBLINGS));
            shown.extend(siblings.into_iter().skip(first).take(SIBLINGS));
        }
        shown.sort_unstable();
        shown
    }

    /// The steps directly below `parent`, or at the top.
    fn children(&self, parent: Option<usize>) -> Vec<usize> {
        let (first, depth) = parent.map_or((0, 0), |parent| (parent + 1, self.steps()[parent].depth + 1));
        let below = self.steps()[first..].iter().enumerate();
        below
            .take_while(|(_, step)| step.depth >= depth)
            .filter(|(_, step)| step.depth == depth)
            .map(|(offset, _)| first + offset)
            .collect()
    }

    /// The shown steps as a tree.
    fn nodes(&self, shown: &[usize], path: &[usize]) -> Vec<Node> {
        let mut nodes = Vec::new();
        let mut rest = shown;
        while let Some((first, after)) = rest.split_first() {
            let step = &self.steps()[*first];
            let below = after.iter().take_while(|other| self.steps()[**other].depth > step.depth).count();
            nodes.push(Node {
                kind: step.kind,
                title: step.title.clone(),
                page: step.page,
                is_current: path.last() == Some(first),
                is_open: path.contains(first) || step.page.is_none(),
                children: self.nodes(&after[..below], path),
            });
            rest = &after[below..];
        }
        nodes
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::navigation::Step;

    fn order(depths: &[usize]) -> Order {
        let step = |(index, depth): (usize, &usize)| Step {
            kind: Kind::Chapter,
            title: index.to_string(),
            page: Some(index),
            depth: *depth,
        };
        Order::new(depths.iter().enumerate().map(step).collect())
    }

    #[test]
    fn a_small_navigation_is_shown_whole_with_the_way_open() {
        let view = order(&[0, 0, 1, 2, 1]).view(Some(3));
        assert_eq!(view.above, [1, 2]);
        assert_eq!((view.previous, view.next), (Some(2), Some(4)));
        assert!(view.nodes[1].is_open && view.nodes[1].children[0].children[0].is_current);
    }

    #[test]
    fn what_lies_below_a_draft_is_shown() {
        let steps = [(None, 0), (Some(0), 1), (Some(1), 0), (Some(2), 1)];
        let step = |(page, depth)| Step { kind: Kind::Chapter, title: String::new(), page, depth };
        let view = Order::new(steps.into_iter().map(step).collect()).view(None);
        assert_eq!(view.nodes.iter().map(|node| node.is_open).collect::<Vec<_>>(), [true, false]);
    }

    #[test]
    fn a_large_navigation_is_shown_in_part_and_holds_the_page() {
        let depths: Vec<usize> = std::iter::once(0).chain(std::iter::repeat_n(1, 40_000)).collect();
        let view = order(&depths).view(Some(20_000));
        assert!(view.nodes[0].children.len() <= SIBLINGS);
        assert!(view.nodes[0].children.iter().any(|node| node.is_current));
    }
}
