//! The invented examples: together a row that the checker takes. They are printed in templates,
//! so a wrong one would be copied by everybody.

use crate::{Rulebook, problem::Problem};
use xinheng_checker::{Checker, Row, Rules, Span, blank};
use xinheng_domain::{
    catalogue::{Item, Role},
    date,
    finding::Severity,
};

/// Holds every example to the checks of its field and to the rules across fields. `files`: where
/// each item stands.
pub(crate) fn check(book: &Rulebook, files: &[String], problems: &mut Vec<Problem>) {
    for (item, file) in book.items().iter().zip(files) {
        if item.fields.iter().any(|f| f.example.is_some()) {
            row(book, item, file, problems);
        }
    }
}

fn row(book: &Rulebook, item: &Item, in_file: &str, problems: &mut Vec<Problem>) {
    // The day the invented decision was made: nothing of it lies ahead then.
    let decided = item.by_role(Role::DecisionDate);
    let decided = decided.and_then(|f| date::parse(f.example.as_deref()?).ok());
    let checker = Checker::new(Rules {
        items: std::slice::from_ref(item),
        lists: book.code_lists(),
        messages: book.messages(),
        codes: book.code_tables().clone(),
        today: decided.map_or(item.from, |parsed| parsed.date),
        cite: &|basis| book.cite(basis),
    });
    // What does not compile is told by the other checks.
    let Ok(checker) = checker else { return };
    let (names, values) = (
        Line::of(item.fields.iter().map(|f| f.name.as_str())),
        Line::of(
            item.fields
                .iter()
                .map(|f| f.example.as_deref().unwrap_or_default()),
        ),
    );
    let Some(mut file) = checker.open(&names.row(), None, &mut |_| {}) else {
        return;
    };
    let checked = file.check(values.row(), None);
    let mut finding = blank(None);
    let told: Result<(), std::convert::Infallible> = checked.findings(&mut finding, |finding| {
        let field = item.field(&finding.field);
        // An item may go without examples; a wrong one it may not have.
        let is_example = field.is_some_and(|f| f.example.is_some());
        if is_example && finding.severity != Severity::Warn {
            problems.push(Problem::new(
                in_file,
                &finding.field,
                format!(
                    "示例（example）“{}”通不过本项自己的校核：{}",
                    finding.value, finding.message
                ),
            ));
        }
        Ok(())
    });
    let Ok(()) = told;
}

/// Cells one after the other, as a reader hands them over.
struct Line {
    text: String,
    cells: Vec<Span>,
}

impl Line {
    fn of<'a>(cells: impl Iterator<Item = &'a str>) -> Self {
        let mut line = Self {
            text: String::new(),
            cells: Vec::new(),
        };
        for cell in cells {
            let start = line.text.len() as u32;
            line.text.push_str(cell);
            line.cells.push(Span {
                start,
                end: line.text.len() as u32,
            });
        }
        line
    }

    fn row(&self) -> Row<'_> {
        Row::new(&self.text, &self.cells, 1)
    }
}
