//! A register and a file of penalties taken in through the use cases, everything done: checked,
//! linked, dated, explained, written, audited, sealed. On SQLite, and on PostgreSQL beside a bare
//! COPY of the same rows into a table with the same indexes.

use crate::{
    check::RULEBOOK,
    generate::{self, Parties},
    measure, store,
};
use std::{error::Error, fs::File, io::BufWriter, path::Path, process::Command, time::Instant};
use xinheng_app::{
    Actor, Ctx, Deployment, Place, department,
    intake::{self, Progress},
    noon, register,
};
use xinheng_domain::batch::Counters;

type Done<T = ()> = Result<T, Box<dyn Error + Send + Sync>>;

const DEPARTMENT: &str = "d1";
/// The day on which everything happens.
pub const TODAY: jiff::civil::Date = jiff::civil::date(2026, 11, 20);
/// Each organisation of the register has so many decisions.
const DECISIONS: u32 = 4;

/// Makes a file of `rows` rows and a register of a quarter as many organisations, and takes both
/// in, each database in a process of its own.
///
/// # Errors
/// The files cannot be written; an import fails.
pub fn run(rows: u32) -> Done {
    let folder = std::env::temp_dir().join(format!("xinheng-bench-import-{}", std::process::id()));
    std::fs::create_dir_all(&folder)?;
    let outcome = both(rows, &folder);
    std::fs::remove_dir_all(&folder)?;
    outcome
}

fn both(rows: u32, folder: &Path) -> Done {
    let parties = write(rows, folder)?;
    let pass = |address: &str| -> Done {
        let mut command = Command::new(std::env::current_exe()?);
        command.arg("import-file").arg(rows.to_string());
        let status = command.arg(folder).arg(address).status()?;
        if status.success() {
            Ok(())
        } else {
            Err(format!("import: {status}").into())
        }
    };
    println!("== import on SQLite, {rows} rows, {parties} organisations");
    pass("")?;
    if let Ok(address) = std::env::var("XINHENG_TEST_POSTGRES") {
        println!("== import on PostgreSQL, {rows} rows, {parties} organisations");
        let mut client = postgres::Client::connect(&address, postgres::NoTls)?;
        client.batch_execute("DROP SCHEMA IF EXISTS bench CASCADE; CREATE SCHEMA bench")?;
        let address = format!("{address}&options=-c%20search_path%3Dbench");
        pass(&address)?;
        store::bare_copy(&address)?;
        client.batch_execute("DROP SCHEMA bench CASCADE")?;
    }
    Ok(())
}

/// Writes the two files; gives the number of organisations.
fn write(rows: u32, folder: &Path) -> Done<u32> {
    let parties = (rows / DECISIONS).max(1);
    let make = |name: &str| File::create(folder.join(name)).map(BufWriter::new);
    generate::penalties(
        &mut make("penalties.csv")?,
        0..rows,
        Parties::InOrder(parties),
    )?;
    generate::register(&mut make("register.csv")?, Parties::InOrder(parties))?;
    Ok(parties)
}

/// One database: the folder holds the files, `address` names a PostgreSQL server.
///
/// # Errors
/// An import fails.
pub fn file(folder: &str, address: &str) -> Done {
    let folder = Path::new(folder);
    let deployment = deployment(folder, address)?;
    let mut load = measure::Meter::new("register: checked, loaded, indexed");
    let loaded = load.run(|| register(&deployment, &folder.join("register.csv")))?;
    load.report(loaded);

    let mut land = measure::Meter::new("import: checked, linked, dated, written, sealed");
    let mut slowest = 0.0;
    let counters =
        land.run(|| penalties(&deployment, &folder.join("penalties.csv"), &mut slowest))?;
    land.report(counters.reported);
    println!("  {counters:?}");
    println!("  slowest chunk: {slowest:.0} ms");
    Ok(())
}

fn ctx(deployment: &Deployment) -> Done<Ctx<'_>> {
    let actor = Actor::Operator {
        name: "测量".to_owned(),
    };
    Ok(deployment.ctx(actor, noon(TODAY)?))
}

/// The deployment on SQLite that [`deployment`] made in this folder, opened anew.
///
/// # Errors
/// It cannot be opened.
pub fn opened(folder: &Path) -> Done<Deployment> {
    let place = Place {
        data: Some(folder.join("sqlite")),
        ..Place::default()
    };
    Ok(Deployment::open(&place)?)
}

/// A deployment in a folder of this one, under the demo's rules, with one department.
///
/// # Errors
/// It cannot be made.
/// Where the deployment is that such a run makes.
pub fn place(folder: &Path, address: &str) -> Place {
    let kind = if address.is_empty() {
        "sqlite"
    } else {
        "postgres"
    };
    Place {
        data: Some(folder.join(kind)),
        database: Some(address.to_owned()).filter(|a| !a.is_empty()),
        ..Place::default()
    }
}

pub fn deployment(folder: &Path, address: &str) -> Done<Deployment> {
    deployment_of(folder, address, 1)
}

/// The same with so many departments.
///
/// # Errors
/// It cannot be made.
pub fn deployment_of(folder: &Path, address: &str, count: u32) -> Done<Deployment> {
    deployment_on(folder, address, count, TODAY)
}

/// The same, made on another day.
///
/// # Errors
/// It cannot be made.
pub fn deployment_on(
    folder: &Path,
    address: &str,
    count: u32,
    day: jiff::civil::Date,
) -> Done<Deployment> {
    let place = place(folder, address);
    let data = place.data.clone().unwrap_or_default();
    copy(Path::new(RULEBOOK), &data.join("rulebook"))?;
    let deployment = Deployment::create(&place, noon(day)?)?;
    let departments = folder.join("departments.csv");
    let mut list = "编号,名称\n".to_owned();
    for number in 1..=count {
        list.push_str(&format!("d{number},衡川市信衡区第{number}行政执法局\n"));
    }
    std::fs::write(&departments, list)?;
    let name = "测量".to_owned();
    let ctx = deployment.ctx(Actor::Operator { name }, noon(day)?);
    department::import(&ctx, &departments)?;
    // As `xinheng db migrate` does: texts to be read are noted from the first record on.
    xinheng_app::wording::fill(&ctx, &mut |_| {})?;
    drop(ctx);
    Ok(deployment)
}

/// Takes a register in; gives its rows.
///
/// # Errors
/// The import fails.
pub fn register(deployment: &Deployment, path: &Path) -> Done<u64> {
    Ok(
        register::import(&ctx(deployment)?, path, None, &mut |_| {})?
            .summary
            .rows,
    )
}

/// Takes a file of penalties in; `slowest` becomes the slowest chunk in milliseconds.
///
/// # Errors
/// The import fails.
pub fn penalties(deployment: &Deployment, path: &Path, slowest: &mut f64) -> Done<Counters> {
    let mut last = Instant::now();
    let input = intake::Input {
        path,
        file_name: "penalties.csv",
        sheet: None,
        department: DEPARTMENT,
        dry_run: false,
    };
    let outcome = intake::import(&ctx(deployment)?, input, &mut |step| {
        if let Progress::Landed(done, _) = step {
            let took = last.elapsed().as_secs_f64() * 1e3;
            // The first one has waited for the check.
            if done > 100 {
                *slowest = slowest.max(took);
            }
        }
        last = Instant::now();
    })?;
    Ok(outcome.counters)
}

/// The files of [`run`] taken in on SQLite, to be served.
///
/// # Errors
/// As [`run`].
pub fn prepare(rows: u32, folder: &Path) -> Done<u32> {
    let parties = write(rows, folder)?;
    file(&folder.display().to_string(), "")?;
    Ok(parties)
}

fn copy(from: &Path, to: &Path) -> std::io::Result<()> {
    std::fs::create_dir_all(to)?;
    for entry in std::fs::read_dir(from)? {
        let entry = entry?;
        let target = to.join(entry.file_name());
        if entry.file_type()?.is_dir() {
            copy(&entry.path(), &target)?;
        } else {
            std::fs::copy(entry.path(), target)?;
        }
    }
    Ok(())
}
