//! A file as it arrives: its parts, within the limits.

use crate::house::fault::Done;
use axum::extract::Multipart;
use axum::extract::multipart::Field as Part;
use meguri_domain::Refusal;
use meguri_sheet::Limits;

/// What was sent: a file and the department of rows that name none.
#[derive(Default)]
pub struct Sent {
    pub name: String,
    pub bytes: Vec<u8>,
    pub department: String,
}

impl Sent {
    pub async fn take(mut parts: Multipart) -> Done<Self> {
        let mut sent = Self::default();
        while let Some(part) = parts.next_field().await.map_err(|_| broken_off())? {
            match part.name() {
                Some("file") => {
                    sent.name = part.file_name().unwrap_or("").chars().take(200).collect();
                    sent.bytes = bytes(part, most()).await?;
                }
                Some("department") => {
                    sent.department = String::from_utf8(bytes(part, 100).await?).unwrap_or_default();
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

/// The bytes of a part; what lies beyond `most` is received, so that the answer arrives, and thrown away.
async fn bytes(mut part: Part<'_>, most: usize) -> Done<Vec<u8>> {
    let mut bytes = Vec::new();
    while let Some(chunk) = part.chunk().await.map_err(|_| broken_off())? {
        let room = most.saturating_sub(bytes.len()).min(chunk.len());
        bytes.extend_from_slice(chunk.get(..room).unwrap_or_default());
    }
    Ok(bytes)
}

fn broken_off() -> Refusal {
    Refusal::Because((
        "ファイルを最後まで受け取れませんでした。大きすぎるか、通信が途切れています。ファイルを確かめて、もう一度選んでください。",
        "The file did not arrive in full: it is too large, or the connection broke. Check the file and choose it again.",
    ))
}
