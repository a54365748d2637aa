//! Consents of owners.

use crate::{
	error::{Error, Result},
	keys::Signer,
};
use assay_primitives::{
	AccountId, Hash, Signature,
	order::{
		AnyOrder, Authorization, RequestOrder, SignatureFault, close_text, sponsorship_text,
		verify_text, wrapped,
	},
};
use codec::Encode;

/// Signs an order for the network with this genesis.
pub fn sign(order: &AnyOrder, genesis: &Hash, signer: &Signer) -> Authorization {
	over(&order.text(genesis), signer)
}

/// Consent to an order's closing, which anybody may submit then.
pub fn close_consent(order: &AnyOrder, genesis: &Hash, signer: &Signer) -> Authorization {
	over(&close_text(order.kind(), &order.id(genesis), genesis), signer)
}

/// A sponsor's consent to pay for a request.
pub fn sponsor(order: &RequestOrder, genesis: &Hash, signer: &Signer) -> Authorization {
	over(&sponsorship_text(order, genesis), signer)
}

fn over(text: &str, signer: &Signer) -> Authorization {
	let signature = signer.sign(wrapped(text).as_bytes());
	Signature::Sr25519(signature.into()).into()
}

/// Whether `signer` has signed the order for this network.
///
/// Errors: [`Error::Usage`], telling a malformed signature from that of somebody else.
pub fn verify(
	order: &AnyOrder,
	authorization: &Authorization,
	genesis: &Hash,
	signer: &AccountId,
) -> Result<()> {
	let Authorization::Signature(signature) = authorization else {
		return Err(Error::Usage("the order carries no signature: its consent is on chain".into()));
	};
	verify_text(signature, &order.text(genesis), signer).map_err(|fault| {
		Error::Usage(match fault {
			SignatureFault::Malformed => "the signature has no known form".into(),
			SignatureFault::WrongSigner => {
				"the signature is not the signer's over this order and network".into()
			},
		})
	})
}

/// What a wallet gave for a text, in whatever form: with or without the scheme in front.
///
/// Errors: [`Error::Usage`] where it is not `signer`'s over the text in any of them.
pub fn from_wallet(signature: &[u8], text: &str, signer: &AccountId) -> Result<Authorization> {
	let with = |scheme: u8| [&[scheme], signature].concat();
	// The numbers of ed25519, sr25519 and ecdsa.
	let forms = [signature.to_vec(), with(1), with(0), with(2)];
	let found = forms.into_iter().find(|form| verify_text(form, text, signer).is_ok());
	let found = found.and_then(|form| form.try_into().ok());
	found.map(Authorization::Signature).ok_or_else(|| {
		let who = crate::units::format_account(signer);
		Error::Usage(format!("that is no signature of {who} over the order's text"))
	})
}

/// The bytes of an authorization as they travel.
pub(super) fn encoded(authorization: &Authorization) -> Vec<u8> {
	authorization.encode()
}
