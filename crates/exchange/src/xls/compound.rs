//! The container of old workbooks: a small file system in sectors (MS-CFB).
//!
//! Nothing in it is believed: a chain that leaves the file or runs in a circle is damage.

use crate::{
    fault::{FaultKind, FileFault, Stop},
    limits,
};
use std::io::{self, Read, Seek, SeekFrom};

/// From here on a number of a sector means something else: the end, free, reserved.
const LAST_SECTOR: u32 = 0xFFFF_FFFA;
/// Streams below this size lie in small sectors inside one stream of the container.
const SMALL_STREAM: u64 = 4096;
/// Bytes of a small sector.
const SMALL_SECTOR: u64 = 64;
/// Bytes of an entry of the directory.
const ENTRY: usize = 128;

/// An open container.
pub(super) struct Compound<R> {
    input: R,
    sector: u64,
    size: u64,
    /// The sector that follows each.
    next: Vec<u32>,
    small_next: Vec<u32>,
    entries: Vec<Entry>,
    /// Sectors of the stream that holds the small sectors.
    small: Vec<u32>,
}

struct Entry {
    name: String,
    start: u32,
    size: u64,
}

/// Where the bytes of a stream lie.
#[derive(Debug, Clone)]
pub(super) struct Stream {
    /// Places in the file, in the stream's order.
    places: Vec<u64>,
    /// Bytes at each place.
    piece: u64,
    /// Bytes of the stream.
    pub(super) size: u64,
}

impl Stream {
    /// Bytes that lie in the file without a gap from the piece at `index` on: most streams lie
    /// whole, and are read in few steps.
    fn run(&self, index: usize) -> u64 {
        const MOST: usize = 256;
        let places = self.places.get(index..).unwrap_or_default();
        let follow = |pair: &&[u64]| matches!(pair, [a, b] if a + self.piece == *b);
        let more = places.windows(2).take(MOST).take_while(follow).count();
        (more as u64 + 1) * self.piece
    }
}

fn damaged(what: &str) -> FileFault {
    FaultKind::Damaged.whole().met(what)
}

impl<R: Read + Seek> Compound<R> {
    /// Reads header, tables and directory.
    pub(super) fn open(mut input: R) -> Result<Self, Stop> {
        let size = input.seek(SeekFrom::End(0))?;
        if size > limits::COMPOUND_BYTES {
            let most = format!("{}兆字节", limits::COMPOUND_BYTES >> 20);
            let met = format!("{}兆字节", size >> 20);
            return Err(FaultKind::TooLarge.whole().met(&met).expecting(most).into());
        }
        input.seek(SeekFrom::Start(0))?;
        let mut head = [0; 512];
        read_exact(&mut input, &mut head, "文件头不完整")?;
        let sector = match number(&head, 30, 2) {
            9 => 512,
            12 => 4096,
            _ => return Err(damaged("扇区大小不合规范").into()),
        };
        let mut compound = Self {
            input,
            sector,
            size,
            next: Vec::new(),
            small_next: Vec::new(),
            entries: Vec::new(),
            small: Vec::new(),
        };
        compound.tables(&head)?;
        let directory = compound.chain(number(&head, 48, 4) as u32)?;
        let directory = compound.whole(&directory)?;
        compound.entries = directory.chunks_exact(ENTRY).filter_map(entry).collect();
        let root = compound.entries.first().map(|e| e.start);
        if let Some(root) = root.filter(|root| *root < LAST_SECTOR) {
            compound.small = compound.chain(root)?;
            let table = number(&head, 60, 4) as u32;
            if table < LAST_SECTOR {
                let table = compound.chain(table)?;
                compound.small_next = words(&compound.whole(&table)?);
            }
        }
        Ok(compound)
    }

    /// The table of sectors, by the list of its own sectors: 109 in the header, the rest in a
    /// chain.
    fn tables(&mut self, head: &[u8]) -> Result<(), Stop> {
        let sectors = self.size / self.sector + 1;
        let mut list = words(head.get(76..).unwrap_or_default());
        let mut more = number(head, 68, 4) as u32;
        let mut seen = 0;
        while more < LAST_SECTOR {
            let mut block = words(&self.whole(&[more])?);
            more = block.pop().unwrap_or(u32::MAX);
            list.append(&mut block);
            seen += 1;
            if seen > sectors {
                return Err(damaged("扇区表首尾相接").into());
            }
        }
        list.retain(|s| *s < LAST_SECTOR);
        if list.len() as u64 > sectors {
            return Err(damaged("扇区表过长").into());
        }
        self.next = words(&self.whole(&list)?);
        Ok(())
    }

    /// The sectors from `start` to the end of their chain.
    fn chain(&self, start: u32) -> Result<Vec<u32>, FileFault> {
        follow(start, &self.next, self.size / self.sector + 1)
    }

    /// The bytes of sectors. A last sector that the file cuts off counts as far as it goes.
    fn whole(&mut self, sectors: &[u32]) -> Result<Vec<u8>, Stop> {
        let mut bytes = Vec::new();
        for sector in sectors {
            let at = self.place(*sector);
            self.input.seek(SeekFrom::Start(at))?;
            let before = bytes.len();
            self.input
                .by_ref()
                .take(self.sector)
                .read_to_end(&mut bytes)?;
            if bytes.len() == before {
                return Err(damaged("扇区在文件之外").into());
            }
        }
        Ok(bytes)
    }

    fn place(&self, sector: u32) -> u64 {
        (u64::from(sector) + 1) * self.sector
    }

    /// Whether there is a stream of this name.
    pub(super) fn has(&self, name: &str) -> bool {
        self.entries
            .iter()
            .any(|e| e.name.eq_ignore_ascii_case(name))
    }

    /// The stream of this name.
    pub(super) fn stream(&self, name: &str) -> Result<Option<Stream>, FileFault> {
        let mut entries = self.entries.iter();
        let Some(entry) = entries.find(|e| e.name.eq_ignore_ascii_case(name)) else {
            return Ok(None);
        };
        if entry.size > self.size {
            return Err(damaged("数据流长于文件"));
        }
        let (piece, places) = if entry.size < SMALL_STREAM {
            let most = self.small.len() as u64 * self.sector / SMALL_SECTOR;
            let chain = follow(entry.start, &self.small_next, most + 1)?;
            let place = |small: &u32| {
                let at = u64::from(*small) * SMALL_SECTOR;
                let sector = self.small.get((at / self.sector) as usize)?;
                Some(self.place(*sector) + at % self.sector)
            };
            let places: Option<Vec<u64>> = chain.iter().map(place).collect();
            (
                SMALL_SECTOR,
                places.ok_or_else(|| damaged("小扇区在文件之外"))?,
            )
        } else {
            let chain = self.chain(entry.start)?;
            let places = chain.iter().map(|s| self.place(*s)).collect();
            (self.sector, places)
        };
        if (places.len() as u64) * piece < entry.size {
            return Err(damaged("数据流不完整"));
        }
        Ok(Some(Stream {
            places,
            piece,
            size: entry.size,
        }))
    }

    /// Fills `out` with the stream's bytes from `at`; fewer at its end.
    pub(super) fn read_at(
        &mut self,
        stream: &Stream,
        mut at: u64,
        out: &mut [u8],
    ) -> io::Result<usize> {
        let mut filled = 0;
        while filled < out.len() && at < stream.size {
            let Some(place) = stream.places.get((at / stream.piece) as usize) else {
                break;
            };
            let within = at % stream.piece;
            let run = stream.run((at / stream.piece) as usize);
            let left = (run - within).min(stream.size - at) as usize;
            let end = out.len().min(filled + left);
            let free = out.get_mut(filled..end).unwrap_or_default();
            self.input.seek(SeekFrom::Start(place + within))?;
            let read = self.input.read(free)?;
            if read == 0 {
                break;
            }
            filled += read;
            at += read as u64;
        }
        Ok(filled)
    }
}

fn follow(start: u32, next: &[u32], most: u64) -> Result<Vec<u32>, FileFault> {
    let mut chain = Vec::new();
    let mut sector = start;
    while sector < LAST_SECTOR {
        chain.push(sector);
        if chain.len() as u64 > most {
            return Err(damaged("扇区链首尾相接"));
        }
        let following = next.get(sector as usize).copied();
        sector = following.ok_or_else(|| damaged("扇区链指向文件之外"))?;
    }
    Ok(chain)
}

fn entry(bytes: &[u8]) -> Option<Entry> {
    let length = (number(bytes, 64, 2) as usize).checked_sub(2)?;
    let name = bytes.get(..length.min(64))?;
    let units = name.chunks_exact(2).map(|c| number(c, 0, 2) as u16);
    Some(Entry {
        name: String::from_utf16_lossy(&units.collect::<Vec<_>>()),
        start: number(bytes, 116, 4) as u32,
        // The upper half is rubbish in files of the old version.
        size: number(bytes, 120, 4),
    })
}

/// A number of up to eight bytes, least first; 0 beyond the end.
pub(super) fn number(bytes: &[u8], at: usize, length: usize) -> u64 {
    let bytes = bytes.get(at..at + length).unwrap_or_default();
    bytes
        .iter()
        .rev()
        .fold(0, |number, byte| number << 8 | u64::from(*byte))
}

fn words(bytes: &[u8]) -> Vec<u32> {
    let chunks = bytes.chunks_exact(4);
    chunks.map(|c| number(c, 0, 4) as u32).collect()
}

fn read_exact<R: Read>(input: &mut R, out: &mut [u8], what: &str) -> Result<(), Stop> {
    match input.read_exact(out) {
        Ok(()) => Ok(()),
        Err(e) if e.kind() == io::ErrorKind::UnexpectedEof => Err(damaged(what).into()),
        Err(e) => Err(e.into()),
    }
}
