//! `docs/API.md`: its tables are made from the description of the API, and its last one says which tests cover each call.
//! With `BULLA_WRITE_DOCS` set, as `make api-docs` has it, what is stale is written anew.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing)]

mod page;
mod tables;

use std::collections::{BTreeSet, HashMap};
use std::path::{Path, PathBuf};

use bulla_server::http::document;

use page::Page;

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("..")
}

fn read() -> String {
    std::fs::read_to_string(root().join("docs/API.md")).unwrap()
}

#[test]
fn the_tables_come_from_the_description() {
    let text = read();
    let made = Page::of(&text, &document());
    if std::env::var_os("BULLA_WRITE_DOCS").is_some() {
        std::fs::write(root().join("docs/API.md"), made.text).unwrap();
    } else if let Some((line, (there, wanted))) =
        (1..).zip(text.lines().zip(made.text.lines())).find(|(_, (there, wanted))| there != wanted)
    {
        panic!(
            "docs/API.md is stale in line {line}; `make api-docs` writes it.\n is: {there}\n wanted: {wanted}"
        );
    } else {
        assert_eq!(text, made.text, "docs/API.md is stale; `make api-docs` writes it");
    }
}

#[test]
fn every_call_stands_in_one_table() {
    let description = document();
    let told = Page::of(&read(), &description).calls;
    let mut counts: HashMap<String, usize> =
        tables::calls(&description).map(|call| (call.name(), 0)).collect();
    for call in told {
        *counts.get_mut(&call).unwrap() += 1;
    }
    let odd: Vec<_> = counts.iter().filter(|(_, count)| **count != 1).collect();
    assert!(odd.is_empty(), "calls that stand in no table, or in several: {odd:?}");
}

#[test]
fn every_call_is_covered_by_tests_that_are_there() {
    let uncovered = uncovered(&read(), tables::calls(&document()).map(|call| call.name()));
    assert!(uncovered.is_empty(), "no tests in the last table of docs/API.md: {uncovered:?}");
    let missing = missing(&read(), &root());
    assert!(missing.is_empty(), "docs/API.md names tests that are not there: {missing:?}");
}

/// Those of some calls beside which the table of tests names none.
fn uncovered(page: &str, calls: impl Iterator<Item = String>) -> Vec<String> {
    let rows: HashMap<_, _> = page::tests(page).into_iter().collect();
    calls.filter(|call| !rows.get(call).is_some_and(|tests| tests.contains('`'))).collect()
}

/// What a page names as a test and is none: a contract test as `file::name`, or by its name alone where its name has
/// three words or more and is none of the API's own; a suite elsewhere by its path.
fn missing(page: &str, root: &Path) -> BTreeSet<String> {
    let contract = root.join("server/tests/contract");
    let read =
        |file: PathBuf| (file.file_stem().unwrap().to_owned(), std::fs::read_to_string(&file).unwrap());
    let sources = std::fs::read_dir(contract).unwrap().map(|entry| read(entry.unwrap().path()));
    let sources: HashMap<_, _> = sources.collect();
    let word = |name: &str| {
        name.starts_with(|c: char| c.is_ascii_lowercase())
            && name.chars().all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '_')
    };
    let is_test = |source: &String, name: &str| {
        let mut before = source.split(&format!("fn {name}(")).next().unwrap_or_default().lines().rev();
        source.contains(&format!("fn {name}("))
            && before.find(|line| line.starts_with("#[")).is_some_and(|line| line.contains("test]"))
    };
    let description = document().to_string();
    let of_the_api = |name: &str| description.contains(&format!("\"{name}\""));
    let named = page.split('`').skip(1).step_by(2);
    let missing = named.filter(|named| match named.split_once("::") {
        Some((file, name)) if word(file) && word(name) => {
            !sources.get(std::ffi::OsStr::new(file)).is_some_and(|source| is_test(source, name))
        }
        _ if word(named) && named.matches('_').count() >= 2 && !of_the_api(named) => {
            !sources.values().any(|source| is_test(source, named))
        }
        _ if named.starts_with("tests/") => !root.join(named).exists(),
        _ => false,
    });
    missing.map(str::to_owned).collect()
}

#[test]
fn a_test_that_is_not_there_is_missed() {
    let page = "`calls::recipients_come_and_go`, `recipients_come_and_go`, `tests/e2e/journeys.test.js`, `packageId`";
    assert!(missing(page, &root()).is_empty());
    for gone in [
        "calls::recipients_come",
        "links::recipients_come_and_go",
        "no_such_test_at_all",
        "tests/e2e/none.js",
    ] {
        assert_eq!(missing(&format!("{page}, `{gone}`"), &root()), BTreeSet::from([gone.to_owned()]));
    }
    let table = "<!-- tests -->\n| call | tests |\n|---|---|\n| `GET /a/` | `x::y` |\n| `PUT /b/` | |\n<!-- end -->\n";
    let calls = ["GET /a/", "PUT /b/", "GET /c/"].map(str::to_owned);
    assert_eq!(uncovered(table, calls.into_iter()), ["PUT /b/", "GET /c/"]);
}
