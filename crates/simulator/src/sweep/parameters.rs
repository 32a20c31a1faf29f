//! The parameters of a model by name: how they are read, written and explained. Options, files, variations, reports and
//! traces all use this table.

use super::model::{Arrivals, Model, Phase, Ticks};
use super::span::{DELAY_EXPECTED, SPAN_EXPECTED, parse_delay, parse_span, show_delay, show_span};
use std::fmt::Display;

/// A parameter.
#[derive(Clone, Copy)]
pub struct Parameter {
    /// Its name.
    pub name: &'static str,
    /// What it says, in a line.
    pub about: &'static str,
    show: fn(&Model) -> String,
    set: fn(&mut Model, &str) -> Result<(), &'static str>,
}

/// Why a parameter was not set.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ParameterError {
    /// There is none of that name.
    #[error("there is no parameter `{name}`{}; known: {}", near(name), known())]
    Unknown {
        /// The name.
        name: String,
    },
    /// Its value is none.
    #[error("`{value}` is no value of `{name}`: expected {expected}")]
    Value {
        /// Its name.
        name: &'static str,
        /// The value.
        value: String,
        /// What was expected.
        expected: &'static str,
    },
}

fn known() -> String {
    PARAMETERS.map(|parameter| parameter.name).join(", ")
}

/// The known name that has the longest beginning in common with `name`, three characters at least.
fn near(name: &str) -> String {
    let plain = name.to_ascii_lowercase().replace(['_', ' '], "-");
    let common = |known: &str| known.bytes().zip(plain.bytes()).take_while(|(one, other)| one == other).count();
    let nearest = PARAMETERS.iter().max_by_key(|known| common(known.name));
    nearest
        .filter(|known| common(known.name) >= 3)
        .map_or_else(String::new, |known| format!(" (did you mean `{}`?)", known.name))
}

const COUNT: &str = "a whole number";
const SHARE: &str = "a share such as 5% or 0.05%, at most 100%, in steps of 0.0001%";

fn number<T: std::str::FromStr>(text: &str) -> Result<T, &'static str> {
    text.trim().replace('_', "").parse().map_err(|_| COUNT)
}

/// Millionths of a share.
fn share(text: &str) -> Result<u32, &'static str> {
    let text = text.trim();
    let digits = text.strip_suffix('%').map(str::trim).or_else(|| (text == "0").then_some("0")).ok_or(SHARE)?;
    let (whole, fraction) = digits.split_once('.').unwrap_or((digits, ""));
    let digits = |text: &str| !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    if !digits(whole) || fraction.len() > 4 || !(fraction.is_empty() || digits(fraction)) {
        return Err(SHARE);
    }
    let millionths = format!("{whole}{fraction:0<4}").parse::<u32>().map_err(|_| SHARE)?;
    if millionths > 1_000_000 { Err(SHARE) } else { Ok(millionths) }
}

fn show_share(millionths: u32) -> String {
    let text = format!("{}.{:04}", millionths / 10_000, millionths % 10_000);
    format!("{}%", text.trim_end_matches('0').trim_end_matches('.'))
}

fn show(value: impl Display) -> String {
    value.to_string()
}

macro_rules! parameter {
    ($name:literal, $about:literal, $field:ident, $show:expr, $parse:expr) => {
        Parameter {
            name: $name,
            about: $about,
            show: |model| {
                #[allow(clippy::redundant_closure_call, reason = "the expression may be a closure or a function")]
                ($show)(&model.$field)
            },
            set: |model, text| {
                #[allow(clippy::redundant_closure_call, reason = "the expression may be a closure or a function")]
                let value = ($parse)(text)?;
                model.$field = value;
                Ok(())
            },
        }
    };
    (delay $name:literal, $about:literal, $field:ident) => {
        parameter!($name, $about, $field, show_delay, |text: &str| parse_delay(text).ok_or(DELAY_EXPECTED))
    };
    (span $name:literal, $about:literal, $field:ident) => {
        parameter!($name, $about, $field, |span: &_| show_span(*span), |text: &str| parse_span(text)
            .ok_or(SPAN_EXPECTED))
    };
    (count $name:literal, $about:literal, $field:ident) => {
        parameter!($name, $about, $field, show, number)
    };
    (share $name:literal, $about:literal, $field:ident) => {
        parameter!($name, $about, $field, |millionths: &_| show_share(*millionths), share)
    };
}

/// All of them, in the order in which reports have them.
pub const PARAMETERS: [Parameter; 20] = [
    parameter!(count "organizations", "organizations of the vendor's customers", organizations),
    parameter!(count "accounts", "members of each organization at the beginning, with the role", accounts),
    parameter!(count "new-accounts", "accounts that each organization creates over the horizon", new_accounts),
    parameter!(
        "arrivals",
        "when they are created: uniform, poisson or even",
        arrivals,
        |arrivals: &_| show_arrivals(*arrivals),
        parse_arrivals
    ),
    parameter!(span "horizon", "how long accounts are created, leave and move", horizon),
    parameter!(span "settle", "how long the run goes on afterwards", settle),
    parameter!(delay "latency", "from the creation of an account to the role written into it", latency),
    parameter!(share "failure", "how often the pipeline never delivers", failure),
    parameter!(delay "propagation", "from the role written to the role seen by STS", propagation),
    parameter!(span "discovery-interval", "from one discovery tick to the next", discovery_interval),
    parameter!(
        "phase",
        "the first discovery tick: random, or so long after the beginning",
        phase,
        show_phase,
        parse_phase
    ),
    parameter!(span "propagation-window", "how long after the first sight a failed check is repeated before it counts", propagation_window),
    parameter!(count "recheck-every", "active accounts are checked at every so-many-th tick", recheck_every),
    parameter!(share "churn", "share of the first members that leave in a year, replaced by new ones", churn),
    parameter!(share "moves", "share of the first members that move in a year: role deleted, pipeline again", moves),
    parameter!(share "throttled", "how often the vendor's calls are throttled", throttled),
    parameter!(share "faults", "how often the vendor's calls fail or give no answer", faults),
    parameter!(delay "probe-latency", "how long the answer to a probe takes", probe_latency),
    parameter!(delay "listing-latency", "how long the answer to a page of a listing takes", listing_latency),
    parameter!(
        "ticks",
        "auto, or naive: every call of every tick is made",
        ticks,
        |ticks: &_| show_ticks(*ticks),
        parse_ticks
    ),
];

fn show_arrivals(arrivals: Arrivals) -> String {
    show(match arrivals {
        Arrivals::Uniform => "uniform",
        Arrivals::Poisson => "poisson",
        Arrivals::Even => "even",
    })
}

fn parse_arrivals(text: &str) -> Result<Arrivals, &'static str> {
    match text.trim() {
        "uniform" => Ok(Arrivals::Uniform),
        "poisson" => Ok(Arrivals::Poisson),
        "even" => Ok(Arrivals::Even),
        _ => Err("uniform, poisson or even"),
    }
}

fn show_phase(phase: &Phase) -> String {
    match phase {
        Phase::Random => show("random"),
        Phase::At(span) => show_span(*span),
    }
}

fn parse_phase(text: &str) -> Result<Phase, &'static str> {
    match text.trim() {
        "random" => Ok(Phase::Random),
        other => parse_span(other).map(Phase::At).ok_or("random, or a length of time such as 0 or 20m"),
    }
}

fn show_ticks(ticks: Ticks) -> String {
    show(match ticks {
        Ticks::Auto => "auto",
        Ticks::Naive => "naive",
    })
}

fn parse_ticks(text: &str) -> Result<Ticks, &'static str> {
    match text.trim() {
        "auto" => Ok(Ticks::Auto),
        "naive" => Ok(Ticks::Naive),
        _ => Err("auto or naive"),
    }
}

impl std::fmt::Debug for Parameter {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.write_str(self.name)
    }
}

impl Model {
    /// Sets a parameter.
    ///
    /// # Errors
    /// See [`ParameterError`].
    pub fn set(&mut self, name: &str, value: &str) -> Result<(), ParameterError> {
        let parameter = PARAMETERS.iter().find(|parameter| parameter.name == name);
        let parameter = parameter.ok_or_else(|| ParameterError::Unknown { name: name.to_owned() })?;
        (parameter.set)(self, value).map_err(|expected| ParameterError::Value {
            name: parameter.name,
            value: value.to_owned(),
            expected,
        })
    }

    /// All parameters with their values, as `set` takes them.
    pub fn parameters(&self) -> [(&'static str, String); 20] {
        PARAMETERS.map(|parameter| (parameter.name, (parameter.show)(self)))
    }
}
