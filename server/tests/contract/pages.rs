//! Pages, health, and requests of pages from elsewhere.

use reqwest::Method;

use crate::support::TestServer;

#[tokio::test]
async fn every_page_forbids_what_it_does_not_need() {
    let server = TestServer::start().await;
    let response = server.get(&server.url("/static/page.css")).await;
    assert_eq!(
        (response.status().as_u16(), response.headers()["content-type"].as_bytes()),
        (200, b"text/css; charset=utf-8".as_slice())
    );
    let missing = server.get(&server.url("/static/no.css")).await;
    assert_eq!(missing.status(), 404);
    for response in [response, missing] {
        let header = |name: &str| response.headers()[name].to_str().unwrap().to_owned();
        let policy = header("content-security-policy");
        for part in [
            "default-src 'none'",
            "script-src 'self' 'wasm-unsafe-eval';",
            "frame-src 'self'",
            "base-uri 'none'",
            "form-action 'none'",
            "frame-ancestors 'none'",
            "require-trusted-types-for 'script'",
        ] {
            assert!(policy.contains(part), "{part}");
        }
        assert!(!policy.contains("unsafe-inline") && !policy.contains("'unsafe-eval'"));
        assert_eq!(header("referrer-policy"), "no-referrer");
        assert_eq!(header("x-content-type-options"), "nosniff");
        assert_eq!(header("cross-origin-opener-policy"), "same-origin");
    }
}

#[tokio::test]
async fn pages_are_asked_for_again_and_sent_once() {
    let server = TestServer::start().await;
    let url = server.url("/static/page.css");
    let first = server.get(&url).await;
    assert_eq!(first.headers()["cache-control"], "no-cache");
    let tag = first.headers()["etag"].clone();
    let again = server.http.get(&url).header("if-none-match", tag).send().await.unwrap();
    assert_eq!((again.status().as_u16(), again.bytes().await.unwrap().len()), (304, 0));
    let other = server.http.get(&url).header("if-none-match", "W/\"other\"").send().await.unwrap();
    assert_eq!(other.status(), 200);
    let packed = server.http.get(&url).header("accept-encoding", "br").send().await.unwrap();
    assert_eq!(packed.headers()["content-encoding"], "br");
    assert!(packed.bytes().await.unwrap().len() < first.bytes().await.unwrap().len());
}

#[tokio::test]
async fn nothing_beside_the_pages_is_served() {
    let server = TestServer::start().await;
    for path in [
        "/static/README.md",
        "/static/../Cargo.toml",
        "/static/%2e%2e/Cargo.toml",
        "/static/..%2fCargo.toml",
        "/static//etc/passwd",
        "/static/",
        "/bulla/package.json",
        "/bulla/../server/Cargo.toml",
        "/Cargo.toml",
        "/server.key",
        "/bulla-data/server.key",
    ] {
        let mut stream = tokio::net::TcpStream::connect(server.address).await.unwrap();
        let request = format!("GET {path} HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n");
        tokio::io::AsyncWriteExt::write_all(&mut stream, request.as_bytes()).await.unwrap();
        let mut answer = Vec::new();
        tokio::io::AsyncReadExt::read_to_end(&mut stream, &mut answer).await.unwrap();
        assert!(answer.starts_with(b"HTTP/1.1 404 "), "{path}");
    }
}

#[tokio::test]
async fn health_is_the_databases() {
    let server = TestServer::start().await;
    for path in ["/healthz", "/healthz/"] {
        assert_eq!(server.get(&server.url(path)).await.status(), 200);
    }
}

#[tokio::test]
async fn pages_of_allowed_origins_may_call_and_no_others() {
    let ours = "https://app.example.com";
    let server = TestServer::start_with(|settings| settings.allow_origins = vec![ours.to_owned()]).await;
    let preflight = async |path: &str, origin: &str, method: &str| {
        let request = server.http.request(Method::OPTIONS, server.url(path)).header("origin", origin);
        let request = request.header("access-control-request-method", method);
        request.header("access-control-request-headers", "ss-api-key,content-type").send().await.unwrap()
    };
    for (path, method) in [
        ("/drop-zone/v2.0/package/", "PUT"),
        ("/api/v2.0/user/", "GET"),
        ("/link/v1/x/open", "POST"),
        ("/blob/P/F/1", "PUT"),
    ] {
        let allowed = preflight(path, ours, method).await;
        assert_eq!(allowed.headers()["access-control-allow-origin"], ours, "{path}");
        let headers = allowed.headers()["access-control-allow-headers"].to_str().unwrap();
        for name in [
            "ss-api-key",
            "ss-request-timestamp",
            "ss-request-signature",
            "ss-request-nonce",
            "ss-request-api",
            "content-type",
            "range",
            "authorization",
        ] {
            assert!(headers.split(',').any(|header| header == name), "{name}: {headers}");
        }
        assert!(allowed.headers()["access-control-allow-methods"].to_str().unwrap().contains(method));
        for other in ["https://evil.example", "https://app.example.com.evil.example", "null"] {
            let answer = preflight(path, other, method).await;
            // A signed request stands for itself, as does a Dropzone's id, and SendSafely's Node client asks from `null`.
            let itself = path.starts_with("/api/v2.0/") || path.starts_with("/drop-zone/v2.0/");
            let expected = (other == "null" && itself).then_some("null");
            let allowed = answer.headers().get("access-control-allow-origin");
            assert_eq!(allowed.map(|origin| origin.to_str().unwrap()), expected, "{path} {other}");
        }
    }
    let get = server.http.get(server.url("/link/v1/x/")).header("origin", ours).send().await.unwrap();
    assert_eq!(get.headers()["access-control-allow-origin"], ours);
    let exposed = get.headers()["access-control-expose-headers"].to_str().unwrap();
    assert!(exposed.contains("content-range") && exposed.contains("retry-after"));
    assert_eq!(get.headers().get("access-control-allow-credentials"), None);
}

#[tokio::test]
async fn by_default_no_other_origin_may_call() {
    let server = TestServer::start().await;
    let request = server.http.request(Method::OPTIONS, server.url("/drop-zone/v2.0/package/"));
    let request =
        request.header("origin", "http://localhost:3000").header("access-control-request-method", "PUT");
    assert_eq!(request.send().await.unwrap().headers().get("access-control-allow-origin"), None);
}
