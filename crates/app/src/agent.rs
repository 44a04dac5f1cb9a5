//! Who acts for an organisation (单位经办): bound to its code by whoever looked at a document. No
//! identity number is asked, and none is kept.

use crate::{
    AppError, AppResult, Ctx, RefusalCode, Scope,
    account::{self, NewAccount, shown},
    ctx::new_id,
    record::purpose_given,
};
use jiff::civil::Date;
use serde_json::json;
use xinheng_domain::{
    act::Act,
    code, finder, identity,
    permission::{AGENT, own_place},
};
use xinheng_store::{
    account::{self as accounts, Granted},
    agent::{self, Binding},
    subject,
};

/// Code list of the documents that may be looked at.
const DOCUMENTS: &str = "agent-document";

/// An agent to be entered, with a new account.
#[derive(Debug, Clone, Copy)]
pub struct NewAgent<'a> {
    /// What will be typed at the sign-in.
    pub login: &'a str,
    /// The person's name.
    pub name: &'a str,
    /// Unified code of the organisation.
    pub code: &'a str,
    /// Kind of the document: one of [`documents`].
    pub document: &'a str,
    /// Its number; empty where it has none.
    pub number: &'a str,
    /// Last day.
    pub until: Option<Date>,
    /// Made by the demo.
    pub demo: bool,
}

/// An agent in the list.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AgentLine {
    /// Id of the binding.
    pub id: String,
    /// Login and name.
    pub agent: (String, String),
    /// Name and code of the organisation.
    pub subject: (String, String),
    /// The document that was looked at, with its number.
    pub document: String,
    /// First day.
    pub from: Date,
    /// Last day.
    pub until: Date,
    /// Who looked at the document.
    pub checked_by: String,
    /// On which day.
    pub checked_on: Date,
    /// It holds no longer.
    pub over: bool,
    /// Why it was ended, where it was.
    pub why: Option<String>,
}

/// The documents that may be looked at.
///
/// # Errors
/// The rulebook has no list of them.
pub fn documents(ctx: &Ctx<'_>) -> AppResult<Vec<String>> {
    let list = ctx.deployment().rulebook().code_list(DOCUMENTS);
    let list =
        list.ok_or_else(|| AppError::Rulebook(format!("规则库没有代码表“{DOCUMENTS}”。")))?;
    Ok(list.entries.iter().map(|e| e.title.clone()).collect())
}

/// All agents, the latest first.
///
/// # Errors
/// Forbidden; faults of the store.
pub fn list(ctx: &Ctx<'_>) -> AppResult<Vec<AgentLine>> {
    ctx.desk(Act::AgentList, |conn, _| {
        let logins = account::logins(conn)?;
        let mut lines = Vec::new();
        for binding in agent::all(conn)? {
            let account = accounts::get(conn, &binding.account_id)?;
            let key = xinheng_domain::subject::SubjectKey(binding.subject_key.clone());
            let of = subject::get(conn, &key)?;
            lines.push(AgentLine {
                over: binding.until < ctx.today() || of.as_ref().is_none_or(|s| s.is_over()),
                agent: account.map(|a| (a.login, a.name)).unwrap_or_default(),
                subject: (of.map_or_else(String::new, |s| s.name), binding.subject_key),
                document: match binding.document_number.as_str() {
                    "" => binding.document,
                    number => format!("{} {number}", binding.document),
                },
                id: binding.id,
                from: binding.from,
                until: binding.until,
                checked_by: shown(&binding.checked_by, &logins),
                checked_on: crate::civil_day(binding.checked_at),
                why: binding.ended_why,
            });
        }
        Ok(lines)
    })
}

/// Refuses what holds an identity number, whatever it was typed for.
fn no_identity(text: &str, what: &str) -> AppResult<()> {
    if finder::mask_identity_numbers(text) == text
        && !identity::looks_like_identity_number(&text.to_uppercase())
    {
        return Ok(());
    }
    Err(AppError::BadInput(format!(
        "“{what}”里有身份证件号码，没有保存。本系统不保存经办人的证件号码：核对证件以后，只写文件的名称和文号。"
    )))
}

/// The code of an organisation, as it was typed; no natural person has one.
fn code_given(text: &str) -> AppResult<String> {
    let code = text.trim().to_uppercase();
    if identity::has_birthday(code.as_bytes()) && !code::is_usable(code.as_bytes()) {
        return Err(AppError::BadInput(
            "这像是个人的身份证件号码，没有保存。单位经办只为有统一社会信用代码的单位登记，个人（包括农户）的信息不在这里查看。"
                .to_owned(),
        ));
    }
    if code::is_usable(code.as_bytes()) {
        return Ok(code);
    }
    let shown = finder::mask_identity_numbers(&code).into_owned();
    Err(AppError::BadInput(format!(
        "“{shown}”不是正确的统一社会信用代码：应当是18位，并且最后一位校验码相符。请照营业执照核对后重新填写。"
    )))
}

/// Binds a new account to an organisation. Gives the first password: told once.
///
/// # Errors
/// Forbidden; a login that is taken; a code that is none, is a person's number, or is not in the
/// register; no document; an identity number in a text; days that do not fit; faults of the store.
pub fn bind(ctx: &Ctx<'_>, new: &NewAgent<'_>) -> AppResult<String> {
    ctx.allow(Act::AgentBind)?;
    let code = code_given(new.code)?;
    if !documents(ctx)?.iter().any(|d| d == new.document.trim()) {
        return Err(AppError::BadInput("请选择核对了哪一种文件。".to_owned()));
    }
    for (text, what) in [
        (new.number, "文号"),
        (new.name, "姓名"),
        (new.login, "账号"),
    ] {
        no_identity(text.trim(), what)?;
    }
    if new.number.trim().chars().count() > 100 {
        return Err(AppError::BadInput("文号最多100个字。".to_owned()));
    }
    let until = new.until.ok_or_else(|| {
        AppError::BadInput("请填写授权到哪一天为止，照文件上写的期限。".to_owned())
    })?;
    if until < ctx.today() {
        return Err(AppError::BadInput(
            "授权的最后一天早于今天，文件已经过期。".to_owned(),
        ));
    }
    let (account, first) = account::new_account(
        ctx,
        NewAccount {
            login: new.login,
            name: new.name,
            demo: new.demo,
        },
    )?;
    ctx.change(Act::AgentBind, |mut load| {
        let taken = accounts::by_login(&mut load, &account.login)?.is_some();
        let key = subject::key_of(&mut load, &code)?;
        let known = match &key {
            Some(key) => subject::get(&mut load, key)?,
            None => None,
        };
        let mut tx = load.permit(Scope::District)?;
        // Met in a file is not registered.
        let Some(known) = known.filter(|s| !s.provisional) else {
            return Err(ctx.refused(RefusalCode::SubjectNotKnown, &[("code", &code)]));
        };
        if known.is_over() {
            let places = [("name", known.name.as_str()), ("status", &known.status)];
            return Err(ctx.refused(RefusalCode::SubjectOver, &places));
        }
        if taken {
            return Err(ctx.refused(RefusalCode::LoginTaken, &[("login", &account.login)]));
        }
        accounts::add(&mut tx, &account)?;
        accounts::grant(
            &mut tx,
            &Granted {
                account_id: account.id.clone(),
                role: AGENT.to_owned(),
                department: own_place(&known.key),
                from: ctx.today(),
                until: Some(until),
                granted_by: ctx.actor().audit_name(),
                granted_at: ctx.now(),
            },
        )?;
        let binding = Binding {
            id: new_id(ctx.now()),
            account_id: account.id.clone(),
            subject_key: known.key.to_string(),
            document: new.document.trim().to_owned(),
            document_number: new.number.trim().to_owned(),
            from: ctx.today(),
            until,
            checked_by: ctx.actor().audit_name(),
            checked_at: ctx.now(),
            ended_by: None,
            ended_at: None,
            ended_why: None,
        };
        agent::keep(&mut tx, &binding)?;
        let detail = json!({
            "account": account.id, "binding": binding.id, "document": binding.document,
            "number": binding.document_number, "until": until,
        });
        Ok(tx.done((), detail).about(Some(known.key)))
    })?;
    Ok(first)
}

/// Ends a binding: from now on nobody acts by it.
///
/// # Errors
/// Forbidden; no such binding; over already; no reason; faults of the store.
pub fn end(ctx: &Ctx<'_>, id: &str, why: &str) -> AppResult<()> {
    ctx.allow(Act::AgentEnd)?;
    purpose_given(why, "结束的理由")?;
    no_identity(why, "理由")?;
    ctx.change(Act::AgentEnd, |mut load| {
        let binding = agent::get(&mut load, id)?;
        let binding = binding.ok_or_else(|| AppError::NotFound("没有这一登记。".to_owned()))?;
        let granted = accounts::granted(&mut load, &binding.account_id)?;
        let mut tx = load.permit(Scope::District)?;
        if binding.until < ctx.today() {
            let until = binding.until.to_string();
            return Err(ctx.refused(RefusalCode::AgentOver, &[("until", &until)]));
        }
        let until = ctx.today().yesterday().unwrap_or(ctx.today());
        for one in granted.into_iter().filter(|g| g.role == AGENT) {
            let until = Some(one.until.map_or(until, |last| last.min(until)));
            accounts::grant(&mut tx, &Granted { until, ..one })?;
        }
        accounts::end_sessions(&mut tx, &binding.account_id, None)?;
        let key = xinheng_domain::subject::SubjectKey(binding.subject_key.clone());
        let detail = json!({"account": binding.account_id, "binding": binding.id});
        let ended = Binding {
            until,
            ended_by: Some(ctx.actor().audit_name()),
            ended_at: Some(ctx.now()),
            ended_why: Some(why.trim().to_owned()),
            ..binding
        };
        agent::keep(&mut tx, &ended)?;
        Ok(tx.done((), detail).about(Some(key)))
    })
}
