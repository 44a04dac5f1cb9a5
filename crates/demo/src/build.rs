//! Builds a deployment of the invented district by handing in its files one after another, each
//! at its own moment, through the same use cases that a clerk's file goes through.

use crate::{
    Demo, DemoError, Event, EventKind, Landmark, NaturalKey, RULEBOOK, Size, cases::Cases, people,
};
use jiff::{Timestamp, ToSpan, civil::Date};
use std::path::Path;
use xinheng_app::{
    Actor, AppError, Ctx, Deployment, District, Place, case, civil_day, department,
    intake::{self, Input, Landing},
    record::{self, Decide, Stated},
    register,
};
use xinheng_domain::batch::Counters;

/// The district is the same wherever it is built.
const SEED: u64 = 990_102;

/// Fines whose class nobody has stated wait this long at most: the units are asked once a week.
const ROUNDS: i64 = 7;
/// What came in during the last days still waits, so that there is something to ask for.
const STILL_OPEN: i64 = 21;

/// Why the district was not built.
#[derive(Debug, thiserror::Error)]
pub enum BuildError {
    /// The place is in use.
    #[error("{0}")]
    NotEmpty(String),
    /// Our own data has a fault.
    #[error(transparent)]
    Demo(#[from] DemoError),
    /// A use case refused or failed.
    #[error(transparent)]
    App(#[from] AppError),
    /// A file cannot be written.
    #[error("无法写入“{path}”：{}。请检查权限和磁盘空间。", xinheng_domain::system::told(.source))]
    File {
        /// The file.
        path: String,
        /// What the system says.
        source: std::io::Error,
    },
}

/// How far the building is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Progress {
    /// Files handed in.
    pub done: usize,
    /// Files in all.
    pub all: usize,
}

/// What was built.
#[derive(Debug)]
pub struct Built {
    /// The deployment, with its rules and its name.
    pub deployment: Deployment,
    /// Departments.
    pub departments: u64,
    /// Organisations in the register.
    pub organisations: u64,
    /// Files of departments.
    pub files: usize,
    /// What became of all rows.
    pub counters: Counters,
    /// Records whose class the unit that decided has stated later, on being asked.
    pub decided: usize,
    /// Accounts of people who sign in.
    pub accounts: usize,
    /// Cases that were opened.
    pub cases: usize,
    /// Cases worth showing, with the numbers of their records.
    pub landmarks: Vec<Landmark>,
}

/// The day of a district that is built now: the last one whose noon is over. It stands at that
/// noon, and nothing in it, its audit least of all, bears a moment that is still to come.
#[must_use]
pub fn day_at(now: Timestamp) -> Date {
    civil_day(now.saturating_sub(12.hours()).unwrap_or(now))
}

/// Builds the district as it stands at noon of `today`, in a place where nothing is yet.
///
/// # Errors
/// The place is in use, or a file is not taken in: then the place is to be deleted and built anew.
pub fn build(
    place: &Place,
    today: Date,
    size: Size,
    progress: &mut dyn FnMut(Progress),
) -> Result<Built, BuildError> {
    let demo = Demo::new(SEED, today, size)?;
    let first = demo.events.first().map_or(Timestamp::UNIX_EPOCH, |e| e.at);
    let deployment = Deployment::create(place, first)?;
    if !department::list(&deployment.ctx(operator(), first))?.is_empty() {
        return Err(BuildError::NotEmpty(
            "这个部署中已经有数据，示范区只建在空的部署中。请换一个“--data”目录，或者先删除这个目录。"
                .to_owned(),
        ));
    }
    lay_rules(place)?;
    Deployment::set_district(&deployment.ctx(operator(), first), &district())?;
    // Opened again, so that it knows its rules and its name.
    let deployment = Deployment::open(place)?;
    let desk = tempfile::tempdir().map_err(|source| BuildError::File {
        path: std::env::temp_dir().display().to_string(),
        source,
    })?;
    let mut built = Built {
        deployment,
        departments: 0,
        organisations: 0,
        files: 0,
        counters: Counters::default(),
        decided: 0,
        accounts: 0,
        cases: 0,
        landmarks: demo.landmarks.clone(),
    };
    let all = demo.events.len();
    let files = place.data.is_some();
    let mut cases = Cases::new(today, &demo.events, &demo.landmarks, files)?;
    let mut waiting: Option<Timestamp> = None;
    for (done, event) in demo.events.iter().enumerate() {
        progress(Progress { done, all });
        cases.until(&built.deployment, event.at)?;
        let week_ago = event
            .at
            .saturating_sub((ROUNDS * 24).hours())
            .unwrap_or(event.at);
        if waiting.is_some_and(|since| since <= week_ago) {
            waiting = None;
            built.decided += round(&built.deployment, event.at, today)?;
        }
        let held = built.hand_in(desk.path(), event, &cases)?;
        if held && waiting.is_none() {
            waiting = Some(event.at);
        }
    }
    progress(Progress { done: all, all });
    let noon = xinheng_app::noon(today)?;
    cases.until(&built.deployment, noon)?;
    let ctx = built.deployment.ctx(operator(), noon);
    case::clocks(&ctx)?;
    people::wait(&ctx, cases.people())?;
    let agents = people::agents(&ctx, cases.organisations())?;
    (built.accounts, built.cases) = (cases.people().len() + agents, cases.opened());
    built.number_landmarks(today)?;
    Ok(built)
}

fn operator() -> Actor {
    Actor::Operator {
        name: "demo".to_owned(),
    }
}

fn district() -> District {
    District {
        name: "衡川市信衡区".to_owned(),
        office: "信衡区社会信用体系建设办公室（演示）".to_owned(),
        contact: "这是虚构的示范区，没有联系方式。".to_owned(),
        letter_mark: Some("衡信信用函".to_owned()),
        demo: true,
        ..District::default()
    }
}

/// The district's own rules beside those in the binary. Without a data folder there is no place
/// for them: then its division is unknown and more fines wait.
fn lay_rules(place: &Place) -> Result<(), BuildError> {
    let Some(data) = &place.data else {
        return Ok(());
    };
    for (path, text) in RULEBOOK {
        let path = data.join("rulebook").join(path);
        let failed = |source| BuildError::File {
            path: path.display().to_string(),
            source,
        };
        if path.exists() {
            return Err(BuildError::NotEmpty(format!(
                "“{}”已经存在，示范区不覆盖已有的规则文件。请换一个“--data”目录。",
                path.display()
            )));
        }
        if let Some(folder) = path.parent() {
            std::fs::create_dir_all(folder).map_err(failed)?;
        }
        std::fs::write(&path, text).map_err(failed)?;
    }
    Ok(())
}

impl Built {
    /// Hands in one file; says whether records are held back because of it.
    fn hand_in(
        &mut self,
        desk: &Path,
        event: &Event,
        cases: &Cases<'_>,
    ) -> Result<bool, BuildError> {
        let at = event.at;
        let ctx = self.deployment.ctx(operator(), at);
        match &event.kind {
            EventKind::Departments { file_name, bytes } => {
                let path = put(desk, file_name, bytes)?;
                self.departments += department::import(&ctx, &path)?;
                Ok(false)
            }
            EventKind::Register { file_name, bytes } => {
                let path = put(desk, file_name, bytes)?;
                let outcome = register::import(&ctx, &path, None, &mut |_| ())?;
                if outcome.summary.refused > 0 || outcome.refused_file {
                    return Err(
                        DemoError::Data(format!("{file_name}: {:?}", outcome.refused)).into(),
                    );
                }
                // Some were met in a file before the register had them.
                self.organisations += outcome.applied.new + outcome.applied.confirmed;
                Ok(false)
            }
            EventKind::Batch(batch) => {
                let bytes = batch.bytes(&mut |key| number(&ctx, key).ok().flatten());
                let path = put(desk, &batch.file_name, &bytes)?;
                let brought_by = cases.brought_by(&batch.department);
                let input = Input {
                    path: &path,
                    file_name: &batch.file_name,
                    sheet: None,
                    department: &batch.department,
                    dry_run: false,
                };
                let outcome =
                    intake::import(&self.deployment.ctx(brought_by, at), input, &mut |_| ())?;
                match outcome.landing {
                    Landing::Sealed { .. } => self.counters += outcome.counters,
                    // A clerk sent the same bytes again: nothing changes, and nothing is counted.
                    Landing::Already { .. } => return Ok(false),
                    Landing::Refused | Landing::Tried => {
                        let why = format!("{}: {:?}", batch.file_name, outcome.refused);
                        return Err(DemoError::Data(why).into());
                    }
                }
                self.files += 1;
                // Gone at once: a desk with two thousand files is slow to clear.
                let _ = std::fs::remove_file(&path);
                Ok(outcome.counters.held > 0)
            }
        }
    }

    fn number_landmarks(&mut self, today: Date) -> Result<(), BuildError> {
        let ctx = self.deployment.ctx(operator(), xinheng_app::noon(today)?);
        for landmark in &mut self.landmarks {
            if let Some(key) = &landmark.key {
                landmark.record_id = number(&ctx, key)?;
            }
        }
        Ok(())
    }
}

pub(crate) fn put(
    desk: &Path,
    file_name: &str,
    bytes: &[u8],
) -> Result<std::path::PathBuf, BuildError> {
    let path = desk.join(file_name);
    std::fs::write(&path, bytes).map_err(|source| BuildError::File {
        path: path.display().to_string(),
        source,
    })?;
    Ok(path)
}

fn number(ctx: &Ctx<'_>, key: &NaturalKey) -> Result<Option<String>, AppError> {
    Ok(intake::number_of(ctx, key.item, key)?.map(|id| id.to_string()))
}

/// The units that decided state in writing what is asked of them, and an officer records it; what
/// came in during the last weeks still waits.
fn round(deployment: &Deployment, at: Timestamp, today: Date) -> Result<usize, BuildError> {
    if civil_day(at) > today.saturating_sub(STILL_OPEN.days()) {
        return Ok(0);
    }
    let ctx = deployment.ctx(operator(), at);
    let mut decided = 0;
    for line in record::held(&ctx)? {
        // Most are ordinary; every fifth is minor.
        let minor = line.document_number.bytes().map(usize::from).sum::<usize>() % 5 == 0;
        let wanted = if minor { "minor" } else { "general" };
        let class = line
            .candidates
            .iter()
            .find(|c| *c == wanted)
            .or(line.candidates.first());
        let Some(class) = class else { continue };
        let stated = Stated {
            document: &format!("关于{}失信信息类别的复函（演示）", line.document_number),
            dated: civil_day(at),
            by: &line.authority,
        };
        record::decide(
            &ctx,
            &Decide {
                id: &line.id,
                class,
                stated,
                seen: None,
            },
        )?;
        decided += 1;
    }
    Ok(decided)
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "in tests")]
    use super::*;

    #[test]
    fn nothing_in_a_new_district_lies_in_the_future() {
        let day = |now: &str| day_at(now.parse().unwrap());
        let today: Date = "2026-11-30".parse().unwrap();
        // In the morning, Beijing time, and at noon; a day that was given means its noon.
        assert_eq!(day("2026-11-30T03:59:59Z"), today.yesterday().unwrap());
        assert_eq!(day("2026-11-30T04:00:00Z"), today);
        assert_eq!(day("2026-11-30T17:00:00Z"), today);
        assert_eq!(day_at(xinheng_app::noon(today).unwrap()), today);
        let demo = Demo::new(SEED, today, Size::Small).unwrap();
        let noon = xinheng_app::noon(today).unwrap();
        assert!(demo.events.iter().all(|event| event.at <= noon));
    }
}
