//! A picture of a sweep: for each combination the shares of accounts by e-mails as a bar, and how long activation takes, from
//! the median to 99 %. SVG 1.1 without scripts or fonts of its own; texts are escaped.

use super::{Sweep, clock, title};
use rolecall_simulator::sweep::{Aggregate, FigureOf};
use std::fmt::Write as _;

const WIDTH: u32 = 960;
const ROW: u32 = 44;
const TOP: u32 = 112;
/// Where the bars begin and how wide they are.
const BARS: (f64, f64) = (220.0, 380.0);
const TIMES: (f64, f64) = (640.0, 280.0);
/// Longer names of combinations make the picture wider on the left.
const NAME_CHARS: u32 = 25;
/// No e-mail, one, more: told apart also without colours by their lightness.
const COLORS: [(&str, &str); 3] = [("#2a9d68", "no e-mail"), ("#e9c46a", "one"), ("#c1443c", "more than one")];
const INK: &str = "#1f2933";
const FAINT: &str = "#c9d1d9";

pub(super) fn render(sweep: &Sweep) -> String {
    let rows = u32::try_from(sweep.plan.points.len()).unwrap_or(u32::MAX).min(10_000);
    let height = TOP + rows * ROW + 56;
    let names = sweep.plan.points.iter().map(|point| title(&point.values).chars().count());
    let longest = u32::try_from(names.max().unwrap_or(0)).unwrap_or(u32::MAX);
    let more = longest.saturating_sub(NAME_CHARS).saturating_mul(8).min(4_000);
    let wide = WIDTH + more;
    let mut text = format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"-{more} 0 {wide} {height}\" width=\"{wide}\" height=\"{height}\" \
         font-family=\"system-ui, sans-serif\" font-size=\"13\" fill=\"{INK}\">\n\
         <title>E-mails and time to activation</title>\n\
         <rect x=\"-{more}\" width=\"100%\" height=\"100%\" fill=\"#ffffff\"/>\n"
    );
    let plan = &sweep.plan;
    let subtitle = format!("{} runs of each combination, seed {}", plan.runs, plan.seed);
    let left = 24.0 - f64::from(more);
    line(&mut text, left, 34.0, 18, "bold", "start", "E-mails and time to activation of new accounts");
    line(&mut text, left, 54.0, 13, "normal", "start", &subtitle);
    legend(&mut text);
    let longest =
        sweep.aggregates.iter().filter_map(|aggregate| aggregate.activation_at(990)).map(|found| found.high).max();
    let scale = Scale::up_to(longest.unwrap_or(0));
    axis(&mut text, scale, f64::from(TOP + rows * ROW));
    for (number, (point, aggregate)) in plan.points.iter().zip(&sweep.aggregates).enumerate() {
        let y = f64::from(TOP) + f64::from(ROW) * f64::from(u32::try_from(number).unwrap_or(u32::MAX));
        line(&mut text, BARS.0 - 12.0, y + 26.0, 13, "normal", "end", &title(&point.values));
        bar(&mut text, y, aggregate);
        times(&mut text, y, scale, aggregate);
    }
    text.push_str("</svg>\n");
    text
}

/// Round steps of time.
#[derive(Clone, Copy)]
struct Scale {
    step_ms: u64,
    steps: u64,
}

const STEPS_MIN: [u64; 12] = [1, 5, 10, 20, 30, 60, 120, 240, 480, 1_440, 2_880, 10_080];

impl Scale {
    fn up_to(milliseconds: u64) -> Self {
        let fits = STEPS_MIN.iter().map(|minutes| minutes * 60_000).find(|step| milliseconds.div_ceil(*step) <= 6);
        let step_ms = fits.unwrap_or_else(|| milliseconds.div_ceil(6).max(1));
        Self { step_ms, steps: milliseconds.div_ceil(step_ms).max(1) }
    }

    fn x(self, milliseconds: u64) -> f64 {
        TIMES.0 + TIMES.1 * of(milliseconds) / of(self.step_ms * self.steps)
    }
}

#[expect(clippy::cast_precision_loss, reason = "a place in a picture")]
const fn of(whole: u64) -> f64 {
    whole as f64
}

fn legend(text: &mut String) {
    for (place, (color, name)) in (0_u32..).zip(COLORS) {
        let x = BARS.0 + f64::from(place) * 110.0;
        let _ = writeln!(text, "<rect x=\"{x:.1}\" y=\"78\" width=\"12\" height=\"12\" fill=\"{color}\"/>");
        line(text, x + 18.0, 89.0, 13, "normal", "start", name);
    }
    line(text, TIMES.0, 89.0, 13, "normal", "start", "creation to activation: p50, p95, p99 (h:mm)");
}

fn axis(text: &mut String, scale: Scale, bottom: f64) {
    for step in 0..=scale.steps {
        let (x, time) = (scale.x(step * scale.step_ms), step * scale.step_ms / 60_000);
        let _ =
            writeln!(text, "<line x1=\"{x:.1}\" y1=\"{TOP}\" x2=\"{x:.1}\" y2=\"{bottom:.1}\" stroke=\"{FAINT}\"/>");
        line(text, x, bottom + 20.0, 12, "normal", "middle", &format!("{}:{:02}", time / 60, time % 60));
    }
    for quarter in 0..=4_u32 {
        let x = BARS.0 + BARS.1 * f64::from(quarter) / 4.0;
        line(text, x, bottom + 20.0, 12, "normal", "middle", &format!("{} %", quarter * 25));
    }
}

fn bar(text: &mut String, y: f64, aggregate: &Aggregate) {
    let figures = [FigureOf::WithoutMail, FigureOf::WithOneMail, FigureOf::WithMoreMails];
    let mut x = BARS.0;
    for ((color, name), figure) in COLORS.into_iter().zip(figures) {
        let Some(share) = aggregate.figure(figure) else {
            return line(text, x, y + 26.0, 13, "normal", "start", "no accounts");
        };
        let width = BARS.1 * share.value;
        let _ = writeln!(
            text,
            "<rect x=\"{x:.1}\" y=\"{:.1}\" width=\"{width:.1}\" height=\"24\" fill=\"{color}\">\
             <title>{name}: {:.2} % ({:.2} to {:.2})</title></rect>",
            y + 10.0,
            share.value * 100.0,
            share.low * 100.0,
            share.high * 100.0
        );
        // A label that does not fit would run into its neighbour.
        if width > 36.0 {
            let label = format!("{:.0} %", share.value * 100.0);
            line(text, x + width / 2.0, y + 26.5, 12, "bold", "middle", &label);
        }
        x += width;
    }
}

fn times(text: &mut String, y: f64, scale: Scale, aggregate: &Aggregate) {
    let quantiles = [500, 950, 990].map(|per_mille| aggregate.activation_at(per_mille));
    let [Some(middle), Some(most), Some(nearly_all)] = quantiles else {
        return line(text, TIMES.0 + 6.0, y + 26.0, 13, "normal", "start", "none activated");
    };
    let (from, to) = (scale.x(middle.value), scale.x(nearly_all.value));
    let _ = writeln!(
        text,
        "<line x1=\"{from:.1}\" y1=\"{0:.1}\" x2=\"{to:.1}\" y2=\"{0:.1}\" stroke=\"{INK}\" stroke-width=\"2\"/>",
        y + 22.0
    );
    for (found, radius) in [(middle, 6.0), (most, 4.5), (nearly_all, 3.0)] {
        let _ = writeln!(
            text,
            "<circle cx=\"{:.1}\" cy=\"{:.1}\" r=\"{radius}\" fill=\"{INK}\"><title>{} ({} to {})</title></circle>",
            scale.x(found.value),
            y + 22.0,
            clock(found.value),
            clock(found.low),
            clock(found.high)
        );
    }
}

fn line(text: &mut String, x: f64, y: f64, size: u32, weight: &str, anchor: &str, content: &str) {
    let content = content.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;");
    let _ = writeln!(
        text,
        "<text x=\"{x:.1}\" y=\"{y:.1}\" font-size=\"{size}\" font-weight=\"{weight}\" text-anchor=\"{anchor}\">{content}</text>"
    );
}
