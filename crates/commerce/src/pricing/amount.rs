//! The arithmetic of lines: exact, in minor units, rounded half away from zero.
//!
//! It is the same, step by step, as the formulas of order lines and quote lines: quantity times price is rounded, what a
//! discount leaves of it is rounded, and tax is reckoned on that line by line. What a quote says is what the order says.

use kernel::Money;

/// Quantities are counted to a millionth, percentages to a ten-thousandth.
const FINE: i128 = 1_000_000;

/// What a line comes to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Amounts {
    /// Quantity times price.
    pub gross: Money,
    /// Less the discount.
    pub net: Money,
    pub tax: Money,
}

/// The amounts of one line; none where they are too large to count.
pub fn line(quantity: f64, unit_price: Money, discount_percent: f64, tax_percent: f64) -> Option<Amounts> {
    let money = |amount: i128| Some(Money::new(i64::try_from(amount).ok()?, unit_price.currency));
    let gross = times(i128::from(unit_price.amount), quantity)?;
    let left = times(gross, 100.0 - discount_percent)?;
    let net = divided(left, 100)?;
    let tax = divided(times(net, tax_percent)?, 100)?;
    Some(Amounts { gross: money(gross)?, net: money(net)?, tax: money(tax)? })
}

/// Minor units times a decimal number.
fn times(amount: i128, factor: f64) -> Option<i128> {
    divided(amount.checked_mul(fine(factor)?)?, FINE)
}

/// A number in millionths.
fn fine(number: f64) -> Option<i128> {
    let scaled = (number * 1e6).round();
    if !scaled.is_finite() || scaled.abs() > 1e15 {
        return None;
    }
    // Whole and within what a float counts exactly.
    format!("{scaled:.0}").parse().ok()
}

/// Half goes away from zero.
fn divided(over: i128, under: i128) -> Option<i128> {
    let half = under / 2;
    let moved = if over < 0 { over.checked_sub(half)? } else { over.checked_add(half)? };
    Some(moved / under)
}

/// `part` of `whole` in percent, to a hundredth; none of nothing.
pub fn percent(part: i64, whole: i64) -> Option<f64> {
    if whole == 0 {
        return None;
    }
    let hundredths = divided(i128::from(part) * 10_000 * i128::from(whole.signum()), i128::from(whole).abs())?;
    format!("{hundredths}").parse::<f64>().ok().map(|hundredths| hundredths / 100.0)
}

#[cfg(test)]
mod tests {
    use kernel::Currency;
    use proptest::prelude::*;

    use super::*;

    fn eur(amount: i64) -> Money {
        Money::new(amount, Currency::EUR)
    }

    #[test]
    fn a_line_is_reckoned_to_the_cent() {
        let line = line(3.0, eur(1_999), 12.5, 19.0).unwrap();
        assert_eq!((line.gross, line.net, line.tax), (eur(5_997), eur(5_247), eur(997)));
        assert_eq!(super::line(0.5, eur(1), 0.0, 0.0).unwrap().net, eur(1), "half a cent is a cent");
        assert_eq!(super::line(-0.5, eur(1), 0.0, 0.0).unwrap().net, eur(-1), "and so it is below zero");
        assert_eq!(super::line(1e12, eur(i64::MAX), 0.0, 0.0), None, "what cannot be counted is not guessed");
    }

    #[test]
    fn parts_are_told_in_percent() {
        assert_eq!((percent(1, 3), percent(-1, 8), percent(5, 0)), (Some(33.33), Some(-12.5), None));
    }

    proptest! {
        #[test]
        fn a_line_is_never_a_minor_unit_from_what_it_is_exactly(
            quantity in 1i64..100_000, price in 0i64..10_000_000, discount in 0i64..=10_000, tax in 0i64..=4_000
        ) {
            let line = line(quantity as f64, eur(price), discount as f64 / 100.0, tax as f64 / 100.0).unwrap();
            let gross = i128::from(quantity) * i128::from(price);
            prop_assert_eq!(i128::from(line.gross.amount), gross, "whole quantities need no rounding");
            let exact = gross * i128::from(10_000 - discount);
            prop_assert!((i128::from(line.net.amount) * 10_000 - exact).abs() <= 5_050);
            prop_assert!(line.net.amount <= line.gross.amount && line.net.amount >= 0);
            prop_assert!((i128::from(line.tax.amount) * 10_000 - i128::from(line.net.amount) * i128::from(tax)).abs() <= 5_050);
        }

        #[test]
        fn a_greater_discount_is_never_dearer(price in 0i64..1_000_000, quantity in 1i64..1_000, one in 0i64..=100, other in 0i64..=100) {
            let net = |discount: i64| line(quantity as f64, eur(price), discount as f64, 0.0).unwrap().net.amount;
            prop_assert!(net(one.max(other)) <= net(one.min(other)));
        }
    }
}
