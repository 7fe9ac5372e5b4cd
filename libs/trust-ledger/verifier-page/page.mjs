// What the page does. `dmitryVerifier.verify` is the same without the page, for scripts.
import { verifyBundle } from '../src/core/index.ts';

const VERDICTS = {
  bytes: 'every byte is as it was exported',
  inclusion: 'every entry is in the log',
  consistency: 'the log leads on from what was known before',
  witnessed: 'enough independent witnesses have seen this log',
  signer: 'a log that the trust file names has signed',
  session: 'every session is complete',
  replay: 'decisions come out the same when they are taken again',
};

/** Text of files: trust as JSON, earlier checkpoints as they are. A trust file that is no JSON is passed on and found invalid. */
function verify(bundle, { trust, since = [] } = {}) {
  const options = { since };
  if (trust !== undefined) options.trust = parseOrText(trust);
  return verifyBundle(bundle, options);
}

function parseOrText(text) {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}

const given = { bundle: null, trust: undefined, since: [] };

function show(document) {
  const report = verify(given.bundle, given);
  const element = (name, text, className) => {
    const node = document.createElement(name);
    node.textContent = text;
    if (className) node.className = className;
    return node;
  };
  const row = (cells) => {
    const tr = document.createElement('tr');
    tr.append(...cells);
    return tr;
  };
  const answer = document.getElementById('answer');
  answer.textContent = answerOf(report);
  answer.className = report.ok ? 'pass' : 'fail';
  document
    .getElementById('verdicts')
    .replaceChildren(
      ...Object.entries(report.verdicts).map(([name, verdict]) =>
        row([element('th', name), element('td', verdict.replace('_', ' '), verdict), element('td', VERDICTS[name])]),
      ),
    );
  document
    .getElementById('faults')
    .replaceChildren(
      ...report.faults.map(({ code, where, message }) =>
        row([element('th', code), element('td', where), element('td', message)]),
      ),
    );
}

function answerOf({ ok, faults }) {
  if (ok) return 'verified';
  const consistent = faults.every(({ code }) => code === 'trust_missing');
  return consistent ? 'not trusted: self-consistent only, there is no trust file' : 'NOT verified';
}

function take(document, id) {
  const input = document.getElementById(id);
  const read = async (files) => {
    const [file] = files;
    if (!file) return;
    document.getElementById(`${id}-name`).textContent = [...files].map(({ name }) => name).join(', ');
    if (id === 'bundle') given.bundle = new Uint8Array(await file.arrayBuffer());
    if (id === 'trust') given.trust = await file.text();
    if (id === 'since') given.since = await Promise.all([...files].map((one) => one.text()));
    if (given.bundle) show(document);
  };
  input.addEventListener('change', () => void read(input.files));
  const zone = input.parentElement;
  zone.addEventListener('dragover', (event) => event.preventDefault());
  zone.addEventListener('drop', (event) => {
    event.preventDefault();
    void read(event.dataTransfer.files);
  });
}

globalThis.dmitryVerifier = { verify };
if (globalThis.document) for (const id of ['bundle', 'trust', 'since']) take(globalThis.document, id);
