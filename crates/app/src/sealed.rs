//! A file that is kept for a while under a key of its own, which is in memory alone: who finds it
//! on the disk reads nothing, and with the process the key is gone. SM4-GCM, as elsewhere.

use crate::{AppError, AppResult};
use aes_gcm::{
    AesGcm, Key, KeyInit as _, Nonce,
    aead::{Aead as _, consts::U12},
};
use sm4::Sm4;
use std::io::{self, Read, Write};

/// Bytes that are sealed at a time, so that a large file takes no memory.
const BLOCK: u64 = 1 << 16;
/// The same with what seals them.
pub const SEALED_BLOCK: u64 = BLOCK + 16;

type Cipher = AesGcm<Sm4, U12>;

/// The key of a sealed file, and how much is in it.
pub struct SealedFile {
    cipher: Cipher,
    blocks: u64,
}

impl SealedFile {
    /// Seals all that `from` holds into `to`.
    ///
    /// # Errors
    /// The system gives no random bytes; reading or writing fails.
    pub fn write(from: &mut impl Read, to: &mut impl Write) -> AppResult<Self> {
        let mut key = Key::<Cipher>::default();
        getrandom::fill(&mut key)
            .map_err(|e| AppError::Fault(format!("系统不能提供随机数：{e}")))?;
        let mut sealed = Self {
            cipher: Cipher::new(&key),
            blocks: 0,
        };
        loop {
            let mut block = Vec::new();
            let read = from.by_ref().take(BLOCK).read_to_end(&mut block);
            if read.map_err(crate::intake::temporary)? == 0 {
                return Ok(sealed);
            }
            let block = sealed.cipher.encrypt(&nonce(sealed.blocks), &*block);
            let block = block.map_err(|_| AppError::Fault("内容不能加密".to_owned()))?;
            to.write_all(&block).map_err(crate::intake::temporary)?;
            sealed.blocks += 1;
        }
    }

    /// How many blocks the file has.
    #[must_use]
    pub const fn blocks(&self) -> u64 {
        self.blocks
    }

    /// Opens the block with this number, from 0, as it stands in the file.
    ///
    /// # Errors
    /// It is another block, or not what was sealed.
    pub fn open(&self, number: u64, block: &[u8]) -> io::Result<Vec<u8>> {
        let opened = self.cipher.decrypt(&nonce(number), block);
        opened.map_err(|_| io::Error::new(io::ErrorKind::InvalidData, "a sealed block was changed"))
    }
}

/// The key is for one file, so its blocks are told apart by their number.
fn nonce(number: u64) -> Nonce<U12> {
    let mut nonce = Nonce::default();
    for (to, from) in nonce.iter_mut().zip(number.to_le_bytes()) {
        *to = from;
    }
    nonce
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "in tests")]
    use super::*;

    #[test]
    fn what_is_sealed_is_opened_block_by_block_and_in_its_order() {
        for size in [0, 1, BLOCK - 1, BLOCK, BLOCK + 1, 3 * BLOCK] {
            let plain: Vec<u8> = (0..size).map(|n| (n % 251) as u8).collect();
            let mut kept = Vec::new();
            let sealed = SealedFile::write(&mut &*plain, &mut kept).unwrap();
            assert_eq!(sealed.blocks(), size.div_ceil(BLOCK));
            let blocks: Vec<&[u8]> = kept.chunks(SEALED_BLOCK as usize).collect();
            let opened = (0..).zip(&blocks).map(|(n, b)| sealed.open(n, b).unwrap());
            assert_eq!(opened.collect::<Vec<_>>().concat(), plain, "{size}");
            let Some(first) = blocks.first() else {
                continue;
            };
            assert!(sealed.open(1, first).is_err(), "in another place");
            let mut changed = first.to_vec();
            changed[0] ^= 1;
            assert!(sealed.open(0, &changed).is_err(), "changed");
            let other = SealedFile::write(&mut &*plain, &mut io::sink()).unwrap();
            assert!(other.open(0, first).is_err(), "with another key");
        }
        // Nothing of it can be read on the disk.
        let mut kept = Vec::new();
        SealedFile::write(&mut &b"91990100MA0X00015X".repeat(100)[..], &mut kept).unwrap();
        assert!(!kept.windows(8).any(|w| w == b"91990100"));
    }
}
