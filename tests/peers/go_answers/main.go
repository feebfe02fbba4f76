// Answers questions about text as Go's libraries do, so that what stands in for them can be judged.
//
// Reads lines of JSON {"ask": KIND, "words": [BASE64...]} and answers each with a line {"words": [BASE64...]}.
// Texts are base64 because they may hold any bytes.
package main

import (
	"bufio"
	"bytes"
	_ "crypto/sha256"
	_ "crypto/sha512"
	"encoding/json"
	"errors"
	"fmt"
	"mime"
	"os"
	"sort"
	"strconv"
	"strings"
	"text/tabwriter"
	"time"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"
	"oras.land/oras-go/v2/registry"
)

type question struct {
	Ask   string   `json:"ask"`
	Words [][]byte `json:"words"`
}

type answer struct {
	Words [][]byte `json:"words"`
}

var kinds = map[string]func(words []string) []string{
	"quote":    func(words []string) []string { return []string{fmt.Sprintf("%q", words[0])} },
	"raw":      func(words []string) []string { return []string{fmt.Sprintf("%#q", words[0])} },
	"text":     text,
	"json":     problem,
	"duration": duration,
	"shown":    shown,
	"integer": func(words []string) []string {
		value, err := strconv.ParseInt(words[0], 0, 64)
		return either(strconv.FormatInt(value, 10), err)
	},
	"boolean": func(words []string) []string {
		value, err := strconv.ParseBool(words[0])
		return either(strconv.FormatBool(value), err)
	},
	"media": func(words []string) []string {
		if _, _, err := mime.ParseMediaType(words[0]); err != nil {
			return []string{err.Error()}
		}
		return []string{""}
	},
	"table":     table,
	"flags":     flags,
	"command":   command,
	"reference": reference,
}

func either(value string, err error) []string {
	if err != nil {
		return []string{"error", err.Error()}
	}
	return []string{"value", value}
}

func text(words []string) []string {
	content, err := json.Marshal(map[string]any{words[0]: words[1:]})
	return either(string(content), err)
}

func problem(words []string) []string {
	var value json.RawMessage
	var syntax *json.SyntaxError
	if err := json.Unmarshal([]byte(words[0]), &value); errors.As(err, &syntax) {
		return []string{syntax.Error()}
	}
	return []string{""}
}

func duration(words []string) []string {
	value, err := time.ParseDuration(words[0])
	return either(strconv.FormatInt(int64(value), 10), err)
}

func shown(words []string) []string {
	value, err := strconv.ParseInt(words[0], 10, 64)
	return either(time.Duration(value).String(), err)
}

// The first word is the number of cells in each row, parted by commas; the cells follow.
func table(words []string) []string {
	var out bytes.Buffer
	writer := tabwriter.NewWriter(&out, 0, 0, 3, ' ', 0)
	cells := words[1:]
	for _, length := range strings.Split(words[0], ",") {
		count, _ := strconv.Atoi(length)
		for _, cell := range cells[:count] {
			fmt.Fprintf(writer, "%s\t", cell)
		}
		fmt.Fprint(writer, "\n")
		cells = cells[count:]
	}
	writer.Flush()
	return []string{out.String()}
}

func addFlags(set *pflag.FlagSet) {
	set.StringP("key", "k", "", "")
	set.BoolP("force", "f", false, "")
	set.BoolP("yes", "y", false, "")
	set.Int("max", 100, "")
	set.DurationP("expiry", "e", 0, "")
	set.StringArrayP("meta", "m", nil, "")
}

func values(set *pflag.FlagSet) []string {
	found := []string{}
	set.Visit(func(flag *pflag.Flag) {
		if flag.Name == "meta" {
			meta, _ := set.GetStringArray("meta")
			found = append(found, "meta="+strings.Join(meta, "\x00"))
		} else {
			found = append(found, flag.Name+"="+flag.Value.String())
		}
	})
	sort.Strings(found)
	return append(found, "--")
}

func flags(words []string) []string {
	set := pflag.NewFlagSet("tool", pflag.ContinueOnError)
	set.Usage = func() {}
	set.BoolP("help", "h", false, "")
	addFlags(set)
	if err := set.Parse(words); err != nil {
		return []string{"error", err.Error()}
	}
	return append(append([]string{"value"}, values(set)...), set.Args()...)
}

func command(words []string) []string {
	var out, failures bytes.Buffer
	run := func(cmd *cobra.Command, arguments []string) error {
		found := append([]string{cmd.CommandPath()}, values(cmd.Flags())...)
		for _, word := range append(found, arguments...) {
			fmt.Fprintf(&out, "%q\n", word)
		}
		return nil
	}
	root := &cobra.Command{Use: "tool", SilenceUsage: true}
	put := &cobra.Command{Use: "put", Aliases: []string{"add"}, RunE: run, Args: func(_ *cobra.Command, arguments []string) error {
		if len(arguments) > 2 {
			return errors.New("too many")
		}
		return nil
	}}
	addFlags(put.Flags())
	put.MarkFlagsMutuallyExclusive("key", "max")
	put.MarkFlagsRequiredTogether("yes", "force")
	group := &cobra.Command{Use: "group", Aliases: []string{"grp"}, SilenceUsage: true}
	list := &cobra.Command{Use: "list", Aliases: []string{"ls"}, RunE: run}
	addFlags(list.Flags())
	need := &cobra.Command{Use: "need", RunE: run}
	addFlags(need.Flags())
	need.MarkFlagRequired("key")
	need.MarkFlagsOneRequired("yes", "meta")
	group.AddCommand(list, need)
	root.AddCommand(put, group)
	root.CompletionOptions.DisableDefaultCmd = true
	root.SetArgs(words)
	root.SetOut(&out)
	root.SetErr(&failures)
	status := "0"
	if err := root.Execute(); err != nil {
		status = "1"
	}
	return []string{status, out.String(), failures.String()}
}

func reference(words []string) []string {
	found, err := registry.ParseReference(words[0])
	if err != nil {
		return []string{"error", err.Error()}
	}
	if found.Reference == "" {
		return []string{"error", "invalid reference: no tag or digest"} // so says notation
	}
	return []string{"value", found.Registry, found.Repository, found.Reference}
}

func main() {
	in := bufio.NewReaderSize(os.Stdin, 1<<20)
	out := bufio.NewWriter(os.Stdout)
	defer out.Flush()
	decoder, encoder := json.NewDecoder(in), json.NewEncoder(out)
	for {
		var asked question
		if decoder.Decode(&asked) != nil {
			return
		}
		words := make([]string, len(asked.Words))
		for at, word := range asked.Words {
			words[at] = string(word)
		}
		answered := answer{Words: [][]byte{}}
		for _, word := range kinds[asked.Ask](words) {
			answered.Words = append(answered.Words, []byte(word))
		}
		if encoder.Encode(answered) != nil {
			return
		}
	}
}
