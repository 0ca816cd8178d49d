//! How the server is looked after, as the checklist says it.

use crate::message::catalogue;
use crate::model::figure::Figure;
use crate::model::size::Bytes;
use serde::{Deserialize, Serialize};

catalogue! {
    /// Evidence about operations, and what only a person knows.
    #[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
    #[serde(tag = "id", content = "args", rename_all = "snake_case")]
    pub enum Operated {
        Archived { archived: u64, ago_s: Figure }
            => "WAL is archived: {archived} files so far, the last {ago_s} s ago, no failure since",
               "WAL được lưu trữ: đến nay {archived} tệp, lần cuối cách đây {ago_s:#} giây, sau đó không có lỗi";
        ArchivedLongAgo { ago_s: Figure, limit_s: Figure }
            => "nothing was archived for {ago_s} s (more than {limit_s} s)",
               "đã {ago_s:#} giây chưa lưu trữ tệp WAL nào (quá {limit_s:#} giây)";
        ArchivedNever {}
            => "archive_mode is on and nothing was ever archived",
               "archive_mode đang bật nhưng chưa từng lưu trữ tệp nào";
        ArchiveFailing { failures: u64, ago_s: Figure }
            => "archiving fails: {failures} failures, the last {ago_s} s ago, and none worked since",
               "lưu trữ WAL đang lỗi: {failures} lần, lần cuối cách đây {ago_s:#} giây, sau đó chưa thành công lần nào";
        ArchiveNoCommand {}
            => "archive_mode is on without archive_command or archive_library",
               "archive_mode đang bật nhưng không có archive_command hay archive_library";
        ArchiveOff {}
            => "archive_mode is off, so backups can't be seen from the server: say how it is backed up, and when a restore was last tried",
               "archive_mode đang tắt nên không thấy được sao lưu từ máy chủ: hãy cho biết sao lưu bằng cách nào và lần thử phục hồi gần nhất";
        RestoreForPerson {}
            => "confirm that a backup was restored and what came out was looked at: no server tells that",
               "hãy xác nhận một bản sao lưu đã được phục hồi và kiểm tra kết quả: không máy chủ nào cho biết điều này";
        NoStandby {}
            => "no standby is connected; if there is to be one, connect it",
               "không có máy dự phòng nào kết nối; nếu cần có, hãy kết nối";
        StandbysClose { standbys: usize, behind_bytes: Bytes, behind_s: Figure }
            => "{standbys} standbys, at most {behind_bytes} and {behind_s} s behind after the load",
               "{standbys} máy dự phòng, chậm nhất {behind_bytes:#} và {behind_s:#} giây sau khi tải kết thúc";
        StandbyBehindNow { standby: String, behind_bytes: Bytes, behind_s: Figure }
            => "the standby {standby} is {behind_bytes} and {behind_s} s behind after the load",
               "máy dự phòng {standby} chậm {behind_bytes:#} và {behind_s:#} giây sau khi tải kết thúc";
        StandbyFellBehind { standby: String, member: String, behind_bytes: Bytes }
            => "during {member} the standby {standby} was up to {behind_bytes} behind",
               "trong lúc chạy {member}, máy dự phòng {standby} chậm tối đa {behind_bytes:#}";
        StandbysUnseen { role: String }
            => "how far the standbys are behind {role} may not see: GRANT pg_monitor TO \"{role}\"",
               "{role} không xem được độ trễ của máy dự phòng: GRANT pg_monitor TO \"{role}\"";
        SnapshotKept { settings: usize, files: String }
            => "{settings} settings, and the statements that undo what the runs made, are beside this result: {files}",
               "{settings} thiết lập và các câu lệnh hoàn tác những gì các lần chạy đã tạo nằm cạnh kết quả này: {files}";
        SnapshotPartial { role: String }
            => "settings that {role} may not see are missing from it: GRANT pg_read_all_settings TO \"{role}\"",
               "thiếu các thiết lập mà {role} không được xem: GRANT pg_read_all_settings TO \"{role}\"";
        RollbackForPerson {}
            => "confirm that the way back is written down and was tried: configuration, schema, application",
               "hãy xác nhận phương án quay lui đã được viết ra và chạy thử: cấu hình, schema, ứng dụng";
        MonitoringForPerson {}
            => "confirm that dashboards show this server; configs/grafana has one, and --metrics serves what a run measures",
               "hãy xác nhận bảng theo dõi hiển thị máy chủ này; configs/grafana có sẵn một bảng, --metrics cung cấp số liệu của lần chạy";
        AlertsForPerson {}
            => "confirm that alerts reach somebody, which was tried; configs/prometheus has rules",
               "hãy xác nhận cảnh báo đến được người phụ trách và đã thử; configs/prometheus có sẵn các quy tắc";
        RolloutForPerson {}
            => "say who goes first, who looks at it daily for the first week, and what turns it back",
               "hãy cho biết khách thuê nào đi trước, ai theo dõi hằng ngày trong tuần đầu, và dấu hiệu nào thì quay lui";
        RecordsKept { members: usize }
            => "the command line, the members and their records are kept in this set ({members} runs, each with its SHA-256)",
               "dòng lệnh, các lần chạy và bản ghi được giữ trong bộ kết quả này ({members} lần chạy, mỗi lần có SHA-256)";
        RetentionForPerson { days: u32 }
            => "confirm that metrics and logs are kept as long as they must be, and no longer; the first checklist said {days} days of metrics",
               "hãy xác nhận số liệu và log được giữ đủ thời gian quy định, không lâu hơn; danh mục ban đầu ghi {days} ngày số liệu";
        BilingualForPerson {}
            => "confirm that the application's own logs and messages are in Vietnamese, too; this tool's are in both languages",
               "hãy xác nhận log và thông báo của chính ứng dụng cũng có tiếng Việt; của công cụ này có cả hai ngôn ngữ";
    }
}
