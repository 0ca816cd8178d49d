//! What speaks for the cause of a stall, with numbers. "Usually" is in the
//! seconds of the same run that are in no stall.

use crate::message::catalogue;
use crate::model::size::Bytes;
use serde::{Deserialize, Serialize};

catalogue! {
    /// What speaks for the cause of a stall.
    #[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
    #[serde(tag = "id", content = "args", rename_all = "snake_case")]
    pub enum Evidence {
        LostTo { waits: String, percent: u32 }
            => "{percent}% of the lost time in {waits}",
               "{percent}% thời gian mất nằm ở {waits}";
        LeadingWait { event: String, percent: u32 }
            => "{percent}% of the lost time in {event}",
               "{percent}% thời gian mất nằm ở {event}";
        WaitsUnseen {}
            => "what the server did then wasn't seen",
               "không quan sát được máy chủ lúc đó";
        NothingStandsOut {}
            => "nothing that the server did then stands out",
               "lúc đó máy chủ không có gì khác thường";
        Restarted { from_s: u32, until_s: u32 }
            => "the server was restarted between {from_s} and {until_s} s",
               "máy chủ khởi động lại trong khoảng {from_s} đến {until_s} giây";
        CheckpointWrote { seconds: usize, of: usize, usual_percent: u32 }
            => "a checkpoint wrote in {seconds} of {of} s, usually in {usual_percent}%",
               "checkpoint đang ghi trong {seconds}/{of} giây, bình thường {usual_percent}%";
        CheckpointSynced { seconds: usize, of: usize, usual_percent: u32 }
            => "a checkpoint synced in {seconds} of {of} s, usually in {usual_percent}%",
               "checkpoint đang đồng bộ trong {seconds}/{of} giây, bình thường {usual_percent}%";
        CheckpointBuffers { per_s: u64, usual_per_s: u64 }
            => "it wrote {per_s} buffers/s, usually {usual_per_s}",
               "checkpoint ghi {per_s} bộ đệm/giây, bình thường {usual_per_s}";
        DiskBusy { percent: u32, usual_percent: u32 }
            => "the disk was {percent}% busy, usually {usual_percent}%",
               "đĩa bận {percent}%, bình thường {usual_percent}%";
        FullPages { percent: u32, usual_percent: u32 }
            => "full-page images were at most {percent}% of the WAL, usually {usual_percent}%",
               "ảnh trang đầy đủ chiếm nhiều nhất {percent}% WAL, bình thường {usual_percent}%";
        WalPerRow { bytes: u64, usual_bytes: u64 }
            => "{bytes} bytes of WAL a row, usually {usual_bytes}",
               "{bytes} byte WAL mỗi dòng, bình thường {usual_bytes}";
        BuffersFull { per_s: u64, usual_per_s: u64 }
            => "wal_buffers were full {per_s} times/s, usually {usual_per_s}",
               "wal_buffers đầy {per_s} lần/giây, bình thường {usual_per_s}";
        Autovacuumed { seconds: usize, of: usize, usual_percent: u32 }
            => "autovacuum worked in {seconds} of {of} s, usually in {usual_percent}%",
               "autovacuum chạy trong {seconds}/{of} giây, bình thường {usual_percent}%";
        ReplayLag { lag: Bytes, usual: Bytes }
            => "the farthest standby was {lag} behind, usually {usual}",
               "máy dự phòng chậm nhất {lag:#}, bình thường {usual:#}";
        PoolFull { in_use: u32, size: u32, waiting: u64, usually_waiting: u64 }
            => "{in_use} of {size} connections in use, {waiting} batches waiting, usually {usually_waiting}; the server took no longer than usual",
               "dùng {in_use}/{size} kết nối, {waiting} lô chờ, bình thường {usually_waiting}; máy chủ không chậm hơn thường lệ";
        ClientBusy { percent: u32, usual_percent: u32, cpus: u32 }
            => "the tool kept {percent}% of {cpus} processors busy, usually {usual_percent}%",
               "công cụ chiếm {percent}% của {cpus} bộ xử lý, bình thường {usual_percent}%";
    }
}
