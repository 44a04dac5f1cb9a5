// Only improves what works without it: one submit at a time, and a word while a file is checked.
(function () {
  "use strict";
  document.querySelectorAll("form[data-busy]").forEach(function (form) {
    form.addEventListener("submit", function (event) {
      var button = event.submitter || form.querySelector("button[type=submit]");
      var say = form.querySelector("[role=status]");
      // A button with a word of its own is answered with a file: the page stays, and so does it.
      var stays = button && button.dataset.busy;
      if (button && !stays) { button.setAttribute("aria-disabled", "true"); button.textContent = form.dataset.busy; }
      if (say) { say.textContent = stays || form.dataset.busy; }
    });
  });
})();
