module sealwright.dev/go-plugin

go 1.24

require github.com/notaryproject/notation-plugin-framework-go v1.0.0
