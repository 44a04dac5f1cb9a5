//! `xinheng import --watch`

use super::{
    import::{landed, show, word},
    usage,
};
use crate::{
    args::{Global, Import, Output},
    output::{self, EXIT_FAULT, EXIT_REFUSED, Failure, Outcome},
    screen::{complaints, screen},
};
use serde::Serialize;
use std::{
    io::{self, Write as _},
    path::Path,
    process::ExitCode,
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
    time::{Duration, Instant},
};
use xinheng_app::{
    Deployment,
    intake::Landing,
    watch::{Taken, Watch},
};
use xinheng_domain::batch::Counters;

/// Seconds between two looks, and seconds without a change, where nothing else is said.
const INTERVAL: u64 = 15;
const SETTLE: u64 = 10;
/// How long a wait goes on after a signal, at most.
const BREATH: Duration = Duration::from_millis(200);

#[derive(Serialize)]
struct Line<'a> {
    file: &'a str,
    taken: &'static str,
    landing: Option<&'a str>,
    batch: Option<&'a str>,
    counters: Option<&'a Counters>,
    moved_to: Option<String>,
    why: Option<&'a str>,
}

/// Takes what departments drop into a folder, until a signal comes, or once. Status 0 after a
/// signal; once through, 1 where something was refused and 3 where something went wrong.
pub fn run(global: &Global, args: &Import, folder: &Path) -> Outcome {
    let mut deployment = global.deployment()?;
    global.acting(&deployment)?;
    let stop = stop_flag().map_err(|e| {
        Failure::Start(format!(
            "不能接收停止信号：{}。",
            xinheng_domain::system::told(&e)
        ))
    })?;
    let settle = Duration::from_secs(args.settle.unwrap_or(SETTLE));
    let interval = Duration::from_secs(args.interval.unwrap_or(INTERVAL));
    let mut watch = Watch::begin(folder, settle).map_err(usage)?;
    let begun = Instant::now();
    let mut status = 0;
    let mut looks = 0;
    loop {
        looks += 1;
        if let Some(new) = deployment.reload().unwrap_or_else(|e| {
            complain(&e);
            None
        }) {
            deployment = new;
        }
        match round(global, &deployment, &mut watch, begun, &stop) {
            Ok(round) => {
                status = status.max(round.status);
                // What was there at the first look is still, or not, at the second.
                if args.once && (round.unsettled == 0 || looks == 2) {
                    let exit = if round.unsettled > 0 {
                        let still = round.unsettled;
                        writeln!(complaints(), "有{still}个文件可能还在写入，这次没有收取。")?;
                        status.max(EXIT_REFUSED)
                    } else {
                        status
                    };
                    return Ok(ExitCode::from(exit));
                }
            }
            Err(Failure::App(error)) if !args.once => complain(&error),
            Err(failure) => return Err(failure),
        }
        if !wait(if args.once { settle } else { interval }, &stop) {
            return Ok(ExitCode::SUCCESS);
        }
    }
}

struct Round {
    unsettled: usize,
    status: u8,
}

/// Looks once, and takes what is ready.
fn round(
    global: &Global,
    deployment: &Deployment,
    watch: &mut Watch,
    begun: Instant,
    stop: &AtomicBool,
) -> Result<Round, Failure> {
    let look = watch.look(&global.acting(deployment)?, begun.elapsed())?;
    let mut status = 0;
    for said in &look.unreadable {
        complain(said);
        status = EXIT_FAULT;
    }
    for file in &look.ready {
        if stop.load(Ordering::Relaxed) {
            break;
        }
        let name = file.shown(watch);
        let bar = output::progress(0, "导入");
        // The day may change while files are taken.
        let ctx = global.acting(deployment)?;
        let taken = watch.take(&ctx, file, &mut |step| show(&bar, step));
        bar.finish_and_clear();
        let taken = taken?;
        tell(global, &name, &taken)?;
        status = status.max(match &taken {
            Taken::Done {
                landing, counters, ..
            } => refused(landing, counters),
            Taken::NotMoved { .. } | Taken::Later(_) => EXIT_FAULT,
            Taken::Stays(_) => EXIT_REFUSED,
            Taken::Changed => 0,
        });
    }
    Ok(Round {
        unsettled: look.unsettled,
        status,
    })
}

fn refused(landing: &Landing, counters: &Counters) -> u8 {
    if matches!(landing, Landing::Refused) || counters.refused > 0 {
        EXIT_REFUSED
    } else {
        0
    }
}

fn tell(global: &Global, file: &str, taken: &Taken) -> Result<(), Failure> {
    let mut out = screen();
    let blank = Line {
        file,
        taken: "changed",
        landing: None,
        batch: None,
        counters: None,
        moved_to: None,
        why: None,
    };
    let of = |landing, counters| {
        let (landing, batch) = word(landing);
        (Some(landing), batch, Some(counters))
    };
    let line = match taken {
        Taken::Done {
            moved_to,
            landing,
            counters,
        } => {
            let (landing, batch, counters) = of(landing, counters);
            let moved_to = Some(moved_to.display().to_string());
            Line {
                taken: "done",
                landing,
                batch,
                counters,
                moved_to,
                ..blank
            }
        }
        Taken::NotMoved {
            landing,
            counters,
            why,
        } => {
            let (landing, batch, counters) = of(landing, counters);
            Line {
                taken: "not_moved",
                landing,
                batch,
                counters,
                why: Some(why),
                ..blank
            }
        }
        Taken::Stays(why) => Line {
            taken: "stays",
            why: Some(why),
            ..blank
        },
        Taken::Later(why) => Line {
            taken: "later",
            why: Some(why),
            ..blank
        },
        Taken::Changed => blank,
    };
    if global.output == Output::Json {
        output::json_line(&mut out, &line)?;
    } else {
        // Of a file that is refused whole there are no figures to be told.
        let counted = line.counters.filter(|_| line.landing != Some("refused"));
        let rows = counted.map_or_else(String::new, |c| {
            let then = if line.landing == Some("already") {
                "那一次"
            } else {
                ""
            };
            let persons = match c.set_aside.saturating_sub(c.kept_apart) {
                0 => String::new(),
                unkept => format!("自然人信息{unkept}行没有保存，原因见回执。"),
            };
            format!(
                "{then}报送{}条，需要改正{}条。{persons}",
                c.reported, c.refused
            )
        });
        let said = match taken {
            Taken::Done { landing, .. } => format!("{}{rows}", landed(landing)),
            Taken::NotMoved { landing, why, .. } => format!("{}{rows}{why}。", landed(landing)),
            Taken::Stays(why) => why.clone(),
            Taken::Later(why) => format!("暂时不能导入，稍后再试：{why}"),
            Taken::Changed => "文件还在变化，稍后再收取。".to_owned(),
        };
        writeln!(out, "{file}：{said}")?;
    }
    out.flush()?;
    Ok(())
}

/// Says on standard error what stands in the way of a look.
fn complain(what: &impl std::fmt::Display) {
    // Nobody may be listening there.
    let _ = writeln!(complaints(), "{what}");
}

/// Waits; `false` where a signal came.
fn wait(pause: Duration, stop: &AtomicBool) -> bool {
    let until = Instant::now() + pause;
    while !stop.load(Ordering::Relaxed) {
        let rest = until.saturating_duration_since(Instant::now());
        if rest.is_zero() {
            return true;
        }
        std::thread::sleep(rest.min(BREATH));
    }
    false
}

/// Is set by a signal to end, so that the file in hand is finished.
fn stop_flag() -> io::Result<Arc<AtomicBool>> {
    let stop = Arc::new(AtomicBool::new(false));
    for signal in [signal_hook::consts::SIGTERM, signal_hook::consts::SIGINT] {
        signal_hook::flag::register(signal, Arc::clone(&stop))?;
    }
    Ok(stop)
}
