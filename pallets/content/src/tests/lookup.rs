use super::*;

#[test]
fn lookup_should_answer_through_the_last_promised_block() {
	build_and_execute(|| {
		assert_eq!(Content::lookup(&hash(DATA)), None);
		assert_ok!(apply(alice(), publish(DATA)));
		let promised = Some((15, 1 + RETENTION));
		assert_eq!(Content::lookup(&hash(DATA)), promised);
		run_to(1 + RETENTION);
		assert_eq!(Content::lookup(&hash(DATA)), promised);
		run_to(2 + RETENTION);
		assert_eq!(Content::lookup(&hash(DATA)), None);
	});
}
