//! Fields and conditions in Chinese, for pages, templates and notes: said once.

use crate::{
    catalogue::{Field, FieldKind, FieldPublicity, Form, Requirement},
    condition::{Condition, FieldTest},
};

impl Field {
    /// What a cell holds.
    #[must_use]
    pub fn kind_told(&self) -> String {
        let title = match self.kind {
            FieldKind::Text => "文字",
            FieldKind::Name => "名称",
            FieldKind::UnifiedCode => "统一社会信用代码",
            FieldKind::OrganisationCode => "组织机构代码",
            FieldKind::Number => "编号",
            FieldKind::DocumentNumber => "文书号",
            FieldKind::Coded => "代码列表中的值",
            FieldKind::Date => "日期",
            FieldKind::AmountWan => "金额，单位万元",
            FieldKind::IdentityNumber => "证件号码",
            FieldKind::RecordId => "本站的记录编号",
        };
        if self.several {
            format!("{title}，可以有几个，用“、”分开")
        } else {
            title.to_owned()
        }
    }

    /// What the public may see of it.
    #[must_use]
    pub const fn publicity_told(&self) -> &'static str {
        match self.publicity {
            FieldPublicity::Withheld => "不公开",
            FieldPublicity::Public => "公开",
            FieldPublicity::Redacted => "隐去个人信息后公开",
        }
    }
}

impl Form<'_> {
    /// When a cell of this field must be filled.
    #[must_use]
    pub fn requirement_told(&self, field: &Field) -> String {
        match &field.required {
            Requirement::Optional => "可以不填".to_owned(),
            Requirement::Always => "必填".to_owned(),
            Requirement::When(c) => format!("{}时必填", told(self, c)),
            Requirement::WarnWhen(c) => format!("{}时应当填写", told(self, c)),
        }
    }
}

/// A condition in Chinese.
fn told(form: &Form<'_>, condition: &Condition) -> String {
    let join = |parts: &[Condition], word: &str| {
        parts
            .iter()
            .map(|c| told(form, c))
            .collect::<Vec<_>>()
            .join(word)
    };
    match condition {
        Condition::All { all } => join(all, "，并且"),
        Condition::Any { any } => join(any, "，或者"),
        Condition::Not { not } => format!("不属于（{}）", told(form, not)),
        Condition::Field(test) => told_test(form, test),
    }
}

fn told_test(form: &Form<'_>, test: &FieldTest) -> String {
    let name = form
        .field(&test.field)
        .map_or(test.field.as_str(), |f| f.name.as_str());
    let words = |list: &[String]| {
        list.iter()
            .map(|w| format!("“{w}”"))
            .collect::<Vec<_>>()
            .join("或者")
    };
    let mut parts = Vec::new();
    let lists = [
        ("是", &test.is),
        ("含有", &test.has),
        ("只有", &test.only),
        ("中写有", &test.contains),
        ("以", &test.starts_with),
    ];
    for (verb, list) in lists {
        if !list.is_empty() {
            let tail = if verb == "以" { "开头" } else { "" };
            parts.push(format!("{verb}{}{tail}", words(list)));
        }
    }
    match test.present {
        Some(true) => parts.push("已填写".to_owned()),
        Some(false) => parts.push("没有填写".to_owned()),
        None => {}
    }
    parts.extend(test.on_or_after.map(|d| format!("不早于 {d}")));
    parts.extend(test.before.map(|d| format!("早于 {d}")));
    parts.extend(test.at_least_yuan.map(|y| format!("不少于 {y} 元")));
    parts.extend(test.below_yuan.map(|y| format!("少于 {y} 元")));
    format!("“{name}”{}", parts.join("，"))
}
