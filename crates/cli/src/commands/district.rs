//! `xinheng district`

use crate::{
    args::{District as Args, Global, Output},
    output::{self, Outcome},
    screen::screen,
};
use std::{io::Write as _, process::ExitCode};
use xinheng_app::{Deployment, District};

/// Sets or shows how the district presents itself.
pub fn run(global: &Global, args: &Args) -> Outcome {
    let deployment = global.deployment()?;
    let mut out = screen();
    match args {
        Args::Set {
            name,
            office: title,
            contact,
            platform,
        } => {
            let district = District {
                name: name.clone(),
                office: title.clone(),
                contact: contact.clone(),
                platform: platform.clone(),
                demo: deployment.district().demo,
            };
            let ctx = global.acting(&deployment)?;
            Deployment::set_district(&ctx, &district)?;
            if global.output == Output::Json {
                output::json_line(&mut out, &district)?;
            } else {
                writeln!(out, "已设置：{name}，{title}。重新启动网站后生效。")?;
            }
        }
        Args::Show if global.output == Output::Json => {
            output::json_line(&mut out, deployment.district())?
        }
        Args::Show => {
            let d = deployment.district();
            writeln!(
                out,
                "区（县）：{}\n信用办：{}\n联系方式：{}",
                d.name, d.office, d.contact
            )?;
            if let Some(platform) = &d.platform {
                writeln!(out, "申请修复的网站：{platform}")?;
            }
            if d.demo {
                writeln!(out, "用途：演示和培训，每一页都标明是演示数据")?;
            }
        }
    }
    Ok(ExitCode::SUCCESS)
}
