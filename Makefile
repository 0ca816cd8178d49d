# make demo   a burst of 50 batches of 5,000 rows on a private server
# make test   formatting, lints, tests on servers of every supported major
# make bench  the write path against server-side COPY, interleaved

.PHONY: demo test bench setup

demo: setup
	cargo build --release --locked
	./target/release/pgvalidate burst --batches 50 --size 5000

test:
	./scripts/setup lint servers prometheus pgbouncer chromium
	cargo fmt --check
	cargo clippy --locked --all-targets -- -D warnings
	cargo test --locked

bench: setup
	cargo bench --locked --bench write_path

setup:
	./scripts/setup
