//! A real listener: starting, answering, stopping.

use crate::{TODAY, district::District};
use std::{
    io::{Read, Write},
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
    let server =
        thread::spawn(move || serve(config, move |address, _| ready.send(address).unwrap()));
    (bound.recv().unwrap(), server)
}

/// The head of an answer, and not a byte more.
fn head(mut stream: &TcpStream) -> String {
    let (mut head, mut byte) = (Vec::new(), [0]);
    while !head.ends_with(b"\r\n\r\n") && stream.read(&mut byte).unwrap() == 1 {
        head.push(byte[0]);
    }
    String::from_utf8(head).unwrap()
}

/// What comes until the other end closes.
fn rest(mut stream: TcpStream) -> String {
    let mut rest = String::new();
    // Closed with words of ours unread, the end is a reset.
    let _ = stream.read_to_string(&mut rest);
    rest
}

fn send(address: SocketAddr, words: &str) -> TcpStream {
    let mut stream = TcpStream::connect(address).unwrap();
    stream.write_all(words.as_bytes()).unwrap();
    stream
}

/// Who is answered before all was read goes on sending, and sees the answer all the same: the
/// connection is not reset, however late the words come.
fn who_is_still_sending_gets_the_answer(address: SocketAddr) {
    let part = [b'a'; 1 << 14];
    // A form that is too large by its own word, and one for which there is no address.
    for (path, size, status) in [("/text-size", 1 << 20, "413"), ("/nothing", 1 << 15, "404")] {
        let mut stream = send(
            address,
            &format!("POST {path} HTTP/1.1\r\nhost: x\r\ncontent-length: {size}\r\n\r\n"),
        );
        for _ in 0..size / part.len() {
            thread::sleep(Duration::from_millis(5));
            stream.write_all(&part).unwrap();
        }
        let mut answer = String::new();
        stream.read_to_string(&mut answer).unwrap();
        assert!(
            answer.starts_with(&format!("HTTP/1.1 {status}")),
            "{answer}"
        );
    }
}

const ASKED: &str = "GET /healthz HTTP/1.1\r\nhost: x\r\nconnection: close\r\n\r\n";

/// All places are taken by those who ask nothing: a new visitor is answered all the same.
fn who_only_holds_a_connection_loses_it(
    district: &District,
) -> thread::JoinHandle<Result<(), ServeError>> {
    let limits = Limits {
        connections: 2,
        ..Limits::default()
    };
    let (address, server) = start(district, limits);
    let half = send(address, "GET / HTTP/1.1\r\nhost: x\r\nx-y");
    let words = send(
        address,
        "POST /text-size HTTP/1.1\r\nhost: x\r\ncontent-type: application/x-www-form-urlencoded\r\nexpect: 100-continue\r\ncontent-length: 9\r\n\r\n",
    );
    assert!(head(&words).starts_with("HTTP/1.1 100"));
    for _ in 0..3 {
        let answer = rest(send(address, ASKED));
        assert!(answer.starts_with("HTTP/1.1 200"), "{answer}");
    }
    assert_eq!(rest(half), "");
    drop(words);
    server
}

/// One test, since the signal goes to the whole process.
#[test]
fn it_answers_and_when_asked_to_stop_finishes_what_it_holds() {
    let district = District::new();
    let (address, server) = start(&district, Limits::default());

    let taken = Config::new(address, district.office.clone());
    assert!(
        matches!(serve(taken, |_, _| {}), Err(ServeError::Listen { .. })),
        "the address is taken"
    );

    let answer = rest(send(address, ASKED));
    assert!(answer.starts_with("HTTP/1.1 200"), "{answer}");
    who_is_still_sending_gets_the_answer(address);
    let crowded = who_only_holds_a_connection_loses_it(&district);

    // A file half handed in when the signal comes.
    let file = b"a,b\n1,2\n";
    let mut held = half_handed_in(address, file);
    ask_to_stop();
    // Stopping begins with closing the door: from then on nobody new comes in.
    while TcpStream::connect(address).is_ok() {
        thread::yield_now();
    }
    held.write_all(&file[4..]).unwrap();
    let answer = rest(held);
    assert!(
        answer.contains("HTTP/1.1 200") && answer.contains("\"summary\""),
        "{answer}"
    );
    server.join().unwrap().unwrap();
    crowded.join().unwrap().unwrap();

    // One who sends nothing more is not waited for.
    let limits = Limits {
        silence: Duration::from_millis(200),
        stop_timeout: Duration::MAX,
        ..Limits::default()
    };
    let (address, server) = start(&district, limits);
    let silent = half_handed_in(address, file);
    ask_to_stop();
    let answer = rest(silent);
    assert!(answer.contains("HTTP/1.1 408"), "{answer}");
    server.join().unwrap().unwrap();
}

/// A file of which only the first half is sent.
fn half_handed_in(address: SocketAddr, file: &[u8]) -> TcpStream {
    let asked = format!(
        "POST /api/v1/check?name=a.csv HTTP/1.1\r\nhost: x\r\ncontent-type: text/csv\r\nexpect: 100-continue\r\ncontent-length: {}\r\n\r\n",
        file.len()
    );
    let mut held = send(address, &asked);
    assert!(
        head(&held).starts_with("HTTP/1.1 100"),
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
