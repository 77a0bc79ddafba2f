//! A forge for tests: real `git http-backend` behind a small HTTP server, with a login if wanted.

use std::{
    io::{BufRead, BufReader, Read, Write},
    net::{SocketAddr, TcpListener, TcpStream},
    path::{Path, PathBuf},
    process::{Command, Stdio},
    sync::{Arc, Mutex, PoisonError},
    thread,
};

use crate::repository::Repository;

/// What a forge is like.
#[derive(Clone, Debug, Default)]
pub struct Nature {
    /// The value of `Authorization` that it wants: `Basic bWU6c2VjcmV0` is `me:secret`.
    pub authorization: Option<String>,
    /// Whether it is too old for Git's protocol v2.
    pub old: bool,
}

/// One request, as the forge saw it.
#[derive(Clone, Debug, Default)]
pub struct Seen {
    /// Method and target: `GET /remote.git/info/refs?service=git-upload-pack`.
    pub line: String,
    /// The headers, with their names in lower case.
    pub headers: Vec<(String, String)>,
    /// The body.
    pub body: Vec<u8>,
    /// The number of the connection it came on, from 0.
    pub connection: usize,
    /// The answer's status.
    pub status: u16,
    /// How many bytes of body the answer had.
    pub answered: usize,
}

impl Seen {
    /// A header's value, or nothing.
    pub fn header(&self, name: &str) -> &str {
        self.headers.iter().find(|(known, _)| known == name).map_or("", |(_, value)| value)
    }
}

/// A forge that serves one repository until the test ends.
#[derive(Debug)]
pub struct Forge {
    address: SocketAddr,
    seen: Arc<Mutex<Vec<Seen>>>,
}

impl Forge {
    /// Serves `repository` on a free port.
    ///
    /// # Panics
    /// When there is none.
    pub fn of(repository: &Repository, nature: Nature) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").expect("a free port");
        let address = listener.local_addr().expect("an address");
        let seen = Arc::new(Mutex::new(Vec::new()));
        let (folder, record) = (PathBuf::from(repository.url()), seen.clone());
        thread::spawn(move || {
            for (connection, stream) in listener.incoming().enumerate() {
                let (folder, nature, record) = (folder.clone(), nature.clone(), record.clone());
                let Ok(stream) = stream else { return };
                thread::spawn(move || while serve(&stream, connection, &folder, &nature, &record).is_some() {});
            }
        });
        Self { address, seen }
    }

    /// The repository's URL.
    pub fn url(&self) -> String {
        format!("http://{}/remote.git", self.address)
    }

    /// The requests so far.
    pub fn seen(&self) -> Vec<Seen> {
        self.seen.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }
}

/// Answers one request. None when the connection has ended.
fn serve(
    stream: &TcpStream,
    connection: usize,
    folder: &Path,
    nature: &Nature,
    record: &Mutex<Vec<Seen>>,
) -> Option<()> {
    let mut request = read(&mut BufReader::new(stream))?;
    request.connection = connection;
    let allowed = nature.authorization.as_ref().is_none_or(|expected| request.header("authorization") == expected);
    let (status, headers, body) = if allowed {
        backend(&request, folder, nature.old)?
    } else {
        (401, "WWW-Authenticate: Basic realm=\"forge\"\r\n".to_owned(), Vec::new())
    };
    request.status = status;
    request.answered = body.len();
    record.lock().unwrap_or_else(PoisonError::into_inner).push(request);
    let head = format!("HTTP/1.1 {status} Status\r\n{headers}Content-Length: {}\r\n\r\n", body.len());
    let mut stream = stream;
    stream.write_all(&[head.as_bytes(), &body].concat()).ok()
}

fn read(reader: &mut BufReader<&TcpStream>) -> Option<Seen> {
    let line = |reader: &mut BufReader<&TcpStream>| {
        let mut line = String::new();
        reader.read_line(&mut line).ok().filter(|count| *count > 0).map(|_| line.trim_end().to_owned())
    };
    let mut seen = Seen { line: line(reader)?, ..Seen::default() };
    seen.line.truncate(seen.line.rfind(' ')?);
    while let Some((name, value)) = line(reader)?.split_once(": ") {
        seen.headers.push((name.to_lowercase(), value.to_owned()));
    }
    if seen.header("transfer-encoding") == "chunked" {
        loop {
            let size = usize::from_str_radix(&line(reader)?, 16).ok()?;
            let at = seen.body.len();
            seen.body.resize(at + size, 0);
            reader.read_exact(&mut seen.body[at..]).ok()?;
            line(reader)?;
            if size == 0 {
                return Some(seen);
            }
        }
    }
    seen.body.resize(seen.header("content-length").parse().unwrap_or(0), 0);
    reader.read_exact(&mut seen.body).ok()?;
    Some(seen)
}

/// Runs git's own server for one request: status, headers and body.
fn backend(request: &Seen, folder: &Path, old: bool) -> Option<(u16, String, Vec<u8>)> {
    let (method, target) = request.line.split_once(' ')?;
    let (path, query) = target.split_once('?').unwrap_or((target, ""));
    let mut command = Command::new("git");
    command.args(["-c", "safe.directory=*", "-c", "uploadpack.allowAnySHA1InWant=true", "http-backend"]);
    command.env("GIT_PROJECT_ROOT", folder.parent()?).env("GIT_HTTP_EXPORT_ALL", "1").env("PATH_INFO", path);
    command.env("REQUEST_METHOD", method).env("QUERY_STRING", query).env("REMOTE_ADDR", "127.0.0.1");
    command.env("CONTENT_TYPE", request.header("content-type")).env("CONTENT_LENGTH", request.body.len().to_string());
    command.env("HTTP_CONTENT_ENCODING", request.header("content-encoding"));
    if !old {
        command.env("GIT_PROTOCOL", request.header("git-protocol"));
    }
    let mut child = command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::null()).spawn().ok()?;
    let (mut stdin, body) = (child.stdin.take()?, request.body.clone());
    thread::spawn(move || stdin.write_all(&body));
    let output = child.wait_with_output().ok()?.stdout;
    let end = output.windows(4).position(|window| window == b"\r\n\r\n")?;
    let (mut status, mut headers) = (200, String::new());
    for line in String::from_utf8_lossy(&output[..end]).lines() {
        match line.strip_prefix("Status: ") {
            Some(text) => status = text.split(' ').next()?.parse().ok()?,
            None => headers += &format!("{line}\r\n"),
        }
    }
    Some((status, headers, output[end + 4..].to_vec()))
}
