// Reads a card's QR code with the camera into the form's field; without a camera, or without
// permission, the text can be pasted or typed by a hand reader.
"use strict";

(() => {
  const reader = document.getElementById("lecteur");
  const field = document.getElementById("id_text");
  const button = document.getElementById("camera");
  if (!reader || !field || !button || !navigator.mediaDevices?.getUserMedia) return;
  button.hidden = false;

  const video = reader.querySelector("video");
  const told = reader.querySelector("p");
  const canvas = document.createElement("canvas");
  const context = canvas.getContext("2d", { willReadFrequently: true });
  let stream = null;

  function stop() {
    if (stream) for (const track of stream.getTracks()) track.stop();
    stream = null;
    reader.hidden = true;
    button.textContent = "Lire avec la caméra";
  }

  function loadDecoder() {
    return new Promise((done, failed) => {
      const script = document.createElement("script");
      script.src = reader.dataset.decoder;
      script.onload = () => done((picture) => window.jsQR(picture.data, picture.width, picture.height)?.data);
      script.onerror = failed;
      document.head.append(script);
    });
  }

  async function decoder() {
    if ("BarcodeDetector" in window) {
      const formats = await window.BarcodeDetector.getSupportedFormats();
      if (formats.includes("qr_code")) {
        const detector = new window.BarcodeDetector({ formats: ["qr_code"] });
        return async (picture) => (await detector.detect(picture))[0]?.rawValue;
      }
    }
    return loadDecoder();
  }

  async function look(decode) {
    while (stream) {
      if (video.videoWidth) {
        canvas.width = video.videoWidth;
        canvas.height = video.videoHeight;
        context.drawImage(video, 0, 0);
        const text = await decode(context.getImageData(0, 0, canvas.width, canvas.height));
        if (text) {
          stop();
          field.value = text;
          field.form.requestSubmit();
          return;
        }
      }
      await new Promise((next) => setTimeout(next, 150));
    }
  }

  button.addEventListener("click", async () => {
    if (stream) return stop();
    reader.hidden = false;
    told.textContent = "Présentez le code de la carte à la caméra.";
    try {
      const decode = await decoder();
      stream = await navigator.mediaDevices.getUserMedia({ video: { facingMode: "environment" } });
      video.srcObject = stream;
      await video.play();
      button.textContent = "Arrêter la caméra";
      await look(decode);
    } catch (error) {
      stop();
      reader.hidden = false;
      told.textContent = "La caméra ne répond pas : collez le texte du code, ou vérifiez par le numéro.";
    }
  });
})();
