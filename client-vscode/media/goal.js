// The goal panel's page: shows what the server says of the hole at the cursor, and tells the extension what was clicked.
(function () {
  const api = acquireVsCodeApi();
  const main = document.querySelector("main");
  const nothing = main.innerHTML;
  let shown = nothing;
  let argument = {};

  window.addEventListener("message", ({ data }) => {
    const html = data?.html ?? nothing;
    argument = data?.argument;
    if (html === shown) {
      return; // a screen reader would read it all again
    }
    const focused = document.activeElement?.dataset;
    main.innerHTML = shown = html;
    if (focused?.action) {
      const again = `button[data-action="${focused.action}"]`;
      const same = focused.proof === undefined ? again : `${again}[data-proof="${focused.proof}"]`;
      document.querySelector(same)?.focus();
    }
  });
  main.addEventListener("click", (event) => {
    const { action, proof } = event.target.dataset;
    if (action) {
      api.postMessage({ action, argument: { ...argument, proof: Number(proof ?? 0) } });
    }
  });
  api.postMessage({ action: "ready" });
})();
