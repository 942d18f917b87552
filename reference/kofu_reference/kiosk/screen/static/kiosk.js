// The screen in the browser: number pad, focus, what is said, and the news of the terminal. It keeps nothing.
"use strict";
(() => {
  const terminal = document.body.dataset.terminal;
  const stage = () => document.getElementById("stage");
  let sound = true;
  let tones = null;

  // Attention by a tone, then the words. Where the browser has no voice, the words stand on the screen all the same.
  const tone = () => {
    tones = tones || new AudioContext();
    const beep = tones.createOscillator();
    beep.frequency.value = 880;
    beep.connect(tones.destination);
    beep.start();
    beep.stop(tones.currentTime + 0.35);
  };
  const say = (news) => {
    if (!sound || !news.said) return;
    if (news.warning) tone();
    if (!("speechSynthesis" in window)) return;
    const words = new SpeechSynthesisUtterance(news.said);
    words.lang = news.language === "en" ? "en-GB" : "ja-JP";
    speechSynthesis.cancel();
    speechSynthesis.speak(words);
  };

  // Focus goes to what the screen asks for, so that keyboard and screen reader are where the citizen is.
  const arrange = () => {
    const now = stage();
    document.documentElement.lang = now.dataset.language;
    const button = document.getElementById("sound");
    button.setAttribute("aria-pressed", String(sound));
    (now.querySelector("[data-focus]") || document.getElementById("text")).focus({ preventScroll: true });
  };

  document.addEventListener("click", (event) => {
    const key = event.target.closest("button");
    if (!key) return;
    const pin = document.getElementById("pin");
    if (key.id === "sound") {
      sound = !sound;
      key.setAttribute("aria-pressed", String(sound));
    } else if (key.dataset.digit && pin && pin.value.length < 4) {
      pin.value += key.dataset.digit;
    } else if ("clear" in key.dataset && pin) {
      pin.value = "";
    }
  });
  new MutationObserver((changes) => {
    if (changes.some((change) => [...change.addedNodes].some((node) => node.id === "stage"))) arrange();
  }).observe(document.querySelector(".shop"), { childList: true });

  const news = new EventSource(`/${terminal}/events`);
  news.addEventListener("changed", (event) => {
    const told = JSON.parse(event.data);
    say(told);
    if (String(told.changes) !== stage().dataset.changes) {
      htmx.ajax("GET", `/${terminal}/screen`, { target: "#stage", swap: "outerHTML" });
    }
  });
  news.addEventListener("wire", () => {
    const wire = document.getElementById("wire");
    if (wire) htmx.trigger(wire, "wire");
  });
  arrange();
})();
