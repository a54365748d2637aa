//! Calls of whatever kind the runtime has, made from its own description of their types and from what the
//! state has. Nothing here knows what a call is for.

use crate::{
	choices::Choices,
	live::{Live, amounts, answers, contents, public_digests},
	memory::Memory,
};
use assay_primitives::{
	AccountId, Hash,
	case::CaseView,
	deal::{Opening, TaskView},
	outcome::Outcome,
	policy::Policy,
	price::Price,
	profile::Profile,
	request::{Hints, Request},
	seal::{Report, Salt, Seal, seal_verdict},
	task::{Args, Input, Limits, TaskSpec},
};
use assay_runtime::RuntimeCall;
use assay_simulation::deals::sealed;
use codec::{Compact, Decode, Encode};
use polkadot_sdk::sp_runtime::MultiAddress;
use scale_info::{
	Field, MetaType, PortableRegistry, Registry, TypeDef, TypeDefPrimitive, form::PortableForm,
};
use std::sync::LazyLock;

/// Types of calls.
struct Types {
	registry: PortableRegistry,
	call: u32,
	/// Every call: index of the pallet's variant, and of the call's within it, with their names.
	calls: Vec<CallType>,
}

/// A call of the runtime.
pub struct CallType {
	/// Name of its pallet.
	pub pallet: String,
	/// Its own name.
	pub name: String,
	pallet_index: u8,
	index: u8,
	fields: Vec<Field<PortableForm>>,
}

static TYPES: LazyLock<Types> = LazyLock::new(|| {
	let mut registry = Registry::new();
	let call = registry.register_type(&MetaType::new::<RuntimeCall>()).id;
	let registry: PortableRegistry = registry.into();
	let calls = calls_of(&registry, call);
	Types { registry, call, calls }
});

fn calls_of(registry: &PortableRegistry, call: u32) -> Vec<CallType> {
	let variants = |id: u32| match &registry.resolve(id).expect("the type is registered").type_def {
		TypeDef::Variant(variants) => variants.variants.clone(),
		_ => Vec::new(),
	};
	let mut calls = Vec::new();
	for pallet in variants(call) {
		for variant in variants(pallet.fields[0].ty.id) {
			calls.push(CallType {
				pallet: pallet.name.clone(),
				name: variant.name.clone(),
				pallet_index: pallet.index,
				index: variant.index,
				fields: variant.fields.clone(),
			});
		}
	}
	calls
}

/// All calls of the runtime.
pub fn calls() -> &'static [CallType] {
	&TYPES.calls
}

/// Makes one call.
pub struct Generator<'a, 'b> {
	/// What the state has.
	pub live: &'a Live,
	/// What the coalition has sealed and knows.
	pub memory: &'a mut Memory,
	/// Everybody.
	pub accounts: &'a [AccountId],
	/// Who calls.
	pub caller: &'a AccountId,
	/// What is chosen.
	pub choices: Choices<'b>,
	task: Option<TaskView>,
	case: Option<CaseView>,
	depth: u8,
}

impl<'a, 'b> Generator<'a, 'b> {
	/// For a caller in a state.
	pub fn new(
		live: &'a Live,
		memory: &'a mut Memory,
		accounts: &'a [AccountId],
		caller: &'a AccountId,
		choices: &'b [u8],
	) -> Self {
		let choices = Choices::new(choices);
		Self { live, memory, accounts, caller, choices, task: None, case: None, depth: 0 }
	}

	/// A call of a kind; `None` where its arguments can't be put together.
	pub fn call(&mut self, kind: usize) -> Option<RuntimeCall> {
		let kind = calls().get(kind)?;
		let bytes = self.encoded(kind)?;
		RuntimeCall::decode(&mut &bytes[..]).ok()
	}

	fn encoded(&mut self, kind: &CallType) -> Option<Vec<u8>> {
		// All arguments of a call are about one task and one case.
		self.task = self.choices.one(&self.live.tasks).cloned();
		self.case = self.choices.one(&self.live.cases).cloned();
		let mut bytes = vec![kind.pallet_index, kind.index];
		for field in &kind.fields {
			let name = field.name.clone().unwrap_or_default();
			bytes.extend(self.value(field.ty.id, &name, &kind.pallet)?);
		}
		Some(bytes)
	}

	/// A value of a type, for a field of this name.
	fn value(&mut self, id: u32, name: &str, pallet: &str) -> Option<Vec<u8>> {
		if id == TYPES.call {
			return self.nested();
		}
		let of = TYPES.registry.resolve(id)?;
		let path: Vec<&str> = of.path.segments.iter().map(String::as_str).collect();
		if let Some(known) = self.known(path.last().copied().unwrap_or_default(), name, pallet) {
			return Some(known);
		}
		match &of.type_def {
			TypeDef::Composite(fields) => self.fields(&fields.fields, name, pallet),
			TypeDef::Variant(variants) => {
				let variant = self.choices.one(&variants.variants)?;
				let mut bytes = vec![variant.index];
				bytes.extend(self.fields(&variant.fields, name, pallet)?);
				Some(bytes)
			},
			TypeDef::Sequence(sequence) => self.list(sequence.type_param.id, name, pallet),
			TypeDef::Array(array) => {
				let mut bytes = Vec::new();
				for _ in 0..array.len {
					bytes.extend(self.value(array.type_param.id, name, pallet)?);
				}
				Some(bytes)
			},
			TypeDef::Tuple(tuple) => {
				let mut bytes = Vec::new();
				for field in &tuple.fields {
					bytes.extend(self.value(field.id, name, pallet)?);
				}
				Some(bytes)
			},
			TypeDef::Primitive(primitive) => self.primitive(primitive, name),
			TypeDef::Compact(_) => Some(Compact(self.number(name)).encode()),
			TypeDef::BitSequence(_) => None,
		}
	}

	fn fields(
		&mut self,
		fields: &[Field<PortableForm>],
		outer: &str,
		pallet: &str,
	) -> Option<Vec<u8>> {
		let mut bytes = Vec::new();
		for field in fields {
			let name = field.name.clone().unwrap_or_else(|| outer.into());
			bytes.extend(self.value(field.ty.id, &name, pallet)?);
		}
		Some(bytes)
	}

	fn list(&mut self, item: u32, name: &str, pallet: &str) -> Option<Vec<u8>> {
		// Bytes that mean something are programs.
		let bytes = matches!(
			TYPES.registry.resolve(item)?.type_def,
			TypeDef::Primitive(TypeDefPrimitive::U8)
		);
		if bytes {
			let blobs = crate::programs::programs();
			return Some(self.choices.one(blobs)?.encode());
		}
		let length = 1 + self.choices.below(4) as u32;
		let mut encoded = Compact(length).encode();
		for _ in 0..length {
			self.task = self.choices.one(&self.live.tasks).cloned();
			encoded.extend(self.value(item, name, pallet)?);
		}
		Some(encoded)
	}

	fn nested(&mut self) -> Option<Vec<u8>> {
		if self.depth > 0 {
			return None;
		}
		self.depth += 1;
		let kind = self.choices.below(calls().len());
		let encoded = self.encoded(&calls()[kind]);
		self.depth -= 1;
		encoded
	}

	fn primitive(&mut self, primitive: &TypeDefPrimitive, name: &str) -> Option<Vec<u8>> {
		let number = self.number(name);
		Some(match primitive {
			TypeDefPrimitive::Bool => (number % 2 == 1).encode(),
			TypeDefPrimitive::U8 => (number as u8).encode(),
			TypeDefPrimitive::U16 => (number as u16).encode(),
			TypeDefPrimitive::U32 => (number as u32).encode(),
			TypeDefPrimitive::U64 => (number as u64).encode(),
			TypeDefPrimitive::U128 => number.encode(),
			_ => return None,
		})
	}

	/// A number of what the name says.
	fn number(&mut self, name: &str) -> u128 {
		let case = |view: &CaseView| u128::from(view.id);
		match name {
			"case" => self.case.as_ref().map_or(0, case),
			"round" => self.case.as_ref().map_or(0, |view| view.case.round.into()),
			"deal" => self.task.as_ref().map_or(0, |view| view.id.deal.into()),
			"offer" | "id" => self.choices.one(&self.live.offers).map_or(0, |it| it.0.into()),
			"amount" | "bond" | "value" | "reward" | "tip" | "price" | "base" => {
				self.choices.one(&amounts()).copied().unwrap_or_default()
			},
			"valid_until" => u128::from(self.live.now) + 10_000,
			_ => match self.choices.byte() {
				small @ 0..=199 => u128::from(small % 16),
				near @ 200..=239 => u128::from(self.live.now) + u128::from(near % 40),
				large => 1u128 << (large % 64),
			},
		}
	}

	/// A value that only a party that knows the protocol can make.
	fn known(&mut self, of: &str, name: &str, pallet: &str) -> Option<Vec<u8>> {
		match of {
			"AccountId32" => Some(self.account().encode()),
			"MultiAddress" => Some(MultiAddress::<AccountId, ()>::Id(self.account()).encode()),
			"TaskId" => self.task.as_ref().map(|view| view.id.encode()),
			"H256" => Some(self.hash(name, pallet).encode()),
			"ContentRef" => Some(self.choices.one(&contents())?.encode()),
			"Outcome" => Some(self.answer()?.encode()),
			"Seal" => Some(self.seal()?.encode()),
			"Opening" => Some(self.opening()?.encode()),
			"Request" => Some(self.request().encode()),
			_ if name == "salt" => Some(self.salt().encode()),
			_ if name == "offers" => self.chosen(),
			_ => None,
		}
	}

	fn account(&mut self) -> AccountId {
		self.choices.one(self.accounts).cloned().unwrap_or_else(|| self.caller.clone())
	}

	/// What the caller says about the task.
	fn answer(&mut self) -> Option<Outcome> {
		let spec = match &self.task {
			Some(view) => view.deal.request.task.clone(),
			None => self.case.as_ref()?.terms.spec.clone(),
		};
		self.choices.one(&answers(&spec)).copied()
	}

	fn salt(&self) -> Salt {
		self.memory.salt(self.caller)
	}

	fn seal(&mut self) -> Option<Seal> {
		let outcome = self.answer()?;
		let report = self.answer().filter(|_| self.choices.rarely(4));
		let (view, salt) = (self.task.as_ref()?, self.salt());
		let (id, hash) = (view.id, view.deal.task_hash);
		let report = match report {
			Some(truth) => Report::Collusion(truth.digest(&hash)),
			None => Report::Nothing,
		};
		// An operator seals in the name of its stash.
		let stash = self.memory.stash(self.caller);
		let (.., seal) = sealed(&self.live.genesis, (id, hash), stash, outcome, report, &salt);
		self.memory.sealed(self.caller, id, outcome);
		Some(seal)
	}

	fn opening(&mut self) -> Option<Opening> {
		let id = self.task.as_ref()?.id;
		let outcome = self.memory.opening(self.caller, id)?;
		Some(Opening { outcome, salt: self.salt() })
	}

	fn hash(&mut self, name: &str, pallet: &str) -> Hash {
		match (name, pallet) {
			("task_hash", "Mediation" | "Court") => {
				self.case.as_ref().map_or(Hash::zero(), |view| view.terms.task_hash)
			},
			("task_hash", _) => self.task.as_ref().map_or(Hash::zero(), |it| it.deal.task_hash),
			("seal", _) => self.verdict_seal().unwrap_or_default(),
			("digest", "Mediation") => self.verdict().unwrap_or_default(),
			("digest" | "verdict", _) => self.digest().unwrap_or_default(),
			("profile", _) => Profile::BASE.id(),
			_ => self.choices.one(&contents()).map_or(Hash::zero(), |content| content.hash),
		}
	}

	/// What is public in the task, or what the caller would say.
	fn digest(&mut self) -> Option<Hash> {
		let view = self.task.clone()?;
		let public = public_digests(&view);
		match self.choices.one(&public) {
			Some(digest) => Some(*digest),
			None => self.answer().map(|outcome| outcome.digest(&view.deal.task_hash)),
		}
	}

	/// What a committee has found, or what the caller has sealed in it.
	fn verdict(&mut self) -> Option<Hash> {
		use assay_primitives::case::CasePhase::{AppealWindow, Court};
		let view = self.case.clone()?;
		match view.case.phase {
			AppealWindow { verdict, .. } => Some(verdict),
			Court { standing, .. } => standing,
			_ => self.memory.verdict(self.caller, view.id, view.case.round),
		}
	}

	fn verdict_seal(&mut self) -> Option<Hash> {
		let view = self.case.clone()?;
		let outcome = self.choices.one(&answers(&view.terms.spec)).copied()?;
		let digest = outcome.digest(&view.terms.task_hash);
		let (stash, salt) = (self.memory.stash(self.caller).clone(), self.salt());
		let round = view.case.round;
		self.memory.voted(self.caller, view.id, round, digest);
		Some(seal_verdict(&self.live.genesis, view.id, round, &stash, &digest, &salt))
	}

	/// Some of the offers, the caller's own side or all.
	fn chosen(&mut self) -> Option<Vec<u8>> {
		let own = self.choices.rarely(2);
		let mut of: Vec<_> = self.live.offers.clone();
		if own {
			of.retain(|(_, provider)| self.memory.is_ours(provider));
		}
		let from = self.choices.below(of.len().max(1));
		let count = 1 + self.choices.below(of.len().max(1));
		let chosen: Vec<_> = of.iter().cycle().skip(from).take(count.min(of.len())).collect();
		Some(chosen.encode())
	}

	/// A request that could be anybody's, with some parts as strange as they may be.
	fn request(&mut self) -> Request {
		let gas = *self.choices.one(&[20_000, 1_000_000, 1 << 24, 1]).expect("there are some");
		let replicas = 1 + self.choices.below(5) as u8;
		let policy = match self.choices.below(6) {
			0..=3 => Policy::Quorum { replicas, required: replicas / 2 + 1 },
			4 => Policy::Trust { trust: *self.choices.one(&[2, 1, 10, 1_000]).expect("some") },
			_ => Policy::Single { check_ppm: 200_000, stake_factor: 6 },
		};
		let base = *self.choices.one(&amounts()).expect("there are amounts");
		Request {
			task: TaskSpec {
				module: *self.choices.one(&contents()).expect("there are programs"),
				profile: Profile::BASE.id(),
				args: Args::default(),
				env: Args::default(),
				input: Input::None,
				seed: Hash::repeat_byte(self.choices.byte() % 2),
				limits: Limits {
					gas,
					memory_pages: *self.choices.one(&[16, 1, 4]).expect("there are some"),
					output_bytes: 1_000,
				},
			},
			policy,
			canary: self.choices.rarely(8),
			max_price: Price { base: base.max(1), per_mgas: base / 1_000 },
			run_blocks: *self.choices.one(&[10, 1, 3, 40]).expect("there are some"),
			tags: 0,
			valid_until: self.live.now + 10_000,
			hints: Hints::default(),
		}
	}
}
