//! What can be computed is computed anew and compared: dates and classes of every record, and the
//! index of names. Takes as long as an import.

use crate::{Act, AppError, AppResult, Ctx, record::agrees};
use serde::Serialize;
use xinheng_domain::record::RecordId;
use xinheng_store::{ops, record};

/// What a deep verification found.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Deep {
    /// Nothing is wrong.
    pub sound: bool,
    /// Line by line, in Chinese.
    pub lines: Vec<String>,
    /// Records computed anew.
    pub records: u64,
    /// Records whose dates, class or end are not what rules and acts give.
    pub wrong: u64,
    /// Records whose answer is one of another rulebook, to be computed by `rulebook apply`.
    pub stale: u64,
}

/// Records read in one look.
const CHUNK: u32 = 1000;
/// Records named at most.
const NAMED: usize = 20;

/// Computes every record's dates, class and end anew, and the index of names.
///
/// # Errors
/// Forbidden; faults of the store; an item that the rulebook no longer has.
pub fn verify_deep(ctx: &Ctx<'_>, progress: &mut dyn FnMut(u64, u64)) -> AppResult<Deep> {
    let db = ctx.whole(Act::DatabaseVerify)?;
    let all = db.read(|conn| {
        let counts = record::counts(conn, &record::ListFilter::default(), ctx.today())?;
        Ok::<_, AppError>(counts.in_scope)
    })?;
    let (mut records, mut wrong, mut stale) = (0, 0_u64, 0_u64);
    let (mut compared, mut numbers) = (0_u64, 0_u64);
    let mut named: Vec<String> = Vec::new();
    let mut after: Option<RecordId> = None;
    loop {
        let ids = db.read(|conn| {
            let page = record::stale(conn, "", after.as_ref(), CHUNK)?;
            let ids: Vec<RecordId> = page.into_iter().map(|s| s.record.id).collect();
            for id in &ids {
                match agrees(ctx, conn, id)? {
                    None => stale += 1,
                    Some(found) => {
                        compared += u64::from(found.number.is_some());
                        numbers += u64::from(found.number == Some(true));
                        if !found.computed {
                            wrong += 1;
                            if named.len() < NAMED {
                                named.push(id.to_string());
                            }
                        }
                    }
                }
            }
            Ok::<_, AppError>(ids)
        })?;
        records += ids.len() as u64;
        let Some(last) = ids.into_iter().next_back() else {
            break;
        };
        after = Some(last);
        progress(records, all);
    }
    let names = ops::verify_names(db)?;
    let mut lines = vec![format!("重算：{records}条记录的类别、期限和状态")];
    if wrong > 0 {
        lines.push(format!(
            "有{wrong}条记录的类别、期限或者状态与按规则和办理情况重算的不符：{}{}。请保留现场，与备份核对。",
            named.join("、"),
            if wrong > named.len() as u64 { "等" } else { "" }
        ));
    }
    // Key fields of an item may have changed since some were numbered; all of them never do at once.
    let secret = compared > 0 && numbers == 0;
    if secret {
        lines.push(
            "没有一条记录的编号与本部署的密钥相符：数据库里的部署密钥被改动过，以后的更正会变成新的记录。请停止写入，用备份恢复。"
                .to_owned(),
        );
    }
    if stale > 0 {
        lines.push(format!(
            "有{stale}条记录是按另一版规则库计算的，没有比较。请先运行“xinheng rulebook apply”。"
        ));
    }
    if names.sound() {
        lines.push("名称索引：重建比较相符".to_owned());
    } else {
        lines.push(format!(
            "名称索引与登记库不符：缺{}个名称，多{}个名称，{}处检索词不符。请保留现场，与备份核对。",
            names.missing, names.surplus, names.terms
        ));
    }
    Ok(Deep {
        sound: wrong == 0 && names.sound() && !secret,
        lines,
        records,
        wrong,
        stale,
    })
}
