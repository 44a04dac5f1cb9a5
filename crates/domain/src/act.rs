//! Acts: every use case has one id, which is its permission, its name in the audit and its name in
//! the table of addresses.

/// How an act comes to the database, and what it leaves there.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Way {
    /// Reads what anybody may see; leaves nothing.
    Public,
    /// Reads what is one's own work: lists and counts, the own department's files that are not handed
    /// in yet, nothing that is held of an organisation; leaves nothing.
    Desk,
    /// Reads what is not public, for a purpose; leaves an entry in the audit (I4).
    Look,
    /// Writes, and leaves an entry in the same transaction (I4).
    Change,
    /// Handles the database as a whole: verifies, copies.
    Whole,
}

macro_rules! acts {
    ($($name:ident = $id:literal, $way:ident $(($effect:ident))?, $title:literal
        $(, [$($table:literal),+])?;)+) => {
        /// What is done: the unit of permission.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
        pub enum Act {
            $(
                #[doc = $title]
                $name,
            )+
        }

        impl Act {
            /// All of them, in the order of their declaration.
            pub const ALL: &[Self] = &[$(Self::$name),+];

            /// Its id, `noun.verb`.
            #[must_use]
            pub const fn id(self) -> &'static str {
                match self { $(Self::$name => $id),+ }
            }

            /// What it is, in Chinese, as the end of "只有信用办可以……".
            #[must_use]
            pub const fn title(self) -> &'static str {
                match self { $(Self::$name => $title),+ }
            }

            /// How it comes to the database.
            #[must_use]
            pub const fn way(self) -> Way {
                match self { $(Self::$name => Way::$way),+ }
            }

            /// Tables that it writes, of those of which the audit keeps sums (ADR 15).
            #[must_use]
            pub const fn writes(self) -> &'static [&'static str] {
                match self { $(Self::$name => &[$($($table),+)?]),+ }
            }

            const fn effect(self) -> Option<Effect> {
                match self { $(Self::$name => acts!(@effect $($effect)?)),+ }
            }
        }
    };
    (@effect) => { None };
    (@effect $effect:ident) => { Some(Effect::$effect) };
}

/// What sets an act apart from others of its way.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Effect {
    /// It may be part of every answer.
    Part,
    /// It changes nothing that the public can see.
    Quiet,
    /// It is one piece of long work: people go before it.
    Bulk,
    /// Both.
    QuietBulk,
}

acts! {
    SiteOpen = "site.open", Public(Part), "打开公开网站";
    PublicRead = "public.read", Public(Part), "读取公开信息";
    HomeOpen = "home.open", Public, "打开首页";
    SubjectSearch = "subject.search", Public, "搜索组织";
    SubjectOpen = "subject.open", Public, "查看组织的公开信息";
    RecordOpen = "record.open", Public, "查看公开的记录";
    RecordList = "record.list", Public, "查看公开的记录列表";
    WithdrawalList = "withdrawal.list", Public, "查看撤回说明";
    DepartmentList = "department.list", Public(Part), "查看报送部门";
    FileCheck = "file.check", Public, "检查文件";
    ProofCheck = "proof.check", Public, "核验凭证";
    CaseAsked = "case.asked", Public, "查看自己提出的事项";
    AnswerList = "answer.list", Public, "查看公开的答复";

    DeskOpen = "desk.open", Desk, "打开自己的工作台";
    AccountList = "account.list", Desk, "查看账号";
    AuditorList = "auditor.list", Desk, "查看审计函件";
    RosterList = "roster.list", Desk, "查看人员名册";
    RulesList = "rulebook.list", Desk, "查看本地规则";
    RoleList = "role.list", Desk, "查看角色和权限";
    HandInList = "handin.list", Desk, "查看本部门准备的文件";
    HandInOpen = "handin.open", Desk, "打开本部门准备的文件";

    AgentList = "agent.list", Desk, "查看单位经办";
    CaseList = "case.list", Desk, "查看待办的办件";
    LetterList = "letter.list", Desk, "查看发文登记";

    CaseLook = "case.look", Look, "打开办件";
    CaseFile = "case.file", Look, "下载办件材料";
    CaseExtract = "case.extract", Look, "凭授权打印单位的信息";
    SpaceOpen = "space.open", Look, "打开本单位的空间";
    SubjectLook = "subject.look", Look, "查看组织的全部信息";
    RecordLook = "record.look", Look, "查看记录的全部内容";
    RecordHeld = "record.held", Look, "查看类别未定的记录";
    RecordWithheld = "record.withheld", Look, "查看撤下待确认的记录";
    RecordNumber = "record.number", Look, "查询记录编号";
    RecordReadings = "record.readings", Look, "查看待阅读的文字";
    RecordText = "record.text", Look, "阅读存疑的文字";
    RecordSaid = "record.said", Look, "查看对文字的说明";
    BatchList = "batch.list", Look, "查看批次";
    BatchTry = "batch.try", Look, "试算文件";
    PersonCount = "person.count", Look, "查看自然人信息的数量";
    ForwardList = "forward.list", Look, "查看报送文件";
    ForwardFile = "forward.file", Look, "下载报送文件";

    SampleDraw = "sample.draw", Look, "抽取样本";
    AuditSearch = "audit.search", Look, "查询审计记录";

    AccountSignIn = "account.sign_in", Change(Quiet), "登录", ["account"];
    AccountSignOut = "account.sign_out", Change(Quiet), "退出登录";
    DeskSwitch = "desk.switch", Change(Quiet), "切换办理的部门";
    AccountPassword = "account.password", Change(Quiet), "修改自己的密码",
        ["account", "password_used"];
    AccountFactor = "account.factor", Change(Quiet), "设置自己的动态口令", ["account"];
    AccountMake = "account.make", Change(Quiet), "新建账号", ["account", "membership"];
    AccountReset = "account.reset", Change(Quiet), "重置账号的密码和动态口令", ["account"];
    AccountLock = "account.lock", Change(Quiet), "停用或者恢复账号", ["account"];
    AccountBind = "account.bind", Change(Quiet), "绑定操作系统账号", ["account"];
    AccountGrant = "account.grant", Change(Quiet), "授予角色", ["membership"];
    AccountRevoke = "account.revoke", Change(Quiet), "收回角色", ["membership"];

    AgentBind = "agent.bind", Change(Quiet), "登记单位经办",
        ["account", "agent_binding", "membership"];
    AgentEnd = "agent.end", Change(Quiet), "结束单位经办", ["agent_binding", "membership"];
    AuditorEnter = "auditor.enter", Change(Quiet), "登记审计函件", ["audit_letter", "membership"];
    AuditorEnd = "auditor.end", Change(Quiet), "提前结束审计函件", ["audit_letter", "membership"];
    RosterPropose = "roster.propose", Change(Quiet), "拟定人员名册的变动", ["roster_proposal"];
    RosterConfirm = "roster.confirm", Change(Quiet), "确认人员名册",
        ["membership", "roster_confirmation", "roster_proposal"];

    RulesPropose = "rulebook.propose", Change(Quiet), "提出采用本地规则", ["rule_set"];
    RulesAdopt = "rulebook.adopt", Change, "采用本地规则", ["rule_set"];
    RulesRefuse = "rulebook.refuse", Change(Quiet), "不采用提出的本地规则", ["rule_set"];

    HandInStage = "handin.stage", Change(Quiet), "准备报送的文件",
        ["hand_in", "hand_in_edit"];
    HandInEdit = "handin.edit", Change(Quiet), "改正准备的文件", ["hand_in", "hand_in_edit"];
    HandInRelease = "handin.release", Change(Quiet), "审核并报送准备的文件", ["hand_in"];
    HandInWithdraw = "handin.withdraw", Change(Quiet), "撤回准备的文件",
        ["hand_in", "hand_in_edit"];

    CaseOpen = "case.open", Change, "开始办件",
        ["case_desk", "case_edition", "case_effect", "case_event", "case_head", "case_open", "letter",
         "letter_number", "record", "record_act", "record_basis"];
    CaseStep = "case.step", Change, "办理办件",
        ["case_desk", "case_effect", "case_event", "case_head", "case_open", "letter", "letter_number",
         "record", "record_act", "record_basis"];
    CaseClocks = "case.clocks", Change, "办理到期的办件",
        ["case_desk", "case_effect", "case_event", "case_head", "case_open", "letter", "letter_number",
         "record", "record_act", "record_basis"];

    CaseEffect = "case.effect", Change(Quiet), "登记办件后续处理的结果",
        ["case_desk", "case_effect", "case_event", "case_head", "case_open", "letter",
         "letter_number", "record", "record_act", "record_basis"];
    SubjectAlias = "subject.alias", Change, "按赋码机关的决定登记代码变更",
        ["effect_done", "subject", "subject_code"];

    CaseAsk = "case.ask", Change(Quiet), "没有账号的人提出事项",
        ["case_desk", "case_edition", "case_event", "case_head", "case_link", "case_open"];
    CaseAttach = "case.attach", Change(Quiet), "添加或者删除办件材料", ["case_file"];

    BatchStage = "batch.stage", Change(Quiet), "报送文件",
        ["batch", "rulebook_edition"];
    BatchAgain = "batch.again", Change(Quiet), "再次报送同一文件";
    BatchFindings = "batch.findings", Change(QuietBulk), "保存检查结果",
        ["batch_chunk", "batch_finding"];
    BatchLand = "batch.land", Change(QuietBulk), "导入文件的内容",
        ["batch_chunk", "batch_finding", "person_row", "record", "record_basis", "subject",
         "subject_person", "text_doubt"];
    BatchSeal = "batch.seal", Change, "完成导入", ["batch", "record"];
    BatchRefuse = "batch.refuse", Change(Quiet), "退回文件", ["batch"];
    BatchAbandon = "batch.abandon", Change, "放弃导入", ["batch", "record", "record_basis"];
    RecordDecide = "record.decide", Change, "记录作出决定的单位认定的类别",
        ["record", "record_act", "record_basis"];
    RecordEnd = "record.end", Change, "撤下公示或者确认撤下",
        ["record", "record_act", "record_basis"];
    RecordRepair = "record.repair", Change, "因信用修复终止或者恢复公示",
        ["record", "record_act", "record_basis"];
    ProofMake = "proof.make", Change(Quiet), "制作公示内容的凭证", ["proof"];
    ProofEnd = "proof.end", Change(QuietBulk), "销毁到期凭证的随机数";
    RecordReading = "record.reading", Change, "记录对文字的说明", ["text_reading"];
    SubjectPersons = "subject.persons", Change(Bulk), "登记法定代表人姓名",
        ["setting", "subject_person"];
    TextFill = "text.fill", Change(Bulk), "整理公示文字", ["setting", "subject_person", "text_doubt"];
    PublicityRebuild = "publicity.rebuild", Change(Bulk), "重新计算公示",
        ["record", "record_basis", "rulebook_edition"];
    RegisterApply = "register.apply", Change(Bulk), "维护登记库",
        ["subject", "subject_code", "subject_name"];
    RegisterImport = "register.import", Change, "维护登记库";
    DepartmentMerge = "department.merge", Change, "合并、更名或者分设部门",
        ["department_succession", "hand_in", "roster_proposal"];
    DepartmentAssign = "department.assign", Change, "分派分设部门的事项",
        ["department_matter", "hand_in"];
    DepartmentImport = "department.import", Change, "维护部门名单", ["department", "department_contact"];
    DistrictSet = "district.set", Change, "设置本区信息", ["setting"];
    PersonKey = "person.key", Change(Quiet), "设置自然人信息的密钥", ["person_row", "setting"];
    PersonDelete = "person.delete", Change(Quiet), "按期限删除自然人信息", ["person_row"];
    ForwardMake = "forward.make", Change(Quiet), "生成报送文件", ["dispatch", "dispatch_row"];
    ForwardReceipt = "forward.receipt", Change, "读取回执", ["receipt", "receipt_row"];
    ClockConfirm = "clock.confirm", Change(Quiet), "确认系统时间", ["setting"];
    DatabaseBackup = "database.backup", Change(Quiet), "备份数据库";
    DatabaseCopy = "database.copy", Change(Quiet), "复制数据库";
    DatabaseRestore = "db.restore", Change, "恢复数据库", ["setting"];
    DatabaseUpgrade = "database.upgrade", Change(Quiet), "升级数据库";
    DatabaseMigrate = "database.migrate", Change(Quiet), "改动数据库的表", ["schema_migration"];
    AuditPrune = "audit.prune", Change(Quiet), "按期限清除审计的内容";

    DatabaseVerify = "database.verify", Whole, "核对数据库";
}

impl Act {
    /// The act with this id.
    #[must_use]
    pub fn parse(id: &str) -> Option<Self> {
        Self::ALL.iter().copied().find(|act| act.id() == id)
    }

    /// Whether it may change what the public can see, so that figures are made anew.
    #[must_use]
    pub fn moves_figures(self) -> bool {
        self.way() == Way::Change
            && !matches!(self.effect(), Some(Effect::Quiet | Effect::QuietBulk))
    }

    /// Whether it is for anybody, and for nobody in particular: what is public, the sign-in, and what
    /// a look at a public page brings about.
    #[must_use]
    pub const fn is_anybodys(self) -> bool {
        matches!(self.way(), Way::Public)
            || matches!(self, Self::AccountSignIn | Self::ProofMake | Self::CaseAsk)
    }

    /// Whether its answer is made of public records, so that a site which shows none refuses it.
    #[must_use]
    pub const fn shows_records(self) -> bool {
        matches!(
            self,
            Self::SubjectSearch
                | Self::SubjectOpen
                | Self::RecordOpen
                | Self::RecordList
                | Self::WithdrawalList
        )
    }

    /// The acts it is made of: an address that names it may rest on them as well.
    #[must_use]
    pub const fn parts(self) -> &'static [Self] {
        match self {
            Self::HandInStage | Self::HandInEdit => &[
                Self::FileCheck,
                Self::BatchStage,
                Self::BatchLand,
                Self::BatchTry,
            ],
            Self::HandInOpen => &[Self::FileCheck],
            Self::DeskOpen => &[Self::RecordReading],
            Self::RecordOpen => &[Self::ProofMake],
            Self::RecordReading => &[Self::RecordReadings],
            Self::ForwardMake => &[Self::BatchLand, Self::ForwardList],
            Self::ForwardReceipt => &[Self::BatchLand],
            Self::CaseOpen | Self::CaseStep | Self::CaseClocks => {
                &[Self::CaseEffect, Self::SubjectAlias]
            }
            Self::HandInRelease => &[
                Self::FileCheck,
                Self::BatchStage,
                Self::BatchFindings,
                Self::BatchLand,
                Self::BatchSeal,
                Self::BatchRefuse,
            ],
            _ => &[],
        }
    }

    /// Whether it may be part of every answer: an address need not name it.
    #[must_use]
    pub const fn is_part(self) -> bool {
        matches!(self.effect(), Some(Effect::Part))
    }

    /// Whether it leaves an entry in the audit.
    #[must_use]
    pub const fn leaves_entry(self) -> bool {
        matches!(self.way(), Way::Look | Way::Change)
    }

    /// Whether it is a piece of long work, which gives way to people.
    #[must_use]
    pub const fn is_bulk(self) -> bool {
        matches!(self.effect(), Some(Effect::Bulk | Effect::QuietBulk))
    }
}

impl serde::Serialize for Act {
    fn serialize<S: serde::Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
        to.serialize_str(self.id())
    }
}

impl<'de> serde::Deserialize<'de> for Act {
    fn deserialize<D: serde::Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        let id = String::deserialize(from)?;
        Self::parse(&id).ok_or_else(|| {
            // As the parser says it of an enum, so that the loader tells it alike.
            serde::de::Error::custom(format!("unknown variant `{id}`"))
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::BTreeSet;

    #[test]
    fn an_id_names_one_act_and_leads_back_to_it() {
        let ids: BTreeSet<&str> = Act::ALL.iter().map(|act| act.id()).collect();
        assert_eq!(ids.len(), Act::ALL.len());
        for act in Act::ALL {
            assert_eq!(Act::parse(act.id()), Some(*act));
            assert_eq!(act.id().split('.').count(), 2, "{} is noun.verb", act.id());
        }
    }

    #[test]
    fn only_a_change_writes_and_moves_figures() {
        for act in Act::ALL {
            let writes = !act.writes().is_empty() || act.moves_figures() || act.is_bulk();
            assert!(act.way() == Way::Change || !writes, "{}", act.id());
        }
    }
}
