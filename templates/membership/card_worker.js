// Keeps the page that verifies cards, and what it is made of, for when there is no connection. It
// answers for nothing else: its scope is that page, and keys and marks are never from its cache.
"use strict";

const PAGE = "{{ page|escapejs }}";
const FILES = JSON.parse("{{ files|escapejs }}");
const CACHE = "cartes-{{ version|escapejs }}";

// All or nothing, and never the sign-in page in the place of what was asked for.
async function keepAll() {
  const cache = await caches.open(CACHE);
  await Promise.all([PAGE, ...FILES].map(async (address) => {
    const answer = await fetch(address, { redirect: "error", cache: address === PAGE ? "reload" : "default" });
    if (!answer.ok) throw new Error(`${address} : ${answer.status}`);
    await cache.put(address, answer);
  }));
  await self.skipWaiting();
}

async function dropOthers() {
  const names = await caches.keys();
  const old = names.filter((name) => name.startsWith("cartes-") && name !== CACHE);
  await Promise.all(old.map((name) => caches.delete(name)));
  await self.clients.claim();
}

async function fromCache(request, address) {
  const cache = await caches.open(CACHE);
  return await cache.match(address) || fetch(request);
}

self.addEventListener("install", (event) => event.waitUntil(keepAll()));
self.addEventListener("activate", (event) => event.waitUntil(dropOthers()));
self.addEventListener("fetch", (event) => {
  const { origin, pathname } = new URL(event.request.url);
  const isKept = pathname === PAGE || FILES.includes(pathname);
  if (event.request.method === "GET" && origin === self.location.origin && isKept) {
    event.respondWith(fromCache(event.request, pathname));
  }
});
