//! A file as it arrives: its parts, within the limits.

use super::spool::Spool;
use crate::house::fault::{Done, Fault};
use axum::extract::Multipart;
use axum::extract::multipart::Field as Part;
use meguri_domain::Refusal;
use meguri_sheet::Limits;
use std::io::Write;
use std::path::Path;

/// What was sent: a file and the department of rows that name none.
pub struct Sent {
    pub name: String,
    pub file: Spool,
    pub department: String,
}

impl Sent {
    /// Takes the parts as they arrive; the file lies in `folder`, without a name.
    pub async fn take(mut parts: Multipart, folder: &Path) -> Done<Self> {
        let mut sent = Self { name: String::new(), file: Spool::begin(folder)?, department: String::new() };
        while let Some(part) = parts.next_field().await.map_err(|_| broken_off())? {
            match part.name() {
                Some("file") => {
                    sent.name = part.file_name().unwrap_or("").chars().take(200).collect();
                    sent.file = Spool::begin(folder)?;
                    receive(part, most(), |bytes| {
                        Ok(sent.file.write_all(bytes).map_err(|error| Fault::of_disk(&error))?)
                    })
                    .await?;
                }
                Some("department") => {
                    let mut text = Vec::new();
                    receive(part, 100, |bytes| {
                        text.extend_from_slice(bytes);
                        Ok(())
                    })
                    .await?;
                    sent.department = String::from_utf8(text).unwrap_or_default();
                }
                _ => {}
            }
        }
        Ok(sent)
    }
}

/// One byte more than the limit, so that the guard of files sees the excess.
pub fn most() -> usize {
    usize::try_from(Limits::default().file_bytes).unwrap_or(usize::MAX).saturating_add(1)
}

/// Hands on the bytes of a part; what lies beyond `most` is received, so that the answer arrives, and thrown away.
async fn receive(mut part: Part<'_>, most: usize, mut take: impl FnMut(&[u8]) -> Done<()>) -> Done<()> {
    let mut room = most;
    while let Some(chunk) = part.chunk().await.map_err(|_| broken_off())? {
        let taken = chunk.get(..room.min(chunk.len())).unwrap_or_default();
        room -= taken.len();
        take(taken)?;
    }
    Ok(())
}

fn broken_off() -> Refusal {
    Refusal::Because((
        "ファイルを最後まで受け取れませんでした。大きすぎるか、通信が途切れています。ファイルを確かめて、もう一度選んでください。",
        "The file did not arrive in full: it is too large, or the connection broke. Check the file and choose it again.",
    ))
}
