//! How far a survey or a run is, on standard error: a bar on a terminal, elsewhere a line every some seconds; nothing with `-q`.

use crate::args::GlobalArgs;
use crate::output;
use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};
use rolecall_driver::runner::Progress;
use rolecall_driver::stack_sets;
use rolecall_driver::survey::SurveyProgress;
use rolecall_lifecycle::rollout::Stage;
use std::fmt::Write as _;
use std::io::IsTerminal;
use std::time::Duration;
use tokio::sync::watch;
use tokio::task::JoinHandle;

/// Between two lines where there is no terminal.
const LINE_EVERY: Duration = Duration::from_secs(10);
/// Between two looks on a terminal.
const LOOK_EVERY: Duration = Duration::from_millis(120);

/// A display that runs until what it shows is over.
pub(super) struct Shown {
    task: Option<JoinHandle<()>>,
    bar: Option<ProgressBar>,
}

impl Shown {
    /// The bar, to be put aside for a question.
    pub(super) fn bar(&self) -> Option<ProgressBar> {
        self.bar.clone()
    }

    /// Waits until it is over; whoever sends the progress has dropped it.
    pub(super) async fn end(self) {
        if let Some(task) = self.task {
            // A display that failed shows nothing, and that is all.
            let _ = task.await;
        }
    }
}

/// Shows a survey.
pub(super) fn show_survey(watching: watch::Receiver<SurveyProgress>, global: &GlobalArgs) -> Shown {
    show(watching, global, |progress| {
        let SurveyProgress { listed, units, policies, inside } = *progress;
        let mut text = format!("reading: {listed} accounts listed");
        if units > 0 {
            let _ = write!(text, ", {units} units");
        }
        if policies.0 > 0 {
            let _ = write!(text, ", policies of {} of {}", policies.1, policies.0);
        }
        if inside.0 > 0 {
            let _ = write!(text, ", looked into {} of {}", inside.1, inside.0);
        }
        text
    })
}

/// Shows a run.
pub(super) fn show_run(watching: watch::Receiver<Progress>, global: &GlobalArgs) -> Shown {
    show(watching, global, run_line)
}

fn run_line(progress: &Progress) -> String {
    let Progress { stage, waves, total, done, failed, under_way, per_second, left, .. } = *progress;
    let stage = match stage {
        None => "beginning".to_owned(),
        Some(Stage::Management) => "management account".to_owned(),
        Some(Stage::Unlocking) => "waiting for the unlock".to_owned(),
        Some(Stage::Wave(wave)) => format!("wave {} of {waves}", wave + 1),
        Some(Stage::Baking { wave, .. }) => format!("resting before wave {} of {waves}", wave + 1),
    };
    let mut text = format!("{stage}: {done} of {total} accounts done, {failed} failing, {under_way} under way");
    if let Some(rate) = per_second {
        let _ = write!(text, ", {rate:.1}/s");
    }
    if let Some(left) = left.filter(|_| done < total) {
        let _ = write!(text, ", {} left", for_people(left.0 / 1_000));
    }
    text
}

/// Shows a run of stack sets.
pub(super) fn show_stack_sets(watching: watch::Receiver<stack_sets::Progress>, global: &GlobalArgs) -> Shown {
    show(watching, global, |progress| {
        let stage = match progress.stage {
            stack_sets::Stage::Beginning => "beginning",
            stack_sets::Stage::Management => "the management account's stack",
            stack_sets::Stage::Unlock => "waiting for the unlock",
            stack_sets::Stage::Set => "the stack set",
            stack_sets::Stage::Operation => "an operation of the stack set",
            stack_sets::Stage::Reading => "reading the stack instances",
            stack_sets::Stage::Verifying => "reading the roles",
            stack_sets::Stage::Over => "over",
        };
        let mut text = stage.to_owned();
        if let Some(id) = &progress.operation {
            let _ = write!(text, " ({id})");
        }
        if progress.total > 0 {
            let stack_sets::Progress { total, current, failed, .. } = progress;
            let _ = write!(text, ": {current} of {total} accounts done, {failed} failing");
        }
        text
    })
}

fn for_people(seconds: u64) -> String {
    match (seconds / 3_600, seconds / 60 % 60, seconds % 60) {
        (0, 0, seconds) => format!("{seconds} s"),
        (0, minutes, seconds) => format!("{minutes} min {seconds} s"),
        (hours, minutes, _) => format!("{hours} h {minutes} min"),
    }
}

fn show<T>(mut watching: watch::Receiver<T>, global: &GlobalArgs, line: fn(&T) -> String) -> Shown
where
    T: Send + Sync + 'static,
{
    if global.quiet {
        return Shown { task: None, bar: None };
    }
    if !std::io::stderr().is_terminal() {
        let task = tokio::spawn(async move {
            let mut ticks = tokio::time::interval(LINE_EVERY);
            ticks.tick().await;
            loop {
                tokio::select! {
                    _ = ticks.tick() => output::complain(&format!("{}\n", line(&watching.borrow_and_update()))),
                    () = until_closed(watching.clone()) => return,
                }
            }
        });
        return Shown { task: Some(task), bar: None };
    }
    let bar = ProgressBar::with_draw_target(None, ProgressDrawTarget::stderr());
    let style = ProgressStyle::with_template("{spinner} {msg}").unwrap_or_else(|_| ProgressStyle::default_spinner());
    bar.set_style(style);
    let shown = bar.clone();
    let task = tokio::spawn(async move {
        let mut ticks = tokio::time::interval(LOOK_EVERY);
        loop {
            tokio::select! {
                _ = ticks.tick() => {
                    shown.set_message(line(&watching.borrow_and_update()));
                    shown.tick();
                }
                () = until_closed(watching.clone()) => break,
            }
        }
        shown.finish_and_clear();
    });
    Shown { task: Some(task), bar: Some(bar) }
}

/// Comes back when nobody sends any more.
async fn until_closed<T>(mut watching: watch::Receiver<T>) {
    while watching.changed().await.is_ok() {}
}
