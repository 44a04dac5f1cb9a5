//! The only ways from a use case to the database. Each names its act: whoever does not hold it gets
//! no connection, and what is written or looked at leaves the act's entry (I4, ADR 17).

use crate::{Actor, AppError, AppResult, Ctx};
use serde_json::Value;
use std::{
    cell::{Cell, RefCell},
    collections::BTreeSet,
    ops::{Deref, DerefMut},
};
use xinheng_domain::{
    act::{Act, Way},
    permission::{
        ACCOUNT_HOLDER, ANYBODY, CLERK, GrantedBy, HEAD, Membership, OFFICER, Permissions, Reach,
        subject_of,
    },
    publicity::Mode,
    refusal::RefusalCode,
    subject::SubjectKey,
    succession::Succession,
};
use xinheng_rulebook::Rulebook;
use xinheng_store::{
    Conn, Db, Ending, Turn, Tx, account,
    audit::AuditEntry,
    auditor::{self, AuditLetter},
    department, subject,
};

/// What an act is about, as far as it bears on who may do it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Scope<'a> {
    /// The district: for those alone who hold the act everywhere.
    District,
    /// What belongs to one department.
    Department(&'a str),
    /// What a department reported of a catalogue item: whoever answers for it since a split may.
    Matter(&'a str, &'a str),
}

/// How a use case ends: the value it gives, and what its entry tells. Made by a permitted
/// transaction alone.
#[derive(Debug)]
pub struct Done<T> {
    value: T,
    /// `None`: there was nothing to do, and everything is taken back.
    told: Option<Told>,
}

#[derive(Debug)]
struct Told {
    detail: Value,
    about: Option<SubjectKey>,
    instead: Option<Act>,
}

impl<T> Done<T> {
    /// Names the subject concerned.
    #[must_use]
    pub fn about(mut self, key: Option<SubjectKey>) -> Self {
        if let Some(told) = &mut self.told {
            told.about = key;
        }
        self
    }

    /// It turned out to be another act, which whoever holds the first one holds as well.
    #[must_use]
    pub fn instead(mut self, act: Act) -> Self {
        if let Some(told) = &mut self.told {
            told.instead = Some(act);
        }
        self
    }
}

fn done<T>(value: T, detail: Value) -> Done<T> {
    let told = Told {
        detail,
        about: None,
        instead: None,
    };
    Done {
        value,
        told: Some(told),
    }
}

/// A transaction that has read and not written: what it loads says whether it may.
pub struct Loading<'t, 'c> {
    tx: &'t mut Tx<'c>,
    judge: Judge<'t>,
}

impl<'t, 'c> Loading<'t, 'c> {
    /// Goes on to write, where the act is permitted on what was loaded.
    ///
    /// # Errors
    /// Forbidden.
    pub fn permit(self, scope: Scope<'_>) -> AppResult<Writing<'t, 'c>> {
        self.judge.judge(scope)?;
        Ok(Writing(self.tx))
    }
}

impl Deref for Loading<'_, '_> {
    type Target = Conn;
    fn deref(&self) -> &Conn {
        self.tx
    }
}

impl DerefMut for Loading<'_, '_> {
    fn deref_mut(&mut self) -> &mut Conn {
        self.tx
    }
}

/// A permitted transaction.
pub struct Writing<'t, 'c>(&'t mut Tx<'c>);

impl Writing<'_, '_> {
    /// Ends the act: `detail` is what its entry tells.
    pub fn done<T>(self, value: T, detail: Value) -> Done<T> {
        done(value, detail)
    }

    /// There was nothing to do: whatever was written is taken back, and no entry is left.
    pub const fn nothing<T>(self, value: T) -> Done<T> {
        Done { value, told: None }
    }
}

impl<'c> Deref for Writing<'_, 'c> {
    type Target = Tx<'c>;
    fn deref(&self) -> &Tx<'c> {
        self.0
    }
}

impl<'c> DerefMut for Writing<'_, 'c> {
    fn deref_mut(&mut self) -> &mut Tx<'c> {
        self.0
    }
}

/// A look that has read: what it loaded says whether it may be shown.
pub struct Reading<'t> {
    conn: &'t mut Conn,
    judge: Judge<'t>,
}

impl<'t> Reading<'t> {
    /// Goes on to show, where the act is permitted on what was loaded.
    ///
    /// # Errors
    /// Forbidden.
    pub fn permit(self, scope: Scope<'_>) -> AppResult<Seeing<'t>> {
        self.judge.judge(scope)?;
        Ok(Seeing(self.conn))
    }

    /// Goes on to show as much of a list as is within reach.
    pub fn within_reach(self) -> (Seeing<'t>, Reach) {
        (Seeing(self.conn), self.judge.reach)
    }
}

impl Deref for Reading<'_> {
    type Target = Conn;
    fn deref(&self) -> &Conn {
        self.conn
    }
}

impl DerefMut for Reading<'_> {
    fn deref_mut(&mut self) -> &mut Conn {
        self.conn
    }
}

/// A permitted look.
pub struct Seeing<'t>(&'t mut Conn);

impl Seeing<'_> {
    /// Ends the look: `detail` is what its entry tells.
    pub fn done<T>(self, value: T, detail: Value) -> Done<T> {
        done(value, detail)
    }

    /// Nothing was found, so nothing was seen.
    pub const fn nothing<T>(self, value: T) -> Done<T> {
        Done { value, told: None }
    }
}

impl Deref for Seeing<'_> {
    type Target = Conn;
    fn deref(&self) -> &Conn {
        self.0
    }
}

impl DerefMut for Seeing<'_> {
    fn deref_mut(&mut self) -> &mut Conn {
        self.0
    }
}

/// How far the actor holds the act.
struct Judge<'a> {
    reach: Reach,
    act: Act,
    rulebook: &'a Rulebook,
    /// Departments that are no more.
    succession: Succession,
    /// By which letters an auditor looks.
    letter: Option<String>,
}

impl Judge<'_> {
    fn judge(&self, scope: Scope<'_>) -> AppResult<()> {
        let (code, item) = match scope {
            _ if self.reach == Reach::Everywhere => return Ok(()),
            Scope::District => return Err(forbidden(self.rulebook.permissions(), self.act)),
            Scope::Department(code) => (code, None),
            Scope::Matter(code, item) => (code, Some(item)),
        };
        let changes = self.act.way() == Way::Change;
        let holder = self.succession.holder(code, item);
        if self.reach.covers(code) || changes && holder.is_some_and(|h| self.reach.covers(h)) {
            return Ok(());
        }
        if let Reach::Departments(own) = &self.reach
            && changes
            && holder.is_none()
            && own
                .iter()
                .any(|own| self.succession.before(own).contains(code))
        {
            let places = [("department", code)];
            return Err(self
                .rulebook
                .refusal(RefusalCode::MattersOpen, &places)
                .into());
        }
        Err(AppError::Forbidden(format!(
            "当前身份不能为部门“{code}”办理，请由该部门的经办人或者区信用办办理。"
        )))
    }

    /// Whoever works for a department works for those that it has come after, too: sees all that they
    /// left, and changes what it answers for. For one that is no more nobody changes anything.
    fn succeed(&mut self, succession: Succession) -> AppResult<()> {
        let Reach::Departments(own) = &mut self.reach else {
            return Ok(());
        };
        let mut more = BTreeSet::new();
        if self.act.way() == Way::Change {
            if let Some(over) = own.iter().find(|code| succession.is_over(code)).cloned() {
                own.retain(|code| !succession.is_over(code));
                if own.is_empty() {
                    return Err(over_now(self.rulebook, &succession, &over));
                }
            }
            for code in own.iter() {
                more.extend(succession.answers_for(code, None));
            }
        } else {
            for code in own.iter() {
                more.extend(succession.before(code));
            }
        }
        own.extend(more);
        self.succession = succession;
        Ok(())
    }
}

/// The refusal of what a department that is no more would do.
pub(crate) fn over_now(rulebook: &Rulebook, succession: &Succession, code: &str) -> AppError {
    let after: Vec<String> = succession
        .successors(code)
        .iter()
        .map(|code| format!("“{code}”"))
        .collect();
    let places = [("department", code), ("successor", &after.join("、"))];
    rulebook
        .refusal(RefusalCode::DepartmentOver, &places)
        .into()
}

pub(crate) fn forbidden(permissions: &Permissions, act: Act) -> AppError {
    let purpose = if act.way() == Way::Look {
        "，并且应当写明用途"
    } else {
        ""
    };
    let mut holders = permissions.holders(act);
    if holders.is_empty() {
        holders.push_str("部署信衡的管理人员");
    }
    AppError::Forbidden(format!("只有{holders}可以{}{purpose}。", act.title()))
}

/// The acts that somebody with these roles holds somewhere, for menus.
pub(crate) fn acts(permissions: &Permissions, memberships: &[Membership]) -> Vec<Act> {
    let all = Act::ALL.iter().copied();
    all.filter(|act| permissions.reach(memberships, *act).is_some())
        .collect()
}

thread_local! {
    static CHANGING: Cell<bool> = const { Cell::new(false) };
    static ALLOWED: RefCell<Vec<Act>> = const { RefCell::new(Vec::new()) };
}

/// The acts that were asked for on this thread since the last call, in debug builds: an answer may
/// rest on no other act than its address names.
#[must_use]
pub fn take_allowed() -> Vec<Act> {
    ALLOWED.take()
}

/// A change that is running on this thread; nothing else may begin in it.
struct Changing;

impl Changing {
    fn begin() -> Self {
        CHANGING.set(true);
        Self
    }
}

impl Drop for Changing {
    fn drop(&mut self) {
        CHANGING.set(false);
    }
}

impl Ctx<'_> {
    /// Refuses an act that the actor does not hold anywhere.
    ///
    /// # Errors
    /// [`AppError::Forbidden`], with a Chinese sentence.
    pub fn allow(&self, act: Act) -> AppResult<()> {
        self.begin(act)?;
        self.first_look(act).map(drop)
    }

    /// Refuses an act that the actor does not hold in this scope: for what is known before anything
    /// is loaded.
    ///
    /// # Errors
    /// [`AppError::Forbidden`], with a Chinese sentence.
    pub fn allow_in(&self, act: Act, scope: Scope<'_>) -> AppResult<()> {
        self.begin(act)?;
        self.first_look(act)?.judge(scope)
    }

    fn begin(&self, act: Act) -> AppResult<()> {
        if CHANGING.get() {
            return Err(AppError::Fault(format!(
                "“{}”在另一次写入之中开始",
                act.id()
            )));
        }
        if cfg!(debug_assertions) {
            ALLOWED.with_borrow_mut(|allowed| allowed.push(act));
        }
        let district = self.deployment().district();
        if act.shows_records() && district.publicity == Mode::Guide {
            let site = match &district.platform {
                Some(address) => format!("“信用中国”网站（{address}）"),
                None => "“信用中国”网站".to_owned(),
            };
            return Err(self.refused(RefusalCode::PublishedElsewhere, &[("site", &site)]));
        }
        Ok(())
    }

    /// Judges before anything is opened; only an account's roles have to be read for it.
    fn first_look(&self, act: Act) -> AppResult<Judge<'_>> {
        match self.actor() {
            Actor::Account { .. } | Actor::Department { .. } => {
                self.db().read(|conn| self.judge(conn, act))
            }
            _ => self.judge_by((&[], &[]), act),
        }
    }

    /// How far the actor holds the act, by the roles that stand in the database now.
    fn judge(&self, conn: &mut Conn, act: Act) -> AppResult<Judge<'_>> {
        let (memberships, letters) = match self.actor() {
            Actor::Account { id, department } => {
                let today = self.today();
                let all = crate::account::memberships(conn, id, department.as_deref(), today)?;
                let letters = match all.iter().any(|m| self.is_by_letter(m)) {
                    true => auditor::in_force(conn, id, today)?,
                    false => Vec::new(),
                };
                (all, letters)
            }
            _ => Default::default(),
        };
        let mut judge = match self.judge_by((&memberships, &letters), act) {
            Ok(judge) => judge,
            Err(refused) => return Err(self.over_for(conn, refused)?),
        };
        if judge.letter.is_none() && matches!(judge.reach, Reach::Departments(_)) {
            judge.succeed(department::succession(conn, self.today())?)?;
        }
        Ok(judge)
    }

    /// Whoever acted for an organisation is told why they no longer do; others are refused as they were.
    fn over_for(&self, conn: &mut Conn, refused: AppError) -> AppResult<AppError> {
        let Actor::Account {
            id,
            department: Some(place),
        } = self.actor()
        else {
            return Ok(refused);
        };
        let Some(key) = subject_of(place) else {
            return Ok(refused);
        };
        if let Some(of) = subject::get(conn, &key)?.filter(|of| of.is_over()) {
            let places = [("name", of.name.as_str()), ("status", &of.status)];
            return Ok(self.refused(RefusalCode::SubjectOver, &places));
        }
        let own = account::granted(conn, id)?;
        let last = own
            .iter()
            .filter(|g| g.department == *place)
            .filter_map(|g| g.until)
            .max();
        Ok(match last.filter(|last| *last < self.today()) {
            Some(last) => self.refused(RefusalCode::AgentOver, &[("until", &last.to_string())]),
            None => refused,
        })
    }

    /// The organisation for which the actor acts.
    ///
    /// # Errors
    /// They act for none.
    pub(crate) fn own_subject(&self) -> AppResult<SubjectKey> {
        let own = match self.actor() {
            Actor::Account { department, .. } => department.as_deref().and_then(subject_of),
            _ => None,
        };
        let none = || AppError::Forbidden("只有单位经办可以打开本单位的空间。".to_owned());
        own.ok_or_else(none)
    }

    /// The roles that the actor has where they act, and for the departments that theirs has come after:
    /// by these a step of a case is judged. `items`: of which catalogue item the case is; none
    /// where it is of none, all of them where it is only asked what there is to do.
    pub(crate) fn memberships(
        &self,
        conn: &mut Conn,
        items: &[&str],
    ) -> AppResult<Vec<Membership>> {
        let mut all = self.own_memberships(conn)?;
        if all.iter().all(|m| m.department.is_none()) {
            return Ok(all);
        }
        let succession = department::succession(conn, self.today())?;
        let mut more = Vec::new();
        for membership in &all {
            let Some(own) = &membership.department else {
                continue;
            };
            let mut before = succession.answers_for(own, None);
            for item in items {
                before.extend(succession.answers_for(own, Some(item)));
            }
            before.remove(own);
            more.extend(before.into_iter().map(|code| Membership {
                department: Some(code),
                ..membership.clone()
            }));
        }
        all.extend(more);
        Ok(all)
    }

    fn own_memberships(&self, conn: &mut Conn) -> AppResult<Vec<Membership>> {
        let as_role = |role: &str, department: Option<&String>| Membership {
            role: role.to_owned(),
            department: department.cloned(),
            from: self.today(),
            until: None,
        };
        Ok(match self.actor() {
            Actor::Public => Vec::new(),
            Actor::Operator { .. } => vec![as_role(OFFICER, None), as_role(HEAD, None)],
            Actor::Department { code, .. } => vec![as_role(CLERK, Some(code))],
            Actor::Account { id, department } => {
                crate::account::memberships(conn, id, department.as_deref(), self.today())?
            }
        })
    }

    /// How far the actor holds an act, for what a list or a count shows of it.
    pub(crate) fn reach(&self, conn: &mut Conn, act: Act) -> AppResult<Reach> {
        self.judge(conn, act).map(|judge| judge.reach)
    }

    fn is_by_letter(&self, membership: &Membership) -> bool {
        let permissions = self.deployment().rulebook().permissions();
        let role = permissions.role(&membership.role);
        role.is_some_and(|role| role.granted_by == GrantedBy::Letter)
    }

    fn judge_by(
        &self,
        (memberships, letters): (&[Membership], &[AuditLetter]),
        act: Act,
    ) -> AppResult<Judge<'_>> {
        let rulebook = self.deployment().rulebook();
        let permissions = rulebook.permissions();
        let as_role = |role: &str, department: Option<&String>| {
            let membership = Membership {
                role: role.to_owned(),
                department: department.cloned(),
                from: self.today(),
                until: None,
            };
            permissions.reach([&membership], act)
        };
        let mut by_letter = None;
        let reach = match self.actor() {
            Actor::Operator { .. } => Some(Reach::Everywhere),
            Actor::Public => as_role(ANYBODY, None),
            Actor::Department { code, .. } => {
                as_role(CLERK, Some(code)).or_else(|| as_role(ANYBODY, None))
            }
            Actor::Account { .. } => permissions
                .reach(memberships.iter().filter(|m| !self.is_by_letter(m)), act)
                .or_else(|| {
                    permissions.reach(memberships, act)?;
                    let reach = auditor::reach(letters)?;
                    by_letter = Some(auditor::named(letters));
                    Some(reach)
                })
                .or_else(|| as_role(ACCOUNT_HOLDER, None))
                .or_else(|| as_role(ANYBODY, None)),
        };
        let reach = reach.ok_or_else(|| forbidden(permissions, act))?;
        Ok(Judge {
            reach,
            act,
            rulebook,
            succession: Succession::default(),
            letter: by_letter,
        })
    }

    /// Reads what anybody may see.
    ///
    /// # Errors
    /// Forbidden; what `read` gives.
    pub fn public<T>(
        &self,
        act: Act,
        read: impl FnOnce(&mut Conn) -> AppResult<T>,
    ) -> AppResult<T> {
        debug_assert_eq!(act.way(), Way::Public, "{}", act.id());
        self.load(act, read)
    }

    /// Reads what an act rests on that is written later, and has its entry then.
    ///
    /// # Errors
    /// Forbidden; what `read` gives.
    pub fn load<T>(&self, act: Act, read: impl FnOnce(&mut Conn) -> AppResult<T>) -> AppResult<T> {
        debug_assert_ne!(act.way(), Way::Look, "{}: a look has an entry", act.id());
        self.allow(act)?;
        self.db().read(read)
    }

    /// Reads the lists and counts of one's own work, as far as the act is held.
    ///
    /// # Errors
    /// Forbidden; what `read` gives.
    pub fn desk<T>(
        &self,
        act: Act,
        read: impl FnOnce(&mut Conn, &Reach) -> AppResult<T>,
    ) -> AppResult<T> {
        debug_assert_eq!(act.way(), Way::Desk, "{}", act.id());
        self.begin(act)?;
        self.db().read(|conn| {
            let judge = self.judge(conn, act)?;
            read(conn, &judge.reach)
        })
    }

    /// Keeps what is of the moment and has no entry: who is signed in and was seen last.
    pub(crate) fn keep<T>(&self, keep: impl FnMut(&mut Tx<'_>) -> AppResult<T>) -> AppResult<T> {
        self.db().keep(keep)
    }

    /// Looks at what is not public. The entry is committed before the value is given.
    ///
    /// # Errors
    /// Forbidden; what `read` gives: then nothing was looked at.
    pub fn look<T>(
        &self,
        act: Act,
        purpose: &str,
        read: impl FnOnce(Reading<'_>) -> AppResult<Done<T>>,
    ) -> AppResult<T> {
        debug_assert_eq!(act.way(), Way::Look, "{}", act.id());
        self.begin(act)?;
        let (Done { value, told }, letter) = self.db().read(|conn| {
            let mut judge = self.judge(conn, act)?;
            let letter = judge.letter.take();
            read(Reading { conn, judge }).map(|done| (done, letter))
        })?;
        if let Some(told) = told {
            // An auditor looks by a letter, whatever else they say of it.
            let purpose = match letter {
                Some(letter) => format!("{letter}：{purpose}"),
                None => purpose.to_owned(),
            };
            let entry = self.entry(act, told).for_purpose(&purpose);
            let entered = self.db().enter_look(entry).map_err(AppError::from);
            entered.map_err(|e| e.or_clock(self.deployment().rulebook()))?;
        }
        Ok(value)
    }

    /// Loads, decides and writes in one transaction, with its entry. Where another writer was met
    /// the closure runs again: it consumes nothing and sends nothing.
    ///
    /// # Errors
    /// Forbidden; what `change` gives: then nothing was changed.
    pub fn change<T>(
        &self,
        act: Act,
        change: impl FnMut(Loading<'_, '_>) -> AppResult<Done<T>>,
    ) -> AppResult<T> {
        let (value, entered) = self.attempt(act, true, change)?;
        if entered {
            self.deployment().sealer().wake(self.moment());
        }
        Ok(value)
    }

    /// Does the same, and takes everything back: what would become of it.
    ///
    /// # Errors
    /// As [`Ctx::change`].
    pub fn rehearse<T>(
        &self,
        act: Act,
        change: impl FnMut(Loading<'_, '_>) -> AppResult<Done<T>>,
    ) -> AppResult<T> {
        self.attempt(act, false, change).map(|(value, _)| value)
    }

    fn attempt<T>(
        &self,
        act: Act,
        commit: bool,
        mut change: impl FnMut(Loading<'_, '_>) -> AppResult<Done<T>>,
    ) -> AppResult<(T, bool)> {
        debug_assert_eq!(act.way(), Way::Change, "{}", act.id());
        self.allow(act)?;
        let turn = if act.is_bulk() {
            Turn::Bulk
        } else {
            Turn::Person
        };
        let outcome = self.db().write_or_not(turn, |tx| {
            let _changing = Changing::begin();
            let judge = self.judge(tx, act)?;
            let Done { value, told } = change(Loading { tx, judge })?;
            Ok(match told.filter(|_| commit) {
                Some(told) => Ending::Commit((value, true), self.entry(act, told)),
                None => Ending::TakeBack((value, false)),
            })
        });
        outcome.map_err(|e: AppError| e.or_clock(self.deployment().rulebook()))
    }

    /// A refusal in the words of the rulebook; the places are filled with what is given.
    pub(crate) fn refused(&self, code: RefusalCode, places: &[(&str, &str)]) -> AppError {
        self.deployment().rulebook().refusal(code, places).into()
    }

    /// The whole database, for what verifies or copies it: everything committed before is sealed.
    ///
    /// # Errors
    /// Forbidden; the audit could not be sealed.
    pub fn whole(&self, act: Act) -> AppResult<&Db> {
        self.allow(act)?;
        self.deployment().sealer().rest()?;
        Ok(self.db())
    }

    fn entry(&self, act: Act, told: Told) -> AuditEntry {
        let mut entry = self.audit(told.instead.unwrap_or(act), told.detail);
        entry.subject_key = told.about;
        entry
    }
}
