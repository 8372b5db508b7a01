/* What the sealed field shows and hears; it stands below courier.js in one module.
 *
 * A value leaves the document before anything else happens to it. */

function make(tag, className, attributes = {}, text = "") {
  const element = document.createElement(tag);
  if (className) element.className = className;
  for (const [name, value] of Object.entries(attributes)) {
    element.setAttribute(name, value);
  }
  element.textContent = text;
  return element;
}

/* Not type=password: browsers offer to store and to generate those. With
 * autocomplete=off the browser also leaves the text out of its session files, and
 * without spelling and writing aids it sends the text to no service. */
const LEAVE_ALONE = {
  autocomplete: "off",
  autocapitalize: "off",
  autocorrect: "off",
  spellcheck: "false",
  translate: "no",
  writingsuggestions: "false",
  "data-1p-ignore": "true",
  "data-bwignore": "true",
  "data-form-type": "other",
  "data-gramm": "false",
  "data-lpignore": "true",
  "data-protonpass-ignore": "true",
};

function makeInput(model, id) {
  const rows = model.get("rows");
  const input = make(rows > 1 ? "textarea" : "input", "vd-sealed-input", {
    ...LEAVE_ALONE,
    id,
    "aria-describedby": `${id}-help ${id}-status`,
  });
  if (rows > 1) {
    input.rows = rows;
  } else if (CSS.supports("-webkit-text-security", "disc")) {
    input.type = "text";
    input.classList.add("vd-sealed-masked");
  } else {
    input.type = "password";
  }
  return input;
}

function build(model, id) {
  const dom = {
    root: make("div", "vd-sealed"),
    label: make("label", "vd-sealed-label", { for: id }),
    input: makeInput(model, id),
    choose: make("button", "vd-sealed-button", { type: "button" }),
    picker: make("input", "", { type: "file", hidden: "", autocomplete: "off" }),
    help: make("div", "vd-sealed-help", { id: `${id}-help` }),
    status: make("div", "vd-sealed-status", { id: `${id}-status`, role: "status" }),
    clear: make("button", "vd-sealed-button", { type: "button" }),
  };
  dom.clear.hidden = true;
  const row = make("div", "vd-sealed-row");
  row.append(dom.input);
  if (model.get("files")) row.append(dom.choose, dom.picker);
  const foot = make("div", "vd-sealed-foot");
  foot.append(dom.status, dom.clear);
  dom.root.append(dom.label, row, dom.help, foot);
  return dom;
}

/** Set every text, in the language that the kernel speaks now. */
function paint(model, dom) {
  const [label, words] = [model.get("label"), model.get("words")];
  const hints = [model.get("help"), SUBTLE ? "" : words.unsealed].filter(Boolean);
  dom.label.textContent = label;
  dom.help.textContent = hints.join(" ");
  dom.input.placeholder = model.get("placeholder");
  dom.choose.textContent = words.choose;
  dom.clear.textContent = words.clear;
  dom.choose.setAttribute("aria-label", fill(words.choose_for, { label }));
  dom.clear.setAttribute("aria-label", fill(words.clear_for, { label }));
}

const PAINTED = "change:label change:help change:placeholder change:words";

class View {
  constructor(model, el) {
    this.model = model;
    this.files = model.get("files");
    this.single = model.get("rows") <= 1;
    this.dom = build(model, randomName());
    this.filled = false;
    this.closed = false;
    this.returned = null;
    this.gone = new AbortController();
    this.repaint = () => paint(model, this.dom);
    this.repaint();
    model.on(PAINTED, this.repaint);
    this.listen();
    el.append(this.dom.root);
    this.say(this.words.waiting);
    this.courier = new Courier(model, {
      silent: () => this.silent(),
      status: (status) => this.show(status),
      progress: ({ part, of }) =>
        this.say(fill(this.words.part, { part: part + 1, of })),
      resumed: (body) => this.resumed(body),
      done: (body) => this.takeBack(body),
      refused: (body, status) => this.refused(body, status),
      forget: () => this.forget(),
    });
  }

  get words() {
    return this.model.get("words");
  }

  // What the user does.

  listen() {
    const { root, input, choose, picker, clear } = this.dom;
    const signal = this.gone.signal;
    const on = (element, type, handle) =>
      element.addEventListener(type, handle, { signal });
    // JupyterLab's shortcuts and menus listen further out.
    for (const type of ["keypress", "keyup", "copy", "cut", "contextmenu"]) {
      on(root, type, (event) => event.stopPropagation());
    }
    on(root, "focusin", () => this.touched());
    on(root, "pointerdown", () => this.touched());
    on(root, "dragenter", () => this.touched());
    on(root, "keydown", (event) => this.keydown(event));
    on(root, "paste", (event) => this.paste(event));
    on(root, "dragover", (event) => this.dragover(event));
    on(root, "dragleave", () => root.classList.remove("vd-sealed-over"));
    on(root, "drop", (event) => this.drop(event));
    on(input, "input", () => this.edited());
    on(input, "blur", () => this.leave());
    on(choose, "click", () => picker.click());
    on(picker, "change", () => this.picked());
    on(clear, "click", () => this.clear());
    // Some browsers do not move the focus when a button is clicked.
    const outside = (event) => root.contains(event.target) || this.leave();
    document.addEventListener("pointerdown", outside, { capture: true, signal });
  }

  /** The kernel asks a field that was touched what is in it before it acts. */
  touched() {
    this.courier.send({ kind: "touched" });
  }

  keydown(event) {
    const command = event.ctrlKey || event.metaKey;
    if (command && event.key.toLowerCase() === "s") {
      this.leave(); // the text is out of the document before anything is saved
      return; // and the notebook may be saved
    }
    event.stopPropagation();
    if (event.key !== "Enter" || event.isComposing) return;
    if (event.target !== this.dom.input) return;
    if (this.single || command || event.shiftKey) {
      event.preventDefault();
      this.commit(this.dom.input.value);
    }
  }

  paste(event) {
    event.stopPropagation();
    const data = event.clipboardData;
    if (data.files.length && !data.getData("text/plain")) {
      event.preventDefault();
      this.takeFiles(data.files);
    } else if (event.target === this.dom.input) {
      event.preventDefault();
      this.insert(data.getData("text/plain"));
    }
  }

  dragover(event) {
    event.preventDefault();
    event.stopPropagation();
    this.dom.root.classList.add("vd-sealed-over");
  }

  drop(event) {
    event.preventDefault();
    event.stopPropagation();
    this.dom.root.classList.remove("vd-sealed-over");
    const data = event.dataTransfer;
    if (data.files.length) this.takeFiles(data.files);
    else this.insert(data.getData("text/plain"));
  }

  picked() {
    const files = [...this.dom.picker.files];
    this.dom.picker.value = "";
    if (files.length) this.takeFiles(files);
  }

  clear() {
    this.dom.input.value = "";
    this.courier.drop();
    this.courier.send({ kind: "clear" });
    this.courier.expect();
    this.dom.input.focus();
  }

  /** A pasted text never gets into the document. */
  insert(text) {
    const { value, selectionStart, selectionEnd } = this.dom.input;
    this.commit(value.slice(0, selectionStart) + text + value.slice(selectionEnd));
  }

  takeFiles(files) {
    if (!this.files) this.say(this.words.text_only, "bad");
    else if (files.length > 1) this.say(this.words.one_file, "bad");
    else this.hand(fromFile(files[0]));
  }

  leave() {
    const text = this.dom.input.value;
    // A text that was put back is still held: it goes when the kernel answers.
    const { held } = this.courier;
    if (!held || held.body !== this.returned) this.commit(text);
  }

  edited() {
    const { held } = this.courier;
    if (held && held.body === this.returned) this.courier.drop();
  }

  commit(text) {
    if (!text) return;
    this.dom.input.value = "";
    this.hand(fromText(text));
  }

  hand(body) {
    const problem = tooLarge(body, this.words);
    if (problem) {
      this.putBack(body);
      this.say(problem, "bad");
      return;
    }
    this.say(this.words.sending);
    this.courier.take(body);
  }

  // What the kernel says.

  silent() {
    if (this.closed) this.courier.drop();
    if (this.courier.held) this.putBack(this.courier.held.body);
    this.say(this.words.silent, "bad");
  }

  resumed(body) {
    this.takeBack(body);
    this.say(this.words.sending);
  }

  refused(body, status) {
    this.putBack(body);
    this.show({ ...status, filled: status.filled ?? this.filled });
  }

  /** A text that could not be delivered is shown again, so that it is not lost. */
  putBack(body) {
    if (body.text === null || this.dom.input.value) return;
    this.dom.input.value = body.text;
    this.dom.clear.hidden = false;
    this.returned = body;
  }

  /** The kernel forgets everything, and so does the page. */
  forget() {
    this.dom.input.value = "";
    this.returned = null;
  }

  takeBack(body) {
    if (this.returned === body) this.dom.input.value = "";
    this.returned = null;
  }

  show(status) {
    this.filled = status.filled;
    this.dom.clear.hidden = !status.filled && !this.dom.input.value;
    this.dom.root.classList.toggle("vd-sealed-filled", status.filled);
    this.say(status.text, status.tone);
  }

  say(text, tone = "") {
    this.dom.status.textContent = text;
    this.dom.status.dataset.tone = tone;
  }

  /** Whether something is in it, or may soon be. */
  get inUse() {
    const { root, input } = this.dom;
    return Boolean(
      root.contains(document.activeElement) || input.value || this.courier.held,
    );
  }

  /** Whether nothing is left to do: it is not shown, and what it had was delivered. */
  get over() {
    return this.closed && !this.courier.held;
  }

  close() {
    this.closed = true;
    this.dom.input.value = "";
    this.model.off(PAINTED, this.repaint);
    this.gone.abort();
    if (this.over) clearTimeout(this.courier.timer);
  }
}

/* Called once for each field, which may be shown in several places of a page. What the
 * kernel says is heard here and not by a view: a view that is gone may still have a
 * value on its way. */
export default () => {
  const views = new Set();
  const answer = (model, id) => {
    // A screen reader can press a button and leave the focus in the field.
    if (document.hasFocus()) views.forEach((view) => view.leave());
    const held = [...views].flatMap((view) => view.courier.held?.id ?? []);
    const inUse = [...views].some((view) => view.inUse);
    model.send({ kind: "answer", id, held, in_use: inUse });
  };
  return {
    initialize({ model }) {
      model.on("msg:custom", (message, buffers) => {
        if (message.kind === "ask") answer(model, message.id);
        for (const view of views) {
          view.courier.answer(message, buffers);
          if (view.over) views.delete(view);
        }
      });
    },
    render({ model, el }) {
      const view = new View(model, el);
      views.add(view);
      return () => view.close();
    },
  };
};
