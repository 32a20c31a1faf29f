//! The parameters of a model: from a TOML file, then from options, which win.

use crate::files;
use anyhow::{Context, anyhow, bail};
use clap::Args;
use rolecall_gate::inputs::Loaded;
use rolecall_simulator::sweep::{Model, PARAMETERS};
use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::path::{Path, PathBuf};

#[derive(Debug, Args)]
pub(super) struct ModelArgs {
    /// A TOML file with `version = 1` and parameters by name
    #[arg(long, value_name = "FILE")]
    model: Option<PathBuf>,
    /// A parameter, such as latency=40m±15m; may be given several times, and wins over the file
    #[arg(long = "set", value_name = "NAME=VALUE")]
    set: Vec<String>,
}

/// The help text that lists the parameters with their defaults.
pub(super) fn parameters_help() -> String {
    let defaults = Model::default().parameters();
    let mut text = String::from("Parameters:\n");
    for (parameter, (_, default)) in PARAMETERS.iter().zip(&defaults) {
        let _ = writeln!(text, "  {:<19} {} [default: {default}]", parameter.name, parameter.about);
    }
    text.push_str(
        "\nTimes: 90s, 40m, 1h30m, 30d. Distributions: 40m, 20m..60m (uniform), 40m±15m or 40m+-15m (normal, not below \
         zero), `lognormal 40m±15m`. Shares: 5%.",
    );
    text
}

impl ModelArgs {
    /// The model.
    pub(super) fn read(&self) -> anyhow::Result<Model> {
        let mut model = Model::default();
        if let Some(path) = &self.model {
            let text = text_of(path)?;
            from_toml(&mut model, &text).with_context(|| format!("{}", path.display()))?;
        }
        for setting in &self.set {
            let expected = || anyhow!("`{setting}` sets nothing: expected NAME=VALUE, such as latency=40m±15m");
            let (name, value) = setting.split_once('=').ok_or_else(expected)?;
            model.set(name.trim(), value.trim())?;
        }
        model.check()?;
        Ok(model)
    }

    /// Whether anything was given.
    pub(super) const fn is_empty(&self) -> bool {
        self.model.is_none() && self.set.is_empty()
    }
}

/// The text of a file.
pub(super) fn text_of(path: &Path) -> anyhow::Result<String> {
    match files::load(path) {
        Loaded::Text(text) => Ok(text),
        Loaded::Missing => bail!("{}: there is no such file", path.display()),
        Loaded::Unreadable(why) => bail!("{}: cannot be read: {why}", path.display()),
        Loaded::TooLarge { bytes, limit } => bail!("{}: {bytes} bytes, more than {limit}", path.display()),
        _ => bail!("{}: it is no text", path.display()),
    }
}

fn from_toml(model: &mut Model, text: &str) -> anyhow::Result<()> {
    let table: BTreeMap<toml::Spanned<String>, toml::Spanned<toml::Value>> = toml::from_str(text)?;
    let mut version = None;
    for (name, value) in &table {
        let place = || format!("line {}", line_of(text, name.span().start));
        let written = match value.get_ref() {
            toml::Value::String(text) => text.clone(),
            toml::Value::Integer(number) => number.to_string(),
            _ => bail!("{}: `{}` is neither a text nor a whole number", place(), name.get_ref()),
        };
        if name.get_ref() == "version" {
            version = Some(written);
            continue;
        }
        model.set(name.get_ref(), &written).with_context(place)?;
    }
    match version.as_deref() {
        Some("1") => Ok(()),
        Some(other) => bail!("version {other} is not known: expected `version = 1`"),
        None => bail!("there is no version: expected a line `version = 1`"),
    }
}

fn line_of(text: &str, byte: usize) -> usize {
    1 + text.bytes().take(byte).filter(|byte| *byte == b'\n').count()
}
