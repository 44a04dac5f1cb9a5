//! Rows of a sheet that are no records although they stand below the header: totals, and who
//! filled the form in. People add them to print the table.

use super::FileCheck;
use crate::{row::Row, scan};
use xinheng_domain::{code, text};

/// Words before a total. What follows may be a number, never more of a name: organisations may be
/// called so.
const TOTALS: [&str; 7] = [
    "本页合计",
    "本页小计",
    "合计",
    "总计",
    "小计",
    "共计",
    "累计",
];

/// Labels of what is written under a form: a colon follows, or the next cell has the value.
/// Longer ones first.
const LABELS: [&str; 32] = [
    "填表单位负责人",
    "单位负责人",
    "部门负责人",
    "填表说明",
    "填报说明",
    "填报单位",
    "填表单位",
    "制表单位",
    "报送单位",
    "填报日期",
    "填表日期",
    "制表日期",
    "报送日期",
    "填报时间",
    "填表时间",
    "制表时间",
    "联系电话",
    "联系方式",
    "填表人",
    "制表人",
    "填报人",
    "审核人",
    "复核人",
    "负责人",
    "经办人",
    "联系人",
    "填表",
    "制表",
    "审核",
    "备注",
    "说明",
    "注",
];

/// A row that is no record.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct SkippedRow {
    /// The word it begins with: all that may be repeated of it, since a name may follow.
    pub word: &'static str,
    /// Column of that word in the file, from 1.
    pub column: u32,
}

impl FileCheck<'_> {
    /// Whether the row stands beside the table: it begins with a word for totals or under forms,
    /// most of it is empty, and nothing in it tells a record from others. `arranged` is the row as
    /// the item's, the same where the file has the item's own layout.
    ///
    /// A row with a party's name, a code, a document number or a day of decision of its own is a
    /// record, whatever it begins with: then the checker says what is wrong with it.
    #[must_use]
    pub fn beside(&self, row: &Row<'_>, arranged: &Row<'_>) -> Option<SkippedRow> {
        let ours = self.result_column();
        let mut filled = row
            .iter()
            .enumerate()
            .filter(|(i, _)| ours != Some(*i))
            .map(|(i, cell)| (i, scan::trim(cell)))
            .filter(|(_, cell)| !cell.is_empty());
        let (column, first) = filled.next()?;
        let word = leading(first)?;
        let mut values = Vec::new();
        let mut cells = 1;
        let mut label = bare_label(first).map(|word| (column, word));
        for (at, cell) in filled {
            cells += 1;
            if code::is_usable(cell.as_bytes()) {
                return None;
            }
            let of = label.filter(|(column, word)| at - column <= REACH && may_have(word, cell));
            values.extend(of.map(|_| cell));
            label = bare_label(cell).map(|word| (at, word));
        }
        if cells * 2 > self.width() {
            return None;
        }
        let roles = &self.format.roles;
        let telling = [
            roles.subject_name,
            roles.subject_code,
            roles.registration_number,
            roles.document_number,
            roles.decision_date,
        ];
        let own = |field: usize| {
            let cell = self
                .column_of(field)
                .map_or("", |c| text::trim(arranged.cell(c)));
            let beside = cell.is_empty()
                || leading(cell).is_some()
                || values.contains(&cell)
                || TOTALS.contains(&word) && is_count(cell);
            !beside
        };
        if telling.into_iter().flatten().any(own) {
            return None;
        }
        Some(SkippedRow {
            word,
            column: column as u32 + 1,
        })
    }
}

/// The word that a cell begins with, where it is one of those beside tables.
fn leading(cell: &str) -> Option<&'static str> {
    let starts = |c: char| {
        matches!(
            c,
            '本' | '合'
                | '总'
                | '小'
                | '共'
                | '累'
                | '填'
                | '单'
                | '部'
                | '制'
                | '报'
                | '审'
                | '复'
                | '负'
                | '经'
                | '联'
                | '备'
                | '说'
                | '注'
        )
    };
    if !cell.starts_with(starts) {
        return None;
    }
    // People space such words out: 合　计.
    let bare: String = cell.chars().filter(|c| !c.is_whitespace()).collect();
    let total = TOTALS.iter().find(|word| {
        bare.strip_prefix(**word)
            .is_some_and(|rest| rest.is_empty() || rest.starts_with(OPENS) || is_count(rest))
    });
    total.copied().or_else(|| {
        let mut words = LABELS.iter().copied();
        words.find(|word| bare.strip_prefix(*word).is_some_and(is_behind_label))
    })
}

/// What may begin behind a word.
const OPENS: [char; 4] = ['：', ':', '（', '('];

/// Whether a text can stand behind a label: nothing, a colon, or a remark in brackets or a number
/// and then a colon or nothing: `填报单位（盖章）：`, `注1：`.
fn is_behind_label(rest: &str) -> bool {
    let rest = rest.trim_start_matches(|c: char| c.is_ascii_digit());
    let rest = match rest.strip_prefix(['（', '(']) {
        Some(inside) => match inside.split_once(['）', ')']) {
            Some((_, behind)) => behind,
            None => return false,
        },
        None => rest,
    };
    rest.is_empty() || rest.starts_with([':', '：'])
}

/// The label that a cell is and nothing else, so that a cell beside it has its value.
fn bare_label(cell: &str) -> Option<&'static str> {
    let bare = cell.ends_with([':', '：', '）', ')']) || !cell.contains([':', '：']);
    leading(cell).filter(|word| bare && !TOTALS.contains(word))
}

/// Columns from a label to its value at most: labels are often merged over two.
const REACH: usize = 2;

/// Whether a cell can be what belongs to a label, and is no record's number, code or day.
fn may_have(label: &str, cell: &str) -> bool {
    const SHORTEST_CODE: usize = 15;
    let is_day = cell.starts_with(|c: char| c.is_ascii_digit())
        && cell.contains(['-', '/', '.', '年'])
        && cell
            .chars()
            .all(|c| c.is_ascii_digit() || "-/.年月日".contains(c));
    let signs = cell.chars().filter(char::is_ascii_alphanumeric).count();
    !text::looks_like_document_number(cell)
        && signs < SHORTEST_CODE
        && (!is_day || label.ends_with("日期") || label.ends_with("时间"))
}

/// A number, perhaps with what is counted: `12`, `3家`, `2.5万元`.
fn is_count(text: &str) -> bool {
    const LONGEST: usize = 12;
    let wide = text::half_width(text);
    let rest = wide.trim_start_matches(|c: char| c.is_ascii_digit() || ".,".contains(c));
    let digits = wide.len() - rest.len();
    digits > 0
        && digits < 8
        && rest.chars().count() <= 3
        && text.chars().count() <= LONGEST
        && rest.chars().all(|c| "条件户家笔个项元万份起人".contains(c))
}

#[cfg(test)]
mod tests {
    use super::leading;

    #[test]
    fn words_beside_tables() {
        for (cell, word) in [
            ("合计", Some("合计")),
            ("合　计", Some("合计")),
            ("合计：3条", Some("合计")),
            ("共计12户", Some("共计")),
            ("小计（万元）", Some("小计")),
            ("填表人：王五", Some("填表人")),
            ("填 表 人: 王五", Some("填表人")),
            ("填报单位（盖章）：", Some("填报单位")),
            ("备注", Some("备注")),
            ("注1：本表由各科室填报", Some("注")),
            ("说明：", Some("说明")),
            ("总计百货有限公司", None),
            ("合计3号酒店有限公司", None),
            ("注册会计师事务所", None),
            ("说明书印刷厂", None),
            ("备注网络科技有限公司", None),
            ("负责人民政府", None),
            ("衡川市样例商贸有限公司", None),
            ("", None),
        ] {
            assert_eq!(leading(cell), word, "{cell}");
        }
    }
}
