//! A real listener: starting, answering, stopping.

use crate::{TODAY, district::District};
use std::{
    io::{BufRead, BufReader, Read, Write},
    net::{SocketAddr, TcpStream},
    sync::mpsc,
    thread,
    time::Duration,
};
use xinheng_web::{Clock, Config, Limits, ServeError, serve};

fn start(
    district: &District,
    limits: Limits,
) -> (SocketAddr, thread::JoinHandle<Result<(), ServeError>>) {
    let (ready, bound) = mpsc::channel();
    let config = Config {
        clock: Clock::Day(TODAY),
        limits,
        ..Config::new(([127, 0, 0, 1], 0).into(), district.office.clone())
    };
    let server = thread::spawn(move || serve(config, move |address| ready.send(address).unwrap()));
    (bound.recv().unwrap(), server)
}

fn status(stream: &TcpStream) -> String {
    let mut line = String::new();
    BufReader::new(stream).read_line(&mut line).unwrap();
    line.trim().to_owned()
}

/// One test, since the signal goes to the whole process.
#[test]
fn it_answers_and_when_asked_to_stop_finishes_what_it_holds() {
    let district = District::new();
    let (address, server) = start(&district, Limits::default());

    let taken = Config::new(address, district.office.clone());
    assert!(
        matches!(serve(taken, |_| {}), Err(ServeError::Listen { .. })),
        "the address is taken"
    );

    let mut plain = TcpStream::connect(address).unwrap();
    plain
        .write_all(b"GET /healthz HTTP/1.1\r\nhost: x\r\nconnection: close\r\n\r\n")
        .unwrap();
    let mut answer = String::new();
    plain.read_to_string(&mut answer).unwrap();
    assert!(answer.starts_with("HTTP/1.1 200"), "{answer}");

    // A file half handed in when the signal comes.
    let file = b"a,b\n1,2\n";
    let mut held = half_handed_in(address, file);
    ask_to_stop();
    // Stopping begins with closing the door: from then on nobody new comes in.
    while TcpStream::connect(address).is_ok() {
        thread::yield_now();
    }
    held.write_all(&file[4..]).unwrap();
    let mut rest = String::new();
    held.read_to_string(&mut rest).unwrap();
    assert!(
        rest.contains("HTTP/1.1 200") && rest.contains("\"summary\""),
        "{rest}"
    );
    server.join().unwrap().unwrap();

    // One who sends nothing more is not waited for.
    let limits = Limits {
        silence: Duration::ZERO,
        stop_timeout: Duration::MAX,
        ..Limits::default()
    };
    let (address, server) = start(&district, limits);
    let mut silent = half_handed_in(address, file);
    ask_to_stop();
    let mut answer = String::new();
    silent.read_to_string(&mut answer).unwrap();
    assert!(answer.contains("HTTP/1.1 408"), "{answer}");
    server.join().unwrap().unwrap();
}

/// A file of which only the first half is sent.
fn half_handed_in(address: SocketAddr, file: &[u8]) -> TcpStream {
    let mut held = TcpStream::connect(address).unwrap();
    write!(held, "POST /api/v1/check?name=a.csv HTTP/1.1\r\nhost: x\r\ncontent-type: text/csv\r\nexpect: 100-continue\r\ncontent-length: {}\r\n\r\n", file.len()).unwrap();
    assert_eq!(
        status(&held),
        "HTTP/1.1 100 Continue",
        "the server has taken the request up"
    );
    held.write_all(&file[..file.len() / 2]).unwrap();
    held
}

fn ask_to_stop() {
    let killed = std::process::Command::new("kill")
        .args(["-TERM", &std::process::id().to_string()])
        .status();
    assert!(killed.unwrap().success());
}
