//! People who sign in: invented ones, one for each role that has something to do, in the department
//! that reports most. They may be entered with one click from the machine itself.

use crate::BuildError;
use xinheng_app::{
    Ctx,
    account::{self, Grant, NewAccount},
    department,
};

/// Login, invented name, roles.
const PEOPLE: [(&str, &str, &[&str]); 9] = [
    ("clerk", "程样清", &["clerk"]),
    ("reviewer", "司马拟清", &["reviewer"]),
    ("responsible", "欧阳拟川", &["responsible"]),
    ("officer", "黄设舟", &["officer"]),
    ("head", "张设同", &["head"]),
    ("auditor", "沈样宁", &["auditor"]),
    ("system", "陆拟安", &["system-admin"]),
    ("security", "顾样和", &["security-admin"]),
    ("audit", "纪设远", &["audit-admin"]),
];

/// Makes the accounts; gives how many.
pub(crate) fn settle(ctx: &Ctx<'_>) -> Result<usize, BuildError> {
    let departments = department::list(ctx)?;
    let first = departments.first().map(|d| d.code.as_str());
    let permissions = ctx.deployment().rulebook().permissions();
    for (login, name, roles) in PEOPLE {
        let new = NewAccount {
            login,
            name,
            demo: true,
        };
        account::make(ctx, new)?;
        for role in roles {
            let known = permissions.role(role);
            let of_department = known.is_some_and(|r| r.body == account::Body::Department);
            let grant = Grant {
                login,
                role,
                department: first.filter(|_| of_department),
                from: None,
                until: None,
            };
            account::grant(ctx, grant)?;
        }
    }
    Ok(PEOPLE.len())
}
