# What a developer types. Continuous integration types the same (.ci/run).

.PHONY: demo test check bench fuzz kills deb lab fmt clean

demo: ## a collector, the agent of this machine and a simulated fleet; Ctrl-C ends it
	tests/demo/run

test: ## everything; installs what is missing first
	tests/prepare
	cargo test --workspace --locked

check: ## what must hold before a change is handed in
	cargo fmt --all --check
	cargo clippy --workspace --all-targets --locked -- -D warnings
	$(MAKE) test
	RUSTDOCFLAGS="-D warnings" cargo doc --workspace --no-deps --document-private-items --locked
	tests/deny

bench: ## what it costs, beside the physical limits
	tests/bench/run

fuzz: ## looks for input that breaks a parser; SECONDS_EACH=60 for each, TARGETS="dpkg sealed" for some
	SECONDS_EACH=$(or $(SECONDS_EACH),60) tests/fuzz/run $(TARGETS)

kills: ## a thousand times kill -9 on each store; long
	cargo test --package patuh-tests --locked --test e2e -- --ignored --nocapture a_thousand_kills

deb: ## target/debian/*.deb
	deploy/debian/build

lab: ## install, enrol and reboot on real hosts (root)
	tests/prepare
	cargo test --package patuh-tests --locked --test lab -- --nocapture

fmt: ## the one layout
	cargo fmt --all

clean: ## everything that was built, and the lab's image
	cargo clean
	rm -rf demo "$${PATUH_LAB:-/var/tmp/patuh-lab}"
