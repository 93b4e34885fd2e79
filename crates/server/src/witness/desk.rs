//! The one thing a witness is asked for over HTTP, `POST /add-checkpoint`, and a page that says what it holds.

use super::shelf::Shelf;
use crate::house::clock::Clock;
use axum::Router;
use axum::body::{Body, to_bytes};
use axum::extract::State;
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};
use axum::routing::{get, post};
use meguri_record::witness::{No, Request};
use std::fmt::Write;
use std::sync::Arc;
use std::time::Duration;

/// Who has not sent his request by then is not waited for.
const MOST_WAIT: Duration = Duration::from_secs(10);

type Desk = (Arc<Shelf>, Clock);

/// Its addresses.
pub fn router(shelf: Arc<Shelf>, clock: Clock) -> Router {
    Router::new()
        .route("/", get(status))
        .route("/add-checkpoint", post(add_checkpoint))
        .with_state((shelf, clock))
}

async fn add_checkpoint(State((shelf, clock)): State<Desk>, body: Body) -> Response {
    let body = match tokio::time::timeout(MOST_WAIT, to_bytes(body, Request::MAX_BYTES)).await {
        Ok(Ok(body)) => body,
        Ok(Err(_)) => return said(StatusCode::PAYLOAD_TOO_LARGE, "the request is too long"),
        Err(_) => return said(StatusCode::REQUEST_TIMEOUT, "the request took too long"),
    };
    let request = std::str::from_utf8(&body).map_err(|_| No::Malformed).and_then(Request::read);
    let request = match request {
        Ok(request) => request,
        Err(no) => return refused(&no),
    };
    let now_s = u64::try_from(clock.now_ms() / 1_000).unwrap_or(0);
    let done = tokio::task::spawn_blocking(move || shelf.cosign(&request, now_s)).await;
    match done {
        Ok(Ok(Ok(line))) => (plain(), line).into_response(),
        Ok(Ok(Err(no))) => refused(&no),
        Ok(Err(fault)) => failed(&fault),
        Err(error) => failed(&error),
    }
}

fn failed(cause: &dyn std::fmt::Display) -> Response {
    tracing::error!(cause = %cause, "a head could not be looked at or kept");
    said(StatusCode::INTERNAL_SERVER_ERROR, "the witness cannot keep heads at the moment")
}

fn refused(no: &No) -> Response {
    let status = StatusCode::from_u16(no.status()).unwrap_or(StatusCode::BAD_REQUEST);
    match no {
        // Where it stands, so that the next proof begins there.
        No::Elsewhere { held } | No::Fork { held } => {
            (status, [(header::CONTENT_TYPE, "text/x.tlog.size")], format!("{held}\n")).into_response()
        }
        _ => said(status, &no.to_string()),
    }
}

fn said(status: StatusCode, sentence: &str) -> Response {
    (status, plain(), format!("{sentence}\n")).into_response()
}

fn plain() -> [(header::HeaderName, &'static str); 3] {
    [
        (header::CONTENT_TYPE, "text/plain; charset=utf-8"),
        (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
        (header::CACHE_CONTROL, "no-store"),
    ]
}

/// GET /: what it holds, for its own administrator and for whoever wants to compare.
async fn status(State((shelf, clock)): State<Desk>) -> Response {
    let told = tokio::task::spawn_blocking(move || page(&shelf, &clock)).await;
    match told {
        Ok(page) => (plain(), page).into_response(),
        Err(error) => failed(&error),
    }
}

fn page(shelf: &Shelf, clock: &Clock) -> String {
    let mut page = format!("巡り 証人 / Meguri witness\n公開鍵 / public key: {}\n", shelf.verifier().text());
    for origin in shelf.origins() {
        let _ = writeln!(page, "\n記録簿 / log: {origin}");
        match shelf.held(origin) {
            Ok(Some(held)) => {
                let at = i64::try_from(held.at_s).map_or(0, |at_s| at_s.saturating_mul(1_000));
                let _ = writeln!(page, "  件数 / entries: {}", held.checkpoint.size);
                let _ = writeln!(page, "  ルート / root: {}", held.checkpoint.root);
                let _ = writeln!(page, "  連署した時刻 / cosigned: {}", clock.show(at));
            }
            Ok(None) => page.push_str("  まだ連署していません / nothing was cosigned yet\n"),
            Err(_) => {
                page.push_str("  保管しているヘッドを読めません / the head that is held cannot be read\n");
            }
        }
        let forks = shelf.forks(origin);
        if forks > 0 {
            let _ = writeln!(
                page,
                "  警報 / ALARM: 履歴が2通り示されました。証拠 / two histories were shown, proofs kept: {forks}"
            );
        }
    }
    page
}
