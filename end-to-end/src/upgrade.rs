//! Another version of a chain's runtime, and its way onto the chain.

use crate::{Network, waiting::eventually};
use anyhow::{Context, Result, ensure};
use assay_client::Head;
use sp_maybe_compressed_blob::{CODE_BLOB_BOMB_LIMIT, compress_weakly, decompress};
use std::ops::ControlFlow;
use subxt::{
	OnlineClient, SubstrateConfig,
	config::RpcConfigFor,
	dynamic::{self, Value},
	ext::scale_value::value,
	rpcs::{RpcClient, methods::legacy::LegacyRpcMethods},
};
use subxt_signer::sr25519::dev;

/// Where a chain keeps its runtime.
const CODE: &[u8] = b":code";

/// Has root replace the runtime by the same one with the next version, and waits until a block is
/// executed by it. Gives that version.
pub async fn upgrade(network: &Network) -> Result<u32> {
	let rpc = RpcClient::from_insecure_url(&network.node.url).await?;
	let methods = LegacyRpcMethods::<RpcConfigFor<SubstrateConfig>>::new(rpc.clone());
	let code = methods.state_get_storage(CODE, None).await?.context("a chain has a runtime")?;
	let version = network.chain.at_best().await?.spec_version();
	let next = next_version(&code, version)?;
	let client = OnlineClient::<SubstrateConfig>::from_rpc_client(rpc).await?;
	let code = Value::from_bytes(next);
	let set = value! { System(set_code { code: code }) };
	let weight = value! { { ref_time: 0u128, proof_size: 0u128 } };
	let call = dynamic::transaction("Sudo", "sudo_unchecked_weight", vec![set, weight]);
	let at = client.at_current_block().await?;
	// What failed shows in that no such block comes.
	at.transactions().sign_and_submit_then_watch_default(&call, &dev::alice()).await?;
	eventually(&network.chain, "block of the next version", async || {
		let here = network.chain.at_best().await?.spec_version();
		let best = network.chain.head(Head::Best).await?.number;
		Ok(if here == version + 1 {
			ControlFlow::Break(here)
		} else {
			ControlFlow::Continue(format!("version {here} at block {best}"))
		})
	})
	.await
}

/// A runtime with its version raised wherever it stands: in its description, which nodes read, and in
/// its code, which checks what signers have signed for. Building a second one would take minutes.
fn next_version(code: &[u8], version: u32) -> Result<Vec<u8>> {
	let mut plain = decompress(code, CODE_BLOB_BOMB_LIMIT)?.into_owned();
	let mut replaced = 0;
	for (old, new) in forms(version).iter().zip(&forms(version + 1)) {
		ensure!(old.len() == new.len(), "version {version} is as long as the next one");
		let mut from = 0;
		while let Some(found) = plain[from..].windows(old.len()).position(|it| it == old) {
			plain[from + found..][..new.len()].copy_from_slice(new);
			(from, replaced) = (from + found + new.len(), replaced + 1);
		}
	}
	// In the description once, and in the code at least once.
	ensure!(replaced > 1, "version {version} stands {replaced} times in the runtime");
	compress_weakly(&plain, CODE_BLOB_BOMB_LIMIT).context("it can be compressed")
}

/// A version as data has it, and as code has it by itself or beside another number of one.
fn forms(version: u32) -> [Vec<u8>; 4] {
	let wide = i64::from(version);
	[
		version.to_le_bytes().to_vec(),
		[vec![0x41], leb128(wide)].concat(),
		[vec![0x42], leb128(wide << 32 | 1)].concat(),
		[vec![0x42], leb128(1 << 32 | wide)].concat(),
	]
}

/// A signed number as WebAssembly writes it.
fn leb128(mut value: i64) -> Vec<u8> {
	let mut bytes = Vec::new();
	loop {
		let byte = (value & 0x7f) as u8;
		value >>= 7;
		let done = (value == 0 && byte & 0x40 == 0) || (value == -1 && byte & 0x40 != 0);
		bytes.push(if done { byte } else { byte | 0x80 });
		if done {
			return bytes;
		}
	}
}
