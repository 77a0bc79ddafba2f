//! Submodules: filled in before their tree is put in its place, so that a reader never sees it without them.

use std::{fs, path::Path};

use contract::Commit;

use super::Submodules;
use crate::{error::Error, report, repository::Repository};

impl Repository {
    /// Fills in the submodules of a staged tree. Their own repositories lie in the tree's record.
    pub(super) async fn add_submodules(
        &self,
        staged: &Path,
        commit: &Commit,
        submodules: Submodules,
    ) -> Result<(), Error> {
        if submodules == Submodules::Off || !staged.join(".gitmodules").exists() {
            return Ok(());
        }
        let depth = self.remote().depth.to_string();
        let mut arguments = vec!["submodule", "update", "--init"];
        if submodules == Submodules::Recursive {
            arguments.push("--recursive");
        }
        if self.remote().depth != 0 {
            arguments.extend(["--depth", depth.as_str()]);
        }
        self.git.run(staged, &arguments).await?;
        let name = |path: &Path| {
            let name = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
            format!("/{name}/")
        };
        let (from, to) = (name(staged), name(&self.layout.tree(commit)));
        relocate(&self.layout.record(commit).join("modules"), &from, &to)
    }
}

/// Each repository of a submodule knows where its tree is, by a relative path: it is about to be elsewhere.
fn relocate(folder: &Path, from: &str, to: &str) -> Result<(), Error> {
    for entry in fs::read_dir(folder).into_iter().flatten().flatten() {
        let path = entry.path();
        if entry.file_name() == "config" && path.is_file() {
            let text = fs::read_to_string(&path).map_err(Error::file("read", &path))?;
            report::replace(&path, moved(&text, from, to).as_bytes(), 0o666)?;
        } else if entry.file_type().is_ok_and(|kind| kind.is_dir()) && entry.file_name() != "objects" {
            relocate(&path, from, to)?;
        }
    }
    Ok(())
}

/// The configuration with the place of the tree, and nothing else, changed.
fn moved(text: &str, from: &str, to: &str) -> String {
    let is_place = |line: &str| line.trim_start().starts_with("worktree =");
    text.split_inclusive('\n')
        .map(|line| if is_place(line) { line.replacen(from, to, 1) } else { line.to_owned() })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_place_of_the_tree_changes() {
        let text = "[core]\n\tworktree = ../../.worktrees/.staged-0/a/.staged-0/b\n[remote \"origin\"]\n\turl = /x/.staged-0/y\n";
        let expected = text.replacen(".staged-0", "abc", 1);
        assert_eq!(moved(text, "/.staged-0/", "/abc/"), expected);
    }
}
