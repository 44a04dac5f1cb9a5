//! The desks of those who sign in, over loopback: fifty departments, three hundred accounts. Alone,
//! beside an import in another process, and a hundred people at once; and what the public's pages
//! lose by it. On SQLite and on PostgreSQL.

use crate::{
    generate::{self, Parties},
    import::{self, TODAY},
    measure::percentiles,
    store::scatter,
    writer,
};
use std::{
    error::Error,
    fs::File,
    io::{BufRead as _, BufReader, BufWriter, Read as _, Write as _},
    net::TcpStream,
    path::Path,
    process::{Child, Command, Stdio},
    sync::atomic::{AtomicBool, Ordering},
    thread,
    time::{Duration, Instant},
};
use xinheng_app::{
    Actor, Ctx, Deployment, District,
    account::{self, Grant, NewAccount},
    handin, intake, noon, record,
};
use xinheng_web::{Clock, Config};

type Done<T = ()> = Result<T, Box<dyn Error + Send + Sync>>;

const DEPARTMENTS: u32 = 50;
const ACCOUNTS: u32 = 300;
/// The last ones sit in the office.
const OFFICERS: u32 = 20;
/// People at once, and the pages that each of them opens.
const PEOPLE: u32 = 100;
const PAGES: u32 = 20;
/// Pages of one kind that one person opens, one after another.
const ROUNDS: u32 = 200;
/// How long dossiers are asked for, each time.
const SPAN: Duration = Duration::from_secs(4);
/// Rows of a file that is prepared, and of the import that runs beside.
const PREPARED: u32 = 40;
const BESIDE: u32 = 200_000;
/// One row of so many gives people work, and so many of those records are withheld.
const WORK_IN: usize = 200;
const WITHHELD: usize = 200;

const CLERK: [&str; 4] = ["/", "/hand-in", "/batches", "/account"];
const OFFICER: [&str; 5] = [
    "/",
    "/batches",
    "/records/held",
    "/records/withheld",
    "/readings",
];

/// The desks over so many records.
///
/// # Errors
/// Whatever the use cases or the server say; a page that is not answered with 200.
pub fn run(rows: u32) -> Done {
    let server = std::env::var("XINHENG_TEST_POSTGRES").ok();
    for address in [Some(String::new()), server].into_iter().flatten() {
        let database = if address.is_empty() {
            "SQLite"
        } else {
            "PostgreSQL"
        };
        println!(
            "== desks, {DEPARTMENTS} departments, {ACCOUNTS} accounts, {rows} records, {database}"
        );
        writer::on_schema(&address, |address| on(rows, address))?;
    }
    Ok(())
}

/// The same file, in which one row of so many gives people work: a text that has to be read, of a
/// decision whose class nobody has stated.
fn with_work(file: &str) -> String {
    let rows = file.lines().enumerate().map(|(at, row)| {
        if at == 0 || !at.is_multiple_of(WORK_IN) {
            return format!("{row}\n");
        }
        let row = row.replace("当事人销售的", "经查，当事人从高样处购进的");
        ["2023-", "2024-", "2025-"]
            .iter()
            .fold(row, |row, year| row.replace(year, "2026-"))
            .replace("2026-12-", "2026-10-")
            .replace("2026-11-", "2026-10-")
            + "\n"
    });
    rows.collect()
}

fn department(number: u32) -> String {
    format!("d{}", number % DEPARTMENTS + 1)
}

fn on(rows: u32, address: &str) -> Done {
    let folder = tempfile::tempdir()?;
    let folder = folder.path();
    let parties = Parties::InOrder((rows / 4).max(1));
    let make = |name: &str| File::create(folder.join(name)).map(BufWriter::new);
    generate::register(&mut make("register.csv")?, parties)?;
    // The import that runs beside takes this one.
    generate::penalties(&mut make("penalties.csv")?, rows..rows + BESIDE, parties)?;
    let deployment = import::deployment_of(folder, address, DEPARTMENTS)?;
    // Their accounts are entered without a password.
    let district = District {
        demo: true,
        ..deployment.district().clone()
    };
    Deployment::set_district(&operator(&deployment)?, &district)?;
    drop(deployment);
    let deployment = writer::open(folder, address)?;
    import::register(&deployment, &folder.join("register.csv"))?;
    let each = rows / DEPARTMENTS;
    for number in 0..DEPARTMENTS {
        let file = format!("of-{number}.csv");
        let of = number * each..(number + 1) * each;
        let mut bytes = Vec::new();
        generate::penalties(&mut bytes, of, parties)?;
        make(&file)?.write_all(with_work(&String::from_utf8(bytes)?).as_bytes())?;
        let input = intake::Input {
            path: &folder.join(&file),
            file_name: &file,
            sheet: None,
            department: &department(number),
            dry_run: false,
        };
        intake::import(&operator(&deployment)?, input, &mut |_| ())?;
        let mut bytes = Vec::new();
        let prepared = rows + BESIDE + number * PREPARED;
        generate::penalties(&mut bytes, prepared..prepared + PREPARED, parties)?;
        let staging = handin::Staging {
            bytes: &bytes,
            file_name: "准备.csv",
            sheet: None,
            department: &department(number),
        };
        handin::stage(&operator(&deployment)?, staging)?;
    }
    let ctx = operator(&deployment)?;
    let held = record::held(&ctx)?;
    for line in held.iter().take(WITHHELD) {
        record::withhold(&ctx, &line.id, "文书号有误", None)?;
    }
    println!(
        "{} texts to be read, {} records without a class and {} that wait for a second person are listed",
        record::readings(&ctx, None)?.len(),
        record::held(&ctx)?.len(),
        record::withheld(&ctx)?.len(),
    );
    let sessions = sessions(&deployment)?;
    drop(deployment);

    let mut served = Served::new(folder, address)?;
    let outcome = measured(&served, &sessions, folder, address, rows / 4);
    served.0.kill()?;
    served.0.wait()?;
    outcome
}

fn operator(deployment: &Deployment) -> Done<Ctx<'_>> {
    let name = "测量".to_owned();
    Ok(deployment.ctx(Actor::Operator { name }, noon(TODAY)?))
}

/// Makes the accounts, and signs them in: their tokens, clerks first.
fn sessions(deployment: &Deployment) -> Done<Vec<String>> {
    let ctx = operator(deployment)?;
    let mut tokens = Vec::new();
    for number in 0..ACCOUNTS {
        let login = format!("p{number}");
        let new = NewAccount {
            login: &login,
            name: "程样清",
            demo: true,
        };
        account::make(&ctx, new)?;
        let office = number >= ACCOUNTS - OFFICERS;
        let department = department(number);
        let grant = Grant {
            login: &login,
            role: if office { "officer" } else { "clerk" },
            department: Some(department.as_str()).filter(|_| !office),
            from: None,
            until: None,
        };
        account::grant(&ctx, grant)?;
        tokens.push(account::sign_in_demo(&ctx, account::Door::Office, &login, "127.0.0.1")?.token);
    }
    Ok(tokens)
}

/// The server in a process of its own: the public's address and the office's.
struct Served(Child, String, String);

impl Served {
    fn new(folder: &Path, address: &str) -> Done<Self> {
        let mut command = Command::new(std::env::current_exe()?);
        command.args(["desks-serve", "0"]).arg(folder).arg(address);
        let mut child = command.stdout(Stdio::piped()).spawn()?;
        let out = child.stdout.take().ok_or("no output of the server")?;
        let mut line = String::new();
        BufReader::new(out).read_line(&mut line)?;
        let (public, office) = line.trim().split_once(' ').ok_or("no addresses")?;
        Ok(Self(child, public.to_owned(), office.to_owned()))
    }
}

/// The server: prints its addresses, then serves until it is ended.
///
/// # Errors
/// The deployment cannot be opened, or an address not be had.
pub fn serve(folder: &str, address: &str) -> Done {
    let deployment = writer::open(Path::new(folder), address)?;
    let mut config = Config::new("127.0.0.1:0".parse()?, deployment);
    config.clock = Clock::Day(TODAY);
    config.office = Some("127.0.0.1:0".parse()?);
    xinheng_web::serve(config, |public, office| {
        println!(
            "{public} {}",
            office.map(|o| o.to_string()).unwrap_or_default()
        );
    })?;
    Ok(())
}

/// A visitor who keeps the connection, with a session or without.
struct Visitor<'a> {
    stream: TcpStream,
    reader: BufReader<TcpStream>,
    head: String,
    line: String,
    body: Vec<u8>,
    address: &'a str,
}

impl<'a> Visitor<'a> {
    fn new(address: &'a str, token: Option<&str>) -> Done<Self> {
        let stream = TcpStream::connect(address)?;
        stream.set_nodelay(true)?;
        let cookie = token.map(|token| format!("Cookie: xinheng_session={token}\r\n"));
        Ok(Self {
            reader: BufReader::with_capacity(1 << 16, stream.try_clone()?),
            stream,
            head: format!("Host: {address}\r\n{}\r\n", cookie.unwrap_or_default()),
            line: String::new(),
            body: Vec::new(),
            address,
        })
    }

    /// Milliseconds until a page is there.
    fn open(&mut self, path: &str) -> Done<f64> {
        let begin = Instant::now();
        self.stream
            .write_all(format!("GET {path} HTTP/1.1\r\n{}", self.head).as_bytes())?;
        let mut length = 0;
        for at in 0.. {
            self.line.clear();
            self.reader.read_line(&mut self.line)?;
            if at == 0 && !self.line.contains(" 200 ") {
                return Err(format!("{}{path}: {}", self.address, self.line).into());
            }
            if let Some((name, value)) = self.line.split_once(':')
                && name.eq_ignore_ascii_case("content-length")
            {
                length = value.trim().parse()?;
            }
            if self.line.trim().is_empty() {
                break;
            }
        }
        self.body.resize(length, 0);
        self.reader.read_exact(&mut self.body)?;
        Ok(begin.elapsed().as_secs_f64() * 1e3)
    }
}

fn measured(
    served: &Served,
    sessions: &[String],
    folder: &Path,
    address: &str,
    parties: u32,
) -> Done {
    let Served(_, public, office) = served;
    let (clerk, officer) = (&sessions[0], &sessions[sessions.len() - 1]);
    let both = |when: &str, go_on: &(dyn Fn() -> bool + Sync)| -> Done {
        for (whose, token, pages) in [("clerk", clerk, &CLERK[..]), ("officer", officer, &OFFICER)]
        {
            let mut visitor = Visitor::new(office, Some(token))?;
            for page in pages {
                let mut times = Vec::new();
                while times.len() < ROUNDS as usize && go_on() {
                    times.push(visitor.open(page)?);
                }
                let what = format!("{whose} {page}, {when}: {} times (ms)", times.len());
                percentiles(&what, &mut times);
            }
        }
        Ok(())
    };
    both("alone", &|| true)?;

    let before = dossiers(public, parties)?;
    let mut with = 0.0;
    let mut people = Ok(());
    let mut done = Ok(Vec::new());
    thread::scope(|scope| {
        let crowd = scope.spawn(|| crowd(office, sessions));
        with = match dossiers(public, parties) {
            Ok(rate) => rate,
            Err(error) => {
                people = Err(error);
                0.0
            }
        };
        done = crowd
            .join()
            .unwrap_or_else(|_| Err("a visitor broke off".into()));
    });
    people?;
    done?;
    println!("dossiers a second: {before:.0}; while {PEOPLE} people are at work: {with:.0}");
    let mut times = crowd(office, sessions)?;
    percentiles(
        &format!("{PEOPLE} people at once, {PAGES} pages each (ms)"),
        &mut times,
    );

    let (landing, over) = (AtomicBool::new(false), AtomicBool::new(false));
    thread::scope(|scope| {
        let import = scope.spawn(|| {
            let landed = || landing.store(true, Ordering::Release);
            let done = writer::elsewhere(folder, address, &landed);
            over.store(true, Ordering::Release);
            done
        });
        while !landing.load(Ordering::Acquire) && !over.load(Ordering::Acquire) {
            thread::sleep(Duration::from_millis(20));
        }
        let seen = both("beside an import", &|| !over.load(Ordering::Acquire));
        seen.and(import.join().map_err(|_| "the import panicked")?)
    })
}

/// People at work: each opens so many pages of theirs and reads each for a second or so. How long
/// every page took, in milliseconds.
fn crowd(office: &str, sessions: &[String]) -> Done<Vec<f64>> {
    let people = |number: u32| -> Done<Vec<f64>> {
        // One of five is of the office.
        let (token, pages) = if number.is_multiple_of(5) {
            let last = sessions.len() - 1 - (number / 5 % OFFICERS) as usize;
            (&sessions[last], &OFFICER[..])
        } else {
            (&sessions[number as usize], &CLERK[..])
        };
        let mut visitor = Visitor::new(office, Some(token))?;
        let mut times = Vec::new();
        for page in 0..PAGES {
            let chance = scatter(u64::from(number * PAGES + page));
            thread::sleep(Duration::from_millis(500 + chance % 1_000));
            times.push(visitor.open(pages[(number + page) as usize % pages.len()])?);
        }
        Ok(times)
    };
    let mut all = Vec::new();
    thread::scope(|scope| {
        let people: Vec<_> = (0..PEOPLE)
            .map(|number| scope.spawn(move || people(number)))
            .collect();
        for one in people {
            let times = one
                .join()
                .unwrap_or_else(|_| Err("a visitor broke off".into()));
            all.extend(times?);
        }
        Ok::<_, Box<dyn Error + Send + Sync>>(())
    })?;
    Ok(all)
}

/// Dossiers a second, from a few connections at once.
fn dossiers(public: &str, parties: u32) -> Done<f64> {
    let begin = Instant::now();
    let visit = |visitor: u32| -> Done<u32> {
        let mut open = Visitor::new(public, None)?;
        let (mut pages, mut number) = (0, visitor * 7919);
        while begin.elapsed() < SPAN {
            number = number.wrapping_add(104_729);
            let code = generate::organisation(number % parties).1;
            open.open(&format!("/subjects/{code}"))?;
            pages += 1;
        }
        Ok(pages)
    };
    let mut pages = 0;
    thread::scope(|scope| {
        let visitors: Vec<_> = (0..8).map(|v| scope.spawn(move || visit(v))).collect();
        for one in visitors {
            pages += one
                .join()
                .unwrap_or_else(|_| Err("a visitor broke off".into()))?;
        }
        Ok::<_, Box<dyn Error + Send + Sync>>(())
    })?;
    Ok(f64::from(pages) / begin.elapsed().as_secs_f64())
}
