// Only improves what works without it: one submit at a time, and a word while a file is checked.
(function () {
  "use strict";
  document.querySelectorAll("form[data-busy]").forEach(function (form) {
    form.addEventListener("submit", function () {
      var button = form.querySelector("button[type=submit]");
      var say = form.querySelector("[role=status]");
      if (button) { button.setAttribute("aria-disabled", "true"); button.textContent = form.dataset.busy; }
      if (say) { say.textContent = form.dataset.busy; }
    });
  });
})();
