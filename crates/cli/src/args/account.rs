//! What `xinheng account` takes.

use clap::{Args, Subcommand};
use jiff::civil::Date;

/// 账号。
#[derive(Debug, Subcommand)]
pub enum Account {
    /// 新建账号，打印第一次登录用的密码（只打印这一次）
    Add {
        /// 账号，小写字母、数字、“-”“_”“.”
        #[arg(value_name = "账号")]
        login: String,
        /// 姓名
        #[arg(long, value_name = "姓名")]
        name: String,
        /// 同时授予的角色，例如 clerk、officer、system-admin；“xinheng account roles”列出全部
        #[arg(long, value_name = "角色")]
        role: Option<String>,
        /// 部门的角色写明部门编号
        #[arg(long, value_name = "编号")]
        department: Option<String>,
    },
    /// 列出账号和角色
    List,
    /// 列出角色，以及各自可以办理的事项
    Roles,
    /// 授予角色
    Grant {
        /// 账号
        #[arg(value_name = "账号")]
        login: String,
        /// 角色
        #[arg(value_name = "角色")]
        role: String,
        /// 部门编号
        #[arg(long, value_name = "编号")]
        department: Option<String>,
        /// 第一天，缺省为今天
        #[arg(long, value_name = "日期")]
        from: Option<Date>,
        /// 最后一天，缺省为一直有效
        #[arg(long, value_name = "日期")]
        until: Option<Date>,
    },
    /// 从今天起收回角色
    Revoke {
        /// 账号
        #[arg(value_name = "账号")]
        login: String,
        /// 角色
        #[arg(value_name = "角色")]
        role: String,
        /// 部门编号
        #[arg(long, value_name = "编号")]
        department: Option<String>,
    },
    /// 重置密码和动态口令，打印新的密码（只打印这一次）
    Reset {
        /// 账号
        #[arg(value_name = "账号")]
        login: String,
    },
    /// 停用账号：不能再登录，已经登录的立即退出
    Lock {
        /// 账号
        #[arg(value_name = "账号")]
        login: String,
    },
    /// 恢复停用的账号
    Unlock {
        /// 账号
        #[arg(value_name = "账号")]
        login: String,
    },
    /// 绑定操作系统账号：此后它运行的命令都是这个账号办理的；不写操作系统账号的，解除绑定
    Bind {
        /// 账号
        #[arg(value_name = "账号")]
        login: String,
        /// 操作系统账号
        #[arg(value_name = "操作系统账号")]
        os_user: Option<String>,
    },
    /// 人员名册：部门的报送员、审核人和代理
    #[command(subcommand)]
    Roster(Roster),
    /// 审计函件：审计、上级评估凭函件查看
    #[command(subcommand)]
    Letter(Letter),
}

/// 人员名册。
#[derive(Debug, Subcommand)]
pub enum Roster {
    /// 列出各部门的名册是否确认
    List,
    /// 查看一个部门的名册和拟定的变动
    Show {
        /// 部门编号
        #[arg(value_name = "编号")]
        department: String,
    },
    /// 拟定人员，确认以后有效
    Propose(RosterChange),
    /// 拟定结束一人的角色，确认以后有效
    End(RosterChange),
    /// 撤回拟定的变动
    Withdraw(RosterChange),
    /// 确认名册
    Confirm {
        /// 部门编号
        #[arg(value_name = "编号")]
        department: String,
    },
}

/// 名册中的一项。
#[derive(Debug, Args)]
pub struct RosterChange {
    /// 部门编号
    #[arg(value_name = "编号")]
    pub department: String,
    /// 账号
    #[arg(value_name = "账号")]
    pub login: String,
    /// 角色：clerk、reviewer，或者代理的 responsible
    #[arg(value_name = "角色")]
    pub role: String,
    /// 第一天，缺省为今天
    #[arg(long, value_name = "日期")]
    pub from: Option<Date>,
    /// 最后一天；代理的要写
    #[arg(long, value_name = "日期")]
    pub until: Option<Date>,
}

/// 审计函件。
#[derive(Debug, Subcommand)]
pub enum Letter {
    /// 登记函件，审计人员在期限内可以查看
    Add {
        /// 审计人员的账号
        #[arg(value_name = "账号")]
        login: String,
        /// 出具函件的单位
        #[arg(long, value_name = "单位")]
        issuer: String,
        /// 函件文号
        #[arg(long, value_name = "文号")]
        number: String,
        /// 函件的日期
        #[arg(long, value_name = "日期")]
        dated: Date,
        /// 范围：部门编号，可以写几次；不写的，全区
        #[arg(long, value_name = "编号")]
        department: Vec<String>,
        /// 第一天，缺省为今天
        #[arg(long, value_name = "日期")]
        from: Option<Date>,
        /// 最后一天
        #[arg(long, value_name = "日期")]
        until: Date,
    },
    /// 列出函件
    List,
    /// 从今天起结束一份函件
    End {
        /// 函件编号，见列表
        #[arg(value_name = "编号")]
        letter: String,
    },
}
