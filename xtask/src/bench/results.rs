//! What criterion measured, from the files that it leaves: the best sample of every benchmark.

use std::path::{Path, PathBuf};

use anyhow::{Context, Result, bail};
use serde::Deserialize;
use serde::de::DeserializeOwned;

use super::Measured;

/// `benchmark.json`.
#[derive(Deserialize)]
struct Names {
    group_id: String,
    function_id: Option<String>,
}

/// `sample.json`: how often each sample ran, and how many nanoseconds that took.
#[derive(Deserialize)]
struct Samples {
    iters: Vec<f64>,
    times: Vec<f64>,
}

/// Deletes the results of an earlier run.
pub(super) fn clear(folder: &Path) -> Result<()> {
    if folder.exists() {
        std::fs::remove_dir_all(folder).with_context(|| format!("cannot delete {}", folder.display()))?;
    }
    Ok(())
}

/// Every benchmark below `folder`, a group being the workload and its functions the engines.
pub(super) fn read(folder: &Path) -> Result<Vec<Measured>> {
    let mut measured = Vec::new();
    for group in folders(folder)? {
        for function in folders(&group)? {
            let latest = function.join("new");
            if !latest.join("benchmark.json").exists() {
                continue;
            }
            let names: Names = json(&latest.join("benchmark.json"))?;
            let samples: Samples = json(&latest.join("sample.json"))?;
            let engine = names.function_id.unwrap_or_else(|| "rolecall".to_owned());
            let Some(nanoseconds) = best(&samples) else { bail!("{} holds no sample", latest.display()) };
            measured.push(Measured { workload: names.group_id, engine, nanoseconds });
        }
    }
    Ok(measured)
}

/// The shortest time of one iteration.
fn best(samples: &Samples) -> Option<f64> {
    samples.times.iter().zip(&samples.iters).map(|(time, iterations)| time / iterations).reduce(f64::min)
}

fn json<T: DeserializeOwned>(file: &Path) -> Result<T> {
    let text = std::fs::read_to_string(file).with_context(|| format!("cannot read {}", file.display()))?;
    serde_json::from_str(&text).with_context(|| format!("{} is not what criterion writes", file.display()))
}

/// The folders in a folder, by name.
fn folders(folder: &Path) -> Result<Vec<PathBuf>> {
    let entries = std::fs::read_dir(folder).with_context(|| format!("cannot list {}", folder.display()))?;
    let paths: Vec<PathBuf> = entries.map(|entry| entry.map(|entry| entry.path())).collect::<Result<_, _>>()?;
    let mut folders: Vec<PathBuf> = paths.into_iter().filter(|path| path.is_dir()).collect();
    folders.sort();
    Ok(folders)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_the_best_sample_of_every_function() {
        let folder = tempfile::tempdir().unwrap();
        let latest = folder.path().join("group/rolecall/new");
        std::fs::create_dir_all(&latest).unwrap();
        std::fs::create_dir_all(folder.path().join("group/report")).unwrap();
        std::fs::write(latest.join("benchmark.json"), r#"{"group_id":"60 actions","function_id":"rolecall"}"#).unwrap();
        std::fs::write(latest.join("sample.json"), r#"{"iters":[10.0,20.0],"times":[900.0,1600.0]}"#).unwrap();
        let expected = Measured { workload: "60 actions".into(), engine: "rolecall".into(), nanoseconds: 80.0 };
        assert_eq!(read(folder.path()).unwrap(), [expected]);
        std::fs::write(latest.join("sample.json"), r#"{"iters":[],"times":[]}"#).unwrap();
        assert!(read(folder.path()).unwrap_err().to_string().contains("no sample"));
        clear(folder.path()).unwrap();
        assert!(read(folder.path()).is_err());
    }
}
