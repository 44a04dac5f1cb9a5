//! What a kind has to prove before it is loaded: it can be walked through to its end, nothing in it
//! waits for somebody's silence, and nobody gets a power by it that their role does not hold.

use super::{
    kind::{
        About, Assign, CaseField, Choices, Clock, ClockFrom, Effect, Fact, Kind, LineTest, On,
        Passing, Phase, State, Step, Unique,
    },
    letter::{Addressee, Issuer, Letter, Place},
};
use crate::{act::Act, catalogue::FieldKind, permission::Permissions};
use std::collections::{BTreeMap, BTreeSet};

impl Effect {
    /// The act that somebody must hold who brings it about.
    #[must_use]
    pub const fn act(&self) -> Act {
        match self {
            Self::Withhold { .. }
            | Self::Release { .. }
            | Self::Withdraw { .. }
            | Self::Annul { .. } => Act::RecordEnd,
            Self::EndPublicity { .. } | Self::RestorePublicity { .. } => Act::RecordRepair,
            Self::SetClass { .. } => Act::RecordDecide,
            Self::WriteAlias { .. } => Act::SubjectAlias,
        }
    }

    /// Whether it is about something that is kept elsewhere than the case: it is noted with the step,
    /// and done right after it.
    #[must_use]
    pub const fn elsewhere(&self) -> bool {
        matches!(self, Self::WriteAlias { .. })
    }

    /// The fields that it names.
    fn fields(&self) -> Vec<&str> {
        match self {
            Self::Withhold { grounds }
            | Self::Release { grounds }
            | Self::Withdraw { grounds }
            | Self::Annul { grounds }
            | Self::EndPublicity { grounds }
            | Self::RestorePublicity { grounds } => vec![grounds],
            Self::SetClass {
                class,
                document,
                dated,
                by,
            } => vec![class, document, dated, by],
            Self::WriteAlias { old, new } => vec![old, new],
        }
    }
}

impl Fact {
    const fn is_of_a_record(self) -> bool {
        !matches!(self, Self::SubjectKnown | Self::NothingGrave)
    }
}

/// Everything that is wrong with a kind: the place, and what is wrong (Chinese).
#[must_use]
pub fn faults(kind: &Kind, permissions: &Permissions) -> Vec<(String, String)> {
    let mut proof = Proof {
        kind,
        permissions,
        found: Vec::new(),
    };
    proof.names();
    if proof.found.is_empty() {
        proof.powers();
        proof.fitting();
        proof.walk();
        proof.waiting();
        proof.surely();
    }
    proof.found
}

/// That the case is assigned to a department, among what was given on a way.
const ASSIGNED: &str = "@assigned";

struct Proof<'k> {
    kind: &'k Kind,
    permissions: &'k Permissions,
    found: Vec<(String, String)>,
}

impl<'k> Proof<'k> {
    fn say(&mut self, place: &str, text: impl Into<String>) {
        self.found.push((place.to_owned(), text.into()));
    }

    fn twice<'a>(&mut self, what: &str, ids: impl Iterator<Item = &'a String>) {
        let mut seen = BTreeSet::new();
        for id in ids {
            if !seen.insert(id) {
                self.say(id, format!("{what}编号“{id}”重复"));
            }
        }
    }

    /// Every id is used once, and every one that is named is there.
    fn names(&mut self) {
        let kind = self.kind;
        let of_lines = kind.lines.iter().flat_map(|l| &l.fields);
        let fields = || kind.fields.iter().chain(of_lines.clone());
        self.twice("字段", fields().map(|f| &f.id));
        self.twice("状态", kind.states.iter().map(|s| &s.id));
        self.twice("期限", kind.clocks.iter().map(|c| &c.id));
        self.twice("步骤", kind.steps.iter().map(|s| &s.id));
        self.twice("明细", kind.lines.iter().map(|l| &l.id));
        self.twice("文书", kind.letters.iter().map(|l| &l.id));
        for field in fields() {
            self.field(field);
        }
        for clock in &kind.clocks {
            self.clock(clock);
        }
        for step in &kind.steps {
            self.step(step);
        }
        for letter in &kind.letters {
            self.letter(letter);
        }
        if let Unique::Fields(named) = &kind.unique {
            let opening: Vec<_> = kind.opening().collect();
            for id in named
                .iter()
                .filter(|id| !opening.iter().all(|s| s.asks.contains(id)))
            {
                self.say(id, "用来判断重复的字段应当在每个开始步骤中必填");
            }
        }
        if kind.opening().next().is_none() {
            self.say("", "没有开始的步骤（不写 from 的步骤）");
        }
    }

    fn field(&mut self, field: &CaseField) {
        let chosen = field.codes.is_some() || field.choices.is_some();
        if chosen != (field.kind == FieldKind::Coded) {
            self.say(
                &field.id,
                "只有 coded 类型的字段从代码集或者 choices 中选择，也必须写明其中一种",
            );
        }
        if field.codes.is_some() && field.choices.is_some() {
            self.say(&field.id, "codes 和 choices 只能写一种");
        }
    }

    fn known(&mut self, place: &str, what: &str, id: &str, there: bool) {
        if !there {
            self.say(place, format!("{what}“{id}”不存在"));
        }
    }

    fn clock(&mut self, clock: &Clock) {
        let kind = self.kind;
        let place = &clock.id;
        for id in clock.runs_in.iter().chain(&clock.pauses_in) {
            self.known(place, "状态", id, kind.state(id).is_some());
        }
        if let Some(id) = &clock.until_served {
            self.known(place, "文书", id, kind.letter(id).is_some());
        }
        if clock.runs_in.is_empty() {
            self.say(place, "期限没有写明在哪些状态中计算（runs_in）");
        }
        match &clock.from {
            ClockFrom::Entered => {}
            ClockFrom::Step(id) => self.known(place, "步骤", id, kind.step(id).is_some()),
            ClockFrom::Field(id) => self.known(place, "字段", id, kind.field(id).is_some()),
            ClockFrom::LineDue(id) => {
                let due = kind.line(id).and_then(|l| l.due.as_ref());
                self.known(place, "有到期日（due）的明细", id, due.is_some());
            }
            ClockFrom::Served(id) => self.known(place, "文书", id, kind.letter(id).is_some()),
        }
        if clock.parameter.is_none()
            && !matches!(clock.from, ClockFrom::Field(_) | ClockFrom::LineDue(_))
        {
            self.say(
                place,
                "期限没有长度：写明 parameter，或者从一个日期字段计算",
            );
        }
        match &clock.passing {
            Passing::Late { to } => {
                for role in to {
                    let there = self.permissions.role(role).is_some();
                    self.known(place, "角色", role, there);
                }
            }
            Passing::Ends => {}
            Passing::Step(id) => {
                let on = On::Clock(clock.id.clone());
                let there = kind.step(id).is_some_and(|s| s.on.as_ref() == Some(&on));
                self.known(place, "由这一期限发动的步骤", id, there);
            }
        }
    }

    fn step(&mut self, step: &Step) {
        let kind = self.kind;
        let place = &step.id;
        for id in step.from.iter().chain(&step.to) {
            self.known(place, "状态", id, kind.state(id).is_some());
        }
        if step.opens() && step.to.is_none() {
            self.say(place, "开始的步骤没有写明到哪个状态（to）");
        }
        if step.by.is_empty() == step.on.is_none() {
            self.say(
                place,
                "步骤应当写明由谁办理（by），或者由什么发动（on），二者只写一种",
            );
        }
        let by_public = step.on == Some(On::Public);
        if by_public && !(step.opens() && kind.about == About::Nothing) {
            self.say(place, "没有账号的人只能开始不关于任何记录和单位的办件");
        }
        if step.on.is_some()
            && !by_public
            && !(step.asks.is_empty() && step.may.is_empty() && step.add.is_none())
        {
            self.say(place, "系统发动的步骤不能要求填写内容");
        }
        if step.on.is_some() && !step.does.is_empty() {
            self.say(place, "系统发动的步骤不能有效果，效果由人办理的步骤作出");
        }
        let own = |id: &str| kind.fields.iter().any(|f| f.id == id);
        for id in step.asks.iter().chain(&step.may) {
            self.known(place, "字段", id, own(id));
        }
        for id in step.add.iter().chain(&step.close) {
            self.known(place, "明细", id, kind.line(id).is_some());
        }
        if let Some(line) = step.close.as_ref().and_then(|id| kind.line(id))
            && line.department.is_none()
        {
            self.say(place, "不属于部门的明细不能由部门办结");
        }
        for id in step.within.iter().chain(&step.after) {
            let there = kind.clocks.iter().any(|c| c.id == *id);
            self.known(place, "期限", id, there);
        }
        if let Some(extension) = &step.extends {
            let there = kind.clocks.iter().any(|c| c.id == extension.clock);
            self.known(place, "期限", &extension.clock, there);
        }
        for id in &step.letters {
            self.known(place, "文书", id, kind.letter(id).is_some());
        }
        if let Some(first) = &step.second_to {
            self.known(place, "步骤", first, kind.step(first).is_some());
        }
        for who in &step.by {
            let there = self.permissions.role(&who.role).is_some();
            self.known(place, "角色", &who.role, there);
        }
        match &step.on {
            None | Some(On::Record(_) | On::Public) => {}
            Some(On::Stored { number, .. }) => self.known(place, "字段", number, own(number)),
            Some(On::Clock(id)) => {
                let clock = kind.clocks.iter().find(|c| c.id == *id);
                let fits = clock.is_some_and(|c| {
                    c.passing == Passing::Step(step.id.clone())
                        && c.runs_in.iter().all(|s| step.from.contains(s))
                });
                self.known(place, "适用于步骤全部状态的期限", id, fits);
            }
        }
        for effect in &step.does {
            for id in effect.fields() {
                self.known(place, "字段", id, own(id));
            }
            if let Effect::WriteAlias { new, .. } = effect {
                let field = kind.field(new);
                let code = field.is_some_and(|f| f.kind == FieldKind::UnifiedCode);
                self.known(place, "统一社会信用代码字段", new, code);
            }
        }
        for when in &step.when {
            let stated = [
                when.fact.is_some(),
                when.field.is_some(),
                when.lines.is_some(),
            ];
            if stated.iter().filter(|s| **s).count() != 1 {
                self.say(place, "条件（when）应当写 fact、field、lines 中的一种");
            }
            if when.refuse.trim().is_empty() {
                self.say(place, "条件没有写明不能办理的理由（refuse）");
            }
            let mut read = Vec::new();
            if let Some(condition) = &when.field {
                condition.fields(&mut read);
            }
            for id in read {
                self.known(place, "字段", id, own(id));
            }
            if let Some(test) = &when.lines {
                self.sums(place, test);
            }
        }
    }

    /// A letter is written by a step, has a text, and names what there is.
    fn letter(&mut self, letter: &Letter) {
        let kind = self.kind;
        let place = &letter.id;
        let mut writing = kind.steps.iter().filter(|s| s.letters.contains(place));
        if writing.clone().next().is_none() {
            self.say(place, "没有步骤制发这份文书");
        }
        if !writing.any(|s| !s.by.is_empty()) {
            self.say(place, "文书只由系统制发，没有人能登记送达");
        }
        let empty = |text: &String| text.trim().is_empty();
        if empty(&letter.title) || letter.text.is_empty() || letter.text.iter().any(empty) {
            self.say(place, "文书没有标题，或者有空的段落");
        }
        for id in letter.fields() {
            self.known(place, "字段", id, kind.fields.iter().any(|f| f.id == id));
        }
        for at in letter.places() {
            if let Place::Due(id) = at {
                let there = kind.clocks.iter().any(|c| c.id == id);
                self.known(place, "期限", id, there);
            }
        }
    }

    fn sums(&mut self, place: &str, test: &LineTest) {
        let kind = self.kind;
        match test {
            LineTest::Some(group) | LineTest::Closed(group) => {
                self.known(place, "明细", group, kind.line(group).is_some());
            }
            LineTest::SumEquals { sum, field } | LineTest::SumAtMost { sum, field } => {
                let column = sum.split_once('.').and_then(|(group, column)| {
                    kind.line(group)?.fields.iter().find(|f| f.id == column)
                });
                let amount =
                    |f: Option<&CaseField>| f.is_some_and(|f| f.kind == FieldKind::AmountWan);
                self.known(place, "金额列", sum, amount(column));
                self.known(place, "金额字段", field, amount(kind.field(field)));
            }
        }
    }

    /// Every role in `by` holds the act of each effect already.
    fn powers(&mut self) {
        for step in &self.kind.steps {
            for (effect, who) in step
                .does
                .iter()
                .flat_map(|e| step.by.iter().map(move |w| (e, w)))
            {
                let act = effect.act();
                if !self.permissions.holds(&who.role, act) {
                    let title = self.permissions.role(&who.role).map_or("", |r| &r.title);
                    let text = format!("“{title}”没有“{}”的权限，不能由这一步骤取得", act.title());
                    self.say(&step.id, text);
                }
            }
        }
    }

    /// What it asks of a record needs a record; choices and assignments fit what it is about.
    fn fitting(&mut self) {
        let kind = self.kind;
        let record = kind.about == About::Record;
        for step in &kind.steps {
            let facts = step.when.iter().filter_map(|w| w.fact);
            let of_record = facts.clone().any(Fact::is_of_a_record)
                || step.does.iter().any(|e| !e.elsewhere())
                || matches!(step.on, Some(On::Record(_)))
                || step.assign == Some(Assign::DepartmentOfRecord);
            if of_record && !record {
                self.say(
                    &step.id,
                    "只有关于一条记录的办件才能使用记录的条件、效果和报送部门",
                );
            }
            let of_subject = facts.clone().any(|f| f == Fact::NothingGrave)
                || matches!(step.on, Some(On::Stored { .. }));
            if of_subject && !matches!(kind.about, About::Subject | About::Record) {
                self.say(
                    &step.id,
                    "只有关于一家单位或者它的记录的办件才能查看这家单位的记录",
                );
            }
            if step.assign == Some(Assign::DepartmentConcerned) && kind.about != About::Department {
                self.say(&step.id, "只有关于一个部门的办件才能交给这个部门");
            }
            if step.assign == Some(Assign::DepartmentChosen) {
                let chosen = step.asks.iter().filter_map(|id| kind.field(id));
                if chosen
                    .filter(|f| f.choices == Some(Choices::Departments))
                    .count()
                    != 1
                {
                    self.say(
                        &step.id,
                        "要交给选定的部门，这一步骤应当有且只有一个选择部门的必填字段",
                    );
                }
            }
        }
        if kind.item.is_some() && !record {
            self.say("item", "只有关于一条记录的办件才能写明目录项");
        }
        let mut fields = kind.fields.iter();
        let of_record = [Choices::FieldsOfRecord, Choices::OpenClasses];
        if !record && fields.any(|f| f.choices.is_some_and(|c| of_record.contains(&c))) {
            self.say("", "只有关于一条记录的办件才能选择记录的字段或者类别");
        }
        for letter in &kind.letters {
            let of_subject = letter.to == Addressee::Subject
                || letter.places().any(|place| place == Place::Subject);
            if of_subject && !matches!(kind.about, About::Record | About::Subject) {
                self.say(&letter.id, "办件不是关于一个单位的，文书不能写给单位");
            }
        }
        for state in &kind.states {
            if state.marked && kind.mark.is_none() {
                self.say(
                    &state.id,
                    "状态要在公开页面上标明，办件却没有写明说法（mark）",
                );
            }
            if state.phase == Phase::Open && state.waits_for.is_empty() {
                self.say(&state.id, "没有写明等谁办理（waits_for）");
            }
            if state.phase != Phase::Open && !state.waits_for.is_empty() {
                self.say(&state.id, "不需要办理的状态不能等人办理");
            }
        }
    }

    fn leaving(&self, state: &'k State) -> impl Iterator<Item = &'k Step> + 'k {
        let id = &state.id;
        let steps = self.kind.steps.iter();
        steps.filter(move |s| s.from.contains(id) && s.serves.is_none())
    }

    /// Every state can be reached, and every open one can be left for one that is not open.
    fn walk(&mut self) {
        let kind = self.kind;
        let mut reached: BTreeSet<&str> = kind.opening().filter_map(|s| s.to.as_deref()).collect();
        loop {
            let more: Vec<&str> = kind
                .steps
                .iter()
                .filter(|s| s.from.iter().any(|f| reached.contains(f.as_str())))
                .filter_map(|s| s.to.as_deref())
                .filter(|to| !reached.contains(to))
                .collect();
            if more.is_empty() {
                break;
            }
            reached.extend(more);
        }
        let closed = kind.states.iter().filter(|s| s.phase != Phase::Open);
        let mut exits: BTreeSet<&str> = closed.map(|s| s.id.as_str()).collect();
        loop {
            let more: Vec<&str> = kind
                .steps
                .iter()
                .filter(|s| s.to.as_deref().is_some_and(|to| exits.contains(to)))
                .flat_map(|s| s.from.iter().map(String::as_str))
                .filter(|from| !exits.contains(from))
                .collect();
            if more.is_empty() {
                break;
            }
            exits.extend(more);
        }
        for state in &kind.states {
            if !reached.contains(state.id.as_str()) {
                self.say(&state.id, "没有步骤能到达这一状态");
            }
            if !exits.contains(state.id.as_str()) {
                self.say(&state.id, "从这一状态不能走到办结");
            }
        }
        // Steps that time alone takes may not run in a circle.
        let by_time: BTreeMap<&str, &str> = kind
            .steps
            .iter()
            .filter(|s| matches!(s.on, Some(On::Clock(_))))
            .flat_map(|s| s.from.iter().zip(std::iter::repeat(s.to.as_deref())))
            .map(|(from, to)| (from.as_str(), to.unwrap_or(from)))
            .collect();
        for start in by_time.keys() {
            let mut at = *start;
            for _ in 0..=by_time.len() {
                match by_time.get(at) {
                    Some(next) if next == start => {
                        self.say(start, "系统自动办理的步骤成了循环");
                        break;
                    }
                    Some(next) => at = next,
                    None => break,
                }
            }
        }
    }

    /// An open state has a clock that somebody has to keep; whoever it waits for can act;
    /// and when they do not, somebody else can move it on.
    fn waiting(&mut self) {
        for state in self.kind.states.iter().filter(|s| s.phase == Phase::Open) {
            let mut clocks = self.kind.clocks.iter();
            // A letter may never be served: its service alone begins no term that somebody has to keep.
            let begins = |c: &Clock| !matches!(c.from, ClockFrom::Served(_));
            let kept = |c: &Clock| c.passing != Passing::Ends && c.runs_in.contains(&state.id);
            if !clocks.any(|c| kept(c) && begins(c)) {
                self.say(
                    &state.id,
                    "没有期限：每个待办的状态应当有一个要遵守的期限，不能只从送达起算",
                );
            }
            for who in &state.waits_for {
                // Whom a record's next version is waited for hands it in: that is no step of the case.
                let by_file = |s: &Step| s.on.as_ref().is_some_and(On::is_by_file);
                let acts = |s: &Step| s.by.contains(who) || by_file(s);
                if !self.leaving(state).any(acts) {
                    let text = format!(
                        "等待“{}”办理，却没有他可以办理的步骤",
                        String::from(who.clone())
                    );
                    self.say(&state.id, text);
                }
            }
            let moves = |s: &Step| s.to.as_ref().is_some_and(|to| *to != state.id);
            let others = self.leaving(state).filter(|s| moves(s)).any(|s| {
                s.on.as_ref().is_some_and(|on| matches!(on, On::Clock(_)))
                    || s.by.iter().any(|who| !state.waits_for.contains(who))
            });
            if !others {
                self.say(
                    &state.id,
                    "等待的人不办理时没有别人可以推进：应当有一个由期限发动、或者由别的角色办理的步骤",
                );
            }
        }
    }

    /// What effects, clocks and second persons rest on was given on every way that leads there, and
    /// nothing is asked that the opening gave.
    fn surely(&mut self) {
        let kind = self.kind;
        let mut given: BTreeMap<&str, BTreeSet<&str>> = BTreeMap::new();
        let after = |before: &BTreeSet<&'k str>, step: &'k Step| {
            let mut all = before.clone();
            all.insert(step.id.as_str());
            all.extend(step.asks.iter().map(String::as_str));
            match step.assign {
                None => {}
                Some(Assign::Office) => {
                    all.remove(ASSIGNED);
                }
                Some(_) => {
                    all.insert(ASSIGNED);
                }
            }
            all
        };
        loop {
            let mut changed = false;
            for step in &kind.steps {
                let from: Vec<&str> = step.from.iter().map(String::as_str).collect();
                let sources: Vec<(&str, BTreeSet<&str>)> = if step.opens() {
                    vec![("", BTreeSet::new())]
                } else {
                    let known = from
                        .iter()
                        .filter_map(|f| Some((*f, given.get(f)?.clone())));
                    known.collect()
                };
                for (source, before) in sources {
                    let to = step.to.as_deref().unwrap_or(source);
                    let here = after(&before, step);
                    let merged = match given.get(to) {
                        None => here,
                        Some(known) => known.intersection(&here).copied().collect(),
                    };
                    if given.get(to) != Some(&merged) {
                        given.insert(to, merged);
                        changed = true;
                    }
                }
            }
            if !changed {
                break;
            }
        }
        let opener: BTreeSet<&str> = kind
            .opening()
            .flat_map(|s| s.asks.iter().chain(&s.may))
            .map(String::as_str)
            .collect();
        for step in &kind.steps {
            let known = |id: &str| {
                step.asks.iter().any(|a| a == id)
                    || (!step.opens()
                        && step
                            .from
                            .iter()
                            .all(|f| given.get(f.as_str()).is_some_and(|g| g.contains(id))))
            };
            let mut wanted: Vec<&str> = step.does.iter().flat_map(Effect::fields).collect();
            let letters = step.letters.iter().filter_map(|id| kind.letter(id));
            for letter in letters {
                wanted.extend(letter.fields());
                let department = letter.issuer == Issuer::Assigned
                    || letter.to == Addressee::Assigned
                    || letter.places().any(|place| place == Place::Department);
                if department && !matches!(step.assign, Some(a) if a != Assign::Office) {
                    wanted.push(ASSIGNED);
                }
            }
            wanted.extend(&step.second_to.as_deref());
            if let Some(On::Stored { number, .. }) = &step.on {
                wanted.push(number);
            }
            for when in &step.when {
                if let Some(LineTest::SumEquals { field, .. } | LineTest::SumAtMost { field, .. }) =
                    &when.lines
                {
                    wanted.push(field);
                }
            }
            for id in wanted {
                if !known(id) {
                    let id = if id == ASSIGNED { "承办部门" } else { id };
                    self.found.push((
                        step.id.clone(),
                        format!("“{id}”不是在每条路径上都已经填写或者办理，不能作为这一步骤的根据"),
                    ));
                }
            }
            if !step.opens() {
                for id in step.asks.iter().chain(&step.may) {
                    let mut from = step.from.iter().filter_map(|f| given.get(f.as_str()));
                    if opener.contains(id.as_str()) && from.any(|g| g.contains(id.as_str())) {
                        self.found.push((
                            step.id.clone(),
                            format!("字段“{id}”在开始时已经填写，不能再次要求填写"),
                        ));
                    }
                }
            }
        }
        for state in &kind.states {
            for id in state.shows.iter().chain(&state.publishes) {
                if !given
                    .get(state.id.as_str())
                    .is_some_and(|g| g.contains(id.as_str()))
                {
                    self.found.push((
                        state.id.clone(),
                        format!("“{id}”不是在每条路径上都已经填写，不能在这一状态公开"),
                    ));
                }
            }
        }
        for clock in &kind.clocks {
            let from = match &clock.from {
                ClockFrom::Step(id) | ClockFrom::Field(id) => Some(id.as_str()),
                _ => None,
            };
            let Some(id) = from else { continue };
            for state in &clock.runs_in {
                let opening = kind.opening().all(|s| s.id == id);
                let known = given.get(state.as_str()).is_some_and(|g| g.contains(id));
                if !known && !opening {
                    self.found.push((
                        clock.id.clone(),
                        format!("在状态“{state}”中，期限的起点“{id}”不一定已经发生"),
                    ));
                }
            }
        }
    }
}
