//! Both clients against real servers on loopback.

use super::*;
use crate::testing::{Server, answer, endless};
use bytes::Bytes;
use futures::StreamExt as _;
use reqwest::StatusCode;
use std::net::IpAddr;

const SMALL: Limits = Limits { body_bytes: 1000, stream_bytes: 5000, ..Limits::PROVIDER };
const DEVELOPMENT: CustomerPolicy = CustomerPolicy { allow_private: true, allow_http: true, allow_any_port: true };
const STRANGERS: CustomerPolicy = CustomerPolicy { allow_private: false, allow_http: true, allow_any_port: true };

fn provider(server: &Server, limits: Limits) -> Client {
    let allowed = AllowedHosts::default().with_loopback(&server.origin()).unwrap();
    Client::for_provider(allowed, limits).unwrap()
}

/// A customer client for whom every name resolves to these addresses.
fn customers(policy: CustomerPolicy, addresses: &[&str]) -> Client {
    let addresses: Vec<IpAddr> = addresses.iter().map(|text| text.parse().unwrap()).collect();
    let lookup: Lookup = Arc::new(move |_| {
        let addresses = addresses.clone();
        Box::pin(async move { Ok(addresses) })
    });
    Client::for_customers_with(policy, Limits::CUSTOMER, &lookup).unwrap()
}

fn refusal<T: fmt::Debug>(outcome: Result<T, Error>) -> Refusal {
    match outcome {
        Err(Error::Refused(refusal)) => refusal,
        other => panic!("not refused: {other:?}"),
    }
}

#[tokio::test]
async fn a_request_arrives_with_token_agent_and_body_and_is_answered() {
    let server = Server::start(|_| Some(answer("201 Created", "x-answer: yes\r\n", r#"{"ok":true}"#))).await;
    let request = Request::post(server.url("/a?b=c")).with_bearer(crate::Secret::new("hush"));
    let request = request.with_header("x-ask", "please").unwrap().with_body(Body::Bytes(Bytes::from_static(b"hello")));
    let response = provider(&server, SMALL).send(request).await.unwrap();
    assert_eq!((response.status, response.headers["x-answer"].as_bytes()), (StatusCode::CREATED, b"yes".as_slice()));
    assert_eq!(response.json::<serde_json::Value>().unwrap(), serde_json::json!({"ok": true}));
    let seen = server.seen().remove(0);
    assert!(seen.starts_with("POST /a?b=c HTTP/1.1\r\n") && seen.ends_with("\r\n\r\nhello"), "{seen}");
    for header in ["authorization: Bearer hush", "x-ask: please", &format!("user-agent: {USER_AGENT}")] {
        assert!(seen.contains(header), "{seen}");
    }
}

#[tokio::test]
async fn forms_and_json_say_what_they_are() {
    let server = Server::start(|_| Some(answer("204 No Content", "", ""))).await;
    let client = provider(&server, SMALL);
    let form = Body::Form(vec![("a b", zeroize::Zeroizing::new("c&d".to_owned()))]);
    client.send(Request::post(server.url("/")).with_body(form)).await.unwrap();
    client.send(Request::post(server.url("/")).with_body(Body::Json(serde_json::json!([1])))).await.unwrap();
    let seen = server.seen();
    assert!(seen[0].contains("content-type: application/x-www-form-urlencoded") && seen[0].ends_with("a+b=c%26d"));
    assert!(seen[1].contains("content-type: application/json") && seen[1].ends_with("[1]"));
}

#[tokio::test]
async fn a_host_off_the_list_is_refused_before_a_connection() {
    let (listed, other) = (Server::start(|_| None).await, Server::start(|_| None).await);
    let client = provider(&listed, SMALL);
    let request = Request::get(other.url("/")).with_bearer(crate::Secret::new("hush"));
    assert_eq!(refusal(client.send(request).await), Refusal::Host);
    assert_eq!(refusal(client.stream(Request::get(other.url("/"))).await), Refusal::Host);
    assert_eq!((listed.connections(), other.connections()), (0, 0));
}

#[tokio::test]
async fn redirects_are_answers_and_not_followed() {
    let target = Server::start(|_| Some(answer("200 OK", "", ""))).await;
    let location = format!("location: {}/secret\r\n", target.origin());
    let server = Server::start(move |_| Some(answer("302 Found", &location, ""))).await;
    let request = || Request::get(server.url("/"));
    assert_eq!(provider(&server, SMALL).send(request()).await.unwrap().status, StatusCode::FOUND);
    let client = Client::for_customers(DEVELOPMENT, Limits::CUSTOMER).unwrap();
    assert_eq!(client.send(request()).await.unwrap().status, StatusCode::FOUND);
    assert_eq!(target.connections(), 0);
}

#[tokio::test]
async fn a_body_past_the_limit_is_an_error_whether_announced_or_not() {
    let announced = Server::start(|_| Some(answer("200 OK", "", &"x".repeat(1001)))).await;
    let silent = Server::start(|_| Some(endless(&[b'x'; 1001]))).await;
    let exact = Server::start(|_| Some(endless(&[b'x'; 1000]))).await;
    for server in [announced, silent] {
        let outcome = provider(&server, SMALL).send(Request::get(server.url("/"))).await;
        assert!(matches!(outcome, Err(Error::TooLarge { limit: 1000 })), "{outcome:?}");
    }
    let response = provider(&exact, SMALL).send(Request::get(exact.url("/"))).await.unwrap();
    assert_eq!((response.body.len(), response.truncated), (1000, false));
}

#[tokio::test]
async fn a_customers_long_answer_is_cut() {
    let server = Server::start(|_| Some(answer("200 OK", "", &"x".repeat(1 << 20)))).await;
    let client = Client::for_customers(DEVELOPMENT, Limits::CUSTOMER).unwrap();
    let response = client.send(Request::post(server.url("/"))).await.unwrap();
    assert_eq!((response.status, response.body.len(), response.truncated), (StatusCode::OK, 64 << 10, true));
}

#[tokio::test]
async fn a_stream_passes_more_than_a_whole_body_and_ends_at_its_own_limit() {
    for (length, fits) in [(5000, true), (5001, false)] {
        let server = Server::start(move |_| Some(endless(&vec![b'x'; length]))).await;
        let streamed = provider(&server, SMALL).stream(Request::get(server.url("/"))).await.unwrap();
        let chunks: Vec<_> = streamed.into_stream().collect().await;
        assert_eq!(chunks.iter().all(Result::is_ok), fits);
        let received: usize = chunks.iter().flatten().map(Bytes::len).sum();
        assert!(if fits { received == length } else { received < length });
        assert!(fits || matches!(chunks.last(), Some(Err(Error::TooLarge { limit: 5000 }))));
    }
}

#[tokio::test]
async fn silence_ends_as_a_timeout_that_may_be_retried() {
    let server = Server::start(|_| None).await;
    let short = Limits { total: Duration::from_millis(50), ..SMALL };
    let error = provider(&server, short).send(Request::get(server.url("/"))).await.unwrap_err();
    assert!(matches!(error, Error::Timeout) && error.is_retryable(), "{error:?}");
    let request = Request::get(server.url("/")).with_timeout(Duration::from_millis(50));
    let error = provider(&server, SMALL).send(request).await.unwrap_err();
    assert!(matches!(error, Error::Timeout), "{error:?}");
}

#[tokio::test]
async fn a_torn_answer_and_a_closed_port_are_retryable_and_name_no_url() {
    let torn = Server::start(|_| Some(b"HTTP/1.1 200 OK\r\ncontent-length: 100\r\n\r\nhalf".to_vec())).await;
    let error = provider(&torn, SMALL).send(Request::get(torn.url("/?token=hush"))).await.unwrap_err();
    assert!(matches!(error, Error::Other(_)) && error.is_retryable(), "{error:?}");
    assert!(!format!("{error:?} {}", error.describe()).contains("hush"));

    let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let origin = format!("http://{}", listener.local_addr().unwrap());
    drop(listener);
    let client = Client::for_provider(AllowedHosts::default().with_loopback(&origin).unwrap(), SMALL).unwrap();
    let error = client.send(Request::parse("GET", &format!("{origin}/?token=hush")).unwrap()).await.unwrap_err();
    assert!(matches!(error, Error::Connect(_)) && error.is_retryable(), "{error:?}");
    assert!(!format!("{error:?} {}", error.describe()).contains("hush"));
}

#[tokio::test]
async fn a_customers_name_that_resolves_to_private_addresses_is_refused_without_a_connection() {
    let server = Server::start(|_| Some(answer("200 OK", "", ""))).await;
    for addresses in [&["127.0.0.1"][..], &["::ffff:127.0.0.1", "10.0.0.1", "169.254.169.254"], &["64:ff9b::7f00:1"]] {
        let url = Url::parse(&format!("http://hook.test:{}/", server.port)).unwrap();
        let outcome = customers(STRANGERS, addresses).send(Request::post(url)).await;
        assert_eq!(refusal(outcome), Refusal::Address, "{addresses:?}");
    }
    assert_eq!(server.connections(), 0);
}

#[tokio::test]
async fn of_mixed_addresses_only_the_permitted_are_tried() {
    let server = Server::start(|_| Some(answer("200 OK", "", ""))).await;
    let url = Url::parse(&format!("http://hook.test:{}/", server.port)).unwrap();
    let client = customers(DEVELOPMENT, &["169.254.169.254", "0.0.0.0", "127.0.0.1"]);
    assert_eq!(client.send(Request::post(url)).await.unwrap().status, StatusCode::OK);
    assert_eq!(server.connections(), 1);
}

#[tokio::test]
async fn the_systems_own_name_for_loopback_is_refused_by_the_resolver() {
    use reqwest::dns::Resolve as _;
    let resolve = |policy| {
        let guarded = GuardedResolver { policy, lookup: system_lookup() };
        guarded.resolve("localhost".parse().unwrap())
    };
    let refused = resolve(STRANGERS).await.err().unwrap();
    assert_eq!(refused.downcast_ref(), Some(&Refusal::Address));
    assert!(resolve(DEVELOPMENT).await.unwrap().all(|address| address.ip().is_loopback()));
}

#[tokio::test]
async fn a_customers_literal_private_address_is_refused_without_a_connection() {
    let server = Server::start(|_| None).await;
    let client = Client::for_customers(STRANGERS, Limits::CUSTOMER).unwrap();
    for host in ["127.0.0.1", "2130706433", "0x7f.1", "017700000001", "[::ffff:127.0.0.1]", "localhost"] {
        let url = Url::parse(&format!("http://{host}:{}/", server.port)).unwrap();
        assert_eq!(refusal(client.send(Request::post(url)).await), Refusal::Address, "{host}");
    }
    assert_eq!(server.connections(), 0);
}

#[tokio::test]
async fn a_customers_server_on_the_local_network_is_reached_where_that_is_allowed() {
    let server = Server::start(|_| Some(answer("410 Gone", "", "bye"))).await;
    let client = Client::for_customers(DEVELOPMENT, Limits::CUSTOMER).unwrap();
    for host in ["127.0.0.1", "localhost"] {
        let url = Url::parse(&format!("http://{host}:{}/", server.port)).unwrap();
        let response = client.send(Request::post(url)).await.unwrap();
        assert_eq!((response.status, response.text().as_ref()), (StatusCode::GONE, "bye"));
    }
}
