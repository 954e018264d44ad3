// The goal panel's page: shows what the extension sends, and tells it what was clicked.
(function () {
  const api = acquireVsCodeApi();
  const main = document.querySelector("main");

  window.addEventListener("message", (event) => {
    const focused = document.activeElement?.dataset;
    main.innerHTML = event.data;
    if (focused?.action) {
      const again = `button[data-action="${focused.action}"]`;
      const same = focused.proof === undefined ? again : `${again}[data-proof="${focused.proof}"]`;
      document.querySelector(same)?.focus();
    }
  });
  main.addEventListener("click", (event) => {
    const { action, proof } = event.target.dataset;
    if (action) {
      api.postMessage({ action, proof: Number(proof ?? 0) });
    }
  });
  api.postMessage({ action: "ready", proof: 0 });
})();
