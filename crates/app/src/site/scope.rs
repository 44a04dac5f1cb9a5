//! No silent omission (I2), without telling what the law has ended (I9, I10). See ADR 3.

use super::mode;
use crate::{
    AppResult, Ctx,
    view::{Scope, Withheld},
};
use xinheng_domain::publicity::Mode;
use xinheng_rulebook::SMALL_NUMBER;
use xinheng_store::record::{Counts, ListFilter};

const OUTSIDE: &str = "公示期满、依法不公示、类别未定（由作出决定的单位认定，尚未载明）和已经撤下的不在这里，也不能由此推断有无。";

const NOT_ACCEPTED: &str = "上级平台尚未确认接收（本站只显示上级平台已接收的信息）";

const NO_PERSONS: &str = "自然人的信息不在本站归集和公示范围内。";

const FEW: &str = "few";

const UNKNOWN_ITEM: &str = "所属的信息类别不在本站目录中，暂不能显示";

/// What is not told of one organisation, or of what conditions narrow: no count, of nothing that
/// is not public.
fn outside(ctx: &Ctx<'_>) -> String {
    let above = match mode::mode(ctx) {
        Mode::Mirror => "本站只显示上级平台已接收的信息。",
        Mode::Own | Mode::Guide => "",
    };
    format!("{OUTSIDE}{above}")
}

/// Scope of an answer about one organisation: what may be public today.
pub fn of_subject(
    ctx: &Ctx<'_>,
    shown: u64,
    not_in_force: u64,
    known_later: u64,
    unknown_item: u64,
) -> Scope {
    let reasons = [
        (
            "not_in_force_on_day",
            "在所选日期不在公示期内",
            not_in_force,
        ),
        ("known_later", "在所选时刻尚未公示", known_later),
        ("unknown_item", UNKNOWN_ITEM, unknown_item),
    ];
    scope(
        "该单位今天可以公示的信息",
        shown,
        told(reasons),
        outside(ctx),
    )
}

/// Scope of a list narrowed by conditions: as of one organisation, what may be public today. What
/// is not public is counted under no condition, so that no two answers differ by one of them.
pub fn of_conditions(ctx: &Ctx<'_>, counts: &Counts, unknown_item: u64) -> Scope {
    let reasons = public_reasons(counts, unknown_item);
    let outside = format!("{}{NO_PERSONS}", outside(ctx));
    let shown = counts.shown.saturating_sub(unknown_item);
    scope(
        "符合条件、今天可以公示的信息",
        shown,
        told(reasons),
        outside,
    )
}

/// Scope of a list of one kind, or of all kinds: what is not public is counted too, by kind and
/// reason, where there is no small number of it. All kinds together tell what each tells, so
/// that nothing small is left when one is taken from the other.
///
/// # Errors
/// The rulebook does not say what is a small number; faults of the store.
pub fn of_kinds(
    ctx: &Ctx<'_>,
    filter: &ListFilter,
    counts: &Counts,
    unknown_item: u64,
) -> AppResult<Scope> {
    let small = u64::from(ctx.number(SMALL_NUMBER)?);
    let kinds = ctx.deployment().rulebook().items().iter();
    let kinds = kinds.filter(|i| filter.item.as_ref().is_none_or(|id| *id == i.id));
    let mut hidden: Vec<Withheld> = Vec::new();
    for kind in kinds {
        let of_kind = ListFilter {
            item: Some(kind.id.clone()),
            ..mode::filter(ctx)
        };
        for one in of_kind_hidden(&ctx.deployment().cache().counts(ctx, &of_kind)?, small) {
            match hidden.iter_mut().find(|w| w.reason == one.reason) {
                Some(same) => same.count += one.count,
                None => hidden.push(one),
            }
        }
    }
    // What is merged stands last.
    hidden.sort_by_key(|w| w.reason == FEW);
    let mut all = told(public_reasons(counts, unknown_item));
    all.extend(hidden);
    let outside = format!(
        "不显示的只按信息类别合计，不足{small}条的不计数，也不按单位、部门或者时间分开计数。{NO_PERSONS}"
    );
    let shown = counts.shown.saturating_sub(unknown_item);
    Ok(scope("这里计数的信息", shown, all, outside))
}

/// Reasons for which what may be public today is not in an answer: the same answer without its
/// dates tells them.
fn public_reasons(counts: &Counts, unknown_item: u64) -> [Reason; 2] {
    [
        ("narrowed", "不符合所选日期或者时刻", counts.narrowed),
        ("unknown_item", UNKNOWN_ITEM, unknown_item),
    ]
}

/// What is not public of one kind, by reason; small numbers are merged, and a small sum is not told.
fn of_kind_hidden(counts: &Counts, small: u64) -> Vec<Withheld> {
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
    ];
    let (many, few): (Vec<_>, Vec<_>) = reasons.into_iter().partition(|r| r.2 >= small);
    let mut all = told(many);
    let rest: u64 = few.iter().map(|r| r.2).sum();
    if rest >= small {
        all.extend(told([(FEW, "其他原因（数量较少，合并计数）", rest)]));
    }
    all
}

fn scope(of: &str, shown: u64, withheld: Vec<Withheld>, outside: String) -> Scope {
    Scope {
        of: of.to_owned(),
        in_scope: shown + withheld.iter().map(|w| w.count).sum::<u64>(),
        shown,
        withheld,
        outside,
    }
}

/// Stable id, title, count.
type Reason = (&'static str, &'static str, u64);

/// Reasons that there are.
fn told(reasons: impl IntoIterator<Item = Reason>) -> Vec<Withheld> {
    let there = reasons.into_iter().filter(|r| r.2 > 0);
    there.map(withheld).collect()
}

fn withheld((reason, title, count): Reason) -> Withheld {
    Withheld {
        reason: reason.to_owned(),
        title: title.to_owned(),
        count,
    }
}
