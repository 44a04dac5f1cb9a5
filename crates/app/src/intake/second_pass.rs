//! The second pass over a file handed in: the accepted rows become records, chunk by chunk.
//!
//! One thread reads and makes the rows ready, the other lands them: the next chunk is read while
//! the database takes this one. Two chunks are in memory, never more.

use super::{
    Fate, Input, Progress, SHOWN, TRIED_ROWS,
    candidate::{Candidate, Checked},
    first_pass::FirstPass,
    import::FileCopy,
    land::{At, Landing},
};
use crate::{
    Act, AppResult, Ctx, check,
    person::{PersonCandidate, PersonKey},
};
use std::sync::mpsc::{Receiver, SyncSender, sync_channel};
use xinheng_checker::{CheckedRow, Checker, Verdict};
use xinheng_domain::{batch::Counters, finding::Finding};
use xinheng_exchange::check::{Sink, SinkError};
use xinheng_store::batch;

/// Rows that land in one transaction at most: less than a tenth of a second.
const CHUNK: usize = 4000;
/// Rows of the first transaction; each next one takes twice as many, up to [`CHUNK`].
const FIRST_CHUNK: usize = 100;

/// Rows of a chunk, by its number alone: a run that goes on after an interruption cuts the file
/// at the same places. The first ones are small, so that a small file holds the database briefly.
fn chunk_rows(number: u64) -> usize {
    let doubled = u32::try_from(number)
        .ok()
        .and_then(|n| FIRST_CHUNK.checked_shl(n.min(16)));
    doubled.map_or(CHUNK, |rows| rows.min(CHUNK))
}

/// What the second pass learns.
pub(super) struct SecondPass {
    /// Chunks that had landed before.
    pub(super) resumed: u64,
    /// Rows that could not land after all, at most [`SHOWN`].
    pub(super) refused: Vec<Finding>,
    /// Sums over the chunks that landed, or would have, in this run.
    pub(super) counters: Counters,
    /// What would become of the first [`TRIED_ROWS`] rows of a try, by line or spreadsheet row.
    pub(super) fates: Vec<(u64, Fate)>,
}

/// Rows that land together.
struct Chunk {
    number: u64,
    rows: Vec<Candidate>,
    persons: Vec<PersonCandidate>,
    counters: Counters,
    /// Rows of the file, whatever became of them.
    seen: u64,
    /// Landed by an earlier run.
    done: bool,
}

impl SecondPass {
    /// Reads the file again and lands its accepted rows.
    ///
    /// # Errors
    /// The file cannot be read; faults of the store. What has landed by then stays staged.
    pub(super) fn run(
        ctx: &Ctx<'_>,
        input: Input<'_>,
        copy: &FileCopy,
        first: &FirstPass,
        landing: &Landing<'_>,
        progress: &mut dyn FnMut(Progress),
    ) -> AppResult<Self> {
        let done = if landing.dry_run {
            Vec::new()
        } else {
            ctx.load(Act::BatchLand, |conn| {
                Ok(batch::chunks_done(conn, landing.batch)?)
            })?
        };
        let (checker, at, key) = (landing.checker, landing.at, landing.person_key);
        std::thread::scope(|scope| {
            let (send, chunks) = sync_channel(0);
            let reader = scope.spawn(move || {
                let mut sink = Cut {
                    first,
                    at,
                    key,
                    done: &done,
                    chunk: Chunk::new(0, &done),
                    send,
                };
                read(checker, input, copy, &mut sink)
            });
            // The receiver ends with the landing, also with a failed one: then the reader stops.
            let landed = Self::land(landing, first.summary.rows, chunks, progress);
            let read = reader
                .join()
                .unwrap_or_else(|panic| std::panic::resume_unwind(panic));
            let learnt = landed?;
            read?;
            Ok(learnt)
        })
    }

    fn land(
        landing: &Landing<'_>,
        rows: u64,
        chunks: Receiver<Chunk>,
        progress: &mut dyn FnMut(Progress),
    ) -> AppResult<Self> {
        let mut learnt = Self {
            resumed: 0,
            refused: Vec::new(),
            counters: Counters::default(),
            fates: Vec::new(),
        };
        let mut landed = 0;
        for chunk in chunks {
            landed += chunk.seen;
            if chunk.done {
                learnt.resumed += 1;
            } else {
                let rows = (chunk.rows.as_slice(), chunk.persons.as_slice());
                let landed = landing.chunk(chunk.number, rows, chunk.counters)?;
                learnt.counters += landed.counters;
                let room = SHOWN.saturating_sub(learnt.refused.len());
                learnt.refused.extend(landed.refused.into_iter().take(room));
                let room = TRIED_ROWS.saturating_sub(learnt.fates.len());
                learnt.fates.extend(landed.fates.into_iter().take(room));
            }
            progress(Progress::Landed(landed, rows));
        }
        Ok(learnt)
    }
}

/// Reads the file to its end, or until nobody takes the chunks any more.
fn read(checker: &Checker, input: Input<'_>, copy: &FileCopy, sink: &mut Cut<'_>) -> AppResult<()> {
    // The register was asked in the first pass; asked again it might answer otherwise, since the
    // first chunks have made provisional subjects.
    check::opened(checker, copy.read()?, input.as_check(), None, sink)?;
    sink.flush().map_err(check::unbox)
}

impl Chunk {
    fn new(number: u64, done: &[u64]) -> Self {
        Self {
            number,
            rows: Vec::with_capacity(chunk_rows(number)),
            persons: Vec::new(),
            counters: Counters::default(),
            seen: 0,
            done: done.binary_search(&number).is_ok(),
        }
    }
}

/// Cuts the rows into chunks.
struct Cut<'a> {
    first: &'a FirstPass,
    at: &'a At<'a>,
    key: Option<&'a PersonKey>,
    done: &'a [u64],
    chunk: Chunk,
    send: SyncSender<Chunk>,
}

/// Landing has failed, and says why itself.
#[derive(Debug, thiserror::Error)]
#[error("行已不再入库")]
struct NobodyLands;

impl Cut<'_> {
    fn flush(&mut self) -> Result<(), SinkError> {
        if self.chunk.seen == 0 {
            return Ok(());
        }
        let next = Chunk::new(self.chunk.number + 1, self.done);
        let full = std::mem::replace(&mut self.chunk, next);
        self.send.send(full).map_err(|_| NobodyLands.into())
    }
}

impl Sink for Cut<'_> {
    fn finding(&mut self, _: &Finding) -> Result<(), SinkError> {
        // Kept by the first pass.
        Ok(())
    }

    fn row(&mut self, row: &CheckedRow<'_>) -> Result<(), SinkError> {
        let chunk = &mut self.chunk;
        chunk.seen += 1;
        chunk.counters.reported += 1;
        match row.verdict() {
            Verdict::SetAside => {
                chunk.counters.set_aside += 1;
                if let Some(key) = self.key.filter(|_| !chunk.done && !row.has_refusal()) {
                    chunk.persons.push(PersonCandidate::of(row, key)?);
                }
            }
            Verdict::Accepted { .. } if !self.first.out.has(row.number()) => {
                let checked = Checked {
                    warned: self.first.warned.has(row.number()),
                    linked: self.first.linked.has(row.number()),
                };
                chunk.counters.warned += u64::from(checked.warned);
                if !chunk.done {
                    chunk.rows.push(Candidate::of(row, checked, self.at)?);
                }
            }
            Verdict::Accepted { .. } | Verdict::Refused => chunk.counters.refused += 1,
        }
        if chunk.seen == chunk_rows(chunk.number) as u64 {
            self.flush()
        } else {
            Ok(())
        }
    }
}
