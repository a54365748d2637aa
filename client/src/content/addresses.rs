//! Which addresses a URL that a stranger named may lead to.

use reqwest::{
	Url,
	dns::{Addrs, Name, Resolve, Resolving},
	redirect::{Action, Attempt, Policy},
};
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};

/// Most redirections that are followed.
const MAX_REDIRECTS: usize = 3;

/// Whether an address is one of the public internet.
pub(crate) fn is_public(address: IpAddr) -> bool {
	match address {
		IpAddr::V4(address) => is_public_v4(address),
		IpAddr::V6(address) => is_public_v6(address),
	}
}

fn is_public_v4(address: Ipv4Addr) -> bool {
	let [a, b, c, _] = address.octets();
	let shared = a == 100 && (64..128).contains(&b);
	let protocol = a == 192 && b == 0 && c == 0;
	let benchmark = a == 198 && (b == 18 || b == 19);
	let relay = a == 192 && b == 88 && c == 99;
	!(a == 0
		|| a >= 224
		|| address.is_private()
		|| address.is_loopback()
		|| address.is_link_local()
		|| address.is_documentation()
		|| shared
		|| protocol
		|| benchmark
		|| relay)
}

fn is_public_v6(address: Ipv6Addr) -> bool {
	if let Some(inner) = embedded_v4(&address) {
		return is_public_v4(inner);
	}
	let first = address.segments()[0];
	let second = address.segments()[1];
	// Global unicast, 2000::/3, without documentation, Teredo and the other special 2001:0::/23.
	let global = first & 0xe000 == 0x2000;
	let special = first == 0x2001 && second < 0x0200;
	let documentation = first == 0x2001 && second == 0x0db8 || first == 0x3fff && second < 0x1000;
	global && !special && !documentation
}

/// An IPv4 address that an IPv6 address stands for: mapped, translated or 6to4.
fn embedded_v4(address: &Ipv6Addr) -> Option<Ipv4Addr> {
	let segments = address.segments();
	let pair = |high: u16, low: u16| {
		let [a, b] = high.to_be_bytes();
		let [c, d] = low.to_be_bytes();
		Ipv4Addr::new(a, b, c, d)
	};
	match segments {
		[0, 0, 0, 0, 0, 0xffff, high, low] => Some(pair(high, low)),
		[0x64, 0xff9b, 0, 0, 0, 0, high, low] => Some(pair(high, low)),
		[0x2002, high, low, ..] => Some(pair(high, low)),
		_ => None,
	}
}

/// Why a URL may not be used, or nothing. Host names are checked when they are resolved.
pub(crate) fn refuse_url(url: &Url) -> Option<&'static str> {
	if url.scheme() != "http" && url.scheme() != "https" {
		return Some("only http and https are used");
	}
	let Some(host) = url.host_str() else { return Some("it names no host") };
	let literal = host.trim_start_matches('[').trim_end_matches(']').parse::<IpAddr>();
	match literal {
		Ok(address) if !is_public(address) => Some("it leads to a private address"),
		_ => None,
	}
}

/// Follows few redirections: of strangers' URLs none to a private address. A gateway that the user has named, which may be
/// one of a private network, is followed to itself alone; elsewhere it leads no further than a stranger's URL, which is for
/// whoever gets its answer to see to.
pub(crate) fn redirects(restricted: bool) -> Policy {
	Policy::custom(move |attempt: Attempt<'_>| -> Action {
		if attempt.previous().len() > MAX_REDIRECTS {
			return attempt.error("too many redirections");
		}
		match (restricted, refuse_url(attempt.url())) {
			(true, Some(why)) => attempt.error(why),
			(true, None) => attempt.follow(),
			(false, _) => match attempt.previous().first() {
				Some(named) if is_of(attempt.url(), named) => attempt.follow(),
				_ => attempt.stop(),
			},
		}
	})
}

/// Whether a URL is of the service that was named: its host or one below it, which gateways have for each content, at its
/// port, or at those of the web.
fn is_of(url: &Url, named: &Url) -> bool {
	let (Some(host), Some(named_host)) = (url.host_str(), named.host_str()) else { return false };
	let below = host.strip_suffix(named_host).is_some_and(|rest| rest.ends_with('.'));
	let web = |url: &Url| matches!(url.scheme(), "http" | "https");
	let same_port = url.port_or_known_default() == named.port_or_known_default()
		|| url.port().is_none() && named.port().is_none();
	web(url) && web(named) && same_port && (host == named_host || below)
}

/// Resolves names, leaving out addresses that are not public. What is connected to is what was
/// checked, so a name that changes its address between the two gains nothing.
pub(crate) struct PublicOnly;

impl Resolve for PublicOnly {
	fn resolve(&self, name: Name) -> Resolving {
		Box::pin(async move {
			let host = name.as_str().to_string();
			let all = tokio::net::lookup_host((host.as_str(), 0)).await?;
			let public: Vec<SocketAddr> = all.filter(|address| is_public(address.ip())).collect();
			if public.is_empty() {
				return Err(format!("{host} has no public address").into());
			}
			Ok(Box::new(public.into_iter()) as Addrs)
		})
	}
}

#[cfg(test)]
mod tests {
	use super::*;

	#[test]
	fn private_and_special_addresses_should_not_count_as_public() {
		for address in [
			"0.0.0.0",
			"10.1.2.3",
			"100.64.0.1",
			"127.0.0.1",
			"127.255.255.254",
			"169.254.169.254",
			"172.16.0.1",
			"172.31.255.255",
			"192.0.0.1",
			"192.0.2.1",
			"192.168.1.1",
			"198.18.0.1",
			"198.19.255.255",
			"198.51.100.1",
			"203.0.113.5",
			"224.0.0.1",
			"240.0.0.1",
			"255.255.255.255",
			"::",
			"::1",
			"::ffff:127.0.0.1",
			"::ffff:10.0.0.1",
			"64:ff9b::a00:1",
			"2002:a00:1::1",
			"fc00::1",
			"fd12::1",
			"fe80::1",
			"ff02::1",
			"2001:db8::1",
			"2001::1",
			"::127.0.0.1",
		] {
			let parsed: IpAddr = address.parse().expect(address);
			assert!(!is_public(parsed), "{address}");
		}
	}

	#[test]
	fn public_addresses_should_count_as_public() {
		for address in [
			"1.1.1.1",
			"8.8.8.8",
			"100.128.0.1",
			"172.32.0.1",
			"192.169.0.1",
			"223.255.255.1",
			"2606:4700::1111",
			"2a01:4f8::1",
			"::ffff:8.8.8.8",
			"64:ff9b::808:808",
		] {
			let parsed: IpAddr = address.parse().expect(address);
			assert!(is_public(parsed), "{address}");
		}
	}

	#[test]
	fn urls_should_be_refused_when_literal_and_private_or_of_another_scheme() {
		for (url, refused) in [
			("http://127.0.0.1/x", true),
			("http://[::1]:80/x", true),
			("http://169.254.169.254/latest", true),
			// Other spellings of 127.0.0.1, which URL parsing makes literal.
			("http://2130706433/", true),
			("http://0x7f.1/", true),
			("file:///etc/passwd", true),
			("ftp://example.org/", true),
			("https://example.org/ipfs", false),
			("http://8.8.8.8/", false),
		] {
			let url = Url::parse(url).expect(url);
			assert_eq!(refuse_url(&url).is_some(), refused, "{url}");
		}
	}

	#[test]
	fn url_should_be_of_a_gateway_when_it_is_of_its_host_and_port() {
		let of = |url: &str, named: &str| {
			let parse = |text: &str| Url::parse(text).expect("a URL");
			is_of(&parse(url), &parse(named))
		};
		assert!(of("http://127.0.0.1:8080/elsewhere", "http://127.0.0.1:8080/ipfs/x"));
		assert!(of("http://x.ipfs.localhost:8080/", "http://localhost:8080/ipfs/x"));
		assert!(of("https://gateway.example/x", "http://gateway.example/ipfs/x"));
		assert!(!of("http://127.0.0.1:9944/", "http://127.0.0.1:8080/ipfs/x"), "another service");
		assert!(!of("http://10.0.0.7:8080/", "http://10.0.0.8:8080/ipfs/x"));
		assert!(!of("http://othergateway.example/", "http://gateway.example/ipfs/x"));
		assert!(!of("file:///etc/passwd", "http://localhost/ipfs/x"));
	}

	#[tokio::test]
	async fn resolving_should_fail_when_all_addresses_are_private() {
		let name: Name = "localhost".parse().expect("a name");
		assert!(PublicOnly.resolve(name).await.is_err());
	}
}
