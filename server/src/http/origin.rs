//! Where a request comes from and under which origin it reached us.

use std::net::{IpAddr, SocketAddr};

use axum::http::request::Parts;
use axum::http::{HeaderMap, header};

use super::App;
use crate::config::{OpenSending, is_host};

/// The other end of the connection.
#[derive(Clone, Copy, Debug)]
pub struct Peer(pub SocketAddr);

/// Under which origin the caller reached this server: the configured one, else the host that it asked for.
pub(super) fn base(app: &App, headers: &HeaderMap) -> String {
    match (&app.config.public_url, host(headers)) {
        (Some(url), _) => url.clone(),
        (None, Some(host)) => format!("http://{host}"),
        (None, None) => format!("http://{}", app.config.listen),
    }
}

/// The caller's address. A proxy on this machine is believed when it names the one that it speaks for.
pub(super) fn address(request: &Parts) -> String {
    let peer = request.extensions.get::<Peer>().map(|peer| peer.0.ip());
    let forwarded = request.headers.get_all("x-forwarded-for").iter().next_back();
    let last = forwarded.and_then(|value| value.to_str().ok()?.rsplit(',').next()?.trim().parse().ok());
    match (peer, last) {
        (Some(peer), Some(behind)) if peer.is_loopback() => IpAddr::to_string(&behind),
        (Some(peer), _) => peer.to_canonical().to_string(),
        (None, _) => String::new(),
    }
}

/// The part of an address that one subscriber holds: an IPv6 network of 64 bits counts as one.
pub(super) fn subscriber(address: &str) -> String {
    match address.parse() {
        Ok(IpAddr::V6(v6)) => {
            let [a, b, c, d, ..] = v6.segments();
            format!("{a:x}:{b:x}:{c:x}:{d:x}")
        }
        _ => address.to_owned(),
    }
}

/// Whether anyone may send without an account, asking as this request does.
pub(super) fn may_send_openly(app: &App, headers: &HeaderMap) -> bool {
    match app.config.open_sending {
        OpenSending::Always => true,
        OpenSending::Never => false,
        OpenSending::Loopback => {
            let origin_fits = match headers.get(header::ORIGIN) {
                None => true,
                Some(origin) => origin
                    .to_str()
                    .ok()
                    .and_then(|text| text.strip_prefix("http://").or_else(|| text.strip_prefix("https://")))
                    .is_some_and(is_loopback),
            };
            host(headers).is_some_and(is_loopback) && origin_fits
        }
    }
}

fn host(headers: &HeaderMap) -> Option<&str> {
    headers.get(header::HOST)?.to_str().ok().filter(|host| is_host(host))
}

/// Whether `name[:port]` is a loopback name.
fn is_loopback(host: &str) -> bool {
    let name = match host.rsplit_once(':') {
        Some((name, port)) if port.bytes().all(|b| b.is_ascii_digit()) && !name.ends_with(':') => name,
        _ => host,
    };
    let bare = name.strip_prefix('[').and_then(|name| name.strip_suffix(']')).unwrap_or(name);
    name.eq_ignore_ascii_case("localhost") || bare.parse().is_ok_and(|ip: IpAddr| ip.is_loopback())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn loopback_names_and_nothing_that_looks_like_them() {
        for yes in ["localhost", "LOCALHOST:8787", "127.0.0.1", "127.0.0.1:1", "[::1]", "[::1]:8787"] {
            assert!(is_loopback(yes), "{yes}");
        }
        for no in [
            "",
            "localhost.evil.example",
            "127.0.0.1.evil.example",
            "evil.example:80",
            "0.0.0.0",
            "10.0.0.1:80",
            "localhost:80:90",
            "127.0.0.1@evil.example",
            "[::2]",
        ] {
            assert!(!is_loopback(no), "{no}");
        }
    }
}
