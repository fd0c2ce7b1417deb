// Loaded into the local Slack before its own code (see local_slack.py), and written for the one version pinned there.
// It keeps the page off the network, ends the server with the program that started it, and makes forms, dates and
// private answers on the page behave as Slack's own do. What goes to the bot is Slack's wire format throughout.

const serve = Bun.serve;
Bun.serve = (options) =>
  serve({
    ...options,
    hostname: "127.0.0.1",
    fetch: (request, server) => fetched(request, server, options.fetch),
    websocket: {
      ...options.websocket,
      open: opened(options.websocket.open),
      message: heard(options.websocket.message),
    },
  });

process.stdin.on("end", () => process.kill(process.pid, "SIGTERM"));
process.stdin.resume();

// -- what the page is told ------------------------------------------------------------------------------------------

const world = { people: [], channels: [], stack: [], homes: {} };

// `/ui?raw` is the page's socket for tests: the same frames, untouched.
async function fetched(request, server, original) {
  const { pathname, search } = new URL(request.url);
  if (pathname === "/ui" && search === "?raw") {
    return server.upgrade(request, { data: { kind: "ui", raw: true } }) ? undefined : new Response("", { status: 400 });
  }
  const response = await original(request, server);
  const type = response?.headers.get("content-type") ?? "";
  if (!type.startsWith("text/html")) return response;
  return new Response(patched(await response.text()), { headers: { "content-type": type } });
}

function opened(original) {
  return (ws) => {
    const send = ws.send.bind(ws);
    if (ws.data.kind === "ui") ws.send = (text) => send(told(text, ws.data.raw));
    if (ws.data.kind === "socket") ws.send = (text) => send(completed(text));
    original(ws);
  };
}

function told(text, raw) {
  const frame = JSON.parse(text);
  if (frame.t === "init") {
    const bots = frame.state.apps.map((app) => app.botUserId);
    world.people = frame.state.users.filter((user) => !bots.includes(user.id));
    world.channels = frame.state.channels.filter((channel) => !channel.is_im);
    world.stack = frame.state.modalStack;
    world.homes = frame.state.homeViews;
  }
  if (frame.t === "view") world.stack = frame.stack;
  if (frame.t === "home") world.homes[frame.user] = { ...world.homes[frame.user], [frame.appId]: frame.view };
  return raw || frame.t === "log" ? text : JSON.stringify(drawn(frame));
}

// Everything in a frame as the page can draw it.
function drawn(part, key) {
  if (key === "log") return part;
  if (Array.isArray(part)) return part.map((one) => drawn(one));
  if (part === null || typeof part !== "object") return part;
  const copy = Object.fromEntries(Object.entries(part).map(([name, value]) => [name, drawn(value, name)]));
  if (part.type === "mrkdwn" || part.type === "message") copy.text = readable(part.text ?? "");
  if (part.type === "table") return asLines(part);
  if (part.type === "input" && part.element) copy.element = DRAWN[part.element.type]?.(copy.element) ?? copy.element;
  return copy;
}

// Dates as their fallback, and people's words as they wrote them: the page would escape them once more. The invisible
// joiner keeps it from taking them for mentions.
function readable(text) {
  return text
    .replace(/<!date\^\d+\^[^|>]*\|([^>]*)>/g, "$1")
    .replace(/&lt;/g, "<\u2060")
    .replace(/&gt;/g, ">")
    .replace(/&amp;/g, "&");
}

function asLines(table) {
  const words = (cell) => cell.text ?? (cell.elements ?? []).map(words).join("");
  const lines = table.rows.map((row) => row.map(words).join("  ·  "));
  return { type: "section", text: { type: "mrkdwn", text: [`*${lines[0]}*`, ...lines.slice(1)].join("\n") } };
}

const choice = (value, label) => ({ value, text: { type: "plain_text", text: label } });
const peopleToChoose = () => world.people.map((user) => choice(user.id, user.real_name ?? user.name));
const channelsToChoose = () => world.channels.map((channel) => choice(channel.id, `#${channel.name}`));
const typed = (kind, initial) => (element) => {
  return { ...element, type: "plain_text_input", kind, initial_value: element[initial] };
};

function picked(type, choices, initial) {
  return (element) => {
    const options = choices?.() ?? element.options;
    const wanted = [element[initial] ?? []].flat().map((one) => one.value ?? one);
    const chosen = options.filter((one) => wanted.includes(one.value));
    return { ...element, type, options, initial_option: chosen[0], initial_options: chosen };
  };
}

const DRAWN = {
  timepicker: typed("time", "initial_time"),
  number_input: typed("number", "initial_value"),
  users_select: picked("static_select", peopleToChoose, "initial_user"),
  conversations_select: picked("static_select", channelsToChoose, "initial_conversation"),
  channels_select: picked("static_select", channelsToChoose, "initial_channel"),
  multi_static_select: picked("checkboxes", null, "initial_options"),
  multi_users_select: picked("checkboxes", peopleToChoose, "initial_users"),
  multi_conversations_select: picked("checkboxes", channelsToChoose, "initial_conversations"),
};

// -- what the page says -----------------------------------------------------------------------------------------------

let pressed = null; // the action that is on its way to the bot; handing it on takes no turn of the event loop

function heard(original) {
  return (ws, text) => {
    if (ws.data.kind !== "ui") return original(ws, text);
    const frame = JSON.parse(String(text));
    const form = world.stack.at(-1);
    if (frame.t === "view_submit" && form && !frame.exactly) frame.values = answers(form, frame.values ?? {});
    pressed = frame.t === "block_action" ? frame : null;
    const done = original(ws, JSON.stringify(frame));
    pressed = null;
    return done;
  };
}

// What Slack sends for an input: one key that depends on its type, filled from what the form began with if untouched.
const KEYS = {
  plain_text_input: ["value", "initial_value"],
  number_input: ["value", "initial_value"],
  email_text_input: ["value", "initial_value"],
  static_select: ["selected_option", "initial_option"],
  radio_buttons: ["selected_option", "initial_option"],
  checkboxes: ["selected_options", "initial_options"],
  multi_static_select: ["selected_options", "initial_options"],
  datepicker: ["selected_date", "initial_date"],
  timepicker: ["selected_time", "initial_time"],
  users_select: ["selected_user", "initial_user"],
  conversations_select: ["selected_conversation", "initial_conversation"],
  channels_select: ["selected_channel", "initial_channel"],
  multi_users_select: ["selected_users", "initial_users"],
  multi_conversations_select: ["selected_conversations", "initial_conversations"],
};

function answers(view, values) {
  const inputs = (view.blocks ?? []).filter((block) => block.type === "input" && KEYS[block.element?.type]);
  const given = inputs.map(({ block_id, element }) => {
    return [block_id, { [element.action_id]: answer(element, values[block_id]?.[element.action_id]) }];
  });
  return { ...values, ...Object.fromEntries(given) };
}

function answer(element, given) {
  const [key, initial] = KEYS[element.type];
  const nothing = key.endsWith("s") ? [] : null;
  if (given === undefined) return { type: element.type, [key]: element[initial] ?? nothing };
  if (given.type === element.type) return { ...given, [key]: given[key] || nothing };
  const chosen = given.value ?? given.selected_option?.value ?? given.selected_options?.map((one) => one.value);
  const whole = key === "selected_options" ? given.selected_options : chosen;
  return { type: element.type, [key]: whole || nothing };
}

// The action in Slack's words, where the page knows the element by another type.
function acted({ action, form }) {
  const block = form && world.stack.at(-1).blocks.find((one) => one.block_id === action.block_id);
  const element = block?.type === "input" && KEYS[block.element.type] ? block.element : null;
  if (!element) return action;
  return { block_id: action.block_id, action_id: action.action_id, ...answer(element, action) };
}

// A press on Home or in a form: Slack names the view, with what stands in its fields, instead of a message. A press on a
// message for one person only: Slack says so, and sends no message.
function completed(text) {
  const envelope = JSON.parse(text);
  const payload = envelope.payload;
  if (payload?.type !== "block_actions") return text;
  if (payload.message?.ephemeral_to) {
    payload.container.is_ephemeral = true;
    delete payload.message;
  }
  if (!pressed) return JSON.stringify(envelope);
  payload.actions[0] = { ...acted(pressed), action_ts: payload.actions[0].action_ts };
  if (!pressed.messageTs) {
    const home = world.homes[pressed.user]?.[payload.api_app_id];
    const view = pressed.form ? world.stack.at(-1) : home;
    payload.view = { ...view, state: { values: pressed.form ? answers(view, pressed.form) : {} } };
    payload.container = { type: "view", view_id: view?.id };
    for (const name of ["channel", "message", "response_url", "state"]) delete payload[name];
  }
  return JSON.stringify(envelope);
}

// -- the page itself --------------------------------------------------------------------------------------------------

const PATCHES = [
  // fields show what they begin with
  [
    '==null?void 0:L.value)??"";return f.jsxs("select"',
    '==null?void 0:L.value)??l.initial_option?.value??"";return f.jsxs("select"',
  ],
  [
    'q.selected_options)??[]',
    'q.selected_options)??l.initial_options??[]',
  ],
  [
    'fe.selected_option)==null?void 0:te.value;',
    'fe.selected_option)==null?l.initial_option?.value:te.value;',
  ],
  // long texts, times and numbers have fields of their own, and choices their descriptions
  [
    'f.jsx("input",{className:"bk-plain-input",placeholder:',
    'f.jsx(l.multiline?"textarea":"input",{type:l.kind,rows:4,className:"bk-plain-input",placeholder:',
  ],
  [
    '" ",(Ae=he.text)==null?void 0:Ae.text]',
    '" ",(Ae=he.text)==null?void 0:Ae.text,he.description&&f.jsx("div",{className:"bk-hint",children:he.description.text})]',
  ],
  [
    'className:"bk-select",defaultValue:"",onChange',
    'className:"bk-select",defaultValue:l.initial_option?.value??"",onChange',
  ],
  // a choice that the bot wants to hear of at once is told at once
  [
    'set:(R,L,P)=>k(B=>({...B,[R]:{...B[R],[L]:P}}))}),[g])',
    'set:(R,L,P)=>{const B={...g,[R]:{...g[R],[L]:P}};k(B);const I=m.blocks.find(b=>b.block_id===R);if(I?.dispatch_action&&I.element.type!=="plain_text_input")pe.send(JSON.stringify({t:"block_action",channel:"",messageTs:"",user:a,action:{...P,block_id:R,action_id:L},appId:m.app_id,form:B}))}}),[g,m,a])',
  ],
  // buttons in forms work, and those that ask first do ask
  [
    'ctx:{input:C}',
    'ctx:{input:C,onAction:R=>pe.send(JSON.stringify({t:"block_action",channel:"",messageTs:"",user:a,action:R,appId:m.app_id,form:g}))}',
  ],
  [
    'onClick:()=>k({type:"button",value:l.value,text:l.text})',
    'onClick:()=>(!l.confirm||confirm(`${l.confirm.title.text}\\n${l.confirm.text.text}`))&&k({type:"button",value:l.value,text:l.text})',
  ],
  // what is for one person is shown to that person
  [
    'de=Q.useMemo(()=>D.filter(w=>!w.thread_ts),[D])',
    'de=Q.useMemo(()=>D.filter(w=>!w.thread_ts&&(!w.ephemeral_to||w.ephemeral_to===m)),[D,m])',
  ],
  // a section's button stands to its right
  [
    "</head>",
    "<style>.bk-section:has(>.bk-button,>.bk-select){display:flex;gap:16px;justify-content:space-between;align-items:start;max-width:680px}</style></head>",
  ],
  ["try /echo hi", "try /mat"],
];

function patched(page) {
  return PATCHES.reduce((text, [old, better]) => {
    if (text.split(old).length !== 2) throw new Error(`the page is not the one we know: ${old}`);
    return text.replace(old, () => better);
  }, page);
}
