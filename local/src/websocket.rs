//! The server's side of a WebSocket (RFC 6455): as little of it as whoever stands in for a node, or in front of one,
//! needs.

use std::io;
use tokio::io::{AsyncRead, AsyncReadExt};

/// Longest head of a request or an answer.
const MAX_HEAD: usize = 64 << 10;
/// Longest body of a frame: four times the longest answer of a node.
const MAX_BODY: u64 = 16 << 20;

/// The head of an HTTP message, up to and with the empty line.
///
/// Errors: `InvalidData` where it is too long or no text.
pub async fn http_head(stream: &mut (impl AsyncRead + Unpin)) -> io::Result<String> {
	let mut head = Vec::new();
	while !head.ends_with(b"\r\n\r\n") {
		if head.len() >= MAX_HEAD {
			return Err(io::ErrorKind::InvalidData.into());
		}
		head.push(stream.read_u8().await?);
	}
	String::from_utf8(head).map_err(|_| io::ErrorKind::InvalidData.into())
}

/// The answer that opens the WebSocket which this head asks for; `None` where it asks for none.
pub fn accept(head: &str) -> Option<String> {
	let key = head.lines().find_map(|line| {
		let (name, value) = line.split_once(':')?;
		name.eq_ignore_ascii_case("sec-websocket-key").then_some(value.trim())
	})?;
	let accept = base64(&sha1(format!("{key}258EAFA5-E914-47DA-95CA-C5AB0DC85B11").as_bytes()));
	Some(format!(
		"HTTP/1.1 101 Switching Protocols\r\nupgrade: websocket\r\nconnection: upgrade\r\n\
		 sec-websocket-accept: {accept}\r\n\r\n"
	))
}

/// What a frame is.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Kind {
	/// A whole text.
	Text,
	/// The end of the connection.
	Close,
	/// Anything else.
	Other,
}

/// A frame.
#[derive(Clone, Debug)]
pub struct Frame {
	/// What it is.
	pub kind: Kind,
	/// As it came.
	pub raw: Vec<u8>,
	/// What it carries, unmasked.
	pub body: Vec<u8>,
}

impl Frame {
	/// The next one. Errors: `InvalidData` where it is too long.
	pub async fn read(from: &mut (impl AsyncRead + Unpin)) -> io::Result<Self> {
		let mut raw = vec![from.read_u8().await?, from.read_u8().await?];
		let (first, is_masked) = (raw[0], raw[1] & 0x80 != 0);
		let (short, more) = match raw[1] & 0x7f {
			126 => (0, 2),
			127 => (0, 8),
			short => (u64::from(short), 0),
		};
		take(from, more, &mut raw).await?;
		let length = raw[2..].iter().fold(short, |sum, byte| sum << 8 | u64::from(*byte));
		if length > MAX_BODY {
			return Err(io::ErrorKind::InvalidData.into());
		}
		let begin = raw.len();
		take(from, if is_masked { 4 } else { 0 }, &mut raw).await?;
		let mask = raw[begin..].to_vec();
		let body = raw.len();
		take(from, length as usize, &mut raw).await?;
		let plain = |(at, byte): (usize, &u8)| byte ^ mask.get(at % 4).unwrap_or(&0);
		let body = raw[body..].iter().enumerate().map(plain).collect();
		let kind = match first {
			0x81 => Kind::Text,
			first if first & 0x0f == 8 => Kind::Close,
			_ => Kind::Other,
		};
		Ok(Self { kind, raw, body })
	}
}

async fn take(
	from: &mut (impl AsyncRead + Unpin),
	count: usize,
	to: &mut Vec<u8>,
) -> io::Result<()> {
	let begin = to.len();
	to.resize(begin + count, 0);
	from.read_exact(&mut to[begin..]).await?;
	Ok(())
}

/// A frame with a text, as a server sends it.
pub fn text(text: &[u8]) -> Vec<u8> {
	let length = text.len();
	let head = match length {
		0..126 => vec![0x81, length as u8],
		126..65_536 => [&[0x81, 126], &(length as u16).to_be_bytes()[..]].concat(),
		_ => [&[0x81, 127], &(length as u64).to_be_bytes()[..]].concat(),
	};
	[&head, text].concat()
}

/// FIPS 180-4; the handshake wants it.
fn sha1(message: &[u8]) -> [u8; 20] {
	let mut state = [0x6745_2301u32, 0xefcd_ab89, 0x98ba_dcfe, 0x1032_5476, 0xc3d2_e1f0];
	let mut padded = message.to_vec();
	padded.push(0x80);
	while padded.len() % 64 != 56 {
		padded.push(0);
	}
	padded.extend_from_slice(&(message.len() as u64 * 8).to_be_bytes());
	for block in padded.chunks_exact(64) {
		let mut words = [0u32; 80];
		for (at, word) in block.chunks_exact(4).enumerate() {
			words[at] = u32::from_be_bytes([word[0], word[1], word[2], word[3]]);
		}
		for at in 16..80 {
			let mixed = words[at - 3] ^ words[at - 8] ^ words[at - 14] ^ words[at - 16];
			words[at] = mixed.rotate_left(1);
		}
		let [mut a, mut b, mut c, mut d, mut e] = state;
		for (at, word) in words.iter().enumerate() {
			let (mixed, constant) = match at / 20 {
				0 => ((b & c) | (!b & d), 0x5a82_7999u32),
				1 => (b ^ c ^ d, 0x6ed9_eba1),
				2 => ((b & c) | (b & d) | (c & d), 0x8f1b_bcdc),
				_ => (b ^ c ^ d, 0xca62_c1d6),
			};
			let next = a.rotate_left(5).wrapping_add(mixed).wrapping_add(e);
			let next = next.wrapping_add(constant).wrapping_add(*word);
			(e, d, c, b, a) = (d, c, b.rotate_left(30), a, next);
		}
		for (old, new) in state.iter_mut().zip([a, b, c, d, e]) {
			*old = old.wrapping_add(new);
		}
	}
	let mut digest = [0; 20];
	for (at, word) in state.iter().enumerate() {
		digest[at * 4..at * 4 + 4].copy_from_slice(&word.to_be_bytes());
	}
	digest
}

/// RFC 4648.
fn base64(bytes: &[u8]) -> String {
	const DIGITS: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
	let mut text = String::new();
	for chunk in bytes.chunks(3) {
		let mut group = [0u8; 4];
		group[1..1 + chunk.len()].copy_from_slice(chunk);
		let group = u32::from_be_bytes(group);
		for digit in 0..4 {
			match digit <= chunk.len() {
				true => text.push(DIGITS[(group >> (18 - 6 * digit) & 63) as usize] as char),
				false => text.push('='),
			}
		}
	}
	text
}

#[cfg(test)]
mod tests {
	use super::*;

	/// The example of RFC 6455, section 1.3.
	#[test]
	fn handshake_should_be_that_of_the_standard() {
		let head = "GET / HTTP/1.1\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n";
		let answer = accept(head).expect("it asks for one");
		assert!(
			answer.contains("sec-websocket-accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=\r\n"),
			"{answer}"
		);
		assert_eq!(accept("GET / HTTP/1.1\r\n\r\n"), None);
	}

	#[tokio::test]
	async fn frames_should_be_read_as_they_are_written_whatever_their_length() {
		for length in [0, 125, 126, 65_535, 65_536, 1 << 20] {
			let told = vec![b'a'; length];
			let raw = text(&told);
			let frame = Frame::read(&mut &raw[..]).await.expect("whole");
			assert_eq!((frame.kind, &frame.body, &frame.raw), (Kind::Text, &told, &raw));
			assert!(Frame::read(&mut &raw[..raw.len() - 1]).await.is_err());
		}
		// "Hello", masked: section 5.7 of the standard.
		let masked = [0x81, 0x85, 0x37, 0xfa, 0x21, 0x3d, 0x7f, 0x9f, 0x4d, 0x51, 0x58];
		let frame = Frame::read(&mut &masked[..]).await.expect("whole");
		assert_eq!(frame.body, b"Hello");
		let close = Frame::read(&mut &[0x88, 0][..]).await.expect("whole");
		assert_eq!(close.kind, Kind::Close);
		let endless = [0x81, 127, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff];
		assert!(Frame::read(&mut &endless[..]).await.is_err());
	}
}
