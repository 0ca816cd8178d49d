//! What is limited while a run goes on: what of it can be seen, and what ended the run.

use crate::message::catalogue;
use crate::model::size::Bytes;
use serde::{Deserialize, Serialize};

catalogue! {
    /// Limits that end a run: seen or not, kept or crossed.
    #[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
    #[serde(tag = "id", content = "args", rename_all = "snake_case")]
    pub enum WatchNote {
        FreeAboveLimit { free_bytes: Bytes, limit_bytes: Bytes, path: String }
            => "{free_bytes} are free at {path}; the run ends below {limit_bytes} (--min-free)",
               "còn trống {free_bytes:#} tại {path}; lần chạy kết thúc khi dưới {limit_bytes:#} (--min-free)";
        FreeBelowLimit { free_bytes: Bytes, limit_bytes: Bytes, path: String }
            => "only {free_bytes} are free at {path}, and --min-free asks for {limit_bytes}; free some space, or lower --min-free",
               "chỉ còn trống {free_bytes:#} tại {path} mà --min-free đòi {limit_bytes:#}; hãy giải phóng đĩa, hoặc giảm --min-free";
        FreeOfDataAlone { free_bytes: Bytes, limit_bytes: Bytes, path: String }
            => "{free_bytes} are free at {path}, where --min-free is watched; whether pg_wal lies on another file system can't be seen by this user; run the tool as the server's user to have that watched too",
               "còn trống {free_bytes:#} tại {path}, nơi --min-free được theo dõi; người dùng này không thấy được pg_wal có nằm trên hệ thống tệp khác không; hãy chạy công cụ bằng người dùng của máy chủ để theo dõi cả nơi đó";
        FreeUnseen { limit_bytes: Bytes }
            => "--min-free {limit_bytes} can't be watched: the server's disk can't be seen from here; run the tool on the server's machine over its socket, as a role with pg_monitor, or say with --disk-budget SIZE what the run may write, or go on unwatched with --yes",
               "không theo dõi được --min-free {limit_bytes:#}: không nhìn thấy đĩa của máy chủ từ đây; hãy chạy công cụ trên chính máy đó qua socket, bằng vai trò có pg_monitor, hoặc cho biết bằng --disk-budget SIZE lần chạy được ghi bao nhiêu, hoặc tiếp tục không theo dõi với --yes";
        FreeUnwatched { limit_bytes: Bytes }
            => "--min-free {limit_bytes} is not watched: the server's disk can't be seen from here",
               "không theo dõi --min-free {limit_bytes:#}: không nhìn thấy đĩa của máy chủ từ đây";
        LagWatched { standbys: usize, behind_bytes: Bytes, behind_s: u64 }
            => "--max-lag is watched; connected standbys: {standbys}, at most {behind_bytes} and {behind_s} s behind",
               "đang theo dõi --max-lag; số máy dự phòng kết nối: {standbys}, chậm nhất {behind_bytes:#} và {behind_s} giây";
        LagNoStandby {}
            => "no standby is connected, so there is no lag that --max-lag could watch",
               "không có máy dự phòng nào kết nối nên không có độ trễ nào để --max-lag theo dõi";
        LagBeyondLimit { standby: String, behind_bytes: Bytes, behind_s: u64 }
            => "the standby \"{standby}\" is {behind_bytes} and {behind_s} s behind, more than --max-lag allows; wait until it has caught up, or raise --max-lag",
               "máy dự phòng \"{standby}\" chậm {behind_bytes:#} và {behind_s} giây, hơn mức --max-lag cho phép; hãy đợi nó theo kịp, hoặc tăng --max-lag";
        LagHidden { standbys: usize, role: String }
            => "--max-lag can't be watched: {role} may not see how far the standbys are behind ({standbys}); run: GRANT pg_monitor TO \"{role}\", or go on unwatched with --yes",
               "không theo dõi được --max-lag: {role} không xem được độ trễ của máy dự phòng ({standbys}); hãy chạy: GRANT pg_monitor TO \"{role}\", hoặc tiếp tục không theo dõi với --yes";
        LagUnwatched { standbys: usize, role: String }
            => "--max-lag is not watched: {role} may not see how far the standbys are behind ({standbys}); run: GRANT pg_monitor TO \"{role}\"",
               "không theo dõi --max-lag: {role} không xem được độ trễ của máy dự phòng ({standbys}); hãy chạy: GRANT pg_monitor TO \"{role}\"";
        FreeCrossed { free_bytes: Bytes, limit_bytes: Bytes, path: String, at: String }
            => "ended by --min-free {limit_bytes}: at {at} only {free_bytes} were free at {path}",
               "kết thúc do --min-free {limit_bytes:#}: lúc {at} chỉ còn trống {free_bytes:#} tại {path}";
        LagTimeCrossed { standby: String, behind_s: f64, limit_s: f64, at: String }
            => "ended by --max-lag {limit_s}s: at {at} the standby \"{standby}\" was {behind_s:.1} s behind in replaying",
               "kết thúc do --max-lag {limit_s}s: lúc {at} máy dự phòng \"{standby}\" phát lại chậm {behind_s:.1} giây";
        LagSizeCrossed { standby: String, behind_bytes: Bytes, limit_bytes: Bytes, at: String }
            => "ended by --max-lag {limit_bytes}: at {at} the standby \"{standby}\" had {behind_bytes} of WAL yet to replay",
               "kết thúc do --max-lag {limit_bytes:#}: lúc {at} máy dự phòng \"{standby}\" còn {behind_bytes:#} WAL chưa phát lại";
        BudgetCrossed { written_bytes: Bytes, budget_bytes: Bytes, at: String }
            => "ended by --disk-budget {budget_bytes}: at {at} {written_bytes} were written, all WAL of the server since the run began included",
               "kết thúc do --disk-budget {budget_bytes:#}: lúc {at} đã ghi {written_bytes:#}, kể cả toàn bộ WAL của máy chủ từ khi lần chạy bắt đầu";
        WatchBlind { flag: String, blind_s: u64, detail: String, at: String }
            => "ended at {at} since {flag} could not be watched for {blind_s} s: {detail}; see why, or go on unwatched with --yes",
               "kết thúc lúc {at} vì không theo dõi được {flag} trong {blind_s} giây: {detail}; hãy xem nguyên nhân, hoặc tiếp tục không theo dõi với --yes";
    }
}
