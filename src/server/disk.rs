//! A file system in memory for a server's data, which the guard and its server
//! alone see. It can be made as small as what lies on it, so that the server
//! runs out of space, and large again; it is gone with the last of its processes.

#[cfg(target_os = "linux")]
pub(super) use linux::{Disk, go_apart};
#[cfg(not(target_os = "linux"))]
pub(super) use nowhere::{Disk, go_apart};

#[cfg(target_os = "linux")]
mod linux {
    use rustix::fs::statvfs;
    use rustix::io::Errno;
    use rustix::mount::{
        MountFlags, MountPropagationFlags, UnmountFlags, mount, mount_change, mount_remount,
        unmount,
    };
    use rustix::process::{getegid, geteuid};
    use rustix::thread::UnshareFlags;
    use std::ffi::CString;
    use std::path::{Path, PathBuf};

    /// Space that is left on a full one. It can't be less than is used, and the
    /// server may be writing while that is looked up.
    const LEFT_BYTES: u64 = 64 << 10;

    /// How often it is tried to be made smaller while the server writes on.
    const TRIES: u32 = 100;

    const FLAGS: MountFlags = MountFlags::NOSUID.union(MountFlags::NODEV);

    /// Takes this process to where its mounts are seen by itself and its
    /// children alone. An ordinary user becomes the administrator of a
    /// namespace with no other user in it. To be called while there is one thread.
    pub(in crate::server) fn go_apart() -> Result<(), String> {
        let (uid, gid) = (geteuid(), getegid());
        let mut apart = UnshareFlags::NEWNS;
        if !uid.is_root() {
            apart |= UnshareFlags::NEWUSER;
        }
        // Deprecated for what UnshareFlags::FILES would do.
        #[expect(deprecated)]
        rustix::thread::unshare(apart).map_err(|e| format!("unshare: {e}"))?;
        if !uid.is_root() {
            for (file, text) in [
                ("setgroups", "deny".to_owned()),
                ("uid_map", format!("{0} {0} 1", uid.as_raw())),
                ("gid_map", format!("{0} {0} 1", gid.as_raw())),
            ] {
                let path = format!("/proc/self/{file}");
                std::fs::write(&path, text).map_err(|e| format!("{path}: {e}"))?;
            }
        }
        let private = MountPropagationFlags::PRIVATE | MountPropagationFlags::REC;
        mount_change("/", private).map_err(|e| format!("mount --make-rprivate /: {e}"))
    }

    /// The file system, mounted.
    pub(in crate::server) struct Disk {
        at: PathBuf,
        bytes: u64,
    }

    impl Disk {
        /// Mounts one of `mb` MiB at an empty directory. It takes as much memory
        /// as is written to it.
        pub(in crate::server) fn mount(at: &Path, mb: u64) -> Result<Disk, String> {
            let bytes = mb << 20;
            let options = CString::new(format!("size={bytes},mode=0700"));
            let options = options.map_err(|e| e.to_string())?;
            mount("tmpfs", at, "tmpfs", FLAGS, options.as_c_str())
                .map_err(|e| format!("mount tmpfs: {e}"))?;
            Ok(Disk { at: at.to_owned(), bytes })
        }

        /// Makes it as small as what is used of it, and some pages.
        pub(in crate::server) fn fill(&self) -> Result<(), String> {
            for _ in 1..TRIES {
                let now = statvfs(&self.at).map_err(|e| format!("statvfs: {e}"))?;
                let used_bytes = (now.f_blocks - now.f_bfree) * now.f_frsize;
                match self.resize(used_bytes + LEFT_BYTES) {
                    // More is used by now.
                    Err(Errno::INVAL) => {}
                    done => return done.map_err(|e| format!("remount: {e}")),
                }
            }
            Err("remount: the server writes faster than its disk can be made smaller".to_owned())
        }

        /// Makes it as large as it was.
        pub(in crate::server) fn empty(&self) -> Result<(), String> {
            self.resize(self.bytes).map_err(|e| format!("remount: {e}"))
        }

        fn resize(&self, bytes: u64) -> rustix::io::Result<()> {
            mount_remount(&self.at, FLAGS, format!("size={bytes}"))
        }
    }

    impl Drop for Disk {
        fn drop(&mut self) {
            // Where it fails, the namespace's end does it.
            let _ = unmount(&self.at, UnmountFlags::DETACH);
        }
    }
}

#[cfg(not(target_os = "linux"))]
mod nowhere {
    use std::path::Path;

    const NO: &str = "only Linux has mounts that one process alone sees";

    pub(in crate::server) fn go_apart() -> Result<(), String> {
        Err(NO.to_owned())
    }

    /// There is none.
    pub(in crate::server) struct Disk;

    impl Disk {
        pub(in crate::server) fn mount(_at: &Path, _mb: u64) -> Result<Disk, String> {
            Err(NO.to_owned())
        }

        pub(in crate::server) fn fill(&self) -> Result<(), String> {
            Err(NO.to_owned())
        }

        pub(in crate::server) fn empty(&self) -> Result<(), String> {
            Err(NO.to_owned())
        }
    }
}
