// The page that verifies cards without a connection: it keeps itself (card_worker.js), the
// federations' keys and the marks of revoked cards on the device, says of which day they are, and
// judges what the camera reads or a hand pastes.
"use strict";

(() => {
  const STORED = "conamus-cartes";
  const [DAY_MS, BUJUMBURA_MS] = [86400000, 7200000];
  // Clocks are set anew by a few minutes; beyond, the age of the keys is not known.
  const JITTER_MS = 600000;
  const WORDS = {
    valid: "Identité prouvée",
    expired: "Carte expirée : identité non prouvée",
    revoked: "Carte révoquée : identité non prouvée",
    forged: "Identité non prouvée : carte falsifiée",
    unknown_key: "Identité non prouvée : clé inconnue",
    unreadable: "Identité non prouvée : ce n’est pas une carte",
  };
  const find = (id) => document.getElementById(id);
  const addresses = find("verifier").dataset;
  const shown = (day) => day.split("-").reverse().join("/");

  function stored() {
    try {
      const kept = JSON.parse(localStorage.getItem(STORED));
      const isWhole = kept && kept.list && kept.list.keys && typeof kept.list.revoked === "string";
      return isWhole ? kept : null;
    } catch (error) {
      return null;
    }
  }

  // The day is that of the network when the keys were taken, plus what the device's clock has
  // counted since: a telephone set to a wrong day judges no card by it.
  function now(kept) {
    const elapsed = Date.now() - kept.received;
    const moment = Date.parse(kept.list.taken_at) + Math.max(0, elapsed);
    return {
      day: new Date(moment + BUJUMBURA_MS).toISOString().slice(0, 10),
      age: Math.floor(elapsed / DAY_MS),
      isClockWrong: elapsed < -JITTER_MS,
    };
  }

  function warning({ age, isClockWrong }, fresh) {
    if (isClockWrong) {
      return "L’horloge de cet appareil a reculé depuis : l’âge des clés n’est pas connu. " +
        "Mettez-les à jour.";
    }
    if (age <= fresh) return "";
    return `Elles ont ${age} jours : une carte révoquée depuis n’est pas reconnue. Mettez-les à ` +
      "jour dès qu’il y a du réseau.";
  }

  function tellKeys() {
    const kept = stored();
    find("champs").hidden = !kept;
    find("cles").textContent = kept
      ? `Clés du ${shown(kept.list.taken_at.slice(0, 10))}.`
      : "Aucune clé sur cet appareil : ouvrez cette page une fois avec une connexion.";
    const told = kept ? warning(now(kept), kept.list.fresh_days) : "";
    find("alerte").textContent = told;
    find("alerte").hidden = !told;
  }

  async function refresh(isAsked) {
    const told = find("mise-a-jour");
    try {
      const options = { credentials: "same-origin", redirect: "manual", cache: "no-store" };
      const answer = await fetch(addresses.keys, options);
      const isSignedOut = answer.type === "opaqueredirect";
      find("connexion").hidden = !isSignedOut;
      if (isSignedOut) return;
      if (!answer.ok) throw new Error("no keys");
      const kept = { received: Date.now(), list: await answer.json() };
      localStorage.setItem(STORED, JSON.stringify(kept));
      told.textContent = isAsked ? "Les clés sont à jour." : "";
    } catch (error) {
      told.textContent = isAsked ? "Pas de mise à jour : le réseau ne répond pas." : "";
    }
    tellKeys();
  }

  function fact(name, value) {
    const row = document.createElement("div");
    const [term, told] = [document.createElement("dt"), document.createElement("dd")];
    term.textContent = name;
    told.textContent = value;
    row.append(term, told);
    return row;
  }

  function tell({ status, sentence, payload }) {
    const isProved = status === "valid";
    find("verdict").classList.toggle("verdict-yes", isProved);
    find("verdict").classList.toggle("verdict-no", !isProved);
    find("mot").firstElementChild.textContent = isProved ? "●" : "✕";
    find("mot").lastElementChild.textContent = WORDS[status];
    find("phrase").textContent = sentence;
    const facts = find("faits");
    facts.textContent = "";
    if (payload) {
      facts.append(
        fact("Ménage", `${payload.household}, ${payload.federation}`),
        fact("Adhérent", payload.head_name),
        fact("Personnes", String(payload.people)),
        fact("Carte", `${payload.serial}, émise le ${shown(payload.issued_on)}, valable jusqu’au ` +
          shown(payload.expires_on)),
      );
    }
    find("droits").hidden = !payload;
    find("verdict").hidden = false;
    find("verdict").focus();
  }

  async function judge(event) {
    event.preventDefault();
    const kept = stored();
    const field = find("id_text");
    if (!kept || !field.value.trim()) return;
    tell(await window.Carte.verify(field.value, kept.list, now(kept).day));
    field.value = "";
  }

  async function keepPage() {
    try {
      await navigator.serviceWorker.register(addresses.worker);
      await navigator.serviceWorker.ready;
      find("garde").textContent = "Cette page est gardée : elle s’ouvre sans connexion.";
    } catch (error) {
      find("garde").textContent = "Cette page n’a pas pu être gardée sur l’appareil.";
    }
    if (navigator.storage && navigator.storage.persist) navigator.storage.persist().catch(() => {});
  }

  function isAble() {
    try {
      localStorage.setItem(`${STORED}-essai`, "1");
      localStorage.removeItem(`${STORED}-essai`);
    } catch (error) {
      return false;
    }
    return window.isSecureContext && window.Carte && window.crypto && crypto.subtle &&
      "serviceWorker" in navigator && "TextDecoder" in window && "fetch" in window;
  }

  if (!isAble()) {
    find("preparation").textContent = addresses.old;
    return;
  }
  find("preparation").hidden = true;
  find("verifier").hidden = false;
  find("formulaire").addEventListener("submit", judge);
  find("actualiser").addEventListener("click", () => refresh(true));
  window.addEventListener("online", () => refresh(false));
  tellKeys();
  refresh(false);
  keepPage();
})();
