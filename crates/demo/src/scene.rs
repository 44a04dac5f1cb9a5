//! What happens to the cast: one small story for each state that a record or a subject can be in.
//! Days are counted back from the demo's day, so the stories hold on any day.

use crate::{
    DemoError,
    draft::{Desk, LONG_TERM},
    history::{self, Filing},
    landmark::Landmark,
    organisation::{Organisation, Organisations},
    person,
    row::{Kind, Meaning, Row},
    season::{self, NEW_REGIME},
    sheet::Habits,
    tables::{Department, Trade},
};
use jiff::{ToSpan, civil::Date};

/// Plays all stories.
pub(crate) fn play(
    seed: u64,
    today: Date,
    departments: &[Department],
    trades: &[Trade],
    organisations: &Organisations,
) -> Result<(Vec<Filing>, Vec<Landmark>), DemoError> {
    let mut stage = Stage {
        today,
        departments,
        organisations,
        desks: departments
            .iter()
            .map(|d| Desk::new(seed ^ 0x5ce7e, d, trades))
            .collect(),
        filings: Vec::new(),
        landmarks: Vec::new(),
    };
    stage.organisations_by_part();
    stage.publicity()?;
    stage.disputes()?;
    stage.corrections()?;
    stage.texts()?;
    stage.permits()?;
    stage.busy()?;
    stage.faults()?;
    Ok((stage.filings, stage.landmarks))
}

struct Stage<'a> {
    today: Date,
    departments: &'a [Department],
    organisations: &'a Organisations,
    desks: Vec<Desk<'a>>,
    filings: Vec<Filing>,
    landmarks: Vec<Landmark>,
}

impl<'a> Stage<'a> {
    fn ago(&self, days: i64) -> Date {
        season::working_day(self.today.saturating_sub(days.days()))
    }

    fn part(&self, part: &str) -> Result<&'a Organisation, DemoError> {
        self.organisations
            .part(part)
            .ok_or_else(|| DemoError::Data(format!("cast: {part}")))
    }

    fn place(&self, mark: &str) -> Result<usize, DemoError> {
        self.departments
            .iter()
            .position(|d| d.mark == mark)
            .ok_or_else(|| DemoError::Data(format!("departments.toml: {mark}")))
    }

    /// A penalty of the department's first matter, with kinds and fine of our choice.
    fn penalty(
        &mut self,
        mark: &str,
        part: &str,
        decided: Date,
        kinds: &[&str],
        fine: i64,
    ) -> Result<Row, DemoError> {
        let (place, party) = (self.place(mark)?, self.part(part)?);
        let department = self.departments.get(place);
        let matter = department.and_then(|d| d.penalties.first());
        let (Some(desk), Some(matter)) = (self.desks.get_mut(place), matter) else {
            return Err(DemoError::Data(format!("departments.toml: {mark}")));
        };
        let mut row = desk.penalty(matter, party, decided);
        desk.impose(
            &mut row,
            kinds,
            Some(fine),
            matter.licence.as_deref(),
            &party.trade,
        );
        row.set("XH_SDRQ", decided.to_string());
        self.mark_of_scene(&mut row);
        Ok(row)
    }

    fn permit(&mut self, mark: &str, part: &str, decided: Date) -> Result<Row, DemoError> {
        let (place, party) = (self.place(mark)?, self.part(part)?);
        let matter = self.departments.get(place).and_then(|d| d.permits.first());
        let (Some(desk), Some(matter)) = (self.desks.get_mut(place), matter) else {
            return Err(DemoError::Data(format!("departments.toml: {mark}")));
        };
        let mut row = desk.permit(matter, party, decided);
        self.mark_of_scene(&mut row);
        Ok(row)
    }

    /// Document numbers of the stories have a series of their own, so that they never meet those
    /// of the daily work.
    fn mark_of_scene(&self, row: &mut Row) {
        let number = row.of(Meaning::Document).replace('〔', "专〔");
        row.put(Meaning::Document, number);
    }

    /// Files a row on a day of its own.
    fn file(&mut self, mark: &str, received: Date, row: &Row) -> Result<(), DemoError> {
        let department = self.place(mark)?;
        self.filings.push(Filing {
            received,
            department,
            kind: row.kind,
            habits: Habits::plain(),
            rows: vec![row.clone()],
        });
        Ok(())
    }

    fn show(&mut self, id: &str, title: &str, row: &Row) {
        self.landmarks.push(Landmark::record(id, title, row));
    }

    fn organisations_by_part(&mut self) {
        const TOLD: &[(&str, &str)] = &[
            ("clean", "没有任何记录的企业"),
            ("only_permits", "只有行政许可的企业"),
            ("homonym_1", "同名的个体工商户之一"),
            ("homonym_2", "同名的个体工商户之二"),
            ("homonym_3", "同名的企业"),
            ("near_1", "名称只差一个字的企业之一"),
            ("near_2", "名称只差一个字的企业之二"),
            ("renamed", "改过名的企业：用旧名称也能查到"),
            ("alias", "代码更正过的企业：旧代码转到现代码"),
            ("person_named", "以人名命名的个体工商户：只能按代码查到"),
            ("brackets_wide", "名称带全角括号的企业"),
            ("brackets_narrow", "名称带半角括号的企业"),
            ("provisional", "登记库中没有的企业：暂定主体"),
            ("dissolved", "已注销的企业"),
            ("cooperative", "农民专业合作社"),
            ("law_firm", "律师事务所"),
            ("association", "社会团体"),
            ("private_school", "民办非企业单位"),
            ("institution", "事业单位"),
        ];
        for (part, title) in TOLD {
            if let Some(o) = self.organisations.part(part) {
                self.landmarks
                    .push(Landmark::organisation(part, title, &o.code, &o.name));
            }
        }
        if let Some((o, former)) = self
            .organisations
            .part("alias")
            .and_then(|o| o.former_code.as_ref().map(|f| (o, &f.0)))
        {
            self.landmarks.push(Landmark::organisation(
                "alias_old_code",
                "更正前的代码",
                former,
                &o.name,
            ));
        }
        if let Some((former, o)) = self
            .organisations
            .part("renamed")
            .and_then(|o| o.former_name.as_ref().map(|f| (&f.0, o)))
        {
            self.landmarks.push(Landmark::organisation(
                "former_name",
                "改名前的名称",
                &o.code,
                former,
            ));
        }
    }

    /// Every answer to "who is public on which day".
    fn publicity(&mut self) -> Result<(), DemoError> {
        let row = self.penalty(
            "衡信环",
            "current",
            self.ago(62),
            &["罚款", "责令停产停业"],
            210_000,
        )?;
        self.file("衡信环", self.ago(59), &row)?;
        self.show("current", "现在公示的处罚", &row);

        let mut row = self.penalty(
            "衡信环",
            "ending_soon",
            self.ago(200),
            &["罚款", "责令停产停业"],
            230_000,
        )?;
        row.set("CF_GSJZQ", self.today.saturating_add(20.days()).to_string());
        self.file("衡信环", self.ago(197), &row)?;
        self.show(
            "ending_soon",
            "即将到期的处罚（报送单位填写的截止期较早，以其为准）",
            &row,
        );

        let mut row = self.penalty("衡信环", "ended", self.ago(500), &["没收违法所得"], 0)?;
        row.set("CF_GSJZQ", self.ago(40).to_string());
        self.file("衡信环", self.ago(498), &row)?;
        self.show("ended", "公示期已满、已经自动停止展示的处罚", &row);

        let row = self.penalty("衡信发改", "held", self.ago(5), &["罚款"], 30_000)?;
        self.file("衡信发改", self.ago(2), &row)?;
        self.show("held", "类别未定、暂缓公示的处罚", &row);
        let row = self.penalty("衡信发改", "held", self.ago(75), &["罚款"], 20_000)?;
        self.file("衡信发改", self.ago(71), &row)?;
        self.show(
            "held_decided",
            "类别未定、后由作出决定的单位书面说明的处罚",
            &row,
        );

        for (mark, part, days) in [
            ("衡信农", "cooperative", 9),
            ("衡信水", "homonym_2", 12),
            ("衡信建", "versions", 16),
            ("衡信自然资", "near_1", 18),
        ] {
            let row = self.penalty(mark, part, self.ago(days), &["罚款"], 9_000)?;
            self.file(mark, self.ago(days - 3), &row)?;
        }

        let mut row = self.penalty("衡信综执", "never_public", self.ago(90), &["罚款"], 200)?;
        row.set("XH_CX", "简易程序");
        self.file("衡信综执", self.ago(88), &row)?;
        self.show("never_public_summary", "简易程序处罚：不公示", &row);
        let row = self.penalty("衡信综执", "never_public", self.ago(400), &["警告"], 0)?;
        self.file("衡信综执", self.ago(397), &row)?;
        self.show("never_public_warning", "仅警告：不公示", &row);

        let mut row = self.penalty(
            "衡信卫",
            "not_published",
            self.ago(150),
            &["没收违法所得"],
            0,
        )?;
        row.set("XH_SFGK", "否")
            .set("XH_BGKYY", "涉及商业秘密或者个人隐私");
        self.file("衡信卫", self.ago(147), &row)?;
        self.show("not_published", "报送单位标明不公开的处罚", &row);

        let row = self.penalty("衡信交", "late", self.ago(120), &["责令停产停业"], 0)?;
        self.file("衡信交", self.ago(92), &row)?;
        self.show("late", "迟报的处罚", &row);

        if self.today > NEW_REGIME.saturating_add(14.days()) {
            let kinds = ["没收违法所得"];
            let before = NEW_REGIME.saturating_sub(1.day());
            let row = self.penalty("衡信环", "two_regimes", before, &kinds, 0)?;
            self.file("衡信环", NEW_REGIME.saturating_add(1.day()), &row)?;
            self.show("before_regime", "2026年3月31日决定的处罚", &row);
            let row = self.penalty("衡信环", "two_regimes", NEW_REGIME, &kinds, 0)?;
            self.file("衡信环", NEW_REGIME.saturating_add(6.days()), &row)?;
            self.show("after_regime", "2026年4月1日决定的处罚", &row);
        }
        let mut row = self.penalty("衡信发改", "held", self.ago(40), &["罚款"], 25_000)?;
        history::state_class(&mut row, "发展和改革");
        self.file("衡信发改", self.ago(37), &row)?;
        self.show("stated", "类别由作出决定的单位载明的处罚", &row);
        let holiday = jiff::civil::date(2025, 9, 30);
        if self.today > jiff::civil::date(2025, 10, 31) {
            let row = self.permit("衡信交", "holiday", holiday)?;
            self.file("衡信交", jiff::civil::date(2025, 10, 16), &row)?;
            self.show(
                "holiday",
                "跨国庆节的许可：第七个工作日报送，没有迟报",
                &row,
            );
        }
        Ok(())
    }

    fn disputes(&mut self) -> Result<(), DemoError> {
        let stories = [
            ("reconsideration", "复议中的处罚", "复议中", 100),
            ("litigation", "诉讼中的处罚", "诉讼中", 160),
            ("stayed", "停止执行的处罚：暂不公示", "停止执行", 130),
        ];
        for (id, title, state, days) in stories {
            let mut row =
                self.penalty("衡信建", "disputes", self.ago(days), &["没收违法所得"], 0)?;
            self.file("衡信建", self.ago(days - 3), &row)?;
            row.set("XH_ZYZT", state);
            self.file("衡信建", self.ago(days - 40), &row)?;
            self.show(id, title, &row);
        }
        let mut row = self.penalty("衡信建", "withdrawn", self.ago(220), &["责令停产停业"], 0)?;
        self.file("衡信建", self.ago(217), &row)?;
        row.set("XH_ZYZT", "已撤销");
        self.file("衡信建", self.ago(20), &row)?;
        self.show("withdrawn", "决定被撤销、正在作撤回说明的处罚", &row);
        Ok(())
    }

    fn corrections(&mut self) -> Result<(), DemoError> {
        // The wrong organisation was written down; the right row takes the wrong one's place.
        let wrong = self.penalty("衡信环", "wrong_party", self.ago(70), &["责令停产停业"], 0)?;
        self.file("衡信环", self.ago(67), &wrong)?;
        let right_party = self.part("right_party")?;
        let mut right = wrong.clone();
        right
            .put(Meaning::Name, right_party.name.as_str())
            .put(Meaning::Code, right_party.code.as_str())
            .put(Meaning::Representative, right_party.representative.as_str());
        right.replaces = Some(wrong.key());
        self.file("衡信环", self.ago(50), &right)?;
        self.show("replaced", "记错单位、已被替换的处罚", &wrong);
        self.show("replacement", "替换前一条的处罚", &right);

        let mut row = self.penalty("衡信建", "versions", self.ago(140), &["责令停产停业"], 0)?;
        self.file("衡信建", self.ago(138), &row)?;
        row.set("BZ", "更正：违法事实中的地点已核实。");
        self.file("衡信建", self.ago(110), &row)?;
        self.show("two_versions", "有两个版本的处罚", &row);

        // The old code was in use until the register corrected it.
        let row = self.permit("衡信应急", "alias", self.ago(700))?;
        self.file("衡信应急", self.ago(697), &row)?;
        self.show("alias_record", "以旧代码报送的许可", &row);
        let row = self.permit("衡信应急", "alias", self.ago(300))?;
        self.file("衡信应急", self.ago(297), &row)?;
        // Under the former name, after the change: a name that differs from the register.
        let mut row = self.permit("衡信环", "renamed", self.ago(300))?;
        row.put(Meaning::Name, "衡川旧称塑料制品有限公司");
        self.file("衡信环", self.ago(298), &row)?;
        self.show("old_name_in_file", "改名后仍按旧名称报送的许可", &row);
        Ok(())
    }

    fn texts(&mut self) -> Result<(), DemoError> {
        let mut row = self.penalty("衡信卫", "redacted", self.ago(85), &["责令停产停业"], 0)?;
        let mut random = crate::random::Random::new(85, "texts");
        let told = format!(
            "{}经办人{}，身份证号{}，电话{}。",
            row.get("CF_SY"),
            person::name(&mut random),
            person::identity_number(&mut random),
            person::phone(&mut random),
        );
        row.set("CF_SY", told);
        self.file("衡信卫", self.ago(83), &row)?;
        self.show("redacted", "违法事实中的个人信息已隐去", &row);

        let row = self.penalty("衡信卫", "person_named", self.ago(95), &["没收违法所得"], 0)?;
        self.file("衡信卫", self.ago(92), &row)?;
        self.show(
            "person_named_record",
            "以人名命名的个体工商户的处罚：名称隐去",
            &row,
        );

        let row = self.penalty(
            "衡信综执",
            "without_code",
            self.ago(45),
            &["没收违法所得"],
            0,
        )?;
        self.file("衡信综执", self.ago(43), &row)?;
        self.show(
            "without_code",
            "没有代码的个体工商户的处罚：只在列表中",
            &row,
        );

        for (part, days) in [("homonym_1", 210), ("homonym_2", 190)] {
            let row = self.penalty("衡信水", part, self.ago(days), &["没收违法所得"], 0)?;
            self.file("衡信水", self.ago(days - 3), &row)?;
        }
        let row = self.penalty("衡信司", "law_firm", self.ago(260), &["没收违法所得"], 0)?;
        self.file("衡信司", self.ago(257), &row)?;
        let row = self.penalty("衡信应急", "dissolved", self.ago(330), &["责令停产停业"], 0)?;
        self.file("衡信应急", self.ago(327), &row)?;
        Ok(())
    }

    fn permits(&mut self) -> Result<(), DemoError> {
        let mut row = self.permit("衡信交", "only_permits", self.ago(600))?;
        row.set("XK_YXQZI", LONG_TERM);
        self.file("衡信交", self.ago(597), &row)?;
        self.show("permit_long_term", "长期有效的许可", &row);
        let mut row = self.permit("衡信交", "only_permits", self.ago(340))?;
        row.set("XK_YXQZI", self.today.saturating_add(25.days()).to_string());
        self.file("衡信交", self.ago(338), &row)?;
        self.show("permit_ending_soon", "即将到期的许可", &row);
        let mut row = self.permit("衡信交", "only_permits", self.ago(420))?;
        row.set("XK_YXQZI", self.ago(30).to_string());
        self.file("衡信交", self.ago(417), &row)?;
        self.show("permit_ended", "有效期已满的许可", &row);

        for (mark, part, days) in [
            ("衡信民", "association", 380),
            ("衡信教", "private_school", 290),
            ("衡信卫", "institution", 270),
            ("衡信农", "cooperative", 250),
            ("衡信司", "law_firm", 230),
            ("衡信财", "provisional", 66),
            ("衡信财", "brackets_wide", 180),
            ("衡信环", "near_1", 310),
            ("衡信环", "near_2", 305),
        ] {
            let row = self.permit(mark, part, self.ago(days))?;
            self.file(mark, self.ago(days - 3), &row)?;
        }
        // The register writes half-width brackets, the file full-width ones: the same name.
        let mut row = self.permit("衡信财", "brackets_narrow", self.ago(170))?;
        let wide = row.of(Meaning::Name).replace('(', "（").replace(')', "）");
        row.put(Meaning::Name, wide);
        self.file("衡信财", self.ago(168), &row)?;
        Ok(())
    }

    /// An organisation with many records.
    fn busy(&mut self) -> Result<(), DemoError> {
        for i in 0..36_i64 {
            let days = 20 + i * 45;
            let row = match i % 3 {
                0 => self.penalty(
                    "衡信市监",
                    "busy",
                    self.ago(days),
                    &["罚款", "没收违法所得"],
                    6_000,
                )?,
                1 => self.permit("衡信市监", "busy", self.ago(days))?,
                _ => self.permit("衡信水", "busy", self.ago(days))?,
            };
            let mark = if i % 3 == 2 {
                "衡信水"
            } else {
                "衡信市监"
            };
            self.file(mark, self.ago(days - 4), &row)?;
        }
        if let Some(o) = self.organisations.part("busy") {
            self.landmarks.push(Landmark::organisation(
                "busy",
                "记录较多的企业",
                &o.code,
                &o.name,
            ));
        }
        Ok(())
    }

    /// One file with a bit of everything that a checker has to say.
    fn faults(&mut self) -> Result<(), DemoError> {
        let department = self.place("衡信市监")?;
        let decided = self.ago(33);
        let mut rows = Vec::new();
        for _ in 0..5 {
            rows.push(self.penalty("衡信市监", "homonym_1", decided, &["罚款"], 3_000)?);
        }
        let mut random = crate::random::Random::new(33, "faults");
        let [wrong_code, wrong_fine, odd_number, natural, other_name] = rows.as_mut_slice() else {
            return Ok(());
        };
        let wrong = history::wrong_check(wrong_code.of(Meaning::Code));
        wrong_code.put(Meaning::Code, wrong);
        wrong_fine.set("CF_NR_FK", "3000");
        let odd = odd_number.of(Meaning::Document).replace(['〔', '〕'], "");
        odd_number.put(Meaning::Document, odd);
        natural
            .put(Meaning::Name, person::name(&mut random))
            .put(Meaning::Category, "自然人")
            .put(Meaning::Code, "")
            .put(Meaning::Representative, "")
            .put(Meaning::CertificateKind, "身份证")
            .put(
                Meaning::CertificateNumber,
                person::identity_number(&mut random),
            );
        other_name.put(Meaning::Name, "信衡区如意小吃店");
        self.filings.push(Filing {
            received: self.ago(30),
            department,
            kind: Kind::Penalty,
            habits: Habits::plain(),
            rows,
        });
        Ok(())
    }
}
