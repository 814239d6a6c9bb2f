// What a card's text says without a connection, from the federations' public keys and the marks of
// revoked cards: the answers, and their order, of membership/rules/cards/card.py (a test holds the
// two together). Nothing of a card is told before its signature is verified.
"use strict";

window.Carte = window.Carte || {};

(() => {
  const PREFIX = "CNM1:";
  const [LONGEST_TEXT, LARGEST_MESSAGE] = [2000, 1500];
  const [ISSUER, SUBJECT, EXPIRY, ISSUED, SERIAL, HEAD_NAME, PEOPLE] = [1, 2, 4, 6, 7, -65537, -65538];
  const CLAIMS = [ISSUER, SUBJECT, EXPIRY, ISSUED, SERIAL, HEAD_NAME, PEOPLE];
  const [SIGN1, ALGORITHM, KEY_ID, ES256] = [18, 1, 4, -7];
  const [DAY, BUJUMBURA] = [86400, 7200];
  const MARK = 10;
  const ECDSA = { name: "ECDSA", hash: "SHA-256" };

  // Days are texts, 2025-06-30: they compare as days do.
  const dayOf = (seconds) => new Date((seconds + BUJUMBURA) * 1000).toISOString().slice(0, 10);
  const shown = (day) => day.split("-").reverse().join("/");
  const verdict = (status, sentence, payload = null) => ({ status, sentence, payload });

  function need(holds) {
    if (!holds) throw new Error("not a card");
  }

  function message(text) {
    const bare = text.trim().replace(/[\r\n\t]/g, "");
    need(bare.length <= LONGEST_TEXT && bare.startsWith(PREFIX));
    return window.Carte.inflate(window.Carte.base45(bare.slice(PREFIX.length)), LARGEST_MESSAGE);
  }

  function taken(text) {
    const { tag, value } = window.Carte.cbor(message(text));
    need(tag === SIGN1 && Array.isArray(value) && value.length === 4);
    const [header, open, content, signature] = value;
    need(header instanceof Uint8Array && content instanceof Uint8Array);
    need(open instanceof Map && open.size === 0);
    need(signature instanceof Uint8Array && signature.length === 64);
    const names = window.Carte.cbor(header);
    need(names instanceof Map && names.size === 2 && names.get(ALGORITHM) === ES256);
    need(names.get(KEY_ID) instanceof Uint8Array);
    return { keyId: window.Carte.text(names.get(KEY_ID)), header, content, signature };
  }

  function midnight(seconds) {
    need(Number.isInteger(seconds) && (seconds + BUJUMBURA) % DAY === 0);
    return seconds;
  }

  function payloadOf(content) {
    const claims = window.Carte.cbor(content);
    need(claims instanceof Map && claims.size === CLAIMS.length);
    need(CLAIMS.every((name) => claims.has(name)));
    const texts = [ISSUER, SUBJECT, HEAD_NAME].map((name) => claims.get(name));
    need(texts.every((text) => typeof text === "string") && Number.isInteger(claims.get(PEOPLE)));
    need(claims.get(SERIAL) instanceof Uint8Array);
    const [federation, household, head_name] = texts;
    return {
      federation,
      household,
      head_name,
      people: claims.get(PEOPLE),
      serial: window.Carte.text(claims.get(SERIAL)),
      issued_on: dayOf(midnight(claims.get(ISSUED))),
      expires_on: dayOf(midnight(claims.get(EXPIRY)) - DAY),
    };
  }

  async function isSigned(signed, key) {
    const bytes = Uint8Array.from(atob(key.key), (char) => char.charCodeAt(0));
    const curve = { name: "ECDSA", namedCurve: "P-256" };
    const imported = await crypto.subtle.importKey("spki", bytes, curve, false, ["verify"]);
    const content = window.Carte.signed(signed.header, signed.content);
    return crypto.subtle.verify(ECDSA, imported, signed.signature, content);
  }

  async function markOf(serial) {
    const hash = await crypto.subtle.digest("SHA-256", new TextEncoder().encode(serial));
    const digits = [...new Uint8Array(hash)].map((byte) => byte.toString(16).padStart(2, "0"));
    return digits.join("").slice(0, MARK);
  }

  // The marks follow one another without a break: one is at a multiple of its length.
  function isMarked(marks, mark) {
    let at = marks.indexOf(mark);
    while (at % MARK > 0) at = marks.indexOf(mark, at + 1);
    return at >= 0;
  }

  async function judge(payload, key, known, on) {
    if (key.revoked_on && key.revoked_on <= on) {
      const sentence = `La clé de cette carte a été révoquée le ${shown(key.revoked_on)}.`;
      return verdict("revoked", sentence, payload);
    }
    if (isMarked(known.revoked, await markOf(payload.serial))) {
      return verdict("revoked", `La carte ${payload.serial} a été révoquée.`, payload);
    }
    if (on > payload.expires_on) {
      const sentence = `La carte n’est plus valable depuis le ${shown(payload.expires_on)}.`;
      return verdict("expired", sentence, payload);
    }
    const sentence = `Carte authentique du ménage ${payload.household}. Elle prouve l’identité ; ` +
      "les droits se vérifient à part.";
    return verdict("valid", sentence, payload);
  }

  async function trusted(signed, key) {
    if (!await isSigned(signed, key)) return null;
    try {
      const payload = payloadOf(signed.content);
      return payload.federation === key.federation ? payload : null;
    } catch (error) {
      return null;
    }
  }

  // `known`: {keys: {name: {federation, key, revoked_on}}, revoked: marks}; `on`: the day.
  window.Carte.verify = async (text, known, on) => {
    let signed;
    try {
      signed = taken(text);
    } catch (error) {
      return verdict("unreadable", "Ce texte n’est pas celui d’une carte.");
    }
    if (!Object.prototype.hasOwnProperty.call(known.keys, signed.keyId)) {
      return verdict("unknown_key",
        "La clé qui a signé cette carte n’est pas connue ici : mettez les clés à jour.");
    }
    const key = known.keys[signed.keyId];
    const payload = await trusted(signed, key);
    if (!payload) {
      return verdict("forged", "La signature n’est pas celle de la fédération : carte falsifiée.");
    }
    return judge(payload, key, known, on);
  };
})();
