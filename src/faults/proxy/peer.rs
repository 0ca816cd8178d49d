//! Whose the other end of a TCP connection on this machine is: a private
//! server trusts whoever reaches its socket, so a TCP port that leads there
//! may let in this process' user alone.

use std::io;
use std::net::{SocketAddr, SocketAddrV4};

/// Whether the socket at `peer`, connected to us at `local`, is this user's.
///
/// # Errors
/// Where the system doesn't say.
pub(super) fn is_ours(peer: SocketAddr, local: SocketAddr) -> io::Result<bool> {
    let (SocketAddr::V4(peer), SocketAddr::V4(local)) = (peer, local) else { return Ok(false) };
    let table = std::fs::read_to_string("/proc/net/tcp")?;
    let ours = rustix::process::geteuid().as_raw();
    Ok(owner(&table, peer, local) == Some(ours))
}

/// The user whose socket at `from` is connected to `to`. Source: proc_net_tcp
/// in the kernel's documentation: addresses as the machine stores them.
fn owner(table: &str, from: SocketAddrV4, to: SocketAddrV4) -> Option<u32> {
    let written = |address: SocketAddrV4| {
        format!("{:08X}:{:04X}", u32::from_ne_bytes(address.ip().octets()), address.port())
    };
    let (from, to) = (written(from), written(to));
    table.lines().find_map(|line| {
        let words: Vec<_> = line.split_whitespace().collect();
        (words.get(1) == Some(&from.as_str()) && words.get(2) == Some(&to.as_str()))
            .then(|| words.get(7)?.parse().ok())?
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_owner_is_that_of_the_connection_and_no_other() {
        let written = |address: [u8; 4]| format!("{:08X}", u32::from_ne_bytes(address));
        let home = written([127, 0, 0, 1]);
        let table = format!(
            "  sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid  timeout inode\n\
             \x20  0: {home}:1538 00000000:0000 0A 00000000:00000000 00:00000000 00000000   103        0 17\n\
             \x20  1: {home}:C000 {home}:1538 01 00000000:00000000 00:00000000 00000000  1001        0 18\n"
        );
        let at = |port| SocketAddrV4::new([127, 0, 0, 1].into(), port);
        assert_eq!(owner(&table, at(0xc000), at(0x1538)), Some(1001));
        assert_eq!(owner(&table, at(0x1538), at(0xc000)), None);
        assert_eq!(owner(&table, at(0xc001), at(0x1538)), None);
    }
}
