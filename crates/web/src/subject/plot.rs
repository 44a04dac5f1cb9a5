//! The plot of a dossier: records of each year, unfavourable ones above the axis, the others below.

use xinheng_app::view::Dossier;

/// Room of a year and its bar, in the drawing's own units.
const STEP: u64 = 40;
const BAR: u64 = 22;
/// Height of the tallest bar.
const TALL: u64 = 60;
/// Room for a number at the end of a bar, and for the years below.
const NUMBER: u64 = 20;
const LABEL: u64 = 18;

/// A drawing ready for the template.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Plot {
    /// The drawing in words.
    pub(crate) title: String,
    pub(crate) above: String,
    pub(crate) below: String,
    pub(crate) width: u64,
    pub(crate) height: u64,
    pub(crate) axis: u64,
    pub(crate) bar: u64,
    pub(crate) bars: Vec<Bar>,
}

/// One year.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Bar {
    pub(crate) label: String,
    pub(crate) x: u64,
    pub(crate) middle: u64,
    pub(crate) up: u64,
    pub(crate) down: u64,
    pub(crate) adverse: u64,
    pub(crate) other: u64,
}

impl Plot {
    /// The plot of a dossier; none where a list says as much.
    pub(crate) fn of(dossier: &Dossier) -> Option<Self> {
        let years = &dossier.years;
        if years.len() < 2 {
            return None;
        }
        let most = years.iter().map(|y| y.adverse.max(y.other)).max()?.max(1);
        // What is there is seen, however much more there is elsewhere.
        let tall = |n: u64| if n == 0 { 0 } else { (n * TALL / most).max(2) };
        let named = |adverse: bool| {
            let groups = dossier.groups.iter();
            let titles = groups.filter(|g| g.adverse == adverse && g.total > 0);
            let titles: Vec<&str> = titles.map(|g| g.title.as_str()).collect();
            if titles.is_empty() {
                "没有".to_owned()
            } else {
                titles.join("、")
            }
        };
        let (above, below) = (named(true), named(false));
        let up = years.iter().map(|y| tall(y.adverse)).max()?;
        let down = years.iter().map(|y| tall(y.other)).max()?;
        let axis = up + NUMBER;
        let bars = (0..).zip(years).map(|(at, y)| Bar {
            label: y.year.to_string(),
            x: at * STEP + (STEP - BAR) / 2,
            middle: at * STEP + STEP / 2,
            up: tall(y.adverse),
            down: tall(y.other),
            adverse: y.adverse,
            other: y.other,
        });
        let told = years.iter().filter(|y| y.adverse + y.other > 0);
        let told: Vec<String> = told
            .map(|y| match (y.adverse, y.other) {
                (a, 0) => format!("{} 年{above} {a} 条", y.year),
                (0, o) => format!("{} 年{below} {o} 条", y.year),
                (a, o) => format!("{} 年{above} {a} 条、{below} {o} 条", y.year),
            })
            .collect();
        Some(Self {
            title: told.join("；"),
            width: STEP * years.len() as u64,
            height: axis + down + NUMBER + LABEL,
            axis,
            bar: BAR,
            bars: bars.collect(),
            above,
            below,
        })
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)] // a missing plot should stop the test

    use super::*;
    use crate::samples;
    use xinheng_app::view::YearCount;

    #[test]
    fn one_beside_thousands_is_still_seen_and_nothing_is_not() {
        let mut dossier = samples::dossier();
        let year = |year, adverse, other| YearCount {
            year,
            adverse,
            other,
        };
        dossier.years = vec![year(2024, 1, 20_000), year(2025, 0, 0), year(2026, 0, 3)];
        let plot = Plot::of(&dossier).unwrap();
        let heights: Vec<_> = plot.bars.iter().map(|b| (b.up, b.down)).collect();
        assert_eq!(heights, [(2, 60), (0, 0), (0, 2)]);
        assert_eq!(
            plot.title,
            "2024 年行政处罚 1 条、行政许可 20000 条；2026 年行政许可 3 条"
        );
        dossier.years.truncate(1);
        assert_eq!(Plot::of(&dossier), None, "one year is no course of things");
        dossier.years.clear();
        assert_eq!(Plot::of(&dossier), None);
    }
}
