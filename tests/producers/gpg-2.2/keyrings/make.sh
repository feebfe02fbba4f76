#!/bin/sh
# Makes the keyrings and messages of this folder, and the status lines in ../status, with gpg 2.2.
# Run in this folder; every time is faked, so that only keys and signatures differ from run to run.
set -eu
GNUPGHOME=$(mktemp -d); export GNUPGHOME LC_ALL=C
here=$PWD
document=$here/../payload.json
at() { t=$1; shift; gpg --batch --no-tty --quiet --faked-system-time "$t" --pinentry-mode loopback --passphrase '' "$@"; }
fingerprint() { gpg --list-keys --with-colons "$1" | awk -F: '/^fpr/ {print $10}' | sed -n "$2p"; }
BORN=20240101T000000 SIGNED=20240201T000000 LATER=20240301T000000

# a name for each key; what it is about is in the name
for kind in rsa2048 ed25519 nistp256; do
  at $BORN --quick-gen-key "$kind <$kind@example.com>" $kind sign never
  at $SIGNED -u $kind@example.com -o "$here/$kind.signature" -s "$document"
  at $LATER --export -o "$here/$kind.gpg" $kind@example.com
done
at $BORN --quick-gen-key "expired <expired@example.com>" ed25519 sign 2024-03-01
at $SIGNED -u expired@example.com -o "$here/expired-key.signature" -s "$document"
at $LATER --export -o "$here/expired-key.gpg" expired@example.com

at $BORN --quick-gen-key "subkey <subkey@example.com>" ed25519 cert never
primary=$(fingerprint subkey@example.com 1)
at $BORN --quick-add-key "$primary" ed25519 sign never
at $SIGNED -u subkey@example.com -o "$here/subkey.signature" -s "$document"
at $LATER --armor --export -o "$here/subkey.asc" subkey@example.com
printf '%s\n' 'key 1' revkey y 3 '' y save | gpg --no-tty --quiet --command-fd 0 --faked-system-time $LATER \
  --pinentry-mode loopback --passphrase '' --edit-key "$primary" >"$GNUPGHOME/edit"
at $LATER --armor --export -o "$here/revoked-subkey.asc" subkey@example.com
cp "$here/subkey.signature" "$here/revoked-subkey.signature"

at $SIGNED -u rsa2048@example.com --digest-algo SHA1 -o "$here/sha1.signature" -s "$document"
at $SIGNED -u rsa2048@example.com --default-sig-expire 7d -o "$here/expired.signature" -s "$document"
at 20400101T000000 -u rsa2048@example.com -o "$here/future.signature" -s "$document"
at $SIGNED -u rsa2048@example.com -u ed25519@example.com -o "$here/two.signature" -s "$document"
for name in sha1 expired future; do cp "$here/rsa2048.gpg" "$here/$name.gpg"; done
cat "$here/rsa2048.gpg" "$here/ed25519.gpg" >"$here/two.gpg"
cp "$here/rsa2048.gpg" "$here/unknown.gpg"; cp "$here/ed25519.signature" "$here/unknown.signature"
# the document is stored without compression, so that a byte of it can be changed
at $SIGNED -u rsa2048@example.com -z 0 -o - -s "$document" | sed 's/sha256:f/sha256:e/' >"$here/tampered.signature"
cp "$here/rsa2048.gpg" "$here/tampered.gpg"
gpgconf --kill all

for message in "$here"/*.signature ../unsigned.signature; do
  name=$(basename "$message" .signature)
  judge=$(mktemp -d)
  for ring in "$here/$name.gpg" "$here/$name.asc"; do
    if [ -f "$ring" ]; then gpg --homedir "$judge" --batch --quiet --no-autostart --import "$ring"; fi
  done
  gpg --homedir "$judge" --batch --no-tty --no-autostart --trust-model always --faked-system-time 20261127T120000 \
    --status-fd 3 -o "$judge/document" --decrypt "$message" 3>"$here/../status/$name.status" 2>"$judge/said" || true
  rm -r "$judge"
done
rm -r "$GNUPGHOME"
