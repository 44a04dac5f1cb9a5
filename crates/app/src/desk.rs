//! What is to be done, at the desk of whoever has signed in: counts and where they lead, nothing about
//! an organisation.

use crate::{
    AppResult, Ctx,
    account::Signed,
    case, handin, record as records,
    roster::{self, RosterStanding},
};
use jiff::civil::Date;
use xinheng_domain::{act::Act, permission::Reach};
use xinheng_store::{Conn, account, batch, record, rule_set};

/// A piece of work.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Work {
    /// Chinese title.
    pub title: String,
    /// What to do about it, in Chinese.
    pub text: String,
    /// How much of it there is.
    pub count: Option<u64>,
    /// So much of it is late.
    pub overdue: u64,
    /// Where it is done.
    pub href: Option<String>,
}

/// Counted up to here; beyond it the list says how many there are.
const MOST: u32 = 1_000;
/// Batches among which the last one received is looked for.
const RECENT: u32 = 100;

/// The work of somebody where they act now, in the order of urgency.
///
/// # Errors
/// Forbidden; faults of the store.
pub fn work(ctx: &Ctx<'_>, signed: &Signed) -> AppResult<Vec<Work>> {
    let unread = match signed.may(Act::RecordReading) {
        true => Some(records::unread(ctx, signed.department.as_deref())?),
        false => None,
    };
    ctx.desk(Act::DeskOpen, |conn, _| {
        let mut all = Vec::new();
        if let (true, Some(department)) = (signed.may(Act::HandInList), &signed.department) {
            let waiting = handin::waiting(ctx, conn, department)?;
            all.push(Work {
                title: "准备报送的文件".to_owned(),
                text: prepared(waiting, signed.may(Act::HandInStage)),
                count: Some(waiting.all),
                overdue: 0,
                href: Some("/hand-in".to_owned()),
            });
        }
        if signed.may(Act::CaseList) {
            all.push(case::work(ctx, conn)?);
        }
        if signed.may(Act::BatchList) {
            let reach = ctx.reach(conn, Act::BatchList)?;
            batches(conn, &reach, signed.department.is_some(), &mut all)?;
        }
        if let Some((count, more)) = unread {
            let own = signed.department.is_some();
            all.push(Work {
                title: "等待阅读的文字".to_owned(),
                text: match (own, more) {
                    (true, _) => "由本部门的审核人读原文，确定可以公示的文字；没有人读的，一直隐去",
                    (false, false) => "部门还没有读的文字，一直隐去",
                    (false, true) => "部门还没有读的文字，一直隐去；这里只数了前面的一部分",
                }
                .to_owned(),
                count: Some(count),
                overdue: 0,
                href: Some("/readings".to_owned()),
            });
        }
        if signed.may(Act::ForwardMake) {
            all.push(Work {
                title: "报送上级平台".to_owned(),
                text: "按上级平台的模板生成文件，放入回执，改正退回的数据".to_owned(),
                count: None,
                overdue: 0,
                href: Some("/forward".to_owned()),
            });
        }
        if signed.may(Act::RecordHeld) {
            let reach = ctx.reach(conn, Act::RecordHeld)?;
            all.push(Work {
                title: "类别未定、暂缓公示的记录".to_owned(),
                text: "由报送部门询问作出决定的单位，收到文件后记录类别".to_owned(),
                count: Some(held(conn, &reach, Date::MAX)?),
                overdue: held(conn, &reach, ctx.today())?,
                href: Some("/records/held".to_owned()),
            });
        }
        if signed.may(Act::RecordWithheld) {
            let reach = ctx.reach(conn, Act::RecordWithheld)?;
            all.push(Work {
                title: "已经撤下、等待第二人确认的记录".to_owned(),
                text: "由没有办理撤下的另一人确认，或者恢复公示".to_owned(),
                count: Some(withheld(conn, &reach)?),
                overdue: 0,
                href: Some("/records/withheld".to_owned()),
            });
        }
        if signed.may(Act::RosterList) {
            all.push(rosters(ctx, conn, signed)?);
        }
        if signed.may(Act::RulesList) {
            all.push(Work {
                title: "本地规则".to_owned(),
                text: "本区自己的办理规则和参数，由一人提出、另一人采用".to_owned(),
                count: Some(rule_set::count_waiting(conn)?),
                overdue: 0,
                href: Some("/rules".to_owned()),
            });
        }
        if signed.may(Act::AccountList) {
            let accounts = account::all(conn)?;
            let given = accounts.iter().filter(|a| a.password_given && !a.locked);
            let given = given.count() as u64;
            all.push(Work {
                title: "账号".to_owned(),
                text: match given {
                    0 => "所有账号都已经改掉第一次的密码".to_owned(),
                    n => format!("其中{n}个还没有改掉第一次的密码"),
                },
                count: Some(accounts.len() as u64),
                overdue: 0,
                href: Some("/accounts".to_owned()),
            });
        }
        if signed.may(Act::AuditSearch) {
            all.push(Work {
                title: "审计记录".to_owned(),
                text: "谁、什么时候、从哪里、办理了什么、结果怎样".to_owned(),
                count: None,
                overdue: 0,
                href: Some("/audit".to_owned()),
            });
        }
        Ok(all)
    })
}

/// Records within reach whose class is not determined.
fn held(conn: &mut Conn, reach: &Reach, day: Date) -> AppResult<u64> {
    if *reach == Reach::Everywhere {
        return Ok(record::count_held(conn, day, MOST)?);
    }
    let all = record::held(conn, day, MOST)?.into_iter();
    Ok(all.filter(|s| reach.covers(&s.record.department)).count() as u64)
}

/// What is to be done with the files that wait, in Chinese.
fn prepared(waiting: handin::Waiting, stages: bool) -> String {
    let handin::Waiting { all, mine, stuck } = waiting;
    let stuck_too = match stuck {
        0 => String::new(),
        _ => format!("，{stuck}份没有可以报送的数据，要先改正"),
    };
    match (all, mine) {
        (0, _) if stages => "上传表格，校核、改正以后报送".to_owned(),
        (0, _) => "没有等待审核的文件".to_owned(),
        (_, 0) if stuck == all => "没有可以报送的数据，要先改正".to_owned(),
        (_, 0) => format!("等待本部门的另一人审核后报送{stuck_too}"),
        (_, mine) => format!("其中{mine}份可以由您报送{stuck_too}"),
    }
}

/// Records within reach that wait for a second person.
fn withheld(conn: &mut Conn, reach: &Reach) -> AppResult<u64> {
    if *reach == Reach::Everywhere {
        return Ok(record::count_withheld(conn, MOST)?);
    }
    let all = record::withheld(conn, MOST)?.into_iter();
    Ok(all.filter(|s| reach.covers(&s.record.department)).count() as u64)
}

/// The own department's roster, or those of all departments that are not confirmed.
fn rosters(ctx: &Ctx<'_>, conn: &mut Conn, signed: &Signed) -> AppResult<Work> {
    let reach = match &signed.department {
        Some(code) => Reach::Departments([code.clone()].into()),
        None => Reach::Everywhere,
    };
    let states = roster::states(ctx, conn, &reach)?;
    let late = states
        .iter()
        .filter(|s| s.standing == RosterStanding::Overdue);
    let overdue = late.count() as u64;
    if signed.department.is_none() {
        let open = states
            .iter()
            .filter(|s| s.standing != RosterStanding::Confirmed);
        return Ok(Work {
            title: "没有确认人员名册的部门".to_owned(),
            text: "由部门的分管负责人确认；没有确认的，原来的角色照旧".to_owned(),
            count: Some(open.count() as u64),
            overdue,
            href: Some("/departments".to_owned()),
        });
    }
    let own = states.into_iter().next();
    let (proposed, text) = own.map_or((0, String::new()), |own| {
        let text = match own.standing {
            _ if own.proposed > 0 => "拟定的变动要确认以后才有效".to_owned(),
            RosterStanding::Confirmed => "今年的名册已经确认".to_owned(),
            _ => format!("今年的名册还没有确认，应当在{}前确认", own.due),
        };
        (own.proposed as u64, text)
    });
    Ok(Work {
        title: "人员名册".to_owned(),
        text,
        count: Some(proposed),
        overdue,
        href: Some("/roster".to_owned()),
    })
}

/// The files of a department, or of all, that are not through; of a department also the rows of its last
/// file that stayed out.
fn batches(conn: &mut Conn, within: &Reach, own: bool, all: &mut Vec<Work>) -> AppResult<()> {
    let open = batch::open(conn, within, MOST)?;
    let last = batch::list(conn, within, None, RECENT)?;
    let last = last.iter().find(|b| b.sealed_at.is_some());
    let refused = last.and_then(|b| Some((b, b.counters?.refused)));
    if let Some((b, count)) = refused.filter(|(_, n)| *n > 0 && own) {
        all.push(Work {
            title: "上一份文件里需要改正的数据".to_owned(),
            text: format!("“{}”，改正以后再报，已经收到的不会重复", b.new.file_name),
            count: Some(count),
            overdue: 0,
            href: Some(format!("/batches/{}/findings?is=refused", b.new.id)),
        });
    }
    let href = match open.is_empty() {
        true => "/batches",
        false => "/batches?is=open",
    };
    all.push(Work {
        title: "没有完成的导入".to_owned(),
        text: last.map_or_else(
            || "还没有收到过文件".to_owned(),
            |b| format!("最近一次收到：{}", b.new.received_on),
        ),
        count: Some(open.len() as u64),
        overdue: 0,
        href: Some(href.to_owned()),
    });
    Ok(())
}
