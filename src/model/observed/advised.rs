//! What a tuning rule says besides its numbers: why, what bounds a value, what
//! would make it ineffective, and what lacks. Those of a rule's own follow its setting.

use crate::message::catalogue;
use crate::model::size::Bytes;
use serde::{Deserialize, Serialize};

catalogue! {
    /// What a tuning rule says. `soak_for_s` is how long a soak would have to
    /// be that gives the evidence that lacks.
    #[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
    #[serde(tag = "id", content = "args", rename_all = "snake_case")]
    pub enum Advised {
        RunTooShort { seconds: u64, needed: u64, soak_for_s: u64 }
            => "the run of {seconds} s is too short, it takes {needed} s: pgvalidate soak --duration {soak_for_s}s",
               "lần chạy {seconds} giây quá ngắn, cần {needed} giây: pgvalidate soak --duration {soak_for_s}s";
        FewCheckpoints { begun: u64, seconds: u64, needed: u64, soak_for_s: u64 }
            => "{begun} checkpoints began in {seconds} s, it takes {needed} in 120 s or more: pgvalidate soak --duration {soak_for_s}s",
               "{begun} checkpoint bắt đầu trong {seconds} giây, cần {needed} trong ít nhất 120 giây: pgvalidate soak --duration {soak_for_s}s";
        SettingUnseen { setting: String }
            => "{setting} was not seen", "không thấy được {setting}";
        EvidenceUnseen { path: String }
            => "{path} was not seen enough of", "không quan sát đủ {path}";
        ShownFromMajor { major: u32 }
            => "the server shows this from PostgreSQL {major} on",
               "máy chủ chỉ cho thấy điều này từ PostgreSQL {major}";
        NeedsInput { flag: String }
            => "the server's machine can't be seen: give {flag}",
               "không thấy được máy của máy chủ: hãy dùng {flag}";
        Overridden { setting: String, source: String }
            => "{setting} comes from the {source}, which goes before the configuration files: change it there, or this has no effect",
               "{setting} đến từ {source}, vốn được ưu tiên hơn tệp cấu hình: hãy đổi tại đó, nếu không sẽ không có tác dụng";
        RestartPends { setting: String }
            => "another value of {setting} stands in the configuration files already, and waits for a restart",
               "tệp cấu hình đã có giá trị khác của {setting} và đang chờ khởi động lại";
        CheckpointsByWal { every_s: u64, timeout_s: u64 }
            => "a checkpoint began every {every_s} s since max_wal_size was used up, and not every {timeout_s} s by the schedule; each one makes pages be logged in full again",
               "cứ {every_s} giây lại có checkpoint vì đã dùng hết max_wal_size, thay vì mỗi {timeout_s} giây theo lịch; mỗi lần như vậy các trang lại bị ghi đầy đủ vào WAL";
        RequestedByOthers { requested: u64, by_wal: u64 }
            => "{requested} checkpoints were requested, and the WAL explains {by_wal} of them: the others were asked for, by a CHECKPOINT, a backup or CREATE DATABASE",
               "{requested} checkpoint theo yêu cầu, lượng WAL chỉ giải thích được {by_wal}: số còn lại do lệnh CHECKPOINT, sao lưu hoặc CREATE DATABASE";
        CappedByDisk { half: Bytes }
            => "half of the space for WAL is {half}, and max_wal_size is no hard limit: a larger disk for pg_wal would allow more",
               "một nửa dung lượng dành cho WAL là {half:#}, và max_wal_size không phải giới hạn cứng: cần đĩa lớn hơn cho pg_wal";
        CappedByRecovery { budget_s: u64 }
            => "a recovery may take {budget_s} s, if WAL is replayed as fast as it was written here",
               "thời gian khôi phục cho phép là {budget_s} giây, nếu WAL được phát lại nhanh như khi ghi ở đây";
        FullPagesOfCheckpoints {}
            => "pages are logged in full once after each checkpoint: with fewer checkpoints fewer are, and max_wal_size has to hold the WAL between them",
               "sau mỗi checkpoint các trang lại bị ghi đầy đủ một lần: ít checkpoint hơn thì ít lần hơn, và max_wal_size phải chứa đủ WAL giữa hai lần";
        WrittenInLessTime {}
            => "a checkpoint is written in less of its time than it could be, so its writes come in a burst",
               "checkpoint ghi trong thời gian ngắn hơn mức có thể nên các lần ghi dồn lại";
        FlushedAtTheEnd {}
            => "what a checkpoint writes is left to the system, and flushed in a burst at its end",
               "dữ liệu checkpoint ghi được để lại cho hệ điều hành rồi dồn xuống đĩa ở cuối";
        WalBuffersFull {}
            => "whoever found wal_buffers full had to write WAL out, and others waited for it",
               "tiến trình gặp wal_buffers đầy phải tự ghi WAL ra, các tiến trình khác phải chờ";
        WalBuffersEnough {}
            => "wal_buffers were full, but a larger one would not help: either it isn't what writers wait for most, or it is 64 MB already",
               "wal_buffers bị đầy nhưng tăng thêm không giúp ích: đó không phải điều các kết nối ghi chờ nhiều nhất, hoặc đã là 64 MB";
        FullPagesCompress {}
            => "full-page images are compressed well, and are much of the WAL",
               "ảnh trang đầy đủ nén tốt và chiếm phần lớn WAL";
        NeedsProcessors {}
            => "it takes processor time, and the server's processors can't be seen: measure it before you keep it",
               "việc nén tốn thời gian bộ xử lý mà không thấy được bộ xử lý của máy chủ: hãy đo trước khi giữ lại";
        AfterMaxWalSize {}
            => "change max_wal_size first and measure again: with fewer checkpoints there are fewer full-page images",
               "hãy đổi max_wal_size trước rồi đo lại: ít checkpoint hơn thì ít ảnh trang đầy đủ hơn";
        WalFilesMade {}
            => "new WAL files were made while writers waited; what min_wal_size keeps is used again",
               "tệp WAL mới được tạo trong khi các kết nối ghi phải chờ; phần min_wal_size giữ lại sẽ được dùng lại";
        CopiesOnWrite {}
            => "WAL is on a file system that copies on write: filling new files with zeros and using old ones again only costs there",
               "WAL nằm trên hệ tệp copy-on-write: ghi đầy số 0 và dùng lại tệp cũ ở đó chỉ tốn thêm";
        DataMayBeLost { settings: String }
            => "{settings} is off: a crash of the machine can destroy the whole database; after switching it on, flush everything (sync, or initdb --sync-only with the server stopped) and make a CHECKPOINT",
               "{settings} đang tắt: máy sập có thể hỏng toàn bộ cơ sở dữ liệu; sau khi bật, hãy đẩy mọi thứ xuống đĩa (sync, hoặc initdb --sync-only khi máy chủ dừng) rồi chạy CHECKPOINT";
        CommitsWait { window_ms: u64 }
            => "commits wait for WAL to be flushed. Only where a load can be run again: SET LOCAL synchronous_commit = off in its transactions; what was acknowledged in the last {window_ms} ms before a crash may then be lost",
               "các commit chờ WAL xuống đĩa. Chỉ với dữ liệu có thể nạp lại: dùng SET LOCAL synchronous_commit = off trong giao dịch; khi sập có thể mất những gì đã xác nhận trong {window_ms} ms cuối";
        CommitsMayBeLost { window_ms: u64 }
            => "synchronous_commit is off: what was acknowledged in the last {window_ms} ms before a crash may be lost",
               "synchronous_commit đang tắt: khi sập có thể mất những gì đã xác nhận trong {window_ms} ms cuối";
        MinimalForLoads {}
            => "nothing archives and no standby is connected; wal_level = minimal, with max_wal_senders = 0, helps loads alone that create or truncate their table in the same transaction, and ends point-in-time recovery and replication",
               "không có lưu trữ WAL và không có máy dự phòng; wal_level = minimal với max_wal_senders = 0 chỉ giúp các lần nạp tạo hoặc truncate bảng trong cùng giao dịch, và làm mất khôi phục theo thời điểm lẫn nhân bản";
        NoArchiveNoStandby {}
            => "wal_level is minimal: there can be no archive, no point-in-time recovery and no standby",
               "wal_level là minimal: không thể lưu trữ WAL, khôi phục theo thời điểm hay có máy dự phòng";
        NeedsWalTiming {}
            => "how long a flush of WAL takes wasn't seen: switch track_wal_io_timing on",
               "không thấy được một lần đẩy WAL xuống đĩa mất bao lâu: hãy bật track_wal_io_timing";
        CommitsApart {}
            => "flushes are slow and few commits share one; each waits a little so that others join it. It makes every commit later: keep it only if a measurement shows a gain",
               "đẩy WAL xuống đĩa chậm và ít commit dùng chung một lần; mỗi commit chờ một chút để gộp. Mọi commit sẽ chậm hơn: chỉ giữ nếu đo thấy có lợi";
        PagesReadAgain {}
            => "pages were put out of shared_buffers and read again; raise max_wal_size with it, since checkpoints will have more to write",
               "các trang bị đẩy khỏi shared_buffers rồi đọc lại; hãy tăng max_wal_size cùng lúc vì checkpoint sẽ phải ghi nhiều hơn";
        QuarterOfMemory { quarter: Bytes }
            => "a quarter of the memory is {quarter}: the rest is for the system's cache and the sessions",
               "một phần tư bộ nhớ là {quarter:#}: phần còn lại dành cho cache của hệ điều hành và các phiên";
        BackendsWrite {}
            => "backends had to write pages out themselves; what a COPY writes out of its ring isn't among them, and no setting changes that",
               "các backend phải tự ghi trang ra đĩa; phần COPY ghi từ vòng đệm riêng không tính và không tham số nào đổi được";
        BackgroundWriterEnough {}
            => "backends had to write pages out themselves, and the background writer may already write as much as the formula asks for, or as it ever gets: memory or fewer indexes would help, not these settings",
               "các backend phải tự ghi trang ra đĩa, nhưng background writer đã được phép ghi đủ theo công thức, hoặc đã ở mức cao nhất: cần thêm bộ nhớ hoặc bớt chỉ mục, không phải các tham số này";
        ReadsWait {}
            => "writers wait for reads: these settings are for scans and vacuum, and change nothing for writes; more of the indexes in memory would",
               "các kết nối ghi chờ đọc: các tham số này dành cho quét và vacuum, không giúp việc ghi; giữ được nhiều chỉ mục trong bộ nhớ mới giúp";
        ReadsWaitWithRing {}
            => "writers wait for reads: these settings, io_method = io_uring too, are for scans and vacuum, and change nothing for writes; more of the indexes in memory would",
               "các kết nối ghi chờ đọc: các tham số này, kể cả io_method = io_uring, dành cho quét và vacuum, không giúp việc ghi; giữ được nhiều chỉ mục trong bộ nhớ mới giúp";
        HugePagesOf { pages: u64 }
            => "so much shared memory takes many small pages; set vm.nr_hugepages to {pages} or more, then restart the server",
               "bộ nhớ chung lớn như vậy tốn nhiều trang nhỏ; hãy đặt vm.nr_hugepages ít nhất {pages} rồi khởi động lại máy chủ";
        HugePages {}
            => "so much shared memory takes many small pages; set vm.nr_hugepages to shared_buffers and a tenth more, in huge pages, then restart the server",
               "bộ nhớ chung lớn như vậy tốn nhiều trang nhỏ; hãy đặt vm.nr_hugepages bằng shared_buffers cộng một phần mười, tính theo huge page, rồi khởi động lại máy chủ";
        ClockFirst {}
            => "try pg_test_timing first: where reading the clock is slow, the timing costs",
               "hãy chạy pg_test_timing trước: nơi đọc đồng hồ chậm thì việc đo sẽ tốn thêm";
        EveryStatementLogged {}
            => "every statement is logged, which a measurement pays for; take 1 s or more while one is going on",
               "mọi câu lệnh đều bị ghi log, làm chậm phép đo; hãy đặt từ 1 giây trở lên khi đang đo";
    }
}
