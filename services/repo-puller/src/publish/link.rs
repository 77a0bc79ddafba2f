//! The link: read, and moved in one step, so that there is always one.

use std::{
    fs, io,
    os::unix::fs::symlink,
    path::{Component, Path, PathBuf},
};

use contract::Commit;

use crate::{error::Error, repository::Layout};

/// The commit whose tree the link points to. None if it points to anything else, or is not there.
pub(crate) fn read(link: &Path, layout: &Layout) -> Option<Commit> {
    let target = fs::read_link(link).ok()?;
    let commit: Commit = target.file_name()?.to_str()?.parse().ok()?;
    let folder = fs::canonicalize(link.parent()?.join(target.parent()?)).ok()?;
    (folder == layout.trees()).then_some(commit)
}

/// Points the link to `tree`, relative to where the link is.
pub(crate) fn flip(link: &Path, tree: &Path) -> Result<(), Error> {
    let fail = Error::file("point the link", link);
    point(link, tree).map_err(fail)
}

fn point(link: &Path, tree: &Path) -> io::Result<()> {
    let (Some(folder), Some(name)) = (link.parent(), link.file_name()) else {
        return Err(io::Error::from(io::ErrorKind::InvalidInput));
    };
    fs::create_dir_all(folder)?;
    let folder = fs::canonicalize(folder)?;
    let start = format!(".{}.next-", name.to_string_lossy());
    for stale in
        fs::read_dir(&folder)?.flatten().filter(|entry| entry.file_name().to_string_lossy().starts_with(&start))
    {
        fs::remove_file(stale.path())?;
    }
    let next = folder.join(format!("{start}{}", std::process::id()));
    symlink(relative(&folder, tree), &next)?;
    fs::rename(&next, folder.join(name)).inspect_err(|_| drop(fs::remove_file(&next)))
}

/// The way from a folder to a path, both absolute and without links.
fn relative(from: &Path, to: &Path) -> PathBuf {
    let (mut from, mut to) = (from.components().peekable(), to.components().peekable());
    while from.peek().is_some() && from.peek() == to.peek() {
        from.next();
        to.next();
    }
    from.map(|_| Component::ParentDir).chain(to).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_way_is_relative() {
        let way = |from: &str, to: &str| relative(Path::new(from), Path::new(to)).display().to_string();
        assert_eq!(way("/git", "/git/.worktrees/a"), ".worktrees/a");
        assert_eq!(way("/git/x/y", "/git/.worktrees/a"), "../../.worktrees/a");
        assert_eq!(way("/srv", "/git/.worktrees/a"), "../git/.worktrees/a");
    }

    #[test]
    fn a_link_is_moved_in_one_step_and_a_stale_one_beside_it_goes() {
        let folder = tempfile::tempdir().expect("a folder");
        let layout = Layout::make(folder.path()).expect("a root");
        let (one, two) = (commit("1"), commit("2"));
        let link = layout.root().join("deep/current");
        flip(&link, &layout.tree(&one)).expect("flipped");
        symlink("nowhere", layout.root().join("deep/.current.next-1")).expect("a link");
        fs::create_dir_all(layout.tree(&two)).expect("a tree");
        flip(&link, &layout.tree(&two)).expect("flipped");
        assert_eq!(read(&link, &layout), Some(two));
        assert_eq!(fs::read_dir(layout.root().join("deep")).expect("there").count(), 1);
    }

    #[test]
    fn a_folder_where_the_link_has_to_be_is_named_and_stays() {
        let folder = tempfile::tempdir().expect("a folder");
        let layout = Layout::make(folder.path()).expect("a root");
        let link = layout.root().join("current");
        fs::create_dir(&link).expect("a folder");
        let error = flip(&link, &layout.tree(&commit("1"))).expect_err("a folder is in the way");
        assert!(error.to_string().contains("current"), "{error}");
        assert!(link.is_dir());
    }

    fn commit(digit: &str) -> Commit {
        digit.repeat(40).parse().expect("a commit")
    }
}
