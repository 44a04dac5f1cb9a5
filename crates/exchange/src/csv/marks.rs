//! Finds the bytes that give a text file its structure, sixteen at a time.

/// Bytes looked at in one step.
const STEP: usize = 16;

/// Lists the places of the delimiter, line feeds, carriage returns and quotation marks.
pub(super) fn find(buffer: &[u8], delimiter: u8, marks: &mut Vec<u32>) {
    marks.clear();
    let (steps, rest) = buffer.as_chunks::<STEP>();
    let mut base = 0;
    for step in steps {
        let mut mask = mask(step, delimiter);
        while mask != 0 {
            marks.push(base + mask.trailing_zeros());
            mask &= mask - 1;
        }
        base += STEP as u32;
    }
    for (place, &byte) in (base..).zip(rest) {
        if is_mark(byte, delimiter) {
            marks.push(place);
        }
    }
}

const fn is_mark(byte: u8, delimiter: u8) -> bool {
    (byte == delimiter) | (byte == b'\n') | (byte == b'\r') | (byte == b'"')
}

/// One bit for each mark. The comparisons become vector code; each half of eight flags is then
/// gathered into eight bits by one multiplication.
#[inline]
fn mask(step: &[u8; STEP], delimiter: u8) -> u32 {
    let flags = step.map(|byte| u8::from(is_mark(byte, delimiter)));
    let (halves, _) = flags.as_chunks::<8>();
    let gather = |half: &[u8; 8]| {
        let bits = u64::from_le_bytes(*half).wrapping_mul(0x0102_0408_1020_4080) >> 56;
        bits as u32
    };
    match halves {
        [low, high] => gather(low) | gather(high) << 8,
        _ => 0,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn every_mark_and_no_other(bytes in prop::collection::vec(prop::sample::select(b",\t\n\r\"a\x2d\xac".as_slice()), 0..80)) {
            let mut marks = Vec::new();
            find(&bytes, b',', &mut marks);
            let expected: Vec<u32> = (0..).zip(&bytes).filter(|(_, b)| b",\n\r\"".contains(b)).map(|(i, _)| i).collect();
            prop_assert_eq!(marks, expected);
        }
    }
}
