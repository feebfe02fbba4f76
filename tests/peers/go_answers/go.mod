module sealwright.dev/go-answers

go 1.24

require (
	github.com/spf13/cobra v1.9.1
	github.com/spf13/pflag v1.0.6
	oras.land/oras-go/v2 v2.5.0
)

require (
	github.com/opencontainers/go-digest v1.0.0 // indirect
	github.com/opencontainers/image-spec v1.1.0 // indirect
)
