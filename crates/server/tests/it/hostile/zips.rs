//! A writer of zips that may lie about everything, and packs millions of equal bytes without holding them.

use std::collections::BTreeMap;

/// A part as it stands in the archive.
#[derive(Clone)]
pub struct Part {
    pub name: Vec<u8>,
    pub packed: Vec<u8>,
    pub method: u16,
    pub flags: u16,
    /// As declared; the truth unless somebody lies.
    pub size: u32,
    pub packed_size: u32,
    pub crc: u32,
    pub extra: Vec<u8>,
    /// Where it begins, when it is not written again but stands in the bytes of another part.
    pub inside: Option<usize>,
}

impl Part {
    fn new(name: &str, packed: Vec<u8>, method: u16, (size, crc): (u64, u32)) -> Self {
        Self {
            name: name.as_bytes().to_vec(),
            packed_size: small(packed.len() as u64),
            packed,
            method,
            flags: 0,
            size: small(size),
            crc,
            extra: Vec::new(),
            inside: None,
        }
    }

    /// Not packed at all.
    pub fn stored(name: &str, content: &[u8]) -> Self {
        let crc = crc32fast::hash(content);
        Self::new(name, content.to_vec(), 0, (content.len() as u64, crc))
    }

    /// `head`, then `pattern` so many times, then `tail`; packed in matches of `step` bytes, which sets the ratio.
    pub fn repeated(name: &str, (head, pattern, times, tail): (&str, &str, u64, &str), step: u64) -> Self {
        let mut out = Deflate::default();
        out.bits(0b011, 3);
        out.literals(head.as_bytes());
        let length = pattern.len() as u64;
        if times > 0 {
            out.literals(pattern.as_bytes());
            let mut left = (times - 1) * length;
            while left > 0 {
                let take = if left <= step { left } else { step.min(left - 3) };
                if take < 3 {
                    let from = pattern.len() - usize::try_from(take).unwrap();
                    out.literals(&pattern.as_bytes()[from..]);
                } else {
                    out.copy(take, length);
                }
                left -= take;
            }
        }
        out.literals(tail.as_bytes());
        out.code(256);
        let mut sum = Sum::of(head.as_bytes());
        let (mut run, mut rest) = (Sum::of(pattern.as_bytes()), times);
        while rest > 0 {
            if rest & 1 == 1 {
                sum = sum.then(&run);
            }
            run = run.then(&run);
            rest >>= 1;
        }
        let sum = sum.then(&Sum::of(tail.as_bytes()));
        Self::new(name, out.done(), 8, (sum.size, sum.crc))
    }
}

fn small(size: u64) -> u32 {
    u32::try_from(size).unwrap_or(u32::MAX)
}

/// Length and checksum of bytes that are never held.
struct Sum {
    size: u64,
    crc: u32,
}

impl Sum {
    fn of(bytes: &[u8]) -> Self {
        Self { size: bytes.len() as u64, crc: crc32fast::hash(bytes) }
    }
    fn then(&self, next: &Self) -> Self {
        let mut all = crc32fast::Hasher::new_with_initial_len(self.crc, self.size);
        all.combine(&crc32fast::Hasher::new_with_initial_len(next.crc, next.size));
        Self { size: self.size + next.size, crc: all.finalize() }
    }
}

/// Deflate with fixed codes (RFC 1951, 3.2.6).
#[derive(Default)]
struct Deflate {
    bytes: Vec<u8>,
    held: u64,
    count: u32,
}

const LENGTHS: [(u64, u32); 29] = [
    (3, 0),
    (4, 0),
    (5, 0),
    (6, 0),
    (7, 0),
    (8, 0),
    (9, 0),
    (10, 0),
    (11, 1),
    (13, 1),
    (15, 1),
    (17, 1),
    (19, 2),
    (23, 2),
    (27, 2),
    (31, 2),
    (35, 3),
    (43, 3),
    (51, 3),
    (59, 3),
    (67, 4),
    (83, 4),
    (99, 4),
    (115, 4),
    (131, 5),
    (163, 5),
    (195, 5),
    (227, 5),
    (258, 0),
];

impl Deflate {
    fn bits(&mut self, value: u64, count: u32) {
        self.held |= value << self.count;
        self.count += count;
        while self.count >= 8 {
            self.bytes.push((self.held & 0xFF) as u8);
            self.held >>= 8;
            self.count -= 8;
        }
    }
    fn huffman(&mut self, code: u64, count: u32) {
        self.bits(code.reverse_bits() >> (64 - count), count);
    }
    fn code(&mut self, symbol: u64) {
        match symbol {
            0..=143 => self.huffman(0x30 + symbol, 8),
            144..=255 => self.huffman(0x190 + symbol - 144, 9),
            256..=279 => self.huffman(symbol - 256, 7),
            _ => self.huffman(0xC0 + symbol - 280, 8),
        }
    }
    fn literals(&mut self, bytes: &[u8]) {
        for byte in bytes {
            self.code(u64::from(*byte));
        }
    }
    fn copy(&mut self, length: u64, distance: u64) {
        let at = LENGTHS.partition_point(|(base, _)| *base <= length) - 1;
        let (base, extra) = LENGTHS[at];
        self.code(257 + at as u64);
        self.bits(length - base, extra);
        let (mut symbol, mut from, mut extra) = (0, 1, 0);
        while from + (1 << extra) <= distance {
            from += 1 << extra;
            symbol += 1;
            extra = if symbol < 4 { 0 } else { symbol / 2 - 1 };
        }
        self.huffman(u64::from(symbol), 5);
        self.bits(distance - from, extra);
    }
    fn done(mut self) -> Vec<u8> {
        self.bits(0, 7);
        self.bytes
    }
}

/// The archive.
pub fn zip(parts: &[Part]) -> Vec<u8> {
    zip_with(parts, |_| {})
}

/// The archive, with a hand on its last record: entries on this disk and in all (u16 each at 8 and 10), size and
/// place of the directory (u32 each at 12 and 16).
pub fn zip_with(parts: &[Part], change: impl FnOnce(&mut Vec<u8>)) -> Vec<u8> {
    let mut out = Vec::new();
    let mut begins: BTreeMap<usize, u32> = BTreeMap::new();
    let mut directory = Vec::new();
    for (nth, part) in parts.iter().enumerate() {
        let begin = part.inside.map_or(small(out.len() as u64), |of| begins[&of]);
        begins.insert(nth, begin);
        let head = [
            &20_u16.to_le_bytes()[..],
            &part.flags.to_le_bytes(),
            &part.method.to_le_bytes(),
            &[0; 4],
            &part.crc.to_le_bytes(),
            &part.packed_size.to_le_bytes(),
            &part.size.to_le_bytes(),
            &u16::try_from(part.name.len()).unwrap().to_le_bytes(),
            &u16::try_from(part.extra.len()).unwrap().to_le_bytes(),
        ]
        .concat();
        if part.inside.is_none() {
            out.extend([b"PK\x03\x04", &head[..], &part.name, &part.extra, &part.packed].concat());
        }
        directory.extend(
            [b"PK\x01\x02", &20_u16.to_le_bytes()[..], &head, &[0; 10], &begin.to_le_bytes()].concat(),
        );
        directory.extend_from_slice(&part.name);
        directory.extend_from_slice(&part.extra);
    }
    let count = u16::try_from(parts.len()).unwrap_or(u16::MAX).to_le_bytes();
    let mut last = [
        b"PK\x05\x06",
        &[0; 4][..],
        &count,
        &count,
        &small(directory.len() as u64).to_le_bytes(),
        &small(out.len() as u64).to_le_bytes(),
        &[0; 2],
    ]
    .concat();
    change(&mut last);
    out.extend(directory);
    out.extend(last);
    out
}
