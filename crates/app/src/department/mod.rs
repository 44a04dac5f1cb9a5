//! Departments that report (报送部门).

mod merge;

pub use merge::{Merge, Succeeded, assign, merge, succeeded};

use crate::{
    Act, AppError, AppResult, Ctx, Scope,
    check::{self, checker},
};
use serde::Serialize;
use serde_json::json;
use std::{
    collections::{BTreeSet, HashMap},
    path::Path,
};
use xinheng_checker::{CheckedRow, Checker, FilePlace, Verdict};
use xinheng_domain::{
    condition::Values as _,
    finding::{Finding, Severity},
    identity, redact,
};
use xinheng_exchange::check::{Sink, SinkError};
use xinheng_store::{
    Conn,
    department::{self, Department as Stored},
};

/// A department.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Department {
    /// Short code.
    pub code: String,
    /// Full name.
    pub name: String,
    /// Its unified social credit code.
    pub unified_code: Option<String>,
    /// Kind.
    pub kind: String,
    /// How the public reaches it; empty where it has not told.
    pub contact: String,
}

impl From<Stored> for Department {
    fn from(d: Stored) -> Self {
        Self {
            code: d.code,
            name: d.name,
            unified_code: d.unified_code,
            kind: d.kind,
            contact: d.contact,
        }
    }
}

/// All departments in the order of their list.
///
/// # Errors
/// Faults of the store.
pub fn list(ctx: &Ctx<'_>) -> AppResult<Vec<Department>> {
    let all = ctx.public(Act::DepartmentList, |conn| Ok(department::all(conn)?))?;
    Ok(all.into_iter().map(Into::into).collect())
}

/// The department with this code, or a refusal that names how to find it.
pub(crate) fn require(ctx: &Ctx<'_>, code: &str) -> AppResult<Department> {
    let found = ctx.public(Act::DepartmentList, |conn| Ok(department::get(conn, code)?))?;
    found.map(Into::into).ok_or_else(|| {
        AppError::NotFound(format!(
            "没有编号为“{code}”的部门。请用“xinheng department list”查看编号，或者先用“xinheng department import”导入部门名单。"
        ))
    })
}

/// Names of all departments, by code; a department that is not known keeps its code.
pub(crate) struct Names(HashMap<String, String>);

impl Names {
    pub(crate) fn of(conn: &mut Conn) -> AppResult<Self> {
        let all = department::all(conn)?;
        Ok(Self(all.into_iter().map(|d| (d.code, d.name)).collect()))
    }

    pub(crate) fn name(&self, code: &str) -> String {
        self.0.get(code).map_or(code, String::as_str).to_owned()
    }
}

/// A department with all that came before it: whose records it sees.
pub(crate) fn with_those_before(
    ctx: &Ctx<'_>,
    conn: &mut Conn,
    code: &str,
) -> AppResult<BTreeSet<String>> {
    let mut all = department::succession(conn, ctx.today())?.before(code);
    all.insert(code.to_owned());
    Ok(all)
}

/// The departments whose records of an item this one may change; refused where it is no more.
pub(crate) fn answers_for(
    ctx: &Ctx<'_>,
    conn: &mut Conn,
    (code, item): (&str, Option<&str>),
) -> AppResult<BTreeSet<String>> {
    let succession = department::succession(conn, ctx.today())?;
    if succession.is_over(code) {
        let rulebook = ctx.deployment().rulebook();
        return Err(crate::kernel::over_now(rulebook, &succession, code));
    }
    Ok(succession.answers_for(code, item))
}

/// Loads a list of departments; known codes are corrected. Gives their number.
///
/// # Errors
/// Forbidden; the file has faults: nothing is loaded then.
pub fn import(ctx: &Ctx<'_>, path: &Path) -> AppResult<u64> {
    ctx.allow_in(Act::DepartmentImport, Scope::District)?;
    let rulebook = ctx.deployment().rulebook();
    let format = rulebook
        .format("department-1")
        .ok_or_else(|| AppError::Fault("规则库缺少部门名单的格式".to_owned()))?;
    let checker = checker(rulebook, std::slice::from_ref(format), ctx.today())?;
    let mut sink = Collect {
        checker: &checker,
        rows: Vec::new(),
        wrong: Vec::new(),
    };
    let name = path
        .file_name()
        .map_or_else(String::new, |n| n.to_string_lossy().into_owned());
    let input = check::Input {
        path,
        file_name: &name,
        sheet: None,
    };
    check::with(&checker, input, None, &mut sink)?;
    if !sink.wrong.is_empty() {
        return Err(AppError::BadInput(format!(
            "部门名单有问题，没有导入：\n{}",
            sink.wrong.join("\n")
        )));
    }
    let count = sink.rows.len() as u64;
    ctx.change(Act::DepartmentImport, |load| {
        let mut tx = load.permit(Scope::District)?;
        for department in &sink.rows {
            department::upsert(&mut tx, department)?;
        }
        Ok(tx.done((), json!({"file": name, "count": count})))
    })?;
    Ok(count)
}

struct Collect<'a> {
    checker: &'a Checker,
    rows: Vec<Stored>,
    wrong: Vec<String>,
}

impl Collect<'_> {
    /// What a row may not hold of a person: its code is typed and shown everywhere, its name is
    /// public. The finding's code, the field, and what was met.
    fn personal(
        &self,
        row: &CheckedRow<'_>,
    ) -> Option<(&'static str, &'static str, Option<String>)> {
        let get = |field: &str| row.value(field).unwrap_or_default();
        if identity::is_masked_as_code(get("DEP_CODE")) {
            return Some(("identity-number-misplaced", "DEP_CODE", None));
        }
        if let Some(kinds) = self.checker.person_in_name(get("DEP_NAME")) {
            return Some(("name-holds-personal-data", "DEP_NAME", Some(kinds)));
        }
        // An office's number is public, a person's is not.
        let hit = redact::scan(get("DEP_CONTACT"))?;
        let kind = hit.kind.title().to_owned();
        Some(("contact-holds-personal-data", "DEP_CONTACT", Some(kind)))
    }
}

impl Sink for Collect<'_> {
    fn finding(&mut self, finding: &Finding) -> Result<(), SinkError> {
        if finding.severity != Severity::Warn {
            self.wrong.push(finding.message.clone());
        }
        Ok(())
    }

    fn row(&mut self, row: &CheckedRow<'_>) -> Result<(), SinkError> {
        let get = |field: &str| row.value(field).unwrap_or_default().to_owned();
        if matches!(row.verdict(), Verdict::Accepted { .. }) {
            if let Some((code, field, kinds)) = self.personal(row) {
                let place = FilePlace {
                    row: row.number(),
                    sheet_row: row.sheet_row(),
                    name: row.item().field(field).map_or("", |f| &f.name),
                    value: &identity::mask_code(row.value(field).unwrap_or_default()),
                    other: kinds.as_deref().unwrap_or_default(),
                    ..FilePlace::default()
                };
                let finding = self.checker.finding(code, Severity::RefuseRow, place);
                return self.finding(&finding);
            }
            self.rows.push(Stored {
                code: get("DEP_CODE"),
                name: get("DEP_NAME"),
                unified_code: Some(get("DEP_USCC")).filter(|c| !c.is_empty()),
                kind: get("DEP_KIND"),
                contact: get("DEP_CONTACT"),
                order: u32::try_from(row.number()).unwrap_or(u32::MAX),
            });
        }
        Ok(())
    }
}
