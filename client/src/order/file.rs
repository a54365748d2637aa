//! Files that carry an order from one party to another.

use super::sign::encoded;
use crate::error::{Error, Result};
use assay_primitives::order::{AnyOrder, Authorization, OrderFile};
use codec::{DecodeAll, Encode};
use serde::{Deserialize, Serialize};

/// Largest file that is read, in bytes. The largest order has about 40 KiB as hexadecimal digits.
pub const MAX_FILE_BYTES: usize = 256 * 1024;

/// A file: JSON, the binary parts in hexadecimal. The text is there for people, and never read.
#[derive(Deserialize, Serialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct Form {
	format: String,
	genesis: String,
	order: String,
	#[serde(default, skip_serializing_if = "Option::is_none")]
	authorization: Option<String>,
	#[serde(default, skip_serializing_if = "Option::is_none")]
	sponsor: Option<String>,
	#[serde(default)]
	text: Vec<String>,
}

const FORMAT: &str = "assay order 1";

/// Reads a file. Errors: [`Error::Usage`].
pub fn read_file(bytes: &[u8]) -> Result<OrderFile> {
	let bad = |why: &str| Error::Usage(format!("that is no file of an order: {why}"));
	if bytes.len() > MAX_FILE_BYTES {
		return Err(bad("it is too large"));
	}
	let form: Form = serde_json::from_slice(bytes).map_err(|error| bad(&error.to_string()))?;
	if form.format != FORMAT {
		return Err(bad("its format is another"));
	}
	let genesis = crate::units::parse_hash(&form.genesis)?;
	let order = read::<AnyOrder>("order", &form.order)?;
	let consent = |name, text: Option<String>| {
		text.map(|text| read::<Authorization>(name, &text)).transpose()
	};
	let authorization = consent("authorization", form.authorization)?;
	let sponsor = consent("sponsor", form.sponsor)?;
	Ok(OrderFile { genesis, order, authorization, sponsor })
}

/// Writes a file.
pub fn print_file(file: &OrderFile) -> String {
	let consent = |it: &Authorization| hexed(&encoded(it));
	let form = Form {
		format: FORMAT.into(),
		genesis: hexed(file.genesis.as_bytes()),
		order: hexed(&file.order.encode()),
		authorization: file.authorization.as_ref().map(consent),
		sponsor: file.sponsor.as_ref().map(consent),
		text: file.text().lines().map(str::to_owned).collect(),
	};
	// Strings and lists of them can always be written.
	serde_json::to_string_pretty(&form).unwrap_or_default()
}

fn hexed(bytes: &[u8]) -> String {
	format!("0x{}", hex::encode(bytes))
}

fn read<T: DecodeAll>(name: &str, text: &str) -> Result<T> {
	let bad = |why: String| Error::Usage(format!("the file's {name} can't be read: {why}"));
	let bytes = hex::decode(text.strip_prefix("0x").unwrap_or(text))
		.map_err(|error| bad(error.to_string()))?;
	T::decode_all(&mut &bytes[..]).map_err(|error| bad(error.to_string()))
}
