//! With what a caller asks, as far as lists tell it.

use axum::http::{HeaderMap, header};

/// A browser and a system, by the names that the API's clients know; empty when unknown.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Agent {
    /// For instance `CHROME`.
    pub(super) browser: &'static str,
    /// For instance `Windows`.
    pub(super) os: &'static str,
}

/// Browsers that call themselves something else too come before that.
const BROWSERS: &[(&str, &str)] = &[
    ("Edg", "EDGE"),
    ("OPR/", "OPERA"),
    ("Firefox/", "FIREFOX"),
    ("FxiOS/", "FIREFOX"),
    ("Chrome/", "CHROME"),
    ("CriOS/", "CHROME"),
    ("Safari/", "SAFARI"),
];
const SYSTEMS: &[(&str, &str)] = &[
    ("Windows", "Windows"),
    ("Android", "Android"),
    ("iPhone", "iOS"),
    ("iPad", "iOS"),
    ("Mac OS X", "macOS"),
    ("CrOS", "ChromeOS"),
    ("Linux", "Linux"),
];

impl Agent {
    /// What `User-Agent` says.
    pub(super) fn of(headers: &HeaderMap) -> Self {
        let text = headers.get(header::USER_AGENT).and_then(|value| value.to_str().ok()).unwrap_or_default();
        let named = |names: &[(&str, &'static str)]| {
            names.iter().find(|(part, _)| text.contains(part)).map_or("", |(_, name)| *name)
        };
        Self { browser: named(BROWSERS), os: named(SYSTEMS) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn browsers_and_systems_are_told_apart() {
        for (text, browser, os) in [
            (
                "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/142.0.0.0 Safari/537.36",
                "CHROME",
                "Windows",
            ),
            (
                "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/142.0.0.0 Safari/537.36 Edg/142.0.0.0",
                "EDGE",
                "Windows",
            ),
            ("Mozilla/5.0 (X11; Linux x86_64; rv:145.0) Gecko/20100101 Firefox/145.0", "FIREFOX", "Linux"),
            (
                "Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/18.5 Safari/605.1.15",
                "SAFARI",
                "macOS",
            ),
            (
                "Mozilla/5.0 (iPhone; CPU iPhone OS 18_5 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) CriOS/142.0 Mobile/15E148 Safari/604.1",
                "CHROME",
                "iOS",
            ),
            (
                "Mozilla/5.0 (Linux; Android 15) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/142.0.0.0 Mobile Safari/537.36",
                "CHROME",
                "Android",
            ),
            ("curl/8.5.0", "", ""),
            ("", "", ""),
        ] {
            let headers = HeaderMap::from_iter([(header::USER_AGENT, text.parse().unwrap())]);
            assert_eq!(Agent::of(&headers), Agent { browser, os }, "{text}");
        }
        assert_eq!(Agent::of(&HeaderMap::new()), Agent::default());
    }
}
