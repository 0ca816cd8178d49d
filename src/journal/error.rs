//! Why settings aren't changed, or could not be put back.

use crate::message::{Lang, Localized, catalogue};
use crate::session::SessionError;

catalogue! {
    /// Why nothing is changed.
    pub error Refusal {
        /// A standby.
        Standby {}
            => "settings are not changed on a standby; name the primary in --url",
               "không đổi thiết lập trên máy dự phòng; hãy chỉ máy chính trong --url";
        /// allow_alter_system.
        Forbidden {}
            => "allow_alter_system is off on this server, so its settings are kept by another tool; change them there",
               "máy chủ này tắt allow_alter_system vì thiết lập do công cụ khác quản lý; hãy đổi ở đó";
        /// A managed service.
        Managed { role: String, names: String }
            => "this is a managed server (it has the role {role}), where ALTER SYSTEM isn't offered; set {names} in the service's parameters",
               "đây là dịch vụ quản lý (có vai trò {role}), không cho dùng ALTER SYSTEM; hãy đặt {names} trong tham số của dịch vụ";
        /// Only superusers may.
        NoSuperuser { role: String }
            => "the role {role} may not use ALTER SYSTEM, which before PostgreSQL 15 is for superusers alone; connect as one",
               "vai trò {role} không được dùng ALTER SYSTEM; trước PostgreSQL 15 chỉ superuser được dùng; hãy kết nối bằng superuser";
        /// A right is missing.
        NoAlterSystem { role: String, names: String }
            => "the role {role} may not use ALTER SYSTEM here; as a superuser run: GRANT ALTER SYSTEM ON PARAMETER {names} TO {role}",
               "vai trò {role} không được dùng ALTER SYSTEM ở đây; hãy chạy với quyền superuser: GRANT ALTER SYSTEM ON PARAMETER {names} TO {role}";
        /// A right is missing.
        NoReload { role: String }
            => "the role {role} may not reload the configuration; as a superuser run: GRANT EXECUTE ON FUNCTION pg_reload_conf() TO {role}",
               "vai trò {role} không được nạp lại cấu hình; hãy chạy với quyền superuser: GRANT EXECUTE ON FUNCTION pg_reload_conf() TO {role}";
        /// A right is missing.
        NoSight { role: String }
            => "the role {role} can't see what stands in postgresql.auto.conf, so nothing could be put back; as a superuser run: GRANT SELECT ON pg_file_settings TO {role}; GRANT EXECUTE ON FUNCTION pg_show_all_file_settings() TO {role}",
               "vai trò {role} không thấy nội dung postgresql.auto.conf nên không thể khôi phục; hãy chạy với quyền superuser: GRANT SELECT ON pg_file_settings TO {role}; GRANT EXECUTE ON FUNCTION pg_show_all_file_settings() TO {role}";
        /// No such setting.
        Unknown { name: String }
            => "this server has no setting {name}, or hides it from this role; check its spelling, or run: GRANT pg_read_all_settings",
               "máy chủ không có thiết lập {name} hoặc không cho vai trò này thấy; hãy kiểm tra chính tả, hoặc chạy: GRANT pg_read_all_settings";
        /// A reload isn't enough.
        NotByReload { name: String, context: String }
            => "{name} doesn't change with a reload (context {context}), and a server that this tool didn't start is never restarted",
               "{name} không đổi bằng cách nạp lại (context {context}), và công cụ không khởi động lại máy chủ mà nó không tự khởi chạy";
        /// Never.
        Never { name: String }
            => "{name} is never changed on a target: it guards the data, or may hold a secret; set it by hand",
               "không bao giờ đổi {name} trên máy chủ đích: nó bảo vệ dữ liệu hoặc có thể chứa bí mật; hãy đặt bằng tay";
        /// Twice.
        Twice { name: String }
            => "{name} is to be changed to two values at once; leave one out",
               "{name} được yêu cầu đổi thành hai giá trị cùng lúc; hãy bỏ một";
        /// ALTER SYSTEM would have no effect.
        Overridden { name: String, by: String }
            => "a new {name} would not take effect: its value comes from \"{by}\", which wins over postgresql.auto.conf; take it out there first (command line of the server, ALTER DATABASE or ALTER ROLE ... RESET, PGOPTIONS)",
               "đổi {name} sẽ không có tác dụng: giá trị đến từ \"{by}\", được ưu tiên hơn postgresql.auto.conf; hãy bỏ ở đó trước (dòng lệnh máy chủ, ALTER DATABASE hoặc ALTER ROLE ... RESET, PGOPTIONS)";
        /// A value that no statement writes.
        NoWayBack { name: String, value: String }
            => "{name} = {value} can't be written with ALTER SYSTEM, so {name} is left alone; change it by hand",
               "không ghi được {name} = {value} bằng ALTER SYSTEM nên {name} được giữ nguyên; hãy đổi bằng tay";
        /// A line that keeps the files from being loaded.
        FileFault { file: String, line: i32, detail: String }
            => "the server can't load its configuration: {file}, line {line}: {detail}; behind that line what stands in postgresql.auto.conf is hidden, so nothing is changed or put back; mend it, then try again",
               "máy chủ không nạp được cấu hình: {file}, dòng {line}: {detail}; sau dòng đó nội dung postgresql.auto.conf bị che khuất nên không đổi hay khôi phục gì; hãy sửa rồi thử lại";
        /// Somebody's edit would come into effect with ours.
        Waiting { files: String }
            => "{files} was changed after the server loaded it: a reload would also bring that into effect; reload the server yourself first, or take the edit back",
               "{files} đã bị sửa sau lần nạp gần nhất: nạp lại sẽ áp dụng luôn thay đổi đó; hãy tự nạp lại máy chủ trước, hoặc bỏ thay đổi";
        /// Another process.
        Busy { address: String, pid: u32, host: String }
            => "process {pid} on {host} is changing settings of {address}; wait for its end",
               "tiến trình {pid} trên {host} đang đổi thiết lập của {address}; hãy đợi nó kết thúc";
        /// Another process, of which nothing is known yet.
        Locked { path: String }
            => "another pgvalidate is about to change settings of this server ({path} is locked); wait for its end",
               "một pgvalidate khác sắp đổi thiết lập của máy chủ này ({path} đang bị khóa); hãy đợi nó kết thúc";
        /// Something has to be undone first.
        Pending { address: String, since: String }
            => "settings of {address} were changed at {since} and not put back; run `pgvalidate undo` first",
               "thiết lập của {address} đã bị đổi lúc {since} và chưa được khôi phục; hãy chạy `pgvalidate undo` trước";
    }
}

catalogue! {
    /// What goes wrong with the journal, or on the server.
    pub error Failure {
        /// No place for the journal.
        NoStateDir {}
            => "there is no directory for the journal of settings: the user has no home; set PGVALIDATE_STATE_DIR",
               "không có thư mục cho nhật ký thiết lập: người dùng không có thư mục nhà; hãy đặt PGVALIDATE_STATE_DIR";
        /// The directory or a file in it.
        StateDir { path: String, detail: String }
            => "the journal of settings {path} can't be used: {detail}; mend that, or name another directory in PGVALIDATE_STATE_DIR",
               "không dùng được nhật ký thiết lập {path}: {detail}; hãy khắc phục, hoặc chỉ thư mục khác trong PGVALIDATE_STATE_DIR";
        /// Others may write there.
        OpenStateDir { path: String }
            => "the directory {path} is not this user's alone, so its journals can't be trusted; run: chmod 700 {path}, as its owner",
               "thư mục {path} không phải của riêng người dùng này nên không thể tin nhật ký trong đó; hãy chạy: chmod 700 {path} với quyền chủ sở hữu";
        /// A journal that is none.
        Unreadable { path: String, detail: String }
            => "the journal {path} can't be read: {detail}; compare it with postgresql.auto.conf by hand, then remove it",
               "không đọc được nhật ký {path}: {detail}; hãy so với postgresql.auto.conf bằng tay rồi xóa nó";
        /// A journal of a newer version.
        Newer { path: String, version: String }
            => "the journal {path} has version {version}, which a newer pgvalidate wrote; undo with that one",
               "nhật ký {path} có phiên bản {version} do pgvalidate mới hơn ghi; hãy khôi phục bằng bản đó";
        /// What the server calls itself.
        NoIdentity { detail: String }
            => "the server calls itself \"{detail}\", which is no system identifier, so it could not be found again",
               "máy chủ tự xưng \"{detail}\", không phải mã định danh hệ thống, nên không thể tìm lại";
        /// Another server.
        OtherServer { address: String, at: String }
            => "the server that answers at {at} is not the one whose settings were changed as {address}; name that one in --url",
               "máy chủ trả lời tại {at} không phải máy chủ đã bị đổi thiết lập tại {address}; hãy chỉ đúng máy chủ trong --url";
        /// A copy, as it seems.
        PerhapsCopy { address: String, at: String }
            => "the server at {at} has the identity of {address} and none of our values: a copy of it, or a standby that took over; nothing was done; name the one that was changed in --url",
               "máy chủ tại {at} có định danh của {address} nhưng không có giá trị nào của chúng ta: có thể là bản sao hoặc máy dự phòng đã lên thay; chưa làm gì; hãy chỉ đúng máy chủ trong --url";
        /// It didn't load its files.
        NotLoaded { after_s: u64 }
            => "the server did not load its configuration files within {after_s} s; look for an error in them in its log",
               "máy chủ không nạp các tệp cấu hình trong {after_s} giây; hãy tìm lỗi trong nhật ký của nó";
        /// The server can't use our value.
        NotAccepted { name: String, ours: String, detail: String }
            => "{name} = {ours} was written and not taken up by the server ({detail}); look at its log, and try another value",
               "đã ghi {name} = {ours} nhưng máy chủ không áp dụng ({detail}); hãy xem nhật ký của máy chủ và thử giá trị khác";
        /// Somebody else was faster.
        ChangedMeanwhile { name: String, ours: String, now: String }
            => "{name} was set to {ours}, and at once somebody else set it to {now}; find out who manages this server",
               "{name} vừa được đặt thành {ours} thì có người đặt lại thành {now}; hãy tìm xem ai đang quản lý máy chủ này";
        /// A backend that doesn't end.
        BackendLeft { pid: i32 }
            => "the session that changed the settings (backend {pid}) is still there after it was ended; try again",
               "phiên đã đổi thiết lập (backend {pid}) vẫn còn sau khi bị kết thúc; hãy thử lại";
    }
}

/// Why settings aren't changed, or could not be put back.
#[derive(Debug, thiserror::Error)]
pub enum JournalError {
    /// Nothing was changed.
    #[error(transparent)]
    Refused(#[from] Refusal),
    /// The journal or the server.
    #[error(transparent)]
    Failed(#[from] Failure),
    /// A session, or a statement.
    #[error(transparent)]
    Session(#[from] SessionError),
    /// Changing failed, and so did putting back what was changed by then: the journal is still there.
    #[error("{}", not_undone(first, second, Lang::En))]
    NotUndone {
        /// Why changing failed.
        first: Box<JournalError>,
        /// Why putting back failed.
        second: Box<JournalError>,
    },
}

impl JournalError {
    /// The SQLSTATE, where the server gave one.
    pub fn sqlstate(&self) -> Option<&str> {
        match self {
            JournalError::Session(error) => error.sqlstate(),
            JournalError::NotUndone { first, .. } => first.sqlstate(),
            _ => None,
        }
    }

    /// Whether the command line is at fault, and not the world.
    pub fn is_usage(&self) -> bool {
        matches!(self, JournalError::Session(error) if error.is_usage())
    }
}

impl Localized for JournalError {
    fn text(&self, lang: Lang) -> String {
        match self {
            JournalError::Refused(refusal) => refusal.text(lang),
            JournalError::Failed(failure) => failure.text(lang),
            JournalError::Session(error) => error.text(lang),
            JournalError::NotUndone { first, second } => not_undone(first, second, lang),
        }
    }
}

fn not_undone(first: &JournalError, second: &JournalError, lang: Lang) -> String {
    let (first, second) = (first.text(lang), second.text(lang));
    match lang {
        Lang::En => format!(
            "{first}; and what was changed could not be put back: {second}; run `pgvalidate undo`"
        ),
        Lang::Vi => format!(
            "{first}; phần đã đổi chưa khôi phục được: {second}; hãy chạy `pgvalidate undo`"
        ),
    }
}
