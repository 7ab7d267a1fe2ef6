use std::collections::BTreeMap;

use jiff::civil::Date;
use kernel::{Currency, Id, Money, Time};
use proptest::prelude::*;
use serde_json::{Value as Json, json};

use super::asked::Period;
use super::changes::{Line, moved};
use super::ground::Deal;
use super::history::{History, State, Status};

const DAYS: i64 = 40;
const DAY_MS: i64 = 24 * 60 * 60 * 1000;

fn day(number: i64) -> Date {
    Time(number * DAY_MS).date()
}

/// A change of a deal in the course of its life.
#[derive(Debug, Clone)]
enum Act {
    Amount(Option<(i64, bool)>),
    Expected(Option<i64>),
    Close(bool),
    Reopen,
    Bin(bool),
}

fn act() -> impl Strategy<Value = Act> {
    prop_oneof![
        proptest::option::of((0i64..1_000_000, any::<bool>())).prop_map(Act::Amount),
        proptest::option::of(0..DAYS * 2).prop_map(Act::Expected),
        any::<bool>().prop_map(Act::Close),
        Just(Act::Reopen),
        any::<bool>().prop_map(Act::Bin),
    ]
}

fn money(of: Option<(i64, bool)>) -> Option<Money> {
    let yen = Currency::parse("JPY").expect("a currency");
    of.map(|(amount, in_yen)| Money::new(amount, if in_yen { yen } else { Currency::EUR }))
}

/// A life, as the records would have gone through it: what is now, what the ledger says, and what stood at the end of each day.
fn lived(born: i64, acts: &[(i64, Act)]) -> (Deal, History, Vec<State>) {
    let id = Id::derived(born * DAY_MS, &[3; 10]);
    let mut state = State {
        status: Status::Open,
        amount: None,
        engaged_on: None,
        closed_on: None,
        expected_on: None,
        is_gone: false,
    };
    let (mut history, mut ends) = (History::default(), Vec::new());
    let mut acts: Vec<(i64, Act)> = acts.iter().map(|(at, act)| ((*at).max(born), act.clone())).collect();
    acts.sort_by_key(|(at, _)| *at);
    let mut acts = acts.into_iter().peekable();
    for today in 0..DAYS {
        let mut minute = 1;
        while let Some((_, act)) = acts.next_if(|(at, _)| *at == today) {
            let before = state;
            match act {
                Act::Amount(amount) => state.amount = money(amount),
                Act::Expected(on) => state.expected_on = on.map(day),
                Act::Close(won) if state.status == Status::Open => {
                    state.status = if won { Status::Won } else { Status::Lost };
                    state.closed_on = Some(day(today));
                }
                Act::Reopen => (state.status, state.closed_on) = (Status::Open, None),
                Act::Bin(gone) => state.is_gone = gone,
                Act::Close(_) => {}
            }
            let at = Time(today * DAY_MS + minute * 60_000);
            minute += 1;
            if before.is_gone != state.is_gone {
                history.note_bin(id, at, before.is_gone);
            }
            history.note(id, at, &json!({ "changes": changes(&before, &state) }).to_string());
        }
        ends.push(state);
    }
    let deal = Deal {
        id,
        created_on: day(born),
        created_at: Time(born * DAY_MS),
        now: state,
        stage: None,
        owner: None,
        source: None,
        pipeline: None,
    };
    (deal, history, ends)
}

fn changes(before: &State, after: &State) -> Json {
    let status = |status: Status| match status {
        Status::Open => "open",
        Status::Won => "won",
        Status::Lost => "lost",
    };
    let mut changes = json!({});
    if before.status != after.status {
        changes["status"] = json!([status(before.status), status(after.status)]);
    }
    if before.amount != after.amount {
        changes["amount"] = json!([before.amount, after.amount]);
    }
    let days = [
        ("closed_on", before.closed_on, after.closed_on),
        ("expected_close_on", before.expected_on, after.expected_on),
    ];
    for (name, before, after) in days {
        if before != after {
            changes[name] = json!([before.map(|day| day.to_string()), after.map(|day| day.to_string())]);
        }
    }
    changes
}

/// What a person would count as open at the end of a day, without looking at any line.
fn open(born: i64, number: i64, state: &State, closing: Option<Period>) -> Option<Option<Money>> {
    let is_there = born <= number && !state.is_gone && state.status == Status::Open;
    let is_meant = closing.is_none_or(|closing| state.expected_on.is_some_and(|on| closing.has(on)));
    (is_there && is_meant).then_some(state.amount)
}

proptest! {
    #[test]
    fn the_lines_add_up_from_what_was_open_to_what_is_open(
        lives in prop::collection::vec((0..DAYS, prop::collection::vec((0..DAYS, act()), 0..12)), 1..20),
        from in 1..DAYS, length in 0..DAYS, window in proptest::option::of((0..DAYS, 0..DAYS)),
    ) {
        let to = (from + length).min(DAYS - 1);
        let closing = window.map(|(from, length)| Period { from: day(from), to: day(from + length) });
        let mut sums: BTreeMap<Currency, [i64; 3]> = BTreeMap::new();
        for (born, acts) in &lives {
            let (deal, history, ends) = lived(*born, acts);
            let begins = Time(from * DAY_MS);
            let over = Time((to + 1) * DAY_MS);
            let (was, is) = (history.at(deal.id, deal.now, begins), history.at(deal.id, deal.now, over));
            let told = moved(&deal, &was, &is, (day(from - 1), day(to)), closing);
            let (before, after) = (&ends[(from - 1) as usize], &ends[to as usize]);
            let (opening, ending) = (open(*born, from - 1, before, closing), open(*born, to, after, closing));
            prop_assert_eq!((told.is_opening, told.opening), (opening.is_some(), opening.flatten()));
            prop_assert_eq!((told.is_closing, told.closing), (ending.is_some(), ending.flatten()));
            let mut add = |place: usize, money: Option<Money>| {
                if let Some(money) = money {
                    sums.entry(money.currency).or_default()[place] += money.amount;
                }
            };
            add(0, told.opening);
            add(2, told.closing);
            for (line, money) in told.lines {
                add(1, money);
                prop_assert!(closing.is_some() || !matches!(line, Line::Slipped | Line::PulledIn | Line::SlippedIn | Line::PulledOut));
            }
        }
        for [opening, lines, ending] in sums.values() {
            prop_assert_eq!(opening + lines, *ending);
        }
    }
}

#[test]
fn what_was_won_counts_with_what_it_was_won_for() {
    let euro = |amount| Some((amount, false));
    let acts = [(1, Act::Amount(euro(1_000))), (5, Act::Amount(euro(900))), (6, Act::Close(true))];
    let (deal, history, _) = lived(1, &acts);
    let state = |number: i64| history.at(deal.id, deal.now, Time(number * DAY_MS));
    let told = moved(&deal, &state(4), &state(10), (day(3), day(9)), None);
    let sum = |amount| Some(Money::new(amount, Currency::EUR));
    assert_eq!(told.lines, [(Line::Shrunk, sum(-100)), (Line::Won, sum(-900))]);
    let told = moved(&deal, &state(1), &state(10), (day(0), day(9)), None);
    assert_eq!(told.lines, [(Line::New, sum(900)), (Line::Won, sum(-900))]);
}
