//! What pages say of programs: bounds, gas, the stack.

use super::{
	page::Page,
	words::{commas, kibibytes, mebibytes, spaced},
};
use assay_primitives::{
	profile::{PAGE_SIZE, Profile},
	task::{MAX_ARG_BYTES, MAX_ARGS, MAX_ARGS_BYTES},
};
use assay_runtime::configs::{MAX_BLOB_BYTES, MAX_GAS, MAX_MEMORY_PAGES, MAX_OUTPUT_BYTES};
use assay_wasi::{
	EPOCH, LISTING_ENTRY, MAX_BUFFERS, MAX_DESCRIPTORS, MAX_ENTRIES, MAX_LISTING_BYTES, MAX_NAME,
	MAX_OUTPUT_ENTRIES, MAX_PATH, MAX_SUBSCRIPTIONS, MAX_SYMLINKS, SCRATCH_BYTES, TICK,
};

const BASE: Profile = Profile::BASE;

/// A specification: bounds and prices come from the profile, the rest of the numbers are layouts and formulas.
pub fn profile(page: &mut Page) {
	let together = (MAX_ARGS_BYTES as u128, u128::from(MAX_ARG_BYTES));
	page.states(format!(
		"at most {MAX_ARGS} each, at most {} bytes each, {} bytes together",
		spaced(together.1),
		spaced(together.0)
	))
	.states(format!("of {} KiB (u32)", kibibytes(PAGE_SIZE)))
	.states(format!(
		"gas from 1 to 10^{}, pages from 1 to {}, outputs up to {} GiB",
		MAX_GAS.ilog10(),
		spaced(MAX_MEMORY_PAGES),
		MAX_OUTPUT_BYTES >> 30
	));
	bounds(page);
	work(page);
	gas(page);
	stack(page);
	page.leave_the_rest();
}

/// What a program sees: quotas are compared, the rest of the numbers are layouts, flags and codes.
pub fn wasi(page: &mut Page) {
	let output = MAX_OUTPUT_BYTES >> 30;
	assert_eq!(MAX_BUFFERS, MAX_SUBSCRIPTIONS, "for the row of both");
	page.states(format!("| the task's `output_bytes`, at most {output} GiB | the run ends |"))
		.states(format!("the limit above and {} MiB | `ENOSPC` |", mebibytes(SCRATCH_BYTES)))
		.states(format!("those of the start included | {} | `ENOSPC` |", spaced(MAX_ENTRIES)))
		.states(format!("| entries under `/out` | {} | `ENOSPC` |", spaced(MAX_OUTPUT_ENTRIES)))
		.states(format!(
			"{LISTING_ENTRY} for each entry and the length of its path from `/out` | {} MiB |",
			mebibytes(MAX_LISTING_BYTES)
		))
		.states(format!("| absolute path | {} bytes | `ENAMETOOLONG` |", spaced(MAX_PATH)))
		.states(format!("| descriptors | {MAX_DESCRIPTORS} | `EMFILE` |"))
		.states(format!(
			"| buffers of one read or write; subscriptions of one poll | {} | `EINVAL` |",
			spaced(MAX_BUFFERS)
		))
		.states(format!("A name is longer than {MAX_NAME} bytes: `ENAMETOOLONG`"))
		.states(format!("Following a {}st link is `ELOOP`", MAX_SYMLINKS + 1))
		.states(format!("It starts at {} s", spaced(EPOCH / 1_000_000_000)))
		.states(format!("then adds {} ns.", spaced(TICK)))
		.states(format!("Resolution {} ns", spaced(TICK)));
	page.leave_the_rest();
}

fn bounds(page: &mut Page) {
	let limits = BASE.limits;
	let wide = <u64 as From<u32>>::from;
	for (what, bound) in [
		("bytes of the module", wide(limits.module_bytes)),
		("bytes of one function body, declarations of locals included", wide(limits.body_bytes)),
		(
			"locals of one function, parameters included, each `v128` counting twice",
			wide(limits.locals),
		),
		("locals times control operators, one function", limits.locals_by_control),
		("the same, sum over all functions", limits.locals_by_control_per_module),
		("merges, one function", limits.merges_per_function),
		("merges, sum over all functions", limits.merges_per_module),
		("charged [pieces](#gas) of one function", wide(limits.pieces)),
		("loops of one function", wide(limits.loops)),
		("values carried in one function", wide(limits.carried)),
		("work of compiling, all functions together", limits.work),
		("blocks open at once in a function, its own not counted", wide(limits.nesting)),
		("targets of a `br_table`, the default not counted", wide(limits.branch_targets)),
		("types", wide(limits.types)),
		("functions, imported ones included", wide(limits.functions)),
		("globals", wide(limits.globals)),
		("tables", wide(limits.tables)),
		("initial elements of a table", wide(limits.table_elements)),
	] {
		page.states(format!("| {what} | {} |", spaced(bound)));
	}
	for (what, bound) in [
		("parameters of a type; results of a type", limits.params),
		("element segments; data segments", limits.segments),
		("imports; exports", limits.exports),
	] {
		page.states(format!("| {what} | {}; {} |", spaced(bound), spaced(bound)));
	}
}

fn work(page: &mut Page) {
	let work = BASE.work;
	page.states(format!("| a function | {} |", work.function))
		.states(format!("| any operator, besides what follows | {} |", work.operator))
		.states(format!("any vector operator | {} |", work.access))
		.states(format!("instead of {} | {} |", work.access, 3 * work.access))
		.states(format!("{}, and {} for each parameter and result", work.call, work.value))
		.states(format!("`table.size`, `table.grow` | {} |", work.engine))
		.states(format!("a piece whose gas is not 0 | {} |", work.piece))
		.states(format!("a target of a `br_table` but the default | {} |", work.target));
}

fn gas(page: &mut Page) {
	let costs = BASE.costs;
	let bound = BASE.work_bound();
	let stack = BASE.stack;
	page.states(format!("`nop`, `drop` | {} |", costs.free))
		.states(format!("`f32`/`f64` `div`, `sqrt` | {} |", costs.division))
		.states(format!("| `call` | {} |", costs.call))
		.states(format!("| `call_indirect` | {} |", costs.call_indirect))
		.states(format!("`elem.drop` | {} |", costs.bulk))
		.states(format!("`f64x2` `div`, `sqrt` | {} |", costs.vector_steps))
		.states(format!("| every other one | {} |", costs.operator))
		.states(format!("| {} for each page asked for |", spaced(costs.memory_grow_page)))
		.states(format!("one for every {} bytes, rounded up |", costs.bulk_bytes))
		.states(format!("{} for each page of initial memory", spaced(costs.memory_grow_page)))
		.states(format!("{} for a call and {} for each byte", costs.host_call, costs.host_byte))
		.states(format!("no more than {} operators for each unit of gas", bound.per_gas))
		.states(format!(
			"*b* is {} · {} + {} under",
			spaced(stack.slots),
			stack.operators,
			spaced(BASE.limits.body_bytes)
		));
	let open = u64::from(stack.slots) * u64::from(stack.operators);
	assert_eq!(bound.beyond, open + u64::from(BASE.limits.body_bytes), "for the sentence above");
}

fn stack(page: &mut Page) {
	let stack = BASE.stack;
	assert_eq!(stack.vector, 2, "for the sentence below");
	page.states("A local of type `v128` and a vector operator count twice")
		.states(format!("There are {}.", spaced(stack.slots)))
		.states(format!("operand stack + {} + ⌊operators / {}⌋", stack.frame, stack.operators))
		.states(format!("whose frame is at most {} slots", stack.leaf));
}

pub fn jobs(page: &mut Page) {
	let (limits, costs) = (BASE.limits, BASE.costs);
	let segments = commas(limits.segments);
	page.states(format!(
		"at most {MAX_ARGS} of {} bytes, {} bytes with",
		commas(MAX_ARG_BYTES),
		commas(MAX_ARGS_BYTES as u128)
	))
	.states(format!("fixed: {} slots over all frames", commas(BASE.stack.slots)))
	.states(format!(
		"fixed: {} MiB, functions of {} KiB",
		mebibytes(limits.module_bytes),
		kibibytes(limits.body_bytes)
	))
	.states(format!("an input of up to {} MiB are each", mebibytes(MAX_BLOB_BYTES)))
	.states(format!(
		"Most operators cost {}, divisions and square roots {}, calls {}, calls of the system {} and {} for \
		 each byte. Memory costs {} a page",
		costs.operator,
		costs.division,
		costs.call,
		costs.host_call,
		costs.host_byte,
		commas(costs.memory_grow_page)
	))
	.states(format!("where profiles allow {segments}"))
	.states(format!("where {} MiB are allowed", mebibytes(limits.module_bytes)))
	.states(format!("where {segments} are;"))
	.states(format!("units of work, where {} are", limits.work / 1_000_000))
	.states(format!("programs of up to {} MiB", mebibytes(MAX_BLOB_BYTES)))
	.states(format!("larger than {} MiB", mebibytes(limits.module_bytes)))
	// What toolchains make, and settings of the program.
	.leave_out("Languages")
	.leave_out("Rust")
	.leave_out("C and C++")
	.leave_out("Go")
	.leave_out("Zig")
	.leave_out("AssemblyScript")
	.leave_out("JavaScript")
	.leave_out("Python")
	.leave_out("Commands")
	.aside(&[
		"at the year 2000",
		"0 is success",
		"| 10G |",
		"in MiB | 256 |",
		"in MiB | 64 |",
		"fixed: 4,096",
		"WASI preview 2",
		"profile 1 has no vectors",
	]);
}
