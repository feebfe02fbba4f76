# Push, sign and verify an image by its digest, from any Makefile:
#
#   SEAL_SOURCE = oci:./image:v1
#   SEAL_TARGET = registry.example/net-monitor:v1
#   include sealwright.mk
#   release: seal-push seal-sign seal-verify
#
# `seal-push` puts the image there and keeps its name with the digest in $(SEAL_OUT)/image. `seal-sign` and
# `seal-verify` work on that name, or on SEAL_IMAGE=NAME@DIGEST; they take no tag, for a tag can be moved.
# Values reach the shell through the environment only, so whatever they hold is never run as a command.
# Secrets are files, or the variables SEALWRIGHT_PASSPHRASE, SEALWRIGHT_USERNAME and SEALWRIGHT_PASSWORD of the
# environment; give none of them on a command line.

SEAL ?= seal
# the folder for what the targets leave behind: digest, image, junit.xml, verify.sarif
SEAL_OUT ?= seal-out
# what to push, and where to
SEAL_SOURCE ?=
SEAL_TARGET ?=
# the image with its digest, if it was pushed elsewhere
SEAL_IMAGE ?=
# key and certificate chain (leaf first, root last) in PEM; without them the default key of this user signs
SEAL_KEY_FILE ?=
SEAL_CERT_FILE ?=
# the passphrase of that key, in the first line of a file; else SEALWRIGHT_PASSPHRASE
SEAL_PASSPHRASE_FILE ?=
# trust policy and root certificates, and the trust store that the policy calls them by; without them this user's own
SEAL_POLICY_FILE ?=
SEAL_ROOT_FILES ?=
SEAL_TRUST_STORE ?= release

export SEAL SEAL_OUT SEAL_SOURCE SEAL_TARGET SEAL_IMAGE SEAL_KEY_FILE SEAL_CERT_FILE SEAL_PASSPHRASE_FILE \
  SEAL_POLICY_FILE SEAL_ROOT_FILES SEAL_TRUST_STORE

.PHONY: seal-push seal-sign seal-verify seal-clean

seal-push: ## push SEAL_SOURCE as SEAL_TARGET; prints the digest
	@set -eu; \
	: "$${SEAL_SOURCE:?names no layout to push}" "$${SEAL_TARGET:?names no image to push to}"; \
	mkdir -p "$$SEAL_OUT"; \
	rm -f "$$SEAL_OUT/digest" "$$SEAL_OUT/image"; \
	"$$SEAL" push --digest-file "$$SEAL_OUT/digest" -- "$$SEAL_SOURCE" "$$SEAL_TARGET" >&2; \
	read -r digest <"$$SEAL_OUT/digest"; \
	last=$${SEAL_TARGET##*/}; \
	printf '%s@%s\n' "$${SEAL_TARGET%"$$last"}$${last%%[:@]*}" "$$digest" >"$$SEAL_OUT/image"; \
	printf '%s\n' "$$digest"

# the shell's beginning for work on one image: SEAL_IMAGE with its digest, and a notation folder of its own if asked
define SEAL_BEGIN
set -eu; umask 077; \
if [ -z "$$SEAL_IMAGE" ] && [ -r "$$SEAL_OUT/image" ]; then read -r SEAL_IMAGE <"$$SEAL_OUT/image"; fi; \
case "$$SEAL_IMAGE" in \
  *@sha*:*) ;; \
  *) echo "error: SEAL_IMAGE names no digest: push first (make seal-push), or set SEAL_IMAGE=NAME@DIGEST" >&2; exit 2;; \
esac; \
own() { folder=$$(mktemp -d); trap 'rm -rf "$$folder"' EXIT; NOTATION_CONFIG=$$folder; export NOTATION_CONFIG; }
endef

seal-sign: ## sign the image that was pushed
	@$(SEAL_BEGIN); \
	if [ -n "$$SEAL_KEY_FILE" ]; then \
	  own; \
	  "$$SEAL" key add pipeline --key-file "$$SEAL_KEY_FILE" --cert-file "$$SEAL_CERT_FILE" \
	    $${SEAL_PASSPHRASE_FILE:+--passphrase-file "$$SEAL_PASSPHRASE_FILE"} >&2; \
	fi; \
	"$$SEAL" sign $${SEAL_PASSPHRASE_FILE:+--passphrase-file "$$SEAL_PASSPHRASE_FILE"} -- "$$SEAL_IMAGE"

seal-verify: ## verify the image that was pushed; reports in SEAL_OUT
	@$(SEAL_BEGIN); \
	mkdir -p "$$SEAL_OUT"; \
	if [ -n "$$SEAL_POLICY_FILE" ]; then \
	  own; \
	  set -f; "$$SEAL" cert add --store "$$SEAL_TRUST_STORE" -- $$SEAL_ROOT_FILES >&2; set +f; \
	  "$$SEAL" policy import -- "$$SEAL_POLICY_FILE" >&2; \
	fi; \
	rm -f "$$SEAL_OUT/journal"; status=0; \
	"$$SEAL" verify --policy notation --resume "$$SEAL_OUT/journal" --output junit --output-file "$$SEAL_OUT/junit.xml" -- "$$SEAL_IMAGE" \
	  || status=$$?; \
	"$$SEAL" verify --policy notation --resume "$$SEAL_OUT/journal" --output sarif -- "$$SEAL_IMAGE" >"$$SEAL_OUT/verify.sarif" || :; \
	exit "$$status"

seal-clean: ## remove what these targets left behind
	@rm -rf -- "$$SEAL_OUT"
