// A plugin made with the framework of the Notary Project, for tests: it signs with a key in a file, and verifies
// whatever names it.
//
// Settings: "key" and "chain", files in PEM; "refuse", anything, lets verify-signature refuse. The only key is "k".
package main

import (
	"context"
	"crypto"
	"crypto/ecdsa"
	"crypto/rand"
	"crypto/rsa"
	"crypto/x509"
	"encoding/pem"
	"fmt"
	"os"

	"github.com/notaryproject/notation-plugin-framework-go/cli"
	"github.com/notaryproject/notation-plugin-framework-go/plugin"
)

const keyID = "k"

type filePlugin struct{}

func (filePlugin) GetMetadata(context.Context, *plugin.GetMetadataRequest) (*plugin.GetMetadataResponse, error) {
	return &plugin.GetMetadataResponse{
		Name:                      "go-plugin",
		Description:               "made with the framework",
		Version:                   "1.2.0",
		URL:                       "https://plugin.example",
		SupportedContractVersions: []string{plugin.ContractVersion},
		Capabilities: []plugin.Capability{
			plugin.CapabilitySignatureGenerator,
			plugin.CapabilityTrustedIdentityVerifier,
			plugin.CapabilityRevocationCheckVerifier,
		},
	}, nil
}

func (filePlugin) DescribeKey(_ context.Context, req *plugin.DescribeKeyRequest) (*plugin.DescribeKeyResponse, error) {
	key, err := open(req.KeyID, req.PluginConfig)
	if err != nil {
		return nil, err
	}
	spec, _, _, err := describe(key)
	if err != nil {
		return nil, err
	}
	return &plugin.DescribeKeyResponse{KeyID: req.KeyID, KeySpec: spec}, nil
}

func (filePlugin) GenerateSignature(_ context.Context, req *plugin.GenerateSignatureRequest) (*plugin.GenerateSignatureResponse, error) {
	key, err := open(req.KeyID, req.PluginConfig)
	if err != nil {
		return nil, err
	}
	spec, hash, algorithm, err := describe(key)
	if err != nil {
		return nil, err
	}
	if spec != req.KeySpec {
		return nil, plugin.NewValidationErrorf("the key is %s", spec)
	}
	chain, err := certificates(req.PluginConfig["chain"])
	if err != nil {
		return nil, err
	}
	hasher := hash.New()
	hasher.Write(req.Payload)
	value, err := sign(key, hash, hasher.Sum(nil))
	if err != nil {
		return nil, plugin.NewGenericError(err.Error())
	}
	return &plugin.GenerateSignatureResponse{
		KeyID:            req.KeyID,
		Signature:        value,
		SigningAlgorithm: algorithm,
		CertificateChain: chain,
	}, nil
}

func (filePlugin) GenerateEnvelope(context.Context, *plugin.GenerateEnvelopeRequest) (*plugin.GenerateEnvelopeResponse, error) {
	return nil, plugin.NewUnsupportedError("generate-envelope")
}

func (filePlugin) VerifySignature(_ context.Context, req *plugin.VerifySignatureRequest) (*plugin.VerifySignatureResponse, error) {
	response := &plugin.VerifySignatureResponse{VerificationResults: map[plugin.Capability]*plugin.VerificationResult{}}
	for _, capability := range req.TrustPolicy.SignatureVerification {
		result := &plugin.VerificationResult{Success: true}
		if req.PluginConfig["refuse"] != "" {
			result = &plugin.VerificationResult{Reason: "it was told to"}
		}
		response.VerificationResults[capability] = result
	}
	for _, name := range req.Signature.UnprocessedAttributes {
		response.ProcessedAttributes = append(response.ProcessedAttributes, name)
	}
	return response, nil
}

func open(id string, config map[string]string) (crypto.Signer, error) {
	if id != keyID {
		return nil, plugin.NewValidationErrorf("there is no key %q", id)
	}
	content, err := os.ReadFile(config["key"])
	if err != nil {
		return nil, plugin.NewGenericError(err.Error())
	}
	block, _ := pem.Decode(content)
	if block == nil {
		return nil, plugin.NewGenericError("the key is no PEM")
	}
	parsed, err := x509.ParsePKCS8PrivateKey(block.Bytes)
	if err != nil {
		return nil, plugin.NewGenericError(err.Error())
	}
	signer, fits := parsed.(crypto.Signer)
	if !fits {
		return nil, plugin.NewGenericError("the key cannot sign")
	}
	return signer, nil
}

func describe(key crypto.Signer) (plugin.KeySpec, crypto.Hash, plugin.SignatureAlgorithm, error) {
	switch public := key.Public().(type) {
	case *rsa.PublicKey:
		switch public.Size() {
		case 256:
			return plugin.KeySpecRSA2048, crypto.SHA256, plugin.SignatureAlgorithmRSASSA_PSS_SHA256, nil
		case 384:
			return plugin.KeySpecRSA3072, crypto.SHA384, plugin.SignatureAlgorithmRSASSA_PSS_SHA384, nil
		case 512:
			return plugin.KeySpecRSA4096, crypto.SHA512, plugin.SignatureAlgorithmRSASSA_PSS_SHA512, nil
		}
	case *ecdsa.PublicKey:
		switch public.Params().BitSize {
		case 256:
			return plugin.KeySpecEC256, crypto.SHA256, plugin.SignatureAlgorithmECDSA_SHA256, nil
		case 384:
			return plugin.KeySpecEC384, crypto.SHA384, plugin.SignatureAlgorithmECDSA_SHA384, nil
		case 521:
			return plugin.KeySpecEC521, crypto.SHA512, plugin.SignatureAlgorithmECDSA_SHA512, nil
		}
	}
	return "", 0, "", plugin.NewUnsupportedError("this kind of key")
}

func sign(key crypto.Signer, hash crypto.Hash, digest []byte) ([]byte, error) {
	if private, fits := key.(*ecdsa.PrivateKey); fits {
		r, s, err := ecdsa.Sign(rand.Reader, private, digest)
		if err != nil {
			return nil, err
		}
		size := (private.Params().BitSize + 7) / 8
		return append(r.FillBytes(make([]byte, size)), s.FillBytes(make([]byte, size))...), nil
	}
	return key.Sign(rand.Reader, digest, &rsa.PSSOptions{SaltLength: rsa.PSSSaltLengthEqualsHash, Hash: hash})
}

func certificates(file string) ([][]byte, error) {
	rest, err := os.ReadFile(file)
	if err != nil {
		return nil, plugin.NewGenericError(err.Error())
	}
	var found [][]byte
	for {
		var block *pem.Block
		if block, rest = pem.Decode(rest); block == nil {
			return found, nil
		}
		found = append(found, block.Bytes)
	}
}

func main() {
	program, err := cli.New(filePlugin{})
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
	program.Execute(context.Background(), os.Args)
}
