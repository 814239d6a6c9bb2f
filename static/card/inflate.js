// zlib (RFC 1950) with deflate (RFC 1951), unpacked here so that older browsers read cards too and
// nothing larger than a card is ever unpacked: the header, the end and the checksum must be right.
"use strict";

window.Carte = window.Carte || {};

(() => {
  const LENGTH_BASE = [3, 4, 5, 6, 7, 8, 9, 10, 11, 13, 15, 17, 19, 23, 27, 31, 35, 43, 51, 59, 67,
    83, 99, 115, 131, 163, 195, 227, 258];
  const LENGTH_BITS = [0, 0, 0, 0, 0, 0, 0, 0, 1, 1, 1, 1, 2, 2, 2, 2, 3, 3, 3, 3, 4, 4, 4, 4, 5, 5,
    5, 5, 0];
  const FAR_BASE = [1, 2, 3, 4, 5, 7, 9, 13, 17, 25, 33, 49, 65, 97, 129, 193, 257, 385, 513, 769,
    1025, 1537, 2049, 3073, 4097, 6145, 8193, 12289, 16385, 24577];
  const FAR_BITS = [0, 0, 0, 0, 1, 1, 2, 2, 3, 3, 4, 4, 5, 5, 6, 6, 7, 7, 8, 8, 9, 9, 10, 10, 11,
    11, 12, 12, 13, 13];
  const ORDER = [16, 17, 18, 0, 8, 7, 9, 6, 10, 5, 11, 4, 12, 3, 13, 2, 14, 1, 15];
  const LONGEST_CODE = 15;

  class Bits {
    constructor(data) {
      this.data = data;
      this.at = 0;
      this.held = 0;
      this.count = 0;
    }

    take(wanted) {
      while (this.count < wanted) {
        if (this.at >= this.data.length) throw new Error("cut short");
        this.held |= this.data[this.at++] << this.count;
        this.count += 8;
      }
      const value = this.held & ((1 << wanted) - 1);
      this.held >>>= wanted;
      this.count -= wanted;
      return value;
    }

    toByte() {
      this.held = this.count = 0;
    }
  }

  // A code as its lengths give it: how many codes of each length, and the symbols in their order.
  function codeOf(lengths) {
    const counts = new Array(LONGEST_CODE + 1).fill(0);
    for (const length of lengths) if (length) counts[length]++;
    let left = 1;
    for (let length = 1; length <= LONGEST_CODE; length++) {
      left = 2 * left - counts[length];
      if (left < 0) throw new Error("too many codes");
    }
    const symbols = lengths.map((length, symbol) => [length, symbol]).filter(([length]) => length);
    symbols.sort((one, other) => one[0] - other[0] || one[1] - other[1]);
    return { counts, symbols: symbols.map(([, symbol]) => symbol) };
  }

  function symbolFrom(bits, { counts, symbols }) {
    let code = 0;
    let first = 0;
    let index = 0;
    for (let length = 1; length <= LONGEST_CODE; length++) {
      code |= bits.take(1);
      if (code - counts[length] < first) return symbols[index + code - first];
      index += counts[length];
      first = (first + counts[length]) << 1;
      code <<= 1;
    }
    throw new Error("no such code");
  }

  function fixedCodes() {
    const lengths = new Array(288).fill(8).fill(9, 144, 256).fill(7, 256, 280);
    return [codeOf(lengths), codeOf(new Array(30).fill(5))];
  }

  function writtenCodes(bits) {
    const [literals, distances, given] = [bits.take(5) + 257, bits.take(5) + 1, bits.take(4) + 4];
    const short = new Array(19).fill(0);
    for (let rank = 0; rank < given; rank++) short[ORDER[rank]] = bits.take(3);
    const code = codeOf(short);
    const lengths = [];
    while (lengths.length < literals + distances) {
      const symbol = symbolFrom(bits, code);
      if (symbol < 16) {
        lengths.push(symbol);
        continue;
      }
      if (symbol === 16 && !lengths.length) throw new Error("nothing to repeat");
      const repeated = symbol === 16 ? lengths[lengths.length - 1] : 0;
      const [least, wide] = [[3, 2], [3, 3], [11, 7]][symbol - 16];
      for (let left = least + bits.take(wide); left; left--) lengths.push(repeated);
    }
    if (lengths.length > literals + distances) throw new Error("too many lengths");
    return [codeOf(lengths.slice(0, literals)), codeOf(lengths.slice(literals))];
  }

  function unpackBlock(bits, [literals, distances], out, most) {
    for (;;) {
      const symbol = symbolFrom(bits, literals);
      if (symbol === 256) return;
      if (symbol < 256) {
        out.push(symbol);
      } else {
        if (symbol > 285) throw new Error("no such length");
        const length = LENGTH_BASE[symbol - 257] + bits.take(LENGTH_BITS[symbol - 257]);
        const far = symbolFrom(bits, distances);
        if (far > 29) throw new Error("no such distance");
        const distance = FAR_BASE[far] + bits.take(FAR_BITS[far]);
        if (distance > out.length) throw new Error("before the beginning");
        for (let rank = 0; rank < length; rank++) out.push(out[out.length - distance]);
      }
      if (out.length > most) throw new Error("too large");
    }
  }

  function copyBlock(bits, out, most) {
    bits.toByte();
    const length = bits.take(16);
    if (length !== (bits.take(16) ^ 0xffff) || out.length + length > most) throw new Error("bad block");
    for (let rank = 0; rank < length; rank++) out.push(bits.take(8));
  }

  function checksum(bytes) {
    let [low, high] = [1, 0];
    for (const byte of bytes) {
      low = (low + byte) % 65521;
      high = (high + low) % 65521;
    }
    return [high >> 8, high & 255, low >> 8, low & 255];
  }

  window.Carte.inflate = (data, most) => {
    const [method, flags] = data;
    const isZlib = (method & 15) === 8 && method >> 4 <= 7 && (method * 256 + flags) % 31 === 0;
    if (!isZlib || flags & 32) throw new Error("not zlib");
    const bits = new Bits(data.subarray(2));
    const out = [];
    for (let isLast = 0; !isLast;) {
      isLast = bits.take(1);
      const kind = bits.take(2);
      if (kind === 0) copyBlock(bits, out, most);
      else if (kind === 1) unpackBlock(bits, fixedCodes(), out, most);
      else if (kind === 2) unpackBlock(bits, writtenCodes(bits), out, most);
      else throw new Error("no such block");
    }
    const end = data.subarray(2 + bits.at);
    const sum = checksum(out);
    if (end.length !== 4 || sum.some((byte, rank) => byte !== end[rank])) throw new Error("bad end");
    return Uint8Array.from(out);
  };
})();
