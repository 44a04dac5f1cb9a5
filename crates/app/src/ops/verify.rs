//! What a verification found, told line by line.

use crate::{Act, AppResult, Ctx};
use serde::Serialize;
use xinheng_store::{
    Difference,
    audit::{AuditReport, FaultKind, Faults},
    ops::{self, Problems, Verification},
    proof,
};

/// What a verification found.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Verified {
    /// Nothing is wrong.
    pub sound: bool,
    /// Line by line, in Chinese.
    pub lines: Vec<String>,
    /// Audit entries in the chained log.
    pub audit_sealed: u64,
    /// Audit entries that wait for the sealer.
    pub audit_unsealed: u64,
    /// The end of the audit chain, `position:hash`: noted elsewhere, it tells later whether
    /// entries were taken off the end or the chain was made anew.
    pub audit_head: Option<String>,
    /// Places where the audit does not add up.
    pub audit_faults: u64,
    /// Versions of records whose content was changed.
    pub altered_records: u64,
    /// Records with a decision that differs from the audit.
    pub altered_decisions: u64,
    /// Places where what the tables hold differs from what the audit says was put into them.
    pub differences: u64,
    /// Rows and organisations with an identity number where a code or a name belongs.
    pub identity_numbers: u64,
}

/// Recomputes what can be recomputed: the engine's own check, the audit chain, the versions.
///
/// # Errors
/// Forbidden; faults of the store.
pub fn verify(ctx: &Ctx<'_>) -> AppResult<Verified> {
    let db = ctx.whole(Act::DatabaseVerify)?;
    let mut found = ops::verify(db)?;
    let mut lines = Vec::new();
    tell_database(&found, &mut lines);
    let head = found.head.as_ref().map(|(at, hash)| format!("{at}:{hash}"));
    // Where any day may be given, time has no direction.
    let undirected = if ctx.deployment().district().demo {
        found.audit.faults.remove(&FaultKind::Backwards)
    } else {
        None
    };
    tell_audit(&found.audit, head.as_deref(), &mut lines);
    if let Some(places) = undirected {
        lines.push(format!(
            "有{}处审计的时间早于前面的审计；演示和培训用的部署可以指定日期，这不是问题",
            places.count
        ));
    }
    tell_records(&found, &mut lines);
    let today = ctx.today();
    let outlived: u64 = db.read(|conn| proof::outlived(conn, today))?;
    if outlived > 0 {
        lines.push(format!(
            "有{outlived}个凭证的随机数，对应的记录已不再公示，应当销毁；网站运行时每小时销毁一次，没有运行的请启动网站。"
        ));
    }
    let misplaced = super::numbers::misplaced(ctx)?;
    if misplaced.count > 0 {
        lines.push(format!(
            "有{}处代码、号码或者名称里存有身份证件号码：{}{}。对外一律隐去；请按批次和行号核对原件，请报送部门更正。",
            misplaced.count,
            misplaced.first.join("、"),
            more(misplaced.count, misplaced.first.len())
        ));
    }
    Ok(Verified {
        sound: found.sound(),
        lines,
        audit_sealed: found.audit.sealed,
        audit_unsealed: found.audit.unsealed,
        audit_head: head,
        audit_faults: found.audit.faults.values().map(|f| f.count).sum(),
        altered_records: found.altered.count,
        altered_decisions: found.decisions.count,
        differences: found.differences.len() as u64,
        identity_numbers: misplaced.count,
    })
}

fn tell_database(found: &Verification, lines: &mut Vec<String>) {
    lines.push(format!("数据库结构：第{}版", found.schema));
    if found.integrity.is_empty() {
        lines.push("数据库文件：完好".to_owned());
    }
    lines.extend(
        found
            .integrity
            .iter()
            .map(|problem| format!("数据库文件有问题：{problem}")),
    );
    for (table, rows) in &found.rows {
        lines.push(format!("　{table}：{rows}行"));
    }
}

fn tell_audit(audit: &AuditReport, head: Option<&str>, lines: &mut Vec<String>) {
    lines.push(format!(
        "审计：{}条已封存，{}条待封存",
        audit.sealed, audit.unsealed
    ));
    if audit.pruned > 0 {
        lines.push(format!(
            "　其中{}条按保存期限已清除内容，只留摘要，清除本身记在审计里",
            audit.pruned
        ));
    }
    if audit.confirmed > 0 {
        lines.push(format!(
            "　其中{}处时间早于前面的审计，当时已确认系统时间正确，确认记在审计里",
            audit.confirmed
        ));
    }
    if audit.faults.is_empty() {
        lines.push("审计链：逐条重算相符".to_owned());
    }
    lines.extend(
        audit
            .faults
            .iter()
            .map(|(kind, faults)| told(*kind, faults)),
    );
    if let Some(head) = head {
        lines.push(format!(
            "审计链末端：{head}　请抄录到本机以外，以后用“db verify --noted {head}”核对审计有没有被删改。"
        ));
    }
}

/// One kind of fault, with its first places.
fn told(kind: FaultKind, faults: &Faults) -> String {
    let what = match kind {
        FaultKind::Gap => "前面缺号，有被删去的",
        FaultKind::Chain => "与前一条的哈希链不相接",
        FaultKind::Missing => "的正文被删去，又没有清除的审计",
        FaultKind::Moved => "的正文改到了别的组织名下",
        FaultKind::Altered => "的正文与哈希不符",
        FaultKind::Doubled => "有不止一份正文，或者不止一行",
        FaultKind::Unlogged => "不在审计链里，也不在等待封存，说明审计链被截短过",
        FaultKind::Twice => "已经封存，又在等待封存",
        FaultKind::Orphan => "在等待封存，却没有正文",
        FaultKind::Overdue => "等待封存已经超过一天，说明审计链被整段取走过",
        FaultKind::Shortened => "链外记下的末端与审计链不符，说明链的末端被取走或者添加过",
        FaultKind::Pruned => "写明清除过审计的内容，本版程序不清除审计，不是本程序写的",
        FaultKind::Backwards => "的时间比前面的早5分钟以上，说明写入时系统时间被拨回过",
    };
    let places: Vec<String> = faults
        .first
        .iter()
        .map(|fault| match fault.position {
            Some(position) => format!("第{position}条（{}）", fault.entry_id),
            None => fault.entry_id.clone(),
        })
        .collect();
    format!(
        "审计有{}条{what}：{}{}。请保留现场，与备份核对。",
        faults.count,
        places.join("、"),
        more(faults.count, places.len())
    )
}

const fn more(count: u64, listed: usize) -> &'static str {
    if count > listed as u64 { "等" } else { "" }
}

fn tell_records(found: &Verification, lines: &mut Vec<String>) {
    let amiss: [(&Problems, &str); 2] = [
        (&found.altered, "个记录版本的内容与入库时的摘要不符"),
        (&found.decisions, "条记录的认定或者撤下与审计不符"),
    ];
    for (what, said) in amiss {
        if what.count > 0 {
            lines.push(format!(
                "有{}{said}：{}{}。请保留现场，与备份核对。",
                what.count,
                what.first.join("、"),
                more(what.count, what.first.len())
            ));
        }
    }
    if found.altered.count == 0 && found.decisions.count == 0 {
        lines.push("记录内容、认定与撤下：与摘要和审计相符".to_owned());
    }
    if found.differences.is_empty() {
        lines.push("各表内容：与审计逐次记载的合计相符".to_owned());
    }
    lines.extend(found.differences.iter().take(LISTED).map(difference));
    if found.differences.len() > LISTED {
        let rest = found.differences.len() - LISTED;
        lines.push(format!("另有{rest}处内容与审计记载的合计不符。"));
    }
    if found.unknown_sessions > 0 {
        lines.push(format!(
            "有{}个登录状态没有对应的登录审计，不是从登录页面开始的。请立即停用有关账号，保留现场，与备份核对。",
            found.unknown_sessions
        ));
    }
    if found.without_batch > 0 {
        lines.push(format!(
            "有{}个记录版本所属的批次不在：没有人看得到，同一决定也不能再导入。请保留现场，用备份恢复。",
            found.without_batch
        ));
    }
    if found.unmarked_versions > 0 {
        lines.push(format!(
            "有{}个记录版本的先后标记不符，请联系维护人员。",
            found.unmarked_versions
        ));
    }
}

/// Differences told at most.
const LISTED: usize = 20;

fn difference(d: &Difference) -> String {
    let place = match &d.batch {
        Some(batch) => format!("表 {} 中批次 {batch} 的内容", d.table),
        None => format!("表 {} 的内容", d.table),
    };
    let rows = match d.rows {
        0 => "有的行被改动过".to_owned(),
        more @ 1.. => format!("多出{more}行"),
        fewer => format!("少了{}行", fewer.unsigned_abs()),
    };
    format!("{place}与审计逐次记载的合计不符，{rows}。请保留现场，与备份核对。")
}
