//! The proof that the kernel is right: a third kind of information is put as files into a running
//! deployment's rulebook folder and goes all the way with the built binary: check, import,
//! dossier, list filter, help page, interface. No line of Rust knows it.

use crate::world::{World, repository, text};
use std::{
    io::{BufRead as _, BufReader, Read as _, Write as _},
    net::TcpStream,
    path::Path,
    process::{Child, Command, Stdio},
};

pub fn copy(from: &Path, to: &Path) {
    std::fs::create_dir_all(to).unwrap();
    for entry in std::fs::read_dir(from).unwrap() {
        let entry = entry.unwrap();
        let target = to.join(entry.file_name());
        if entry.path().is_dir() {
            copy(&entry.path(), &target);
        } else {
            std::fs::copy(entry.path(), target).unwrap();
        }
    }
}

pub struct Server {
    child: Child,
    address: String,
}

impl Server {
    pub fn start(world: &World) -> Self {
        Self::telling(world, Stdio::inherit())
    }

    /// Whose standard error goes there.
    pub fn telling(world: &World, to: Stdio) -> Self {
        Self::of(
            &mut world.command(&["serve", "--listen", "127.0.0.1:0"]),
            to,
        )
    }

    /// By this command.
    pub fn of(command: &mut Command, to: Stdio) -> Self {
        let mut child = command
            .env_remove("RUST_LOG")
            .stdout(Stdio::piped())
            .stderr(to)
            .spawn()
            .unwrap();
        let mut line = String::new();
        BufReader::new(child.stdout.take().unwrap())
            .read_line(&mut line)
            .unwrap();
        let address = line
            .split("http://")
            .nth(1)
            .unwrap()
            .split('/')
            .next()
            .unwrap()
            .to_owned();
        Self { child, address }
    }

    pub fn connect(&self) -> TcpStream {
        TcpStream::connect(&self.address).unwrap()
    }

    pub fn get(&self, path: &str) -> String {
        let mut stream = self.connect();
        write!(
            stream,
            "GET {path} HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n"
        )
        .unwrap();
        let mut answer = Vec::new();
        stream.read_to_end(&mut answer).unwrap();
        String::from_utf8_lossy(&answer).into_owned()
    }

    /// Asks the server to stop as an operator would, and gives its status.
    pub fn stop(mut self) -> Option<i32> {
        let pid = self.child.id().to_string();
        std::process::Command::new("kill")
            .args(["-TERM", &pid])
            .status()
            .unwrap();
        self.child.wait().unwrap().code()
    }
}

#[test]
fn a_third_item_needs_no_rust() {
    let world = World::new();
    let data = Path::new(&world.data()).to_owned();
    copy(
        &repository("examples/custom-item/rulebook"),
        &data.join("rulebook"),
    );
    world.done(&["rulebook", "check"]);

    let file = repository("examples/custom-item/water-saving-correct.csv");
    let checked = world.run(&["check", file.to_str().unwrap(), "--output", "json"]);
    assert_eq!(checked.status.code(), Some(0), "{}", text(&checked.stdout));
    let faults = repository("examples/custom-item/water-saving-faults.csv");
    let faulty = world.run(&["check", faults.to_str().unwrap(), "--output", "json"]);
    assert_eq!(faulty.status.code(), Some(1));
    let landed = world.import(&file);
    assert_eq!(landed["landing"], "sealed");
    assert!(landed["counters"]["new"].as_u64().unwrap() > 0);

    let server = Server::start(&world);
    let list = server.get("/api/v1/records?item=water-saving&limit=10");
    let body: serde_json::Value =
        serde_json::from_str(list.split("\r\n\r\n").nth(1).unwrap()).unwrap();
    let record = &body["records"][0];
    let (id, code) = (
        record["id"].as_str().unwrap(),
        record["subject_code"].as_str().unwrap(),
    );
    assert!(
        body["filters"].as_array().unwrap().len() > 3,
        "the item's own filter is offered"
    );
    for path in [
        format!("/subjects/{code}"),
        format!("/records/{id}"),
        "/records?item=water-saving".to_owned(),
        "/catalogue/water-saving".to_owned(),
        format!("/api/v1/subjects/{code}"),
        format!("/api/v1/records/{id}"),
    ] {
        let page = server.get(&path);
        assert!(
            page.starts_with("HTTP/1.1 200"),
            "{path}: {}",
            page.lines().next().unwrap()
        );
        assert!(page.contains("节水"), "{path} speaks of the item");
    }
    // The item's own finding has its help page.
    for code in text(&faulty.stdout).lines().filter_map(|l| {
        let line: serde_json::Value = serde_json::from_str(l).unwrap();
        line["code"].as_str().map(str::to_owned)
    }) {
        let page = server.get(&format!("/help/findings/{code}"));
        assert!(
            page.starts_with("HTTP/1.1 200"),
            "{code}: {}",
            page.lines().next().unwrap()
        );
    }
    assert_eq!(server.stop(), Some(0), "stops when asked, with status 0");
}
