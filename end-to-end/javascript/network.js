// What both tests need: where the network is, the job, and how to read results without our own code.

import { readFile } from "node:fs/promises";
import assert from "node:assert/strict";
import { Keyring } from "@polkadot/keyring";
import { blake2AsU8a, cryptoWaitReady } from "@polkadot/util-crypto";

const repository = new URL("../../", import.meta.url);

export const NODE = process.env.ASSAY_NODE_URL ?? "ws://127.0.0.1:9944";
export const TOKEN = { decimals: 12, tokenSymbol: "ASY" };

export const file = (path) => readFile(new URL(path, repository));
export const hex = (bytes) => `0x${Buffer.from(bytes).toString("hex")}`;

export async function pair(uri) {
	await cryptoWaitReady();
	return new Keyring({ type: "sr25519" }).addFromUri(uri);
}

// The program and its input, by content. Both are below 1 MiB, so each is one block.
export async function job() {
	const module = await file("examples/dist/wordstats.wasm");
	const input = await file("examples/wordstats/data/alice.txt");
	const reference = (bytes) => ({ hash: hex(blake2AsU8a(bytes, 256)), size: BigInt(bytes.length) });
	return { module, input, moduleRef: reference(module), inputRef: reference(input) };
}

const BASE32 = "abcdefghijklmnopqrstuvwxyz234567";

// CIDv1 of a raw block named by its blake2b-256 hash, in base32.
export function cid(hash) {
	const bytes = [0x01, 0x55, 0xa0, 0xe4, 0x02, 0x20, ...Buffer.from(hash.slice(2), "hex")];
	let text = "b";
	let buffer = 0;
	let bits = 0;
	for (const byte of bytes) {
		buffer = (buffer << 8) | byte;
		bits += 8;
		while (bits >= 5) {
			bits -= 5;
			text += BASE32[(buffer >> bits) & 31];
		}
		buffer &= (1 << bits) - 1;
	}
	return bits > 0 ? text + BASE32[(buffer << (5 - bits)) & 31] : text;
}

// A block of a provider's gateway, refused unless it has the hash that the chain holds.
export async function block(gateway, hash) {
	const response = await fetch(`${gateway}/ipfs/${cid(hash)}?format=raw`);
	assert.equal(response.status, 200, `${gateway} has no ${hash}`);
	const bytes = new Uint8Array(await response.arrayBuffer());
	assert.equal(hex(blake2AsU8a(bytes, 256)), hash, "the gateway sent something else");
	return bytes;
}

// Bytes of the run's manifest, in SCALE. A provider serves it once the outcome is final.
export function manifest(gateway, deal) {
	return until(`a manifest of deal ${deal} at ${gateway}`, 1200, async () => {
		const response = await fetch(`${gateway}/v1/tasks/${deal}/0/manifest`);
		return response.ok && new Uint8Array(await response.arrayBuffer());
	});
}

// Calls `read` until it gives something.
export async function until(what, seconds, read) {
	const end = Date.now() + seconds * 1000;
	while (Date.now() < end) {
		const value = await read();
		if (value) return value;
		await new Promise((resolve) => setTimeout(resolve, 500));
	}
	throw new Error(`${what} did not come about within ${seconds} s`);
}


// Entries of a manifest: `Vec<{ kind: u8, path: bytes, content: { hash: [u8; 32], size: u64 } }>`.
export function entries(bytes) {
	const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
	let at = 0;
	const compact = () => {
		const mode = bytes[at] & 3;
		assert(mode < 3, "lists here are short");
		const value = [bytes[at], mode && view.getUint16(at, true), mode === 2 && view.getUint32(at, true)];
		at += [1, 2, 4][mode];
		return value[mode] >>> 2;
	};
	const take = (length) => bytes.slice(at, (at += length));
	const list = [];
	for (let left = compact(); left > 0; left--) {
		const kind = take(1)[0];
		const path = Buffer.from(take(compact())).toString();
		const hash = hex(take(32));
		const size = view.getBigUint64(at, true);
		at += 8;
		list.push({ kind, path, hash, size });
	}
	assert.equal(at, bytes.length, "nothing is left over");
	return list;
}

// Standard output and every file of a settled deal, fetched from one of its providers and checked.
export async function outputs(gateway, deal) {
	const found = {};
	for (const { kind, path, hash, size } of entries(await manifest(gateway, deal))) {
		if (size === 0n) continue;
		const name = ["stdout", "stderr"][kind] ?? `out/${path}`;
		found[name] = await block(gateway, hash);
	}
	return found;
}

// Compares with the files that the example's author expects.
export async function assertExpected(found) {
	for (const name of ["stdout", "out/words.csv"]) {
		const expected = await file(`examples/wordstats/expected/${name}`);
		assert.deepEqual(Buffer.from(found[name]), expected, name);
	}
}
