// The page's script.  All that it shows of a stranger's names goes into text nodes.
(() => {
"use strict";

const SHOWN = 200;		// rows that are made at once
const PRINTED = 1500;		// rows that are unfolded for a printer
const KINDS = { c: "created", m: "modified", a: "attributes", d: "deleted" };

const $ = (id) => document.getElementById(id);
const data = JSON.parse($("data").textContent);

function element(name, className, ...content) {
	const e = document.createElement(name);

	if (className)
		e.className = className;
	e.append(...content);
	return e;
}

function svg(name, attributes) {
	const e = document.createElementNS("http://www.w3.org/2000/svg", name);

	for (const key in attributes)
		e.setAttribute(key, attributes[key]);
	return e;
}

const number = (n) => n.toLocaleString("en");

function size(bytes) {
	const units = ["KiB", "MiB", "GiB", "TiB", "PiB", "EiB"];
	let n = Math.abs(bytes), unit = -1;

	if (n < 1024)
		return n + (n === 1 ? " byte" : " bytes");
	while (n >= 1023.95) {
		n /= 1024;
		unit++;
	}
	return n.toFixed(1) + " " + units[unit];
}

// --- the tree: each row is [directories shared with the row before, rest of the path, kind, type, before, after,
// process, differs, was, target]; before and after are 0 or [size, mode, user, group]; packages are by the row's index ---

const paths = [];		// each row's path as it is shown
const nodes = [];		// a node before what is below it
const root = node("", null);

function node(name, parent) {
	const n = { name, parent, kids: null, row: null, index: -1, paths: 0, bytes: 0, grown: 0 };

	nodes.push(n);
	return n;
}

function below(n, name) {
	n.kids = n.kids || new Map();
	let kid = n.kids.get(name);

	if (!kid) {
		kid = node(name, n);
		n.kids.set(name, kid);
	}
	return kid;
}

function difference(row) {
	return (row[5] ? row[5][0] : 0) - (row[4] ? row[4][0] : 0);
}

function plant() {
	let names = [], trail = [root];

	data.paths.forEach((row, index) => {
		names = names.slice(0, row[0]);
		trail = trail.slice(0, row[0] + 1);
		for (const name of row[1] === "" ? [] : row[1].split("/")) {
			names.push(name);
			trail.push(below(trail[trail.length - 1], name));
		}
		const n = trail[trail.length - 1];
		n.row = row;
		n.index = index;
		paths.push("/" + names.join("/"));
	});
	for (let i = nodes.length - 1; i >= 0; i--) {
		const n = nodes[i];

		if (n.row) {
			n.paths++;
			n.bytes += difference(n.row);
			n.grown += Math.max(0, difference(n.row));
		}
		if (n.parent) {
			n.parent.paths += n.paths;
			n.parent.bytes += n.bytes;
			n.parent.grown += n.grown;
		}
	}
}

function cells(n) {
	const kind = element("span", "kind"), bytes = element("span", "size");
	const mode = element("span", "mode"), owner = element("span", "owner");

	if (n.row) {
		const side = n.row[5] || n.row[4], change = difference(n.row), file = n.row[3] === "f";

		kind.textContent = KINDS[n.row[2]];
		if (file && (n.row[2] !== "a" || change !== 0))
			bytes.textContent = (n.row[2] === "c" ? "" : change < 0 ? "-" : "+") + size(change);
		mode.textContent = side[1].toString(8).padStart(4, "0");
		owner.textContent = data.users[side[2]] + ":" + data.groups[side[3]];
		owner.title = side[2] + ":" + side[3];
	} else {
		kind.className = "more";
		kind.textContent = number(n.paths) + (n.paths === 1 ? " path" : " paths");
		if (n.bytes !== 0)
			bytes.textContent = (n.bytes < 0 ? "-" : "") + size(n.bytes);
	}
	return [kind, bytes, mode, owner];
}

function label(n, name) {
	const e = element("span", "name", name);

	if (!n.row)
		return e;
	if (n.row[9])
		e.append(" ", element("span", "more", "to " + n.row[9]));
	if (n.row[8])
		e.append(" ", element("span", "more", "was " + n.row[8]));
	if (data.packages[n.index])
		e.append(" ", element("span", "more", "of package " + data.packages[n.index]));
	if (n.row[7])
		e.append(" ", element("span", "more", n.row[7].replaceAll(",", ", ")));
	return e;
}

// A directory that holds one name alone, and did not change, is one line with it.
function chain(n) {
	let name = n.name;

	while (!n.row && n.kids && n.kids.size === 1) {
		n = n.kids.values().next().value;
		name += "/" + n.name;
	}
	return [n, name];
}

function fill(list, kids, from) {
	const rows = kids.slice(from, from + SHOWN).map((kid) => treeRow(kid));

	list.append(...rows);
	if (from + SHOWN < kids.length) {
		const more = element("button", "", "Show " + number(kids.length - from - SHOWN) + " more");
		const item = element("li", "", more);

		more.type = "button";
		more.onclick = () => {
			item.remove();
			fill(list, kids, from + SHOWN);
			list.children[from + SHOWN].querySelector("summary, .row").focus();
		};
		list.append(item);
	}
}

function treeRow(top) {
	const [n, name] = chain(top);
	const slash = top.parent === root ? "/" : "";
	const item = element("li", n.row ? n.row[2] : "");

	if (!n.kids) {
		const directory = n.row[3] === "d" && name ? "/" : "";
		item.append(element("div", "row", label(n, slash + name + directory), ...cells(n)));
		return item;
	}
	const summary = element("summary", "row", label(n, slash + name + "/"), ...cells(n));
	const details = element("details", "", summary);

	details.unfold = () => {
		details.unfold = null;
		const list = element("ul");
		fill(list, [...n.kids.values()], 0);
		details.append(list);
	};
	details.ontoggle = () => details.open && details.unfold && details.unfold();
	details.kids = n.kids.size;
	item.append(details);
	return item;
}

function unfold(details) {
	if (details.unfold)
		details.unfold();
	details.open = true;
}

function showTree() {
	const list = element("ul"), tree = $("tree");

	if (data.paths.length === 0)
		return;
	if (root.row) {
		const self = { ...root, kids: null, name: "", parent: root };
		list.append(treeRow(self));
	}
	fill(list, root.kids ? [...root.kids.values()] : [], 0);
	tree.replaceChildren(list);
	if (data.left_out > 0)
		tree.append(element("p", "note cut", number(data.left_out) + " more paths do not fit here; writetrace show lists all."));
	for (const details of list.querySelectorAll(":scope > li > details"))
		unfold(details);
	for (let shown = list.querySelectorAll("li").length, again = true; again;) {
		again = false;
		for (const details of list.querySelectorAll("details:not([open])")) {
			if (shown + details.kids > 40)
				continue;
			shown += details.kids;
			unfold(details);
			again = true;
		}
	}
}

// --- search: the words must all be in a path, in any order ---

let lower = null;

function lowerPaths() {
	lower = lower || paths.map((path) => path.toLowerCase());
}

function find(words, kinds) {
	const hits = [];

	lowerPaths();
	for (let i = 0; i < lower.length; i++) {
		if (kinds.has(data.paths[i][2]) && words.every((word) => lower[i].includes(word)))
			hits.push(i);
	}
	return hits;
}

function marked(path, words) {
	const low = path.toLowerCase(), parts = [];
	let at = 0;

	// another length: what is found cannot be told by its place
	while (low.length === path.length) {
		let next = -1, length = 0;

		for (const word of words) {
			const i = low.indexOf(word, at);
			if (i >= 0 && (next < 0 || i < next || (i === next && word.length > length)))
				[next, length] = [i, word.length];
		}
		if (next < 0)
			break;
		parts.push(path.slice(at, next), element("mark", "", path.slice(next, next + length)));
		at = next + length;
	}
	parts.push(path.slice(at));
	return parts;
}

function hitRow(i, words) {
	const row = data.paths[i], n = { row, paths: 1 };
	const name = label(n, "");

	name.prepend(...marked(paths[i], words), row[3] === "d" && paths[i] !== "/" ? "/" : "");
	return element("li", row[2], element("div", "row", name, ...cells(n)));
}

function showHits(list, hits, words, from) {
	list.append(...hits.slice(from, from + SHOWN).map((i) => hitRow(i, words)));
	if (from + SHOWN >= hits.length)
		return;
	const more = element("button", "", "Show " + number(hits.length - from - SHOWN) + " more");
	const item = element("li", "", more);
	more.type = "button";
	more.onclick = () => {
		item.remove();
		showHits(list, hits, words, from + SHOWN);
	};
	list.append(item);
}

function search() {
	const words = $("query").value.toLowerCase().split(" ").filter((word) => word);
	const boxes = [...$("kinds").querySelectorAll("input")];
	const kinds = new Set(boxes.filter((box) => box.checked).map((box) => box.value));
	const all = words.length === 0 && kinds.size === boxes.length;

	$("tree").hidden = !all;
	$("hits").hidden = all;
	$("found").textContent = "";
	if (all) {
		$("hits").replaceChildren();
		return;
	}
	const hits = find(words, kinds), list = element("ul");
	showHits(list, hits, words, 0);
	$("hits").replaceChildren(list);
	$("found").textContent = number(hits.length) + " of " + number(paths.length) + (paths.length === 1 ? " path" : " paths");
}

function showFinder() {
	const counts = {};

	for (const row of data.paths)
		counts[row[2]] = (counts[row[2]] || 0) + 1;
	for (const kind in KINDS) {
		if (!counts[kind])
			continue;
		const box = element("input");
		box.type = "checkbox";
		box.value = kind;
		box.checked = true;
		box.onchange = search;
		$("kinds").append(element("label", "", box, KINDS[kind] + " " + number(counts[kind])));
	}
	$("finder").hidden = data.paths.length < 2;
	$("finder").onsubmit = (event) => event.preventDefault();
	$("query").oninput = search;
	document.addEventListener("keydown", (event) => {
		if (event.key !== "/" || event.ctrlKey || event.metaKey || event.altKey || event.target.tagName === "INPUT")
			return;
		event.preventDefault();
		$("query").focus();
	});
}

// --- where the space went: a squarified treemap of the places that grew most ---

function fullName(n) {
	return n.parent ? fullName(n.parent) + "/" + n.name : "";
}

// What is in a place, the biggest first; what is small is taken together.
function inside(place) {
	const kids = [...place.kids.values()].filter((kid) => kid.grown > 0).sort((a, b) => b.grown - a.grown);
	const own = Math.max(0, place.grown - kids.reduce((a, kid) => a + kid.grown, 0));
	const big = kids.slice(0, 10).filter((kid) => kid.grown > root.grown / 400);
	const small = kids.length - big.length;

	if (small > 0 || own > 0)
		big.push({
			name: small > 0 ? number(small) + " more" : "", parent: place, kids: null, rest: true,
			grown: place.grown - big.reduce((a, kid) => a + kid.grown, 0),
		});
	return big.filter((kid) => kid.grown > 0);
}

// The biggest place is divided, as long as there is room for tiles.
function places() {
	let list = [root];

	while (list.length < 30) {
		list.sort((a, b) => b.grown - a.grown);
		const i = list.findIndex((n) => n.kids && n.grown > root.grown / 40);
		if (i < 0)
			break;
		list.splice(i, 1, ...inside(list[i]));
	}
	return list.filter((n) => n.grown > 0).sort((a, b) => b.grown - a.grown);
}

// The two or three directories that hold most, for the words beside the picture.
function mostOf() {
	let list = [root];

	for (let again = true; again;) {
		again = false;
		list.sort((a, b) => b.grown - a.grown);
		for (let i = 0; i < list.length && i < 3 && !again; i++) {
			const kids = list[i].kids ? inside(list[i]).filter((n) => n.grown > list[i].grown * 0.3 && !n.rest) : [];
			const held = kids.reduce((a, n) => a + n.grown, 0);
			if (held < list[i].grown * 0.8 || list.length + kids.length > 4)
				continue;
			list.splice(i, 1, ...kids);
			again = true;
		}
	}
	return list.slice(0, 3);
}

function worst(row, side, scale) {
	const sum = row.reduce((a, n) => a + n.grown * scale, 0);
	const most = row[0].grown * scale, least = row[row.length - 1].grown * scale;

	return Math.max(side * side * most / (sum * sum), sum * sum / (side * side * least));
}

// Bruls, Huizing and van Wijk's way: rows along the shorter side, as long as the tiles become more like squares.
function layOut(list, box, scale, tile) {
	let rest = list.slice();

	while (rest.length > 0) {
		const side = Math.min(box.w, box.h);
		let count = 1;

		while (count < rest.length && worst(rest.slice(0, count + 1), side, scale) <= worst(rest.slice(0, count), side, scale))
			count++;
		const row = rest.slice(0, count), sum = row.reduce((a, n) => a + n.grown * scale, 0);
		const across = sum / side;
		let at = 0;
		for (const n of row) {
			const along = n.grown * scale / across;
			if (box.w >= box.h)
				tile(n, box.x, box.y + at, across, along);
			else
				tile(n, box.x + at, box.y, along, across);
			at += along;
		}
		if (box.w >= box.h)
			box = { x: box.x + across, y: box.y, w: box.w - across, h: box.h };
		else
			box = { x: box.x, y: box.y + across, w: box.w, h: box.h - across };
		rest = rest.slice(count);
	}
}

function showSpace() {
	const W = 1040, H = 320;

	if (root.grown < 4096 || root.paths < 3)
		return;
	const list = places();
	const picture = svg("svg", { viewBox: `0 0 ${W} ${H}`, role: "img", "aria-labelledby": "space-words" });
	const groups = new Map();
	layOut(list, { x: 0, y: 0, w: W, h: H }, W * H / root.grown, (n, x, y, w, h) => {
		const name = n.rest ? n.name + " in " + fullName(n.parent) + "/" : fullName(n) + (n.kids ? "/" : "");
		const group = n.parent && n.parent.parent ? fullName(n.parent) : name;
		const short = n.name + (n.kids ? "/" : "");
		const fits = Math.floor((w - 16) / 7.4);

		if (!groups.has(group))
			groups.set(group, groups.size % 5);
		const g = svg("g", {});
		const title = svg("title", {});
		title.textContent = name + ", " + size(n.grown);
		g.append(title, svg("rect", { class: "tile t" + groups.get(group), x, y, width: w, height: h, rx: 4 }));
		if (h > 24 && fits >= 4) {
			const text = svg("text", { class: "tile-name", x: x + 8, y: y + 18 });
			text.textContent = name.length <= fits ? name : short.length <= fits ? short : short.slice(0, fits - 1) + "\u2026";
			g.append(text);
		}
		if (h > 42 && fits >= 9) {
			const text = svg("text", { class: "tile-size", x: x + 8, y: y + 34 });
			text.textContent = size(n.grown);
			g.append(text);
		}
		picture.append(g);
	});
	$("space").append(picture);
	const words = $("space-words"), most = mostOf();
	words.append("Of " + size(root.grown) + " that are new, ");
	most.forEach((n, i) => {
		const share = Math.round(100 * n.grown / root.grown);
		words.append(i === 0 ? "" : i === most.length - 1 ? " and " : ", ", (share < 1 ? "less than 1" : share) + " % are in ",
			     element("code", "", fullName(n) + (n.kids ? "/" : "")));
	});
	words.append(".");
	$("space").hidden = false;
}

// --- processes: [id, parent, pid, started, ended, exit status, signal, program, command], times in milliseconds ---

// What show --processes does: a fork that goes on to execute something is shown as that alone.
function family() {
	const list = data.processes.map((row) => ({
		row, parent: null, up: null, kids: [], replaced: false, start: row[3] || 0, end: row[4],
	}));
	const byId = new Map(list.map((p) => [p.row[0], p]));

	for (const p of list) {
		const parent = byId.get(p.row[1]);
		p.parent = parent && parent.row[0] < p.row[0] ? parent : null;
	}
	for (const p of list) {
		p.command = p.row[8] || (p.parent && p.parent.command) || p.row[7];
		const before = p.parent;
		if (before && before.row[2] === p.row[2] && before.parent && before.parent.row[2] !== before.row[2])
			before.replaced = true;
	}
	for (const p of list) {
		if (p.parent)
			p.up = p.parent.replaced || p.parent.row[2] === p.row[2] ? p.parent.up : p.parent;
	}
	const shown = list.filter((p) => !p.replaced), last = list.reduce((a, p) => Math.max(a, p.end || p.start), 1);
	for (const p of shown) {
		if (p.end === null)
			p.end = last;
		if (p.up)
			p.up.kids.push(p);
	}
	return { shown, last };
}

function duration(ms) {
	return ms < 1000 ? ms + " ms" : ms < 90000 ? (ms / 1000).toFixed(1) + " s" : Math.floor(ms / 60000) + " min " + Math.floor(ms / 1000 % 60) + " s";
}

function processRow(p, depth, last) {
	const bad = p.row[6] > 0 || p.row[5] > 0;
	const from = 1000 * p.start / last, width = Math.max(3, 1000 * (p.end - p.start) / last);
	const bar = svg("svg", { viewBox: "0 0 1000 10", preserveAspectRatio: "none", "aria-hidden": "true" });
	const name = element("span", "name", p.command);
	const ending = p.row[6] > 0 ? "killed by signal " + p.row[6] : p.row[5] > 0 ? "exit status " + p.row[5] : "";

	bar.append(svg("rect", { class: "track", x: 0, y: 3, width: 1000, height: 4 }),
		   svg("rect", { class: "bar", x: Math.min(from, 997), y: 0, width: Math.min(width, 1000 - Math.min(from, 997)), height: 10 }));
	name.style.paddingLeft = Math.min(depth, 16) + "em";
	name.title = p.command;
	if (ending)
		name.append(" ", element("span", "more", ending));
	return element("li", bad ? "proc bad" : "proc", name, bar, element("span", "took", duration(p.end - p.start)));
}

function showProcesses() {
	const { shown, last } = family();
	const FEW = 30, MANY = 2000;

	if (shown.length === 0)
		return;
	function put(limit) {
		const longest = shown.slice().sort((a, b) => (b.end - b.start) - (a.end - a.start)).slice(0, limit);
		const wanted = new Set(), rows = [];

		for (const p of longest) {
			for (let q = p; q && !wanted.has(q); q = q.up)
				wanted.add(q);
		}
		const stack = shown.filter((p) => !p.up).reverse().map((p) => [p, 0]);
		while (stack.length > 0) {
			const [p, depth] = stack.pop();
			if (wanted.has(p))
				rows.push(processRow(p, depth, last));
			for (const kid of p.kids.slice().reverse())
				stack.push([kid, depth + 1]);
		}
		$("processes-list").replaceChildren(...rows);
		$("processes-words").textContent = number(data.processes_all) + (data.processes_all === 1 ? " process image" : " process images") +
			" in " + duration(last) + (rows.length < shown.length ? "; here the " + number(rows.length) + " that took longest" : "") +
			". Each bar is the time that one ran; red ones failed.";
		return rows.length;
	}
	if (put(FEW) < shown.length) {
		const more = element("button", "", "Show more");
		more.type = "button";
		more.onclick = () => {
			put(MANY);
			more.remove();
		};
		$("processes").append(more);
	}
	$("processes").hidden = false;
}

// --- paper: what is folded cannot be unfolded there ---

window.addEventListener("beforeprint", () => {
	let shown = 0;

	for (let list = [...$("tree").querySelectorAll("details")]; list.length > 0 && shown < PRINTED;) {
		const next = [];
		for (const details of list) {
			if (shown >= PRINTED)
				break;
			unfold(details);
			shown += details.lastElementChild.childElementCount;
			next.push(...details.querySelectorAll(":scope > ul > li > details"));
		}
		list = next;
	}
	for (const details of document.querySelectorAll(".diff"))
		details.open = true;
});

plant();
showTree();
showFinder();
showSpace();
showProcesses();
setTimeout(lowerPaths);		// the first search need not wait for it
})();
