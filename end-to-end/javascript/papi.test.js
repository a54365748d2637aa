// The same job through PAPI, with types from the metadata at run time.

import test from "node:test";
import assert from "node:assert/strict";
import { Enum, createClient } from "polkadot-api";
import { getPolkadotSigner, withMetadataHash } from "polkadot-api/signer";
import { getWsProvider } from "polkadot-api/ws";
import WebSocket from "ws";
import { NODE, TOKEN, assertExpected, job, outputs, pair, until } from "./network.js";

async function signer(api) {
	const keys = await pair("//Alice");
	const plain = getPolkadotSigner(keys.publicKey, "Sr25519", (message) => keys.sign(message));
	const version = await api.constants.System.Version();
	const network = {
		...TOKEN,
		base58Prefix: 42,
		specName: version.spec_name,
		specVersion: version.spec_version,
	};
	return { address: keys.address, sign: withMetadataHash(network, plain) };
}

test("a job goes through PAPI", { timeout: 3_600_000 }, async () => {
	const papi = createClient(getWsProvider(NODE, { websocketClass: globalThis.WebSocket ?? WebSocket }));
	try {
		const api = papi.getUnsafeApi();
		const { address, sign } = await signer(api);
		const { module, input, moduleRef, inputRef } = await job();
		for (const [bytes, { hash }] of [[module, moduleRef], [input, inputRef]]) {
			if (await api.apis.AssayApi.content(hash)) continue;
			const sent = await api.tx.Content.publish({ data: new Uint8Array(bytes) }).signAndSubmit(sign);
			assert(sent.ok, JSON.stringify(sent.dispatchError));
		}

		const parameters = await api.apis.AssayApi.parameters();
		const { number } = await papi.getFinalizedBlock();
		const request = {
			task: {
				module: moduleRef,
				profile: parameters.profiles[0],
				args: [new TextEncoder().encode("10")],
				env: [],
				input: Enum("Blob", inputRef),
				seed: `0x${"00".repeat(32)}`,
				limits: { gas: 1_000_000_000n, memory_pages: 256, output_bytes: 1n << 20n },
			},
			policy: Enum("Quorum", { replicas: 3, required: 2 }),
			canary: false,
			max_price: { base: 10n ** 12n, per_mgas: 10n ** 12n },
			run_blocks: 20,
			tags: 0,
			valid_until: number + 100,
			hints: [],
		};
		const quote = await api.apis.AssayApi.quote(address, request);
		assert(quote.enough, "too few offers");
		const offers = quote.fits.map(({ offer, provider }) => [offer, provider]);
		const sent = await api.tx.Market.submit({ request, offers }).signAndSubmit(sign);
		assert(sent.ok, JSON.stringify(sent.dispatchError));
		const matched = sent.events.find(({ type, value }) => type === "Market" && value.type === "RequestMatched");
		const { deal } = matched.value.value;

		const id = { deal, index: 0 };
		let accepted = false;
		const { view, task } = await until("a settlement", 1200, async () => {
			const view = await api.apis.AssayApi.task(id);
			// Nobody doubts the result, so nobody has to wait for the end of the time for doubts.
			if (!accepted && view?.status.type === "Open" && view.status.value.state.type === "Agreed") {
				const { digest } = view.status.value.state.value;
				const sent = await api.tx.Deals.accept({ task: id, digest }).signAndSubmit(sign);
				assert(sent.ok, JSON.stringify(sent.dispatchError));
				accepted = true;
			}
			return view?.status.type === "Ended" && { view, task: view.status.value };
		});
		assert.equal(task.ending.type, "Settled");
		assert.deepEqual(task.ending.value.class, Enum("Exited", 0));
		const winner = task.replicas.find(({ result }) => result.type === "Agreed").candidate;
		const provider = await api.apis.AssayApi.provider(view.deal.candidates[winner].provider);
		const { endpoint } = provider.declaration;
		const gateway = new TextDecoder().decode(endpoint.asBytes?.() ?? endpoint);
		await assertExpected(await outputs(gateway, deal));
	} finally {
		papi.destroy();
	}
});
