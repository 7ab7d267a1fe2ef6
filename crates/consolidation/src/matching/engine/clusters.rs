//! Pairs joined into entities. Two clusters become one only when what is known of all their members together speaks for
//! it, so that a chain of likenesses does not join strangers, and never across a mark that says "different".

use std::collections::{HashMap, HashSet};

/// Members of one entity that joining goes on by itself to; a larger one is a person's to judge.
pub const MOST: usize = 100;

/// One link between rows.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Link {
    pub a: u32,
    pub b: u32,
    /// Evidence in bits, the prior in it: above zero speaks for the same.
    pub bits: f64,
}

/// Joins rows by links of at least `floor` bits, strongest first. `links` may hold weaker ones: they speak against.
/// `apart` are pairs that must never come together (each as in [`super::blocking::pair`]).
/// Gives the clusters of two and more, members ascending, first member ascending.
pub fn clusters(links: &[Link], floor: f64, apart: &HashSet<u64>) -> Vec<Vec<u32>> {
    let mut number: HashMap<u32, u32> = HashMap::new();
    let mut rows: Vec<u32> = Vec::new();
    let mut near: Vec<Vec<(u32, f64)>> = Vec::new();
    let mut place = |row: u32, near: &mut Vec<Vec<(u32, f64)>>| {
        *number.entry(row).or_insert_with(|| {
            rows.push(row);
            near.push(Vec::new());
            rows.len() as u32 - 1
        })
    };
    let mut strong: Vec<(u32, u32, f64)> = Vec::new();
    for link in links.iter().filter(|link| link.bits >= floor) {
        let (a, b) = (place(link.a, &mut near), place(link.b, &mut near));
        strong.push((a, b, link.bits));
    }
    let known = |row: u32| number.get(&row).copied();
    let mut doubts: Vec<(u32, u32, f64)> = Vec::new();
    for link in links.iter().filter(|link| link.bits < floor) {
        if let (Some(a), Some(b)) = (known(link.a), known(link.b)) {
            doubts.push((a, b, link.bits));
        }
    }
    for &(a, b, bits) in strong.iter().chain(&doubts) {
        for (from, to) in [(a, b), (b, a)] {
            if let Some(list) = near.get_mut(from as usize) {
                list.push((to, bits));
            }
        }
    }
    let mut never: HashMap<u32, Vec<u32>> = HashMap::new();
    for pair in apart {
        let (a, b) = super::blocking::rows(*pair);
        if let (Some(a), Some(b)) = (known(a), known(b)) {
            never.entry(a).or_default().push(b);
            never.entry(b).or_default().push(a);
        }
    }

    strong.sort_by(|x, y| y.2.total_cmp(&x.2).then_with(|| (x.0, x.1).cmp(&(y.0, y.1))));
    let mut of: Vec<u32> = (0..rows.len() as u32).collect();
    let mut members: Vec<Vec<u32>> = (0..rows.len() as u32).map(|row| vec![row]).collect();
    for (a, b, _) in strong {
        let (Some(&x), Some(&y)) = (of.get(a as usize), of.get(b as usize)) else { continue };
        if x == y {
            continue;
        }
        let (Some(left), Some(right)) = (members.get(x as usize), members.get(y as usize)) else { continue };
        let (keep, add) = if left.len() >= right.len() { (x, y) } else { (y, x) };
        if left.len() + right.len() > MOST || !speaks_for(left, right, &of, &near, &never, x, y) {
            continue;
        }
        let moved = members.get_mut(add as usize).map(std::mem::take).unwrap_or_default();
        for &row in &moved {
            if let Some(place) = of.get_mut(row as usize) {
                *place = keep;
            }
        }
        if let Some(list) = members.get_mut(keep as usize) {
            list.extend(moved);
        }
    }

    let mut found: Vec<Vec<u32>> = members
        .into_iter()
        .filter(|list| list.len() > 1)
        .map(|list| {
            let mut list: Vec<u32> = list.into_iter().filter_map(|row| rows.get(row as usize).copied()).collect();
            list.sort_unstable();
            list
        })
        .collect();
    found.sort_unstable();
    found
}

/// Whether all that is known between two clusters, taken together, speaks for one entity.
fn speaks_for(
    left: &[u32],
    right: &[u32],
    of: &[u32],
    near: &[Vec<(u32, f64)>],
    never: &HashMap<u32, Vec<u32>>,
    x: u32,
    y: u32,
) -> bool {
    let (few, other) = if left.len() <= right.len() { (left, y) } else { (right, x) };
    let belongs = |row: &u32| of.get(*row as usize) == Some(&other);
    if few.iter().any(|row| never.get(row).is_some_and(|list| list.iter().any(belongs))) {
        return false;
    }
    let known = few.iter().filter_map(|row| near.get(*row as usize)).flatten();
    known.filter(|(row, _)| belongs(row)).map(|(_, bits)| bits).sum::<f64>() > 0.0
}
