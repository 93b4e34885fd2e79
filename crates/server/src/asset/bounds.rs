//! How much of a file is taken: the defaults for the browser, what the command line may raise, and what the worker
//! that reads it may use in proportion.

use crate::house::worker::Bounds;
use meguri_sheet::Limits;
use std::time::Duration;

/// The limits that `meguri import` may raise, each by its name.
#[derive(Debug, Clone, Default, clap::Args)]
pub struct Raised {
    /// The file as it arrives, in MB (10).
    #[arg(long, value_name = "N", value_parser = at_least_one())]
    pub limit_file_mb: Option<u64>,
    /// Parts inside a workbook (200).
    #[arg(long, value_name = "N", value_parser = at_least_one())]
    pub limit_parts: Option<u64>,
    /// All parts when unpacked, and all text of all cells, in MB (64).
    #[arg(long, value_name = "N", value_parser = at_least_one())]
    pub limit_unpacked_mb: Option<u64>,
    /// One part when unpacked, in MB (32).
    #[arg(long, value_name = "N", value_parser = at_least_one())]
    pub limit_part_mb: Option<u64>,
    /// How many times its packed size a part may grow (100).
    #[arg(long, value_name = "N", value_parser = at_least_one())]
    pub limit_ratio: Option<u64>,
    /// Cells in use in a workbook (500000).
    #[arg(long, value_name = "N", value_parser = at_least_one())]
    pub limit_cells: Option<u64>,
    /// Columns in use (60).
    #[arg(long, value_name = "N", value_parser = at_least_one())]
    pub limit_columns: Option<u64>,
    /// Rows in use of a sheet (20000).
    #[arg(long, value_name = "N", value_parser = at_least_one())]
    pub limit_rows: Option<u64>,
    /// Characters in a cell (32767).
    #[arg(long, value_name = "N", value_parser = at_least_one())]
    pub limit_cell_chars: Option<u64>,
}

fn at_least_one() -> clap::builder::RangedU64ValueParser {
    clap::value_parser!(u64).range(1..)
}

const MB: u64 = 1024 * 1024;

impl Raised {
    /// The limits with what was raised (or lowered).
    pub fn limits(&self) -> Limits {
        let all = Limits::default();
        let mb = |asked: Option<u64>, or: u64| asked.map_or(or, |mb| mb.saturating_mul(MB));
        Limits {
            file_bytes: mb(self.limit_file_mb, all.file_bytes),
            entries: self.limit_parts.unwrap_or(all.entries),
            inflated_bytes: mb(self.limit_unpacked_mb, all.inflated_bytes),
            part_bytes: mb(self.limit_part_mb, all.part_bytes),
            ratio: self.limit_ratio.unwrap_or(all.ratio),
            cells: self.limit_cells.unwrap_or(all.cells),
            columns: self.limit_columns.unwrap_or(all.columns),
            rows: self.limit_rows.unwrap_or(all.rows),
            cell_chars: self.limit_cell_chars.unwrap_or(all.cell_chars),
        }
    }
}

/// What the worker that reads a file may use: 512 MB, 10 seconds and an answer of 32 MB; where a limit is raised,
/// all of them times the largest factor by which one was raised, rounded up, at most 64 times.
pub fn bounds(limits: &Limits) -> Bounds {
    let all = Limits::default();
    let raised = [
        (limits.file_bytes, all.file_bytes),
        (limits.entries, all.entries),
        (limits.inflated_bytes, all.inflated_bytes),
        (limits.part_bytes, all.part_bytes),
        (limits.cells, all.cells),
        (limits.columns, all.columns),
        (limits.rows, all.rows),
        (limits.cell_chars, all.cell_chars),
    ];
    let times = raised.iter().map(|(to, from)| to.div_ceil(*from)).max().unwrap_or(1).clamp(1, 64);
    Bounds {
        memory_mb: 512 * times,
        cpu_seconds: 10 * times,
        // A little less, so that the answer, too, is there in time.
        wall: Duration::from_millis(9_500 * times),
        answer_bytes: 32 * MB * times,
    }
}
