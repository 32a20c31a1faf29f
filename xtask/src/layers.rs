//! `cargo xtask layers`: holds `cargo metadata` against the table of who may depend on whom, and keeps the pure crates
//! free of clock, network, files and unseeded randomness. Calls of `std` are banned by the root `clippy.toml` instead.

mod table;
#[cfg(test)]
mod tests;

use std::collections::{BTreeMap, BTreeSet};

use anyhow::{Context, Result, bail};
use serde::Deserialize;

use crate::process::Invocation;
use crate::repository;
use table::{Allowed, CRATES, Crate, forbidden_reason};

/// The part of `cargo metadata --format-version=1` that is judged.
#[derive(Debug, Deserialize)]
struct Metadata {
    packages: Vec<Package>,
    workspace_members: Vec<String>,
    resolve: Resolve,
}

#[derive(Debug, Deserialize)]
struct Package {
    id: String,
    name: String,
    dependencies: Vec<Declared>,
    manifest_path: String,
}

/// One line of a manifest's dependency tables; `kind` is absent for a normal dependency.
#[derive(Debug, Deserialize)]
struct Declared {
    name: String,
    kind: Option<String>,
}

#[derive(Debug, Deserialize)]
struct Resolve {
    nodes: Vec<Node>,
}

#[derive(Debug, Deserialize)]
struct Node {
    id: String,
    deps: Vec<Edge>,
}

#[derive(Debug, Deserialize)]
struct Edge {
    pkg: String,
    dep_kinds: Vec<EdgeKind>,
}

#[derive(Debug, Deserialize)]
struct EdgeKind {
    kind: Option<String>,
}

/// Judges this workspace; fails with every breach.
pub(crate) fn run() -> Result<()> {
    let host = host_triple()?;
    let json = Invocation::cargo()
        .args(["metadata", "--format-version=1", "--filter-platform", &host])
        .dir(repository::root())
        .output()?;
    let metadata: Metadata = serde_json::from_str(&json).context("`cargo metadata` printed an unknown shape")?;
    let mut problems = judge(&metadata);
    problems.extend(own_clippy_files(&metadata));
    for problem in &problems {
        eprintln!("error: {problem}");
    }
    if !problems.is_empty() {
        bail!("layers: {} breaches; the table stands in xtask/src/layers/table.rs", problems.len());
    }
    eprintln!("layers: {} crates keep to the table", metadata.workspace_members.len());
    Ok(())
}

fn host_triple() -> Result<String> {
    let version = Invocation::new("rustc").arg("-vV").dir(repository::root()).output()?;
    let host = version.lines().find_map(|line| line.strip_prefix("host: "));
    Ok(host.context("`rustc -vV` names no host")?.to_owned())
}

/// Every breach, in the order of the crates' names.
fn judge(metadata: &Metadata) -> Vec<String> {
    let members: BTreeSet<&str> = metadata.workspace_members.iter().map(String::as_str).collect();
    let mut packages: Vec<&Package> =
        metadata.packages.iter().filter(|package| members.contains(package.id.as_str())).collect();
    packages.sort_by(|a, b| a.name.cmp(&b.name));
    let names: BTreeSet<&str> = packages.iter().map(|package| package.name.as_str()).collect();
    let graph = Graph::new(metadata);
    let mut problems = Vec::new();
    for package in packages {
        let Some(row) = CRATES.iter().find(|row| row.package == package.name) else {
            problems.push(format!("`{}` is not in the table: say there what it may depend on", package.name));
            continue;
        };
        direct(row, package, &names, &mut problems);
        if row.pure {
            problems.extend(graph.forbidden_below(package));
        }
    }
    problems
}

/// What the manifest itself declares of the project's own crates.
fn direct(row: &Crate, package: &Package, members: &BTreeSet<&str>, problems: &mut Vec<String>) {
    let folder = format!("/{}/Cargo.toml", row.folder);
    if !package.manifest_path.replace('\\', "/").ends_with(&folder) {
        problems.push(format!("`{}` stands in {}, not in {}/", row.package, package.manifest_path, row.folder));
    }
    for dependency in &package.dependencies {
        let name = dependency.name.as_str();
        if !members.contains(name) || name == package.name {
            continue;
        }
        if name == "rolecall-cli" {
            problems.push(format!("`{}` depends on `rolecall-cli`: nothing may", row.package));
            continue;
        }
        let for_tests = dependency.kind.as_deref() == Some("dev");
        let allowed = match row.allowed {
            Allowed::Any => true,
            Allowed::Only(list) => list.contains(&name),
        };
        if !for_tests && !allowed {
            let note = if name == "rolecall-fixtures" { " (for tests: put it under [dev-dependencies])" } else { "" };
            problems.push(format!("`{}` may not depend on `{name}`{note}", row.package));
        }
    }
}

/// A pure crate with a `clippy.toml` of its own has taken the bans of the root off.
fn own_clippy_files(metadata: &Metadata) -> Vec<String> {
    let pure = |package: &&Package| CRATES.iter().any(|row| row.pure && row.package == package.name);
    let has_own = |package: &&Package| {
        ["clippy.toml", ".clippy.toml"]
            .iter()
            .any(|file| std::path::Path::new(&package.manifest_path).with_file_name(file).exists())
    };
    metadata
        .packages
        .iter()
        .filter(pure)
        .filter(has_own)
        .map(|package| format!("`{}` is pure and may have no clippy.toml: it takes the root's bans off", package.name))
        .collect()
}

/// The resolved dependencies, without those for tests.
struct Graph<'a> {
    names: BTreeMap<&'a str, &'a str>,
    edges: BTreeMap<&'a str, Vec<&'a str>>,
}

impl<'a> Graph<'a> {
    fn new(metadata: &'a Metadata) -> Self {
        let names = metadata.packages.iter().map(|package| (package.id.as_str(), package.name.as_str())).collect();
        // What a build script uses runs on the machine that builds, not in the program.
        let normal = |edge: &&Edge| edge.dep_kinds.iter().any(|kind| kind.kind.is_none());
        let edges = metadata
            .resolve
            .nodes
            .iter()
            .map(|node| (node.id.as_str(), node.deps.iter().filter(normal).map(|edge| edge.pkg.as_str()).collect()))
            .collect();
        Self { names, edges }
    }

    /// Each forbidden crate below `package`, with the shortest way to it.
    fn forbidden_below(&self, package: &'a Package) -> Vec<String> {
        let mut problems = Vec::new();
        let mut parents: BTreeMap<&str, &str> = BTreeMap::new();
        let mut queue = std::collections::VecDeque::from([package.id.as_str()]);
        while let Some(id) = queue.pop_front() {
            for next in self.edges.get(id).into_iter().flatten() {
                if *next == package.id || parents.contains_key(next) {
                    continue;
                }
                parents.insert(next, id);
                queue.push_back(next);
                if let Some(reason) = self.names.get(next).and_then(|name| forbidden_reason(name)) {
                    let way = self.way(next, &parents);
                    problems.push(format!("`{}` is pure and reaches {reason}: {way}", package.name));
                }
            }
        }
        problems
    }

    /// `a -> b -> c` from the start down to `id`.
    fn way(&self, id: &'a str, parents: &BTreeMap<&'a str, &'a str>) -> String {
        let mut ids = vec![id];
        let mut at = id;
        while let Some(parent) = parents.get(at) {
            ids.push(parent);
            at = parent;
        }
        let names: Vec<&str> = ids.iter().rev().map(|id| self.names.get(id).copied().unwrap_or(id)).collect();
        names.join(" -> ")
    }
}
