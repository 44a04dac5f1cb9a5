//! No silent omission (I2), without telling what the law has ended (I9, I10). See ADR 3.

use crate::{
    AppResult, Ctx,
    view::{Scope, Withheld},
};
use xinheng_rulebook::SMALL_NUMBER;
use xinheng_store::record::Counts;

const OUTSIDE: &str = "公示期满、依法不公示、类别未定（由作出决定的单位认定，尚未载明）和已经撤下的不在这里，也不能由此推断有无。";

const NOT_ACCEPTED: &str = "上级平台尚未确认接收（本站只显示上级平台已接收的信息）";

const UNKNOWN_ITEM: &str = "所属的信息类别不在本站目录中，暂不能显示";

/// Scope of an answer about one organisation: what may be public today.
pub fn of_subject(
    in_scope: u64,
    shown: u64,
    not_in_force: u64,
    known_later: u64,
    unknown_item: u64,
    not_accepted: u64,
) -> Scope {
    let reasons = [
        (
            "not_in_force_on_day",
            "在所选日期不在公示期内",
            not_in_force,
        ),
        ("known_later", "在所选时刻尚未公示", known_later),
        ("unknown_item", UNKNOWN_ITEM, unknown_item),
        ("not_accepted", NOT_ACCEPTED, not_accepted),
    ];
    Scope {
        of: "该单位今天可以公示的信息".to_owned(),
        in_scope,
        shown,
        withheld: reasons
            .into_iter()
            .filter(|r| r.2 > 0)
            .map(withheld)
            .collect(),
        outside: OUTSIDE.to_owned(),
    }
}

/// Scope of a list over many organisations: every reason is counted, small numbers are folded.
/// So many of those that could be shown are of an item that is not known.
///
/// # Errors
/// The rulebook does not say what is a small number.
pub fn of_list(ctx: &Ctx<'_>, counts: &Counts, unknown_item: u64) -> AppResult<Scope> {
    let small = ctx.number(SMALL_NUMBER)?;
    let reasons = [
        ("publicity_ended", "公示期已届满", counts.ended_publicity),
        ("never_public", "依法不公开", counts.never),
        (
            "held_back",
            "类别未定，等待作出决定的单位载明，暂缓公示",
            counts.held,
        ),
        ("over", "已更正替换、撤回或者撤下", counts.over),
        ("not_yet_due", "尚未到公示日期", counts.not_yet),
        ("not_accepted", NOT_ACCEPTED, counts.not_accepted),
        ("narrowed", "不符合所选日期或者时刻", counts.narrowed),
        ("unknown_item", UNKNOWN_ITEM, unknown_item),
    ];
    let (many, few): (Vec<_>, Vec<_>) = reasons
        .into_iter()
        .filter(|r| r.2 > 0)
        .partition(|r| r.2 >= u64::from(small));
    let mut all: Vec<Withheld> = many.into_iter().map(withheld).collect();
    let rest: u64 = few.iter().map(|r| r.2).sum();
    if rest > 0 {
        all.push(withheld(("few", "其他原因（数量较少，合并计数）", rest)));
    }
    Ok(Scope {
        of: "符合筛选条件的全部信息".to_owned(),
        in_scope: counts.in_scope,
        shown: counts.shown.saturating_sub(unknown_item),
        withheld: all,
        outside: "自然人的信息不在本站归集和公示范围内。".to_owned(),
    })
}

fn withheld((reason, title, count): (&str, &str, u64)) -> Withheld {
    Withheld {
        reason: reason.to_owned(),
        title: title.to_owned(),
        count,
    }
}
