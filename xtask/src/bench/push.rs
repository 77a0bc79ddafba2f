//! From the end of a push, told by the forge's webhook, until every replica has it: the links, the pages, the search.

use std::{
    fs,
    path::PathBuf,
    process::ExitCode,
    thread,
    time::{Duration, Instant},
};

use anyhow::ensure;
use harness::{
    executables::{self, Profile},
    forge::{Forge, Nature},
    house::{House, Size, WorkerPod},
    http,
    plan::Plan,
    process::PATIENCE,
    repository::Repository,
    suite::Suite,
};

/// How many pushes are timed; the median of each figure is shown.
const ROUNDS: usize = 11;

/// Pushes before that: the first ones make the spare trees that later ones recycle.
const WARM: usize = 3;

/// A push this long after the last one is not the next in a row.
const PAUSE: Duration = Duration::from_millis(1500);

/// After this long a process has let go of what it does not need: web looks every 20 seconds.
const REST: Duration = Duration::from_secs(45);

/// Milliseconds from the end of the push until all replicas had it.
#[derive(Clone, Copy)]
struct Round {
    links: f64,
    pages: f64,
    search: f64,
}

/// Measures and prints.
pub(super) fn run(repo: Option<&str>) -> anyhow::Result<ExitCode> {
    let repository = super::large(repo)?;
    let forge = Forge::of(&repository, Nature::default());
    let mut plan = Plan::of(&repository);
    plan.bin = executables::build(Profile::Release)?;
    plan.repo = forge.url();
    // So long that whatever is seen came by the webhook, the event stream and nothing else.
    plan.period = String::from("10m");
    let house = House::planned(plan, Size { webs: 2, workers: 1, has_redis: true });
    house.wait_until_searchable(&repository.head());
    let mut rounds = Vec::new();
    for number in 0..WARM + ROUNDS {
        thread::sleep(PAUSE);
        rounds.push(round(&house, &repository, number)?);
    }
    let rounds = &rounds[WARM..];
    crate::say("from a push to all replicas                 median     target\n");
    super::show("links of three pullers moved", median(rounds, |round| round.links), 300.0, "ms");
    super::show("page live on two webs", median(rounds, |round| round.pages), 1000.0, "ms");
    super::show("found by search", median(rounds, |round| round.search), 2000.0, "ms");
    super::show("links moved, the slowest round", worst(rounds, |round| round.links), f64::INFINITY, "ms");
    thread::sleep(REST);
    crate::say("\nmemory at rest, after that\n");
    let (pod, web) = (&house.workers[0], house.web());
    for (name, process) in
        [("api", &house.api), ("worker", &pod.worker), ("web", &web.web), ("repo-puller", &web.puller)]
    {
        super::show(name, super::resident_mib(process)?, f64::INFINITY, "MiB");
    }
    Ok(ExitCode::SUCCESS)
}

fn round(house: &House, repository: &Repository, number: usize) -> anyhow::Result<Round> {
    let word = format!("wordofround{number}");
    repository.write("bench-page.md", format!("# Bench\n\n{word}\n"));
    let commit = repository.push("A round");
    let began = Instant::now();
    let hook = serde_json::json!({ "ref": "refs/heads/main", "after": commit });
    let url = format!("{}/v1/hooks/push", house.api_url());
    let answer = http::post(&url, &[("x-gitlab-token", &house.plan.token)], &hook.to_string())?;
    ensure!(answer.status == 202, "the webhook was answered {}: {}", answer.status, answer.body);
    let webs = house.webs.iter().map(Suite::link);
    let links: Vec<PathBuf> = house.workers.iter().map(WorkerPod::link).chain(webs).collect();
    let has_moved = |link: &PathBuf| fs::read_link(link).is_ok_and(|to| to.ends_with(&commit));
    let links = until(began, house, || links.iter().all(has_moved))?;
    let pages = until(began, house, || house.webs.iter().all(|web| web.get("/bench-page").body.contains(&word)))?;
    let search = until(began, house, || !house.search(&word).0.is_empty())?;
    Ok(Round { links, pages, search })
}

/// Milliseconds until something is so.
fn until(began: Instant, house: &House, is_so: impl Fn() -> bool) -> anyhow::Result<f64> {
    while !is_so() {
        ensure!(began.elapsed() < PATIENCE, "the push did not arrive:\n{}", house.said());
        thread::sleep(Duration::from_millis(1));
    }
    Ok(began.elapsed().as_secs_f64() * 1000.0)
}

fn median(rounds: &[Round], figure: impl Fn(&Round) -> f64) -> f64 {
    super::median(rounds.iter().map(figure))
}

fn worst(rounds: &[Round], figure: impl Fn(&Round) -> f64) -> f64 {
    rounds.iter().map(figure).fold(0.0, f64::max)
}
