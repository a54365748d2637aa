//! Expressions over text.

use regex::Regex;

fn main() {
	let text = String::from_utf8(assay_test_programs::text(60_000)).expect("ASCII");
	for pattern in [
		r"\b\w+@\w+\.\w+\b",
		r"(\d{4})-(\d\d)-(\d\d)",
		r"(?i)MEM.*?gas",
		r"[aeiou]{2,}",
		r"(the|of) \w+$",
	] {
		let regex = Regex::new(pattern).expect("well-formed");
		let found: usize = regex.find_iter(&text).map(|found| found.len()).sum();
		println!("{pattern}: {} in {found} bytes", regex.find_iter(&text).count());
	}
	let regex = Regex::new(r"(?P<y>\d+)-(?P<m>\d+)-(?P<d>\d+)").expect("well-formed");
	println!("{:x}", assay_test_programs::sum(regex.replace_all(&text, "$d.$m.$y").as_bytes()));
}
