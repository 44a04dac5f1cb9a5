//! `xinheng serve`

use crate::{
    args::{Global, Serve},
    output::Outcome,
};
use std::{
    io::{self, Write as _},
    process::ExitCode,
};
use xinheng_app::{AppError, publicity};

/// Runs the public site until it is told to stop.
pub fn run(global: &Global, args: &Serve) -> Outcome {
    let office = global.office()?;
    // Dates computed under another rulebook are not shown: they are computed anew first.
    let rebuilt = publicity::rebuild(&global.ctx(&office)?, &mut |_| {})?;
    if rebuilt > 0 {
        writeln!(io::stderr().lock(), "规则库有变动，已重新计算{rebuilt}条记录的公示日期。")?;
    }
    let config = xinheng_web::Config { listen: args.listen, today: global.today };
    xinheng_web::serve(office, config, |address| {
        // A closed standard output does not stop a server.
        let _ = writeln!(io::stdout().lock(), "信衡已启动：http://{address}/　按 Ctrl+C 停止。");
    })
    .map_err(|source| AppError::File { path: args.listen.to_string(), source })?;
    Ok(ExitCode::SUCCESS)
}
