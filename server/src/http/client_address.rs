//! Where a request comes from, past the proxies that are trusted.

use std::net::{IpAddr, SocketAddr};

use app::ClientAddress;
use axum::extract::{ConnectInfo, Request, State};
use axum::middleware::Next;
use axum::response::Response;
use http::HeaderMap;
use ipnet::IpNet;

use crate::state::AppState;

/// Puts the [`ClientAddress`] into the request's extensions.
pub(super) async fn find(State(state): State<AppState>, mut request: Request, next: Next) -> Response {
    let peer = request
        .extensions()
        .get::<ConnectInfo<SocketAddr>>()
        .map(|ConnectInfo(address)| address.ip());
    // No connection: the request was made inside this process, by a test.
    let peer = peer.unwrap_or(IpAddr::from([127, 0, 0, 1]));
    let address = client(peer.to_canonical(), request.headers(), state.trusted_proxies());
    request.extensions_mut().insert(ClientAddress(address));
    next.run(request).await
}

/// Walks from the peer backwards through what the proxies say, as long as it is a trusted one that says it: each
/// proxy adds at the right what it saw itself, and everything to the left of that is the client's own claim.
fn client(peer: IpAddr, headers: &HeaderMap, trusted: &[IpNet]) -> IpAddr {
    let is_trusted = |address: IpAddr| trusted.iter().any(|network| network.contains(&address));
    let mut address = peer;
    for claimed in claims(headers).into_iter().rev() {
        if !is_trusted(address) {
            break;
        }
        match claimed {
            Some(before) => address = before,
            None => break,
        }
    }
    address
}

/// The addresses from left to right; none for one that cannot be read. `X-Forwarded-For` is what nearly every proxy
/// writes; `Forwarded` (RFC 7239) counts where it is alone.
fn claims(headers: &HeaderMap) -> Vec<Option<IpAddr>> {
    let elements = |name: &str| -> Vec<String> {
        let lines = headers.get_all(name).iter().filter_map(|line| line.to_str().ok());
        lines
            .flat_map(|line| line.split(','))
            .map(|element| element.trim().to_owned())
            .collect()
    };
    if headers.contains_key("x-forwarded-for") {
        return elements("x-forwarded-for")
            .iter()
            .map(|element| read(element))
            .collect();
    }
    elements("forwarded")
        .iter()
        .map(|element| {
            let (_, node) = element
                .split(';')
                .filter_map(|pair| pair.split_once('='))
                .find(|(name, _)| name.trim().eq_ignore_ascii_case("for"))?;
            read(node.trim().trim_matches('"'))
        })
        .collect()
}

/// An address, with or without a port, in brackets or not.
fn read(text: &str) -> Option<IpAddr> {
    let address = text
        .parse::<IpAddr>()
        .or_else(|_| text.parse::<SocketAddr>().map(|address| address.ip()))
        .or_else(|_| text.trim_matches(['[', ']']).parse::<IpAddr>())
        .ok()?;
    Some(address.to_canonical())
}

#[cfg(test)]
mod tests {
    use super::*;

    /// One case: the peer, the header's name and value, the client.
    fn found(peer: &str, header: &str, value: &str) -> String {
        let trusted = ["10.0.0.0/8".parse().unwrap(), "2001:db8::/32".parse().unwrap()];
        let mut headers = HeaderMap::new();
        headers.append(
            http::HeaderName::try_from(header).unwrap(),
            value.parse().unwrap(),
        );
        client(peer.parse().unwrap(), &headers, &trusted).to_string()
    }

    #[test]
    fn only_a_trusted_proxy_is_believed() {
        for (peer, header, value, expected) in [
            ("198.51.100.9", "x-forwarded-for", "192.0.2.1", "198.51.100.9"),
            ("10.0.0.1", "x-forwarded-for", "192.0.2.1", "192.0.2.1"),
            ("10.0.0.1", "x-forwarded-for", "192.0.2.1, 10.0.0.2", "192.0.2.1"),
            (
                "10.0.0.1",
                "x-forwarded-for",
                "1.1.1.1, 192.0.2.1, 10.0.0.2",
                "192.0.2.1",
            ),
            ("10.0.0.1", "x-forwarded-for", "10.0.0.3, 10.0.0.2", "10.0.0.3"),
            ("10.0.0.1", "x-forwarded-for", "192.0.2.1:4711", "192.0.2.1"),
            ("10.0.0.1", "x-forwarded-for", "192.0.2.1, nonsense", "10.0.0.1"),
            ("10.0.0.1", "x-forwarded-for", "", "10.0.0.1"),
            ("10.0.0.1", "x-forwarded-for", "::ffff:192.0.2.1", "192.0.2.1"),
            ("10.0.0.1", "forwarded", "for=192.0.2.1;proto=https", "192.0.2.1"),
            (
                "10.0.0.1",
                "forwarded",
                "For=\"[2001:db9::1]:4711\", for=10.0.0.2",
                "2001:db9::1",
            ),
            ("10.0.0.1", "forwarded", "proto=https", "10.0.0.1"),
            ("10.0.0.1", "forwarded", "for=_hidden", "10.0.0.1"),
            ("2001:db8::1", "x-forwarded-for", "192.0.2.1", "192.0.2.1"),
        ] {
            assert_eq!(
                found(peer, header, value),
                expected,
                "{peer} says {header}: {value}"
            );
        }
    }

    #[test]
    fn lines_of_the_header_follow_each_other_and_the_usual_one_wins() {
        let mut headers = HeaderMap::new();
        headers.append("x-forwarded-for", "1.1.1.1".parse().unwrap());
        headers.append("x-forwarded-for", "192.0.2.1".parse().unwrap());
        headers.append("forwarded", "for=203.0.113.5".parse().unwrap());
        let trusted = ["10.0.0.0/8".parse().unwrap()];
        assert_eq!(
            client("10.0.0.1".parse().unwrap(), &headers, &trusted).to_string(),
            "192.0.2.1"
        );
    }
}
