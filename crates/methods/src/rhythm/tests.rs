use proptest::prelude::*;

use super::*;
use crate::fixtures::{cdnow, day, near};
use crate::value::{Family, Histories, fit};

const AS_OF: i32 = 1_000;

/// Customers by the days of their orders, each of the same amount.
fn judged(customers: &[&[i32]], amount: i64) -> Vec<Judgement> {
    let mut lines: Vec<(u32, i32, i64)> = Vec::new();
    for (customer, days) in (0..).zip(customers) {
        lines.extend(days.iter().map(|day| (customer, *day, amount)));
    }
    judged_lines(&lines, None)
}

fn judged_lines(lines: &[(u32, i32, i64)], p_alive: Option<&[f64]>) -> Vec<Judgement> {
    let customer: Vec<u32> = lines.iter().map(|line| line.0).collect();
    let day: Vec<i32> = lines.iter().map(|line| line.1).collect();
    let amount: Vec<i64> = lines.iter().map(|line| line.2).collect();
    judge(&Orders::new(&customer, &day, &amount).unwrap(), AS_OF, p_alive, &Rule::default())
}

fn every(gap: usize, from: i32, to: i32) -> Vec<i32> {
    (from..=to).step_by(gap).collect()
}

#[test]
fn each_customer_is_held_against_their_own_rhythm() {
    let monthly = every(30, 100, 990);
    let monthly_then_silent = every(30, 100, 900);
    let monthly_long_gone = every(30, 100, 700);
    let yearly = every(300, 100, 700);
    let found = judged(&[&monthly, &monthly_then_silent, &monthly_long_gone, &yearly], 100);
    let standings: Vec<Standing> = found.iter().map(|judgement| judgement.standing).collect();
    assert_eq!(standings, [Standing::Active, Standing::Lapsed, Standing::Lapsed, Standing::Active]);
    assert!(
        matches!(found[0].reasons[..], [Reason::OnRhythm { days: 30, usual_gap_days }] if (29.0..32.0).contains(&usual_gap_days))
    );
    let [Reason::ProbablyGone { p_alive }, Reason::Silence { days, chance, .. }, ..] = found[1].reasons[..] else {
        panic!("{:?}", found[1])
    };
    assert!(days == 120 && chance < 0.001 && p_alive < 0.05, "four months of silence after exact months: {chance}");
    assert!(found[1].lost > 0.5 && found[2].lost > found[1].lost && found[0].lost < 0.1);
    assert_eq!(found[3].silence_days, 300, "and a year's silence is nothing to one who comes once a year");
}

#[test]
fn irregular_customers_are_given_more_time_than_regular_ones() {
    let regular = every(20, 500, 900);
    let irregular: Vec<i32> =
        [500, 502, 505, 560, 561, 640, 641, 642, 700, 702, 703, 790, 791, 860, 861, 862, 900].to_vec();
    let found = judged(&[&regular, &irregular], 100);
    let chance = |judgement: &Judgement| {
        judgement.reasons.iter().find_map(|reason| match reason {
            Reason::Silence { chance, .. } => Some(*chance),
            _ => None,
        })
    };
    assert!(chance(&found[0]).unwrap() < chance(&found[1]).unwrap_or(1.0));
}

#[test]
fn fewer_orders_and_less_money_are_slowing_and_say_by_how_much() {
    // Every ten days, but three times only in the last ninety, the last a week ago.
    let mut fewer = every(10, 400, 900);
    fewer.extend([930, 960, 993]);
    let found = judged(&[&fewer, &every(11, 400, 999)], 500);
    assert_eq!(found[0].standing, Standing::Slowing);
    let expected = found[0].reasons.iter().find_map(|reason| match reason {
        Reason::FewerOrders { orders: 3, expected, chance } if *chance < 0.1 => Some(*expected),
        _ => None,
    });
    near(expected.unwrap(), 9.0, 0.05);
    assert_eq!(found[1].standing, Standing::Active);

    // As often as ever, for a tenth of the money.
    let lines: Vec<(u32, i32, i64)> =
        every(10, 400, 1_000).into_iter().map(|day| (5, day, if day > 910 { 100 } else { 1_000 })).collect();
    let found = judged_lines(&lines, None);
    assert_eq!(found[0].standing, Standing::Slowing);
    assert!(
        matches!(found[0].reasons[..], [Reason::LessMoney { money: 900, usual }] if (8_900.0..9_100.0).contains(&usual))
    );
}

#[test]
fn what_the_model_says_of_life_counts_when_it_is_given() {
    let lines: Vec<(u32, i32, i64)> = every(30, 100, 1_000).into_iter().map(|day| (1, day, 5)).collect();
    let found = judged_lines(&lines, Some(&[0.1]));
    assert_eq!((found[0].standing, found[0].lost), (Standing::Lapsed, 0.9));
    assert_eq!(found[0].reasons, [Reason::ProbablyGone { p_alive: 0.1 }]);
    assert_eq!(judged_lines(&lines, Some(&[0.9]))[0].standing, Standing::Active);
}

#[test]
fn where_nobody_came_twice_no_rhythm_is_made_up() {
    let found = judged(&[&[990], &[10]], 100);
    for judgement in &found {
        assert_eq!((judgement.standing, judgement.usual_gap_days), (Standing::Active, None));
        assert!(matches!(judgement.reasons[..], [Reason::NoRhythmKnown { .. }]));
    }
    assert!(judged(&[], 100).is_empty());
    assert!(judged(&[&[2_000]], 100).is_empty(), "who orders in future is no customer yet");
}

#[test]
fn warnings_come_by_what_is_to_be_lost() {
    let judgement = |customer, standing, lost| Judgement {
        customer,
        standing,
        silence_days: 0,
        usual_gap_days: None,
        lost,
        reasons: Vec::new(),
    };
    let judgements = [
        judgement(7, Standing::Slowing, 0.5),
        judgement(8, Standing::Slowing, 0.4),
        judgement(9, Standing::Lapsed, 0.9),
        judgement(10, Standing::Active, 0.1),
        judgement(11, Standing::Slowing, 0.9),
    ];
    let found = early_warning(&judgements, &[100.0, 1_000.0, 1e6, 1e6, 0.0]);
    assert_eq!(found.iter().map(|alarm| alarm.customer).collect::<Vec<_>>(), [8, 7]);
    assert_eq!((found[0].row, found[0].expected_loss), (1, 400.0));
}

#[test]
fn those_who_slow_down_or_lapse_in_cdnow_order_less_than_active_customers_with_as_many_orders() {
    let Some(lines) = cdnow() else { return };
    let (orders, split) = (lines.orders(), day("1997-09-30"));
    let summaries = orders.summarise(split);
    let histories = Histories::of(&summaries).unwrap();
    let p_alive = fit(Family::ParetoNbd, &histories).unwrap().model.predict(&histories, 1.0).p_alive;
    for p_alive in [None, Some(&p_alive[..])] {
        let judged = judge(&orders, split, p_alive, &Rule::default());
        assert!(judged.iter().map(|judgement| judgement.customer).eq(summaries.customer.iter().copied()));
        // Customers and their orders after the split, by number of orders before it and standing.
        let mut counted = [[(0.0, 0.0); 3]; 8];
        let mut row = 0;
        orders.walk(split + 39 * 7, |_, days, _| {
            let cell = &mut counted[summaries.orders[row].min(8) as usize - 1][judged[row].standing as usize];
            cell.0 += 1.0;
            cell.1 += days.iter().filter(|day| day.day > split).count() as f64;
            row += 1;
        });
        // What a standing ordered, of what active customers with as many orders did.
        let kept = |standing: Standing| {
            let comparable = || counted.iter().filter(|cells| cells[Standing::Active as usize].0 > 0.0);
            let cells = || comparable().map(|cells| (cells[standing as usize], cells[Standing::Active as usize]));
            let as_active: f64 = cells().map(|((customers, _), (n, later))| customers * later / n).sum();
            cells().map(|((_, later), _)| later).sum::<f64>() / as_active
        };
        let (slowing, lapsed) = (kept(Standing::Slowing), kept(Standing::Lapsed));
        assert!(slowing < 0.75 && lapsed < 0.5, "{slowing} {lapsed}");
    }
}

proptest! {
    #[test]
    fn a_longer_silence_is_never_likelier(
        gaps in proptest::collection::vec(1..60_i32, 0..12), silence in 0..400_u32,
    ) {
        let mut days = vec![OrderDay { day: 0, amount: 1 }];
        for gap in gaps {
            days.push(OrderDay { day: days[days.len() - 1].day + gap, amount: 1 });
        }
        let rhythm = Rhythm::of(&days, 25.0);
        let (now, later) = (rhythm.chance_of(silence), rhythm.chance_of(silence + 1));
        prop_assert!(later <= now + 1e-12 && (0.0..=1.0).contains(&now));
        prop_assert_eq!(rhythm.chance_of(0), 1.0);
    }
}
