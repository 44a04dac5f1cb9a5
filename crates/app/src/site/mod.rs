//! What anybody may read: search, dossier, record, lists, home.

mod cache;
mod dossier;
mod export;
mod home;
mod kept;
mod list;
mod mode;
mod near;
mod record;
mod scope;
mod search;
mod withdrawal;

pub use cache::Cache;
pub use dossier::{dossier, subject_records, whole_dossier};
pub use export::{EXPORT_LIMIT, export};
pub use home::{departments, home};
pub use list::{ListQuery, list};
pub(crate) use record::answer;
pub use record::record;
pub use search::search;
pub use withdrawal::withdrawals;
pub use xinheng_exchange::plain::PlainKind;

use crate::{
    AppResult, Ctx, Deployment,
    present::{Payload, Shown},
    view::{SourceState, When},
    wording::{Wordings, public_name},
};
use jiff::{Timestamp, civil::Date};
use xinheng_domain::{
    catalogue::{Item, Role},
    condition::Values as _,
    subject::{Subject, SubjectKind},
};
use xinheng_store::record::Stored;

/// Rows of a page at most.
pub const LIMIT: u32 = 100;

fn when(ctx: &Ctx<'_>, as_of: Option<Date>, known_at: Option<Timestamp>) -> When {
    When {
        today: ctx.today(),
        as_of,
        known_at,
    }
}

/// The catalogue item of a record. One that the rulebook does not know is noted: its files may
/// have come after they were read. Until then its records are withheld, and counted as such.
fn item_of<'a>(deployment: &'a Deployment, stored: &Stored) -> Option<&'a Item> {
    let item = deployment.rulebook().item(&stored.record.item);
    if item.is_none() {
        deployment.meet_unknown_item();
    }
    item
}

/// A stored record made ready to be shown; `None` where its item is not known.
pub(crate) fn shown<'a>(
    wordings: &'a Wordings<'a>,
    stored: &'a Stored,
    subject: Option<&Subject>,
) -> AppResult<Option<Shown<'a>>> {
    let (deployment, record) = (wordings.deployment(), &stored.record);
    let Some(item) = item_of(deployment, stored) else {
        return Ok(None);
    };
    let payload = Payload::parse(&record.payload)?;
    let person_named = subject.is_some_and(|s| s.person_named)
        || names_a_person(deployment, item, &payload, subject);
    let place = (item, record.department.as_str());
    let party = (person_named, subject);
    let name = item.by_role(Role::SubjectName);
    let name = name.and_then(|f| payload.value(&f.id)).unwrap_or_default();
    Ok(Some(Shown {
        about: wordings.about(place, &payload, &record.subject_key, party),
        deployment,
        wordings,
        item,
        record,
        name: public_name(deployment, name, person_named),
        subject_code: subject.map(|s| s.code.clone()),
        payload,
    }))
}

/// Whether the name in the record itself is a person's: a party without a code has no register
/// entry to say so, and the file may carry another name than the register.
pub(crate) fn names_a_person(
    deployment: &Deployment,
    item: &Item,
    payload: &Payload<'_>,
    subject: Option<&Subject>,
) -> bool {
    let get = |role| item.by_role(role).and_then(|f| payload.value(&f.id));
    let said = get(Role::SubjectKind) == Some(SubjectKind::IndividualBusiness.title());
    let kind = if said {
        Some(SubjectKind::IndividualBusiness)
    } else {
        subject.map(|s| s.kind)
    };
    let name = get(Role::SubjectName).unwrap_or_default();
    let kind = kind.unwrap_or(SubjectKind::Organisation);
    let head = get(Role::LegalRepresentative);
    deployment
        .rulebook()
        .is_person_named(name, kind, head, deployment.trade_words())
}

/// How far each item is complete, over all departments.
fn sources(ctx: &Ctx<'_>) -> AppResult<Vec<SourceState>> {
    let all = ctx.deployment().cache().freshness(ctx)?;
    let items = ctx.deployment().rulebook().items().iter();
    Ok(items
        .map(|item| {
            let mine = || {
                all.iter()
                    .filter(|f| f.item == item.id && !f.department.is_empty())
            };
            SourceState {
                item: item.id.clone(),
                title: item.title.clone(),
                department: String::new(),
                department_name: String::new(),
                connected: mine().next().is_some(),
                last_received_on: mine().map(|f| crate::civil_day(f.last_sealed_at)).max(),
                complete_up_to: mine().filter_map(|f| f.last_decided_on).max(),
            }
        })
        .collect())
}
