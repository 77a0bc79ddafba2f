//! Every flag: its name, type, default, variables and meaning. Parser, help, manual and reference are made from it.

use super::{
    declare::{Class, Flag, flags},
    go::GoDuration,
    value::Value,
};

flags! {
    /// The Git repository to follow: a URL or a path (required).
    Both repo: String = "", old ["GIT_SYNC_REPO"];
    /// The directory to work in; nothing else may use it (required).
    Both root: String = "", old ["GIT_SYNC_ROOT"];
    /// The revision to follow: a branch, a tag or a full commit id.
    Both r#ref: String = "HEAD";
    /// The link to publish, absolute or under --root; by default the last part of --repo.
    Both link: String = "", old ["GIT_SYNC_LINK"];
    /// Several refs, each with its link, in place of --ref and --link: main=current,v1=v1.
    Both refs: String = "";
    /// What to publish: symlink, or copy for a plain directory without a link, with --one-time only.
    Both publish_mode: String = "symlink";
    /// How many commits of history to fetch; 0 for all.
    Both depth: i64 = "1", old ["GIT_SYNC_DEPTH"];
    /// Which objects to fetch, as git's partial clone filters say.
    Both filter: String = "";
    /// What to do with submodules: recursive, shallow or off.
    Both submodules: String = "recursive", old ["GIT_SYNC_SUBMODULES"];
    /// A file with git's sparse-checkout patterns.
    Both sparse_checkout_file: String = "", old ["GIT_SYNC_SPARSE_CHECKOUT_FILE"];
    /// How long to wait between looks at the remote; at least 10ms.
    Both period: GoDuration = "10s", old ["GIT_SYNC_PERIOD"];
    /// The same until the first sync has succeeded; 0 means --period.
    Both init_period: GoDuration = "0s";
    /// How long one sync may take, collecting garbage not counted.
    Both sync_timeout: GoDuration = "2m0s", old ["GIT_SYNC_SYNC_TIMEOUT"];
    /// Sync once and exit.
    Both one_time: bool = "false", old ["GIT_SYNC_ONE_TIME"];
    /// How many failures in a row end the process; 0 means the first one does, -1 means none does.
    Both max_failures: i64 = "0", old ["GIT_SYNC_MAX_FAILURES"];
    /// The same until the first sync has succeeded; unset: --max-failures.
    Both init_max_failures: Option<i64> = "";
    /// A signal that makes it sync at once, by name or number.
    Both sync_on_signal: String = "", old ["GIT_SYNC_SYNC_ON_SIGNAL"];
    /// A file to touch after each sync that changed something.
    Both touch_file: String = "", old ["GIT_SYNC_TOUCH_FILE"];
    /// A file that holds the last error, absolute or under --root; removed after a good sync.
    Both error_file: String = "", old ["GIT_SYNC_ERROR_FILE"];
    /// Add a line for this user to /etc/passwd where there is none: ssh wants one.
    Both add_user: bool = "false", old ["GIT_SYNC_ADD_USER"];
    /// Make what is written writable by the group.
    Both group_write: bool = "false", old ["GIT_SYNC_GROUP_WRITE"];
    /// How long a tree stays after the link has moved on.
    Both stale_worktree_timeout: GoDuration = "0s";
    /// A program to run in the new tree after each change; `GITSYNC_HASH` tells the commit.
    Both exechook_command: String = "", old ["GIT_SYNC_EXECHOOK_COMMAND"];
    /// How long that program may take; at least 1s.
    Both exechook_timeout: GoDuration = "30s", old ["GIT_SYNC_EXECHOOK_TIMEOUT"];
    /// How long to wait before running it again when it failed; at least 1s.
    Both exechook_backoff: GoDuration = "3s", old ["GIT_SYNC_EXECHOOK_BACKOFF"];
    /// A program to run in the new tree when it is ready and before the link moves; it does not hold the link up: --publish-gate-command does.
    Both pre_publish_exechook_command: String = "";
    /// How long that program may take; at least 1s.
    Both pre_publish_exechook_timeout: GoDuration = "30s";
    /// How long to wait before running it again when it failed; at least 1s.
    Both pre_publish_exechook_backoff: GoDuration = "3s";
    /// A program that is asked in the new tree before the link moves: where it fails, the tree before stays published. `GITSYNC_HASH` tells the commit.
    Both publish_gate_command: String = "";
    /// How long that program may take, as a part of the sync; at least 1s.
    Both publish_gate_timeout: GoDuration = "30s";
    /// How long a commit that it refused is left alone; at least 1s.
    Both publish_gate_backoff: GoDuration = "30s";
    /// A URL to ask after each change; the header Gitsync-Hash tells the commit.
    Both webhook_url: String = "", old ["GIT_SYNC_WEBHOOK_URL"];
    /// The method of that request.
    Both webhook_method: String = "POST", old ["GIT_SYNC_WEBHOOK_METHOD"];
    /// The status that means success; 0 or -1 does not look at the answer.
    Both webhook_success_status: i64 = "200", old ["GIT_SYNC_WEBHOOK_SUCCESS_STATUS"];
    /// How long the answer may take; at least 1s.
    Both webhook_timeout: GoDuration = "1s", old ["GIT_SYNC_WEBHOOK_TIMEOUT"];
    /// How long to wait before asking again after a failure; at least 1s.
    Both webhook_backoff: GoDuration = "3s", old ["GIT_SYNC_WEBHOOK_BACKOFF"];
    /// The user to sign in as; needs a password.
    Both username: String = "", old ["GIT_SYNC_USERNAME"];
    /// The password or token of --username.
    Environment password: String = "", old ["GIT_SYNC_PASSWORD"];
    /// A file with that password, read again before each sync.
    Both password_file: String = "", old ["GIT_SYNC_PASSWORD_FILE"];
    /// JSON, an object or a list of {url, username, password or password-file}.
    Both credential: Vec<String> = "";
    /// A URL that answers username=... and password=... lines, asked before each sync.
    Both askpass_url: String = "", old ["GIT_SYNC_ASKPASS_URL", "GIT_ASKPASS_URL"];
    /// Use the cookies in /etc/git-secret/cookie_file.
    Both cookie_file: bool = "false", old ["GIT_SYNC_COOKIE_FILE", "GIT_COOKIE_FILE"];
    /// A private key for ssh; several in the variable are separated by colons.
    Both ssh_key_file: Vec<String> = "/etc/git-secret/ssh", old ["GIT_SYNC_SSH_KEY_FILE", "GIT_SSH_KEY_FILE"];
    /// Check the keys of ssh hosts.
    Both ssh_known_hosts: bool = "true", old ["GIT_SYNC_KNOWN_HOSTS", "GIT_KNOWN_HOSTS"];
    /// The known keys of ssh hosts.
    Both ssh_known_hosts_file: String = "/etc/git-secret/known_hosts", old ["GIT_SYNC_SSH_KNOWN_HOSTS_FILE", "GIT_SSH_KNOWN_HOSTS_FILE"];
    /// GitHub's API, for GitHub App authentication.
    Both github_base_url: String = "https://api.github.com/";
    /// The private key of the GitHub App, as PEM.
    Environment github_app_private_key: String = "";
    /// A file with that key.
    Both github_app_private_key_file: String = "";
    /// The client id of the GitHub App.
    Both github_app_client_id: String = "";
    /// The application id of the GitHub App.
    Both github_app_application_id: i64 = "0";
    /// The installation id of the GitHub App.
    Both github_app_installation_id: i64 = "0";
    /// The git program.
    Both git: String = "git", old ["GIT_SYNC_GIT"];
    /// More git configuration: 'key:value,key:value', quoted as needed.
    Both git_config: String = "", old ["GIT_SYNC_GIT_CONFIG"];
    /// The same, one more each time.
    Line git_config_add: Vec<String> = "";
    /// When to collect garbage: auto, always, aggressive or off.
    Both git_gc: String = "always", old ["GIT_SYNC_GIT_GC"];
    /// An address for git-sync's endpoint, such as :1234; off by default.
    Both http_bind: String = "", old ["GIT_SYNC_HTTP_BIND"];
    /// Answer /metrics there.
    Both http_metrics: bool = "false", old ["GIT_SYNC_HTTP_METRICS"];
    /// Answer /debug/pprof/ there; there is nothing to profile in it.
    Both http_pprof: bool = "false", old ["GIT_SYNC_HTTP_PPROF"];
    /// How old the last success may be before /readyz says no; 0 means ten periods, at least a minute.
    Both max_staleness: GoDuration = "0s";
    /// The secret of POST /-/sync: bearer token, GitHub's webhook secret and GitLab's token.
    Environment sync_token: String = "";
    /// A file with that secret.
    Both sync_token_file: String = "";
    /// How much to tell, 0 to 9; from 5 on every git command.
    Both verbose: i64 = "0";
    /// Print the version and exit.
    Line version: bool = "false";
    /// Print the manual and exit.
    Line man: bool = "false";
    /// Print the help text and exit.
    Line help: bool = "false";
    /// Use --ref.
    Retired branch: String = "", old ["GIT_SYNC_BRANCH"];
    /// Use --ref.
    Retired rev: String = "", old ["GIT_SYNC_REV"];
    /// Use --link.
    Retired dest: String = "", old ["GIT_SYNC_DEST"];
    /// Use --period; this is in seconds.
    Retired wait: f64 = "0", old ["GIT_SYNC_WAIT"];
    /// Use --sync-timeout; this is in seconds.
    Retired timeout: i64 = "0", old ["GIT_SYNC_TIMEOUT"];
    /// Use --max-failures.
    Retired max_sync_failures: Option<i64> = "", old ["GIT_SYNC_MAX_SYNC_FAILURES"];
    /// Use --exechook-command.
    Retired sync_hook_command: String = "", old ["GIT_SYNC_HOOK_COMMAND"];
    /// Use --password-file or `GITSYNC_PASSWORD`.
    Retired password_flag: String = "";
    /// Use --verbose.
    Retired v: i64 = "-1";
    /// Means nothing any more: the URL tells.
    Retired ssh: bool = "false", old ["GIT_SYNC_SSH"];
    /// No longer supported: use --group-write.
    Retired change_permissions: i64 = "0", old ["GIT_SYNC_PERMISSIONS"];
}
