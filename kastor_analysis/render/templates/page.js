"use strict";
(function () {
  var pinned = null, shownRep = null;

  function mark(rep) {
    if (rep === shownRep) return;
    shownRep = rep;
    document.body.classList.toggle("picking", rep !== null);
    document.querySelectorAll("[data-rep]").forEach(function (element) {
      element.classList.toggle("on", element.getAttribute("data-rep") === rep);
    });
  }

  function repOf(target) {
    var element = target.closest ? target.closest("[data-rep]") : null;
    return element ? element.getAttribute("data-rep") : null;
  }

  function pin(rep) {
    pinned = pinned === rep ? null : rep;
    document.querySelectorAll(".rep-button").forEach(function (button) {
      button.setAttribute("aria-pressed", String(pinned !== null && repOf(button) === pinned));
    });
    mark(pinned);
  }

  document.addEventListener("pointerover", function (event) {
    if (event.pointerType !== "touch") mark(repOf(event.target) || pinned);
  });
  document.addEventListener("focusin", function (event) { mark(repOf(event.target) || pinned); });
  document.addEventListener("focusout", function () { mark(pinned); });
  document.addEventListener("click", function (event) {
    var rep = repOf(event.target);
    if (rep !== null) pin(rep);
  });
  document.addEventListener("keydown", function (event) {
    if (event.key === "Escape" && pinned !== null) pin(pinned);
  });

  function sortValue(row, column) {
    var text = row.cells[column].getAttribute("data-value");
    if (text === null || text === "") return null;
    var value = Number(text);
    return isNaN(value) ? text : value;
  }

  function sort(head) {
    var table = head.closest("table"), body = table.tBodies[0], column = head.cellIndex;
    var down = head.getAttribute("aria-sort") === "ascending";
    table.querySelectorAll("thead th").forEach(function (other) { other.removeAttribute("aria-sort"); });
    head.setAttribute("aria-sort", down ? "descending" : "ascending");
    Array.from(body.rows).map(function (row, place) {
      return { row: row, value: sortValue(row, column), place: place };
    }).sort(function (a, b) {
      if (a.value === null || b.value === null) {
        return (a.value === null) - (b.value === null) || a.place - b.place;
      }
      var order = a.value < b.value ? -1 : a.value > b.value ? 1 : 0;
      return (down ? -order : order) || a.place - b.place;
    }).forEach(function (item) { body.appendChild(item.row); });
  }

  document.querySelectorAll(".sortable thead button").forEach(function (button) {
    button.addEventListener("click", function () { sort(button.closest("th")); });
  });
})();
