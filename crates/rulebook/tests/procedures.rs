//! Every step, role, term, guard and effect of a procedure is held by a law case, or by the proof that
//! a kind has to give before it is loaded: taken away, one of them turns red.
#![allow(clippy::unwrap_used, clippy::panic)] // A test ends by failing.

use xinheng_domain::case::{
    self, Kind, Phase,
    kind::{Passing, Unique},
    letter::{self, Addressee, Issuer},
};
use xinheng_rulebook::{
    Rulebook,
    files::{self, Layer, RawFile},
    law::{self, LawCase},
};

/// Gives every kind that is the given one with something taken away or exchanged, and what it is.
fn mutated(kind: &Kind) -> Vec<(String, Kind)> {
    let mut all: Vec<(String, Kind)> = Vec::new();
    let mut with = |what: String, change: &dyn Fn(&mut Kind)| {
        let mut other = kind.clone();
        change(&mut other);
        if other != *kind {
            all.push((what, other));
        }
    };
    for (i, step) in kind.steps.iter().enumerate() {
        let id = &step.id;
        with(format!("step {id} dropped"), &|k| {
            k.steps.remove(i);
        });
        for j in 0..step.by.len() {
            with(format!("{id}: by[{j}] dropped"), &|k| {
                k.steps[i].by.remove(j);
            });
        }
        for j in 0..step.from.len() {
            with(format!("{id}: from[{j}] dropped"), &|k| {
                k.steps[i].from.remove(j);
            });
        }
        if step.to.is_some() {
            for state in &kind.states {
                with(format!("{id}: to {}", state.id), &|k| {
                    k.steps[i].to = Some(state.id.clone());
                });
            }
        }
        for j in 0..step.when.len() {
            with(format!("{id}: when[{j}] dropped"), &|k| {
                k.steps[i].when.remove(j);
            });
        }
        for j in 0..step.does.len() {
            with(format!("{id}: does[{j}] dropped"), &|k| {
                k.steps[i].does.remove(j);
            });
        }
        for j in 0..step.letters.len() {
            with(format!("{id}: letters[{j}] dropped"), &|k| {
                k.steps[i].letters.remove(j);
            });
        }
        with(format!("{id}: once"), &|k| k.steps[i].once = false);
        with(format!("{id}: second_to"), &|k| k.steps[i].second_to = None);
        with(format!("{id}: within"), &|k| k.steps[i].within = None);
        with(format!("{id}: after"), &|k| k.steps[i].after = None);
        with(format!("{id}: extends"), &|k| k.steps[i].extends = None);
        with(format!("{id}: assign"), &|k| k.steps[i].assign = None);
        with(format!("{id}: add"), &|k| k.steps[i].add = None);
        with(format!("{id}: close"), &|k| k.steps[i].close = None);
    }
    for (i, clock) in kind.clocks.iter().enumerate() {
        let id = &clock.id;
        with(format!("clock {id} dropped"), &|k| {
            k.clocks.remove(i);
        });
        for j in 0..clock.runs_in.len() {
            with(format!("{id}: runs_in[{j}] dropped"), &|k| {
                k.clocks[i].runs_in.remove(j);
            });
        }
        for j in 0..clock.pauses_in.len() {
            with(format!("{id}: pauses_in[{j}] dropped"), &|k| {
                k.clocks[i].pauses_in.remove(j);
            });
        }
        if let Passing::Late { to } = &clock.passing {
            for j in 0..to.len() {
                with(format!("{id}: late to[{j}] dropped"), &|k| {
                    if let Passing::Late { to } = &mut k.clocks[i].passing {
                        to.remove(j);
                    }
                });
            }
        }
    }
    for (i, letter) in kind.letters.iter().enumerate() {
        let id = &letter.id;
        for to in [Addressee::Subject, Addressee::Assigned, Addressee::Office] {
            with(format!("letter {id}: to {to:?}"), &|k| {
                k.letters[i].to = to.clone();
            });
        }
        for issuer in [Issuer::Office, Issuer::Assigned] {
            with(format!("letter {id}: by {issuer:?}"), &|k| {
                k.letters[i].issuer = issuer;
            });
        }
    }
    for (i, state) in kind.states.iter().enumerate() {
        let id = &state.id;
        for j in 0..state.waits_for.len() {
            with(format!("state {id}: waits_for[{j}] dropped"), &|k| {
                k.states[i].waits_for.remove(j);
            });
        }
        for phase in [Phase::Open, Phase::Rest, Phase::End] {
            with(format!("state {id}: phase {phase:?}"), &|k| {
                k.states[i].phase = phase;
            });
        }
        for j in 0..state.shows.len() {
            with(format!("state {id}: shows[{j}] dropped"), &|k| {
                k.states[i].shows.remove(j);
            });
        }
        for j in 0..state.publishes.len() {
            with(format!("state {id}: publishes[{j}] dropped"), &|k| {
                k.states[i].publishes.remove(j);
            });
        }
        with(format!("state {id}: marked"), &|k| {
            k.states[i].marked = !k.states[i].marked;
        });
    }
    all
}

fn survives(book: &Rulebook, cases: &[&LawCase], other: &Kind) -> bool {
    if !case::faults(other, book.permissions()).is_empty() {
        return false;
    }
    let file = RawFile {
        layer: Layer::Embedded,
        path: format!("cases/{}.toml", other.id),
        text: toml::to_string(other).unwrap(),
    };
    let book = book.with_file(&file).unwrap_or_else(|e| panic!("{e}"));
    cases.iter().all(|c| c.run(&book).is_ok())
}

#[test]
fn taking_anything_from_a_procedure_breaks_a_law_case() {
    let all = files::embedded();
    let book = Rulebook::from_files(&all).unwrap_or_else(|e| panic!("{e}"));
    let law = law::cases(&all).unwrap();
    let mut survivors = Vec::new();
    let mut tried = 0;
    for kind in book.kinds() {
        let cases: Vec<&LawCase> = law
            .iter()
            .filter(|c| c.kind() == Some(kind.id.as_str()))
            .collect();
        assert!(!cases.is_empty(), "no law case for {}", kind.id);
        // Steps that record a service follow from the letters.
        for (what, other) in mutated(&letter::without_services(kind.clone())) {
            tried += 1;
            if survives(&book, &cases, &other) {
                survivors.push(format!("{} {what}", kind.id));
            }
        }
    }
    assert!(tried > 400, "only {tried} changes were tried");
    assert!(
        survivors.is_empty(),
        "{} of {tried} are held by no law case:\n{}",
        survivors.len(),
        survivors.join("\n")
    );
}

/// A kind that is sound, to be broken.
fn sound() -> Kind {
    let book = Rulebook::from_files(&files::embedded()).unwrap();
    book.kinds()
        .iter()
        .find(|k| k.id == "objection")
        .unwrap()
        .clone()
}

fn faults(change: impl Fn(&mut Kind)) -> String {
    let book = Rulebook::from_files(&files::embedded()).unwrap();
    let mut kind = sound();
    change(&mut kind);
    let faults = case::faults(&kind, book.permissions());
    let texts: Vec<String> = faults
        .into_iter()
        .map(|(place, text)| format!("{place}：{text}"))
        .collect();
    texts.join("\n")
}

fn step<'k>(kind: &'k mut Kind, id: &str) -> &'k mut case::Step {
    kind.steps.iter_mut().find(|s| s.id == id).unwrap()
}

#[test]
fn a_kind_that_proves_nothing_does_not_load() {
    assert_eq!(faults(|_| ()), "");
    let says = |change: &dyn Fn(&mut Kind), words: &str| {
        let said = faults(change);
        assert!(said.contains(words), "{words} is not in:\n{said}");
    };
    // A state without an exit, and one that nothing reaches.
    says(
        &|k| {
            k.steps.retain(|s| !s.from.iter().any(|f| f == "appraisal"));
        },
        "从这一状态不能走到办结",
    );
    says(
        &|k| k.steps.retain(|s| s.id != "appraise"),
        "没有步骤能到达这一状态",
    );
    // A power that its role lacks.
    says(
        &|k| {
            let effect = case::Effect::EndPublicity {
                grounds: "FOUND".to_owned(),
            };
            step(k, "uphold").does.push(effect);
            step(k, "uphold")
                .by
                .push("officer".to_owned().try_into().unwrap());
        },
        "“信用办工作人员”没有“因信用修复终止或者恢复公示”的权限",
    );
    // A field that nobody asked for.
    says(
        &|k| {
            step(k, "uphold").does.push(case::Effect::Withhold {
                grounds: "OPINION".to_owned(),
            });
        },
        "“OPINION”不是在每条路径上都已经填写",
    );
    // The code that takes another one's place is checked as one.
    says(
        &|k| {
            let (old, new) = ("CLAIM".to_owned(), "WHY".to_owned());
            let effect = case::Effect::WriteAlias { old, new };
            step(k, "forward").does.push(effect);
        },
        "统一社会信用代码字段“WHY”不存在",
    );
    // Nothing may wait for somebody's silence.
    says(
        &|k| {
            for id in ["take-back", "ended"] {
                step(k, id).from.retain(|f| f != "under-review");
            }
        },
        "等待的人不办理时没有别人可以推进",
    );
    says(
        &|k| k.clocks.retain(|c| c.id != "review"),
        "没有期限：每个待办的状态应当有一个要遵守的期限",
    );
    says(
        &|k| step(k, "forward").by = vec!["nobody".to_owned().try_into().unwrap()],
        "角色“nobody”不存在",
    );
    says(
        &|k| k.unique = Unique::Fields(vec!["FOUND".to_owned()]),
        "用来判断重复的字段应当在每个开始步骤中必填",
    );
    says(
        &|k| {
            step(k, "corrected").does.push(case::Effect::Withhold {
                grounds: "CLAIM".to_owned(),
            });
        },
        "系统发动的步骤不能有效果",
    );
    says(&|k| k.mark = None, "办件却没有写明说法");
    says(
        &|k| step(k, "open").to = Some("nowhere".to_owned()),
        "状态“nowhere”不存在",
    );
}
