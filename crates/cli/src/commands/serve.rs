//! `xinheng serve`

use crate::{
    args::{Global, Serve},
    log,
    output::{Failure, Outcome},
    screen::{complaints, screen},
};
use std::{io::Write as _, process::ExitCode};
use xinheng_app::{Deployment, publicity, rule_set};
use xinheng_web::{Clock, Config};

/// Runs the public site until it is told to stop.
pub fn run(global: &Global, args: &Serve) -> Outcome {
    log::start();
    let deployment = global.deployment()?;
    global.real_day(&deployment)?;
    // Dates computed under another rulebook are not shown: they are computed anew first. That is
    // written, so it is done on the real day unless nothing here is real.
    let ctx = match global.acting(&deployment) {
        Ok(_) => deployment.ctx(super::operator(), global.now()?),
        Err(_) => deployment.ctx(super::operator(), super::clock()),
    };
    rule_set::editions_kept(&ctx)?;
    if let Some(text) = rule_set::unadopted(&deployment)?.filter(|_| !deployment.district().demo) {
        writeln!(complaints(), "注意：{text}")?;
    }
    let rebuilt = publicity::rebuild(&ctx, &mut |_| {})?;
    if rebuilt > 0 {
        writeln!(
            complaints(),
            "规则库有变动，已重新计算{rebuilt}条记录的公示日期。"
        )?;
    }
    if !deployment.district().demo {
        warn_of_open_rules(&deployment)?;
    }
    let mut config = Config::new(args.listen, deployment);
    config.clock = global.today.map_or(Clock::System, Clock::Day);
    config.office = args.office;
    let limits = &mut config.limits;
    limits.site = site_address(args.site.as_deref())?;
    limits.https = args.https;
    limits.trusted_proxies.clone_from(&args.trusted_proxies);
    if let Some(mb) = args.upload_mb {
        limits.upload_bytes = mb << 20;
    }
    if let Some(mb) = args.results_mb {
        limits.results_bytes = mb << 20;
    }
    if let Some(most) = args.connections {
        limits.connections = usize::try_from(most).unwrap_or(usize::MAX);
    }
    if let Some(office) = args
        .office
        .filter(|office| !office.ip().is_loopback() && !args.https)
    {
        writeln!(
            complaints(),
            "注意：工作人员经 {office} 登录，没有写“--https”，密码和登录凭据在网络上不加密。请放在代理后面，用 https 访问，见 docs/operate.md。"
        )?;
    }
    xinheng_web::serve(config, |address, office| {
        tracing::info!(%address, version = env!("CARGO_PKG_VERSION"), "serving");
        // A closed standard output does not stop a server.
        let mut out = screen();
        let _ = writeln!(out, "信衡已启动：http://{address}/　按 Ctrl+C 停止。")
            .and_then(|()| match office {
                Some(office) => writeln!(out, "工作人员登录：http://{office}/"),
                None => Ok(()),
            })
            .and_then(|()| out.flush());
    })
    .map_err(|e| Failure::Start(e.to_string()))?;
    Ok(ExitCode::SUCCESS)
}

/// Records are shown for years by these rules: whoever answers for them is told what nobody read.
fn warn_of_open_rules(deployment: &Deployment) -> std::io::Result<()> {
    let open = deployment.rulebook().unverified().len();
    if open == 0 {
        return Ok(());
    }
    writeln!(
        complaints(),
        "提醒：规则库有{open}条依据没有读到公布的原文，公示按这些规则进行。请用“xinheng rulebook open”逐条核对。"
    )
}

/// Scheme and host, and nothing behind them.
fn site_address(given: Option<&str>) -> Result<Option<String>, Failure> {
    let Some(given) = given else {
        return Ok(None);
    };
    let plain = |b: u8| b.is_ascii_alphanumeric() || b".-:[]".contains(&b);
    let address = given.trim_end_matches('/');
    let host = address
        .strip_prefix("https://")
        .or(address.strip_prefix("http://"));
    match host.filter(|host| !host.is_empty() && host.bytes().all(plain)) {
        Some(_) => Ok(Some(address.to_owned())),
        None => Err(Failure::Usage(format!(
            "“--site {given}”不是网址，应当写成 https://credit.example 的形式，后面不带路径。"
        ))),
    }
}
