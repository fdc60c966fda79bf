"use strict";
// The edit mode: reps are put right on the speed chart, and handed back as a file of corrections or as a command.
// Each correction is made here as `correcting/hand.py` makes it; instants are seconds since the start, to the tenth.
(function () {
  const root = document.getElementById("edit");
  if (!root) return;
  const data = JSON.parse(root.dataset.edit), SHORTEST_S = 2, HEIGHT = 270, LEFT = 42, RIGHT = 10, TOP = 30, LOW = 242;
  const SVG = "http://www.w3.org/2000/svg", JUDGED = "After re-analysis";
  const ORDER = ["drop", "merge", "split", "add", "move", "call"];  // in which the command makes what it is told
  const $ = (id) => document.getElementById(id);
  const chart = $("edit-chart"), table = $("reps"), body = table && table.tBodies[0];
  const asFound = body ? Array.from(body.rows) : [];
  const columns = table ? Array.from(table.tHead.rows[0].cells, (cell) => cell.dataset.key || "") : [];
  const speed = unpacked(data.speed, data.fastest);

  let marks = data.marks.map((mark, i) => ({ key: "k" + i, isAsFound: true, ...mark }));
  let history = [], chosen = null, made = 0, held = null, view = null, width = 0, svg = null, shapes = {}, rows = {};

  // -- numbers and words

  function unpacked(text, most) {
    const digits = Array.from({ length: 94 }, (_, i) => String.fromCharCode(33 + i)).filter((c) => !"\"&'<>\\".includes(c));
    const values = new Map(digits.map((digit, i) => [digit, i / (digits.length - 1) * most]));
    return Float32Array.from(text, (digit) => values.get(digit) ?? NaN);
  }
  const tenth = (s) => Math.round(s * 10) / 10;
  const within = (value, low, high) => Math.min(Math.max(value, low), high);
  function clock(s, digits = 1) {
    const unit = 10 ** digits, all = Math.round(s * unit), seconds = Math.floor(all / unit) % 60;
    const minutes = Math.floor(all / unit / 60) % 60, hours = Math.floor(all / unit / 3600);
    const two = (n) => String(n).padStart(2, "0");
    return (hours ? hours + ":" + two(minutes) : minutes) + ":" + two(seconds) + (digits ? "." + all % 10 : "");
  }

  // -- what stands in the recording

  const reps = () => marks.filter((mark) => mark.kind === "rep");
  const markOf = (key) => marks.find((mark) => mark.key === key);
  const nameOf = (mark) => mark.kind === "rep" ? "Rep " + (reps().indexOf(mark) + 1) : "Stride";
  const nextRep = (mark) => reps().find((other) => other.start >= mark.end - 0.001);
  function groundAround(at, except) {
    let low = 0, high = data.end;
    for (const mark of marks) {
      if (except && mark.key === except.key) continue;
      if (mark.end <= at + 0.001) low = Math.max(low, mark.end);
      else if (mark.start >= at - 0.001) high = Math.min(high, mark.start);
      else return null;
    }
    return [Math.ceil(low * 10 - 0.001) / 10, Math.floor(high * 10 + 0.001) / 10];
  }
  const changed = (mark, values) => ({ ...mark, ...values, isAsFound: false });
  const spanOf = (mark) => ({ from: tenth(mark.start), to: tenth(mark.end), mid: tenth((mark.start + mark.end) / 2) });

  /** Return the mark with one edge as near to `at` as its neighbours and its own length allow. */
  function withEdge(mark, edge, at) {
    const [low, high] = groundAround((mark.start + mark.end) / 2, mark);
    const to = edge === "start"
      ? within(tenth(at), low, Math.floor((mark.end - SHORTEST_S) * 10) / 10)
      : within(tenth(at), Math.ceil((mark.start + SHORTEST_S) * 10) / 10, high);
    return changed(mark, { [edge]: tenth(to) });
  }

  // -- corrections

  function make(correction, after, choose) {
    history.push({ correction, before: marks, chosen });
    marks = after.sort((a, b) => a.start - b.start);
    chosen = choose;
    everything();
  }
  const others = (...gone) => marks.filter((mark) => !gone.includes(mark));

  const verbs = {
    drop() {
      const mark = markOf(chosen), next = nextRep(mark);
      make({ do: "drop", ...spanOf(mark) }, others(mark), next ? next.key : null);
    },
    merge() {
      const first = markOf(chosen), last = nextRep(first);
      const gone = marks.filter((mark) => mark.start >= first.start && mark.start < last.end);
      const whole = changed(first, { end: last.end });
      make({ do: "merge", from: tenth(first.start), to: tenth(last.end), mid: spanOf(first).mid, last: spanOf(last).mid },
        [...others(...gone), whole], whole.key);
    },
    split() {
      const mark = markOf(chosen), at = slowest(mark);
      const second = changed(mark, { key: "n" + made++, start: at, row: null });
      make({ do: "split", from: at }, [...others(mark), changed(mark, { end: at }), second], mark.key);
    },
    call() {
      const mark = markOf(chosen), kind = mark.kind === "rep" ? "stride" : "rep", span = spanOf(mark);
      make({ do: "call", ...span, kind }, [...others(mark), changed(mark, { kind, start: span.from, end: span.to })], chosen);
    },
    add() {
      const lengths = reps().map((mark) => mark.end - mark.start).sort((a, b) => a - b);
      const usual = lengths.length ? lengths[lengths.length >> 1] : 60;
      const edges = [view[0], ...marks.flatMap((mark) => [mark.start, mark.end]), view[1]].map((s) => within(s, ...view));
      let ground = [0, 0];
      for (let i = 0; i < edges.length; i += 2) {
        if (edges[i + 1] - edges[i] > ground[1] - ground[0]) ground = [edges[i], edges[i + 1]];
      }
      const middle = (ground[0] + ground[1]) / 2, half = Math.min(usual, (ground[1] - ground[0]) * 0.8) / 2;
      addSpan(middle - half, middle + half);
    },
    undo() {
      const last = history.pop();
      marks = last.before;
      chosen = last.chosen;
      everything();
    },
    copy() {
      const text = $("edit-command");
      text.focus();
      text.select();
      const byHand = () => say(document.execCommand("copy") ? "Copied." : "The command is chosen: copy it from there.");
      if (navigator.clipboard) navigator.clipboard.writeText(text.value).then(() => say("Copied."), byHand);
      else byHand();
    },
    save() {
      const link = document.createElement("a");
      link.href = URL.createObjectURL(new Blob([toml()], { type: "application/toml" }));
      link.download = data.file + ".kastor.toml";
      link.click();
      setTimeout(() => URL.revokeObjectURL(link.href), 1000);
      say("Saved as " + link.download + ": put it beside the recording.");
    },
  };

  function isPossible(verb) {
    const mark = markOf(chosen), isRep = mark && mark.kind === "rep";
    if (verb === "split") return isRep && mark.end - mark.start >= 2 * SHORTEST_S + 0.3;
    if (verb === "merge") return isRep && !!nextRep(mark);
    if (verb === "drop" || verb === "call") return !!mark;
    return verb === "add" ? true : history.length > 0;
  }
  function doVerb(verb) {
    if (isPossible(verb)) verbs[verb]();
  }
  function addSpan(from, to) {
    const ground = groundAround((from + to) / 2);
    if (!ground) return;
    const start = tenth(within(from, ...ground)), end = tenth(within(to, ...ground));
    if (end - start < SHORTEST_S) return;
    const mark = { key: "n" + made++, kind: "rep", start, end, row: null, isAsFound: false };
    make({ do: "add", from: start, to: end }, [...marks, mark], mark.key);
  }
  /** Keep an edge where it was brought; key after key on one edge is one correction. */
  function keepMove(before, mark, edge, byKeys) {
    if (mark[edge] === before[edge]) return;
    const last = history[history.length - 1], place = (m) => (m.key === mark.key ? mark : m);
    if (byKeys && last && last.byKeys && last.correction.key === mark.key && edge in last.correction) {
      marks = marks.map(place);
      last.correction[edge] = mark[edge];
    } else {
      history.push({ correction: { do: "move", key: mark.key, ...spanOf(before), [edge]: mark[edge] }, before: marks.map((m) =>
        m.key === mark.key ? before : m), chosen, byKeys });
      marks = marks.map(place);
    }
    told();
  }
  /** Return where a rep was likeliest two: its slowest moment away from its ends. */
  function slowest(mark) {
    const long = mark.end - mark.start, from = mark.start + 0.2 * long, to = mark.end - 0.2 * long;
    let at = (mark.start + mark.end) / 2, least = Infinity;
    for (let i = Math.ceil(from / data.step); i * data.step <= to; i++) {
      if (speed[i] < least - 0.05) [least, at] = [speed[i], i * data.step];
    }
    return tenth(within(at, mark.start + SHORTEST_S + 0.1, mark.end - SHORTEST_S - 0.1));
  }

  // -- handed back

  function toml() {
    const tables = history.map(({ correction: c }) => {
      const lines = ["", "[[correction]]", `do = "${c.do}"`];
      for (const key of ["from", "to", "start", "end"]) if (key in c) lines.push(`${key} = "${clock(c[key])}"`);
      if (c.kind) lines.push(`kind = "${c.kind}"`);
      return lines.join("\n") + "\n";
    });
    return data.kept + tables.join("");
  }
  function words(c) {
    switch (c.do) {
      case "drop": return `--drop ${clock(c.mid)}`;
      case "merge": return `--merge ${clock(c.mid)},${clock(c.last)}`;
      case "split": return `--split ${clock(c.from)}`;
      case "add": return `--add ${clock(c.from)}-${clock(c.to)}`;
      case "move": return `--move "${clock(c.mid)} ${"start" in c ? "start" : "end"} ${clock(c.start ?? c.end)}"`;
      default: return `--call "${clock(c.mid)} ${c.kind}"`;
    }
  }
  function command() {
    const name = data.file.startsWith("-") ? "./" + data.file : data.file;
    const quoted = /^[\w.+/-]+$/.test(name) ? name : /^[\w .,:+()/=@-]+$/.test(name) ? `"${name}"` : `'${name.replace(/'/g, "'\\''")}'`;
    const calls = [];
    let last = Infinity;
    for (const { correction } of history) {
      const order = ORDER.indexOf(correction.do);
      if (order < last) calls.push([`kastor correct ${quoted}`]);
      calls[calls.length - 1].push(words(correction));
      last = order;
    }
    return calls.map((call) => call.join(" ")).join(" && ");
  }

  // -- the chart

  const x = (s) => LEFT + (s - view[0]) / (view[1] - view[0]) * (width - LEFT - RIGHT);
  const secondsAt = (px) => view[0] + (px - LEFT) / (width - LEFT - RIGHT) * (view[1] - view[0]);
  const y = (mps) => LOW - within(mps, 0, data.fastest) / data.fastest * (LOW - TOP);

  function put(parent, name, attributes, text) {
    const element = document.createElementNS(SVG, name);
    for (const key in attributes) element.setAttribute(key, attributes[key]);
    if (text !== undefined) element.textContent = text;
    return parent.appendChild(element);
  }
  function speedLine() {
    const first = Math.max(Math.floor(view[0] / data.step), 0), last = Math.min(Math.ceil(view[1] / data.step), speed.length - 1);
    const each = Math.max(Math.floor((last - first) / (width * 1.5)), 1);
    let line = "", isDown = false;
    for (let i = first; i <= last; i += each) {
      let low = i, high = i;
      for (let j = i; j < Math.min(i + each, last + 1); j++) {
        if (speed[j] < speed[low] || isNaN(speed[low])) low = j;
        if (speed[j] > speed[high] || isNaN(speed[high])) high = j;
      }
      for (const at of low === high ? [low] : low < high ? [low, high] : [high, low]) {
        if (!isNaN(speed[at])) line += (isDown ? "L" : "M") + x(at * data.step).toFixed(1) + " " + y(speed[at]).toFixed(1);
        isDown = !isNaN(speed[at]);
      }
    }
    return line;
  }
  function draw() {
    const focused = document.activeElement && document.activeElement.dataset && document.activeElement.dataset.edge;
    width = Math.max(chart.clientWidth, 260);
    chart.textContent = "";
    shapes = {};
    svg = put(chart, "svg", { viewBox: `0 0 ${width} ${HEIGHT}`, role: "group", "aria-label": "The speed, with the edges of every rep" });
    let free = Infinity;
    for (const pace of [150, 180, 210, 240, 300, 360, 480, 600, 900]) {
      const at = y(data.unit_m / pace);
      if (data.unit_m / pace > data.fastest * 0.98 || (free !== Infinity && at - free < 22)) continue;
      put(svg, "line", { x1: LEFT, x2: width - RIGHT, y1: at, y2: at, class: "grid" });
      put(svg, "text", { x: LEFT - 5, y: at + 4, "text-anchor": "end" }, clock(pace, 0));
      free = at;
    }
    put(svg, "text", { x: 0, y: 14, class: "faint" }, "min/" + data.unit);
    const span = view[1] - view[0], step = [1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 900, 1800, 3600, 7200].find((s) =>
      span / s <= width / 90) || 14400;
    for (let s = Math.ceil(view[0] / step) * step; s <= view[1]; s += step) {
      put(svg, "text", { x: within(x(s), LEFT + 12, width - 24), y: LOW + 18, "text-anchor": "middle" }, clock(s, 0));
    }
    const wide = width - LEFT - RIGHT;  // an inner picture cuts off what reaches beyond it
    const inside = put(svg, "svg", { x: LEFT, y: 0, width: wide, height: LOW, viewBox: `${LEFT} 0 ${wide} ${LOW}`,
      style: `width: ${wide}px; height: ${LOW}px` });
    const under = put(inside, "g", {}), edges = put(svg, "g", {});
    put(inside, "path", { d: speedLine(), class: "speed" });
    for (const mark of marks) {
      const group = put(under, "g", { class: mark.kind + (mark.key === chosen ? " chosen" : "") });
      const shape = { group, body: put(group, "rect", { class: "body", y: TOP - 6, height: LOW - TOP + 6 }) };
      shape.number = put(group, "text", { y: TOP - 12, "text-anchor": "middle", class: "number" },
        mark.kind === "rep" ? reps().indexOf(mark) + 1 : "S");
      for (const edge of ["start", "end"]) {
        const handle = put(edges, "g", { class: "edge", tabindex: 0, role: "slider", "data-edge": mark.key + " " + edge,
          "aria-label": `${nameOf(mark)}, ${edge}`, "aria-valuemin": 0, "aria-valuemax": data.end });
        put(handle, "rect", { x: -14, y: TOP, width: 28, height: LOW - TOP });
        put(handle, "line", { x1: 0, x2: 0, y1: TOP - 6, y2: LOW });
        put(handle, "circle", { cx: 0, cy: edge === "start" ? LOW - 12 : TOP + 10, r: 6 });
        shape[edge] = handle;
      }
      shapes[mark.key] = shape;
      place(mark);
    }
    const again = focused && svg.querySelector(`[data-edge="${focused}"]`);
    if (again) again.focus({ preventScroll: true });
  }
  /** Bring a mark's shapes to where it is. */
  function place(mark) {
    const shape = shapes[mark.key], from = x(mark.start), to = x(mark.end), wide = to - from, isNear = mark.key === chosen || wide > 26;
    shape.body.setAttribute("x", from);
    shape.body.setAttribute("width", Math.max(wide, 1));
    shape.number.setAttribute("x", (from + to) / 2);
    const each = isNear ? 1 : wide > 15 ? 1 : wide > 9 ? 2 : 5;  // where there is no room for every number
    shape.number.style.display = mark.key === chosen || Number(shape.number.textContent) % each === 0 ? "" : "none";
    for (const edge of ["start", "end"]) {
      const at = edge === "start" ? from : to, isSeen = at >= LEFT - 1 && at <= width - RIGHT + 1;
      shape[edge].setAttribute("transform", `translate(${at.toFixed(2)} 0)`);
      shape[edge].style.opacity = isSeen ? 1 : 0;
      shape[edge].style.pointerEvents = isSeen && isNear ? "" : "none";
      shape[edge].querySelector("line").style.strokeWidth = isNear ? "" : "1";
      shape[edge].querySelector("circle").style.display = isNear ? "" : "none";
      shape[edge].setAttribute("aria-valuenow", mark[edge]);
      shape[edge].setAttribute("aria-valuetext", clock(mark[edge]));
    }
  }
  function look(from, to) {
    const span = within(to - from, 20, data.end), start = within(from, 0, data.end - span);
    view = [start, start + span];
    draw();
  }
  function lookAt(mark) {
    const room = Math.max((mark.end - mark.start) * 0.8, 15);
    look(mark.start - room, mark.end + room);
  }
  function choose(key, isShown) {
    chosen = key;
    const mark = markOf(key);
    if (isShown && mark && (mark.start < view[0] || mark.end > view[1])) lookAt(mark);
    for (const mark of marks) {
      shapes[mark.key].group.classList.toggle("chosen", mark.key === key);
      place(mark);
    }
    told();
  }
  const looks = {
    in: () => zoom(0.5), out: () => zoom(2),
    back: () => look(view[0] - (view[1] - view[0]) / 2, view[1] - (view[1] - view[0]) / 2),
    on: () => look(view[0] + (view[1] - view[0]) / 2, view[1] + (view[1] - view[0]) / 2),
    rep: () => chosen && lookAt(markOf(chosen)),
    all: () => look(0, data.end),
  };
  function zoom(by) {
    const mark = markOf(chosen), seen = mark && mark.end > view[0] && mark.start < view[1];
    const middle = seen ? (mark.start + mark.end) / 2 : (view[0] + view[1]) / 2, half = (view[1] - view[0]) * by / 2;
    look(middle - half, middle + half);
  }

  // -- the table and what is said

  const rest = (mark) => { const next = nextRep(mark); return next ? next.start - mark.end : NaN; };
  function cellOf(row, key) {
    const at = columns.indexOf(key);
    return at < 0 ? null : row.cells[at];
  }
  function fill(cell, text, value) {
    if (!cell) return;
    cell.textContent = text;
    if (isFinite(value)) cell.setAttribute("data-value", value);
    else cell.removeAttribute("data-value");
  }
  function fillTimes(mark) {
    const row = rows[mark.key], rest_s = rest(mark), next = nextRep(mark), time_s = mark.end - mark.start;
    if (!row) return;
    if (!mark.isAsFound) fill(cellOf(row, "time_s"), clock(time_s), tenth(time_s));
    const wasNext = mark.isAsFound && next && next.isAsFound && data.marks.filter((m) => m.kind === "rep");
    if (wasNext && wasNext.findIndex((m) => m.row === mark.row) + 1 === wasNext.findIndex((m) => m.row === next.row)) return;
    fill(cellOf(row, "rest_s"), isFinite(rest_s) ? clock(rest_s) : "", tenth(rest_s));
    fill(cellOf(row, "rest_ratio"), isFinite(rest_s) ? (rest_s / time_s).toFixed(2) : "", rest_s / time_s);
  }
  const MEASURED = ["time_sd_s", "pace_s_per_km", "watch_distance_m", "heart_rate_avg_bpm", "heart_rate_max_bpm", "cadence_spm", "heart_rate_drop_bpm"];
  const JUDGED_KEYS = ["set", "rep_kind", "target_s", "deviation_s", "verdict", "rest verdict"];
  function rowOf(mark, number) {
    const old = mark.row === null ? null : asFound[mark.row];
    const row = old ? old.cloneNode(true) : document.createElement("tr");
    row.classList.remove("hammer", "on");
    if (!old) {
      const head = document.createElement("th");
      head.scope = "row";
      const button = head.appendChild(document.createElement("button"));
      button.type = "button";
      button.className = "rep-button";
      row.appendChild(head);
      for (let i = 1; i < columns.length; i++) row.insertCell();
      row.setAttribute("data-rep", mark.key);
    }
    row.cells[0].setAttribute("data-value", number);
    row.querySelector(".rep-button").textContent = number;
    row.querySelector(".rep-button").setAttribute("aria-label", "Rep " + number + ": choose it");
    row.classList.toggle("changed", !mark.isAsFound);
    for (const key of mark.isAsFound ? JUDGED_KEYS : [...JUDGED_KEYS, ...MEASURED]) {
      const cell = cellOf(row, key);
      if (!cell) continue;
      fill(cell, "…", NaN);
      cell.className = "waits";
      cell.title = JUDGED;
    }
    return row;
  }
  function fillTable(isEdited) {
    document.body.classList.toggle("edited", isEdited);
    if (!body) return;
    rows = {};
    if (!isEdited) {
      body.replaceChildren(...asFound);
      for (const mark of marks) if (mark.row !== null) rows[mark.key] = asFound[mark.row];
      return;
    }
    table.tHead.querySelectorAll("th").forEach((head, i) => {
      if (i) head.removeAttribute("aria-sort");
      else head.setAttribute("aria-sort", "ascending");
    });
    const made = reps().map((mark, i) => (rows[mark.key] = rowOf(mark, i + 1)));
    body.replaceChildren(...made);
    reps().forEach(fillTimes);
  }
  function say(text) { $("edit-said").textContent = text; }
  function sayChosen() {
    const mark = markOf(chosen);
    if (!mark) return say(`${reps().length} reps. Choose one, or an edge of one.`);
    const rest_s = mark.kind === "rep" ? rest(mark) : NaN;
    say(`${nameOf(mark)}: ${clock(mark.start)} to ${clock(mark.end)}, ${clock(mark.end - mark.start)}` + (isFinite(rest_s) ? `, rest ${clock(rest_s)}` : ""));
  }
  /** Say, list and hand back what is so now. */
  function told() {
    fillTable(history.length > 0);
    sayChosen();
    $("edit-command").value = command();
    for (const button of root.querySelectorAll("[data-do]")) button.disabled = !isPossible(button.dataset.do);
    const mark = markOf(chosen);
    root.querySelector("[data-do=call]").textContent = mark && mark.kind === "stride" ? "Call it a rep" : "Call it a stride";
    root.querySelector("[data-look=rep]").disabled = !mark;
  }
  function everything() {
    draw();
    told();
    const mark = markOf(chosen);
    if (mark && (mark.end < view[0] || mark.start > view[1])) lookAt(mark);
  }

  // -- pointers and keys

  const pxOf = (event) => {
    const box = svg.getBoundingClientRect();
    return (event.clientX - box.left) / box.width * width;
  };
  /** Return the edge that a pointer at `px` means: of the chosen rep first, then the nearest of those wide enough. */
  function edgeAt(px, reach) {
    let best = null;
    for (const mark of marks) {
      const wide = x(mark.end) - x(mark.start), isChosen = mark.key === chosen;
      if (!isChosen && wide < 26) continue;
      for (const edge of ["start", "end"]) {
        const away = Math.abs(x(mark[edge]) - px), isInside = px >= x(mark.start) && px <= x(mark.end);
        if (away > Math.min(reach, isInside ? wide / 2 : reach)) continue;
        const cost = away - (isChosen ? 4 : 0) - (isInside ? 1 : 0);
        if (!best || cost < best.cost) best = { mark, edge, cost };
      }
    }
    return best;
  }
  chart.addEventListener("pointerdown", (event) => {
    if (event.button !== 0 || held || !event.isPrimary) return;
    const px = pxOf(event), at = secondsAt(px), found = edgeAt(px, event.pointerType === "mouse" ? 9 : 22);
    chart.setPointerCapture(event.pointerId);
    if (found) {
      event.preventDefault();
      choose(found.mark.key);
      shapes[chosen][found.edge].classList.add("held");
      shapes[chosen][found.edge].focus({ preventScroll: true });
      held = { edge: found.edge, before: markOf(chosen), offset: x(found.mark[found.edge]) - px };
    } else {
      const on = marks.find((mark) => at >= mark.start && at <= mark.end);
      held = on ? { on, px, isTouch: event.pointerType !== "mouse" } : { from: at, px, ground: groundAround(at) };
    }
    held.id = event.pointerId;
  });
  chart.addEventListener("pointermove", (event) => {
    if (!held || event.pointerId !== held.id) return;
    held.now = pxOf(event);
    if (!held.frame) held.frame = requestAnimationFrame(follow);
  });
  function follow() {
    if (!held) return;
    held.frame = 0;
    if (held.edge) {
      const mark = withEdge(held.before, held.edge, secondsAt(held.now + held.offset));
      marks = marks.map((other) => (other.key === mark.key ? mark : other));
      place(mark);
      const before = reps()[reps().indexOf(mark) - 1];
      if (!held.isListed) fillTable(true);
      else [before, mark].forEach((shown) => shown && fillTimes(shown));
      held.isListed = true;
      sayChosen();
    } else if (held.ground && Math.abs(held.now - held.px) > 6) {
      const ends = [held.from, secondsAt(held.now)].sort((a, b) => a - b).map((s) => within(s, ...held.ground));
      held.shape = held.shape || put(svg, "rect", { class: "new", y: TOP - 6, height: LOW - TOP + 6 });
      held.shape.setAttribute("x", x(ends[0]));
      held.shape.setAttribute("width", x(ends[1]) - x(ends[0]));
      held.span = ends;
      say(`New rep: ${clock(ends[0])} to ${clock(ends[1])}, ${clock(ends[1] - ends[0])}`);
    }
  }
  function letGo(isKept) {
    const was = held;
    if (!was) return;
    if (was.frame) cancelAnimationFrame(was.frame);
    if (isKept && was.frame) follow();
    held = null;
    if (was.shape) was.shape.remove();
    if (was.edge) {
      const mark = markOf(was.before.key);
      shapes[mark.key][was.edge].classList.remove("held");
      marks = marks.map((other) => (other.key === mark.key ? was.before : other));
      if (isKept) keepMove(was.before, mark, was.edge, false);
      place(markOf(mark.key));
      told();
    } else if (isKept && was.span) addSpan(...was.span);
    else if (isKept && was.on) {
      choose(was.on.key);
      if (was.isTouch && x(was.on.end) - x(was.on.start) < 40) lookAt(was.on);
    } else told();
  }
  chart.addEventListener("pointerup", (event) => { if (held && event.pointerId === held.id) letGo(true); });
  chart.addEventListener("pointercancel", (event) => { if (held && event.pointerId === held.id) letGo(false); });
  chart.addEventListener("wheel", (event) => {
    if (!event.ctrlKey) return;
    event.preventDefault();
    const at = secondsAt(pxOf(event)), by = event.deltaY > 0 ? 1.25 : 0.8;
    look(at - (at - view[0]) * by, at + (view[1] - at) * by);
  }, { passive: false });
  chart.addEventListener("focusin", (event) => {
    const edge = event.target.dataset.edge;
    if (edge && !held && edge.split(" ")[0] !== chosen) choose(edge.split(" ")[0], true);
  });
  root.addEventListener("keydown", (event) => {
    const onEdge = event.target.dataset && event.target.dataset.edge, isText = event.target.tagName === "TEXTAREA";
    const step = { ArrowLeft: -1, ArrowDown: -1, ArrowRight: 1, ArrowUp: 1 }[event.key];
    const isCommand = event.ctrlKey || event.metaKey;
    if (event.key === "Escape" && held) letGo(false);
    else if (isCommand && event.key.toLowerCase() === "z" && !isText) doVerb("undo");
    else if (isCommand || event.altKey || !onEdge) return;
    else if (step) {
      const [key, edge] = onEdge.split(" "), before = markOf(key);
      const after = withEdge(before, edge, before[edge] + step * (event.shiftKey ? 1 : 0.1));
      keepMove(before, after, edge, true);
      place(after);
      if (x(after[edge]) < LEFT || x(after[edge]) > width - RIGHT) lookAt(after);
    } else {
      const verb = { Delete: "drop", Backspace: "drop", s: "split", m: "merge" }[event.key];
      if (!verb) return;
      doVerb(verb);
      if (chosen && !document.activeElement.dataset.edge) shapes[chosen].start.focus({ preventScroll: true });
    }
    event.preventDefault();
  });
  root.addEventListener("click", (event) => {
    const button = event.target.closest("button");
    if (!button) return;
    if (button.dataset.do) doVerb(button.dataset.do);
    else if (button.dataset.look) looks[button.dataset.look]();
  });
  if (table) table.addEventListener("click", (event) => {
    const row = event.target.closest("tbody tr"), key = row && Object.keys(rows).find((key) => rows[key] === row);
    if (key && view && markOf(key)) {
      choose(key, true);
      if (!rows[key].isConnected || rows[key] !== row) rows[key].querySelector(".rep-button").focus({ preventScroll: true });
    }
  });

  // -- begun and left

  $("edit-open").addEventListener("click", () => {
    const isOpen = document.body.classList.toggle("editing");
    $("edit-tools").hidden = !isOpen;
    $("edit-open").setAttribute("aria-expanded", isOpen);
    $("edit-open").textContent = isOpen ? "Back to the chart" : "Put the reps right";
    if (!isOpen) return;
    if (!view) {
      const room = marks.length ? 60 : 0, from = marks.length ? marks[0].start : 0;
      view = [Math.max(from - room, 0), Math.min(marks.length ? marks[marks.length - 1].end + room : data.end, data.end)];
    }
    everything();
  });
  new ResizeObserver(() => {
    if (view && !held && document.body.classList.contains("editing") && Math.max(chart.clientWidth, 260) !== width) draw();
  }).observe(chart);
  $("edit-file").textContent = data.file + ".kastor.toml";
  root.hidden = false;
})();
