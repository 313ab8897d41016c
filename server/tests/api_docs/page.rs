//! A page with places that are made from the description, each between `<!-- what -->` and `<!-- end -->`:
//!
//! - `calls PREFIX TAG …`: the calls with these tags, without the prefix;
//! - `rules`: who may;
//! - `codes SCHEMA`: the values of an enumeration;
//! - `objects`: what requests and answers hold;
//! - `tests`: every call, and beside it the tests that are named there already.

use std::collections::HashMap;
use std::fmt::Write;

use serde_json::Value;

use crate::tables;

const END: &str = "<!-- end -->";

/// A page, made anew.
pub(crate) struct Page {
    /// Its text.
    pub(crate) text: String,
    /// The names of the calls in its tables, in this order.
    pub(crate) calls: Vec<String>,
}

impl Page {
    /// Makes the places of a page anew, and leaves the rest.
    pub(crate) fn of(text: &str, description: &Value) -> Self {
        let mut page = Self { text: String::new(), calls: Vec::new() };
        let mut lines = text.lines();
        while let Some(line) = lines.next() {
            page.text.push_str(line);
            page.text.push('\n');
            let Some(place) = line.strip_prefix("<!-- ").and_then(|line| line.strip_suffix(" -->")) else {
                continue;
            };
            let old: Vec<_> = lines.by_ref().take_while(|line| *line != END).collect();
            page.text.push('\n');
            page.make(place, &old, description);
            writeln!(page.text, "\n{END}").unwrap();
        }
        page
    }

    fn make(&mut self, place: &str, old: &[&str], description: &Value) {
        let words: Vec<_> = place.split(' ').collect();
        let made = match *words.as_slice() {
            ["calls", prefix, ref tags @ ..] => {
                let calls: Vec<_> = tags.iter().flat_map(|tag| tables::tagged(description, tag)).collect();
                self.calls.extend(calls.iter().map(tables::Call::name));
                tables::of_calls(description, &calls, prefix.trim_end_matches('/'))
            }
            ["rules"] => tables::of_rules(description),
            ["codes", schema] => tables::of_codes(description, schema),
            ["objects"] => tables::of_objects(description),
            ["tests"] => of_tests(description, &rows(old)),
            _ => panic!("docs/API.md has a place for what nobody makes: {place}"),
        };
        self.text.push_str(&made);
    }
}

/// What stands in the table of tests: each call, and the cell beside it.
pub(crate) fn tests(page: &str) -> Vec<(String, String)> {
    let lines: Vec<_> =
        page.lines().skip_while(|line| *line != "<!-- tests -->").take_while(|line| *line != END).collect();
    rows(&lines)
}

fn rows(lines: &[&str]) -> Vec<(String, String)> {
    let cells =
        lines.iter().filter_map(|line| line.strip_prefix("| `")?.strip_suffix('|')?.split_once("` |"));
    cells.map(|(call, tests)| (call.to_owned(), tests.trim().to_owned())).collect()
}

fn of_tests(description: &Value, known: &[(String, String)]) -> String {
    let known: HashMap<_, _> = known.iter().map(|(call, tests)| (call, tests)).collect();
    let mut table = "| call | tests |\n|---|---|\n".to_owned();
    for call in tables::calls(description) {
        let name = call.name();
        let tests = known.get(&name).map_or("", |tests| tests.as_str());
        writeln!(table, "| `{name}` | {tests} |").unwrap();
    }
    table
}
