//! Roles name acts and roles that exist; a deployment's own files take away and never give.

use super::unique;
use crate::{files::Layer, load::Parts, problem::Problem};
use xinheng_domain::permission::{ACCOUNT_HOLDER, ANYBODY, Body, Permissions};

/// The permissions without what a district takes from them: a kind is proved against those.
pub(super) fn check(parts: &Parts, problems: &mut Vec<Problem>) -> Permissions {
    unique(&parts.roles, |r| &r.id, "角色", problems);
    let role = |id: &str| parts.roles.iter().find(|r| r.value.id == id);
    for id in [ANYBODY, ACCOUNT_HOLDER] {
        if role(id).is_none_or(|r| r.value.body != Body::Anywhere) {
            let text = "这一角色应当存在，body 写 anywhere";
            problems.push(Problem::new("permissions/roles.toml", id, text));
        }
    }
    for placed in &parts.roles {
        let mut say = |text: String| {
            problems.push(Problem::new(&placed.file, &placed.value.id, text));
        };
        let role_ = &placed.value;
        if placed.layer == Layer::Local {
            say("本地文件不能增加角色，只能用 [[narrow]] 收回权限".to_owned());
        }
        for excluded in &role_.excludes {
            if role(excluded).is_none() {
                say(format!("不能同时担任的角色“{excluded}”不存在"));
            }
        }
        if role_.body != Body::Department && !role_.own_department.is_empty() {
            say("不属于部门的角色没有“本部门”的权限，请写在 any 中".to_owned());
        }
        let of_subject = role_.body == Body::Subject;
        if of_subject == role_.own_subject.is_empty() || of_subject && !role_.any.is_empty() {
            say("单位的角色只有“本单位”（own_subject）的权限，别的角色没有".to_owned());
        }
        for act in role_
            .any
            .iter()
            .filter(|a| role_.own_department.contains(a))
        {
            say(format!("权限“{}”写了两次", act.id()));
        }
        let anonymous = role_.id == ANYBODY;
        for act in role_.acts() {
            if anonymous != act.is_anybodys() {
                say(format!(
                    "权限“{}”和角色不相称：公开的只写在“任何人”之下",
                    act.id()
                ));
            }
        }
    }
    for placed in &parts.narrowings {
        let mut say = |text: String| {
            problems.push(Problem::new(&placed.file, &placed.value.role, text));
        };
        let narrowing = &placed.value;
        match role(&narrowing.role) {
            None => say("要收回权限的角色不存在".to_owned()),
            Some(_) if [ANYBODY, ACCOUNT_HOLDER].contains(&narrowing.role.as_str()) => {
                say("“任何人”和“持有账号的人”的权限不能收回".to_owned());
            }
            Some(known) => {
                for act in &narrowing.without {
                    if !known.value.acts().any(|held| held == act) {
                        say(format!("角色没有权限“{}”", act.id()));
                    }
                }
            }
        }
    }
    let roles = parts.roles.iter().map(|p| p.value.clone()).collect();
    Permissions::new(roles, &[])
}
