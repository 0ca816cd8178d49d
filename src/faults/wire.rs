//! How the protocol frames its messages: as much of it as a cut needs.
//! Source: "Message Formats" in the PostgreSQL documentation.

/// Walks over framed messages across reads, keeping of each its type and the
/// first number in a BackendKeyData.
#[derive(Default)]
struct Messages {
    head: [u8; 9],
    have: usize,
    skip: usize,
}

impl Messages {
    fn next(&mut self, bytes: &mut &[u8]) -> Option<(u8, i32)> {
        loop {
            let skipped = self.skip.min(bytes.len());
            self.skip -= skipped;
            *bytes = &bytes[skipped..];
            let (byte, rest) = bytes.split_first()?;
            *bytes = rest;
            self.head[self.have] = *byte;
            self.have += 1;
            let [kind, l1, l2, l3, l4, n1, n2, n3, n4] = self.head;
            let needed = if kind == b'K' { 9 } else { 5 };
            if self.have == needed {
                let length = u32::from_be_bytes([l1, l2, l3, l4]) as usize + 1;
                self.skip = length.saturating_sub(needed);
                self.have = 0;
                return Some((kind, i32::from_be_bytes([n1, n2, n3, n4])));
            }
        }
    }

    fn at_boundary(&self) -> bool {
        self.have == 0 && self.skip == 0
    }
}

/// Looks for the backend's pid in what the server says first.
#[derive(Default)]
pub(super) struct Startup {
    messages: Messages,
    begun: bool,
}

impl Startup {
    pub(super) fn pid(&mut self, mut bytes: &[u8]) -> Option<i32> {
        // A request for encryption is refused by one bare byte.
        while !self.begun && bytes.first() == Some(&b'N') {
            bytes = &bytes[1..];
        }
        self.begun |= !bytes.is_empty();
        std::iter::from_fn(|| self.messages.next(&mut bytes))
            .find_map(|(kind, number)| (kind == b'K').then_some(number))
    }
}

/// Looks for the end of a reply: ReadyForQuery, or the server wanting COPY
/// data. A notice may come long before the commit is done, and the reply to a
/// closed statement may come first; neither is an end.
#[derive(Default)]
pub(super) struct Reply {
    messages: Messages,
    closes: bool,
    answers: bool,
}

impl Reply {
    pub(super) fn ends(&mut self, mut bytes: &[u8]) -> bool {
        while let Some((kind, _)) = self.messages.next(&mut bytes) {
            match kind {
                b'Z' if self.closes && !self.answers => self.closes = false,
                b'Z' | b'G' | b'W' => return true,
                b'3' => self.closes = true,
                b'N' | b'A' | b'S' => {}
                _ => self.answers = true,
            }
        }
        false
    }
}

/// Whether these bytes from a client are Close and Sync messages alone.
pub(super) fn only_closes(mut bytes: &[u8]) -> bool {
    let (mut messages, mut closes) = (Messages::default(), false);
    while let Some((kind, _)) = messages.next(&mut bytes) {
        match kind {
            b'C' => closes = true,
            b'S' => {}
            _ => return false,
        }
    }
    closes && messages.at_boundary()
}
