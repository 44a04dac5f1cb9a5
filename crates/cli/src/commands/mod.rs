//! One file a command: read what was given, call the use case, print the answer.

mod account;
mod batch;
mod case;
mod check;
mod code;
mod db;
mod db_copy;
mod deadline;
mod demo;
mod department;
mod district;
mod forward;
mod import;
mod person;
mod readings;
mod record;
mod register;
mod rulebook;
mod search;
mod serve;
mod subject;
mod template;
mod watch;

use crate::{
    args::{Cli, Command, Global},
    output::{Failure, Outcome},
};
use jiff::{Timestamp, civil::Date};
use std::path::Path;
use xinheng_app::{
    Actor, AppError, AppResult, Ctx, Deployment, Place, civil_day, noon, ops, rulebook::Rulebook,
};

/// Runs what the command line asks for.
pub fn run(cli: Cli) -> Outcome {
    let global = &cli.global;
    match cli.command {
        Command::Check(args) => check::run(global, &args),
        Command::Template(args) => template::run(global, &args),
        Command::Import(args) => import::run(global, &args),
        Command::Register(args) => register::run(global, &args),
        Command::Department(args) => department::run(global, &args),
        Command::Batch(args) => batch::run(global, &args),
        Command::Record(args) => record::run(global, &args),
        Command::Serve(args) => serve::run(global, &args),
        Command::Code(args) => code::run(global, &args),
        Command::Deadline(args) => deadline::run(global, &args),
        Command::Search(args) => search::run(global, &args),
        Command::Subject(args) => subject::run(global, &args),
        Command::Rulebook(args) => rulebook::run(global, &args),
        Command::Db(args) => db::run(global, &args),
        Command::District(args) => district::run(global, &args),
        Command::Forward(args) => forward::run(global, &args),
        Command::Person(args) => person::run(global, &args),
        Command::Case(args) => case::run(global, &args),
        Command::Account(args) => account::run(global, &args),
        Command::Demo(args) => demo::run(global, &args),
    }
}

impl Global {
    /// Where the deployment lives.
    pub fn place(&self) -> Place {
        Place {
            data: self.data.clone(),
            database: self.database.clone(),
            person_key: self.person_key.clone(),
        }
    }

    /// Whether the database is named on the command line. In the environment it is said once for
    /// every command, also for those that need none.
    pub fn names_database(&self) -> bool {
        let around = std::env::var("XINHENG_DATABASE").ok();
        self.database.is_some() && self.database != around
    }

    /// Opens the deployment; a place that is not given or holds none is wrong usage.
    pub fn deployment(&self) -> Result<Deployment, Failure> {
        self.deployment_by(Deployment::open)
    }

    /// As [`Global::deployment`], opened in a way of one's own.
    pub fn deployment_by(
        &self,
        open: impl FnOnce(&Place) -> AppResult<Deployment>,
    ) -> Result<Deployment, Failure> {
        let place = self.located()?;
        if let (None, Some(dir)) = (&place.database, &place.data)
            && !dir.join("xinheng.db").is_file()
        {
            let looked = std::fs::metadata(dir.join("xinheng.db"));
            if looked.is_err_and(|e| e.kind() == std::io::ErrorKind::PermissionDenied) {
                return Err(Failure::Usage(format!(
                    "本账号没有权限读取目录“{}”。请由管理员把本账号加入拥有这个目录的用户组，见 docs/operate.md。",
                    dir.display()
                )));
            }
            return Err(Failure::Usage(format!(
                "目录“{}”里没有数据库 xinheng.db，请检查“--data”。首次使用请先运行“xinheng db migrate --data {0}”。",
                dir.display()
            )));
        }
        Ok(open(&place)?)
    }

    /// The rulebook, with the local files of a deployment where one is named.
    pub fn rulebook(&self) -> Result<Rulebook, Failure> {
        if let Some(dir) = self.data.as_ref().filter(|dir| !dir.is_dir()) {
            return Err(Failure::Usage(format!(
                "目录“{}”不存在，请检查“--data”。",
                dir.display()
            )));
        }
        Ok(self.place().rulebook()?)
    }

    /// Where the deployment lives, which must have been said.
    pub fn located(&self) -> Result<Place, Failure> {
        let place = self.place();
        place.location().map_err(usage)?;
        Ok(place)
    }

    /// The moment: now, or noon of the day given by `--today`.
    pub fn now(&self) -> Result<Timestamp, Failure> {
        match self.today {
            Some(day) => Ok(noon(day)?),
            None => Ok(clock()),
        }
    }

    /// The civil day.
    pub fn day(&self) -> Result<Date, Failure> {
        Ok(civil_day(self.now()?))
    }

    /// A context of whoever gives the command, to look: as of another day only where nothing is real,
    /// since what is over would be shown without an entry in the audit.
    pub fn ctx<'a>(&self, deployment: &'a Deployment) -> Result<Ctx<'a>, Failure> {
        self.real_day(deployment)?;
        self.on_any_day(deployment)
    }

    /// The same where nothing real is shown or written. It is the account that is bound to the
    /// account of the operating system, else the operator.
    pub fn on_any_day<'a>(&self, deployment: &'a Deployment) -> Result<Ctx<'a>, Failure> {
        let now = self.now()?;
        let asking = deployment.ctx(Actor::Public, now);
        let bound = xinheng_app::account::bound(&asking, &crate::account::account())?;
        let ctx = deployment.ctx(bound.unwrap_or_else(operator), now);
        Ok(match self.today {
            Some(_) => ctx,
            None => ctx.running(),
        })
    }

    /// Refuses a given day where the deployment is none for training.
    pub fn real_day(&self, deployment: &Deployment) -> Result<(), Failure> {
        if self.today.is_some() && !deployment.district().demo {
            return Err(backdated());
        }
        Ok(())
    }

    /// A context of the operator, to write: only where nothing is real may the clock stand before
    /// the last audit entry.
    pub fn acting<'a>(&self, deployment: &'a Deployment) -> Result<Ctx<'a>, Failure> {
        let ctx = self.ctx(deployment)?;
        if self.clock_is_right {
            ops::confirm_clock(&ctx)?;
        } else {
            ops::clock_holds(&ctx)?;
        }
        Ok(ctx)
    }
}

/// The machine's clock.
fn clock() -> Timestamp {
    #[expect(
        clippy::disallowed_methods,
        reason = "the one place where the command line reads the clock"
    )]
    let now = Timestamp::now();
    now
}

/// The refusal of another day.
fn backdated() -> Failure {
    Failure::Usage(
        "正式部署不接受“--today”：日期会写进记录、期限和审计，事后不能更改；按以前的日期查看，会显示已经不再公示的内容。\n\
         请去掉“--today”，按今天查看和办理。培训和演示需要指定日期的，请另建一个部署：\
         xinheng db migrate --training --data 另一个目录。"
            .to_owned(),
    )
}

/// What was given cannot be used: wrong usage (status 2).
fn usage(e: AppError) -> Failure {
    match e {
        AppError::BadInput(said) => Failure::Usage(said),
        e @ AppError::File { .. } => Failure::Usage(e.to_string()),
        e => e.into(),
    }
}

/// The operator, by the account of the operating system.
fn operator() -> Actor {
    Actor::Operator {
        name: crate::account::account(),
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
        "文件“{}”{what}，请检查路径。",
        path.display()
    )))
}

/// Refuses a sheet of a file that is no workbook, by its first bytes as everywhere.
fn must_have_sheets(path: &Path, sheet: Option<&str>) -> Result<(), Failure> {
    use std::io::Read as _;
    if sheet.is_none() {
        return Ok(());
    }
    let mut first = [0; 2];
    let read = std::fs::File::open(path).and_then(|mut file| file.read_exact(&mut first));
    // A container, or a workbook of the old kind, which the check itself refuses.
    if read.is_err() || first == *b"PK" || first == [0xD0, 0xCF] {
        return Ok(());
    }
    Err(Failure::Usage(format!(
        "“{}”是文本文件，没有工作表，请去掉“--sheet”。",
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
