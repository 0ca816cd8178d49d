//! `copy-text`: COPY … FROM STDIN in text format, the form that `psql \copy`
//! and most tools send.

use super::copy_binary::{CHUNK_BYTES, SLACK_BYTES};
use super::{Destination, Write};
use crate::table::text_form::put_copy_text;
use crate::table::{BatchRows, SqlType, cell};
use bytes::{BufMut, Bytes, BytesMut};
use futures_util::{SinkExt, pin_mut};
use tokio_postgres::{CopyInSink, Error};

pub(super) struct CopyText;

impl Write for CopyText {
    async fn write(to: &Destination<'_>, rows: &mut BatchRows<'_>) -> Result<u64, Error> {
        let statement = format!("COPY {} ({}) FROM STDIN", to.relation(), to.table.sent_list());
        let sink: CopyInSink<Bytes> = to.client.copy_in(&statement).await?;
        pin_mut!(sink);
        to.before_data();
        let types = to.table.sent_types();
        let mut cells = BytesMut::with_capacity(SLACK_BYTES);
        let mut text = BytesMut::with_capacity(CHUNK_BYTES + SLACK_BYTES);
        loop {
            let more = fill(rows, &types, &mut cells, &mut text);
            to.sending(text.len()).await;
            sink.feed(text.split().freeze()).await?;
            if !more {
                return sink.finish().await;
            }
            text.reserve(CHUNK_BYTES + SLACK_BYTES);
        }
    }
}

/// Writes rows as lines until the chunk is full. False after the last row.
fn fill(
    rows: &mut BatchRows<'_>,
    types: &[SqlType],
    cells: &mut BytesMut,
    text: &mut BytesMut,
) -> bool {
    while text.len() < CHUNK_BYTES {
        cells.clear();
        if rows.encode_next(cells).is_none() {
            return false;
        }
        for (index, (bytes, sql_type)) in cell::split(&cells[2..]).zip(types).enumerate() {
            if index > 0 {
                text.put_u8(b'\t');
            }
            put_copy_text(text, *sql_type, bytes);
        }
        text.put_u8(b'\n');
    }
    true
}
