// The built-in live page: reads the WebSocket, draws a few times a second, and asks SQL. Whatever comes from outside is
// set as text and never as markup.
'use strict';

const ROWS_MAX = 200;
const at = (id) => document.getElementById(id);
const seen = { events: 0, findings: 0, missed: 0, second: 0 };
const waiting = { events: [], findings: [] };
let socket = null;
let retryMs = 500;

function cell(text, name) {
  const cell = document.createElement('td');
  cell.textContent = text === null || text === undefined ? '' : String(text);
  if (name) cell.className = name;
  return cell;
}

function row(cells) {
  const row = document.createElement('tr');
  row.append(...cells);
  return row;
}

const clock = (time) => String(time || '').slice(11, 23);

function findingRow(finding) {
  const subject = finding.subject || {};
  const evidence = (finding.evidence || []).map((place) => `${place.pointer || 'text'} ${place.start}-${place.end} ${place.excerpt}`);
  return row([
    cell(clock(finding.time), 'time'), cell(finding.severity, finding.severity), cell(finding.title),
    cell(`${subject.kind || ''} ${subject.name || ''}`), cell(evidence.join('; ')),
  ]);
}

function eventRow(event) {
  const message = event.message || JSON.stringify(event.attributes || {});
  return row([
    cell(clock(event.time), 'time'), cell(event.severity, event.severity), cell(event.kind), cell(event.service),
    cell(event.actor || event.source_address), cell(message.slice(0, 500)),
  ]);
}

function receive(text) {
  const frame = JSON.parse(text);
  if (frame.type === 'missed') {
    seen.missed += frame.missed;
  } else if (frame.type === 'finding') {
    seen.findings += 1;
    waiting.findings.push(frame);
  } else {
    seen.events += 1;
    seen.second += 1;
    if (frame.type === 'event') waiting.events.push(frame);
  }
  for (const kind of ['events', 'findings']) {
    if (waiting[kind].length > 2 * ROWS_MAX) waiting[kind].splice(0, waiting[kind].length - ROWS_MAX);
  }
}

function show(body, frames, make) {
  if (frames.length === 0) return;
  body.prepend(...frames.splice(0).slice(-ROWS_MAX).reverse().map(make));
  while (body.rows.length > ROWS_MAX) body.lastElementChild.remove();
}

function draw() {
  show(at('finding-rows'), waiting.findings, findingRow);
  show(at('event-rows'), waiting.events, eventRow);
  for (const name of ['events', 'findings', 'missed']) at(name).textContent = seen[name].toLocaleString();
}

function connect() {
  const filter = at('filter').value.trim();
  const scheme = location.protocol === 'https:' ? 'wss' : 'ws';
  const address = `${scheme}://${location.host}/api/v1/stream${filter ? `?filter=${encodeURIComponent(filter)}` : ''}`;
  const opened = new WebSocket(address, ['palisade.v1.json']);
  socket = opened;
  opened.onopen = () => { at('state').textContent = 'live'; retryMs = 500; };
  opened.onmessage = (message) => receive(message.data);
  opened.onclose = () => {
    if (socket !== opened) return;
    at('state').textContent = filter ? 'disconnected; is the filter right?' : 'disconnected, trying again';
    setTimeout(() => { if (socket === opened) connect(); }, retryMs);
    retryMs = Math.min(retryMs * 2, 15000);
  };
}

async function explain(response) {
  const problem = await response.json().catch(() => ({}));
  return [problem.title || `HTTP ${response.status}`, problem.detail, problem.action].filter(Boolean).join('. ');
}

async function ask() {
  at('said').textContent = 'asking';
  const started = performance.now();
  const response = await fetch('/api/v1/query', {
    method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify({ sql: at('sql').value }),
  });
  at('columns').replaceChildren();
  at('rows').replaceChildren();
  if (!response.ok) { at('said').textContent = await explain(response); return; }
  const table = await response.json();
  const heads = table.columns.map((column) => {
    const head = document.createElement('th');
    head.textContent = column.name;
    head.title = column.type;
    return head;
  });
  const text = (value) => (value !== null && typeof value === 'object' ? JSON.stringify(value) : value);
  at('columns').replaceChildren(row(heads));
  at('rows').replaceChildren(...table.rows.slice(0, 1000).map((values) => row(values.map((value) => cell(text(value))))));
  const more = table.truncated ? ', and there were more' : '';
  at('said').textContent = `${table.rows.length} rows${more}, ${Math.round(performance.now() - started)} ms`;
}

async function start() {
  const response = await fetch('/api/v1/findings?limit=50');
  if (response.status === 401) { at('state').textContent = 'not signed in'; at('closed').hidden = false; return; }
  at('inside').hidden = false;
  at('leave').hidden = false;
  if (response.ok) {
    const page = await response.json();
    waiting.findings.push(...page.items.reverse());
  } else {
    at('said').textContent = await explain(response);
  }
  connect();
  setInterval(draw, 200);
  setInterval(() => { at('rate').textContent = seen.second.toLocaleString(); seen.second = 0; }, 1000);
}

at('ask').addEventListener('click', () => ask().catch((error) => { at('said').textContent = String(error); }));
at('filter').addEventListener('change', () => { const old = socket; socket = null; if (old) old.close(); connect(); });
at('leave').addEventListener('click', async () => { await fetch('/signout', { method: 'POST' }); location.reload(); });
start().catch((error) => { at('state').textContent = String(error); });
