//! The rows of one batch, generated in order and encoded as COPY BINARY wants
//! them: a 2-byte field count, then the cells.

use super::digest::{Digest, row_hash};
use super::draw::below;
use super::plan::{Generator, Part, Source, Table, put_text_body};
use super::tenant::{Origin, Tenant};
use super::{Column, cell, clock};
use bytes::{BufMut, BytesMut};
use rand_xoshiro::Xoshiro256PlusPlus;
use rand_xoshiro::rand_core::{Rng, SeedableRng};
use xxhash_rust::xxh3::xxh3_64;

/// Generates a batch's rows one after the other.
pub struct BatchRows<'a> {
    table: &'a Table,
    tenant: &'a Tenant,
    batch_no: i32,
    rows: u32,
    next_row: u32,
    rng: Xoshiro256PlusPlus,
    clock: clock::Clock,
    digest: Digest,
}

impl<'a> BatchRows<'a> {
    /// The rows `0..rows` of batch `batch_no` of `tenant`.
    pub fn new(
        table: &'a Table,
        origin: &Origin,
        tenant: &'a Tenant,
        batch_no: i32,
        rows: u32,
    ) -> BatchRows<'a> {
        let material = origin.material("batch", [tenant.no, batch_no]);
        BatchRows {
            table,
            tenant,
            batch_no,
            rows,
            next_row: 0,
            rng: Xoshiro256PlusPlus::seed_from_u64(xxh3_64(&material)),
            clock: clock::Clock::new(),
            digest: Digest::default(),
        }
    }

    /// Appends the next row to `buf` and returns its hash; None after the last.
    pub fn encode_next(&mut self, buf: &mut BytesMut) -> Option<u128> {
        if self.next_row == self.rows {
            return None;
        }
        buf.put_i16(self.table.sent_columns() as i16);
        let cells = buf.len();
        for column in &self.table.columns {
            self.encode_cell(column, buf);
        }
        self.next_row += 1;
        let hash = row_hash(&buf[cells..]);
        self.digest.add(hash);
        if self.table.clock_key.is_some() {
            cell::put_uuid(buf, self.clock.uuid_v7());
        }
        Some(hash)
    }

    /// How many rows have been encoded.
    pub fn encoded(&self) -> u32 {
        self.next_row
    }

    /// The digest of the rows encoded so far.
    pub fn digest(&self) -> Digest {
        self.digest
    }

    fn encode_cell(&mut self, column: &Column, buf: &mut BytesMut) {
        match &column.generator {
            Generator::BatchNo => cell::put_int4(buf, self.batch_no),
            Generator::RowNo => cell::put_int4(buf, self.next_row as i32),
            Generator::TenantId => cell::put_uuid(buf, *self.tenant.id.as_bytes()),
            Generator::TenantRegion => cell::put_text(buf, self.tenant.region.as_str()),
            Generator::UuidV4 => {
                let high = u128::from(self.rng.next_u64()) << 64;
                let random = (high | u128::from(self.rng.next_u64())).to_be_bytes();
                let uuid = uuid::Builder::from_random_bytes(random).into_uuid();
                cell::put_uuid(buf, uuid.into_bytes());
            }
            Generator::Timestamp { from_us, span_us } => {
                let offset = (u128::from(self.rng.next_u64()) * u128::from(*span_us)) >> 64;
                cell::put_timestamptz(buf, from_us + offset as i64);
            }
            Generator::Choice(source) => buf.extend_from_slice(self.draw(source)),
            Generator::Elements { source, min, max } => {
                let elements = min + below(&mut self.rng, max - min + 1);
                let at = cell::open(buf);
                cell::put_text_array_header(buf, elements);
                for _ in 0..elements {
                    buf.extend_from_slice(self.draw(source));
                }
                cell::close(buf, at);
            }
            Generator::Text(parts) => {
                let at = cell::open(buf);
                parts.iter().for_each(|part| self.encode_part(part, buf));
                cell::close(buf, at);
            }
        }
    }

    fn encode_part(&mut self, part: &Part, buf: &mut BytesMut) {
        match part {
            Part::Literal(text) => buf.extend_from_slice(text.as_bytes()),
            Part::Choice(source) => put_text_body(buf, self.draw(source)),
            Part::Digits(digits) => {
                // One draw for all: a number below 10^digits, its digits last to first.
                let at = buf.len();
                buf.put_bytes(b'0', *digits);
                let mut number = below(&mut self.rng, 10usize.pow(*digits as u32));
                for place in buf[at..].iter_mut().rev() {
                    *place += (number % 10) as u8;
                    number /= 10;
                }
            }
        }
    }

    fn draw<'s>(&mut self, source: &'s Source) -> &'s [u8] {
        let dictionary = match source {
            Source::Shared(shared) => shared,
            Source::ByRegion(regions) => &regions[self.tenant.region as usize],
            Source::ByIndustry(industries) => &industries[self.tenant.industry as usize],
        };
        dictionary.cell(below(&mut self.rng, dictionary.len()))
    }
}
