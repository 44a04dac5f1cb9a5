//! Pages a second of the public site over loopback, with the load generator beside it on the
//! same cores.

use crate::{generate, import};
use jiff::civil::date;
use std::{
    error::Error,
    io::{BufRead as _, BufReader, Read as _, Write as _},
    net::TcpStream,
    path::Path,
    process::{Child, Command, Stdio},
    thread,
    time::{Duration, Instant},
};
use xinheng_app::{Deployment, Place};
use xinheng_web::{Clock, Config};

type Done<T = ()> = Result<T, Box<dyn Error + Send + Sync>>;

/// Records behind the pages at most: a district's five years many times over.
pub const ROWS: u32 = 200_000;
/// Connections kept open.
const VISITORS: u32 = 8;
/// How long each kind of page is asked for.
const SPAN: Duration = Duration::from_secs(4);

/// Takes in `rows` records, serves them, and asks for each kind of page as fast as it comes.
///
/// # Errors
/// The import or the server fails; a page is not answered with 200.
pub fn run(rows: u32) -> Done {
    let folder = std::env::temp_dir().join(format!("xinheng-bench-pages-{}", std::process::id()));
    std::fs::create_dir_all(&folder)?;
    let outcome = served(rows, &folder);
    std::fs::remove_dir_all(&folder)?;
    outcome
}

fn served(rows: u32, folder: &Path) -> Done {
    println!("== pages, {rows} records, {VISITORS} connections");
    let parties = import::prepare(rows, folder)?;
    let mut server = Command::new(std::env::current_exe()?)
        .args(["pages-serve", "1"])
        .arg(folder.join("sqlite"))
        .stdout(Stdio::piped())
        .spawn()?;
    let outcome = load(&mut server, parties);
    server.kill()?;
    server.wait()?;
    outcome
}

fn load(server: &mut Child, parties: u32) -> Done {
    let out = server.stdout.take().ok_or("no output of the server")?;
    let mut address = String::new();
    BufReader::new(out).read_line(&mut address)?;
    let address = address.trim();
    let code = |n: u32| generate::organisation(n % parties).1;
    ask("home", address, &|_| "/".to_owned())?;
    ask("dossier", address, &|n| format!("/subjects/{}", code(n)))?;
    ask("dossier, JSON", address, &|n| {
        format!("/api/v1/subjects/{}", code(n))
    })?;
    ask("search, JSON", address, &|n| {
        let digits = n % parties;
        // “样例{digits}号”, percent-encoded.
        format!("/api/v1/search?q=%E6%A0%B7%E4%BE%8B{digits}%E5%8F%B7")
    })?;
    ask("list of a department", address, &|_| {
        "/records?item=penalty&department=d1".to_owned()
    })
}

/// One kind of page, from all connections at once.
fn ask(what: &str, address: &str, path: &(dyn Fn(u32) -> String + Sync)) -> Done {
    let begin = Instant::now();
    let counts: Vec<Done<(u64, u64)>> = thread::scope(|scope| {
        let visitors: Vec<_> = (0..VISITORS)
            .map(|v| scope.spawn(move || visit(address, v, path, begin)))
            .collect();
        let joined = visitors.into_iter().map(|v| match v.join() {
            Ok(done) => done,
            Err(_) => Err("a visitor broke off".into()),
        });
        joined.collect()
    });
    let (mut pages, mut bytes) = (0, 0);
    for count in counts {
        let (some, size) = count?;
        pages += some;
        bytes += size;
    }
    #[allow(clippy::cast_precision_loss, reason = "a count of pages")]
    let rate = pages as f64 / begin.elapsed().as_secs_f64();
    println!(
        "{what}: {rate:.0} a second, {} bytes each",
        bytes / pages.max(1)
    );
    Ok(())
}

fn visit(
    address: &str,
    visitor: u32,
    path: &(dyn Fn(u32) -> String + Sync),
    begin: Instant,
) -> Done<(u64, u64)> {
    let mut stream = TcpStream::connect(address)?;
    stream.set_nodelay(true)?;
    let mut reader = BufReader::with_capacity(1 << 16, stream.try_clone()?);
    let (mut pages, mut bytes) = (0, 0);
    let (mut line, mut body) = (String::new(), Vec::new());
    let mut number = visitor * 7919;
    while begin.elapsed() < SPAN {
        number = number.wrapping_add(104_729);
        let path = path(number);
        stream.write_all(format!("GET {path} HTTP/1.1\r\nHost: {address}\r\n\r\n").as_bytes())?;
        let mut length = 0;
        for at in 0.. {
            line.clear();
            reader.read_line(&mut line)?;
            if at == 0 && !line.contains(" 200 ") {
                return Err(format!("{path}: {line}").into());
            }
            if let Some((name, value)) = line.split_once(':')
                && name.eq_ignore_ascii_case("content-length")
            {
                length = value.trim().parse()?;
            }
            if line.trim().is_empty() {
                break;
            }
        }
        body.resize(length, 0);
        reader.read_exact(&mut body)?;
        pages += 1;
        bytes += length as u64;
    }
    Ok((pages, bytes))
}

/// The server: prints its address, then serves until it is ended.
///
/// # Errors
/// The deployment cannot be opened, or the address not be had.
pub fn serve(data: &str) -> Done {
    let place = Place {
        data: Some(data.into()),
        database: None,
        ..Place::default()
    };
    let mut config = Config::new("127.0.0.1:0".parse()?, Deployment::open(&place)?);
    config.clock = Clock::Day(date(2026, 11, 20));
    xinheng_web::serve(config, |address, _| println!("{address}"))?;
    Ok(())
}
