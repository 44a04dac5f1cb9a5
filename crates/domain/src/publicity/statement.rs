//! Which statement of a class is the latest word: the row's own, or one recorded beside it.

use crate::{
    catalogue::{Field, FieldKind, Item, Role},
    condition::Values,
};

/// The fields of a later row that overtake a class recorded beside the row before it: facts that
/// are other ones now, and a class that the later row states itself, the same or another, for it
/// is the later word. Where there is none, the recorded class stands.
#[must_use]
pub fn overtaken_by<'i, V: Values + ?Sized>(
    item: &'i Item,
    before: &V,
    after: &V,
) -> Vec<&'i Field> {
    let value = |row: &V, field: &Field| {
        let value = row.value(&field.id).filter(|v| !v.is_empty());
        value.map(str::to_owned)
    };
    let overtakes = |field: &&Field| {
        let now = value(after, field);
        if field.role == Some(Role::StatedClass) {
            return now.is_some();
        }
        is_fact(field.kind) && value(before, field) != now
    };
    item.fields.iter().filter(overtakes).collect()
}

/// Facts a class may rest on: what is counted, dated or chosen from a list. A text is not.
const fn is_fact(kind: FieldKind) -> bool {
    matches!(
        kind,
        FieldKind::Coded | FieldKind::Date | FieldKind::AmountWan
    )
}

/// A row as the rules alone see it, without the class it states: for asking what they leave open.
#[derive(Debug, Clone, Copy)]
pub struct RuleRow<'a, V: Values + ?Sized> {
    /// The row.
    pub row: &'a V,
    /// Its item.
    pub item: &'a Item,
}

impl<V: Values + ?Sized> Values for RuleRow<'_, V> {
    fn value(&self, field: &str) -> Option<&str> {
        let stated = self.item.by_role(Role::StatedClass);
        if stated.is_some_and(|f| f.id == field) {
            return None;
        }
        self.row.value(field)
    }
}
