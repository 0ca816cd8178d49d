//! What can keep a private server from starting, running or going away.

use crate::message::{Words, catalogue};

catalogue! {
    /// A private server could not be had, or could not be got rid of.
    pub error ServerError {
        /// No `postgres` and `initdb` on this machine.
        NoBinaries {}
            => "no PostgreSQL server programs (postgres, initdb) found on this machine; install them (Debian/Ubuntu: apt-get install postgresql; Fedora: dnf install postgresql-server; macOS: brew install postgresql), name their directory with --pg-bin, or test an existing server with --url",
               "không tìm thấy chương trình máy chủ PostgreSQL (postgres, initdb) trên máy này; hãy cài đặt (Debian/Ubuntu: apt-get install postgresql; Fedora: dnf install postgresql-server; macOS: brew install postgresql), chỉ ra thư mục bằng --pg-bin, hoặc kiểm tra một máy chủ có sẵn bằng --url";
        /// `--pg-bin` names a directory that can't be used.
        BadBinDir { dir: String, detail: String }
            => "--pg-bin {dir} can't be used: {detail}; name the directory that holds postgres and initdb, such as /usr/lib/postgresql/17/bin",
               "không dùng được --pg-bin {dir}: {detail}; hãy chỉ ra thư mục chứa postgres và initdb, ví dụ /usr/lib/postgresql/17/bin";
        /// The server programs are of another major.
        Unsupported { dir: String, version: String, oldest: u32, newest: u32 }
            => "the server programs in {dir} are PostgreSQL {version}, which is not supported; {oldest} to {newest} are: name another directory with --pg-bin, or install one of them",
               "chương trình máy chủ trong {dir} là PostgreSQL {version}, không được hỗ trợ; chỉ hỗ trợ {oldest} đến {newest}: hãy chỉ ra thư mục khác bằng --pg-bin, hoặc cài đặt một trong các phiên bản đó";
        /// The directory to make the server's directory in can't be used.
        BadBaseDir { dir: String, source: std::io::Error }
            => "the directory {dir}, in which the private server is to be made, can't be used: {source}; create it or choose another",
               "không dùng được thư mục {dir} để tạo máy chủ riêng: {source}; hãy tạo thư mục này hoặc chọn thư mục khác";
        /// The kernel allows socket paths of about 100 bytes only.
        SocketPathTooLong { base: String, length: usize, limit: usize }
            => "a socket path under {base} would have {length} bytes, and the system allows {limit}; choose a directory with a shorter path than {base}",
               "đường dẫn socket trong {base} sẽ dài {length} byte trong khi hệ thống chỉ cho phép {limit}; hãy chọn thư mục có đường dẫn ngắn hơn {base}";
        /// We are root and there is no user to run the server as.
        NoServerUser {}
            => "PostgreSQL refuses to run as root, and /etc/passwd has neither a user postgres nor nobody; create one (useradd --system postgres) or run as an ordinary user",
               "PostgreSQL không chạy dưới quyền root, mà /etc/passwd không có người dùng postgres hay nobody; hãy tạo một người dùng (useradd --system postgres) hoặc chạy bằng người dùng thường";
        /// The server's user has no way to a directory or program.
        NotTraversable { target: String, blocked: String, user: String }
            => "the server would run as user {user}, who can't reach {target} because of {blocked}; run chmod o+x {blocked}, choose another directory, or run as an ordinary user",
               "máy chủ sẽ chạy dưới người dùng {user}, nhưng người dùng này không tới được {target} vì {blocked}; hãy chạy chmod o+x {blocked}, chọn thư mục khác, hoặc chạy bằng người dùng thường";
        /// The `--config` fragment can't be read.
        ConfigUnreadable { path: String, source: std::io::Error }
            => "--config {path} can't be read: {source}; name a readable file with lines as in postgresql.conf",
               "không đọc được --config {path}: {source}; hãy chỉ ra một tệp đọc được, có các dòng như trong postgresql.conf";
        /// The guard process could not be started.
        GuardSpawn { program: String, source: std::io::Error }
            => "the private server's guard process ({program} guard) can't be started: {source}; check that the program is still there and that there are processes free (ulimit -u)",
               "không khởi động được tiến trình canh giữ máy chủ riêng ({program} guard): {source}; hãy kiểm tra chương trình còn tồn tại và còn được tạo tiến trình (ulimit -u)";
        /// The guard ended, or its pipe broke.
        GuardLost { dir: String }
            => "the guard process of the private server in {dir} has gone, and the server with it; if the directory is still there, read {dir}/log, then remove it",
               "tiến trình canh giữ máy chủ riêng tại {dir} đã biến mất cùng với máy chủ; nếu thư mục vẫn còn, hãy đọc {dir}/log rồi xóa thư mục";
        /// The guard could not do what it was asked.
        GuardRefused { dir: String, detail: String }
            => "the private server in {dir} can't be run: {detail}; check the rights and the free space there, or choose another directory",
               "không chạy được máy chủ riêng tại {dir}: {detail}; hãy kiểm tra quyền và dung lượng trống ở đó, hoặc chọn thư mục khác";
        /// The guard didn't answer in time.
        GuardSilent { dir: String, command: String, after_s: u64 }
            => "the guard of the private server in {dir} didn't finish \"{command}\" within {after_s} s; the disk may be stuck or very slow, so choose a directory on another one",
               "tiến trình canh giữ máy chủ riêng tại {dir} không hoàn tất \"{command}\" trong {after_s} giây; ổ đĩa có thể bị treo hoặc quá chậm, hãy chọn thư mục trên ổ đĩa khác";
        /// `initdb` failed.
        Initdb { program: String, status: String, log: String }
            => "{program} failed ({status}); it said:\n{log}\ncheck free space and the installation, or use --url",
               "{program} thất bại ({status}) với thông báo:\n{log}\nhãy kiểm tra dung lượng trống và bản cài đặt, hoặc dùng --url";
        /// The server's configuration can't be written.
        ConfigWrite { path: String, source: std::io::Error }
            => "the private server's {path} can't be written: {source}; check the free space there",
               "không ghi được {path} của máy chủ riêng: {source}; hãy kiểm tra dung lượng trống ở đó";
        /// The server ended while it started, with a `--config` fragment in use.
        ConfigRejected { config: String, status: String, log: String }
            => "the private server didn't start ({status}) with the settings of --config {config}; PostgreSQL said (its fragment.conf is a copy of that file):\n{log}\ncorrect the setting in {config}, or leave --config out",
               "máy chủ riêng không khởi động được ({status}) với các thiết lập trong --config {config}; PostgreSQL báo (fragment.conf là bản sao của tệp đó):\n{log}\nhãy sửa thiết lập trong {config}, hoặc bỏ --config";
        /// The server ended while it started.
        Exited { status: String, log: String }
            => "the private server didn't start ({status}); PostgreSQL said:\n{log}\nremove the cause, or test an existing server with --url",
               "máy chủ riêng không khởi động được ({status}); PostgreSQL báo:\n{log}\nhãy khắc phục nguyên nhân, hoặc kiểm tra một máy chủ có sẵn bằng --url";
        /// The server runs but takes no connection.
        NotReady { dir: String, after_s: u64, detail: String, log: String }
            => "the private server in {dir} took no connection within {after_s} s: {detail}; PostgreSQL said:\n{log}\ntry again on a less busy machine, or use --url",
               "máy chủ riêng tại {dir} không nhận kết nối trong {after_s} giây: {detail}; PostgreSQL báo:\n{log}\nhãy thử lại khi máy bớt tải, hoặc dùng --url";
        /// There is no standby, or it doesn't take over.
        Standby { dir: String, detail: String, log: String }
            => "the standby in {dir} can't be had: {detail}; PostgreSQL said:\n{log}\ntry again on a less busy machine, or choose other faults with only",
               "không dùng được máy chủ dự phòng tại {dir}: {detail}; PostgreSQL báo:\n{log}\nhãy thử lại khi máy bớt tải, hoặc chọn các sự cố khác bằng only";
        /// A standby is slower than it may be.
        StandbyLate { dir: String, what: Words, after_s: u64, log: String }
            => "the standby in {dir} was not done with {what} within {after_s} s; PostgreSQL said:\n{log}\ntry again on a less busy machine, or choose other faults with only",
               "máy chủ dự phòng tại {dir} chưa xong việc {what:#} trong {after_s} giây; PostgreSQL báo:\n{log}\nhãy thử lại khi máy bớt tải, hoặc chọn các sự cố khác bằng only";
        /// The guard has ended, but the directory is still there.
        DirectoryLeft { dir: String }
            => "the private server has ended, but its directory {dir} could not be removed; remove it with rm -r",
               "máy chủ riêng đã dừng, nhưng không xóa được thư mục {dir}; hãy xóa bằng rm -r";
    }
}

impl ServerError {
    /// What the server wrote to its log before it went; None of an error that has none.
    pub fn log(&self) -> Option<&str> {
        match self {
            ServerError::Initdb { log, .. }
            | ServerError::ConfigRejected { log, .. }
            | ServerError::Exited { log, .. }
            | ServerError::Standby { log, .. }
            | ServerError::StandbyLate { log, .. }
            | ServerError::NotReady { log, .. } => Some(log),
            _ => None,
        }
    }
}
