//! How the server is configured, as the checklist says it.

use crate::message::catalogue;
use serde::{Deserialize, Serialize};

catalogue! {
    /// Evidence from the server's settings.
    #[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
    #[serde(tag = "id", content = "args", rename_all = "snake_case")]
    pub enum Configured {
        Rehearsal {}
            => "a REHEARSAL on a private server that the tool started: it signs nothing off; give --url for the server that is to be signed off",
               "DIỄN TẬP trên máy chủ riêng do công cụ khởi động: không ký duyệt gì; hãy dùng --url tới máy chủ cần ký duyệt";
        Quick {}
            => "--quick: what needs a checkpoint by its schedule stays inconclusive",
               "--quick: mục nào cần checkpoint theo lịch sẽ ở mức chưa kết luận";
        SignedServer { version: String, address: String, role: String }
            => "PostgreSQL {version} at {address} as {role}",
               "PostgreSQL {version} tại {address}, vai trò {role}";
        PrivateServer { version: String }
            => "PostgreSQL {version}, private server", "PostgreSQL {version}, máy chủ riêng";
        PrivateNotAsked {}
            => "not asked of a private server: the answer would say nothing about yours",
               "không hỏi máy chủ riêng: câu trả lời không nói gì về máy chủ của bạn";
        QuestionFailed { error: String }
            => "the server didn't answer: {error}", "máy chủ không trả lời: {error}";
        NeedsRight { grants: String }
            => "this role may not see it; as a superuser: {grants}; or look it up yourself",
               "role này không được xem; với quyền superuser hãy chạy: {grants}; hoặc tự kiểm tra";
        SettingsAre { settings: String } => "{settings}", "{settings}";
        DurableOff { settings: String }
            => "acknowledged commits can be lost in a crash: {settings}",
               "giao dịch đã xác nhận có thể mất khi sự cố: {settings}";
        DurableLocal {}
            => "commits wait for no standby though synchronous_standby_names is set: synchronous_commit = local",
               "commit không chờ máy dự phòng dù synchronous_standby_names được đặt: synchronous_commit = local";
        SettingHidden { names: String }
            => "this role may not see {names}; GRANT pg_read_all_settings, or look it up yourself",
               "role này không xem được {names}; hãy GRANT pg_read_all_settings hoặc tự kiểm tra";
        NothingExpected {}
            => "nothing was given to compare the settings with; give --expect postgresql.conf",
               "chưa có tệp để so sánh thiết lập; hãy dùng --expect postgresql.conf";
        AsExpected { settings: usize, path: String }
            => "{settings} settings are as in {path}", "{settings} thiết lập đúng như trong {path}";
        Drift { name: String, is: String, expected: String, from: String }
            => "{name} is {is} (from: {from}) and not {expected}",
               "{name} đang là {is} (nguồn: {from}), không phải {expected}";
        DriftWaits { name: String, is: String, expected: String }
            => "{name} is {is} and not {expected}; the file has another value since, which waits for a restart",
               "{name} đang là {is}, không phải {expected}; tệp đã có giá trị khác và đang chờ khởi động lại";
        ExpectedUnknown { name: String, line: usize }
            => "{name} (line {line}) is no setting of this server: a typing error, another version's, or its library isn't loaded",
               "{name} (dòng {line}) không phải thiết lập của máy chủ này: viết sai, của phiên bản khác, hoặc thư viện chưa được nạp";
        ExpectedUnreadable { name: String, line: usize, value: String }
            => "{name} (line {line}): {value} is not a value that this setting can have",
               "{name} (dòng {line}): {value} không phải giá trị hợp lệ của thiết lập này";
        ExpectedHidden { names: String }
            => "not a setting, or one that this role may not see: {names}; GRANT pg_read_all_settings",
               "không phải thiết lập hoặc role này không được xem: {names}; hãy GRANT pg_read_all_settings";
        ExpectedSecret { names: String }
            => "not compared, since the value can hold a password: {names}",
               "không so sánh vì giá trị có thể chứa mật khẩu: {names}";
        NothingWaits {}
            => "no setting waits for a restart", "không có thiết lập nào chờ khởi động lại";
        WaitsForRestart { names: String }
            => "these wait for a restart, so that the server will be another one after it than was measured: {names}",
               "các thiết lập này chờ khởi động lại nên sau đó máy chủ sẽ khác với lúc đo: {names}";
        FilesGood {}
            => "every line of the configuration files can be applied",
               "mọi dòng trong tệp cấu hình đều áp dụng được";
        FileFault { file: String, line: i32, name: String, error: String }
            => "{file}, line {line}: {name}: {error}", "{file}, dòng {line}: {name}: {error}";
        StatisticsGood {}
            => "track_io_timing and track_wal_io_timing are on, pg_stat_statements is loaded and created",
               "track_io_timing và track_wal_io_timing đều bật, pg_stat_statements đã nạp và đã tạo";
        SettingOff { name: String, value: String, wanted: String }
            => "{name} is {value}; set it to {wanted}", "{name} đang là {value}; hãy đặt thành {wanted}";
        ExtensionUnloaded {}
            => "pg_stat_statements isn't loaded: add it to shared_preload_libraries, restart, then CREATE EXTENSION pg_stat_statements",
               "chưa nạp pg_stat_statements: hãy thêm vào shared_preload_libraries, khởi động lại, rồi CREATE EXTENSION pg_stat_statements";
        ExtensionNotCreated {}
            => "pg_stat_statements is loaded and not created here: CREATE EXTENSION pg_stat_statements",
               "pg_stat_statements đã nạp nhưng chưa tạo ở đây: CREATE EXTENSION pg_stat_statements";
        SettingsChanged { names: String }
            => "these settings changed while the sign-off went on, and not by the tool: {names}",
               "các thiết lập này thay đổi trong lúc ký duyệt, không phải do công cụ: {names}";
        RestartedMeanwhile {}
            => "the server was restarted while the sign-off went on",
               "máy chủ đã khởi động lại trong lúc ký duyệt";
        SettingsSame { settings: usize }
            => "{settings} settings were the same at the beginning and at the end; the tool changes none but with SET in its own sessions",
               "{settings} thiết lập giống nhau lúc đầu và lúc cuối; công cụ chỉ dùng SET trong phiên của chính nó";
    }
}
