//! Models of repeat orders, fitted and asked.

use serde::{Deserialize, Serialize};

use super::bg_nbd::{self, Dropout};
use super::optimum::{self, Slope, Square};
use super::{
    ENOUGH_REPEATERS, Histories, History, TOLERANCE, Unfit, Warning, pareto_nbd, standard_errors, uncertainty,
};

/// How customers are thought to order and to leave.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Family {
    /// Parameters r, alpha, a, b. A customer may leave after each repeat order; with none they count as alive.
    BgNbd,
    /// Parameters r, alpha, a, b. A customer may leave after any order, the first included.
    MbgNbd,
    /// Parameters r, alpha, s, beta. A customer may leave at any time.
    ParetoNbd,
}

impl Family {
    /// What the literature calls the four parameters.
    pub fn parameter_names(self) -> [&'static str; 4] {
        match self {
            Family::BgNbd | Family::MbgNbd => ["r", "alpha", "a", "b"],
            Family::ParetoNbd => ["r", "alpha", "s", "beta"],
        }
    }
}

/// A family with its parameters: rates per week, as `Family` lists them.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct OrderModel {
    pub family: Family,
    pub parameters: [f64; 4],
}

/// A model learned from customers.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct FittedOrders {
    pub model: OrderModel,
    pub log_likelihood: f64,
    /// Of the parameters' logarithms, from the observed information; nothing where the likelihood is flat.
    pub covariance: Option<Square<4>>,
    pub customers: usize,
    pub repeaters: usize,
    pub warnings: Vec<Warning>,
    /// How often the likelihood of all customers was computed.
    pub evaluations: u32,
}

/// A model's answers, a row for each customer.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Predictions {
    /// The probability that the customer still orders at all.
    pub p_alive: Vec<f64>,
    /// Expected orders in the weeks asked for.
    pub orders: Vec<f64>,
}

/// Groups above which a sample is fitted first; the whole then needs a few steps only.
const SAMPLE: usize = 8_000;

/// Learns a model by maximum likelihood.
pub fn fit(family: Family, histories: &Histories) -> Result<FittedOrders, Unfit> {
    let repeaters = histories.repeaters();
    if histories.is_empty() {
        return Err(Unfit::NoCustomers);
    }
    if repeaters == 0 {
        return Err(Unfit::NoRepeaters);
    }
    let (mut start, mut inverse) = ([0.0; 4], None);
    if histories.groups.len() > 4 * SAMPLE {
        let sample = histories.sample(SAMPLE);
        let rough = optimum::minimise(|at| slope(family, at, &sample), start, None, TOLERANCE * 10.0);
        inverse = optimum::inverse(&optimum::curvature(|at| slope(family, at, &sample), &rough.at));
        start = rough.at;
    }
    let best = optimum::minimise(|at| slope(family, at, histories), start, inverse, TOLERANCE);
    if !best.value.is_finite() {
        return Err(Unfit::NoLikelihood);
    }
    let customers = histories.customers();
    let mut warnings = Vec::new();
    if repeaters < ENOUGH_REPEATERS {
        warnings.push(Warning::TooFewRepeaters { repeaters, wanted: ENOUGH_REPEATERS });
    }
    if !best.converged {
        warnings.push(Warning::NotConverged);
    }
    let mut information = optimum::curvature(|at| slope(family, at, histories), &best.at);
    information.iter_mut().flatten().for_each(|entry| *entry *= customers);
    Ok(FittedOrders {
        model: OrderModel { family, parameters: best.at.map(f64::exp) },
        log_likelihood: -best.value * customers,
        covariance: uncertainty(&information, &mut warnings),
        customers: histories.len(),
        repeaters,
        warnings,
        evaluations: best.evaluations + 8,
    })
}

/// The mean negative log-likelihood at the logarithms of parameters, and its slope.
fn slope(family: Family, logarithms: &[f64; 4], histories: &Histories) -> Slope<4> {
    let parameters = logarithms.map(f64::exp);
    let (likelihood, by) = match family {
        Family::BgNbd => bg_nbd::log_likelihood(&parameters, Dropout::AfterRepeats, histories),
        Family::MbgNbd => bg_nbd::log_likelihood(&parameters, Dropout::AfterAny, histories),
        Family::ParetoNbd => pareto_nbd::log_likelihood(&parameters, histories),
    };
    let scale = -1.0 / histories.customers();
    (likelihood * scale, std::array::from_fn(|i| by[i] * parameters[i] * scale))
}

impl FittedOrders {
    /// Of the parameters themselves.
    pub fn standard_errors(&self) -> Option<[f64; 4]> {
        standard_errors(&self.model.parameters, self.covariance.as_ref())
    }
}

impl OrderModel {
    pub fn log_likelihood(&self, histories: &Histories) -> f64 {
        -slope(self.family, &self.parameters.map(f64::ln), histories).0 * histories.customers()
    }

    /// The probability that a customer still orders at all.
    pub fn p_alive(&self, history: History) -> f64 {
        match self.family {
            Family::BgNbd => bg_nbd::p_alive(&self.parameters, Dropout::AfterRepeats, history),
            Family::MbgNbd => bg_nbd::p_alive(&self.parameters, Dropout::AfterAny, history),
            Family::ParetoNbd => pareto_nbd::p_alive(&self.parameters, history),
        }
    }

    /// Expected orders of a customer in the next `weeks`.
    pub fn expected_orders(&self, history: History, weeks: f64) -> f64 {
        self.p_alive(history) * self.orders_if_alive(history.repeats, history.age, weeks)
    }

    /// Expected repeat orders of a customer in the `weeks` after the first order.
    pub fn expected_orders_of_new(&self, weeks: f64) -> f64 {
        self.expected_orders(History::NEW, weeks)
    }

    /// Both answers for all customers.
    pub fn predict(&self, histories: &Histories, weeks: f64) -> Predictions {
        let curve = histories.by_age_and_repeats(|history| self.orders_if_alive(history.repeats, history.age, weeks));
        let p_alive: Vec<f64> = histories.groups.iter().map(|group| self.p_alive(group.history)).collect();
        let orders: Vec<f64> = p_alive.iter().zip(curve).map(|(p, orders)| p * orders).collect();
        Predictions { p_alive: histories.spread(&p_alive), orders: histories.spread(&orders) }
    }

    /// Expected orders of one who is still a customer: in all three families this does not depend on the last order.
    pub(super) fn orders_if_alive(&self, repeats: u32, age: f64, weeks: f64) -> f64 {
        if weeks.is_nan() || weeks <= 0.0 {
            return 0.0;
        }
        match self.family {
            Family::BgNbd => bg_nbd::orders_if_alive(&self.parameters, Dropout::AfterRepeats, repeats, age, weeks),
            Family::MbgNbd => bg_nbd::orders_if_alive(&self.parameters, Dropout::AfterAny, repeats, age, weeks),
            Family::ParetoNbd => pareto_nbd::orders_if_alive(&self.parameters, repeats, age, weeks),
        }
    }
}

impl Histories {
    /// A column over groups of something that depends on age and repeats only: computed once for each pair.
    pub(super) fn by_age_and_repeats<T: Copy>(&self, compute: impl Fn(History) -> T) -> Vec<T> {
        let mut last: Option<(History, T)> = None;
        let column = self.groups.iter().map(|group| {
            let history = group.history;
            match last {
                Some((at, known)) if at.age == history.age && at.repeats == history.repeats => known,
                _ => {
                    let computed = compute(history);
                    last = Some((history, computed));
                    computed
                }
            }
        });
        column.collect()
    }
}
