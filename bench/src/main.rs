//! Benchmarks: figures are read as ratios against a baseline of the same run.
#![allow(
    clippy::print_stdout,
    clippy::indexing_slicing,
    reason = "a tool that prints figures"
)]

mod cases;
mod check;
mod desks;
mod finder;
mod generate;
mod import;
mod large;
mod measure;
mod pages;
mod rules;
mod store;
mod suggest;
mod workbook;
mod writer;

/// Rows become many small strings, which it hands out in half the time.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() -> Result<(), Box<dyn std::error::Error + Send + Sync>> {
    let mut arguments = std::env::args().skip(1);
    let what = arguments.next().unwrap_or_else(|| "all".to_owned());
    let count = arguments.next().map_or(Ok(1_000_000), |n| n.parse())?;
    let mut next = || arguments.next().unwrap_or_default();
    match what.as_str() {
        "check" => check::run(count)?,
        // One pass each, in a process of its own.
        "check-csv" => check::bare(&next())?,
        "check-file" => check::file(&next(), &next())?,
        "check-unread" => check::unread(&next(), &next())?,
        "large" => large::run().map_err(|e| e.to_string())?,
        "large-step" => large::step(count).map_err(|e| e.to_string())?,
        "workbook" => workbook::run(count.min(workbook::ROWS))?,
        "workbook-make" => workbook::make(&next(), count)?,
        "workbook-bare" => workbook::bare(&next())?,
        "workbook-check" => workbook::check(&next())?,
        "workbook-back" => workbook::back(&next())?,
        "store" => store::run(count).map_err(|e| e.to_string())?,
        "store-names" => store::only(count, store::Part::Names).map_err(|e| e.to_string())?,
        "store-records" => store::only(count, store::Part::Records).map_err(|e| e.to_string())?,
        "import" => import::run(count)?,
        "import-file" => import::file(&next(), &next())?,
        "rules" => rules::run()?,
        "finder" => finder::run()?,
        "pages" => pages::run(count.min(pages::ROWS))?,
        "suggest" => suggest::run(count).map_err(|e| e.to_string())?,
        "writer" => writer::run(count)?,
        "writer-import" => writer::import_alone(&next(), &next())?,
        "desks" => desks::run(count)?,
        "cases" => cases::run(count)?,
        "desks-serve" => desks::serve(&next(), &next())?,
        "pages-serve" => pages::serve(&next())?,
        "all" => {
            rules::run()?;
            finder::run()?;
            check::run(count)?;
            workbook::run(count.min(workbook::ROWS))?;
            import::run(count)?;
            pages::run(count.min(pages::ROWS))?;
            store::run(count).map_err(|e| e.to_string())?;
            suggest::run(count).map_err(|e| e.to_string())?;
            writer::run(count)?;
            desks::run(count)?;
            cases::run(count)?;
        }
        other => return Err(format!("unknown benchmark: {other}").into()),
    }
    Ok(())
}
