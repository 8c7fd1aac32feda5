// The benchmark's bundle through Go's yaml.v3 into structs and go-playground/validator, as a Go server would
// load it: all files of one directory, one document after another, unknown keys refused.
//
// usage: peer DIR    prints the milliseconds of parsing and checking; reading the files is not counted
package main

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"time"

	"github.com/go-playground/validator/v10"
	"gopkg.in/yaml.v3"
)

type limits struct {
	Rate  int `yaml:"rate" validate:"min=1,max=1000"`
	Burst int `yaml:"burst" validate:"min=1,max=1000"`
}

type room struct {
	Kind       string   `yaml:"kind" validate:"eq=Room"`
	Name       string   `yaml:"name" validate:"required,min=1,max=63"`
	ID         int      `yaml:"id" validate:"min=0"`
	TitleShort string   `yaml:"title_short" validate:"required,min=3,max=64"`
	Type       string   `yaml:"type" validate:"oneof=lobby match arena duel"`
	Enabled    bool     `yaml:"enabled"`
	MaxPlayers int      `yaml:"max_players" validate:"min=2,max=64"`
	TickHz     int      `yaml:"tick_hz" validate:"oneof=20 30 60"`
	Region     string   `yaml:"region" validate:"required"`
	Weight     float64  `yaml:"weight" validate:"min=0,max=1"`
	Owner      string   `yaml:"owner" validate:"required"`
	Title      string   `yaml:"title" validate:"required,max=100"`
	Text       string   `yaml:"text" validate:"required,max=1000"`
	Tags       []string `yaml:"tags" validate:"min=1,max=8,dive,required"`
	Limits     limits   `yaml:"limits"`
}

func load(text []byte, check *validator.Validate, names map[string]bool) error {
	in := yaml.NewDecoder(bytes.NewReader(text))
	in.KnownFields(true)
	for {
		var r room
		err := in.Decode(&r)
		if errors.Is(err, io.EOF) {
			return nil
		}
		if err != nil {
			return err
		}
		if err := check.Struct(&r); err != nil {
			return err
		}
		if names[r.Name] {
			return fmt.Errorf("%s: twice", r.Name)
		}
		names[r.Name] = true
	}
}

func run() error {
	if len(os.Args) != 2 {
		return errors.New("usage: peer DIR")
	}
	paths, err := filepath.Glob(filepath.Join(os.Args[1], "*.yaml"))
	if err != nil {
		return err
	}
	texts := make([][]byte, len(paths))
	for i, path := range paths {
		if texts[i], err = os.ReadFile(path); err != nil {
			return err
		}
	}
	check, names := validator.New(), map[string]bool{}
	start := time.Now()
	for i, text := range texts {
		if err := load(text, check, names); err != nil {
			return fmt.Errorf("%s: %w", paths[i], err)
		}
	}
	fmt.Printf("go documents=%d ms=%.1f\n", len(names), float64(time.Since(start).Microseconds())/1000)
	return nil
}

func main() {
	if err := run(); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}
