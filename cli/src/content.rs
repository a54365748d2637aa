//! `assay content`: publishing and fetching by hash.

use crate::{
	args::{ContentCommand, ContentGetArgs},
	context::Context,
	failure::Failure,
	output,
};
use assay_client::content::{content_cid_text, publish};
use assay_primitives::content::ContentRef;
use serde_json::json;
use std::{fs, path::Path};

/// Runs a command of this group.
pub async fn run(command: ContentCommand, context: &Context) -> Result<(), Failure> {
	match command {
		ContentCommand::Put { file } => put(&file, context).await,
		ContentCommand::Get(args) => get(args, context).await,
		ContentCommand::Ref { file } => {
			print(&ContentRef::of(&read(&file)?), None, context);
			Ok(())
		},
	}
}

/// Reads a file whole.
pub fn read(path: &Path) -> Result<Vec<u8>, Failure> {
	fs::read(path)
		.map_err(|error| Failure::usage(format!("can't read {}: {error}", path.display())))
}

async fn put(file: &Path, context: &Context) -> Result<(), Failure> {
	let bytes = read(file)?;
	let chain = context.chain().await?;
	let signer = context.signer(&chain)?;
	let progress = context.progress();
	progress.doing(format!("publishing {} bytes", bytes.len()));
	let published = publish(&chain, &signer, &bytes).await?;
	drop(progress);
	print(&published.content, Some(published.expires_at), context);
	Ok(())
}

async fn get(args: ContentGetArgs, context: &Context) -> Result<(), Failure> {
	let content = ContentRef { hash: args.hash, size: args.size };
	let chain = context.chain().await?;
	let fetcher = context.fetcher(&chain, &args.gateways)?;
	let progress = context.progress();
	progress.doing("fetching");
	let bytes = fetcher.fetch_bytes(&content, &[]).await?;
	drop(progress);
	fs::write(&args.file, bytes)
		.map_err(|error| Failure::new(format!("can't write {}: {error}", args.file.display())))?;
	output::line(&format!("{} bytes, verified, in {}", content.size, args.file.display()));
	Ok(())
}

fn print(content: &ContentRef, expires_at: Option<u32>, context: &Context) {
	let cid = content_cid_text(content);
	if context.json(|| {
		json!({
			"hash": content.hash, "size": content.size, "cid": cid, "keptUntilBlock": expires_at,
		})
	}) {
		return;
	}
	let mut rows = vec![
		vec!["hash".to_string(), format!("{:?}", content.hash)],
		vec!["size".to_string(), content.size.to_string()],
		vec!["cid".to_string(), cid],
	];
	if let Some(block) = expires_at {
		rows.push(vec!["kept until block".to_string(), block.to_string()]);
	}
	output::table(&[], rows);
}
