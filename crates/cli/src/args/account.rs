//! What `xinheng account` takes.

use clap::Subcommand;
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
}
