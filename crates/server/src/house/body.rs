//! A file as the body of an answer: read while it is sent, so that its size costs no memory.

use axum::body::Body;
use bytes::Bytes;
use http_body::{Frame, SizeHint};
use std::fs::File;
use std::io::{self, Read, Seek};
use std::pin::Pin;
use std::task::{Context, Poll};

/// As much is read at once.
const PIECE: u64 = 64 * 1024;

/// The whole file, from its beginning.
pub fn of_file(mut file: File) -> io::Result<Body> {
    let left = file.metadata()?.len();
    file.rewind()?;
    Ok(Body::new(Sending { file, left }))
}

struct Sending {
    file: File,
    left: u64,
}

impl http_body::Body for Sending {
    type Data = Bytes;
    type Error = io::Error;

    /// Reads the next piece. The file was written a moment ago, so it comes from memory and nobody waits for a disk.
    fn poll_frame(
        mut self: Pin<&mut Self>,
        _: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, io::Error>>> {
        if self.left == 0 {
            return Poll::Ready(None);
        }
        let mut piece = vec![0; usize::try_from(self.left.min(PIECE)).unwrap_or(0)];
        // A file that ends too early breaks the answer off: a part of a register must never look like the whole.
        let read = self.file.read_exact(&mut piece);
        self.left = self.left.saturating_sub(PIECE);
        Poll::Ready(Some(read.map(|()| Frame::data(Bytes::from(piece)))))
    }

    fn size_hint(&self) -> SizeHint {
        SizeHint::with_exact(self.left)
    }
}
