// Base45 (RFC 9285): the bytes behind the characters of a card's QR code. The same refusals as
// membership/rules/cards/base45.py.
"use strict";

window.Carte = window.Carte || {};

(() => {
  const ALPHABET = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ $%*+-./:";

  window.Carte.base45 = (text) => {
    const bytes = [];
    for (let start = 0; start < text.length; start += 3) {
      const digits = [...text.slice(start, start + 3)].map((char) => ALPHABET.indexOf(char));
      const size = digits.length - 1;
      const value = digits.reduce((sum, digit, power) => sum + digit * 45 ** power, 0);
      if (digits.includes(-1) || size === 0 || value >= 256 ** size) throw new Error("not base45");
      if (size === 2) bytes.push(value >> 8);
      bytes.push(value & 255);
    }
    return Uint8Array.from(bytes);
  };
})();
