//! A package of an audit carries what the witness has cosigned: whoever has the list of keys needs nothing else to pass it.

use super::founded;
use crate::support::databases;
use crate::web::audits::{fetch, furnished, package, second, unpacked};
use meguri::record::heads::policy;
use meguri_record::Trust;
use meguri_record::bundle::{Outside, check};
use std::fs;

#[test]
fn both_verifiers_pass_a_package_by_the_quorum_of_the_witness_alone() {
    for place in databases() {
        let (house, mut witness) = founded(place);
        let audit = furnished(&house);
        package(&house, &audit);
        let bytes = fetch(&house.as_("渡辺"), &audit);
        let folder = tempfile::tempdir().unwrap();
        let bundle = unpacked(&bytes, folder.path());
        let keys = policy(&house.app).unwrap();
        assert_eq!(fs::read_to_string(bundle.join("policy.txt")).unwrap(), keys);
        let outside = |keys: &str| Outside { policy: Some(Trust::read(keys).unwrap()), ..Outside::default() };
        let outcome = check(&bundle, &outside(&keys)).unwrap();
        assert!(outcome.is_witnessed(), "{}", outcome.line());
        let file = folder.path().join("keys.txt");
        fs::write(&file, &keys).unwrap();
        let (first, code) = second(&bundle, "--policy", &file);
        assert!(first.starts_with("PASS") && code == Some(0), "{first} {code:?}");
        assert_eq!(first, outcome.line());
        // The control: without the witness in the list, nothing is witnessed; and what is newer than the witness saw is not either.
        let log_only = keys.lines().filter(|line| line.starts_with("log ")).collect::<Vec<_>>().join("\n");
        let alone = [&log_only, "\nquorum none\n"].concat();
        assert!(!check(&bundle, &outside(&alone)).unwrap().is_witnessed());
        witness.end("KILL");
        package(&house, &audit);
        let bytes = fetch(&house.as_("渡辺"), &audit);
        let folder = tempfile::tempdir().unwrap();
        let bundle = unpacked(&bytes, folder.path());
        let outcome = check(&bundle, &outside(&keys)).unwrap();
        assert!(outcome.witnessed < outcome.head.checkpoint.size, "{}", outcome.line());
    }
}
