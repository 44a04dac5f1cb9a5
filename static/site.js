// Only improves what works without it: one submit at a time, a word while a file is checked, and
// names while they are typed (without it, the page of results lists the same).
(function () {
  "use strict";
  // Paper says when it was printed, to the minute, in the time of Beijing wherever the machine stands;
  // without scripts it says the day.
  window.addEventListener("beforeprint", function () {
    document.querySelectorAll("[data-printed]").forEach(function (place) {
      var now = new Date(Date.now() + 8 * 3600 * 1000);
      var two = function (n) { return (n < 10 ? "0" : "") + n; };
      place.textContent = "，" + now.getUTCFullYear() + "-" + two(now.getUTCMonth() + 1) + "-" + two(now.getUTCDate()) + " " +
        two(now.getUTCHours()) + ":" + two(now.getUTCMinutes()) + "（北京时间）打印";
    });
  });
  document.querySelectorAll("form[data-busy]").forEach(function (form) {
    form.addEventListener("submit", function (event) {
      var button = event.submitter || form.querySelector("button[type=submit]");
      var say = form.querySelector("[role=status]");
      if (button) { button.setAttribute("aria-disabled", "true"); button.textContent = form.dataset.busy; }
      if (say) { say.textContent = form.dataset.busy; }
    });
  });
  // A file that is on its way is shown with how much of it has arrived; without this it goes as any form.
  document.querySelectorAll("form[data-progress]").forEach(function (form) {
    var say = form.querySelector("[role=status]");
    var file = form.querySelector("input[type=file]");
    if (!say || !file || !window.FormData) { return; }
    form.addEventListener("submit", function (event) {
      event.preventDefault();
      if (form.dataset.sent) { return; }
      form.dataset.sent = "yes";
      var request = new XMLHttpRequest();
      var bar = document.createElement("progress");
      bar.max = 100;
      bar.setAttribute("aria-label", "上传的进度");
      say.parentNode.insertBefore(bar, say);
      request.upload.addEventListener("progress", function (step) {
        var part = step.lengthComputable ? Math.floor(100 * step.loaded / step.total) : 0;
        bar.value = part;
        // Not read out at each step: the bar tells it.
        if (part === 100) { say.textContent = form.dataset.busy; bar.removeAttribute("value"); }
      });
      request.addEventListener("load", function () {
        if (request.responseURL && request.responseURL !== form.action) {
          location.assign(request.responseURL);
          return;
        }
        // What is to be corrected, or what came of it, is told on the page itself.
        document.open();
        document.write(request.responseText);
        document.close();
      });
      request.addEventListener("error", function () {
        var button = form.querySelector("button[type=submit]");
        bar.remove();
        delete form.dataset.sent;
        button.removeAttribute("aria-disabled");
        button.textContent = "再传一次";
        say.textContent = "文件没有传完就断开了，请检查网络后再传一次。";
      });
      request.open("POST", form.action);
      request.send(new FormData(form));
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
        fetch(box.form.action.replace(/\/search$/, "/api/v1/search") + "?limit=8&q=" + encodeURIComponent(text))
          .then(function (reply) { return reply.ok ? reply.json() : null; })
          .then(function (answer) { if (answer && box.value.trim() === text) { show(answer); } })
          .catch(function () { /* The search itself works without it. */ });
      }, 200);
    });
  });
})();
