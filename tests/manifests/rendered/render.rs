//! Which sets of components there are, and what kubectl renders of each.

use std::{fmt, fs, process::Command};

use harness::executables::workspace;
use serde_json::Value;

/// Components that do the same thing in different ways: a set has at most one of each row.
const EXCLUDE_EACH_OTHER: [&[&str]; 3] = [
    &["postgres", "cloudnative-pg", "external-database"],
    &["redis", "external-redis"],
    // The ambassador is where the api believes Redis to be.
    &["redis-ambassador", "external-redis"],
];

/// What is rendered together.
pub(crate) enum Set {
    /// A folder that is there: the base, or an overlay.
    Folder(String),
    /// The base with components.
    Components(Vec<String>),
}

impl fmt::Display for Set {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Folder(path) => out.write_str(path),
            Self::Components(names) => write!(out, "base with {}", names.join(", ")),
        }
    }
}

/// The folders in a folder of `k8s`.
fn folders(path: &str) -> Vec<String> {
    let entries = fs::read_dir(workspace().join("k8s").join(path)).expect("a folder");
    let mut names: Vec<_> = entries.map(|entry| entry.expect("an entry").file_name()).collect();
    names.sort();
    names.into_iter().map(|name| name.into_string().expect("UTF-8")).collect()
}

/// Whether these components may be used together.
fn fit(names: &[&str]) -> bool {
    EXCLUDE_EACH_OTHER.iter().all(|row| names.iter().filter(|name| row.contains(name)).count() < 2)
}

/// The base, each overlay, each component, each pair, and all that fit together, once for each choice between those that
/// do not.
pub(crate) fn sets() -> Vec<Set> {
    let components = folders("components");
    assert!(components.len() >= 12);
    let names: Vec<&str> = components.iter().map(String::as_str).collect();
    let mut chosen: Vec<Vec<&str>> = names.iter().map(|name| vec![*name]).collect();
    for (place, one) in names.iter().enumerate() {
        // Both orders: which component comes first is the overlay's business.
        chosen.extend(names[place + 1..].iter().flat_map(|other| [vec![*one, *other], vec![*other, *one]]));
    }
    for postgres in EXCLUDE_EACH_OTHER[0] {
        for redis in EXCLUDE_EACH_OTHER[1] {
            let fits = |name: &&str| [postgres, redis].contains(&name) || fit(&[name, postgres, redis]);
            chosen.push(names.iter().copied().filter(fits).collect());
        }
    }
    let components = chosen.into_iter().filter(|names| fit(names));
    let components = components.map(|names| Set::Components(names.into_iter().map(str::to_owned).collect()));
    let overlays = folders("overlays").into_iter().map(|name| Set::Folder(format!("k8s/overlays/{name}")));
    [Set::Folder("k8s/base".to_owned())].into_iter().chain(overlays).chain(components).collect()
}

impl Set {
    /// The documents.
    ///
    /// # Panics
    /// When kubectl is not there, or does not render it.
    pub(crate) fn render(&self) -> Vec<Value> {
        let own;
        let folder = match self {
            Self::Folder(path) => workspace().join(path),
            Self::Components(names) => {
                own = tempfile::tempdir_in(workspace().join("target")).expect("a folder");
                let list = names.iter().map(|name| format!("../../k8s/components/{name}")).collect::<Vec<_>>();
                let text = serde_json::json!({
                    "apiVersion": "kustomize.config.k8s.io/v1beta1", "kind": "Kustomization",
                    "resources": ["../../k8s/base"], "components": list,
                });
                fs::write(own.path().join("kustomization.yaml"), text.to_string()).expect("written");
                own.path().to_owned()
            }
        };
        let output = Command::new("kubectl").arg("kustomize").arg(&folder).output().expect("kubectl is needed");
        assert!(output.status.success(), "{self}: {}", String::from_utf8_lossy(&output.stderr));
        let text = String::from_utf8(output.stdout).expect("UTF-8");
        let mut documents: Vec<Value> =
            serde_saphyr::from_multiple(&text).unwrap_or_else(|error| panic!("{self}: {error}"));
        documents.iter_mut().filter(|document| document["kind"] == "Secret").for_each(unfold);
        documents
    }
}

/// Kustomize breaks the lines of a long secret; a cluster reads over that, a stricter reader does not.
fn unfold(secret: &mut Value) {
    for text in secret["data"].as_object_mut().into_iter().flat_map(|data| data.values_mut()) {
        *text = text.as_str().unwrap_or_default().split_whitespace().collect::<String>().into();
    }
}
