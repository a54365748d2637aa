// A job submitted and read with polkadot.js, which knows nothing of assay but the metadata.

import test from "node:test";
import assert from "node:assert/strict";
import { ApiPromise, WsProvider } from "@polkadot/api";
import { merkleizeMetadata } from "@polkadot-api/merkleize-metadata";
import { NODE, TOKEN, assertExpected, hex, job, outputs, pair, until } from "./network.js";

// Options of a transaction that commits to the metadata, as a hardware wallet would.
async function signing(api) {
	const metadata = (await api.call.metadata.metadataAtVersion(15)).unwrap();
	const { specName, specVersion } = api.runtimeVersion;
	const merkle = merkleizeMetadata(metadata.toHex(), {
		...TOKEN,
		base58Prefix: 42,
		specName: specName.toString(),
		specVersion: specVersion.toNumber(),
	});
	return { mode: 1, metadataHash: hex(merkle.digest()), withSignedTransaction: true };
}

// Sends a call and waits until it is in a block; gives its events.
function send(api, who, call, options) {
	return new Promise((resolve, reject) => {
		call
			.signAndSend(who, options, ({ status, events, dispatchError }) => {
				if (dispatchError) {
					const named = dispatchError.isModule
						? api.registry.findMetaError(dispatchError.asModule).name
						: dispatchError.toString();
					reject(new Error(named));
				} else if (status.isInBlock) {
					resolve(events.map(({ event }) => event));
				}
			})
			.catch(reject);
	});
}

async function publish(api, who, bytes, hash, options) {
	const kept = await api.call.assayApi.content(hash);
	if (kept.isNone) await send(api, who, api.tx.content.publish(`0x${bytes.toString("hex")}`), options);
}

test("a job goes through polkadot.js", { timeout: 3_600_000 }, async () => {
	const api = await ApiPromise.create({ provider: new WsProvider(NODE), noInitWarn: true });
	try {
		const options = await signing(api);
		const client = await pair("//Alice");
		const { module, input, moduleRef, inputRef } = await job();
		await publish(api, client, module, moduleRef.hash, options);
		await publish(api, client, input, inputRef.hash, options);

		const parameters = await api.call.assayApi.parameters();
		const head = (await api.rpc.chain.getHeader()).number.toNumber();
		const request = {
			task: {
				module: moduleRef,
				profile: parameters.profiles[0],
				args: ["0x3130"],
				env: [],
				input: { Blob: inputRef },
				seed: `0x${"00".repeat(32)}`,
				limits: { gas: 1_000_000_000, memoryPages: 256, outputBytes: 1 << 20 },
			},
			policy: { Quorum: { replicas: 3, required: 2 } },
			canary: false,
			maxPrice: { base: "1000000000000", perMgas: "1000000000000" },
			runBlocks: 20,
			tags: 0,
			validUntil: head + 100,
			hints: [],
		};
		const quote = await api.call.assayApi.quote(client.address, request);
		assert(quote.enough.isTrue, `too few offers: ${quote}`);
		const offers = quote.fits.map(({ offer, provider }) => [offer, provider]);
		const events = await send(api, client, api.tx.market.submit(request, offers), options);
		const opened = events.find((event) => api.events.market.RequestMatched.is(event));
		const deal = opened.data.deal.toNumber();

		const id = { deal, index: 0 };
		let accepted = false;
		const ended = await until("a settlement", 1200, async () => {
			const view = (await api.call.assayApi.task(id)).unwrap();
			// Nobody doubts the result, so nobody has to wait for the end of the time for doubts.
			if (!accepted && view.status.isOpen && view.status.asOpen.state.isAgreed) {
				const { digest } = view.status.asOpen.state.asAgreed;
				await send(api, client, api.tx.deals.accept(id, digest), options);
				accepted = true;
			}
			return view.status.isEnded && { view, task: view.status.asEnded };
		});
		assert(ended.task.ending.isSettled, `${ended.task}`);
		assert.equal(ended.task.ending.asSettled.class.asExited.toNumber(), 0);
		const winner = ended.task.replicas.find(({ result }) => result.isAgreed).candidate.toNumber();
		const stash = ended.view.deal.candidates[winner].provider;
		const provider = (await api.call.assayApi.provider(stash)).unwrap();
		const gateway = provider.declaration.endpoint.toUtf8();
		await assertExpected(await outputs(gateway, deal));
	} finally {
		await api.disconnect();
	}
});
