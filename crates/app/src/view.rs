//! What the public sees: one shape for the page and the JSON API.
//!
//! Every struct here is already cut: only what may be public today is in it, personal data is
//! struck, names of persons are masked. Pages and API only lay it out.

use jiff::{Timestamp, civil::Date};
use serde::Serialize;
use utoipa::ToSchema;

/// Thousands parted by commas, as in amounts: `12,034`.
#[must_use]
pub fn grouped(number: u64) -> String {
    let digits = number.to_string();
    let mut out = String::with_capacity(digits.len() + digits.len() / 3);
    for (i, c) in digits.chars().enumerate() {
        if i > 0 && (digits.len() - i).is_multiple_of(3) {
            out.push(',');
        }
        out.push(c);
    }
    out
}

/// Dates a reader may ask for. They only narrow what is public today (I10).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, ToSchema)]
pub struct When {
    /// The day the answer is made.
    #[schema(value_type = String, format = Date)]
    pub today: Date,
    /// Only what is in force on this day.
    #[schema(value_type = Option<String>, format = Date)]
    pub as_of: Option<Date>,
    /// Only what was known at this moment.
    #[schema(value_type = Option<String>, format = DateTime)]
    pub known_at: Option<Timestamp>,
}

/// How many there are, how many are shown, and why not the rest (I2):
/// `in_scope = shown + sum(withheld)`.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, ToSchema)]
pub struct Scope {
    /// What the scope is, in Chinese.
    pub of: String,
    /// Records in scope.
    pub in_scope: u64,
    /// Records shown (over all pages of a listing).
    pub shown: u64,
    /// The rest, by reason.
    pub withheld: Vec<Withheld>,
    /// What is outside the scope and why its presence or absence is not told, in Chinese.
    pub outside: String,
}

/// Records not shown for one reason.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct Withheld {
    /// Stable id: `not_in_force_on_day`, `known_later`, `never_public`, `publicity_ended`, `held_back`, `not_yet_due`, `over`, `narrowed`, `unknown_item`, `not_accepted`, `few`.
    pub reason: String,
    /// Chinese.
    pub title: String,
    /// How many.
    pub count: u64,
}

/// A subject as the public sees it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct SubjectView {
    /// Code now in force: the address of the dossier.
    pub code: String,
    /// Shown name; masked where an individual business is named by a person.
    pub name: String,
    /// The business is named by a person: its name is masked, and it is found by its code alone.
    pub name_masked: bool,
    /// Kind id.
    pub kind: String,
    /// Kind, in Chinese.
    pub kind_title: String,
    /// Registration status as the register says; empty for a provisional subject.
    pub status: String,
    /// Day of registration.
    #[schema(value_type = Option<String>, format = Date)]
    pub registered_on: Option<Date>,
    /// Met in a department's file, not yet confirmed by the register.
    pub provisional: bool,
    /// Former names with the last day of each, newest first.
    pub former_names: Vec<NameSpan>,
    /// Other codes that lead here.
    pub other_codes: Vec<String>,
    /// Day up to which the register is known.
    #[schema(value_type = Option<String>, format = Date)]
    pub register_as_of: Option<Date>,
}

/// A name and its days.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct NameSpan {
    /// The name.
    pub name: String,
    /// First day.
    #[schema(value_type = Option<String>, format = Date)]
    pub from: Option<Date>,
    /// Last day.
    #[schema(value_type = Option<String>, format = Date)]
    pub until: Option<Date>,
}

/// One organisation in a search answer.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct SearchHit {
    /// Code: the address of the dossier.
    pub code: String,
    /// The name that matched.
    pub matched_name: String,
    /// Where the match stands in `matched_name`, in characters: start and length.
    pub matched_at: Option<(u32, u32)>,
    /// `code`, `alias_code`, `near_code`, `present_name` or `former_name`.
    pub matched_by: String,
    /// Present name.
    pub name: String,
    /// Kind, in Chinese.
    pub kind_title: String,
    /// Status as the register says.
    pub status: String,
    /// Another hit bears the same name: told apart by code only.
    pub homonym: bool,
    /// Where the code is one slip away from what was typed.
    pub near: Option<NearCode>,
}

/// A code that differs in one place from what was typed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct NearCode {
    /// The code; `code` of the hit, or a former one of the organisation.
    pub code: String,
    /// Where it differs, in characters: start and length; `None` where a character was typed
    /// that it has not.
    pub at: Option<(u32, u32)>,
    /// In what it differs, in Chinese.
    pub difference: String,
}

/// The answer to a search.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct SearchAnswer {
    /// As typed.
    pub query: String,
    /// Hits: exact code first, then names.
    pub hits: Vec<SearchHit>,
    /// There are more than were asked for.
    pub more: bool,
    /// Why there is no answer or a partial one, in Chinese (too short, not a code, …).
    pub note: Option<String>,
    /// Where nothing was found: organisations whose names, or whose codes where a code was typed,
    /// differ by a slip, the nearest first. Others, not other spellings: nothing says that one of
    /// them was meant.
    pub suggestions: Vec<SearchHit>,
}

/// One record in a list or dossier.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct RecordLine {
    /// Public number of the record.
    pub id: String,
    /// Catalogue item id.
    pub item: String,
    /// Catalogue item, in Chinese.
    pub item_title: String,
    /// Whether it is unfavourable.
    pub adverse: bool,
    /// Code of the subject; `None` for a row without a usable code.
    pub subject_code: Option<String>,
    /// Name as in the record, masked where a person's.
    pub subject_name: String,
    /// One plain sentence: who, for what, what was decided, by whom, when.
    pub sentence: String,
    /// What it was about, in Chinese; empty where the item does not say it apart.
    pub matter: String,
    /// What was decided, with its amounts, in Chinese.
    pub outcome: String,
    /// Amounts.
    pub amounts: Vec<AmountView>,
    /// Document number.
    pub document_number: String,
    /// Deciding body.
    pub authority: String,
    /// The same without the district's name before it.
    pub authority_short: String,
    /// Day of the decision.
    #[schema(value_type = Option<String>, format = Date)]
    pub decided_on: Option<Date>,
    /// First public day.
    #[schema(value_type = String, format = Date)]
    pub shown_from: Date,
    /// Last public day; `None` = until an event ends it.
    #[schema(value_type = Option<String>, format = Date)]
    pub shown_until: Option<Date>,
    /// Publicity class, in Chinese, where the item has classes.
    pub class_title: Option<String>,
    /// First day on which repair may be applied for.
    #[schema(value_type = Option<String>, format = Date)]
    pub earliest_repair: Option<Date>,
    /// Marks such as `复议中`, `60 日内到期`, in Chinese.
    pub marks: Vec<String>,
}

/// An amount of a record.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct AmountView {
    /// Column code.
    pub field: String,
    /// What it is of, e.g. `罚款`, in Chinese.
    pub title: String,
    /// As people say it, e.g. `21万元`.
    pub shown: String,
    /// Yuan with two places, e.g. `210000.00`.
    pub yuan: String,
}

/// Records of one catalogue item in a dossier.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct RecordGroup {
    /// Item id.
    pub item: String,
    /// Item, in Chinese.
    pub title: String,
    /// Whether the item is unfavourable.
    pub adverse: bool,
    /// How many are shown in all.
    pub total: u64,
    /// Of them those for which repair may be applied for today.
    pub repairable: u64,
    /// The newest ones; the rest through `/subjects/{code}/records`.
    pub records: Vec<RecordLine>,
}

/// How far a source is complete.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct SourceState {
    /// Item id.
    pub item: String,
    /// Item, in Chinese.
    pub title: String,
    /// Department code; empty = all departments together.
    pub department: String,
    /// Department name.
    pub department_name: String,
    /// Whether anything was ever received: where not, the page says "source not connected".
    pub connected: bool,
    /// Day of the last batch received.
    #[schema(value_type = Option<String>, format = Date)]
    pub last_received_on: Option<Date>,
    /// Latest decision among what was received: complete up to.
    #[schema(value_type = Option<String>, format = Date)]
    pub complete_up_to: Option<Date>,
}

/// Something in the register: one point on the life line.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct LifeEvent {
    /// The day.
    #[schema(value_type = String, format = Date)]
    pub on: Date,
    /// What happened, in Chinese.
    pub title: String,
}

/// Records of one year that are shown, by the day of the decision.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct YearCount {
    /// The year.
    pub year: i16,
    /// Unfavourable ones.
    pub adverse: u64,
    /// The others.
    pub other: u64,
}

/// A subject's dossier.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct Dossier {
    /// The dates of the answer.
    pub when: When,
    /// Whose.
    pub subject: SubjectView,
    /// What is shown here and what is not.
    pub scope: Scope,
    /// Records by catalogue item.
    pub groups: Vec<RecordGroup>,
    /// Registration and changes of name, newest first.
    pub life_line: Vec<LifeEvent>,
    /// How many records are shown of each year, from the first to the last that has one.
    pub years: Vec<YearCount>,
    /// Freshness of each source.
    pub sources: Vec<SourceState>,
    /// Other organisations that bear the same name.
    pub same_name: Vec<SearchHit>,
}

/// A field of a record as shown.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct FieldView {
    /// Field id.
    pub id: String,
    /// Field name, in Chinese.
    pub name: String,
    /// Value as shown.
    pub value: String,
    /// Personal data was struck from it.
    pub redacted: bool,
    /// Says where the data comes from, not what happened: codes and sources.
    pub origin: bool,
}

/// One rule that was used, with its source.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct RuleView {
    /// Rule id.
    pub rule: String,
    /// What it gave, in Chinese.
    pub value: String,
    /// Source id, for the link to the rules page.
    pub source: Option<String>,
    /// Source, in Chinese: title, number, article.
    pub source_title: Option<String>,
    /// Whether the value was verified in the published text.
    pub verified: bool,
    /// Whether it is this office's reading of a text that leaves it open (本区适用口径).
    pub reading: bool,
    /// The doubt, in Chinese.
    pub note: Option<String>,
}

/// Received and published in time, or not.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct Timeliness {
    /// Last day in time.
    #[schema(value_type = String, format = Date)]
    pub deadline: Date,
    /// Rests on a year whose calendar is not announced.
    pub provisional: bool,
    /// Day it was received here for the first time; a correction changes nothing in it.
    #[schema(value_type = String, format = Date)]
    pub received_on: Date,
    /// Day it was published here for the first time.
    #[schema(value_type = String, format = Date)]
    pub published_on: Date,
    /// Day the correction came that is shown, where it is one.
    #[schema(value_type = Option<String>, format = Date)]
    pub corrected_on: Option<Date>,
    /// Received on or before the deadline.
    pub received_in_time: bool,
    /// Published on or before the deadline.
    pub published_in_time: bool,
    /// Rule and calendar used.
    pub rule: String,
    /// Calendar edition used.
    pub calendar: String,
}

/// A record that explains itself.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct RecordView {
    /// The dates of the answer.
    pub when: When,
    /// As in lists.
    pub line: RecordLine,
    /// The fields that may be shown, in the standard's order.
    pub fields: Vec<FieldView>,
    /// Number of filled fields that are not shown because the law or the item says so.
    pub fields_withheld: u32,
    /// What its publicity class is, in one line of Chinese.
    pub class_note: Option<String>,
    /// Why it is shown that long.
    pub why: Vec<RuleView>,
    /// What it does not mean, in Chinese.
    pub does_not_mean: String,
    /// How it may end, in Chinese.
    pub how_it_ends: String,
    /// Where repair is applied for, where there is any.
    pub repair_at: Option<RepairSite>,
    /// Whom to ask, in Chinese.
    pub whom_to_ask: String,
    /// Department that reported it.
    pub department: String,
    /// Name of that department.
    pub department_name: String,
    /// How to reach that department, where it has told; else empty.
    pub department_contact: String,
    /// Short number of the batch it came in.
    pub batch: String,
    /// The publishing clock, where the item has one.
    pub timeliness: Option<Timeliness>,
    /// Version shown, from 1.
    pub version: u32,
    /// When this version became known.
    #[schema(value_type = String, format = DateTime)]
    pub known_since: Timestamp,
    /// Record it took the place of.
    pub replaces: Option<String>,
    /// What proves later that this stood here; nothing while it cannot be made.
    pub proof: Option<ProofMark>,
}

/// Where repair of a record is applied for.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct RepairSite {
    /// The site, in Chinese.
    pub title: String,
    /// Its address, where it is known.
    pub address: Option<String>,
}

/// The proof of what a record's page says: what stands on paper.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct ProofMark {
    /// Code to be typed, or photographed.
    pub code: String,
    /// When it was made.
    #[schema(value_type = String, format = DateTime)]
    pub made_at: Timestamp,
}

/// How a proof stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum ProofState {
    /// What it was made of stands there now.
    Current,
    /// The record is public, and its page says something else by now.
    Updated,
    /// The record is not public any more.
    Over,
}

/// What a file with a proof holds, against the proof.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum ProofFile {
    /// Word for word what was published.
    Same,
    /// Something was changed in it.
    Altered,
    /// Nothing can be said any more: what it would be compared by was destroyed.
    Closed,
}

/// What is known of a proof. Nothing of what the record says.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct ProofView {
    /// Its code.
    pub code: String,
    /// How it stands.
    pub state: ProofState,
    /// When it was made.
    #[schema(value_type = String, format = DateTime)]
    pub made_at: Timestamp,
    /// Number of the record, while that is public.
    pub record: Option<String>,
    /// The file that was given.
    pub file: Option<ProofFile>,
    /// Where the act stands in the audit; nothing for the moment until it is chained.
    pub audit: Option<ProofPlace>,
}

/// Where the making of a proof stands in the audit.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct ProofPlace {
    /// From 1.
    pub position: u64,
    /// The chain up to it.
    pub chain_hash: String,
    /// When it was chained.
    #[schema(value_type = String, format = DateTime)]
    pub sealed_at: Timestamp,
    /// The entry bears the proof's digest, is what was chained, and hangs on the one before.
    pub sound: bool,
}

/// What is left of a record that is over: nothing of its content.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct Tombstone {
    /// Public number as asked for.
    pub id: String,
    /// Always `no_longer_current`.
    pub status: String,
    /// Chinese sentence.
    pub message: String,
    /// The record that took its place, while that one is public.
    pub replaced_by: Option<String>,
    /// Where the decision was annulled or changed, for a while: what the law asks to be told.
    pub withdrawal: Option<Withdrawal>,
}

/// A withdrawal notice (撤回说明, Penalty Law, article 48): a decision that was public is no more.
/// It names no party and tells no facts.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct Withdrawal {
    /// Record number.
    pub record: String,
    /// Item, in Chinese.
    pub item_title: String,
    /// Document number of the decision.
    pub document_number: String,
    /// The authority that made it.
    pub authority: String,
    /// Day of the withdrawal.
    #[schema(value_type = String, format = Date)]
    pub withdrawn_on: Date,
    /// Reason, in Chinese.
    pub reason: String,
    /// What the reason rests on.
    pub basis: String,
    /// Last day of the notice.
    #[schema(value_type = String, format = Date)]
    pub shown_until: Date,
}

/// The answer to a request for a record.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum RecordAnswer {
    /// Public today.
    Shown(Box<RecordView>),
    /// Known, no longer (or not now) public: 410 and nothing of its content.
    Gone(Box<Tombstone>),
    /// Unknown, or never public: the two are not told apart.
    Unknown,
}

/// One choice of a filter.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct Choice {
    /// Value for the address.
    pub value: String,
    /// Chinese.
    pub title: String,
    /// How many are shown under it, where counted.
    pub count: Option<u64>,
    /// Chosen now.
    pub chosen: bool,
}

/// One filter of a list.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct FilterView {
    /// Name in the address: `item`, `department`, `month`, or a field id.
    pub name: String,
    /// Chinese.
    pub title: String,
    /// Choices.
    pub choices: Vec<Choice>,
}

/// A public list.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct RecordList {
    /// The dates of the answer.
    pub when: When,
    /// Sentence above the table, in Chinese.
    pub sentence: String,
    /// How many in scope, shown, withheld by reason.
    pub scope: Scope,
    /// Filters.
    pub filters: Vec<FilterView>,
    /// The rows of this page.
    pub records: Vec<RecordLine>,
    /// Cursor of the next page.
    pub next: Option<String>,
}

/// A door on the home page.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct Door {
    /// Address.
    pub href: String,
    /// Title, in Chinese.
    pub title: String,
    /// One line, in Chinese.
    pub text: String,
}

/// The home page.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct Home {
    /// The dates of the answer.
    pub when: When,
    /// Name of the office, e.g. `信衡区信用办`.
    pub office: String,
    /// Three things one may search for.
    pub examples: Vec<String>,
    /// Doors.
    pub doors: Vec<Door>,
    /// First of the last seven days.
    #[schema(value_type = String, format = Date)]
    pub since: Date,
    /// Records made public in the last seven days, newest first.
    pub week: Vec<RecordLine>,
    /// Their number.
    pub week_count: u64,
    /// Organisations known.
    pub subjects: u64,
    /// Freshness per item over all departments.
    pub sources: Vec<SourceState>,
    /// Share received in time over the last twelve months, per item: (title, in time, all).
    pub in_time: Vec<(String, u64, u64)>,
}

/// A department with what it has reported.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct DepartmentView {
    /// Department code.
    pub code: String,
    /// Name.
    pub name: String,
    /// How to reach it, where it has told; else empty.
    pub contact: String,
    /// Names of the departments that have come after it; none as long as it stands.
    pub continued_by: Vec<String>,
    /// Per item.
    pub sources: Vec<SourceState>,
    /// Records of it that are public today.
    pub shown: u64,
}
