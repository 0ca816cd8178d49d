//! What the runs of a sign-off showed, as the checklist says it.

use crate::message::catalogue;
use crate::model::figure::{CriterionId, CriterionIds, Figure, ItemId, ItemIds, Judged, PoolSide};
use serde::{Deserialize, Serialize};

catalogue! {
    /// Evidence from the runs of a sign-off.
    #[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
    #[serde(tag = "id", content = "args", rename_all = "snake_case")]
    pub enum Measured {
        ItemsNo { items: ItemIds } => "not as it should be: {items}", "chưa đạt: {items:#}";
        ItemsUnseen { items: ItemIds }
            => "not enough was seen of: {items}", "chưa đủ số liệu: {items:#}";
        ItemsOpen { items: usize }
            => "{items} items are for a person to answer; they have no say in the verdict",
               "{items} mục cần người trả lời; các mục này không ảnh hưởng đến kết luận";
        ItemsNotRun { items: ItemIds } => "not run: {items}", "chưa chạy: {items:#}";
        MemberPassed { member: String } => "{member}: pass", "{member}: đạt";
        MemberFailed { member: String, broken: CriterionIds }
            => "{member}: fail ({broken})", "{member}: không đạt ({broken:#})";
        MemberUndecided { member: String, verdict: Judged }
            => "{member}: {verdict}, for the reasons that follow",
               "{member}: {verdict:#}, vì các lý do sau";
        MemberVoid { member: String, verdict: Judged, item: ItemId }
            => "{member}: {verdict}; its reasons stand in the item \"{item}\"",
               "{member}: {verdict:#}; lý do ghi ở mục \"{item:#}\"";
        MemberUnseen { member: String, verdict: Judged, criteria: CriterionIds }
            => "{member}: {verdict}, since there is no figure for: {criteria}",
               "{member}: {verdict:#}, vì không có số liệu cho: {criteria:#}";
        MemberUnjudged { member: String }
            => "{member}: it came to no verdict; its run.json says how far it got",
               "{member}: không đi đến kết luận; run.json của lần chạy cho biết đã đến đâu";
        MemberRefused { member: String, checks: String }
            => "{member} was not run: its preflight refused it ({checks}); what to do is said at the end",
               "{member} không được chạy: bước kiểm tra trước khi chạy đã từ chối ({checks}); cách xử lý ghi ở cuối biên bản";
        MemberNotReached { member: String }
            => "{member} was not run: the sign-off ended before it; why is said at the end",
               "{member} không được chạy: đợt ký duyệt kết thúc trước đó; lý do ghi ở cuối biên bản";
        NothingRun {}
            => "no run of this sign-off was carried through, so there is nothing to judge it by",
               "chưa lần chạy nào của đợt ký duyệt này hoàn tất nên không có gì để đánh giá";
        MemberNotRun { member: String }
            => "{member} was not run: it isn't among the members of this sign-off",
               "{member} không được chạy: không nằm trong các lần chạy của đợt ký duyệt này";
        CriterionHeld { member: String, criterion: CriterionId, observed: Figure, sign: String, limit: Figure }
            => "{member}: {criterion} {observed} (limit {sign} {limit})",
               "{member}: {criterion:#} {observed:#} (giới hạn {sign} {limit:#})";
        CriterionBroken { member: String, criterion: CriterionId, observed: Figure, sign: String, limit: Figure }
            => "broken in {member}: {criterion} {observed} (limit {sign} {limit})",
               "vượt giới hạn ở {member}: {criterion:#} {observed:#} (giới hạn {sign} {limit:#})";
        CriterionUnseen { member: String, criterion: CriterionId }
            => "not seen in {member}: {criterion}",
               "không có số liệu ở {member}: {criterion:#}";
        CriteriaHeld { members: String, criteria: usize }
            => "{criteria} criteria hold ({members})",
               "{criteria} tiêu chí đều đạt ({members})";
        NoCriterion { members: String }
            => "no criterion of these members judges it: {members}",
               "không có tiêu chí nào của các lần chạy này đánh giá mục này: {members}";
        RowsFound { rows: Figure, members: usize }
            => "{rows} rows of {members} runs were read back and compared, none lost, doubled or changed",
               "đã đọc lại và so sánh {rows:#} dòng của {members} lần chạy, không dòng nào mất, trùng hay sai khác";
        NotVerified { member: String }
            => "the rows of {member} were not read back",
               "chưa đọc lại các dòng của {member}";
        GainSeen { member: String, rows_per_s: Figure, times_seed: Figure }
            => "{member}: {rows_per_s} rows/s, {times_seed} times the 93 rows/s of the old API (30 times are asked for)",
               "{member}: {rows_per_s:#} dòng/giây, gấp {times_seed:#} lần mức 93 dòng/giây của API cũ (yêu cầu 30 lần)";
        GainOver { member: String, ratio: Figure, connections: u32, rows_per_s: Figure }
            => "{member}: {ratio} times one row a transaction on this server (connections: {connections}; {rows_per_s} rows/s)",
               "{member}: gấp {ratio:#} lần so với mỗi giao dịch một dòng trên chính máy chủ này ({connections} kết nối; {rows_per_s:#} dòng/giây)";
        NoGain { member: String }
            => "{member}: the row-at-a-time baseline wasn't measured, so the gain on this server isn't known",
               "{member}: chưa đo mức nền ghi từng dòng nên chưa biết mức tăng trên máy chủ này";
        OfferedRate { member: String, pool: PoolSide, offered: Figure }
            => "{member}, {pool}: {offered} operations a second were due",
               "{member}, {pool:#}: {offered:#} thao tác mỗi giây theo lịch";
        ClosedLoop { member: String, pool: PoolSide }
            => "{member}, {pool}: a closed loop, whose utilization says nothing about headroom",
               "{member}, {pool:#}: vòng kín, mức sử dụng không nói lên phần dự trữ";
        QuickSoak {}
            => "--quick: too short for a checkpoint by its schedule, so this can't be answered; run it without --quick",
               "--quick: quá ngắn để có checkpoint theo lịch nên không trả lời được; hãy chạy không có --quick";
        CheckpointsCame { member: String, timed: u64, requested: u64 }
            => "{member}: {timed} checkpoints by their schedule, {requested} for other reasons",
               "{member}: {timed} checkpoint theo lịch, {requested} vì lý do khác";
        CheckpointStalls { member: String, worst_ms: Figure }
            => "{member}: the worst stall from a checkpoint took {worst_ms} ms; look at checkpoint_completion_target, checkpoint_flush_after and the storage",
               "{member}: lần khựng nặng nhất do checkpoint là {worst_ms:#} ms; hãy xem checkpoint_completion_target, checkpoint_flush_after và thiết bị lưu trữ";
        RegionSeen { member: String, north_ms: Figure, central_ms: Figure, south_ms: Figure }
            => "{member}: p99 of batch response {north_ms} ms in the north, {central_ms} ms in the centre, {south_ms} ms in the south",
               "{member}: phản hồi lô p99 miền Bắc {north_ms:#} ms, miền Trung {central_ms:#} ms, miền Nam {south_ms:#} ms";
        RegionsUnseen {}
            => "no run has figures of all three regions",
               "không lần chạy nào có số liệu của cả ba miền";
        TenantsSeen { member: String, tenants: u32, p50_ms: Figure, max_ms: Figure }
            => "{member}: p99 of batch response by tenant: median {p50_ms} ms, slowest {max_ms} ms, of {tenants} tenants",
               "{member}: phản hồi lô p99 theo khách thuê: trung vị {p50_ms:#} ms, chậm nhất {max_ms:#} ms, trong {tenants} khách thuê";
        TenantsUnseen {}
            => "no run has figures by tenant",
               "không lần chạy nào có số liệu theo khách thuê";
        SlaForPerson {}
            => "no criterion names a limit by tenant; compare these with what the tenants were promised, or judge tenants.response_p99_ms.max with --criteria",
               "không có tiêu chí nào đặt giới hạn theo khách thuê; hãy so với mức đã cam kết, hoặc đánh giá tenants.response_p99_ms.max bằng --criteria";
        MisplacedNone { rows: Figure }
            => "none of {rows} rows read back lay in another tenant's table; that is about what was written, and no proof that a tenant can't read another's rows",
               "không dòng nào trong {rows:#} dòng đọc lại nằm ở bảng của khách thuê khác; điều này chỉ nói về dữ liệu đã ghi, không chứng minh khách thuê không đọc được dữ liệu của nhau";
        MisplacedSome { rows: u64 }
            => "{rows} rows lay in another tenant's table",
               "{rows} dòng nằm trong bảng của khách thuê khác";
        IsolationNotRun {}
            => "no tenant tried to get at another's rows: this sign-off has no run of isolation; leave --no-isolation out, give its file [isolation], or run pgvalidate isolation on the same server",
               "chưa thử truy cập chéo giữa khách thuê: đợt ký duyệt này không có lần chạy isolation; hãy bỏ --no-isolation, thêm [isolation] vào tệp, hoặc chạy pgvalidate isolation trên cùng máy chủ";
        IsolationHeld { member: String, tried: u64, pairs: u64, pairs_all: u64, denied: u64, open: u64, beside: u64 }
            => "{member}: {tried} attempts by {pairs} of {pairs_all} pairs of tenants, {beside} of them beside writers: {denied} denied, {open} saw what PostgreSQL shows to everyone, none got through",
               "{member}: {tried} lần thử của {pairs}/{pairs_all} cặp khách thuê, {beside} lần khi đang ghi: {denied} lần bị từ chối, {open} lần thấy thứ PostgreSQL cho mọi người xem, không lần nào lọt";
        IsolationLeaks { member: String, leaks: u64, names: String }
            => "{member}: {leaks} attempts got at another tenant's: {names}",
               "{member}: {leaks} lần thử chạm được dữ liệu của khách thuê khác: {names}";
        MembersUnmade { members: String }
            => "could not be carried through, for the reasons that follow: {members}",
               "không thực hiện được, vì các lý do sau: {members}";
        FaultsNotRun {}
            => "nothing was made to go wrong under load: this sign-off has no run with a fault; leave --no-faults out, give its file [faults], or run pgvalidate faults",
               "chưa tạo sự cố khi có tải: đợt ký duyệt này không có lần chạy nào với sự cố; hãy bỏ --no-faults, thêm [faults] vào tệp, hoặc chạy pgvalidate faults";
        FaultsSurvived { faults: usize, names: String }
            => "{faults} survived, by all criteria of their runs: {names}",
               "chịu được {faults} sự cố theo mọi tiêu chí của các lần chạy đó: {names}";
        FaultsLeftOut { names: String, en: String, vi: String }
            => "{names}: {en}",
               "{names}: {vi}";
        StageHeld { share: String, tenants: u32, rows_per_s: Figure }
            => "stage {share}: {tenants} tenants, {rows_per_s} rows/s, the criteria held",
               "giai đoạn {share}: {tenants} khách thuê, {rows_per_s:#} dòng/giây, các tiêu chí đều đạt";
        StageFailed { share: String, broken: CriterionIds }
            => "stage {share} broke its criteria: {broken}",
               "giai đoạn {share} không đạt tiêu chí: {broken:#}";
        StagesNotRun {}
            => "no run was rolled out in stages; give the soak stages = \"10%,50%,100%\" in the sign-off's file",
               "không lần chạy nào triển khai theo giai đoạn; hãy đặt stages = \"10%,50%,100%\" cho soak trong tệp ký duyệt";
    }
}
