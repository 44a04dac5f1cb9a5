//! How taking a record in and looking one up grow with what is there already: from a hundred
//! thousand records to ten million. A record is taken in as an office takes it: the files of
//! departments, each of at most a million rows and about organisations in no order, are checked,
//! linked, dated, explained, written and sealed. Looked up are dossiers, as the site reads them.
//! Not a part of `all`: it takes a quarter of an hour and 50 GB in the folder for temporary files.

use crate::{
    generate::{self, Parties},
    import,
    measure::{Meter, percentiles},
    store::scatter,
};
use std::{error::Error, fs::File, io::BufWriter, process::Command, time::Instant};
use xinheng_app::{Actor, Deployment, noon, site};

type Done<T = ()> = Result<T, Box<dyn Error + Send + Sync>>;

/// Records of each step.
const STEPS: [u32; 3] = [100_000, 1_000_000, 10_000_000];
/// Before the figures of a step, on its last line.
const MARK: &str = "per row and per look-up, µs:";

/// Runs every step in a process of its own, and prints how much more each costs than the first.
///
/// # Errors
/// Whatever the database says.
pub fn run() -> Done {
    let mut first = None;
    for rows in STEPS {
        println!("== {rows} records on SQLite");
        let mut command = Command::new(std::env::current_exe()?);
        let out = command.args(["large-step", &rows.to_string()]).output()?;
        let said = String::from_utf8_lossy(&out.stdout);
        print!("{said}");
        if !out.status.success() {
            return Err(String::from_utf8_lossy(&out.stderr).into());
        }
        let figures = said.lines().find_map(|line| line.strip_prefix(MARK));
        let figures = figures.ok_or("a step told no figures")?;
        let mut figures = figures.split_whitespace().map(str::parse::<f64>);
        let mut next = || figures.next().ok_or("a figure is missing");
        let (load, look) = (next()??, next()??);
        let (load_first, look_first) = *first.get_or_insert((load, look));
        println!(
            "  against {} records: load {:.2} ×, look-up {:.2} ×",
            STEPS[0],
            load / load_first,
            look / look_first
        );
    }
    Ok(())
}

/// Rows of a file.
const FILE: u32 = 1_000_000;
/// Records of each organisation.
const EACH: u32 = 4;
/// Dossiers looked up.
const SAMPLES: u32 = 5_000;

/// One step.
///
/// # Errors
/// Whatever the use cases say.
pub fn step(rows: u32) -> Done {
    let folder = tempfile::tempdir()?;
    let folder = folder.path();
    let deployment = import::deployment(folder, "")?;
    let parties = rows / EACH;
    let path = folder.join("register.csv");
    let whom = Parties::Scattered(parties);
    generate::register(&mut BufWriter::new(File::create(&path)?), whom)?;
    let mut load = Meter::new("register");
    load.run(|| import::register(&deployment, &path))?;
    load.report(parties.into());

    let mut load = Meter::new("records, from the file to the sealed batch");
    let (mut slowest, mut landed) = (0.0, 0);
    for from in (0..rows).step_by(FILE as usize) {
        let path = folder.join("penalties.csv");
        let part = from..rows.min(from + FILE);
        let mut file = BufWriter::new(File::create(&path)?);
        generate::penalties(&mut file, part, whom)?;
        drop(file);
        let counters = load.run(|| import::penalties(&deployment, &path, &mut slowest))?;
        landed += counters.new;
        println!("  {landed} records after {:.1} CPU-s", load.used());
    }
    load.report(rows.into());
    println!("  slowest chunk: {slowest:.0} ms");
    drop(deployment);
    // As a site that is started now, not one that was there before the first record.
    let look = dossiers(&import::opened(folder)?, parties)?;
    println!(
        "{MARK} {:.2} {look:.2}",
        load.used() / f64::from(rows) * 1e6
    );
    Ok(())
}

/// Reads dossiers as the site does, each twice; gives the median of the second time in
/// microseconds: the first one tells how fast the disk is where the database is larger than what
/// the system keeps of it.
fn dossiers(deployment: &Deployment, parties: u32) -> Done<f64> {
    let ctx = deployment.ctx(Actor::Public, noon(import::TODAY)?);
    let mut median = 0.0;
    for what in ["dossier, first time (µs)", "dossier, again (µs)"] {
        let (mut times, mut records) = (Vec::new(), 0);
        for sample in 0..SAMPLES {
            let party = u32::try_from(scatter(u64::from(sample) + 3) % u64::from(parties))?;
            let code = generate::organisation(party).1;
            let begin = Instant::now();
            let found = site::dossier(&ctx, &code, None, None)?;
            times.push(begin.elapsed().as_secs_f64() * 1e6);
            records += found.map_or(0, |dossier| dossier.scope.in_scope);
        }
        if records < SAMPLES.into() {
            return Err(format!("{records} records in {SAMPLES} dossiers").into());
        }
        percentiles(what, &mut times);
        median = times[times.len() / 2];
    }
    Ok(median)
}
