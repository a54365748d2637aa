//! Calls of whatever kind the runtime has, made from its own description of their types and from what the
//! state has. Nothing here knows what a call is for.

use crate::{
	choices::Choices,
	live::{Live, answers, contents, public_digests, stage},
	memory::{Memory, salts, vote_salt},
	policies,
	programs::{bag, bytes_of, named, parts, programs},
};
use assay_primitives::{
	AccountId, Balance, Hash, MILLI, UNIT,
	api::OfferView,
	case::{CaseLimits, CaseStep, CaseView, MediatorTerms},
	content::ContentRef,
	deal::{NextStep, Opening, ReplicaState, TaskStatus, TaskView},
	order::{Accounts, Asset, AssetId, AssetTerms, Needs},
	outcome::Outcome,
	price::Price,
	profile::Profile,
	provider::{Capacity, Declaration, Endpoint},
	request::{Hints, OfferId, Request},
	seal::{Report, Salt, Seal, seal_digest, seal_report, seal_verdict},
	sealed_input::{SealedInput, sealed_size},
	task::{Args, Input, Limits, TaskSpec},
};
use assay_runtime::RuntimeCall;
use assay_simulation::{Pair, market::PRICE};
use codec::{Compact, Decode, Encode};
use polkadot_sdk::{sp_core::bounded::BoundedVec, sp_runtime::MultiAddress};
use scale_info::{
	Field, MetaType, PortableRegistry, Registry, TypeDef, TypeDefPrimitive, form::PortableForm,
};
use std::sync::LazyLock;

/// Tasks of a large bag.
const MANY: usize = 24;

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

impl CallType {
	/// Its name with that of its pallet.
	pub fn path(&self) -> String {
		format!("{}.{}", self.pallet, self.name)
	}

	/// Whether it takes something of this name.
	fn has(&self, name: &str) -> bool {
		self.fields.iter().any(|field| field.name.as_deref() == Some(name))
	}

	/// What it takes, in words.
	pub fn takes(&self) -> String {
		let one = |field: &Field<PortableForm>| {
			let name = field.name.as_deref().unwrap_or("_");
			format!("{name}: {}", field.type_name.as_deref().unwrap_or("_"))
		};
		self.fields.iter().map(one).collect::<Vec<_>>().join(", ")
	}
}

/// All calls of the runtime.
pub fn calls() -> &'static [CallType] {
	&TYPES.calls
}

/// Of what a deadline has passed.
const DUE: &str = "due";

/// Stages of a task or a case at which a call can be carried out; none where it is about neither.
fn stages(kind: &CallType) -> &'static [&'static str] {
	match (kind.pallet.as_str(), kind.name.as_str()) {
		("Deals", "commit" | "commit_many" | "decline" | "denounce") => &["running"],
		("Deals", "reveal" | "reveal_many") => &["revealing"],
		("Deals", "accept" | "check" | "challenge") => &["agreed"],
		("Deals", "open_report") => &["agreed", "disputed"],
		("Mediation", "seal" | "denounce") => &["sealing"],
		("Mediation", "reveal") => &["revealing", "ruled"],
		("Mediation", "appeal") => &["verdict"],
		("Deals" | "Mediation", "poke" | "poke_many") => &[DUE],
		_ => &[],
	}
}

/// Names of all pallets that have calls, each with its crate's.
#[cfg(test)]
pub fn pallets() -> Vec<(String, String)> {
	let of = |id: u32| TYPES.registry.resolve(id).expect("the type is registered");
	let TypeDef::Variant(pallets) = &of(TYPES.call).type_def else { return Vec::new() };
	let crate_of = |id: u32| of(id).path.segments[0].clone();
	pallets.variants.iter().map(|it| (it.name.clone(), crate_of(it.fields[0].ty.id))).collect()
}

/// Makes one call, within the state that follows.
pub struct Generator<'a, 'b> {
	/// What the state has.
	pub live: &'a Live,
	/// What the coalition knows.
	pub memory: &'a mut Memory,
	/// Keys of the coalition.
	pub keys: &'a [Pair],
	/// Everybody, the coalition first.
	pub accounts: &'a [AccountId],
	/// Accounts that are mediators from the beginning.
	pub judges: &'a [AccountId],
	/// Who calls.
	pub caller: &'a AccountId,
	/// Gas limit of honest clients.
	gas: u64,
	/// What is chosen.
	pub choices: Choices<'b>,
	task: Option<TaskView>,
	case: Option<CaseView>,
	offer: Option<OfferView>,
	asset: Option<(AssetId, Asset)>,
	/// The newest request, which others are to serve.
	pub wanted: Option<Request>,
	/// Whom the call is about.
	whom: Option<AccountId>,
	/// Consent of the owner of the order that the call is about.
	consent: Option<Vec<u8>>,
	name: &'static str,
	depth: u8,
}

impl<'a, 'b> Generator<'a, 'b> {
	/// For a caller in a state.
	pub fn new(
		live: &'a Live,
		memory: &'a mut Memory,
		keys: &'a [Pair],
		[accounts, judges]: [&'a [AccountId]; 2],
		caller: &'a AccountId,
		(gas, choices): (u64, &'b [u8]),
	) -> Self {
		Self {
			live,
			memory,
			keys,
			accounts,
			judges,
			caller,
			gas,
			choices: Choices::new(choices),
			task: None,
			case: None,
			offer: None,
			asset: None,
			wanted: None,
			whom: None,
			consent: None,
			name: "",
			depth: 0,
		}
	}

	/// A call of a kind; `None` where its arguments can't be put together.
	pub fn call(&mut self, kind: usize) -> Option<RuntimeCall> {
		let kind = calls().get(kind)?;
		let bytes = self.encoded(kind)?;
		RuntimeCall::decode(&mut &bytes[..]).ok()
	}

	/// Where what the call is about stands, in words.
	pub fn about(&self, kind: usize) -> String {
		let kind = &calls()[kind];
		let task = self.task.as_ref().filter(|_| kind.has("task") || kind.has("items"));
		let case = self.case.as_ref().filter(|_| kind.has("case"));
		let task = task.map(stage).unwrap_or_default();
		format!("{task}{}", case.map_or("", |view| view.case.phase.name()))
	}

	fn encoded(&mut self, kind: &'static CallType) -> Option<Vec<u8>> {
		// All arguments of a call are about one task, one case, one offer and one asset.
		self.name = &kind.name;
		self.task = self.task_for(kind);
		self.case = self.case_for(kind);
		if kind.has("offer") || kind.has("id") {
			let stash = self.stash();
			self.offer = self.mostly_own(&self.live.offers, |offer| offer.provider == stash);
		}
		if kind.has("asset") {
			let caller = self.caller;
			self.asset = self.mostly_own(&self.live.assets, |(_, asset)| asset.owner == *caller);
		}
		let mut bytes = vec![kind.pallet_index, kind.index];
		for field in &kind.fields {
			let name = field.name.as_deref().unwrap_or_default();
			bytes.extend(self.value(field.ty.id, name, &kind.pallet)?);
		}
		Some(bytes)
	}

	/// One of these: mostly one of the caller's own, where there is any.
	fn mostly_own<T: Clone>(&mut self, all: &[T], is_own: impl Fn(&T) -> bool) -> Option<T> {
		let own: Vec<&T> = all.iter().filter(|one| is_own(one)).collect();
		if own.is_empty() || self.choices.rarely(4) {
			return self.choices.one(all).cloned();
		}
		self.choices.one(&own).copied().cloned()
	}

	/// A task that a call is about: mostly one at whose stage it can be carried out, and of the caller's if there is one.
	fn task_for(&mut self, kind: &CallType) -> Option<TaskView> {
		let stages = stages(kind);
		if stages.is_empty() || self.choices.rarely(4) {
			return self.choices.one(&self.live.tasks).cloned();
		}
		let fits = |view: &&TaskView| match stages {
			[DUE] => view.next == NextStep::Poke,
			_ => stages.contains(&stage(view)),
		};
		let fit: Vec<&TaskView> = self.live.tasks.iter().filter(fits).collect();
		let stash = self.stash();
		let own: Vec<&TaskView> = fit
			.iter()
			.filter(|view| view.deal.client == *self.caller || sealers(view).contains(&stash))
			.copied()
			.collect();
		let from = if own.is_empty() { fit } else { own };
		self.choices.one(&from).copied().or(self.live.tasks.first()).cloned()
	}

	/// The same of a case.
	fn case_for(&mut self, kind: &CallType) -> Option<CaseView> {
		let stages = stages(kind);
		if stages.is_empty() || self.choices.rarely(4) {
			return self.choices.one(&self.live.cases).cloned();
		}
		let fits = |view: &&CaseView| match stages {
			[DUE] => view.next == CaseStep::Poke,
			_ => stages.contains(&view.case.phase.name()),
		};
		let fit: Vec<&CaseView> = self.live.cases.iter().filter(fits).collect();
		let stash = self.stash();
		let own: Vec<&CaseView> =
			fit.iter().filter(|view| members(view).contains(&stash)).copied().collect();
		let from = if own.is_empty() { fit } else { own };
		self.choices.one(&from).copied().or(self.live.cases.first()).cloned()
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
			return Some(self.bytes(name).encode());
		}
		let length = 1 + self.choices.below(4) as u32;
		let mut encoded = Compact(length).encode();
		for _ in 0..length {
			self.task = self.choices.one(&self.live.tasks).cloned();
			encoded.extend(self.value(item, name, pallet)?);
		}
		Some(encoded)
	}

	/// Bytes that mean something: what a task names, or some program.
	fn bytes(&mut self, name: &str) -> Vec<u8> {
		if name == "call" {
			return self.nested().unwrap_or_default();
		}
		let spec = self.case.as_ref().map(|view| &view.terms.spec);
		let named = spec.and_then(|spec| match (name, spec.input) {
			("module", _) => bytes_of(&spec.module),
			("input", Input::Blob(content)) => bytes_of(&content),
			_ => None,
		});
		match named.filter(|_| !self.choices.rarely(8)) {
			Some(bytes) => bytes.clone(),
			None if name == "data" && self.choices.rarely(2) => {
				self.choices.one(parts()).cloned().unwrap_or_default()
			},
			None => self.choices.mostly(programs()).cloned().unwrap_or_default(),
		}
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
			"offer" | "id" => self.offer.as_ref().map_or(0, |it| it.id.into()),
			"number" => self.group_number(),
			"asset" => self.asset.as_ref().map_or(0, |it| it.0.into()),
			"amount" | "bond" | "value" | "reward" | "tip" | "price" | "base" | "liability" => {
				self.amount()
			},
			"max_gas" => {
				self.case.as_ref().map_or(1 << 24, |view| view.terms.spec.limits.gas.into())
			},
			"until" | "valid_until" => u128::from(self.live.now) + 10_000,
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
			"AccountId32" => Some(self.account(name).encode()),
			"MultiAddress" => Some(MultiAddress::<AccountId, ()>::Id(self.account(name)).encode()),
			"TaskId" => self.task.as_ref().map(|view| view.id.encode()),
			"H256" => Some(self.hash(name, pallet).encode()),
			"ContentRef" => Some(self.content().encode()),
			"Outcome" => Some(self.answer()?.encode()),
			"Seal" => Some(self.seal()?.encode()),
			"Opening" => Some(self.opening()?.encode()),
			"Request" => {
				let request = self.request();
				self.wanted = Some(request.clone());
				Some(request.encode())
			},
			"Terms" => Some(self.terms().encode()),
			"Mediators" => Some(self.mediators().encode()),
			"Accounts" => Some(self.restriction().encode()),
			"AssetTerms" => Some(self.asset_terms().encode()),
			"Needs" => Some(Needs::default().encode()),
			"Declaration" => Some(self.declaration().encode()),
			"MediatorTerms" => Some(self.mediator_terms().encode()),
			"Match" => Some(self.matching().encode()),
			"RequestOrder" => Some(self.request_order().encode()),
			// The consent follows its order.
			"AnyOrder" => {
				let signed = self.any_order();
				let consent = signed.consent.encode();
				self.consent = Some(consent);
				Some(signed.order.encode())
			},
			"Authorization" => self.consent.take(),
			_ if name == "salt" => Some(self.salt(pallet).encode()),
			_ if name == "offers" => Some(self.serving().encode()),
			_ => None,
		}
	}

	/// An account: one that has something to do with the task or the case where one is asked for, one of the
	/// coalition in every other case, or anybody.
	pub fn account(&mut self, name: &str) -> AccountId {
		let concerned: Vec<AccountId> = match name {
			"provider" => self.task.as_ref().map(sealers).unwrap_or_default(),
			"mediator" => self.case.as_ref().map(members).unwrap_or_default(),
			_ => self.keys.iter().map(assay_simulation::account).collect(),
		};
		let one = match self.choices.rarely(4) {
			true => self.choices.one(self.accounts),
			false => self.choices.one(&concerned),
		};
		let one = one.cloned().unwrap_or_else(|| self.caller.clone());
		self.whom = Some(one.clone());
		one
	}

	/// Content: mostly that of the honest program.
	pub fn content(&mut self) -> ContentRef {
		*self.choices.mostly(&contents()).expect("there are programs")
	}

	/// What the caller says about the task.
	fn answer(&mut self) -> Option<Outcome> {
		let spec = match &self.task {
			Some(view) => view.deal.request.task.clone(),
			None => self.case.as_ref()?.terms.spec.clone(),
		};
		self.choices.one(&answers(&spec)).copied()
	}

	/// Which of its owner's groups: mostly one that the caller has.
	fn group_number(&mut self) -> u128 {
		let own = self.live.groups.iter().filter(|group| group.owner == *self.caller);
		let own: Vec<_> = own.map(|group| group.number).collect();
		match self.choices.mostly(&own) {
			Some(number) if !self.choices.rarely(4) => (*number).into(),
			_ => self.choices.below(3) as u128,
		}
	}

	/// Whom an order is meant for: mostly everybody, else a group, or somebody.
	pub fn restriction(&mut self) -> Accounts {
		if !self.choices.rarely(8) {
			return Accounts::Any;
		}
		match self.choices.one(&self.live.groups).cloned() {
			Some(group) if !self.choices.rarely(4) => Accounts::Group(group),
			_ => Accounts::Listed(BoundedVec::truncate_from(vec![self.account("listed")])),
		}
	}

	/// In whose name the caller seals: an operator in that of its stash.
	fn stash(&self) -> AccountId {
		self.memory.stash(self.caller).clone()
	}

	fn salt(&self, pallet: &str) -> Salt {
		let who = self.whom.clone().unwrap_or_else(|| self.stash());
		if !self.memory.seals_for(&who) {
			return Salt::default();
		}
		match (pallet, &self.case, &self.task) {
			("Mediation", Some(view), _) => vote_salt(&who, view.case.round, &view.terms.task_hash),
			(_, _, Some(view)) => {
				let [digest, report] = salts(&who, &view.deal.task_hash);
				if self.name == "open_report" { report } else { digest }
			},
			_ => Salt::default(),
		}
	}

	fn seal(&mut self) -> Option<Seal> {
		let outcome = self.answer()?;
		let report = self.answer().filter(|_| self.choices.rarely(4));
		let view = self.task.as_ref()?;
		let (id, hash, genesis) = (view.id, view.deal.task_hash, self.live.genesis);
		let report = match report {
			Some(truth) => Report::Collusion(truth.digest(&hash)),
			None => Report::Nothing,
		};
		let stash = self.stash();
		let [salt, report_salt] = salts(&stash, &hash);
		self.memory.sealed(&stash, id, outcome);
		Some(Seal {
			digest: seal_digest(&genesis, &id, &stash, &outcome.digest(&hash), &salt),
			report: seal_report(&genesis, &id, &stash, &report, &report_salt),
		})
	}

	fn opening(&mut self) -> Option<Opening> {
		let view = self.task.as_ref()?;
		let stash = self.stash();
		let [salt, _] = salts(&stash, &view.deal.task_hash);
		Some(Opening { outcome: self.memory.opening(&stash, view.id)?, salt })
	}

	fn hash(&mut self, name: &str, pallet: &str) -> Hash {
		match (name, pallet) {
			("task_hash", "Mediation" | "Court") => {
				self.case.as_ref().map_or(Hash::zero(), |view| view.terms.task_hash)
			},
			("task_hash" | "items", _) => {
				self.task.as_ref().map_or(Hash::zero(), |it| it.deal.task_hash)
			},
			("asset_hash", _) => {
				self.asset.as_ref().map_or(Hash::zero(), |(_, asset)| asset.hash())
			},
			("terms_hash", _) => {
				self.offer.as_ref().map_or(Hash::zero(), |offer| offer.terms.hash())
			},
			("seal", _) => self.verdict_seal().unwrap_or_default(),
			("digest", "Mediation") => self.verdict().unwrap_or_default(),
			("digest" | "verdict", _) => self.digest().unwrap_or_default(),
			("profile" | "profiles", _) => Profile::BASE.id(),
			_ => self.content().hash,
		}
	}

	/// What is public in the task, or what the caller would say.
	fn digest(&mut self) -> Option<Hash> {
		let view = self.task.clone()?;
		let public = public_digests(&view);
		match self.choices.mostly(&public) {
			Some(digest) => Some(*digest),
			None => self.answer().map(|outcome| outcome.digest(&view.deal.task_hash)),
		}
	}

	/// What a committee has found, or what a member has sealed in it or could have.
	fn verdict(&mut self) -> Option<Hash> {
		use assay_primitives::case::CasePhase::{AppealWindow, Court};
		let view = self.case.clone()?;
		let stash = self.whom.clone().unwrap_or_else(|| self.stash());
		match view.case.phase {
			AppealWindow { verdict, .. } => Some(verdict),
			Court { standing, .. } => standing,
			_ => self.memory.verdict(&stash, view.id, view.case.round).or_else(|| {
				let outcome = self.choices.one(&answers(&view.terms.spec)).copied()?;
				Some(outcome.digest(&view.terms.task_hash))
			}),
		}
	}

	fn verdict_seal(&mut self) -> Option<Hash> {
		let view = self.case.clone()?;
		let outcome = self.choices.one(&answers(&view.terms.spec)).copied()?;
		let (round, hash) = (view.case.round, view.terms.task_hash);
		let (digest, stash) = (outcome.digest(&hash), self.stash());
		let salt = vote_salt(&stash, round, &hash);
		self.memory.voted(&stash, view.id, round, digest);
		Some(seal_verdict(&self.live.genesis, view.id, round, &stash, &digest, &salt))
	}

	/// Some of the offers: all, the coalition's own, or its own and one beside them.
	pub fn chosen(&mut self) -> Vec<(OfferId, AccountId)> {
		let offers = self.live.offers.iter().map(|offer| (offer.id, offer.provider.clone()));
		let (ours, others): (Vec<_>, Vec<_>) =
			offers.partition(|(_, provider)| self.memory.is_ours(provider));
		let from = self.choices.below(others.len().max(1));
		let some = |count: usize| {
			others.iter().cycle().skip(from).take(count.min(others.len())).cloned().collect()
		};
		let beside: Vec<_> = match self.choices.below(4) {
			0 => others.clone(),
			1 => Vec::new(),
			2 => some(1),
			_ => return some(1 + from),
		};
		ours.into_iter().chain(beside).collect()
	}

	/// A request that could be anybody's, with some parts as strange as they may be; in one of three all may be.
	pub fn request(&mut self) -> Request {
		let choices = &mut self.choices;
		let strange = choices.rarely(3);
		// What honest clients grant first. The last is more than ordinary mediators take, and the one before the most.
		let limits =
			[self.gas, 1 << 24, 1, 20_000, 1_000_000_000, 100_000_000_000, 200_000_000_000];
		let gas = *choices.usual(strange, &limits).expect("some");
		let policy = policies::drawn(choices, strange);
		let max_price = *choices.usual(strange, &prices()).expect("some");
		let module = *choices.usual(strange, &contents()).expect("there are programs");
		let input = match choices.below(8) {
			5 => named().last().map_or(Input::None, Input::Blob),
			6 => Input::Blob(contents()[1]),
			7 => Input::List(bag(*choices.usual(strange, &[2, MANY]).expect("there are some")).0),
			_ => Input::None,
		};
		let hints = match input {
			Input::Blob(plain) if choices.rarely(3) => private(plain),
			_ => Hints::default(),
		};
		Request {
			task: TaskSpec {
				module,
				profile: Profile::BASE.id(),
				args: Args::default(),
				env: Args::default(),
				input,
				seed: Hash::repeat_byte(choices.byte() % 2),
				limits: Limits {
					gas,
					memory_pages: *choices.usual(strange, &[16, 1, 4]).expect("there are some"),
					output_bytes: 1_000,
				},
			},
			policy,
			canary: choices.rarely(8),
			max_price,
			run_blocks: *choices.usual(strange, &[10, 1, 3, 40]).expect("there are some"),
			tags: 0,
			valid_until: self.live.now + 1_000,
			hints,
		}
	}

	fn asset_terms(&mut self) -> AssetTerms {
		AssetTerms {
			price: self.amount(),
			liability: self.amount(),
			clients: self.restriction(),
			providers: self.restriction(),
			mediators: self.mediators(),
		}
	}

	fn declaration(&mut self) -> Declaration {
		Declaration {
			operator: self.account("operator"),
			encryption_key: [1; 32],
			capacity: Capacity {
				slots: *self.choices.mostly(&[64, 1, 0]).expect("there are some"),
				max_gas: 1_000_000_000,
				max_memory_pages: 1_024,
				gas_per_second: 1_000_000_000,
				tags: 0,
			},
			profiles: BoundedVec::truncate_from(vec![Profile::BASE.id()]),
			endpoint: Endpoint::default(),
		}
	}

	fn mediator_terms(&mut self) -> MediatorTerms {
		let min_wage: Balance = if self.choices.rarely(4) { self.amount() } else { 0 };
		let limits = [CaseLimits::ORDINARY, CaseLimits::LARGE, CaseLimits::SMALL];
		let limits = *self.choices.mostly(&limits).expect("there are some");
		MediatorTerms {
			capacity: *self.choices.mostly(&[16, 1, 64]).expect("there are some"),
			limits: CaseLimits { min_wage, ..limits },
			profiles: BoundedVec::truncate_from(vec![Profile::BASE.id()]),
			inbox: None,
		}
	}
}

/// What a replica may cost: as much as all ask, more, less, and nothing.
pub fn prices() -> [Price; 5] {
	let of = |base| Price { base, ..PRICE };
	[PRICE, of(10 * UNIT), of(MILLI), of(1), Price::default()]
}

/// Says that an input is private. Whoever has its plaintext was given the key.
fn private(plain: ContentRef) -> Hints {
	let size = sealed_size(plain.size).unwrap_or(plain.size);
	let hint = SealedInput::new(plain, ContentRef { size, ..plain }, Hash::zero()).hint();
	BoundedVec::truncate_from(vec![BoundedVec::truncate_from(hint.into_bytes())])
}

/// Who has sealed in a task, and whoever else was drawn.
fn sealers(view: &TaskView) -> Vec<AccountId> {
	let TaskStatus::Open(task) = &view.status else { return Vec::new() };
	let mut drawn: Vec<_> = task.replicas.iter().collect();
	drawn.sort_by_key(|replica| !matches!(replica.state, ReplicaState::Sealed(_)));
	let candidate = |at: u32| Some(view.deal.candidates.get(at as usize)?.provider.clone());
	drawn.into_iter().filter_map(|replica| candidate(replica.candidate)).collect()
}

/// Members of the committee that judges now.
fn members(view: &CaseView) -> Vec<AccountId> {
	let round = view.rounds.get(usize::from(view.case.round));
	let members = round.into_iter().flat_map(|round| &round.members);
	members.map(|member| member.mediator.clone()).collect()
}
