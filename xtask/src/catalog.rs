//! `cargo xtask catalog`: makes the IAM catalogue of `crates/iam-catalog` from its two pinned packages.
//! Reading it back is that crate's business; what the data means stands in `crates/iam-catalog/data/README.md`.

mod encode;
mod fetch;
mod model;
mod packages;
#[cfg(test)]
mod tests;
mod text;

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result, bail, ensure};

use crate::repository;
use fetch::Sources;

/// What `cargo xtask catalog` takes.
#[derive(Debug, clap::Args)]
pub(crate) struct CatalogArgs {
    /// Regenerate from the pinned packages in memory and compare bytes; writes nothing, fails on any difference
    #[arg(long)]
    check: bool,
    /// Pin the newest packages first, then regenerate
    #[arg(long, conflicts_with = "check")]
    update: bool,
}

/// Generated files by their path below `crates/iam-catalog`, `/` between folders.
type Files = BTreeMap<String, Vec<u8>>;

const SOURCES: &str = "sources.toml";
const BINARY: &str = "data/catalog.bin";
const VERSIONS: &str = "data/versions.tsv";
const GLOBAL_KEYS: &str = "data/global-condition-keys.tsv";
const SERVICES: &str = "data/services";

/// Downloads the packages into a temporary folder, generates every file, and writes or compares them.
pub(crate) fn run(args: &CatalogArgs) -> Result<()> {
    let home = home();
    let pinned = Sources::read(&home.join(SOURCES))?;
    let download = tempfile::tempdir().context("could not make a temporary folder for the packages")?;
    let (sources, unpacked) = fetch::fetch(&pinned, args.update, download.path())?;
    let catalog = packages::read(&unpacked, &sources)?;
    let mut wanted = text::render(&catalog);
    ensure!(text::parse(&wanted)? == catalog, "the text form lost something: a field holds a tab, a blank or a `-`");
    wanted.insert(BINARY.to_owned(), encode::encode(&catalog)?);
    if args.update {
        wanted.insert(SOURCES.to_owned(), sources.render().into_bytes());
    }
    let present = read_present(&home)?;
    let differences = differences(&wanted, &present);
    if args.check {
        return report(&differences, wanted.len());
    }
    apply(&home, &wanted, &differences)?;
    println!(
        "catalogue: {} services, {} actions, {} resource types; {} of {} files changed",
        catalog.services.len(),
        catalog.services.iter().map(|service| service.actions.len()).sum::<usize>(),
        catalog.services.iter().map(|service| service.types.len()).sum::<usize>(),
        differences.len(),
        wanted.len(),
    );
    Ok(())
}

/// The folder of the crate that holds the data.
fn home() -> PathBuf {
    repository::root().join("crates/iam-catalog")
}

/// Everything of the data that stands in the checkout now.
fn read_present(home: &Path) -> Result<Files> {
    let mut files = Files::new();
    let mut read = |name: String| -> Result<()> {
        let path = home.join(&name);
        if path.is_file() {
            let bytes = std::fs::read(&path).with_context(|| format!("could not read `{}`", path.display()))?;
            files.insert(name, bytes);
        }
        Ok(())
    };
    for name in [SOURCES, BINARY, VERSIONS, GLOBAL_KEYS] {
        read(name.to_owned())?;
    }
    let folder = home.join(SERVICES);
    if folder.is_dir() {
        let entries = std::fs::read_dir(&folder).with_context(|| format!("could not list `{}`", folder.display()))?;
        for entry in entries {
            let entry = entry.with_context(|| format!("could not list `{}`", folder.display()))?;
            read(format!("{SERVICES}/{}", entry.file_name().to_string_lossy()))?;
        }
    }
    Ok(files)
}

/// One file that is not as it should be.
struct Difference {
    name: String,
    what: String,
    remove: bool,
}

/// Files that are missing, differ or should not be there; `sources.toml` counts only when it is wanted.
fn differences(wanted: &Files, present: &Files) -> Vec<Difference> {
    let mut found = Vec::new();
    for (name, bytes) in wanted {
        let what = match present.get(name) {
            None => "is missing".to_owned(),
            Some(old) if old == bytes => continue,
            Some(old) => first_difference(old, bytes),
        };
        found.push(Difference { name: name.clone(), what, remove: false });
    }
    for name in present.keys().filter(|name| *name != SOURCES && !wanted.contains_key(*name)) {
        found.push(Difference { name: name.clone(), what: "is not in the packages".to_owned(), remove: true });
    }
    found
}

fn first_difference(old: &[u8], new: &[u8]) -> String {
    let at = old.iter().zip(new).position(|(a, b)| a != b).unwrap_or(old.len().min(new.len()));
    let line = 1 + new.iter().take(at).filter(|byte| **byte == b'\n').count();
    format!("differs at byte {at} (line {line}); {} bytes, expected {}", old.len(), new.len())
}

fn report(differences: &[Difference], files: usize) -> Result<()> {
    if differences.is_empty() {
        println!("catalogue: all {files} files are what the pinned packages give");
        return Ok(());
    }
    for difference in differences {
        eprintln!("crates/iam-catalog/{}: {}", difference.name, difference.what);
    }
    bail!(
        "{} of {files} catalogue files are not what the pinned packages give: run `cargo xtask catalog` and review \
         the diff",
        differences.len()
    )
}

/// Writes what differs, each file whole through a neighbour that is renamed, and removes what is left over.
fn apply(home: &Path, wanted: &Files, differences: &[Difference]) -> Result<()> {
    let folder = home.join(SERVICES);
    std::fs::create_dir_all(&folder).with_context(|| format!("could not make `{}`", folder.display()))?;
    for difference in differences {
        let path = home.join(&difference.name);
        if difference.remove {
            std::fs::remove_file(&path).with_context(|| format!("could not remove `{}`", path.display()))?;
        } else if let Some(bytes) = wanted.get(&difference.name) {
            let parent = path.parent().unwrap_or(home);
            let mut file = tempfile::NamedTempFile::new_in(parent)?;
            std::io::Write::write_all(&mut file, bytes)?;
            file.persist(&path).with_context(|| format!("could not write `{}`", path.display()))?;
            make_readable(&path)?;
        }
    }
    Ok(())
}

/// Temporary files are private to their owner; committed ones are not.
fn make_readable(path: &Path) -> Result<()> {
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt as _;
        std::fs::set_permissions(path, std::fs::Permissions::from_mode(0o644))
            .with_context(|| format!("could not set the mode of `{}`", path.display()))?;
    }
    Ok(())
}
