//! The command line of `rolecall prove`: five claims about all requests, and the policies that stand on each side.

use clap::{Args, Subcommand, ValueEnum};
use std::num::{NonZeroU64, NonZeroUsize};
use std::path::PathBuf;

const EXIT_CODES: &str = "Exit codes: 0 the claim is proved; 1 it is false, and a request shows it; \
    2 unknown, or the input cannot be used.";

const PAIRS_EXIT_CODES: &str = "Exit codes: 0 the claim is proved; 1 it is false, and a request shows it; \
    2 unknown, or the input cannot be used. With --pairs: 2 when any line is an error or unknown, or when there is \
    none, else 1 when any line is new access, else 0.";

const PROVE_HELP: &str = "\
A claim is about all requests: every principal, action, resource and context. It is proved, or
refuted by a request (a witness, which the evaluator confirmed), or unknown, with the reason.

Modes:
  open       every action name there could be: the claim holds for what AWS adds tomorrow, too
  catalogue  the actions that AWS documents; without resource-level permissions on `*` alone

Each --scp and --rcp is one level, root first; policies of one level are separated by commas.
As in AWS, each level of SCPs must allow what is to be allowed: `FullAWSAccess` stands for AWS's
policy of that name.";

/// `rolecall prove`.
#[derive(Debug, Args)]
#[command(subcommand_required = true, arg_required_else_help = true, after_help = EXIT_CODES, after_long_help = format!("{PROVE_HELP}\n\n{EXIT_CODES}"))]
pub(crate) struct ProveArgs {
    #[command(subcommand)]
    pub(crate) claim: Claim,
}

#[derive(Debug, Subcommand)]
pub(crate) enum Claim {
    /// A policy allows nothing that another one does not
    NoNewAccess(Box<NoNewAccessArgs>),
    /// Policies never allow these actions on these resources
    NotGranted(Box<NotGrantedArgs>),
    /// A resource's policy lets no stranger in
    NotPublic(Box<NotPublicArgs>),
    /// A trust policy lets in these principals, with this external ID, and nobody else
    OnlyPrincipals(Box<OnlyPrincipalsArgs>),
    /// Two policies allow the same requests
    Equivalent(Box<EquivalentArgs>),
}

/// How a claim is examined, and how the answer is written.
#[derive(Debug, Args)]
pub(crate) struct ProofArgs {
    /// Which actions there are. open: every name there could be, so that the claim holds for what AWS adds tomorrow, too;
    /// catalogue: those that AWS documents, without resource-level permissions on `*` alone. By default open, for `--class`
    /// catalogue
    #[arg(long, value_enum, value_name = "MODE")]
    pub(crate) mode: Option<ModeArg>,
    /// The most steps; beyond them the answer is unknown
    #[arg(long, value_name = "N", default_value_t = NonZeroU64::new(rolecall_iam_prove::USUAL_BUDGET).unwrap_or(NonZeroU64::MIN))]
    pub(crate) budget: NonZeroU64,
    /// human, json or markdown
    #[arg(long, value_enum, default_value_t = ProofFormat::Human, value_name = "FORMAT")]
    pub(crate) format: ProofFormat,
    /// File for the answer, instead of standard output
    #[arg(short, long, value_name = "FILE")]
    pub(crate) output: Option<PathBuf>,
    /// File for the witness, as lines that `rolecall evaluate --requests` takes: one for each side; empty without a witness
    #[arg(long, value_name = "FILE")]
    pub(crate) witness: Option<PathBuf>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum ModeArg {
    Open,
    Catalogue,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum ProofFormat {
    Human,
    Json,
    Markdown,
}

/// What grants in the first place.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum BaseArg {
    Identity,
    Resource,
    Trust,
}

/// The files that limit a side, whichever options they came by.
#[derive(Clone, Debug, Default)]
pub(crate) struct LimitFiles {
    pub(crate) boundary: Option<PathBuf>,
    pub(crate) session_policies: Vec<PathBuf>,
    pub(crate) scp: Vec<String>,
    pub(crate) rcp: Vec<String>,
}

impl LimitFiles {
    /// These, and those of `all` where there are none.
    pub(crate) fn or(self, all: &Self) -> Self {
        fn list<T: Clone>(own: Vec<T>, all: &[T]) -> Vec<T> {
            if own.is_empty() { all.to_vec() } else { own }
        }
        Self {
            boundary: self.boundary.or_else(|| all.boundary.clone()),
            session_policies: list(self.session_policies, &all.session_policies),
            scp: list(self.scp, &all.scp),
            rcp: list(self.rcp, &all.rcp),
        }
    }
}

/// The options that limit: for all sides, or for one of them instead.
macro_rules! limits {
    ($(#[$about:meta])* $name:ident, $whose:literal, $boundary:literal, $session:literal, $scp:literal, $rcp:literal, $hidden:literal) => {
        $(#[$about])*
        #[derive(Debug, Args)]
        pub(crate) struct $name {
            #[arg(id = $boundary, long = $boundary, value_name = "FILE", hide_short_help = $hidden, help = concat!("The permissions boundary", $whose))]
            boundary: Option<PathBuf>,
            #[arg(id = $session, long = $session, value_name = "FILE", hide_short_help = $hidden, help = concat!("A session policy", $whose, "; may be given several times"))]
            session_policies: Vec<PathBuf>,
            #[arg(id = $scp, long = $scp, value_name = "LEVEL", hide_short_help = $hidden, help = concat!("The SCPs of one level", $whose, ", root first: FILE, or FullAWSAccess,FILE…; may be given several times"))]
            scp: Vec<String>,
            #[arg(id = $rcp, long = $rcp, value_name = "LEVEL", hide_short_help = $hidden, help = concat!("The RCPs of one level", $whose, ", likewise"))]
            rcp: Vec<String>,
        }

        impl $name {
            pub(crate) fn files(&self) -> LimitFiles {
                LimitFiles {
                    boundary: self.boundary.clone(),
                    session_policies: self.session_policies.clone(),
                    scp: self.scp.clone(),
                    rcp: self.rcp.clone(),
                }
            }
        }
    };
}

limits!(
    /// Limits on every side.
    Limits, "", "boundary", "session-policy", "scp", "rcp", false
);
limits!(
    /// Limits on the reference alone.
    ReferenceLimits, " of the reference alone",
    "reference-boundary", "reference-session-policy", "reference-scp", "reference-rcp", true
);
limits!(
    /// Limits on the candidate alone.
    CandidateLimits, " of the candidate alone",
    "candidate-boundary", "candidate-session-policy", "candidate-scp", "candidate-rcp", true
);
limits!(
    /// Limits on the left side alone.
    LeftLimits, " of the left side alone", "left-boundary", "left-session-policy", "left-scp", "left-rcp", true
);
limits!(
    /// Limits on the right side alone.
    RightLimits, " of the right side alone", "right-boundary", "right-session-policy", "right-scp", "right-rcp", true
);

#[derive(Debug, Args)]
#[command(
    after_help = PAIRS_EXIT_CODES,
    override_usage = "rolecall prove no-new-access [OPTIONS] REFERENCE CANDIDATE\n       \
        rolecall prove no-new-access [OPTIONS] --reference FILE… --candidate FILE…\n       \
        rolecall prove no-new-access [OPTIONS] --pairs FILE.jsonl"
)]
pub(crate) struct NoNewAccessArgs {
    /// The policy that is held against, and the one that may grant more; `-`: standard input
    #[arg(value_names = ["REFERENCE", "CANDIDATE"], num_args = 2)]
    pub(crate) policies: Vec<PathBuf>,
    /// One more policy of the reference; may be given several times
    #[arg(long = "reference", value_name = "FILE")]
    pub(crate) references: Vec<PathBuf>,
    /// One more policy of the candidate; may be given several times
    #[arg(long = "candidate", value_name = "FILE")]
    pub(crate) candidates: Vec<PathBuf>,
    #[command(flatten)]
    pub(crate) limits: Limits,
    #[command(flatten)]
    pub(crate) reference_limits: ReferenceLimits,
    #[command(flatten)]
    pub(crate) candidate_limits: CandidateLimits,
    /// What the policies are used as; by what stands in them when absent
    #[arg(long = "type", value_enum, value_name = "TYPE")]
    pub(crate) base: Option<BaseArg>,
    #[command(flatten)]
    pub(crate) pairs: PairsArgs,
    #[command(flatten)]
    pub(crate) proof: ProofArgs,
}

/// Many pairs of policies.
#[derive(Debug, Args)]
pub(crate) struct PairsArgs {
    /// Many pairs: a file with a pair a line (JSON: id, reference, candidate, type, mode), or `-` for standard input; an
    /// answer a line, in order. `--mode` replaces the mode of the lines
    #[arg(long = "pairs", value_name = "FILE.jsonl", conflicts_with_all = [
        "policies", "references", "candidates", "base", "format", "witness", "boundary", "session-policy", "scp", "rcp",
        "reference-boundary", "reference-session-policy", "reference-scp", "reference-rcp",
        "candidate-boundary", "candidate-session-policy", "candidate-scp", "candidate-rcp",
    ])]
    pub(crate) file: Option<PathBuf>,
    /// Threads for `--pairs`; all cores when absent
    #[arg(long, value_name = "N", requires = "file")]
    pub(crate) jobs: Option<NonZeroUsize>,
    /// Read documents of `--pairs` without Version as of this one. AWS does not: to AWS they are of 2008-10-17, in which
    /// variables are plain text. For collections that were labelled otherwise
    #[arg(long, value_enum, value_name = "VERSION", requires = "file")]
    pub(crate) missing_version: Option<VersionArg>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum VersionArg {
    #[value(name = "2008-10-17")]
    V2008,
    #[value(name = "2012-10-17")]
    V2012,
}

const NOT_GRANTED_HELP: &str = "\
An action pattern, such as --action 'ec2:Terminate*', covers every name that it matches, also one
that AWS adds tomorrow (mode open). A class covers the actions that this version of the catalogue
lists under it, and nothing that comes later; those without resource-level permissions are asked
for on `*` alone (mode catalogue):
  SERVICE:LEVEL  ec2:Write, '*:PermissionsManagement'; the levels are AWS's: List, Read, Write,
                 PermissionsManagement, Tagging
  NAME           a class of permission contracts, such as privilege-escalation";

#[derive(Debug, Args)]
#[command(after_help = EXIT_CODES, after_long_help = format!("{NOT_GRANTED_HELP}\n\n{EXIT_CODES}"))]
pub(crate) struct NotGrantedArgs {
    /// The policies that are used together; `-`: standard input
    #[arg(required = true, value_name = "POLICY")]
    pub(crate) policies: Vec<PathBuf>,
    /// Action patterns, such as `iam:*`: every name that matches, also one that AWS adds tomorrow
    #[arg(long = "action", value_name = "PATTERN", num_args = 1.., required_unless_present = "classes")]
    pub(crate) actions: Vec<String>,
    /// Classes of the catalogue: SERVICE:LEVEL such as ec2:Write or `*:PermissionsManagement`, or a class of permission
    /// contracts such as privilege-escalation
    #[arg(long = "class", value_name = "CLASS", num_args = 1..)]
    pub(crate) classes: Vec<String>,
    /// Resource patterns; every resource when absent
    #[arg(long = "resource", value_name = "PATTERN", num_args = 1..)]
    pub(crate) resources: Vec<String>,
    #[command(flatten)]
    pub(crate) limits: Limits,
    /// What the policies are used as; by what stands in them when absent
    #[arg(long = "type", value_enum, value_name = "TYPE")]
    pub(crate) base: Option<BaseArg>,
    #[command(flatten)]
    pub(crate) proof: ProofArgs,
}

#[derive(Debug, Args)]
#[command(after_help = EXIT_CODES)]
pub(crate) struct NotPublicArgs {
    /// The policy of a resource, or the trust policy of a role; `-`: standard input
    #[arg(value_name = "POLICY")]
    pub(crate) policy: PathBuf,
    /// The RCPs of one level, root first: FILE, or FILE,FILE…; may be given several times
    #[arg(long, value_name = "LEVEL")]
    pub(crate) rcp: Vec<String>,
    /// What the policy is used as; by what stands in it when absent
    #[arg(long = "type", value_enum, value_name = "TYPE")]
    pub(crate) base: Option<BaseArg>,
    #[command(flatten)]
    pub(crate) proof: ProofArgs,
}

#[derive(Debug, Args)]
#[command(after_help = EXIT_CODES)]
pub(crate) struct OnlyPrincipalsArgs {
    /// The trust policy of a role; `-`: standard input
    #[arg(value_name = "TRUST")]
    pub(crate) trust: PathBuf,
    /// Who may be let in: an ARN or a 12-digit account, a service such as ec2.amazonaws.com, the ARN or the name of an
    /// identity provider, or `*` for everybody
    #[arg(long = "principal", value_name = "PRINCIPAL", num_args = 1.., required = true)]
    pub(crate) principals: Vec<String>,
    /// The external ID without which nobody may be let in, compared exactly
    #[arg(long, value_name = "ID")]
    pub(crate) external_id: Option<String>,
    #[command(flatten)]
    pub(crate) proof: ProofArgs,
}

#[derive(Debug, Args)]
#[command(
    after_help = EXIT_CODES,
    override_usage = "rolecall prove equivalent [OPTIONS] LEFT RIGHT\n       \
        rolecall prove equivalent [OPTIONS] --left FILE… --right FILE…"
)]
pub(crate) struct EquivalentArgs {
    /// The two policies; `-`: standard input
    #[arg(value_names = ["LEFT", "RIGHT"], num_args = 2)]
    pub(crate) policies: Vec<PathBuf>,
    /// One more policy of the left side; may be given several times
    #[arg(long = "left", value_name = "FILE")]
    pub(crate) lefts: Vec<PathBuf>,
    /// One more policy of the right side; may be given several times
    #[arg(long = "right", value_name = "FILE")]
    pub(crate) rights: Vec<PathBuf>,
    #[command(flatten)]
    pub(crate) limits: Limits,
    #[command(flatten)]
    pub(crate) left_limits: LeftLimits,
    #[command(flatten)]
    pub(crate) right_limits: RightLimits,
    /// What the policies are used as; by what stands in them when absent
    #[arg(long = "type", value_enum, value_name = "TYPE")]
    pub(crate) base: Option<BaseArg>,
    #[command(flatten)]
    pub(crate) proof: ProofArgs,
}
