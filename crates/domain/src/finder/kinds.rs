//! Kinds that a stranger's trial told of, each with what is like it and is nobody's.

#![allow(clippy::unwrap_used, reason = "tests")]

use super::*;

static FINDER: LazyLock<Finder> = LazyLock::new(|| {
    Finder::new(&toml::from_str(include_str!("../../../../rulebook/personal/words.toml")).unwrap())
});

fn shown(text: &str) -> String {
    FINDER.redact(text, &[]).text.into_owned()
}

fn all_shown(texts: &[(&str, &str)]) {
    for (text, public) in texts {
        assert_eq!(shown(text), *public);
    }
}

fn all_whole(texts: &[&str]) {
    for text in texts {
        assert_eq!(shown(text), *text);
    }
}

#[test]
fn numbers_as_people_write_them() {
    all_shown(&[
        ("QQ：990 123 457，数量20元", "QQ：（已隐去），数量20元"),
        ("车牌苏 B 8 8 X 7 1，蓝色", "车牌（已隐去），蓝色"),
        (
            "苏88-54321号联合收割机未年检",
            "（已隐去）号联合收割机未年检",
        ),
        ("出生日期19770203，经营面馆", "出生日期（已隐去），经营面馆"),
        (
            "现居住于康桥半岛3-1-502，经营面馆",
            "现居住于（已隐去），经营面馆",
        ),
        ("租住人民路一百号202室", "租住（已隐去）"),
    ]);
    all_whole(&[
        "梯川12-12345号电梯未检验",
        "生产日期19770203",
        "宿舍不得住人，限期改正",
        "违规住人员多名",
    ]);
}

#[test]
fn who_is_from_abroad() {
    all_shown(&[
        (
            "越南籍工人武明草未办理工作许可",
            "越南籍工人武**未办理工作许可",
        ),
        ("韩国籍孙样澈担任顾问", "韩国籍孙**担任顾问"),
        ("缅甸籍妙妙登在厂务工", "缅甸籍妙**在厂务工"),
        ("法国籍皮埃尔·样例克到场", "法国籍皮******到场"),
        ("招用LE VAN TEST在车间作业", "招用L********在车间作业"),
    ]);
    all_whole(&[
        "外国籍船舶停靠未申报",
        "聘用越南籍人员从事缝纫工作",
        "缅甸籍渔船在我国海域作业",
        "未查验户籍证明",
        "使用Microsoft Office在车间作业",
    ]);
}

#[test]
fn who_is_told_by_what_was_done_to_them() {
    all_shown(&[
        ("其雇用的赵拟无证驾驶。", "其雇用的赵*无证驾驶。"),
        ("法院判决汪洋犯非法经营罪", "法院判决汪*犯非法经营罪"),
        ("货物卖给了谭样山和薛拟花。", "货物卖给了谭**和薛**。"),
        (
            "驾驶人倪样国无道路运输从业资格",
            "驾驶人倪**无道路运输从业资格",
        ),
        ("郎永和（已故）", "郎**（已故）"),
        ("朴样熙（朝鲜族）承包草场", "朴**（朝鲜族）承包草场"),
        ("投诉人陶先生，即陶拟平", "投诉人陶**，即陶**"),
    ]);
    all_whole(&["郎家镇和平路", "销售二手车交易信息"]);
}

/// A text of nothing but names is no text any more.
#[test]
fn a_text_of_only_names() {
    let text = "赵拟安、钱样禾、孙例宁、李设强、周拟军";
    let reading = FINDER.read(text, &Context::default());
    assert_eq!(reading.spans.len(), 5);
    assert_eq!(reading.withhold, Some(Reason::MostlyMasked));
}

#[test]
fn names_that_are_places_brands_or_organs() {
    all_whole(&[
        "在张家口设立分店",
        "王府井店未公示价格",
        "销售老干妈豆豉三瓶",
        "周黑鸭未注明生产日期",
        "由白云区人民政府负责",
        "向和平区人民法院申请强制执行",
    ]);
}
