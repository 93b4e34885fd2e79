//! The program `meguri`: serve, import, verify, demo.

use clap::{Parser, Subcommand};
use meguri::asset::command::{self, Import};
use meguri::asset::reading;
use meguri::audit::command as bundle;
use meguri::backup::{Told, command as backup};
use meguri::erasure::clean;
use meguri::house::clock::{Chance, Clock};
use meguri::house::config::Config;
use meguri::house::db::Db;
use meguri::house::fault::{Done, Fault, Stop};
use meguri::house::fit::Facts;
use meguri::house::keys::Keys;
use meguri::house::mail::Mailing;
use meguri::house::outward::{self, Outward};
use meguri::house::round;
use meguri::house::web::App;
use meguri::house::words::Lang;
use meguri::house::work::Who;
use meguri::house::worker;
use meguri::people::{acts, session, store};
use meguri::record::commands;
use meguri::{calendar, demo, record, rounds, routes, witness};
use meguri_domain::{Date, Refusal};
use meguri_record::key;
use std::io::Write;
use std::process::ExitCode;
use std::sync::Arc;
use std::time::Duration;

/// ISMS and PMS operations without gaps.
#[derive(Parser)]
#[command(name = "meguri", version)]
struct Arguments {
    #[command(flatten)]
    config: Config,
    #[command(subcommand)]
    command: Option<Command>,
}

#[derive(Subcommand)]
enum Command {
    /// Serve the pages (what `meguri` does without a command).
    Serve,
    /// Read asset registers from workbooks; with --apply take them in.
    Import(Import),
    /// Build 株式会社見本 in the data folder's `demo`, live its year to today, and serve it.
    Demo {
        /// The same seed lives the same year.
        #[arg(long, default_value_t = 1)]
        seed: u64,
        /// Departments in all; those beyond five are generated.
        #[arg(long, default_value_t = 5)]
        departments: usize,
        /// Assets of the generated departments, in all.
        #[arg(long, default_value_t = 0)]
        assets: usize,
        /// The company on its first day, without a year behind it; a later start goes on where it was left.
        #[arg(long)]
        bare: bool,
        /// The day it is, instead of the machine's.
        #[arg(long)]
        today: Option<Date>,
    },
    Bundle(bundle::Bundle),
    Backup(backup::Backup),
    Restore(backup::Restore),
    Drill(backup::Drill),
    /// Recompute the record log and replay it against the live tables.
    Verify,
    /// Answer for a record log that does not go on from what lies outside: it is closed as it stands, and a new one begins.
    AnswerLog {
        /// What happened, in a sentence. It is sealed into the first entry of the new log.
        #[arg(long)]
        because: String,
        /// Mail address of the administrator who answers.
        #[arg(long)]
        by: String,
        /// Also where nothing is off: the signing key is known to others.
        #[arg(long)]
        compromised: bool,
    },
    /// Set a new signing key beside the old one; both sign until --end.
    RotateKey {
        /// Let the old key go. A head that both signed must lie outside.
        #[arg(long)]
        end: bool,
    },
    Witness(witness::Witness),
    /// What the program starts itself as to read a file: an order and the file in, rows out.
    #[command(name = worker::COMMAND, hide = true)]
    ReadWorkbook {
        memory_mb: u64,
        cpu_seconds: u64,
    },
}

/// The program waits so long for what is still at work when it ends.
const MOST_WAIT: Duration = Duration::from_secs(5);

fn main() -> ExitCode {
    log_to_stderr();
    let arguments = Arguments::parse();
    if let Some(Command::ReadWorkbook { memory_mb, cpu_seconds }) = arguments.command {
        return read_workbook(memory_mb, cpu_seconds);
    }
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build();
    let done = match runtime {
        Ok(runtime) => {
            let done = runtime.block_on(run(arguments));
            // A round may still be at work; it leaves nothing half done that the next start would believe.
            runtime.shutdown_timeout(MOST_WAIT);
            done
        }
        Err(error) => Err(Fault::broken(error).into()),
    };
    match done {
        Ok(code) => code,
        Err(stop) => {
            eprintln!("meguri: {stop}");
            ExitCode::FAILURE
        }
    }
}

/// Sentences at the level of information; of the database driver only warnings.
fn log_to_stderr() {
    use tracing_subscriber::filter::{LevelFilter, Targets};
    use tracing_subscriber::layer::SubscriberExt;
    use tracing_subscriber::util::SubscriberInitExt;
    let drivers = ["postgres", "tokio_postgres"].map(|target| (target, LevelFilter::WARN));
    let levels = Targets::new().with_default(LevelFilter::INFO).with_targets(drivers);
    let lines = tracing_subscriber::fmt::layer().with_target(false).with_writer(std::io::stderr);
    tracing_subscriber::registry().with(levels).with(lines).init();
}

async fn run(arguments: Arguments) -> Done<ExitCode> {
    let config = &arguments.config;
    match arguments.command.unwrap_or(Command::Serve) {
        Command::Serve => {
            let app = open(config)?;
            tokio::task::block_in_place(|| Facts::of_database(&app.db))?
                .must_fit(config.database_url.is_none())?;
            match tokio::task::block_in_place(|| commands::refusal_to_serve(&app))? {
                Some(lines) => told((false, lines)),
                None => serve(app, &config.address).await,
            }
        }
        Command::Import(order) => import(&open(config)?, &order),
        Command::Bundle(order) => {
            let app = open(config)?;
            told(tokio::task::block_in_place(|| {
                let (lines, good) = bundle::run(&app, &order)?;
                Done::Ok((good, lines))
            })?)
        }
        Command::Backup(order) => {
            let app = open(config)?;
            answer(tokio::task::block_in_place(|| order.run(&app)))
        }
        Command::Restore(order) => answer(tokio::task::block_in_place(|| order.run(config))),
        Command::Drill(order) => {
            let app = open(config)?;
            answer(tokio::task::block_in_place(|| order.run(&app)))
        }
        Command::Verify => verify(&open(config)?),
        Command::AnswerLog { because, by, compromised } => {
            let app = open(config)?;
            told(tokio::task::block_in_place(|| commands::answer_log(&app, &by, &because, compromised))?)
        }
        Command::RotateKey { end } => {
            let app = open(config)?;
            told(tokio::task::block_in_place(|| commands::rotate_key(&app, end))?)
        }
        Command::Witness(order) => witness(config, &order).await,
        // It never comes here: a worker has no runtime.
        Command::ReadWorkbook { .. } => Ok(ExitCode::FAILURE),
        Command::Demo { seed, departments, assets, bare, today } => {
            let clock = today.map_or_else(|| Clock::real(&config.zone), Clock::standing);
            let app = live(config, &demo::Options { seed, departments, assets }, clock, bare)?;
            serve(app, &config.address).await
        }
    }
}

/// A worker: it binds itself, then reads. Whoever started it sees from the silence that it could not.
fn read_workbook(memory_mb: u64, cpu_seconds: u64) -> ExitCode {
    let Ok(mut bound) = worker::bind_self(memory_mb, cpu_seconds) else { return ExitCode::FAILURE };
    match reading::serve(std::io::stdin().lock(), std::io::stdout().lock(), &mut bound) {
        Ok(()) => ExitCode::SUCCESS,
        Err(_) => ExitCode::FAILURE,
    }
}

/// Builds the demo anew, or opens the bare one, and gives it under its clock.
fn live(config: &Config, options: &demo::Options, clock: Clock, bare: bool) -> Done<App> {
    let folder = config.data.join("demo");
    let print = |line: &str| say(line).unwrap_or_default();
    let db = tokio::task::block_in_place(|| {
        if bare {
            demo::bare(&folder, options, clock.today())
        } else {
            demo::fresh(&folder, options, clock.today(), &print)
        }
    })?;
    let mut app = App::new(db, clock, Chance::of_the_system(), folder.join("files"));
    app.demo = true;
    app.outward = Arc::new(goes_out(config)?);
    app.keys.ready()?;
    calendar::refresh(&app)?;
    Ok(app)
}

fn open(config: &Config) -> Done<App> {
    std::fs::create_dir_all(&config.data).map_err(Fault::broken)?;
    let files = config.data.join("files");
    Facts::of_disk(&config.data, &Keys::beside(&files).path(""))?.must_fit(config.database_url.is_none())?;
    let db = match &config.database_url {
        Some(url) => tokio::task::block_in_place(|| Db::postgres(url))?,
        None => Db::sqlite(&config.data.join("meguri.db"))?,
    };
    let chance = Chance::of_the_system();
    tokio::task::block_in_place(|| db.migrate(&chance))?;
    let mut app = App::new(db, Clock::real(&config.zone), chance, files);
    app.backups = Arc::new(config.backups.clone());
    app.outward = Arc::new(goes_out(config)?);
    app.mail = Arc::new(Mailing::of(&config.mail)?);
    app.keys.ready()?;
    calendar::refresh(&app)?;
    Ok(app)
}

/// Where heads go, as the command line says.
fn goes_out(config: &Config) -> Done<Outward> {
    if !key::is_name(&config.log_name) || config.log_name.contains('/') {
        return Err(Refusal::Because((
            "--log-name には、会社のドメイン（例: example.co.jp）を空白・+・/ なしで指定してください。",
            "Give --log-name the company's domain (such as example.co.jp), without spaces, + or /.",
        ))
        .into());
    }
    Ok(Outward::new(config.log_name.clone(), outward::witnesses(&config.witnesses)?))
}

/// Says what came of an order, and whether it was carried out.
fn told((good, lines): (bool, String)) -> Done<ExitCode> {
    say(&lines)?;
    Ok(if good { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

async fn serve(app: App, address: &str) -> Done<ExitCode> {
    let listener = tokio::net::TcpListener::bind(address).await.map_err(Fault::broken)?;
    let address = listener.local_addr().map_err(Fault::broken)?;
    // What was erased before a crash is cleared away before anybody is served; where that fails, the round goes on.
    if let Err(stop) = tokio::task::block_in_place(|| clean::finish(&app)) {
        tracing::error!(cause = %stop, "an erasure is not cleared away yet");
    }
    invite_the_first(&app, &address.to_string())?;
    say(&format!("listening on http://{address}"))?;
    round::keep_going(&app, rounds::ROUNDS);
    let router = routes::router(app);
    axum::serve(listener, router).with_graceful_shutdown(asked_to_stop()).await.map_err(Fault::broken)?;
    Ok(ExitCode::SUCCESS)
}

/// A witness over its own folder: no database, and no house.
async fn witness(config: &Config, order: &witness::Witness) -> Done<ExitCode> {
    let shelf = tokio::task::block_in_place(|| order.open(config))?;
    say(witness::Witness::greeting(&shelf).trim_end())?;
    if shelf.origins().next().is_none() {
        return Ok(ExitCode::FAILURE);
    }
    let listener = tokio::net::TcpListener::bind(&config.address).await.map_err(Fault::broken)?;
    say(&format!("listening on http://{}", listener.local_addr().map_err(Fault::broken)?))?;
    witness::serve(shelf, Clock::real(&config.zone), listener, asked_to_stop()).await?;
    Ok(ExitCode::SUCCESS)
}

/// On an empty database, prints the one-time link by which the first administrator founds the organisation.
fn invite_the_first(app: &App, address: &str) -> Done<()> {
    let secret = tokio::task::block_in_place(|| {
        app.db.write(session::house(app), &app.chance, |tx| {
            if store::is_empty(tx)? { acts::invite(tx, None).map(Some) } else { Ok(None) }
        })
    })?;
    if let Some(secret) = secret {
        say(&format!(
            "Set up Meguri once at http://{address}/set-up/{secret}\n(このリンクで最初の設定をしてください。一度だけ使えます。)"
        ))?;
    }
    Ok(())
}

fn import(app: &App, order: &Import) -> Done<ExitCode> {
    let report = tokio::task::block_in_place(|| command::run(app, order))?;
    for line in &report.lines {
        say(line)?;
    }
    for line in report.table() {
        say(&line)?;
    }
    let departments = report.departments;
    say(&format!("departments {departments}"))?;
    say(match (report.applied, report.is_good()) {
        (true, true) => "取り込みました。\nImported.",
        (true, false) => {
            "問題のない行だけを取り込みました。\nThe good rows were imported; the others were left out."
        }
        (false, true) => {
            "まだ取り込んでいません。取り込むには --apply を付けてください。\nNothing was imported yet. Add --apply to import."
        }
        (false, false) => {
            "取り込んでいません。上の行を直してから、もう一度実行してください。\nNothing was imported. Mend the rows above, then run again."
        }
    })?;
    Ok(if report.is_good() { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

/// What a command about backups says.
fn answer(told: Told<backup::Answer>) -> Done<ExitCode> {
    match told {
        Ok((lines, good)) => {
            for line in lines {
                say(&line)?;
            }
            Ok(if good { ExitCode::SUCCESS } else { ExitCode::FAILURE })
        }
        Err(no) => {
            eprintln!("meguri: {no}");
            Ok(ExitCode::FAILURE)
        }
    }
}

fn verify(app: &App) -> Done<ExitCode> {
    let who = Who::new(session::system(), &app.clock);
    let report = tokio::task::block_in_place(|| app.db.read(who, record::verify::verify))?;
    for finding in &report.findings {
        say(&format!("{}\n{}", finding.words(Lang::Ja), finding.words(Lang::En)))?;
    }
    let verdict = if report.findings.is_empty() { "PASS" } else { "FAIL" };
    say(&format!("{verdict}  entries {}  rows {}  root {}", report.size, report.rows, report.root))?;
    Ok(if report.findings.is_empty() { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

fn say(line: &str) -> Done<()> {
    let mut out = std::io::stdout();
    writeln!(out, "{line}").and_then(|()| out.flush()).map_err(|error| Stop::Fault(Fault::broken(error)))
}

async fn asked_to_stop() {
    use tokio::signal::unix::{SignalKind, signal};
    let Ok(mut end) = signal(SignalKind::terminate()) else { return };
    tokio::select! {
        _ = tokio::signal::ctrl_c() => {}
        _ = end.recv() => {}
    }
}
