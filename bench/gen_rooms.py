#!/usr/bin/env python3
"""Writes the benchmark's bundle: N documents of kind Room in F files, and their schema.

usage: gen_rooms.py DIR [N=20000] [F=200]     20000 documents are about 10 MB; the same N gives the same bytes
"""
import os
import random
import sys

SCHEMA = """\
schema: Room
# One room of the benchmark. The rules are those of the peers in bench/peers.
fields:
  id:          int     `validate:"required,min=0"`
  title_short: string  `validate:"required,min=3,max=64"`
  type:        string  `validate:"required,oneof=lobby match arena duel"`
  enabled:     bool    `validate:"required"`
  max_players: int     `validate:"required,min=2,max=64"`
  tick_hz:     int     `validate:"required,oneof=20 30 60"`
  region:      string  `validate:"required,min=1"`
  weight:      float   `validate:"required,min=0,max=1"`
  owner:       string  `validate:"required,min=1"`
  title:       string  `validate:"required,max=100"`
  text:        string  `validate:"required,max=1000"`
  tags:        list[string]  `validate:"required,min=1,max=8,dive,min=1"`
  limits:      Limits  `validate:"required"`
structs:
  Limits:
    rate:  int  `validate:"required,min=1,max=1000"`
    burst: int  `validate:"required,min=1,max=1000"`
"""

WORDS = ("alpha bravo charlie delta echo foxtrot golf hotel india juliet kilo lima mike november oscar "
         "papa").split()


def room(r, i):
    def words(k):
        return " ".join(r.choice(WORDS) for _ in range(k))

    return "\n".join([
        "kind: Room",
        f"name: room-{i:06d}",
        f"id: {i}",
        f"title_short: room-{i:06d}",
        f"type: {r.choice(['lobby', 'match', 'arena', 'duel'])}",
        f"enabled: {r.choice(['true', 'false'])}",
        f"max_players: {r.randint(2, 64)}",
        f"tick_hz: {r.choice([20, 30, 60])}",
        f"region: {r.choice(['eu-west', 'us-east', 'ap-south'])}",
        f"weight: {r.random():.4f}",
        f"owner: \"{words(2)}\"",
        f"title: '{words(5)}'",
        f"text: {words(38)}",
        f"tags: [{', '.join(r.sample(WORDS, 4))}]",
        "limits:",
        f"  rate: {r.randint(1, 500)}",
        f"  burst: {r.randint(1, 900)}",
        "",
    ])


def main():
    if len(sys.argv) < 2:
        sys.exit(__doc__.strip())
    root = sys.argv[1]
    count = int(sys.argv[2]) if len(sys.argv) > 2 else 20000
    files = int(sys.argv[3]) if len(sys.argv) > 3 else 200
    r = random.Random(42)
    os.makedirs(os.path.join(root, "schemas"), exist_ok=True)
    os.makedirs(os.path.join(root, "rooms"), exist_ok=True)
    with open(os.path.join(root, "schemas", "room.yaml"), "w", encoding="ascii") as out:
        out.write(SCHEMA)
    for f in range(files):
        first, last = count * f // files, count * (f + 1) // files
        if first == last:
            continue
        with open(os.path.join(root, "rooms", f"r{f:05d}.yaml"), "w", encoding="ascii") as out:
            out.write("---\n".join(room(r, i) for i in range(first, last)))


if __name__ == "__main__":
    main()
