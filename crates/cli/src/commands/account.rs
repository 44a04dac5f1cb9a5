//! `xinheng account`

mod letter;
mod roster;

use crate::{
    args::{Account, Global, Output},
    output::{self, Failure, Outcome},
    screen::screen,
};
use std::{io::Write as _, process::ExitCode};
use xinheng_app::{
    Act,
    account::{self, AccountView, Grant, Made, NewAccount},
};

/// Keeps accounts and roles.
pub fn run(global: &Global, args: &Account) -> Outcome {
    let deployment = global.deployment()?;
    let mut out = screen();
    let json = global.output == Output::Json;
    let mut told = |made: Option<&Made>, login: &str, text: String| -> Result<(), Failure> {
        if json {
            let password = made.map(|made| &made.password);
            let line = serde_json::json!({"login": login, "password": password});
            return output::json_line(&mut out, &line);
        }
        writeln!(out, "{text}")?;
        if let Some(made) = made {
            writeln!(
                out,
                "密码：{}\n请当面交给本人；第一次登录后应当改掉，这里不再显示。",
                made.password
            )?;
        }
        Ok(())
    };
    match args {
        Account::Add {
            login,
            name,
            role,
            department,
        } => {
            let ctx = global.acting(&deployment)?;
            let new = NewAccount {
                login,
                name,
                demo: false,
            };
            let made = account::make(&ctx, new)?;
            told(Some(&made), login, format!("已建立账号“{login}”。"))?;
            if let Some(role) = role {
                let grant = Grant {
                    login,
                    role,
                    department: department.as_deref(),
                    from: None,
                    until: None,
                };
                account::grant(&ctx, grant)?;
            }
        }
        Account::Grant {
            login,
            role,
            department,
            from,
            until,
        } => {
            let grant = Grant {
                login,
                role,
                department: department.as_deref(),
                from: *from,
                until: *until,
            };
            account::grant(&global.acting(&deployment)?, grant)?;
            told(None, login, format!("已授予账号“{login}”角色“{role}”。"))?;
        }
        Account::Revoke {
            login,
            role,
            department,
        } => {
            let ctx = global.acting(&deployment)?;
            account::revoke(&ctx, login, role, department.as_deref())?;
            told(None, login, format!("已收回账号“{login}”的角色“{role}”。"))?;
        }
        Account::Reset { login } => {
            let made = account::reset(&global.acting(&deployment)?, login)?;
            told(Some(&made), login, format!("已重置账号“{login}”。"))?;
        }
        Account::Lock { login } => {
            account::lock(&global.acting(&deployment)?, login, true)?;
            told(None, login, format!("已停用账号“{login}”。"))?;
        }
        Account::Unlock { login } => {
            account::lock(&global.acting(&deployment)?, login, false)?;
            told(None, login, format!("已恢复账号“{login}”。"))?;
        }
        Account::Bind { login, os_user } => {
            account::bind(&global.acting(&deployment)?, login, os_user.as_deref())?;
            let text = match os_user {
                Some(os_user) => format!("操作系统账号“{os_user}”的命令此后由账号“{login}”办理。"),
                None => format!("已解除账号“{login}”的绑定。"),
            };
            told(None, login, text)?;
        }
        Account::Roster(args) => roster::run(global, &deployment, args, &mut out)?,
        Account::Letter(args) => letter::run(global, &deployment, args, &mut out)?,
        Account::List => {
            let all = account::list(&global.ctx(&deployment)?)?;
            list(&mut out, json, &all)?;
        }
        Account::Roles => {
            let permissions = deployment.rulebook().permissions();
            for role in permissions.roles() {
                let titles = |acts: &[Act]| {
                    let titles: Vec<&str> = acts.iter().map(|act| act.title()).collect();
                    titles.join("、")
                };
                if json {
                    output::json_line(&mut out, role)?;
                    continue;
                }
                writeln!(out, "{}（{}）：{}", role.title, role.id, role.duty)?;
                if !role.any.is_empty() {
                    writeln!(out, "  全区：{}", titles(&role.any))?;
                }
                if !role.own_department.is_empty() {
                    writeln!(out, "  本部门：{}", titles(&role.own_department))?;
                }
            }
        }
    }
    Ok(ExitCode::SUCCESS)
}

fn list(out: &mut impl std::io::Write, json: bool, all: &[AccountView]) -> Result<(), Failure> {
    let role = |granted: &xinheng_app::account::Granted| {
        let place = match granted.department.as_str() {
            "" => String::new(),
            code => format!("@{code}"),
        };
        let until = granted.until.map(|day| format!("（到 {day}）"));
        format!("{}{place}{}", granted.role, until.unwrap_or_default())
    };
    let mut table = output::table(&["账号", "姓名", "角色", "状态"], &[0]);
    for account in all {
        let roles: Vec<String> = account.roles.iter().map(role).collect();
        if json {
            let line = serde_json::json!({
                "login": account.login, "name": account.name, "roles": roles,
                "locked": account.locked, "factor": account.factor, "os_user": account.os_user,
            });
            output::json_line(out, &line)?;
            continue;
        }
        let mut state = vec![if account.locked { "停用" } else { "正常" }.to_owned()];
        if account.factor {
            state.push("有动态口令".to_owned());
        }
        if account.password_given {
            state.push("密码还没有改".to_owned());
        }
        state.extend(
            account
                .os_user
                .as_ref()
                .map(|user| format!("操作系统账号 {user}")),
        );
        table.add_row([
            account.login.clone(),
            account.name.clone(),
            roles.join("、"),
            state.join("、"),
        ]);
    }
    if !json && all.is_empty() {
        writeln!(out, "还没有账号。请用“xinheng account add”建立第一个。")?;
    } else if !json {
        writeln!(out, "{table}")?;
    }
    Ok(())
}
