// The part of CBOR (RFC 8949) that a card needs, read in the one way that the network writes it:
// the same refusals as membership/rules/cards/cbor.py, so that two texts never mean one card.
"use strict";

window.Carte = window.Carte || {};

(() => {
  const [UNSIGNED, NEGATIVE, BYTES, TEXT, ARRAY, MAP, TAG] = [0, 1, 2, 3, 4, 5, 6];
  const DEEPEST = 4;

  // The beginning of a value: its kind and its number, length or tag, in the shortest form.
  function head(kind, argument) {
    if (argument < 24) return [kind << 5 | argument];
    const size = argument < 256 ? 1 : argument < 65536 ? 2 : argument < 2 ** 32 ? 4 : 8;
    const bytes = [kind << 5 | 24 + Math.log2(size)];
    for (let rank = size - 1; rank >= 0; rank--) bytes.push(Math.floor(argument / 256 ** rank) % 256);
    return bytes;
  }

  function isBefore(one, other) {
    for (let rank = 0; rank < Math.min(one.length, other.length); rank++) {
      if (one[rank] !== other[rank]) return one[rank] < other[rank];
    }
    return one.length < other.length;
  }

  class Reader {
    constructor(data) {
      this.data = data;
      this.at = 0;
    }

    value(depth = 0) {
      if (depth > DEEPEST) throw new Error("too deep");
      const [kind, argument] = this.next();
      if (kind === UNSIGNED) return argument;
      if (kind === NEGATIVE) return -1 - argument;
      if (kind === BYTES) return this.take(argument);
      if (kind === TEXT) return window.Carte.text(this.take(argument));
      if (kind === MAP) return this.map(argument, depth + 1);
      if (kind === TAG) return { tag: argument, value: this.value(depth + 1) };
      const values = [];
      for (let rank = 0; rank < argument; rank++) values.push(this.value(depth + 1));
      return values;
    }

    map(length, depth) {
      const found = new Map();
      let before = new Uint8Array();
      for (let rank = 0; rank < length; rank++) {
        const start = this.at;
        const key = this.value(depth);
        const written = this.data.subarray(start, this.at);
        const isName = typeof key === "number" || typeof key === "string";
        if (!isName || !isBefore(before, written)) throw new Error("keys out of order");
        before = written;
        found.set(key, this.value(depth));
      }
      return found;
    }

    next() {
      const [first] = this.take(1);
      const [kind, short] = [first >> 5, first & 31];
      if (kind > TAG) throw new Error("not in a card");
      if (short < 24) return [kind, short];
      if (short > 27) throw new Error("indefinite length");
      const bytes = this.take(1 << short - 24);
      const long = bytes.reduce((sum, byte) => sum * 256 + byte, 0);
      if (!Number.isSafeInteger(long)) throw new Error("too large");
      if (head(kind, long).length !== 1 + bytes.length) throw new Error("not the shortest form");
      return [kind, long];
    }

    take(size) {
      const taken = this.data.subarray(this.at, this.at + size);
      if (taken.length !== size) throw new Error("cut short");
      this.at += size;
      return taken;
    }
  }

  window.Carte.text = (bytes) => new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(bytes);

  window.Carte.cbor = (data) => {
    const reader = new Reader(data);
    const value = reader.value();
    if (reader.at !== data.length) throw new Error("bytes after the end");
    return value;
  };

  // What COSE signs: ["Signature1", header, nothing, content].
  window.Carte.signed = (header, content) => {
    const name = new TextEncoder().encode("Signature1");
    const parts = [...head(ARRAY, 4), ...head(TEXT, name.length), ...name];
    for (const bytes of [header, [], content]) parts.push(...head(BYTES, bytes.length), ...bytes);
    return Uint8Array.from(parts);
  };
})();
