//! Which statement of a class is the latest word: the row's own, or one recorded beside it.

use crate::{
    catalogue::{FieldKind, Item, Role},
    condition::Values,
};

/// The facts of a row that a class rests on, as field id and value: what is counted, dated or chosen
/// from a list. A text is none, and neither is the class that the row states itself.
pub fn facts<'a, V: Values + ?Sized>(
    item: &'a Item,
    row: &'a V,
) -> impl Iterator<Item = (&'a str, &'a str)> {
    let facts = item.fields.iter().filter(|field| {
        let fact = matches!(
            field.kind,
            FieldKind::Coded | FieldKind::Date | FieldKind::AmountWan
        );
        fact && field.role != Some(Role::StatedClass)
    });
    facts.filter_map(|field| {
        let value = row.value(&field.id).filter(|v| !v.is_empty())?;
        Some((field.id.as_str(), value))
    })
}

/// Whether the row states a class itself.
#[must_use]
pub fn states_class<V: Values + ?Sized>(item: &Item, row: &V) -> bool {
    let stated = item.by_role(Role::StatedClass);
    stated.is_some_and(|field| row.value(&field.id).is_some_and(|v| !v.is_empty()))
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
