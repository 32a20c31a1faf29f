//! What every rollout command begins with: the project with the choices of the command line, the organization, the sessions.

use super::super::aws::connect;
use super::super::{project, today};
use super::display::show_survey;
use crate::args::GlobalArgs;
use crate::args::aws::AwsArgs;
use crate::args::rollout::{ChoiceArgs, ProjectArgs};
use anyhow::{Context, bail};
use rolecall_core::organization::Organization;
use rolecall_core::rollout::WaveRule;
use rolecall_core::rollout::calls::OrganizationReading;
use rolecall_driver::journal::{Journal, StoredPlan};
use rolecall_driver::pace::Rates;
use rolecall_driver::sessions::{Sessions, WayIn};
use rolecall_driver::survey::{Survey, SurveyProgress, SurveyRequest, survey};
use rolecall_driver::wanted::Wanted;
use rolecall_gate::config::{Engine, OVERWRITES_NOTHING, RolloutEntry};
use rolecall_iam::arn::AccountId;
use rolecall_lifecycle::rollout::{Amount, Collision, Origin, Rollout};
use rolecall_render::write::CallAs;
use std::collections::{BTreeMap, BTreeSet};
use std::path::PathBuf;
use std::sync::Arc;
use tokio::sync::watch;

/// A project that is ready to be rolled out.
pub(super) struct Setup {
    pub(super) wanted: Arc<Wanted>,
    /// Its other organizations: their external IDs must never be sent as a wrong one.
    pub(super) others: Vec<Organization>,
    pub(super) entry: RolloutEntry,
    pub(super) journal: PathBuf,
}

/// Reads the project; what is wrong with it is reported.
pub(super) fn setup(arguments: &ProjectArgs, choices: &ChoiceArgs, global: &GlobalArgs) -> anyhow::Result<Setup> {
    let (project, folder) = project::read(&arguments.path, today(), "nothing was begun", global)?;
    let organization = project::organization(&project.organizations, arguments.organization.as_deref())?.clone();
    let others = project.organizations.into_iter().filter(|other| other.id != organization.id).collect();
    let entry = with_choices(project.rollout, choices);
    if entry.engine == Engine::StackSets && choices.bake.is_some() {
        bail!("`--bake` has no meaning with `engine = \"stack-sets\"`: there are no waves to rest between");
    }
    if entry.engine == Engine::StackSets && choices.collision == Some(Collision::Overwrite) {
        bail!("`--collision overwrite` has no meaning with `engine = \"stack-sets\"`: {OVERWRITES_NOTHING}");
    }
    let name = format!("rolecall-rollout-{}.journal", organization.id.as_str());
    let journal = arguments.journal.clone().unwrap_or_else(|| folder.join(name));
    let wanted = Arc::new(Wanted { profile: project.profile, organization, day: today() });
    Ok(Setup { wanted, others, entry, journal })
}

fn with_choices(mut entry: RolloutEntry, choices: &ChoiceArgs) -> RolloutEntry {
    let ChoiceArgs { unlock, concurrency, tolerance, mode, collision, bake, way_in } = choices;
    entry.unlock = unlock.unwrap_or(entry.unlock);
    entry.concurrency = concurrency.unwrap_or(entry.concurrency);
    entry.tolerance = tolerance.unwrap_or(entry.tolerance);
    entry.mode = mode.unwrap_or(entry.mode);
    entry.collision = collision.unwrap_or(entry.collision);
    entry.bake = bake.unwrap_or(entry.bake);
    if let Some(way_in) = way_in {
        way_in.trim_start_matches('/').clone_into(&mut entry.way_in);
    }
    entry
}

impl Setup {
    /// Sessions by the operator's credentials.
    pub(super) async fn sessions(&self, aws: &AwsArgs) -> anyhow::Result<Arc<Sessions>> {
        let way_in = WayIn {
            role: self.entry.way_in.clone(),
            external_id: self.entry.way_in_external_id.as_ref().map(|id| id.as_str().to_owned()),
            ..WayIn::default()
        };
        let opened = Sessions::open(connect(aws).await?, way_in, rates(aws)).await;
        Ok(Arc::new(opened.context("the operator's credentials do not work")?))
    }

    /// The waves as they were asked for.
    pub(super) fn waves(&self) -> Vec<WaveRule> {
        let wave = |wave: &rolecall_gate::config::Wave| WaveRule {
            accounts: wave.accounts.iter().map(|account| account.value).collect(),
            units: wave.organizational_units.iter().map(|unit| unit.value.clone()).collect(),
        };
        self.entry.waves.iter().map(wave).collect()
    }

    /// How much of the organization is read.
    pub(super) fn reading(&self, policies: bool) -> OrganizationReading {
        let tree = self.entry.waves.iter().any(|wave| !wave.organizational_units.is_empty());
        OrganizationReading { tree, policies }
    }

    /// Whether a delegated administrator works on the stack set.
    pub(super) fn is_delegated(&self) -> bool {
        self.entry.engine == Engine::StackSets && self.entry.stack_set.call_as == CallAs::DelegatedAdministrator
    }

    /// Reads the organization, and the accounts where that is asked for; shows how far it is.
    pub(super) async fn survey(
        &self,
        sessions: &Arc<Sessions>,
        policies: bool,
        looks_inside: bool,
        global: &GlobalArgs,
    ) -> anyhow::Result<Survey> {
        let excluded: BTreeMap<_, _> = self
            .entry
            .excluded
            .iter()
            .flat_map(|exclusion| exclusion.accounts.iter().map(|account| (account.value, exclusion.reason.clone())))
            .collect();
        let at_once = match self.entry.concurrency {
            Amount::Count(count) => usize::try_from(count).unwrap_or(usize::MAX),
            Amount::Percentage(_) => READ_AT_ONCE,
        };
        let request = SurveyRequest {
            reading: self.reading(policies),
            excluded,
            at_once: at_once.clamp(READ_AT_ONCE, rolecall_driver::runner::CALLS_AT_ONCE),
            looks_inside,
            delegated: self.is_delegated(),
        };
        let (progress, watching) = watch::channel(SurveyProgress::default());
        let shown = show_survey(watching, global);
        let found = survey(sessions, &self.wanted, &request, &progress).await;
        drop(progress);
        shown.end().await;
        let found = found?;
        if let (Some(why), true) = (&found.tree_unknown, request.reading.tree) {
            bail!("the waves name organizational units, and the tree of units cannot be read: {why}");
        }
        Ok(found)
    }

    /// Whether there is a journal.
    pub(super) fn has_journal(&self) -> bool {
        std::fs::metadata(&self.journal).is_ok_and(|found| found.len() > 0)
    }

    /// The accounts whose role is of the rollout that the journal has: another role there is brought back, and no collision.
    pub(super) fn ours(&self) -> anyhow::Result<BTreeSet<AccountId>> {
        if self.entry.engine == Engine::StackSets || !self.has_journal() {
            return Ok(BTreeSet::new());
        }
        let recorded = Journal::read(&self.journal)?;
        self.check_journal(&recorded.plan)?;
        let rollout = Rollout::resume(recorded.plan.plan()?, &recorded.entries);
        let known = rollout.plan().accounts().zip(rollout.state().targets());
        let ours = known.filter(|(_, target)| target.origin != Origin::Nothing);
        Ok(ours.map(|(account, _)| AccountId::from(account)).collect())
    }

    /// What a journal is of must be what this project is of: another role of another name is not its matter.
    pub(super) fn check_journal(&self, plan: &StoredPlan) -> anyhow::Result<()> {
        let Wanted { profile, organization, .. } = &*self.wanted;
        let management = organization.management_account.to_string();
        let pairs = [
            ("role", plan.role.as_str(), profile.name.as_str()),
            ("organization", plan.organization.as_str(), organization.id.as_str()),
            ("management account", &plan.management.to_string(), &management),
        ];
        if let Some((what, was, is)) = pairs.into_iter().find(|(_, was, is)| was != is) {
            bail!(
                "the journal `{}` is about the {what} `{was}`, and rolecall.toml about `{is}`: restore that, or name another \
                 journal (`--journal`)",
                self.journal.display()
            );
        }
        Ok(())
    }

    /// Accounts and units that `[rollout]` names and the organization does not have.
    pub(super) fn unknown_names(&self, survey: &Survey) -> Vec<String> {
        let has = |account: &AccountId| survey.accounts.iter().any(|found| found.account == *account);
        let in_waves = self.entry.waves.iter().flat_map(|wave| &wave.accounts);
        let excluded = self.entry.excluded.iter().flat_map(|exclusion| &exclusion.accounts);
        let accounts =
            in_waves.chain(excluded).filter(|account| !has(&account.value)).map(|account| account.value.to_string());
        let units = self.entry.waves.iter().flat_map(|wave| &wave.organizational_units);
        // An empty unit is nobody's parent, and has one.
        let is_there =
            |unit: &String| survey.parents.contains_key(unit) || survey.parents.values().any(|parent| parent == unit);
        accounts.chain(units.map(|unit| &unit.value).filter(|unit| !is_there(unit)).cloned()).collect()
    }
}

/// Reading disturbs nobody: so many accounts at once at least, whatever may be changed at once.
const READ_AT_ONCE: usize = 20;

/// AWS's rates; none for an endpoint that is not AWS.
pub(super) fn rates(aws: &AwsArgs) -> Rates {
    let from_environment = || std::env::var("AWS_ENDPOINT_URL").ok();
    let elsewhere = aws.endpoint_url.clone().or_else(from_environment).is_some_and(|url| !url.is_empty());
    if elsewhere { Rates::none() } else { Rates::default() }
}
