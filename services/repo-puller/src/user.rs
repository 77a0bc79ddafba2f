//! `--add-user`: ssh wants every user to have a name.

use std::{fs::OpenOptions, io::Write as _, path::Path};

use rustix::process::{getgid, getuid};

use crate::error::Error;

const PASSWD: &str = "/etc/passwd";

/// Adds a line for the user that this process runs as, unless there is one. The user is at home in `home`, or where the
/// process was started.
pub(crate) fn add(home: Option<&Path>) -> Result<(), Error> {
    let path = Path::new(PASSWD);
    let text = std::fs::read_to_string(path).map_err(Error::file("read", path))?;
    let home = home.map_or_else(|| std::env::current_dir().unwrap_or_default(), Path::to_path_buf);
    let Some(line) = line(&text, getuid().as_raw(), getgid().as_raw(), &home.to_string_lossy()) else { return Ok(()) };
    let file = OpenOptions::new().append(true).open(path);
    file.and_then(|mut file| file.write_all(line.as_bytes())).map_err(Error::file("add a user to", path))
}

/// The line that is missing in `text`, if any.
fn line(text: &str, user: u32, group: u32, home: &str) -> Option<String> {
    let is_known = text.lines().any(|line| line.split(':').nth(2) == Some(&user.to_string()));
    let start = if text.is_empty() || text.ends_with('\n') { "" } else { "\n" };
    (!is_known).then(|| format!("{start}git-sync:x:{user}:{group}::{home}:/sbin/nologin\n"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_user_is_added_once() {
        let text = "root:x:0:0:root:/root:/bin/sh";
        assert_eq!(line(text, 0, 0, "/"), None);
        let added = line(text, 65533, 65533, "/tmp").expect("a line");
        assert_eq!(added, "\ngit-sync:x:65533:65533::/tmp:/sbin/nologin\n");
        assert_eq!(line(&format!("{text}{added}"), 65533, 65533, "/tmp"), None);
    }
}
