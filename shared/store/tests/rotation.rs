//! Credentials are rotated while requests are made: none of them fails, and nothing stays on the old ones.

use std::{
    fs,
    sync::{
        Arc,
        atomic::{AtomicBool, AtomicU64, Ordering},
    },
    time::Duration,
};

use chassis::{
    config::{self, Env, Live, Secret},
    process::Context,
    version::Version,
};
use harness::backing::{Data, Postgres};
use store::{Error, Store, StoreConfig};
use tokio::time::timeout;

/// A Postgres that asks for passwords, a process that reads its URL from a file, and requests all the time.
struct Rotation {
    server: Postgres,
    file: tempfile::NamedTempFile,
    context: Context,
    store: Store,
    url: Live<Secret>,
    stop: Arc<AtomicBool>,
    served: Arc<AtomicU64>,
    requests: Vec<tokio::task::JoinHandle<Result<(), Error>>>,
}

impl Rotation {
    /// Starts as `first`, whose password is `one`.
    async fn begin(roles: &[&str], first: &str) -> Self {
        let server = Postgres::start(Data::Temporary).expect("a server");
        let store = Store::open(&super::outage::config(server.url()), "test").expect("a store");
        store.migrate(async |_| Ok::<(), Error>(())).await.expect("migrated");
        store.close().await;
        for role in roles {
            ask(&server, &format!("create role {role} superuser login password 'one'"));
        }
        let hba_file = ask(&server, "show hba_file");
        let open = fs::read_to_string(&hba_file).expect("rules");
        let asked: String = roles.iter().map(|role| format!("host all {role} all scram-sha-256\n")).collect();
        fs::write(&hba_file, asked + &open).expect("written");
        ask(&server, "select pg_reload_conf()");
        let file = tempfile::NamedTempFile::new().expect("a file");
        fs::write(file.path(), url(&server, first, "one")).expect("written");
        let env =
            Env::from([("DATABASE_URL_FILE", file.path().to_str().expect("UTF-8")), ("DATABASE_CONNECTIONS", "16")]);
        let loaded = config::load::<StoreConfig>(&env).unwrap_or_else(|report| panic!("{report}"));
        let context = Context::new(Version { name: "test", version: "0", commit: "none", build: "debug" });
        let store = Store::attach(&loaded.config, &context).expect("attached");
        config::follow(loaded.reload, &context).expect("followed");
        let (stop, count) = (Arc::new(AtomicBool::new(false)), Arc::new(AtomicU64::new(0)));
        let mut rotation = Self {
            server,
            file,
            context,
            store,
            url: loaded.config.database_url,
            stop,
            served: count,
            requests: Vec::new(),
        };
        rotation.crowd(2);
        rotation.more_requests().await;
        rotation
    }

    /// More requests at once, which need more connections.
    fn crowd(&mut self, by: usize) {
        let more: Vec<_> = (0..by).map(|_| self.request_for_ever()).collect();
        self.requests.extend(more);
    }

    #[expect(clippy::disallowed_methods, reason = "the test's own load")]
    fn request_for_ever(&self) -> tokio::task::JoinHandle<Result<(), Error>> {
        let (store, stop, served) = (self.store.clone(), Arc::clone(&self.stop), Arc::clone(&self.served));
        tokio::spawn(async move {
            while !stop.load(Ordering::Relaxed) {
                store.events().last_id().await?;
                let tx = store.begin().await?;
                store.commit(tx).await?;
                served.fetch_add(1, Ordering::Relaxed);
            }
            Ok(())
        })
    }

    /// Waits until more requests have been served than now.
    async fn more_requests(&self) {
        let before = self.served.load(Ordering::Relaxed);
        self.until(|| self.served.load(Ordering::Relaxed) > before + 50 || self.has_failed()).await;
    }

    async fn until(&self, is_so: impl Fn() -> bool) {
        let poll = async {
            while !is_so() {
                tokio::time::sleep(Duration::from_millis(10)).await;
            }
        };
        timeout(Duration::from_secs(20), poll).await.expect("in time");
    }

    fn has_failed(&self) -> bool {
        self.requests.iter().any(tokio::task::JoinHandle::is_finished)
    }

    fn write(&self, role: &str, password: &str) {
        fs::write(self.file.path(), url(&self.server, role, password)).expect("written");
    }

    /// The sessions of a role that are older than `moment`.
    fn sessions(&self, role: &str, moment: &str) -> u32 {
        let older = format!("usename = '{role}' and backend_start < '{moment}'");
        ask(&self.server, &format!("select count(*) from pg_stat_activity where {older}")).parse().expect("a number")
    }

    /// Ends the requests, none of which has failed.
    async fn end(mut self) {
        self.more_requests().await;
        self.stop.store(true, Ordering::Relaxed);
        for request in self.requests.drain(..) {
            request.await.expect("no panic").expect("no failed request");
        }
        self.context.shutdown().request();
        assert!(self.context.tasks().wait(Duration::from_secs(5)).await);
    }
}

fn ask(server: &Postgres, statement: &str) -> String {
    server.ask(statement).unwrap_or_else(|error| panic!("{statement}: {error:#}")).trim().to_owned()
}

fn url(server: &Postgres, role: &str, password: &str) -> String {
    let (_, place) = server.url().rsplit_once('@').expect("a role in the URL");
    format!("postgres://{role}:{password}@{place}\n")
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_changed_password_fails_no_request_whether_the_file_or_postgres_changes_first() {
    let mut rotation = Rotation::begin(&["turning"], "turning").await;
    for (password, file_first) in [("two", false), ("three", true), ("four", false)] {
        let change = format!("alter role turning password '{password}'");
        if file_first {
            rotation.write("turning", password);
            rotation.more_requests().await;
            ask(&rotation.server, &change);
        } else {
            ask(&rotation.server, &change);
            // Connections are needed that the outdated password cannot make.
            rotation.crowd(4);
            rotation.more_requests().await;
            rotation.write("turning", password);
        }
        let moment = ask(&rotation.server, "select now()");
        rotation.until(|| rotation.sessions("turning", &moment) == 0 || rotation.has_failed()).await;
        rotation.more_requests().await;
    }
    rotation.end().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn another_role_takes_over_and_nothing_stays_with_the_old_one() {
    let rotation = Rotation::begin(&["blue", "green"], "blue").await;
    let mut wakes = rotation.store.events().wakes().await.expect("listening");
    let moment = ask(&rotation.server, "select now()");
    assert!(rotation.sessions("blue", "infinity") > 1);
    rotation.write("green", "one");
    timeout(Duration::from_secs(20), wakes.next()).await.expect("in time").expect("listening anew");
    rotation.until(|| rotation.sessions("blue", "infinity") == 0 || rotation.has_failed()).await;
    ask(&rotation.server, "drop role blue");
    let mut tx = rotation.store.begin().await.expect("begun");
    rotation.store.events().append(&mut tx, &[]).await.expect("appended");
    rotation.store.commit(tx).await.expect("committed");
    timeout(Duration::from_secs(20), wakes.next()).await.expect("in time").expect("woken");
    assert_eq!(rotation.sessions("green", &moment), 0);
    rotation.end().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn credentials_that_do_not_work_are_not_put_in_force() {
    let rotation = Rotation::begin(&["turning"], "turning").await;
    let before = ask(&rotation.server, "select now()");
    for wrong in ["two", "three"] {
        rotation.write("turning", wrong);
        rotation.until(|| rotation.url.load().reveal().contains(wrong)).await;
        rotation.more_requests().await;
    }
    assert!(rotation.sessions("turning", &before) > 0, "connections were given up for nothing");
    rotation.end().await;
}
