//! Batches, as their department and the office look at them: what became of each, what was said of its
//! rows, its receipt.

use super::SHOWN;
use crate::{Act, AppError, AppResult, Ctx, Scope, check};
use jiff::{
    Timestamp,
    civil::Date,
    tz::{TimeZone, offset},
};
use serde::Serialize;
use serde_json::json;
use xinheng_domain::{batch::Counters, finding::Finding, permission::Reach};
use xinheng_rulebook::Rulebook;
pub use xinheng_store::batch::FindingCursor;
use xinheng_store::{
    Conn,
    batch::{self, Batch},
    department::{self, Department},
};

/// A batch, as the office sees it.
#[derive(Debug, Clone, Serialize)]
pub struct BatchLine {
    /// Id.
    pub id: String,
    /// Department that handed it in.
    pub department: String,
    /// Name of that department.
    pub department_name: String,
    /// Catalogue item.
    pub item: String,
    /// Title of that item.
    pub item_title: String,
    /// Name of the file.
    pub file_name: String,
    /// Day of receipt.
    pub received_on: Date,
    /// `sealed`, `staged` or `refused`.
    pub state: &'static str,
    /// When it became visible.
    pub sealed_at: Option<Timestamp>,
    /// Why it was refused or abandoned.
    pub refusal: Option<String>,
    /// What became of its rows, once it is sealed.
    pub counters: Option<Counters>,
    /// The latest decision in it, once it is sealed.
    #[serde(skip)]
    pub latest_decision: Option<Date>,
}

impl BatchLine {
    /// What is not known by name keeps its code.
    fn of(b: Batch, departments: &[Department], rulebook: &Rulebook) -> Self {
        let department = departments.iter().find(|d| d.code == b.new.department);
        let item = rulebook.item(&b.new.item);
        Self {
            state: match (&b.sealed_at, &b.refused) {
                (Some(_), _) => "sealed",
                (None, Some(_)) => "refused",
                (None, None) => "staged",
            },
            department_name: department.map_or(&b.new.department, |d| &d.name).clone(),
            item_title: item.map_or(&b.new.item, |i| &i.title).clone(),
            id: b.new.id,
            department: b.new.department,
            item: b.new.item,
            file_name: b.new.file_name,
            received_on: b.new.received_on,
            sealed_at: b.sealed_at,
            refusal: b.refused.map(|(_, reason)| reason),
            counters: b.counters,
            latest_decision: b.latest_decision,
        }
    }
}

/// Which batches are listed.
#[derive(Debug, Clone, Copy, Default)]
pub struct Batches<'a> {
    /// Of one department, with those before it; of all within reach where absent.
    pub department: Option<&'a str>,
    /// Those alone that are not through.
    pub open: bool,
    /// Staged before this one.
    pub before: Option<&'a str>,
}

/// Batches, the newest first.
///
/// # Errors
/// Forbidden; faults of the store.
pub fn batches(ctx: &Ctx<'_>, asked: Batches<'_>, limit: u32) -> AppResult<Vec<BatchLine>> {
    let Batches {
        department,
        open,
        before,
    } = asked;
    ctx.look(Act::BatchList, "批次一览", |read| {
        let (mut seen, within) = match department {
            None => read.within_reach(),
            Some(code) => {
                let mut seen = read.permit(Scope::Department(code))?;
                let of = crate::department::with_those_before(ctx, &mut seen, code)?;
                (seen, Reach::Departments(of))
            }
        };
        let before = match before {
            Some(id) => batch::get(&mut seen, id)?
                .map(|b| b.new.staged_at)
                .zip(Some(id)),
            None => None,
        };
        let all = match open {
            true => batch::open(&mut seen, &within, limit)?,
            false => batch::list(&mut seen, &within, before, limit)?,
        };
        let names = department::all(&mut seen)?;
        let detail = json!({"department": department, "count": all.len()});
        let rulebook = ctx.deployment().rulebook();
        let lines = all.into_iter();
        let lines = lines.map(|b| BatchLine::of(b, &names, rulebook)).collect();
        Ok(seen.done(lines, detail))
    })
}

/// A kind of finding of a batch.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BatchKind {
    /// Finding code.
    pub code: String,
    /// In Chinese.
    pub title: String,
    /// How many.
    pub count: u64,
}

/// A batch with what its check said, by kind.
#[derive(Debug, Clone)]
pub struct BatchView {
    /// As in the list.
    pub line: BatchLine,
    /// The kinds of its findings, the most frequent first.
    pub kinds: Vec<BatchKind>,
    /// SHA-256 by which its file is known, hex.
    pub sha256: String,
}

/// A batch, with what its check said.
///
/// # Errors
/// Forbidden; unknown batch; faults of the store.
pub fn batch(ctx: &Ctx<'_>, id: &str) -> AppResult<BatchView> {
    looked_at(ctx, id, |_, _| Ok(())).map(|(view, ())| view)
}

fn looked_at<T>(
    ctx: &Ctx<'_>,
    id: &str,
    more: impl FnOnce(&mut Conn, &str) -> AppResult<T>,
) -> AppResult<(BatchView, T)> {
    ctx.look(Act::BatchList, "查看批次", |mut read| {
        let Some(known) = batch::get(&mut read, id)? else {
            // What batches there are is not for everybody.
            read.permit(Scope::District)?;
            return Err(AppError::NotFound(format!("没有编号为“{id}”的批次。")));
        };
        let mut seen = read.permit(Scope::Department(&known.new.department))?;
        let names = department::all(&mut seen)?;
        let kinds = batch::finding_codes(&mut seen, id)?.into_iter();
        let kind = |(code, count): (String, u64)| BatchKind {
            title: ctx.deployment().finding_title(&code),
            code,
            count,
        };
        let kinds = kinds.map(kind).collect();
        let more = more(&mut seen, id)?;
        let view = BatchView {
            sha256: known.new.file_hash.clone(),
            line: BatchLine::of(known, &names, ctx.deployment().rulebook()),
            kinds,
        };
        Ok(seen.done((view, more), json!({"batch": id})))
    })
}

/// Which findings of a batch are looked at.
#[derive(Debug, Clone, Copy, Default)]
pub struct FindingsAsked<'a> {
    /// Of one kind.
    pub code: Option<&'a str>,
    /// Those alone that kept a row out.
    pub refused: bool,
    /// After this place.
    pub after: Option<FindingCursor>,
}

/// Findings of a batch, and the place behind them where there are more.
pub type BatchFindings = (Vec<Finding>, Option<FindingCursor>);

/// A batch with a page of what was said of its rows, as old as it may be.
///
/// # Errors
/// As [`batch()`].
pub fn batch_findings(
    ctx: &Ctx<'_>,
    id: &str,
    asked: FindingsAsked<'_>,
    limit: u32,
) -> AppResult<(BatchView, BatchFindings)> {
    looked_at(ctx, id, |conn, id| {
        let wanted = (asked.code, asked.refused);
        let mut found = batch::findings_of(conn, id, wanted, asked.after, limit + 1)?;
        let more = found.len() > limit as usize;
        found.truncate(limit as usize);
        let next = found.last().map(|(place, _)| *place).filter(|_| more);
        Ok((found.into_iter().map(|(_, f)| f).collect(), next))
    })
}

/// The receipt of a batch, to be kept: a text and the name of its file.
///
/// # Errors
/// As [`batch()`].
pub fn receipt(ctx: &Ctx<'_>, id: &str) -> AppResult<(String, String)> {
    let most = u32::try_from(SHOWN).unwrap_or(u32::MAX);
    let asked = FindingsAsked::default();
    let (view, (findings, next)) = batch_findings(ctx, id, asked, most)?;
    let line = &view.line;
    let minute = |at: Timestamp| {
        at.to_zoned(TimeZone::fixed(offset(8)))
            .strftime("%Y-%m-%d %H:%M")
            .to_string()
    };
    let result = match (line.sealed_at, &line.refusal) {
        (Some(at), _) => format!("{}导入完成", minute(at)),
        (None, Some(why)) => why.clone(),
        (None, None) => "没有导入完成".to_owned(),
    };
    let mut text = format!(
        "信衡回执\n\n文件：{}\nSHA-256：{}\n识别为：{}\n报送部门：{}（{}）\n批次编号：{}\n收到日期：{}\n结果：{result}\n",
        line.file_name,
        view.sha256,
        line.item_title,
        line.department_name,
        line.department,
        line.id,
        line.received_on
    );
    if let Some(c) = line.counters {
        text.push_str(&format!(
            "数据{}条：新收到{}，更正{}，已在库{}，需要改正{}，自然人另行处理{}\n",
            c.reported,
            c.new,
            c.new_version + c.replaced,
            c.unchanged,
            c.refused,
            c.set_aside
        ));
    }
    if !findings.is_empty() {
        text.push_str("\n校核的问题：\n");
    }
    for (at, finding) in (1..).zip(&findings) {
        let (mark, said) = (finding.severity.word(), check::sentence(finding));
        text.push_str(&format!("{at}. {mark}：{said}〔{}〕\n", finding.code));
    }
    if next.is_some() {
        text.push_str(&format!("（只列出前{SHOWN}个问题，全部见批次的页面。）\n"));
    }
    // Windows' editor wants the mark and the line ends.
    let text = format!("\u{feff}{}", text.replace('\n', "\r\n"));
    Ok((format!("{}.回执.txt", line.file_name), text))
}
