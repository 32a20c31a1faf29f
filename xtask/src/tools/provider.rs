//! Looks for a folder from which terraform can take its AWS provider without a network: a filesystem mirror or a plugin
//! cache, in the places where these are by convention. Whether terraform accepts it is for the tests to see.

use std::path::{Path, PathBuf};

/// How deep below a root a provider can stand: host, namespace, type, version, platform, file, and some to spare.
const DEPTH_MAX: usize = 9;
/// A root with more entries than this is no mirror; the search ends.
const ENTRIES_MAX: usize = 50_000;

/// The first mirror that holds the AWS provider, or nothing.
pub(super) fn find() -> Option<PathBuf> {
    roots().iter().find_map(|root| find_below(root))
}

fn roots() -> Vec<PathBuf> {
    let mut roots: Vec<PathBuf> = std::env::var_os("TF_PLUGIN_CACHE_DIR").map(PathBuf::from).into_iter().collect();
    roots.extend(std::env::home_dir().map(|home| home.join(".terraform.d")));
    roots.extend(["/usr/local/share/terraform/plugins", "/usr/share/terraform/plugins", "/opt"].map(PathBuf::from));
    roots
}

/// Breadth first, without following links to folders, in the order of names.
pub(super) fn find_below(root: &Path) -> Option<PathBuf> {
    let mut level = vec![root.to_owned()];
    let mut entries_left = ENTRIES_MAX;
    for _ in 0..DEPTH_MAX {
        let mut next = Vec::new();
        for dir in &level {
            // A folder that cannot be read holds no usable mirror.
            let Ok(listing) = std::fs::read_dir(dir) else { continue };
            let mut entries: Vec<_> = listing.filter_map(Result::ok).take(entries_left).collect();
            entries_left -= entries.len();
            entries.sort_by_key(std::fs::DirEntry::file_name);
            for entry in entries {
                let is_dir = entry.file_type().is_ok_and(|kind| kind.is_dir());
                if is_dir {
                    next.push(entry.path());
                } else if let Some(mirror) = mirror_root(&entry.path()) {
                    return Some(mirror);
                }
            }
        }
        level = next;
    }
    None
}

/// The mirror that `file` belongs to. Unpacked: `ROOT/HOST/NAMESPACE/aws/VERSION/PLATFORM/terraform-provider-aws_…`;
/// packed: `ROOT/HOST/NAMESPACE/aws/terraform-provider-aws_….zip` (Terraform: provider installation, filesystem mirrors).
fn mirror_root(file: &Path) -> Option<PathBuf> {
    let name = file.file_name()?.to_str()?;
    if !name.starts_with("terraform-provider-aws_") && name != "terraform-provider-aws" {
        return None;
    }
    let packed = file.extension().is_some_and(|extension| extension == "zip");
    let kind = file.ancestors().nth(if packed { 1 } else { 3 })?;
    if kind.file_name()? != "aws" {
        return None;
    }
    kind.ancestors().nth(3).map(Path::to_owned)
}
