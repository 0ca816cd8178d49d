//! The role of the writers where tenants share a table.

use crate::message::catalogue;
use serde::{Deserialize, Serialize};

catalogue! {
    /// What was found of `--writer-role`.
    #[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
    #[serde(tag = "id", content = "args", rename_all = "snake_case")]
    pub enum Writer {
        WriterFits { writer: String }
            => "row-level security holds for the writers' role {writer}",
               "bảo mật cấp dòng áp dụng cho vai trò ghi {writer}";
        WriterMissing { writer: String }
            => "there is no role \"{writer}\" (--writer-role); run: CREATE ROLE \"{writer}\" NOLOGIN, and grant it to the role that connects",
               "không có vai trò \"{writer}\" (--writer-role); hãy chạy: CREATE ROLE \"{writer}\" NOLOGIN rồi GRANT vai trò đó cho vai trò kết nối";
        WriterSuperuser { writer: String }
            => "\"{writer}\" is a superuser, for whom row-level security doesn't hold; give --writer-role another role",
               "\"{writer}\" là superuser nên bảo mật cấp dòng không áp dụng; hãy chọn vai trò khác cho --writer-role";
        WriterBypasses { writer: String }
            => "\"{writer}\" has BYPASSRLS, so row-level security doesn't hold for it; give --writer-role another role, or run: ALTER ROLE \"{writer}\" NOBYPASSRLS",
               "\"{writer}\" có BYPASSRLS nên bảo mật cấp dòng không áp dụng; hãy chọn vai trò khác cho --writer-role, hoặc chạy: ALTER ROLE \"{writer}\" NOBYPASSRLS";
        WriterOwner { writer: String, role: String }
            => "the tables would be owned by {role}, and \"{writer}\" is {role} or a member of it, so row-level security wouldn't hold; give --writer-role another role",
               "bảng sẽ thuộc {role}, mà \"{writer}\" chính là {role} hoặc là thành viên của {role}, nên bảo mật cấp dòng không áp dụng; hãy chọn vai trò khác cho --writer-role";
        WriterNotOurs { writer: String, role: String }
            => "{role} may not SET ROLE \"{writer}\"; run: GRANT \"{writer}\" TO \"{role}\"",
               "{role} không được SET ROLE \"{writer}\"; hãy chạy: GRANT \"{writer}\" TO \"{role}\"";
    }
}
