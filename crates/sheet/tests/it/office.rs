//! What LibreOffice sees in an exported file: the same cells.

use std::path::PathBuf;
use std::process::Command;

use meguri_sheet::{Design, Field, Title, write_design};

use crate::support::{SAMPLE, assets_of, open};

const SIGNS: [&str; 7] = ["=1+1", "+81", "-1", "@SUM(A1)", "＝１", "'=1", "a;=1"];

/// The program that the check provides; without it, only here and said so, nothing is looked at.
fn soffice() -> Option<PathBuf> {
    let named = std::env::var_os("SOFFICE").map(PathBuf::from);
    if named.is_none() {
        println!("SOFFICE is not set: LibreOffice was not asked (`cargo xtask check` does)");
    }
    named
}

#[test]
fn libreoffice_opens_the_export_with_the_same_cells() {
    let Some(soffice) = soffice() else { return };
    let title = Title {
        heading: "情報資産管理台帳".into(),
        organisation: "株式会社見本".into(),
        created_on: jiff::civil::date(2026, 4, 1),
    };
    let mut assets = assets_of(SAMPLE);
    for (asset, sign) in assets.iter_mut().zip(SIGNS) {
        asset.note = sign.into();
        asset.handling.insert(Field::Purpose, sign.into());
    }
    let folder = std::env::temp_dir().join(format!("meguri-office-{}", std::process::id()));
    std::fs::create_dir_all(&folder).unwrap();
    for (name, design) in [("ipa", Design::Register { risk_owner: false }), ("ledger", Design::Ledger)] {
        let bytes = write_design(&title, &design, assets.iter(), &[]).unwrap();
        let file = folder.join(name).with_extension("xlsx");
        std::fs::write(&file, &bytes).unwrap();
        let profile = format!("-env:UserInstallation=file://{}/profile", folder.display());
        let asked = Command::new(&soffice)
            .args([&profile, "--headless", "--norestore", "--convert-to"])
            // Comma, quote, UTF-8, from the first line, cells as they are shown, formulas as their values.
            .arg("csv:Text - txt - csv (StarCalc):44,34,76,1,,0,false,true,true")
            .arg("--outdir")
            .args([&folder, &file])
            .output()
            .unwrap();
        assert!(asked.status.success(), "{}", String::from_utf8_lossy(&asked.stderr));
        let text = std::fs::read(file.with_extension("csv")).unwrap();
        let mut reader =
            csv::ReaderBuilder::new().has_headers(false).flexible(true).from_reader(text.as_slice());
        let theirs: Vec<csv::StringRecord> = reader.records().map(Result::unwrap).collect();
        for sign in SIGNS {
            assert!(theirs.iter().any(|row| row.iter().any(|text| text == sign)), "{name} shows {sign}");
        }
        let ours = open(&bytes);
        let mut cells = 0;
        for cell in ours.sheets[0].rows.iter().flatten().filter(|cell| !cell.carried) {
            let row = theirs.get(cell.row_number as usize - 1);
            let seen = row.and_then(|row| row.get(usize::from(cell.column)));
            assert_eq!(seen, Some(cell.text.as_str()), "{name} {}", cell.address());
            cells += 1;
        }
        let filled = theirs.iter().flat_map(|row| row.iter()).filter(|text| !text.is_empty()).count();
        assert_eq!(filled, cells, "{name}: no cell more");
        println!("{name}: {cells} cells");
    }
    std::fs::remove_dir_all(&folder).unwrap();
}
