//! `xinheng record readings`, `reading`, `unsay`: what departments say of doubtful texts.

use crate::{
    args::{Global, Output, Said, SaysWord},
    output::{self, Failure, Outcome},
    screen::{complaints, screen},
};
use std::{
    io::{self, Write as _},
    process::ExitCode,
};
use xinheng_app::{
    Ctx,
    record::{self, ReadingBasis, ReadingLine, Say},
};
use xinheng_domain::reading::Says;

impl SaysWord {
    const fn says(self) -> Says {
        match self {
            Self::MaskedAsItIs => Says::Masked,
            Self::NoPerson => Says::NoPerson,
            Self::Mask => Says::Mask,
            Self::Withhold => Says::Withhold,
            Self::Rewritten => Says::Rewritten,
            Self::Returned => Says::Returned,
        }
    }
}

impl Said {
    fn by(&self) -> ReadingBasis<'_> {
        ReadingBasis {
            document: self.document.as_deref(),
            dated: self.dated,
            stated_by: self.by.as_deref(),
            grounds: self.grounds.as_deref(),
        }
    }
}

/// The list of what is to be read; with `published` of what had been shown before it was doubted,
/// department by department.
pub fn list(global: &Global, ctx: &Ctx<'_>, department: Option<&str>, published: bool) -> Outcome {
    let mut out = screen();
    let mut lines = record::readings(ctx, department)?;
    if published {
        lines.retain(|line| line.published);
        // Within a department the order stays: the earliest due first.
        lines.sort_by(|a, b| a.department.cmp(&b.department));
    }
    if global.output == Output::Json {
        for line in &lines {
            output::json_line(&mut out, line)?;
        }
        return Ok(ExitCode::SUCCESS);
    }
    if lines.is_empty() {
        let what = if published {
            "以前已经公示、现在需要阅读的文字"
        } else {
            "需要阅读的文字"
        };
        writeln!(out, "没有{what}。")?;
        return Ok(ExitCode::SUCCESS);
    }
    let mut before = None;
    for line in &lines {
        if published && before != Some(&line.department) {
            let mine = lines.iter().filter(|l| l.department == line.department);
            let above: usize = mine.clone().map(|l| l.above.len()).sum();
            writeln!(
                out,
                "报送部门{}：{}段，已报送上级平台、应当更正{above}行",
                line.department,
                mine.count()
            )?;
            before = Some(&line.department);
        }
        tell_line(&mut out, line)?;
    }
    writeln!(
        out,
        "共{}段。请把原文送报送部门阅读，取得书面说明后用“xinheng record reading 记录编号 栏目 --says 说明 --document 文件 --dated 日期 --by 单位和人员”记录；在此之前一直隐去，逾期也不恢复。",
        lines.len()
    )?;
    if !record::readings_are_noted(ctx)? {
        writeln!(
            complaints(),
            "规则库或者程序更新后还没有整理，这次逐条查找了全部记录。运行“xinheng db migrate”整理以后会快得多。"
        )?;
    }
    Ok(ExitCode::SUCCESS)
}

fn tell_line(out: &mut impl io::Write, line: &ReadingLine) -> Result<(), Failure> {
    writeln!(
        out,
        "{}　{}（{}）",
        line.record, line.field_name, line.field
    )?;
    let late = if line.overdue { "（已过）" } else { "" };
    let same = match line.records {
        0 | 1 => String::new(),
        n => format!("，同样的文字共{n}条记录"),
    };
    let returned = if line.returned {
        "，已退回部门"
    } else {
        ""
    };
    let published = if line.published {
        "，以前公示过，已立即隐去"
    } else {
        ""
    };
    let above: Vec<String> = line
        .above
        .iter()
        .map(|row| {
            format!(
                "{}（{}生成的“{}”第{}行）",
                row.record, row.made_on, row.file, row.row
            )
        })
        .collect();
    let facts = [
        ("报送部门", format!("{}{same}", line.department)),
        ("为什么", format!("{}{published}{returned}", why(line))),
        ("公示文本", line.wording.clone()),
        ("上级平台应当更正", above.join("；")),
        ("最后一天", format!("{}{late}", line.due)),
    ];
    Ok(output::facts(out, &facts)?)
}

fn why(line: &ReadingLine) -> String {
    match (line.withheld, line.doubtful) {
        (true, _) => "整段不公开".to_owned(),
        (false, n) => format!("{n}处存疑，已隐去"),
    }
}

/// What was recorded so far.
pub fn said(global: &Global, ctx: &Ctx<'_>) -> Outcome {
    let mut out = screen();
    let all = record::said(ctx)?;
    if global.output == Output::Text && all.is_empty() {
        writeln!(out, "还没有记录过阅读结果。")?;
    }
    for one in &all {
        let at = output::beijing(one.acted_at);
        if global.output == Output::Json {
            let line = serde_json::json!({
                "number": one.position, "record": one.record_id, "field": one.field,
                "department": one.department, "says": one.says.as_str(), "undoes": one.undoes,
                "document": one.document, "dated": one.dated_on.map(|d| d.to_string()),
                "by": one.stated_by, "grounds": one.grounds, "actor": one.actor,
                "at": one.acted_at.to_string(),
            });
            output::json_line(&mut out, &line)?;
            continue;
        }
        let undoes = one.undoes.map_or_else(String::new, |n| format!("第{n}号"));
        writeln!(
            out,
            "第{}号　{}{undoes}　{}　{}",
            one.position,
            one.says.title(),
            one.record_id,
            one.field
        )?;
        let dated = one
            .dated_on
            .map_or_else(String::new, |d| format!("（{d}）"));
        let facts = [
            ("依据", format!("{}{dated}{}", one.document, one.stated_by)),
            ("理由", one.grounds.clone()),
            ("办理", format!("{at}　{}", one.actor)),
        ];
        output::facts(&mut out, &facts)?;
    }
    Ok(ExitCode::SUCCESS)
}

/// Records what was said.
pub fn say(
    global: &Global,
    ctx: &Ctx<'_>,
    (record, field, says): (&str, &str, SaysWord),
    text: Option<&str>,
    said: &Said,
) -> Outcome {
    let says = says.says();
    let input = Say {
        record,
        field,
        says,
        text,
        by: said.by(),
    };
    let number = record::say(ctx, &input)?;
    let undo = if says.hides() {
        format!("需要撤销的，应当取得部门的文件，再用“xinheng record unsay {number}”。")
    } else {
        format!("需要撤销时用“xinheng record unsay {number}”。")
    };
    let title = says.title();
    tell(
        global,
        number,
        &format!("已记录“{title}”，编号{number}，写入审计。{undo}"),
    )
}

/// Takes back what was recorded.
pub fn unsay(global: &Global, ctx: &Ctx<'_>, number: u64, said: &Said) -> Outcome {
    let own = record::unsay(ctx, number, &said.by())?;
    tell(
        global,
        own,
        &format!("已撤销第{number}号阅读结果，编号{own}，写入审计。"),
    )
}

fn tell(global: &Global, number: u64, sentence: &str) -> Outcome {
    let mut out = screen();
    if global.output == Output::Json {
        output::json_line(&mut out, &serde_json::json!({"number": number}))?;
    } else {
        writeln!(out, "{sentence}")?;
    }
    Ok(ExitCode::SUCCESS)
}
