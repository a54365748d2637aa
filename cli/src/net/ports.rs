//! Ports are tried before anything is started, so that a second network on the same ones is told so.

use crate::failure::Failure;
use std::net::{Ipv4Addr, TcpListener};

/// Checks that nothing listens on `ports`, given with the option that moves each.
pub fn check(ports: &[(u16, &str)]) -> Result<(), Failure> {
	for (at, (port, option)) in ports.iter().enumerate() {
		let twice = ports[..at].iter().any(|(other, _)| other == port);
		if twice {
			return Err(Failure::usage(format!("port {port} is asked for twice, by {option} too")));
		}
		if let Err(error) = TcpListener::bind((Ipv4Addr::LOCALHOST, *port)) {
			return Err(Failure::new(format!("port {port} can't be used: {error}"))
				.hint(format!("another network may use it; choose another one with {option}")));
		}
	}
	Ok(())
}

#[cfg(test)]
mod tests {
	use super::*;

	#[test]
	fn port_should_be_refused_when_in_use_or_asked_for_twice() {
		let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).expect("a free port");
		let port = listener.local_addr().expect("bound").port();
		assert!(check(&[(port, "--rpc-port")]).is_err());
		drop(listener);
		assert!(check(&[(port, "--rpc-port")]).is_ok());
		assert!(check(&[(port, "--rpc-port"), (port, "--port")]).is_err());
	}
}
