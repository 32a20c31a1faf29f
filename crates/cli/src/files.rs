//! Files and folders: reading with a limit, and writing so that nothing is ever half-written.
//! What a file that cannot be read means is decided by the gate.

use anyhow::{Context, bail};
use rolecall_gate::inputs::{Files, Input, Loaded};
use std::collections::BTreeMap;
use std::fs;
use std::io::{ErrorKind, Read, Write};
use std::path::{Path, PathBuf};

/// Bytes of the largest file that is read.
const LIMIT_BYTES: u64 = 16 << 20;
/// What role code stands in; of a folder only these are read.
const ROLE_CODE_ENDINGS: [&str; 9] =
    [".tf", ".tf.json", ".tfvars", ".sh", ".bash", ".json", ".yaml", ".yml", ".template"];

/// Loads every input, paths relative to `folder`.
pub(crate) fn load_all(folder: &Path, inputs: &[Input]) -> Files {
    inputs.iter().map(|input| (input.path.clone(), load(&folder.join(&input.path)))).collect()
}

/// What stands at a path: a text, a folder of role code, or why it is neither.
pub(crate) fn load(path: &Path) -> Loaded {
    match fs::metadata(path) {
        Ok(metadata) if metadata.is_dir() => folder(path),
        Ok(_) => file(path),
        Err(error) => missing_or_unreadable(&error),
    }
}

fn missing_or_unreadable(error: &std::io::Error) -> Loaded {
    match error.kind() {
        ErrorKind::NotFound | ErrorKind::NotADirectory => Loaded::Missing,
        _ => Loaded::Unreadable(error.to_string()),
    }
}

fn file(path: &Path) -> Loaded {
    match fs::metadata(path) {
        Ok(metadata) if !metadata.is_file() => return Loaded::Unreadable("it is no regular file".to_owned()),
        Ok(metadata) if metadata.len() > LIMIT_BYTES => {
            return Loaded::TooLarge { bytes: metadata.len(), limit: LIMIT_BYTES };
        }
        Ok(_) => {}
        Err(error) => return missing_or_unreadable(&error),
    }
    match fs::File::open(path) {
        Ok(file) => read(file),
        Err(error) => missing_or_unreadable(&error),
    }
}

/// What stands in standard input.
pub(crate) fn load_standard_input() -> Loaded {
    read(std::io::stdin().lock())
}

fn read(source: impl Read) -> Loaded {
    let mut bytes = Vec::new();
    match source.take(LIMIT_BYTES + 1).read_to_end(&mut bytes) {
        Ok(_) if bytes.len() as u64 > LIMIT_BYTES => Loaded::TooLarge { bytes: bytes.len() as u64, limit: LIMIT_BYTES },
        Ok(_) => text(bytes),
        Err(error) => missing_or_unreadable(&error),
    }
}

/// The same of bytes that come from elsewhere.
pub(crate) fn of_bytes(bytes: Vec<u8>) -> Loaded {
    if bytes.len() as u64 > LIMIT_BYTES {
        return Loaded::TooLarge { bytes: bytes.len() as u64, limit: LIMIT_BYTES };
    }
    text(bytes)
}

/// UTF-8 without NUL is text; of anything else the first byte that is none is told.
fn text(bytes: Vec<u8>) -> Loaded {
    let decoded = match String::from_utf8(bytes) {
        Ok(text) if !text.contains('\0') => return Loaded::Text(text),
        Ok(text) => text.into_bytes(),
        Err(error) => error.into_bytes(),
    };
    let valid = std::str::from_utf8(&decoded).map_or_else(|error| error.valid_up_to(), str::len);
    let nul = decoded.iter().position(|byte| *byte == 0).unwrap_or(usize::MAX);
    let at = valid.min(nul);
    let before = decoded.get(..at).map(String::from_utf8_lossy).unwrap_or_default().into_owned();
    Loaded::Binary { before, byte: decoded.get(at).copied().unwrap_or_default() }
}

fn folder(path: &Path) -> Loaded {
    let mut entries = BTreeMap::new();
    let listing = match fs::read_dir(path) {
        Ok(listing) => listing,
        Err(error) => return missing_or_unreadable(&error),
    };
    for entry in listing {
        let entry = match entry {
            Ok(entry) => entry,
            Err(error) => return Loaded::Unreadable(error.to_string()),
        };
        let Ok(name) = entry.file_name().into_string() else { continue };
        if !name.starts_with('.') && ROLE_CODE_ENDINGS.iter().any(|ending| name.ends_with(ending)) {
            let inside = entry.path();
            if !inside.is_dir() {
                entries.insert(name, file(&inside));
            }
        }
    }
    Loaded::Folder(entries)
}

/// A file to be written.
pub(crate) struct NewFile {
    pub(crate) path: PathBuf,
    pub(crate) text: String,
    pub(crate) executable: bool,
}

/// Writes all files or none: each goes to a temporary file beside its place first, and only when all of them stand are
/// they renamed.
pub(crate) fn write_all(files: &[NewFile]) -> anyhow::Result<()> {
    let mut staged = Staged(Vec::new());
    for file in files {
        let temporary = stage(file).with_context(|| format!("cannot write `{}`", file.path.display()))?;
        staged.0.push((temporary, file.path.clone()));
    }
    staged.commit()
}

/// Writes one text.
pub(crate) fn write(path: &Path, text: &str) -> anyhow::Result<()> {
    write_all(&[NewFile { path: path.to_owned(), text: text.to_owned(), executable: false }])
}

/// Writes what `fill` writes, piece by piece; the file stands only when all of it does.
pub(crate) fn write_streamed<T>(
    path: &Path,
    fill: impl FnOnce(&mut dyn Write) -> anyhow::Result<T>,
) -> anyhow::Result<T> {
    let complaint = || format!("cannot write `{}`", path.display());
    let (temporary, target) = temporary_for(path).with_context(complaint)?;
    let mut staged = Staged(vec![(temporary, path.to_owned())]);
    let mut target = std::io::BufWriter::with_capacity(1 << 18, target);
    let filled = fill(&mut target)?;
    target.flush().with_context(complaint)?;
    drop(target);
    Staged(std::mem::take(&mut staged.0)).commit()?;
    Ok(filled)
}

/// Whether something else stands at the place of a file.
pub(crate) fn differs(file: &NewFile) -> bool {
    match fs::read(&file.path) {
        Ok(bytes) => bytes != file.text.as_bytes(),
        Err(error) => error.kind() != ErrorKind::NotFound,
    }
}

/// Writes a text to a path where nothing stands yet.
pub(crate) fn write_new(path: &Path, text: &str) -> anyhow::Result<()> {
    if fs::symlink_metadata(path).is_ok() {
        bail!("`{}` is there already and is not overwritten: move it away first", path.display());
    }
    write(path, text)
}

/// Temporary files with the places that they are for; what was not committed is removed.
struct Staged(Vec<(PathBuf, PathBuf)>);

impl Staged {
    fn commit(mut self) -> anyhow::Result<()> {
        for (temporary, path) in std::mem::take(&mut self.0) {
            if let Err(error) = fs::rename(&temporary, &path) {
                self.0.push((temporary, path.clone()));
                return Err(error).with_context(|| format!("cannot write `{}`", path.display()));
            }
        }
        Ok(())
    }
}

impl Drop for Staged {
    fn drop(&mut self) {
        for (temporary, _) in &self.0 {
            // Nothing more can be done about a temporary file that cannot be removed either.
            let _ = fs::remove_file(temporary);
        }
    }
}

fn stage(file: &NewFile) -> anyhow::Result<PathBuf> {
    let (temporary, mut target) = temporary_for(&file.path)?;
    let written = target.write_all(file.text.as_bytes()).and_then(|()| {
        // What is replaced keeps its permissions.
        if let Ok(replaced) = fs::metadata(&file.path) {
            target.set_permissions(replaced.permissions())?;
        }
        permit(&target, file.executable)
    });
    if let Err(error) = written {
        let _ = fs::remove_file(&temporary);
        return Err(error.into());
    }
    Ok(temporary)
}

/// An empty file beside the place that it is for.
fn temporary_for(path: &Path) -> anyhow::Result<(PathBuf, fs::File)> {
    let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty());
    if let Some(folder) = folder {
        fs::create_dir_all(folder).with_context(|| format!("cannot make the folder `{}`", folder.display()))?;
    }
    if path.is_dir() {
        bail!("it is a folder");
    }
    let name = path.file_name().context("it names no file")?.to_string_lossy();
    let temporary = path.with_file_name(format!(".{name}.{}.tmp", std::process::id()));
    let target = fs::OpenOptions::new().write(true).create_new(true).open(&temporary)?;
    Ok((temporary, target))
}

#[cfg(unix)]
fn permit(file: &fs::File, executable: bool) -> std::io::Result<()> {
    use std::os::unix::fs::PermissionsExt;
    if !executable {
        return Ok(());
    }
    let mode = file.metadata()?.permissions().mode();
    // Whoever may read it may run it.
    file.set_permissions(fs::Permissions::from_mode(mode | ((mode & 0o444) >> 2)))
}

#[cfg(not(unix))]
fn permit(_: &fs::File, _: bool) -> std::io::Result<()> {
    Ok(())
}
