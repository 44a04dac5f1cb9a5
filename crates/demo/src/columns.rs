//! The columns of the two national item types as the departments' files carry them: code, Chinese
//! header, and the column's place in the work. A test holds them against the catalogue.

/// A column of a file.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Column {
    pub(crate) id: &'static str,
    pub(crate) name: &'static str,
    /// Departments leave it out where they have nothing for it.
    pub(crate) optional: bool,
}

const fn must(id: &'static str, name: &'static str) -> Column {
    Column {
        id,
        name,
        optional: false,
    }
}

const fn may(id: &'static str, name: &'static str) -> Column {
    Column {
        id,
        name,
        optional: true,
    }
}

pub(crate) const PENALTY: &[Column] = &[
    must("CF_XDR_MC", "行政相对人名称"),
    must("CF_XDR_LB", "行政相对人类别"),
    must("CF_XDR_SHXYM", "行政相对人代码_1(统一社会信用代码)"),
    may("CF_XDR_GSZC", "行政相对人代码_2(工商注册号)"),
    may("CF_XDR_ZZJG", "行政相对人代码_3(组织机构代码)"),
    may("CF_XDR_SWDJ", "行政相对人代码_4(税务登记号)"),
    may("CF_XDR_SYDW", "行政相对人代码_5(事业单位证书号)"),
    may("CF_XDR_SHZZ", "行政相对人代码_6(社会组织登记证号)"),
    must("CF_FRDB", "法定代表人"),
    may("CF_FR_ZJLX", "法定代表人证件类型"),
    may("CF_FR_ZJHM", "法定代表人证件号码"),
    may("CF_XDR_ZJLX", "证件类型"),
    may("CF_XDR_ZJHM", "证件号码"),
    must("CF_WSH", "行政处罚决定书文号"),
    must("CF_WFXW", "违法行为类型"),
    must("CF_SY", "违法事实"),
    must("CF_YJ", "处罚依据"),
    must("CF_CFLB", "处罚类别"),
    must("CF_NR", "处罚内容"),
    must("CF_NR_FK", "罚款金额(万元)"),
    must("CF_NR_WFFF", "没收违法所得、没收非法财物的金额(万元)"),
    may("CF_NR_ZKDX", "暂扣或吊销证照名称及编号"),
    must("CF_JDRQ", "处罚决定日期"),
    must("CF_YXQ", "处罚有效期"),
    may("CF_GSJZQ", "公示截止期"),
    must("CF_CFJG", "处罚机关"),
    must("CF_CFJGDM", "处罚机关统一社会信用代码"),
    must("CF_SJLY", "数据来源单位"),
    must("CF_SJLYDM", "数据来源单位统一社会信用代码"),
    may("BZ", "备注"),
    may("XH_CX", "处罚程序"),
    may("XH_SXLB", "失信信息类别"),
    may("XH_SXYJ", "失信信息类别依据"),
    may("XH_SDRQ", "送达日期"),
    may("XH_SFGK", "是否公开"),
    may("XH_BGKYY", "不公开理由"),
    may("XH_ZYZT", "争议状态"),
    may("XH_THJL", "替换记录编号"),
];

pub(crate) const PERMIT: &[Column] = &[
    must("XK_XDR_MC", "行政相对人名称"),
    must("XK_XDR_LB", "行政相对人类别"),
    must("XK_XDR_SHXYM", "行政相对人代码_1(统一社会信用代码)"),
    may("XK_XDR_GSZC", "行政相对人代码_2(工商注册号)"),
    may("XK_XDR_ZZJG", "行政相对人代码_3(组织机构代码)"),
    may("XK_XDR_SWDJ", "行政相对人代码_4(税务登记号)"),
    may("XK_XDR_SYDW", "行政相对人代码_5(事业单位证书号)"),
    may("XK_XDR_SHZZ", "行政相对人代码_6(社会组织登记证号)"),
    must("XK_FRDB", "法定代表人"),
    may("XK_FR_ZJLX", "法定代表人证件类型"),
    may("XK_FR_ZJHM", "法定代表人证件号码"),
    may("XK_XDR_ZJLX", "证件类型"),
    may("XK_XDR_ZJHM", "证件号码"),
    must("XK_XKWS", "行政许可决定文书名称"),
    must("XK_WSH", "行政许可决定文书号"),
    must("XK_XKLB", "许可类别"),
    may("XK_XKZS", "许可证书名称"),
    may("XK_XKBH", "许可编号"),
    must("XK_NR", "许可内容"),
    must("XK_JDRQ", "许可决定日期"),
    must("XK_YXQZ", "有效期自"),
    must("XK_YXQZI", "有效期至"),
    must("XK_XKJG", "许可机关"),
    must("XK_XKJGDM", "许可机关统一社会信用代码"),
    must("XK_ZT", "当前状态"),
    must("XK_LYDW", "数据来源单位"),
    must("XK_LYDWDM", "数据来源单位统一社会信用代码"),
    may("BZ", "备注"),
    may("XH_SDRQ", "送达日期"),
    may("XH_SFGK", "是否公开"),
    may("XH_BGKYY", "不公开理由"),
    may("XH_ZYZT", "争议状态"),
    may("XH_THJL", "替换记录编号"),
];
