//! The cast: organisations with a part to play, so that every state of the way of a row can be
//! shown, tested and found again by its part. What happens to them is in [`crate::scene`].

/// An organisation with a part.
pub(crate) struct Role {
    pub(crate) part: &'static str,
    /// `None`: a person's name and nothing else.
    pub(crate) name: Option<&'static str>,
    pub(crate) pair: &'static str,
    pub(crate) form: &'static str,
    pub(crate) trade: &'static str,
    /// A former name, given up so many days before the demo's day.
    pub(crate) former_name: Option<(&'static str, i64)>,
    /// A wrong code was borne until so many days before the demo's day.
    pub(crate) wrong_code_until: Option<i64>,
    pub(crate) dissolved: Option<i64>,
    pub(crate) in_register: bool,
    pub(crate) without_code: bool,
}

const fn company(part: &'static str, name: &'static str, trade: &'static str) -> Role {
    Role {
        part,
        name: Some(name),
        pair: "91",
        form: "有限责任公司",
        trade,
        former_name: None,
        wrong_code_until: None,
        dissolved: None,
        in_register: true,
        without_code: false,
    }
}

const fn shop(part: &'static str, name: &'static str, trade: &'static str) -> Role {
    Role {
        pair: "92",
        form: "个体工商户",
        ..company(part, name, trade)
    }
}

pub(crate) const ROLES: &[Role] = &[
    company("busy", "衡川如一餐饮管理有限公司", "catering"),
    company("clean", "衡川无录信息技术有限公司", "tech"),
    company("only_permits", "衡川有许仓储有限公司", "transport"),
    company("current", "衡川现公机械有限公司", "factory"),
    company("ending_soon", "衡川将届家具有限公司", "factory"),
    company("ended", "衡川已届纺织有限公司", "factory"),
    company("held", "衡川待定新材料有限公司", "chemical"),
    shop("never_public", "信衡区不公示便利店", "retail"),
    shop("not_published", "信衡区不公开理发店", "beauty"),
    company("late", "衡川迟报物流有限公司", "transport"),
    company("wrong_party", "衡川误记包装材料有限公司", "factory"),
    company("right_party", "衡川改正包装材料有限公司", "factory"),
    company("withdrawn", "衡川撤销装饰工程有限公司", "construction"),
    company("disputes", "衡川有争议市政工程有限公司", "construction"),
    company("two_regimes", "衡川跨期化工有限公司", "chemical"),
    company("versions", "衡川两版建筑劳务有限公司", "construction"),
    company("redacted", "衡川涂去医院管理有限公司", "medical"),
    company("holiday", "衡川逢节货运有限公司", "transport"),
    shop("homonym_1", "信衡区如意面馆", "catering"),
    shop("homonym_2", "信衡区如意面馆", "catering"),
    company("homonym_3", "信衡区如意面馆", "catering"),
    company("near_1", "衡川澄岚器械有限公司", "factory"),
    company("near_2", "衡川澄岗器械有限公司", "factory"),
    Role {
        former_name: Some(("衡川旧称塑料制品有限公司", 420)),
        ..company("renamed", "衡川新称塑料制品有限公司", "factory")
    },
    Role {
        wrong_code_until: Some(600),
        ..company("alias", "衡川换码气体有限公司", "chemical")
    },
    Role {
        name: None,
        ..shop("person_named", "", "beauty")
    },
    company("brackets_wide", "衡川括号（信衡）软件有限公司", "tech"),
    company("brackets_narrow", "衡川方圆(信衡)软件有限公司", "tech"),
    Role {
        in_register: false,
        ..company("provisional", "衡川未登网络科技有限公司", "tech")
    },
    Role {
        dissolved: Some(200),
        ..company("dissolved", "衡川已注销涂料有限公司", "chemical")
    },
    Role {
        in_register: false,
        without_code: true,
        ..shop("without_code", "信衡区老字号早点铺", "catering")
    },
    Role {
        pair: "93",
        form: "农民专业合作社",
        ..company("cooperative", "衡川市信衡区望斗蔬菜种植专业合作社", "farm")
    },
    Role {
        pair: "31",
        form: "律师事务所",
        ..company("law_firm", "衡川同衡律师事务所", "law")
    },
    Role {
        pair: "51",
        form: "社会团体",
        ..company("association", "衡川市信衡区餐饮行业协会", "society")
    },
    Role {
        pair: "52",
        form: "民办非企业单位",
        ..company("private_school", "信衡区明诚艺术培训中心", "school")
    },
    Role {
        pair: "12",
        form: "事业单位",
        ..company("institution", "衡川市信衡区第二小学", "institution")
    },
];
