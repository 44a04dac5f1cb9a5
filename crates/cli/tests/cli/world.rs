//! A deployment in a temporary folder, and the binary to run on it.

use std::{
    path::{Path, PathBuf},
    process::{Command, Output, Stdio},
};
use tempfile::TempDir;
use xinheng_app::{Actor, Ctx, Deployment, Place};

/// The day of every test.
pub const TODAY: &str = "2026-11-22";
/// Department of the tests.
pub const DEPARTMENT: &str = "D01";

pub struct World {
    pub dir: TempDir,
}

/// The binary on the real day.
pub fn on_the_real_day(args: &[&str]) -> Output {
    bare(args).output().expect("the binary starts")
}

/// The binary without a deployment.
pub fn xinheng(args: &[&str]) -> Output {
    command(args).output().expect("the binary starts")
}

pub fn command(args: &[&str]) -> Command {
    let mut command = bare(args);
    command.args(["--today", TODAY]);
    command
}

fn bare(args: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_xinheng"));
    command
        .args(args)
        .stdin(Stdio::null())
        .env_remove("XINHENG_DATA")
        .env_remove("XINHENG_DATABASE")
        .env_remove("SUDO_UID");
    command
}

pub fn text(bytes: &[u8]) -> String {
    String::from_utf8(bytes.to_vec()).expect("output is UTF-8")
}

/// Path below the repository's root.
pub fn repository(path: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("../..")
        .join(path)
}

impl World {
    /// An empty deployment for training with one department.
    pub fn new() -> Self {
        let world = Self {
            dir: TempDir::new().expect("a temporary folder"),
        };
        world.done(&["db", "migrate", "--training"]);
        let list = world.file(
            "departments.csv",
            "编号,名称\nD01,衡川市信衡区市场监督管理局\n",
        );
        world.done(&["department", "import", list.to_str().unwrap()]);
        world
    }

    pub fn data(&self) -> String {
        self.dir.path().join("data").display().to_string()
    }

    pub fn file(&self, name: &str, content: impl AsRef<[u8]>) -> PathBuf {
        let path = self.dir.path().join(name);
        std::fs::write(&path, content).expect("the file is written");
        path
    }

    pub fn command(&self, args: &[&str]) -> Command {
        let mut command = command(args);
        command.args(["--data", &self.data()]);
        command
    }

    pub fn run(&self, args: &[&str]) -> Output {
        self.command(args).output().expect("the binary starts")
    }

    /// Runs what must end well, and gives its standard output.
    pub fn done(&self, args: &[&str]) -> String {
        let out = self.run(args);
        assert!(
            out.status.success(),
            "{args:?}: {}{}",
            text(&out.stdout),
            text(&out.stderr)
        );
        text(&out.stdout)
    }

    /// Does what another person does on this deployment, at noon of the day.
    pub fn by_another(&self, act: impl FnOnce(&Ctx<'_>)) {
        let place = Place {
            data: Some(self.data().into()),
            ..Place::default()
        };
        let office = Deployment::open(&place).expect("the deployment opens");
        let other = Actor::Operator {
            name: "another person".to_owned(),
        };
        let noon = xinheng_app::noon(TODAY.parse().expect("a day")).expect("a moment");
        act(&office.ctx(other, noon));
    }

    pub fn import(&self, file: &Path) -> serde_json::Value {
        let out = self.run(&[
            "import",
            file.to_str().unwrap(),
            "--department",
            DEPARTMENT,
            "--output",
            "json",
        ]);
        serde_json::from_slice(&out.stdout)
            .unwrap_or_else(|e| panic!("{e}: {}{}", text(&out.stdout), text(&out.stderr)))
    }

    /// JSON of a subject's records, public and not.
    pub fn records(&self, code: &str) -> Vec<serde_json::Value> {
        let out = self.done(&["subject", code, "--purpose", "自动测试", "--output", "json"]);
        let all: serde_json::Value = serde_json::from_str(&out).expect("JSON");
        all["records"].as_array().expect("records").clone()
    }
}

/// A right code of the invented division.
pub fn code(serial: u32) -> String {
    xinheng_domain::code::assemble("91", "990102", &format!("{serial:08}")).expect("a code")
}

/// Header of [`penalty`], as column codes.
pub const HEADER: &str = "CF_XDR_MC,CF_XDR_LB,CF_XDR_SHXYM,CF_FRDB,CF_WSH,CF_WFXW,CF_SY,CF_YJ,CF_CFLB,CF_NR,CF_JDRQ,CF_YXQ,CF_CFJG,CF_CFJGDM,CF_SJLY,CF_SJLYDM";

/// One penalty that is public: confiscation is of the class `general`.
pub fn penalty(serial: u32) -> String {
    let authority = xinheng_domain::code::assemble("11", "990102", "00100100").expect("a code");
    format!(
        "衡川试验{serial}号有限公司,法人及非法人组织,{},张例安,衡信监罚〔2026〕{serial}号,无照经营,\
         2026年5月检查发现该单位无照经营。,《无证无照经营查处办法》第十三条,没收违法所得,没收违法所得。,\
         2026-05-{:02},2099-12-31,衡川市信衡区市场监督管理局,{authority},衡川市信衡区市场监督管理局,{authority}",
        code(serial),
        serial % 28 + 1
    )
}

/// A file of so many penalties.
pub fn penalties(serials: impl IntoIterator<Item = u32>) -> String {
    let rows = serials.into_iter().map(penalty);
    std::iter::once(HEADER.to_owned())
        .chain(rows)
        .map(|l| l + "\n")
        .collect()
}
