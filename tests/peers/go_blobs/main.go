// Signs and verifies descriptors of blobs with the reference library, as the command `blob` of notation does.
//
//	go-blobs sign KEY.pem CHAIN.pem jws|cose DESCRIPTOR.json SECONDS > SIGNATURE
//	go-blobs verify CONFIG jws|cose SIGNATURE LEVEL DESCRIPTOR.json > DESCRIPTOR-SIGNED.json
//
// The first uses a local key and a term of so many seconds (0: none). The second trusts the store ca:acme below
// the folder CONFIG, for every signer, and compares the descriptor of the payload with the one that it is given.
package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"strconv"
	"time"

	_ "github.com/notaryproject/notation-core-go/signature/cose"
	_ "github.com/notaryproject/notation-core-go/signature/jws"
	"github.com/notaryproject/notation-go"
	"github.com/notaryproject/notation-go/dir"
	"github.com/notaryproject/notation-go/signer"
	"github.com/notaryproject/notation-go/verifier"
	"github.com/notaryproject/notation-go/verifier/trustpolicy"
	"github.com/notaryproject/notation-go/verifier/truststore"
	ocispec "github.com/opencontainers/image-spec/specs-go/v1"
)

var envelopes = map[string]string{"jws": "application/jose+json", "cose": "application/cose"}

func main() {
	err := errors.New("sign or verify")
	switch {
	case len(os.Args) == 7 && os.Args[1] == "sign":
		err = sign(os.Args[2], os.Args[3], envelopes[os.Args[4]], os.Args[5], os.Args[6])
	case len(os.Args) == 7 && os.Args[1] == "verify":
		err = verify(os.Args[2], envelopes[os.Args[3]], os.Args[4], os.Args[5], os.Args[6])
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

func descriptor(path string) (found ocispec.Descriptor, err error) {
	content, err := os.ReadFile(path)
	if err == nil {
		err = json.Unmarshal(content, &found)
	}
	return found, err
}

func sign(key, chain, envelope, path, seconds string) error {
	target, err := descriptor(path)
	if err != nil {
		return err
	}
	term, err := strconv.Atoi(seconds)
	if err != nil {
		return err
	}
	made, err := signer.NewGenericSignerFromFiles(key, chain)
	if err != nil {
		return err
	}
	options := notation.SignerSignOptions{
		SignatureMediaType: envelope,
		ExpiryDuration:     time.Duration(term) * time.Second,
		SigningAgent:       "go-blobs",
	}
	content, _, err := made.Sign(context.Background(), target, options)
	if err != nil {
		return err
	}
	_, err = os.Stdout.Write(content)
	return err
}

func verify(folder, envelope, path, level, wanted string) error {
	target, err := descriptor(wanted)
	if err != nil {
		return err
	}
	content, err := os.ReadFile(path)
	if err != nil {
		return err
	}
	policy := trustpolicy.Document{
		Version: "1.0",
		TrustPolicies: []trustpolicy.TrustPolicy{{
			Name:                  "blobs",
			RegistryScopes:        []string{"*"},
			SignatureVerification: trustpolicy.SignatureVerification{VerificationLevel: level},
			TrustStores:           []string{"ca:acme"},
			TrustedIdentities:     []string{"*"},
		}},
	}
	judge, err := verifier.New(&policy, truststore.NewX509TrustStore(dir.NewSysFS(folder)), nil)
	if err != nil {
		return err
	}
	options := notation.VerifierVerifyOptions{
		ArtifactReference:  "registry.example/blob@" + target.Digest.String(),
		SignatureMediaType: envelope,
		UserMetadata:       target.Annotations,
	}
	bare := ocispec.Descriptor{MediaType: target.MediaType, Digest: target.Digest, Size: target.Size}
	outcome, err := judge.Verify(context.Background(), bare, content, options)
	if err != nil {
		return err
	}
	_, err = os.Stdout.Write(outcome.EnvelopeContent.Payload.Content)
	return err
}
