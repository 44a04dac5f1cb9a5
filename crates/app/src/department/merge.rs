//! A department is merged into another, renamed or split: its open work goes to those after it, its
//! records keep its code.

use super::answers_for;
use crate::{AppError, AppResult, Ctx, Scope, record::purpose_given};
use jiff::civil::Date;
use serde_json::json;
use std::collections::BTreeSet;
use xinheng_domain::{act::Act, succession::Succession};
use xinheng_store::{
    Tx,
    department::{self, Department, Matter, Successor},
    hand_in::{self, HandIn},
    roster,
};

/// What becomes of a department.
#[derive(Debug, Clone, Copy)]
pub struct Merge<'a> {
    /// Its code.
    pub department: &'a str,
    /// Those after it: one where it is merged or renamed, several where it is split.
    pub successors: &'a [&'a str],
    /// The document by which it was decided.
    pub document: &'a str,
}

/// A department that is no more.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Succeeded {
    /// Code and name.
    pub department: (String, String),
    /// Codes and names of those after it.
    pub successors: Vec<(String, String)>,
    /// From which day on.
    pub from: Date,
    /// By which document.
    pub document: String,
    /// Of a split one: each item with its title, and who answers for it.
    pub matters: Vec<(String, String, Option<String>)>,
}

fn known(all: &[Department], code: &str) -> AppResult<(String, String)> {
    let found = all.iter().find(|d| d.code == code);
    let found = found.ok_or_else(|| AppError::NotFound(format!("没有编号是“{code}”的部门。")))?;
    Ok((found.code.clone(), found.name.clone()))
}

/// Departments that are no more, with those after them.
///
/// # Errors
/// Forbidden; faults of the store.
pub fn succeeded(ctx: &Ctx<'_>) -> AppResult<Vec<Succeeded>> {
    let (steps, succession, all) = ctx.desk(Act::RosterList, |conn, reach| {
        let mut steps = department::successors(conn)?;
        steps.retain(|s| reach.covers(&s.predecessor) || reach.covers(&s.successor));
        let succession = department::succession(conn, ctx.today())?;
        Ok((steps, succession, department::all(conn)?))
    })?;
    let mut found: Vec<Succeeded> = Vec::new();
    for step in steps {
        let successor = known(&all, &step.successor)?;
        match found.last_mut() {
            Some(last) if last.department.0 == step.predecessor => last.successors.push(successor),
            _ => found.push(Succeeded {
                matters: matters(ctx, &succession, &step.predecessor),
                department: known(&all, &step.predecessor)?,
                successors: vec![successor],
                from: step.from,
                document: step.document,
            }),
        }
    }
    Ok(found)
}

fn matters(
    ctx: &Ctx<'_>,
    succession: &Succession,
    code: &str,
) -> Vec<(String, String, Option<String>)> {
    if !succession.is_split(code) {
        return Vec::new();
    }
    let items = ctx.deployment().rulebook().items().iter();
    let matter = items.map(|item| {
        let holder = succession.assigned(code, &item.id);
        (
            item.id.clone(),
            item.title.clone(),
            holder.map(str::to_owned),
        )
    });
    matter.collect()
}

/// Ends a department from today on: with one after it, that one takes its open work over; with
/// several, they read, and the office assigns item by item. Gives how many prepared files went over.
///
/// # Errors
/// Forbidden; no such department; no document; one that is no more, on either side; faults of the
/// store.
pub fn merge(ctx: &Ctx<'_>, merge: &Merge<'_>) -> AppResult<usize> {
    ctx.allow(Act::DepartmentMerge)?;
    purpose_given(merge.document, "批准文件")?;
    let after: BTreeSet<&str> = merge.successors.iter().copied().collect();
    if after.is_empty() || after.contains(merge.department) {
        return Err(AppError::BadInput(
            "请选择承接的部门，不能是这个部门自己。".to_owned(),
        ));
    }
    ctx.change(Act::DepartmentMerge, |mut load| {
        let all = department::all(&mut load)?;
        for code in after.iter().copied().chain([merge.department]) {
            known(&all, code)?;
            answers_for(ctx, &mut load, (code, None))?;
        }
        let mut tx = load.permit(Scope::District)?;
        for successor in &after {
            let step = Successor {
                predecessor: merge.department.to_owned(),
                successor: (*successor).to_owned(),
                from: ctx.today(),
                document: merge.document.trim().to_owned(),
                noted_by: ctx.actor().audit_name(),
                noted_at: ctx.now(),
            };
            department::succeed(&mut tx, &step)?;
        }
        // Nobody confirms what its roster would have become.
        for proposal in roster::proposals(&mut tx, merge.department)? {
            roster::drop_proposal(&mut tx, &proposal)?;
        }
        let over = match after.first() {
            Some(only) if after.len() == 1 => hand_over(&mut tx, (merge.department, None), only)?,
            _ => 0,
        };
        let detail = json!({
            "department": merge.department, "successors": after, "document": merge.document.trim(),
            "hand_ins": over,
        });
        Ok(tx.done(over, detail))
    })
}

/// Prepared files go over: whoever comes after releases, corrects or withdraws them.
fn hand_over(tx: &mut Tx<'_>, (from, item): (&str, Option<&str>), to: &str) -> AppResult<usize> {
    let open = hand_in::open(tx, from, item)?;
    let count = open.len();
    for file in open {
        let department = to.to_owned();
        hand_in::change(tx, &HandIn { department, ..file })?;
    }
    Ok(count)
}

/// Assigns what a split department reported of an item to one of those after it. Gives how many
/// prepared files went over.
///
/// # Errors
/// Forbidden; not split; not one of those after it, or no more itself; no such item; faults of the
/// store.
pub fn assign(ctx: &Ctx<'_>, department: &str, item: &str, to: &str) -> AppResult<usize> {
    ctx.allow(Act::DepartmentAssign)?;
    if ctx.deployment().rulebook().item(item).is_none() {
        return Err(AppError::NotFound(format!("没有目录项“{item}”。")));
    }
    ctx.change(Act::DepartmentAssign, |mut load| {
        let succession = department::succession(&mut load, ctx.today())?;
        let mut tx = load.permit(Scope::District)?;
        if !succession.is_split(department) {
            return Err(AppError::BadInput(format!(
                "部门“{department}”没有分设，不用分派事项。"
            )));
        }
        if !succession.successors(department).contains(&to) {
            return Err(AppError::BadInput(format!(
                "“{to}”不是承接部门“{department}”的部门。"
            )));
        }
        let matter = Matter {
            predecessor: department.to_owned(),
            item: item.to_owned(),
            successor: to.to_owned(),
            assigned_by: ctx.actor().audit_name(),
            assigned_at: ctx.now(),
        };
        department::assign(&mut tx, &matter)?;
        let now = department::succession(&mut tx, ctx.today())?;
        let over = match now.holder(department, Some(item)) {
            Some(holder) => hand_over(&mut tx, (department, Some(item)), holder)?,
            None => 0,
        };
        let detail = json!({"department": department, "item": item, "to": to, "hand_ins": over});
        Ok(tx.done(over, detail))
    })
}
