//! `rolecall validate`: reads the project, has the accounts validated, writes the report and the evidence.

use super::aws::{block_on, connect};
use super::{project, today};
use crate::args::GlobalArgs;
use crate::args::validate::{Side, ValidateArgs, ValidateFormat};
use crate::files::{self, NewFile};
use crate::output;
use anyhow::{Context, bail};
use indicatif::{ProgressBar, ProgressStyle};
use rolecall_core::diagnosis::evidence::KnownId;
use rolecall_core::organization::Organization;
use rolecall_core::validation::{Run, Standing};
use rolecall_driver::pace::{AccountPace, Rates};
use rolecall_driver::sessions::{Sessions, WayIn};
use rolecall_driver::validate::{Agreed, Chosen, Terms, customer, vendor};
use rolecall_driver::wanted::Wanted;
use rolecall_gate::inputs::Loaded;
use rolecall_gate::project::Project;
use rolecall_iam::arn::AccountId;
use rolecall_iam::document::PolicyType;
use rolecall_iam::source::SourceMap;
use rolecall_report::validate::{Format, render};
use std::collections::BTreeSet;
use std::io::IsTerminal;
use std::path::Path;
use std::sync::Arc;

/// Validates. 0 all is well, 1 something is wrong, 2 something was not judged.
pub(super) fn run(arguments: &ValidateArgs, global: &GlobalArgs) -> anyhow::Result<u8> {
    let day = arguments.as_of.unwrap_or_else(today);
    let (project, _) = project::read(&arguments.path, day, "nothing was validated", global)?;
    let chosen = chosen(arguments)?;
    let organization = project::organization(&project.organizations, arguments.organization.as_deref())?.clone();
    let terms = Terms {
        others: others(&project, &organization),
        wanted: Wanted { profile: project.profile, organization, day },
        contract: project.contract,
        older_policies: older_policies(arguments)?,
        simulate: !arguments.no_simulator,
    };
    let agreed = Arc::new(Agreed::new(terms));
    let bar = progress(global);
    let validated = block_on(validate(arguments, agreed, chosen, || bar.inc(1)))?;
    bar.finish_and_clear();
    write(arguments, global, &validated)?;
    Ok(match validated.standing() {
        Standing::Good => 0,
        Standing::Faulty => 1,
        Standing::NotJudged => 2,
    })
}

/// How many accounts are done: how many there are nobody knows before they are listed.
fn progress(global: &GlobalArgs) -> ProgressBar {
    if global.quiet || !std::io::stderr().is_terminal() {
        return ProgressBar::hidden();
    }
    let style =
        ProgressStyle::with_template("{pos} accounts, {elapsed}").unwrap_or_else(|_| ProgressStyle::default_bar());
    ProgressBar::no_length().with_style(style)
}

async fn validate(
    arguments: &ValidateArgs,
    agreed: Arc<Agreed>,
    chosen: Chosen,
    done: impl FnMut(),
) -> anyhow::Result<Run> {
    let connection = connect(&arguments.aws).await?;
    let at_once = arguments.at_once;
    Ok(match arguments.side {
        Side::Vendor => {
            let paced = connection.with_pace(Arc::new(AccountPace::new(Arc::new(Rates::default()))));
            vendor::validate(paced, agreed, chosen, at_once, done).await
        }
        Side::Customer => {
            let way_in = WayIn { role: arguments.way_in.clone(), ..WayIn::default() };
            let sessions = Sessions::open(connection, way_in, Rates::default()).await?;
            customer::validate(sessions, agreed, chosen, at_once, done).await
        }
    })
}

/// The IDs of the other organizations, and of single accounts: where one of them stands in a trust, it is told whose it is.
fn others(project: &Project, own: &Organization) -> Vec<KnownId> {
    let mut others = Vec::new();
    for organization in &project.organizations {
        if organization.id != own.id {
            let of = format!("organization {}", organization.id.as_str());
            others.push(KnownId { id: organization.external_id.clone(), of });
        }
        for (account, id) in &organization.legacy_ids {
            others.push(KnownId { id: id.clone(), of: format!("account {account}") });
        }
    }
    others
}

fn chosen(arguments: &ValidateArgs) -> anyhow::Result<Chosen> {
    if arguments.all {
        return Ok(Chosen::All);
    }
    let vouched = match &arguments.accounts_file {
        None => BTreeSet::new(),
        Some(path) => accounts_of(path)?,
    };
    if arguments.accounts.is_empty() && vouched.is_empty() {
        bail!("no account is named: give `--account ID`, `--accounts FILE`, or `--all`");
    }
    let accounts = arguments.accounts.iter().copied().chain(vouched.iter().copied()).collect();
    Ok(Chosen::These { accounts, vouched })
}

fn accounts_of(path: &Path) -> anyhow::Result<BTreeSet<AccountId>> {
    let mut accounts = BTreeSet::new();
    for (line, text) in (1..).zip(text_of(path)?.lines()) {
        let text = text.split('#').next().unwrap_or_default().trim();
        if text.is_empty() {
            continue;
        }
        let account = AccountId::parse(text);
        let place = || format!("{}:{line}: `{text}` is no account ID: 12 digits a line were expected", path.display());
        accounts.insert(account.with_context(place)?);
    }
    if accounts.is_empty() {
        bail!("`{}` names no account: one ID a line was expected", path.display());
    }
    Ok(accounts)
}

/// Nobody can tell an older version apart that is not a policy.
fn older_policies(arguments: &ValidateArgs) -> anyhow::Result<Option<Vec<String>>> {
    let mut texts = Vec::new();
    for path in &arguments.older_policies {
        let text = text_of(path)?;
        let mut sources = SourceMap::new();
        let file = sources.add(path.display().to_string(), text.as_str());
        if rolecall_gate::check::read_policy(&sources, file, PolicyType::Identity).0.is_none() {
            bail!("`{0}` is no identity policy: `rolecall check {0}` says why", path.display());
        }
        texts.push(text);
    }
    Ok((!texts.is_empty()).then_some(texts))
}

fn text_of(path: &Path) -> anyhow::Result<String> {
    match files::load(path) {
        Loaded::Text(text) => Ok(text),
        other => bail!("`{}` {}: a text file was expected", path.display(), other.complaint()),
    }
}

/// Files first, all of them or none.
fn write(arguments: &ValidateArgs, global: &GlobalArgs, run: &Run) -> anyhow::Result<()> {
    let format = match arguments.format {
        ValidateFormat::Human => Format::Human,
        ValidateFormat::Json => Format::Json,
        ValidateFormat::Junit => Format::Junit,
    };
    let to_file = arguments.output.is_some();
    let text = render(run, format, &output::options(to_file, global));
    let mut new = bundles(arguments, run)?;
    let count = new.len();
    new.extend(arguments.output.iter().map(|path| NewFile {
        path: path.clone(),
        text: text.clone(),
        executable: false,
    }));
    files::write_all(&new)?;
    if global.quiet {
        return Ok(());
    }
    if !to_file {
        output::say(&text)?;
    }
    if let Some(path) = &arguments.collect {
        let what = if count == 1 { "bundle" } else { "bundles" };
        // Standard output may be read by a program.
        output::complain(&format!(
            "wrote {count} evidence {what} to {}: `rolecall diagnose` reads them\n",
            path.display()
        ));
    }
    Ok(())
}

/// The evidence: of the one account, or of each that is not as it should be.
fn bundles(arguments: &ValidateArgs, run: &Run) -> anyhow::Result<Vec<NewFile>> {
    let Some(path) = &arguments.collect else { return Ok(Vec::new()) };
    let new = |path: std::path::PathBuf, text| NewFile { path, text, executable: false };
    if let ([only], false, false) = (run.accounts.as_slice(), arguments.all, path.is_dir()) {
        let text = rolecall_report::evidence::render(&only.evidence);
        return Ok(vec![new(path.clone(), text)]);
    }
    if path.is_file() {
        bail!("`{}` is a file: the evidence of several accounts goes to a folder", path.display());
    }
    let failing = run.accounts.iter().filter(|validation| validation.standing() != Standing::Good);
    let bundle = |validation: &rolecall_core::validation::Validation| {
        let file = path.join(format!("{}.json", validation.account));
        new(file, rolecall_report::evidence::render(&validation.evidence))
    };
    Ok(failing.map(bundle).collect())
}
