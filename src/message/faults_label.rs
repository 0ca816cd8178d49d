//! The lines of the text of a set of faults.

use super::catalogue;

catalogue! {
    /// A line or label of the text of a set of faults.
    #[derive(Debug, Clone, PartialEq, Eq)]
    pub enum FaultsLabel {
        FaultsNone { faults: usize }
            => "pgvalidate faults: {faults} faults, of which none was run",
               "pgvalidate faults: {faults} sự cố, chưa sự cố nào được chạy";
        FaultHead {} => "fault", "sự cố";
        HitHead {} => "hit", "trúng";
        DoneHead {} => "stored", "đã ghi";
        RetriedHead {} => "again", "lại";
        DoubtHead {} => "doubt", "chưa rõ";
        LostHead {} => "lost", "mất";
        TwiceHead {} => "twice", "trùng";
        FirstHead {} => "first", "đầu";
        BackHead {} => "back", "hồi";
        VerdictHead {} => "verdict", "kết luận";
        NotRun {} => "not run", "không chạy";
        FaultsLegend {}
            => "stored, again (retried), doubt: batches; doubt: the commit's answer didn't come, all of them settled unless it says otherwise; lost, twice: rows; first, back: seconds from the healing to the first commit, and until there are 80% of the rows of before",
               "đã ghi, lại (thử lại), chưa rõ: số lô; chưa rõ: không nhận được trả lời của commit, đều đã được xác định trừ khi ghi khác; mất, trùng: số dòng; đầu, hồi: số giây từ lúc khắc phục đến commit đầu tiên và đến khi đạt 80% tốc độ trước đó";
        AcknowledgedLost { batches: u64 }
            => "batches that were acknowledged and are gone: {batches}",
               "số lô đã được xác nhận nhưng bị mất: {batches}";
        RowsDamaged { corrupted: u64, misplaced: u64 }
            => "rows that differ from what was sent: {corrupted}; another tenant's: {misplaced}",
               "dòng khác dữ liệu đã gửi: {corrupted}; của khách thuê khác: {misplaced}";
        Unsettled { batches: u64 }
            => "in doubt and not settled: {batches}", "chưa rõ và chưa xác định được: {batches}";
        Failed { batches: u64 } => "batches given up: {batches}", "số lô bỏ cuộc: {batches}";
        Orphans { sessions: u64, locks: u64 }
            => "left in the server: sessions {sessions}, locks on tables {locks}",
               "còn lại trên máy chủ: phiên {sessions}, khóa bảng {locks}";
        Errors { errors: String } => "errors: {errors}", "lỗi nhận được: {errors}";
    }
}
