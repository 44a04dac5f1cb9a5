// Only improves what works without it: one submit at a time, a word while a file is checked, and
// names while they are typed (without it, the page of results lists the same).
(function () {
  "use strict";
  // Paper says when it was printed, to the minute; without scripts it says the day.
  window.addEventListener("beforeprint", function () {
    document.querySelectorAll("[data-printed]").forEach(function (place) {
      var now = new Date();
      var two = function (n) { return (n < 10 ? "0" : "") + n; };
      place.textContent = "，" + now.getFullYear() + "-" + two(now.getMonth() + 1) + "-" + two(now.getDate()) + " " +
        two(now.getHours()) + ":" + two(now.getMinutes()) + " 打印";
    });
  });
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
  document.querySelectorAll("form[role=search] input[name=q]").forEach(function (box, number) {
    var names = document.createElement("datalist");
    var waiting;
    names.id = "names-" + number;
    box.form.appendChild(names);
    function show(answer) {
      var seen = {};
      names.textContent = "";
      answer.hits.forEach(function (hit) {
        if (seen[hit.matched_name]) { return; }
        seen[hit.matched_name] = true;
        var option = document.createElement("option");
        option.value = hit.matched_name;
        names.appendChild(option);
      });
      // Only now: a box with a list is announced as one that completes.
      if (names.firstChild) { box.setAttribute("list", names.id); }
    }
    box.addEventListener("input", function () {
      var text = box.value.trim();
      clearTimeout(waiting);
      // Codes are pasted whole, and a number that may be a person's is not sent while it is typed.
      if (text.length < 2 || /\d{4}/.test(text) || !/[^\x00-\x7f]/.test(text)) { return; }
      waiting = setTimeout(function () {
        fetch("/api/v1/search?limit=8&q=" + encodeURIComponent(text))
          .then(function (reply) { return reply.ok ? reply.json() : null; })
          .then(function (answer) { if (answer && box.value.trim() === text) { show(answer); } })
          .catch(function () { /* The search itself works without it. */ });
      }, 200);
    });
  });
})();
