// The admin API as the console uses it: tokens, errors, ETags. Tokens live in sessionStorage, so a closed tab is signed out.

const ROOT = "/admin/v1";
const KEPT = "signalbox.session";
const RENEW_BEFORE_MS = 60_000; // a request takes seconds; a token that ends meanwhile would be refused

export class ApiError extends Error {
  // `reasons` are {path, reason}; `status` is 0 where there was no answer at all.
  constructor(status, message, reasons = []) {
    super(message);
    this.status = status;
    this.reasons = reasons;
  }

  // Give the reason for one field by its path, such as "/name".
  of(path) {
    return this.reasons.find((each) => each.path === path)?.reason;
  }
}

const listeners = new Set();
let session = read();
let isOver = false; // it ended by itself, and not because somebody signed out
let renewal = null;

function read() {
  try {
    return JSON.parse(sessionStorage.getItem(KEPT));
  } catch {
    return null;
  }
}

function keep(next, hasEnded = false) {
  session = next;
  isOver = hasEnded;
  if (next) sessionStorage.setItem(KEPT, JSON.stringify(next));
  else sessionStorage.removeItem(KEPT);
  for (const each of listeners) each();
}

export const isSignedIn = () => session !== null;
export const hasEnded = () => isOver;

// Call back whenever somebody signed in or out; gives what ends it.
export function onSession(callback) {
  listeners.add(callback);
  return () => listeners.delete(callback);
}

// Sign in; gives null, or {challenge, session} where a new password is to be set first.
export async function signIn(username, password) {
  const { data } = await ask("POST", "/session", { body: { username, password } });
  return taken(data);
}

export async function setPassword(username, challenge, newPassword) {
  const body = { username, session: challenge.session, newPassword };
  const { data } = await ask("POST", "/session/new-password", { body });
  return taken(data);
}

export async function signOut() {
  const refreshToken = session?.refreshToken;
  keep(null);
  if (refreshToken) await ask("DELETE", "/session", { body: { refreshToken } }).catch(() => {});
}

function taken(tokens) {
  if (tokens.challenge) return tokens;
  keep({
    accessToken: tokens.accessToken,
    refreshToken: tokens.refreshToken ?? session?.refreshToken,
    endsAt: Date.now() + tokens.expiresInSeconds * 1000,
  });
  return null;
}

// One renewal at a time: whoever else needs a token waits for it.
function renewed() {
  renewal ??= ask("POST", "/session/refresh", { body: { refreshToken: session.refreshToken } })
    .then(({ data }) => taken(data))
    .catch((error) => {
      if (error.status === 401) keep(null, true);
      throw error;
    })
    .finally(() => {
      renewal = null;
    });
  return renewal;
}

async function call(method, path, options = {}) {
  if (!session) throw new ApiError(401, "Sign in first.");
  if (session.endsAt - Date.now() < RENEW_BEFORE_MS) await renewed();
  try {
    return await ask(method, path, { ...options, token: session.accessToken });
  } catch (error) {
    if (error.status === 401) keep(null, true);
    throw error;
  }
}

// Ask once. `options`: body (JSON), text (with its `type`), etag (for If-Match), token, signal.
async function ask(method, path, options) {
  const headers = { accept: "application/json" };
  if (options.token) headers.authorization = `Bearer ${options.token}`;
  if (options.etag) headers["if-match"] = options.etag;
  if (options.body !== undefined) headers["content-type"] = "application/json";
  if (options.text !== undefined) headers["content-type"] = options.type;
  const body = options.text ?? (options.body === undefined ? undefined : JSON.stringify(options.body));
  let answer;
  try {
    answer = await fetch(ROOT + path, { method, headers, body, signal: options.signal });
  } catch (error) {
    if (error.name === "AbortError") throw error;
    throw new ApiError(0, "The server cannot be reached. Check your connection and try again.");
  }
  const data = await parsed(answer);
  if (!answer.ok) {
    throw new ApiError(answer.status, data?.error ?? data?.message ?? `The server answered ${answer.status}.`, data?.reasons);
  }
  return { data, etag: answer.headers.get("etag") };
}

async function parsed(answer) {
  const text = await answer.text();
  if (!text) return null;
  try {
    return JSON.parse(text);
  } catch {
    throw new ApiError(answer.status, "The server's answer could not be read. Try again.");
  }
}

// Write a query string; what is empty, null or undefined is left out.
export function query(values) {
  const kept = Object.entries(values).filter(([, value]) => value !== null && value !== undefined && value !== "");
  return kept.length ? `?${new URLSearchParams(kept)}` : "";
}

// Make a path of parts that may hold any character.
export const path = (...parts) => parts.map((part) => `/${encodeURIComponent(part)}`).join("");

export const api = {
  get: (where, options) => call("GET", where, options),
  post: (where, body = {}, options = {}) => call("POST", where, { body, ...options }),
  put: (where, body, options = {}) => call("PUT", where, { body, ...options }),
  patch: (where, body, options = {}) => call("PATCH", where, { body, ...options }),
  del: (where, options) => call("DELETE", where, options),
  upload: (where, text, type = "text/csv") => call("POST", where, { text, type }),
};
