//! `xinheng district`

use crate::{
    args::{District as Args, DistrictSet, Given, Global, Output},
    output::{self, Failure, Outcome},
    screen::screen,
};
use std::{
    io::{self, Write},
    process::ExitCode,
};
use xinheng_app::{AppError, Deployment, District, Link};
use xinheng_domain::publicity::Mode;

/// Sets or shows how the district presents itself.
pub fn run(global: &Global, args: &Args) -> Outcome {
    let deployment = global.deployment()?;
    let mut out = screen();
    match args {
        Args::Set(set) => {
            let district = changed(deployment.district().clone(), set)?;
            let ctx = global.acting(&deployment)?;
            match set.logo.as_ref().and_then(|given| given.0.as_ref()) {
                None => Deployment::set_district(&ctx, &district)?,
                Some(path) => {
                    let bytes = std::fs::read(path).map_err(|source| AppError::File {
                        path: path.display().to_string(),
                        source,
                    })?;
                    Deployment::set_district_with_logo(&ctx, &district, &bytes)?;
                }
            }
            if global.output == Output::Json {
                output::json_line(&mut out, &district)?;
            } else {
                let District { name, office, .. } = &district;
                writeln!(out, "已设置：{name}，{office}。重新启动网站后生效。")?;
            }
        }
        Args::Show if global.output == Output::Json => {
            output::json_line(&mut out, deployment.district())?;
        }
        Args::Show => show(&mut out, deployment.district())?,
    }
    Ok(ExitCode::SUCCESS)
}

/// The settings with what was given.
fn changed(mut to: District, set: &DistrictSet) -> Result<District, Failure> {
    for (place, given) in [
        (&mut to.name, &set.name),
        (&mut to.office, &set.office),
        (&mut to.contact, &set.contact),
    ] {
        if let Some(given) = given {
            place.clone_from(given);
        }
    }
    let unset = District::default();
    if to.name == unset.name || to.office == unset.office || to.contact == unset.contact {
        return Err(Failure::Usage(
            "第一次设置请一起写上“--name”“--office”“--contact”。".to_owned(),
        ));
    }
    for (place, given) in [
        (&mut to.platform, &set.platform),
        (&mut to.letter_mark, &set.letter_mark),
        (&mut to.portal.name, &set.portal_name),
        (&mut to.portal.home, &set.portal_home),
        (&mut to.imprint.sponsor, &set.sponsor),
        (&mut to.imprint.site_code, &set.site_code),
        (&mut to.imprint.icp, &set.icp),
        (&mut to.imprint.police, &set.police),
    ] {
        if let Some(Given(given)) = given {
            place.clone_from(given);
        }
    }
    for (place, given) in [
        (&mut to.portal.header, &set.header_link),
        (&mut to.portal.footer, &set.footer_link),
    ] {
        if !given.is_empty() {
            *place = given.iter().filter_map(|g| g.0.clone()).collect();
        }
    }
    if let Some(Given(None)) = set.logo {
        to.portal.logo = None;
    }
    if let Some(path) = &set.path {
        to.path.clone_from(path);
    }
    if let Some(publicity) = set.publicity {
        to.publicity = publicity.into();
    }
    if to.portal.name.is_some() != to.portal.home.is_some() {
        return Err(Failure::Usage(
            "门户网站的名称和地址要一起写：“--portal-name”“--portal-home”。".to_owned(),
        ));
    }
    if to.publicity == Mode::Guide && to.platform.is_none() {
        return Err(Failure::Usage(
            "只作指引的网站要写明到哪里查：请写上“--platform”。".to_owned(),
        ));
    }
    Ok(to)
}

fn show(out: &mut impl Write, d: &District) -> io::Result<()> {
    writeln!(
        out,
        "区（县）：{}\n信用办：{}\n联系方式：{}\n公示方式：{}",
        d.name,
        d.office,
        d.contact,
        d.publicity.title()
    )?;
    let links = |links: &[Link]| {
        let each = links.iter().map(|l| format!("{} {}", l.title, l.href));
        (!links.is_empty()).then(|| each.collect::<Vec<_>>().join("；"))
    };
    let logo = d.portal.logo.as_ref();
    let path = (!d.path.is_root()).then(|| d.path.to_string());
    let portal = [
        ("申请修复的网站", d.platform.clone()),
        ("网站的路径", path),
        ("门户网站", d.portal.name.clone()),
        ("门户网站的地址", d.portal.home.clone()),
        (
            "标志图片",
            logo.map(|l| format!("{}×{}", l.width, l.height)),
        ),
        ("页首链接", links(&d.portal.header)),
        ("页脚链接", links(&d.portal.footer)),
    ];
    for (title, value) in portal {
        if let Some(value) = value {
            writeln!(out, "{title}：{value}")?;
        }
    }
    for (title, value) in d.imprint.lines() {
        writeln!(out, "{title}：{value}")?;
    }
    if d.demo {
        writeln!(out, "用途：演示和培训，每一页都标明是演示数据")?;
    }
    Ok(())
}
