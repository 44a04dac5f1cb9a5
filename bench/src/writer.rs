//! What a person waits for while an import runs: acts about records and looks at what is not
//! public, with the import in the same process and in another one, on both databases.

use crate::{
    generate::{self, Parties},
    import::{self, TODAY},
    measure::percentiles,
    store::scatter,
};
use std::{
    error::Error,
    fs::File,
    io::{BufRead, BufReader, BufWriter},
    path::Path,
    process::{Command, Stdio},
    sync::atomic::{AtomicBool, Ordering},
    time::{Duration, Instant},
};
use xinheng_app::{
    Actor, Ctx, Deployment, Place,
    intake::{self, Progress},
    noon,
    record::{self, Confirm},
};
use xinheng_store::record::ListFilter;

type Done<T = ()> = Result<T, Box<dyn Error + Send + Sync>>;

/// Records that are acted upon; they are there before the import begins.
const RECORDS: u32 = 200;
/// Rounds of acts while nothing else writes.
const ALONE: usize = 20;
/// Chunks of an import that are smaller than the others.
const SMALL: usize = 6;
/// The line for each chunk of an import in another process.
const LANDED: &str = "landed";
/// The one that [`import::deployment`] makes.
const DEPARTMENT: &str = "d1";

/// Acts beside an import of so many rows.
///
/// # Errors
/// Whatever the use cases say.
pub fn run(rows: u32) -> Done {
    let server = std::env::var("XINHENG_TEST_POSTGRES").ok();
    for address in [Some(String::new()), server].into_iter().flatten() {
        for apart in [false, true] {
            let database = if address.is_empty() {
                "SQLite"
            } else {
                "PostgreSQL"
            };
            let place = if apart { "another" } else { "the same" };
            println!("== acts beside an import of {rows} rows in {place} process, {database}");
            on_schema(&address, |address| beside(rows, address, apart))?;
        }
    }
    Ok(())
}

/// In a schema of its own where `address` names a server.
pub fn on_schema(address: &str, work: impl FnOnce(&str) -> Done) -> Done {
    if address.is_empty() {
        return work("");
    }
    let mut client = postgres::Client::connect(address, postgres::NoTls)?;
    client.batch_execute("DROP SCHEMA IF EXISTS bench CASCADE; CREATE SCHEMA bench")?;
    work(&format!("{address}&options=-c%20search_path%3Dbench"))?;
    Ok(client.batch_execute("DROP SCHEMA bench CASCADE")?)
}

fn beside(rows: u32, address: &str, apart: bool) -> Done {
    let folder = tempfile::tempdir()?;
    let folder = folder.path();
    let parties = Parties::InOrder((rows / 4).max(1));
    let make = |name: &str| File::create(folder.join(name)).map(BufWriter::new);
    generate::register(&mut make("register.csv")?, parties)?;
    generate::penalties(&mut make("before.csv")?, rows..rows + RECORDS, parties)?;
    generate::penalties(&mut make("penalties.csv")?, 0..rows, parties)?;
    let deployment = import::deployment(folder, address)?;
    import::register(&deployment, &folder.join("register.csv"))?;
    land(&deployment, &folder.join("before.csv"), &|| ())?;
    let filter = ListFilter {
        limit: RECORDS,
        ..ListFilter::default()
    };
    let db = xinheng_store::Db::open(&import::place(folder, address).location()?)?;
    let list = db.read(|conn| xinheng_store::record::list(conn, &filter))?;
    let records: Vec<String> = list.iter().map(|s| s.record.id.to_string()).collect();

    let mut alone = Person::new(&deployment, &records);
    (0..ALONE).try_for_each(|round| alone.round(round))?;
    alone.report("alone");

    let (landing, over) = (AtomicBool::new(false), AtomicBool::new(false));
    let landed = || landing.store(true, Ordering::Release);
    let mut person = Person::new(&deployment, &records);
    std::thread::scope(|scope| {
        let import = scope.spawn(|| {
            let done = if apart {
                elsewhere(folder, address, &landed)
            } else {
                land(&deployment, &folder.join("penalties.csv"), &landed)
            };
            over.store(true, Ordering::Release);
            done
        });
        let mut acted = Ok(());
        for round in ALONE.. {
            std::thread::sleep(Duration::from_millis(20 + scatter(round as u64) % 100));
            if acted.is_err() || over.load(Ordering::Acquire) {
                break;
            }
            if landing.load(Ordering::Acquire) {
                acted = person.round(round);
            }
        }
        acted.and(import.join().map_err(|_| "the import panicked")?)
    })?;
    person.report("beside the import");
    Ok(())
}

/// Acts, and how long each took in milliseconds, from the call to the answer.
struct Person<'a> {
    deployment: &'a Deployment,
    records: &'a [String],
    acts: Vec<f64>,
    looks: Vec<f64>,
}

impl<'a> Person<'a> {
    const fn new(deployment: &'a Deployment, records: &'a [String]) -> Self {
        Self {
            deployment,
            records,
            acts: Vec::new(),
            looks: Vec::new(),
        }
    }

    /// One record is withheld, looked at, and shown again.
    fn round(&mut self, round: usize) -> Done {
        let id = &self.records[round % self.records.len()];
        let (first, second) = (ctx(self.deployment, "甲")?, ctx(self.deployment, "乙")?);
        let begin = Instant::now();
        record::withhold(&first, id, "测量", None)?;
        self.acts.push(begin.elapsed().as_secs_f64() * 1e3);
        let begin = Instant::now();
        record::show(&second, id, "测量")?;
        self.looks.push(begin.elapsed().as_secs_f64() * 1e3);
        let shown = Confirm {
            id,
            over: None,
            grounds: "测量",
            seen: None,
        };
        let begin = Instant::now();
        record::confirm(&second, &shown)?;
        self.acts.push(begin.elapsed().as_secs_f64() * 1e3);
        Ok(())
    }

    fn report(&mut self, when: &str) {
        let count = self.acts.len();
        percentiles(&format!("{when}: {count} acts (ms)"), &mut self.acts);
        percentiles(&format!("{when}: looks (ms)"), &mut self.looks);
    }
}

fn ctx<'a>(deployment: &'a Deployment, name: &str) -> Done<Ctx<'a>> {
    let actor = Actor::Operator {
        name: name.to_owned(),
    };
    Ok(deployment.ctx(actor, noon(TODAY)?))
}

/// Takes a file in, and says how long its chunks took; `landed` is called after each.
fn land(deployment: &Deployment, path: &Path, landed: &dyn Fn()) -> Done {
    let input = intake::Input {
        path,
        file_name: "penalties.csv",
        sheet: None,
        department: DEPARTMENT,
        dry_run: false,
    };
    let (mut last, mut times) = (Instant::now(), Vec::new());
    intake::import(&ctx(deployment, "测量")?, input, &mut |step| {
        if let Progress::Landed(..) = step {
            times.push(last.elapsed().as_secs_f64() * 1e3);
            landed();
        }
        last = Instant::now();
    })?;
    let (count, seconds) = (times.len(), times.iter().sum::<f64>() / 1e3);
    // The first ones are small.
    if let Some(times) = times.get_mut(SMALL..) {
        let what = format!("  {count} chunks in {seconds:.1} s, each (ms)");
        percentiles(&what, times);
    }
    Ok(())
}

/// The import in a process of its own, which says when a chunk has landed.
pub fn elsewhere(folder: &Path, address: &str, landed: &dyn Fn()) -> Done {
    let mut command = Command::new(std::env::current_exe()?);
    command.args(["writer-import", "0"]).arg(folder);
    let mut child = command.arg(address).stdout(Stdio::piped()).spawn()?;
    let out = child.stdout.take().ok_or("no output")?;
    for line in BufReader::new(out).lines() {
        let line = line?;
        if line == LANDED {
            landed();
        } else {
            println!("{line}");
        }
    }
    let status = child.wait()?;
    if status.success() {
        Ok(())
    } else {
        Err(format!("import: {status}").into())
    }
}

/// The process of its own.
///
/// # Errors
/// Whatever the use case says.
pub fn import_alone(folder: &str, address: &str) -> Done {
    let folder = Path::new(folder);
    let path = folder.join("penalties.csv");
    land(&open(folder, address)?, &path, &|| println!("{LANDED}"))
}

pub fn open(folder: &Path, address: &str) -> Done<Deployment> {
    if address.is_empty() {
        return import::opened(folder);
    }
    let place = Place {
        data: Some(folder.join("postgres")),
        database: Some(address.to_owned()),
        ..Place::default()
    };
    Ok(Deployment::open(&place)?)
}
