//! Ports that no other suite takes, and no connection.
//!
//! A port that the system gives may be taken by another suite, or by a connection to somewhere, before
//! whatever it was asked for listens there. So each suite claims some for itself, below those from which
//! connections are given theirs.

use anyhow::{Context, Result, ensure};
use std::{
	net::{Ipv4Addr, TcpListener},
	sync::{Mutex, PoisonError},
};

/// Where claims begin. Connections take theirs from 32,768 on.
const FIRST: u16 = 10_000;
/// Ports of a claim, and how many claims there may be.
const CLAIM: u16 = 500;
const CLAIMS: u16 = 40;

/// The ports of this process.
struct Claim {
	/// Listens on the first of them as long as the process lives, which keeps others off.
	_listener: TcpListener,
	next: u16,
	end: u16,
}

static CLAIMED: Mutex<Option<Claim>> = Mutex::new(None);

/// A port of the loopback interface that nobody else takes.
pub fn free_port() -> Result<u16> {
	free_ports(1)
}

/// First of so many ports in a row that nobody else takes.
pub fn free_ports(number: u16) -> Result<u16> {
	let mut claimed = CLAIMED.lock().unwrap_or_else(PoisonError::into_inner);
	let claim = match &mut *claimed {
		Some(claim) => claim,
		none => none.insert(claim()?),
	};
	loop {
		let (first, end) = (claim.next, claim.next.saturating_add(number));
		ensure!(end <= claim.end, "the tests of this suite have used up {CLAIM} ports");
		// Something that is no test may listen there.
		match (first..end).rev().find(|port| listen(*port).is_none()) {
			Some(taken) => claim.next = taken.saturating_add(1),
			None => {
				claim.next = end;
				return Ok(first);
			},
		}
	}
}

fn claim() -> Result<Claim> {
	let mut firsts = (0..CLAIMS).map(|claim| FIRST + claim * CLAIM);
	let claim = firsts.find_map(|first| {
		Some(Claim { _listener: listen(first)?, next: first + 1, end: first + CLAIM })
	});
	claim.context("other suites have claimed all ports")
}

fn listen(port: u16) -> Option<TcpListener> {
	TcpListener::bind((Ipv4Addr::LOCALHOST, port)).ok()
}
