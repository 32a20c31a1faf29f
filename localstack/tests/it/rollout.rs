//! `rolecall rollout` and `rolecall validate` by the program itself: over an organization of 51 accounts, killed and gone on with,
//! verified, validated, removed; and a stack set over the accounts of a unit. Organizations and stack sets by the plugin.

use crate::place::{Place, fresh_account, has, place, program, run, succeed};
use rolecall_iam::arn::AccountId;
use std::path::Path;
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

const MEMBERS: usize = 50;
/// Programs of AWS at a time: each takes most of a second to start.
const AT_ONCE: usize = 8;
const ORGANIZATION_WAIT: Duration = Duration::from_mins(2);

/// An organization whose role is rolled out from a folder.
struct Scene {
    place: Place,
    management: AccountId,
    root: String,
    folder: tempfile::TempDir,
}

impl Scene {
    fn new() -> Option<Self> {
        let place = place()?;
        if !place.has_organizations() || !has("aws") {
            return None;
        }
        let (management, folder) = (fresh_account(), tempfile::tempdir().unwrap());
        let scene = Self { place, management, root: String::new(), folder };
        scene.aws(&["organizations", "create-organization", "--feature-set", "ALL"]);
        let root = scene.aws(&["organizations", "list-roots", "--query", "Roots[0].Id", "--output", "text"]);
        Some(Self { root: root.trim().to_owned(), ..scene })
    }

    fn folder(&self) -> &Path {
        self.folder.path()
    }

    fn aws(&self, arguments: &[&str]) -> String {
        succeed(self.folder(), &self.place.variables(self.management), "aws", arguments)
    }

    /// Makes members, some at a time; their IDs.
    fn add_members(&self, count: usize) -> Vec<String> {
        let one = |member: usize| {
            let (name, email) = (format!("m{member}"), format!("m{member}@example.com"));
            let made = ["--query", "CreateAccountStatus.AccountId", "--output", "text"];
            let create = ["organizations", "create-account", "--account-name", &name, "--email", &email];
            self.aws(&[&create[..], &made].concat()).trim().to_owned()
        };
        std::thread::scope(|scope| {
            let workers: Vec<_> = (0..AT_ONCE.min(count))
                .map(|first| scope.spawn(move || (first..count).step_by(AT_ONCE).map(one).collect::<Vec<_>>()))
                .collect();
            workers.into_iter().flat_map(|worker| worker.join().unwrap()).collect()
        })
    }

    fn configure(&self, rollout: &str) {
        let query = ["organizations", "describe-organization", "--query", "Organization.Id", "--output", "text"];
        let organization = self.aws(&query);
        let text = format!(
            r#"version = 1
[role]
name = "ProsperOps"
vendor_account = "205499583182"
[policy]
uniform = "policy.json"
[[organization]]
id = "{}"
management_account = "{}"
external_id = "f0a4c1d2-6c0b-4f27-9d3e-2b8a5e7c9146"
[rollout]
unlock = "reading"
{rollout}
"#,
            organization.trim(),
            self.management
        );
        std::fs::write(self.folder().join("rolecall.toml"), text).unwrap();
        std::fs::copy(rolecall_fixtures::path("prosperops/policy.json"), self.folder().join("policy.json")).unwrap();
    }

    fn rolecall(&self, arguments: &[&str]) -> (String, i32) {
        run(self.folder(), &self.place.variables(self.management), program().to_str().unwrap(), arguments)
    }

    #[track_caller]
    fn expect(&self, arguments: &[&str], code: i32, said: &str) {
        let (text, found) = self.rolecall(arguments);
        assert!(found == code && text.contains(said), "{arguments:?}: {found}, `{said}` was expected:\n{text}");
    }

    /// Begins or goes on, and kills it once the journal has grown so far. Whether it was killed before its end.
    fn apply_and_kill(&self, grown: u64) -> bool {
        let mut command = Command::new(program());
        command.args(["rollout", "apply", "--yes"]).current_dir(self.folder());
        command.envs(self.place.variables(self.management)).stdout(Stdio::null()).stderr(Stdio::null());
        let mut process = command.spawn().unwrap();
        let (from, until) = (self.written(), Instant::now() + ORGANIZATION_WAIT);
        while self.written() < from + grown && Instant::now() < until {
            if process.try_wait().unwrap().is_some() {
                return false;
            }
            std::thread::sleep(Duration::from_millis(2));
        }
        process.kill().unwrap();
        process.wait().unwrap();
        true
    }

    /// Bytes of the journal and of what SQLite keeps beside it.
    fn written(&self) -> u64 {
        let entries = std::fs::read_dir(self.folder()).unwrap().map(Result::unwrap);
        let of_journal = entries.filter(|entry| entry.file_name().to_string_lossy().contains(".journal"));
        of_journal.filter_map(|entry| entry.metadata().ok()).map(|found| found.len()).sum()
    }
}

#[test]
fn fifty_members_are_rolled_out_over_kills_verified_validated_and_given_back() {
    let Some(scene) = Scene::new() else { return };
    assert_eq!(scene.add_members(MEMBERS).len(), MEMBERS);
    scene.configure("");
    scene.expect(&["rollout", "plan"], 0, "51 accounts ready");
    let kills = [20_000, 40_000, 60_000].into_iter().filter(|grown| scene.apply_and_kill(*grown)).count();
    assert!(kills > 0, "it was over before it could be killed");
    println!("killed {kills} times");
    scene.expect(&["rollout", "apply", "--yes"], 0, "complete");
    scene.expect(&["rollout", "status"], 0, "complete");
    scene.expect(&["rollout", "verify"], 0, "51 verified");
    scene.expect(&["validate", "--as", "customer", "--all"], 0, "51 of 51 accounts verified by reading");
    scene.expect(&["rollout", "remove", "--yes"], 0, "51 removed");
    scene.expect(&["rollout", "verify"], 1, "missing: 51 accounts");
}

#[test]
fn a_stack_set_reaches_the_accounts_of_a_unit() {
    let Some(scene) = Scene::new() else { return };
    let root = scene.root.as_str();
    let unit = ["--name", "members", "--query", "OrganizationalUnit.Id", "--output", "text"];
    let create = ["organizations", "create-organizational-unit", "--parent-id", root];
    let unit = scene.aws(&[&create[..], &unit].concat()).trim().to_owned();
    let members = scene.add_members(5);
    for member in &members {
        let there = ["--source-parent-id", root, "--destination-parent-id", &unit];
        scene.aws(&[&["organizations", "move-account", "--account-id", member][..], &there].concat());
    }
    scene.configure(&format!("engine = \"stack-sets\"\n[rollout.stack_set]\norganizational_units = [\"{unit}\"]"));
    scene.expect(&["rollout", "plan", "--skip-policies"], 2, "create the stack set `prosperops-role`");
    // Another run would make the instances again: moto does not say which unit an instance is for.
    scene.expect(&["rollout", "apply", "--yes"], 0, "1 created, 5 verified");
    scene.expect(&["rollout", "verify"], 0, "6 verified");
}
