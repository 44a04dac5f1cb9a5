//! Who may do what: roles hold acts, each within a scope. The roles are data
//! (`rulebook/permissions/`); nobody holds an act that no role of theirs names.

use crate::{act::Act, basis::Basis, subject::SubjectKey};
use jiff::civil::Date;
use serde::{Deserialize, Serialize};
use std::collections::BTreeSet;

/// Where somebody works who has a role.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Body {
    /// In a department that reports.
    Department,
    /// In the district's credit office, or beside it.
    Office,
    /// In an organisation of which records are kept: they come in at the public listener.
    Subject,
    /// Anywhere: what comes with an account, or with none.
    Anywhere,
}

/// By what a role is granted.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum GrantedBy {
    /// By an administrator.
    #[default]
    Administrator,
    /// By the confirmed roster of a department.
    Roster,
    /// By a letter that an administrator has entered.
    Letter,
    /// By a document that the office has looked at.
    Document,
}

/// A role, with the acts that it holds.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Role {
    /// Short English id.
    pub id: String,
    /// Chinese title.
    pub title: String,
    /// Where those work who have it.
    pub body: Body,
    /// What they do, in Chinese.
    pub duty: String,
    /// Acts held for the whole district.
    #[serde(default)]
    pub any: Vec<Act>,
    /// Acts held for the own department.
    #[serde(default)]
    pub own_department: Vec<Act>,
    /// Acts held for the own organisation.
    #[serde(default)]
    pub own_subject: Vec<Act>,
    /// By what it is granted.
    #[serde(default)]
    pub granted_by: GrantedBy,
    /// Roles that nobody may have beside it.
    #[serde(default)]
    pub excludes: Vec<String>,
    /// Where it comes from.
    #[serde(default)]
    pub basis: Vec<Basis>,
}

impl Role {
    /// Every act that it holds, however far.
    pub fn acts(&self) -> impl Iterator<Item = &Act> {
        let own = self.own_department.iter().chain(&self.own_subject);
        self.any.iter().chain(own)
    }
}

/// Takes acts from a role: all that a district's own file may say of permissions.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Narrowing {
    /// The role.
    pub role: String,
    /// Acts that it no longer holds.
    pub without: Vec<Act>,
}

/// A role that somebody has, from a day to a day.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Membership {
    /// Role id.
    pub role: String,
    /// Department code, or an organisation as [`own_place`] names it; none for a role of the office.
    pub department: Option<String>,
    /// First day.
    pub from: Date,
    /// Last day, where there is one.
    pub until: Option<Date>,
}

impl Membership {
    /// Whether there is a day on which both hold.
    #[must_use]
    pub fn meets(&self, other: &Self) -> bool {
        self.from <= other.until.unwrap_or(Date::MAX)
            && other.from <= self.until.unwrap_or(Date::MAX)
    }

    /// Whether it holds on a day.
    #[must_use]
    pub fn covers(&self, day: Date) -> bool {
        self.from <= day && self.until.is_none_or(|until| day <= until)
    }
}

/// How far somebody holds an act.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Reach {
    /// In the whole district.
    Everywhere,
    /// For these departments, or organisations as [`own_place`] names them.
    Departments(BTreeSet<String>),
}

impl Reach {
    /// Whether what belongs to a department is within it.
    #[must_use]
    pub fn covers(&self, department: &str) -> bool {
        match self {
            Self::Everywhere => true,
            Self::Departments(own) => own.contains(department),
        }
    }
}

/// All roles.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Permissions {
    roles: Vec<Role>,
}

/// What comes with every account.
pub const ACCOUNT_HOLDER: &str = "account-holder";
/// The reporting clerk of a department: as such files of its folder are taken.
pub const CLERK: &str = "clerk";
/// The office's officer: as such the operator at the command line moves cases.
pub const OFFICER: &str = "officer";
/// The counter, where people stand before somebody.
pub const COUNTER: &str = "counter";
/// The head of the office.
pub const HEAD: &str = "head";
/// Who releases what another prepared; where a department has one, nothing goes in without.
pub const REVIEWER: &str = "reviewer";
/// Who acts for an organisation of which records are kept.
pub const AGENT: &str = "agent";
/// What everybody may do who is nobody yet.
pub const ANYBODY: &str = "anybody";

/// Where an organisation's agent acts: told apart from every department, which has no colon in its
/// code.
#[must_use]
pub fn own_place(key: &SubjectKey) -> String {
    format!("s:{key}")
}

/// The organisation for which somebody acts there; none for a department.
#[must_use]
pub fn subject_of(place: &str) -> Option<SubjectKey> {
    let key = place.strip_prefix("s:")?;
    Some(SubjectKey(key.to_owned()))
}

impl Permissions {
    /// The roles, with what a district takes from them.
    #[must_use]
    pub fn new(mut roles: Vec<Role>, narrowings: &[Narrowing]) -> Self {
        for narrowing in narrowings {
            for role in roles.iter_mut().filter(|r| r.id == narrowing.role) {
                role.any.retain(|act| !narrowing.without.contains(act));
                for own in [&mut role.own_department, &mut role.own_subject] {
                    own.retain(|act| !narrowing.without.contains(act));
                }
            }
        }
        Self { roles }
    }

    /// The roles, in the order of their file.
    #[must_use]
    pub fn roles(&self) -> &[Role] {
        &self.roles
    }

    /// The role with this id.
    #[must_use]
    pub fn role(&self, id: &str) -> Option<&Role> {
        self.roles.iter().find(|role| role.id == id)
    }

    /// How far memberships hold an act; `None`: not at all.
    #[must_use]
    pub fn reach<'m>(
        &self,
        memberships: impl IntoIterator<Item = &'m Membership>,
        act: Act,
    ) -> Option<Reach> {
        let mut own = BTreeSet::new();
        for membership in memberships {
            let Some(role) = self.role(&membership.role) else {
                continue;
            };
            if role.any.contains(&act) {
                return Some(Reach::Everywhere);
            }
            // A role of a department held for an organisation, or the other way round, opens nothing.
            let place = membership.department.as_deref();
            let acts = match place.and_then(subject_of) {
                Some(_) => &role.own_subject,
                None => &role.own_department,
            };
            if acts.contains(&act) {
                own.extend(membership.department.clone());
            }
        }
        (!own.is_empty()).then_some(Reach::Departments(own))
    }

    /// Whether a role holds an act, however far.
    #[must_use]
    pub fn holds(&self, role: &str, act: Act) -> bool {
        self.role(role)
            .is_some_and(|r| r.acts().any(|held| *held == act))
    }

    /// Titles of the roles that hold an act, joined: the end of “只有……可以”.
    #[must_use]
    pub fn holders(&self, act: Act) -> String {
        let holders = self.roles.iter().filter(|r| self.holds(&r.id, act));
        let titles: Vec<&str> = holders.map(|r| r.title.as_str()).collect();
        titles.join("、")
    }

    /// A role of these that excludes another of them: the titles of both.
    #[must_use]
    pub fn conflict<'r>(
        &self,
        roles: impl IntoIterator<Item = &'r str> + Clone,
    ) -> Option<[&str; 2]> {
        for id in roles.clone() {
            let role = self.role(id)?;
            for other in roles.clone() {
                if role.excludes.iter().any(|excluded| excluded == other) {
                    return Some([role.title.as_str(), self.role(other)?.title.as_str()]);
                }
            }
        }
        None
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use jiff::civil::date;

    fn role(id: &str, any: &[Act], own: &[Act]) -> Role {
        Role {
            id: id.to_owned(),
            title: id.to_uppercase(),
            body: Body::Department,
            duty: String::new(),
            any: any.to_vec(),
            own_department: own.to_vec(),
            own_subject: own.to_vec(),
            granted_by: GrantedBy::default(),
            excludes: Vec::new(),
            basis: Vec::new(),
        }
    }

    fn membership(role: &str, department: Option<&str>) -> Membership {
        Membership {
            role: role.to_owned(),
            department: department.map(str::to_owned),
            from: date(2026, 1, 1),
            until: Some(date(2026, 12, 31)),
        }
    }

    #[test]
    fn the_widest_reach_counts_and_a_role_without_department_reaches_none() {
        let all = Permissions::new(
            vec![
                role("clerk", &[], &[Act::BatchStage]),
                role("officer", &[Act::BatchStage], &[]),
            ],
            &[],
        );
        let clerks = [
            membership("clerk", Some("d001")),
            membership("clerk", Some("d002")),
        ];
        let reach = all.reach(&clerks, Act::BatchStage);
        let covers = |code| reach.as_ref().is_some_and(|reach| reach.covers(code));
        assert!(covers("d001") && covers("d002") && !covers("d003"));
        assert_eq!(all.reach(&clerks, Act::RecordEnd), None);
        assert_eq!(
            all.reach(&[membership("clerk", None)], Act::BatchStage),
            None
        );
        let officer = [
            membership("officer", None),
            membership("clerk", Some("d001")),
        ];
        assert_eq!(
            all.reach(&officer, Act::BatchStage),
            Some(Reach::Everywhere)
        );
    }

    #[test]
    fn whoever_acts_for_an_organisation_reaches_it_alone() {
        let key = SubjectKey("91990101MA0X000010".to_owned());
        let place = own_place(&key);
        assert_eq!(subject_of(&place), Some(key));
        assert_eq!(subject_of("d001"), None);
        let mut agent = role("agent", &[], &[Act::CaseLook]);
        agent.own_department.clear();
        let all = Permissions::new(vec![agent, role("officer", &[Act::CaseLook], &[])], &[]);
        let own = [membership("agent", Some(&place))];
        let reach = all.reach(&own, Act::CaseLook);
        let covers = |code| reach.as_ref().is_some_and(|reach| reach.covers(code));
        assert!(covers(&place) && !covers("d001") && !covers("s:"));
        let elsewhere = [membership("agent", Some("d001")), membership("agent", None)];
        assert_eq!(all.reach(&elsewhere, Act::CaseLook), None);
        assert_eq!(all.reach(&own, Act::CaseStep), None);
    }

    #[test]
    fn a_district_only_narrows() {
        let narrowing = Narrowing {
            role: "clerk".to_owned(),
            without: vec![Act::BatchStage, Act::RecordEnd],
        };
        let all = Permissions::new(
            vec![role("clerk", &[], &[Act::BatchStage, Act::BatchList])],
            &[narrowing],
        );
        assert!(!all.holds("clerk", Act::BatchStage) && all.holds("clerk", Act::BatchList));
    }

    #[test]
    fn a_membership_holds_from_its_first_day_to_its_last() {
        let one = membership("clerk", None);
        for (day, holds) in [
            (date(2025, 12, 31), false),
            (date(2026, 1, 1), true),
            (date(2026, 12, 31), true),
            (date(2027, 1, 1), false),
        ] {
            assert_eq!(one.covers(day), holds, "{day}");
        }
    }
}
