/* How the sealed field's page brings a value to the kernel; the messages are described
 * in sealed.py. The value waits here, outside the document, until the kernel has it. */

const MEGABYTE = 1024 * 1024;
const LIMIT_MEGABYTES = 100;
const PATIENCE = 5000; // milliseconds without an answer
const SUBTLE = globalThis.crypto?.subtle; // only on https and on localhost
const RSA = { name: "RSA-OAEP", hash: "SHA-256" };

const utf8 = (text) => new TextEncoder().encode(text);

function randomName() {
  const bytes = crypto.getRandomValues(new Uint8Array(8));
  return "vd" + Array.from(bytes, (b) => b.toString(16).padStart(2, "0")).join("");
}

// What is sent: a text or a file, cut into parts.

function fromText(text) {
  const bytes = utf8(text);
  const read = async (start, end) => bytes.slice(start, end);
  return { text, head: {}, size: bytes.length, read };
}

function fromFile(file) {
  const read = async (start, end) =>
    new Uint8Array(await file.slice(start, end).arrayBuffer());
  return { text: null, head: { name: file.name }, size: file.size, read };
}

/** Put values into a text in the language of the page. */
function fill(text, values) {
  return text.replace(/{(\w+)}/g, (all, name) => values[name] ?? all);
}

function tooLarge(body, words) {
  if (body.size <= LIMIT_MEGABYTES * MEGABYTE) return "";
  const size = Math.ceil(body.size / MEGABYTE);
  const text = body.head.name ? words.large_file : words.large_text;
  return fill(text, { name: body.head.name, size, limit: LIMIT_MEGABYTES });
}

async function cut(body, part) {
  const bytes = await body.read(part * MEGABYTE, (part + 1) * MEGABYTE);
  if (part > 0) return bytes;
  const head = utf8(JSON.stringify(body.head) + "\n");
  const first = new Uint8Array(head.length + bytes.length);
  first.set(head);
  first.set(bytes, head.length);
  bytes.fill(0);
  return first;
}

async function seal(publicKey, bytes, boundTo) {
  const aes = { name: "AES-GCM", length: 256 };
  const key = await SUBTLE.generateKey(aes, true, ["encrypt"]);
  const iv = crypto.getRandomValues(new Uint8Array(12));
  const how = { name: "AES-GCM", iv, additionalData: utf8(boundTo) };
  const sealed = await SUBTLE.encrypt(how, key, bytes);
  bytes.fill(0);
  return [await SUBTLE.wrapKey("raw", key, publicKey, RSA), iv.buffer, sealed];
}

/** Carries one value at a time to the kernel, and keeps it until the kernel has it. */
class Courier {
  constructor(model, on) {
    this.model = model;
    this.on = on; // { silent, status, done, refused }
    this.name = randomName();
    this.count = 0;
    this.key = null;
    this.ready = false; // the kernel has said welcome
    this.held = null;
    this.send({ kind: "hello", id: this.name });
    this.expect();
  }

  send(message, buffers) {
    try {
      this.model.send(message, undefined, buffers);
    } catch {
      this.on.silent(); // the connection is closed
    }
  }

  expect() {
    clearTimeout(this.timer);
    this.timer = setTimeout(() => this.on.silent(), PATIENCE);
  }

  /** Take a value over. The kernel hears of it before this function returns. */
  take(body) {
    const before = this.held;
    const of = Math.max(1, Math.ceil(body.size / MEGABYTE));
    const held = { id: `${this.name}.${this.count++}`, body, part: 0, of };
    this.held = held;
    this.send({ kind: "coming", id: held.id });
    if (before) this.send({ kind: "failed", id: before.id });
    this.expect();
    if (this.ready) this.carry(held);
  }

  drop() {
    if (this.held) this.send({ kind: "failed", id: this.held.id });
    this.held = null;
  }

  async carry(held) {
    const { id, part, of } = held;
    let buffers;
    try {
      const bytes = await cut(held.body, part);
      buffers = SUBTLE
        ? await seal(this.key, bytes, `${id}/${part}/${of}`)
        : [bytes.buffer];
    } catch {
      if (this.held === held) this.failed();
      return;
    }
    if (this.held !== held) return; // a newer value took its place
    this.send({ kind: "part", id, part, of, sealed: Boolean(SUBTLE) }, buffers);
    this.expect();
  }

  failed() {
    const body = this.held.body;
    this.drop();
    clearTimeout(this.timer);
    const words = this.model.get("words");
    const name = body.head.name;
    const text = name ? fill(words.unread_file, { name }) : words.unread_text;
    this.on.refused(body, { text, tone: "bad", filled: null });
  }

  async answer(message, buffers) {
    const held = this.held;
    const mine = held !== null && message.id === held.id;
    if (message.kind === "welcome" && message.id === this.name) {
      if (SUBTLE) {
        const use = ["wrapKey"];
        this.key = await SUBTLE.importKey("spki", buffers[0], RSA, false, use);
      }
      this.ready = true;
      this.settle(message.status);
      if (this.held) this.resume();
    } else if (message.kind === "got" && mine) {
      held.part = message.part + 1;
      this.on.progress(held);
      this.carry(held);
    } else if (message.kind === "refused") {
      if (mine) this.held = null;
      this.settle(message.status);
      if (mine) this.on.refused(held.body, message.status);
    } else if (message.kind === "status") {
      if (mine) this.held = null;
      if (mine) this.on.done(held.body);
      this.settle(message.status);
    } else if (message.kind === "forget") {
      this.drop();
      this.on.forget();
    }
  }

  resume() {
    this.on.resumed(this.held.body);
    this.expect();
    this.carry(this.held);
  }

  settle(status) {
    if (!this.held) clearTimeout(this.timer);
    this.on.status(status);
  }
}
