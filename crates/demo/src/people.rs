//! People who sign in: invented ones, one for each role that has something to do, in the department
//! that reports most. They may be entered with one click from the machine itself.

use crate::BuildError;
use jiff::ToSpan as _;
use xinheng_app::{
    Actor, AppError, Ctx,
    account::{self, Grant, NewAccount},
    auditor::{self, NewLetter},
    department,
    roster::{self, Proposal},
};

/// Login, invented name, role that an administrator grants.
const PEOPLE: [(&str, &str, &str); 11] = [
    ("clerk", "程样清", ""),
    ("reviewer", "司马拟清", ""),
    ("deputy", "温样澄", ""),
    ("responsible", "欧阳拟川", "responsible"),
    ("officer", "黄设舟", "officer"),
    ("head", "张设同", "head"),
    ("counter", "钱样禾", "counter"),
    ("auditor", "沈样宁", ""),
    ("system", "陆拟安", "system-admin"),
    ("security", "顾样和", "security-admin"),
    ("audit", "纪设远", "audit-admin"),
];

/// Makes the accounts, and the roster of the department; gives how many.
pub(crate) fn settle(ctx: &Ctx<'_>) -> Result<usize, BuildError> {
    let departments = department::list(ctx)?;
    let first = departments.first().map(|d| d.code.as_str());
    let permissions = ctx.deployment().rulebook().permissions();
    let mut responsible = None;
    for (login, name, role) in PEOPLE {
        let new = NewAccount {
            login,
            name,
            demo: true,
        };
        let made = account::make(ctx, new)?;
        let Some(known) = permissions.role(role) else {
            continue;
        };
        let department = first.filter(|_| known.body == account::Body::Department);
        if department.is_some() {
            responsible = Some(made.id);
        }
        let grant = Grant {
            login,
            role,
            department,
            from: None,
            until: None,
        };
        account::grant(ctx, grant)?;
    }
    let letter = NewLetter {
        login: "auditor",
        issuer: "衡川市审计局",
        number: "衡审函〔2026〕7号",
        dated: ctx.today(),
        departments: &[],
        from: None,
        until: ctx.today().saturating_add(60.days()),
    };
    auditor::enter(ctx, &letter)?;
    if let (Some(id), Some(department)) = (responsible, first) {
        let actor = Actor::Account {
            id,
            department: Some(department.to_owned()),
        };
        confirmed(&ctx.deployment().ctx(actor, ctx.now()), department)?;
    }
    Ok(PEOPLE.len())
}

/// A roster that is confirmed, and a change that waits.
fn confirmed(ctx: &Ctx<'_>, department: &str) -> Result<(), AppError> {
    let proposal = |role: &'static str, login: &'static str| Proposal {
        department,
        login,
        role,
        from: None,
        until: None,
    };
    roster::propose(ctx, proposal("clerk", "clerk"))?;
    roster::propose(ctx, proposal("reviewer", "reviewer"))?;
    let seen = roster::open(ctx, department)?;
    roster::confirm(ctx, department, &seen.mark)?;
    let leave = Proposal {
        until: Some(ctx.today().saturating_add(30.days())),
        ..proposal("reviewer", "deputy")
    };
    roster::propose(ctx, leave)
}
