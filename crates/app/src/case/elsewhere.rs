//! What follows from a step about something that is kept elsewhere than its case: noted with the step,
//! done right after it in a transaction of its own, exactly once, and taken up again where the program
//! was stopped in between.

use super::{
    Loaded, load,
    step::{Moving, matter_of},
};
use crate::{Act, AppError, AppResult, Ctx, Scope};
use jiff::Timestamp;
use serde_json::json;
use std::collections::BTreeMap;
use xinheng_domain::{
    case::{CaseId, Effect, Filled},
    condition::Values as _,
    subject::{Subject, SubjectKey},
};
use xinheng_store::{
    Conn, Tx,
    case::effect::{self, CaseEffect},
    register, subject,
};

/// Cases taken up in one go.
const AT_ONCE: u32 = 500;

/// Notes an effect of the last event, with its values in place of its fields.
pub(super) fn note(
    tx: &mut Tx<'_>,
    loaded: &Loaded<'_>,
    position: u32,
    of: &Effect,
) -> AppResult<()> {
    let nothing = BTreeMap::new();
    let filled = Filled {
        case: Some(&loaded.case),
        now: &nothing,
    };
    let value = |field: &str| filled.value(field).unwrap_or_default().to_owned();
    let Effect::WriteAlias { old, new } = of else {
        return Err(AppError::Fault("这一效果不在别处作出".to_owned()));
    };
    let (old, new) = (value(old), value(new));
    let target = subject::key_of(tx, &old)?.unwrap_or_else(|| SubjectKey(old.clone()));
    let id = &loaded.case.id;
    let noted = CaseEffect {
        subject_key: id.key().to_owned(),
        case_tail: id.tail().to_owned(),
        seq: loaded.case.seq(),
        position,
        target_key: target.0,
        effect: serde_json::to_string(&Effect::WriteAlias { old, new })
            .map_err(|e| AppError::Fault(format!("后续处理不能保存：{e}")))?,
        refused: String::new(),
        done_at: None,
    };
    Ok(effect::add(tx, &noted)?)
}

/// Does what a step has just noted. The step stands whatever becomes of it: the case says what is not
/// done, and it is tried again.
pub(super) fn follow(ctx: &Ctx<'_>, id: &str) {
    if let Err(error) = finish(ctx, &CaseId(id.to_owned())) {
        tracing::error!(case = id, %error, "what follows from a step was not done");
    }
}

/// Does what is noted and not done, of all cases. Gives how many effects were done.
///
/// # Errors
/// Forbidden; the first fault, after all others were tried.
pub(super) fn resume(ctx: &Ctx<'_>) -> AppResult<u64> {
    let (mut done, mut first, mut after) = (0, None, None);
    loop {
        let ids = ctx.load(Act::CaseEffect, |conn| {
            Ok(effect::unfinished(conn, after.as_ref(), AT_ONCE)?)
        })?;
        let Some(last) = ids.last() else {
            return first.map_or(Ok(done), Err);
        };
        after = Some(last.clone());
        for id in &ids {
            match finish(ctx, id) {
                Ok(some) => done += some,
                Err(error) => {
                    tracing::error!(case = id.0, %error, "what follows from a step was not done");
                    first.get_or_insert(error);
                }
            }
        }
    }
}

fn finish(ctx: &Ctx<'_>, id: &CaseId) -> AppResult<u64> {
    let all = ctx.load(Act::CaseEffect, |conn| Ok(effect::of_case(conn, id)?))?;
    let mut done = 0;
    for noted in all.iter().filter(|e| e.done_at.is_none()) {
        let outcome = apply(ctx, noted)?;
        done += u64::from(outcome.is_ok());
        tell(ctx, noted, outcome)?;
    }
    Ok(done)
}

fn read(noted: &CaseEffect) -> AppResult<Effect> {
    serde_json::from_str(&noted.effect)
        .map_err(|e| AppError::Fault(format!("后续处理不能读取：{e}")))
}

/// Does an effect where it is about, unless it was done. Gives when, or why it cannot be done yet.
fn apply(ctx: &Ctx<'_>, noted: &CaseEffect) -> AppResult<Result<Timestamp, String>> {
    let Effect::WriteAlias { old, new } = read(noted)? else {
        return Err(AppError::Fault("这一效果不在别处作出".to_owned()));
    };
    ctx.change(Act::SubjectAlias, |mut conn| {
        let before = effect::done(&mut conn, noted)?;
        let alias = Alias::of(&mut conn, &old, &new)?;
        let mut tx = conn.permit(Scope::District)?;
        if let Some(at) = before {
            return Ok(tx.nothing(Ok(at)));
        }
        let alias = match alias {
            Ok(alias) => alias,
            Err(why) => return Ok(tx.nothing(Err(why))),
        };
        alias.write(&mut tx, ctx)?;
        effect::add_done(&mut tx, noted, ctx.now())?;
        let told = json!({
            "caused_by": {"case": noted.case().0, "seq": noted.seq, "position": noted.position},
            "old": old, "new": new,
        });
        let key = SubjectKey(noted.target_key.clone());
        Ok(tx.done(Ok(ctx.now()), told).about(Some(key)))
    })
}

/// Tells the case what became of an effect; the office's desk holds it until it is done.
fn tell(ctx: &Ctx<'_>, noted: &CaseEffect, outcome: Result<Timestamp, String>) -> AppResult<()> {
    let (done_at, refused) = match outcome {
        Ok(at) => (Some(at), String::new()),
        Err(why) => (None, why),
    };
    let now = CaseEffect {
        done_at,
        refused,
        ..noted.clone()
    };
    if now == *noted {
        return Ok(());
    }
    ctx.change(Act::CaseEffect, |mut conn| {
        let mut loaded = load(ctx, &mut conn, &noted.case().0)?;
        let matter = matter_of(&mut conn, &loaded)?;
        let mut tx = conn.permit(Scope::District)?;
        effect::put(&mut tx, &now)?;
        let moving = Moving {
            ctx,
            matter: &matter,
            memberships: &[],
            typed: &|_| String::new(),
        };
        moving.keep(&mut tx, &mut loaded, true)?;
        let told = json!({
            "case": loaded.case.id.0, "seq": noted.seq, "position": noted.position,
            "done": now.done_at.is_some(),
        });
        Ok(tx.done((), told))
    })
}

/// What is not done yet of what follows from the steps of a case: what, and why.
pub(super) fn unfinished(conn: &mut Conn, loaded: &Loaded<'_>) -> AppResult<Vec<(String, String)>> {
    let all = effect::of_case(conn, &loaded.case.id)?.into_iter();
    let open = all.filter(|e| e.done_at.is_none());
    let told = open.map(|noted| {
        let what = match read(&noted)? {
            Effect::WriteAlias { old, new } => format!("代码{old}改为{new}"),
            other => return Err(AppError::Fault(format!("后续处理不能读取：{other:?}"))),
        };
        let why = if noted.refused.is_empty() {
            "还没有办理，系统会自动继续。".to_owned()
        } else {
            noted.refused
        };
        Ok((what, why))
    });
    told.collect()
}

/// How a code comes to lead to another one. A subject never moves its key, and no record moves (I1).
enum Alias {
    /// It does already.
    There,
    /// The organisation has the new code from now on.
    Renamed(Subject, String),
    /// The old code, with those that led there, leads to the organisation that has the new one.
    Leads(Vec<String>, SubjectKey),
}

impl Alias {
    fn of(conn: &mut Conn, old: &str, new: &str) -> AppResult<Result<Self, String>> {
        let mut find = |code: &str| -> AppResult<Option<Subject>> {
            match subject::key_of(conn, code)? {
                Some(key) => Ok(subject::get(conn, &key)?),
                None => Ok(None),
            }
        };
        let (before, after) = (find(old)?, find(new)?);
        Ok(match (before, after) {
            _ if old == new => Err(format!("新代码和原代码相同：{old}。请核对代码中心的回执。")),
            (None, None) => Err(format!(
                "登记库中既没有原代码{old}，也没有新代码{new}。导入登记名录以后自动继续。"
            )),
            (None, Some(now)) => Ok(Self::Leads(vec![old.to_owned()], now.key)),
            (Some(was), None) if was.code != old => Err(format!(
                "原代码{old}早已改为{}，不能再改为{new}。请核对代码中心的回执。",
                was.code
            )),
            (Some(was), None) => Ok(Self::Renamed(was, new.to_owned())),
            (Some(was), Some(now)) if was.key == now.key && now.code == new => Ok(Self::There),
            (Some(was), Some(now)) if was.key == now.key => Err(format!(
                "登记库中{new}是这家单位的旧代码，现在的代码是{}。请核对代码中心的回执。",
                now.code
            )),
            (Some(was), Some(now))
                if was.name != now.name && !was.provisional && !now.provisional =>
            {
                Err(format!(
                    "登记库中原代码{old}是“{}”，新代码{new}是“{}”，名称不同。请核对登记名录，更正以后自动继续。",
                    was.name, now.name
                ))
            }
            (Some(was), Some(now)) => {
                let codes = subject::codes(conn, &was.key)?.into_iter();
                Ok(Self::Leads(codes.map(|c| c.code).collect(), now.key))
            }
        })
    }

    fn write(&self, tx: &mut Tx<'_>, ctx: &Ctx<'_>) -> AppResult<()> {
        match self {
            Self::There => Ok(()),
            Self::Renamed(subject, new) => {
                subject::set_code(tx, &subject.key, new)?;
                Ok(register::alias(tx, new, &subject.key, ctx.today())?)
            }
            Self::Leads(codes, key) => {
                for code in codes {
                    register::alias(tx, code, key, ctx.today())?;
                }
                Ok(())
            }
        }
    }
}
