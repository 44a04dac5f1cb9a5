//! How the tables lie on several machines: the distribution contract, from the first migration.

/// Where the rows of a table live.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Placement {
    /// Spread by `subject_key`, with which every key of the table begins.
    Distributed,
    /// A copy on every machine.
    Reference,
    /// On the coordinating machine alone.
    Local,
}

/// Every table and its place, by name. A test holds it against the migrations.
pub const TABLES: &[(&str, Placement)] = &[
    ("account", Placement::Local),
    ("agent_binding", Placement::Local),
    ("audit_entry", Placement::Distributed),
    ("audit_head", Placement::Local),
    ("audit_letter", Placement::Local),
    ("audit_log", Placement::Local),
    ("audit_pending", Placement::Distributed),
    ("batch", Placement::Reference),
    ("batch_chunk", Placement::Local),
    ("batch_finding", Placement::Local),
    ("case_desk", Placement::Distributed),
    ("case_edition", Placement::Reference),
    ("case_effect", Placement::Distributed),
    ("case_event", Placement::Distributed),
    ("case_file", Placement::Distributed),
    ("case_file_content", Placement::Distributed),
    ("case_head", Placement::Distributed),
    ("case_link", Placement::Reference),
    ("case_open", Placement::Distributed),
    ("department", Placement::Reference),
    ("department_contact", Placement::Reference),
    ("department_matter", Placement::Reference),
    ("department_succession", Placement::Reference),
    ("deployment", Placement::Reference),
    ("dispatch", Placement::Local),
    ("dispatch_content", Placement::Local),
    ("dispatch_row", Placement::Local),
    ("effect_done", Placement::Distributed),
    ("hand_in", Placement::Local),
    ("hand_in_content", Placement::Local),
    ("hand_in_edit", Placement::Local),
    ("letter", Placement::Distributed),
    ("letter_number", Placement::Local),
    ("membership", Placement::Local),
    ("name_entry", Placement::Distributed),
    ("password_used", Placement::Local),
    ("person_row", Placement::Local),
    ("proof", Placement::Distributed),
    ("proof_salt", Placement::Distributed),
    ("receipt", Placement::Local),
    ("receipt_row", Placement::Local),
    ("record", Placement::Distributed),
    ("record_act", Placement::Distributed),
    ("record_basis", Placement::Reference),
    ("roster_confirmation", Placement::Local),
    ("roster_proposal", Placement::Local),
    ("rule_set", Placement::Reference),
    ("rulebook_edition", Placement::Reference),
    ("schema_migration", Placement::Local),
    ("session", Placement::Local),
    ("setting", Placement::Reference),
    ("sign_in", Placement::Local),
    ("subject", Placement::Distributed),
    ("subject_code", Placement::Reference),
    ("subject_name", Placement::Distributed),
    ("subject_person", Placement::Distributed),
    ("text_doubt", Placement::Distributed),
    ("text_reading", Placement::Reference),
];

/// The place of a table; `None` for the engine's own.
#[must_use]
pub fn placement(table: &str) -> Option<Placement> {
    TABLES
        .iter()
        .find(|(name, _)| *name == table)
        .map(|(_, place)| *place)
}
