//! Arguments of `xinheng case`.

use clap::Subcommand;

/// 办件。
#[derive(Debug, Subcommand)]
pub enum Case {
    /// 列出今天可以开始的办件类型
    Kinds,
    /// 列出等待您办理的办件，期限在前的在前
    List {
        /// 列出可以查看的全部办件，最近开始的在前
        #[arg(long)]
        all: bool,
        /// 只列这一类的（配合 --all）
        #[arg(long, value_name = "类型")]
        kind: Option<String>,
        /// 只列超过期限的（配合 --all）
        #[arg(long)]
        late: bool,
    },
    /// 查看一个办件：现在的情况、期限、可以办理的步骤、办理过程
    Show {
        /// 办件编号
        #[arg(value_name = "编号")]
        id: String,
    },
    /// 开始一个办件
    Open {
        /// 类型（见 xinheng case kinds）
        #[arg(value_name = "类型")]
        kind: String,
        /// 开始的步骤
        #[arg(value_name = "步骤")]
        step: String,
        /// 记录编号、统一社会信用代码或者部门代码
        #[arg(value_name = "涉及")]
        about: String,
        /// 填写的内容，写成“字段=内容”
        #[arg(value_name = "字段=内容")]
        fields: Vec<String>,
    },
    /// 办理一个步骤
    Step {
        /// 办件编号
        #[arg(value_name = "编号")]
        id: String,
        /// 步骤（见 xinheng case show）
        #[arg(value_name = "步骤")]
        step: String,
        /// 填写的内容，写成“字段=内容”
        #[arg(value_name = "字段=内容")]
        fields: Vec<String>,
    },
    /// 办理到期和记录变动引起的步骤；网站运行时每十分钟自动办理一次
    Clocks,
}
