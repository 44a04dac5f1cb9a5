//! One file a command: read what was given, call the use case, print the answer.

mod check;
mod code;
mod db;
mod deadline;
mod demo;
mod department;
mod district;
mod import;
mod record;
mod register;
mod rulebook;
mod search;
mod serve;
mod subject;

use crate::{
    args::{Cli, Command, Global},
    output::{Failure, Outcome},
};
use jiff::{Timestamp, civil::Date};
use std::path::Path;
use xinheng_app::{Actor, Ctx, Office, Place, civil_day, noon};

/// Runs what the command line asks for.
pub fn run(cli: Cli) -> Outcome {
    let global = &cli.global;
    match cli.command {
        Command::Check(args) => check::run(global, &args),
        Command::Import(args) => import::run(global, &args),
        Command::Register(args) => register::run(global, &args),
        Command::Department(args) => department::run(global, &args),
        Command::Record(args) => record::run(global, &args),
        Command::Serve(args) => serve::run(global, &args),
        Command::Code(args) => code::run(global, &args),
        Command::Deadline(args) => deadline::run(global, &args),
        Command::Search(args) => search::run(global, &args),
        Command::Subject(args) => subject::run(global, &args),
        Command::Rulebook(args) => rulebook::run(global, &args),
        Command::Db(args) => db::run(global, &args),
        Command::District(args) => district::run(global, &args),
        Command::Demo(args) => demo::run(global, &args),
    }
}

impl Global {
    /// Where the deployment lives.
    pub fn place(&self) -> Place {
        Place {
            data: self.data.clone(),
            database: self.database.clone(),
        }
    }

    /// Opens the deployment.
    pub fn office(&self) -> Result<Office, Failure> {
        Ok(Office::open(&self.place())?)
    }

    /// The moment: now, or noon of the day given by `--today`.
    pub fn now(&self) -> Result<Timestamp, Failure> {
        match self.today {
            Some(day) => Ok(noon(day)?),
            None => {
                #[expect(
                    clippy::disallowed_methods,
                    reason = "the one place where the command line reads the clock"
                )]
                let now = Timestamp::now();
                Ok(now)
            }
        }
    }

    /// The civil day.
    pub fn day(&self) -> Result<Date, Failure> {
        Ok(civil_day(self.now()?))
    }

    /// A context of the operator.
    pub fn ctx<'a>(&self, office: &'a Office) -> Result<Ctx<'a>, Failure> {
        Ok(office.ctx(operator(), self.now()?))
    }
}

/// The operator, by the account of the operating system.
fn operator() -> Actor {
    let name = std::env::var("USER").or_else(|_| std::env::var("LOGNAME"));
    Actor::Operator {
        name: name.unwrap_or_else(|_| "unknown".to_owned()),
    }
}

/// Refuses a file that is not there, as wrong usage (status 2).
fn must_exist(path: &Path) -> Result<(), Failure> {
    if path.is_file() {
        return Ok(());
    }
    let what = if path.exists() {
        "不是文件"
    } else {
        "不存在"
    };
    Err(Failure::Usage(format!(
        "文件「{}」{what}，请检查路径。",
        path.display()
    )))
}

/// The last part of a path, for messages and summaries.
fn base_name(path: &Path) -> String {
    path.file_name().map_or_else(
        || path.display().to_string(),
        |n| n.to_string_lossy().into_owned(),
    )
}
