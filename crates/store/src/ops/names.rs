//! The name index held against the subjects it was made of.

use crate::{
    Conn, Db,
    content::{Content, Difference},
    dialect::{each_indexed_term, terms_not_found},
    error::Result,
    search,
};
use std::{
    collections::{BTreeSet, HashMap, HashSet},
    ops::ControlFlow,
};
use xinheng_domain::{
    name::search_key,
    subject::{SubjectKey, SubjectKind},
};

/// Where the name index is not that of the subjects.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct NameFaults {
    /// Names of subjects that cannot be found.
    pub missing: u64,
    /// Names in the index that are no subject's: those of persons among them.
    pub surplus: u64,
    /// Names whose parts are not those in the index.
    pub terms: u64,
}

impl NameFaults {
    /// Whether nothing is amiss.
    #[must_use]
    pub const fn sound(&self) -> bool {
        self.missing == 0 && self.surplus == 0 && self.terms == 0
    }
}

/// Gives each name by which a subject may be found, and whether it is the current one. A former name
/// of an individual business may be a person's, which is not in the index (I6), and no row says so: it
/// counts where the index, whose former names `indexed` holds, has it.
fn each_name(
    conn: &mut Conn,
    indexed: &HashSet<u64>,
    each: &mut dyn FnMut(SubjectKey, String, bool),
) -> Result<()> {
    for (current, sql) in [
        (
            true,
            "SELECT s.subject_key, s.name, s.kind FROM subject s WHERE NOT s.person_named",
        ),
        (
            false,
            "SELECT n.subject_key, n.name, s.kind FROM subject_name n \
             JOIN subject s ON s.subject_key = n.subject_key WHERE NOT s.person_named",
        ),
    ] {
        conn.stream(sql, &[], |row| {
            let (key, name): (SubjectKey, String) = (row.get(0)?, row.get(1)?);
            let hidden = !current
                && row.get::<String>(2)? == SubjectKind::IndividualBusiness.as_str()
                && !indexed.contains(&of_former(&key, &name));
            let findable = !hidden && !key.is_unlinked();
            if findable && !search::index_terms(&search_key(&name)).is_empty() {
                each(key, name, current);
            }
            Ok(ControlFlow::Continue(()))
        })?;
    }
    Ok(())
}

fn of_former(key: &SubjectKey, name: &str) -> u64 {
    hash(&format!("{key}\n{name}"))
}

/// Names in the index beyond those of the subjects, or fewer, or others. Their parts are looked at by
/// [`verify_names`], which takes longer.
pub(super) fn difference(conn: &mut Conn) -> Result<Option<Difference>> {
    let (mut held, mut wanted) = (Content::default(), Content::default());
    let mut indexed = HashSet::new();
    let sql = "SELECT subject_key, name, normalised, current FROM name_entry";
    conn.stream(sql, &[], |row| {
        let (key, name, normalised): (String, String, String) =
            (row.get(0)?, row.get(1)?, row.get(2)?);
        let current = row.get(3)?;
        held.put_name(&key, &name, &normalised, current);
        if !current {
            indexed.insert(of_former(&SubjectKey(key), &name));
        }
        Ok(ControlFlow::Continue(()))
    })?;
    each_name(conn, &indexed, &mut |key, name, current| {
        wanted.put_name(key.as_str(), &name, &search_key(&name), current);
    })?;
    held.take(wanted);
    Ok((held != Content::default()).then(|| Difference {
        table: "name_entry".to_owned(),
        batch: None,
        rows: held.rows,
    }))
}

/// Makes the name index anew in memory, and compares. Some hundred bytes of memory a name.
///
/// # Errors
/// The store's own.
pub fn verify_names(db: &Db) -> Result<NameFaults> {
    let mut conn = db.bare()?;
    // Each name of a subject that may be found, and how often it is in the index.
    let mut names: HashMap<(SubjectKey, String, bool), i64> = HashMap::new();
    let mut indexed = HashSet::new();
    conn.stream(
        "SELECT subject_key, name FROM name_entry WHERE NOT current",
        &[],
        |row| {
            indexed.insert(of_former(&row.get(0)?, &row.get::<String>(1)?));
            Ok(ControlFlow::Continue(()))
        },
    )?;
    each_name(&mut conn, &indexed, &mut |key, name, current| {
        *names.entry((key, name, current)).or_default() += 1;
    })?;
    let mut faults = NameFaults::default();
    let mut terms: HashMap<i64, BTreeSet<u64>> = HashMap::new();
    conn.stream(
        "SELECT rank, subject_key, name, normalised, current FROM name_entry",
        &[],
        |row| {
            let name: String = row.get(2)?;
            let normalised: String = row.get(3)?;
            if normalised == search_key(&name) {
                *names.entry((row.get(1)?, name, row.get(4)?)).or_default() -= 1;
            } else {
                faults.terms += 1;
            }
            let of = terms.entry(row.get(0)?).or_default();
            of.extend(search::index_terms(&normalised).iter().map(|t| hash(t)));
            Ok(ControlFlow::Continue(()))
        },
    )?;
    for count in names.into_values() {
        faults.missing += u64::try_from(count).unwrap_or_default();
        faults.surplus += u64::try_from(-count).unwrap_or_default();
    }
    // What the index has and the names have not, or the other way round.
    let mut surplus = 0;
    each_indexed_term(&mut conn, &mut |rank, term| {
        let known = terms
            .get_mut(&rank)
            .is_some_and(|of| of.remove(&hash(term)));
        surplus += u64::from(!known);
    })?;
    faults.terms += terms_not_found(&mut conn)?;
    faults.terms += surplus + terms.values().filter(|left| !left.is_empty()).count() as u64;
    Ok(faults)
}

fn hash(term: &str) -> u64 {
    use std::hash::{DefaultHasher, Hash as _, Hasher as _};
    let mut hasher = DefaultHasher::new();
    term.hash(&mut hasher);
    hasher.finish()
}
