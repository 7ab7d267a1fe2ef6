//! Fitting one form by maximum likelihood, and choosing among forms.

use super::super::optimise::minimise;
use super::super::season::Season;
use super::super::{Outlook, season};
use super::filter::{Errors, State, Weights, run};
use super::variance::of_steps;
use super::{Error, Form, Seasonal, Trend};

/// A fitted form.
#[derive(Clone, Debug)]
pub struct Fit {
    pub form: Form,
    pub weights: Weights,
    /// Akaike's criterion with the correction for short histories; comparable between forms of one history.
    pub aicc: f64,
    /// The variance of the one-step error: in squared units for added errors, relative for multiplied ones.
    pub variance: f64,
    start: State,
    end: State,
    period: usize,
    length: usize,
}

/// How many evaluations a form may take, per unknown of its search.
const SEARCH: usize = 200;

pub fn best(values: &[f64], period: usize, forms: &[Form]) -> Option<Fit> {
    let guess = Guess::of(values, period);
    forms.iter().filter_map(|form| fit(*form, values, &guess)).min_by(|a, b| a.aicc.total_cmp(&b.aicc))
}

/// Where the search starts: a line through the first values without their season.
struct Guess {
    period: usize,
    added: Option<Season>,
    multiplied: Option<Season>,
    /// The mean distance of neighbours: the scale of the search for level and slope.
    scale: f64,
}

impl Guess {
    fn of(values: &[f64], period: usize) -> Guess {
        let multiplied = Season::of(values, period).filter(|season| season.kind == season::Kind::Multiplied);
        let scale = super::super::accuracy::naive_scale(values, 1).unwrap_or(1.0);
        Guess { period, added: Season::added(values, period), multiplied, scale }
    }

    fn state(&self, form: Form, values: &[f64]) -> Option<State> {
        let season = match form.season {
            Seasonal::None => None,
            Seasonal::Added => Some(self.added.as_ref()?),
            Seasonal::Multiplied => Some(self.multiplied.as_ref()?),
        };
        let few = values.len().min((4 * self.period).max(10));
        let plain = match season {
            Some(season) => season.removed_from(&values[..few]),
            None => values[..few].to_vec(),
        };
        let n = few as f64;
        let middle = (n + 1.0) / 2.0;
        let mean = plain.iter().sum::<f64>() / n;
        let spread = n * (n * n - 1.0) / 12.0;
        let slope: f64 =
            plain.iter().enumerate().map(|(index, y)| (index as f64 + 1.0 - middle) * y).sum::<f64>() / spread.max(1.0);
        let phases = season.map(|season| season.phases.clone()).unwrap_or_default();
        let trending = form.trend != Trend::None;
        let (level, slope) = if trending { (mean - slope * middle, slope) } else { (mean, 0.0) };
        Some(State { level, slope, season: phases })
    }
}

fn fit(form: Form, values: &[f64], guess: &Guess) -> Option<Fit> {
    let start = guess.state(form, values)?;
    let mut free = vec![0.0, 0.0];
    let mut steps = vec![1.5, 1.0];
    if form.trend != Trend::None {
        free.extend([-1.5, 0.0]);
        steps.extend([1.5, 1.0]);
    }
    if form.trend == Trend::Damped {
        free.push(1.0);
        steps.push(-1.5);
    }
    if form.season != Seasonal::None {
        free.push(-1.5);
        steps.push(1.5);
    }
    let scale = guess.scale;
    let mut state = start.clone();
    let objective = |free: &[f64]| {
        let weights = unpack(form, free, &start, scale, &mut state);
        criterion(form, values.len(), run(form, weights, &mut state, values, |_, _| {}))
    };
    let (found, _) = minimise(&free, &steps, SEARCH * free.len(), 1e-7, objective);

    let mut state = start.clone();
    let weights = unpack(form, &found, &start, scale, &mut state);
    finished(form, weights, state, values, guess.period)
}

/// The free numbers of the search as weights, and the starting state they mean. Order: alpha, level, then beta and slope,
/// phi, gamma where the form has them. Bounds are the usual ones: beta below alpha, gamma below 1 - alpha, phi 0.8-0.98.
fn unpack(form: Form, free: &[f64], start: &State, scale: f64, state: &mut State) -> Weights {
    let within = |x: f64, low: f64, high: f64| low + (high - low) / (1.0 + (-x).exp());
    let mut rest = free.iter().copied();
    let mut next = || rest.next().unwrap_or(0.0);
    let alpha = within(next(), 1e-4, 0.9999);
    state.level = start.level + scale * next();
    state.slope = start.slope;
    state.season.copy_from_slice(&start.season);
    let (mut beta, mut phi, mut gamma) = (0.0, 1.0, 0.0);
    if form.trend != Trend::None {
        beta = alpha * within(next(), 1e-4, 0.9999);
        state.slope += 0.2 * scale * next();
    }
    if form.trend == Trend::Damped {
        phi = within(next(), 0.8, 0.98);
    }
    if form.season != Seasonal::None {
        gamma = (1.0 - alpha) * within(next(), 1e-4, 0.9999);
    }
    Weights { alpha, beta, gamma, phi }
}

/// Minus twice the logarithm of the likelihood, but for a constant of the history.
fn criterion(form: Form, count: usize, errors: Errors) -> f64 {
    let n = count as f64;
    let value = match form.error {
        Error::Added => n * errors.added.max(1e-200).ln(),
        Error::Multiplied => n * errors.multiplied.max(1e-200).ln() + 2.0 * errors.logarithms,
    };
    if value.is_finite() { value } else { f64::INFINITY }
}

fn finished(form: Form, weights: Weights, start: State, values: &[f64], period: usize) -> Option<Fit> {
    let mut end = start.clone();
    let mut positive = true;
    let errors = run(form, weights, &mut end, values, |_, expected| positive &= expected > 0.0);
    let likelihood = criterion(form, values.len(), errors);
    let multiplied = form.error == Error::Multiplied || form.season == Seasonal::Multiplied;
    if !likelihood.is_finite() || (multiplied && !positive) {
        return None;
    }
    let (n, k) = (values.len() as f64, form.unknowns(period) as f64);
    let aicc = likelihood + 2.0 * k + 2.0 * k * (k + 1.0) / (n - k - 1.0).max(0.5);
    let sum = if form.error == Error::Added { errors.added } else { errors.multiplied };
    // The starting seasons are charged by AICc; the variance is that of the weights that were searched for.
    let searched = k - 1.0 - if form.season == Seasonal::None { 0.0 } else { period as f64 - 1.0 };
    let variance = sum / (n - searched).max(1.0);
    Some(Fit { form, weights, aicc, variance, start, end, period, length: values.len() })
}

impl Fit {
    /// Means and deviations of the coming steps.
    pub fn outlook(&self, horizon: usize) -> Outlook {
        let mut base = Vec::with_capacity(horizon);
        let mut season = Vec::with_capacity(horizon);
        let (mut level, mut slope) = (self.end.level, self.end.slope);
        for step in 0..horizon {
            slope *= self.weights.phi;
            level += slope;
            let phase = (self.length + step) % self.period.max(1);
            let part = self.end.season.get(phase).copied();
            base.push(level + if self.form.season == Seasonal::Added { part.unwrap_or(0.0) } else { 0.0 });
            season.push(if self.form.season == Seasonal::Multiplied { part.unwrap_or(1.0) } else { 1.0 });
        }
        let variances = of_steps(self.form, self.weights, self.period, &base, &season, self.variance);
        let means = base.iter().zip(&season).map(|(base, season)| base * season).collect();
        Outlook::normal(self.form.label(), means, variances.iter().map(|v| v.max(0.0).sqrt()).collect())
    }

    /// The one-step errors of a column sent through this filter from a start of nothing. The filter of a linear form is
    /// linear, so what is left of a series and of a regressor may be compared by least squares.
    pub fn filtered(&self, column: &[f64]) -> Vec<f64> {
        self.errors_from(&mut State { level: 0.0, slope: 0.0, season: vec![0.0; self.start.season.len()] }, column)
    }

    /// What one unit of each starting value (level, slope, season but for one phase) leaves in the errors of `count`
    /// values: the unknowns that [`Fit::filtered`] leaves open.
    pub fn start_columns(&self, count: usize) -> Vec<Vec<f64>> {
        let nothing = State { level: 0.0, slope: 0.0, season: vec![0.0; self.start.season.len()] };
        let mut starts = vec![State { level: 1.0, ..nothing.clone() }];
        if self.form.trend != Trend::None {
            starts.push(State { slope: 1.0, ..nothing.clone() });
        }
        for phase in 1..self.start.season.len() {
            let mut start = nothing.clone();
            start.season[phase] = 1.0;
            starts.push(start);
        }
        let silence = vec![0.0; count];
        starts.iter_mut().map(|start| self.errors_from(start, &silence)).collect()
    }

    fn errors_from(&self, state: &mut State, values: &[f64]) -> Vec<f64> {
        let mut errors = Vec::with_capacity(values.len());
        run(self.form, self.weights, state, values, |index, expected| errors.push(values[index] - expected));
        errors
    }
}
