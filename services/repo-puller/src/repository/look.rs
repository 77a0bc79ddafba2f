//! What a ref points to at the remote, without fetching anything.

use contract::Commit;

use super::Repository;
use crate::error::Error;

/// How git finds a ref by a short name, the first that is there.
const PLACES: [&str; 6] = ["", "refs/", "refs/tags/", "refs/heads/", "refs/remotes/", "refs/remotes/"];

impl Repository {
    /// The commits that the remote has under these names, in their order.
    ///
    /// # Errors
    /// When the remote does not answer. A ref that is not there is none.
    pub(crate) async fn look(&self, names: &[&str]) -> Result<Vec<Option<Commit>>, Error> {
        let peeled: Vec<String> = names.iter().map(|name| format!("{name}^{{}}")).collect();
        let mut arguments = vec!["ls-remote", "--quiet", self.remote.url.as_str()];
        arguments.extend(names);
        arguments.extend(peeled.iter().map(String::as_str));
        let text = self.git.run(self.layout.root(), &arguments).await?;
        let listed: Vec<_> = text.lines().filter_map(|line| line.split_once('\t')).collect();
        Ok(names.iter().map(|name| find(name, &listed)).collect())
    }
}

/// The commit of the ref that git means by `name`; of a tag, the commit it is about.
fn find(name: &str, listed: &[(&str, &str)]) -> Option<Commit> {
    let at = |full: &str| listed.iter().find(|(_, known)| *known == full).and_then(|(id, _)| id.parse().ok());
    let places = PLACES.iter().enumerate();
    let mut full = places.map(|(index, place)| {
        let end = if index + 1 == PLACES.len() { "/HEAD" } else { "" };
        format!("{place}{name}{end}")
    });
    full.find_map(|full| at(&format!("{full}^{{}}")).or_else(|| at(&full)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_short_name_means_what_it_means_to_git() {
        let id = |digit: &str| digit.repeat(40);
        let (one, two, three, four) = (id("1"), id("2"), id("3"), id("4"));
        let listed = [
            (one.as_str(), "HEAD"),
            (one.as_str(), "refs/heads/main"),
            (two.as_str(), "refs/heads/deep/main"),
            (three.as_str(), "refs/tags/v1"),
            (four.as_str(), "refs/tags/v1^{}"),
            (two.as_str(), "refs/heads/v1"),
        ];
        let found = |name| find(name, &listed).map(String::from);
        for (name, id) in [("main", &one), ("HEAD", &one), ("deep/main", &two), ("v1", &four), ("heads/v1", &two)] {
            assert_eq!(found(name).as_ref(), Some(id), "{name}");
        }
        assert_eq!(found("v2"), None);
    }
}
