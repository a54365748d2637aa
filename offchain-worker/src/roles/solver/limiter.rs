//! How much one address may ask for.

use std::{
	collections::HashMap,
	net::IpAddr,
	sync::{Mutex, PoisonError},
	time::Instant,
};

/// Most addresses that are remembered; beyond them those that asked for nothing lately are forgotten,
/// and then newcomers are refused.
const MOST: usize = 16_384;

/// A bucket of tokens for each address, which fills with time.
pub struct Limiter {
	per_second: f64,
	burst: f64,
	buckets: Mutex<HashMap<IpAddr, (f64, Instant)>>,
}

impl Limiter {
	pub fn new(per_minute: u32, burst: u32) -> Self {
		let per_second = f64::from(per_minute) / 60.0;
		Self { per_second, burst: f64::from(burst), buckets: Mutex::default() }
	}

	/// Takes `cost` tokens of an address, if it has them.
	pub fn admit(&self, address: IpAddr, cost: f64, now: Instant) -> bool {
		let address = network(address);
		let mut buckets = self.buckets.lock().unwrap_or_else(PoisonError::into_inner);
		if buckets.len() >= MOST && !buckets.contains_key(&address) {
			// A full bucket is the same as none.
			buckets.retain(|_, (left, at)| self.filled(*left, *at, now) < self.burst);
			if buckets.len() >= MOST {
				return false;
			}
		}
		let (left, at) = buckets.entry(address).or_insert((self.burst, now));
		let filled = self.filled(*left, *at, now);
		(*left, *at) = (filled, now);
		// Whatever costs more than a full bucket takes all of it.
		let cost = cost.min(self.burst);
		if filled < cost {
			return false;
		}
		*left = filled - cost;
		true
	}

	fn filled(&self, left: f64, at: Instant, now: Instant) -> f64 {
		let seconds = now.saturating_duration_since(at).as_secs_f64();
		(left + seconds * self.per_second).min(self.burst)
	}
}

/// What one party can be taken to have: an address of IPv4, and of IPv6 a network of 64 bits.
fn network(address: IpAddr) -> IpAddr {
	match address.to_canonical() {
		IpAddr::V6(address) => {
			let prefix = address.to_bits() >> 64 << 64;
			IpAddr::V6(prefix.into())
		},
		address => address,
	}
}

#[cfg(test)]
mod tests {
	use super::*;
	use std::time::Duration;

	fn ip(text: &str) -> IpAddr {
		text.parse().expect("an address")
	}

	#[test]
	fn limiter_should_refuse_when_the_bucket_is_empty_and_fill_it_with_time() {
		let limiter = Limiter::new(60, 3);
		let start = Instant::now();
		let one = ip("10.0.0.1");
		let taken = (0..5).filter(|_| limiter.admit(one, 1.0, start)).count();
		assert_eq!(taken, 3);
		assert!(limiter.admit(ip("10.0.0.2"), 1.0, start), "others are not affected");
		let later = start + Duration::from_secs(2);
		let taken = (0..5).filter(|_| limiter.admit(one, 1.0, later)).count();
		assert_eq!(taken, 2);
		let much = start + Duration::from_secs(3_600);
		assert!(limiter.admit(one, 100.0, much), "all of a full bucket");
		assert!(!limiter.admit(one, 1.0, much));
	}

	#[test]
	fn networks_of_ipv6_should_count_as_one() {
		let limiter = Limiter::new(60, 1);
		let now = Instant::now();
		assert!(limiter.admit(ip("2001:db8::1"), 1.0, now));
		assert!(!limiter.admit(ip("2001:db8::2"), 1.0, now));
		assert!(limiter.admit(ip("2001:db8:0:1::1"), 1.0, now));
		assert!(limiter.admit(ip("::ffff:10.0.0.1"), 1.0, now));
		assert!(!limiter.admit(ip("10.0.0.1"), 1.0, now), "the same in another notation");
	}

	#[test]
	fn memory_should_be_bounded_when_addresses_are_many() {
		let limiter = Limiter::new(60, 2);
		let now = Instant::now();
		let address = |number: u32| IpAddr::from(number.to_be_bytes());
		for number in 0..MOST as u32 {
			assert!(limiter.admit(address(number), 1.0, now));
		}
		assert!(!limiter.admit(address(MOST as u32), 1.0, now));
		let later = now + Duration::from_secs(10);
		assert!(limiter.admit(address(MOST as u32), 1.0, later), "the others have full buckets");
		assert!(limiter.buckets.lock().expect("nobody panicked").len() < 10);
	}
}
