//! Scorecards: forty KPIs of marketing, sales and service, each with its exact definition ([`catalogue`]), reckoned for any
//! period ([`figures`]) on a snapshot of the records ([`base`]); how sure they are ([`interval`]), what drove a change
//! ([`drivers`]), and what was meant to be reached ([`goals`]).

pub mod answers;
pub mod asked;
pub mod base;
pub mod catalogue;
pub mod drivers;
pub mod figures;
pub mod goals;
pub mod interval;
mod queries;
mod routes;
pub mod written;

pub use routes::routes;

/// The catalogue in English, as a page of the documentation.
pub fn documentation() -> String {
    use std::fmt::Write as _;
    let mut page = String::from(
        "# KPIs: their exact definitions\n\n\
         Made from the catalogue (`crates/analytics/src/scorecards/catalogue`); a test holds the two together. Days are those of the\n\
         company's zone, amounts are turned into one currency at the rate of their day. A share carries Wilson's interval, a mean that\n\
         of its standard error, both at 95 %. *Adds* says whether the values of days sum to that of the month.\n",
    );
    for function in catalogue::Function::ALL {
        let title = match function {
            catalogue::Function::Marketing => "Marketing",
            catalogue::Function::Sales => "Sales",
            catalogue::Function::Service => "Service",
        };
        let _ = write!(
            page,
            "\n## {title}\n\n| KPI | Definition | Formula | Unit | Better | Adds | Interval | Made of |\n|---|---|---|---|---|---|---|---|\n"
        );
        for kpi in catalogue::all().filter(|kpi| kpi.function == function) {
            let objects = answers::objects(kpi).join(", ");
            let (name, meaning, formula) = (kpi.name_in("en"), catalogue::word(&kpi.meaning, "en"), kpi.formula);
            let (unit, better, adds) = (kpi.unit.name(), kpi.better.name(), if kpi.adds { "yes" } else { "no" });
            let interval = kpi.interval().unwrap_or("none");
            let _ = writeln!(
                page,
                "| **{name}** `{}` | {meaning} | `{formula}` | {unit} | {better} | {adds} | {interval} | {objects} |",
                kpi.code
            );
        }
    }
    page.push_str(
        "\n## Trees of drivers\n\n\
         What each driver did of a change: of a sum its own difference, of a product its share by the logarithmic mean Divisia index\n\
         (additive LMDI I, Ang 2004). The parts sum to the change exactly. Where a factor is zero in one of the periods it is not told.\n\n",
    );
    for tree in catalogue::TREES {
        let part = |(place, (code, power)): (usize, &(&str, i32))| match (tree.is_product, place, power) {
            (_, 0, _) => format!("`{code}`"),
            (true, _, 1) => format!(" × `{code}`"),
            (true, _, _) => format!(" ÷ `{code}`"),
            (false, _, 1) => format!(" + `{code}`"),
            (false, _, _) => format!(" − `{code}`"),
        };
        let parts: String = tree.drivers.iter().enumerate().map(part).collect();
        let _ = writeln!(page, "- `{}` = {parts}", tree.of);
    }
    page
}
